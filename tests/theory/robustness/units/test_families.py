"""Families of robustness certificates: what the two checkers refuse, and why."""

from copy import deepcopy
from fractions import Fraction

import pytest

from empirics.robustness.closed_forms import stored
from theory.kernel.terms import KernelError
from theory.robustness import replay_families
from theory.robustness.families import (
    PatternBound,
    PatternExample,
    Polynomial,
    Region,
    check_bound,
    check_example,
    check_step,
)
from theory.robustness.replay import Refused

A, B = Polynomial({(1, 0, 0): 1}), Polynomial({(0, 1, 0): 1})


def bound(name="scattered byzantine"):
    return deepcopy(next(c for other, c in stored()["bounds"] if other == name))


def example(name="scattered byzantine", number=0):
    return deepcopy([c for other, c in stored()["examples"] if other == name][number])


def refused(certificate, reason, check=check_bound):
    """Both checkers refuse, and the kernel for this reason."""
    second = {
        check_bound: replay_families.verify_bound,
        check_example: replay_families.verify_example,
    }[check]
    with pytest.raises(KernelError, match=reason):
        check(certificate)
    with pytest.raises(Refused):
        second(certificate)


# -- polynomials and regions


def test_polynomials_compute():
    p = (A + B) * (A - B)
    assert p.terms == {(2, 0, 0): 1, (0, 2, 0): -1}
    assert p.at(5, 3, Fraction(0)) == 16
    assert p(B, A, A).terms == {(2, 0, 0): -1, (0, 2, 0): 1}
    assert (p - p).terms == {}
    assert (A * 0 + 3).terms == {(0, 0, 0): 3}


def test_signs_are_those_of_the_coefficients_in_t_and_u():
    region = Region((4, 1, 2), (3, 1, 1))  # b + 1 <= a <= 2b - 2
    assert region.not_negative(B * 2 - 2 - A)
    assert not region.positive(B * 2 - 2 - A)
    assert region.positive(B * 2 - 1 - A)
    assert not region.not_negative(B * 2 - 3 - A)
    assert region.zero(A - A)
    assert not region.zero(A - B)


def test_a_region_knows_its_pairs():
    region = Region((4, 1, 2), (3, 1, 1))
    inside = {(a, b) for a in range(1, 15) for b in range(8) if (a, b) in region}
    assert inside == {(a, b) for a in range(1, 15) for b in range(8) if b + 1 <= a <= 2 * b - 2}
    ray, point = Region((2, 3, 0), (1, 0, 0)), Region((6, 0, 0), (4, 0, 0))
    assert [a for a in range(12) if (a, 1) in ray] == [2, 5, 8, 11]
    assert (5, 2) not in ray
    assert [pair in point for pair in ((6, 4), (7, 4), (6, 5))] == [True, False, False]
    steep = Region((1, 0, 0), (1, 2, 0))
    assert [b for b in range(8) if (1, b) in steep] == [1, 3, 5, 7]


# -- what is made, and by whom


def test_facts_are_made_by_their_checks_only():
    for kind in (PatternBound, PatternExample):
        with pytest.raises(KernelError, match="by its check"):
            kind(object(), True, Region((1, 0, 0), (0, 0, 0)), (A, B))


def test_a_fact_speaks_of_its_region_only():
    fact = check_bound(bound())
    assert fact.at(6, 1) == Fraction(16, 5)
    with pytest.raises(KernelError, match="outside the region"):
        fact.at(5, 1)


def test_an_example_is_no_bound():
    assert not isinstance(check_example(example()), PatternBound)
    assert not isinstance(check_bound(bound()), PatternExample)


# -- tampered bounds


def test_a_smaller_kappa_is_refused():
    for name, certificate in stored()["bounds"]:
        finer = thousandfold(certificate)
        assert check_bound(finer).at(*start(finer)) == check_bound(certificate).at(
            *start(certificate)
        ), name
        finer["kappa"][-1][-1] = less(finer["kappa"][-1][-1])
        with pytest.raises(KernelError, match="may be negative"):
            check_bound(finer)
        with pytest.raises(Refused):
            replay_families.verify_bound(finer)


def thousandfold(value):
    """The certificate with all polynomials times 1000, the region as it was."""
    if isinstance(value, dict):
        return {k: v if k == "region" else thousandfold(v) for k, v in value.items()}
    if isinstance(value, list):
        return [thousandfold(v) for v in value]
    return 1000 * value if isinstance(value, int) else value


def less(coefficient):
    """A coefficient of a^i b^j, or its last one of a power of s, less 1."""
    if isinstance(coefficient, list):
        return [*coefficient[:-1], coefficient[-1] - 1]
    return coefficient - 1


