"""The closed forms of kappa*: derived, checked by two checkers, walked through, and compared."""

from copy import deepcopy
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import inf, isqrt

import pytest

from empirics.robustness import closed_forms, families
from empirics.robustness.closed_forms import attained, certified, closed_form, stored
from empirics.robustness.table import table
from theory.robustness import replay_families
from theory.robustness.families import check_bound, check_step


def test_the_stored_certificates_are_those_that_are_derived():
    derived = {"bounds": families.bounds(), "examples": families.examples()}
    for part, entries in derived.items():
        assert [list(entry) for entry in entries] == stored()[part]
    assert [list(step) for step in families.steps()] == stored()["steps"]


def test_the_second_checker_accepts_every_family_with_the_same_kappa():
    for part, check in (
        ("bounds", replay_families.verify_bound),
        ("examples", replay_families.verify_example),
    ):
        for _, certificate in stored()[part]:
            correct, _, _ = check(certificate)
            assert correct == (certificate["winner"] == "correct")


# -- values


def exceptions():
    """(n, f) of the table for which the theorem says nothing."""
    first = {1: 17, 2: 15, 3: 14, 4: 15, 5: 13}
    for n, f in table():
        few = f in first and n < first[f] and (n, f) != (11, 4)
        if few or (f >= 5 and n in (3 * f, 3 * f + 1)):
            yield n, f


def test_the_closed_form_is_known_where_the_theorem_says_and_is_in_the_certified_bracket():
    unknown = []
    for (n, f), row in table().items():
        found = closed_form(n, f)
        if found is None:
            unknown.append((n, f))
            below = attained(n, f)
            assert row.lower <= certified(n, f).kappa
            assert below is None or below.kappa <= row.upper
        else:
            assert row.lower <= found.kappa <= row.upper
    assert unknown == list(exceptions())


@pytest.mark.parametrize("f", [6, 7, 10, 25])
def test_the_formulas_of_the_theorem(f):
    for n in range(2 * f + 3, 3 * f):
        top = n * ((n - 2 * f - 1) * (n + 2) + f + 1)
        assert closed_form(n, f).kappa == Fraction(top, (f + 1) * (n - 2 * f) * (n - 2 * f - 1))
        assert closed_form(n, f).regime == "distant"
    for n in range(3 * f + 2, 4 * f - 3):
        top = ((3 * f - 1) * n - 3 * f * f - 2 * f - 3) ** 2
        bottom = (f + 1) * (n - 2 * f - 1) * (n - f - 3) ** 2
        assert closed_form(n, f).kappa == Fraction(top, bottom)
        assert closed_form(n, f).regime == "collinear"
    for n in (4 * f - 3, 4 * f, 10 * f):
        assert closed_form(n, f).regime == "scattered"


@pytest.mark.parametrize("f", [2, 3, 4, 5, 6, 7, 9, 13, 16, 30])
def test_between_two_regimes_the_infimum_of_the_bounds_is_attained(f):
    for n in (3 * f, 3 * f + 1)[f < 3 :]:
        value = Fraction(closed_forms.between(n, f))
        assert abs(certified(n, f).kappa / value - 1) < Fraction(1, 10**12)
        assert closed_form(n, f) is None
        if (n, f) in table():
            row = table()[n, f]
            assert row.lower <= value * (1 + Fraction(1, 10**12))
            assert value * (1 - Fraction(1, 10**12)) <= row.upper


