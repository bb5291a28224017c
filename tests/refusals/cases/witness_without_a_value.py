"""The counterexample leaves a vector undefined."""

from tests.refusals.toy import a, refuted, world, x

REASON = "has no value at some index"


def build(honest):
    model = world(x=[1])
    if not honest:
        del model.outcomes[0].tables["V"][("C", 0),]
    return refuted(x[a] <= 0, model)
