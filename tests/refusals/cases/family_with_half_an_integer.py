"""An integer parameter of the family is K + 1/2."""

from fractions import Fraction

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "is an integer, its value need not be"


def build(honest):
    claim = SomeConstant("A", (), n <= A * term(1))
    value = K + (1 if honest else Fraction(1, 2))
    return refuted_by_family(claim, family({"n": value}), grows(value))
