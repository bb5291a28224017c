"""The denominator that may vanish is inside a definition."""

from tests.refusals.toy import Steps, proved
from theory.notation.language import Language

REASON = "the statement may not denote"


def build(honest):
    own = Language()
    one, bottom = own.scalar("one"), own.scalar("bottom")
    ratio = own.abbreviation("ratio", one / (5 if honest else bottom))
    p = Steps()
    claim = ratio.eq(ratio)
    return proved(claim, p.end(claim, p.combine([])), own=own)
