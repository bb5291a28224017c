"""No rule proves what a model falsifies: random derivations, evaluated line by line."""

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.theory.kernel.moves import OTHERS, ZERO, Derivation
from tests.theory.kernel.oracle import Oracle
from tests.theory.kernel.worlds import model, signature
from theory.kernel.models import Evaluator
from theory.kernel.terms import Relation
from theory.search.readback import term_of

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def falsified(derivation, models):
    """The first line that is false on a model of its assumptions."""
    for one in models:
        evaluator, oracle = Evaluator(signature, one), Oracle(signature, one)
        held = {}
        for line in derivation.lines:
            if len(line.context) > 4:
                continue
            for assumption in line.assumptions:
                if assumption not in held:
                    held[assumption] = evaluator.holds(assumption)
            if all(held[a] for a in line.assumptions) and oracle.holds(line) is False:
                return line
    return None


seeds = st.integers(0, 2**32)


@given(seed=seeds, steps=st.integers(4, 24))
@settings(max_examples=800, suppress_health_check=SLOW)
def test_no_line_is_false_where_its_assumptions_hold(seed, steps):
    models = [model(seed + shift) for shift in range(3)]
    derivation = Derivation(Random(seed), models[0])
    derivation.run(steps)
    line = falsified(derivation, models)
    assert line is None, (line.kind, line.poly, line.context, line.assumptions)


@given(seed=seeds)
@settings(max_examples=300, suppress_health_check=SLOW)
def test_what_a_line_proves_is_true_where_its_assumptions_hold(seed):
    derivation = Derivation(Random(seed), model(seed))
    derivation.run(12)
    kernel, evaluator = derivation.kernel, derivation.evaluator
    numbers = [x for x in derivation.lines if x.kind != "integrable"]
    numbers = [x for x in numbers if not kernel.algebra.is_vector(x.poly)]
    formulas = [Relation(term_of(line.poly), ">=", ZERO) for line in numbers]
    formulas += [
        assumption
        for line in numbers
        for assumption in line.assumptions
        if isinstance(assumption, Relation)
    ]
    for line in numbers:
        if all(map(evaluator.holds, line.assumptions)):
            for formula in formulas:
                if kernel.proves(line, formula):
                    assert evaluator.holds(formula) is not False


def test_the_derivations_reach_every_rule():
    used = Counter()
    for seed in range(400):
        derivation = Derivation(Random(seed), model(seed))
        derivation.run(25)
        used.update(derivation.used)
    assert set(OTHERS) <= set(used)
