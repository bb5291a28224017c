"""Lemma 1: Jensen's inequality, for E and for finite sums.

A convex function is entered by what convexity gives and all that is used of it: at the mean point
it has a supporting affine function (slope s), f(y) >= f(c) + <s, y - c>.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Integrable
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import expectation, norm, squared, total
from theory.papers.krum.models import krum_model
from theory.papers.krum.setting import (
    X,
    f_at,
    f_at_expectation,
    f_at_mean,
    f_at_x,
    g,
    q,
    slope,
    weight,
    x,
    z,
)
from theory.search.prover import Proved, Prover

mean_point = total(q, weight[q] * x[q])
CONVEX: dict[str, Formula] = {
    "f is convex: it has a supporting slope s at E x": f_at_x
    >= f_at_expectation + slope @ (X - expectation(X)),
    "x is integrable": Integrable(X),
    "f(x) is integrable": Integrable(f_at_x),
}
CONVEX_SUM = {
    "f is convex: it has a supporting slope s at the mean": f_at[q]
    >= f_at_mean + slope @ (x[q] - mean_point),
    "the weights add up to 1": total(q, weight[q]).eq(1),
}
NONNEGATIVE = {"the weights are not negative": weight[q] >= 0}


def _jensen(p: Prover) -> Proved:
    """Take the mean of the supporting line: its slope term vanishes."""
    support, of_x, of_f = (p.assume(formula) for formula in CONVEX.values())
    fixed = p.integrable_deterministic(f_at_expectation)
    constant = p.integrable_deterministic(slope @ expectation(X))
    inner = p.expect_inner(X, slope, of_x)
    along = _integrable_along(p, of_x)
    gap = f_at_x - f_at_expectation - slope @ (X - expectation(X))
    opened = p.mean(gap, of_f, fixed, along, constant)
    line = p.by(expectation(f_at_x) >= f_at_expectation, p.expect(support), opened, inner)
    return Proved((line,), (of_f,))


def _integrable_along(p: Prover, of_x: Line) -> Line:
    """<s, x> is integrable, as it is at most |s| |x|."""
    size = p.integrable_norm(X, of_x)
    bound = norm(slope) * norm(X)
    scaled = p.integrable(bound, (norm(slope), (), size))
    return p.dominated(
        slope @ X, bound, scaled, p.cauchy_schwarz(slope, X), p.cauchy_schwarz(-slope, X)
    )


def _jensen_sum(p: Prover) -> Proved:
    support, one = (p.assume(formula) for formula in CONVEX_SUM.values())
    nonnegative = p.assume(NONNEGATIVE["the weights are not negative"])
    weighted = p.total(p.multiply(nonnegative, support), q)
    line = p.by(
        f_at_mean <= total(q, weight[q] * f_at[q]),
        weighted,
        p.times(one, f_at_mean),
        p.times(one, slope @ mean_point),
    )
    return Proved((line,))


def _square_is_convex(p: Prover) -> Proved:
    return Proved((p.by(squared(g) >= squared(z) + 2 * z @ (g - z), p.square(g - z)),))


def negative_weight() -> Model:
    """f(x) = x^2 at the points 0 and 1 with weights 2 and -1: the mean point is -1."""
    element = [("I", 0), ("I", 1)]
    values: dict[str, dict[Any, Any]] = {
        "count": {(): 2},
        "weight": {(element[0],): 2, (element[1],): -1},
        "x": {(element[0],): (0,), (element[1],): (1,)},
        "f_at": {(element[0],): 0, (element[1],): 1},
        "f_at_mean": {(): 1},
        "slope": {(): (-2,)},
    }
    exact = {
        name: {
            key: tuple(map(Fraction, v)) if isinstance(v, tuple) else Fraction(v)
            for key, v in table.items()
        }
        for name, table in values.items()
    }
    return krum_model(3, 0, [(1, 1)], extra=exact)


STEP = Step(
    equation="lemma-1",
    title="Jensen's inequality",
    section="1.4.1",
    display=(
        r"\text{If } f(x) \text{ is convex:} \\ "
        r"\text{(i)}\quad \mathbb E(f(x)) \ge f(\mathbb E(x)) \\ "
        r"\text{(ii)}\quad f(\sum_i \lambda_i x_i) \le \sum_i \lambda_i f(x_i), "
        r"\text{ if } \sum_i \lambda_i=1"
    ),
    explanation=(
        "A convex function lies above each of its supporting lines. Take the line at the mean and "
        "average: the linear part vanishes. Part (ii) averages with weights, and a weight below 0 "
        "would turn the inequality round."
    ),
    claims=(
        Claim(
            "lemma-1a",
            "Jensen's inequality for expectations",
            quote=r"\mathbb E(f(x)) \ge f(\mathbb E(x))",
            origin="none",
            compared="The lemma is the notes' own; arXiv:1703.02757v1 only names Jensen's inequality.",
            readings=(
                Reading(
                    "as written",
                    expectation(f_at_x) >= f_at_expectation,
                    needs=CONVEX,
                    proof=_jensen,
                    why="Take the mean of f(x) >= f(Ex) + <s, x - Ex>; the last term has mean 0.",
                    breaks="Without integrability of x the point E x does not exist.",
                ),
            ),
        ),
        Claim(
            "lemma-1b",
            "Jensen's inequality for weighted sums",
            quote=r"f(\sum_i \lambda_i x_i) \le \sum_i \lambda_i f(x_i),\ \text{if } \sum_i \lambda_i=1",
            impact="local repair",
            origin="transcription",
            compared="The lemma is the notes' own; the paper only uses it with equal positive weights.",
            comment="The condition λ_i ≥ 0 is missing. All uses in the notes have λ_i = 1/δ_c > 0.",
            readings=(
                Reading(
                    "as written",
                    f_at_mean <= total(q, weight[q] * f_at[q]),
                    needs=CONVEX_SUM,
                    counterexample=negative_weight,
                    expected="REFUTED",
                    justification="NONE",
                    why="f(x) = x², points 0 and 1, weights 2 and −1: f(−1) = 1 but 2·0 − 1·1 = −1.",
                    ties="No ties are involved.",
                ),
                Reading(
                    "repaired",
                    f_at_mean <= total(q, weight[q] * f_at[q]),
                    needs={**CONVEX_SUM, **NONNEGATIVE},
                    proof=_jensen_sum,
                    why="Multiply the supporting line at each point by its weight and add.",
                    breaks="A negative weight breaks it: see the counterexample.",
                ),
            ),
        ),
        Claim(
            "lemma-1c",
            "f(x) = |x|² is convex, as the use of the lemma needs",
            quote=r"\text{When we consider } f(x)=\|x\|^2",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    squared(g) >= squared(z) + 2 * z @ (g - z),
                    proof=_square_is_convex,
                    why="The difference of the two sides is |g − z|² ≥ 0: the supporting slope is 2z.",
                ),
            ),
        ),
    ),
)
