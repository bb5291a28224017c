"""A proof nobody wrote: squares, products, norms, sums and expectations tried on a statement.

`prove` looks for a derivation of one reading. It is a search, so what it does not find says
nothing; what it finds is checked by the kernel like everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from theory.kernel.certificates import Derivation
from theory.kernel.models import Model
from theory.kernel.rules import Kernel, Line
from theory.kernel.terms import Formula, Integrable, Relation, Statement
from theory.notation.document import Document, Reading
from theory.search.counterexamples import refute
from theory.search.failure import explained
from theory.search.goals import Missing, Search, conclude
from theory.search.known import Known
from theory.search.promises import certified, promised
from theory.search.prover import Proved
from theory.search.relevance import selections
from theory.search.trace import EFFORT, OutOfEffort
from theory.search.uses import Use


@dataclass(frozen=True)
class Attempt:
    """What a search found: a certificate, or a model, or neither and why."""

    certificate: Any = None
    model: Model | None = None
    reason: str = ""


FIRST_EFFORT = 4_000
GENERATIONS, MORE_GENERATIONS = 4, 24
SMALL = 5
"""Elements, outcomes and dimension of the models that are tried first of all."""


def attempt(kernel: Kernel, document: Document, reading: Reading) -> Attempt:
    """A certificate or a counterexample for a reading that brings neither, or why there is none.

    Tiny models first, as they cost little; then a little search for a proof, then more of both.

    >>> from theory.notation.language import Language, norm
    >>> language = Language()
    >>> u, v = language.plain_vector("u"), language.plain_vector("v")
    >>> document = Document("toy", "Toy", language, {}, ())
    >>> reading = Reading("as written", norm(u + v) <= norm(u) + norm(v))
    >>> attempt(Kernel(language.signature), document, reading).certificate is not None
    True
    """
    hypotheses = document.in_force(reading)

    def refuted(generations: int, largest: int = 99) -> Model | None:
        signature, claim = document.language.signature, reading.statement
        return refute(signature, hypotheses, claim, generations=generations, largest=largest)

    model = refuted(2, SMALL)
    found = Attempt()
    for effort, generations in ((FIRST_EFFORT, GENERATIONS), (EFFORT, MORE_GENERATIONS)):
        if model is None:
            found = prove(kernel, document, reading, effort=effort)
            if found.certificate is not None:
                return found
            model = refuted(generations)
    return found if model is None else Attempt(model=model)


def prove(
    kernel: Kernel,
    document: Document,
    reading: Reading,
    *,
    effort: int = EFFORT,
    by: Sequence[str | Use] | None = None,
) -> Attempt:
    """A certificate for the reading, or the reason why there is none.

    by: the hypotheses and claims to be used; without it all are.
    """
    statement = reading.statement
    if not isinstance(statement, (Relation, Integrable)):
        return Attempt(reason="a proof of a statement of this form is not searched for")
    formulas = document.stated(reading)
    promises = promised(kernel.signature, (statement, *formulas.values()))
    uses = [Use(name) for name in kernel.lemmas]
    if by is not None:
        uses = [Use(x) if isinstance(x, str) else x for x in by if x not in formulas]
        formulas = {name: f for name, f in formulas.items() if name in by}
    narrowed = selections(kernel, statement, (*formulas.values(), *promises), uses)
    attempts = []
    for selection in narrowed if by is None else narrowed[-1:]:
        try:
            known = Known(kernel, selection.hypotheses, effort, selection.uses, selection.names)
        except OutOfEffort:
            attempts.append(
                Attempt(reason="there are too many facts to begin with: name some, by=")
            )
            continue
        attempts.append(_proved(document, reading, Search(known)))
        if attempts[-1].certificate is not None:
            break
    return attempts[-1]


def _proved(document: Document, reading: Reading, search: Search) -> Attempt:
    """A certificate from what the search knows."""
    statement = reading.statement
    assert isinstance(statement, (Relation, Integrable))
    try:
        line, *obligations = conclude(search, statement)
    except Missing as failure:
        return Attempt(reason=explained(document, reading, search, failure))
    hypotheses = document.stated(reading).values()
    return Attempt(certificate=_written(search, hypotheses, statement, line, obligations))


def _written(
    search: Search,
    hypotheses: Iterable[Formula],
    statement: Statement,
    line: Line,
    obligations: Sequence[Line],
) -> dict[str, Any]:
    derivation = Derivation(search.kernel)
    done: dict[int, Line] = {}
    end, *others = (search.known.trace.emit(x, derivation, done) for x in (line, *obligations))
    return certified(derivation, hypotheses, statement, Proved((end,), tuple(others)))
