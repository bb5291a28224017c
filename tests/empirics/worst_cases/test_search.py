"""The search: its adversary is as good as claimed, and it goes on where it stopped."""

import json

import numpy as np
import pytest

from empirics.rules.krum import krum
from empirics.worst_cases import search
from empirics.worst_cases.best_reply import Problem, Types, smallest
from empirics.worst_cases.rounded import worst_case


def some_law(rng, types, dimension):
    law = Types(
        rng.dirichlet(np.ones(types)), rng.normal(size=(types, dimension)), rng.random(types)
    )
    problem = Problem(5, 1, types, dimension)
    return problem.law(problem.theta(law))


@pytest.mark.parametrize(
    ("n", "f", "types", "dimension"), [(5, 1, 3, 1), (7, 2, 2, 2), (9, 2, 2, 1)]
)
def test_what_the_search_maximises_is_what_comes_out(n, f, types, dimension):
    """Rounded and made strict, the answers lose little of what the search thought of them."""
    rng = np.random.default_rng(n)
    for _ in range(5):
        law = some_law(rng, types, dimension)
        problem = Problem(n, f, types, dimension)
        value = problem.replies(law, rounds=200).value
        exact = float(worst_case(problem, law).lower()) ** 0.5
        assert exact == pytest.approx(value, rel=0.03)


def test_no_random_vector_beats_the_best_reply():
    """All f Byzantine workers send a random B: where it wins, it is not farther than the reply."""
    rng = np.random.default_rng(1)
    n, f = 7, 2
    law = some_law(rng, 2, 1)
    problem = Problem(n, f, 2, 1)
    replies = problem.replies(law, rounds=200)
    won = 0
    for outcome, point in zip(replies.outcomes, replies.points, strict=True):
        types = np.repeat([0, 1], problem.counts[outcome])
        correct = np.hstack([law.position[types], np.diag(law.radius[types])])
        scale = rng.random((400, 1)) * 2
        guesses = rng.dirichlet(np.ones(5), size=400) @ correct
        guesses[:, :1] += scale
        trials = np.concatenate(
            [np.broadcast_to(correct, (400, *correct.shape)), np.stack([guesses] * f, axis=1)],
            axis=1,
        )
        reached = krum(trials, f)
        winning = (reached == guesses).all(axis=1)
        won += winning.sum()
        assert reached[winning, 0].max(initial=-9) <= point[0] + 1e-6
    assert won > 50


def test_without_byzantine_workers_only_the_law_matters():
    """Three workers, two of the common type: the closest pair wins."""
    problem = Problem(3, 0, 2, 1)
    law = Types(np.array([0.25, 0.75]), np.array([[-3.0], [1.0]]), np.zeros(2))
    rare = 0.25**3 + 3 * 0.25**2 * 0.75
    assert problem.replies(law).value == pytest.approx(-3 * rare + (1 - rare))


def test_smallest_counts_repetitions():
    assert smallest(np.array([3.0, 1.0, 2.0]), np.array([5, 2, 1]), 4) == 1 + 1 + 2 + 3


def test_a_search_that_was_stopped_ends_as_one_that_was_not(monkeypatch):
    monkeypatch.setattr(search, "EVALUATIONS", 1)
    whole, seen = search.go_on(search.begin(5, 1, 3, {}), 4), []
    half = search.go_on(search.begin(5, 1, 3, {}), 2, seen.append)
    assert [state.starts for state in seen] == [1, 2]
    again = search.State.from_json(json.loads(json.dumps(half.as_json())))
    assert search.go_on(again, 4).as_json() == whole.as_json()
    assert whole.value >= half.value >= search.begin(5, 1, 3, {}).value


def test_a_known_law_is_where_a_search_begins():
    known = {(5, 1): search.begin(5, 1, 0, {}).worst_case().law}
    better = search.go_on(search.begin(5, 1, 0, known), 0)
    assert better.value == pytest.approx(search.begin(5, 1, 0, {}).value, abs=1e-6)


def test_what_cannot_be_searched_is_refused():
    with pytest.raises(ValueError, match="Krum needs"):
        search.begin(6, 2, 0, {})
    with pytest.raises(ValueError, match="not the state"):
        search.State.from_json({"n": 5})
    with pytest.raises(ValueError, match="fewer workers"):
        Problem(200, 20, 4, 1)
