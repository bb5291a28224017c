"""t s >= 0 is divided by t, of which only t >= 0 is known."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "a line of kind > was expected"


def build(honest):
    p = Steps()
    factor = t > 0 if honest else t >= 0
    line = p.cancel(p.assume(t * s >= 0), p.assume(factor), s)
    return proved(s >= 0, p.end(s >= 0, line), hypotheses=[t * s >= 0, factor])
