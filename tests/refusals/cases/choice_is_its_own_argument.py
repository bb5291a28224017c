"""following(i) read at i = following(i): the bound index swallows the argument."""

from tests.refusals.toy import Steps, following, i, j, proved
from theory.kernel.terms import term
from theory.notation.language import total

REASON = "so it cannot be its argument"


def build(honest):
    p = Steps()
    line = p.choice_total("following", (i,), j if honest else i)
    claim = following.of(i).at(j, term(1)).eq(1)
    if not honest:
        claim = total(j, following.of(j).equals(j)).eq(1)
    return proved(claim, p.end(claim, line))
