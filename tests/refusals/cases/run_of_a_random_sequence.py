"""A quantity that is not known at t has no value at t + 1 as seen from t."""

from tests.refusals.toy import S, language, theta

REASON = "is not that at t"


def build(honest):
    def attempt():
        language.signature.shift(theta if honest else theta * S)

    return attempt
