"""Jensen's inequality for |.|^2, by its slack: E|X|^2 - |E X|^2 = E|X - E X|^2."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Term
from theory.notation.language import expectation, squared
from theory.search.prover import Prover

HALF = Fraction(1, 2)


def vector_integrable(p: Prover, x: Term, of_square: Line) -> Line:
    """x is integrable, since |x|^2 is."""
    trivial = p.weaken(p.by(squared(x).eq(squared(x))))
    return p.integrable_vector(x, trivial, of_square)


def inner_integrable(p: Prover, x: Term, c: Term, of_square: Line) -> Line:
    """<x, c> is integrable for a deterministic c: at most half of |x|^2 + |c|^2."""
    bound = HALF * squared(x) + HALF * squared(c)
    squares = p.integrable(bound, of_square, p.integrable_deterministic(squared(c)))
    return p.dominated(x @ c, bound, squares, p.square(x - c), p.square(x + c))


def centred_square(p: Prover, x: Term, c: Term, of_square: Line) -> Line:
    """E|x - c|^2 = E|x|^2 - 2 <E x, c> + |c|^2 for a deterministic c."""
    along = inner_integrable(p, x, c, of_square)
    opened = p.mean(squared(x - c), of_square, along, p.integrable_deterministic(squared(c)))
    inner = p.expect_inner(x, c, vector_integrable(p, x, of_square))
    goal = expectation(squared(x - c)).eq(
        expectation(squared(x)) - 2 * expectation(x) @ c + squared(c)
    )
    return p.by(goal, opened, inner)


def jensen_square(p: Prover, x: Term, of_square: Line) -> Line:
    """|E x|^2 <= E|x|^2."""
    mean = expectation(x)
    slack = p.expect(p.square(x - mean))
    goal = squared(mean) <= expectation(squared(x))
    return p.by(goal, slack, centred_square(p, x, mean, of_square))
