"""Presentation MathML that a browser shows without a script, and that parses as XML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
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
    tall,
)

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
DOUBLE_STRUCK = {"E": "𝔼", "I": "𝕀"}
APPLY = "<mo>&#x2061;</mo>"
SPACE = '<mspace width="0.167em"/>'
TIMES = "<mo>&#x2062;</mo>"
DOT = "<mo>·</mo>"
COMMA = '<mo separator="true">,</mo>'


def mathml(x: Layout, *, display: bool = True) -> str:
    """The layout as a `math` element, set as a display or inside a line of text.

    >>> mathml(Scripted(Letter("V"), below=Letter("i")), display=False)
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">\
<msub><mi>V</mi><mi>i</mi></msub></math>'
    """
    mode = "block" if display else "inline"
    return f'<math xmlns="{NAMESPACE}" display="{mode}">{element(x)}</math>'


def element(x: Layout) -> str:
    """The layout as exactly one MathML element."""
    match x:
        case Letter("*", 0):
            return "<mo>∗</mo>"
        case Letter("∑" | "∇", 0):
            return f"<mo>{x.text}</mo>"
        case Letter(text, primes):
            name = f"<mi>{escape(text)}</mi>"
            return f"<msup>{name}<mo>{'′' * primes}</mo></msup>" if primes else name
        case Blackboard(letter):
            return f"<mi>{DOUBLE_STRUCK[letter]}</mi>"
        case Digits(value):
            return f"<mn>{value}</mn>"
        case Sign(text):
            return f"<mo>{escape(text)}</mo>"
        case Words(text):
            return f"<mtext>{_prose(text)}</mtext>"
        case Scripted(base, below, None) if below is not None:
            return f"<msub>{element(base)}{element(below)}</msub>"
        case Scripted(base, None, above) if above is not None:
            return f"<msup>{element(base)}{element(above)}</msup>"
        case Scripted(base, below, above) if below is not None and above is not None:
            return f"<msubsup>{element(base)}{element(below)}{element(above)}</msubsup>"
        case Scripted(base):
            return element(base)
        case Line(pieces):
            return _row(map(element, pieces))
        case Commas(pieces):
            return _row([COMMA.join(map(element, pieces))])
        case Sum(summands):
            return _row(_signed(summands))
        case Product(factors):
            parts = [element(factors[0])]
            for left, right in pairwise(factors):
                parts += [DOT if dotted(left, right) else TIMES, element(right)]
            return _row(parts)
        case Fraction(over, under):
            return f"<mfrac>{element(over)}{element(under)}</mfrac>"
        case Root(inside):
            return f"<msqrt>{element(inside)}</msqrt>"
        case Fenced(left, inside, right):
            return _fenced(left, inside, right)
        case Applied(function, arguments):
            return _row([element(function), APPLY, _fenced("(", Commas(arguments), ")")])
        case Summation(below, body):
            return _row([f"<munder><mo>∑</mo>{element(below)}</munder>", element(body)])
        case Prefixed(operator, body):
            return _row([element(operator), APPLY, SPACE, element(body)])
        case Expectation(body):
            return _row([element(Blackboard("E")), APPLY, element(body)])
    raise TypeError(f"{x!r} is not a layout")


def _row(parts: Iterable[str]) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _fenced(left: str, inside: Layout, right: str) -> str:
    grows = "true" if tall(inside) else "false"
    opening = f'<mo form="prefix" fence="true" stretchy="{grows}">{left}</mo>'
    closing = f'<mo form="postfix" fence="true" stretchy="{grows}">{right}</mo>'
    return _row([opening, element(inside), closing])


def _signed(summands: tuple[tuple[bool, Layout], ...]) -> Iterable[str]:
    for position, (negative, summand) in enumerate(summands):
        if position:
            yield "<mo>−</mo>" if negative else "<mo>+</mo>"
        elif negative:
            yield '<mo form="prefix">−</mo>'
        yield element(summand)


def _prose(text: str) -> str:
    """Text whose outer spaces survive: MathML trims the ordinary ones."""
    core = text.strip()
    before, after = text.startswith(" "), text.endswith(" ") and bool(core)
    return "&#xA0;" * before + escape(core) + "&#xA0;" * after
