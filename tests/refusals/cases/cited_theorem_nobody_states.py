"""A theorem is cited that the kernel does not know."""

from tests.refusals.toy import language
from theory.kernel.terms import Cited

REASON = "is not a theorem that can be cited"


def build(honest):
    def attempt():
        language.signature.check_formula(Cited("robbins_siegmund" if honest else "folklore"))

    return attempt
