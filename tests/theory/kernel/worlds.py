"""A small signature with everything in it, random terms over it, and random finite models.

Index sets may be empty, indices of different sets share names, and a bound index may shadow a free
one: whatever goes wrong with names and empty sets goes wrong here.
"""

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

from hypothesis import strategies as st

from theory.kernel.models import Model, Outcome
from theory.kernel.terms import (
    At,
    Atom,
    Equal,
    Expect,
    Iid,
    Inner,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Root,
    Times,
    Total,
)
from theory.notation.language import Language, total

language = Language()
n = language.integer("n")
e = language.integer("e")
m = language.integer("m")
s = language.scalar("s")
S = language.scalar("S", random=True)
u = language.plain_vector("u")
U = language.plain_vector("U", random=True)
G = language.plain_vector("G", random=True)

few = language.index_set("C", n)
others = language.index_set("Y", e)
two = language.index_set("T", Number(Fraction(2)))
none = language.index_set("O", Number(Fraction(0)))
all_ = language.union("W", few, others)
mixed = language.union("M", two, others)
nobody = language.union("N")

c = language.numbers("c", few, random=False)
x = language.numbers("x", all_, random=True)
o = language.numbers("o", none, random=True)
V = language.vector("V", all_, random=True)
X = language.vector("X", few, random=True)
v = language.vector("v", few, random=False)
near = language.indicator("near", all_, all_)
fixed = language.indicator("fixed", few, random=False)
top = language.choice("top", two)
pick = language.choice("pick", all_, mixed)
following = language.choice("following", two, two)
vain = language.choice("vain", others, nobody)
"""A choice from nothing: there is none, unless Y is empty."""

i, j, k = (few.index(name) for name in "ijk")
y = others.index("y")
t, t_i = two.index("t"), two.index("i")
w, w_i, w_j = (all_.index(name) for name in ("w", "i", "j"))
z = none.index("z")
q = mixed.index("q")
p = nobody.index("p")
INDICES = (i, j, k, y, t, t_i, w, w_i, w_j, z, q, p)
CHOICES = ("top", "pick", "following", "vain")
"""Names are shared across sets on purpose."""

near_sum = language.define("near_sum", (w,), total(j, x[j], where=near[w, j]))
picked = language.define("picked", (w,), pick.of(w).at(q, Total(t, Equal(t, q), ())))
mean_s = language.abbreviation("mean_s", Expect(S))
mean_x = language.define("mean_x", (i,), Expect(X[i]))

signature = language.signature
iid = Iid("X", "C", "G")

NUMBERS = tuple(map(Fraction, (-2, -1, 0, 1, 2, "1/2", "-3/2", 4)))


def within(index_set):
    """All indices that range over a part of the set."""
    return [index for index in INDICES if signature.within(index.set, index_set)]


def _atoms(*sorts):
    return [
        (name, [within(part) for part in symbol.sets])
        for name, symbol in signature.symbols.items()
        if symbol.sort in sorts
    ]


SCALARS = _atoms("scalar", "integer", "indicator", "choice")
CONDITIONS = _atoms("indicator", "choice")
VECTORS = _atoms("vector")


def _atom(chance, atoms):
    name, pools = chance.choice(atoms)
    return Atom(name, tuple(chance.choice(pool) for pool in pools))


def number(chance):
    """A small rational."""
    return chance.choice(NUMBERS)


def condition(chance):
    """A 0/1 variable, or 1 minus one."""
    if chance.randrange(4) == 0:
        plain = Equal(chance.choice(INDICES), chance.choice(INDICES))
    else:
        plain = _atom(chance, CONDITIONS)
    return 1 - plain if chance.randrange(4) == 0 else plain


def _at(chance, body):
    choice = chance.choice(CHOICES)
    *before, last = signature.symbols[choice].sets
    index = chance.choice([index for index in INDICES if index.set == last])
    pools = [[a for a in within(part) if a != index] for part in before]
    return At(index, choice, tuple(chance.choice(pool) for pool in pools), body)


def _total(chance, body):
    where = tuple(condition(chance) for _ in range(chance.choice([0, 0, 1, 1, 2])))
    return Total(chance.choice(INDICES), body, where)


