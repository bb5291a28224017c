"""The correct vectors are i.i.d., but their law is not that of G."""

from tests.refusals.toy import V, i, iid, j, refuted, world

REASON = "the counterexample does not satisfy the hypothesis"


def build(honest):
    tables = [{(("C", 0),): (1,), (("C", 1),): (1,)}]
    model = world(V=tables, G=[(1,) if honest else (2,)])
    return refuted((V[i] @ V[j]).eq(2), model, hypotheses=[iid])
