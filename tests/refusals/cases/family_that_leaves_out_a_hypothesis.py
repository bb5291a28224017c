"""The parameters of the family violate a hypothesis, and its goal is left out."""

from tests.refusals.toy import A, K, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term

REASON = "are not its goals"


def build(honest):
    claim = SomeConstant("A", (), n <= A * term(1))
    hypotheses = [] if honest else [n <= 10]
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1), hypotheses=hypotheses)
