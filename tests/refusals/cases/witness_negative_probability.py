"""An outcome with a negative probability."""

from fractions import Fraction

from tests.refusals.toy import S, refuted, world
from theory.kernel.models import Model, Outcome

REASON = "probabilities must be positive and add up to 1"


def build(honest):
    fair = world(outcomes=2, S=[1, -1])
    tables = [one.tables for one in fair.outcomes]
    odd = [Outcome(Fraction(3, 2), tables[0]), Outcome(Fraction(-1, 2), tables[1])]
    return refuted(S >= 0, Model(fair.tables, fair.outcomes if honest else odd))
