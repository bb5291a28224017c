"""The proof of `empirics.probe.bounds`, inequality by inequality, and whose a bound is."""

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from empirics.probe import bounds
from empirics.probe.bounds import GRID, KNOWN, consequence, eta2, match_bound, sharp, values_of
from empirics.probe.family import Scoring
from empirics.probe.identify import Rule
from tests.empirics.probe import planted

SMALL = st.integers(-4, 4)


@st.composite
def worlds(draw):
    """(rows, f, k): n workers on a lattice, the last f Byzantine, with f <= k <= n - f - 1."""
    f = draw(st.integers(0, 3))
    n = draw(st.integers(2 * f + 1, 9))
    assume(n - f >= 2)
    k = draw(st.integers(max(f, 1), n - f - 1))
    d = draw(st.integers(1, 2))
    far = st.one_of(SMALL, st.sampled_from([-1000, 1000]))
    correct = draw(st.lists(st.tuples(*[SMALL] * d), min_size=n - f, max_size=n - f))
    byzantine = draw(st.lists(st.tuples(*[far] * d), min_size=f, max_size=f))
    return [*correct, *byzantine], f, k


def square(u, v):
    return Fraction(sum((a - b) ** 2 for a, b in zip(u, v, strict=True)))


def score(rows, i, k):
    return sum(sorted(square(rows[i], rows[j]) for j in range(len(rows)) if j != i)[:k])


@given(worlds(), st.data())
def test_steps_1_and_2_for_squared_distances_exactly(world, data):
    rows, f, k = world
    n, c = len(rows), len(rows) - f
    m = data.draw(st.integers(1, c))
    scores = [score(rows, i, k) for i in range(n)]
    chosen = sorted(range(n), key=scores.__getitem__)[:m]
    pairs = sum(square(rows[i], rows[j]) for i in range(c) for j in range(c))
    mean_score = sum(scores[w] for w in chosen) / m
    assert mean_score <= Fraction(k, c * (c - 1)) * pairs
    for w in range(n):
        order = sorted((square(rows[w], rows[j]), j) for j in range(n) if j != w)[:k]
        group = [j for _, j in order if j < c] + ([w] if w < c else [])
        assert len(group) >= k - f + 1


@given(worlds(), st.data(), st.sampled_from([1.0, 1.5, 2.0]))
def test_step_3_for_every_outcome(world, data, p):
    rows, f, k = world
    v = np.array(rows, dtype=float)
    n, c = len(rows), len(rows) - f
    m = data.draw(st.integers(1, c))
    z = np.array(data.draw(st.tuples(*[SMALL] * v.shape[1])), dtype=float)
    lengths = np.linalg.norm(v[:, None] - v[None], axis=2) ** p
    np.fill_diagonal(lengths, np.inf)
    scores = np.sort(lengths, axis=1)[:, :k].sum(axis=1)
    chosen = np.argsort(scores, kind="stable")[:m]
    spread = (np.linalg.norm(v[:c] - z, axis=1) ** p).sum()
    error = np.linalg.norm(v[chosen].mean(axis=0) - z)
    limit = scores[chosen].mean() ** (1 / p) + spread ** (1 / p)
    assert (k - f + 1) ** (1 / p) * error <= limit * (1 + 1e-12)
    assert n >= m


@pytest.mark.parametrize("p", [1.0, 2.0])
def test_the_bound_holds_where_it_is_sampled(p):
    """Gaussian noise, attackers close enough to be chosen: far below the bound, but above 1/100."""
    rng = np.random.default_rng(0)
    n, f, d = 11, 3, 4
    k = n - f - 1
    noise = rng.standard_normal((4000, n, d))
    noise[:, n - f :] = noise[:, : n - f].mean(axis=1, keepdims=True) + 0.5
    scores = Scoring("|x-y|" if p == 1 else "|x-y|^2").ranked(noise)[:, :, k - 1]
    error = np.square(noise[np.arange(4000), scores.argmin(axis=1)]).sum(axis=1).mean() / d
    assert error < sharp(n, f, k, p) < 100 * error


