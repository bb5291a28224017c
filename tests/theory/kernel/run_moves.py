"""Random derivations about whole runs, on explicit runs where it is decided what sequences do."""

from math import prod
from random import Random

from tests.theory.kernel import worlds
from tests.theory.kernel.moves import ZERO, Derivation
from tests.theory.kernel.oracle import Oracle
from theory.kernel.intervals import Unseparated
from theory.kernel.processes import RunEvaluator
from theory.kernel.rules import Kernel
from theory.kernel.runs import RULES
from theory.kernel.sequences import leading, order
from theory.kernel.terms import (
    SEQUENCE_KINDS,
    AlmostSure,
    Equal,
    Expect,
    Integrable,
    KernelError,
    Relation,
    Root,
    term,
)

PLACES = 500
"""A line about more values of its indices and outcomes is not evaluated."""


class RunDerivation(Derivation):
    """Lines about sequences, under assumptions that hold along the given run."""

    def __init__(self, world, chance, run):
        self.world, self.chance = world, chance
        self.kernel = Kernel(world.signature)
        self.evaluator = RunEvaluator(world.signature, run)
        self.lines, self.theorems, self.used = [], [], set()

    # -- material ------------------------------------------------------------------------------

    def number_known(self):
        """A number, mostly one that is known at t."""
        own = self.world.of(self.chance, "c")
        plain = [worlds.y, worlds.r, worlds.y * worlds.r, worlds.y * worlds.y, worlds.s, term(0)]
        more = [term(1), worlds.y + worlds.s, 1 - worlds.r, own, Root(worlds.y), worlds.S]
        x = self.chance.choice(self.chance.choice([plain, plain, plain, more]))
        if self.chance.randrange(6) == 0:
            index = self.index()
            x = x + 0 * Equal(index, index)
        return x

    def shown(self, formula):
        """A line for the formula if it holds along the run; else any line, or one about nobody."""
        if self._holds(formula):
            return self.kernel.assume(formula)
        index = self.index()
        if isinstance(formula, Relation) and self.chance.randrange(3) == 0:
            formula = Relation(formula.left + 0 * Equal(index, index), formula.op, formula.right)
            if self._holds(formula):
                return self.kernel.assume(formula)
        return self.some()

    def _holds(self, formula):
        try:
            return self.evaluator.holds(formula) is True
        except (KernelError, Unseparated):
            return False

    def sequence(self, kind, x):
        return self.shown(AlmostSure(kind, x))

    def apply(self, rule, *arguments):
        return RULES[rule](self.kernel, *arguments)

    # -- moves ---------------------------------------------------------------------------------

    def fact_of_sequence(self):
        kind, x = self.chance.choice(SEQUENCE_KINDS), self.number_known()
        return self.sequence(kind, x)

    def fact_of_step(self):
        x, y = self.number_known(), self.number_known()
        return self.shown(Relation(x, self.chance.choice([">=", "=", ">"]), y))

    def robbins_siegmund(self):
        v = self.chance.choice([worlds.y, worlds.y, worlds.y * worlds.y, self.number_known()])
        a, b, c = (self.chance.choice([term(0), worlds.r, self.number_known()]) for _ in range(3))
        after = self.kernel.signature.shift(v)
        drift = self.shown(Relation(Expect(after), "<=", (1 + a) * v + b - c))
        signs = tuple(self.shown(x >= 0) for x in (v, a, b, c))
        sums = tuple(self.sequence("summable", x) for x in (a, b))
        which = self.chance.choice(["converges", "summable", "converges", "summable", "vanishes"])
        mean = self.shown(Integrable(after))
        return self.apply("robbins_siegmund", which, v, a, b, c, drift, signs, mean, sums)

    def comparison(self):
        kind = self.chance.choice(["summable", "bounded", "summable", "bounded", "converges"])
        x, k, b = (self.number_known() for _ in range(3))
        known = self.sequence(self.chance.choice([kind, kind, kind, "bounded"]), b)
        return self.apply(
            "comparison", kind, x, k, known, self.shown(x >= 0), self.shown(k * b - x >= 0)
        )

    def weighted(self):
        a, b = self.number_known(), self.number_known()
        lines = self.sequence("summable", a), self.sequence("bounded", b)
        return self.apply("weighted", *lines, self.shown(a >= 0))

    def added(self):
        kind = self.chance.choice(SEQUENCE_KINDS)
        return self.apply("added", self.sequence(kind, self.number_known()), self.some(kind))

    def nothing(self):
        return self.apply("nothing")

    def constant(self):
        return self.apply("constant", self.number_known())

    def damped(self):
        a, b = self.number_known(), self.number_known()
        return self.apply("damped", self.sequence("vanishes", a), self.sequence("bounded", b))

    def of_root(self):
        x = self.number_known()
        square = self.sequence(self.chance.choice(["converges", "vanishes"]), x * x)
        return self.apply("of_root", x, square, self.shown(x >= 0))

    def bounded(self):
        return self.apply("bounded", self.some())

    def vanishing(self):
        x, r = self.number_known(), self.number_known()
        return self.apply(
            "vanishing",
            x,
            r,
            self.sequence("summable", r * x),
            self.sequence("divergent", r),
            self.sequence("converges", x),
            (self.shown(x >= 0), self.shown(r >= 0)),
        )

    def eventually(self):
        x, s, v = (self.number_known() for _ in range(3))
        zero, below = self.shown((x * s).eq(ZERO)), self.shown(s - 1 + v >= 0)
        return self.apply("eventually", x, s, self.sequence("vanishes", v), zero, below)

    def instance_of_sequence(self):
        return self.instance()

    def cut_of_sequence(self):
        return self.cut()

    def cases_of_sequence(self):
        """A line, where one assumption may be put off to the other case."""
        x, line = self.chance.choice([worlds.s, worlds.y, worlds.n]), self.some()
        positive = self.shown(Relation(x, ">", ZERO))
        return self.kernel.cases(x, self.chance.choice([line, positive]), line)


