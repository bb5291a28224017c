"""The probabilities of a counterexample add up to 3/4."""

from fractions import Fraction

from tests.refusals.toy import S, refuted, world
from theory.kernel.models import Model, Outcome

REASON = "probabilities must be positive and add up to 1"


def build(honest):
    fair = world(outcomes=2, S=[1, -1])
    odd = [Outcome(Fraction(1, 4), fair.outcomes[0].tables), fair.outcomes[1]]
    return refuted(S >= 0, Model(fair.tables, fair.outcomes if honest else odd))
