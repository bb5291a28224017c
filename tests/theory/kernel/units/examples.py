"""One accepted use of each rule that takes lines, written so that a test can spoil any part of it.

A premise is a kind and a term; `kinds` are the kinds that the rule takes in that place. A test
varies the kind, the term, the context, the assumption and the kernel of each premise, and knows
from the example what must come out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.refusals.toy import (
    A,
    G,
    S,
    T,
    U,
    V,
    c,
    f,
    g,
    i,
    iid,
    j,
    language,
    n,
    s,
    step,
    t,
    theta,
    theta_next,
    u,
    x,
)
from theory.kernel.rules import Kernel, Line
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    AlmostSure,
    Cited,
    Formula,
    Index,
    Integrable,
    KernelError,
    Norm,
    Relation,
    Root,
    Term,
    term,
)
from theory.notation.language import differ, expectation, total

ORDERS = (">=", ">")
RELATIONS = (">=", ">", "=")
RUNS = ("converges", "bounded", "vanishes", "summable", "divergent")
EVERY = (*RELATIONS, "integrable", *RUNS)
ZERO = term(0)
a = Index("a", "W")
a_correct, a_byzantine = Index("a", "C"), Index("a", "Y")
signature = language.signature


@dataclass(frozen=True)
class Example:
    """rule(*arguments(lines)) gives `kind(kinds)` of `term`; see the module."""

    rule: str
    premises: Sequence[tuple[str, Term]]
    kinds: Sequence[Sequence[str]]
    arguments: Callable[..., Sequence[Any]]
    kind: Callable[..., str]
    term: Term
    loose: Sequence[int] = ()
    """Premises whose term may be another: the rule then says something else."""
    bare: Sequence[int] = ()
    """Premises that may not depend on an index."""
    also: Sequence[Formula] = ()
    """What the line rests on besides its premises."""
    same: bool = False
    """Whether the premises must be of one kind."""


def weakest(*kinds: str) -> str:
    """The kind of a sum of lines."""
    return next((kind for kind in (">", ">=") if kind in kinds), "=")


def formula(kind: str, x: Term) -> Formula:
    """What a line of this kind about the term says."""
    if kind in RELATIONS:
        zero = 0 * x if signature.check(x) == "vector" else ZERO
        return Relation(x, kind, zero)
    return Integrable(x) if kind == "integrable" else AlmostSure(kind, x)


def apply(kernel: Kernel, example: Example, lines: Sequence[Line]) -> Line:
    """The example's line from the given premises."""
    return RULES[example.rule](kernel, *example.arguments(*lines))


def premises(kernel: Kernel, example: Example) -> list[Line]:
    """The premises as assumptions."""
    return [kernel.assume(formula(kind, x)) for kind, x in example.premises]


def can_be_assumed(kind: str, x: Term) -> bool:
    """Whether there is a formula of this kind about the term."""
    try:
        signature.check_formula(formula(kind, x))
    except KernelError:
        return False
    return True


