"""Linear rules sum lambda_i V_i, and why one Byzantine worker controls them.

This is Result 1 of the notes, and the lemma on linear rules of Blanchard et al. (NeurIPS 2017,
arXiv:1703.02757): averaging tolerates no Byzantine worker at all.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from empirics.interfaces import FloatArray, Rule
from empirics.ordered import as_vectors


@dataclass(frozen=True)
class Average(Rule):
    """The average of all workers' vectors: the linear rule with all weights 1/n."""

    name: ClassVar[str] = "average"

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The mean over the workers of vectors [.., n, d]; f plays no part.

        Raises ValueError where there is no vector, or no number in it.
        """
        return np.mean(as_vectors(self.name, vectors), axis=-2)


def linear(weights: npt.ArrayLike, vectors: npt.ArrayLike) -> npt.NDArray[Any]:
    """The linear rule sum lambda_i V_i, of shape [.., d].

    For weights [n] and vectors [.., n, d], of floats or, for exact results, of Fractions; weights
    may be 0 or negative. Raises ValueError where the shapes do not fit, or a weight is not finite.
    """
    lambdas, v = np.asarray(weights), np.asarray(vectors)
    if lambdas.ndim != 1 or v.ndim < 2 or v.shape[-2] != lambdas.size:
        raise ValueError(
            f"weights {lambdas.shape} and vectors {v.shape} do not fit; give [n] and [.., n, d]"
        )
    if lambdas.dtype.kind == "f" and not np.isfinite(lambdas).all():
        worker = int((~np.isfinite(lambdas)).argmax())
        raise ValueError(
            f"weights has the value {lambdas[worker]} at worker {worker}; give finite numbers"
        )
    return np.matmul(lambdas, v)


def forcing_vector(
    weights: npt.ArrayLike, others: npt.ArrayLike, target: npt.ArrayLike, byzantine: int
) -> npt.NDArray[Any]:
    """The vector, of shape [.., d], by which one worker makes a linear rule output the target.

    It is (target - sum over the others of lambda_i V_i) / lambda_byzantine, for weights [n], the
    vectors `others` [.., n - 1, d] of all other workers in their order, and a target [.., d].
    Raises ValueError where the shapes do not fit, or where the worker's weight is 0.

    >>> from fractions import Fraction
    >>> weights = [Fraction(1, 3)] * 3
    >>> others = [[Fraction(5)], [Fraction(7)]]
    >>> b = forcing_vector(weights, others, [Fraction(-100)], byzantine=1)
    >>> linear(weights, [others[0], b, others[1]])
    array([Fraction(-100, 1)], dtype=object)
    """
    lambdas = np.asarray(weights)
    if lambdas.ndim != 1 or not 0 <= byzantine < lambdas.size:
        raise ValueError(f"byzantine = {byzantine} is not one of the {lambdas.size} workers")
    if lambdas[byzantine] == 0:
        raise ValueError(f"worker {byzantine} has weight 0; a Byzantine worker without a say")
    rest = linear(np.delete(lambdas, byzantine), others)
    return (np.asarray(target) - rest) / lambdas[byzantine]
