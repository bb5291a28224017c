"""What an aggregation rule must do, property by property, with counterexamples to be read.

    from empirics.properties import properties_of
    properties_of("krum")["smallest_score"](my_krum)   # raises AssertionError, or returns

`pytest --byzproof MODULE:CALLABLE` makes each a test (see `empirics/TESTING.md`). Examples are
searched by Hypothesis, always the same ones, and shrunk. Ties may be broken in any way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from empirics.expected import (
    EXACT,
    ROUNDED,
    Expected,
    ExpectedKrum,
    ExpectedMedian,
    ExpectedTrimmedMean,
    listed,
    row,
)
from empirics.expected_as import (
    ExpectedAs,
    ExpectedBulyan,
    ExpectedGeometricMedian,
    ExpectedMeaMed,
    ExpectedPhocas,
)
from empirics.foreign import NoVector, in_one_line, vector_of
from empirics.interfaces import FloatArray
from empirics.names import spelled
from empirics.strategies import OneTrial, general_position, trials, whole_numbers

Callee: TypeAlias = Callable[[FloatArray, int], FloatArray]
"""A rule: vectors [n, d] and f to a vector [d]."""

EXAMPLES = 100
"""Examples that are tried for each property."""

REPEATABLE = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


class NoAnswer(BaseException):
    """Raised by a rule that cannot go on: it hung or crashed. The search ends, as it says."""


class Raised(Exception):
    """Raised by a rule in another process that raised; the message says what, after "it"."""


@dataclass(frozen=True)
class Property:
    """A property of a rule; call it with the rule, and it raises AssertionError or returns.

    The error is raised and not asserted: pytest would repeat its message in its own words.
    """

    meaning: str
    """What it says, in a sentence."""
    search: Callable[[Callee, Expected], None]
    expected: Expected

    def __call__(self, rule: Callee) -> None:
        """Search for a counterexample."""
        self.search(rule, self.expected)


def value(rule: Callee, expected: Expected) -> None:
    """It returns what the rule is defined as."""

    def check(trial: OneTrial) -> None:
        _expect(rule, expected, *trial, ROUNDED)

    _search(check, whole_numbers(margin=expected.margin))


def digits(rule: Callee, expected: Expected) -> None:
    """It loses no digits: the same for copies, far workers, and all vectors far from the origin."""

    def check(trial: Any) -> None:
        _expect(rule, expected, trial.vectors[0], trial.f, EXACT)

    _search(
        check,
        trials(max_n=7, max_d=2, max_trials=1, max_exponent=0, margin=expected.margin),
    )


def moves_along(rule: Callee, expected: Expected) -> None:
    """If all vectors are moved by the same vector, the result moves along."""

    def check(drawn: tuple[OneTrial, int]) -> None:
        trial, step = drawn
        what = f"moved by {step} in each coordinate"
        _expect_follows(rule, expected, trial, lambda v: v + step, what)

    _search(check, st.tuples(general_position(margin=expected.margin), st.integers(-99, 99)))


def scales_along(rule: Callee, expected: Expected) -> None:
    """If all vectors are multiplied by the same number, so is the result."""

    def check(drawn: tuple[OneTrial, int]) -> None:
        trial, factor = drawn
        _expect_follows(rule, expected, trial, lambda v: v * factor, f"multiplied by {factor}")

    factors = st.sampled_from(expected.factors)
    _search(check, st.tuples(general_position(margin=expected.margin), factors))


def order_of_workers(rule: Callee, expected: Expected) -> None:
    """Where no tie decides, it does not matter in which order the workers are given."""

    def check(drawn: tuple[OneTrial, int]) -> None:
        (vectors, f), turn = drawn
        if not expected.defined(len(vectors), f) or not expected.decided(vectors, f):
            return
        order = [(i + turn) % len(vectors) for i in range(len(vectors))]
        first, other = (_call(rule, expected, v, f) for v in (vectors, vectors[order]))
        if not np.allclose(first, other):
            raise AssertionError(
                f"The order of the workers changes the result.\n{expected.shown(vectors, f)}\n"
                f"It returned {row(first)}, and in the order {order} {row(other)}."
            )

    _search(check, st.tuples(general_position(margin=expected.margin), st.integers(1, 8)))


def between_correct_values(rule: Callee, expected: Expected) -> None:
    """In each coordinate it lies between values of correct workers, whichever f are Byzantine."""

    def check(trial: Any) -> None:
        vectors, f = trial.vectors[0], trial.f
        result = _call(rule, expected, vectors, f)
        ordered = np.sort(vectors, axis=0)
        low, high = ordered[f], ordered[len(vectors) - f - 1]
        slack = EXACT * np.maximum(np.abs(low), np.abs(high))
        if not ((low - slack <= result) & (result <= high + slack)).all():
            raise AssertionError(
                f"The result leaves the values of all others if the {f} at one end are Byzantine.\n"
                f"{expected.shown(vectors, f)}\nIt returned {row(result)}; without {f} at either "
                f"end the values lie between {row(low)} and {row(high)}."
            )

    _search(check, trials(max_n=7, max_d=2, max_trials=1, margin=expected.margin))


def within_kappa(rule: Callee, expected: Expected) -> None:
    """Whichever n-f are correct, its squared distance to their mean is within kappa of theirs."""
    assert isinstance(expected, ExpectedKrum)

    def check(trial: OneTrial) -> None:
        vectors, f = trial
        kappa = expected.kappa(len(vectors), f) if expected.defined(len(vectors), f) else None
        if kappa is None:
            return
        result = _call(rule, expected, vectors, f)
        room = ROUNDED * max(1.0, float(np.abs(vectors).max())) ** 2
        for correct in combinations(range(len(vectors)), len(vectors) - f):
            kept = vectors[list(correct)]
            mean = kept.mean(axis=0)
            error = float(np.square(result - mean).sum())
            variance = float(np.square(kept - mean).sum(axis=1).mean())
            if error > kappa * variance * (1 + ROUNDED) + room:
                raise AssertionError(
                    f"The result is too far from the mean of the workers {row(np.array(correct))}."
                    f"\n{expected.shown(vectors, f)}\nIt returned {row(result)}; if these are "
                    f"correct, their mean is {row(mean)}, their mean squared distance to it "
                    f"{variance:.6g}, and {error:.6g} is above kappa = {kappa:.6g} times that."
                )

    _search(check, whole_numbers(margin=expected.margin))


CLAIM = 1_000_000
"""Examples that a worker claims to have, where all others have one."""


def numbers_of_examples(rule: Callee, expected: Expected) -> None:
    """It does not matter how many examples a worker claims to have: it may be Byzantine."""

    def check(drawn: tuple[OneTrial, int]) -> None:
        (vectors, f), place = drawn
        n = len(vectors)
        if not expected.defined(n, f) or not expected.decided(vectors, f):
            return
        counts = tuple(CLAIM if i == place % n else 1 for i in range(n))
        first = _call(rule, expected, vectors, f)
        told = _call(lambda v, f: rule.claiming(v, f, counts), expected, vectors, f)  # type: ignore[attr-defined]
        if not np.allclose(first, told):
            raise AssertionError(
                f"A worker that claims {CLAIM:,} examples changes the result.\n"
                f"{expected.shown(vectors, f)}\nIt returned {row(first)}, and {row(told)} where "
                f"worker {place % n} claims {CLAIM:,} and all others 1. Average what is kept with "
                "equal weights, or bound the numbers."
            )

    _search(check, st.tuples(general_position(margin=expected.margin), st.integers(0, 8)))


def refuses_too_many_byzantine_workers(rule: Callee, expected: Expected) -> None:
    """It raises an exception where n is too small for f: there the rule is not defined."""

    def check(pair: tuple[int, int]) -> None:
        n, f = pair
        vectors = np.arange(n, dtype=np.float64)[:, np.newaxis]
        _, said = _unless_refused(rule, vectors, f)
        if said:
            raise AssertionError(
                f"For n = {n} workers with f = {f}, where no theorem holds, {said}: raise a "
                f"ValueError unless {expected.needs}, here n >= {expected.least(f)}."
            )

    pairs = st.integers(1, 4).flatmap(
        lambda f: st.tuples(st.integers(1, expected.least(f) - 1), st.just(f))
    )
    _search(check, pairs)


def what_is_not_finite(rule: Callee, expected: Expected) -> None:
    """A worker that sends NaN or infinity is refused, or never let into the result."""

    def check(drawn: tuple[OneTrial, int, float]) -> None:
        (vectors, f), place, sent = drawn
        if f == 0 or not expected.defined(len(vectors), f):
            return
        vectors[place % len(vectors)] = sent
        result, said = _unless_refused(rule, vectors, f)
        if said and (result is None or not np.isfinite(result).all()):
            raise AssertionError(
                f"A worker that sends {sent} has its way.\n{listed(vectors)}\n"
                f"For f = {f} {said}: raise a ValueError, or take the worker for infinitely far."
            )

    sent = st.sampled_from([np.nan, np.inf, -np.inf])
    trial = whole_numbers(margin=expected.margin)
    _search(check, st.tuples(trial, st.integers(0, 8), sent))


def leaves_its_input_alone(rule: Callee, expected: Expected) -> None:
    """The vectors that it is given are the same afterwards."""

    def check(trial: OneTrial) -> None:
        if not expected.defined(len(trial.vectors), trial.f):
            return
        watched = getattr(rule, "watched", None)
        if watched is None:
            given_vectors = trial.vectors.copy()
            rule(given_vectors, trial.f)
            changed = not np.array_equal(given_vectors, trial.vectors)
        else:  # a rule that gets its vectors in another container
            changed = watched(trial.vectors, trial.f)[1]
        if changed:
            raise AssertionError(
                f"It changes its input in place.\n{listed(trial.vectors)}\nCopy it before sorting "
                "or writing into it."
            )

    _search(check, whole_numbers(margin=expected.margin))


def same_result_again(rule: Callee, expected: Expected) -> None:
    """Asked twice, it returns the same."""
    rng = np.random.default_rng(0)

    def check(_: None) -> None:
        vectors = rng.integers(-9, 10, (9, 2)).astype(np.float64)
        f = 2 if expected.defined(9, 2) else 1
        first, again = (_call(rule, expected, vectors, f) for _ in range(2))
        if not np.array_equal(first, again):
            raise AssertionError(
                f"Asked twice, it returned {row(first)} and {row(again)}.\n"
                f"{expected.shown(vectors, f)}"
            )

    for _ in range(EXAMPLES):
        _answered(partial(check, None))


def _expected(rule: str, m: str) -> Expected:
    match rule:
        case "krum":
            return ExpectedKrum()
        case "multi_krum":
            return ExpectedKrum(m)
        case "median":
            return ExpectedMedian()
        case "trimmed_mean":
            return ExpectedTrimmedMean()
        case "bulyan":
            return ExpectedBulyan()
        case "geometric_median":
            return ExpectedGeometricMedian()
        case "meamed":
            return ExpectedMeaMed()
        case "phocas":
            return ExpectedPhocas()
    raise ValueError(f"rule = {rule!r}: give one of {', '.join(RULES)}")


RULES = (
    *("krum", "multi_krum", "median", "trimmed_mean"),
    *("bulyan", "geometric_median", "meamed", "phocas"),
)
"""The rules whose properties are known."""
OWN = {"multi_krum": "smallest_scores", "krum": "smallest_score"}
"""What `value` is called, where not as the rule."""
COMMON = (
    digits,
    moves_along,
    scales_along,
    order_of_workers,
    between_correct_values,
    refuses_too_many_byzantine_workers,
    what_is_not_finite,
    leaves_its_input_alone,
    same_result_again,
)
"""Those of the first rules, but that Krum's result may leave the values of correct workers."""


