"""E(theta) is theta at t; at t + 1 it is not E(theta_next), which may be 0 for want of a mean."""

from tests.refusals.cases.run_without_a_summable_error import proved_from
from tests.refusals.toy import Steps, theta, theta_next
from theory.kernel.terms import AlmostSure, Cited, Expect, Integrable, term

REASON = "a mean at t + 1 is another one"


def build(honest):
    p = Steps()
    zero = term(0)
    v = theta if honest else Expect(theta)
    later = theta_next if honest else Expect(theta_next)
    drift = Expect(later) <= (1 + zero) * v + zero - zero
    known = [v >= 0, drift, Integrable(later), AlmostSure("summable", zero)]
    sign, down, mean, sums = map(p.assume, known)
    nothing = p.weaken(p.combine([]))
    signs = (sign, nothing, nothing, nothing)
    line = p.robbins_siegmund("converges", v, zero, zero, zero, down, signs, mean, (sums, sums))
    claim = AlmostSure("converges", theta)
    return proved_from(claim, p.end(claim, line), [*known, Cited("robbins_siegmund")])
