"""Certificates of kappa*: every condition has its refusal, and both checkers draw the same line."""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random

import pytest

from tests.theory.robustness.units.certificates import SEVEN, SHARP, changed, sizes, varied
from theory.kernel.terms import KernelError
from theory.robustness import coefficient
from theory.robustness import replay as second
from theory.robustness.coefficient import (
    MOST_WORKERS,
    RobustnessBound,
    check,
    positive_semidefinite,
)

LITTLE = Fraction(1, 10**9)
NEGATIVE = "'correct 0': (the quadratic form is not positive|the spread of kind . counts)"


def refused(certificate, reason):
    """Both checkers refuse it, the kernel for the reason."""
    with pytest.raises(KernelError) as refusal:
        check(certificate)
    assert re.search(reason, str(refusal.value)), str(refusal.value)
    with pytest.raises(second.Refused):
        second.verify(certificate)


# -- what is accepted


@pytest.mark.parametrize("certificate", [SHARP, SEVEN], ids=["sharp", "seven"])
def test_the_bound_is_what_the_certificate_says(certificate):
    bound = check(certificate)
    said = (bound.n, bound.f, bound.selected, bound.kappa)
    assert said == second.verify(certificate)
    assert said == (certificate["n"], certificate["f"], 1, Fraction(certificate["kappa"]))


@pytest.mark.parametrize("selected", [2, 3])
def test_several_selected_workers_need_a_larger_bound(selected):
    several = changed(SHARP, rule="multikrum", selected=selected, kappa="5")
    assert check(several).selected == second.verify(several)[2] == selected
    refused(changed(several, kappa="10/7"), NEGATIVE)


def test_a_sharp_bound_is_refused_with_the_least_bit_less():
    refused(changed(SHARP, kappa=str(Fraction(10, 7) - LITTLE)), NEGATIVE)


def test_a_bound_is_made_by_check_alone():
    with pytest.raises(KernelError, match="made by `check`, not by its constructor"):
        RobustnessBound(object(), 5, 1, 1, Fraction(1))


# -- what is refused before any multiplier is looked at

KINDS = ("the rule is krum with 1 selected worker, or multikrum with more", "outside f >= 0")
HEAD = [
    ("must have exactly the fields rule, n, f, selected, kappa, patterns", "whole", None),
    ("must have exactly the fields", "whole", []),
    ("must have exactly the fields", "whole", [*SHARP.items()]),
    ("must have exactly the fields", "whole", {k: v for k, v in SHARP.items() if k != "rule"}),
    ("must have exactly the fields", "whole", {**SHARP, "more": 1}),
    ("n is not an integer", "n", "5"),
    ("n is not an integer", "n", 5.0),
    ("n is not an integer", "n", True),
    ("f is not an integer", "f", None),
    ("f is not an integer", "f", False),
    ("selected is not an integer", "selected", "1"),
    ("selected is not an integer", "selected", True),
    (KINDS[0], "rule", "multikrum"),
    (KINDS[0], "rule", "median"),
    (KINDS[0], "rule", ["krum"]),
    (KINDS[0], "selected", 2),
    (KINDS[0], "selected", 0),
    (f"n = 5 and f = -1 are {KINDS[1]}", "f", -1),
    (f"n = 2 and f = 0 are {KINDS[1]}", "n", 2),
    (f"n = -5 and f = 0 are {KINDS[1]}", "n", -5),
    (f"n = {MOST_WORKERS + 1} and f = 0 are {KINDS[1]}", "n", MOST_WORKERS + 1),
    (f"kind A does not choose {MOST_WORKERS - 2} workers", "n", MOST_WORKERS),
    ("the patterns are not all those", "f", 1),
    ("the patterns are not all those", "patterns", None),
    ("the patterns are not all those", "patterns", ["correct 0"]),
    ("the patterns are not all those", "patterns", {}),
    ("the patterns are not all those", "patterns", {**SHARP["patterns"], "correct 1": {}}),
    ("the patterns are not all those", "patterns", {"byzantine 0": {}}),
    ("kappa: a rational number is a text", "kappa", 2),
    ("kappa: a rational number is a text", "kappa", None),
    ("kappa: a rational number is a text", "kappa", "2" * 401),
    ("kappa: '' is not a rational", "kappa", ""),
    ("kappa: '-' is not a rational", "kappa", "-"),
    ("kappa: '1.5' is not a rational", "kappa", "1.5"),
    ("kappa: '2/' is not a rational", "kappa", "2/"),
    ("kappa: '/2' is not a rational", "kappa", "/2"),
    ("kappa: '2/0' is not a rational", "kappa", "2/0"),
    ("kappa: '2/00' is not a rational", "kappa", "2/00"),
    ("kappa: '2/-1' is not a rational", "kappa", "2/-1"),
    ("kappa: '--2' is not a rational", "kappa", "--2"),
    ("kappa: '1/2/3' is not a rational", "kappa", "1/2/3"),
    ("kappa: ' 2' is not a rational", "kappa", " 2"),
    ("kappa: '2_0' is not a rational", "kappa", "2_0"),
    ("kappa: '\u00b2' is not a rational", "kappa", "\u00b2"),
    ("kappa: '\u0662' is not a rational", "kappa", "\u0662"),
    (f"kappa: '{'x' * 40}' is not a rational", "kappa", "x" * 400),
]


