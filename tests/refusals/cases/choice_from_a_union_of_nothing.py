"""Each a in A chooses in a union without parts: so there is no a, and nothing follows for n."""

from tests.refusals.toy import Steps, proved
from theory.kernel.terms import term
from theory.notation.language import Language

REASON = "the derivation proves another statement"

own = Language()
n = own.integer("n")
some = own.index_set("A", n)
nothing = own.union("N")
pick = own.choice("pick", some, nothing)
a, u = some.index("a"), nothing.index("u")


def build(honest):
    p = Steps()
    absurd = p.times(p.choice_total("pick", (a,), u), n + 1)  # 0 = 1, for every a, times n + 1
    claim = n <= -1
    if honest:
        absurd, claim = p.total(p.weaken(absurd), a), n * (n + 1) <= 0
    else:
        absurd = p.weaken(absurd)
    more = [term(0) > 0, n >= 0] if honest else [term(0) > 0]
    return proved(claim, p.end(claim, absurd), hypotheses=more, own=own)
