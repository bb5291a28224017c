"""A lemma about a constant s is used with a random value for s."""

from tests.refusals.toy import S, Steps, T, proved, s, t
from theory.kernel.terms import Expect, Integrable

REASON = "is deterministic, its value is not"


def build(honest):
    first = Steps()
    needs = [Integrable(s * T), Integrable(T)]
    claim = Expect(s * T).eq(s * Expect(T))
    known = [first.assume(need) for need in needs]
    lemma = (claim, first.end(claim, first.constant_factor(s, T), *known), *needs)
    p = Steps()
    value = t if honest else S
    line = p.lemma("lemma", {"s": value})
    claim = Expect(value * T).eq(value * Expect(T))
    mine = [Integrable(value * T), Integrable(T)]
    certificate = p.end(claim, line, *map(p.assume, mine))
    return proved(claim, certificate, hypotheses=mine, lemmas={"lemma": lemma})
