"""The mean over n workers needs n > 0."""

from tests.refusals.toy import Steps, c, f, i, j, n, proved
from theory.notation.language import total

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = (total(i, c[i]) / (n - f)).eq(total(j, c[j]) / (n - f))
    need = (n - f) ** 2 > 0
    needed = [p.assume((n - f) * (n - f) > 0)] if honest else [p.total(p.number(1), i)]
    need = (n - f) * (n - f) > 0
    return proved(claim, p.end(claim, p.combine([]), *needed), hypotheses=[need])
