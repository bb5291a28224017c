"""The files that are mutated, each by a short name: both kernels, without their second checkers."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
THEORY = ROOT / "theory"
FILES = {
    prefix + path.stem: path
    for folder, prefix in (("kernel", ""), ("robustness", "robustness."))
    for path in sorted((THEORY / folder).glob("[a-z]*.py"))
    if not path.stem.startswith("replay")
}
"""A file of `theory/kernel` is named by its stem."""
NAMES = {str(path): name for name, path in FILES.items()}


def module(name: str) -> str:
    """The dotted name under which a file is imported."""
    return ".".join(FILES[name].relative_to(ROOT).with_suffix("").parts)
