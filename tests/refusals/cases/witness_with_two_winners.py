"""Two workers win at once."""

from tests.refusals.toy import a, chosen, refuted, world, x
from theory.notation.language import total

REASON = "must choose exactly one index"


def build(honest):
    winners = {(("C", 0),): 1, (("C", 1),): 0 if honest else 1}
    model = world(chosen=[winners])
    return refuted(total(a, chosen.equals(a) * x[a]) > 0, model)
