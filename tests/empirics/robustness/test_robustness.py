"""kappa*: certificates that both checkers accept, examples that the literal rule confirms."""

import copy
import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empirics.experiments.krum import eta2
from empirics.robustness.example import GRID, Example, mimicked
from empirics.robustness.kappa import kappa
from empirics.robustness.table import WHOLE, checked, table
from empirics.robustness.table import settings as settings_of_the_table
from theory.kernel.terms import KernelError
from theory.robustness import replay
from theory.robustness.coefficient import RobustnessBound, check, positive_semidefinite


@pytest.fixture(scope="module")
def found():
    return {(n, f): kappa(n, f) for n, f in [(3, 0), (5, 1), (6, 1), (7, 2), (11, 4), (12, 3)]}


def test_upper_and_lower_bound_meet(found):
    for (n, f), each in found.items():
        assert each.lower <= each.upper, (n, f)
        assert each.gap < 1e-6, (n, f)


@pytest.mark.parametrize(("n", "f", "known"), [(5, 1, 3.125), (7, 2, 6.388), (11, 4, 9.743)])
def test_known_bounds_for_independent_workers_are_reached(found, n, f, known):
    assert float(found[n, f].iid_bound) == pytest.approx(known, abs=1e-3)
    assert found[n, f].iid_bound < eta2(n, f)


def test_the_example_is_chosen_by_the_rule_and_only_the_ratio_matters(found):
    each = found[7, 2]
    assert each.example.winners.tolist() == [False] * 5 + [True, False]
    moved = Example(2, each.example.vectors * 2 + 1)
    assert moved.ratio() == each.lower


# -- tampering


@pytest.fixture(scope="module")
def honest(found):
    return found[7, 2].certificate


def lowered(c):
    c["kappa"] = str(Fraction(c["kappa"]) - Fraction(1, 10**6))


def negative_weight(c):
    entry = c["patterns"]["byzantine 1"]["W"]
    entry["weight"] = "-" + entry["weight"]


def unbalanced(c):
    choice = c["patterns"]["byzantine 1"]["A"]["choice"]
    choice["W"] = str(Fraction(choice.get("W", 0)) / 2)


def twice(c):
    entry = c["patterns"]["correct 0"]["A"]
    entry["weight"], entry["choice"] = "1", {"R": "3"}


def itself(c):
    c["patterns"]["correct 0"]["W"] = {"weight": "1", "choice": {"W": "3"}}


def missing(c):
    del c["patterns"]["byzantine 1"]


def disordered(c):
    c["patterns"] = dict(reversed(c["patterns"].items()))


def other_workers(c):
    c["n"] = 9


def other_rule(c):
    c["rule"] = "average"


def more_selected(c):
    c["rule"], c["selected"] = "multikrum", 3


def no_multipliers(c):
    c["patterns"]["byzantine 1"] = {}


def nobody(c):
    c["patterns"]["correct 0"]["P"] = {"weight": "0", "choice": {}}


def decimal(c):
    c["kappa"] = "8.5"


def by_nothing(c):
    c["kappa"] = "8/0"


TRICKS = {
    lowered: ("negatively|semidefinite", "negative"),
    negative_weight: ("is negative|less than never", "negative weight"),
    unbalanced: ("does not choose 3", "3 neighbours must be chosen"),
    twice: ("more than once", "above 1"),
    itself: ("does not see", "does not see"),
    missing: ("not all those", "missing"),
    disordered: ("not all those", "disorder"),
    other_workers: ("not all those|kind|choose|semi|neg", "kind|chosen|negative|missing"),
    other_rule: ("rule is krum", "rule"),
    more_selected: ("negatively|semidefinite", "negative"),
    no_multipliers: ("negatively|semidefinite", "negative"),
    nobody: ("no worker", "no worker"),
    decimal: ("not a rational", "no rational"),
    by_nothing: ("not a rational", "denominator"),
}


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__)
def test_both_checkers_refuse_a_tampered_certificate_for_the_reason(honest, trick):
    certificate = copy.deepcopy(honest)
    trick(certificate)
    first, second = TRICKS[trick]
    with pytest.raises(KernelError, match=first):
        check(certificate)
    with pytest.raises(replay.Refused, match=second):
        replay.verify(certificate)


def test_both_checkers_accept_the_honest_one(honest):
    assert check(honest).kappa == replay.verify(honest)[3]


def test_a_bound_cannot_be_made_by_hand():
    with pytest.raises(KernelError, match="constructor"):
        RobustnessBound(object(), 5, 1, 1, Fraction(1))


def test_the_second_checker_runs_alone(honest, tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps({"lower": 0, "certificate": honest}))
    bad.write_text("[" * 10_000)
    assert replay.main([str(good)]) == 0
    assert replay.main([str(good), str(bad)]) == 1
    assert replay.main([]) == 2
    assert "refused" in capsys.readouterr().out


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_elimination_and_minors_agree(entries):
    a, b, c, d, e, f = map(Fraction, entries)
    rows = [[a, b, c], [b, d, e], [c, e, f]]
    minors = [
        replay.determinant([[rows[i][j] for j in some] for i in some])
        for some in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2])
    ]
    assert positive_semidefinite(rows) == (min(minors) >= 0)


# -- nothing exceeds the bound


@given(
    st.sampled_from([(3, 0), (5, 1), (6, 1), (7, 2)]),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
@settings(max_examples=150, deadline=None)
def test_no_vectors_exceed_the_certified_bound(found, setting, d, random):
    n, f = setting
    vectors = np.array([[random.randint(-4, 4) for _ in range(d)] for _ in range(n)], dtype=float)
    if f and random.random() < 0.7:
        vectors[n - f :] = vectors[n - f]
    assert Example(f, vectors / 16).ratio() <= found[setting].upper


def test_no_perturbation_of_the_worst_vectors_exceeds_it(found):
    rng = np.random.default_rng(0)
    for (_, f), each in found.items():
        for scale in (1e-6, 1e-3, 0.1):
            for _ in range(5):
                moved = each.example.vectors + scale * rng.standard_normal(
                    each.example.vectors.shape
                )
                assert Example(f, np.rint(moved * GRID) / GRID).ratio() <= each.upper


# -- the table


@pytest.mark.parametrize(("n", "f"), WHOLE)
def test_stored_certificates_and_vectors_stand_alone(n, f):
    row, stored = checked(n, f), table()[n, f]
    assert row == stored
    assert row.upper / row.lower - 1 < Fraction(1, 10**6)


def test_the_table_is_whole_and_narrow():
    assert list(table()) == list(settings_of_the_table())
    assert max(row.upper / row.lower - 1 for row in table().values()) <= Fraction(1, 10**5)


# -- Multi-Krum


def test_multikrum_has_a_certified_bracket():
    for m in (1, 2, 3, 5):
        each = kappa(11, 4, m)
        assert each.lower <= each.upper
        assert each.selected == m
        assert int(each.example.winners.sum()) == m
    with pytest.raises(ValueError, match="m = 6"):
        kappa(11, 4, 6)


def test_no_rule_is_below_the_universal_bound():
    assert mimicked(7, 2, 1).ratio() == Fraction(2, 3)


@pytest.mark.parametrize(("n", "f"), [(4, 1), (5, -1), (2, 0)])
def test_settings_without_a_krum_are_refused(n, f):
    with pytest.raises(ValueError, match="Krum needs"):
        kappa(n, f)
