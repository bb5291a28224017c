"""With f = K + 1 and n = 1 there are fewer workers than Byzantine ones."""

from tests.refusals.toy import A, K, f, family, grows, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "an inequality cannot be multiplied by -1"


def build(honest):
    claim = SomeConstant("A", (), f <= A * term(1))
    values = {"n": K + 2 if honest else term(1), "f": K + 1}
    return refuted_by_family(claim, family(values), grows(K + 1))
