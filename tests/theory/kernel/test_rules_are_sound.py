"""No rule proves what a model falsifies: random derivations, evaluated line by line."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.theory.kernel.moves import OTHERS, ZERO
from tests.theory.kernel.run_moves import RUN_MOVES, derived_on_run
from tests.theory.kernel.soundness import derived
from tests.theory.kernel.worlds import World, seeds
from theory.kernel.terms import Relation
from theory.search.readback import term_of

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(seed=seeds, steps=st.integers(4, 24))
@settings(max_examples=800, suppress_health_check=SLOW)
def test_no_line_is_false_where_its_assumptions_hold(seed, steps):
    _, line = derived(seed, steps)
    assert line is None, (line.kind, line.poly, line.context, line.assumptions)


@given(seed=seeds, steps=st.integers(4, 16))
@settings(max_examples=200, suppress_health_check=SLOW)
def test_no_line_about_a_run_is_false_where_its_assumptions_hold(seed, steps):
    _, line = derived_on_run(World(seed), seed, steps)
    assert line is None, (line.kind, line.poly, line.context, line.assumptions)


@given(seed=seeds)
@settings(max_examples=300, suppress_health_check=SLOW)
def test_what_a_line_proves_is_true_where_its_assumptions_hold(seed):
    derivation, _ = derived(seed)
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
        used.update(derived(seed, 12)[0].used)
        on_run, _ = derived_on_run(World(seed), seed)
        used.update(on_run.used if on_run else ())
    assert {*OTHERS, *RUN_MOVES} <= set(used)
