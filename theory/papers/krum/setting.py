"""What all steps share: workers, vectors, Krum's neighbours, scores and choice, and the hypotheses.

Everything random about Krum is in two 0/1 variables, `neighbour[i, j]` (j is one of the n-f-2
closest others of i) and `chosen` (the index i*). The hypotheses below are all that is assumed of
them; ties may be broken in any way. Byzantine vectors are arbitrary functions of the outcome.

In a run all this holds at each time t, given the past: the workers are i.i.d. given the past, and g
and variance, the mean of their law and its variance over d, change with t.
"""

from __future__ import annotations

from theory.kernel.terms import Cited, Formula, Iid, Index, Integrable, Term
from theory.notation.language import (
    Language,
    Look,
    differ,
    expectation,
    norm,
    root,
    same,
    squared,
    total,
)

language = Language()

n = language.integer("n")
f = language.integer("f")
d = language.integer("d")
variance = language.scalar("variance", varies=True)
sigma = language.abbreviation("sigma", root(variance), Look("σ"))
language.show_as_square(variance, sigma)
m = n - f
"""The number of correct workers."""

correct = language.index_set("C", n - f, "correct")
byzantine = language.index_set("Y", f, "byz")
workers = language.union("W", correct, byzantine)

i, j, l_correct = (correct.index(name) for name in "ijl")
k, l_byzantine = (byzantine.index(name) for name in "kl")
a, b, w = (workers.index(name) for name in "abw")

V = language.vector("V", workers, random=True, look=Look("V", by_set={"Y": "B"}))
G = language.plain_vector("G", random=True)
g = language.plain_vector("g", varies=True)
z = language.plain_vector("z")
lam, mu = language.scalar("lam", Look("λ")), language.scalar("mu", Look("μ"))
C = language.scalar("constant", Look("C"))
rate, K = language.scalar("rate", Look("c")), language.integer("K")
selection = language.scalar("selection", Look("S"))
"""Result 2: the expected comparisons of one quickselect among n-1 numbers."""


count = language.integer("count", Look("N"))
points = language.index_set("I", count)
q = points.index("q")
weight = language.numbers("weight", points, random=False, look=Look("λ"))
x = language.vector("x", points, random=False)
f_at = language.numbers("f_at", points, random=False, look=Look("f", pattern="f(x_{0})"))
f_at_mean = language.scalar("f_at_mean", Look("f(Σλx)"))
X = language.plain_vector("X", random=True, look=Look("x"))
f_at_x = language.scalar("f_at_x", Look("f(x)"), random=True)
f_at_expectation = language.scalar("f_at_expectation", Look("f(𝔼x)"))
slope = language.plain_vector("slope", Look("s"))
"""Lemma 1: N points with weights, a random vector, and the values of a convex function there."""

linear = language.numbers("linear", workers, random=False, look=Look("λ′"))
target = language.plain_vector("target", Look("U"), random=True)
"""Result 1: the weights of a linear rule, and what the attacker wants."""

Q_left, Q_middle, Q_right = (
    language.scalar(f"Q_{where}", Look(symbol))
    for where, symbol in (("left", "Q(x-h)"), ("middle", "Q(x)"), ("right", "Q(x+h)"))
)
"""Prerequisite (iii): the cost at three equally spaced points."""

neighbour_2 = language.indicator(
    "neighbour_2", workers, workers, look=Look("", pattern="{0} ⇒ {1}")
)
chosen_2 = language.choice("chosen_2", workers, look=Look("i′_*"))
"""A second choice of neighbours and of the winner, for the question whether they are unique."""
neighbour = language.indicator("neighbour", workers, workers, look=Look("", pattern="{0} → {1}"))
chosen = language.choice("chosen", workers, look=Look("i_*"))
zeta = language.choice("zeta", workers, correct, look=Look("ζ", function=True))


def distance2(one: Index, other: Index) -> Term:
    """|V_one - V_other|^2."""
    return squared(V[one] - V[other])


delta_c = language.define(
    "delta_c", (a,), total(j, 1, where=neighbour[a, j]), Look("δ", subscript="c", function=True)
)
delta_b = language.define(
    "delta_b", (a,), total(k, 1, where=neighbour[a, k]), Look("δ", subscript="b", function=True)
)
score = language.define(
    "score", (a,), total(b, distance2(a, b), where=neighbour[a, b]), Look("s", function=True)
)
Krum = language.abbreviation("Krum", chosen.at(w, V[w]), Look("Krum"))
eta2 = 2 * (n - f + (f * (n - f - 2) + f**2 * (n - f - 1)) / (n - 2 * f - 2))
"""The paper's eta(n, f)^2 (Proposition 1)."""
eta = language.abbreviation("eta", root(eta2), Look("η"))
sin_alpha = language.abbreviation("sin_alpha", eta * root(d) * sigma / norm(g), Look("sin α"))


def average(worker: Index) -> Term:
    """The mean of the correct neighbours of a worker, (1/delta_c) Sum V_j."""
    return 1 / delta_c[worker] * total(j, V[j], where=neighbour[worker, j])


iid = Iid("V", "C", "G")
HYPOTHESES: dict[str, Formula] = {
    "byzantine count": f >= 0,
    "enough workers": n > 2 * f + 2,
    "dimension": d >= 1,
    "variance is not negative": variance >= 0,
    "i.i.d.": iid,
    "unbiased": expectation(G).eq(g),
    "variance": expectation(squared(G - g)).eq(d * variance),
    "square integrable": Integrable(squared(G)),
    "third moment": Integrable(norm(G) ** 3),
    "fourth moment": Integrable(norm(G) ** 4),
    "neighbour count": total(b, neighbour[a, b]).eq(n - f - 2),
    "no worker is its own neighbour": neighbour[a, a].eq(0),
    "neighbours are closest": (distance2(a, b) <= distance2(a, w)).when(
        neighbour[a, b], 1 - neighbour[a, w], differ(a, w)
    ),
    "chosen has the least score": (score[a] <= score[b]).when(chosen.equals(a)),
    "zeta is not the worker itself": (same(a, j) <= 0).when(zeta.of(a).equals(j)),
    "zeta is at least as far as every neighbour": (distance2(a, b) <= distance2(a, j)).when(
        zeta.of(a).equals(j), neighbour[a, b]
    ),
    "quickselect": selection <= 4 * (n - 1),
    "Robbins–Siegmund": Cited("robbins_siegmund"),
    "signal": eta * root(d) * sigma < norm(g),
}
"""Every fact that a proof may use, by the name under which a theorem lists it."""
