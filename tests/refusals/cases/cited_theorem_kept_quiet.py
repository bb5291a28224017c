"""A theorem of the literature is used, and the verdict would be a plain PROVED."""

from tests.refusals.toy import Steps, proved, theta, theta_next
from theory.kernel.terms import AlmostSure, Cited, Expect, Integrable, term

REASON = "PROVED FROM"


def run(p, cited):
    """That theta converges by Robbins and Siegmund, or that 1 is bounded."""
    if not cited:
        return [], p.end(AlmostSure("bounded", term(1)), p.constant(term(1)))
    zero = term(0)
    drift = Expect(theta_next) <= (1 + zero) * theta + zero - zero
    known = [theta >= 0, drift, Integrable(theta_next), AlmostSure("summable", zero)]
    sign, down, mean, sums = map(p.assume, known)
    nothing = p.weaken(p.combine([]))
    signs = (sign, nothing, nothing, nothing)
    line = p.robbins_siegmund("converges", theta, zero, zero, zero, down, signs, mean, (sums, sums))
    certificate = p.end(AlmostSure("bounded", theta), p.bounded(line))
    return [*known, Cited("robbins_siegmund")], certificate


def build(honest):
    p = Steps()
    known, certificate = run(p, cited=not honest)
    claim = AlmostSure("bounded", term(1) if honest else theta)
    return proved(claim, certificate, hypotheses=known)
