"""Does a callable compute the rule that was identified, also on other inputs than explained it?

Inputs are drawn by kind: up to `LARGEST_N` workers and `LARGEST_D` coordinates, all f, scales,
float32, copies, far workers, ties. In most the choice hangs on every coordinate: either one, or
one block, has nearly all the distance, or the decisive scores differ by less than a coordinate
has in them. Agreement on them says nothing of what was not drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from scipy.spatial.distance import cdist

from empirics.interfaces import FloatArray
from empirics.probe.asking import Answer, Ask, Came
from empirics.probe.identify import Rule

LARGEST_N, LARGEST_D = 60, 1000
"""The most workers and coordinates of an input."""
INPUTS = 12_000
"""Inputs that are drawn."""
BATCH = 200
"""Inputs that are asked at a time."""
ROUNDING = 1e-5
"""Scores within this fraction of each other may be ordered either way: also who computes in float32
computes the rule. Inputs are numbers of float32, so that nothing is lost before."""
CHOICES = 2000
"""Ways to break a tie that are looked through; with more the input says nothing."""
SCALES = (1.0, 1.0, 1.0, 1e-6, 1e-3, 1e3, 1e6)
"""What all vectors are multiplied by."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """One input."""

    vectors: FloatArray
    """[n, d], float64 or float32."""
    f: int
    kind: str
    scale: float

    @property
    def size(self) -> dict[str, object]:
        """What may be common to those on which there is no agreement."""
        n, d = self.vectors.shape
        dtype = self.vectors.dtype.name
        return {"n": n, "d": d, "f": self.f, "scale": self.scale, "dtype": dtype, "kind": self.kind}


@dataclass(frozen=True, eq=False)
class Agreement:
    """What came of comparing."""

    asked: int
    """Inputs that were compared."""
    unclear: int
    """Of them, those whose rounding or ties leave too much open."""
    apart: int
    """Of them, those on which the callable gives something else, or nothing."""
    smallest: tuple[Drawn, Answer] | None
    """One of those, with the fewest numbers."""
    among: str
    """What is common to those, in words; "" where there are none."""

    @property
    def says(self) -> str:
        """In one line."""
        reach = f"inputs with n <= {LARGEST_N}, d <= {LARGEST_D:,}"
        if not self.apart:
            return f"agreed on {self.asked:,} {reach}"
        return f"disagreed on {self.apart:,} of {self.asked:,} {reach}: {self.among}"


def compare(
    ask: Ask,
    rule: Rule,
    inputs: int = INPUTS,
    told: Callable[[int, int], None] = lambda done, of: None,
    seed: int = 0,
) -> Agreement:
    """Ask the callable, and compare with the rule, whichever way it breaks ties."""
    stream = drawn(rule, seed)
    apart: list[tuple[Drawn, Answer]] = []
    agreed: list[Drawn] = []
    asked = unclear = 0
    for start in range(0, inputs, BATCH):
        batch = list(islice(stream, min(BATCH, inputs - start)))
        for one, answer in zip(batch, ask([(b.vectors, b.f) for b in batch]), strict=True):
            if answer.came is Came.UNASKED:
                continue
            asked += 1
            fits = allows(rule, one, answer)
            unclear += fits is None
            if fits is False:
                apart.append((one, answer))
            elif fits:
                agreed.append(one)
        told(start + len(batch), inputs)
    if not apart:
        return Agreement(asked, unclear, 0, None, "")
    smallest = min(apart, key=lambda pair: pair[0].vectors.size)
    return Agreement(asked, unclear, len(apart), smallest, _common([d for d, _ in apart], agreed))


def drawn(rule: Rule, seed: int = 0) -> Iterator[Drawn]:
    """The inputs, always the same for a rule and a seed; small ones are the most frequent."""
    rng = np.random.default_rng([7, seed])
    for number in range(2**62):
        largest_n, largest_d = ((12, 8), (12, 40), (30, 8), (12, 8))[number % 4]
        if number % 40 == 0:
            largest_n, largest_d = LARGEST_N, LARGEST_D
        elif number % 10 == 3:
            largest_n, largest_d = LARGEST_N, 30
        elif number % 40 == 1:
            largest_n, largest_d = 12, LARGEST_D
        n = int(rng.integers(3, largest_n + 1)) if number % 3 else largest_n
        d = int(rng.integers(1, largest_d + 1)) if number % 7 else largest_d
        most = (n - 3) // 2
        f = (0, most, int(rng.integers(0, most + 1)))[number % 3 if number % 5 else 2]
        if not (rule.m_of(n, f) >= 1 and rule.k_of(n, f) >= 1):
            continue
        yield _one(rng, rule, n, d, f, number)


def _one(rng: np.random.Generator, rule: Rule, n: int, d: int, f: int, number: int) -> Drawn:
    """One input of a size."""
    kind = ("close", "one block", "plain", "close", "copies", "far", "ties", "uneven")[number % 8]
    scale = float(rng.choice(SCALES))
    if kind == "ties":
        return Drawn(rng.integers(0, 3, (n, min(d, 4))).astype(np.float64), f, kind, 1.0)
    v = rng.standard_normal((n, d))
    if kind == "close":
        v = _nearly_tied(rule, v, f)
    elif kind == "one block":
        width = 1 if rng.random() < 0.7 else int(rng.integers(1, d // 2 + 2))
        start = int(rng.integers(0, max(1, d - width + 1)))
        v *= 0.03 / np.sqrt(d)
        v[:, start : start + width] += rng.standard_normal((n, min(width, d)))
    elif kind == "copies":
        v = v[rng.integers(0, max(2, n // 2), n)]
    elif kind == "far" and f:
        far = rng.permutation(n)[:f]
        v[far] = v[far[0]] + 10.0 ** rng.integers(0, 6) if rng.random() < 0.5 else v[far] * 1e3
    elif kind == "uneven":
        v *= np.exp(2 * rng.standard_normal(d))
    sent: FloatArray = (v * scale).astype(np.float32)
    sent = sent if number % 5 == 4 else sent.astype(np.float64)
    return Drawn(sent.copy(order="F" if number % 11 == 0 else "C"), f, kind, scale)


def _nearly_tied(rule: Rule, v: FloatArray, f: int) -> FloatArray:
    """The same, with the last worker that is kept and the first that is not nearly equal in score.

    The second is moved towards the mean, as far as takes the difference below what one coordinate
    has in it.
    """
    n, d = v.shape
    m = rule.m_of(n, f)
    if m >= n or rule.anew:
        return v
    order = np.argsort(_scores(rule, v, f))
    last, first = order[m - 1], order[m]
    centre, start = v.mean(axis=0), v[first].copy()
    low, high = 0.0, 1.0
    for _ in range(14):
        middle = (low + high) / 2
        v[first] = start + middle * (centre - start)
        scores = _scores(rule, v, f)
        gap = scores[first] - scores[last]
        if 0.02 / d < abs(gap) / max(scores[last], 1e-300) < 0.2 / d:
            break
        low, high = (middle, high) if gap > 0 else (low, middle)
    return v


def _scores(rule: Rule, v: FloatArray, f: int) -> FloatArray:
    """The rule's scores [n]; the usual distances without much memory."""
    metric = {"|x-y|^2": "sqeuclidean", "|x-y|": "euclidean", "|x-y|_1": "cityblock"}.get(
        rule.scoring.distance
    )
    if metric is None or not rule.scoring.total:
        return rule.scores(v[np.newaxis], f)[0]
    k = rule.k_of(len(v), f)
    return np.sort(cdist(v, v, metric), axis=1)[:, 1 : k + 1].sum(axis=1)


