"""A name is declared again, with another meaning."""

from theory.kernel.terms import Signature, Symbol, term

REASON = "is declared twice"


def build(honest):
    def attempt():
        Signature(sizes={"C": term(2)}, symbols={"D" if honest else "C": Symbol("scalar", False)})

    return attempt
