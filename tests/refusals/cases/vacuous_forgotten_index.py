"""The hypothesis "i is near j", without i != j, has no model: nobody is near himself."""

from tests.refusals.toy import Steps, exhibited, i, j, near, world
from theory.notation.language import differ

REASON = "NO WITNESS"


TWO = [("C", 0), ("C", 1)]


def build(honest):
    p = Steps()
    everyone = near[i, j].eq(1) if not honest else near[i, j].eq(1).when(differ(i, j))
    nobody = near[i, i].eq(0)
    both = [p.assume(everyone), p.assume(nobody)]
    line = p.combine([(1, p.instance(both[0], {j: i})), (-1, both[1])])
    claim = near[i, i].eq(0) if honest else (near[i, i] - near[i, i]).eq(1)
    certificate = p.end(claim, both[1] if honest else line)
    pairs = {(one, two): one != two for one in TWO for two in TWO}
    model = world(near=[{key: int(value) for key, value in pairs.items()}])
    return exhibited(claim, certificate, model, hypotheses=[everyone, nobody])
