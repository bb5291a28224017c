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
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from empirics.claims.averages import (
    CellAverages,
    compare_means,
    judge_averages,
    means_of,
    summarised,
)
from empirics.claims.confirm import ExactTrial, Finding, model_of
from empirics.claims.expectations import mentions_expectation
from empirics.claims.job import ChunkSample, Claimed, Compiled, Job, compiled, draw, sample_chunk
from empirics.claims.means import Replicates
from empirics.claims.outcomes import Checked, Seen
from empirics.claims.places import Place
from empirics.claims.readings import NotSampled, Pathwise
from empirics.claims.results import NOT_SAMPLED, ClaimSample, DocumentSample, Outcomes, Ratio
from empirics.claims.tally import Tally
from empirics.experiments import Cell, Experiment, experiment_for
from empirics.plan import SamplingPlan
from empirics.seeds import canonical_json, run_cells
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
    cells = tuple(experiment.cells(plan.all_cells) if cells is None else cells)
    job, names, refused = _job(document, experiment, plan, values or {}, only)
    return _Sampler(document.name, job, names, refused, plan, cells).run(workers, progress)


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
) -> tuple[Job, list[str], dict[str, str]]:
    """What is sent to the processes, all names, and why the document excludes some of them."""
    claims, refused, names = list[Claimed](), dict[str, str](), list[str]()
    for claim in document.claims().values():
        for reading in claim.readings:
            name = theorem_id(claim, reading)
            if only is not None and name not in only:
                continue
            if reading.ill_typed:
                refused[name] = "the sentence does not denote"
            elif not reading.sampled:
                refused[name] = "the document says that sampling cannot help"
            else:
                needs = tuple(reading.needs.items())
                claims.append(Claimed(name, reading.statement, needs, values.get(name)))
            names.append(name)
    unknown = sorted({*(only or ())} - {*names})
    if unknown:
        raise ValueError(f"{document.name} has no reading called {', '.join(unknown)}")
    signature = document.language.signature
    hypotheses = tuple(document.hypotheses.items())
    job = Job(signature, hypotheses, tuple(claims), experiment, plan.groups, plan.block)
    return job, names, refused


