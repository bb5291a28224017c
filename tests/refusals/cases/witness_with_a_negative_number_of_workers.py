"""A model with -1 Byzantine workers."""

from fractions import Fraction

from tests.refusals.toy import f, refuted, world

REASON = "has no admissible size"


def build(honest):
    model = world()
    if not honest:
        model.tables["f"][()] = Fraction(-1)
    return refuted(f >= 2, model)
