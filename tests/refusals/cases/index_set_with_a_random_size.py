"""The number of neighbours is random, so it is the size of no index set."""

from theory.kernel.terms import Atom, Signature, Symbol

REASON = "must be made of whole numbers"


def build(honest):
    def attempt():
        symbols = {"m": Symbol("integer" if honest else "scalar", not honest)}
        Signature(sizes={"M": Atom("m")}, symbols=symbols)

    return attempt
