"""Every attack keeps to the interface, and each does what its paper says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from empirics.attacks import ATTACKS
from empirics.attacks.alie import ALittleIsEnough, z_max
from empirics.attacks.far import Far
from empirics.attacks.gaussian import GaussianAttack
from empirics.attacks.honest import Honest
from empirics.attacks.ipm import InnerProductManipulation
from empirics.attacks.mimic import Mimic
from empirics.attacks.not_finite import NOT_FINITE
from empirics.attacks.optimised_alie import OptimisedALIE
from empirics.attacks.optimised_gaussian import OptimisedGaussian
from empirics.attacks.optimised_ipm import OptimisedIPM
from empirics.attacks.optimised_mimic import OptimisedMimic
from empirics.attacks.optimised_sign_flip import OptimisedSignFlip
from empirics.attacks.sign_flip import SignFlip
from empirics.line_search import powers_of_two, strongest
from empirics.rules import RULES
from empirics.rules.krum import krum

TRIALS, N, F, D = 40, 11, 3, 4


@pytest.fixture(params=sorted(ATTACKS))
def attack(request):
    return ATTACKS[request.param]


@pytest.fixture
def noise():
    return np.random.default_rng(0).standard_normal((TRIALS, N - F, D))


@pytest.fixture
def gradient():
    return np.array([3.0, 0.0, -1.0, 0.5])


def sent(attack, noise, gradient):
    """B itself."""
    return attack(np.random.default_rng(1), noise, gradient, F) + gradient


def everyone(vector):
    """One vector a trial, sent by all Byzantine workers."""
    return np.repeat(vector[:, np.newaxis], F, axis=1)


def test_gives_f_finite_vectors_and_leaves_its_arguments_alone(attack, noise, gradient):
    before = noise.copy(), gradient.copy()
    offsets = attack(np.random.default_rng(1), noise, gradient, F)
    assert offsets.shape == (TRIALS, F, D)
    assert np.isfinite(offsets).all()
    np.testing.assert_array_equal(noise, before[0])
    np.testing.assert_array_equal(gradient, before[1])
    np.testing.assert_array_equal(
        offsets, attack(np.random.default_rng(1), noise, gradient, F), "not repeatable"
    )


def test_nobody_attacks_where_f_is_0(attack, noise, gradient):
    assert attack(np.random.default_rng(1), noise, gradient, 0).shape == (TRIALS, 0, D)


def test_refuses_what_does_not_fit(attack, noise, gradient):
    rng = np.random.default_rng(1)
    for bad_noise, bad_gradient in [
        (noise[0], gradient),
        (noise, gradient[1:]),
        (noise[:, :0], gradient),
    ]:
        with pytest.raises(ValueError, match="do not fit"):
            attack(rng, bad_noise, bad_gradient, F)
    with pytest.raises(ValueError, match="f = -1"):
        attack(rng, noise, gradient, -1)


def test_formulas_of_the_papers(noise, gradient):
    v = noise + gradient
    mean, std = v.mean(axis=1), v.std(axis=1)
    for attack, expected in [
        (SignFlip(), -mean),
        (InnerProductManipulation(0.1), -0.1 * mean),
        (ALittleIsEnough(1.5), mean - 1.5 * std),
        (ALittleIsEnough(), mean - z_max(N, F) * std),
        (Mimic(2), v[:, 2]),
        (Far(100.0), np.tile(gradient + 100 * np.eye(D)[0], (TRIALS, 1))),
    ]:
        np.testing.assert_allclose(sent(attack, noise, gradient), everyone(expected))


def test_gaussian_vectors_are_centred_at_0_and_independent(gradient):
    b = sent(GaussianAttack(10.0), np.zeros((20_000, 5, D)), gradient)
    assert b.mean() == pytest.approx(0, abs=0.1)
    assert b.std() == pytest.approx(10, abs=0.1)
    assert np.corrcoef(b[:, 0, 0], b[:, 1, 0])[0, 1] == pytest.approx(0, abs=0.03)


def test_honest_workers_have_the_law_of_correct_ones_and_are_independent(gradient):
    noise = np.random.default_rng(2).standard_exponential((20_000, 5, 1)) - 1
    offsets = Honest()(np.random.default_rng(1), noise, gradient[:1], 2)
    np.testing.assert_array_equal(np.sort(offsets[:, 0, 0]), np.sort(noise[:, 0, 0]))
    for correct in range(5):
        correlation = np.corrcoef(offsets[:, 0, 0], noise[:, correct, 0])[0, 1]
        assert correlation == pytest.approx(0, abs=0.03)


def harm(attack, noise, gradient, rule="krum"):
    """|F - g| in each trial."""
    offsets = attack(np.random.default_rng(1), noise, gradient, F)
    vectors = np.concatenate([noise, offsets], axis=1)
    return np.linalg.norm(RULES[rule].aggregate(vectors, F), axis=1)


@pytest.mark.parametrize("rule", ["krum", "median"])
def test_optimised_ipm_is_the_worst_shift_in_each_trial(noise, gradient, rule):
    attack = OptimisedIPM(-3, 2, rule)
    shifts = [0, *(2 ** (step / 2) for step in range(-6, 5))]
    plain = [InnerProductManipulation(shift - 1) for shift in shifts]
    worst = np.max([harm(a, noise, gradient, rule) for a in plain], axis=0)
    np.testing.assert_allclose(harm(attack, noise, gradient, rule), worst)
    assert (worst > 1.2 * harm(Far(), noise, gradient, rule)).mean() > 0.5


@pytest.mark.parametrize("rule", ["krum", "trimmed_mean"])
def test_optimised_alie_is_the_worst_z_in_each_trial(noise, gradient, rule):
    attack = OptimisedALIE(-1, 2, rule)
    powers = [0, *(2 ** (step / 2) for step in range(-2, 5))]
    plain = [ALittleIsEnough(sign * z) for z in powers for sign in (1, -1)]
    worst = np.max([harm(a, noise, gradient, rule) for a in plain], axis=0)
    np.testing.assert_allclose(harm(attack, noise, gradient, rule), worst)
    assert (worst > 1.1 * harm(ALittleIsEnough(), noise, gradient, rule)).mean() > 0.5


@pytest.mark.parametrize("rule", ["krum", "median"])
def test_optimised_sign_flip_is_the_worst_scale_in_each_trial(noise, gradient, rule):
    attack = OptimisedSignFlip(-4, 3, rule)
    plain = [InnerProductManipulation(scale) for scale in powers_of_two(-4, 3)]
    worst = np.max([harm(a, noise, gradient, rule) for a in plain], axis=0)
    np.testing.assert_allclose(harm(attack, noise, gradient, rule), worst)
    assert (worst >= harm(SignFlip(), noise, gradient, rule) - 1e-12).all()
    b = sent(attack, noise, gradient)
    inner = (b[:, 0] * (noise + gradient).mean(axis=1)).sum(axis=1)
    assert (inner <= 1e-12).all()


@pytest.mark.parametrize("rule", ["krum", "trimmed_mean"])
def test_optimised_mimic_is_the_worst_worker_in_each_trial(noise, gradient, rule):
    attack = OptimisedMimic(rule)
    worst = np.max([harm(Mimic(i), noise, gradient, rule) for i in range(N - F)], axis=0)
    np.testing.assert_allclose(harm(attack, noise, gradient, rule), worst)
    assert (worst > 1.1 * harm(Mimic(), noise, gradient, rule)).mean() > 0.3
    b = sent(attack, noise, gradient)
    assert np.isclose(b[:, :1], noise + gradient).all(axis=2).any(axis=1).all()


@pytest.mark.parametrize("rule", ["krum", "average"])
def test_optimised_gaussian_is_the_worst_deviation_in_each_trial(noise, gradient, rule):
    """The same generator draws the same noise, whatever its deviation."""
    attack = OptimisedGaussian(-3, 4, rule)
    plain = [GaussianAttack(deviation) for deviation in powers_of_two(-3, 4)]
    worst = np.max([harm(a, noise, gradient, rule) for a in plain], axis=0)
    np.testing.assert_allclose(harm(attack, noise, gradient, rule), worst)
    assert (worst > harm(GaussianAttack(1.0), noise, gradient, rule)).mean() > 0.1
    deviations = sent(attack, noise, gradient)
    deviations /= np.random.default_rng(1).standard_normal(deviations.shape)
    one = np.broadcast_to(deviations[:, :1, :1], deviations.shape)
    np.testing.assert_allclose(deviations, one, atol=1e-12)


@pytest.mark.parametrize(("name", "is_it"), [("inf", np.isposinf), ("nan", np.isnan)])
def test_what_is_no_number_is_sent_and_refused(noise, gradient, name, is_it):
    b = sent(NOT_FINITE[name], noise, gradient)
    assert b.shape == (TRIALS, F, D)
    assert is_it(b).all()
    with pytest.raises(ValueError, match=f"the value {name} at trial 0, worker 8, coordinate 0"):
        krum(np.concatenate([noise, b], axis=1), F)


V = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0], [7.0, 8.0, 8.0]])


@pytest.mark.parametrize(
    ("attack", "expected"),
    [
        (SignFlip(), [-4, -5, -6]),
        (InnerProductManipulation(2.0), [-8, -10, -12]),
        (ALittleIsEnough(1.5), [4 - 1.5 * 6**0.5, 5 - 1.5 * 6**0.5, 6 - 1.5 * (14 / 3) ** 0.5]),
        (Mimic(1), [4, 5, 7]),
    ],
)
def test_three_vectors_by_hand(attack, expected):
    b = attack(np.random.default_rng(0), V[np.newaxis], np.zeros(3), 1)
    np.testing.assert_allclose(b[0, 0], expected, rtol=1e-14)


def test_byzfl_agrees_where_the_definitions_do(noise, gradient):
    byzfl = pytest.importorskip("byzfl")
    for v, z in zip(noise + gradient, noise, strict=True):
        for ours, theirs in [
            (SignFlip(), byzfl.SignFlipping()),
            (InnerProductManipulation(0.7), byzfl.InnerProductManipulation(0.7)),
            (Mimic(2), byzfl.Mimic(2)),
            # byzfl adds tau standard deviations and divides by n - f - 1 in them: another z.
            (
                ALittleIsEnough(1.5),
                byzfl.ALittleIsEnough(-1.5 * ((N - F - 1) / (N - F)) ** 0.5),
            ),
            (NOT_FINITE["inf"], byzfl.Inf()),
        ]:
            np.testing.assert_allclose(sent(ours, z[np.newaxis], gradient)[0, 0], theirs(v))


@pytest.mark.parametrize(("n", "f", "expected"), [(50, 24, 1.426), (50, 12, 0.336), (5, 1, 0.0)])
def test_z_max(n, f, expected):
    assert z_max(n, f) == pytest.approx(expected, abs=1e-3)


@given(st.integers(3, 200), st.data())
def test_z_max_is_defined_up_to_half_the_workers(n, data):
    assert np.isfinite(z_max(n, data.draw(st.integers(0, n // 2))))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda noise, g: z_max(4, 3), "2f <= n"),
        (lambda noise, g: OptimisedIPM(1, 0), "nothing to try"),
        (lambda noise, g: OptimisedALIE(1, 0), "nothing to try"),
        (lambda noise, g: OptimisedIPM(against="no"), "no such rule; give one of bucketing"),
        (lambda noise, g: OptimisedALIE(against="no"), "no such rule"),
        (lambda noise, g: OptimisedMimic("no"), "no such rule; give one of bucketing"),
        (lambda noise, g: OptimisedGaussian(1, 0), "nothing to try"),
        (lambda noise, g: strongest(RULES["krum"], noise, [], F), "no candidate"),
        (lambda noise, g: sent(Mimic(N - F), noise, g), "8 correct workers"),
        (lambda noise, g: sent(Honest(), noise[:1], g), "at least 2 trials"),
        (lambda noise, g: sent(Honest(), noise[:, :2], g), "n - f >= f"),
    ],
)
def test_refuses_parameters(call, message, noise, gradient):
    with pytest.raises(ValueError, match=message):
        call(noise, gradient)
