"""Sample every claim of a document: the same trials for all of them, with honest statistics.

    sample = sample_document(document, SamplingPlan.quick(), workers=2)
    for claim in sample.claims: print(claim.claim, claim.verdict, claim.ratio)

A claim about every outcome is CONTRADICTED by one trial that violates it in exact arithmetic; a
claim about expectations by a confidence bound, at the plan's level for all comparisons together.
Neither ever says that a claim is true. The result is plain data, the same for any number of
processes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import inf, isfinite
from typing import Any

import numpy as np

from empirics.batch import Batch, Layout
from empirics.claims.averages import (
    CellAverages,
    averages_of,
    clearly_holds,
    judge_averages,
    means_of,
)
from empirics.claims.confirm import ExactTrial, Finding, model_of
from empirics.claims.expectations import mentions_expectation
from empirics.claims.job import ChunkSample, Claimed, Compiled, Job, compiled, draw, sample_chunk
from empirics.claims.means import Replicates
from empirics.claims.places import Place, place_of
from empirics.claims.readings import NotSampled, OnAverage, Pathwise
from empirics.claims.results import NOT_SAMPLED, ClaimSample, DocumentSample, Outcomes, Ratio
from empirics.claims.tally import Extreme, Tally
from empirics.experiments import Cell, Experiment, experiment_for
from empirics.interfaces import BoolArray
from empirics.plan import SamplingPlan
from empirics.seeds import run_cells
from empirics.statistics import Verdict
from theory.judge import theorem_id
from theory.kernel.certificates import decode
from theory.kernel.models import Model
from theory.kernel.terms import Iid, Relation, Term
from theory.notation.document import Document

UNMET = "what it needs does not always hold"

Progress = Callable[[int, int], None]
"""Called with the number of cells that are done, and of all."""


def sample_document(
    document: Document,
    plan: SamplingPlan | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    values: Mapping[str, Term] | None = None,
    only: Collection[str] | None = None,
    cells: Sequence[Cell] | None = None,
    experiment: Experiment | None = None,
) -> DocumentSample:
    """Sample the readings of a document, or `only` those of these names (1-3a, 1-3a:repaired).

    `values` gives the constants of the readings that claim that one exists. `cells` and
    `experiment` are the document's own unless given. Raises ValueError for an unknown name.
    """
    plan = plan or SamplingPlan.quick()
    experiment = experiment or experiment_for(document)
    cells = tuple(experiment.cells(plan.thorough) if cells is None else cells)
    job, refused = _job(document, experiment, plan, values or {}, only)
    return _Sampler(document.name, job, refused, plan, cells).run(workers, progress)


def sample_claim(
    document: Document, reading: str, plan: SamplingPlan | None = None, **options: Any
) -> ClaimSample:
    """Sample one reading, such as "1-3a" or "1-3a:repaired"; options as for `sample_document`."""
    return sample_document(document, plan, only=[reading], **options).claims[0]


def _job(
    document: Document,
    experiment: Experiment,
    plan: SamplingPlan,
    values: Mapping[str, Term],
    only: Collection[str] | None,
) -> tuple[Job, dict[str, str]]:
    """What is sent to the processes, and the readings that the document itself excludes."""
    claims, refused = list[Claimed](), dict[str, str]()
    for claim in document.claims().values():
        for reading in claim.readings:
            name = theorem_id(claim, reading)
            if only is not None and name not in only:
                continue
            if reading.ill_typed:
                refused[name] = "the sentence does not denote"
            elif not reading.sampled:
                refused[name] = "the document says that sampling cannot help"
            needs = tuple(reading.needs.items())
            claims.append(Claimed(name, reading.statement, needs, values.get(name)))
    unknown = sorted({*(only or ())} - {claim.name for claim in claims})
    if unknown:
        raise ValueError(f"{document.name} has no reading called {', '.join(unknown)}")
    signature = document.language.signature
    hypotheses = tuple(document.hypotheses.items())
    job = Job(signature, hypotheses, tuple(claims), experiment, plan.groups, plan.block)
    return job, refused


def model_at(document: Document, plan: SamplingPlan, place: Place) -> Model:
    """The trial of a place as an exact kernel model: what a violation can be checked on, alone.

    `plan` must be the plan of the sample. Raises ValueError for a place without a trial, where
    something does not depend on the outcome or is an estimate.
    """
    if place.chunk is None or place.trial is None:
        raise ValueError(f"{place} is no single trial")
    job, _ = _job(document, experiment_for(document), plan, {}, None)
    draws = plan.draws()
    rng = draws.generator(place.cell, place.chunk)
    batch, _, _ = draw(job, place.cell, rng, draws.chunk_size)
    return model_of(batch, place.trial)


def constants(certificates: Mapping[str, Any]) -> dict[str, Term]:
    """The constants that certificates give, as `values` for the claims that there is one."""
    found = {}
    for name, certificate in certificates.items():
        data = certificate.get("value") if isinstance(certificate, dict) else None
        value = None if data is None else decode(data)
        if isinstance(value, Term):
            found[name] = value
    return found


class _Sampler:
    """One run: the chunks of all cells, then what they say together."""

    def __init__(
        self,
        document: str,
        job: Job,
        refused: Mapping[str, str],
        plan: SamplingPlan,
        cells: tuple[Cell, ...],
    ) -> None:
        self.document, self.job, self.refused = document, job, refused
        self.plan, self.cells = plan, cells
        self.code: Compiled = compiled(job)
        self.layouts: dict[int, Layout] = {}
        self.tallies: dict[str, list[Seen]] = {c.name: [] for c in job.claims}
        self.averages: dict[str, list[CellAverages]] = {c.name: [] for c in job.claims}
        self.lacking: dict[str, Counter[str]] = {c.name: Counter() for c in job.claims}
        self.trials = 0
        self.rejected: dict[str, int] = {}
        self.left_out: dict[str, int] = dict.fromkeys(self.code.unmet, len(cells))

    def run(self, workers: int, progress: Progress | None) -> DocumentSample:
        """Sample the cells, a few at a time for the sake of `progress`, and sum up."""
        wanted = {} if self.code.unmet else dict(enumerate(self.cells))
        step = max(1, len(wanted) if progress is None else 16 * workers)
        for start in range(0, len(wanted), step):
            part = list(self.cells[start : start + step])
            sampler = partial(sample_chunk, self.job)
            found = run_cells(sampler, part, self.plan.draws(), workers)
            for number, chunks in enumerate(found, start):
                self._collect(number, chunks)
            if progress is not None:
                progress(min(start + step, len(wanted)), len(wanted))
        comparisons = sum(c.comparisons for cells in self.averages.values() for c in cells)
        checked = self._check()
        return DocumentSample(
            self.document,
            self.job.experiment.name,
            self.plan,
            self.cells,
            self.trials,
            self.rejected,
            self.left_out,
            comparisons,
            tuple(self._claim(claim, checked, max(1, comparisons)) for claim in self.job.claims),
        )

    def _collect(self, number: int, chunks: Sequence[ChunkSample]) -> None:
        """Add what one cell says, if it meets the hypotheses about means."""
        cell = self.cells[number]
        for chunk in chunks:
            self.trials += chunk.accepted
            for name, count in chunk.rejected.items():
                self.rejected[name] = self.rejected.get(name, 0) + count
        batch = next((chunk.batch for chunk in chunks if chunk.batch is not None), None)
        if batch is None:
            return
        self.layouts[number] = batch.layout
        means = means_of(self.code.expectations, [chunk.means for chunk in chunks])
        replicates = Replicates(batch, means) if means else None
        for name, moment in self.code.moments.items():
            if replicates is None or not clearly_holds(
                averages_of(moment, cell, batch, replicates, _everywhere(moment, batch))
            ):
                self.left_out[name] = self.left_out.get(name, 0) + 1
                return
        biased = self._selection_matters() and any(sum(c.rejected.values()) for c in chunks)
        kept = self.code.kept(batch.layout)
        for name, reading in self.code.readings.items():
            lacking = self.lacking[name]
            if isinstance(reading, NotSampled):
                continue
            if name not in kept:
                lacking["its indices take too many values"] += 1
            elif isinstance(reading, Pathwise):
                seen = chunks[:1] if reading.fixed else chunks
                self.tallies[name] += [
                    Seen(number, c, s.tallies[name], s) for c, s in enumerate(seen) if s.accepted
                ]
                if not any(sample.met.get(name, False) for sample in seen):
                    lacking[UNMET] += 1
            elif replicates is None:
                lacking["too few trials meet the hypotheses"] += 1
            elif biased:
                lacking["leaving trials out changes the means assumed"] += 1
            elif not all(sample.met[name] for sample in chunks):
                lacking[UNMET] += 1
            else:
                admitted = np.logical_or.reduce([s.admitted[name] for s in chunks])
                found = averages_of(reading, cell, batch, replicates, admitted)
                self.averages[name].append(found)
                if found.overflowed:
                    lacking["an estimate overflows"] += 1

    def _selection_matters(self) -> bool:
        """Whether a hypothesis speaks of the law, which leaving trials out would change."""
        signature = self.job.signature
        return any(
            isinstance(formula, Iid)
            or (
                isinstance(formula, Relation)
                and any(mentions_expectation(signature, x) for x in (formula.left, formula.right))
            )
            for _, formula in self.job.hypotheses
        )

    def _claim(
        self, claim: Claimed, checked: Mapping[str, Checked], comparisons: int
    ) -> ClaimSample:
        """What all cells together say about one claim."""
        reading = self.code.readings[claim.name]
        if claim.name in self.refused:
            reading = NotSampled(self.refused[claim.name])
        if isinstance(reading, NotSampled):
            return ClaimSample(claim.name, NOT_SAMPLED, reading.reason, 0)
        if self.code.unmet:
            return ClaimSample(claim.name, NOT_SAMPLED, self._why_empty(), 0)
        why = "; ".join(
            f"{reason} ({count} of {len(self.cells)} cells)"
            for reason, count in sorted(self.lacking[claim.name].items())
        )
        if isinstance(reading, Pathwise):
            return self._outcomes(claim.name, reading, checked[claim.name], why)
        cells = self.averages[claim.name]
        average = judge_averages(cells, self.plan.level, comparisons)
        if average is None:
            return ClaimSample(claim.name, NOT_SAMPLED, why or self._why_empty(), 0)
        verdict = Verdict.CONTRADICTED if average.contradicted else Verdict.NOT_CONTRADICTED
        ratios = [
            Ratio(value, error, place_of(c.cell, c.batch.layout, reading.axes, places))
            for c in cells
            if c.ratio is not None
            for value, error, places in [c.ratio]
        ]
        ratio = max(ratios, key=lambda r: r.value, default=None)
        return ClaimSample(claim.name, verdict.value, why, len(cells), average=average, ratio=ratio)

    def _outcomes(self, name: str, reading: Pathwise, checked: Checked, why: str) -> ClaimSample:
        tallies = self.tallies[name]
        total = sum((seen.tally for seen in tallies), Tally())
        if total.instances == total.overflowed:
            if total.overflowed:
                why = "its sides overflow"
            return ClaimSample(name, NOT_SAMPLED, why or self._why_empty(), 0)
        outcomes = Outcomes(
            total.instances,
            total.suspects,
            total.rounding,
            total.overflowed,
            len(checked.findings),
            checked.findings.count(Finding.VIOLATED),
            checked.example,
        )
        verdict = Verdict.CONTRADICTED if outcomes.confirmed else Verdict.NOT_CONTRADICTED
        if total.suspects and not outcomes.confirmed:
            counts = (f"{checked.findings.count(f)} {f}" for f in Finding if f in checked.findings)
            suspected = f"suspected violations, none confirmed: {', '.join(counts)}"
            why = f"{why}; {suspected}" if why else suspected
        ratio = checked.ratio
        best = max(tallies, key=lambda seen: seen.tally.ratio.value)
        if best.tally.ratio.value > (ratio.value if ratio else -inf):
            place = self._place(reading, best, best.tally.ratio)
            ratio = Ratio(best.tally.ratio.value, 0.0, place)
        cells = len({seen.cell for seen in tallies if seen.tally.instances})
        return ClaimSample(name, verdict.value, why, cells, outcomes, ratio=ratio)

    def _why_empty(self) -> str:
        """Why nothing was seen of a claim."""
        if self.code.unmet:
            name, reason = next(iter(self.code.unmet.items()))
            return f"the experiment does not ensure the hypothesis {name!r}: {reason}"
        if not self.cells:
            return "no parameters were found that meet the hypotheses"
        if sum(self.left_out.values()) == len(self.cells):
            worst = max(self.left_out, key=lambda name: self.left_out[name])
            return f"no cell clearly meets the hypothesis {worst!r}"
        if self.trials == 0:
            worst = max(self.rejected, key=lambda name: self.rejected[name])
            return f"no trial meets the hypotheses; most fail {worst!r}"
        return "its conditions never hold in the sample"

    def _place(self, reading: Pathwise, seen: Seen, extreme: Extreme) -> Place:
        trial = (None, None) if reading.fixed else (seen.chunk, extreme.trial)
        cell, layout = self.cells[seen.cell], self.layouts[seen.cell]
        return place_of(cell, layout, reading.axes, extreme.places, *trial)

    def _check(self) -> dict[str, Checked]:
        """Evaluate the worst violations of every claim exactly."""
        signature = self.job.signature
        hypotheses = [
            formula
            for _, formula in self.job.hypotheses
            if isinstance(formula, Relation)
            and not any(mentions_expectation(signature, x) for x in (formula.left, formula.right))
        ]
        checked: dict[str, Checked] = {}
        trials: dict[tuple[int, int, int], ExactTrial] = {}
        for claim in self.job.claims:
            found = checked[claim.name] = Checked([])
            reading = self.code.readings[claim.name]
            violated = [s for s in self.tallies[claim.name] if s.tally.worst.value > -inf]
            violated.sort(key=lambda seen: -seen.tally.worst.value)
            for seen in violated[: self.plan.checks]:
                assert isinstance(reading, Pathwise)
                assert seen.sample.batch is not None
                worst = seen.tally.worst
                key = seen.cell, seen.chunk, worst.trial
                if key not in trials:
                    row = seen.sample.trials.index(worst.trial)
                    trials[key] = ExactTrial(seen.sample.batch, row, hypotheses)
                needs = [formula for _, formula in claim.needs]
                finding, ratio = trials[key].check(reading, worst.places, needs)
                found.add(finding, ratio, worst.value, self._place(reading, seen, worst))
        return checked


@dataclass(frozen=True)
class Seen:
    """What one chunk of one cell, both by number, says of a claim about every outcome."""

    cell: int
    chunk: int
    tally: Tally
    sample: ChunkSample


@dataclass
class Checked:
    """What exact evaluation said about the worst violations of one claim."""

    findings: list[Finding]
    example: Place | None = None
    ratio: Ratio | None = None
    _rank: tuple[bool, float] = (False, -inf)

    def add(self, finding: Finding, ratio: float, violation: float, place: Place) -> None:
        """Add one; the example is the worst confirmed violation, or else the worst suspect."""
        self.findings.append(finding)
        violated = finding == Finding.VIOLATED
        if (violated, violation) > self._rank:
            self._rank, self.example = (violated, violation), place
        if violated and isfinite(ratio) and (self.ratio is None or ratio > self.ratio.value):
            self.ratio = Ratio(ratio, 0.0, place)


def _everywhere(reading: OnAverage, batch: Batch) -> BoolArray:
    return np.ones([batch.layout.sizes[i.set] for i in reading.axes], dtype=bool)
