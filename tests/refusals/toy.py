"""What the refusals are made of: a small language, derivations that nobody has checked, models.

A case is a function `build(honest)` that returns an attempt, a function without arguments. The
attempt raises KernelError if it is refused. With honest=True the trick is left out, and the same
attempt must be accepted: so it is the trick that is refused.
"""

from fractions import Fraction
from itertools import product

from theory.judge import NO_WITNESS, Judge
from theory.kernel.certificates import encode
from theory.kernel.formulas import owed, replace_in
from theory.kernel.models import Model, Outcome
from theory.kernel.rules import Kernel
from theory.kernel.terms import Iid, KernelError, Relation, term
from theory.notation.document import Claim, Document, Family, Reading, Step
from theory.notation.language import Language, total

language = Language()
n, f, K = (language.integer(name) for name in ("n", "f", "K"))
s, t, A, B = (language.scalar(name) for name in ("s", "t", "A", "B"))
S, T = (language.scalar(name, random=True) for name in "ST")
g, u = (language.plain_vector(name) for name in "gu")
G, U = (language.plain_vector(name, random=True) for name in "GU")

correct = language.index_set("C", n - f)
byzantine = language.index_set("Y", f)
workers = language.union("W", correct, byzantine)
i, j = correct.index("i"), correct.index("j")
k = byzantine.index("k")
a, b = workers.index("a"), workers.index("b")

V = language.vector("V", workers, random=True)
x = language.numbers("x", workers, random=True)
c = language.numbers("c", correct, random=False)
near = language.indicator("near", workers, workers)
chosen = language.choice("chosen", workers)
following = language.choice("following", correct, correct)
"""For every correct worker another one (or itself): an index that depends on an index."""

count = language.define("count", (a,), total(j, 1, where=near[a, j]))
Krum = language.abbreviation("Krum", chosen.at(a, V[a]))
doubled = language.abbreviation("doubled", 2 * B)

theta = language.scalar("theta", varies=True)
theta_next = language.scalar("theta_next", random=True)
step = language.scalar("step", varies=True)
language.successor(theta, theta_next)

iid = Iid("V", "C", "G")
signature = language.signature


class Ref:
    """A line of a derivation, by its number."""

    def __init__(self, number):
        self.number = number


class Steps:
    """A derivation as it is written down, right or wrong: steps.total(line, i) records a step."""

    def __init__(self):
        self.steps = []

    def __getattr__(self, rule):
        def record(*arguments):
            self.steps.append([rule, *map(_encode, arguments)])
            return Ref(len(self.steps) - 1)

        return record

    def end(self, statement, line, *needed, value=None):
        """The certificate that says: this line proves the statement.

        That sizes are natural and that choices exist is assumed where the statement needs it.
        """
        lines = line if isinstance(line, (list, tuple)) else [line]
        needed = [*needed, *map(self.assume, _promised(statement))]
        return {
            "statement": encode(statement),
            "value": encode(value),
            "steps": self.steps,
            "lines": [one.number for one in lines],
            "obligations": sorted({one.number for one in needed}),
        }


def _promised(statement):
    """What the language promises of the sets and choices of a statement."""
    try:
        signature.check_formula(statement)
        return [x for x in owed(signature, statement) if x in signature.declared().values()]
    except KernelError:  # the statement makes no sense, which the checker is to say
        return []


def _encode(x):
    if isinstance(x, Ref):
        return ["line", x.number]
    if isinstance(x, (tuple, list)):
        return ["tuple", *map(_encode, x)]
    if isinstance(x, dict):
        return ["map", *([_encode(key), _encode(value)] for key, value in x.items())]
    return encode(Fraction(x) if isinstance(x, int) else x)


def document(readings, hypotheses, own=language, witnesses=()):
    """One step, and one claim for each reading."""
    claims = tuple(Claim(name, name, (reading,)) for name, reading in readings.items())
    named = {f"hypothesis {k}": formula for k, formula in enumerate(hypotheses)}
    steps = (Step(equation="1", title="the step", claims=claims),)
    return Document("toy", "a toy", own, named, steps, witnesses=tuple(witnesses))


def proved(statement, certificate, *, hypotheses=(), needs=(), lemmas=None, own=language):
    """The attempt to get PROVED for the statement, from the hypotheses and the claim's needs.

    lemmas: other claims by name, each a statement, a certificate and its needs.
    """
    readings = {
        name: Reading(
            "as written", claim, needs={f"need {number}": need for number, need in enumerate(more)}
        )
        for name, (claim, _, *more) in (lemmas or {}).items()
    }
    own_needs = {f"need {k}": need for k, need in enumerate(needs)}
    readings["claim"] = Reading("as written", statement, needs=own_needs)
    certificates = {name: entry[1] for name, entry in (lemmas or {}).items()}
    certificates["claim"] = certificate

    def attempt():
        judge = Judge(document(readings, hypotheses, own), certificates, search=False)
        judgement = judge.judge("claim")
        if judgement.verdict not in ("PROVED", f"PROVED{NO_WITNESS}"):
            raise KernelError(f"{judgement.verdict}: {judgement.reason}")

    return attempt


