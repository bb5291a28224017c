"""An index has the name that the normal form gives to bound indices."""

from tests.refusals.toy import Steps, c, proved
from theory.kernel.terms import Index
from theory.notation.language import total

REASON = "is not the name of an index"


def build(honest):
    def attempt():
        name = "i" if honest else "#1.0"
        own = Index(name, "C")
        p = Steps()
        line = p.total(p.square(c[own]), own)
        claim = total(own, c[own] ** 2) >= 0
        proved(claim, p.end(claim, line))()

    return attempt
