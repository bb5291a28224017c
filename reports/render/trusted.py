"""What a reader must trust: the files of the kernel with their sizes, computed from the files."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class TrustedFile:
    """A file: what it is for (the first line of its docstring), and its lines."""

    name: str
    purpose: str
    lines: int
    code: int
    """Lines without blank ones, comments and docstrings."""


def kernel_files() -> list[TrustedFile]:
    """The files of `theory.kernel`, the largest first."""
    folder = _folder("theory.kernel")
    found = [_read(path, f"theory/kernel/{path.name}") for path in sorted(folder.glob("*.py"))]
    return sorted((f for f in found if f.code), key=lambda f: -f.code)


def second_checker() -> TrustedFile | None:
    """The second, independent checker, if this version has one."""
    path = _folder("theory") / "replay.py"
    return _read(path, "theory/replay.py") if path.exists() else None


def _folder(package: str) -> Path:
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _read(path: Path, name: str) -> TrustedFile:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or ""
    prose: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            prose |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = text.splitlines()
    code = sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and number not in prose
        for number, line in enumerate(lines, 1)
    )
    return TrustedFile(name, docstring.split("\n\n")[0].replace("\n", " "), len(lines), code)