@pytest.mark.parametrize("f", [2, 3, 4, 5, 6, 7, 9, 13, 16, 30])
def test_the_vectors_of_the_proof_between_two_regimes(f):
    """With a rational q just below the one of the proof, W has the least score, exactly."""
    for n in (3 * f, 3 * f + 1)[f < 3 :]:
        a, b, r, k, m = n - 2 * f - 1, f - 1, f + 1, n - f - 2, n - f
        far = Fraction(a, b + 1)
        square = ((2 * r + a - 1) * far - a) / (2 * r)
        q = Fraction(isqrt(int(square * 10**30)), 10**15)
        scatter = far - q * q
        assert scatter > 0
        within = 2 * scatter * Fraction(r, r - 1)
        scores = {
            "W": [Fraction(0)] * b + [Fraction(1)] * a + [(1 + q) ** 2 + scatter] * r,
            "A": [Fraction(0)] * (a - 1) + [Fraction(1)] * (b + 1) + [far] * r,
            "R": [within] * (r - 1) + [far] * a + [(1 + q) ** 2 + scatter] * (b + 1),
        }
        least = {kind: sum(sorted(distances)[:k]) for kind, distances in scores.items()}
        assert least["W"] == min(least.values())
        mean = (a + r * (1 + q)) / m
        variance = (a + r * ((1 + q) ** 2 + scatter)) / m - mean**2
        assert float(mean**2 / variance) == pytest.approx(closed_forms.between(n, f), rel=1e-12)


@pytest.mark.parametrize("n", [3, 4, 5, 17, 200])
def test_without_byzantine_workers(n):
    assert closed_form(n, 0).kappa == Fraction(n * (n - 1), n * n - 3 * n + 4)


@pytest.mark.parametrize("f", [4, 5, 9, 30])
def test_the_fewest_workers(f):
    assert closed_form(2 * f + 3, f).kappa == closed_forms.fewest_workers(f)


# -- limits


def test_the_first_order_for_few_byzantine_workers():
    n = 100_000
    for f in (1, 2, 3, 10):
        assert n * (closed_form(n, f).kappa - 1) == pytest.approx(
            float(closed_forms.first_order(f)), rel=1e-2
        )


@pytest.mark.parametrize("v", [0.02, 0.1, 0.2, 0.25, 0.3, 0.32, 0.35, 0.4, 0.48])
def test_the_limit_for_a_share_of_byzantine_workers(v):
    def error(n):
        return abs(float(closed_form(n, round(v * n)).kappa) / closed_forms.limit(v) - 1)

    assert error(2000) < 0.01
    assert error(2000) < 0.3 * error(500)  # as 1/n


def test_the_limit_is_continuous_and_grows():
    values = [closed_forms.limit(v / 1000) for v in range(500)]
    assert values == sorted(values)
    assert max(b / a for a, b in pairwise(values[:450])) < 1.03


# -- the proof


@cache
def families_at(correct, a, b):
    """The nodes of the walk: the names of bounds that hold at (a, b)."""
    kind = "correct" if correct else "byzantine"
    names = []
    for name, fact in _bounds():
        if fact.correct == correct and (a, b) in fact.region:
            if name == f"unaided {kind}":  # the scattered bound without Byzantine neighbours
                top, bottom = _first(f"scattered {kind}").kappa
                at = a, b, Fraction(0)
                assert fact.at(a, b) == top.at(*at) / bottom.at(*at)
                names.append(f"scattered {kind}")
            names.append(name)
    return names


@cache
def _bounds():
    return [(name, check_bound(certificate)) for name, certificate in stored()["bounds"]]


@cache
def _first(name):
    return next(fact for other, fact in _bounds() if other == name)


@cache
def _steps():
    return [
        (small, large, check_step(_first(small), _first(large), region, step), step)
        for small, large, region, step in stored()["steps"]
    ]


FROM = {1: 17, 2: 15, 3: 14, 4: 15, 5: 18}
"""The first n of the regime `scattered` for small f."""


@pytest.mark.parametrize("f", [*range(1, 13), 17, 24])
def test_from_every_pattern_the_steps_lead_to_the_top(f):
    first = FROM.get(f, 2 * f + 3)
    for n in range(first, max(first, 4 * f) + 10):
        k = n - f - 2
        regime = certified(n, f).regime
        tops = {(f"{regime} byzantine", k - f + 1, f - 1)}
        if regime == "between":
            tops = {(f"between byzantine {n - 3 * f}", k - f + 1, f - 1)}
        if regime == "scattered":
            tops.add(("scattered correct", k - f, f))
        for correct in (True, False):
            for b in range(f + 1 if correct else f):
                starts = [(name, k - b, b) for name in families_at(correct, k - b, b)]
                assert any(reaches(start, tops, f) for start in starts), (n, f, correct, b)


