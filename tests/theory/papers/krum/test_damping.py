"""The construction behind the cited theorem "damping", computed for Q(x) = x^4 on the line."""

import numpy as np

D, STEP = 1.0, 1e-3
SMALL = 0.2
"""The small number of the construction."""


def tail(values):
    """The integral from each point of the grid to its end, by trapezoids."""
    pieces = STEP * (values[1:] + values[:-1]) / 2
    return np.append(np.cumsum(pieces[::-1])[::-1], 0.0)


def test_the_damped_cost_is_as_it_is_cited():
    r = np.arange(0.0, 64.0, STEP)
    growth = 1 + r**2 + 4 * r**1.5 + 12 * r
    inner = tail(np.exp(-r) / growth)
    s = np.clip(r - D - 1, 0, 1)
    gate = s**3 * (10 - 15 * s + 6 * s**2)
    damper, slope = SMALL * tail(gate * inner), -SMALL * gate * inner
    x = np.linspace(0, 7, 7001)
    at, down = np.interp(x**2, r, damper), np.interp(x**2, r, slope)
    cost, gradient = x**4, 4 * x**3
    excess = np.maximum(x - np.sqrt(D), 0)
    assert (at > 0).all()
    assert (at <= 1).all()
    assert (down[x**2 <= D + 1] == 0).all()
    beyond = x**2 > D + 1
    back = -2 * down[beyond] * cost[beyond] / excess[beyond]
    assert back.min() >= 0
    assert back.max() <= 1
    of_damped = at * gradient + 2 * x * down * cost
    for field in (of_damped, at * gradient):  # the derivative of R, and s times that of Q
        assert np.abs(np.diff(field) / np.diff(x)).max() < 1
    numeric = np.gradient(at * cost, x)
    assert np.allclose(numeric[1:-1], of_damped[1:-1], atol=1e-4)
