"""Polynomials on finite models, evaluated from their documented format and nothing else."""

from fractions import Fraction
from itertools import product
from math import prod

from theory.kernel.intervals import Interval, Unseparated, interval
from theory.kernel.sequences import inverse, root
from theory.kernel.terms import Atom, Number, Plus, Power


class Oracle:
    """The values of polynomials of one signature on one model."""

    def __init__(self, signature, model):
        self.signature, self.model = signature, model
        self.elements = {}
        for name, size in signature.sizes.items():
            count = whole(size, model.tables)
            self.elements[name] = [(name, position) for position in range(count)]
        for name, parts in signature.unions.items():
            self.elements[name] = [element for part in parts for element in self.elements[part]]
        tables = [*model.tables.items(), *model.outcomes[0].tables.items()]
        self.zero = next(
            tuple(Fraction(0) for _ in value)
            for name, table in tables
            if signature.symbols[name].sort == "vector"
            for value in table.values()
        )

    def everywhere(self, context):
        """All values of the indices, as environments, with all outcomes."""
        indices = sorted(context)
        for chosen in product(*(self.elements[index_set] for index_set, _ in indices)):
            for outcome in range(len(self.model.outcomes)):
                yield dict(zip(indices, chosen, strict=True)), outcome

    def value(self, poly, at, outcome, vector=False):
        """The value of a polynomial (a dict, or the frozen tuple inside a factor)."""
        result = self.zero if vector else Fraction(0)
        for (binders, factors), coefficient in poly.items() if hasattr(poly, "items") else poly:
            result = plus(result, self._monomial(binders, factors, coefficient, at, outcome))
        return result

    def _monomial(self, binders, factors, coefficient, at, outcome):
        level = height(factors)
        names = [(s, f"#{level}.{position}") for position, s in enumerate(binders)]
        vector = any(f[0] in ("vec", "vmean") for f in factors)
        result = self.zero if vector else Fraction(0)
        for chosen in product(*(self.elements[s] for s in binders)):
            inside = {**at, **dict(zip(names, chosen, strict=True))}
            term = coefficient
            for factor in factors:
                term = times(term, self._factor(factor, inside, outcome))
            result = plus(result, term)
        return result

    def _factor(self, factor, at, outcome):
        tag, *rest = factor
        if tag in ("atom", "vec"):
            name, indices = rest
            random = self.signature.symbols[name].random
            tables = self.model.outcomes[outcome].tables if random else self.model.tables
            return tables[name][tuple(at[index] for index in indices)]
        if tag == "eq":
            return Fraction(at[rest[0]] == at[rest[1]])
        if tag == "dot":
            return dot(*(self._factor(part, at, outcome) for part in rest))
        (inside,) = rest
        if tag == "norm":
            value = self.value(inside, at, outcome, vector=True)
            return root(dot(value, value))
        if tag == "root":
            return root(self.value(inside, at, outcome))
        if tag == "inv":
            return inverse(self.value(inside, at, outcome))
        assert tag in ("mean", "vmean")
        result = self.zero if tag == "vmean" else Fraction(0)
        for number, one in enumerate(self.model.outcomes):
            value = self.value(inside, at, number, vector=tag == "vmean")
            result = plus(result, times(one.probability, value))
        return result

    def holds(self, line):
        """Whether a line is true at all indices of its context and all outcomes; None: unknown."""
        verdict = True
        for at, outcome in self.everywhere(line.context):
            if line.kind == "integrable":
                continue
            vector = any(f[0] in ("vec", "vmean") for _, fs in line.poly for f in fs)
            try:
                value = self.value(line.poly, at, outcome, vector)
            except Unseparated:
                verdict = None
                continue
            for part in value if isinstance(value, tuple) else (value,):
                low, high = interval(part).low, interval(part).high
                if {">=": high < 0, ">": high <= 0, "=": not low <= 0 <= high}[line.kind]:
                    return False
                if low != high:
                    verdict = None
        return verdict


def whole(size, tables):
    """The value of a size, which is a whole number."""
    match size:
        case Number(value):
            return int(value)
        case Atom(name):
            return int(tables[name][()])
        case Power(base, exponent):
            return whole(base, tables) ** exponent
        case Plus(parts):
            return sum(whole(part, tables) for part in parts)
    return prod(whole(part, tables) for part in size.factors)


def height(factors):
    """One more than the largest height of a nested polynomial."""
    return 1 + max(map(_depth, factors), default=0)


def _depth(factor):
    if factor[0] == "dot":
        return max(map(_depth, factor[1:]))
    if factor[0] in ("atom", "vec", "eq"):
        return 0
    return max(height(factors) for (_, factors), _ in factor[1])


def plus(a, b):
    """The sum of two numbers or two vectors."""
    if isinstance(a, tuple):
        return tuple(one + other for one, other in zip(a, b, strict=True))
    return a + b


def times(a, b):
    """A product with at most one vector."""
    if isinstance(a, tuple):
        a, b = b, a
    return tuple(a * part for part in b) if isinstance(b, tuple) else a * b


def dot(a, b):
    """The inner product."""
    result = Fraction(0)
    for one, other in zip(a, b, strict=True):
        result = result + one * other
    return result


def may_be_equal(a, b):
    """Whether two values agree, as far as their enclosures tell."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return all(may_be_equal(one, other) for one, other in zip(a, b, strict=True))
    if not isinstance(a, Interval) and not isinstance(b, Interval):
        return a == b
    one, other = interval(a), interval(b)
    return one.low <= other.high and other.low <= one.high
