"""The smallest whole-numbered input on which a callable and the paper's rule disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement, islice, product

import numpy as np

from empirics.foreign import ForeignRule
from empirics.interfaces import BoolArray, FloatArray
from empirics.probe.asking import Answer, Ask, Came
from empirics.probe.family import tied
from empirics.probe.identify import Rule

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
    """Batches [B, n, d] of whole numbers from 0, each with one largest number; d is 1, then 2."""
    for d, largest in ((1, range(1, 8)), (2, range(1, 4))):
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
    imports, call = rule.written(f, n)
    vector = disagreement.answer.form.format(call)
    multi = expected.m != "1"
    name = "multi_krum" if multi else "krum"
    rows = ", ".join(str([int(x) for x in row]) for row in vectors)
    scores = ", ".join(str(int(s)) for s in disagreement.scores)
    allowed = [[float(x) for x in row] for row in disagreement.allowed]
    power = f"2.0**{disagreement.offset.bit_length() - 1}" if disagreement.offset else ""
    moved, back = (f"{power} + ", f" - {power}") if power else ("", "")
    of = f"the {expected.m_of(n, f)} vectors of smallest score" if multi else "smallest score"
    return "\n".join(
        [
            "import numpy as np",
            *imports,
            "",
            "",
            f"def test_{name}_is_that_of_the_paper():",
            f'    """n = {n}, f = {f}: a score is the sum of {k} squared distances to others."""',
            f"    vectors = {moved}np.array([{rows}], dtype=np.float64)",
            f"    # The scores are {scores}.",
            f"    result = np.asarray({vector}, dtype=np.float64).reshape({d}){back}",
            f"    allowed = {allowed}  # {of}",
            "    assert any(np.allclose(result, vector) for vector in allowed), result",
            "",
        ]
    )
