"""C may depend on n, so n must be the same for every K."""

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "or not at all"


def build(honest):
    claim = SomeConstant("A", () if honest else ("n",), n <= A * term(1))
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1))
