"""Which looks are honest: a sign that can be taken for nothing else.

A look only says how a symbol is printed, so one that reads as a number, an operation, or another
symbol would make a page say what was not proved. `Signs.add` refuses those, with what to do.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from theory.notation.printing.layout import (
    Applied,
    Commas,
    Digits,
    Layout,
    Letter,
    Prefixed,
    Product,
    Scripted,
    Sum,
)
from theory.notation.printing.symbols import relation, symbol, with_below
from theory.notation.printing.text import text

if TYPE_CHECKING:
    from theory.notation.language import Look

FUNCTIONS = frozenset({"sin", "cos", "tan", "exp", "log", "ln"})
"""Words that may stand before one sign: sin α."""
PROSE = frozenset({
    "all", "almost", "alone", "and", "constant", "for", "integrable", "is", "not", "of", "or",
    "some", "surely", "there", "when", "with",
})  # fmt: skip
"""Words that the notation puts between formulas."""
TAKEN = frozenset({
    "E", "I", "∑", "Σ", "∏", "Π", "√", "∇", "max", "min", "sup", "inf", "lim", *FUNCTIONS, *PROSE,
})  # fmt: skip
"""What the notation itself prints."""
ALIKE = str.maketrans({
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True)),
    **dict(zip("АВЕЅІЈКМНОРСТУХаеѕіјорсухԛԝһ", "ABESIJKMHOPCTYXaesijopcyxqwh", strict=True)),
    **dict(zip("Ϲϲϳı′’ʹ−‐‑‒–—", "Ccji'''------", strict=True)),
})  # fmt: skip
"""Letters of other alphabets, and marks, whose shape is that of a plain one.

Unicode's own list of confusable characters also takes α for a and ν for v, which no paper does.
"""
HIDDEN = ("C", "M", "Zl", "Zp")
"""Categories of characters that cannot be seen alone: controls, marks that join, separators."""
COMPARES = "=≠<>≤≥≡≈≔+-−±·×*/^|√∑()[]{}⟨⟩‖"
"""Signs that compare or compute, so that no relation of indices may look like them."""
PLACE = Letter("□")
WORDS = r"[^\W\d_]+(?:[ '-][^\W\d_]+)*"


class BadLook(ValueError):
    """A look could be taken for something else; the message says for what, and what to do."""


class Signs:
    """The signs of the symbols that were declared so far."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._called: dict[str, str] = {}
        self._letters: dict[str, str] = {}
        self._words: dict[str, str] = {}

    def add(self, name: str, look: Look, places: int, *, related: bool, square: bool) -> None:
        """Take in the look of a name; raises BadLook.

        places: how many indices are printed. related: it is a relation between indices. square: the
        power 2 is meant, since it is the square of what the rest of the sign names.
        """
        try:
            for shown in _pictures(name, look, places, related=related, square=square):
                self._take(name, shown, places)
        except BadLook as wrong:
            what = look.pattern or look.symbol or name
            raise BadLook(
                f"the look {what!r} of {name!r} {wrong}; give it another look, such as one letter, "
                "a letter with a subscript (x_0), or a function of signs, f(x)"
            ) from None

    def _take(self, name: str, shown: Layout, places: int) -> None:
        sign = skeleton(text(shown))
        called = sign
        if isinstance(shown, Applied) and all(isinstance(a, Letter) for a in shown.arguments):
            called = skeleton(text(Applied(shown.function, (PLACE,) * len(shown.arguments))))
        # A sign "s(i)" reads like the function s at the index i.
        mine, others = (
            (self._called, self._names) if called != sign else (self._names, self._called)
        )
        for known in (self._names.get(sign), others.get(called)):
            if known not in (None, name):
                raise BadLook(f"is that of {known!r} too")
        mine.setdefault(called, name)
        self._names[sign] = name
        if not isinstance(shown, Letter) or places:
            return
        if len(sign) == 1:
            self._letters[sign] = name
        else:
            self._words[sign] = name
        for word, whose in self._words.items():
            if set(word) <= self._letters.keys():
                product = f"is a product of {' and '.join(sorted(set(word)))}"
                raise BadLook(
                    product if whose == name else f"makes the sign of {whose!r} one: it {product}"
                )


