"""root(2) root(3) against root(6): equal, but irrational."""

from tests.refusals.toy import refuted, s, t, world
from theory.notation.language import root

REASON = "the counterexample does not violate the statement"


def build(honest):
    return refuted(root(s) * root(t) >= root(6), world(s=2, t=2 if honest else 3))
