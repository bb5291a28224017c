"""1 - I - J is not an indicator, though 1 - I is."""

from tests.refusals.toy import Steps, i, j, near, proved

REASON = "the derivation proves another statement"


def build(honest):
    p = Steps()
    weight = 1 - near[i, j] if honest else 1 - near[i, j] - near[j, i]
    return proved(weight >= 0, p.end(weight >= 0, p.square(weight)))
