"""Which rule of the family a callable computes: all but one are refuted by answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import combinations, product

import numpy as np

from empirics.interfaces import BoolArray, FloatArray, IntArray
from empirics.probe.asking import Answer, Ask, Came
from empirics.probe.family import (
    DISTANCES,
    SCORINGS,
    TIE,
    Scoring,
    averages,
    in_order,
    one_by_one,
    tied,
)

SIZES = (
    *((5, 1), (7, 1), (7, 2), (9, 1), (9, 2), (11, 2), (11, 3), (8, 0), (6, 0)),
    *((12, 4), (13, 3), (16, 6), (20, 2)),
)
"""The (n, f) at which is asked; all with 2f + 2 < n."""
MANY = 12
"""If no rule explains all answers, one is looked for that explains those for fewer workers."""
LARGE = 9
"""From this n on every formula gives k >= 1, so that the answers speak for or against it."""
D = 5
"""Coordinates of what is asked: enough to tell sums over layers from other distances."""
DRAWN = 800
"""Inputs that are drawn for each size; fewer where there are many workers."""
ASKED = 60
"""Of them, those that are asked: they tell most rules apart."""
REFINED = ("|x-y|^2", "|x-y|")
"""Distances of rules that choose one by one: others have not been met."""

Size = tuple[int, int]


def _always(c: int, n: int, f: int) -> int:
    return c


def _all_but(c: int, n: int, f: int) -> int:
    return n - c


SHARES = {"n/4": 0.25, "n/5": 0.2, "n/3": 1 / 3, "n/10": 0.1, "0.3n": 0.3, "0.4n": 0.4}
"""What is taken for f, as a share of n, by those that are told none."""


def _share(share: float, less: int, n: int, f: int) -> int:
    return n - int(share * n) - less


FORMULAS: dict[str, Callable[[int, int], int]] = {
    "n-f-2": lambda n, f: n - f - 2,
    "n-f-1": lambda n, f: n - f - 1,
    "n-f": lambda n, f: n - f,
    "n-f+1": lambda n, f: n - f + 1,
    "n-f-3": lambda n, f: n - f - 3,
    "n-f-4": lambda n, f: n - f - 4,
    "n-1": lambda n, f: n - 1,
    "n-2": lambda n, f: n - 2,
    "n-3": lambda n, f: n - 3,
    "n": lambda n, f: n,
    "n-2f": lambda n, f: n - 2 * f,
    "n-2f-1": lambda n, f: n - 2 * f - 1,
    "n-2f-2": lambda n, f: n - 2 * f - 2,
    "n-2f-3": lambda n, f: n - 2 * f - 3,
    "max(1, n-2f-3)": lambda n, f: max(1, n - 2 * f - 3),
    "f": lambda n, f: f,
    "f+1": lambda n, f: f + 1,
    "floor(n/2)": lambda n, f: n // 2,
    **{str(c): partial(_always, c) for c in (*range(1, 11), 15, 20)},
    **{f"n-{c}": partial(_all_but, c) for c in (4, 5, 6)},
    **{
        f"n-floor({name})-{less}" if less else f"n-floor({name})": partial(_share, share, less)
        for name, share in SHARES.items()
        for less in (2, 1, 3, 0)
    },
}
"""Whole numbers that may depend on n and f, by the way they are written, the likeliest first."""


@dataclass(frozen=True)
class Rule:
    """A rule of the family for all (n, f)."""

    k: str = "n-f-2"
    """The number of others whose distances count; a key of FORMULAS."""
    m: str = "1"
    """The number of vectors that are averaged; a key of FORMULAS."""
    scoring: Scoring = field(default_factory=Scoring)
    anew: bool = False
    """The m are chosen one by one, with new scores after each."""
    least: int = 1
    """Where they are: the least number of others that count, at the end."""

    @property
    def label(self) -> str:
        """In one line."""
        average = "" if self.m == "1" else f"average of the {self.m} vectors of "
        anew = ", chosen one by one" if self.anew else ""
        which = f"the {self.scoring.take} of"
        return (
            f"{average}smallest score{anew}, {which} the {self.k} smallest "
            f"{self.scoring.distance} to others"
        )

    def k_of(self, n: int, f: int) -> int:
        """k for an (n, f), at most n - 1; 0 or less where it makes no sense."""
        return min(FORMULAS[self.k](n, f), n - 1)

    def m_of(self, n: int, f: int) -> int:
        """m for an (n, f), at most n."""
        return min(FORMULAS[self.m](n, f), n)

    def scores(self, vectors: FloatArray, f: int) -> FloatArray:
        """The scores [B, n] of vectors [B, n, d]; all 0 where k is."""
        k = self.k_of(vectors.shape[1], f)
        if k < 1:
            return np.zeros(vectors.shape[:2])
        return self.scoring.ranked(vectors)[:, :, k - 1]

    def order(self, vectors: FloatArray, f: int, *, last: bool = False) -> IntArray:
        """The workers [B, n] in the order in which it prefers them.

        Ties go to the smallest index; `last` lets them go to the largest.
        """
        if self.anew:
            return one_by_one(vectors, self.scoring, self.k_of(vectors.shape[1], f), self.least)
        return in_order(self.scores(vectors, f), last=last)

    def value(self, vectors: FloatArray, f: int, *, last: bool = False) -> FloatArray:
        """What it gives for vectors [B, n, d]: [B, d]."""
        order = self.order(vectors, f, last=last)
        return averages(vectors, order)[:, self.m_of(vectors.shape[1], f) - 1]


@dataclass(frozen=True)
class Identified:
    """What asking brought out."""

    rule: Rule | None
    """The rule that explains every answer, at least for few workers, or None if none does."""
    closest: Rule | None
    """Where there is no rule: the one with m = 1 that explains most answers."""
    explained: float
    """The share of answers that the rule, or else the closest, explains."""
    asked: int
    """The number of answers that this rests on."""
    equivalents: tuple[Rule, ...]
    """Other rules that explain every answer, too."""
    failures: tuple[str, ...]
    """What went wrong where 2f + 2 < n and all vectors are ordinary; empty if nothing did."""


@dataclass(frozen=True)
class _Evidence:
    """The answers [B, d] to vectors [B, n, d] of one size, and which worker each is, [B, n]."""

    vectors: FloatArray
    values: FloatArray
    which: BoolArray

    def explained(self, scores: FloatArray) -> BoolArray:
        """[B]: choosing the one of smallest score gives the answer, whoever wins among equals."""
        own = np.where(self.which, scores, np.inf).min(axis=1)
        least = scores.min(axis=1)
        smallest: BoolArray = own <= least + TIE * np.abs(least)
        return smallest

    def averaged(self, scores: FloatArray) -> Iterator[int]:
        """The m > 1 for which the average of the m of smallest score is always the answer.

        Whoever wins among equals. Where that is asked of more than half of the inputs, they say
        nothing, and the smallest or the largest index has to win.
        """
        either = self.follows(in_order(scores)) | self.follows(in_order(scores, last=True))
        for m in range(2, scores.shape[1] + 1):
            wrong = ~either[:, m - 1]
            if wrong.mean() <= 0.5 and tied(scores, m)[wrong].all():
                rows = np.flatnonzero(wrong)
                if all(_is_average(self.vectors[t], scores[t], m, self.values[t]) for t in rows):
                    yield m

    def follows(self, order: IntArray) -> BoolArray:
        """[B, n]: the average of the first m of this order is the answer, for every m."""
        return _close(averages(self.vectors, order), self.values[:, np.newaxis])


def identify(
    ask: Ask, expected: Rule, progress: Callable[[str, int, int], None] | None = None
) -> Identified:
    """Find the rule that explains the answers; `expected` is preferred where several do."""
    answers: dict[Size, list[Answer]] = {}
    evidence: dict[Size, _Evidence] = {}
    for number, size in enumerate(SIZES):
        vectors = separating_inputs(*size)
        answers[size] = ask([(v, size[1]) for v in vectors])
        valued = [a.value is not None and bool(np.isfinite(a.value).all()) for a in answers[size]]
        if any(valued):
            values = np.array([a.value for a in answers[size] if a.value is not None])
            values = values[np.isfinite(values).all(axis=1)]
            kept = vectors[valued]
            evidence[size] = _Evidence(kept, values, _close(kept, values[:, np.newaxis]))
        if progress is not None:
            progress(f"n = {size[0]}, f = {size[1]}", number + 1, len(SIZES))
    failures = tuple(_failures(answers))
    asked = sum(len(e.values) for e in evidence.values())
    if not asked:
        return Identified(None, None, 0.0, 0, (), failures)
    small = {size: e for size, e in evidence.items() if size[0] < MANY}
    for known in (evidence, small):
        rules = sorted(_at_once(known), key=lambda rule: rule != expected)
        rules = rules or list(_one_by_one(known))
        if rules:
            share = _share_explained(rules[0], evidence)
            return Identified(rules[0], None, share, asked, tuple(rules[1:]), failures)
    closest, share = _closest(evidence)
    return Identified(None, closest, share / asked, asked, (), failures)


@cache
def separating_inputs(n: int, f: int) -> FloatArray:
    """Whole-numbered vectors [ASKED, n, D] on which the scorings and k differ most.

    The numbers lie between -40 and 40, so that nothing is rounded, even in float32; the vectors of
    one input are distinct. The array is read-only.
    """
    rng = np.random.default_rng([n, f])
    drawn = np.clip(np.rint(rng.standard_t(3, (min(DRAWN, 40_000 // n**2), n, D)) * 9), -40, 40)
    apart = DISTANCES["|x-y|^2"](drawn) + np.eye(n)
    drawn = drawn[apart.min(axis=(1, 2)) > 0]
    predicted = np.concatenate([s.ranked(drawn).argmin(axis=1) for s in SCORINGS], axis=1)
    kinds = np.count_nonzero(np.diff(np.sort(predicted, axis=1), axis=1), axis=1)
    chosen = drawn[np.argsort(-kinds, kind="stable")[:ASKED]]
    chosen.flags.writeable = False
    return chosen


def _close(x: FloatArray, y: FloatArray) -> BoolArray:
    """Equal vectors, up to the rounding of float32."""
    close: BoolArray = np.all(np.isclose(x, y, rtol=1e-6, atol=1e-4), axis=-1)
    return close


def _is_average(vectors: FloatArray, scores: FloatArray, m: int, value: FloatArray) -> bool:
    """The value [d] is the average of m vectors of smallest score, with some winner of the tie."""
    last = np.sort(scores)[m - 1]
    slack = TIE * np.abs(last)
    below = np.flatnonzero(scores < last - slack)
    equal = np.flatnonzero(np.abs(scores - last) <= slack)
    return any(
        bool(_close(vectors[[*below, *some]].mean(axis=0), value))
        for some in combinations(equal, m - len(below))
    )


def _at_once(evidence: dict[Size, _Evidence]) -> Iterator[Rule]:
    """The rules that explain everything, by one order of the workers."""
    for scoring in SCORINGS:
        fits: dict[Size, set[tuple[int, int]]] = {}
        for size, e in sorted(evidence.items(), reverse=True):
            fits[size] = set(_pairs(e, scoring))
            if not fits[size] and size[0] >= LARGE:
                break
        else:
            yield from _written(fits, scoring, anew=False)


def _one_by_one(evidence: dict[Size, _Evidence]) -> Iterator[Rule]:
    """The rules that explain everything, by choosing one after the other."""
    seen = set()  # where the least k makes no difference, it is not named
    for least, scoring in product((1, 0), map(Scoring, REFINED)):
        fits: dict[Size, set[tuple[int, int]]] = {}
        for size, e in sorted(evidence.items(), reverse=True):
            fits[size] = set()
            for k in range(1, size[0]):
                order = one_by_one(e.vectors, scoring, k, least)
                told = np.flatnonzero(np.all(e.follows(order), axis=0))
                fits[size] |= {(k, int(m) + 1) for m in told}
            if not fits[size] and size[0] >= LARGE:
                break
        else:
            for rule in _written(fits, scoring, anew=True, least=least):
                if replace(rule, least=1) not in seen:
                    seen.add(rule)
                    yield rule


def _pairs(evidence: _Evidence, scoring: Scoring) -> Iterator[tuple[int, int]]:
    """The (k, m) that explain every answer of one size."""
    ranked = scoring.ranked(evidence.vectors)
    for k in range(1, ranked.shape[1]):
        scores = ranked[:, :, k - 1]
        if evidence.explained(scores).all():
            yield k, 1
        for m in evidence.averaged(scores):
            yield k, m


def _written(
    fits: dict[Size, set[tuple[int, int]]], scoring: Scoring, *, anew: bool, least: int = 1
) -> Iterator[Rule]:
    """The formulas for k and m that fit every size, each pair of functions once.

    Where a formula for k gives less than 1, it says nothing of the answers.
    """
    seen = set()
    for m in FORMULAS:
        for k in FORMULAS:
            rule = Rule(k, m, scoring, anew, least)
            sizes = tuple((rule.k_of(*size), rule.m_of(*size)) for size in fits)
            told = [pair in fits[s] for s, pair in zip(fits, sizes, strict=True) if pair[0] >= 1]
            if told and all(told) and sizes not in seen:
                seen.add(sizes)
                yield rule


def _closest(evidence: dict[Size, _Evidence]) -> tuple[Rule, int]:
    """The rule with m = 1 that explains most answers, and how many."""
    best, most = Rule(), -1
    for scoring in SCORINGS:
        explained = {}
        for size, e in evidence.items():
            ranked = scoring.ranked(e.vectors)
            for k in range(1, size[0]):
                explained[size, k] = int(e.explained(ranked[:, :, k - 1]).sum())
        for name in FORMULAS:
            rule = Rule(name, "1", scoring)
            count = sum(explained.get((size, rule.k_of(*size)), 0) for size in evidence)
            if count > most:
                best, most = rule, count
    return best, most


def _share_explained(rule: Rule, evidence: dict[Size, _Evidence]) -> float:
    """The share of all answers that the rule gives, but for ties: then 1."""
    wrong = [
        ~_close(rule.value(e.vectors, size[1]), e.values)
        & ~_close(rule.value(e.vectors, size[1], last=True), e.values)
        & ~tied(rule.scores(e.vectors, size[1]), rule.m_of(*size))
        for size, e in evidence.items()
        if rule.k_of(*size) >= 1 and not rule.anew
    ]
    if not wrong:
        return 1.0
    return float(1 - np.concatenate(wrong).mean())


def tried() -> str:
    """What the family has, in words."""
    count = len(SCORINGS) - len(DISTANCES)
    return (
        f"{len(DISTANCES)} distances and {count} medians or largest ones, with {len(FORMULAS)} "
        "numbers of others and of vectors averaged, chosen at once or one by one"
    )


def _failures(answers: dict[Size, list[Answer]]) -> Iterator[str]:
    """One line for each size at which something other than a finite vector came."""
    for (n, f), given in answers.items():
        for kind, bad in (
            ("hangs", [a for a in given if a.came is Came.SILENCE]),
            ("ends its process", [a for a in given if a.came is Came.END]),
            ("raises", [a for a in given if a.came is Came.ERROR]),
            ("returns no vector", [a for a in given if a.came is Came.NONSENSE]),
            (
                "returns NaN or infinity",
                [a for a in given if a.value is not None and not np.isfinite(a.value).all()],
            ),
        ):
            if bad:
                says = f": {bad[0].error}" if bad[0].error else ""
                asked = sum(a.asked for a in given)
                share = "always" if len(bad) == asked else f"{len(bad)} of {asked} times"
                yield f"n = {n}, f = {f}: {kind} ({share}){says}"
