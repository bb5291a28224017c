"""The sum of ones over C is n - f only where n - f is a natural number."""

from tests.refusals import toy
from tests.refusals.toy import Steps, f, i, n
from theory.kernel.certificates import replay
from theory.kernel.rules import Kernel
from theory.kernel.terms import term
from theory.notation.language import total

REASON = "the statement may not denote"


def build(honest):
    p = Steps()
    claim = total(i, term(1)).eq(n - f)
    certificate = p.end(claim, p.combine([]))
    if not honest:
        certificate["obligations"] = []
    return lambda: replay(Kernel(toy.signature), certificate)
