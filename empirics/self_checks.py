"""Does an experiment draw what its document assumes? Nothing is taken on trust but the statistics.

A sample trusts its experiment: a hypothesis that the experiment guarantees is not looked at. Here
those very hypotheses are sampled as claims, with no hypothesis left, by the same pipeline and at
the same level; so a rule with the wrong neighbours, a biased gradient, a wrong variance or
dependent workers are CONTRADICTED. What no formula of a document says is checked beside them: ties
go to the smallest index, no two chunks share their random numbers, attacks see whom they should.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from empirics.attacks import ATTACKS
from empirics.batch import Batch
from empirics.claims.places import Place
from empirics.claims.results import NOT_SAMPLED, DocumentSample
from empirics.experiments import Cell, Experiment, experiment_for
from empirics.interfaces import Attack, BoolArray
from empirics.plan import SamplingPlan
from empirics.rules.counted_krum import counted_krum
from empirics.sampling import sample_document
from empirics.statistics import Verdict
from theory.kernel.terms import Atom, Expect, Formula, Iid, Index, Relation, Term
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language, differ, expectation, squared

CHOICES = 32
"""Trials of each cell whose winner is computed again, in fractions."""
FIRST = 256
"""Trials at the start of a chunk by which two chunks are told apart."""
F = 2
"""The Byzantine workers with whom the sight of an attack is tried."""
SEES = {"mimic": 1, "honest": F, "far": 0, "gaussian": 0}
"""The correct workers on whose vectors an attack depends by definition; all where not named."""


class Counts(NamedTuple):
    """Of each check how often it was made, and how often it failed."""

    claims: int
    contradicted: int
    level: float
    compared: int
    others: int
    chunks: int
    repeated: int
    attacks: int
    blind: int

    def summary(self) -> list[tuple[str, str]]:
        """Each check that was made, and what came of it."""
        rows = [
            (
                "the trials have what the experiment promises: each promise sampled as a claim",
                f"{self.claims} claims, {self.contradicted or 'none'} contradicted at level "
                f"{self.level:g}",
                self.claims,
            ),
            (
                "the winner is the literal rule's, computed again in fractions",
                f"{self.compared:,} trials, {self.others or 'none'} with another winner",
                self.compared,
            ),
            (
                "no two chunks share their random numbers",
                f"{self.chunks:,} chunks, {self.repeated or 'none'} repeated",
                self.chunks,
            ),
            (
                "attacks depend on the workers whom they should see",
                f"{self.attacks} attacks, {self.blind or 'none'} blind",
                self.attacks,
            ),
        ]
        return [(check, outcome) for check, outcome, made in rows if made]

    def failed(self) -> bool:
        """Whether the experiment is not sound."""
        return bool(self.contradicted or self.others or self.repeated or self.blind)


@dataclass(frozen=True)
class SelfChecks:
    """What was found about one experiment."""

    hypotheses: DocumentSample
    """The guaranteed hypotheses, sampled as claims."""
    choices: tuple[Place, ...]
    """Trials in which another worker than the literal rule's was chosen."""
    compared: int
    """Trials in which the choice was compared."""
    repeated: tuple[tuple[str, str], ...]
    """Chunks that start with the same numbers."""
    chunks: int
    """Chunks that were compared."""
    blind: tuple[str, ...]
    """Attacks that do not see whom they should."""
    attacks: int
    """Attacks whose sight was tried."""

    def counts(self) -> Counts:
        """The checks in numbers."""
        sampled = [c for c in self.hypotheses.claims if c.verdict != NOT_SAMPLED]
        return Counts(
            len(sampled),
            sum(c.verdict == Verdict.CONTRADICTED for c in sampled),
            self.hypotheses.plan.level,
            self.compared,
            len(self.choices),
            self.chunks,
            len(self.repeated),
            self.attacks,
            len(self.blind),
        )

    def summary(self) -> list[tuple[str, str]]:
        """Each check that was made, and what came of it."""
        return self.counts().summary()

    def failures(self) -> list[str]:
        """One sentence for each check that failed; empty where the experiment is sound."""
        said = [
            f"the trials contradict the hypothesis {claim.claim!r}"
            for claim in self.hypotheses.claims
            if claim.verdict == Verdict.CONTRADICTED
        ]
        if self.choices:
            first = self.choices[0]
            said.append(
                f"in {len(self.choices)} of {self.compared} trials the winner is not the literal "
                f"rule's, first {first.at} in trial {first.trial} of {dict(first.cell)}"
            )
        said += [f"{one} and {other} share their random numbers" for one, other in self.repeated]
        return [*said, *self.blind]


def self_checks(
    document: Document,
    plan: SamplingPlan | None = None,
    *,
    cells: Sequence[Cell] | None = None,
    experiment: Experiment | None = None,
    workers: int = 1,
) -> SelfChecks:
    """Check the experiment of a document; arguments and errors as for `sample_document`.

    A sound experiment fails with a probability of at most the plan's level.
    """
    plan = plan or SamplingPlan.quick()
    experiment = experiment or experiment_for(document)
    cells = tuple(experiment.cells(plan.all_cells) if cells is None else cells)
    found = sample_document(
        assumptions(document, experiment), plan, cells=cells, experiment=experiment, workers=workers
    )
    choices, compared = other_choices(experiment, cells, plan)
    labels = {str(cell["attack"]) for cell in cells if "attack" in cell}
    return SelfChecks(
        found,
        choices,
        compared,
        repeated_chunks(experiment, cells, plan),
        len(cells) * plan.chunks,
        tuple(blind_attacks(labels)),
        sum(attack.label in labels for attack in ATTACKS.values()),
    )


