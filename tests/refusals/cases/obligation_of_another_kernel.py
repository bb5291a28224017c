"""Only the line for an obligation comes from another kernel."""

from tests.refusals.toy import language, s
from theory.kernel.rules import Kernel

REASON = "belongs to another derivation"


def build(honest):
    def attempt():
        kernel, other = Kernel(language.signature), Kernel(language.signature)
        need = s * s > 0
        known = (kernel if honest else other).assume(need)
        kernel.conclude((1 / s).eq(1 / s), [kernel.combine([])], [known])

    return attempt
