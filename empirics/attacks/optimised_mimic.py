"""Optimised mimic: in each trial, the correct worker whose copies hurt a rule most."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray
from empirics.line_search import refuse_unknown_rule, strongest
from empirics.rules import RULES


@dataclass(frozen=True)
class OptimisedMimic(Attack):
    """B = V_i, with the correct worker i of each trial chosen for the largest |F - g|.

    Mimic (Karimireddy, He, Jaggi, ICLR 2022, arXiv:2006.09365) against the rule F called `against`.
    They choose i by the direction of largest variance over time; here every i is tried. The
    smallest of equal effect is taken.
    """

    name: ClassVar[str] = "optimised_mimic"
    against: str = "krum"

    def __post_init__(self) -> None:
        """Refuse an unknown rule."""
        refuse_unknown_rule(self.label, self.against)

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Z of the best worker to copy."""
        return strongest(RULES[self.against], noise, noise.swapaxes(0, 1), f)
