"""Multi-Krum, as the paper defines it (Blanchard et al., NeurIPS 2017, arXiv:1703.02757).

The average of the m vectors of smallest Krum score. With m = 1 it is Krum, with m = n averaging.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from empirics.distances import enclosure
from empirics.exact import ExactTrial
from empirics.interfaces import BoolArray, FloatArray, Rule
from empirics.long_vectors import Progress, are_long, average_of_long, smallest_of_long
from empirics.rules.krum import checked_for_krum, select


@dataclass(frozen=True)
class MultiKrum(Rule):
    """The average of the m vectors that Krum scores best.

    `m` is n - f unless given, as in the experiments of the paper and in byzfl. The score is that
    of `krum`, with n - f - 2 neighbours; byzfl takes n - f - 1, which is another rule.
    """

    name: ClassVar[str] = "multi_krum"
    m: int | None = None

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """See `multi_krum`."""
        return multi_krum(vectors, f, self.m)


def multi_krum(
    vectors: npt.ArrayLike, f: int, m: int | None = None, progress: Progress | None = None
) -> FloatArray:
    """The average of the m vectors of smallest score, of shape [d] or [trials, d].

    Arguments and errors as for `krum`, and ValueError unless 1 <= m <= n.

    >>> multi_krum([[1.0], [2.0], [3.0], [5.0], [100.0]], f=1, m=2)
    array([1.5])
    """
    checked = checked_for_krum(vectors, f)
    chosen = best(checked, f, m, progress)
    if are_long(checked):
        if checked.ndim == 2:
            return average_of_long(checked, chosen)
        return np.stack(
            [average_of_long(trial, some) for trial, some in zip(checked, chosen, strict=True)]
        )
    total: FloatArray = np.where(chosen[..., np.newaxis], checked, 0.0).sum(
        axis=-2, dtype=np.float64
    )
    return total / np.count_nonzero(chosen, axis=-1)[..., np.newaxis]


def best(
    vectors: npt.ArrayLike, f: int, m: int | None = None, progress: Progress | None = None
) -> BoolArray:
    """Which m workers have the smallest exact scores, ties to the smallest index.

    Of shape [n] or [trials, n]. Arguments and errors as for `multi_krum`.
    """
    checked = checked_for_krum(vectors, f)
    n, d = checked.shape[-2:]
    m = n - f if m is None else m
    if not isinstance(m, int | np.integer) or not 1 <= m <= n:
        raise ValueError(f"Multi-Krum averages 1 <= m <= n vectors, but m = {m!r} and n = {n}")
    if are_long(checked):
        batch = checked.reshape(-1, n, d)
        found = [smallest_of_long(trial, n - f - 2, m, progress).chosen for trial in batch]
        return np.array(found, dtype=bool).reshape(checked.shape[:-1])
    trace = select(checked, f)
    batch, scores = trace.vectors.reshape(-1, n, d), trace.scores.reshape(-1, n)
    order = np.argsort(scores, axis=1, kind="stable")
    # Where the m-th score and the next may overlap, rounding must not decide.
    low, high = enclosure(np.take_along_axis(scores, order, axis=1), d + n)
    contested = np.zeros(len(batch), dtype=bool) if m == n else low[:, m] <= high[:, m - 1]
    for t in contested.nonzero()[0]:
        exact = ExactTrial(batch[t]).scores(range(n), n - f - 2)
        order[t] = sorted(range(n), key=exact.__getitem__)
    chosen = np.zeros(scores.shape, dtype=bool)
    np.put_along_axis(chosen, order[:, :m], True, axis=1)
    return chosen.reshape(trace.scores.shape)