@pytest.mark.parametrize(("reason", "field", "value"), HEAD)
def test_a_wrong_head_is_refused_for_the_reason(reason, field, value):
    refused(value if field == "whole" else changed(SHARP, **{field: value}), re.escape(reason))


@pytest.mark.parametrize("f", [1, 2])
def test_the_fewest_workers_have_patterns_and_one_less_has_none(f):
    refused(changed(SHARP, f=f, n=2 * f + 3), "the patterns are not all those of n and f")
    refused(changed(SHARP, f=f, n=2 * f + 2), "are outside f >= 0, 2f \\+ 2 < n <= 5000")


@pytest.mark.parametrize("base", [SHARP, SEVEN], ids=["sharp", "seven"])
@pytest.mark.parametrize("selected", [4, 0, -1])
def test_no_more_workers_are_selected_than_are_neighbours(base, selected):
    several = changed(base, rule="multikrum", selected=selected)
    refused(several, f"selected is {selected}, not from 1 to n - f - 2")


def test_the_patterns_stand_in_their_order():
    names = ["correct 0", "correct 1", "correct 2", "byzantine 0", "byzantine 1"]
    assert list(SEVEN["patterns"]) == names
    patterns = dict(reversed(SEVEN["patterns"].items()))
    refused(changed(SEVEN, patterns=patterns), "each once and in order")


@pytest.mark.parametrize("kappa", ["10/7", "010/07", "20/14", "2", "002"])
def test_a_rational_is_read_as_it_is_written(kappa):
    assert check(changed(SHARP, kappa=kappa)).kappa == Fraction(kappa)


@pytest.mark.parametrize("kappa", ["-0/1", "0", "-3", "-10/7", "1/3", "99/70"])
def test_a_rational_that_is_too_small_is_refused_as_a_bound(kappa):
    refused(changed(SHARP, kappa=kappa), NEGATIVE)


def test_the_longest_rational_is_read():
    longest = "1" * 200 + "/" + "1" * 199
    assert check(changed(SEVEN, kappa=longest)).kappa == Fraction(longest) > 9


# -- the multipliers

ENTRY = SHARP["patterns"]["correct 0"]["A"]


def with_entry(kind, entry, base=SHARP, pattern="correct 0"):
    """The certificate with one more kind, or another entry of a kind."""
    patterns = changed(base)["patterns"]
    patterns[pattern][kind] = entry
    return changed(base, patterns=patterns)


