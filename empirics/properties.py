"""What a Krum must do, property by property, each with a counterexample that can be read.

    from empirics.properties import PROPERTIES
    PROPERTIES["smallest_score"](my_krum)            # raises AssertionError, or returns

`pytest --byzproof MODULE:CALLABLE` makes each a test (see `empirics/TESTING.md`). Examples are
searched by Hypothesis, always the same ones, and shrunk. Ties may be broken in any way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from empirics.exact import ExactTrial
from empirics.interfaces import FloatArray
from empirics.strategies import OneTrial, general_position, trials, whole_numbers

Callee: TypeAlias = Callable[[FloatArray, int], FloatArray]
"""A rule: vectors [n, d] and f to a vector [d]."""

EXAMPLES = 100
"""Examples that are tried for each property."""

TOLERANCE = 1e-9
"""A score may exceed the smallest by this fraction: rules may round, but not lose digits."""

REPEATABLE = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


def smallest_score(rule: Callee) -> None:
    """It returns a vector of smallest score: the sum of n-f-2 squared distances to others."""

    @given(whole_numbers())
    def check(trial: OneTrial) -> None:
        _expect_smallest(rule, *trial)

    _search(check)


def digits(rule: Callee) -> None:
    """It loses no digits: the same for copies, far workers, and all vectors far from the origin."""

    @given(trials(max_n=7, max_d=2, max_trials=1, max_exponent=0))
    def check(trial: Any) -> None:
        _expect_smallest(rule, trial.vectors[0], trial.f)

    _search(check)


def moves_along(rule: Callee) -> None:
    """If all vectors are moved by the same vector, the result moves along."""

    @given(general_position(), st.integers(-99, 99))
    def check(trial: OneTrial, step: int) -> None:
        _expect_follows(rule, trial, lambda v: v + step, f"moved by {step} in each coordinate")

    _search(check)


def scales_along(rule: Callee) -> None:
    """If all vectors are multiplied by the same number, so is the result."""

    @given(general_position(), st.sampled_from([2, 8, 1024, -1]))
    def check(trial: OneTrial, factor: int) -> None:
        _expect_follows(rule, trial, lambda v: v * factor, f"multiplied by {factor}")

    _search(check)


def order_of_workers(rule: Callee) -> None:
    """Where no tie decides, it does not matter in which order the workers are given."""

    @given(general_position(), st.integers(1, 8))
    def check(trial: OneTrial, turn: int) -> None:
        vectors, f = trial
        if len(_best(vectors, f)) > 1:
            return
        order = [(i + turn) % len(vectors) for i in range(len(vectors))]
        first, other = _call(rule, vectors, f), _call(rule, vectors[order], f)
        assert np.allclose(first, other), (
            f"The order of the workers changes the result.\n{_shown(vectors, f)}\n"
            f"It returned {_row(first)}, and in the order {order} {_row(other)}."
        )

    _search(check)


def refuses_too_many_byzantine_workers(rule: Callee) -> None:
    """It raises an exception where 2f + 2 >= n: there the paper's rule is not defined."""

    @given(st.integers(1, 4).flatmap(lambda f: st.tuples(st.integers(1, 2 * f + 2), st.just(f))))
    def check(pair: tuple[int, int]) -> None:
        n, f = pair
        vectors = np.arange(n, dtype=np.float64)[:, np.newaxis]
        try:
            result = rule(vectors.copy(), f)
        except Exception:  # noqa: BLE001  (any exception refuses)
            return
        raise AssertionError(
            f"It returned {_row(result)} for n = {n} workers with f = {f}, where no theorem holds: "
            f"raise a ValueError unless n > 2f + 2, here n >= {2 * f + 3}."
        )

    _search(check)


def what_is_not_finite(rule: Callee) -> None:
    """A worker that sends NaN or infinity is refused, or never chosen."""

    @given(whole_numbers(), st.data())
    def check(trial: OneTrial, data: st.DataObject) -> None:
        vectors, f = trial
        if f == 0:
            return
        worker = data.draw(st.integers(0, len(vectors) - 1))
        sent = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))
        vectors[worker] = sent
        try:
            with np.errstate(all="ignore"):
                result = np.asarray(rule(vectors.copy(), f))
        except Exception:  # noqa: BLE001  (any exception refuses)
            return
        assert np.isfinite(result).all(), (
            f"A worker that sends {sent} is chosen.\n{_listed(vectors)}\n"
            f"It returned {_row(result)} for f = {f}: raise a ValueError, or take the worker for "
            "infinitely far."
        )

    _search(check)


def leaves_its_input_alone(rule: Callee) -> None:
    """The vectors that it is given are the same afterwards."""

    @given(whole_numbers())
    def check(trial: OneTrial) -> None:
        watched = getattr(rule, "watched", None)
        if watched is None:
            given_vectors = trial.vectors.copy()
            rule(given_vectors, trial.f)
            changed = not np.array_equal(given_vectors, trial.vectors)
        else:  # a rule that gets its vectors in another container
            changed = watched(trial.vectors, trial.f)[1]
        assert not changed, (
            f"It changes its input in place.\n{_listed(trial.vectors)}\nCopy it before sorting or "
            "writing into it."
        )

    _search(check)


