"""An extra assumption enters only through the line that shows that a term denotes."""

from tests.refusals.toy import Steps, proved, s

REASON = "the proof assumes what the document does not"


def build(honest):
    p = Steps()
    square = p.square(s)
    claim = s * s / (s * s + 1) * 0 >= 0
    positive = p.combine([(1, square), (1, p.number(1))])
    if not honest:
        positive = p.assume(s * s + 1 > 0)
    line = p.weaken(p.combine([]))
    return proved(claim, p.end(claim, line, p.multiply(positive, positive)))