def assumptions(document: Document, experiment: Experiment) -> Document:
    """A document without hypotheses that claims what the experiment guarantees of this one.

    An i.i.d. family is claimed to have what i.i.d. vectors must: equal means and variances, no
    correlation, and no correlation of the squared norms either.
    """
    claims = []
    for name, formula in document.hypotheses.items():
        if not experiment.guarantees(formula):
            continue
        for suffix, statement in _consequences(formula, document.hypotheses, document.language):
            title = f"{name}{suffix}"
            claims.append(Claim(title, title, (Reading("as written", statement),)))
    step = Step("assumptions", "What the experiment guarantees", tuple(claims))
    return Document(f"{document.name}: assumptions", "", document.language, {}, (step,))


def _consequences(
    formula: Formula, hypotheses: Mapping[str, Formula], language: Language
) -> list[tuple[str, Relation]]:
    """What can be sampled of a hypothesis, each with a suffix for its name."""
    if isinstance(formula, Relation):
        return [("", formula)]
    if not isinstance(formula, Iid):
        return []
    if language.signature.symbols[formula.family].sort != "vector":
        return []
    one, other = Index("first", formula.set), Index("second", formula.set)
    centre = _mean(formula.representative, hypotheses)
    X, Y, R = (
        atom if centre is None else atom - centre
        for atom in (
            Atom(formula.family, (one,)),
            Atom(formula.family, (other,)),
            Atom(formula.representative),
        )
    )
    E = expectation
    return [
        (": equal means", E(X).eq(E(R))),
        (": equal variances", E(squared(X)).eq(E(squared(R)))),
        (": no correlation", E(X @ Y).eq(E(X) @ E(Y)).when(differ(one, other))),
        (": no correlation with the representative", E(X @ R).eq(E(X) @ E(R))),
        (
            ": squares without correlation",
            E(squared(X) * squared(Y)).eq(E(squared(X)) * E(squared(Y))).when(differ(one, other)),
        ),
    ]


def _mean(representative: str, hypotheses: Mapping[str, Formula]) -> Term | None:
    """What a hypothesis says that the mean of the representative is."""
    for formula in hypotheses.values():
        match formula:
            case Relation(Expect(Atom(name, ())), "=", value, ()) if name == representative:
                return value
    return None


def other_choices(
    experiment: Experiment, cells: Sequence[Cell], plan: SamplingPlan
) -> tuple[tuple[Place, ...], int]:
    """Where the winner is not the literal rule's with ties to the smallest index; trials compared.

    The literal rule is `counted_krum`, in fractions. None are compared where nothing is chosen.
    """
    wrong, compared = list[Place](), 0
    for cell in cells:
        batch = experiment.draw(cell, plan.draws().generator(cell, 0), CHOICES)
        if not {"V", "chosen"} <= {*batch.tables}:
            continue
        f = int(cell["f"])
        chosen = batch.tables["chosen"].argmax(axis=1)
        for trial, vectors in enumerate(batch.tables["V"]):
            exact = [[Fraction(x) for x in vector] for vector in vectors.tolist()]
            if counted_krum(exact, f, seed=0).chosen != chosen[trial]:
                wrong.append(Place(cell, f"i_* = {chosen[trial] + 1}", 0, trial))
        compared += batch.trials
    return tuple(wrong), compared


def repeated_chunks(
    experiment: Experiment, cells: Sequence[Cell], plan: SamplingPlan
) -> tuple[tuple[str, str], ...]:
    """Pairs of chunks, of the same cell or not, whose first trials are equal to the last digit."""
    seen: dict[str, str] = {}
    repeated = []
    for cell in cells:
        for chunk in range(plan.chunks):
            batch = experiment.draw(cell, plan.draws().generator(cell, chunk), FIRST)
            here = f"chunk {chunk} of {dict(cell)}"
            there = seen.setdefault(_digest(batch), here)
            if there != here:
                repeated.append((there, here))
    return tuple(repeated)


def _digest(batch: Batch) -> str:
    """A digest of what is random in a batch."""
    symbols = batch.layout.signature.symbols
    digest = hashlib.sha256()
    for name in sorted(batch.tables):
        if symbols[name].random:
            digest.update(np.ascontiguousarray(batch.tables[name]).tobytes())
    return digest.hexdigest()


def sight(attack: Attack, workers: int = 5, trials: int = 64) -> BoolArray:
    """[workers]: on which correct workers' vectors the attack depends, as far as trials show.

    Every vector of one worker is moved; an attack that sees it sends something else in some trial.

    >>> sight(ATTACKS["mimic"]).tolist()
    [True, False, False, False, False]
    """
    noise = np.random.default_rng(0).standard_normal((trials, workers, 3))
    gradient = np.array([1.0, 0.5, -2.0])

    def sent(moved: int | None) -> bytes:
        vectors = noise.copy()
        if moved is not None:
            vectors[:, moved] += 0.75
        offsets = attack(np.random.default_rng(1), vectors, gradient, F)
        return np.ascontiguousarray(offsets).tobytes()

    still = sent(None)
    return np.array([sent(worker) != still for worker in range(workers)])


def blind_attacks(labels: set[str]) -> list[str]:
    """One sentence for each attack, of those with these labels, that does not see whom it should.

    How many it must see is said by `SEES`.
    """
    said = []
    for name, attack in ATTACKS.items():
        if attack.label in labels:
            seen = sight(attack)
            least = SEES.get(name, len(seen))
            if seen.sum() < least:
                said.append(
                    f"the attack {attack.label} depends on {seen.sum()} of {len(seen)} correct "
                    f"workers, and should on {least}"
                )
    return said
