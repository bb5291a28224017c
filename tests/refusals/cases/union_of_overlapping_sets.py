"""A union counts a part twice."""

from theory.kernel.terms import Signature, term

REASON = "must join different base sets"


def build(honest):
    def attempt():
        sizes = {"C": term(1), "Y": term(2)}
        Signature(sizes=sizes, unions={"W": ("C", "Y" if honest else "C")})

    return attempt
