"""The family gives a value to a random number."""

from tests.refusals.toy import A, K, S, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "is not a parameter"


def build(honest):
    name, symbol = ("n", n) if honest else ("S", S)
    claim = SomeConstant("A", (), symbol <= A * term(1))
    return refuted_by_family(claim, family({name: K + 1}), grows(K + 1))
