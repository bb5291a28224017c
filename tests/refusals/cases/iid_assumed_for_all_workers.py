"""The proof takes all workers as i.i.d.; the document says it of the correct ones."""

from tests.refusals.toy import G, Steps, V, a, i, iid, proved
from theory.kernel.terms import Iid, Integrable

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    family, who = (iid, i) if honest else (Iid("V", "W", "G"), a)
    need = Integrable(G)
    line = p.integrable_identical(family, who, V[who], p.assume(need))
    claim = Integrable(V[who])
    return proved(claim, p.end(claim, line), hypotheses=[iid, need])