def refuted(statement, model, *, hypotheses=(), needs=()):
    """The attempt to get REFUTED for the statement, by a model."""
    named = {f"need {number}": need for number, need in enumerate(needs)}
    reading = Reading("as written", statement, needs=named, counterexample=lambda: model)

    def attempt():
        judgement = Judge(document({"claim": reading}, hypotheses), {}).judge("claim")
        if judgement.verdict != "REFUTED":
            raise KernelError(f"{judgement.verdict}: {judgement.reason}")

    return attempt


def refuted_by_family(statement, parameters, certificates, *, hypotheses=()):
    """The attempt to get REFUTED for "there is a constant", by a family of parameters.

    The certificates of what the language promises, for linear values, are put before the others.
    """
    certificates = [*_kept(parameters.values), *certificates]
    reading = Reading("as written", statement, family=parameters)

    def attempt():
        judge = Judge(document({"claim": reading}, hypotheses), {"claim": certificates})
        judgement = judge.judge("claim")
        if judgement.verdict != "REFUTED":
            raise KernelError(f"{judgement.verdict}: {judgement.reason}")

    return attempt


def family(values):
    """These parameters, for every K; the certificates are given, so nothing is searched.

    Where nothing else is said there is one correct worker, and no other.
    """
    return Family(K, {"n": term(1), "f": term(0), **values}, lambda prover, goals: [])


def _kept(values):
    """Certificates of the promises at the family, whose values are c K + e."""
    found = []
    for promise in signature.declared().values():
        goal = replace_in(promise, values)
        _, poly = Kernel(signature).meaning(goal)
        factor = poly.get(((), (("atom", "K", ()),)), 0)
        p, above = Steps(), poly.get(((), ()), 0) + factor
        parts = [(factor, p.assume(K >= 1))] if factor else []
        parts += [(above, p.number(1))] if above else []
        line = p.combine(parts)
        found.append(p.end(goal, line if parts else p.weaken(line)))
    return found


def grows(value, more=()):
    """Certificates of 1 >= 0 and value > K 1: the goals of a family against n <= C 1."""
    sign, large = Steps(), Steps()
    lines = [large.assume(one) for one in more] or [large.number(1)]
    larger = Relation(value, ">", K * term(1))
    return [sign.end(term(1) >= 0, sign.number(1)), large.end(larger, lines[0])]


def exhibited(statement, certificate, model, *, hypotheses):
    """The attempt to pass for a theorem about something: proved, and true on the witness model."""
    reading = Reading("as written", statement)
    whole = document({"claim": reading}, hypotheses, witnesses=[("the model", lambda: model)])

    def attempt():
        judgement = Judge(whole, {"claim": certificate}, search=False).judge("claim")
        if judgement.verdict != "PROVED":
            raise KernelError(f"{judgement.verdict}: {judgement.reason}")

    return attempt


def world(honest=2, byzantine=1, outcomes=1, **tables):
    """A model: every symbol is 0 (a choice: its first index) unless a table or a value is given.

    A random symbol takes a list with one entry for each outcome. V is one-dimensional.
    """
    sizes = {"C": honest, "Y": byzantine}
    elements = {name: [(name, number) for number in range(sizes[name])] for name in sizes}
    elements["W"] = elements["C"] + elements["Y"]
    tables = {"n": honest + byzantine, "f": byzantine, **tables}

    def table(name, symbol, given):
        keys = list(product(*(elements[part] for part in symbol.sets)))
        zero = (Fraction(0),) if symbol.sort == "vector" else Fraction(0)
        values = dict.fromkeys(keys, zero)
        if symbol.sort == "choice":
            values = {key: Fraction(key[-1] == elements[symbol.sets[-1]][0]) for key in keys}
        if isinstance(given, dict):
            values |= given
        elif given is not None:
            values = dict.fromkeys(keys, given)
        return {key: _exact(value) for key, value in values.items()}

    symbols = language.signature.symbols
    fixed = {
        name: table(name, symbol, tables.get(name))
        for name, symbol in symbols.items()
        if not symbol.random
    }
    random = [
        {
            name: table(name, symbol, tables[name][number] if name in tables else None)
            for name, symbol in symbols.items()
            if symbol.random
        }
        for number in range(outcomes)
    ]
    return Model(fixed, [Outcome(Fraction(1, outcomes), each) for each in random])


def _exact(value):
    return tuple(map(Fraction, value)) if isinstance(value, tuple) else Fraction(value)
