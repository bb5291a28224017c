"""For every Byzantine k: 1 <= C 0. Without any k this is true, so nothing refutes it."""

from tests.refusals.toy import A, K, Steps, f, family, k, refuted_by_family
from theory.kernel.terms import Relation, SomeConstant, term
from theory.notation.language import same

REASON = "a family refutes a relation without free indices"


def build(honest):
    one = term(1) if honest else same(k, k)
    claim = SomeConstant("A", (), one <= A * term(0))
    sign, large = Steps(), Steps()
    nothing = sign.weaken(sign.combine([]))
    larger = Relation(one, ">", K * term(0))
    none = Steps()
    certificates = [none.end(term(0).eq(0), none.combine([]))]
    certificates += [sign.end(term(0) >= 0, nothing), large.end(larger, large.number(1))]
    return refuted_by_family(claim, family({}), certificates, hypotheses=[f.eq(0)])
