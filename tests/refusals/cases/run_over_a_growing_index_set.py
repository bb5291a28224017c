"""An index set whose size changes with t."""

from theory.kernel.terms import Atom, Signature, Symbol

REASON = "integer symbols that do not vary"


def build(honest):
    def attempt():
        symbols = {"m": Symbol("integer", False, varies=not honest)}
        Signature(sizes={"M": Atom("m")}, symbols=symbols)

    return attempt
