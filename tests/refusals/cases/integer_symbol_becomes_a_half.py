"""A lemma about an integer is used with a value that need not be one."""

from tests.refusals.toy import K, Steps, n, proved, s

REASON = "is an integer, its value need not be"


def build(honest):
    first = Steps()
    lemma = (K >= 1, first.end(K >= 1, first.integer_gap(first.assume(K > 0))), K > 0)
    p = Steps()
    value = 2 * n if honest else s
    line = p.lemma("lemma", {"K": value})
    claim = value >= 1
    return proved(claim, p.end(claim, line), hypotheses=[value > 0], lemmas={"lemma": lemma})
