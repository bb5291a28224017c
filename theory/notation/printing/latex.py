r"""LaTeX that GitHub shows as meant.

GitHub reads Markdown before mathematics, inside `$$` too: a backslash before punctuation is
lost, and a star can become emphasis. So commands are spelled with letters: \lVert and \ast, never
\| or *.
"""

from __future__ import annotations

import re
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
from theory.notation.printing.symbols import GREEK

COMMANDS = {
    "|": r"\mid",
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    **{name: f"\\{name}" for name in ("sin", "cos", "tan", "exp", "log", "ln")},
    "ϵ": r"\epsilon", "ϕ": r"\phi", "*": r"\ast", "∑": r"\sum", "𝔼": r"\mathbb{E}",
    "→": r"\to", "↛": r"\not\to", "←": r"\leftarrow", "↚": r"\not\leftarrow",
    "⇒": r"\Rightarrow", "⇏": r"\not\Rightarrow",
    "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "∉": r"\notin", "∼": r"\sim",
    "≁": r"\not\sim", "⊂": r"\subset", "⊄": r"\not\subset", "⊆": r"\subseteq",
    "⊈": r"\not\subseteq", "≡": r"\equiv", "≢": r"\not\equiv",
    "‖": r"\Vert", "⟨": r"\langle", "⟩": r"\rangle",
}  # fmt: skip
"""Characters that LaTeX writes as commands."""

ESCAPES = {
    "\\": r"\textbackslash ", "^": r"\textasciicircum ", "~": r"\textasciitilde ",
    **{c: f"\\{c}" for c in "#$%&_{}"},
}  # fmt: skip
"""Characters that mean something to LaTeX."""


def latex(x: Layout) -> str:
    r"""The layout in LaTeX.

    >>> from theory.notation.printing.symbols import symbol
    >>> latex(Scripted(symbol("V"), below=symbol("i_*"), above=Digits(2)))
    'V_{i_\\ast}^2'
    """
    match x:
        case Letter(text, primes):
            return _name(text) + "'" * primes
        case Blackboard(letter):
            return rf"\mathbb{{{letter}}}"
        case Digits(value):
            return str(value)
        case Sign(text):
            return f" {COMMANDS.get(text, text)} "
        case Words(text):
            return rf"\text{{{_escaped(text)}}}"
        case Scripted(Letter(text, primes), below, above) if primes and above is not None:
            # A stroke is a superscript: TeX joins it with one that follows at once.
            lowered = latex(Scripted(Letter(text), below))
            return lowered + "'" * primes + f"^{_braced(above)}"
        case Scripted(base, below, above):
            parts = [latex(base)]
            parts += [f"_{_braced(below)}"] if below is not None else []
            parts += [f"^{_braced(above)}"] if above is not None else []
            return "".join(parts)
        case Line(pieces):
            return _glued([latex(piece) for piece in pieces])
        case Commas(pieces):
            return ", ".join(latex(piece) for piece in pieces)
        case Sum(summands):
            return _sum(summands)
        case Product(factors):
            parts = [latex(factors[0])]
            for left, right in pairwise(factors):
                parts += [r" \cdot "] if dotted(left, right) else []
                parts.append(latex(right))
            return _glued(parts)
        case Fraction(over, under):
            return rf"\frac{{{latex(over)}}}{{{latex(under)}}}"
        case Root(inside):
            return rf"\sqrt{{{latex(inside)}}}"
        case Fenced(left, inside, right):
            return _fenced(left, inside, right)
        case Applied(function, arguments):
            return latex(function) + _fenced("(", Commas(arguments), ")")
        case Summation(below, body):
            return _glued([rf"\sum_{{{latex(below)}}} ", latex(body)])
        case Prefixed(operator, body):
            return _glued([latex(operator), latex(body)])
        case Expectation(body):
            return _glued([r"\mathbb{E}", latex(body)])
    raise TypeError(f"{x!r} is not a layout")


def _name(text: str) -> str:
    if text in COMMANDS:
        return COMMANDS[text]
    if len(text) == 1:
        return _escaped(text)
    return rf"\mathrm{{{_escaped(text)}}}"


def _escaped(text: str) -> str:
    return "".join(ESCAPES.get(c, c) for c in text)


def _braced(x: Layout) -> str:
    """A script: braces unless it is one character or command."""
    text = latex(x)
    return text if re.fullmatch(r".|\\[A-Za-z]+", text) else f"{{{text}}}"


def _glued(parts: list[str]) -> str:
    """The parts side by side, with a space where a command would swallow the next letter."""
    text = ""
    for part in parts:
        swallows = re.search(r"\\[A-Za-z]+$", text) and part[:1].isalpha()
        text += (" " if swallows or text.endswith(" }") else "") + part
    return text


def _sum(summands: tuple[tuple[bool, Layout], ...]) -> str:
    text = ""
    for negative, summand in summands:
        sign = "-" if negative else "+" if text else ""
        text += (f" {sign} " if text else sign) + latex(summand)
    return text


def _fenced(left: str, inside: Layout, right: str) -> str:
    opening = {"‖": r"\lVert", "|": r"\lvert"}.get(left) or COMMANDS.get(left, left)
    closing = {"‖": r"\rVert", "|": r"\rvert"}.get(right) or COMMANDS.get(right, right)
    if tall(inside):
        opening, closing = rf"\left{opening}", rf"\right{closing}"
    return _glued([opening, latex(inside), closing])
