"""The vectors of all workers are the same with and without copies."""

import numpy as np
import pytest

from empirics import workers
from empirics.interfaces import colluding
from empirics.workers import Workers

RNG = np.random.default_rng(5)
OWN, SHARED = RNG.standard_normal((6, 4, 3)), RNG.standard_normal((6, 3))
LAST = {
    "nobody": OWN[:, :0],
    "one": SHARED[:, np.newaxis],
    "a view": colluding(SHARED, 2),
    "copies": colluding(SHARED, 2).copy(),
    "different ones": RNG.standard_normal((6, 2, 3)),
}


@pytest.mark.parametrize("last", LAST)
@pytest.mark.parametrize("together", [False, True])
def test_is_what_it_was_made_of(last, together, monkeypatch):
    monkeypatch.setattr(workers, "MANY_TRIALS", 1 if together else 99)
    everyone = np.concatenate([OWN, LAST[last]], axis=1)
    f = LAST[last].shape[1]
    for these in (Workers.of(OWN, LAST[last]), Workers.split(everyone, f)):
        assert these.n == 4 + f
        np.testing.assert_array_equal(these.all(), everyone)
        part = np.array([4, 1])
        np.testing.assert_array_equal(these.select(part).all(), everyone[part])
        for chosen in (np.arange(6) % these.n, np.full(6, these.n - 1)):
            np.testing.assert_array_equal(these.pick(chosen), everyone[np.arange(6), chosen])
        gram = these.gram()
        rows = everyone[:, : gram.shape[1]]
        np.testing.assert_allclose(gram, rows @ rows.swapaxes(1, 2), rtol=1e-13, atol=1e-14)


def test_only_those_who_collude_in_every_trial_share_a_vector():
    assert Workers.of(OWN, LAST["a view"]).copies == 2
    assert Workers.of(OWN, LAST["copies"]).copies == 2
    nearly = LAST["copies"].copy()
    nearly[5, 1, 2] += 1
    assert Workers.of(OWN, nearly).copies == 0
    assert Workers.split(np.concatenate([OWN, nearly], axis=1), 2).copies == 0


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda v: v[:, :, ::-1]])
def test_any_layout_will_do(layout):
    own = layout(OWN)
    np.testing.assert_allclose(Workers(own).gram(), own @ own.swapaxes(1, 2), rtol=1e-13)


def test_not_a_number_shows_in_the_inner_products():
    for bad in (np.nan, np.inf):
        own = OWN.copy()
        own[2, 1, 0] = bad
        with np.errstate(invalid="ignore"):
            norms = np.diagonal(Workers(own).gram(), axis1=1, axis2=2)
        assert (~np.isfinite(norms)).nonzero()[0].tolist() == [2]
