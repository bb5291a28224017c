"""Hypotheses of every theorem changed or dropped: none that lets a counterexample in proves it.

A mutant is a theorem with another hypothesis: a constant by 1 or 2, another relation, a condition
dropped, another neighbour count, or none at all. It is refuted where an exact model satisfies what
is then assumed and the statement is false. The prover's chances: the certificate with the new
hypothesis in place of the old one, other multiples of the lines that this gives, and the old
hypothesis from the new one by arithmetic.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from reports.exhibits import with_constant
from tests.assurance import proving, subject
from tests.assurance.frame import Figures, Progress, spread
from tests.assurance.mutating.statements import mutants
from theory.judge import Judgement
from theory.kernel.certificates import decode, encode
from theory.kernel.rules import Kernel, Theorem
from theory.kernel.terms import AlmostSure, Formula, KernelError, Relation, Statement

NAME = "hypothesis mutants"
SEED = 1847
CLAIMS, SMALL = 3, 6
"""So many theorems, each with so few hypotheses, are a sample."""
EACH = {"sample": 1, "full": 4}
"""Changes of each hypothesis, besides leaving it out."""


@dataclass
class Tally:
    """What was found about one theorem."""

    kinds: Counter[str] = field(default_factory=Counter)
    truth: Counter[str] = field(default_factory=Counter)
    loose: list[dict[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def measure(scale: str, progress: Progress) -> Figures:
    """Try changes of every hypothesis of every theorem, or of a sample of them."""
    names = [j.id for j in subject.judgements().values() if j.theorem is not None]
    if scale == "sample":
        names = [n for n in names if len(subject.named(subject.judgements()[n])) <= SMALL]
        names = Random(SEED).sample(names, CLAIMS)
    else:
        subject.trials()
    found = spread(partial(_tried, scale), names, scale, progress)
    kinds = sum((one.kinds for one in found), Counter())
    truth = sum((one.truth for one in found), Counter())
    wrong = [what for one in found for what in one.wrong]
    return {
        "theorems": len(names),
        "mutants": kinds.total(),
        "by kind": dict(sorted(kinds.items())),
        "by truth": dict(sorted(truth.items())),
        "loose": [what for one in found for what in one.loose],
        "violations": wrong,
        "summary": [
            ["theorems with a hypothesis changed or dropped", kinds.total()],
            ["of them refuted by an exact model", truth["refuted"]],
            ["refuted ones that the kernel let through", len(wrong)],
            ["proved from the changed hypothesis", truth["proved"]],
            ["proved from a weaker hypothesis (the claim is loose)", truth["proved, weaker"]],
            ["unsettled", truth["unsettled"]],
        ],
    }


def _tried(scale: str, name: str) -> Tally:
    judgement, tally = subject.judgements()[name], Tally()
    statement, everything = with_constant(judgement), subject.stated(judgement)
    trials = subject.trials() if scale == "full" else subject.own_trials()
    random = Random(f"{SEED} {name}")
    kernel = Kernel(subject.document().language.signature)
    for title, formula in subject.named(judgement).items():
        others = [other for other in everything if other != formula]
        for kind, changed in _changes(kernel, random, formula, EACH[scale]):
            assumed = [*others, *([] if changed is None else [changed])]
            tally.kinds[kind] += 1
            model = None
            if not isinstance(statement, AlmostSure):
                models = subject.models_of(assumed, trials)
                model = subject.false_on(statement, models)
            proved = changed is not None and _proved(judgement, formula, changed, set(assumed))
            said = f"{name}, {title!r} {kind}: {_text(changed)}"
            if model is not None and proved:
                tally.wrong.append(f"PROVED and false ({model}): {said}")
            if model is not None:
                tally.truth["refuted"] += 1
            elif not proved:
                tally.truth["unsettled"] += 1
            elif _weaker(kernel, formula, changed, others):
                tally.truth["proved, weaker"] += 1
                tally.loose.append(
                    {"claim": name, "hypothesis": title, "proved from": _text(changed)}
                )
            else:
                tally.truth["proved"] += 1
    return tally


def _changes(
    kernel: Kernel, random: Random, formula: Formula, count: int
) -> list[tuple[str, Formula | None]]:
    """The hypothesis left out, and some changes of it."""
    changes: list[tuple[str, Formula | None]] = [("dropped", None)]
    if isinstance(formula, Relation):
        made = mutants(kernel, formula)
        some = random.sample(made, min(count, len(made)))
        changes += [(mutant.kind, mutant.statement) for mutant in some]
    return changes


def _proved(
    judgement: Judgement, formula: Formula, changed: Formula, allowed: set[Formula]
) -> bool:
    """Whether one of the chances gives the theorem from what is now assumed."""
    kernel = Kernel(subject.document().language.signature, subject.lemmas())
    old, new = encode(formula), encode(changed)
    certificate = judgement.certificate
    steps = [["assume", new] if step == ["assume", old] else step for step in certificate["steps"]]
    theorem = _replayed(kernel, judgement.reading.statement, steps, certificate)
    if theorem is not None and theorem.assumptions <= allowed:
        return True
    arithmetic = proving.Arithmetic(Kernel(kernel.signature), allowed)
    return isinstance(formula, Relation) and arithmetic.follows(changed, formula)


def _replayed(kernel: Kernel, statement: Statement, steps: Any, certificate: Any) -> Theorem | None:
    try:
        lines = subject.derived(kernel, steps)
    except (KernelError, TypeError, ValueError, AttributeError):
        return None
    ends = [lines[k] for k in certificate["lines"]]
    value = decode(certificate["value"])
    theorem = proving.by_certificate(kernel, statement, ends, lines, value)
    return theorem or proving.by_combination(kernel, statement, lines)


def _weaker(kernel: Kernel, formula: Any, changed: Any, others: list[Formula]) -> bool:
    """Whether the new hypothesis is shown to say less than the old one, and not as much."""
    arithmetic = proving.Arithmetic(kernel, others)
    return arithmetic.follows(formula, changed) and not arithmetic.follows(changed, formula)


def _text(formula: Any) -> str:
    return "nothing" if formula is None else subject.text(formula)