def properties_of(rule: str = "krum", m: str = "n-f") -> dict[str, Property]:
    """The properties of one of `RULES` by name, the definition first.

    `m` is how many vectors a Multi-Krum averages, a key of `empirics.probe.identify.FORMULAS`.
    Raises ValueError for another rule, and KeyError for another m.
    """
    rule = spelled(rule, RULES) or rule
    expected = _expected(rule, m)
    found = {OWN.get(rule, rule): Property(expected.meaning, value, expected)}
    if isinstance(expected, ExpectedKrum) and expected.kappa(9, 1) is not None:
        found["within_kappa"] = Property(within_kappa.__doc__ or "", within_kappa, expected)
    for search in COMMON:
        others = isinstance(expected, ExpectedAs) and search.__name__ in expected.need_not
        of_krum = isinstance(expected, ExpectedKrum) and search is between_correct_values
        if not (others or of_krum):
            found[search.__name__] = Property(search.__doc__ or "", search, expected)
    return found


PROPERTIES = properties_of()
"""Those of Krum."""


def _search(check: Callable[[Any], None], examples: st.SearchStrategy[Any]) -> None:
    """Run a check on many examples; what fails only at times cannot be shrunk.

    Where the rule gives no answer any more, a counterexample that is known already is shown too.
    """
    known: list[AssertionError] = []

    @given(examples)
    def run(example: Any) -> None:
        try:
            check(example)
        except AssertionError as error:
            known[:] = [error]
            raise

    try:
        _answered(REPEATABLE(run), known)
    except Flaky as flaky:
        raise AssertionError(
            "It failed on an example, and did not when the same example was tried again: the "
            "result does not depend on the input alone."
        ) from flaky


