"""What all chunks say of one claim about every outcome: counts, the worst trials, the ratio."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from empirics.batch import Batch
from empirics.claims.confirm import Finding
from empirics.claims.job import ChunkSample
from empirics.claims.places import Place, place_of
from empirics.claims.readings import Pathwise
from empirics.claims.results import Ratio
from empirics.claims.tally import Extreme, Tally
from empirics.experiments.base import Cell


@dataclass(frozen=True)
class Suspect:
    """A trial that violates a claim in floating-point numbers."""

    cell: Cell
    chunk: int
    extreme: Extreme
    place: Place
    batch: Batch
    """This trial alone."""


class Seen:
    """Adds up chunks; of the violations it keeps a few worst ones."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self.total = Tally()
        self.cells = 0
        self.suspects: list[Suspect] = []
        self.ratio: Ratio | None = None
        self._last: Cell | None = None

    def add(
        self, reading: Pathwise, cell: Cell, number: int, chunk: ChunkSample, tally: Tally
    ) -> None:
        """Add a chunk of a cell; the chunks of a cell come one after the other."""
        self.total += tally
        if tally.instances and cell is not self._last:
            self.cells += 1
            self._last = cell
        if chunk.batch is None:
            return
        layout = chunk.batch.layout

        def place(extreme: Extreme) -> Place:
            trial = (None, None) if reading.fixed else (number, extreme.trial)
            return place_of(cell, layout, reading.axes, extreme.places, *trial)

        if tally.ratio.value > (self.ratio.value if self.ratio else -inf):
            self.ratio = Ratio(tally.ratio.value, 0.0, place(tally.ratio))
        if tally.worst.value > -inf:
            row = chunk.trials.index(tally.worst.trial)
            batch = chunk.batch.select(np.array([row]), 1)
            self.suspects.append(Suspect(cell, number, tally.worst, place(tally.worst), batch))
            self.suspects.sort(key=lambda suspect: -suspect.extreme.value)
            del self.suspects[self._kept :]


class Checked:
    """What exact evaluation said about the suspects of one claim."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.example: Place | None = None
        self.ratio: Ratio | None = None
        self._rank: tuple[bool, float] = (False, -inf)

    def add(self, finding: Finding, ratio: float, suspect: Suspect) -> None:
        """Add one; the example is the worst confirmed violation, or else the worst suspect."""
        self.findings.append(finding)
        rank = finding == Finding.VIOLATED, suspect.extreme.value
        if rank > self._rank:
            self._rank, self.example = rank, suspect.place
        if rank[0] and isfinite(ratio) and (self.ratio is None or ratio > self.ratio.value):
            self.ratio = Ratio(ratio, 0.0, suspect.place)
