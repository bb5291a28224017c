"""A theorem about a whole run is used with another sequence put in."""

from tests.refusals.toy import Steps, proved, step, theta
from theory.kernel.terms import AlmostSure

REASON = "is about a whole run"


def build(honest):
    first = Steps()
    claim = AlmostSure("bounded", theta**2)
    need = AlmostSure("bounded", theta**2)
    lemma = (claim, first.end(claim, first.assume(need)), need)
    p = Steps()
    line = p.lemma("lemma", {} if honest else {"theta": step})
    claim = AlmostSure("bounded", (theta if honest else step) ** 2)
    return proved(claim, p.end(claim, line), hypotheses=[need], lemmas={"lemma": lemma})
