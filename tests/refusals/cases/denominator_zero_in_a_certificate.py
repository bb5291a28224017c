"""A multiplier is 1/0."""

from tests.refusals.toy import Steps, proved, s

REASON = "a denominator other than 0"


def build(honest):
    p = Steps()
    line = p.combine([(1, p.square(s))])
    certificate = p.end(s**2 >= 0, line)
    if not honest:
        certificate["steps"][1][1][1][1] = ["q", "1/0"]
    return proved(s**2 >= 0, certificate)
