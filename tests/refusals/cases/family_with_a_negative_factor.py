"""The bound -1 <= C (-n) is true for C = 0; that it fails for all C >= 1 refutes nothing."""

from tests.refusals.toy import A, K, Steps, family, n, refuted_by_family
from theory.kernel.terms import Relation, SomeConstant, term

REASON = "are not its goals"


def build(honest):
    sign, p = Steps(), Steps()
    if honest:
        claim = SomeConstant("A", (), n**2 <= A * n)
        larger = Relation((K + 1) ** 2, ">", K * (K + 1))
        line = p.combine([(1, p.assume(K >= 1)), (2, p.number(1))])
        positive = sign.combine([(1, sign.assume(K >= 1)), (2, sign.number(1))])
        certificates = [sign.end(K + 1 >= 0, positive), p.end(larger, line)]
        values = {"n": K + 1}
    else:
        claim = SomeConstant("A", (), Relation(term(-1), "<=", A * (-1 * n)))
        larger = Relation(term(-1), ">", K * (term(-1) * 2))
        line = p.combine([(2, p.assume(K >= 1)), (1, p.number(1))])
        certificates = [p.end(larger, line)]
        values = {"n": term(2)}
    return refuted_by_family(claim, family(values), certificates)
