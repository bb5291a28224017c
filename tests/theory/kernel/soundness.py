"""Whether anything false is said on a random model: by derivations, and by the normal form."""

from math import prod
from random import Random

from tests.theory.kernel.moves import Derivation
from tests.theory.kernel.oracle import Oracle, may_be_equal
from tests.theory.kernel.worlds import World
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator
from theory.kernel.polynomials import Algebra, free
from theory.kernel.terms import Index, free_indices

PLACES = 3000
"""A line about more values of its indices and outcomes is not evaluated."""


def derived(seed, steps=12, moves=None):
    """A random derivation over a random signature, and the first line or theorem that is false."""
    world = World(seed)
    models = [world.model(f"{seed} {number}") for number in range(3)]
    derivation = Derivation(world, Random(f"derivation {seed}"), models[0])
    derivation.run(steps, moves)
    return derivation, falsified(derivation, models)


def falsified(derivation, models):
    """The first line, or theorem, that is false on a model of its assumptions."""
    signature = derivation.world.signature
    for one in models:
        evaluator, oracle = Evaluator(signature, one), Oracle(signature, one)
        held = {}
        for line in derivation.lines:
            sizes = [len(oracle.elements[index_set]) for index_set, _ in line.context]
            if prod(sizes) * len(one.outcomes) > PLACES:
                continue
            for assumption in line.assumptions:
                if assumption not in held:
                    held[assumption] = evaluator.holds(assumption)
            if all(held[a] for a in line.assumptions) and oracle.holds(line) is False:
                return line
        for theorem in derivation.theorems:
            if evaluator.holds(theorem.statement) is False and all(
                map(evaluator.holds, theorem.assumptions)
            ):
                return theorem
    return None


def renormalised(seed, roots=True):
    """Random terms, and the first whose normal form has another value, or more free indices.

    Sizes count only where they are natural numbers, so elsewhere there are no terms.
    """
    world, chance = World(seed, mostly_kept=True), Random(f"terms {seed}")
    for number in range(6):
        evaluator = Evaluator(world.signature, world.model(f"{seed} {number}"))
        if all(evaluator.holds(promise) for promise in world.signature.declared().values()):
            break
    else:
        return [], None
    oracle = Oracle(world.signature, evaluator.model)
    kinds = [chance.choice([world.scalar, world.vector]) for _ in range(4)]
    terms = [kind(chance, depth=3, roots=roots) for kind in kinds]
    changed = (x for x in terms if not _keeps_its_value(world.signature, evaluator, oracle, x))
    return terms, next(changed, None)


def _keeps_its_value(signature, evaluator, oracle, x):
    poly = Algebra(signature).normal(x)
    names = {(index.set, index.name) for index in free_indices(x)}
    if not free(poly) <= names:
        return False
    for at, outcome in oracle.everywhere(names):
        indices = {Index(name, index_set): element for (index_set, name), element in at.items()}
        try:
            direct = evaluator.value(x, indices, outcome)
            normal = oracle.value(poly, at, outcome, signature.check(x) == "vector")
        except Unseparated:
            continue
        if not may_be_equal(direct, normal):
            return False
    return True
