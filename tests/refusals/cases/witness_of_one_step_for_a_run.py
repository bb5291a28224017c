"""A model of one step does not say that theta converges, which is assumed."""

from tests.refusals.toy import refuted, s, theta, world
from theory.kernel.terms import AlmostSure

REASON = "a finite model has one step; it cannot decide about a run"


def build(honest):
    return refuted(
        s <= 0, world(s=1), hypotheses=[] if honest else [AlmostSure("converges", theta)]
    )
