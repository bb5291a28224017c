"""The picture of a formula: what stands where, before a backend writes it down.

`compose.py` turns terms into these nodes and decides every bracket; the backends `latex.py`,
`mathml.py` and `text.py` only spell them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Layout:
    """Base of all nodes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Letter(Layout):
    """A name: one letter is set in italics, several upright; `primes` strokes follow it."""

    text: str
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Blackboard(Layout):
    """A double-struck capital: E for expectation, I for indicator."""

    letter: str


@dataclass(frozen=True, slots=True)
class Digits(Layout):
    """A natural number."""

    value: int


@dataclass(frozen=True, slots=True)
class Sign(Layout):
    """A relation between its two neighbours in a `Line`."""

    text: str


@dataclass(frozen=True, slots=True)
class Words(Layout):
    """Prose inside mathematics, with its own spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Scripted(Layout):
    """A base with something below and above at its right."""

    base: Layout
    below: Layout | None = None
    above: Layout | None = None


@dataclass(frozen=True, slots=True)
class Line(Layout):
    """Pieces side by side: relations and prose."""

    pieces: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Commas(Layout):
    """Pieces with commas between them."""

    pieces: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Sum(Layout):
    """Summands, each with whether it is subtracted."""

    summands: tuple[tuple[bool, Layout], ...]


@dataclass(frozen=True, slots=True)
class Product(Layout):
    """Factors side by side, with a dot where `dotted` asks for one."""

    factors: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Fraction(Layout):
    """One thing over another."""

    over: Layout
    under: Layout


@dataclass(frozen=True, slots=True)
class Root(Layout):
    """A square root."""

    inside: Layout


@dataclass(frozen=True, slots=True)
class Fenced(Layout):
    """Something between two fences: ( ), [ ], ‖ ‖ or ⟨ ⟩."""

    left: str
    inside: Layout
    right: str


@dataclass(frozen=True, slots=True)
class Applied(Layout):
    """A function at its arguments: s(i)."""

    function: Layout
    arguments: tuple[Layout, ...]


@dataclass(frozen=True, slots=True)
class Summation(Layout):
    """A sum sign, what stands below it, and what is summed."""

    below: Layout
    body: Layout


@dataclass(frozen=True, slots=True)
class Expectation(Layout):
    """E before its body; a bracketed body ends where the bracket ends."""

    body: Layout
    bracketed: bool = False


@dataclass(frozen=True, slots=True)
class Prefixed(Layout):
    """An operator before what it reaches over: sin α."""

    operator: Layout
    body: Layout


class Level(IntEnum):
    """How tightly a node holds together; a looser one needs brackets inside a tighter one."""

    RELATION = 0
    SUM = 1
    PREFIX = 2
    PRODUCT = 3
    QUOTIENT = 4
    POWER = 5
    ATOM = 6


def level(x: Layout) -> Level:
    """How tightly the node holds together.

    >>> level(Sum(((False, Letter("a")), (True, Letter("b")))))
    <Level.SUM: 1>
    >>> level(Scripted(Letter("a"), below=Letter("i")))
    <Level.ATOM: 6>
    >>> level(Scripted(Letter("a"), above=Digits(2)))
    <Level.POWER: 5>
    """
    match x:
        case Line() | Commas() | Sign() | Words():
            return Level.RELATION
        case Sum():
            return Level.SUM
        case Summation() | Prefixed() | Expectation(_, False):
            return Level.PREFIX
        case Product(factors):
            return min(Level.PRODUCT, level(factors[-1]))
        case Fraction():
            return Level.QUOTIENT
        case Root():
            return Level.POWER
        case Scripted(_, _, above) if above is not None:
            return Level.POWER
    return Level.ATOM


def parenthesised(x: Layout) -> Fenced:
    """The node in round brackets."""
    return Fenced("(", x, ")")


def at_least(x: Layout, wanted: Level) -> Layout:
    """The node, in round brackets if it holds together less tightly than wanted."""
    return x if level(x) >= wanted else parenthesised(x)


def dotted(left: Layout, right: Layout) -> bool:
    """Whether two neighbouring factors need a dot to be read as a product.

    >>> dotted(Digits(2), Letter("d")), dotted(Letter("d"), Digits(2))
    (False, True)
    >>> dotted(Letter("f"), parenthesised(Letter("n")))  # f(n) would be a function
    True
    """
    end, start = _end(left), _start(right)
    match start:
        case Digits():
            return True
        case Fraction(over):
            return isinstance(end, Digits) and isinstance(_start(over), Digits)
        case Fenced("‖" | "|"):
            return isinstance(end, Fenced) and end.right in ("‖", "|")
        case Fenced("("):
            return isinstance(end, Letter | Applied | Expectation)
    return False


def tall(x: Layout) -> bool:
    """Whether the node is higher than a line, so that fences around it must grow.

    >>> tall(Product((Digits(2), Fraction(Digits(1), Letter("n"))))), tall(Letter("n"))
    (True, False)
    """
    match x:
        case Fraction() | Summation():
            return True
        case Scripted(base):
            return tall(base)
        case Product(pieces) | Line(pieces) | Commas(pieces):
            return any(map(tall, pieces))
        case Sum(summands):
            return any(tall(summand) for _, summand in summands)
        case Root(inside) | Fenced(_, inside) | Expectation(inside) | Prefixed(_, inside):
            return tall(inside)
    return False


def _base(x: Layout) -> Layout:
    return _base(x.base) if isinstance(x, Scripted) else x


def _end(x: Layout) -> Layout:
    return _end(x.factors[-1]) if isinstance(x, Product) else _base(x)


def _start(x: Layout) -> Layout:
    return _start(x.factors[0]) if isinstance(x, Product) else _base(x)
