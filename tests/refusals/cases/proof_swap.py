"""Two claims exchange their certificates."""

from tests.refusals.toy import Steps, proved, s, t

REASON = "the certificate proves another statement"


def build(honest):
    one, two = Steps(), Steps()
    certificates = [one.end(s**2 >= 0, one.square(s)), two.end(t**2 >= 0, two.square(t))]
    first, second = certificates if honest else certificates[::-1]
    return proved(t**2 >= 0, second, lemmas={"other": (s**2 >= 0, first)})