def skeleton(sign: str) -> str:
    """The sign as it is seen: two that are equal so cannot be told apart.

    >>> skeleton("𝐱") == skeleton("х") == "x"
    True
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).translate(ALIKE))


def check_adjective(adjective: str) -> None:
    """Refuse what is printed before an index unless it is plain words; raises BadLook."""
    _check_characters(adjective)
    words = set(adjective.split())
    if adjective and (not re.fullmatch(WORDS, adjective) or words & TAKEN):
        raise BadLook(f"{adjective!r} stands before an index: use plain words, such as correct")


@cache
def _check_characters(written: str) -> None:
    for c in written:
        hidden = unicodedata.category(c).startswith(HIDDEN)
        if hidden or (c.isspace() and c != " "):
            raise BadLook(f"has the character U+{ord(c):04X}, which cannot be seen alone")
        if unicodedata.bidirectional(c) in ("R", "AL", "AN"):
            raise BadLook(f"has the character U+{ord(c):04X}, which is read from right to left")


def _pictures(name: str, look: Look, places: int, *, related: bool, square: bool) -> list[Layout]:
    """How the name is printed with a blank for each index, one for each of its symbols."""
    for written in (look.symbol, look.pattern, look.subscript, *look.by_set.values()):
        _check_characters(written)
    blanks = [PLACE] * places
    if look.pattern:
        if {f"{{{k}}}" for k in range(places)} != set(re.findall(r"\{\d+\}", look.pattern)):
            raise BadLook(f"must show each of its {places} indices, {{0}} and so on")
        if related:
            _check_relation(look.pattern)
            return [relation(look.pattern, blanks)]
        return [_sign(symbol(look.pattern, blanks), square=False)]
    found: list[Layout] = []
    for base in {look.symbol or name, *look.by_set.values()}:
        shown = _sign(symbol(base), square=square)
        below = [symbol(look.subscript)] if look.subscript else []
        if not all(map(_is_mark, below)):
            raise BadLook("has a subscript that is not one")
        if look.function and places:
            found.append(Applied(with_below(shown, below), tuple(blanks)))
        else:
            found.append(with_below(shown, [*below, *blanks]))
    return found


def _check_relation(pattern: str) -> None:
    rest = re.sub(r"\{\d+\}", " ", pattern).split()
    words = [piece for piece in rest if re.fullmatch(WORDS, piece)]
    signs = [piece for piece in rest if piece not in words]
    if TAKEN & set(words) or any(set(piece) & set(COMPARES) for piece in signs) or len(signs) > 1:
        raise BadLook("could be read as an equation or a sentence of the notation")


def _sign(x: Layout, *, square: bool) -> Layout:
    """The picture, if it is one sign; raises BadLook with what it reads as."""
    match x:
        case Scripted(base, below, Digits(2)) if square:
            _sign(Scripted(base, below) if below else base, square=False)
        case Letter(written) if skeleton(written) in TAKEN:
            raise BadLook(f"is {written}, which the notation has a use for")
        case Letter(written) if written.isidentifier():
            pass
        case Scripted(Letter(written) as base, below, None) if below and _is_mark(below):
            if written not in PROSE:  # with a subscript it is no word of a sentence
                _sign(base, square=False)
        case Applied(function, _):
            _sign(function, square=False)
        case Product((Letter("∇"), Letter() | Scripted() | Applied() as rest)):
            _sign(rest, square=False)
        case Prefixed(Letter(word), (Letter() | Scripted()) as rest) if word in FUNCTIONS:
            _sign(rest, square=False)
        case Digits():
            raise BadLook("is a number")
        case _:
            raise BadLook("reads as more than one sign")
    return x


def _is_mark(x: Layout) -> bool:
    """Whether a picture may be a subscript: a letter, a number, t + 1, or a list of them."""
    match x:
        case Letter(written):
            return written.isalpha() or written in ("*", "□")
        case Digits():
            return True
        case Sum(summands):
            return all(_is_mark(each) for _, each in summands)
        case Commas(pieces):
            return all(map(_is_mark, pieces))
        case Scripted(base, Layout() as below, None):
            return _is_mark(base) and _is_mark(below)
    return False
