"""An index of an instance has the name of an opened bound index."""

from tests.refusals.toy import Steps, c, i, j, proved

REASON = "is not the name of an index"


def build(honest):
    p = Steps()
    line = p.instance(p.square(c[i]), {i: j})
    certificate = p.end(c[j] ** 2 >= 0, line)
    if not honest:
        certificate["steps"][1][2][1][0] = ["Index", "$17", "C"]
    return proved(c[j] ** 2 >= 0, certificate)
