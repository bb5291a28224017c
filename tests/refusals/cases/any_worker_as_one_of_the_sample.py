"""An index over all workers is used where only correct ones are i.i.d."""

from tests.refusals.toy import G, Steps, V, a, i, iid, proved
from theory.kernel.terms import Integrable

REASON = "is not an index of the i.i.d. family"


def build(honest):
    p = Steps()
    who = i if honest else a
    need = Integrable(G)
    line = p.integrable_identical(iid, who, V[who], p.assume(need))
    return proved(Integrable(V[who]), p.end(Integrable(V[who]), line), hypotheses=[iid, need])
