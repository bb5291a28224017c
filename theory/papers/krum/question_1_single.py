"""The single term E|V_i - V_zeta(i)|^2 of the author's question: two bounds, and their proofs."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Term, term
from theory.notation.language import differ, expectation, root, squared, total
from theory.papers.krum.lemma_error import positive_root
from theory.papers.krum.lemma_moments import integrable_distance, integrable_error, mean_error
from theory.papers.krum.lemma_score import (
    all_distances,
    one_at_least,
)
from theory.papers.krum.setting import (
    V,
    a,
    correct,
    d,
    distance2,
    f,
    g,
    i,
    j,
    m,
    n,
    variance,
    zeta,
)
from theory.papers.krum.zeta import to_zeta
from theory.search.prover import Proved, Prover


def zeta_as_sum(p: Prover) -> Line:
    """|V_i - V_zeta(i)|^2 = Sum_j I(zeta(i) = j) |V_i - V_j|^2."""
    one = p.choice_total("zeta", (i,), j)
    by_worker = total(j, zeta.of(i).equals(j) * distance2(i, j))
    return p.by(to_zeta(i).eq(by_worker), p.times(one, squared(V[i])))


def distances_integrable(p: Prover, factor: Term) -> Line:
    """factor times the sum of the distances of i is integrable."""
    return p.integrable(factor * all_distances, (factor, (j,), integrable_distance(p, i, j)))


def integrable_zeta(p: Prover) -> Line:
    """|V_i - V_zeta(i)|^2 is integrable: a sum of integrable terms."""
    below = p.total(p.multiply(p.square(1 - zeta.of(i).equals(j)), p.square(V[i] - V[j])), j)
    z = V[i] - zeta.of(i).at(j, V[j])
    return p.dominated(
        to_zeta(i),
        all_distances,
        distances_integrable(p, term(1)),
        below,
        zeta_as_sum(p),
        p.square(z),
    )


def prove_around_g(p: Prover) -> Proved:
    """Young's inequality around g, with weights 1 and s = root(n-f-1)."""
    s = root(n - f - 1)
    positive, square = positive_root(p, n - f - 1, one_at_least(p, m - 1))
    own = V[i] - g
    other = zeta.of(i).at(j, V[j]) - g
    one = p.choice_total("zeta", (i,), j)
    young = p.by(
        s * to_zeta(i) <= (1 + s) * (s * squared(own) + squared(other)),
        p.square(s * own + other),
    )
    others = total(j, squared(V[j] - g), where=differ(i, j))
    not_itself = p.hypothesis("zeta is not the worker itself", {a: i})
    zero_self = p.by(zeta.of(i).equals(i) <= 0, p.instance(not_itself, {j: i}))
    errors = p.by(
        squared(other) <= others,
        p.total(
            p.product(
                p.square(differ(i, j)),
                p.square(1 - zeta.of(i).equals(j)),
                p.square(V[j] - g),
            ),
            j,
        ),
        p.multiply(zero_self, p.square(own)),
        p.times(one, squared(g)),
    )
    plus = p.by(1 + s > 0, p.root_nonnegative(n - f - 1), p.number(Fraction(1)))
    bound = (1 + s) * (s * squared(own) + others)
    pathwise = p.by(s * to_zeta(i) <= bound, young, p.multiply(plus, errors))
    z_integrable = integrable_zeta(p)
    opened = p.mean(
        bound - s * to_zeta(i),
        ((1 + s) * s, (), integrable_error(p, i)),
        (1 + s, (j,), integrable_error(p, j)),
        (-(1 + s), (), integrable_error(p, i)),
        (s, (), z_integrable),
    )
    goal = (1 + s) ** 2 * (d * variance) - expectation(to_zeta(i))
    mean_i, mean_all = mean_error(p, i), p.total(mean_error(p, j), j)
    scaled = p.by(
        s * goal >= 0,
        p.expect(pathwise),
        opened,
        p.times(mean_i, (1 + s) * s),
        p.times(mean_i, 1 + s),
        p.times(mean_all, 1 + s),
        p.times(square, (1 + s) * d * variance),
    )
    obligations = (z_integrable, p.weaken(one_at_least(p, n - f - 1)))
    return Proved((p.cancel(scaled, positive, goal),), obligations)


