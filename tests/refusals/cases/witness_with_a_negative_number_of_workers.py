"""A model with -1 Byzantine workers."""

from fractions import Fraction

from tests.refusals.toy import f, refuted, world

REASON = "the counterexample does not satisfy the hypothesis 'size of Y'"


def build(honest):
    model = world(byzantine=0)
    if not honest:
        model.tables["n"][()] -= 1
        model.tables["f"][()] = Fraction(-1)
    return refuted(f >= 2, model)
