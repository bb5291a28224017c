"""A family is checked at one time, and its parameter may have another value later."""

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family, theta
from theory.kernel.terms import SomeConstant, term

REASON = "may change with t"


def build(honest):
    name, left = ("n", n) if honest else ("theta", theta)
    claim = SomeConstant("A", (), left <= A * term(1))
    return refuted_by_family(claim, family({name: K + 1}), grows(K + 1))
