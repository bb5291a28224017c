"""The correct vectors of the counterexample are equal to each other, not i.i.d."""

from tests.refusals.toy import V, i, iid, j, refuted, world

REASON = "the counterexample does not satisfy the hypothesis"


def build(honest):
    pairs = [(1, 1), (1, -1), (-1, 1), (-1, -1)] if honest else [(1, 1), (-1, -1)]
    tables = [{(("C", 0),): (one,), (("C", 1),): (two,)} for one, two in pairs]
    model = world(outcomes=len(pairs), V=tables, G=[(one,) for one, _ in pairs])
    return refuted((V[i] @ V[j]).eq(2), model, hypotheses=[iid])
