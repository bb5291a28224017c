"""A node names a Python object instead of a term."""

from tests.refusals.toy import Steps, proved, s

REASON = "is not a node of the language"


def build(honest):
    p = Steps()
    certificate = p.end(s**2 >= 0, p.square(s))
    if not honest:
        certificate["steps"][0][1] = ["os.system", "true"]
    return proved(s**2 >= 0, certificate)
