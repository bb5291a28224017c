"""A symbol is used at an index over a set that nobody declared."""

from tests.refusals.toy import Steps, c, proved
from theory.kernel.terms import Index

REASON = "ranges over no declared set"


def build(honest):
    p = Steps()
    index = Index("j", "C" if honest else "C without i")
    claim = c[index].eq(c[index])
    return proved(claim, p.end(claim, p.combine([])))
