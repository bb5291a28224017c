"""E|G|^r of a correct worker's vector G = g + Z, exactly, for the models where it is known.

g has equal coordinates, as in every sweep, and Z has sigma = 1. The values are in units of s, where
s^2 = |g|^2 + d = E|G|^2, so that no power of a long g overflows.
"""

from __future__ import annotations

from functools import cache, singledispatch
from math import hypot, sqrt

import numpy as np

from empirics.interfaces import Model
from empirics.models.correlated import Correlated
from empirics.models.gaussian import Gaussian
from empirics.models.skewed import Skewed
from empirics.models.student_t import StudentT
from empirics.models.three_point import ThreePoint
from empirics.models.two_point import TwoPoint

LONGEST = 2000
"""Dimensions up to which sums over all outcomes of three values are taken."""


@cache
def length_moment(model: Model, r: int, d: int, gradient: float) -> float | None:
    """E|G|^r / s^r for r = 2, 3 or 4; None where it is infinite or no formula is known here.

    >>> length_moment(Gaussian(), 4, 1, 0.0), length_moment(StudentT(dof=4), 4, 1, 0.0)
    (3.0, None)
    """
    if r == 2:
        return 1.0
    if r == 3:
        return _third(model, d, gradient)
    known = _fourth(model, d)
    if known is None:
        return None
    # E(|g|^2 + 2 <g, Z> + |Z|^2)^2 with u = g / |g|; E|Z|^2 = d and E<u, Z> = 0.
    along, mixed, fourth = known
    size = hypot(gradient, sqrt(d))
    g, z = gradient / size, 1 / size
    return g**4 + (2 * d + 4 * along) * g * g * z * z + 4 * mixed * g * z**3 + fourth * z**4


@singledispatch
def _fourth(model: Model, d: int) -> tuple[float, float, float] | None:
    """E<u, Z>^2, E<u, Z>|Z|^2 and E|Z|^4, where u has d equal coordinates and length 1."""
    return None


def _independent(third: float, fourth: float, d: int) -> tuple[float, float, float]:
    """For independent coordinates with E z^3 and E z^4."""
    return 1.0, sqrt(d) * third, d * fourth + d * (d - 1.0)


@_fourth.register
def _(model: Gaussian, d: int) -> tuple[float, float, float]:
    return _independent(0.0, 3.0, d)


@_fourth.register
def _(model: Skewed, d: int) -> tuple[float, float, float]:
    return _independent(2.0, 9.0, d)


@_fourth.register
def _(model: StudentT, d: int) -> tuple[float, float, float] | None:
    if model.dof <= 4:
        return None
    return _independent(0.0, 3 * (model.dof - 2) / (model.dof - 4), d)


@_fourth.register
def _(model: TwoPoint, d: int) -> tuple[float, float, float]:
    p = float(model.p)
    skewness = (1 - 2 * p) / sqrt(p * (1 - p))
    return _independent(skewness, 1 + skewness**2, d)


@_fourth.register
def _(model: ThreePoint, d: int) -> tuple[float, float, float]:
    return _independent(0.0, float(model.a**2), d)


@_fourth.register
def _(model: Correlated, d: int) -> tuple[float, float, float]:
    along, across = 1 - model.rho + d * model.rho, 1 - model.rho
    return along, 0.0, d * d + 2 * (along**2 + (d - 1) * across**2)


@singledispatch
def _third(model: Model, d: int, gradient: float) -> float | None:
    """E|G|^3 / s^3."""
    return None


@_third.register
def _(model: Gaussian, d: int, gradient: float) -> float:
    """|G|^2 has a non-central chi-squared law, whose moment of order 3/2 is Kummer's function."""
    from scipy.special import hyp1f1, poch

    size = hypot(gradient, sqrt(d))
    if gradient > 1e8 * sqrt(d):
        return 1.0  # to the last digit, as |G| then hardly scatters; and the square may overflow
    kummer = hyp1f1(-1.5, d / 2, -(gradient**2) / 2)
    return float((2 / size / size) ** 1.5 * poch(d / 2, 1.5) * kummer)


@_third.register
def _(model: TwoPoint, d: int, gradient: float) -> float:
    """|G|^2 depends on how many coordinates have the rare value: a binomial variable."""
    from scipy.stats import binom

    size, r = hypot(gradient, sqrt(d)), sqrt((1 - model.p) / model.p)
    each = gradient / sqrt(d)
    rare = np.arange(d + 1)
    squares = rare * ((each + r) / size) ** 2 + (d - rare) * ((each - 1 / r) / size) ** 2
    return float((binom.pmf(rare, d, float(model.p)) * squares**1.5).sum())


@_third.register
def _(model: ThreePoint, d: int, gradient: float) -> float | None:
    """|G|^2 depends on how many coordinates are not 0, and how many of these are positive."""
    from scipy.stats import binom

    if d > LONGEST:
        return None
    size, each = hypot(gradient, sqrt(d)), gradient / sqrt(d)
    total, nonzero = 0.0, binom.pmf(np.arange(d + 1), d, 1 / model.a**2)
    for count in np.flatnonzero(nonzero > 1e-20):  # the others change no digit
        up = np.arange(count + 1)
        squares = (
            up * ((each + model.a) / size) ** 2 + (count - up) * ((each - model.a) / size) ** 2
        )
        squares += (d - count) * (each / size) ** 2
        total += nonzero[count] * (binom.pmf(up, count, 0.5) * squares**1.5).sum()
    return float(total)
