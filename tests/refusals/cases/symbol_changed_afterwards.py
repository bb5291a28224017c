"""A symbol is made deterministic after the kernel has met it."""

from theory.kernel.rules import Kernel
from theory.kernel.terms import Atom, Signature, Symbol

REASON = "a coefficient that depends on the outcome may not leave E"


def build(honest):
    def attempt():
        symbols = {"S": Symbol("scalar", True), "s": Symbol("scalar", False)}
        kernel = Kernel(Signature(symbols=symbols))
        symbols["S"] = Symbol("scalar", False)
        kernel.constant_factor(Atom("s" if honest else "S"), Atom("S"))

    return attempt
