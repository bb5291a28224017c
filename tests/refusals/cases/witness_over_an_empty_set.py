"""The statement is about Byzantine workers, and the counterexample has none."""

from tests.refusals.toy import k, refuted, world, x

REASON = "the counterexample does not violate the statement"


def build(honest):
    model = world(byzantine=1 if honest else 0, x=[1])
    return refuted(x[k] <= 0, model)
