"""A theorem is made by its constructor, and offered as a lemma."""

from tests.refusals.toy import language, s
from theory.kernel.rules import Kernel, Theorem

REASON = "not by its constructor"


def build(honest):
    def attempt():
        kernel = Kernel(language.signature)
        theorem = kernel.conclude(s**2 >= 0, [kernel.square(s)], [])
        if not honest:
            theorem = Theorem(object(), s**2 >= 1, frozenset())
        kernel.lemmas["lemma"] = theorem
        kernel.lemma("lemma", {})

    return attempt
