"""A counterexample with a float, which is no exact number."""

from tests.refusals.toy import refuted, s, world

REASON = "must be an exact number"


def build(honest):
    model = world(s=1)
    if not honest:
        model.tables["s"] = {(): 0.1 + 0.2}
    return refuted(s <= 0, model)
