"""A symbol is called "n - f", and prints like a term."""

from theory.notation.language import Language

REASON = "is not a name"


def build(honest):
    def attempt():
        Language().scalar("m" if honest else "n - f")

    return attempt
