"""What a counterexample shows: the vectors of its statement, the likeliest outcomes, the sums.

Everything is read off the model by the evaluator that refuted the statement. Which choice is ringed
is said by the statement; a document may declare others that it does not mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from markupsafe import Markup

from reports.render.scene import SIGNS, Dot, Scene, Vector, draw
from reports.scope import mentioned, terms_of
from theory.judge import Judgement
from theory.kernel.evidence import show
from theory.kernel.models import Element, Evaluator, Model, Value
from theory.kernel.terms import (
    Atom,
    Expect,
    Formula,
    Iid,
    Index,
    Relation,
    Signature,
    Statement,
    Term,
    children,
    free_indices,
)
from theory.notation.document import Document
from theory.notation.printing import Printer

MOST = 4
"""The most outcomes drawn."""
MOST_VALUES = 8
"""The most values of which a mean is worked out in full."""


@dataclass(frozen=True)
class Mean:
    """A mean of the statement worked out: each value of its body with its probability."""

    term: Expect
    parts: str
    total: str


@dataclass(frozen=True)
class Picture:
    """A drawing with what it needs to be read; scenes are the outcomes that are drawn.

    Nothing is drawn of a statement about numbers alone, whose values are in the rows.
    """

    svg: Markup
    caption: str
    rows: list[tuple[str, str, str]]
    """Outcome, probability, and vectors and numbers as text; the likeliest first."""
    left_out: int
    scenes: tuple[Scene, ...]
    means: tuple[Mean, ...]


def picture(document: Document, judgement: Judgement) -> Picture | None:
    """The drawing of a refutation; None where there is no model, or it has no number to show."""
    model = judgement.model
    if model is None:
        return None
    evaluator = Evaluator(document.language.signature, model)
    place = _first_violation(evaluator, judgement.reading.statement)
    subject = _Subject(document, model, judgement)
    single = place[1] if place and subject.is_of_one_outcome() else None
    numbers = [single] if single is not None else range(len(model.outcomes))
    scenes = sorted((subject.scene(k) for k in numbers), key=_interest)
    if not scenes[0].dots and not scenes[0].numbers:
        return None
    drawn = tuple(scenes[:MOST]) if scenes[0].dots else ()
    rows = [
        (
            str(s.number + 1),
            str(s.probability),
            "; ".join([f"{d.name} = {shown(d.at)}" for d in s.dots] + list(s.numbers)),
        )
        for s in scenes[: 4 * MOST]
    ]
    means = tuple(_means(evaluator, judgement.reading.statement, place[0])) if place else ()
    caption = "; ".join(filter(None, (_which(model, single, drawn), *subject.signs(drawn))))
    svg = draw(drawn) if drawn else Markup("")
    return Picture(svg, caption, rows, len(scenes) - len(rows), drawn, means)


def _first_violation(
    evaluator: Evaluator, statement: Statement
) -> tuple[Mapping[Index, Element], int] | None:
    """The indices and the outcome at which a relation is first found false."""
    if not isinstance(statement, Relation):
        return None
    return next(
        ((at, outcome) for at, outcome, true in evaluator.instances(statement) if true is False),
        None,
    )


def _interest(scene: Scene) -> tuple[Fraction, int, int]:
    """The likeliest first; of equally likely outcomes those with the most different vectors."""
    return -scene.probability, -len({dot.at for dot in scene.dots}), scene.number


def _which(model: Model, single: int | None, drawn: tuple[Scene, ...]) -> str:
    """Which outcomes these are: "4 of 8 outcomes, the likeliest: p = 27/32 together"."""
    count = len(model.outcomes)
    if count == 1:
        return ""
    if single is not None:
        return f"outcome {single + 1} of {count}"
    if len(drawn) in (0, count):
        return f"all {count} outcomes"
    together = sum((scene.probability for scene in drawn), Fraction(0))
    alike = len({outcome.probability for outcome in model.outcomes}) == 1
    kind = "equally likely outcomes" if alike else "outcomes, the likeliest"
    return f"{len(drawn)} of {count} {kind}: p = {together} together"


class _Subject:
    """What a statement is about on a model: its vectors, and the choices that it makes."""

    def __init__(self, document: Document, model: Model, judgement: Judgement) -> None:
        self.document, self.model = document, model
        self.signature = document.language.signature
        self.statement = judgement.reading.statement
        named = _mentioned(self.signature, [self.statement])
        facts = document.stated(judgement.reading).values()
        self._vectors = self._shown(named)
        self._numbers = [
            name
            for name, symbol in self.signature.symbols.items()
            if name in named and symbol.sort in ("scalar", "integer") and len(symbol.sets) < 2
        ]
        self._choices = self._singles(named) or self._singles(_mentioned(self.signature, facts))
        self._sets = list(self.signature.sizes)

    def _shown(self, named: set[str]) -> list[str]:
        """The vectors that are mentioned, and those by which what is mentioned was chosen."""
        symbols = self.signature.symbols
        chosen = {
            base
            for name in named & symbols.keys()
            if symbols[name].sort in ("choice", "indicator")
            for index_set in symbols[name].sets
            for base in self.signature.parts(index_set)
        }
        iids = [x for x in self.document.hypotheses.values() if isinstance(x, Iid)]
        named = named | {x.family for x in iids if chosen & {*self.signature.parts(x.set)}}
        return [
            name
            for name, symbol in symbols.items()
            if name in named and symbol.sort == "vector" and len(symbol.sets) < 2
        ]

    def _singles(self, named: set[str]) -> list[str]:
        """The choices of one element that are among these names."""
        symbols = self.signature.symbols.items()
        return [n for n, s in symbols if n in named and s.sort == "choice" and len(s.sets) == 1]

    def is_of_one_outcome(self) -> bool:
        """Whether the statement speaks of single outcomes, not of means over them."""
        return isinstance(self.statement, Relation) and any(
            self.signature.is_random(x) for x in terms_of(self.statement)
        )

    def scene(self, number: int) -> Scene:
        """The vectors at one outcome, each with the choices that single it out."""
        outcome = self.model.outcomes[number]
        tables = {**self.model.tables, **outcome.tables}
        dots = []
        for name in self._vectors:
            for key, value in tables[name].items():
                element = key[0] if key else None
                kind = self._sets.index(element[0]) if element else -1
                rings = tuple(
                    ring
                    for ring, choice in enumerate(self._choices)
                    if element and tables[choice].get((element,)) == 1
                )
                at = cast(Vector, value)  # a counterexample has fractions alone
                dots.append(Dot(self._name(name, element), kind, at, element, rings))
        numbers = (
            f"{self._name(name, key[0] if key else None)} = {shown(value)}"
            for name in self._numbers
            for key, value in tables[name].items()
        )
        return Scene(number, outcome.probability, tuple(dots), tuple(numbers))

    def signs(self, scenes: Sequence[Scene]) -> Iterator[str]:
        """What the signs mean, for the caption."""
        seen = {dot.kind for scene in scenes for dot in scene.dots}
        for kind, name in enumerate(self._sets):
            if kind in seen:
                yield f"{SIGNS[kind % 4]}: {self.document.language.adjectives.get(name) or name}"
        rings = {ring for scene in scenes for dot in scene.dots for ring in dot.rings}
        looks = self.document.language.looks
        for ring in sorted(rings):
            name = self._choices[ring]
            look = looks[name].symbol.replace("_", "") if name in looks else name
            word = "ringed" if len(rings) == 1 else "inner ring" if ring == 0 else "outer ring"
            yield f"{word}: the one that is chosen, {look}"

    def _name(self, symbol: str, element: Element | None) -> str:
        if element is None:
            return Printer(self.document.language).text(Atom(symbol))
        look = self.document.language.looks.get(symbol)
        letter = look.symbol if look else symbol
        if look and element[0] in look.by_set:
            letter = look.by_set[element[0]]
        return letter + "".join("₀₁₂₃₄₅₆₇₈₉"[int(c)] for c in str(element[1] + 1))


def _mentioned(signature: Signature, formulas: Iterable[Formula | Statement]) -> set[str]:
    return mentioned(signature, [x for formula in formulas for x in terms_of(formula)])


def shown(value: Value) -> str:
    """A value as text; a vector of one coordinate is written as a number."""
    return show(value[0] if isinstance(value, tuple) and len(value) == 1 else value)


# -- means -------------------------------------------------------------------------------------


def _means(
    evaluator: Evaluator, statement: Statement, at: Mapping[Index, Element]
) -> Iterator[Mean]:
    """Every mean of the statement that stands in no other one, at the indices of the violation."""
    if len(evaluator.model.outcomes) == 1:
        return
    found = dict.fromkeys(x for side in terms_of(statement) for x in _outermost(side))
    for term in found:
        if free_indices(term) <= at.keys():
            yield _worked_out(evaluator, term, at)


def _outermost(x: Term) -> Iterator[Expect]:
    if isinstance(x, Expect):
        yield x
        return
    for part in children(x):
        yield from _outermost(part)


def _worked_out(evaluator: Evaluator, term: Expect, at: Mapping[Index, Element]) -> Mean:
    weights: dict[str, Fraction] = {}
    for number, outcome in enumerate(evaluator.model.outcomes):
        value = shown(evaluator.value(term.body, at, number))
        weights[value] = weights.get(value, Fraction(0)) + outcome.probability
    by_weight = sorted(weights.items(), key=lambda item: -item[1])
    parts = [f"{weight}·{_factor(value)}" for value, weight in by_weight[:MOST_VALUES]]
    if len(weights) > MOST_VALUES:
        parts.append(f"{len(weights) - MOST_VALUES} more")
    if len(weights) == 1:
        parts = [shown(evaluator.value(term, at))]
    return Mean(term, " + ".join(parts), shown(evaluator.value(term, at)))


def _factor(value: str) -> str:
    return f"({value})" if value.startswith("-") else value
