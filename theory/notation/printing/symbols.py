"""Reading the looks of a language: "σ²", "i′_*", "sin α", "f(x_{0})" and relations "{0} → {1}"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from theory.notation.printing.layout import (
    Applied,
    Commas,
    Digits,
    Expectation,
    Fenced,
    Layout,
    Letter,
    Level,
    Line,
    Prefixed,
    Product,
    Scripted,
    Sign,
    Sum,
    Words,
    level,
)

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
    "nabla": "∇",
}  # fmt: skip
"""Letters that can be written by name."""

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
"""The superscript digits."""

NEGATED = {
    "=": "≠", "→": "↛", "←": "↚", "⇒": "⇏", "∈": "∉", "<": "≥", "≤": ">", ">": "≤", "≥": "<",
    "∼": "≁", "⊂": "⊄", "⊆": "⊈", "≡": "≢",
}  # fmt: skip
"""A relation sign and the sign of its denial."""

TOKEN = rf"\{{\d+\}}|[0-9]+|[{RAISED}]+|['′]+|[A-Za-z]+|[^\W\d_]|[_(){{}}+,*∑∇−-]|\s+"


def symbol(text: str, places: Sequence[Layout] = ()) -> Layout:
    """Read a look; {0}, {1} stand for `places`. What cannot be read is one upright name.

    >>> symbol("sigma"), symbol("u'")
    (Letter(text='σ', primes=0), Letter(text='u', primes=1))
    >>> symbol("i_*")
    Scripted(base=Letter(text='i', primes=0), below=Letter(text='*', primes=0), above=None)
    >>> symbol("x_{t+1}").below == symbol("t+1")
    True
    >>> symbol("sin α")
    Prefixed(operator=Letter(text='sin', primes=0), body=Letter(text='α', primes=0))
    """
    tokens = re.findall(TOKEN, text)
    if "".join(tokens) != text:
        return Letter(text)
    reader = _Reader([t for t in tokens if t.strip()], places)
    try:
        read = reader.sum()
    except (IndexError, _Unreadable):
        return Letter(text)
    return read if reader.at_end() else Letter(text)


def relation(pattern: str, places: Sequence[Layout], *, holds: bool = True) -> Layout:
    """Read a relation such as "{0} → {1}", or its denial; words in it are prose.

    >>> relation("{0} → {1}", [Letter("i"), Letter("j")], holds=False)
    Line(pieces=(Letter(text='i', primes=0), Sign(text='↛'), Letter(text='j', primes=0)))
    """
    pieces: list[Layout] = []
    for chunk in re.findall(r"[^\W\d_]{2,}(?:\s+[^\W\d_]{2,})*(?!\S)|[\w{}()'′*,]+|\S", pattern):
        if re.fullmatch(r"[^\W\d_]{2,}(?:\s+[^\W\d_]{2,})*", chunk) and chunk not in GREEK:
            pieces.append(Words(f" {chunk} "))
        else:
            sign = not re.search(r"[\w{}()]", chunk)
            pieces.append(Sign(chunk) if sign else symbol(chunk, places))
    if holds:
        return Line(tuple(pieces))
    signs = [piece.text for piece in pieces if isinstance(piece, Sign)]
    if len(signs) == 1 and signs[0] in NEGATED:
        denial = Sign(NEGATED[signs[0]])
        return Line(tuple(denial if isinstance(piece, Sign) else piece for piece in pieces))
    return Line((Words("not "), *pieces))


def with_below(base: Layout, pieces: list[Layout]) -> Layout:
    """The base with more subscripts, after those that it has already."""
    if not pieces:
        return base
    above: Layout | None = None
    if isinstance(base, Scripted):
        if base.below is not None:
            pieces = [base.below, *pieces]
        above, base = base.above, base.base
    return Scripted(base, pieces[0] if len(pieces) == 1 else Commas(tuple(pieces)), above)


class _Unreadable(Exception):
    """The look is not in the grammar."""


class _Reader:
    """sum ::= product (± product)*;  product ::= item+;  item ::= atom with its marks."""

    def __init__(self, tokens: list[str], places: Sequence[Layout]) -> None:
        self.tokens = [*tokens, ""]
        self.places = places

    def at_end(self) -> bool:
        return self.tokens == [""]

    def sum(self) -> Layout:
        summands: list[tuple[bool, Layout]] = []
        while not summands or self.tokens[0] in ("+", "-", "−"):
            negative = self.tokens[0] in ("-", "−")
            if negative or summands:
                self.tokens.pop(0)
            summands.append((negative, self.product()))
        return summands[0][1] if len(summands) == 1 and not negative else Sum(tuple(summands))

    def product(self) -> Layout:
        first = self.item()
        if self.tokens[0] in ("", ")", "}", ",", "+", "-", "−"):
            return first
        rest = self.product()
        match first:
            case Letter("𝔼", 0) if level(rest) >= Level.POWER:
                return Expectation(rest)
            case Letter("𝔼", 0):
                return Expectation(Fenced("[", rest, "]"), bracketed=True)
            case Letter("Σ" | "∑", 0):
                return Prefixed(Letter("∑"), rest)
            case Letter(text) if len(text) > 1:
                return Prefixed(first, rest)
        return Product((first, *(rest.factors if isinstance(rest, Product) else (rest,))))

    def item(self) -> Layout:
        token = self.tokens.pop(0)
        if token.startswith("{"):
            read = self.places[int(token[1:-1])]
        elif token == "(":
            read = Fenced("(", self.sum(), ")")
            self.close()
        elif token.isascii() and token.isdigit():
            read = Digits(int(token))
        elif token.isalpha() or token in ("*", "∑", "∇"):
            read = Letter(GREEK.get(token, token))
            if self.tokens[0].isascii() and self.tokens[0].isdigit():
                read = Scripted(read, below=Digits(int(self.tokens.pop(0))))
        else:
            raise _Unreadable
        return self.marked(read)

    def marked(self, x: Layout) -> Layout:
        """The item with the strokes, powers, subscripts and arguments that follow it."""
        token = self.tokens[0]
        match x:
            case Letter(text, 0) if token[:1] in ("'", "′") and token:
                x = Letter(text, len(self.tokens.pop(0)))
            case Letter() | Scripted(_, _, None) if token[:1] in tuple(RAISED):
                power = Digits(int("".join(str(RAISED.index(c)) for c in self.tokens.pop(0))))
                base, below = (x.base, x.below) if isinstance(x, Scripted) else (x, None)
                x = Scripted(base, below, power)
            case Letter() | Scripted() if token == "_":
                self.tokens.pop(0)
                x = with_below(x, [self.grouped() if self.tokens[0] == "{" else self.item()])
            case Letter() | Scripted() if token == "(":
                self.tokens.pop(0)
                arguments = [self.sum()]
                while self.tokens[0] == ",":
                    self.tokens.pop(0)
                    arguments.append(self.sum())
                self.close()
                x = Applied(x, tuple(arguments))
            case _:
                return x
        return self.marked(x)

    def grouped(self) -> Layout:
        """What stands between braces: the t+1 of x_{t+1}."""
        self.tokens.pop(0)
        inside = self.sum()
        if self.tokens.pop(0) != "}":
            raise _Unreadable
        return inside

    def close(self) -> None:
        if self.tokens.pop(0) != ")":
            raise _Unreadable
