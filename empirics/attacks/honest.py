"""Honest: the Byzantine workers behave, as the baseline of every comparison."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from empirics.interfaces import Attack, FloatArray


@dataclass(frozen=True)
class Honest(Attack):
    """B has the law of V and is independent of the correct vectors of its trial.

    For this to hold for any model, a trial borrows the noise of correct workers from the trial
    before it (the first from the last). So there must be 2 trials and n - f >= f; neighbouring
    trials are dependent, but batches of trials are as independent as before.
    """

    name: ClassVar[str] = "honest"

    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """Z of the first f correct workers of the trial before."""
        trials, correct, _ = noise.shape
        if trials == 1 or correct < f:
            raise ValueError(
                f"honest: {trials} trials with {correct} correct workers cannot lend noise to "
                f"f = {f} others; give at least 2 trials and n - f >= f"
            )
        return np.roll(noise[:, :f], 1, axis=0)
