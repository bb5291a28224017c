"""Certificates that are too large, too deep or too costly for anybody to mean them.

Each is a function without arguments that makes one, as the JSON values that a checker is given. The
language is the one of `tests.refusals.toy`. Run as a program this file gives the quick ones, or
with `all` every one, to both checkers and prints what they said: a test does that in a process of
its own, which ends even if a checker hangs where no alarm reaches it.
"""

import json
import resource
import sys
from fractions import Fraction

from tests.hostile.trying import Hung, bounded
from tests.refusals.toy import B, K, U, V, a, b, correct, document, i, language, n, s, u, x
from theory.bundle import bundle
from theory.kernel.certificates import encode, replay
from theory.kernel.rules import Kernel
from theory.kernel.terms import Expect, Inner, KernelError, Norm, Number, Plus, Power, Root, Times
from theory.notation.language import total
from theory.replay import check_bundle

ZERO, ONE = encode(Number(Fraction(0))), encode(Number(Fraction(1)))
TRUE = ["Relation", ONE, ">=", ZERO, ["tuple"]]
LONG = "9" * 1_000_000
MANY = 5_000
"""The most steps that a checker reads."""


def certificate(steps, statement=TRUE):
    """A certificate that ends in its last step."""
    last = [len(steps) - 1] if steps else [0]
    return {"statement": statement, "value": None, "steps": steps, "lines": last, "obligations": []}


def nested(wrap, inner, depth=100_000):
    """The value wrapped so often in another; made without recursion."""
    for _ in range(depth):
        inner = wrap(inner)
    return inner


def wide(count=140):
    """A sum of many different scalars: powers and multiples of a few symbols."""
    powers = [Power(y, k) for y in (s, B, K, n) for k in range(1, 12)]
    products = [Times((y, z)) for y in powers for z in powers if y is not z]
    return Plus(tuple([*powers, *products][:count]))


def again(step, times):
    """A step that repeats itself on the line that it made: ["multiply", l, l] and the like."""
    return [step(["line", k]) for k in range(times)]


def like_indices(count):
    """A product of numbers of so many workers, summed over each: all of them look alike."""
    indices = [correct.index(f"i{k}") for k in range(count)]
    body = Times(tuple(x[one] for one in indices))
    for one in indices:
        body = total(one, body)
    return body


def _growing_number():
    steps = [["number", ["q", "9" * 400]]]
    return certificate(steps + again(lambda line: ["multiply", line, line], 60))


def _growing_polynomial():
    steps = [["square", encode(wide(20))]]
    return certificate(steps + again(lambda line: ["multiply", line, line], 60))


def _growing_combination():
    steps = [["square", encode(wide(60))]]
    double = ["q", "9" * 300 + "/" + "7" * 300]
    return certificate(
        steps + again(lambda line: ["combine", ["tuple", ["tuple", double, line]]], MANY - 1)
    )


def _combine_often():
    steps = [["square", encode(wide())]]
    pair = ["tuple", ["q", "1/3"], ["line", 0]]
    return certificate(steps + [["combine", ["tuple", *[pair] * 50]] for _ in range(MANY - 1)])


def _combine_wide():
    steps = [["square", encode(wide(60))]]
    pair = ["tuple", ["q", "1/3"], ["line", 0]]
    return certificate([*steps, ["combine", ["tuple", *[pair] * 200_000]]])


def _square(value):
    return lambda: certificate([["square", encode(value())]])


def _statement(value):
    return lambda: certificate([["number", ["q", "1"]]], value())