def test_for_the_paper_s_rule_it_is_the_claim_of_the_audit():
    from empirics.evaluate import batch_of, evaluate
    from empirics.experiments.filling import fill_deterministic
    from theory import papers
    from theory.papers.krum import setting

    claims = papers.load("krum").claims()
    known = {bound.name: bound.constant for bound in KNOWN}
    signature = setting.language.signature
    for n, f in ((5, 1), (11, 3), (25, 8)):
        plain = {"n": n, "f": f, "d": 1, "variance": 1}
        plain = {name: np.array(float(x)) for name, x in plain.items()} | {"g": np.zeros(1)}
        tables = fill_deterministic(signature, plain, {}, 1)
        for claim, ours in (
            ("error-sharp", "(sqrt(2(n-f-2)) + sqrt(n-f))^2 / (n-2f-1)"),
            ("error-rational", "(6(n-f) - 8) / (n-2f-1)"),
        ):
            right = claims[claim].readings[0].statement.right
            theirs = float(evaluate(right, batch_of(signature, tables, 1, 1)).item())
            assert known[ours](n, f) == pytest.approx(theirs, rel=1e-12)


def test_allouah_s_kappa_is_the_same_argument_with_equal_weights():
    for n, f in GRID:
        kappa, better = planted.kappa(n, f), (1 + sqrt(2)) ** 2 * (n - f) / (n - 2 * f)
        assert sharp(n, f, n - f - 1) < better < kappa


@pytest.mark.parametrize(
    ("bound", "rule", "name", "fits"),
    [
        ("eta_squared", Rule(), "eta(n, f)^2", True),
        ("eta_squared", Rule("n-f-1"), "eta(n, f)^2", False),
        ("kappa", Rule("n-f-1"), "6(1 + f/(n-2f))", True),
        ("kappa", Rule(), "6(1 + f/(n-2f))", False),
        ("kappa", None, "6(1 + f/(n-2f))", False),
        ("rational", Rule(), "(6(n-f) - 8) / (n-2f-1) d sigma^2", True),
        ("generous", Rule(), "", True),
        ("too_good", Rule(), "", False),
        ("too_good", Rule(scoring=Scoring("|x-y|^4")), "", False),
        ("too_good", Rule("n-1"), "", False),
    ],
)
def test_whose_a_bound_is(bound, rule, name, fits):
    match = match_bound(values_of(getattr(planted, bound)), rule)
    assert (match.name, match.fits) == (name, fits)


def test_a_bound_that_holds_for_another_rule_as_well_is_said_to():
    assert "it holds there too" in match_bound(values_of(planted.eta_squared), Rule("n-f-1")).says
    assert (
        "it is not proved: at n = 5, f = 1" in match_bound(values_of(planted.too_good), Rule()).says
    )
    assert "holds, being above" in match_bound(values_of(planted.generous), Rule()).says


def test_every_known_bound_is_recognised():
    for known in KNOWN:
        assert match_bound(values_of(known.constant), Rule()).name == known.name
        scaled = values_of(lambda n, f, d, s, c=known.constant: c(n, f) * d * s**2)
        assert match_bound(scaled, Rule()).name == f"{known.name} d sigma^2"


def test_eta_is_the_paper_s():
    assert eta2(5, 1) == pytest.approx(planted.eta_squared(5, 1)) == 18


def test_a_bound_that_gives_no_number_is_refused():
    with pytest.raises(ValueError, match="no number for n = 5, f = 1: ZeroDivisionError"):
        values_of(planted.broken)
    with pytest.raises(ValueError, match="no bound is known for n = 7, f = 2, k = 1"):
        sharp(7, 2, 1)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (Rule(), "checked by the kernel"),
        (Rule(m="n-f"), "by the argument checked for m = 1"),
        (Rule("n-f-1"), "(sqrt(2(n-f-1)) + sqrt(n-f))^2 / (n-2f) d sigma^2"),
        (Rule(scoring=Scoring("|x-y|")), "(sqrt(2)(n-f-2) + (n-f))^2 / (n-2f-1)^2 d sigma^2"),
        (Rule(scoring=Scoring("|x-y|^4")), "not covered"),
        (Rule(scoring=Scoring("|x-y|", "largest")), "not covered"),
        (Rule(anew=True, m="n-f"), "the scores change"),
        (Rule("n-1"), "every score counts a Byzantine distance"),
        (Rule("1"), "no bound can hold: with k < f"),
        (Rule(m="n"), "no bound can hold: more than n-f"),
    ],
)
def test_consequences(rule, says):
    assert says in consequence(rule)


def test_no_bound_holds_with_fewer_neighbours_than_byzantine_workers():
    v = np.array([[0.0], [1.0], [2.0], [3.0], [1e6], [1e6], [1e6]])
    assert planted.scores(v, 2).argmin() == 4
    assert "k < f" in bounds.__doc__
