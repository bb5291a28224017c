"""Mutants of every claim: none that an exact model refutes is ever PROVED.

Truth is settled by exact models of what the claim was proved from, or by a proof; otherwise the
mutant counts as unsettled. The prover gets its chances at every mutant, refuted or not: the
claim's certificate with the mutant as its statement, multiples of the certificate's lines, and a
little automatic search for the difference. A mutant that is stronger than its claim and proved
says that the claim is loose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any

from tests.assurance import proving, subject
from tests.assurance.frame import Figures, Progress, spread
from tests.assurance.mutating.statements import Mutant, mutants
from theory.judge import Judgement
from theory.kernel.formulas import replace_in
from theory.kernel.rules import Theorem
from theory.kernel.terms import Iid, Relation, SomeConstant, Statement
from theory.search.counterexamples import refute

NAME = "statement mutants"
SEED = 20170308
CLAIMS = 6
"""So many claims are a sample."""
MOST = {"sample": 5, "full": 30}
"""So many mutants of one claim are tried, chosen at random where there are more."""


def measure(scale: str, progress: Progress) -> Figures:
    """Try every mutant of every claim, or a sample."""
    names = [j.id for j in subject.judgements().values() if j.verdict != "ILL-TYPED"]
    if scale == "sample":
        names = Random(SEED).sample(names, CLAIMS)
    else:
        subject.trials()
    found = spread(partial(_tried, scale), names, scale, progress)
    tally = sum((one.truth for one in found), Counter())
    kinds = sum((one.kinds for one in found), Counter())
    wrong = [what for one in found for what in one.wrong]
    return {
        "claims": len(names),
        "mutants": kinds.total(),
        "by kind": dict(sorted(kinds.items())),
        "by truth": dict(sorted(tally.items())),
        "loose": [what for one in found for what in one.loose],
        "violations": wrong,
        "summary": [
            ["mutants of claims", kinds.total()],
            ["of them refuted by an exact model", tally["refuted"]],
            ["refuted ones that the kernel let through", len(wrong)],
            ["proved and weaker than the claim", tally["proved, weaker"]],
            ["proved and stronger than the claim (it is loose)", tally["proved, stronger"]],
            ["unsettled", tally["unsettled"]],
        ],
    }


@dataclass
class Tally:
    """What was found about the mutants of one claim."""

    truth: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    loose: list[dict[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def _tried(scale: str, name: str) -> Tally:
    judgement = subject.judgements()[name]
    trial = _Trial(judgement, thorough=scale == "full")
    made = mutants(trial.bench.kernel, judgement.reading.statement)
    made = Random(f"{SEED} {name}").sample(made, min(MOST[scale], len(made)))
    tally = Tally()
    for mutant in made:
        tally.kinds[mutant.kind] += 1
        trial.settle(mutant, tally)
    return tally


class _Trial:
    """One claim with its derivation, against which its mutants are tried."""

    def __init__(self, judgement: Judgement, *, thorough: bool) -> None:
        self.judgement = judgement
        self.assumptions = subject.stated(judgement)
        self.bench = subject.workbench(judgement)
        self.arithmetic = proving.Arithmetic(self.bench.kernel, self.assumptions)
        self.original = judgement.reading.statement
        trials = subject.trials() if thorough else subject.own_trials()
        self.models = subject.models_of(self.assumptions, trials)
        self.searchable = thorough and not any(isinstance(a, Iid) for a in self.assumptions)

    def settle(self, mutant: Mutant, tally: Tally) -> None:
        """Settle a mutant as far as that is possible, and record what was found."""
        statement = mutant.statement
        theorem, how = self._proved(statement)
        model = subject.false_on(self._decidable(statement), self.models)
        if model is None and theorem is None and self.searchable:
            signature = subject.document().language.signature
            facts = {str(number): a for number, a in enumerate(self.assumptions)}
            small = refute(signature, facts, statement, generations=1, largest=7)
            model = None if small is None else "a small model that was searched for"
        said = f"{self.judgement.id}, {mutant.kind}: {subject.text(statement)}"
        if model is not None and theorem is not None:
            tally.wrong.append(f"PROVED {how} and false ({model}): {said}")
        if model is not None:
            tally.truth["refuted"] += 1
        elif theorem is None:
            tally.truth["unsettled"] += 1
        elif self._stronger(statement):
            tally.truth["proved, stronger"] += 1
            finding = {"claim": self.judgement.id, "change": mutant.kind, "why": how}
            tally.loose.append({**finding, "proved instead": subject.text(statement)})
        elif how == BY_DIFFERENCE or self._weaker(statement):
            tally.truth["proved, weaker"] += 1
        else:
            tally.truth["proved, not compared"] += 1

    def _proved(self, statement: Statement) -> tuple[Theorem | None, str]:
        bench = self.bench
        if self.judgement.theorem is None:
            return self._alone(statement), BY_SEARCH
        ends, lines, kernel = bench.ends, bench.lines, bench.kernel
        tries: tuple[tuple[str, Callable[[], Theorem | None]], ...] = (
            (
                BY_CERTIFICATE,
                lambda: proving.by_certificate(kernel, statement, ends, lines, bench.value),
            ),
            (BY_COMBINATION, lambda: proving.by_combination(kernel, statement, lines)),
            (
                BY_DIFFERENCE,
                lambda: self.arithmetic.from_claim(self.original, ends[0], statement),
            ),
        )
        for how, attempt in tries:
            theorem = attempt()
            if theorem is not None and theorem.assumptions <= set(self.assumptions):
                return theorem, how
        return None, ""

    def _alone(self, statement: Statement) -> Theorem | None:
        """A theorem without a certificate to begin with."""
        kernel = self.bench.kernel
        if not isinstance(statement, Relation) or not proving.plain(kernel, [statement]):
            return None
        line = self.arithmetic.find(statement)
        return None if line is None else proving.concluded(kernel, statement, [line], [line], None)

    def _decidable(self, statement: Statement) -> Statement:
        if isinstance(statement, SomeConstant) and self.bench.value is not None:
            return replace_in(statement.relation, {statement.constant: self.bench.value})
        return statement

    def _stronger(self, statement: Any) -> bool:
        """Whether the claim follows from the mutant at once, and not the other way round."""
        original = self.original
        if isinstance(statement, SomeConstant) and isinstance(original, SomeConstant):
            return set(statement.depends) < set(original.depends)
        if not isinstance(statement, Relation) or not isinstance(original, Relation):
            return False
        same_sides = (statement.left, statement.right) == (original.left, original.right)
        if same_sides and statement.given == original.given:
            return statement.op in ("=", original.op[0]) and original.op in ("<=", ">=")
        if same_sides and statement.op == original.op:
            return set(statement.given) < set(original.given)
        return self.arithmetic.follows(statement, original) and not self._weaker(statement)

    def _weaker(self, statement: Statement) -> bool:
        return self.arithmetic.follows(self.original, statement)


BY_CERTIFICATE = "by the claim's own certificate"
BY_COMBINATION = "by other multiples of the certificate's lines"
BY_DIFFERENCE = "from the claim"
BY_SEARCH = "by automatic search"