def allows(rule: Rule, one: Drawn, answer: Answer) -> bool | None:
    """Whether the rule may give this, however rounding and ties decide; None where all is open."""
    v, value = one.vectors.astype(np.float64), answer.value
    n, f = len(v), one.f
    if value is None or not np.isfinite(value).all():
        return False
    m, slack = rule.m_of(n, f), ROUNDING
    if rule.anew:
        expected = rule.value(v[np.newaxis], f)[0]
        return _near(value, expected, v) or (None if _any_tie(rule, v, f) else False)
    scores = _scores(rule, v, f)
    ordered = np.sort(scores)
    edge, room = ordered[m - 1], slack * max(abs(ordered[min(m, n - 1)]), 1e-300)
    if one.kind == "far":  # rounding is that of the far workers
        room = max(room, slack * slack * float(np.square(v - v.mean(axis=0)).sum(axis=1).max()))
    below = np.flatnonzero(scores < edge - room)
    equal = np.flatnonzero(np.abs(scores - edge) <= room)
    if m == 1:
        return any(_near(value, v[i], v) for i in equal)
    sure = v[below].sum(axis=0)
    for number, some in enumerate(combinations(equal, m - len(below))):
        if number >= CHOICES:
            return None
        if _near(value, (sure + v[list(some)].sum(axis=0)) / m, v):
            return True
    return False


def _any_tie(rule: Rule, v: FloatArray, f: int) -> bool:
    """Whether rounding decides any choice of a rule that chooses one by one."""
    k, order = rule.k_of(len(v), f), rule.order(v[np.newaxis], f)[0]
    for step in range(min(rule.m_of(len(v), f), len(v) - 1)):
        rest = v[np.sort(order[step:])]
        ranked = rule.scoring.ranked(rest[np.newaxis])[0]
        scores = np.sort(ranked[:, max(k - step, 1) - 1])
        if scores[1] - scores[0] <= ROUNDING * abs(scores[1]):
            return True
    return False


def _near(value: FloatArray, expected: FloatArray, v: FloatArray) -> bool:
    """Equal but for the rounding of float32."""
    return bool((np.abs(value - expected) <= 2e-6 * np.abs(v).max(axis=0) + 1e-300).all())


def _common(apart: list[Drawn], agreed: list[Drawn]) -> str:
    """What tells those without agreement from the others: the bound that leaves out most others."""
    sizes, others = [one.size for one in apart], [one.size for one in agreed]
    best, least = "", len(others) + 1
    for name in ("n", "d", "f", "scale"):
        low, high = min(s[name] for s in sizes), max(s[name] for s in sizes)  # type: ignore[type-var]
        for text, inside in (
            (f"all with {name} >= {low:,}", sum(s[name] >= low for s in others)),  # type: ignore[operator]
            (f"all with {name} <= {high:,}", sum(s[name] <= high for s in others)),  # type: ignore[operator]
        ):
            if inside < least:
                best, least = text, inside
    for name in ("dtype", "kind"):
        values = {str(s[name]) for s in sizes}
        inside = sum(str(s[name]) in values for s in others)
        if len(values) == 1 and inside < least:
            best, least = f"all with {name} {values.pop()}", inside
    if least < 0.9 * len(others):
        return f"{best}, where it agreed on {least:,}"
    n, d = apart[0].vectors.shape
    return f"no size is common to them; one has n = {n}, f = {apart[0].f}, d = {d}"