def model_at(document: Document, plan: SamplingPlan, place: Place) -> Model:
    """The trial of a place as an exact kernel model: what a violation can be checked on, alone.

    `plan` must be the plan of the sample. Raises ValueError for a place without a trial, where
    something does not depend on the outcome or is an estimate.
    """
    if place.chunk is None or place.trial is None:
        raise ValueError(f"{place} is no single trial")
    job, _, _ = _job(document, experiment_for(document), plan, {}, None)
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
        names: Sequence[str],
        refused: Mapping[str, str],
        plan: SamplingPlan,
        cells: tuple[Cell, ...],
    ) -> None:
        self.document, self.job = document, job
        self.names, self.refused = names, refused
        self.plan, self.cells = plan, cells
        self.code: Compiled = compiled(job)
        self.outcomes = {c.name: Seen(plan.checks) for c in job.claims}
        self.averages: dict[str, list[CellAverages]] = {c.name: [] for c in job.claims}
        self.lacking: dict[str, Counter[str]] = {c.name: Counter() for c in job.claims}
        self.trials = 0
        self.rejected: dict[str, int] = {}
        self.left_out: dict[str, int] = dict.fromkeys(self.code.unmet, len(cells))

    def run(self, workers: int, progress: Progress | None) -> DocumentSample:
        """Sample the cells, some at a time to spare memory, and sum up."""
        wanted = () if self.code.unmet else self.cells
        sampler = partial(sample_chunk, self.job)
        for start in range(0, len(wanted), 16 * workers):
            part = wanted[start : start + 16 * workers]
            found = run_cells(sampler, part, self.plan.draws(), workers)
            for cell, chunks in zip(part, found, strict=True):
                self._collect(cell, chunks)
            if progress is not None:
                progress(start + len(part), len(wanted))
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
            tuple(self._claim(name, checked, max(1, comparisons)) for name in self.names),
        )

    def _collect(self, cell: Cell, chunks: Sequence[ChunkSample]) -> None:
        """Add what one cell says, if it meets the hypotheses about means."""
        for chunk in chunks:
            self.trials += chunk.accepted
            for name, count in chunk.rejected.items():
                self.rejected[name] = self.rejected.get(name, 0) + count
        batch = next((chunk.batch for chunk in chunks if chunk.batch is not None), None)
        if batch is None:
            return
        layout = batch.layout
        means = means_of(self.code.expectations, [chunk.means for chunk in chunks])
        replicates = Replicates(batch, means) if means else None
        trials = sum(chunk.accepted for chunk in chunks)
        for name, moment in self.code.moments.items():
            everywhere = np.ones([layout.sizes[i.set] for i in moment.axes], dtype=bool)
            if replicates is None or not (
                compare_means(moment, replicates, layout, everywhere, trials).clearly_hold()
            ):
                self.left_out[name] = self.left_out.get(name, 0) + 1
                return
        biased = self._selection_matters() and any(sum(c.rejected.values()) for c in chunks)
        kept = self.code.kept(layout)
        for name, reading in self.code.readings.items():
            lacking = self.lacking[name]
            if isinstance(reading, NotSampled):
                continue
            if name not in kept:
                lacking["its indices take too many values"] += 1
            elif isinstance(reading, Pathwise):
                for number, chunk in enumerate(chunks[:1] if reading.fixed else chunks):
                    tally = chunk.tallies.get(name, Tally())
                    self.outcomes[name].add(reading, cell, number, chunk, tally)
                if not any(chunk.met.get(name, False) for chunk in chunks):
                    lacking[UNMET] += 1
            elif replicates is None:
                lacking["too few trials meet the hypotheses"] += 1
            elif biased:
                lacking["leaving trials out changes the means assumed"] += 1
            elif not all(sample.met[name] for sample in chunks):
                lacking[UNMET] += 1
            else:
                admitted = np.logical_or.reduce([s.admitted[name] for s in chunks])
                found = compare_means(reading, replicates, layout, admitted, trials)
                if found.overflowed:
                    lacking["an estimate overflows"] += 1
                if found.admitted.any():
                    groups, level = replicates.groups, self.plan.level
                    self.averages[name].append(summarised(found, cell, layout, groups, level))

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

    def _claim(self, name: str, checked: Mapping[str, Checked], comparisons: int) -> ClaimSample:
        """What all cells together say about one claim."""
        if name in self.refused:
            return ClaimSample(name, NOT_SAMPLED, self.refused[name], 0)
        reading = self.code.readings[name]
        if isinstance(reading, NotSampled):
            return ClaimSample(name, NOT_SAMPLED, reading.reason, 0)
        if self.code.unmet:
            return ClaimSample(name, NOT_SAMPLED, self._why_empty(), 0)
        why = "; ".join(
            f"{reason} ({count} of {len(self.cells)} cells)"
            for reason, count in sorted(self.lacking[name].items())
        )
        if isinstance(reading, Pathwise):
            return self._outcomes(name, reading, checked[name], why)
        cells = self.averages[name]
        average = judge_averages(cells, self.plan.level, comparisons)
        if average is None:
            return ClaimSample(name, NOT_SAMPLED, why or self._why_empty(), 0)
        verdict = Verdict.CONTRADICTED if average.contradicted else Verdict.NOT_CONTRADICTED
        ratios = [Ratio(*cell.ratio) for cell in cells if cell.ratio is not None]
        ratio = max(ratios, key=lambda r: r.value, default=None)
        return ClaimSample(name, verdict.value, why, len(cells), average=average, ratio=ratio)

    def _outcomes(self, name: str, reading: Pathwise, checked: Checked, why: str) -> ClaimSample:
        seen = self.outcomes[name]
        total = seen.total
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
        if seen.ratio is not None and (ratio is None or seen.ratio.value > ratio.value):
            ratio = seen.ratio
        return ClaimSample(name, verdict.value, why, seen.cells, outcomes, ratio=ratio)

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

    def _check(self) -> dict[str, Checked]:
        """Evaluate the worst violations of every claim exactly."""
        signature = self.job.signature
        hypotheses = [
            formula
            for name, formula in self.job.hypotheses
            if isinstance(formula, Relation)
            and name not in self.code.hypotheses
            and not any(mentions_expectation(signature, x) for x in (formula.left, formula.right))
        ]
        hypotheses += relations_of(self.code.hypotheses.values())
        checked: dict[str, Checked] = {}
        trials: dict[str, ExactTrial] = {}
        for claim in self.job.claims:
            found = checked[claim.name] = Checked()
            reading = self.code.readings[claim.name]
            for suspect in self.outcomes[claim.name].suspects:
                assert isinstance(reading, Pathwise)
                key = f"{canonical_json(suspect.cell)} {suspect.chunk} {suspect.extreme.trial}"
                if key not in trials:
                    trials[key] = ExactTrial(suspect.batch, 0, hypotheses)
                needs = relations_of(self.code.needs[claim.name])
                finding, ratio = trials[key].check(reading, suspect.extreme.places, needs)
                found.add(finding, ratio, suspect)
        return checked


def relations_of(readings: Iterable[Pathwise]) -> list[Relation]:
    """The relations of some readings, with exact values for the expectations in them."""
    return [sides.relation for reading in readings for sides in reading.relations]
