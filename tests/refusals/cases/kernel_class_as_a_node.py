"""A node asks for a Line, which is no term."""

from tests.refusals.toy import Steps, proved, s

REASON = "is not a node of the language"


def build(honest):
    p = Steps()
    certificate = p.end(s**2 >= 0, p.square(s))
    if not honest:
        certificate["steps"][0] = ["combine", ["tuple", ["tuple", ["q", "1"], ["Line", "x"]]]]
    return proved(s**2 >= 0, certificate)
