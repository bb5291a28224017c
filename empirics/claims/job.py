"""What a process samples: all claims of a document on the same chunk of trials."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import NamedTuple

import numpy as np

from empirics.batch import Batch, Layout
from empirics.claims.expectations import KnownMeans
from empirics.claims.means import group_means
from empirics.claims.readings import NotSampled, OnAverage, Pathwise, Reader, Sampled
from empirics.claims.tally import Tally, accepted_trials, conditions, tally
from empirics.evaluate import Compiler, Evaluation, Node
from empirics.experiments import Cell, Experiment
from empirics.interfaces import BoolArray, FloatArray
from theory.kernel.terms import Cited, Formula, Integrable, Signature, Statement, Term

WIDEST = 4096
"""The most values that the free indices of a claim may take together, in a cell where it counts."""

_ROUNDS = 8
"""How often a chunk is drawn again to replace trials that meet no hypothesis."""


class Claimed(NamedTuple):
    """A reading of a claim: its name, what it says and needs, and the value of its constant."""

    name: str
    statement: Statement
    needs: tuple[tuple[str, Formula], ...] = ()
    value: Term | None = None


@dataclass(frozen=True)
class Job:
    """Plain data that is sent to every process."""

    signature: Signature
    hypotheses: tuple[tuple[str, Formula], ...]
    claims: tuple[Claimed, ...]
    experiment: Experiment
    groups: int
    block: int

    @cached_property
    def digest(self) -> str:
        """A name for the content, under which a process keeps what it compiled."""
        return hashlib.sha256(
            pickle.dumps((self.signature, self.hypotheses, self.claims))
        ).hexdigest()


class Compiled:
    """A job with its terms compiled."""

    def __init__(self, job: Job) -> None:
        self.compiler = Compiler(job.signature)
        facts = [*(formula for _, formula in job.hypotheses), *job.experiment.facts()]
        self.reader = Reader(self.compiler, KnownMeans.of(job.signature, facts))
        self.hypotheses: dict[str, Pathwise] = {}
        self.moments: dict[str, OnAverage] = {}
        self.unmet: dict[str, str] = {}
        for name, formula in job.hypotheses:
            if job.experiment.guarantees(formula) or isinstance(formula, Integrable | Cited):
                continue
            match self.reader.read(formula):
                case Pathwise() as reading:
                    self.hypotheses[name] = reading
                case OnAverage() as reading:
                    self.moments[name] = reading
                case NotSampled(reason):
                    self.unmet[name] = reason
        self._read_needs: dict[Formula, Sampled] = {}
        self.readings: dict[str, Sampled] = {}
        self.needs: dict[str, list[Pathwise]] = {name: [] for name in self.moments}
        for claim in job.claims:
            self.readings[claim.name] = self._read(job, claim)
        averages = (*self.moments.values(), *self.readings.values())
        self.expectations: tuple[Node, ...] = tuple(
            dict.fromkeys(e for r in averages if isinstance(r, OnAverage) for e in r.expectations)
        )

    def _read(self, job: Job, claim: Claimed) -> Sampled:
        self.needs[claim.name] = []
        for name, formula in claim.needs:
            if job.experiment.guarantees(formula) or isinstance(formula, Integrable | Cited):
                continue
            if formula not in self._read_needs:
                self._read_needs[formula] = self.reader.read(formula)
            need = self._read_needs[formula]
            if not isinstance(need, Pathwise):
                return NotSampled(f"it needs {name!r}, which the experiment does not ensure")
            self.needs[claim.name].append(need)
        return self.reader.read(claim.statement, claim.value)

    def kept(self, layout: Layout) -> dict[str, Pathwise | OnAverage]:
        """The readings and hypotheses about means, without those that have too many indices."""
        every = {**self.moments, **self.readings}
        return {
            name: reading
            for name, reading in every.items()
            if not isinstance(reading, NotSampled)
            and layout.elements(reading.every_axis(), False) <= WIDEST
        }

    def passes(self, layout: Layout) -> list[tuple[int, list[str]]]:
        """The kept readings in groups that need arrays of similar size, and that size.

        Few claims need large arrays; the blocks of trials for the others need not be as small.
        """
        groups: dict[int, list[str]] = {}
        sizes: dict[int, int] = {}
        for name, reading in self.kept(layout).items():
            size = layout.elements(reading.every_axis(), False)
            nodes = [*reading.nodes(), *(n for need in self.needs[name] for n in need.nodes())]
            for node in (part for root in nodes for part in root.walk()):
                size = max(size, layout.elements(node.axes, node.vector))
            group = size.bit_length() // 4
            groups.setdefault(group, []).append(name)
            sizes[group] = max(size, sizes.get(group, 1))
        return [(sizes[group], groups[group]) for group in sorted(groups)]


_COMPILED: dict[str, Compiled] = {}


def compiled(job: Job) -> Compiled:
    """The compiled job; a process keeps the last one."""
    if job.digest not in _COMPILED:
        _COMPILED.clear()
        _COMPILED[job.digest] = Compiled(job)
    return _COMPILED[job.digest]


@dataclass
class ChunkSample:
    """What one chunk says about all claims."""

    drawn: int
    accepted: int
    rejected: dict[str, int]
    """Trials that were left out, by the first hypothesis that they do not meet."""
    tallies: dict[str, Tally]
    means: dict[int, FloatArray]
    """[groups, ...] for each expectation that is needed; empty where trials were lacking."""
    admitted: dict[str, BoolArray]
    """Where a claim about means claims something, as far as these trials show."""
    met: dict[str, bool]
    """Whether every trial meets what a claim needs."""
    trials: tuple[int, ...] = ()
    """The first trial, and those in which a claim was violated worst."""
    batch: Batch | None = None
    """These trials; None if there is none at all."""


def draw(
    job: Job, cell: Cell, rng: np.random.Generator, trials: int
) -> tuple[Batch, int, dict[str, int]]:
    """Trials that meet all hypotheses about outcomes, how many were drawn, and why some were not.

    There may be fewer than `trials`, if most do not meet them.
    """
    hypotheses = compiled(job).hypotheses
    if not hypotheses:
        return job.experiment.draw(cell, rng, trials), trials, {}
    parts, kept, drawn = [], 0, 0
    rejected = dict.fromkeys(hypotheses, 0)
    while kept < trials and drawn < _ROUNDS * trials:
        batch = job.experiment.draw(cell, rng, trials)
        drawn += trials
        good = np.ones(trials, dtype=bool)
        step = max(1, job.block // max(1, _largest(hypotheses.values(), batch.layout)))
        for start in range(0, trials, step):
            stop = min(start + step, trials)
            evaluation = Evaluation(batch.block(start, stop))
            for name, claim in hypotheses.items():
                before = good[start:stop].sum()
                good[start:stop] &= accepted_trials(claim, evaluation)
                rejected[name] += int(before - good[start:stop].sum())
        which = good.nonzero()[0][: trials - kept]
        kept += len(which)
        parts.append(batch.select(which, len(which)))
    return _joined(parts), drawn, rejected


def _joined(parts: Sequence[Batch]) -> Batch:
    first = parts[0]
    symbols = first.layout.signature.symbols
    tables = {
        name: np.concatenate([p.tables[name] for p in parts]) if symbols[name].random else table
        for name, table in first.tables.items()
    }
    return Batch(first.layout, tables, sum(p.trials for p in parts))


def _largest(readings: Iterable[Pathwise], layout: Layout) -> int:
    nodes = (part for r in readings for root in r.nodes() for part in root.walk())
    return max(
        (
            *(layout.elements(node.axes, node.vector) for node in nodes),
            *(layout.elements(r.every_axis(), False) for r in readings),
        ),
        default=1,
    )


def sample_chunk(job: Job, cell: Cell, rng: np.random.Generator, trials: int) -> ChunkSample:
    """Draw a chunk and evaluate every claim on it, block by block."""
    code = compiled(job)
    batch, drawn, rejected = draw(job, cell, rng, trials)
    sample = ChunkSample(drawn, batch.trials, rejected, {}, {}, {}, {})
    for size, names in code.passes(batch.layout):
        _sample_pass(job, sample, batch, trials, names, max(1, job.block // size))
    if batch.trials:
        worst = {t.worst.trial for t in sample.tallies.values() if t.worst.value > -inf}
        sample.trials = tuple(sorted(worst | {0}))
        sample.batch = batch.select(np.array(sample.trials), len(sample.trials))
    return sample


def _sample_pass(
    job: Job, sample: ChunkSample, batch: Batch, trials: int, names: Sequence[str], step: int
) -> None:
    """Evaluate some of the claims, `step` trials at a time if these make up whole groups."""
    code = compiled(job)
    readings = {name: r for name, r in code.kept(batch.layout).items() if name in names}
    expectations = dict.fromkeys(
        e for r in readings.values() if isinstance(r, OnAverage) for e in r.expectations
    )
    unit = min(trials // job.groups, 1 << (step.bit_length() - 1))
    step = min(unit * (step // unit), trials)
    pieces: dict[Node, list[FloatArray]] = {node: [] for node in expectations}
    for start in range(0, batch.trials, step):
        part = batch.block(start, min(start + step, batch.trials))
        evaluation = Evaluation(part)
        holds: dict[Pathwise, BoolArray] = {}
        for name, reading in readings.items():
            accepted = None
            for need in code.needs[name]:
                if need not in holds:
                    holds[need] = accepted_trials(need, evaluation)
                accepted = holds[need] if accepted is None else accepted & holds[need]
            met = accepted is None or bool(accepted.all())
            sample.met[name] = sample.met.get(name, True) and met
            if isinstance(reading, OnAverage):
                where = conditions(reading.sides, evaluation, reading.axes).any(axis=0)
                sample.admitted[name] = np.logical_or(sample.admitted.get(name, False), where)
            elif not (reading.fixed and start):
                if reading.fixed and accepted is not None:
                    accepted = accepted[:1]
                found = tally(reading, evaluation, accepted).later(start)
                sample.tallies[name] = sample.tallies.get(name, Tally()) + found
        if batch.trials == trials:
            for node, mean in group_means(evaluation, expectations, part.trials // unit).items():
                pieces[node].append(mean)
    for node, parts in pieces.items():
        if parts:
            means = np.concatenate(parts)
            groups = means.reshape(job.groups, len(means) // job.groups, *means.shape[1:])
            sample.means[code.expectations.index(node)] = groups.mean(axis=1)