CASES = {
    "a number with a million digits": lambda: certificate([["number", ["q", LONG]]]),
    "a denominator with a million digits": lambda: certificate([["number", ["q", f"1/{LONG}"]]]),
    "an integer with a million digits": lambda: certificate([["number", 10**1_000_000]]),
    "an exponent with a million digits": lambda: certificate(
        [["square", ["Power", encode(s), 10**1_000_000]]]
    ),
    "an exponent of a billion": lambda: certificate([["square", ["Power", encode(s), 10**9]]]),
    "a power of powers": _square(lambda: nested(lambda y: Power(y, 12), s, 40)),
    "a number to the power of powers": _square(
        lambda: nested(lambda y: Power(y, 12), Number(Fraction(2)), 40)
    ),
    "a power of a wide sum": _square(lambda: Power(wide(), 12)),
    "a product of wide sums": _square(lambda: Times((wide(),) * 50)),
    "a product of very many factors": lambda: certificate(
        [["square", ["Times", ["tuple", *[encode(s)] * 100_000]]]]
    ),
    "a sum of very many equal summands": lambda: certificate(
        [["square", ["Plus", ["tuple", *[encode(s)] * 300_000]]]]
    ),
    "a name with a million letters": lambda: certificate(
        [["square", ["Atom", "s" * 1_000_000, ["tuple"]]]]
    ),
    "a line number with a million digits": lambda: certificate(
        [["number", ["q", "1"]], ["multiply", ["line", 0], ["line", 10**1_000_000]]]
    ),
    "tuples inside tuples": lambda: certificate(
        [["combine", nested(lambda y: ["tuple", y], ["tuple"])]]
    ),
    "maps inside maps": lambda: certificate(
        [["instance", nested(lambda y: ["map", [y, "x"]], ["tuple"])]]
    ),
    "roots inside roots": lambda: certificate([["square", nested(lambda y: ["Root", y], ONE)]]),
    "a statement that is nested": _statement(lambda: nested(lambda y: ["Integrable", y], ONE)),
    "roots, as deep as is read": _square(lambda: nested(Root, wide(30), 55)),
    "norms of norms": _square(lambda: nested(lambda y: Norm(Times((y, u))), s, 25)),
    "expectations inside expectations": _square(
        lambda: nested(lambda y: Times((Expect(Times((y, Norm(U)))), y)), s, 14)
    ),
    "sums over many like indices": _square(lambda: like_indices(9)),
    "sums over as many like indices as fit": _square(lambda: like_indices(28)),
    "the square of sums over like indices": _square(lambda: Power(like_indices(4), 3)),
    "a vector of sums, squared": _square(
        lambda: Power(Inner(total(a, V[a]), total(b, V[b])), 6)
    ),
    "an expensive square, many times": lambda: certificate([["square", encode(wide())]] * MANY),
    "a deep norm, many times": lambda: certificate(
        [["norm_nonnegative", encode(nested(lambda y: Times((Norm(y), y)), V[a], 8))]] * MANY
    ),
    "sums over like indices, many times": lambda: certificate(
        [["square", encode(like_indices(6))]] * MANY
    ),
    "a line times itself, again and again": _growing_polynomial,
    "a number squared, again and again": _growing_number,
    "coefficients that grow": _growing_combination,
    "large lines combined, again and again": _combine_often,
    "one combination of very many lines": _combine_wide,
    "an assumption, many times": lambda: certificate(
        [["assume", encode(wide() >= 0)]] * MANY
    ),
    "more steps than are read": lambda: certificate([["number", ["q", "1"]]] * 1_000_000),
    "a million ends": lambda: {
        **certificate([["number", ["q", "1"]]]), "lines": [0] * 1_000_000,
    },
    "a million obligations": lambda: {
        **certificate([["number", ["q", "1"]]]), "obligations": [0] * 1_000_000,
    },
    "an Exists with many relations": _statement(
        lambda: ["Exists", encode(i), ["tuple", *[TRUE] * 20_000], ["tuple"]]
    ),
}  # fmt: skip


def kernel(given):
    """What the kernel says of a certificate."""
    try:
        replay(Kernel(language.signature), given)
    except KernelError as refusal:
        return f"refused: {refusal}"
    return "accepted"


def second(given):
    """What the second checker says of a bundle with this certificate alone."""
    whole = bundle(document({}, []), [])
    statement = given["statement"]
    whole["claims"] = [{
        "id": "claim", "kind": "theorem", "statement": statement, "needs": [],
        "assumes": [], "certificate": given,
    }]  # fmt: skip
    (result,) = check_bundle(whole)
    return "accepted" if result.ok else f"refused: {result.reason}"


CHECKERS = {"kernel": kernel, "second": second}
HARMLESS = {"a million obligations"}
"""Those that are only long: the kernel may accept them."""
COSTLY = {
    "a deep norm, many times",
    "a line times itself, again and again",
    "a million ends",
    "a million obligations",
    "a power of a wide sum",
    "a product of very many factors",
    "an Exists with many relations",
    "an assumption, many times",
    "an expensive square, many times",
    "large lines combined, again and again",
    "one combination of very many lines",
    "sums over as many like indices as fit",
    "a sum of very many equal summands",
    "expectations inside expectations",
}
"""Those that are refused only when the work that is allowed is done: some seconds in all."""
BACKSTOP = 600
"""Processor seconds after which the program is killed."""


def answer(checker, given):
    """What a checker says; whether it hangs or crashes, too."""
    try:
        return bounded(lambda: CHECKERS[checker](given))
    except Hung as hung:
        return f"hangs: {hung}"
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is a finding
        return f"crashed: {type(crash).__name__}: {str(crash)[:200]}"


def is_answered(name, said):
    """Whether a checker may say that of a case."""
    return said.startswith("refused: ") or (name in HARMLESS and said == "accepted")


def main(which):
    """Print a line for each case and checker: their names and what was said, as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (BACKSTOP, BACKSTOP))
    for name, make in CASES.items():
        if which == "all" or name not in COSTLY:
            given = make()
            for checker in CHECKERS:
                print(json.dumps([name, checker, answer(checker, given)[:300]]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:] or ["quick"])
