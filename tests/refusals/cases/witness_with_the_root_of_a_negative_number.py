"""(root s)^2 = s wherever it denotes; at s = -1 the root means 0, and refutes nothing."""

from tests.refusals.toy import refuted, s, t, world
from theory.notation.language import root

REASON = "the statement does not denote on the counterexample: a radicand may be negative"


def build(honest):
    return refuted((root(s) ** 2).eq(t), world(s=1 if honest else -1, t=2 if honest else -1))
