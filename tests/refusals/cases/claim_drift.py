"""The certificate proves another statement than the one that is printed."""

from tests.refusals.toy import Steps, proved, s

REASON = "the certificate proves another statement"


def build(honest):
    p = Steps()
    line = p.square(s)
    printed = s**2 >= 0 if honest else s**2 >= 1
    return proved(printed, p.end(s**2 >= 0, line))
