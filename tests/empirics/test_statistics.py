"""The bias is gone, the intervals cover, and a true bound is rarely contradicted."""

from math import comb

import numpy as np
import pytest

from empirics.statistics import Estimate, Verdict, jackknife, judge

CHUNKS = 64


def square(m):
    return float(m @ m)


def at_least(count, runs, level):
    """The exact probability of so many false alarms or more, if each has probability `level`."""
    return sum(comb(runs, i) * level**i * (1 - level) ** (runs - i) for i in range(count, runs + 1))


def test_the_bias_of_a_squared_mean_is_gone_in_dimension_1000():
    rng = np.random.default_rng(0)
    estimates = [jackknife(rng.standard_normal((CHUNKS, 1000)), square) for _ in range(100)]
    values = np.array([estimate.value for estimate in estimates])
    error = values.std() / len(values) ** 0.5
    naive_bias = 1000 / CHUNKS
    assert abs(values.mean()) < 4 * error < naive_bias / 10


def test_quadratic_functions_are_estimated_without_any_bias():
    """The jackknife is the average product of two DIFFERENT chunks, whose expectation is exact."""
    means = np.random.default_rng(1).standard_normal((7, 3))
    products = means @ means.T
    different = products[~np.eye(7, dtype=bool)].mean()
    assert jackknife(means, square).value == pytest.approx(different)


def test_linear_functions_have_the_usual_standard_error():
    means = np.random.default_rng(2).standard_normal((CHUNKS, 2))
    estimate = jackknife(means, lambda m: m[0] - 2 * m[1])
    sample = means @ [1, -2]
    assert estimate.value == pytest.approx(sample.mean())
    assert estimate.standard_error == pytest.approx(sample.std(ddof=1) / CHUNKS**0.5)


@pytest.mark.parametrize(("level", "cells"), [(0.05, 1), (0.05, 5)])
@pytest.mark.parametrize(
    ("dimension", "expectation"), [(1, 1.0), (1, 0.0), (3, 1.0), (200, 0.3), (200, 0.0)]
)
def test_true_bounds_are_contradicted_no_more_often_than_the_level(
    dimension, expectation, level, cells
):
    """Both |E X|^2 <= c and c <= |E X|^2 at equality, and some cell in a family of them."""
    rng = np.random.default_rng(3)
    truth = expectation**2
    runs = 200
    alarms = {"upper": 0, "lower": 0}
    for _ in range(runs):
        alarm = dict.fromkeys(alarms, False)
        for _ in range(cells):
            means = rng.standard_normal((CHUNKS, dimension)) / 2
            means[:, 0] += expectation
            slack = jackknife(means, lambda m: truth - square(m))
            alarm["upper"] |= slack.upper(level, cells) < 0
            alarm["lower"] |= slack.lower(level, cells) > 0
        for side in alarms:
            alarms[side] += alarm[side]
    for count in alarms.values():
        assert at_least(count, runs, level) > 1e-3


@pytest.mark.parametrize("relation", ["<=", "="])
def test_verdicts_of_a_family_have_the_rate_they_state(relation):
    rng = np.random.default_rng(4)
    runs, cells, level = 200, 4, 0.05
    alarms = 0
    for _ in range(runs):
        verdicts = [
            judge(
                rng.exponential(size=(CHUNKS, 20, 2)).mean(axis=1),
                lambda m: m[0],
                lambda m: m[1],
                relation=relation,
                level=level,
                cells=cells,
            ).verdict
            for _ in range(cells)
        ]
        alarms += Verdict.CONTRADICTED in verdicts
    assert at_least(alarms, runs, level) > 1e-3


@pytest.mark.parametrize(
    ("left", "right", "relation", "verdict"),
    [
        (1.0, 2.0, "<=", "NOT CONTRADICTED"),
        (2.0, 1.0, "<=", "CONTRADICTED"),
        (1.0, 2.0, "=", "CONTRADICTED"),
        (2.0, 1.0, "=", "CONTRADICTED"),
        (1.0, 1.0, "=", "NOT CONTRADICTED"),
    ],
)
def test_clear_cases(left, right, relation, verdict):
    means = np.random.default_rng(5).normal([left, right], 0.1, (CHUNKS, 2))
    judgement = judge(
        means, lambda m: m[0], lambda m: m[1], relation=relation, level=0.01, cells=10
    )
    assert judgement.verdict == verdict
    assert judgement.left.value == pytest.approx(left, abs=0.1)
    assert judgement.right.value == pytest.approx(right, abs=0.1)
    assert judgement.bounds[0] <= judgement.slack.value <= judgement.bounds[1]
    assert (judgement.level, judgement.cells) == (0.01, 10)


def test_rounding_is_not_a_contradiction():
    means = np.full((CHUNKS, 1), 0.1)
    judgement = judge(means, lambda m: m[0] * (1 + 1e-15), lambda m: m[0], level=0.01, cells=1)
    assert judgement.slack.value < 0
    assert judgement.verdict is Verdict.NOT_CONTRADICTED


def test_quantiles_are_students():
    """Tables: t_{0.975} = 2.262 and t_{0.95} = 1.833 for 9 degrees of freedom."""
    estimate = Estimate(value=1.0, standard_error=2.0, chunks=10)
    assert estimate.interval(0.05) == pytest.approx((1 - 2 * 2.262, 1 + 2 * 2.262), abs=1e-3)
    assert estimate.upper(0.05) == pytest.approx(1 + 2 * 1.833, abs=1e-3)
    assert estimate.lower(0.15, cells=3) == pytest.approx(1 - 2 * 1.833, abs=1e-3)


@pytest.mark.parametrize(
    ("means", "side", "message"),
    [
        (np.zeros((1, 2)), square, "chunks >= 2"),
        (np.zeros(5), square, "chunks >= 2"),
        (np.full((3, 1), np.inf), square, "overflowed"),
        (np.ones((3, 1)), lambda m: np.nan, "not finite"),
    ],
)
def test_jackknife_refuses(means, side, message):
    with pytest.raises(ValueError, match=message):
        jackknife(means, side)


@pytest.mark.parametrize(("level", "cells"), [(0.0, 1), (1.0, 1), (0.05, 0)])
def test_refuses_levels_that_are_none(level, cells):
    with pytest.raises(ValueError, match="give 0 < level"):
        Estimate(0.0, 1.0, 10).upper(level, cells)
