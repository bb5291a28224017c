"""A certificate with a key that nobody reads."""

from tests.refusals.toy import Steps, proved, s

REASON = "a certificate has the keys"


def build(honest):
    p = Steps()
    certificate = p.end(s**2 >= 0, p.square(s))
    return proved(s**2 >= 0, certificate if honest else {**certificate, "trust": "me"})
