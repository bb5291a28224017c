"""Random derivations: facts that are true on one model, and rules applied to whatever is there.

The arguments are chosen so that rules often accept, and never so that the result must be right:
indices collide, sets are empty, premises carry indices that have cancelled.
"""

from fractions import Fraction
from itertools import product

from tests.theory.kernel import worlds
from theory.kernel.formulas import owed
from theory.kernel.intervals import Interval, Unseparated
from theory.kernel.models import Evaluator
from theory.kernel.rules import Kernel, Line
from theory.kernel.terms import (
    Atom,
    Equal,
    Exists,
    Expect,
    Index,
    Integrable,
    KernelError,
    Norm,
    Number,
    Relation,
    Times,
    Total,
    free_indices,
    substitute,
    term,
)
from theory.search.readback import term_of

DETERMINISTIC = (worlds.n, worlds.e, worlds.m, worlds.s, worlds.s - 1, worlds.y, Expect(worlds.S))
ZERO = Number(Fraction(0))


def statement_of(line):
    """What the line says, as a formula that mentions all indices of its context."""
    body = term_of(line.poly)
    for index_set, name in sorted(line.context):
        body += 0 * Equal(Index(name, index_set), Index(name, index_set))
    return Integrable(body) if line.kind == "integrable" else Relation(body, line.kind, ZERO)


