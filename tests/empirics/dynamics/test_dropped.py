"""Each run without a hypothesis, in exact arithmetic: its step, its bound, and what still holds."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

from empirics.dynamics import dropped, spiral
from empirics.dynamics.dropped import COIN, DROPPED
from empirics.rules.krum import krum


def rho(run):
    return run.squared_gradients()


def numbers(run):
    return [x for (x,) in run.points]


@pytest.mark.parametrize("entry", DROPPED, ids=lambda entry: entry.name)
def test_every_run_is_exact_and_shows_a_gradient_that_does_not_vanish(entry):
    run = entry.run(entry.shown)
    assert len(run.points) == len(run.gradients) == entry.shown
    assert all(isinstance(y, Fraction) for g in (*run.points, *run.gradients) for y in g)
    assert min(rho(run)[1:]) > Fraction(1, 100)
    assert entry.run(3).points == run.points[:3]


def test_names_are_different():
    assert len({entry.name for entry in DROPPED}) == len(DROPPED)


def test_steps_that_are_summable_stop_early():
    xs = numbers(dropped.too_small(60))
    assert all(y == x * (1 - Fraction(1, 2**t)) for t, (x, y) in enumerate(pairwise(xs), 1))
    assert min(xs) > Fraction(1, 4)


def test_steps_of_two_oscillate():
    assert numbers(dropped.too_large(5)) == [1, -1, 1, -1, 1]


def test_the_kink_is_never_hit():
    run = dropped.kink(400)
    xs = numbers(run)
    assert all(x.denominator > 1 for x in xs[2:])
    assert {*rho(run)} == {1}
    assert abs(xs[-1]) < Fraction(1, 100)


def test_a_bias_moves_the_resting_point():
    assert {*numbers(dropped.biased(20))} == {1}


def test_a_steep_cost_overshoots():
    xs = numbers(dropped.steep(7))
    assert xs[:3] == [3, -24, 6888]
    assert all(x**2 >= 4 * t and abs(x) >= 3**t for t, x in enumerate(xs, 1))


def test_krum_takes_the_majority_and_its_mean_is_off_by_an_eighth():
    values = [value for value, _ in COIN]
    assert sum(p for _, p in COIN) == 1
    assert sum(v * p for v, p in COIN) == 0
    mean = Fraction(0)
    for sent in product(COIN, repeat=3):
        probability = sent[0][1] * sent[1][1] * sent[2][1]
        majority = max(values, key=[v for v, _ in sent].count)
        assert krum([[3 * float(v)] for v, _ in sent], 0)[0] == 3 * majority
        mean += probability * majority
    assert mean == Fraction(-1, 8)


def test_lasting_noise_is_minus_the_average_of_the_noise():
    xs = numbers(dropped.lasting_noise(2000))
    sums = [t * y for t, y in enumerate(xs[1:], 1)]
    steps = {b - a for a, b in pairwise(sums)}
    assert steps == {Fraction(1, 3), Fraction(-1)}
    assert abs(xs[-1] - Fraction(1, 8)) < Fraction(5, 100)


def test_ripples_are_smooth_bounded_and_lead_to_infinity():
    run = dropped.ripples(60)
    assert all(y - x == Fraction(1, t) for t, (x, y) in enumerate(pairwise(numbers(run)), 1))
    s = np.linspace(0, 1, 100_001)
    psi = (8 * np.sin(2 * np.pi * s) - np.sin(4 * np.pi * s)) / (12 * np.pi)
    slope = (4 * np.cos(2 * np.pi * s) - np.cos(4 * np.pi * s)) / 3
    assert np.abs(psi).max() < 1 / 4
    assert np.abs(slope).max() < 5 / 3 + 1e-12
    assert np.allclose(np.gradient(psi, s)[1:-1], slope[1:-1], atol=1e-6)
    # With s in units of 1/(2 pi): sin and sin 2 vanish at 0, and 8 cos - 8 cos 2 does.
    assert 8 * 1**3 - 1 * 2**3 == 0
    with pytest.raises(ValueError, match="not a sum"):
        dropped.ripples_slope(Fraction(1, 3))


def test_one_liar_makes_the_average_climb():
    assert numbers(dropped.averaging(30)) == list(range(1, 31))


def test_the_spiral_meets_definition_1_but_not_the_ball():
    xs, gradients = spiral.spiral(40)
    for t, ((x, y), g) in enumerate(zip(pairwise(xs), gradients, strict=False), 1):
        f = tuple(t * (a - b) for a, b in zip(x, y, strict=True))
        assert f == spiral.aggregate_at(g)
        g2 = sum(c * c for c in g)
        assert sum(a * b for a, b in zip(f, g, strict=True)) == g2 / 2
        assert sum(c * c for c in f) == Fraction(13, 2) * g2
        assert sum((a - b) ** 2 for a, b in zip(f, g, strict=True)) > g2 / 4
        assert sum(a * b for a, b in zip(f, x, strict=True)) < 0
        assert sum(c * c for c in x) >= t**2
        assert sum(c * c for c in y) >= (1 + Fraction(1, t)) ** 2 * sum(c * c for c in x)


def test_the_discs_of_the_spiral_are_disjoint():
    xs, _ = spiral.spiral(60)
    points = np.array(xs, dtype=float)
    radii = np.hypot(*points.T) / (16 * np.arange(1, 61))
    apart = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    apart[range(60), range(60)] = np.inf
    assert (apart > radii[:, None] + radii[None]).all()


def test_the_cost_of_the_spiral_meets_the_hypotheses_where_it_is_sampled():
    """(v) and (iii) inside the discs; cos(pi/6) bounds sin(beta), so alpha + beta < pi/2."""
    assert Fraction(3, 4) > spiral.SINE**2
    rng = np.random.default_rng(0)
    count = 12
    xs, gradients = spiral.spiral(count)
    at_points = spiral.cost(np.array(xs, dtype=float), count)[1]
    assert np.allclose(at_points, np.array(gradients, dtype=float), rtol=1e-12)
    for t, centre in enumerate(np.array(xs, dtype=float), 1):
        radius = np.hypot(*centre) / (16 * t)
        angle, distance = rng.random((2, 4000))
        z = np.stack([np.cos(2 * np.pi * angle), np.sin(2 * np.pi * angle)], axis=-1)
        x = centre + radius * np.sqrt(distance)[:, None] * z
        value, gradient = spiral.cost(x, count)
        assert (value > 0).all()
        size, slope = np.hypot(*x.T), np.hypot(*gradient.T)
        bend = np.hypot(*(gradient - x).T)
        assert (bend <= float(spiral.SINE) * size).all()
        assert (
            (x * gradient).sum(axis=-1) >= np.sqrt(1 - float(spiral.SINE) ** 2) * size * slope
        ).all()


def test_the_gradient_of_the_cost_of_the_spiral_is_its_derivative():
    rng = np.random.default_rng(1)
    x = np.array([1.0, 0.0]) + 0.04 * rng.standard_normal((200, 2))
    _, gradient = spiral.cost(x, 3)
    step = 1e-6
    for axis in (0, 1):
        e = step * np.eye(2)[axis]
        slope = (spiral.cost(x + e, 3)[0] - spiral.cost(x - e, 3)[0]) / (2 * step)
        assert np.allclose(slope, gradient[:, axis], atol=1e-6)
