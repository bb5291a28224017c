"""c at an index that changes with t is no constant, and has no plain successor."""

from theory.kernel.terms import At, Atom, Index, Signature, Symbol, term

REASON = "has no successor"


def build(honest):
    def attempt():
        symbols = {
            "pick": Symbol("choice", False, ("M",), varies=not honest),
            "y": Symbol("scalar", False, ("M",)),
        }
        signature = Signature(sizes={"M": term(2)}, symbols=symbols)
        i = Index("i", "M")
        signature.shift(At(i, "pick", (), Atom("y", (i,))))

    return attempt
