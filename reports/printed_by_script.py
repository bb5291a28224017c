"""What the script of a refutation prints, worked out on the model without running the script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from reports.python_code import element
from theory.kernel.intervals import Interval
from theory.kernel.models import Element, Evaluator, Model, Value
from theory.kernel.terms import Exists, Index, Relation

Table = Mapping[tuple[Element, ...], Any]


def violations(evaluator: Evaluator, statement: Relation | Exists, random: bool) -> list[str]:
    """Each place where the statement is false, as the script names it: outcome by outcome."""
    false = [
        (outcome, at)
        for at, outcome, true in evaluator.instances(statement)
        if true is False and (random or outcome == 0)
    ]
    false.sort(key=lambda found: found[0])
    return [_place(evaluator, statement, random, *found) for found in false]


def _place(
    evaluator: Evaluator,
    statement: Relation | Exists,
    random: bool,
    outcome: int,
    at: Mapping[Index, Element],
) -> str:
    if isinstance(statement, Exists):
        said = f"no {statement.index.name} will do"
        at = {i: e for i, e in at.items() if i not in (statement.index, *statement.inner)}
    else:
        left, right = map(_show, evaluator.sides(statement, at, outcome))
        said = f"left = {left}, right = {right}"
    places = [f"{index.name} = {element(e)}" for index, e in at.items()]
    places += [f"outcome {outcome + 1}"] if random else []
    return said + (f" at {', '.join(places)}" if places else "")


def _show(value: Value) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_show, value)) + ")"
    return f"{float(value.low):.9g}" if isinstance(value, Interval) else str(value)


def other_ties(evaluator: Evaluator, model: Model) -> int:
    """In how many outcomes Krum would choose otherwise if the first worker won each tie."""
    workers, byzantine = evaluator.elements["W"], int(model.tables["f"][()])  # type: ignore[arg-type]
    return sum(
        _differs(o.tables["V"], o.tables["neighbour"], o.tables["chosen"], workers, byzantine)
        for o in model.outcomes
    )


def _differs(
    vectors: Table, neighbour: Table, chosen: Table, workers: list[Element], byzantine: int
) -> bool:
    scores: dict[Element, Fraction] = {}
    for i in workers:
        others = [(_distance2(vectors[i,], vectors[j,]), j) for j in workers if j != i]
        closest = sorted(others, key=lambda pair: pair[0])[: len(workers) - byzantine - 2]
        if any(neighbour[i, j] != 1 for _, j in closest):
            return True
        scores[i] = sum((distance for distance, _ in closest), Fraction(0))
    return bool(chosen[min(workers, key=lambda i: scores[i]),] != 1)


def _distance2(u: tuple[Fraction, ...], v: tuple[Fraction, ...]) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(u, v, strict=True)), Fraction(0))


def printed(
    evaluator: Evaluator,
    statement: Relation | Exists,
    *,
    hypotheses: int,
    krum: bool,
    random: bool,
) -> Iterator[str]:
    """The lines that the script prints."""
    model = evaluator.model
    found = violations(evaluator, statement, random)
    yield f"Outcomes: {len(model.outcomes)}. Hypotheses, all true: {hypotheses}."
    if krum:
        ties = other_ties(evaluator, model)
        yield f"Krum recomputed; outcomes where the smallest index would choose otherwise: {ties}."
    yield f"Places where the claim fails: {len(found)}. The first:"
    yield f"    {found[0]}"
