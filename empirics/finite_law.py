"""Laws of a vector whose coordinates are independent and take finitely many values, exactly."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import isqrt, prod

from empirics.interfaces import Support


def product_law(
    atoms: Sequence[tuple[Fraction, Fraction]], dimension: int, sigma: Fraction
) -> Support:
    """The law of sigma X, for X with independent coordinates of the law `atoms`.

    `atoms` are pairs (value, probability). The result has len(atoms)^dimension entries.

    >>> half = Fraction(1, 2)
    >>> len(product_law([(Fraction(-1), half), (Fraction(1), half)], 3, Fraction(2)))
    8
    """
    return [
        (
            tuple(sigma * value for value, _ in choice),
            prod((p for _, p in choice), start=Fraction(1)),
        )
        for choice in product(atoms, repeat=dimension)
    ]


def exact_root(x: Fraction) -> Fraction | None:
    """The square root of x >= 0 where it is rational.

    >>> exact_root(Fraction(9, 4)), exact_root(Fraction(2))
    (Fraction(3, 2), None)
    """
    root = Fraction(isqrt(x.numerator), isqrt(x.denominator))
    return root if root * root == x else None