HALF = {"weight": "1/2", "choice": {"A": "3/2"}}
MULTIPLIERS = [
    ("speaks of a kind that has no worker", "P", {"weight": "0", "choice": {}}),
    ("speaks of a kind that has no worker", "X", ENTRY),
    ("'correct 0' must have exactly the fields weight, choice", "A", None),
    ("must have exactly the fields weight, choice", "A", {"weight": "0"}),
    ("must have exactly the fields weight, choice", "A", {**ENTRY, "more": "0"}),
    ("'correct 0': a rational number is a text", "A", {**ENTRY, "weight": 1}),
    ("'correct 0': a rational number is a text", "A", {**ENTRY, "choice": {"W": 1}}),
    ("a worker of kind A chooses one that it does not see", "A", {**ENTRY, "choice": []}),
    ("chooses one that it does not see", "A", {**ENTRY, "choice": ["W", "A", "R"]}),
    ("a worker of kind W chooses one that it does not see", "W",
     {"weight": "1/2", "choice": {"W": "1/2", "A": "1"}}),
    ("a worker of kind R chooses one that it does not see", "R",
     {"weight": "1/2", "choice": {"R": "0", "A": "3/2"}}),
    ("a worker of kind R chooses one that it does not see", "R",
     {"weight": "1/2", "choice": {"P": "0", "A": "3/2"}}),
    ("the weight of kind R is negative", "R", {"weight": "-1/2", "choice": {"A": "-3/2"}}),
    ("the weight of kind R is negative", "R", {"weight": "-1/2", "choice": {}}),
    ("kind R chooses a worker less than never or more than once", "R",
     {"weight": "1/2", "choice": {"W": "501/1000", "A": "999/1000"}}),
    ("kind A chooses a worker less than never or more than once", "A",
     {"weight": "1/2", "choice": {"A": "1001/1000", "W": "499/1000"}}),
    ("kind A chooses a worker less than never or more than once", "A",
     {"weight": "0", "choice": {"A": "1/1000"}}),
    ("kind R does not choose 3 workers", "R", {"weight": "1/2", "choice": {"A": "1499/1000"}}),
    ("kind R does not choose 3 workers", "R",
     {"weight": "1/2", "choice": {"A": "3/2", "W": "1/1000"}}),
    ("kind R does not choose 3 workers", "R", {"weight": "1/2", "choice": {}}),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "kind", "entry"), MULTIPLIERS)
def test_wrong_multipliers_are_refused_for_the_reason(reason, kind, entry):
    refused(with_entry(kind, entry), re.escape(reason))


def test_no_worker_is_chosen_less_than_never():
    entry = {"weight": "1/2", "choice": {"A": "1", "R": "1", "P": "-1/2"}}
    reason = "'correct 1': kind W chooses a worker less than never or more than once"
    refused(with_entry("W", entry, SEVEN, "correct 1"), reason)


@pytest.mark.parametrize("given", [None, [], ["A"], "A"])
def test_a_pattern_is_an_object(given):
    refused(changed(SHARP, patterns={"correct 0": given}), "speaks of a kind that has no worker")


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("W", HALF),
        ("R", {"weight": "0", "choice": {}}),
        ("R", {"weight": "0", "choice": {"A": "0"}}),
        ("W", {"weight": "0", "choice": {"A": "0", "R": "0"}}),
    ],
)
def test_what_adds_nothing_is_accepted(kind, entry):
    """W that chooses its own neighbours says that its score is at most its score."""
    assert check(with_entry(kind, entry)).kappa == Fraction(10, 7)


@pytest.mark.parametrize("selected", [1, 2, 3])
def test_the_score_of_the_winner_bounds_itself_however_many_are_selected(selected):
    """Nothing is lost where only the winner has a weight: |W - mean|^2 <= 4 variance, for n = 5."""
    alone = {"correct 0": {"W": HALF}}
    rule = "krum" if selected == 1 else "multikrum"
    several = changed(SHARP, rule=rule, selected=selected, patterns=alone, kappa="4")
    assert check(several).kappa == 4
    refused(changed(several, kappa=str(4 - LITTLE)), NEGATIVE)


# -- the form that must not be negative


def reason_of(given, n, f, selected, pattern, kappa):
    """Why each checker refuses one pattern, in two words; None where it is accepted."""
    (one,) = (p for p in coefficient._patterns(n, f) if p.name == pattern)
    assert one.size == sizes(n, f, pattern)
    try:
        coefficient._check_pattern(one, selected, kappa, given)
        first = None
    except KernelError as refusal:
        first = next((word for word in ALIKE if re.search(word, str(refusal))), str(refusal))
    winner, liars = pattern.split()
    try:
        second.verify_pattern(n, f, selected, kappa, winner == "correct", int(liars), given)
        other = None
    except second.Refused as refusal:
        other = next((w for w, said in ALIKE.items() if re.search(said, str(refusal))), "")
    return first, other


ALIKE = {
    "semidefinite": "means of kinds",
    "counts negatively": "that differ",
    "more than once": "below 0 or above 1",
    "does not choose": "must be chosen",
    "does not see": "does not see",
}
"""What the kernel says, and what the second checker says of the same."""

LARGE = Fraction(64)
CASES = [(7, 2, 1), (7, 2, 2), (7, 2, 3), (8, 2, 1), (8, 2, 2), (6, 1, 1), (6, 1, 3)]


def patterns_of(n, f):
    """Those of (7, 2) that (n, f) has too."""
    return [name for name in SEVEN["patterns"] if int(name.split()[1]) < f + (name[0] == "c")]


