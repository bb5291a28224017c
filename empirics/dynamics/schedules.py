"""Step sizes gamma_t = a / (t + b)^p, t = 1, 2, ..."""

from dataclasses import dataclass

import numpy as np

from empirics.interfaces import FloatArray


@dataclass(frozen=True)
class Schedule:
    """gamma_t = a / (t + b)^p, for a > 0, b > -1 and p >= 0."""

    a: float = 1.0
    b: float = 0.0
    p: float = 1.0

    def __post_init__(self) -> None:
        """Refuse step sizes that are not positive and finite."""
        good = 0 < self.a < np.inf and -1 < self.b < np.inf and 0 <= self.p < np.inf
        if not good:
            raise ValueError(
                f"step sizes {self.label}: give finite numbers a > 0, b > -1 and p >= 0"
            )

    @property
    def label(self) -> str:
        """The formula with its numbers."""
        return f"{self.a:g}/(t + {self.b:g})^{self.p:g}"

    @property
    def sum_diverges(self) -> bool:
        """Whether sum gamma_t = infinity, as (ii) asks."""
        return self.p <= 1

    @property
    def squares_summable(self) -> bool:
        """Whether sum gamma_t^2 < infinity, as (ii) asks."""
        return self.p > 0.5

    def sizes(self, steps: int) -> FloatArray:
        """gamma_1 to gamma_steps, of shape [steps].

        >>> Schedule(a=2, b=1, p=1).sizes(3).tolist()
        [1.0, 0.6666666666666666, 0.5]
        """
        sizes: FloatArray = self.a / (np.arange(1.0, steps + 1) + self.b) ** np.float64(self.p)
        return sizes


SCHEDULES: dict[str, Schedule] = {
    "standard": Schedule(a=2, b=19, p=1),
    "harmonic": Schedule(),
    "three_quarters": Schedule(a=0.25, p=0.75),
    "square": Schedule(p=2),
    "square_root": Schedule(a=0.25, p=0.5),
    "constant": Schedule(a=0.1, p=0),
}
"""By name. (ii) fails for `square`, whose sum is finite, and for `square_root` and `constant`."""
