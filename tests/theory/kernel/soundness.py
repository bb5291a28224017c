"""Whether random derivations say anything false: each line on random models of its assumptions."""

from math import prod
from random import Random

from tests.theory.kernel.moves import Derivation
from tests.theory.kernel.oracle import Oracle
from tests.theory.kernel.worlds import World
from theory.kernel.models import Evaluator

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
