"""The exact ratio of a worst case: every count of types, through the literal Krum.

Krum's choice is that of exact arithmetic (`empirics.rules.krum`), the probabilities are fractions,
and no tie decides: see `_value`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, prod
from pathlib import Path
from typing import Any

import numpy as np

from empirics.exact import ExactTrial
from empirics.rules.krum import chosen
from empirics.worst_cases.adversary import Answer, Counts
from empirics.worst_cases.law import Law

STORED = Path(__file__).parent / "stored"
_BLOCK = 1 << 22
"""Numbers in the largest array of vectors."""

Report = Callable[[int, int], None]
"""Called with how many answers are evaluated, and how many there are."""


@dataclass(frozen=True)
class WorstCase:
    """A law with an adversary, for n workers of which f are Byzantine."""

    n: int
    f: int
    law: Law
    adversary: tuple[Answer, ...]

    def __post_init__(self) -> None:
        """Refuse answers that do not fit."""
        if self.f < 0 or 2 * self.f + 2 >= self.n:
            raise ValueError(f"n = {self.n} and f = {self.f}: give 0 <= f and n >= 2f + 3")
        types = len(self.law.types)
        for answer in self.adversary:
            sizes = {len(answer.counts), len(answer.company), len(answer.inside)}
            if sizes != {types} or len(answer.outside) != types:
                raise ValueError(f"the answer to {answer.counts} does not have {types} types")
            if sum(answer.counts) != self.n - self.f or min(answer.counts) < 0:
                raise ValueError(f"{answer.counts} are not {self.n - self.f} correct workers")
            if len(answer.position) != len(self.law.types[0].position):
                raise ValueError(
                    f"the answer to {answer.counts} has another dimension than the law"
                )
        if len({answer.counts for answer in self.adversary}) < len(self.adversary):
            raise ValueError("the adversary lists two answers to the same counts")

    def lower(self, report: Report = lambda done, of: None) -> Fraction:
        """A number that |E Krum - g|^2 / (d sigma^2) is at least, by exact arithmetic.

        It is the square of the first coordinate of E Krum - g over the variance. Outcomes without
        an answer, and those in which workers share a direction, count with the least first
        coordinate of any correct vector, since the adversary then copies one.
        """
        positions = [t.position[0] for t in self.law.types]
        worst = min(positions)
        probabilities = [t.probability for t in self.law.types]
        gained = Fraction(0)
        for done, (answer, value) in enumerate(self._values(), 1):
            gained += multinomial(answer.counts, probabilities) * (value - worst)
            report(done, len(self.adversary))
        shift = worst + self.law.all_different(self.n - self.f) * gained - self.law.mean[0]
        return max(shift, Fraction(0)) ** 2 / self.law.variance

    def _values(self) -> Iterator[tuple[Answer, Fraction]]:
        """Each answer with the mean first coordinate of Krum over the orders of the workers."""
        columns = len(self.law.types[0].position) + self.n - self.f
        step = max(1, _BLOCK // (self.n * columns))
        for start in range(0, len(self.adversary), step):
            answers = self.adversary[start : start + step]
            vectors = np.stack([a.vectors(self.law, self.f) for a in answers])
            winners = chosen(vectors, self.f)
            for answer, trial, winner in zip(answers, vectors, winners, strict=True):
                yield answer, self._value(trial, int(winner))

    def _value(self, trial: np.ndarray, winner: int) -> Fraction:
        """The mean first coordinate of Krum over the orders of the correct workers.

        Ties go to the smallest index, and the Byzantine workers have the largest. So where one of
        them wins, no correct worker has its score, and all f sent that vector. Where correct
        workers win, the first of the tied ones does: as their order is random, each is the first
        with the same probability.
        """
        correct = self.n - self.f
        if winner >= correct:
            return Fraction(float(trial[winner, 0]))
        scores = ExactTrial(trial).scores(range(correct), self.n - self.f - 2)
        least = min(scores.values())
        tied = [Fraction(float(trial[i, 0])) for i, score in scores.items() if score == least]
        return sum(tied, Fraction(0)) / len(tied)

    def as_json(self) -> dict[str, Any]:
        """The worst case as JSON values."""
        return {
            "n": self.n,
            "f": self.f,
            "law": self.law.as_json(),
            "adversary": [answer.as_json() for answer in self.adversary],
        }

    def text(self) -> str:
        """The JSON of a stored file, with one line for each answer."""
        data = self.as_json()
        answers = data.pop("adversary")
        head = json.dumps(data, indent=1)[:-2]
        lines = ",\n".join(f"  {json.dumps(answer)}" for answer in answers)
        return f'{head},\n "adversary": [\n{lines}\n ]\n}}\n'

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> WorstCase:
        """The worst case that `as_json` gave.

        Raises ValueError for what is not one.
        """
        try:
            return WorstCase(
                int(data["n"]),
                int(data["f"]),
                Law.from_json(data["law"]),
                tuple(Answer.from_json(answer) for answer in data["adversary"]),
            )
        except (KeyError, TypeError, ZeroDivisionError) as wrong:
            raise ValueError(f"this is not a worst case: {wrong!r}") from None


def multinomial(counts: Counts, probabilities: Sequence[Fraction]) -> Fraction:
    """The probability that of sum(counts) independent draws so many have each type.

    >>> multinomial((1, 1), [Fraction(1, 2), Fraction(1, 2)])
    Fraction(1, 2)
    """
    ways = factorial(sum(counts)) // prod(factorial(c) for c in counts)
    return ways * prod(
        (p**c for p, c in zip(probabilities, counts, strict=True)), start=Fraction(1)
    )


def stored() -> dict[tuple[int, int], WorstCase]:
    """The best worst cases found, by (n, f)."""
    cases = (
        WorstCase.from_json(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(STORED.glob("*.json"))
    )
    return {(case.n, case.f): case for case in cases}