two, three = Fraction(2), Fraction(3)
EXAMPLES = (
    Example(
        "combine", [(">=", s), (">", t)], [RELATIONS, RELATIONS],
        lambda p, q: [((two, p), (three, q))], weakest, 2 * s + 3 * t, loose=(0, 1),
    ),
    Example(
        "multiply", [(">=", s), (">", t)], [ORDERS, ORDERS], lambda p, q: [p, q],
        lambda p, q: ">" if (p, q) == (">", ">") else ">=", s * t, loose=(0, 1),
    ),
    Example("times", [("=", s)], [("=",)], lambda p: [p, T], lambda p: "=", s * T, loose=(0,)),
    Example("times", [("=", U)], [("=",)], lambda p: [p, T], lambda p: "=", T * U, loose=(0,)),
    Example("times", [("=", s)], [("=",)], lambda p: [p, U], lambda p: "=", s * U, loose=(0,)),
    Example("dot", [("=", U)], [("=",)], lambda p: [p, u], lambda p: "=", U @ u, loose=(0,)),
    Example(
        "cancel", [(">=", s * t), (">", s)], [RELATIONS, (">",)], lambda p, q: [p, q, t],
        lambda p, q: p, t,
    ),
    Example("inverse", [(">", s)], [(">",)], lambda p: [s, p], lambda p: "=", s * (1 / s) - 1),
    Example("inverse", [(">", -s)], [(">",)], lambda p: [s, p], lambda p: "=", s * (1 / s) - 1),
    Example("inverse", [(">", s * s)], [(">",)], lambda p: [s, p], lambda p: "=", s * (1 / s) - 1),
    Example("inverse_nonnegative", [(">=", s)], [ORDERS], lambda p: [p], lambda p: p, 1 / s,
            loose=(0,)),
    Example("root_square", [(">=", s)], [ORDERS], lambda p: [p], lambda p: "=",
            Root(s) * Root(s) - s, loose=(0,)),
    Example(
        "compare_squares", [(">=", t), (">=", t * t - s * s)], [ORDERS, ORDERS],
        lambda p, q: [s, p, q], lambda p, q: q, t - s,
    ),
    Example("integer_gap", [(">", n - 2 * f)], [(">",)], lambda p: [p], lambda p: ">=",
            n - 2 * f - 1, loose=(0,)),
    Example("both", [(">=", s), (">=", -s)], [(">=",), (">=",)], lambda p, q: [p, q],
            lambda p, q: "=", s),
    Example("weaken", [(">", s)], [(">", "=")], lambda p: [p], lambda p: ">=", s, loose=(0,)),
    Example("instance", [(">=", c[i])], [EVERY], lambda p: [p, {i: j}], lambda p: p, c[j],
            loose=(0,)),
    Example("inhabited", [(">=", s), (">", n - f)], [EVERY, (">",)],
            lambda p, q: [p, i, q], lambda p, q: p, s, loose=(0,)),
    Example("total", [(">=", c[i])], [RELATIONS], lambda p: [p, i],
            lambda p: "=" if p == "=" else ">=", total(i, c[i]), loose=(0,), also=[n - f >= 0]),
    Example(
        "union", [(">=", x[a_correct]), (">=", x[a_byzantine])], [EVERY, EVERY],
        lambda p, q: [x[a], a, (p, q)], lambda p, q: p, x[a], same=True,
    ),
    Example("expect", [(">=", S)], [RELATIONS], lambda p: [p],
            lambda p: "=" if p == "=" else ">=", expectation(S), loose=(0,)),
    Example(
        "linear_expectation", [("integrable", S), ("integrable", x[i])],
        [("integrable",), ("integrable",)],
        lambda p, q: [((s, (), p), (c[i], (i,), q))], lambda p, q: "=",
        expectation(s * S + total(i, c[i] * x[i]))
        - s * expectation(S) - total(i, c[i] * expectation(x[i])), loose=(0, 1),
        also=[n - f >= 0],
    ),
    Example(
        "integrable_linear", [("integrable", S), ("integrable", x[i])],
        [("integrable",), ("integrable",)],
        lambda p, q: [((s, (), p), (c[i], (i,), q))], lambda p, q: "integrable",
        s * S + total(i, c[i] * x[i]), loose=(0, 1), also=[n - f >= 0],
    ),
    Example("expect_inner", [("integrable", U)], [("integrable",)], lambda p: [U, u, p],
            lambda p: "=", expectation(U) @ u - expectation(U @ u)),
    Example(
        "independent", [("integrable", V[i]), ("integrable", V[j])],
        [("integrable",), ("integrable",)],
        lambda p, q: [iid, (i,), (j,), V[i], V[j], p, q], lambda p, q: "=",
        differ(i, j) * (expectation(V[i] @ V[j]) - expectation(V[i]) @ expectation(V[j])),
        also=[iid],
    ),
    Example(
        "independent", [("integrable", V[i] @ u), ("integrable", V[j] @ g)],
        [("integrable",), ("integrable",)],
        lambda p, q: [iid, (i,), (j,), V[i] @ u, V[j] @ g, p, q], lambda p, q: "=",
        differ(i, j)
        * (expectation((V[i] @ u) * (V[j] @ g)) - expectation(V[i] @ u) * expectation(V[j] @ g)),
        also=[iid],
    ),
    Example(
        "integrable_independent", [("integrable", V[i]), ("integrable", V[j])],
        [("integrable",), ("integrable",)],
        lambda p, q: [iid, (i,), (j,), V[i], V[j], p, q], lambda p, q: "integrable",
        differ(i, j) * (V[i] @ V[j]), also=[iid],
    ),
    Example("integrable_identical", [("integrable", G @ G)], [("integrable",)],
            lambda p: [iid, i, V[i] @ V[i], p], lambda p: "integrable", V[i] @ V[i], also=[iid]),
    Example(
        "integrable_dominated", [(">=", T - S), (">=", T + S), ("integrable", T)],
        [RELATIONS, RELATIONS, ("integrable",)],
        lambda p, q, r: [S, p, q, r], lambda p, q, r: "integrable", S,
    ),
    Example(
        "integrable_vector", [(">=", T - U @ U), ("integrable", T)], [RELATIONS, ("integrable",)],
        lambda p, q: [U, p, q], lambda p, q: "integrable", U,
    ),
    Example("integrable_norm", [("integrable", U)], [("integrable",)], lambda p: [U, p],
            lambda p: "integrable", Norm(U)),
    Example("cases", [(">=", t), (">=", t)], [(*RELATIONS, "integrable")] * 2,
            lambda p, q: [s, p, q], lambda p, q: p, t, same=True),
)  # fmt: skip
"""The rules of `Kernel` that take lines; `lemma` has tests of its own."""

