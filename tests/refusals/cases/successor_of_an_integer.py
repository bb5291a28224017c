"""An integer of a process becomes a half in the next step, and is still called an integer."""

from theory.kernel.rules import Kernel
from theory.kernel.terms import Atom, Signature, Symbol

REASON = "the successor of the integer"


def build(honest):
    def attempt():
        sort = "scalar" if honest else "integer"
        symbols = {"p": Symbol(sort, False, varies=True)}
        Kernel(Signature(symbols=symbols, successors={"p": Atom("p") / 2}))

    return attempt
