"""A claim about all workers is proved for the correct ones alone."""

from tests.refusals.toy import Steps, a, proved, x
from theory.kernel.terms import Index

REASON = "one line of one kind for each"


def build(honest):
    p = Steps()
    parts = [p.square(x[Index("a", part)]) for part in (("C", "Y") if honest else ("C",))]
    line = p.union(x[a] ** 2, a, parts)
    return proved(x[a] ** 2 >= 0, p.end(x[a] ** 2 >= 0, line))
