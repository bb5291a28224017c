"""Reading data that may come from anywhere: every field is asked for by kind, and none is left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

LONGEST_TEXT = 20_000
MOST_ITEMS = 20_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:'()-]{0,59}")


class NotPortable(Exception):
    """The data is not what it should be; the message says what is wrong and where."""


def as_text(x: Any, where: str) -> str:
    r"""A text; characters that move a cursor or turn the direction of writing are replaced.

    >>> as_text("one\x1b[2Jtwo", "here")
    'one�[2Jtwo'
    """
    if not isinstance(x, str) or len(x) > LONGEST_TEXT:
        raise NotPortable(f"{where}: a text of at most {LONGEST_TEXT} characters was expected")
    return "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else "�" for c in x)


def as_truth(x: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(x, bool):
        raise NotPortable(f"{where}: true or false was expected")
    return x


def as_list(x: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(x, list) or len(x) > MOST_ITEMS:
        raise NotPortable(f"{where}: a list of at most {MOST_ITEMS} things was expected")
    return x


def as_pairs(x: Any, where: str) -> list[tuple[str, Any]]:
    """A list of named things, no name twice."""
    found = []
    for pair in as_list(x, where):
        if not isinstance(pair, list) or len(pair) != 2:
            raise NotPortable(f"{where}: pairs of a name and a value were expected")
        found.append((as_text(pair[0], where), pair[1]))
    if len({name for name, _ in found}) != len(found):
        raise NotPortable(f"{where}: a name stands there twice")
    return found


class Record:
    """A JSON object whose fields are taken one by one; `finish` refuses any that are left."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, dict):
            raise NotPortable(f"{where}: an object was expected")
        self._data = dict(data)
        self._where = where

    def take(self, key: str) -> Any:
        """The value of a field, which must be there."""
        if key not in self._data:
            raise NotPortable(f"{self._where}: {key!r} is missing")
        return self._data.pop(key)

    def text(self, key: str) -> str:
        """A text."""
        return as_text(self.take(key), f"{self._where}, {key}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        where = f"{self._where}, {key}"
        return tuple(as_text(x, where) for x in as_list(self.take(key), where))

    def name(self, key: str) -> str:
        """A name: it may stand in a file name or an anchor."""
        found = self.text(key)
        if not NAME.fullmatch(found):
            raise NotPortable(
                f"{self._where}, {key}: {found[:60]!r} is not a name: "
                "use letters, digits, spaces and . _ : ' ( ) -"
            )
        return found

    def truth(self, key: str) -> bool:
        """True or false."""
        return as_truth(self.take(key), f"{self._where}, {key}")

    def one_of(self, key: str, allowed: Sequence[Any]) -> Any:
        """One of the given texts."""
        found = self.text(key)
        if found not in allowed:
            raise NotPortable(f"{self._where}, {key}: {found[:60]!r} is not one of {allowed}")
        return found

    def only(self) -> str:
        """The key of the one field."""
        if len(self._data) != 1:
            raise NotPortable(f"{self._where}: one field was expected")
        return next(iter(self._data))

    def finish(self) -> None:
        """Refuse fields that nobody asked for."""
        if self._data:
            left = sorted(map(str, self._data))
            raise NotPortable(f"{self._where}: unknown fields {left[:5]}")
