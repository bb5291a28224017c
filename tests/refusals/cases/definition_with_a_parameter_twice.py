"""d(i, i) would make two arguments one."""

from theory.kernel.terms import term
from theory.notation.language import Language

REASON = "repeats a parameter"


def build(honest):
    def attempt():
        own = Language()
        members = own.index_set("M", own.integer("m"))
        one, other = members.index("i"), members.index("j" if honest else "i")
        own.define("d", (one, other), term(1))

    return attempt
