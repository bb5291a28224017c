"""Writing a proof: every kernel rule as a method, and a search for multipliers.

A proof is a function of a `Prover`. It makes lines by rules, p.square(x), p.total(line, i), or by
`p.by(goal, line, ...)`, which finds how multiples of the lines add up to the goal, and returns
what `Kernel.conclude` needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.kernel.certificates import Derivation
from theory.kernel.formulas import owed
from theory.kernel.rules import Kernel, Line, Part
from theory.kernel.runs import RULES
from theory.kernel.terms import (
    Cited,
    Formula,
    Iid,
    Index,
    Integrable,
    Relation,
    Statement,
    Term,
    term,
)
from theory.search.multipliers import multipliers


class NotFound(Exception):
    """The search found no derivation; this says nothing about the truth of the goal."""


@dataclass(frozen=True)
class Proved:
    """The end of a proof: the lines that prove the statement, and those for its obligations."""

    lines: tuple[Line, ...]
    obligations: tuple[Line, ...] = ()
    value: Term | None = None


class Prover:
    """A derivation in the making, with the document's hypotheses by name, and what it is to prove.

    need: asks that a claim is judged before it is used.
    """

    def __init__(
        self,
        kernel: Kernel,
        hypotheses: Mapping[str, Formula] | None = None,
        need: Callable[[str], None] = lambda lemma: None,
        goal: Statement | None = None,
    ) -> None:
        self.kernel = kernel
        self.need = need
        self.goal = goal
        self.derivation = Derivation(kernel)
        self.hypotheses = dict(hypotheses or {})

    def __getattr__(self, rule: str) -> Callable[..., Line]:
        """Each rule of the kernel is a method that records its step."""
        if rule not in RULES:
            raise AttributeError(f"{rule!r} is neither a rule of the kernel nor a method of Prover")
        return lambda *arguments: self.derivation.apply(rule, *arguments)

    def hypothesis(self, name: str, at: Mapping[Index, Index] | None = None) -> Line:
        """A hypothesis of the document, at other indices if wanted."""
        if name not in self.hypotheses:
            raise NotFound(
                f"no hypothesis is called {name!r}; there are {', '.join(self.hypotheses)}"
            )
        line = self.assume(self.hypotheses[name])
        return self.instance(line, dict(at)) if at else line

    def use(
        self,
        claim: str,
        *premises: Line,
        at: Mapping[Index, Index] | None = None,
        **values: Term,
    ) -> Line:
        """A claim proved before, with terms put for plain symbols and indices for indices.

        The premises prove assumptions of the claim that are no hypotheses of the document.
        """
        self.need(claim)
        line = self.lemma(claim, values)
        for formula in sorted(line.assumptions, key=repr):
            proof = self._proof_of(formula, premises)
            if proof is not None:
                line = self.cut(line, formula, proof)
        return self.instance(line, dict(at)) if at else line

    def _proof_of(self, formula: Formula, lines: Sequence[Line]) -> Line | None:
        if isinstance(formula, (Iid, Cited)):
            return None
        return next((line for line in lines if self.kernel.proves(line, formula)), None)

    def by(self, goal: Relation, *lines: Line) -> Line:
        """The goal as a sum of multiples of the lines; raises NotFound where there is none."""
        kind, poly = self.kernel.meaning(goal)
        found = multipliers(poly, [(line.kind, line.poly) for line in lines], strict=kind == ">")
        if found is None:
            raise NotFound("no multiples of the given lines add up to the goal")
        line = self.combine([(c, line) for c, line in zip(found, lines, strict=True) if c])
        return self.weaken(line) if kind == ">=" and line.kind == "=" else line

    def size(self, index_set: str) -> Line:
        """The size of an index set is not negative: it is a sum of ones."""
        return self.total(self.number(Fraction(1)), Index("i", index_set))

    def zero(self) -> Line:
        """0 >= 0."""
        return self.weaken(self.combine(()))

    def product(self, *lines: Line) -> Line:
        """The product of inequalities."""
        result, *rest = lines
        for line in rest:
            result = self.multiply(result, line)
        return result

    def integrable(self, x: Term, *known: Line | Part) -> Line:
        """x is integrable as a sum of multiples of integrable lines or parts (c, indices, line)."""
        return self.integrable_linear(self._parts(x, known))

    def mean(self, x: Term, *known: Line | Part) -> Line:
        """E(x) as the same sum of the means: the linearity of E, where everything is integrable."""
        return self.linear_expectation(self._parts(x, known))

    def _parts(self, x: Term, known: Sequence[Line | Part]) -> tuple[Part, ...]:
        parts = [(term(1), (), part) if isinstance(part, Line) else part for part in known]
        algebra, polys = self.kernel.algebra, []
        for coefficient, indices, line in parts:
            poly = algebra.multiply(algebra.normal(coefficient), line.poly)
            for index in indices:
                poly = algebra.total(index, poly)
            polys.append(("integrable", poly))
        found = multipliers(algebra.normal(x), polys)
        if found is None:
            raise NotFound("the term is not a sum of multiples of the integrable ones")
        return tuple(
            (term(c) * coefficient, indices, line)
            for c, (coefficient, indices, line) in zip(found, parts, strict=True)
            if c
        )

    def dominated(self, x: Term, bound: Term, integrable: Line, *facts: Line) -> Line:
        """x is integrable, since -bound <= x <= bound follows from the facts."""
        above, below = self.by(x <= bound, *facts), self.by(-x <= bound, *facts)
        return self.integrable_dominated(x, above, below, integrable)


def obligations_met(
    prover: Prover, statement: Any, lines: Sequence[Line]
) -> list[Relation | Integrable]:
    """The obligations of a statement that no line proves."""
    kernel = prover.kernel
    return [
        o
        for o in owed(kernel.signature, statement)
        if not any(kernel.proves(line, o) for line in lines)
    ]
