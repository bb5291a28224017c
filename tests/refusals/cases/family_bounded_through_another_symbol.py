"""n <= s and s <= 3 bound n; the family lets n grow and keeps quiet about s."""

from tests.refusals.toy import A, K, Steps, family, grows, n, refuted_by_family, s
from theory.kernel.terms import Relation, SomeConstant, term

REASON = "without a value in the family"


def build(honest):
    claim = SomeConstant("A", (), n <= A * term(1))
    values, certificates, hypotheses = {"n": K + 1}, grows(K + 1), [n <= s, s <= 3]
    if honest:
        bound = Steps()
        values["s"], hypotheses = K + 1, [n <= s]
        reflexive = bound.weaken(bound.combine([]))
        certificates.insert(0, bound.end(Relation(K + 1, "<=", K + 1), reflexive))
    return refuted_by_family(claim, family(values), certificates, hypotheses=hypotheses)
