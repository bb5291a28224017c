"""The normal form keeps the meaning of a term, on every finite model and for empty index sets."""

from random import Random

from hypothesis import HealthCheck, given, settings

from tests.theory.kernel.oracle import Oracle, may_be_equal
from tests.theory.kernel.worlds import World, seeds
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator
from theory.kernel.polynomials import Algebra, free
from theory.kernel.terms import Index, free_indices

slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def check(seed, roots):
    world, chance = World(seed), Random(seed)
    signature, model = world.signature, world.model(seed)
    for _ in range(4):
        kind = chance.choice([world.scalar, world.vector])
        _keeps_its_value(signature, model, kind(chance, depth=3, roots=roots))


def _keeps_its_value(signature, model, term):
    poly = Algebra(signature).normal(term)
    assert free(poly) <= {(index.set, index.name) for index in free_indices(term)}
    evaluator, oracle = Evaluator(signature, model), Oracle(signature, model)
    if not all(evaluator.holds(promise) for promise in signature.declared().values()):
        return  # sums are counted by sizes that are natural numbers
    vector = signature.check(term) == "vector"
    names = {(index.set, index.name) for index in free_indices(term)}
    for at, outcome in oracle.everywhere(names):
        indices = {Index(name, index_set): element for (index_set, name), element in at.items()}
        try:
            direct = evaluator.value(term, indices, outcome)
            normal = oracle.value(poly, at, outcome, vector)
        except Unseparated:
            continue
        assert may_be_equal(direct, normal), (direct, normal, at, outcome)


@given(seed=seeds)
@settings(max_examples=600, suppress_health_check=slow)
def test_polynomial_terms_keep_their_value(seed):
    check(seed, roots=False)


@given(seed=seeds)
@settings(max_examples=600, suppress_health_check=slow)
def test_terms_with_quotients_roots_and_norms_keep_their_value(seed):
    check(seed, roots=True)
