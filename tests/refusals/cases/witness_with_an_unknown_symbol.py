"""The counterexample gives values to a symbol that is not declared."""

from fractions import Fraction

from tests.refusals.toy import a, refuted, world, x

REASON = "'ghost' is not a symbol"


def build(honest):
    model = world(x=[1])
    if not honest:
        model.tables["ghost"] = {(): Fraction(1)}
    return refuted(x[a] <= 0, model)
