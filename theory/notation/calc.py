"""Calc chains: L <= A = B <= C, one line below the other, each with its reason.

A chain becomes one claim for each line, and one for what the lines together say of the two ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from theory.kernel.terms import Integrable, Relation, Term, term
from theory.notation.document import Claim, Impact, Reading, Step

if TYPE_CHECKING:
    from theory.kernel.rules import Line
    from theory.search.prover import Proved, Prover
    from theory.search.uses import Use

    ProofFunction = Callable[[Prover], Proved]
    By = (
        Sequence[str | Relation | Integrable | Use | Callable[[Prover], Line]]
        | ProofFunction
        | None
    )

SIGNS = {"<=": "≤", "<": "<", "=": "=", ">=": "≥", ">": ">"}


@dataclass(frozen=True)
class Link:
    """One line of a chain: the relation to the line before it, its right side and its reason."""

    op: str
    right: Term
    because: str = ""
    by: By = None
    place: str = ""


@dataclass(frozen=True)
class Calc:
    """A chain in the making; `calc` starts one.

    >>> from theory.notation.language import Language, norm
    >>> language = Language()
    >>> u, v = language.plain_vector("u"), language.plain_vector("v")
    >>> chain = calc(norm(u - v)).le(norm(u) + norm(-v), because="triangle").eq(norm(u) + norm(v))
    >>> [relation.op for relation in chain.relations()]
    ['<=', '=']
    >>> chain.conclusion() == (norm(u - v) <= norm(u) + norm(v))
    True
    """

    start: Term
    links: tuple[Link, ...] = ()
    given: tuple[Term, ...] = field(default=())

    def le(self, right: Term | int | Fraction, because: str = "", by: By = None) -> Calc:
        """The next line, at least as large."""
        return self._extended("<=", right, because, by)

    def lt(self, right: Term | int | Fraction, because: str = "", by: By = None) -> Calc:
        """The next line, larger."""
        return self._extended("<", right, because, by)

    def eq(self, right: Term | int | Fraction, because: str = "", by: By = None) -> Calc:
        """The next line, equal."""
        return self._extended("=", right, because, by)

    def ge(self, right: Term | int | Fraction, because: str = "", by: By = None) -> Calc:
        """The next line, at most as large."""
        return self._extended(">=", right, because, by)

    def gt(self, right: Term | int | Fraction, because: str = "", by: By = None) -> Calc:
        """The next line, smaller."""
        return self._extended(">", right, because, by)

    def when(self, *conditions: Term) -> Calc:
        """The same chain, claimed only where the 0/1 conditions hold."""
        return replace(self, given=(*self.given, *conditions))

    def _extended(self, op: str, right: Term | int | Fraction, because: str, by: By) -> Calc:
        signs = {link.op for link in self.links} | {op}
        if signs & {"<=", "<"} and signs & {">=", ">"}:
            raise ValueError(
                f"line {len(self.links) + 1} of the chain turns round: with {SIGNS[op]} after "
                "the other direction the ends cannot be compared"
            )
        link = Link(op, term(right), because, by, _place())
        return replace(self, links=(*self.links, link))

    def relations(self) -> list[Relation]:
        """The lines, each as a relation of its own."""
        lefts = [self.start, *(link.right for link in self.links)]
        return [
            Relation(left, link.op, link.right, self.given)
            for left, link in zip(lefts, self.links, strict=False)
        ]

    def conclusion(self) -> Relation:
        """What the lines together say of the first term and the last."""
        if not self.links:
            raise ValueError("a chain needs a line: calc(x).le(y)")
        signs = [link.op for link in self.links if link.op != "="]
        op = next((s for s in signs if s in ("<", ">")), signs[0] if signs else "=")
        return Relation(self.start, op, self.links[-1].right, self.given)


def calc(start: Term | int | Fraction) -> Calc:
    """Start a chain at a term."""
    return Calc(term(start))


def proof_by(facts: By) -> ProofFunction | None:
    """The proof that `by=` means: a function as it is, or what is found from a list of facts."""
    if facts is None or callable(facts):
        return facts
    if isinstance(facts, str):
        raise TypeError(f"by= takes a list of facts: by=[{facts!r}]")
    from theory.search.by import by

    return by(*facts)


def _place() -> str:
    """The file and line of the call outside this module."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename == __file__:
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}"


def chain_step(
    name: str, chain: Calc, title: str, text: Callable[[Relation], str], expected: str = "PROVED"
) -> Step:
    """The step of a chain: the claims name-1, name-2 ... for its lines, and `name` for its ends.

    `text` prints a relation, for the titles of the claims.
    """
    claims = []
    for number, (link, relation) in enumerate(zip(chain.links, chain.relations(), strict=True), 1):
        reading = Reading(
            "as written", relation, proof=proof_by(link.by), why=link.because, justification=""
        )
        label = f"line {number} ({link.place}): {text(relation)}"
        comment = f"the reason given: {link.because}" if link.because else ""
        claims.append(Claim(f"{name}-{number}", label, (reading,), comment=comment))
    whole = Reading(
        "as written",
        chain.conclusion(),
        expected=expected,
        why=f"the {len(claims)} lines together" if len(claims) > 1 else "its one line",
    )
    claims.append(Claim(name, f"the chain: {text(chain.conclusion())}", (whole,)))
    return Step(name, title or "a chain", tuple(claims))


def broken_line(step: Step, verdicts: Mapping[str, str]) -> Claim | None:
    """The first line of a chain that is not proved, given the verdict of each claim.

    >>> from theory.notation.language import Language, norm
    >>> language = Language()
    >>> u, v = language.plain_vector("u"), language.plain_vector("v")
    >>> step = chain_step("c", calc(norm(u)).le(norm(v)).le(2 * norm(v)), "", str)
    >>> broken_line(step, {"c-1": "REFUTED", "c-2": "PROVED", "c": "REFUTED"}).id
    'c-1'
    """
    for number, claim in enumerate(step.claims, 1):
        is_line = claim.id == f"{step.equation}-{number}"
        if is_line and not verdicts.get(claim.id, "").startswith("PROVED"):
            return claim
    return None


def judged(step: Step, verdicts: Mapping[str, str]) -> Step:
    """The step of a chain with its last claim saying whether the lines establish it, and where not.

    Any other step is returned as it is.
    """
    broken = broken_line(step, verdicts)
    if broken is None or step.claims[-1].id != step.equation or len(step.claims) < 2:
        return step
    *lines, whole = step.claims
    where, verdict = broken.title.partition(": ")[0], verdicts.get(broken.id, "UNDECIDED")
    impacts: Mapping[str, Impact] = {
        "PROVED": "argument fails but conclusion survives",
        "REFUTED": "conclusion fails",
    }
    end = verdicts.get(whole.id, "UNDECIDED")
    word = "breaks" if verdict == "REFUTED" else "has a gap"
    gap = f"the chain {word} at {where}, which is {verdict.lower()}"
    whole = replace(
        whole,
        readings=(replace(whole.readings[0], justification="GAP", gap=gap),),
        impact=impacts.get(end, ""),
        comment=gap,
    )
    return replace(step, claims=(*lines, whole))
