"""Random derivations become certificates, and both checkers accept each of them.

The second checker shares no code with the kernel: where they disagree, one of them is wrong.
"""

import itertools
import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.theory.kernel.moves import MOVES, Derivation, statement_of
from tests.theory.kernel.worlds import World
from theory import replay as second
from theory.bundle import bundle
from theory.judge import NO_WITNESS, Judge
from theory.kernel.certificates import RULES, replay
from theory.kernel.certificates import Derivation as Record
from theory.kernel.formulas import owed
from theory.kernel.rules import Kernel
from theory.kernel.terms import KernelError
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language

WITHOUT_LEMMAS = [name for name in MOVES if name != "lemma"]


class Recorder:
    """A kernel whose rules are remembered, so that a line has a certificate."""

    def __init__(self, signature):
        self.kernel = Kernel(signature)
        self.record = Record(self.kernel)

    def __getattr__(self, name):
        if name in RULES:
            return lambda *arguments: self.record.apply(name, *arguments)
        return getattr(self.kernel, name)


def certificates(seed, steps):
    """The statement of each line of a random derivation, with its certificate."""
    world = World(seed)
    derivation = Derivation(world, Random(seed), world.model(seed))
    derivation.kernel = recorder = Recorder(world.signature)
    derivation.run(steps, WITHOUT_LEMMAS)
    for line in derivation.lines:
        if recorder.algebra.is_vector(line.poly) or (not line.poly and line.kind == "integrable"):
            continue
        statement = statement_of(line)
        needed = [recorder.assume(one) for one in owed(recorder.signature, statement)]
        assumptions = line.assumptions.union(*(one.assumptions for one in needed))
        yield statement, recorder.record.certificate(statement, [line], needed), assumptions


def document(seed, statements):
    """A document with one claim for each statement, which needs the given assumptions."""
    language = Language()
    language.signature = World(seed).signature
    claims = tuple(
        Claim(
            f"claim-{number}",
            "",
            (
                Reading(
                    "as written",
                    statement,
                    needs={f"need {number}.{k}": a for k, a in enumerate(assumptions)},
                ),
            ),
        )
        for number, (statement, _, assumptions) in enumerate(statements)
    )
    world = ("the world", lambda: World(seed).model(seed))
    return Document("random", "", language, {}, (Step("1", "", claims),), witnesses=(world,))


def judged(seed, steps):
    """A document of the lines of a random derivation, and what the judge says of them."""
    made = [(s, json.loads(json.dumps(c)), a) for s, c, a in certificates(seed, steps)]
    whole = document(seed, made)
    stored = {f"claim-{number}": certificate for number, (_, certificate, _) in enumerate(made)}
    return whole, list(Judge(whole, stored, search=False).all())


@given(seed=st.integers(0, 2**32), steps=st.integers(4, 20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_the_judge_accepts_what_the_rules_derive(seed, steps):
    _, judgements = judged(seed, steps)
    assert {j.verdict for j in judgements} <= {"PROVED", f"PROVED{NO_WITNESS}"}


@given(seed=st.integers(0, 2**32), steps=st.integers(4, 20))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_both_checkers_accept_what_the_rules_derive(seed, steps):
    whole, judgements = judged(seed, steps)
    carried = json.loads(json.dumps(bundle(whole, judgements)))
    assert [result.reason for result in second.check_bundle(carried) if not result.ok] == []


@pytest.mark.parametrize("seed", range(40))
def test_a_certificate_proves_its_statement_and_no_other(seed):
    made, signature = list(certificates(seed, 12)), World(seed).signature
    for (statement, certificate, assumptions), (other, _, _) in itertools.pairwise(made):
        theorem = replay(Kernel(signature), certificate)
        assert theorem.statement == statement
        assert theorem.assumptions == assumptions
        assert json.loads(json.dumps(certificate)) == certificate
        kernel = Kernel(signature)
        if type(statement) is type(other) and kernel.meaning(statement) != kernel.meaning(other):
            swapped = {**certificate, "statement": dict(made[1:][0][1])["statement"]}
            if swapped["statement"] != certificate["statement"]:
                try:
                    assert replay(kernel, swapped).statement != statement
                except KernelError:
                    continue
