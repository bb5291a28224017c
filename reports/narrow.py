"""Generated Python in lines of a given width, broken inside of brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDTH = 100
BREAKS = re.compile(r"(?<=,) |(?<=['\"]: \()| (?=(?:for|if|else|and|or|[-+*]) )")


def narrowed(text: str, width: int = WIDTH) -> str:
    """The script with no longer lines than the width, but for what cannot be broken."""
    return "".join(piece + "\n" for line in text.splitlines() for piece in _narrowed(line, width))


def _narrowed(line: str, width: int) -> Iterator[str]:
    if len(line) <= width or line.lstrip().startswith("#"):
        yield line
        return
    if value := re.fullmatch(r"( *(?:return|\w+ =) )(.*)", line):
        line = f"{value[1]}({value[2]})"  # so that all of it is inside of brackets
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    begun = 0
    for at, after in _places(line, width, len(indent)):
        yield (indent if begun else "") + line[begun:at]
        begun = after
    yield (indent if begun else "") + line[begun:]


def _places(line: str, width: int, indent: int) -> Iterator[tuple[int, int]]:
    """Where the line is broken: the ends of one piece and the beginning of the next."""
    allowed = [m.span() for m in BREAKS.finditer(line) if _inside(line, m.start())]
    begun, last = 0, None
    for span in [*allowed, (len(line), len(line))]:
        room = width - (indent if begun else 0)
        if span[0] - begun > room and last is not None:
            yield last
            begun = last[1]
        last = span


def _inside(line: str, at: int) -> bool:
    """Whether the place is inside of brackets and not in a string."""
    bare = re.sub(r'"[^"\\]*(?:\\.[^"\\]*)*"|\'[^\'\\]*(?:\\.[^\'\\]*)*\'', "", line[:at])
    if '"' in bare or "'" in bare:
        return False
    return len(re.findall(r"[(\[{]", bare)) > len(re.findall(r"[)\]}]", bare))
