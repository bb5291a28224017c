"""root(s^2) is taken for s, which may be negative."""

from tests.refusals.toy import Steps, proved, s
from theory.notation.language import root

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    square = p.square(s)
    line = p.root_square(square)
    claim = (root(s**2) ** 2).eq(s**2) if honest else root(s**2).eq(s)
    return proved(claim, p.end(claim, line, square))
