"""What terms and formulas mean: exact evaluation on finite probability models.

A model fixes the parameters, lists finitely many outcomes with rational probabilities, and says
what every symbol is at every outcome. On it each formula is true, false, or (only where two
irrational numbers cannot be told apart) unknown. REFUTED rests on this file and on `evidence`.

Every model of the declarations is one, so that all terms have a value: an index set whose size is
negative is empty, and a choice that has nothing to choose from is 0 everywhere, so that a term at
its value is a sum of nothing. That sizes are natural numbers and choices exist is a hypothesis.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from theory.kernel.intervals import Unseparated
from theory.kernel.sequences import Ratio, Scalar, inverse, root, signs
from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Cited,
    Equal,
    Exists,
    Expect,
    Formula,
    Iid,
    IllTyped,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Statement,
    Term,
    Times,
    Total,
    free_indices,
)

Element = tuple[str, int]
Vector = tuple[Scalar, ...]
Value = Scalar | Vector
Table = Mapping[tuple[Element, ...], Value]

WORK = 300_000
"""So many values of terms are computed on one model; the most for Krum is 128,560."""
BITS = 10_000
"""A number whose numerator or denominator is longer is refused; the longest of Krum's has 41."""
LARGEST_SET = 1000
"""An index set has at most so many elements."""
SIGNS = {"<=": {0, 1}, "<": {1}, "=": {0}, ">=": {0, -1}, ">": {-1}}
"""The signs of right - left at which a relation is true."""


@dataclass(frozen=True)
class Outcome:
    """One outcome: its probability and the table of every random symbol."""

    probability: Fraction
    tables: Mapping[str, Table]


@dataclass(frozen=True)
class Model:
    """A finite probability model: tables of the deterministic symbols, and the outcomes."""

    tables: Mapping[str, Table]
    outcomes: Sequence[Outcome] = field(default_factory=lambda: [Outcome(Fraction(1), {})])


