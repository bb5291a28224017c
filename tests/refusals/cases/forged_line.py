"""A line is made by its constructor instead of a rule."""

from tests.refusals.toy import language, s
from theory.kernel.rules import Kernel, Line

REASON = "not by its constructor"


def build(honest):
    def attempt():
        kernel = Kernel(language.signature)
        line = kernel.square(s)
        if not honest:
            line = Line(object(), kernel, ">=", line.poly, frozenset(), frozenset())
        kernel.conclude(s**2 >= 0, [line], [])

    return attempt
