"""A power of a sum whose bound indices can be named in 12! ways."""

from tests.refusals.toy import Steps, c, i, proved
from theory.notation.language import total

REASON = "too many like indices"


def build(honest):
    p = Steps()
    base = total(i, c[i]) ** (2 if honest else 12)
    return proved(base**2 >= 0, p.end(base**2 >= 0, p.square(base)))
