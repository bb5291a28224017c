"""A definition uses itself, and would prove d = d + 1."""

from theory.kernel.terms import Call, Definition, Signature, term

REASON = "not defined before it"


def build(honest):
    def attempt():
        body = term(1) if honest else Call("d") + 1
        Signature(definitions={"d": Definition((), body)})

    return attempt