RUN_EXAMPLES = (
    Example(
        "robbins_siegmund",
        [
            (">=", (1 + s) * theta + t - A - expectation(theta_next)),
            (">=", theta), (">=", s), (">=", t), (">=", A),
            ("integrable", theta_next), ("summable", s), ("summable", t),
        ],
        [RELATIONS] * 5 + [("integrable",), ("summable",), ("summable",)],
        lambda d, *r: ["converges", theta, s, t, A, d, r[:4], r[4], r[5:]],
        lambda *kinds: "converges", theta, bare=range(6), also=[Cited("robbins_siegmund")],
    ),
    Example(
        "robbins_siegmund",
        [
            (">=", (1 + s) * theta + t - A - expectation(theta_next)),
            (">=", theta), (">=", s), (">=", t), (">=", A),
            ("integrable", theta_next), ("summable", s), ("summable", t),
        ],
        [RELATIONS] * 5 + [("integrable",), ("summable",), ("summable",)],
        lambda d, *r: ["summable", theta, s, t, A, d, r[:4], r[4], r[5:]],
        lambda *kinds: "summable", A, bare=range(6), also=[Cited("robbins_siegmund")],
    ),
    Example(
        "comparison", [("summable", step), (">=", theta), (">=", A * step - theta)],
        [("summable",), RELATIONS, RELATIONS],
        lambda p, q, r: ["summable", theta, A, p, q, r], lambda *kinds: "summable", theta,
        bare=(1, 2),
    ),
    Example(
        "comparison", [("bounded", step), (">=", theta), (">=", A * step - theta)],
        [("bounded",), RELATIONS, RELATIONS],
        lambda p, q, r: ["bounded", theta, A, p, q, r], lambda *kinds: "bounded", theta,
        bare=(1, 2),
    ),
    Example(
        "weighted", [("summable", step), ("bounded", theta), (">=", step)],
        [("summable",), ("bounded",), RELATIONS],
        lambda p, q, r: [p, q, r], lambda *kinds: "summable", step * theta, loose=(1,), bare=(2,),
    ),
    Example(
        "added", [("summable", step), ("summable", theta)],
        [("summable", "bounded", "converges", "vanishes")] * 2,
        lambda p, q: [p, q], lambda p, q: p, step + theta, loose=(0, 1), same=True,
    ),
    Example("damped", [("vanishes", step), ("bounded", theta)], [("vanishes",), ("bounded",)],
            lambda p, q: [p, q], lambda p, q: "vanishes", step * theta, loose=(0, 1)),
    Example("of_root", [("converges", theta * theta), (">=", theta)],
            [("converges", "vanishes"), RELATIONS], lambda p, q: [theta, p, q],
            lambda p, q: p, theta, bare=(1,)),
    Example("bounded", [("converges", theta)], [("converges", "vanishes")], lambda p: [p],
            lambda p: "bounded", theta, loose=(0,)),
    Example(
        "vanishing",
        [("summable", step * theta), ("divergent", step), ("converges", theta),
         (">=", theta), (">=", step)],
        [("summable",), ("divergent",), ("converges",), RELATIONS, RELATIONS],
        lambda p, q, r, x, y: [theta, step, p, q, r, (x, y)], lambda *kinds: "vanishes", theta,
        bare=(3, 4),
    ),
    Example(
        "eventually", [("vanishes", A), ("=", theta * step), (">=", step - 1 + A)],
        [("vanishes",), ("=",), RELATIONS], lambda p, q, r: [theta, step, p, q, r],
        lambda *kinds: "vanishes", theta, bare=(1, 2),
    ),
)  # fmt: skip
"""The rules about whole runs that take lines."""
