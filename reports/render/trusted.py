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


def second_checkers() -> list[TrustedFile]:
    """The second, independent checkers: of certificates, and of robustness coefficients."""
    return [
        _read(_folder("theory") / name, f"theory/{name}")
        for name in ("replay.py", "replay_robustness.py", "replay_families.py")
    ]


NOT_CLAIMED = (
    "That the prose is right: explanations, reasons and lessons are written by hand. What is "
    "checked are the formulas, their hypotheses and their verdicts.",
    "That sampling proves anything: it can contradict a claim at a stated level, and no more.",
    "That an UNDECIDED line is false, or that a line without counterexample is true.",
    "That a cited theorem holds: PROVED FROM says on which the line rests. They are stated where "
    "they are used, and their proofs are not here.",
    "That the runs without a hypothesis are machine-checked: they are exact numbers with proofs "
    "by hand.",
    "That a constant is the best one, unless a bracket says so: attained on one side, proved on "
    "the other.",
    "That search and printing are right. A wrong search finds nothing or is refused. A formula "
    "that is printed wrongly would mislead: the statement sheet prints each by a small printer of "
    "the kernel, and `byzproof verify` compares what is published with what is checked.",
)
"""What a reader must not take from a report."""


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
