"""The chosen vector is one of the i.i.d. ones, so its mean would be theirs."""

from tests.refusals.toy import G, Steps, V, a, chosen, i, iid, proved
from theory.kernel.terms import Expect, Integrable

REASON = "write the term without E, choices and definitions"


NEEDED = [Integrable(G), Integrable(V[i]), Integrable(chosen.at(a, V[a]))]


def known(p, one):
    """Both means exist."""
    return [p.assume(Integrable(x)) for x in (one, G)]


def build(honest):
    p = Steps()
    one = V[i] if honest else chosen.at(a, V[a])
    line = p.identical(iid, i, one)
    return proved(
        Expect(one).eq(Expect(G)),
        p.end(Expect(one).eq(Expect(G)), line, *known(p, one)),
        hypotheses=[iid, *NEEDED],
    )
