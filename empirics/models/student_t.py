"""Heavy tails: Student's t in every coordinate."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import FloatArray, Model
from empirics.ziggurat import standard_t


@dataclass(frozen=True)
class StudentT(Model):
    """Independent coordinates sigma sqrt((dof - 2) / dof) T, with T of Student's t law.

    The variance of T is dof / (dof - 2), so `dof` must exceed 2. The r-th moment is finite exactly
    for r < dof: with 2 < dof <= 4 the model violates what Proposition 2 (iii) asks of r = 4.
    """

    name: ClassVar[str] = "student_t"
    dof: float = 5

    def __post_init__(self) -> None:
        """Refuse a law without variance."""
        if not 2 < self.dof < np.inf:
            raise ValueError(f"student_t: dof = {self.dof} has no finite variance; give dof > 2")

    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """Student's t, divided by its standard deviation."""
        return standard_t(rng, self.dof, shape)
