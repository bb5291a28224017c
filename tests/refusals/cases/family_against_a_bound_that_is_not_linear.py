"""(C - 1/2)^2 <= 0 is true for C = 1/2, and false for every C >= 1."""

from fractions import Fraction

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "of the form L <= C R"


def build(honest):
    half = A - Fraction(1, 2)
    claim = SomeConstant("A", (), n <= A * term(1) if honest else half * half <= 0)
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1))
