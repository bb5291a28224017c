"""Vectors of one model have different dimensions."""

from tests.refusals.toy import refuted, s, world

REASON = "all vectors of a model have one dimension"


def build(honest):
    return refuted(s >= 1, world(g=(1,) if honest else (1, 2)))
