"""Two definitions use each other."""

from theory.kernel.terms import Call, Definition, Signature, term

REASON = "not defined before it"


def build(honest):
    def attempt():
        first = term(1) if honest else Call("e") + 1
        Signature(definitions={"d": Definition((), first), "e": Definition((), Call("d"))})

    return attempt
