"""The house rules of the design: who may import whom, docstrings, the size of a file."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "empirics", "reports")
MAY_IMPORT = {
    "theory": {"theory"},
    "empirics": {"theory", "empirics"},
    "reports": {"theory", "empirics", "reports"},
}
HEAVY = {"clarabel", "hypothesis", "matplotlib", "sympy", "z3"}
SECOND_CHECKERS = (
    "theory/replay.py",
    "theory/robustness/replay.py",
    "theory/robustness/replay_families.py",
)


def sources(folder: str) -> list[Path]:
    """Every Python file below a folder; reports/krum is output, not code."""
    published = ROOT / "reports" / "krum"
    found = sorted(p for p in (ROOT / folder).rglob("*.py") if not p.is_relative_to(published))
    assert found, f"{folder}/ holds no Python file"
    return found


def name_of(path: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def at(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, full dotted name) for each import, wherever in the file it stands."""
    package = name_of(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield at(path, node), alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            for alias in node.names:
                yield at(path, node), ".".join([*base, alias.name])


def is_standard(name: str) -> bool:
    return name.split(".")[0] in sys.stdlib_module_names


def none_of(offences: list[str]) -> None:
    """Fail with one offence a line."""
    if offences:
        pytest.fail("\n".join(offences), pytrace=False)


def run(code: str, *flags: str) -> str:
    """Run code in a fresh interpreter that finds our packages, and give back what it prints."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    done = subprocess.run(
        [sys.executable, "-I", *flags, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package):
    ours = {*PACKAGES, "tests"}
    none_of(
        [
            f"{place}: {package} must not import {name}"
            for path in sources(package)
            for place, name in imports(path)
            if name.split(".")[0] in ours - MAY_IMPORT[package]
        ]
    )


def kernel(folder: str) -> list[Path]:
    """The files of a kernel without its second checkers."""
    return [p for p in sources(folder) if str(p.relative_to(ROOT)) not in SECOND_CHECKERS]


KERNELS = {
    "theory/kernel": ("theory.kernel.",),
    "theory/robustness": ("theory.robustness.", "theory.kernel.terms.KernelError."),
}
"""What each may import beside the standard library."""


@pytest.mark.parametrize("folder", KERNELS)
def test_kernels_import_the_standard_library_and_themselves(folder):
    none_of(
        [
            f"{place}: {folder} must not import {name}"
            for path in kernel(folder)
            for place, name in imports(path)
            if not is_standard(name)
            and (not f"{name}.".startswith(KERNELS[folder]) or ".replay" in name)
        ]
    )


@pytest.mark.parametrize("checker", SECOND_CHECKERS)
def test_second_checkers_import_the_standard_library_and_each_other_only(checker):
    ours = tuple(f"{name_of(ROOT / other)}." for other in SECOND_CHECKERS)
    none_of(
        [
            f"{place}: a second checker stands alone, and must not import {name}"
            for place, name in imports(ROOT / checker)
            if not is_standard(name) and not name.startswith(ours)
        ]
    )


TRUSTED = [*sources("theory/kernel"), *sources("theory/robustness"), ROOT / "theory/replay.py"]


def test_trusted_code_has_no_way_round_these_checks():
    offences = []
    for path in TRUSTED:
        offences += [
            f"{at(path, node)}: {node.id}"
            for node in ast.walk(parse(path))
            if isinstance(node, ast.Name) and node.id in {"__import__", "eval", "exec"}
        ]
        offences += [
            f"{place}: import of {name}"
            for place, name in imports(path)
            if name.split(".")[0] in {"importlib", "marshal", "pickle", "runpy"}
        ]
    none_of(offences)


def test_trusted_code_runs_where_nothing_is_installed():
    run("\n".join(f"import {name_of(path)}" for path in TRUSTED), "-S")


@pytest.mark.parametrize("start", ["theory/kernel", "theory/notation", "reports/cli.py"])
def test_heavy_packages_are_imported_when_needed_not_before(start):
    path = ROOT / start
    names = [name_of(path)] if path.suffix else [name_of(p) for p in sources(start)]
    loaded = run("\n".join(f"import {n}" for n in names) + "\nprint(*sys.modules)").split()
    assert not HEAVY.intersection(loaded)


def undocumented(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[ast.stmt, str]]:
    """Yield public functions, classes and methods without a docstring; not overloads or setters."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        marks = {ast.unparse(mark).split(".")[-1] for mark in node.decorator_list}
        if node.name.startswith("_") or node.name == "main" or marks & {"overload", "setter"}:
            continue
        if ast.get_docstring(node) is None:
            yield node, prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{prefix}{node.name}.")


@pytest.mark.parametrize("package", PACKAGES)
def test_public_names_have_docstrings(package):
    none_of(
        [
            f"{at(path, node)}: {name} has no docstring"
            for path in sources(package)
            for node, name in undocumented(parse(path).body)
        ]
    )


@pytest.mark.parametrize("package", ["theory", "empirics"])
def test_files_are_short(package):
    offences = []
    for path in sources(package):
        limit = 900 if path.is_relative_to(ROOT / "theory" / "kernel") else 500
        if path == ROOT / "theory" / "replay.py":
            limit = 3000  # one file by design, so that it runs alone
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines >= limit:
            offences.append(f"{path.relative_to(ROOT)}: {lines} lines, must stay under {limit}")
    none_of(offences)


def test_one_version_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^version: {re.escape(version)}$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


WAITING = {"run", "check_call", "check_output", "call", "communicate"}


def test_tests_wait_for_another_process_only_so_long():
    none_of(
        [
            f"{at(path, node)}: give timeout=LIMIT (tests/limits.py), so that it cannot hang"
            for path in sources("tests")
            for node in ast.walk(parse(path))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WAITING
            and (node.func.attr == "communicate" or ast.unparse(node.func.value) == "subprocess")
            and "timeout" not in {keyword.arg for keyword in node.keywords}
        ]
    )
