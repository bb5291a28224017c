"""A line of a kernel in which s is a square is used in one in which it is not."""

from tests.refusals.toy import language, s
from theory.kernel.rules import Kernel

REASON = "belongs to another derivation"


def build(honest):
    def attempt():
        kernel, other = Kernel(language.signature), Kernel(language.signature)
        line = (kernel if honest else other).square(s)
        kernel.conclude(s**2 >= 0, [line], [])

    return attempt
