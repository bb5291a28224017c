"""A random count is declared an integer parameter, and may then leave E."""

from theory.kernel.terms import Signature, Symbol

REASON = "must be deterministic"


def build(honest):
    def attempt():
        Signature(symbols={"m": Symbol("integer", not honest)})

    return attempt
