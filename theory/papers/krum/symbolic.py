"""eta(n, f) and sin alpha derived with sympy, by composing the lines of the proof.

Nothing is typed a second time: each piece is the right side of a statement of the document.
`composed` puts (1-3e) and (1-7c) into (1-2c) exactly as the notes do, which is conditional, as
(1-2a) and (1-7a) are false as written; `proved` takes the bounds that are theorems.

>>> from theory.papers.krum import symbolic
>>> symbolic.equal(symbolic.composed().eta_squared, symbolic.printed().eta_squared)
True
>>> float(symbolic.numpy_function(symbolic.printed().eta_squared)(5, 1))
18.0
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from theory.kernel.terms import Relation, Term
from theory.notation.language import norm
from theory.notation.to_sympy import to_sympy
from theory.papers.krum.document import DOCUMENT
from theory.papers.krum.setting import d, eta, f, g, n, sin_alpha, variance

if TYPE_CHECKING:
    import sympy

SIGNATURE = DOCUMENT.language.signature


@dataclass(frozen=True)
class Bound:
    """|E Krum - g|^2 <= eta_squared d sigma^2, and what it rests on.

    status: "conditional" (on lines that are false as written), "printed" or "proved".
    """

    name: str
    status: str
    rests_on: tuple[str, ...]
    eta_squared: sympy.Expr

    @property
    def sin_alpha(self) -> sympy.Expr:
        """eta sqrt(d) sigma / |g|."""
        import sympy

        scale = sympy.sqrt(_read(d)) * sympy.sqrt(_read(variance)) / _read(norm(g))
        return sympy.sqrt(self.eta_squared) * scale


def _read(x: Term) -> Any:
    return to_sympy(x, SIGNATURE)


@cache
def _right_side(claim: str, reading: int = 0) -> Any:
    """The right side of a claim's relation, divided by d sigma^2."""
    import sympy

    statement = DOCUMENT.claims()[claim].readings[reading].statement
    assert isinstance(statement, Relation)
    return sympy.simplify(_read(statement.right) / (_read(d) * _read(variance)))


def composed() -> Bound:
    """(1-2c) with (1-3e) for the correct and f times (1-7c) for the Byzantine winners."""
    pieces = ("1-2a", "1-2c", "1-3e", "1-7a", "1-7c")
    return Bound(
        "as the notes compose it",
        "conditional",
        pieces,
        _right_side("1-3e") + _read(f) * _right_side("1-7c"),
    )


def printed() -> Bound:
    """eta^2 as it is printed in Proposition 1."""
    return Bound("the paper's η²", "printed", ("eta-defined",), _read(eta) ** 2)


def reduced() -> Bound:
    """The notes' composition with (n-f-1) reduced to 1, the author's question: (1-7) as question-1f."""
    pieces = ("1-2a", "1-2c", "1-3e", "question-1f")
    return Bound(
        "with the author's reduction",
        "conditional",
        pieces,
        _right_side("1-3e") + _read(f) * _right_side("question-1f"),
    )


def rational() -> Bound:
    """The proved bound with equal weights."""
    return Bound(
        "proved, equal weights", "proved", ("error-rational",), _right_side("error-rational")
    )


def sharpest() -> Bound:
    """The sharpest proved bound."""
    return Bound("proved, sharpest", "proved", ("error-sharp",), _right_side("error-sharp"))


def bounds() -> tuple[Bound, ...]:
    """All of them, loosest reasoning first."""
    return composed(), printed(), reduced(), rational(), sharpest()


def equal(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether two expressions are the same function of n and f, after simplification."""
    import sympy

    return bool(sympy.simplify(one - other) == 0)


def sin_alpha_printed() -> sympy.Expr:
    """sin alpha as it is printed in Proposition 1."""
    return _read(sin_alpha)


def domain() -> sympy.Expr:
    """Where eta is defined: 2f + 2 < n (the denominator) with f >= 0; there the radicand is positive."""
    return _read(n) > 2 * _read(f) + 2


def increases_in_f() -> bool:
    """eta^2(n, f+1) - eta^2(n, f) has non-negative coefficients in f and n - 2f - 5 >= 0."""
    import sympy

    e = sympy.Symbol("e", nonnegative=True)
    f_, n_ = _read(f), _read(n)
    step = printed().eta_squared.subs(f_, f_ + 1) - printed().eta_squared
    numerator, denominator = sympy.fraction(sympy.together(step.subs(n_, 2 * f_ + 5 + e)))
    signs = [
        all(c >= 0 for c in sympy.Poly(sympy.expand(x), f_, e).coeffs())
        for x in (numerator, denominator)
    ]
    return all(signs)


def turning_point() -> sympy.Expr:
    """The n beyond which eta increases in n, for f >= 1: 2f + 2 + f sqrt(f + 2); below it decreases."""
    import sympy

    n_, f_ = _read(n), _read(f)
    gap = sympy.Symbol("gap", positive=True)
    slope = sympy.together(sympy.diff(printed().eta_squared, n_).subs(n_, 2 * f_ + 2 + gap))
    (root_,) = [x for x in sympy.solve(sympy.numer(slope), gap) if not x.could_extract_minus_sign()]
    return sympy.simplify(2 * f_ + 2 + root_)


def numpy_function(expression: sympy.Expr) -> Callable[..., Any]:
    """The expression in n and f as a numpy function of two numbers or arrays."""
    import sympy

    return sympy.lambdify((_read(n), _read(f)), expression, "numpy")