@pytest.mark.parametrize(("n", "f", "selected"), CASES)
def test_both_checkers_draw_the_line_at_the_same_kappa(n, f, selected):
    """With random multipliers, by bisection."""
    random, met = Random(7), 0
    for turn in range(12):
        name = random.choice(patterns_of(n, f))
        given = SEVEN["patterns"][name]
        if (n, f) != (7, 2):
            for _ in sizes(n, f, name):
                given = varied(random, given, n, f, name)
        if turn:
            given = varied(random, given, n, f, name)
        first, other = reason_of(given, n, f, selected, name, LARGE)
        assert first == other, (name, given)
        if first is not None:
            continue
        met += 1
        low, high = -1, 1 << 20
        while high - low > 1:
            middle = (low + high) // 2
            kappa = LARGE * middle / (1 << 20)
            if reason_of(given, n, f, selected, name, kappa)[1] is None:
                high = middle
            else:
                low = middle
        for step, accepted in ((high, True), (low, False)):
            said = reason_of(given, n, f, selected, name, LARGE * step / (1 << 20))
            assert said[0] == said[1], (name, given, step)
            assert (said[0] is None) == accepted
    assert met >= 2


def test_a_form_that_is_negative_in_one_kind_names_it():
    given = {"A": {"weight": "1", "choice": {"A": "2", "W": "1"}}}
    refused(changed(SHARP, patterns={"correct 0": given}), "the spread of kind A counts negatively")
    given = {"R": {"weight": "1", "choice": {"A": "3"}}}
    refused(changed(SHARP, patterns={"correct 0": given}), "the quadratic form is not positive")


# -- elimination

MATRICES = [
    ([], True),
    ([[0]], True),
    ([[1]], True),
    ([[-1]], False),
    ([[0, 0], [0, 0]], True),
    ([[0, 1], [1, 0]], False),
    ([[0, 1], [1, 5]], False),
    ([[0, 0], [0, -1]], False),
    ([[0, 0], [0, 2]], True),
    ([[1, 1], [1, 1]], True),
    ([[4, 2], [2, 1]], True),
    ([[4, 2], [2, Fraction(999, 1000)]], False),
    ([[2, -1, 0], [-1, 2, -1], [0, -1, 2]], True),
    ([[1, -1, 0], [-1, 2, -1], [0, -1, 1]], True),
    ([[1, -1, 0], [-1, 2, -1], [0, -1, Fraction(999, 1000)]], False),
    ([[1, 2, 3], [2, 5, 7], [3, 7, 10]], True),
    ([[0, 0, 0], [0, 1, 1], [0, 1, 1]], True),
    ([[0, 0, 1], [0, 1, 1], [1, 1, 3]], False),
]


@pytest.mark.parametrize(("rows", "expected"), MATRICES)
def test_elimination_decides_what_is_positive_semidefinite(rows, expected):
    rows = [[Fraction(x) for x in row] for row in rows]
    given = [list(row) for row in rows]
    assert positive_semidefinite(rows) is expected
    assert rows == given


def test_elimination_agrees_with_the_minors_of_random_matrices():
    random = Random(3)
    seen = set()
    for _ in range(300):
        root = [[random.randint(-2, 2) for _ in range(3)] for _ in range(random.choice([1, 2, 3]))]
        rows = [[Fraction(sum(r[i] * r[j] for r in root)) for j in range(3)] for i in range(3)]
        i = random.randrange(3)
        rows[i][i] += random.choice([0, 0, 1, -1, Fraction(-1, 100)])
        minors = [
            second.determinant([[rows[i][j] for j in some] for i in some])
            for some in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2])
        ]
        assert positive_semidefinite(rows) == (min(minors) >= 0)
        seen.add(min(minors) >= 0)
    assert seen == {True, False}


# -- the average of selected workers


@pytest.mark.parametrize("bound", [Fraction(0), Fraction(1), Fraction(2, 3)])
def test_the_average_needs_no_more_than_each_and_may_have_exactly_that(bound):
    """2 of 7 workers, 2 of them Byzantine: the triangle inequality is sharp for equal bounds."""
    each = {"correct": bound, "byzantine": bound}
    coefficient._check_average(5, 2, 2, bound, each)
    with pytest.raises(KernelError, match=r"kappa is too small for 0|one of each, is negative"):
        coefficient._check_average(5, 2, 2, bound - LITTLE, each)
