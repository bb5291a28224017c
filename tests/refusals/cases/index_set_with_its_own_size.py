"""The size of a set is a sum over the set itself."""

from theory.kernel.rules import Kernel
from theory.kernel.terms import Index, Signature, Total, term

REASON = "the size of"


def build(honest):
    def attempt():
        size = term(3) if honest else Total(Index("i", "M"), term(1))
        Kernel(Signature(sizes={"M": size}))

    return attempt
