"""What two bounds of each selected worker give for their average: `each` in a certificate."""

from copy import deepcopy
from fractions import Fraction
from functools import cache
from math import sqrt

import numpy as np
import pytest

from empirics.robustness.certify import averaged, certificate
from theory.kernel.terms import KernelError
from theory.robustness import coefficient, replay
from theory.robustness.coefficient import check


@cache
def made():
    return certificate(9, 2, 4)[0]


def refused(given, reason, second):
    with pytest.raises(KernelError, match=reason):
        check(given)
    with pytest.raises(replay.Refused, match=second):
        replay.verify(given)


def test_both_checkers_read_the_average():
    bound = check(made())
    assert (bound.n, bound.f, bound.selected) == (9, 2, 4)
    assert replay.verify(made()) == (9, 2, 4, bound.kappa)
    byzantine = Fraction(made()["each"]["byzantine"])
    assert bound.kappa < byzantine  # two of the four are correct, and near the mean together


@pytest.mark.parametrize(
    ("change", "reason", "second"),
    [
        (lambda c: c.update(kappa="1"), "too small for", "too small"),
        (lambda c: c["each"].update(correct="-1"), "is negative", "negative"),
        (lambda c: c["each"].update(byzantine="-1"), "is negative", "negative"),
        (lambda c: c.update(kappa="-1"), "is negative", "negative"),
        (lambda c: c["each"].update(byzantine="1/2"), "byzantine 0", "byzantine"),
        (lambda c: c["each"].update(correct="1/2"), "correct", "correct"),
        (lambda c: c["each"].pop("correct"), "exactly the fields", "does not have the fields"),
        (lambda c: c["each"].update(more="1"), "exactly the fields", "does not have the fields"),
        (lambda c: c.update(each=[]), "exactly the fields", "no JSON object"),
        (lambda c: c["each"].update(correct="1.5"), "not a rational", "no rational"),
    ],
)
def test_a_tampered_average_is_refused(change, reason, second):
    given = deepcopy(made())
    change(given)
    refused(given, reason, second)


def test_without_it_one_bound_stands_for_all():
    given = {k: v for k, v in deepcopy(made()).items() if k != "each"}
    refused(given, "byzantine", "byzantine")  # kappa is below the bound of a Byzantine worker
    given["kappa"] = made()["each"]["byzantine"]
    assert check(given).kappa == Fraction(given["kappa"])


@pytest.mark.parametrize("liars", [0, 1, 2, 3])
def test_the_average_is_accepted_from_its_square_root_on(liars):
    """m = 7, q = 4, c = q - liars; the two checkers, and floating point, draw the same line."""
    correct, byzantine, q, m = Fraction(2), Fraction(5), 4, 7
    c = q - liars
    root = sqrt(min(c * (m - c), c * c * correct)) + liars * sqrt(byzantine)
    for factor, fine in ((1 - 1e-9, False), (1 + 1e-9, True)):
        kappa = Fraction(root**2 / q**2 * factor)
        for checker, error in (
            (replay.verify_mixture, replay.Refused),
            (only(liars), KernelError),
        ):
            arguments = (m, c, liars, kappa, correct, byzantine)
            if fine:
                checker(*arguments)
            else:
                with pytest.raises(error):
                    checker(*arguments)


def only(liars):
    """The kernel's condition for this number of Byzantine workers; with fewer it is weaker here."""

    def checker(m, c, z, kappa, correct, byzantine):
        assert z == liars
        each = {"correct": correct, "byzantine": byzantine}
        coefficient._check_average(m, liars, c + z, kappa, each)

    return checker


def test_the_worst_mixture_is_what_the_search_computes():
    each = {"correct": 2.0, "byzantine": 5.0}
    kappa = averaged(7, 3, 4, each)
    exact = {name: Fraction(x) for name, x in each.items()}
    coefficient._check_average(7, 3, 4, Fraction(kappa * (1 + 1e-9)), exact)
    with pytest.raises(KernelError, match="too small"):
        coefficient._check_average(7, 3, 4, Fraction(kappa * (1 - 1e-9)), exact)


def test_sums_of_some_of_centred_vectors():
    """|Sum of c|^2 <= c (m - c) variance, with equality for two values."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        m = int(rng.integers(2, 9))
        c = int(rng.integers(1, m))
        vectors = rng.standard_normal((m, 3))
        vectors -= vectors.mean(axis=0)
        variance = (vectors**2).sum() / m
        assert (vectors[:c].sum(axis=0) ** 2).sum() <= c * (m - c) * variance * (1 + 1e-12)
        two = np.r_[np.full(c, m - c), np.full(m - c, -c)].astype(float)
        assert two[:c].sum() ** 2 == pytest.approx(c * (m - c) * (two**2).mean())
