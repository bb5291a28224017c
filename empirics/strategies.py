"""Hypothesis strategies for tests of aggregation rules, yours included.

Install them with `pip install byzproof[strategies]`. A test of your own Krum against the paper's,
on ties, copies, huge and tiny numbers and vectors far from the origin:

    import numpy as np
    from hypothesis import given
    from empirics.rules.krum import krum
    from empirics.strategies import trials

    @given(trials())
    def test_my_krum(trial):
        for vectors in trial.vectors:
            np.testing.assert_array_equal(my_krum(vectors, trial.f), krum(vectors, trial.f))

The paper leaves ties open, so a rule that breaks them otherwise should be compared by its score:

    chosen = my_krum_index(vectors, f)
    scores = select(vectors, f).scores
    assert scores[chosen] <= scores.min() * (1 + 1e-9)
"""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from empirics.interfaces import FloatArray


class OneTrial(NamedTuple):
    """One aggregation."""

    vectors: FloatArray
    """[n, d], finite."""
    f: int
    """The number of Byzantine workers to tolerate; 2f + 2 < n."""


class Trials(NamedTuple):
    """Independent trials of one aggregation."""

    vectors: FloatArray
    """[trials, n, d], finite."""
    f: int
    """The number of Byzantine workers to tolerate; 2f + 2 < n."""


def admissible(
    max_n: int = 11, margin: int = 2, share: int = 2
) -> st.SearchStrategy[tuple[int, int]]:
    """Pairs (n, f) with f >= 0 and share f + margin < n <= max_n; Krum is defined for 2f + 2 < n.

    A median or a trimmed mean needs only margin = 0, Bulyan share = 4. Shrinks to (margin + 1, 0).
    Raises ValueError for max_n <= margin.

        @given(admissible(max_n=20))
        def test_neighbour_counts(pair): ...
    """
    least = margin + 1
    if max_n < least:
        raise ValueError(f"max_n = {max_n}: there must be at least {least} workers")
    return st.integers(0, (max_n - least) // share).flatmap(
        lambda f: st.tuples(st.integers(share * f + least, max_n), st.just(f))
    )


@st.composite
def whole_numbers(
    draw: st.DrawFn,
    max_n: int = 9,
    max_d: int = 2,
    largest: int = 9,
    margin: int = 2,
    share: int = 2,
) -> OneTrial:
    """One trial of small whole numbers from 0 to `largest`: no rounding, and easy to read.

    Krum's scores of them are exact in float64, ties and copies are common, and a failing example
    shrinks to few workers and small numbers.

        @given(whole_numbers())
        def test_my_krum(trial): ...
    """
    n, f = draw(admissible(max_n, margin, share))
    d = draw(st.integers(1, max_d))
    return OneTrial(
        draw(arrays(np.float64, (n, d), elements=st.integers(0, largest).map(float))), f
    )


@st.composite
def general_position(
    draw: st.DrawFn, max_n: int = 9, d: int = 2, largest: int = 99, margin: int = 2, share: int = 2
) -> OneTrial:
    """One trial of whole numbers between -largest and largest in which ties are rare.

    Only n and f shrink.

        @given(general_position())
        def test_order_of_workers(trial): ...
    """
    n, f = draw(admissible(max_n, margin, share))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    return OneTrial(rng.integers(-largest, largest + 1, (n, d)).astype(np.float64), f)


@st.composite
def vectors(draw: st.DrawFn, n: int, d: int, max_exponent: int = 300) -> FloatArray:
    """Finite vectors [n, d] of n workers, correct and Byzantine, such as break aggregation rules.

    They are drawn as points of a small integer lattice (exact ties) or floats between -1 and 1;
    then some workers may copy others, some may be far away or off by one unit in the last place,
    all may be moved far from the origin, and all may be scaled by 2^max_exponent or its inverse.
    From about 450 on, squares leave the range of float64; 900 is the most that leaves the vectors
    finite, and ValueError is raised beyond.

        @given(vectors(n=7, d=3))
        def test_translation(v): ...
    """
    if not 0 <= max_exponent <= 900:
        raise ValueError(f"max_exponent = {max_exponent} is not between 0 and 900")
    lattice = st.integers(-3, 3).map(float)
    unit = st.floats(-1, 1, allow_subnormal=False)
    points = draw(arrays(np.float64, (n, d), elements=draw(st.sampled_from([lattice, unit]))))
    if draw(st.booleans()):
        points = points[draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))]
    for worker in draw(st.sets(st.integers(0, n - 1), max_size=n // 2)):
        change = draw(st.sampled_from(["far", "very far", "next float"]))
        if change == "next float":
            points[worker] = np.nextafter(points[worker], np.inf)
        else:
            points[worker] += 1e3 if change == "far" else 1e12
    points += draw(st.sampled_from([0.0, 0.0, 1e8, -(2.0**53)]))
    return np.ldexp(points, draw(st.sampled_from([0, 0, -max_exponent, max_exponent])))


@st.composite
def trials(
    draw: st.DrawFn,
    max_n: int = 9,
    max_d: int = 4,
    max_trials: int = 3,
    max_exponent: int = 300,
    margin: int = 2,
    share: int = 2,
) -> Trials:
    """One to max_trials independent trials with an admissible (n, f) and 1 <= d <= max_d."""
    n, f = draw(admissible(max_n, margin, share))
    d = draw(st.integers(1, max_d))
    count = draw(st.integers(1, max_trials))
    return Trials(np.stack([draw(vectors(n, d, max_exponent)) for _ in range(count)]), f)
