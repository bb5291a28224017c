"""What a reader must trust, in three lists of files with their sizes, computed from the files."""

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


@dataclass(frozen=True)
class Trusted:
    """What must be read for one word of a report."""

    word: str
    why: str
    files: tuple[TrustedFile, ...]

    @property
    def code(self) -> int:
        """All lines of code."""
        return sum(file.code for file in self.files)


WORDS = {
    "PROVED": (
        "the rules, and what compares a theorem with the claim",
        ("theory.kernel.certificates", "theory.judge"),
    ),
    "REFUTED": (
        "what a formula means on a finite model, and how a model is stored; a family of "
        "counterexamples, one for every constant, is proved like what is PROVED",
        ("theory.kernel.models", "theory.kernel.witnesses", "theory.kernel.families",
         "theory.judge"),
    ),
    "kappa": (
        "the certificates of a robustness coefficient; of the kernel above they use the name of "
        "an error",
        ("theory.robustness.coefficient", "theory.robustness.families"),
    ),
}  # fmt: skip
"""Why, and the files with which the reading begins."""

ALONE = ("theory.judge", "theory.kernel.families", "theory.kernel.witnesses")
"""What the judge imports beside the kernel is search; the others import what is read for PROVED."""


def trusted() -> tuple[Trusted, ...]:
    """What must be read for PROVED, for REFUTED and for kappa, the largest files first.

    Beside a file at the start stand those of its own folder that it imports, and so on; but not
    beside those of `ALONE`.
    """
    found = []
    for word, (why, starts) in WORDS.items():
        modules: set[str] = set()
        for start in starts:
            modules |= {start} if start in ALONE else _closure(start)
        files = [_read(module) for module in modules]
        found.append(Trusted(word, why, tuple(sorted(files, key=lambda f: (-f.code, f.name)))))
    return tuple(found)


def second_checkers() -> tuple[TrustedFile, ...]:
    """The second, independent checkers: of certificates, and of robustness coefficients."""
    names = ("theory.replay", "theory.robustness.replay", "theory.robustness.replay_families")
    return tuple(map(_read, names))


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


def _path(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin)


def _closure(start: str) -> set[str]:
    """A module, and those of its folder that it imports, and so on."""
    folder = start.rpartition(".")[0]
    found: set[str] = set()
    pending = [start]
    while pending:
        module = pending.pop()
        if module in found:
            continue
        found.add(module)
        for node in ast.walk(ast.parse(_path(module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == folder:
                pending += [f"{folder}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and f"{node.module}".startswith(f"{folder}."):
                pending.append(f"{node.module}")
    return found


def _read(module: str) -> TrustedFile:
    name = module.replace(".", "/") + ".py"
    text = _path(module).read_text(encoding="utf-8")
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
