"""One line of Unicode for a terminal: what is raised, lowered or stacked is written in a row."""

from __future__ import annotations

from itertools import pairwise

from theory.notation.printing.layout import (
    Applied,
    Blackboard,
    Commas,
    Digits,
    Expectation,
    Fenced,
    Fraction,
    Layout,
    Letter,
    Level,
    Line,
    Prefixed,
    Product,
    Root,
    Scripted,
    Sign,
    Sum,
    Summation,
    Words,
    dotted,
    level,
)
from theory.notation.printing.symbols import RAISED


def text(x: Layout) -> str:
    """The layout in one line.

    >>> text(Fraction(Digits(1), Product((Digits(2), Letter("n")))))
    '1/(2n)'
    """
    match x:
        case Letter(name, primes):
            return name.replace("𝔼", "E") + "′" * primes
        case Blackboard(letter):
            return letter
        case Digits(value):
            return str(value)
        case Sign(sign):
            return f" {sign} "
        case Words(words):
            return words
        case Scripted(base, below, above):
            return text(base) + _lowered(below) + _raised(above)
        case Line(pieces):
            return "".join(map(text, pieces))
        case Commas(pieces):
            return ", ".join(map(text, pieces))
        case Sum(summands):
            return _sum(summands)
        case Product(factors):
            return _product(factors)
        case Fraction(over, under):
            return f"{_numerator(over)}/{_wrapped(under, Level.POWER)}"
        case Root(inside):
            short = isinstance(inside, Digits | Letter) and _plain(inside)
            return f"√{text(inside)}" if short else f"√({text(inside)})"
        case Fenced(left, inside, right):
            return f"{left}{text(inside)}{right}"
        case Applied(function, arguments):
            return f"{text(function)}({text(Commas(arguments))})"
        case Summation(below, body):
            return f"∑{_lowered(below)} {text(body)}"
        case Prefixed(operator, body):
            return f"{text(operator)} {text(body)}"
        case Expectation(body):
            line = text(body)
            return f"E{line}" if line[0] in "‖⟨[" else f"E {line}"
    raise TypeError(f"{x!r} is not a layout")


def _plain(x: Layout) -> bool:
    """Whether the node is a number, or one letter with strokes or a power at most."""
    match x:
        case Digits():
            return True
        case Letter(name):
            return len(name) == 1
        case Scripted(base, None, _):
            return _plain(base)
    return False


def _wrapped(x: Layout, wanted: Level) -> str:
    return text(x) if level(x) >= wanted else f"({text(x)})"


def _numerator(x: Layout) -> str:
    """A product may stand before a slash."""
    return _wrapped(x, Level.POWER if isinstance(x, Fraction) else Level.PRODUCT)


def _lowered(x: Layout | None) -> str:
    if x is None:
        return ""
    name = text(x)
    return f"_{name}" if name.isalnum() or len(name) == 1 else f"_{{{name}}}"


def _raised(x: Layout | None) -> str:
    match x:
        case None:
            return ""
        case Digits(value):
            return "".join(RAISED[int(digit)] for digit in str(value))
        case Letter(name) if not name.strip("′"):
            return name
    return f"^{{{text(x)}}}"


def _sum(summands: tuple[tuple[bool, Layout], ...]) -> str:
    line = ""
    for negative, summand in summands:
        sign = "-" if negative else "+" if line else ""
        line += (f" {sign} " if line else sign) + text(summand)
    return line


def _product(factors: tuple[Layout, ...]) -> str:
    line = text(factors[0])
    for left, right in pairwise(factors):
        part = text(right)
        if dotted(left, right) or isinstance(left, Fraction):
            line += " · "
        elif not (_plain(left) and (_plain(right) or (_is_number(left) and _tight(part)))):
            line += " "
        line += part
    return line


def _is_number(x: Layout) -> bool:
    return isinstance(x, Digits)


def _tight(part: str) -> bool:
    """Whether the text can follow a number without a space: 2(n - f), 2δ_c(i), 2‖x‖."""
    return part[0] in "(‖⟨√" or not part[:2].isalpha()
