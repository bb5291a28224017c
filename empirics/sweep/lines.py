"""Where in a TOML text something stands: `tomllib` does not say."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^\s*\[\[?\s*([\w.\-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*["']?([\w\-]+)["']?\s*=""")


class Lines:
    """The lines of a text, counted from 1."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def of(self, table: str, number: int = 0, key: str = "", value: object = None) -> int:
        r"""The line of a value, or of its key, or of the heading of the number-th table; or 1.

        >>> Lines('[[grid]]\nn = [\n  11,\n  12,\n]').of("grid", 0, "n", 12)
        4
        """
        first, last = self._table(table, number)
        for at in range(first, last):
            found = _KEY.match(self._lines[at])
            if key and found and found[1] == key:
                end = next((i for i in range(at + 1, last) if _KEY.match(self._lines[i])), last)
                return self._value(at, end, value) + 1
        return first + 1 if first < len(self._lines) else 1

    def _table(self, table: str, number: int) -> tuple[int, int]:
        headings = [(i, m[1]) for i, s in enumerate(self._lines) if (m := _HEADING.match(s))]
        for place, (at, name) in enumerate(headings):
            if name == table:
                if number == 0:
                    rest = headings[place + 1 :]
                    return at, rest[0][0] if rest else len(self._lines)
                number -= 1
        return 0, len(self._lines)

    def _value(self, at: int, end: int, value: object) -> int:
        if value is None:
            return at
        word = re.compile(rf"(?<![\w.\-]){re.escape(str(value))}(?![\w.])")
        for i in range(at, end):
            text = self._lines[i].partition("#")[0]
            if word.search(_KEY.sub("", text, count=1)):
                return i
        return at
