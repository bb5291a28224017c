"""Robbins and Siegmund for a sequence that is not known to be non-negative."""

from tests.refusals.toy import language, theta, theta_next
from theory.kernel.certificates import RULES
from theory.kernel.rules import Kernel
from theory.kernel.terms import AlmostSure, Expect, Integrable, term

REASON = "is not negative"


def build(honest):
    def attempt():
        kernel = Kernel(language.signature)
        zero = term(0)
        drift = kernel.assume(Expect(theta_next) <= (1 + zero) * theta + zero - zero)
        sums = kernel.assume(AlmostSure("summable", zero))
        nothing = kernel.weaken(kernel.combine([]))
        sign = kernel.assume(theta >= 0) if honest else nothing
        mean = kernel.assume(Integrable(theta_next))
        signs = (sign, nothing, nothing, nothing)
        RULES["robbins_siegmund"](
            kernel, "converges", theta, zero, zero, zero, drift, signs, mean, (sums, sums)
        )

    return attempt
