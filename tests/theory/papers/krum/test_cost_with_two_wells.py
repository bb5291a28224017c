"""The cost that is not convex: that what is called its derivative is."""

import sympy

from theory.notation.to_sympy import to_sympy
from theory.papers.krum.definitions import well, well_slope, y
from theory.papers.krum.setting import language


def test_the_slope_is_the_derivative():
    cost, slope = (to_sympy(f(y), language.signature) for f in (well, well_slope))
    (x,) = cost.free_symbols
    assert sympy.simplify(sympy.diff(cost, x) - slope) == 0
    assert sympy.diff(cost, x, 2).subs(x, 0) == -6  # not convex
