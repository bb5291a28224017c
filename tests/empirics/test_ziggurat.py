"""The ziggurat has the law that it promises: by its layers exactly, and in samples to the tail."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from empirics.ziggurat import FEW, LAYERS, Normal, StudentT, Ziggurat, standard_normal, standard_t

LEVEL = 1e-4
"""Of each comparison. The seeds are fixed, so none fails now and then."""

DRAWS = 400_000
LAWS = [Normal(), *(StudentT(dof) for dof in (2.01, 3, 5, 30, 1e9))]
SEVERAL = [2, 16, LAYERS]
"""With few layers, wedges and tail decide most draws; with all, one in 200."""


@pytest.fixture(params=LAWS, ids=str)
def law(request):
    return request.param


@pytest.fixture(params=SEVERAL)
def ziggurat(law, request):
    return Ziggurat(law, request.param)


def reference(law):
    """The same law by scipy."""
    if law == Normal():
        return stats.norm()
    return stats.t(law.dof, scale=((law.dof - 2) / law.dof) ** 0.5)


def share_is(count, of, probability):
    """Whether so many of so many do not contradict the probability, by the exact test."""
    return stats.binomtest(int(count), int(of), float(probability)).pvalue > LEVEL


def test_h_is_the_density_over_that_at_0_and_falls(law):
    x = np.linspace(0, 12, 500)
    expected = reference(law).pdf(x) / reference(law).pdf(0)
    np.testing.assert_allclose(law.height(x), expected, rtol=1e-7)
    assert law.height(np.zeros(1)) == 1
    assert (np.diff(law.height(x)) < 0).all()
    np.testing.assert_allclose([law.position(h) for h in law.height(x[1:])], x[1:], rtol=1e-9)


@pytest.mark.parametrize("edge", [0.5, 2.0, 4.0])
def test_tail_is_the_area_below_h(law, edge):
    expected = reference(law).sf(edge) / reference(law).pdf(0)
    assert law.tail(edge) == pytest.approx(expected, rel=1e-8)
    # With s = log(x / edge) the far tail is short.
    area, _ = quad(lambda s: law.height(edge * np.exp(s)) * edge * np.exp(s), 0, 60, limit=200)
    assert law.tail(edge) == pytest.approx(area, rel=1e-8)


def test_layers_tile_the_graph_with_equal_areas(ziggurat):
    law, x = ziggurat.law, ziggurat.edges
    assert len(x) == len(ziggurat._inner) + 1
    assert x[-1] == 0
    assert (np.diff(x) < 0).all()
    h = law.height(x)
    lowest = x[1] * h[1] + law.tail(x[1])
    assert x[0] * h[1] == pytest.approx(lowest, rel=1e-14)
    # The others reach from h(x_1) to the height 1 of the peak, and none has a gap to the next.
    np.testing.assert_allclose(x[1:-1] * np.diff(h[1:]), lowest, rtol=1e-11)
    assert h[-1] == 1
    np.testing.assert_array_equal(ziggurat._floors[1:], h[1:-1])
    np.testing.assert_allclose((ziggurat._floors + ziggurat._heights)[1:], h[2:], rtol=1e-15)


class Planned:
    """A generator whose numbers are planned."""

    def __init__(self, bits, shares):
        self.bits, self.shares = iter(bits), iter(shares)

    def integers(self, low, high, size, dtype):
        assert (low, high, dtype) == (-(2**63), 2**63, np.int64)
        return np.array([next(self.bits) for _ in range(size)], dtype)

    def random(self, size):
        return np.array([next(self.shares) for _ in range(size)])

    def standard_exponential(self, size):
        assert size == 0
        return np.empty(0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("nudge", [-1e-9, 1e-9])
def test_keeps_the_points_below_the_graph_and_no_others(law, sign, nudge):
    """Above each layer but the lowest, x and heights just within and without what is kept."""
    ziggurat = Ziggurat(law, 16)
    x_0, x_1 = ziggurat.edges[1:-1, np.newaxis], ziggurat.edges[2:, np.newaxis]
    layer = np.arange(1, 16)[:, np.newaxis]
    x = x_1 + np.array([-1e-9, 1e-9, 0.3, 0.7, 1 - 1e-9]) * (x_0 - x_1)
    # What is left of a layer's width is in units of 2^-63 of it, of which the last bits are taken.
    bits = sign * np.round(np.abs(x) / x_0 * 2.0**63).astype(np.int64) // 16 * 16 + layer
    inside = np.abs(x) < x_1
    low, high = law.height(x_0), law.height(x_1)
    shares = ((law.height(x) - low) / (high - low) + nudge)[~inside]
    anew = 16 * 2**40 + 8
    out = np.empty(bits.size)
    rng = Planned([*bits.ravel(), *[anew] * bits.size], shares)
    ziggurat._fill(rng, out)
    kept = (inside | (nudge < 0)).ravel()
    np.testing.assert_allclose(out[kept], sign * np.abs(x).ravel()[kept], rtol=1e-12, atol=1e-15)
    assert (out[~kept] == anew * 2.0**-63 * ziggurat.edges[8]).all()
    assert next(rng.shares, None) is None


def test_has_the_distribution_function(ziggurat):
    x = ziggurat.draw(np.random.default_rng(1), (DRAWS,))
    assert stats.kstest(x, reference(ziggurat.law).cdf).pvalue > LEVEL


def test_has_the_probability_of_each_of_many_intervals(ziggurat):
    """1000 equally likely intervals, far finer than the layers where those are few."""
    x = ziggurat.draw(np.random.default_rng(2), (DRAWS,))
    places = np.floor(1000 * reference(ziggurat.law).cdf(x)).astype(int)
    assert stats.chisquare(np.bincount(places, minlength=1000)).pvalue > LEVEL


def test_has_the_probability_of_each_interval_between_edges(ziggurat):
    """So a wrong wedge or a layer taken too often would show, and so would the tail."""
    x = np.abs(ziggurat.draw(np.random.default_rng(3), (DRAWS,)))
    edges = [0, *ziggurat.edges[1:-1][::-1], np.inf]
    expected = -2 * np.diff(reference(ziggurat.law).sf(edges)) * DRAWS
    assert expected.min() > 20
    counts, _ = np.histogram(x, edges)
    assert stats.chisquare(counts, expected).pvalue > LEVEL


def test_has_the_tail(ziggurat):
    x = ziggurat.draw(np.random.default_rng(4), (DRAWS,))
    expected = reference(ziggurat.law)
    edge = ziggurat.edges[1]
    for far in (edge, *expected.isf([1e-2, 1e-3, 1e-4, 1e-5])):
        assert share_is((x > far).sum(), DRAWS, expected.sf(far))
        assert share_is((x < -far).sum(), DRAWS, expected.sf(far))


@pytest.mark.parametrize("edge", [0.3, 1.5, 6.0, 20.0])
def test_beyond_an_edge_it_is_what_the_law_is_there(law, edge):
    expected = reference(law)
    y = law.beyond(np.random.default_rng(5), edge, 50_000)
    assert (y > edge).all()
    # The share of the tail that is beyond y is uniform.
    log_share = expected.logsf(y) - expected.logsf(edge)
    assert stats.kstest(np.exp(log_share), "uniform").pvalue > LEVEL


def test_is_symmetric(ziggurat):
    x = ziggurat.draw(np.random.default_rng(6), (DRAWS,))
    assert share_is((x > 0).sum(), DRAWS, 0.5)
    assert stats.ks_2samp(x[x > 0], -x[x < 0]).pvalue > LEVEL


def test_draws_do_not_depend_on_those_before(ziggurat):
    """Pairs of neighbours, and pairs a block apart, fall evenly into 20 x 20 cells."""
    x = ziggurat.draw(np.random.default_rng(7), (DRAWS,))
    cell = np.floor(20 * reference(ziggurat.law).cdf(x)).astype(int)
    for lag in (1, 2, 2**14):
        first, second = cell[:-lag:], cell[lag:]
        # Every second stretch of length lag, so that no draw is in two pairs.
        kept = np.arange(len(first)) // lag % 2 == 0
        pairs = np.bincount(20 * first[kept] + second[kept], minlength=400)
        assert stats.chisquare(pairs).pvalue > LEVEL


def test_agrees_with_numpys_own_draws():
    ours, theirs = np.random.default_rng(8), np.random.default_rng(9)
    normal, t = standard_normal(ours, (DRAWS,)), standard_t(ours, 5, (DRAWS,))
    assert stats.ks_2samp(normal, theirs.standard_normal(DRAWS)).pvalue > LEVEL
    assert stats.ks_2samp(t, theirs.standard_t(5, DRAWS) * (3 / 5) ** 0.5).pvalue > LEVEL


@pytest.mark.parametrize("size", [FEW - 1, FEW])
def test_few_numbers_and_many_have_one_law(size):
    rng = np.random.default_rng(10)
    normal, t = (
        np.concatenate([draw(rng, (size,)) for _ in range(40)])
        for draw in (standard_normal, lambda rng, shape: standard_t(rng, 5, shape))
    )
    assert stats.kstest(normal, reference(Normal()).cdf).pvalue > LEVEL
    assert stats.kstest(t, reference(StudentT(5)).cdf).pvalue > LEVEL


def test_has_mean_0_variance_1_and_the_fourth_moment():
    for law, fourth in [(Normal(), 3), (StudentT(30), 3 + 6 / 26)]:
        x = Ziggurat(law).draw(np.random.default_rng(11), (1_000_000,))
        for sample, expected in [(x, 0), (x**2, 1), (x**3, 0), (x**4, fourth)]:
            assert abs(sample.mean() - expected) <= 5 * sample.std() / sample.size**0.5


def test_the_seed_and_the_number_decide_not_the_shape():
    one, two = (
        standard_normal(np.random.default_rng(12), shape) for shape in ((5, 10, 1000), (50_000,))
    )
    assert one.shape == (5, 10, 1000)
    assert one.tobytes() == two.tobytes()
    assert one.tobytes() != standard_normal(np.random.default_rng(13), (50_000,)).tobytes()


@pytest.mark.parametrize("shape", [(0,), (3, 0, 2), (1,), (FEW + 1,)])
def test_draws_any_number(ziggurat, shape):
    x = ziggurat.draw(np.random.default_rng(14), shape)
    assert x.shape == shape
    assert np.isfinite(x).all()


@pytest.mark.parametrize("dof", [2 + 1e-12, 2 + 1e-6, 1e4, 1e6, 1e15, 1e300])
def test_builds_for_every_number_of_degrees_of_freedom(dof):
    law = StudentT(dof)
    ziggurat = Ziggurat(law)
    h = law.height(ziggurat.edges)
    area = ziggurat.edges[1] * h[1] + law.tail(ziggurat.edges[1])
    np.testing.assert_allclose(ziggurat.edges[1:-1] * np.diff(h[1:]), area, rtol=1e-11)
