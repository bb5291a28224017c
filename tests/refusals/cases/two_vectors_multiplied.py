"""Two vectors get a product instead of an inner product."""

from tests.refusals.toy import G, Steps, g, proved, u

REASON = "two vectors have an inner product"


def build(honest):
    p = Steps()
    known = p.assume(g.eq(u))
    line = p.dot(known, G) if honest else p.times(known, G)
    claim = (g @ G).eq(u @ G)
    return proved(claim, p.end(claim, line), hypotheses=[g.eq(u)])
