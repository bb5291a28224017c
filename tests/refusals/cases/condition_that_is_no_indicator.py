"""A number that can be negative is used as a 0/1 variable."""

from tests.refusals.toy import S, Steps, i, j, near, proved

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    weight = near[i, j] if honest else S
    claim = weight >= 0
    return proved(claim, p.end(claim, p.square(weight)))
