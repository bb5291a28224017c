"""What i.i.d. with finite variance gives: integrability, and the mean squared distance."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Index
from theory.notation.document import Claim, Reading, Step
from theory.notation.language import differ, expectation, squared
from theory.papers.krum.setting import V, d, distance2, g, i, iid, j, variance
from theory.search.prover import Proved, Prover

HALF = Fraction(1, 2)


def integrable_square(p: Prover, worker: Index) -> Line:
    """|V_i|^2 is integrable for a correct worker."""
    given = p.hypothesis("square integrable")
    return p.integrable_identical(iid, worker, squared(V[worker]), given)


def integrable_inner(p: Prover, one: Index, other: Index) -> Line:
    """<V_i, V_j> is integrable: at most half of |V_i|^2 + |V_j|^2."""
    u, v = V[one], V[other]
    bound = HALF * squared(u) + HALF * squared(v)
    squares = p.integrable(bound, integrable_square(p, one), integrable_square(p, other))
    return p.dominated(u @ v, bound, squares, p.square(u - v), p.square(u + v))


def integrable_vector(p: Prover, worker: Index) -> Line:
    """V_i is integrable."""
    trivial = p.weaken(p.by(squared(V[worker]).eq(squared(V[worker]))))
    return p.integrable_vector(V[worker], trivial, integrable_square(p, worker))


def integrable_with_g(p: Prover, worker: Index) -> Line:
    """<V_i, g> is integrable: at most half of |V_i|^2 + |g|^2."""
    u = V[worker]
    bound = HALF * squared(u) + HALF * squared(g)
    squares = p.integrable(
        bound, integrable_square(p, worker), p.integrable_deterministic(squared(g))
    )
    return p.dominated(u @ g, bound, squares, p.square(u - g), p.square(u + g))


def integrable_error(p: Prover, worker: Index) -> Line:
    """|V_i - g|^2 is integrable."""
    return p.integrable(
        squared(V[worker] - g),
        integrable_square(p, worker),
        integrable_with_g(p, worker),
        p.integrable_deterministic(squared(g)),
    )


def integrable_distance(p: Prover, one: Index, other: Index) -> Line:
    """|V_i - V_j|^2 is integrable."""
    return p.integrable(
        distance2(one, other),
        integrable_square(p, one),
        integrable_inner(p, one, other),
        integrable_square(p, other),
    )


def mean_is_g(p: Prover, worker: Index) -> Line:
    """E V_i = g."""
    same_law = p.identical(iid, worker, V[worker])
    return p.by(expectation(V[worker]).eq(g), same_law, p.hypothesis("unbiased"))


def mean_error(p: Prover, worker: Index) -> Line:
    """E|V_i - g|^2 = d sigma^2."""
    error = squared(V[worker] - g)
    same_law = p.identical(iid, worker, error)
    return p.by(expectation(error).eq(d * variance), same_law, p.hypothesis("variance"))


def _mean_distance(p: Prover) -> Proved:
    """|V_i - V_j|^2 = |V_i - g|^2 + |V_j - g|^2 - 2 <V_i - g, V_j - g>, and the last has mean 0."""
    u, v = V[i] - g, V[j] - g
    g_is_fixed = p.integrable_deterministic(g)
    centred = {}
    for worker in (i, j):
        x = V[worker] - g
        integrable = p.integrable(x, integrable_vector(p, worker), g_is_fixed)
        opened = p.mean(x, integrable_vector(p, worker), g_is_fixed)
        zero = p.by(expectation(x).eq(0 * g), opened, mean_is_g(p, worker))
        centred[worker] = integrable, zero
    split = p.independent(iid, (i,), (j,), u, v, centred[i][0], centred[j][0])
    product_of_means = p.dot(centred[i][1], expectation(v))
    cross = p.integrable(
        u @ v,
        integrable_inner(p, i, j),
        integrable_with_g(p, i),
        integrable_with_g(p, j),
        p.integrable_deterministic(squared(g)),
    )
    opened = p.mean(distance2(i, j), integrable_error(p, i), integrable_error(p, j), cross)
    apart = differ(i, j)
    goal = expectation(distance2(i, j)).eq(2 * d * variance * apart)
    line = p.by(
        goal,
        p.times(opened, apart),
        p.times(split, apart),
        p.times(product_of_means, apart),
        p.times(mean_error(p, i), apart),
        p.times(mean_error(p, j), apart),
    )
    return Proved((line,), (integrable_distance(p, i, j),))


STEP = Step(
    equation="lemma-moments",
    title="Mean squared distance of two correct vectors",
    section="ours",
    explanation=(
        "The notes use E|V_i - V_j|^2 = 2 d sigma^2 without a word. It needs independence (the "
        "inner product of the errors has mean 0) and a finite variance (so that E may be opened)."
    ),
    claims=(
        Claim(
            "mean-distance",
            "two different correct vectors are at mean squared distance 2dσ²",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    expectation(distance2(i, j)).eq(2 * d * variance * differ(i, j)),
                    proof=_mean_distance,
                    why=(
                        "Write V_i - V_j as the difference of the two errors and open the square: "
                        "the two squares have mean dσ² each, the inner product has mean 0."
                    ),
                    breaks=(
                        "Without independence the inner product need not vanish: if all workers "
                        "send the same vector, the distance is 0."
                    ),
                ),
            ),
        ),
    ),
)
