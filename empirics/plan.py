"""How much is sampled, and what a verdict of the sample is worth."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from empirics import seeds


@dataclass(frozen=True)
class SamplingPlan:
    """Each cell is drawn in `chunks` chunks of `groups` groups of `group_size` trials.

    A chunk has its own random numbers (see `empirics.seeds`); a group is what the jackknife leaves
    out. `level` is the probability that any true claim of a document is contradicted by the means
    of any cell; violations at single outcomes are checked exactly, up to `checks` for each claim.
    """

    all_cells: bool
    chunks: int
    groups: int
    group_size: int
    checks: int
    entropy: int = 1703_02757
    level: float = 0.001
    block: int = 1 << 18
    """Numbers in the largest array of one evaluation."""

    def __post_init__(self) -> None:
        """Refuse a plan without statistics."""
        if self.chunks < 1 or self.groups < 1 or self.chunks * self.groups < 8:
            raise ValueError(f"{self}: give at least 8 groups in all, for an error of the means")
        if self.group_size < 1 or self.group_size & (self.group_size - 1):
            raise ValueError(f"group_size = {self.group_size}: give a power of 2")
        if not 0 < self.level < 1 or self.checks < 1 or self.block < 1:
            raise ValueError(f"{self}: give 0 < level < 1, checks >= 1 and block >= 1")

    @classmethod
    def quick(cls) -> SamplingPlan:
        """Some seconds: few cells, 2,048 trials each."""
        return cls(all_cells=False, chunks=1, groups=64, group_size=32, checks=2)

    @classmethod
    def standard(cls) -> SamplingPlan:
        """Under a minute: few cells, 8,192 trials each."""
        return cls(all_cells=False, chunks=4, groups=16, group_size=128, checks=3)

    @classmethod
    def thorough(cls) -> SamplingPlan:
        """Half an hour or more: all cells, 8,192 trials each."""
        return cls(all_cells=True, chunks=4, groups=16, group_size=128, checks=5)

    def draws(self) -> seeds.Plan:
        """The plan of the random numbers."""
        return seeds.Plan(self.entropy, self.groups * self.group_size, self.chunks)

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data."""
        return asdict(self)