class Derivation:
    """Lines derived by random rules under assumptions that hold on the given model."""

    def __init__(self, world, chance, model):
        self.world, self.chance, self.model = world, chance, model
        self.kernel = Kernel(world.signature)
        self.evaluator = Evaluator(world.signature, model)
        self.lines = []
        self.theorems = []
        self.used = set()

    def run(self, steps, moves=None):
        """Apply rules; a refusal is as good as a line."""
        for _ in range(steps):
            name = self.chance.choice(moves or MOVES)
            try:
                found = getattr(self, name)()
            except KernelError:
                continue
            self.used.add(name)
            (self.lines if isinstance(found, Line) else self.theorems).append(found)

    # -- material ------------------------------------------------------------------------------

    def scalar(self, depth=1, roots=False):
        return self.world.scalar(self.chance, depth, roots)

    def vector(self, depth=1):
        return self.world.vector(self.chance, depth, roots=False)

    def rational(self):
        return self.chance.choice(worlds.NUMBERS)

    def some(self, *kinds):
        found = [line for line in self.lines if not kinds or line.kind in kinds]
        if not found:
            raise KernelError("no such line yet")
        return self.chance.choice(found)

    def index(self):
        return self.chance.choice(self.world.indices)

    def index_of(self, line):
        """Mostly an index of the line's context."""
        if line.context and self.chance.randrange(4):
            index_set, name = self.chance.choice(sorted(line.context))
            return Index(name, index_set)
        return self.index()

    def values(self, x):
        """The exact values of a number at all indices and outcomes; None if one is irrational."""
        indices = sorted(free_indices(x))
        if len(indices) > 3:
            return None
        found = []
        for chosen in product(*(self.evaluator.elements[i.set] for i in indices)):
            at = dict(zip(indices, chosen, strict=True))
            for outcome in range(len(self.model.outcomes)):
                try:
                    value = self.evaluator.value(x, at, outcome)
                except Unseparated:
                    return None
                if isinstance(value, Interval):
                    return None
                found.append(value)
        return found

    def true(self, x, conditional=False):
        """A relation about x that is true on the model (anything goes over an empty set)."""
        values = self.values(x)
        if values is None:
            raise KernelError("no exact values")
        if not values:
            return Relation(
                x, self.chance.choice([">=", ">", "="]), self.chance.choice(DETERMINISTIC)
            )
        low, high = min(values), max(values)
        choices = [x >= low, x > low - 1, -x >= -high, x < high + self.chance.choice([1, 2])]
        if low == high:
            choices += [x.eq(low)] * 3
        relation = self.chance.choice(choices)
        if conditional and relation.op not in ("<", ">") and self.chance.randrange(3) == 0:
            return relation.when(self.world.condition(self.chance))
        return relation

    def assume(self, relation):
        """A line for a relation, if it is true on the model."""
        if isinstance(relation, Relation) and self.evaluator.holds(relation) is not True:
            raise KernelError("false on the model")
        return self.kernel.assume(relation)

    def positive(self, x):
        """A line x - c > 0 for some c below all values, and the term."""
        values = self.values(x)
        above = x - (min(values) - 1) if values else x
        return above, self.assume(above > 0)

    # -- facts ---------------------------------------------------------------------------------

    def fact(self):
        return self.assume(self.true(self.scalar(), conditional=True))

    def hypothesis(self):
        return self.assume(self.true(self.scalar(depth=2), conditional=True))

    def simple_fact(self):
        """A fact about a plain symbol and one with an index."""
        plain = self.chance.choice([worlds.s, worlds.S, worlds.m, worlds.s * worlds.s])
        return self.assume(self.true(plain + self.scalar(depth=0) * self.rational()))

    def vector_equation(self):
        a, b = self.vector(), self.vector()
        return self.assume(a.eq(b))

    def integrable_fact(self):
        body = self.scalar() if self.chance.randrange(2) else self.vector()
        return self.kernel.assume(Integrable(body))

    def square(self):
        return self.kernel.square(self.chance.choice([self.scalar, self.vector])())

    def indicator(self):
        return self.kernel.square(self.world.condition(self.chance))

    def nonnegative(self):
        if self.chance.randrange(2):
            return self.kernel.norm_nonnegative(self.vector())
        return self.kernel.root_nonnegative(self.scalar())

    def number(self):
        return self.kernel.number(self.rational())

    def cauchy_schwarz(self):
        return self.kernel.cauchy_schwarz(self.vector(), self.vector())

    def choice_total(self):
        return self.kernel.choice_total(*self.world.choose(self.chance))

    # -- arithmetic ----------------------------------------------------------------------------

    def combine(self):
        lines = [self.some() for _ in range(self.chance.randrange(3))]
        return self.kernel.combine([(self.rational(), line) for line in lines])

    def multiply(self):
        return self.kernel.multiply(self.some(">", ">="), self.some(">", ">="))

    def times(self):
        return self.kernel.times(self.some("="), self.scalar())

    def dot(self):
        return self.kernel.dot(self.some("="), self.vector())

    def cancel(self):
        above, positive = self.positive(self.scalar())
        quotient = self.scalar()
        if self.chance.randrange(3) == 0:
            above = self.scalar(depth=0)
            positive = self.assume(above >= 0)
        whole = self.assume(self.true(quotient)) if self.chance.randrange(2) else None
        if whole is not None:  # a true fact, multiplied and divided again
            quotient = term_of(whole.poly)
            product_line = (
                self.kernel.times(whole, above)
                if whole.kind == "="
                else self.kernel.multiply(whole, positive)
            )
        else:
            op = self.chance.choice([">=", ">", "="])
            product_line = self.assume(Relation(Times((above, quotient)), op, ZERO))
        return self.kernel.cancel(product_line, positive, quotient)

    def inverse(self):
        x = self.scalar()
        shifted = self.chance.choice([x, x + 3, x - 3])
        nonzero = self.chance.choice([shifted, -shifted, shifted * shifted])
        op = self.chance.choice([">", ">", ">="])
        return self.kernel.inverse(shifted, self.assume(Relation(nonzero, op, ZERO)))

    def inverse_nonnegative(self):
        return self.kernel.inverse_nonnegative(self.some(">", ">="))

    def root_square(self):
        return self.kernel.root_square(self.some(">", ">="))

    def compare_squares(self):
        larger, smaller = self.scalar(), self.scalar()
        below = self.assume(larger >= 0)
        op = self.chance.choice([">=", ">"])
        squares = self.assume(Relation(larger * larger - smaller * smaller, op, ZERO))
        return self.kernel.compare_squares(smaller, below, squares)

    def integer_gap(self):
        return self.kernel.integer_gap(self.some(">"))

    def integer_fact(self):
        atoms = [atom for atom in self.world.scalars if atom[0] not in ("s", "S", "c", "x", "o")]
        name, pools = self.chance.choice(atoms)
        x = Atom(name, tuple(self.chance.choice(pool) for pool in pools))
        return self.assume(self.true(x * self.chance.choice([1, 2, Fraction(1, 2)]) + worlds.m))

    def both(self):
        a = self.some(">=")
        if self.chance.randrange(2):
            return self.kernel.both(a, self.some(">="))
        return self.kernel.both(a, self.assume(-term_of(a.poly) >= 0))

    def weaken(self):
        return self.kernel.weaken(self.some(">", "="))

    # -- indices -------------------------------------------------------------------------------

    def instance(self):
        line = self.some()
        old = self.index_of(line)
        new = self.index() if self.chance.randrange(3) == 0 else None
        new = new or self.chance.choice(self.world.within(old.set))
        return self.kernel.instance(line, {old: new})

    def inhabited(self):
        line = self.some()
        index = self.index_of(line)
        count = self.world.signature.count(index.set)
        positive = self.assume(count > 0) if self.chance.randrange(3) else self.some(">")
        return self.kernel.inhabited(line, index, positive)

    def total(self):
        line = self.some(">", ">=", "=")
        return self.kernel.total(line, self.index_of(line))

    def union(self):
        unions = [one for one in self.world.indices if one.set in self.world.signature.unions]
        index = self.chance.choice(unions)
        goal = self.scalar()
        kind = self.chance.choice([">=", ">", "="])
        lines = []
        for part in self.world.signature.parts(index.set):
            own = Index(index.name, part)
            base = self.kernel.algebra.rename(
                self.kernel.algebra.normal(goal), {(index.set, index.name): (part, own.name)}
            )
            line = self.assume(Relation(self._mention(term_of(base)), kind, ZERO))
            lines.append(line)
        return self.kernel.union(goal, index, lines)

    def _mention(self, x):
        """x, or a relation, mentioning now and then an index that is not in it."""
        if self.chance.randrange(3):
            return x
        index = self.index()
        if isinstance(x, Relation):
            return Relation(x.left + 0 * Equal(index, index), x.op, x.right, x.given)
        return x + 0 * Equal(index, index)

    def mention(self):
        """A fact about an index that it does not depend on, or about the size of its set."""
        index = self.index()
        free = self.scalar(depth=0) + 0 * Equal(index, index)
        return self.assume(self.true(self.chance.choice([free, free, Total(index, term(1))])))

    # -- expectation ---------------------------------------------------------------------------

    def expect(self):
        return self.kernel.expect(self.some(">", ">=", "="))

    def constant_factor(self):
        return self.kernel.constant_factor(self.scalar(), self.scalar())

    def _parts(self):
        parts = []
        for _ in range(self.chance.randrange(1, 3)):
            line = self.some("integrable")
            indices = (self.index_of(line),) if self.chance.randrange(2) else ()
            coefficient = self.chance.choice([term(1), worlds.s, Expect(worlds.S), self.scalar(0)])
            parts.append((coefficient, indices, line))
        return parts

    def linear_expectation(self):
        return self.kernel.linear_expectation(self._parts())

    def integrable_linear(self):
        return self.kernel.integrable_linear(self._parts())

    def expect_inner(self):
        a = self.vector()
        return self.kernel.expect_inner(a, self.vector(), self.kernel.assume(Integrable(a)))

    def integrable_vector(self):
        a = self.vector()
        bound = self.chance.choice([a @ a, a @ a + 1, 2 * (a @ a), self.scalar()])
        above = self.assume(bound - a @ a >= 0)
        return self.kernel.integrable_vector(a, above, self.kernel.assume(Integrable(bound)))

    def integrable_norm(self):
        a = self.vector()
        return self.kernel.integrable_norm(a, self.kernel.assume(Integrable(a)))

    def _member(self):
        """An index of the family, mostly of the set that is said to be i.i.d."""
        iid = self.world.iid
        wider = self.world.signature.symbols[iid.family].sets[0]
        return self.chance.choice(self.world.within(self.chance.choice([iid.set, iid.set, wider])))

    def _of_family(self, indices):
        """A number or a vector that depends on the members X_i of the family, and perhaps more."""
        members = [worlds.X[i] for i in indices] or [worlds.u]
        one, other = self.chance.choice(members), self.chance.choice([*members, worlds.u, worlds.G])
        constants = [worlds.s, self.world.of(self.chance, "c"), term(2)]
        constant = self.chance.choice(constants)
        return self.chance.choice(
            [
                one @ other,
                constant * (one @ one),
                Norm(one),
                one,
                constant * one + worlds.u,
                Equal(*self.chance.choices(self.world.indices, k=2)) * (one @ other),
                Total(self.chance.choice([*indices, self.index()]), one @ other),
                Expect(one @ other) + one @ one,
                self.scalar(),
                1 + one @ one,
            ]
        )

    def _independent(self, rule):
        left = tuple(self._member() for _ in range(self.chance.randrange(3)))
        right = tuple(self._member() for _ in range(2))
        a, b = self._of_family(left), self._of_family(right[: self.chance.randrange(1, 3)])
        la, lb = (self.kernel.assume(Integrable(x)) for x in (a, b))
        return rule(self.world.iid, left, right, a, b, la, lb)

    def independent(self):
        return self._independent(self.kernel.independent)

    def integrable_independent(self):
        return self._independent(self.kernel.integrable_independent)

    def identical(self):
        i = self._member()
        return self.kernel.identical(self.world.iid, i, self._of_family((i,)))

    def integrable_identical(self):
        i = self._member()
        known = self.kernel.assume(Integrable(self.chance.choice([worlds.G, worlds.G @ worlds.G])))
        x = self.chance.choice([worlds.X[i], worlds.X[i] @ worlds.X[i]])
        return self.kernel.integrable_identical(self.world.iid, i, x, known)

    # -- the rest ------------------------------------------------------------------------------

    def integrable_deterministic(self):
        return self.kernel.integrable_deterministic(self.scalar())

    def integrable_dominated(self):
        x, bound = self.scalar(), self.scalar()
        lines = [self.assume(bound - x >= 0), self.assume(bound + x >= 0)]
        return self.kernel.integrable_dominated(x, *lines, self.kernel.assume(Integrable(bound)))

    def cases(self):
        x = self.chance.choice([*DETERMINISTIC, worlds.S, self.scalar(depth=0), self.vector()])
        line = self.some(">", ">=", "=")
        ops = self.chance.choice([(">", "<="), (">", "<="), (">=", "<="), (">", "<"), ("<=", ">")])
        sides = []
        for op in ops:
            case = self.kernel.assume(Relation(x, op, ZERO))
            sides.append(self.kernel.multiply(case, case))
        if self.chance.randrange(2):
            sides = [self.kernel.weaken(side) if side.kind == ">" else side for side in sides]
        if self.chance.randrange(2):
            one = Fraction(1)
            sides = [self.kernel.combine([(one, line), (one, side)]) for side in sides]
        if self.chance.randrange(4) == 0:
            sides[self.chance.randrange(2)] = self.some(line.kind)
        return self.kernel.cases(x, *sides)

    def lemma(self):
        """A line as a theorem, used with terms for some of its plain symbols."""
        line = self.some()
        statement = statement_of(line)
        self.kernel.lemmas["lemma"] = self._concluded(statement, [line])
        values = {}
        for _ in range(self.chance.randrange(1, 3)):
            name = self.chance.choice(["s", "S", "m", "u", "U"])
            new = self.vector() if name in "uU" else self.scalar()
            values[name] = new if self.chance.randrange(2) else self._simple(name)
        return self.kernel.lemma("lemma", values)

    def cut(self):
        """One of a line's assumptions, by a line that may prove it, or is only like it."""
        line = self.some()
        formulas = [a for a in line.assumptions if isinstance(a, Relation | Integrable)]
        if not formulas:
            raise KernelError("nothing is assumed")
        formula = self.chance.choice(sorted(formulas, key=repr))
        proofs = [x for x in self.lines if self.kernel.proves(x, formula)]
        return self.kernel.cut(line, formula, self.chance.choice(proofs or self.lines))

    def exists(self):
        """A theorem by finite choice; the sum of the weights is written as its normal form."""
        index, inner = self.index(), (self.index(),) if self.chance.randrange(3) == 0 else ()
        weight, x = self.world.condition(self.chance), self.scalar(depth=0)
        if self.chance.randrange(3) == 0:
            weight = self.rational() + 0 * Equal(index, index)
        whole = self.kernel.algebra.total(index, self.kernel.algebra.normal(weight))
        lines = [
            self.assume(self._mention(formula) if self.chance.randrange(4) == 0 else formula)
            for formula in (weight >= 0, term_of(whole) > 0, weight * x >= 0)
        ]
        return self._concluded(Exists(index, (x >= 0,), inner), lines)

    def least(self):
        """A theorem that there is a least one."""
        index, other, x = self.index(), self.index(), self.scalar(depth=0)
        goal = Exists(index, (x <= substitute(x, {index: other}),), (other,))
        return self._concluded(goal, [self.assume(self.world.signature.count(index.set) > 0)])

    def _concluded(self, statement, lines):
        needed = [self.kernel.assume(one) for one in owed(self.kernel.signature, statement)]
        return self.kernel.conclude(statement, lines, needed)

    def promised(self):
        """What the signature promises, where the model keeps it."""
        promises = list(self.world.signature.declared().values())
        return self.assume(self.chance.choice(promises))

    def _simple(self, name):
        def of(family):
            return self.world.of(self.chance, family)

        return {
            "s": self.chance.choice([of("c"), worlds.s + 1, worlds.m]),
            "S": self.chance.choice([of("x"), of("c"), worlds.S + 1]),
            "m": self.chance.choice([worlds.m + 1, of("fixed"), worlds.n, worlds.n / 2]),
            "u": self.chance.choice([of("v"), Expect(worlds.U), worlds.s * worlds.u]),
            "U": self.chance.choice([of("V"), of("X"), worlds.u]),
        }[name]


FACTS = (
    "fact",
    "hypothesis",
    "vector_equation",
    "integrable_fact",
    "mention",
    "integer_fact",
    "simple_fact",
    "promised",
)
TOOLS = ("run", "scalar", "vector", "rational", "some", "index", "index_of", "values", "true")
OTHERS = tuple(
    name
    for name in vars(Derivation)
    if not name.startswith("_") and name not in (*FACTS, *TOOLS, "assume", "positive")
)
MOVES = (*FACTS, *FACTS, *OTHERS, *["lemma"] * 5)
