"""The denominators of a sum may vanish for some of its indices."""

from tests.refusals.toy import Steps, c, i, j, n, proved
from theory.notation.language import total

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = total(i, 1 / c[i]).eq(total(j, 1 / c[j]))
    nonzero = [p.assume(c[i] * c[i] > 0)] if honest else [p.assume(n * n > 0)]
    if honest:
        nonzero.append(p.instance(nonzero[0], {i: j}))
    needs = [c[i] * c[i] > 0, n * n > 0]
    return proved(claim, p.end(claim, p.combine([]), *nonzero), hypotheses=needs)
