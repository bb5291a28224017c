"""The counterexample violates the relation only where its condition fails."""

from tests.refusals.toy import i, j, near, refuted, world, x

REASON = "the counterexample does not violate the statement"


def build(honest):
    table = {(("C", 0), ("C", 1)): 1 if honest else 0}
    return refuted((x[i] <= 0).when(near[i, j]), world(near=[table], x=[1]))
