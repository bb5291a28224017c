"""The polynomial of a line is changed from outside."""

from tests.refusals.toy import language, s
from theory.kernel.rules import Kernel
from theory.kernel.terms import term

REASON = "the derivation proves another statement"


def build(honest):
    def attempt():
        kernel = Kernel(language.signature)
        line = kernel.square(s)
        line.poly.clear()
        kernel.conclude(s**2 >= 0 if honest else term(0) >= 0, [line], [])

    return attempt
