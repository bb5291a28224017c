"""A denominator is positive at j, and the statement divides at i and j."""

from tests.refusals.toy import Steps, c, i, j, proved

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = (1 / c[i]).eq(1 / c[i])
    need = c[i] * c[i] > 0
    line = p.assume(need)
    line = line if honest else p.instance(line, {i: j})
    return proved(claim, p.end(claim, p.combine([]), line), hypotheses=[need])
