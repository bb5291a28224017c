"""Two indices may name the same worker; that V_i and V_j are independent needs i != j."""

from tests.refusals.toy import Steps, V, i, iid, j, proved
from theory.kernel.terms import Expect, Integrable, term
from theory.notation.language import differ

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    la, lb = p.assume(Integrable(V[i])), p.assume(Integrable(V[j]))
    line = p.independent(iid, (i,), (j,), V[i], V[j], la, lb)
    both = p.assume(Integrable(V[i] @ V[j]))
    apart = differ(i, j) if honest else term(1)
    claim = (apart * Expect(V[i] @ V[j])).eq(apart * (Expect(V[i]) @ Expect(V[j])))
    needs = [iid, Integrable(V[i]), Integrable(V[j]), Integrable(V[i] @ V[j])]
    return proved(claim, p.end(claim, line, la, lb, both), hypotheses=needs)
