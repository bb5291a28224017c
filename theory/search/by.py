"""A proof in the voice of mathematics: what it rests on, and the search that puts it together.

    by=["bounded", x[i] @ y[i] <= norm(x[i]) * norm(y[i]), use("a lemma", t=2)]

A name is a hypothesis or a claim of the document, a statement is found first from what stands
before it, and a function of a `Prover` that returns a line is a proof by rules of the kernel. The
rest of the document is not looked at, so that a proof says what it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from theory.kernel.formulas import owed
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Integrable, KernelError, Relation
from theory.search.goals import Missing, Search, conclude
from theory.search.known import Known
from theory.search.promises import promised
from theory.search.prover import NotFound, Proved, Prover
from theory.search.relevance import selections
from theory.search.trace import EFFORT
from theory.search.uses import Use

Fact = str | Relation | Integrable | Use | Callable[[Prover], Line]
"""What `by=` takes."""


def by(*facts: Fact) -> Callable[[Prover], Proved]:
    """The proof that is found from these facts, in their order.

    >>> from theory.kernel.rules import Kernel
    >>> from theory.notation.language import Language
    >>> language = Language()
    >>> s, t = language.scalar("s"), language.scalar("t")
    >>> prover = Prover(Kernel(language.signature), {"s": s >= 1, "t": t >= s}, goal=t**2 >= 1)
    >>> by("s", "t", t >= 1)(prover).lines[0].kind
    '>='
    """

    def proof(prover: Prover) -> Proved:
        if not isinstance(prover.goal, (Relation, Integrable)):
            raise NotFound("a proof of a statement of this form is not searched for")
        hypotheses, uses = _named(prover, facts)
        lines: list[Line] = []
        for number, fact in enumerate(facts, 1):
            if isinstance(fact, (Relation, Integrable)):
                try:
                    lines.append(_found(prover, fact, hypotheses, uses, lines).lines[0])
                except NotFound as failure:
                    raise NotFound(f"fact {number} of by= is not found: {failure}") from None
            elif callable(fact):
                lines.append(fact(prover))
        return _found(prover, prover.goal, hypotheses, uses, lines)

    return proof


def _named(prover: Prover, facts: Iterable[Fact]) -> tuple[list[Formula], list[Use]]:
    hypotheses: list[Formula] = []
    uses: list[Use] = []
    for fact in facts:
        if isinstance(fact, str) and fact in prover.hypotheses:
            hypotheses.append(prover.hypotheses[fact])
        elif isinstance(fact, (str, Use)):
            used = fact if isinstance(fact, Use) else Use(fact)
            try:
                prover.need(used.name)
                used.formula(prover.kernel)
            except (KernelError, KeyError) as refusal:
                raise NotFound(
                    f"by= names {used.name!r}, which is no hypothesis and no claim that is proved "
                    f"({refusal})"
                ) from None
            uses.append(used)
    return hypotheses, uses


def _found(
    prover: Prover,
    statement: Relation | Integrable,
    hypotheses: Sequence[Formula],
    uses: Sequence[Use],
    lines: Sequence[Line],
) -> Proved:
    """The statement from what is named; that it denotes, if need be from all hypotheses.

    That a mean exists is never named: what is assumed of it may always be used.
    """
    means = [h for h in prover.hypotheses.values() if isinstance(h, Integrable)]
    promises = promised(prover.kernel.signature, (statement, *hypotheses))
    known = dict.fromkeys([*hypotheses, *means, *promises])
    named = _search(prover, statement, [*known], uses, lines)
    obligations, done = list[Line](), dict[int, Line]()
    try:
        for needed in owed(prover.kernel.signature, statement):
            line = named.find(needed)
            if line is None:
                every = _search(prover, needed, [*prover.hypotheses.values()], uses, lines)
                obligations.append(_emitted(prover, every, conclude(every, needed)[0], {}))
            else:
                obligations.append(_emitted(prover, named, line, done))
        (end, *_) = conclude(named, statement, obliged=False)
    except Missing as failure:
        raise NotFound(failure.reason) from None
    return Proved((_emitted(prover, named, end, done),), tuple(obligations))


def _search(
    prover: Prover,
    statement: Relation | Integrable,
    hypotheses: Sequence[Formula],
    uses: Sequence[Use],
    lines: Sequence[Line],
) -> Search:
    names = selections(prover.kernel, statement, hypotheses, uses)[-1].names
    return Search(Known(prover.kernel, hypotheses, EFFORT, uses, names, lines))


def _emitted(prover: Prover, search: Search, line: Line, done: dict[int, Line]) -> Line:
    return search.known.trace.emit(line, prover.derivation, done)
