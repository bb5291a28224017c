"""The denominator that is 0 is inside a definition, under a sum."""

from tests.refusals.toy import a, count, refuted, world
from theory.notation.language import total

REASON = "the statement does not denote on the counterexample: a denominator may be 0"


def build(honest):
    everyone = {((s, k), ("C", m)): 1 for s, k in (("C", 0), ("C", 1), ("Y", 0)) for m in range(2)}
    model = world(byzantine=1, near=[everyone if honest else {}])
    return refuted(total(a, count[a] / count[a]).eq(7), model)
