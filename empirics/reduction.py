"""Sample what a rule sees of Gaussian noise, and no more: the same law with far fewer numbers.

Let the n - f correct workers send g + Z_i with Z_i ~ N(0, sigma^2 I) in R^d. An orthogonal map that
keeps g changes neither the law of the noise nor, for the attacks and rules named here, anything but
the frame: the attack sends combinations of g and the correct vectors, and the rule commutes with
the map. So it may be chosen anew in each trial, after the noise is known, such that g = |g| e_1 and
the noise across g becomes a lower triangle. That triangle has a law of its own, which is drawn
without the rest:

* the coordinates along g are normal;
* row i of the triangle, from 0, has i normal variables and then the root of a chi-squared one with
  d - 1 - i degrees of freedom; rows i >= d - 1 have d - 1 normal variables.

Bartlett, On the theory of statistical regression, Proc. R. Soc. Edinburgh 53, 1933; Anderson, An
Introduction to Multivariate Statistical Analysis, 3rd ed., Theorem 7.2.1. The coordinate of F - g
along g and |F - g|, and with them |F| and <F, g>, keep their joint law, exactly. Across g the mean
of F - g is 0 by symmetry, where it exists.
"""

import numpy as np

from empirics.attacks.ipm import InnerProductManipulation
from empirics.attacks.mimic import Mimic
from empirics.attacks.optimised_ipm import OptimisedIPM
from empirics.attacks.optimised_mimic import OptimisedMimic
from empirics.attacks.optimised_sign_flip import OptimisedSignFlip
from empirics.attacks.sign_flip import SignFlip
from empirics.attacks.worst_case import WorstCase
from empirics.interfaces import Attack, FloatArray, Model, Part, Rule
from empirics.models.gaussian import Gaussian
from empirics.rules import RULES
from empirics.rules.krum import Krum
from empirics.rules.linear import Average
from empirics.rules.multi_krum import MultiKrum

SPHERICAL: tuple[type[Model], ...] = (Gaussian,)
"""Models of normal noise whose law no orthogonal map changes."""

LINEAR: tuple[type[Attack], ...] = (
    SignFlip,
    InnerProductManipulation,
    Mimic,
    OptimisedIPM,
    OptimisedMimic,
    OptimisedSignFlip,
    WorstCase,
)
"""Attacks that send combinations of g and the correct vectors of the same trial.

The weights may depend on lengths and angles of these vectors, but on no coordinate. Where g = 0,
the first unit vector may stand for its direction, as it does in the reduction.
"""

EQUIVARIANT: tuple[type[Rule], ...] = (Krum, MultiKrum, Average)
"""Rules that commute with orthogonal maps."""


def refuse_unless_exact(model: Model, attack: Attack, rule: Rule) -> None:
    """Raise ValueError, with the reason, where the reduced law is not that of the experiment.

    >>> from empirics.attacks.alie import ALittleIsEnough
    >>> refuse_unless_exact(Gaussian(), ALittleIsEnough(), Krum())
    Traceback (most recent call last):
    ValueError: no exact reduction for the attack alie(z=None), which depends on the coordinates ...
    """
    if type(model) not in SPHERICAL:
        _refuse("model", model.label, "is not normal and spherical", SPHERICAL)
    if type(attack) not in LINEAR:
        why = "depends on the coordinates or on more than g and the correct vectors of its trial"
        _refuse("attack", attack.label, why, LINEAR)
    against = getattr(attack, "against", None)
    if against is not None and type(RULES[against]) not in EQUIVARIANT:
        _refuse("attack", attack.label, "searches with a rule that needs coordinates", EQUIVARIANT)
    if type(rule) not in EQUIVARIANT:
        _refuse("rule", rule.label, "may depend on the coordinates", EQUIVARIANT)


def reduced_dimension(workers: int, dimension: int) -> int:
    """The number of coordinates that are left: one along g, and at most one for each worker."""
    return 1 + min(workers, dimension - 1)


def reduced_gradient(gradient: FloatArray, workers: int) -> FloatArray:
    """The vector g = |g| e_1 in the reduced coordinates of so many correct workers."""
    reduced = np.zeros(reduced_dimension(workers, gradient.size))
    reduced[0] = np.linalg.norm(gradient)
    return reduced


def reduced_noise(
    rng: np.random.Generator, trials: int, workers: int, dimension: int, sigma: float
) -> FloatArray:
    """The noise V - g of the correct workers, [trials, workers, reduced dimension].

    In law it is that of `Gaussian().noise` with the same arguments, in coordinates that depend on
    the trial. In memory the trials are innermost. Raises ValueError as `Model.noise` does.
    """
    Gaussian().noise(rng, min(trials, 0), workers, dimension, sigma)  # refuses what is no noise
    across = reduced_dimension(workers, dimension) - 1
    rows = np.zeros((workers, 1 + across, trials))
    for i, row in enumerate(rows):
        rng.standard_normal(out=row[: 1 + min(i, across)])
        if i < across:
            row[1 + i] = np.sqrt(rng.chisquare(dimension - 1 - i, trials))
    rows *= sigma
    return rows.transpose(2, 0, 1)


def _refuse(kind: str, label: str, why: str, allowed: tuple[type[Part], ...]) -> None:
    names = ", ".join(part.name for part in allowed)
    raise ValueError(
        f"no exact reduction for the {kind} {label}, which {why}; "
        f"sample all coordinates, or take one of: {names}"
    )