class Evaluator:
    """Terms and formulas of one signature on one model, which is checked for being a model.

    numbers: what values may be; with `Ratio` among them, a formula holds if it does at every time.
    """

    def __init__(
        self, signature: Signature, model: Model, numbers: tuple[type, ...] = (Fraction,)
    ) -> None:
        self.signature = signature
        self.model = model
        self.numbers = numbers
        self.dimension = 1
        self._memo: dict[tuple[int, tuple[Element, ...], int], Value] = {}
        self._indices: dict[int, tuple[Index, ...]] = {}
        self._keep: list[Term] = []
        self._unfolded: dict[Call, Term] = {}
        self._work = WORK
        self.elements: dict[str, list[Element]] = {}
        self._check()

    def _check(self) -> None:
        """Refuse what is not a model of the signature."""
        outcomes = self.model.outcomes
        if any(o.probability <= 0 for o in outcomes) or sum(o.probability for o in outcomes) != 1:
            raise KernelError("probabilities must be positive and add up to 1")
        for tables in (self.model.tables, *(o.tables for o in outcomes)):
            for name in tables:
                if name not in self.signature.symbols:
                    raise KernelError(f"{name!r} is not a symbol of the document")
        for name, size in self.signature.sizes.items():
            count = self.value(size)
            if not isinstance(count, Fraction) or count.denominator != 1 or count > LARGEST_SET:
                raise KernelError(f"index set {name!r} has no admissible size in this model")
            self.elements[name] = [(name, k) for k in range(int(count))]
        for name, parts in self.signature.unions.items():
            self.elements[name] = [e for part in parts for e in self.elements[part]]
        dimensions: set[int] = set()
        for name, symbol in self.signature.symbols.items():
            keys = [self.elements[s] for s in symbol.sets]
            for number, outcome in enumerate(outcomes):
                table = (outcome.tables if symbol.random else self.model.tables).get(name)
                if (
                    table is None
                    or len(table) != prod(map(len, keys))
                    or set(table) != set(product(*keys))
                ):
                    raise KernelError(f"{name!r} has no value at some index of outcome {number}")
                for value in table.values():
                    self._check_value(name, symbol.sort, value)
                    if isinstance(value, tuple):
                        dimensions.add(len(value))
                if symbol.sort == "choice" and keys[-1]:
                    chosen = Counter(key[:-1] for key, one in table.items() if one == 1)
                    if any(chosen[key] != 1 for key in product(*keys[:-1])):
                        raise KernelError(f"{name!r} must choose exactly one index")
        if len(dimensions) > 1 or 0 in dimensions:
            raise KernelError("all vectors of a model have one dimension, at least 1")
        if dimensions:  # without any entry all vectors are 0, of whatever dimension
            self.dimension = dimensions.pop()

    def _check_value(self, name: str, sort: str, value: Any) -> None:
        if sort == "vector":
            if not isinstance(value, tuple) or not all(isinstance(c, self.numbers) for c in value):
                raise KernelError(f"{name!r} must be a vector of exact numbers")
        elif not isinstance(value, self.numbers):
            raise KernelError(f"{name!r} must be an exact number")
        elif sort == "integer" and not (isinstance(value, Fraction) and value.denominator == 1):
            raise KernelError(f"{name!r} must be an integer")
        elif sort in ("indicator", "choice") and value not in (0, 1):
            raise KernelError(f"{name!r} must be 0 or 1")

    # -- terms ---------------------------------------------------------------------------------

    def value(self, x: Term, at: Mapping[Index, Element] | None = None, outcome: int = 0) -> Value:
        """The value of a term at indices and an outcome."""
        at = at or {}
        key = (id(x), tuple(at[i] for i in self._free(x)), outcome)
        if key not in self._memo:
            self._memo[key] = self._value(x, at, outcome)
        return self._memo[key]

    def _free(self, x: Term) -> tuple[Index, ...]:
        if id(x) not in self._indices:
            self._keep.append(x)  # so that its id is not used again
            self._indices[id(x)] = tuple(sorted(free_indices(x)))
        return self._indices[id(x)]

    def _value(self, x: Term, at: Mapping[Index, Element], outcome: int) -> Value:
        self._spend()
        match x:
            case Number(value):
                return value
            case Atom(name, indices):
                symbol = self.signature.symbols[name]
                tables = self.model.outcomes[outcome].tables if symbol.random else self.model.tables
                if name not in tables:
                    raise KernelError(f"{name!r} has no value in this model")
                return tables[name][tuple(at[i] for i in indices)]
            case Plus(summands):
                return _add([self.value(s, at, outcome) for s in summands])
            case Times(factors):
                return _multiply([self.value(s, at, outcome) for s in factors])
            case Power(base, exponent):
                return _multiply([Fraction(1)] + [self.value(base, at, outcome)] * exponent)
            case Quotient(numerator, denominator):
                return _multiply(
                    [
                        self.value(numerator, at, outcome),
                        inverse(self._number(denominator, at, outcome)),
                    ]
                )
            case Root(radicand):
                return root(self._number(radicand, at, outcome))
            case Inner(left, right):
                return _inner(self.value(left, at, outcome), self.value(right, at, outcome))
            case Norm(vector):
                u = self.value(vector, at, outcome)
                return root(_inner(u, u))
            case Total(index, body, where):
                chosen = (
                    {**at, index: e}
                    for e in self.elements[index.set]
                    if all(self.value(w, {**at, index: e}, outcome) == 1 for w in where)
                )
                return self._sum(body, (self.value(body, env, outcome) for env in chosen))
            case Expect(body):
                return self._sum(
                    body,
                    (
                        _multiply([o.probability, self.value(body, at, number)])
                        for number, o in enumerate(self.model.outcomes)
                    ),
                )
            case At(index, choice, arguments, body):
                for e in self.elements[index.set]:
                    env = {**at, index: e}
                    if self.value(Atom(choice, (*arguments, index)), env, outcome) == 1:
                        return self.value(body, env, outcome)
                return self._zero(body)
            case Equal(left, right):
                return Fraction(at[left] == at[right])
            case Call():
                if x not in self._unfolded:
                    self._unfolded[x] = self.signature.unfold(x)
                return self.value(self._unfolded[x], at, outcome)
        raise IllTyped(f"{x!r} is not a term")

    def _spend(self) -> None:
        self._work -= 1
        if self._work < 0:
            raise KernelError("too much work for one model")

    def _sum(self, body: Term, values: Iterator[Value]) -> Value:
        listed = list(values)
        if not listed:
            return self._zero(body)
        return _add(listed)

    def _zero(self, body: Term) -> Value:
        zero = Fraction(0)
        return zero if self.signature.check(body) == "scalar" else (zero,) * self.dimension

    def _number(self, x: Term, at: Mapping[Index, Element], outcome: int) -> Scalar:
        value = self.value(x, at, outcome)
        if isinstance(value, tuple):
            raise IllTyped("a number was expected, not a vector")
        return value

    # -- formulas ------------------------------------------------------------------------------

    def holds(self, formula: Formula | Statement) -> bool | None:
        """Whether the formula is true on the model; None where an enclosure cannot tell."""
        self.signature.check_formula(formula)
        match formula:
            case Integrable() | Cited():
                return True
            case AlmostSure():
                raise KernelError("a finite model has one step; it cannot decide about a run")
            case Iid():
                return self._iid(formula)
            case SomeConstant():
                raise KernelError("one model cannot decide whether there is a constant")
        verdict: bool | None = True
        for _, _, true in self.instances(formula):
            if true is False:
                return False
            verdict = None if true is None else verdict
        return verdict

    def instances(
        self, statement: Relation | Exists
    ) -> Iterator[tuple[dict[Index, Element], int, bool | None]]:
        """Every choice of free indices and outcome at which the statement claims something."""
        if isinstance(statement, Exists):
            yield from self._some(statement)
            return
        left, right, given = statement.left, statement.right, statement.given
        parts = (left, right, *given)
        indices = sorted(frozenset().union(*(free_indices(p) for p in parts)))
        random = any(self.signature.is_random(p) for p in parts)
        for choice in product(*(self.elements[i.set] for i in indices)):
            at = dict(zip(indices, choice, strict=True))
            for outcome in range(len(self.model.outcomes) if random else 1):
                if all(self.value(g, at, outcome) == 1 for g in given):
                    yield at, outcome, self._compare(statement, at, outcome)

    def _some(self, claim: Exists) -> Iterator[tuple[dict[Index, Element], int, bool | None]]:
        """For every outcome and outer index, whether some index satisfies every relation."""
        terms = [t for r in claim.relations for t in (r.left, r.right, *r.given)]
        outer = sorted(frozenset().union(*map(free_indices, terms)) - {claim.index, *claim.inner})
        for choice in product(*(self.elements[i.set] for i in outer)):
            for outcome in range(len(self.model.outcomes)):
                at = dict(zip(outer, choice, strict=True))
                answers = [
                    self._all(claim, {**at, claim.index: e}, outcome)
                    for e in self.elements[claim.index.set]
                ]
                yield at, outcome, True if any(answers) else None if None in answers else False

    def _all(self, claim: Exists, at: Mapping[Index, Element], outcome: int) -> bool | None:
        verdict: bool | None = True
        for choice in product(*(self.elements[i.set] for i in claim.inner)):
            self._spend()
            env = {**at, **dict(zip(claim.inner, choice, strict=True))}
            for relation in claim.relations:
                if all(self.value(g, env, outcome) == 1 for g in relation.given):
                    true = self._compare(relation, env, outcome)
                    if true is False:
                        return False
                    verdict = None if true is None else verdict
        return verdict

    def sides(
        self, relation: Relation, at: Mapping[Index, Element], outcome: int
    ) -> tuple[Value, Value]:
        """The values of both sides."""
        return self.value(relation.left, at, outcome), self.value(relation.right, at, outcome)

    def _compare(
        self, relation: Relation, at: Mapping[Index, Element], outcome: int
    ) -> bool | None:
        try:
            left, right = self.sides(relation, at, outcome)
        except Unseparated:
            return None
        if isinstance(left, tuple) is not isinstance(right, tuple):
            raise IllTyped("a number cannot be compared with a vector")
        verdict: bool | None = True
        for difference in _differences(left, right):
            try:
                possible = signs(difference)
            except Unseparated:
                return None
            if not possible <= SIGNS[relation.op]:
                if possible.isdisjoint(SIGNS[relation.op]) or isinstance(difference, Ratio):
                    return False
                verdict = None
        return verdict

    def _iid(self, claim: Iid) -> bool:
        """Whether the family's joint law is the product of copies of the representative's."""
        workers = self.elements[claim.set]
        joint: defaultdict[tuple[Value, ...], Fraction] = defaultdict(Fraction)
        single: defaultdict[Value, Fraction] = defaultdict(Fraction)
        for o in self.model.outcomes:
            joint[tuple(o.tables[claim.family][(w,)] for w in workers)] += o.probability
            single[o.tables[claim.representative][()]] += o.probability
        if len(joint) != len(single) ** len(workers):
            return False
        return all(
            p == prod((single[v] for v in values), start=Fraction(1)) for values, p in joint.items()
        )


