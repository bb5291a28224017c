"""Robbins and Siegmund with an error that nobody has shown to be summable."""

from tests.refusals.toy import Steps, proved, step, theta, theta_next
from theory.kernel.terms import AlmostSure, Cited, Expect, Integrable, KernelError, term

REASON = "was expected"


def proved_from(claim, certificate, known):
    """The attempt to get the verdict PROVED FROM."""

    def attempt():
        try:
            proved(claim, certificate, hypotheses=known)()
        except KernelError as refusal:
            if not str(refusal).startswith("PROVED FROM"):
                raise

    return attempt


def build(honest):
    p = Steps()
    zero = term(0)
    drift = Expect(theta_next) <= (1 + zero) * theta + step - zero
    signs = [theta >= 0, step >= 0]
    needs = [drift, *signs, Integrable(theta_next)]
    down, sign, error, mean = map(p.assume, needs)
    sums = [AlmostSure("summable", zero), AlmostSure("summable", step)]
    none, small = map(p.assume, sums)
    nothing = p.weaken(p.combine([]))
    line = p.robbins_siegmund(
        "converges",
        theta,
        zero,
        step,
        zero,
        down,
        (sign, nothing, error, nothing),
        mean,
        (none, small if honest else error),
    )
    claim = AlmostSure("converges", theta)
    known = [*needs, *sums, Cited("robbins_siegmund")]
    return proved_from(claim, p.end(claim, line), known)
