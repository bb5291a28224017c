"""The counterexample does not say what n is."""

from tests.refusals.toy import a, refuted, world, x

REASON = "'n' has no value"


def build(honest):
    model = world(x=[1])
    if not honest:
        del model.tables["n"]
    return refuted(x[a] <= 0, model)