RUN_MOVES = [
    name
    for name in vars(RunDerivation)
    if not name.startswith("_") and name not in ("number_known", "shown", "sequence", "apply")
]


def derived_on_run(world, seed, steps=12, moves=None):
    """A random derivation on a run, and the first line that is false on a run of its assumptions.

    Where the world has no such run, the derivation is None.
    """
    runs = [run for number in range(3) if (run := world.run(f"{seed} {number}"))]
    if not runs:
        return None, None
    derivation = RunDerivation(world, Random(f"derivation {seed}"), runs[0])
    derivation.run(steps, moves or RUN_MOVES)
    for run in runs:
        evaluator = RunEvaluator(world.signature, run)
        oracle = Oracle(world.signature, run.states[0].model)
        for line in derivation.lines:
            try:
                held = all(evaluator.holds(one) for one in line.assumptions)
            except (KernelError, Unseparated):
                continue
            if held and line.kind in SEQUENCE_KINDS and _is_false(oracle, line):
                return derivation, line
    return derivation, None


def _is_false(oracle, line):
    """Whether at some values of the indices the values at some outcome do something else."""
    sizes = [len(oracle.elements[index_set]) for index_set, _ in line.context]
    if prod(sizes) * len(oracle.model.outcomes) > PLACES:
        return False
    for at, outcome in oracle.everywhere(line.context):
        try:
            x = oracle.value(line.poly, at, outcome)
            if not DOES[line.kind](order(x), leading(x)):
                return True
        except Unseparated:
            continue
    return False


DOES = {
    "converges": lambda order, leading: order <= 0,
    "bounded": lambda order, leading: order <= 0,
    "vanishes": lambda order, leading: order < 0,
    "summable": lambda order, leading: order <= -2,
    "divergent": lambda order, leading: order >= -1 and leading > 0,
}
