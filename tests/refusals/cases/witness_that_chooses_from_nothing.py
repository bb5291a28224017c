"""A worker is chosen, and there is none: the term at the choice is a sum of nothing."""

from tests.refusals.toy import a, chosen, refuted, world, x

REASON = "the counterexample does not satisfy the hypothesis 'choice of chosen'"


def build(honest):
    return refuted(chosen.at(a, x[a]) > 0, world(honest=2 if honest else 0, byzantine=0))
