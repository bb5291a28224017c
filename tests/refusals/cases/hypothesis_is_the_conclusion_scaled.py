"""The proof assumes twice the conclusion, which looks like something else."""

from fractions import Fraction

from tests.refusals.toy import Steps, proved, s, t

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    twice = p.combine([(2, p.square(s))]) if honest else p.assume(2 * s**2 + t >= t)
    line = p.combine([(Fraction(1, 2), twice)])
    return proved(s**2 >= 0, p.end(s**2 >= 0, line))
