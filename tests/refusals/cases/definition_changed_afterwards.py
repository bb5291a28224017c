"""A definition is changed after the kernel has used it."""

from theory.kernel.rules import Kernel
from theory.kernel.terms import Call, Definition, Signature, term

REASON = "the derivation proves another statement"


def build(honest):
    def attempt():
        definitions = {"d": Definition((), term(0))}
        kernel = Kernel(Signature(definitions=definitions))
        line = kernel.combine([])
        if not honest:
            definitions["d"] = Definition((), term(1))
        kernel.conclude(Call("d").eq(0 if honest else 1), [line], [])

    return attempt