def _answered(search: Callable[[], None], known: Sequence[AssertionError] = ()) -> None:
    """Search as long as the rule answers."""
    try:
        search()
    except NoAnswer as none:
        if not known:
            raise AssertionError(str(none)) from None
        raise AssertionError(
            f"{known[0]}\nThere may be a smaller example; the search for one ended early: {none}"
        ) from None


def _unless_refused(rule: Callee, vectors: FloatArray, f: int) -> tuple[FloatArray | None, str]:
    """The result, if it is a vector, and what was returned in words; "" if nothing was.

    Any exception of the rule refuses.
    """
    try:
        with np.errstate(all="ignore"):
            result = vector_of(rule(vectors.copy(), f), vectors)
    except NoVector as none:
        return None, str(none)
    except Exception:  # noqa: BLE001  (whatever others raise)
        return None, ""
    return result, f"it returned {row(result)}"


def _call(rule: Callee, expected: Expected, vectors: FloatArray, f: int) -> FloatArray:
    """The result for a copy of the vectors; an exception of the rule fails the property."""
    try:
        result = np.array(rule(vectors.copy(), f), dtype=np.float64)
    except Exception as error:
        known = isinstance(error, NoVector | Raised)
        said = str(error) if known else f"it raises {in_one_line(error)}"
        raise AssertionError(
            f"{said[0].upper()}{said[1:]}\n{expected.shown(vectors, f)}"
        ) from error
    if result.shape != vectors.shape[1:]:
        raise AssertionError(
            f"It returned shape {result.shape}, not {vectors.shape[1:]}.\n"
            f"{expected.shown(vectors, f)}"
        )
    return result


def _expect(rule: Callee, expected: Expected, vectors: FloatArray, f: int, unit: float) -> None:
    if expected.defined(len(vectors), f):
        wrong = expected.wrong(vectors, f, _call(rule, expected, vectors, f), unit)
        if wrong:
            raise AssertionError(wrong)


def _expect_follows(
    rule: Callee,
    expected: Expected,
    trial: OneTrial,
    change: Callable[[FloatArray], FloatArray],
    what: str,
) -> None:
    vectors, f = trial
    if not expected.defined(len(vectors), f) or not expected.decided(vectors, f):
        return
    first, other = (_call(rule, expected, v, f) for v in (vectors, change(vectors)))
    if not np.allclose(change(first), other):
        raise AssertionError(
            f"The result does not follow its input.\n{expected.shown(vectors, f)}\n"
            f"It returned {row(first)}, and with all vectors {what} {row(other)} instead of "
            f"{row(change(first))}."
        )
