"""What the convergence half shares: one step of descent, seen at time t.

Everything known at t (x_t, the step size, what P_t contains) is deterministic here, and E is the
conditional expectation E(. | P_t). Krum_t is a random vector; what resilience says of it is
assumed by name. phi is written with the positive part, (y + |y|)/2, so that it is one term for all
real numbers.
"""

from __future__ import annotations

from theory.kernel.terms import Formula, Integrable, Term
from theory.notation.language import Look, expectation, norm, root, squared
from theory.papers.krum.setting import language

x_t = language.plain_vector("x_t", Look("x", subscript="t"), varies=True)
step = language.plain_vector("step", Look("Krum", subscript="t"), random=True)
gamma = language.scalar("gamma", Look("γ", subscript="t"), varies=True)
language.successor(x_t, x_t - gamma * step)
horizon = language.scalar("horizon", Look("D"))

one, other = language.scalar("one", Look("a")), language.scalar("other", Look("b"))
"""The real numbers a and b of (2-2)."""


def positive_part(y: Term) -> Term:
    """max(y, 0)."""
    return (y + root(y**2)) / 2


def phi(y: Term) -> Term:
    """phi(y): 0 below D, (y - D)^2 above."""
    return positive_part(y - horizon) ** 2


def phi_slope(y: Term) -> Term:
    """phi'(y)."""
    return 2 * positive_part(y - horizon)


phi_a = language.abbreviation("phi_a", phi(one), Look("φ(a)"))
phi_b = language.abbreviation("phi_b", phi(other), Look("φ(b)"))
slope_a = language.abbreviation("slope_a", phi_slope(one), Look("φ′(a)"))

x_next = language.abbreviation("x_next", x_t - gamma * step, Look("x", subscript="t+1"))
u_t = language.abbreviation("u_t", phi(squared(x_t)), Look("u", subscript="t"))
u_next = language.abbreviation("u_next", phi(squared(x_next)), Look("u", subscript="t+1"))
slope_t = language.abbreviation("slope_t", phi_slope(squared(x_t)), Look("φ′", subscript="t"))

mean_step = expectation(step)
MOMENTS: dict[str, Formula] = {
    "Krum_t has a fourth moment": Integrable(norm(step) ** 4),
}
NONNEGATIVE_STEP: dict[str, Formula] = {"γ_t ≥ 0": gamma >= 0}
