"""The family was proved under an assumption besides K >= 1."""

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import Relation, SomeConstant, term

REASON = "from more than K >= 1"


def build(honest):
    claim = SomeConstant("A", (), n <= A * term(1))
    more = [] if honest else [Relation(K + 1, ">", K * term(1))]
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1, more))
