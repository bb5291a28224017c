"""The end of a proof: what declarations promise is proved from the hypotheses where that is easy.

A line that sums over an index set assumes that the set's size is a natural number, and one about a
choice that there is something to choose from. Where these follow from the document's hypotheses
about parameters, as n - f >= 0 does from n > 2f + 2 and f >= 0, the theorem rests on those.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from theory.kernel.certificates import Derivation
from theory.kernel.formulas import owed, symbols_of
from theory.kernel.polynomials import constant as number
from theory.kernel.polynomials import subtract
from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Integrable, Relation, Signature, Statement
from theory.search.mixture import Mixture
from theory.search.prover import Proved


def certified(
    derivation: Derivation, hypotheses: Iterable[Formula], statement: Statement, end: Proved
) -> dict[str, Any]:
    """The certificate of the statement, with the promises settled."""
    return derivation.certificate(
        statement, *Promises(derivation, hypotheses).settled(statement, end), end.value
    )


def promised(signature: Signature, said: Iterable[Formula | Statement]) -> list[Relation]:
    """What is promised of sizes, and of the choices that are spoken of, not of others."""
    plain = [x for x in said if isinstance(x, (Relation, Integrable))]
    owing = {promise for x in plain for promise in owed(signature, x)}
    return [
        promise
        for name, promise in signature.declared().items()
        if name.startswith("size of ") or promise in owing
    ]


class Promises:
    """What a signature promises, and lines that prove it from the hypotheses."""

    def __init__(self, derivation: Derivation, hypotheses: Iterable[Formula]) -> None:
        self.derivation = derivation
        self.promised = set(derivation.kernel.signature.declared().values())
        listed = list(hypotheses)
        self.known = {formula for formula in listed if formula in self.promised}
        signature = derivation.kernel.signature
        self._facts = [
            h for h in listed if isinstance(h, Relation) and _of_parameters(signature, h)
        ]
        self._kept: dict[Relation, Line] = {}

    def settled(self, statement: Statement, end: Proved) -> tuple[list[Line], list[Line]]:
        """The lines of the end from the hypotheses, and those for its obligations."""
        signature = self.derivation.kernel.signature
        kept = [self.proof(f) for f in owed(signature, statement) if f in self.promised]
        return [self.cut(x) for x in end.lines], [*map(self.cut, end.obligations), *kept]

    def cut(self, line: Line) -> Line:
        """The line without the promises that the hypotheses prove."""
        for formula in sorted(line.assumptions & (self.promised - self.known), key=repr):
            proof = self.proof(formula)
            if formula not in proof.assumptions:
                line = self.derivation.apply("cut", line, formula, proof)
        return line

    def proof(self, formula: Formula) -> Line:
        """A line that says what is promised: from the hypotheses, else as an assumption."""
        assert isinstance(formula, Relation)
        if formula not in self._kept:
            found = None if formula in self.known else self._combined(formula)
            self._kept[formula] = found or self.derivation.apply("assume", formula)
        return self._kept[formula]

    def _combined(self, formula: Relation) -> Line | None:
        """The promise as a sum of multiples of facts; of whole numbers, x > 0 says x - 1 >= 0."""
        kernel, apply = self.derivation.kernel, self.derivation.apply
        kind, goal = kernel.meaning(formula)
        one = number(1)
        mixture = Mixture(subtract(goal, one) if kind == ">" else goal)
        mixture.add(">=", one)
        for fact in self._facts:
            of_fact, poly = kernel.meaning(fact)
            mixture.add(
                "=" if of_fact == "=" else ">=", subtract(poly, one) if of_fact == ">" else poly
            )
        found = mixture.solve()
        if found is None:
            return None
        parts = [(c, self._fact(k - 1)) for k, c in found.items() if k]
        constant = found.get(0, Fraction(0)) + (kind == ">")
        if constant:
            parts.append((constant, apply("number", Fraction(1))))
        line = apply("combine", tuple(parts))
        return apply("weaken", line) if line.kind != kind else line

    def _fact(self, number: int) -> Line:
        line = self.derivation.apply("assume", self._facts[number])
        return self.derivation.apply("integer_gap", line) if line.kind == ">" else line


def _of_parameters(signature: Signature, formula: Relation) -> bool:
    """Whether the formula relates whole numbers that do not vary, such as n and f."""
    symbols = [signature.symbols.get(name) for name in symbols_of(formula)]
    return not formula.given and all(
        s is not None and s.sort == "integer" and not s.sets for s in symbols
    )