def scalar(chance, depth=2, roots=True):
    """A random number; `roots` allows quotients, roots and norms."""

    def number_(less=1):
        return scalar(chance, depth - less, roots)

    if depth <= 0 or chance.randrange(5) == 0:
        kind = chance.randrange(10)
        if kind == 0:
            return Equal(chance.choice(INDICES), chance.choice(INDICES))
        if kind == 1:
            return Number(number(chance))
        if kind == 2:
            return mean_s if chance.randrange(2) else picked[chance.choice(within("W"))]
        return _atom(chance, SCALARS)
    kinds = ["plus", "times", "total", "total", "expect", "inner", "power", "at", "call"]
    match chance.choice(kinds + (["quotient", "root", "norm"] if roots else [])):
        case "plus":
            return Plus((number_(), number_()))
        case "times":
            return Times((number_(), number_()))
        case "total":
            return _total(chance, number_())
        case "expect":
            return Expect(number_())
        case "inner":
            return Inner(vector(chance, depth - 1, roots), vector(chance, depth - 1, roots))
        case "power":
            return Power(number_(), chance.randrange(3))
        case "at":
            return _at(chance, number_())
        case "call":
            return near_sum[chance.choice(within("W"))]
        case "quotient":
            return Quotient(number_(), number_())
        case "root":
            return Root(number_())
    return Norm(vector(chance, depth - 1, roots))


def vector(chance, depth=2, roots=True):
    """A random vector."""

    def vector_():
        return vector(chance, depth - 1, roots)

    if depth <= 0 or chance.randrange(5) == 0:
        if chance.randrange(7) == 0:
            return mean_x[chance.choice(within("C"))]
        return _atom(chance, VECTORS)
    kinds = ["plus", "times", "total", "expect", "at"]
    match chance.choice(kinds + (["quotient"] if roots else [])):
        case "plus":
            return Plus((vector_(), vector_()))
        case "times":
            return Times((scalar(chance, depth - 1, roots), vector_()))
        case "total":
            return _total(chance, vector_())
        case "expect":
            return Expect(vector_())
        case "at":
            return _at(chance, vector_())
    return Quotient(vector_(), scalar(chance, depth - 1, roots))


def terms(depth=2, roots=True):
    """Numbers and vectors."""
    chances = st.randoms(use_true_random=False)
    return chances.map(
        lambda chance: chance.choice([scalar, vector])(chance, depth=depth, roots=roots)
    )


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


def model(seed, independent=None, largest=2):
    """A model of the signature; where `independent`, X is i.i.d. with the law of G.

    Each of C and Y has 0 to `largest` elements, none also where its size is -1; O and N have none.
    """
    chance = Random(seed)
    if independent is None:
        independent = chance.random() < 0.5
    drawn = {name: chance.randint(0, largest) or -chance.randint(0, 1) for name in "CY"}
    sizes = {**drawn, "T": 2, "O": 0}
    elements = {name: [(name, position) for position in range(sizes[name])] for name in sizes}
    for name, parts in signature.unions.items():
        elements[name] = [element for part in parts for element in elements[part]]
    dimension = chance.choice([1, 1, 2])
    if independent:
        draws = list(product(_law(chance, dimension), repeat=max(sizes["C"], 1)))
    else:
        weights = [chance.randint(1, 3) for _ in range(chance.randint(1, 2))]
        draws = [((None, Fraction(weight, sum(weights))),) for weight in weights]
    tables = {
        name: _table(chance, symbol, elements, dimension)
        for name, symbol in signature.symbols.items()
        if not symbol.random
    }
    tables |= {"n": {(): Fraction(sizes["C"])}, "e": {(): Fraction(sizes["Y"])}}
    outcomes = []
    for drawn in draws:
        random = {
            name: _table(chance, symbol, elements, dimension)
            for name, symbol in signature.symbols.items()
            if symbol.random
        }
        if independent:
            values = [value for value, _ in drawn]
            random["X"] = {(w,): value for w, value in zip(elements["C"], values, strict=False)}
            random["G"] = {(): values[0]}
        outcomes.append(Outcome(prod(p for _, p in drawn), random))
    return Model(tables, outcomes)


def models(**options):
    """Random models."""
    return st.integers(0, 2**32).map(lambda seed: model(seed, **options))
