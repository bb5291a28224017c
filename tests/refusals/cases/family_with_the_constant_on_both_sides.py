"""C n <= C is true for C = 0; the constant is on both sides."""

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "occurs in more than one place"


def build(honest):
    left = n if honest else A * n
    claim = SomeConstant("A", (), left <= A * term(1))
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1))