def start(certificate):
    return certificate["region"]["a"][0], certificate["region"]["b"][0]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("rule", "multikrum", "the rule is krum"),
        ("winner", "Byzantine", "correct or byzantine"),
        ("region", {"a": [1, 1, 0], "b": [1, 0, 1]}, "may be"),
        ("region", {"a": [0, 1, 0], "b": [1, 0, 1]}, "a = 0"),
        ("region", {"a": [6, 1, 0], "b": [0, 0, 1]}, "b = 0 and other b"),
        ("region", {"a": [6, 1, 1], "b": [1, 1, 1]}, "is a ray"),
        ("region", {"a": [6, 1], "b": [1, 0, 1]}, "not three numbers"),
        ("region", {"a": [6, -1, 0], "b": [1, 0, 1]}, "from 0 to 1000"),
        ("region", {"a": [6, 1.0, 0], "b": [1, 0, 1]}, "from 0 to 1000"),
        ("region", {"a": [6, 1, 0]}, "exactly the fields"),
        ("scale", [], "the scale may be 0"),
        ("scale", [[-1]], "the scale may be 0 or negative"),
        ("scale", [[10**9]], "may be negative"),
        ("kappa", [[1.5]], "no integer"),
        ("kappa", [[10**31]], "too large"),
        ("kappa", [[True]], "no integer"),
        ("kappa", [[0]] * 17, "at most 16 rows"),
        ("kappa", [[0] * 17], "at most 16 rows or"),
        ("kappa", "1", "not a list"),
        ("kappa", ["1"], "not a list"),
        ("weights", {}, "may be negative"),
        ("weights", {"Q": {}}, "has no worker"),
        ("weights", [], "has no worker"),
        ("weights", {"A": {"weight": []}}, "exactly the fields"),
        ("weights", {"A": {"weight": [], "choice": {"Q": []}}}, "does not see"),
        ("weights", {"W": {"weight": [], "choice": {"W": []}}}, "does not see"),
        ("weights", {"A": {"weight": [[-1]], "choice": {}}}, "the weight of kind A may"),
        ("weights", {"A": {"weight": [[1]], "choice": {}}}, "does not choose a . b workers"),
        ("weights", {"A": {"weight": [], "choice": {"W": [[-1]], "P": [[1]]}}}, "kind W may"),
        ("weights", {"A": {"weight": [], "choice": {"W": [[1]]}}}, "does not choose kind W may"),
    ],
)
def test_a_tampered_bound_is_refused(field, value, reason):
    refused(bound() | {field: value}, reason)


def test_a_byzantine_winner_needs_more_than_a_correct_one():
    """One more worker is far away: what is proved of that one is true of the other, not back."""
    weaker = check_bound(bound("scattered byzantine") | {"winner": "correct"})
    assert weaker.at(6, 1) > check_bound(bound("scattered correct")).at(6, 1)
    refused(bound("scattered correct") | {"winner": "byzantine"}, "may be negative")


def test_a_missing_or_added_field_is_refused():
    certificate = bound()
    refused({k: v for k, v in certificate.items() if k != "scale"}, "exactly the fields")
    refused(certificate | {"more": 1}, "exactly the fields")
    refused([], "exactly the fields")


# -- tampered examples


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("unit", [], "unit may be 0"),
        ("scale", [[-1]], "may be 0 or negative"),
        ("kappa", [[1]], "the ratio is not kappa"),
        ("places", {"A": [], "R": [], "P": []}, "."),
        ("places", {"A": [[1]], "R": [[1]]}, "exactly the fields"),
        ("scatter", {"A": [[-1]], "R": [], "P": []}, "the scatter of kind A may"),
        ("thresholds", {}, "exactly the fields"),
        ("region", {"a": [1, 1, 0], "b": [5, 0, 1]}, "."),
    ],
)
def test_a_tampered_example_is_refused(field, value, reason):
    refused(example(number=-1) | {field: value}, reason, check_example)


def test_a_single_worker_does_not_scatter():
    certificate = example("alone", 0)
    certificate["scatter"]["A"] = [[1]]
    refused(certificate, "single worker", check_example)


def test_a_score_below_the_winners_is_refused():
    """Without its excess, or with too low a threshold, the score of a kind is not shown."""
    for g in ("A", "R", "P"):
        certificate = example(number=-1)
        certificate["thresholds"][g]["threshold"] = []
        refused(certificate, "less that of the winner", check_example)
        certificate = example(number=-1)
        certificate["thresholds"][g]["excess"] = {}
        refused(certificate, "less what it must be", check_example)
        certificate = example(number=-1)
        certificate["thresholds"][g]["excess"]["Q"] = []
        refused(certificate, "does not see", check_example)
        certificate = example(number=-1)
        certificate["thresholds"][g]["excess"]["W"] = [[-1]]
        refused(certificate, "may be negative", check_example)


def test_an_example_with_mean_zero_is_refused():
    """All vectors equal: the ratio says nothing there."""
    nowhere = {g: [] for g in ("A", "R", "P")}
    thresholds = {g: {"threshold": [], "excess": {}} for g in nowhere}
    certificate = example(number=-1) | {
        "places": nowhere,
        "scatter": nowhere,
        "thresholds": thresholds,
    }
    refused(certificate, "may be 0", check_example)


# -- steps


def test_a_step_down_is_refused():
    grows = check_bound(bound("scattered byzantine"))
    here = {"a": [6, 1, 0], "b": [1, 0, 1]}
    assert check_step(grows, grows, here, 1) == Region((6, 1, 0), (1, 0, 1))
    with pytest.raises(KernelError, match="go down"):
        check_step(grows, grows, here, -1)
    with pytest.raises(KernelError, match="-1, 0 or 1"):
        check_step(grows, grows, here, 2)
    with pytest.raises(KernelError, match="denominator"):
        check_step(grows, grows, {"a": [1, 1, 0], "b": [0, 0, 1]}, 1)
    certificate = bound("scattered byzantine")
    replay_families.verify_step(certificate, certificate, here, 1)
    for step in (-1, 2, "1"):
        with pytest.raises(Refused):
            replay_families.verify_step(certificate, certificate, here, step)
