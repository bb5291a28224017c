"""`true` is used as the number of line 1."""

from tests.refusals.toy import Steps, proved, s

REASON = "must list lines of the certificate"


def build(honest):
    p = Steps()
    p.number(1)
    certificate = p.end(s**2 >= 0, p.square(s))
    certificate["lines"] = [1 if honest else True]
    return proved(s**2 >= 0, certificate)
