"""The claim "some integer K has 2K = 1", with one half for K."""

from fractions import Fraction

from tests.refusals.toy import A, K, Steps, proved
from theory.kernel.terms import SomeConstant, term

REASON = "must be a plain real number"


def build(honest):
    p = Steps()
    name, symbol = ("A", A) if honest else ("K", K)
    claim = SomeConstant(name, (), (2 * symbol).eq(1))
    return proved(claim, p.end(claim, p.combine([]), value=term(Fraction(1, 2))))
