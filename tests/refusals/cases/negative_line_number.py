"""Line -1 is the last line, as Python counts."""

from tests.refusals.toy import Steps, proved, s

REASON = "must list lines of the certificate"


def build(honest):
    p = Steps()
    certificate = p.end(s**2 >= 0, p.square(s))
    certificate["lines"] = [0 if honest else -1]
    return proved(s**2 >= 0, certificate)
