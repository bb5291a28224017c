"""The representative of the i.i.d. family becomes a vector with another law."""

from tests.refusals.toy import G, Steps, U, V, g, i, iid, proved, u
from theory.kernel.terms import Expect, Integrable

REASON = "a symbol of an Iid assumption cannot be replaced"


def build(honest):
    first = Steps()
    needs = [Integrable(V[i] @ u), Integrable(G @ u)]
    statement = Expect(V[i] @ u).eq(Expect(G @ u))
    known = [first.assume(need) for need in needs]
    certificate = first.end(statement, first.identical(iid, i, V[i] @ u), *known)
    p = Steps()
    values = {"u": 2 * g} if honest else {"G": U}
    line = p.lemma("lemma", values)
    there, other = (G, 2 * g) if honest else (U, u)
    claim = Expect(V[i] @ other).eq(Expect(there @ other))
    mine = [Integrable(V[i] @ other), Integrable(there @ other)]
    lemmas = {"lemma": (statement, certificate, iid, *needs)}
    certificate = p.end(claim, line, *map(p.assume, mine))
    return proved(claim, certificate, hypotheses=[iid, *mine], lemmas=lemmas)
