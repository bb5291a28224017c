"""The smallest whole-numbered input on which a callable and the paper's rule disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, islice, product

import numpy as np

from empirics.foreign import ForeignRule
from empirics.interfaces import BoolArray, FloatArray
from empirics.probe.agreement import Drawn
from empirics.probe.asking import Answer, Ask, Came
from empirics.probe.family import tied
from empirics.probe.identify import Rule

PRINTED = 120
"""Numbers that a test may have in it."""
SEEDS = 60
"""Seeds that are tried for one of a large size."""
LARGEST_N = 8
MOST = 5_000
"""Inputs of one n, f and largest number; beyond, another size is tried."""
ASKED = 25
"""Inputs of one size that are asked where a rule predicts a disagreement."""
FAR_SIZES = ((3, 0), (5, 1), (27, 3))
"""The (n, f) at which digits are lost, or not."""
BLIND = 150
"""Inputs of one size that are asked where nothing predicts one."""
AGAIN = 3
"""How often a callable that remembers nothing must disagree again, in a row."""
DOUBTFUL = 5
"""Disagreements that may vanish when asked again; then no test is worth pasting."""


@dataclass(frozen=True, eq=False)
class Disagreement:
    """An input, what the callable gives, and what the paper's rule allows."""

    vectors: FloatArray
    """[n, d], whole numbers."""
    f: int
    answer: Answer
    allowed: FloatArray
    """[a, d]: the results that the paper's rule may give, one for each way to break ties."""
    scores: FloatArray
    """The paper's scores, [n]."""
    offset: int = 0
    """What is added to every coordinate of `vectors` and `allowed`, but not of `answer`."""
    seed: int | None = None
    """Where the vectors are too many to print: they are `drawn_by` this seed."""


