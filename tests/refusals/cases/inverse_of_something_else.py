"""t > 0 is offered as a reason why s is not 0."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "does not say that the term is different from 0"


def build(honest):
    p = Steps()
    positive = p.assume(s > 0 if honest else t > 0)
    line = p.inverse(s, positive)
    claim = s > 0 if honest else t > 0
    equation = (s * (1 / s)).eq(1)
    needed = p.multiply(positive, positive)
    return proved(equation, p.end(equation, line, needed), hypotheses=[claim])
