"""Witness models of every theorem, and a counterexample for each hypothesis that can be dropped.

Every hypothesis and every line is evaluated on exact models, also at n = 2f + 3, f = 0 and d = 1.
For each theorem and each of its assumptions a model is looked for on which the other assumptions
hold and the statement fails: then the assumption is necessary, as long as the others stay as they
are. Where none is found the assumption is "not shown necessary", which says nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

from reports.exhibits import with_constant
from tests.assurance import subject
from tests.assurance.frame import Figures, Progress, spread
from theory.judge import Judgement
from theory.kernel.formulas import symbols_of
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Model, Outcome
from theory.kernel.terms import AlmostSure, Exists, Formula, Iid, KernelError, Relation
from theory.search.counterexamples import refute

NAME = "witness models"
SEED = 1971
CLAIMS = 4
"""So many theorems are a sample."""
VALUES = (0, 1, -1, 2, -2, 10, -10, Fraction(1, 2))
"""What a symbol that no Krum model fixes is set to, one or two symbols at a time."""
CORE = {"n", "f", "d", "g", "G", "V", "variance", "count", "neighbour", "chosen", "zeta"}
"""Symbols whose values belong together: they are not changed on their own."""
CHANGED = 120
"""So many changed models are tried for one theorem."""


@dataclass
class Tally:
    """What was found about one theorem."""

    claim: str
    evaluated: int = 0
    corners: frozenset[str] = frozenset()
    needed: dict[str, str] = field(default_factory=dict)
    """For each assumption the counterexample for when it is dropped; empty where none is known."""
    wrong: list[str] = field(default_factory=list)


def measure(scale: str, progress: Progress) -> Figures:
    """Evaluate every theorem on every model of its assumptions, and try to drop each of them."""
    names = [j.id for j in subject.judgements().values() if j.theorem is not None]
    if scale == "sample":
        names = Random(SEED).sample(names, CLAIMS)
    trials = subject.trials() if scale == "full" else subject.own_trials()
    tallies = spread(partial(_measured, scale), names, scale, progress)
    pairs = [(one.claim, title, model) for one in tallies for title, model in one.needed.items()]
    shown = [pair for pair in pairs if pair[2]]
    corners = Counter(corner for one in tallies for corner in one.corners)
    runs = [name for name in names if isinstance(_statement(name), AlmostSure)]
    without = [one.claim for one in tallies if not one.corners and one.claim not in runs]
    wrong = [what for one in tallies for what in one.wrong]
    wrong += [f"{name}: no witness model satisfies its assumptions" for name in without]
    return {
        "theorems": len(names),
        "theorems about whole runs, which no finite model decides": len(runs),
        "models": len(trials),
        "evaluations": sum(one.evaluated for one in tallies),
        "theorems by corner": dict(sorted(corners.items())),
        "assumptions": {
            title: {
                "theorems": sum(pair[1] == title for pair in pairs),
                "necessary for": [pair[0] for pair in shown if pair[1] == title],
            }
            for title in sorted({pair[1] for pair in pairs})
        },
        "counterexamples": [
            {"claim": claim, "without": title, "model": model} for claim, title, model in shown
        ],
        "violations": wrong,
        "summary": [
            ["exact models", len(trials)],
            ["theorems evaluated on models of their assumptions", len(names) - len(runs)],
            ["evaluations of them", sum(one.evaluated for one in tallies)],
            ["theorems evaluated at n = 2f + 3", corners["n = 2f + 3"]],
            ["theorems evaluated at f = 0", corners["f = 0"]],
            ["theorems evaluated at d = 1", corners["d = 1"]],
            ["pairs of a theorem and an assumption", len(pairs)],
            ["of them shown necessary by a counterexample", len(shown)],
        ],
    }


def _statement(name: str) -> Any:
    return subject.judgements()[name].reading.statement


def _measured(scale: str, name: str) -> Tally:
    judgement = subject.judgements()[name]
    statement, named = with_constant(judgement), subject.named(judgement)
    if isinstance(statement, AlmostSure):
        return Tally(name)  # a finite model is one step; it cannot decide about a run
    tally = Tally(name, needed=dict.fromkeys(named, ""))
    trials = subject.trials() if scale == "full" else subject.own_trials()
    corners: set[str] = set()
    for one in trials:
        false = [title for title, formula in named.items() if one.says(formula) is not True]
        if len(false) > 1 or (false and tally.needed[false[0]]):
            continue
        if false and one.says(named[false[0]]) is None:
            continue
        true = subject.evaluated(one.evaluator, statement)
        if false:
            if true is False:
                tally.needed[false[0]] = one.name
            continue
        tally.evaluated += true is not None
        if true is False:
            tally.wrong.append(f"{name} is proved, and false on {one.name}")
        if one.name.startswith("witness"):
            corners |= set(_corners(one.evaluator.model))
    tally.corners = frozenset(corners)
    if scale == "full":
        _search(judgement, statement, named, tally)
    return tally


def _corners(model: Model) -> Iterator[str]:
    """The special cases that a model is one of."""
    n, f, d = (model.tables[name][()] for name in ("n", "f", "d"))
    assert isinstance(f, Fraction)
    yield "any size"
    if n == 2 * f + 3:
        yield "n = 2f + 3"
    if f == 0:
        yield "f = 0"
    if d == 1:
        yield "d = 1"


def _search(judgement: Judgement, statement: Any, named: dict[str, Formula], tally: Tally) -> None:
    """Look for the counterexamples that no model at hand gives."""
    if not any(isinstance(formula, Iid) for formula in named.values()):
        for title in named:
            if not tally.needed[title] and isinstance(statement, (Relation, Exists)):
                others = {other: named[other] for other in named if other != title}
                signature = subject.document().language.signature
                found = refute(signature, others, statement, generations=1, largest=7)
                if found is not None:
                    tally.needed[title] = "a small model that was searched for"
    if all(tally.needed.values()):
        return
    for name, model in _changed(judgement.id, named):
        try:
            one = subject.trial(name, model)
        except KernelError:
            continue
        try:
            if subject.evaluated(one.evaluator, statement) is not False:
                continue
        except Unseparated:
            continue
        false = [title for title, formula in named.items() if one.says(formula) is not True]
        if len(false) == 1 and not tally.needed[false[0]] and one.says(named[false[0]]) is False:
            tally.needed[false[0]] = name
        if not false:
            tally.wrong.append(f"{judgement.id} is proved, and false on {name}")


def _changed(name: str, named: dict[str, Formula]) -> Iterator[tuple[str, Model]]:
    """The witness models with one or two symbols of the assumptions set to other values."""
    symbols = subject.document().language.signature.symbols
    mentioned = sorted(
        x for x in set().union(*map(symbols_of, named.values())) if x in symbols and x not in CORE
    )
    if not mentioned:
        return
    random = Random(f"{SEED} {name}")
    witnesses = [one for one in subject.own_trials() if one.name.startswith("witness")]
    for _ in range(CHANGED):
        base = random.choice(witnesses)
        chosen = random.sample(mentioned, min(len(mentioned), random.choice((1, 1, 2))))
        values = {symbol: Fraction(random.choice(VALUES)) for symbol in chosen}
        said = ", ".join(f"{symbol} = {value}" for symbol, value in values.items())
        yield f"{base.name}, {said}", _with(base.evaluator.model, values)


def _with(model: Model, values: dict[str, Fraction]) -> Model:
    """The model with constant tables for some symbols; of a vector every coordinate."""

    def put(tables: Any) -> Any:
        return {
            name: {key: _like(value, values[name]) for key, value in table.items()}
            if name in values
            else table
            for name, table in tables.items()
        }

    outcomes = [Outcome(o.probability, put(o.tables)) for o in model.outcomes]
    return replace(model, tables=put(model.tables), outcomes=outcomes)


def _like(value: Any, number: Fraction) -> Any:
    return tuple(number for _ in value) if isinstance(value, tuple) else number