def smallest_disagreement(
    ask: Ask, found: Rule | None, expected: Rule, fresh: Callable[[], None] = lambda: None
) -> Disagreement | None:
    """Look through inputs by n, f, d, largest number, and then in lexicographic order.

    `found` is the rule that explains the answers; it saves most questions. After `fresh` the
    callable remembers nothing, and must still disagree, as it will in a test that is pasted. None
    where no input is found; there may still be one, as only small sizes are looked at.
    """
    candidates = (
        disagreement
        for n in range(3, LARGEST_N + 1)
        for f in range((n - 3) // 2 + 1)
        for vectors in _inputs(n)
        for disagreement in _among(ask, found, expected, vectors, f)
    )
    return _first_that_stands(candidates, ask, fresh)


def far_disagreement(
    ask: Ask, expected: Rule, fresh: Callable[[], None] = lambda: None
) -> Disagreement | None:
    """The smallest power of two that, added to small vectors, makes the callable choose wrongly.

    The paper's scores do not change with it, and every coordinate is a whole number that float64
    holds. Among the sizes is one of more than 25 workers, where some libraries take another way.
    """
    return _first_that_stands(_far(ask, expected), ask, fresh)


def drawn_by(seed: int, n: int, d: int) -> FloatArray:
    """Whole numbers [n, d] between -99 and 99."""
    return np.random.default_rng(seed).integers(-99, 100, (n, d)).astype(np.float64)


def large_disagreement(
    ask: Ask, expected: Rule, found: Drawn, fresh: Callable[[], None] = lambda: None
) -> Disagreement | None:
    """A disagreement on a large input, made small: fewer coordinates, workers and digits.

    Where it stays large, one of the same size is drawn from a seed. None where neither is found.
    """
    candidates = [*_shrunk(ask, expected, found), *_seeded(ask, expected, found)]
    return _first_that_stands(iter(candidates), ask, fresh)


def _shrunk(ask: Ask, expected: Rule, found: Drawn) -> Iterator[Disagreement]:
    """The input of whole numbers that is left when nothing more can be taken away."""
    v = found.vectors.astype(np.float64)
    largest = float(np.abs(v).max()) or 1.0
    for most in (9, 99, 999, 99_999):
        shown = _disagrees(ask, expected, np.rint(v * (most / largest)), found.f)
        if shown is not None:
            break
    else:
        return
    smaller = True
    while smaller:
        smaller = False
        for vectors in _smaller(shown.vectors, found.f):
            less = _disagrees(ask, expected, vectors, found.f)
            if less is not None:
                shown, smaller = less, True
                break
    if shown.vectors.size <= PRINTED:
        yield shown


def _smaller(v: FloatArray, f: int) -> Iterator[FloatArray]:
    """The same with fewer coordinates or workers: many at once, then few."""
    n, d = v.shape
    for width in sorted({d // 2, d // 4, d // 8, 1} - {0}, reverse=True):
        if width < d:
            yield from (np.delete(v, np.s_[a : a + width], axis=1) for a in range(0, d, width))
    if n > 2 * f + 3:
        yield from (np.delete(v, i, axis=0) for i in range(n))


def _seeded(ask: Ask, expected: Rule, found: Drawn) -> Iterator[Disagreement]:
    n, d = found.vectors.shape
    for seed in range(SEEDS):
        shown = _disagrees(ask, expected, drawn_by(seed, n, d), found.f)
        if shown is not None:
            yield replace(shown, seed=seed)


def _disagrees(ask: Ask, expected: Rule, vectors: FloatArray, f: int) -> Disagreement | None:
    """The disagreement on this input, if there is one that no tie can explain."""
    m = expected.m_of(len(vectors), f)
    scores = expected.scores(vectors[np.newaxis], f)
    if m != 1 and bool(tied(scores, m)[0]):
        return None
    (given,) = ask([(vectors, f)])
    allowed = allowed_results(expected, vectors, f)
    if given.came not in (Came.VECTOR, Came.NONSENSE, Came.ERROR):
        return None
    if _is_allowed(given, allowed, 0):
        return None
    return Disagreement(vectors, f, given, allowed, scores[0])


def _first_that_stands(
    candidates: Iterator[Disagreement], ask: Ask, fresh: Callable[[], None]
) -> Disagreement | None:
    """The first on which a callable that remembers nothing disagrees, and goes on to."""
    for shown in islice(candidates, DOUBTFUL):
        fresh()
        again = ask([(shown.vectors + shown.offset, shown.f)] * AGAIN)
        if not any(_is_allowed(a, shown.allowed, shown.offset) for a in again):
            return shown
    return None


def _is_allowed(answer: Answer, allowed: FloatArray, offset: int) -> bool:
    """It is one of the results [a, d], moved by the offset, up to rounding."""
    if not offset:
        return any(answer.is_close(result) for result in allowed)
    return answer.value is not None and bool(
        (np.abs(answer.value - offset - allowed) < 0.01).all(axis=1).any()
    )


def _far(ask: Ask, expected: Rule) -> Iterator[Disagreement]:
    """The disagreements of `far_disagreement`, in its order."""
    rng = np.random.default_rng(0)
    drawn = {(n, f): rng.integers(0, 10, (30, n, 1)).astype(float) for n, f in FAR_SIZES}
    for exponent in range(10, 51):
        offset = 2**exponent
        for (n, f), vectors in drawn.items():
            m = expected.m_of(n, f)
            if not 1 <= m <= n:
                continue
            kept = vectors if m == 1 else vectors[~tied(expected.scores(vectors, f), m)]
            for v, answer in zip(kept, ask([(v + offset, f) for v in kept]), strict=True):
                allowed = allowed_results(expected, v, f)
                if answer.value is None or not np.isfinite(answer.value).all():
                    continue
                if not _is_allowed(answer, allowed, offset):
                    near = replace(answer, value=answer.value - offset)
                    scores = expected.scores(v[np.newaxis], f)[0]
                    yield Disagreement(v, f, near, allowed, scores, offset)


def _inputs(n: int) -> Iterator[FloatArray]:
    """Batches [B, n, d] of whole numbers from 0, each with one largest number; d is 1, 2, 3."""
    for d, largest in ((1, range(1, 8)), (2, range(1, 4)), (3, range(1, 3))):
        for top in largest:
            points = list(product(range(top + 1), repeat=d))
            chosen = [
                v
                for _, v in zip(range(MOST), combinations_with_replacement(points, n), strict=False)
                if max(map(max, v)) == top and v[0] == (0,) * d
            ]
            yield np.array(chosen, dtype=np.float64)


def _among(
    ask: Ask, found: Rule | None, expected: Rule, vectors: FloatArray, f: int
) -> Iterator[Disagreement]:
    """Those of the vectors [B, n, d] on which the callable gives what is not allowed."""
    if not len(vectors):
        return
    m = expected.m_of(vectors.shape[1], f)
    scores = expected.scores(vectors, f)
    if not 1 <= m <= vectors.shape[1]:
        return
    if m > 1:
        unique = ~tied(scores, m)
        vectors, scores = vectors[unique], scores[unique]
    which = np.arange(len(vectors))
    if found is None:
        which = which[:: max(1, len(which) // BLIND)][:BLIND]
    elif len(which):
        predicted = found.value(vectors, f)
        which = which[_not_allowed(expected, vectors, scores, f, predicted)][:ASKED]
    answers = ask([(vectors[t], f) for t in which])
    for t, answer in zip(which, answers, strict=True):
        if answer.came not in (Came.VECTOR, Came.NONSENSE):
            continue
        allowed = allowed_results(expected, vectors[t], f)
        if not _is_allowed(answer, allowed, 0):
            yield Disagreement(vectors[t], f, answer, allowed, scores[t])


def _not_allowed(
    expected: Rule, vectors: FloatArray, scores: FloatArray, f: int, predicted: FloatArray
) -> BoolArray:
    """[B]: the predicted values [B, d] are not among what is allowed."""
    if expected.m == "1":
        least = scores <= scores.min(axis=1, keepdims=True)
        near = np.isclose(vectors, predicted[:, np.newaxis]).all(axis=2)
        allowed: BoolArray = np.any(least & near, axis=1)
    else:
        allowed = np.all(np.isclose(expected.value(vectors, f), predicted), axis=1)
    return ~allowed


def allowed_results(expected: Rule, vectors: FloatArray, f: int) -> FloatArray:
    """What the rule may give for vectors [n, d], whose scores are exact: [a, d].

    For m = 1 every vector of smallest score; else there must be no tie.
    """
    scores = expected.scores(vectors[np.newaxis], f)
    if expected.m == "1":
        return np.unique(vectors[scores[0] <= scores.min()], axis=0)
    return expected.value(vectors[np.newaxis], f)


def as_pytest(rule: ForeignRule, disagreement: Disagreement, expected: Rule) -> str:
    """A test to paste: it fails for this callable, and passes for the paper's rule."""
    vectors, f = disagreement.vectors, disagreement.f
    (n, d), k = vectors.shape, expected.k_of(len(vectors), f)
    imports, call = rule.written(f, n, d)
    vector = disagreement.answer.form.format(call)
    multi = expected.m != "1"
    name = "multi_krum" if multi else "krum"
    rows = ", ".join(str([int(x) for x in row]) for row in vectors)
    scores = ", ".join(str(int(s)) for s in disagreement.scores)
    allowed = [[float(x) for x in row] for row in disagreement.allowed]
    power = f"2.0**{disagreement.offset.bit_length() - 1}" if disagreement.offset else ""
    moved, back = (f"{power} + ", f" - {power}") if power else ("", "")
    drawn = f"np.array([{rows}], dtype=np.float64)"
    known = [f"    # The scores are {scores}."]
    right = str(allowed)
    if disagreement.seed is not None:
        drawn = f"np.random.default_rng({disagreement.seed}).integers(-99, 100, ({n}, {d})) * 1.0"
        order = np.argsort(disagreement.scores, kind="stable")[: expected.m_of(n, f)]
        known, right = [], f"[vectors[{sorted(order.tolist())}].mean(axis=0)]"
    if "vector_of" in vector:
        imports.append("from empirics.foreign import vector_of")
    of = f"the {expected.m_of(n, f)} vectors of smallest score" if multi else "smallest score"
    return "\n".join(
        [
            "import numpy as np",
            *imports,
            "",
            "",
            f"def test_{name}_is_that_of_the_paper():",
            f'    """n = {n}, f = {f}: a score is the sum of {k} squared distances to others."""',
            f"    vectors = {moved}{drawn}",
            *known,
            f"    result = np.asarray({vector}, dtype=np.float64).reshape({d}){back}",
            f"    allowed = {right}  # {of}",
            "    assert any(np.allclose(result, vector) for vector in allowed), result",
            "",
        ]
    )
