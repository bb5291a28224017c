# ruff: noqa: E501 - a table: one statement a line
"""Inequalities as a user would write them: what must be proved without help, and what refuted."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from theory.kernel.terms import Formula, Iid, Integrable, Statement
from theory.notation.language import (
    Language,
    differ,
    expectation,
    norm,
    root,
    same,
    squared,
    total,
)

E = expectation
language = Language()
n = language.integer("n")
f = language.integer("f")
members = language.index_set("I", n)
correct = language.index_set("C", n - f)
byzantine = language.index_set("B", f)
workers = language.union("W", correct, byzantine)
i, j, k = (members.index(name) for name in "ijk")
c, e, w = correct.index("c"), byzantine.index("e"), workers.index("w")

x = language.vector("x", members, random=True)
y = language.vector("y", members, random=False)
a = language.numbers("a", members, random=False)
b = language.numbers("b", members, random=False)
weight = language.numbers("weight", members, random=False)
inside = language.indicator("inside", members)
V = language.vector("V", workers, random=True)
center = language.vector("center", workers, random=False)
chosen = language.choice("chosen", workers)
u, v, z, F, G = (language.plain_vector(name, random=True) for name in ("u", "v", "z", "F", "G"))
p, q, g = (language.plain_vector(name) for name in ("p", "q", "g"))
X, Y = (language.scalar(name, random=True) for name in ("X", "Y"))
s, t, r, bound, kappa, variance = (
    language.scalar(name) for name in ("s", "t", "r", "bound", "kappa", "variance")
)
loss0, loss1, rate, smooth = (
    language.scalar(name) for name in ("loss0", "loss1", "rate", "smooth")
)

mean = total(i, x[i]) / n
mean_square = total(i, squared(x[i])) / n
weighted = total(i, weight[i] * x[i])
honest_mean = total(c, V[c]) / (n - f)

SOME = {"some member": n >= 1}
WEIGHTS = {"weights": weight[i] >= 0, "they add up to 1": total(i, weight[i]).eq(1)}
SQUARE = {"u": Integrable(squared(u)), "v": Integrable(squared(v)), "z": Integrable(squared(z))}
SQUARES = {"squares": Integrable(squared(x[i]))}
WORKERS = {"f": f >= 0, "majority": n > 2 * f}
HONEST = {"honest squares": Integrable(squared(V[w]))}
LAW = {
    **SOME,
    "i.i.d.": Iid("x", "I", "G"),
    "unbiased": E(G).eq(g),
    "variance": E(squared(G - g)).eq(variance),
    "square": Integrable(squared(G)),
}
ROBUST = {
    "kappa": kappa >= 0,
    "robust": squared(F - honest_mean) <= kappa * total(c, squared(V[c] - honest_mean)) / (n - f),
    **WORKERS,
}
NEAR = {"u": Integrable(squared(u - p)), "near": E(squared(u - p)) <= bound**2, "b": bound >= 0}
MEDIAN = {
    **WORKERS,
    "median": total(c, norm(center[c] - p)) + total(e, norm(center[e] - p))
    <= total(c, norm(center[c] - g)) + total(e, norm(center[e] - g)),
}
FAR = {**LAW, "t": t > 0, "far": (norm(x[i] - g) >= t).when(inside[i])}


@dataclass(frozen=True)
class Case:
    """A statement with what may be assumed."""

    name: str
    statement: Statement
    hypotheses: dict[str, Formula] = field(default_factory=dict)


TRUE = [
    Case("squares: inner product", u @ v <= (squared(u) + squared(v)) / 2),
    Case("squares: two", squared(u + v) <= 2 * squared(u) + 2 * squared(v)),
    Case("squares: three", squared(u + v + z) <= 3 * (squared(u) + squared(v) + squared(z))),
    Case("squares: parallelogram", (squared(u + v) + squared(u - v)).eq(2 * (u @ u + v @ v))),
    Case("squares: polarisation", (4 * (u @ v)).eq(squared(u + v) - squared(u - v))),
    Case("norms: triangle", norm(u + v) <= norm(u) + norm(v)),
    Case("norms: reverse triangle", norm(u) - norm(v) <= norm(u - v)),
    Case("norms: of a sum", norm(total(i, y[i])) <= total(i, norm(y[i]))),
    Case("norms: weighted", norm(total(i, weight[i] * y[i])) <= total(i, weight[i] * norm(y[i])), WEIGHTS),
    Case("norms: multiple", norm(t * u) <= t * norm(u), {"t": t >= 0}),
    Case("norms: mean of bounded ones", norm(total(i, y[i]) / n) <= t, {**SOME, "y": norm(y[i]) <= t}),
    Case("norms: Cauchy-Schwarz", (u @ v) ** 2 <= squared(u) * squared(v)),
    Case("norms: from a square", norm(u) <= s, {"s": s >= 0, "u": squared(u) <= s**2}),
    Case("norms: descent direction", t * norm(p) <= norm(g), {"t": t >= 0, "pg": p @ g >= t * squared(p)}),
    Case("norms: ball and cone", q @ p >= (1 - t) * squared(p), {"t": t >= 0, "ball": squared(q - p) <= t**2 * squared(p)}),
    Case("jensen: mean", squared(mean) <= mean_square, SOME),
    Case("jensen: weights", squared(weighted) <= total(i, weight[i] * squared(x[i])), WEIGHTS),
    Case("jensen: numbers", total(i, a[i] ** 2) >= total(i, a[i]) ** 2 / n, SOME),
    Case("jensen: expectation", squared(E(u)) <= E(squared(u)), SQUARE),
    Case("jensen: variance", E(squared(u - E(u))) <= E(squared(u)), SQUARE),
    Case("jensen: norm of the expectation", norm(E(u)) <= E(norm(u)), {"u": Integrable(u)}),
    Case("jensen: expected norm", E(norm(u)) <= root(E(squared(u))), SQUARE),
    Case("jensen: distance to the mean", squared(mean - u) <= total(i, squared(x[i] - u)) / n, SOME),
    Case("jensen: under E", E(squared(mean - E(mean))) <= total(i, E(squared(x[i]))) / n, {**SOME, **SQUARES}),
    Case("jensen: weights under E", E(squared(weighted - E(weighted))) <= total(i, weight[i] * E(squared(x[i] - E(x[i])))), {**WEIGHTS, **SQUARES}),
    Case("jensen: Bessel", total(i, squared(x[i] - mean)).eq(total(i, squared(x[i])) - n * squared(mean)), SOME),
    Case("young: parameter", 2 * (u @ v) <= t * squared(u) + squared(v) / t, {"t": t > 0}),
    Case("young: sum", squared(u + v) <= (1 + t) * squared(u) + (1 + 1 / t) * squared(v), {"t": t > 0}),
    Case("expectation: triangle", E(norm(u + v)) <= E(norm(u)) + E(norm(v)), {"u": Integrable(u), "v": Integrable(v)}),
    Case("expectation: Cauchy-Schwarz", E(u @ v) <= root(E(squared(u))) * root(E(squared(v))), SQUARE),
    Case("expectation: monotone", E(X) <= E(Y), {"X": Integrable(X), "Y": Integrable(Y), "below": X <= Y}),
    Case("expectation: numbers", E(X * Y) <= (E(X**2) + E(Y**2)) / 2, {"X": Integrable(X**2), "Y": Integrable(Y**2)}),
    Case("expectation: bias and variance", E(squared(u - p)).eq(E(squared(u - E(u))) + squared(E(u) - p)), SQUARE),
    Case("expectation: bounded bias", norm(E(u) - p) <= bound, NEAR),
    Case("expectation: Minkowski", root(E(squared(u + v))) <= root(E(squared(u))) + root(E(squared(v))), SQUARE),
    Case("expectation: stochastic gradient", E(squared(p - t * u - q)) <= squared(p - t * g - q) + t**2 * bound**2, {**SQUARE, "unbiased": E(u).eq(g), "variance": E(squared(u - g)) <= bound**2}),
    Case("law: distance to the mean", E(squared(x[i] - mean)) <= 2 * variance + 2 * variance / n, LAW),
    Case("law: sample variance", E(total(i, squared(x[i] - mean))).eq((n - 1) * variance), LAW),
    Case("law: mean", E(squared(mean - g)) <= variance / n, LAW),
    Case("law: mean, exactly", E(squared(mean - g)).eq(variance / n), LAW),
    Case("law: sum", E(squared(total(i, x[i] - g))).eq(n * variance), LAW),
    Case("law: second moment", E(squared(mean)) <= variance / n + squared(g), LAW),
    Case("sums: one of them", a[k] <= total(i, a[i]), {"a": a[i] >= 0}),
    Case("sums: square", total(i, a[i] ** 2) <= total(i, a[i]) ** 2, {"a": a[i] >= 0}),
    Case("sums: Cauchy-Schwarz", total(i, a[i] * b[i]) ** 2 <= total(i, a[i] ** 2) * total(i, b[i] ** 2)),
    Case("sums: pairs", total(i, total(j, squared(x[i] - x[j]))) <= 2 * n * total(i, squared(x[i]))),
    Case("sums: where", total(i, squared(x[i]), where=inside[i]) <= total(i, squared(x[i]))),
    Case("sums: count", total(i, 1, where=inside[i]) <= n),
    Case("sums: given", total(i, norm(x[i]), where=inside[i]) <= t * total(i, 1, where=inside[i]), {"x": (norm(x[i]) <= t).when(inside[i])}),
    Case("fractions: Titu", (a[i] + a[j]) ** 2 / (s + t) <= a[i] ** 2 / s + a[j] ** 2 / t, {"s": s > 0, "t": t > 0}),
    Case("fractions: share", f / (n - f) < 1, WORKERS),
    Case("fractions: twice", n / (n - f) <= 2, WORKERS),
    Case("fractions: reciprocals", 1 / n <= 1 / (n - 1), {"n": n >= 2}),
    Case("fractions: both", s / r <= t / variance, {"s": s >= 0, "st": s <= t, "v": variance > 0, "vr": variance <= r}),
    Case("roots: monotone", root(s) <= root(t), {"s": s >= 0, "st": s <= t}),
    Case("roots: means", root(s * t) <= (s + t) / 2, {"s": s >= 0, "t": t >= 0}),
    Case("roots: sum", root(s + t) <= root(s) + root(t), {"s": s >= 0, "t": t >= 0}),
    Case("robust: second moment", squared(F - honest_mean) <= kappa * total(c, squared(V[c])) / (n - f), ROBUST),
    Case("robust: to the gradient", squared(F - g) <= 2 * kappa * total(c, squared(V[c] - g)) / (n - f) + 2 * squared(honest_mean - g), ROBUST),
    Case("robust: under E", E(squared(F - honest_mean)) <= kappa * total(c, E(squared(V[c]))) / (n - f), {**ROBUST, **HONEST, "F": Integrable(squared(F))}),
    Case("choice: the chosen one", squared(chosen.at(w, V[w]) - g) <= total(w, squared(V[w] - g))),
    Case("choice: under E", E(squared(chosen.at(w, V[w]) - g)) <= total(w, E(squared(V[w] - g))), HONEST),
    Case("descent: smooth", loss1 <= loss0 - rate * squared(g) / 2, {"rate": rate > 0, "smooth": smooth > 0, "step": rate * smooth <= 1, "Taylor": loss1 <= loss0 - rate * squared(g) + smooth * rate**2 * squared(g) / 2}),
    Case("descent: inexact", loss1 <= loss0 - rate * squared(g) / 2 + rate * squared(p - g) / 2, {"rate": rate > 0, "smooth": smooth > 0, "step": rate * smooth <= 1, "Taylor": loss1 <= loss0 - rate * (g @ p) + smooth * rate**2 * squared(p) / 2}),
    Case("integrable: centred", Integrable(X - E(X)), {"X": Integrable(X)}),
    Case("norms: homogeneous", norm(t * u).eq(t * norm(u)), {"t": t >= 0}),
    Case("norms: a common factor", norm(q + t * (p - q) - p).eq((1 - t) * norm(p - q)), {"1": t <= 1}),
    Case("norms: of equal vectors", norm(p - q) <= t * norm(g), {"t": t >= 0, "step": p.eq(q - t * g)}),
    Case("norms: triangle under a sum", total(k, norm(y[k] - g)) <= total(k, norm(y[k] - p)) + n * norm(p - g)),
    Case("norms: geometric median", (n - 2 * f) * norm(p - g) <= 2 * total(c, norm(center[c] - g)), MEDIAN),
    Case("vectors: solved with a factor", (q @ p).eq(s * (q @ g)), {"p": p.eq(s * g)}),
    Case("young: an integer parameter", squared(p - q - t * g) <= (1 + 1 / (n - 1)) * squared(p - q) + n * t**2 * squared(g), {"n": n >= 2}),
    Case("sums: correlated", E(squared(total(i, t * x[i]))) <= t**2 * n**2 * s**2, {**SQUARES, "x": E(squared(x[i])) <= s**2}),
    Case("tails: Markov", E(inside[i]) <= E(norm(x[i] - g)) / t, FAR),
    Case("tails: Chebyshev", E(inside[i]) <= variance / t**2, FAR),
    Case("means: Jensen for a difference", squared(E(u) - p) <= E(squared(u - p)), SQUARE),
    Case("roots: of a square", root(t**2) >= -t),
    Case("roots: a bounded difference has a mean", E(X - Y) <= t, {"X": Integrable(X), "Y": Integrable(Y), "near": root((X - Y) ** 2) <= t}),
    Case("descent: a step given by an equation", loss1 <= loss0 - rate * squared(g) / 2 + rate * squared(p - g) / 2, {"rate": rate > 0, "smooth": smooth > 0, "small": rate * smooth <= 1, "step": z.eq(q - rate * p), "Taylor": loss1 <= loss0 + g @ (z - q) + smooth / 2 * squared(z - q)}),
    Case("indices: same", same(i, j) * a[i] <= same(i, j) * a[j]),
]  # fmt: skip

FALSE = [
    Case("half of Jensen", squared(mean) <= mean_square / 2, SOME),
    Case("half of the variance", E(squared(u - E(u))) <= E(squared(u)) / 2, SQUARE),
    Case("wrong centre", E(squared(mean - g)) <= total(i, E(squared(x[i]))) / n, {**SOME, **SQUARES}),
    Case("n squared", E(squared(mean - g)) <= variance / n**2, LAW),
    Case("one norm", norm(u + v) <= norm(u)),
    Case("norms add up", norm(u + v).eq(norm(u) + norm(v))),
    Case("robust without the mean", squared(F - g) <= kappa * total(c, squared(V[c] - g)) / (n - f), ROBUST),
    Case("the chosen one is average", E(squared(chosen.at(w, V[w]) - g)) <= total(w, E(squared(V[w] - g))) / n, {**HONEST, **SOME, "f": f >= 0}),
    Case("Jensen the wrong way", E(squared(u)) <= squared(E(u)), SQUARE),
    Case("weights are equal", total(i, weight[i] ** 2) <= Fraction(1, 2), {**WEIGHTS, "n": n >= 2}),
    Case("at most one inside", total(i, 1, where=inside[i]) <= 1),
    Case("uncorrelated", E(X * Y) <= E(X) * E(Y), {"X": Integrable(X), "Y": Integrable(Y)}),
    Case("roots are smaller", root(s) <= s, {"s": s >= 0}),
    Case("a thin region", t * (1 - t) <= Fraction(6, 25), {"t": t > 0, "1": t <= 1}),
    Case("fourth moment", E(X**4) <= 5, {"X": Integrable(X**4), "centred": E(X).eq(0), "unit": E(X**2).eq(1)}),
    Case("orthogonal", squared(u + v) <= 1, {"uv": (u @ v).eq(0), "u": squared(u).eq(1), "v": squared(v) >= 1}),
    Case("different", differ(i, j) * a[i] <= differ(i, j) * a[j]),
    Case("strict", squared(u) > 0),
]  # fmt: skip
