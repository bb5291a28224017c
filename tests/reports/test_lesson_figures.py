"""The numbers behind the pictures of the lessons."""

import numpy as np

from reports.render import lesson_figures


def test_the_indicator_looks_at_the_mean_and_not_at_the_coin():
    u, moves = lesson_figures.expected_moves(18)
    actual = np.diff(u)
    assert np.allclose(np.abs(actual - moves[:-1]), 0.4)
    assert ((moves[:-1] > 0) & (actual < 0)).any()
    assert ((moves[:-1] < 0) & (actual > 0)).any()


def test_both_waves_are_bounded_and_only_one_settles():
    swinging, settled = lesson_figures.wave(100_000)
    for values in (swinging, settled):
        assert values.min() >= 0
        assert values.max() <= 2
    rises = [np.maximum(np.diff(v), 0).sum() for v in (swinging, settled)]
    assert rises[0] > 3
    assert rises[1] < 0.5


def test_pictures_are_the_same_each_time_and_have_labelled_axes():
    for draw in (lesson_figures.interest, lesson_figures.indicator, lesson_figures.rises):
        picture = draw()
        assert picture == draw()
        assert "step t" in picture
        assert "a number" in picture