def _add(values: Sequence[Value]) -> Value:
    first, *rest = values
    if isinstance(first, tuple):
        return tuple(_add(column) for column in zip(*values, strict=True))  # type: ignore[misc]
    total: Scalar = first
    for v in rest:
        total = _short(total + v)  # type: ignore[operator]
    return total


def _short(x: Scalar) -> Scalar:
    for end in _parts(x):
        if end.numerator.bit_length() > BITS or end.denominator.bit_length() > BITS:
            raise KernelError(f"a number of more than {BITS} bits")
    return x


def _parts(x: Scalar) -> tuple[Fraction, ...]:
    if isinstance(x, Ratio):
        return (*x.top, *x.bottom)
    return (x,) if isinstance(x, Fraction) else (x.low, x.high)


def _differences(left: Value, right: Value) -> list[Scalar]:
    """right - left, by coordinates."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return [b + -a for a, b in zip(left, right, strict=True)]
    return [right + -left]  # type: ignore[operator]


def _multiply(values: Sequence[Value]) -> Value:
    number: Scalar = Fraction(1)
    vector: Vector | None = None
    for v in values:
        if isinstance(v, tuple):
            vector = v
        else:
            number = _short(number * v)
    return number if vector is None else tuple(number * c for c in vector)


def _inner(u: Value, v: Value) -> Scalar:
    total: Scalar = Fraction(0)
    for a, b in zip(u, v, strict=True):  # type: ignore[arg-type]
        total = total + a * b
    return total
