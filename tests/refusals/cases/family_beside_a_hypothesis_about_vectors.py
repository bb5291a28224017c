"""No number of workers in the family is checked against what is assumed of their vectors."""

from tests.refusals.toy import A, K, V, a, family, grows, n, refuted_by_family
from theory.kernel.terms import SomeConstant, term
from theory.notation.language import squared, total

REASON = "without a value in the family"


def build(honest):
    claim = SomeConstant("A", (), n <= A * term(1))
    few = [] if honest else [n <= total(a, squared(V[a]))]
    return refuted_by_family(claim, family({"n": K + 1}), grows(K + 1), hypotheses=few)