def same_result_again(rule: Callee) -> None:
    """Asked twice, it returns the same."""
    rng = np.random.default_rng(0)
    for _ in range(EXAMPLES):
        vectors, f = rng.integers(-9, 10, (7, 2)).astype(np.float64), 2
        first, again = (_call(rule, vectors, f) for _ in range(2))
        assert np.array_equal(first, again), (
            f"Asked twice, it returned {_row(first)} and {_row(again)}.\n{_shown(vectors, f)}"
        )


PROPERTIES: dict[str, Callable[[Callee], None]] = {
    function.__name__: function
    for function in (
        smallest_score,
        digits,
        moves_along,
        scales_along,
        order_of_workers,
        refuses_too_many_byzantine_workers,
        what_is_not_finite,
        leaves_its_input_alone,
        same_result_again,
    )
}
"""Every property by name; each raises AssertionError with a shrunk counterexample."""


def _search(check: Callable[[], None]) -> None:
    """Run a check on many examples; what fails only at times cannot be shrunk."""
    try:
        REPEATABLE(check)()
    except Flaky as flaky:
        raise AssertionError(
            "It failed on an example, and did not when the same example was tried again: the "
            "result does not depend on the input alone."
        ) from flaky


def _call(rule: Callee, vectors: FloatArray, f: int) -> FloatArray:
    """The result for a copy of the vectors; an exception of the rule fails the property."""
    try:
        result = np.asarray(rule(vectors.copy(), f), dtype=np.float64)
    except Exception as error:
        raise AssertionError(
            f"It raises {type(error).__name__}: {error}\n{_shown(vectors, f)}"
        ) from error
    assert result.shape == vectors.shape[1:], (
        f"It returned shape {result.shape}, not {vectors.shape[1:]}.\n{_shown(vectors, f)}"
    )
    return result


def _expect_smallest(rule: Callee, vectors: FloatArray, f: int) -> None:
    scores = _scores(vectors, f)
    limit = min(scores) * (1 + TOLERANCE)
    result = _call(rule, vectors, f)
    own = [i for i, v in enumerate(vectors) if np.array_equal(v, result)]
    assert any(scores[i] <= limit for i in own), (
        f"It does not return a vector of smallest score.\n{_shown(vectors, f)}\n"
        f"It returned {_row(result)}, "
        + (f"of score {_number(scores[own[0]])}" if own else "which no worker sent")
        + f"; the smallest score is {_number(min(scores))}."
    )


def _expect_follows(
    rule: Callee, trial: OneTrial, change: Callable[[FloatArray], FloatArray], what: str
) -> None:
    vectors, f = trial
    if len(_best(vectors, f)) > 1:
        return
    first, other = _call(rule, vectors, f), _call(rule, change(vectors), f)
    assert np.allclose(change(first), other), (
        f"The result does not follow its input.\n{_shown(vectors, f)}\n"
        f"It returned {_row(first)}, and with all vectors {what} {_row(other)} instead of "
        f"{_row(change(first))}."
    )


def _scores(vectors: FloatArray, f: int) -> list[float]:
    """The paper's scores, from exact arithmetic."""
    trial = ExactTrial(vectors)
    exact = trial.scores(range(len(vectors)), len(vectors) - f - 2)
    return [trial.as_float(exact[i]) for i in range(len(vectors))]


def _best(vectors: FloatArray, f: int) -> list[int]:
    scores = _scores(vectors, f)
    return [i for i, score in enumerate(scores) if score <= min(scores)]


def _shown(vectors: FloatArray, f: int) -> str:
    """The size, and each worker's vector and score."""
    n = len(vectors)
    return (
        f"n = {n} workers, f = {f}; a score is the sum of the {n - f - 2} smallest squared "
        f"distances to others.\n{_listed(vectors, _scores(vectors, f))}"
    )


def _listed(vectors: FloatArray, scores: list[float] | None = None) -> str:
    """One line for each worker."""
    rows = [_row(v) for v in vectors]
    width = max(6, *map(len, rows))
    head = f"  worker  {'vector':<{width}}" + ("" if scores is None else "  score")
    lines = [head.rstrip()]
    for i, row in enumerate(rows):
        score = "" if scores is None else f"  {_number(scores[i])}"
        lines.append(f"  {i:>6}  {row:<{width}}{score}".rstrip())
    return "\n".join(lines)


def _row(vector: Any) -> str:
    return f"({', '.join(_number(float(x)) for x in np.ravel(vector))})"


def _number(x: float) -> str:
    """Whole numbers without a point, others so that they can be read back."""
    return str(int(x)) if abs(x) < 1e16 and x.is_integer() else repr(x)
