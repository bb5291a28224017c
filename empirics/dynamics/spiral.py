"""Definition 1 without the ball: a run in the plane that spirals to infinity.

J is the quarter turn, x_1 = (1, 0), gamma_t = 1/t, and x_{t+1} = x_t - gamma_t F_t with

    F_t = g_t/2 + (5/2) J g_t,    g_t = grad Q(x_t) = x_t + (3/5) J x_t,

so F_t = -x_t + (14/5) J x_t and |x_{t+1}|^2 = |x_t|^2 ((1 + 1/t)^2 + (14/(5t))^2), without noise.

The cost. Let r_t = |x_t|, v_t = (3/5) J x_t, and B_t the disc around x_t of radius r_t/(16t). Then

    Q(x) = |x|^2/2 + sum over t of b_t(x),    b_t(x) = <v_t, x - x_t> (1 - s)^4 in B_t, else 0,

with s = |x - x_t|^2 / (r_t/(16t))^2. So grad b_t(x_t) = v_t, and grad Q(x_t) is as said, once the
discs are disjoint: r_t/t does not decrease, as r_{t+1} >= (1 + 1/t) r_t; so for k > t both radii
are at most r_k/(16k), while |x_k - x_t| >= r_k - r_t >= r_k (1 - t/k) >= r_k/k.

The hypotheses of Proposition 2, with sin(alpha) = 1/2.
(i) (1 - s)^4 vanishes to third order at s = 1, and r_t -> infinity, so Q has three continuous
derivatives. In B_t, |b_t| <= (3/5) r_t r_t/(16t) < |x|^2/2, so Q >= 0.
(ii) gamma_t = 1/t. (iv) sigma = 0.
(iii), (v) |grad b_t| <= |v_t| ((1-s)^4 + 8 s (1-s)^3) = |v_t| (1-s)^3 (1+7s) <= |v_t| 432/343, the
maximum being at s = 1/7. In B_t, |x| >= (15/16) r_t, so grad Q = x + p with |p| <= q |x| for
q = 432/343 * 3/5 * 16/15 < 0.807. So (1 - q)|x| <= |grad Q| <= (1 + q)|x|, and the angle between x
and grad Q has a sine of at most q: beta = arcsin q < 53.8 degrees, and alpha + beta < 90 degrees.

Definition 1. <F_t, g_t> = |g_t|^2/2 = (1 - sin(alpha)) |g_t|^2 and |F_t|^2 = (13/2) |g_t|^2. A rule
with f = 1: where all workers but the last agree on a vector m, and the last sends w with
<w, m> >= |m|^2/2 and |w| <= 3 |m|, it is w; otherwise it is Krum. The laws of this run have no
noise, so that (i) and (ii) are needed, and hold, for the vectors m = g alone.

The second derivatives of Q are unbounded, as they must be: near x_t they are of the order of t.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from empirics.interfaces import FloatArray

Plane = tuple[Fraction, Fraction]

TURN = Fraction(3, 5)
"""|v_t| / |x_t|."""

OUTWARD = Fraction(1, 2), Fraction(5, 2)
"""F = OUTWARD[0] g + OUTWARD[1] J g."""

SINE = Fraction(432, 343) * TURN * Fraction(16, 15)
"""The bound q of sin(beta)."""


def turned(x: tuple[Fraction, ...]) -> Plane:
    """J x: a quarter turn to the left."""
    return -x[1], x[0]


def gradient_at(x: Plane) -> Plane:
    """grad Q at a point x_t of the run."""
    y = turned(x)
    return x[0] + TURN * y[0], x[1] + TURN * y[1]


def aggregate_at(g: Plane) -> Plane:
    """F for the gradient g."""
    j = turned(g)
    return OUTWARD[0] * g[0] + OUTWARD[1] * j[0], OUTWARD[0] * g[1] + OUTWARD[1] * j[1]


def spiral(points: int) -> tuple[tuple[Plane, ...], tuple[Plane, ...]]:
    """x_t and grad Q(x_t) for t = 1 to points, exact."""
    xs: list[Plane] = [(Fraction(1), Fraction(0))]
    for t in range(1, points):
        x = xs[-1]
        f = aggregate_at(gradient_at(x))
        xs.append((x[0] - f[0] / t, x[1] - f[1] / t))
    return tuple(xs), tuple(gradient_at(x) for x in xs)


def cost(x: FloatArray, points: int) -> tuple[FloatArray, FloatArray]:
    """Q and its gradient, of shapes [..] and [.., 2], at x [.., 2], with the first bumps only.

    >>> value, gradient = cost(np.array([1.0, 0.0]), 3)
    >>> float(value), gradient.tolist()
    (0.5, [1.0, 0.6])
    """
    value = np.square(x).sum(axis=-1) / 2
    gradient = np.array(x, dtype=np.float64)
    centres, _ = spiral(points)
    for t, centre in enumerate(centres, start=1):
        at = np.array(centre, dtype=np.float64)
        v = float(TURN) * np.array([-at[1], at[0]])
        z = x - at
        radius2 = (at @ at) / (16 * t) ** 2
        rest = np.maximum(1 - np.square(z).sum(axis=-1) / radius2, 0.0)
        along = z @ v
        value = value + along * rest**4
        slope = (-8 * along * rest**3 / radius2)[..., np.newaxis]
        gradient = gradient + rest[..., np.newaxis] ** 4 * v + slope * z
    return value, gradient
