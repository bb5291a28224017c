"""Text in lines of a given width, in which no formula of LaTeX is torn where it need not be."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.cells import cell_len

STANDS_ALONE = frozenset({
    r"\\", r"\:", r"\,", r"\;", r"\le", r"\ge", r"\leq", r"\geq", r"\lt", r"\gt", r"\in", r"\to",
    r"\rarr", r"\cdot", r"\quad", r"\qquad", r"\Rightarrow",
})  # fmt: skip
"""Commands that take no argument, after which a line may end."""


def wrapped(text: str, width: int) -> Iterator[str]:
    r"""The lines of a text; a line breaks outside of braces and formulas where it can.

    >>> list(wrapped("the mean of the others", 12))
    ['the mean of', 'the others']
    >>> list(wrapped(r"a \le \sum_{i \to j} b_j", 16))
    ['a \\le', '\\sum_{i \\to j}', 'b_j']
    """
    for paragraph in text.splitlines() or [""]:
        line = ""
        for glue, piece in _pieces(paragraph.rstrip(), width):
            if line and cell_len(line + glue + piece) > width:
                yield line
                line = piece
            else:
                line = line + glue + piece if line else piece
        yield line


def _pieces(text: str, width: int) -> Iterator[tuple[str, str]]:
    """What is kept in one line, each with what stands before it."""
    for piece in _apart(text, deep=False):
        for part in [piece] if cell_len(piece) <= width else _apart(piece, deep=True):
            glue = " "
            for small in [part] if cell_len(part) <= width else _small(part, width):
                yield glue, small
                glue = ""


def _apart(text: str, *, deep: bool) -> Iterator[str]:
    """The text split at spaces, not after a command; outside of braces and of $...$ unless deep."""
    start, depth, formula = 0, 0, False
    for at, letter in enumerate(text):
        if letter in "{}" and text[at - 1 : at] != "\\":
            depth += 1 if letter == "{" else -1
        elif letter == "$":
            formula = not formula
        elif letter == " " and at > start and (deep or (depth <= 0 and not formula)):
            command = re.search(r"\\(?:[A-Za-z]+|.)$", text[start:at])
            if command is None or command[0] in STANDS_ALONE:
                yield text[start:at]
                start = at + 1
    yield text[start:]


def _small(part: str, width: int) -> Iterator[str]:
    """A part that is still too long: before its commands, and cut if a piece of it is too long."""
    line = ""
    for piece in re.split(r"(?<!\\)(?=\\[A-Za-z])", part):
        if line and cell_len(line + piece) > width:
            yield line
            line = ""
        line += piece
        while cell_len(line) > width:
            yield line[:width]
            line = line[width:]
    yield line
