"""Random refutations, by models and by families, and whether what is accepted does refute.

What is accepted is examined again without `evidence`, `owed` and the goals of `families`: sizes and
hypotheses by the oracle, denominators and radicands by trying all indices, members one by one.
"""

from itertools import product
from random import Random
from types import SimpleNamespace

from tests.theory.kernel import worlds
from tests.theory.kernel.oracle import Oracle, whole
from tests.theory.kernel.worlds import World
from theory.kernel.evidence import refutes
from theory.kernel.families import check, goals
from theory.kernel.formulas import replace_in
from theory.kernel.models import Evaluator
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    Atom,
    Call,
    Exists,
    Integrable,
    KernelError,
    Number,
    Quotient,
    Relation,
    Root,
    SomeConstant,
    Times,
    children,
    free_indices,
    term,
    walk,
)

OPS = ("<=", "<", "=", ">", ">=")
COMPARED = {
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def by_model(seed):
    """Whether a random refutation by a model is accepted, and what is wrong with it if it is."""
    world, chance = World(seed, mostly_kept=True), Random(f"refutation {seed}")
    models = [world.model(f"{seed} {number}") for number in range(4)]
    model = next((one for one in models if _promised(world, one.tables)), models[0])
    evaluator = Evaluator(world.signature, model)

    def relation(wanted):
        """A relation that is mostly as true or false as wanted."""
        given = (world.condition(chance),) if chance.randrange(4) == 0 else ()
        sides = world.scalar(chance, 2), world.scalar(chance, 1)
        for op in chance.sample(OPS, len(OPS)):
            found = Relation(sides[0], op, sides[1], given)
            if evaluator.holds(found) is wanted or chance.randrange(8) == 0:
                return found
        return found

    hypotheses = {f"h{k}": relation(True) for k in range(chance.randrange(3))}
    statement = relation(False)
    if chance.randrange(3) == 0:
        index = chance.choice(world.indices)
        statement = Exists(index, (Relation(statement.left, statement.op, statement.right),))
    try:
        refutes(world.signature, hypotheses, statement, model)
    except KernelError:
        return False, None
    relations = statement.relations if isinstance(statement, Exists) else [statement]
    oracle = Oracle(world.signature, model)
    if not _promised(world, model.tables):
        return True, "a promise is broken"
    if not all(_denotes(world, model, one) for one in (*hypotheses.values(), *relations)):
        return True, "something does not denote"
    if any(_truth(world, oracle, one) is False for one in hypotheses.values()):
        return True, "a hypothesis is false"
    nobody = isinstance(statement, Exists) and not oracle.elements[statement.index.set]
    if not nobody and _truth(world, oracle, relations[0]) is True:
        return True, "the statement is true"
    return True, None


def _promised(world, tables):
    sizes = {name: whole(size, tables) for name, size in world.signature.sizes.items()}
    elements = world.elements(tables)
    values = [symbol.sets for symbol in world.signature.symbols.values() if symbol.sort == "choice"]
    return all(size >= 0 for size in sizes.values()) and all(
        elements[last] for *before, last in values if all(elements[one] for one in before)
    )


def _truth(world, oracle, relation):
    """Whether a relation is true, by its normal form; None where that is not known."""
    try:
        kind, poly = Kernel(world.signature).meaning(relation)
    except KernelError:
        return None
    parts = (relation.left, relation.right, *relation.given)
    context = {(i.set, i.name) for part in parts for i in free_indices(part)}
    return oracle.holds(SimpleNamespace(kind=kind, poly=poly, context=context))


def _denotes(world, model, relation):
    evaluator = Evaluator(world.signature, model)
    return all(
        _defined(world, evaluator, x) for x in (relation.left, relation.right, *relation.given)
    )


def _defined(world, evaluator, x):
    if isinstance(x, Call):
        return _defined(world, evaluator, world.signature.unfold(x))
    if isinstance(x, Quotient) and any(v == 0 for v in _values(evaluator, x.denominator)):
        return False
    if isinstance(x, Root) and any(
        getattr(v, "high", v) < 0 for v in _values(evaluator, x.radicand)
    ):
        return False
    return all(_defined(world, evaluator, child) for child in children(x))


def _values(evaluator, x):
    indices = sorted(free_indices(x))
    for chosen in product(*(evaluator.elements[i.set] for i in indices)):
        for outcome in range(len(evaluator.model.outcomes)):
            yield evaluator.value(x, dict(zip(indices, chosen, strict=True)), outcome)


def by_family(seed):
    """Whether a random family is accepted, and what is wrong with one of its members if it is."""
    world, chance = World(seed, mostly_kept=True), Random(f"family {seed}")
    kernel = Kernel(world.signature)

    def linear(*symbols):
        parts = [term(chance.choice([0, 1, 1, 2, -1])) * x for x in symbols]
        return sum(parts, term(chance.choice([0, 1, 2, 3])))

    names = chance.sample("nems", 4 if chance.randrange(4) else 3)
    depends = tuple(chance.sample("nems", chance.randrange(2)))
    values = {
        name: term(chance.choice([0, 1, 2]))
        if name in depends and chance.randrange(8)
        else linear(worlds.K)
        for name in names
    }
    parameters = (worlds.n, worlds.e, worlds.m, worlds.s)
    factor = chance.choice([term(1), term(2), chance.choice(parameters), linear(worlds.e)])
    sides = linear(*chance.sample(parameters, 2)), Times((worlds.k, factor))
    statement = SomeConstant("k", depends, Relation(sides[0], "<=", sides[1]))
    hypotheses = [
        Relation(linear(x), chance.choice(OPS), linear(y))
        for x, y in [chance.sample(parameters, 2) for _ in range(chance.randrange(3))]
    ]
    if chance.randrange(6) == 0:
        hypotheses.append(chance.choice([world.iid, Integrable(worlds.S), worlds.S >= 0]))
    try:
        wanted = goals(kernel, statement, hypotheses, values, worlds.K)
        check([_theorem(kernel, goal) for goal in wanted], wanted, worlds.K)
    except KernelError:
        return False, None
    return True, _wrong_member(world, hypotheses, statement, values, depends)


def _theorem(kernel, goal):
    """The theorem for a relation of terms linear in K, from K >= 1."""
    kind, poly = kernel.meaning(goal)
    slope = poly.get(((), (("atom", "K", ()),)), 0)
    rest = poly.get(((), ()), 0) + slope
    parts = [(abs(slope), kernel.assume(worlds.K >= 1))] if slope else []
    parts += [(term(1).value, kernel.number(rest))] if rest > 0 else []
    line = kernel.combine(parts)
    if kind == ">=" and line.kind != ">=":
        line = kernel.weaken(line)
    return kernel.conclude(goal, [line], [])


def _symbols(relation):
    sides = (relation.left, relation.right)
    return {part.name for side in sides for part in walk(side) if isinstance(part, Atom)}


def _wrong_member(world, hypotheses, statement, values, depends):
    """What is wrong with a member of a family, for a K from 1 to 4."""
    fixed = set()
    for number in range(1, 5):
        at = {"K": {(): number}}
        tables = {name: {(): whole(value, at)} for name, value in values.items()} | at
        known = {name: Number(table[()]) for name, table in tables.items()}
        for name in "nem":
            tables.setdefault(name, {(): 0})
        if not _promised(world, tables):
            return f"a promise is broken at {number}"
        for one in hypotheses:
            if not isinstance(one, Relation) or _symbols(one) - tables.keys():
                return "a hypothesis was not examined"
            sides = replace_in(one, known)
            if not COMPARED[one.op](whole(sides.left, tables), whole(sides.right, tables)):
                return f"a hypothesis is false at {number}"
        inside = statement.relation
        factor = whole(Times(inside.right.factors[1:]), tables)
        if factor < 0 or not whole(inside.left, tables) > number * factor:
            return f"no member refutes at {number}"
        fixed.add(tuple(tables[name][()] for name in depends if name in tables))
    return None if len(fixed) == 1 else "what the constant may depend on grows"
