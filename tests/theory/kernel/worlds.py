"""Random signatures with everything in them, random terms over them, and their random models.

Index sets may be empty, also by a negative size; unions may overlap or have no part; choices may be
from nothing; indices of different sets share names, and a bound index may shadow a free one:
whatever goes wrong with names and empty sets goes wrong here.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod
from random import Random

from hypothesis import strategies as st

from tests.theory.kernel.oracle import whole
from theory.kernel.intervals import Unseparated
from theory.kernel.models import Evaluator, Model, Outcome
from theory.kernel.processes import Run, RunEvaluator, State
from theory.kernel.sequences import Ratio, following, ratio
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Definition,
    Equal,
    Expect,
    Iid,
    Index,
    Inner,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Root,
    Signature,
    Symbol,
    Times,
    Total,
    free_indices,
    term,
)
from theory.notation.language import Family

n, e, m, s, S, u, U, G, y, r = map(Atom, "nemsSuUGyr")
later, X, K, k = Atom("later"), Family("X"), Atom("K"), Atom("k")
SIZES = (term(0), term(1), term(2), term(-1), n, n, e, e, n - e, n - 2 * e - 3, n + e, n * e, e**2)
KEPT = (term(1), term(2), n, e, n + e)
BASES = "CYTO"
UNIONS = {"W": (1, 1, 2, 2), "M": (0, 1, 2, 3), "N": (0, 0, 0, 1)}
"""For each union the numbers of parts that it may have."""
NUMBERS = tuple(map(Fraction, (-2, -1, 0, 1, 2, "1/2", "-3/2", 4)))
ZERO = {(): Fraction(0)}
RATIOS = [
    ratio(tuple(map(Fraction, top)), tuple(map(Fraction, bottom)))
    for top, bottom in (
        ((1,), (0, 1)),
        ((1,), (0, 0, 1)),
        ((0, 1), (1,)),
        ((-1,), (0, 1)),
        ((1, 2), (0, 1)),
        ((0, 1), (1, 1)),
        ((-1, 1), (0, 1)),
        ((), (1,)),
        ((1,), (1,)),
        ((-2,), (1,)),
    )
]
"""1/t, 1/t^2, t, -1/t, 2 + 1/t, t/(1 + t), 1 - 1/t, 0, 1 and -2."""
LARGEST = 2
"""No base set of a model has more elements."""


class World:
    """One random signature, and what is random over it; the same seed gives the same.

    mostly_kept: its promises can mostly be kept.
    """

    def __init__(self, seed, mostly_kept=False):
        chance = Random(f"signature {seed}")
        kept = mostly_kept and chance.randrange(5) > 0
        sizes = {name: chance.choice(KEPT if kept else SIZES) for name in BASES}
        unions = {
            name: tuple(chance.sample(BASES, chance.choice(counts) or int(kept)))
            for name, counts in UNIONS.items()
        }
        sets = [*sizes, *unions]

        def symbol(sort, random, *given):
            return Symbol(
                sort, random, tuple(chance.choice(sets) if g == "?" else g for g in given)
            )

        def choice(*given):
            return symbol("choice", chance.randrange(3) > 0, *given)

        symbols = {
            **{name: Symbol("integer", False) for name in "nem"},
            "s": Symbol("scalar", False),
            "K": Symbol("integer", False),
            "k": Symbol("scalar", False),
            "S": Symbol("scalar", True),
            "u": Symbol("vector", False),
            "U": Symbol("vector", True),
            "G": Symbol("vector", True),
            "y": Symbol("scalar", False, varies=True),
            "r": Symbol("scalar", False, varies=True),
            "later": Symbol("scalar", True),
            "c": symbol("scalar", False, "?"),
            "x": symbol("scalar", True, "?"),
            "v": symbol("vector", False, "?"),
            "V": symbol("vector", True, "?"),
            "X": symbol("vector", True, chance.choice("CCYW")),
            "near": symbol("indicator", True, "?", "?"),
            "fixed": symbol("indicator", False, "?"),
            "top": choice("?"),
            "pick": choice("?", "?"),
            "following": choice("C", "C"),
            "vain": choice("?", "N"),
            "far": choice("?", "?", "?"),
        }
        self.signature = Signature(sizes, unions, symbols)
        self.indices = [
            Index(name, part)
            for part in sets
            for name in chance.sample("ijk", 3 if part == "C" else chance.choice([1, 2]))
        ]
        self.choices = [name for name, one in symbols.items() if one.sort == "choice"]
        self.scalars = self._atoms("scalar", "integer", "indicator", "choice")
        self.conditions = self._atoms("indicator", "choice")
        self.vectors = self._atoms("vector")
        family = symbols["X"].sets[0]
        self.iid = Iid("X", chance.choice([one for one in sets if self._within(one, family)]), "G")
        for name in ("d", "dd"):
            self._define(name, self.scalar(chance, 2))
        self._define("dv", self.vector(chance, 2))
        after = self.scalar(chance, 1)
        for index in sorted(free_indices(after)):
            after = Total(index, after)
        after = later if chance.randrange(2) else later + after
        self.signature = replace(self.signature, successors={"y": after})

    def _within(self, small, large):
        return self.signature.within(small, large)

    def _atoms(self, *sorts):
        return [
            (name, [self.within(part) for part in symbol.sets])
            for name, symbol in self.signature.symbols.items()
            if symbol.sort in sorts and name != "later"
        ]

    def _define(self, name, body):
        definition = Definition(tuple(sorted(free_indices(body))), body)
        known = {**self.signature.definitions, name: definition}
        self.signature = replace(self.signature, definitions=known)

    # -- terms ---------------------------------------------------------------------------------

    def within(self, index_set):
        """All indices that range over a part of the set."""
        return [index for index in self.indices if self._within(index.set, index_set)]

    def of(self, chance, family):
        """A symbol at random indices, such as X_i."""
        sets = self.signature.symbols[family].sets
        return Atom(family, tuple(chance.choice(self.within(part)) for part in sets))

    def _atom(self, chance, atoms):
        name, pools = chance.choice(atoms)
        return Atom(name, tuple(chance.choice(pool) for pool in pools))

    def _equal(self, chance):
        return Equal(chance.choice(self.indices), chance.choice(self.indices))

    def condition(self, chance):
        """A 0/1 variable, or 1 minus one."""
        plain = self._equal(chance) if chance.randrange(4) == 0 else None
        plain = plain or self._atom(chance, self.conditions)
        return 1 - plain if chance.randrange(4) == 0 else plain

    def _call(self, chance, *names):
        known = [name for name in names if name in self.signature.definitions]
        if not known:
            return None
        name = chance.choice(known)
        parameters = self.signature.definitions[name].parameters
        return Call(name, tuple(chance.choice(self.within(p.set)) for p in parameters))

    def choose(self, chance):
        """A choice with arguments, and an index for its value."""
        choice = chance.choice(self.choices)
        *before, last = self.signature.symbols[choice].sets
        index = chance.choice([index for index in self.indices if index.set == last])
        pools = [self.within(part) for part in before]
        return choice, tuple(chance.choice(pool) for pool in pools), index

    def _at(self, chance, body):
        choice, arguments, index = self.choose(chance)
        if index in arguments:
            return body
        return At(index, choice, arguments, body)

    def _total(self, chance, body):
        where = tuple(self.condition(chance) for _ in range(chance.choice([0, 0, 1, 1, 2])))
        return Total(chance.choice(self.indices), body, where)

    def scalar(self, chance, depth=2, roots=True):
        """A random number; `roots` allows quotients, roots and norms."""

        def number():
            return self.scalar(chance, depth - 1, roots)

        if depth <= 0 or chance.randrange(5) == 0:
            kind = chance.randrange(10)
            if kind == 0:
                return self._equal(chance)
            if kind == 1:
                return Number(chance.choice(NUMBERS))
            if kind == 2:
                return self._call(chance, "d", "dd") or Expect(S)
            return self._atom(chance, self.scalars)
        kinds = ["plus", "times", "total", "total", "expect", "inner", "power", "at", "call"]
        match chance.choice(kinds + (["quotient", "root", "norm"] if roots else [])):
            case "plus":
                return Plus((number(), number()))
            case "times":
                return Times((number(), number()))
            case "total":
                return self._total(chance, number())
            case "expect":
                return Expect(number())
            case "inner":
                one, other = (self.vector(chance, depth - 1, roots) for _ in range(2))
                return Inner(one, other)
            case "power":
                return Power(number(), chance.randrange(3))
            case "at":
                return self._at(chance, number())
            case "call":
                return self._call(chance, "d", "dd") or number()
            case "quotient":
                return Quotient(number(), number())
            case "root":
                return Root(number())
        return Norm(self.vector(chance, depth - 1, roots))

    def vector(self, chance, depth=2, roots=True):
        """A random vector."""

        def one():
            return self.vector(chance, depth - 1, roots)

        if depth <= 0 or chance.randrange(5) == 0:
            called = self._call(chance, "dv") if chance.randrange(7) == 0 else None
            return called or self._atom(chance, self.vectors)
        kinds = ["plus", "times", "total", "expect", "at"]
        match chance.choice(kinds + (["quotient"] if roots else [])):
            case "plus":
                return Plus((one(), one()))
            case "times":
                return Times((self.scalar(chance, depth - 1, roots), one()))
            case "total":
                return self._total(chance, one())
            case "expect":
                return Expect(one())
            case "at":
                return self._at(chance, one())
        return Quotient(one(), self.scalar(chance, depth - 1, roots))

    # -- models --------------------------------------------------------------------------------

    def elements(self, tables):
        """The elements of each set; a set of negative size has none."""
        elements = {
            name: [(name, position) for position in range(whole(size, tables))]
            for name, size in self.signature.sizes.items()
        }
        for name, parts in self.signature.unions.items():
            elements[name] = [element for part in parts for element in elements[part]]
        return elements

    def _parameters(self, chance):
        """Values of n, e and m at which no base set has too many elements."""
        for _ in range(30):
            drawn = {name: {(): Fraction(chance.randint(-1, 3))} for name in "nem"}
            sizes = self.signature.sizes.values()
            if all(whole(size, drawn) <= LARGEST for size in sizes):
                return drawn
        return {name: {(): Fraction(0)} for name in "nem"}

    def model(self, seed, independent=None):
        """A model of the signature; where `independent`, X is i.i.d. with the law of G."""
        chance = Random(f"model {seed}")
        if independent is None:
            independent = chance.random() < 0.5
        parameters = self._parameters(chance)
        elements = self.elements(parameters)
        dimension = chance.choice([1, 1, 2])
        family = elements[self.signature.symbols["X"].sets[0]]
        if independent:
            draws = list(product(_law(chance, dimension), repeat=max(len(family), 1)))
        else:
            weights = [chance.randint(1, 3) for _ in range(chance.randint(1, 2))]
            draws = [((None, Fraction(weight, sum(weights))),) for weight in weights]

        def tables(random):
            return {
                name: _table(chance, symbol, elements, dimension)
                for name, symbol in self.signature.symbols.items()
                if symbol.random is random
            }

        outcomes = []
        for drawn in draws:
            at = tables(True)
            if independent:
                values = [value for value, _ in drawn]
                at["X"] = {(w,): value for w, value in zip(family, values, strict=False)}
                at["G"] = {(): values[0]}
            outcomes.append(Outcome(prod(p for _, p in drawn), at))
        return Model({**tables(False), **parameters}, outcomes)

    def run(self, seed):
        """A run with one state, in which y and r change with t; None where none is found."""
        chance = Random(f"run {seed}")
        base = self.model(seed)
        changing = {name: {(): chance.choice(RATIOS)} for name in "yr"}
        tables = {**base.tables, **changing}
        outcomes = [Outcome(o.probability, {**o.tables, "later": ZERO}) for o in base.outcomes]
        try:
            evaluator = Evaluator(self.signature, Model(tables, outcomes), (Fraction, Ratio))
            after = following(changing["y"][()])
            for number, one in enumerate(outcomes):
                rest = evaluator.value(self.signature.successors["y"], outcome=number)
                one.tables["later"] = {(): after + -rest}
            run = Run([State(Model(tables, outcomes), (0,) * len(outcomes))])
            RunEvaluator(self.signature, run)
        except (KernelError, Unseparated):
            return None
        return run


def _table(chance, symbol, elements, dimension):
    keys = list(product(*(elements[part] for part in symbol.sets)))
    if symbol.sort == "choice":
        last = elements[symbol.sets[-1]]
        chosen = {key[:-1]: chance.choice(last) for key in keys}  # none from nothing
        return {key: Fraction(chosen[key[:-1]] == key[-1]) for key in keys}

    def value():
        if symbol.sort == "vector":
            return tuple(chance.choice(NUMBERS) for _ in range(dimension))
        if symbol.sort == "indicator":
            return Fraction(chance.randrange(2))
        return chance.choice(NUMBERS[:5] if symbol.sort == "integer" else NUMBERS)

    return {key: value() for key in keys}


def _law(chance, dimension):
    one, other = (tuple(chance.choice(NUMBERS) for _ in range(dimension)) for _ in range(2))
    p = chance.choice([Fraction(1, 2), Fraction(1, 3), Fraction(1)])
    return [(one, Fraction(1))] if p == 1 or one == other else [(one, p), (other, 1 - p)]


seeds = st.integers(0, 2**32)
