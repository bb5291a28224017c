"""A step calls the private method that makes lines."""

from tests.refusals.toy import Steps, proved, s

REASON = "not a rule of the kernel"


def build(honest):
    p = Steps()
    line = p.square(s)
    certificate = p.end(s**2 >= 0, line)
    if not honest:
        certificate["steps"] = [["_line", ">=", ["map"]]]
    return proved(s**2 >= 0, certificate)