def prove_sharp(p: Prover) -> Proved:
    """Young's inequality around each other worker, with s = 1 + root(n-f), and all their distances.

    |V_i - V_j|^2 s <= s (1+s) |V_i - V_u|^2 + (1+s) |V_j - V_u|^2, over all u other than i and j;
    and what j has to the others is at most what all others have among themselves.
    """
    r = root(m)
    s = 1 + r
    r_positive, square = positive_root(p, m, one_at_least(p, m))
    plus = p.by(1 + s >= 0, p.weaken(r_positive), p.number(Fraction(1)))
    u, v = correct.index("u"), correct.index("v")
    other = {x: p.multiply(p.square(differ(x, i)), p.square(differ(x, j))) for x in (u, v)}
    young = p.by(
        s * distance2(i, j) <= s * (1 + s) * distance2(i, u) + (1 + s) * distance2(j, u),
        p.square(s * (V[i] - V[u]) + (V[j] - V[u])),
    )
    around = p.total(p.multiply(other[u], young), u)
    pairs = p.total(p.total(p.product(other[u], other[v], p.square(V[u] - V[v])), u), v)
    everything = total(u, total(v, distance2(u, v)))
    bound = (s**2 - 1) * all_distances + (1 + s) / 2 * everything
    scale = s * (m - 1 + s)
    apart = p.square(differ(i, j))
    single = p.by(
        differ(i, j) * (bound - scale * distance2(i, j)) >= 0,
        p.multiply(apart, around),
        p.product(apart, plus, pairs),
    )
    chosen_ = p.total(p.multiply(p.square(zeta.of(i).equals(j)), single), j)
    own = zeta.of(i).equals(i)
    below = p.instance(p.hypothesis("zeta is not the worker itself", {a: i}), {j: i})
    never = p.both(p.square(own), p.by(-own >= 0, below))
    one = p.choice_total("zeta", (i,), j)
    pathwise = p.by(
        scale * to_zeta(i) <= bound,
        chosen_,
        p.times(never, bound),
        p.times(one, bound),
        p.times(zeta_as_sum(p), scale),
    )
    z_integrable = integrable_zeta(p)
    opened = p.mean(
        bound - scale * to_zeta(i),
        (s**2 - 1, (j,), integrable_distance(p, i, j)),
        ((1 + s) / 2, (i, j), integrable_distance(p, i, j)),
        (scale, (), z_integrable),
    )
    mine = p.total(p.use("mean-distance"), j)
    unit_, mean = d * variance, expectation(to_zeta(i))
    first_ = (r + 2) ** 2 * (m - 1) * unit_ - (1 + r) ** 2 * mean
    scaled = p.by(
        r * first_ >= 0,
        p.expect(pathwise),
        opened,
        p.times(mine, s**2 - 1),
        p.times(p.total(mine, i), (1 + s) / 2),
        p.times(square, (r + 2) * (m - 1) * unit_),
        p.times(square, (1 + r) * mean),
    )
    goal = (m - 2 + r) ** 2 * unit_ - (m - 1) * mean
    wide = p.by(
        (m - 1) * goal >= 0,
        p.multiply(p.square(r - 1), p.cancel(scaled, r_positive, first_)),
        p.times(square, (r**2 + m + 2 * r - 4) * (m - 1) * unit_),
        p.times(square, (r**2 + m - 2) * mean),
    )
    size = one_at_least(p, m - 1)
    line = p.by(
        mean <= (m - 2 + r) ** 2 / (m - 1) * unit_,
        p.multiply(p.inverse_nonnegative(size), p.cancel(wide, size, goal)),
        p.times(p.inverse(m - 1, size), mean),
    )
    return Proved((line,), (z_integrable, p.weaken(one_at_least(p, m)), p.multiply(size, size)))


def prove_below_notes(p: Prover) -> Proved:
    """2 (m-1)^2 - (m-2+r)^2 = (m-2) (r-1)^2 for r = root(m)."""
    r, size = root(m), one_at_least(p, m - 1)
    square = p.root_square(one_at_least(p, m))
    gap = p.by(
        (m - 2 + r) ** 2 <= 2 * (m - 1) ** 2,
        p.multiply(one_at_least(p, m - 2), p.square(r - 1)),
        p.times(square, m - 1),
    )
    line = p.by(
        (m - 2 + r) ** 2 / (m - 1) <= 2 * (m - 1),
        p.multiply(p.inverse_nonnegative(size), gap),
        p.times(p.inverse(m - 1, size), m - 1),
    )
    return Proved((line,), (p.weaken(one_at_least(p, m)), p.multiply(size, size)))