def reaches(node, tops, f):
    """Whether steps lead from a bound that holds at (a, b) to one of the top."""
    seen, todo = {node}, [node]
    while todo:
        name, a, b = todo.pop()
        if (name, a, b) in tops:
            return True
        for small, large, region, step in _steps():
            there = (large, a - step, b + step)
            if small == name and (a, b) in region and there not in seen and there[2] <= f:
                seen.add(there)
                todo.append(there)
    return False


def test_both_checkers_accept_the_steps():
    certificates = {}
    for name, certificate in stored()["bounds"]:
        certificates.setdefault(name, certificate)
    for small, large, region, step in stored()["steps"]:
        replay_families.verify_step(certificates[small], certificates[large], region, step)


# -- the examples, by the definition of Krum


def values(rows, a, b):
    return sum(c * a**i * b**j for i, row in enumerate(rows) for j, c in enumerate(row))


def squared_distances(certificate, a, b, f):
    """The matrix of squared distances of an example, the correct workers first, and who W is."""
    correct = certificate["winner"] == "correct"
    count = {"W": 1, "A": a, "R": b + 1 if correct else b + 2, "P": b}
    order = ["W", "A", "R", "P"] if correct else ["A", "R", "W", "P"]
    unit = Fraction(values(certificate["unit"], a, b))
    place = {g: values(rows, a, b) / unit for g, rows in certificate["places"].items()}
    scatter = {g: values(rows, a, b) / unit**2 for g, rows in certificate["scatter"].items()}
    place, scatter = {"W": Fraction(0), "P": Fraction(0)} | place, {"W": 0, "P": 0} | scatter
    kinds = [g for g in order for _ in range(count[g])]

    def apart(i, j):
        g, h = kinds[i], kinds[j]
        if i == j:
            return Fraction(0)
        if g == h:
            return 2 * scatter[g] * Fraction(count[g], count[g] - 1)
        return (place[g] - place[h]) ** 2 + scatter[g] + scatter[h]

    size = len(kinds)
    far = f - b - (not correct)
    matrix = [[apart(i, j) for j in range(size)] + [inf] * far for i in range(size)]
    matrix += [[inf] * size + [0 if i == j else inf for j in range(far)] for i in range(far)]
    return matrix, kinds.index("W")


@pytest.mark.parametrize(
    ("n", "f"), [(3, 0), (9, 0), (11, 4), (13, 5), (17, 5), (23, 6), (26, 6), (40, 2)]
)
def test_the_literal_krum_may_choose_the_winner_of_an_example(n, f):
    known = attained(n, f)
    b = known.pattern.liars
    a = n - f - 2 - b
    kind = "correct" if known.pattern.correct else "byzantine"
    certificate = next(
        certificate
        for name, certificate in stored()["examples"]
        if name in (f"{known.regime} {kind}", known.regime)
        and (a, b) in closed_forms.check_example(certificate).region
    )
    matrix, winner = squared_distances(certificate, a, b, f)
    assert len(matrix) == n
    scores = [sum(sorted(row[:i] + row[i + 1 :])[: n - f - 2]) for i, row in enumerate(matrix)]
    assert scores[winner] == min(scores)
    # |W - mean|^2 = mean of the squared distances to the correct ones, less the variance.
    m = n - f
    variance = sum(matrix[i][j] for i in range(m) for j in range(m)) / Fraction(2 * m * m)
    assert sum(matrix[winner][:m]) / Fraction(m) - variance == known.kappa * variance
    assert closed_form(n, f) == known or closed_form(n, f).kappa == known.kappa


def test_a_broken_certificate_is_told(monkeypatch):
    broken = deepcopy(stored())
    broken["bounds"][3][1]["kappa"] = [[1]]
    monkeypatch.setattr(closed_forms, "stored", lambda: broken)
    assert "bounds" in closed_forms.replayed()
