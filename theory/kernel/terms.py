"""The language: indices, scalar and vector terms, and the signature that declares their symbols.

A term is immutable data.
It has one meaning (`models.py`), one normal form (`polynomials.py`), and is printed elsewhere.

    scalar  ::= Number | Atom | Plus | Times | Power | Quotient | Root | Inner | Norm
              | Total | Expect | At | Equal | Call
    vector  ::= Atom | Plus | Times (one vector factor) | Total | Expect | At | Call

Two partial operations are made total, so that every term denotes: x/0 = 0, root(x) = 0 for x < 0,
and E(x) = 0 when x is not integrable. What a *claim* needs beyond that is in `obligations`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from itertools import count
from unicodedata import normalize


class KernelError(Exception):
    """Something was refused; the message says what and why."""


class IllTyped(KernelError):
    """The sentence does not denote: a number plus a vector, an unknown symbol, a free outcome."""


def is_name(text: str) -> bool:
    """Whether the text is a name: an identifier that no other one is written like (NFKC)."""
    return text.isidentifier() and normalize("NFKC", text) == text


@dataclass(frozen=True, slots=True, order=True)
class Index:
    """A variable that ranges over the named index set, such as i in C.

    Its name is an identifier: the names of bound indices in `polynomials` are not.
    """

    name: str
    set: str

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and is_name(self.name)):
            raise KernelError(f"{self.name!r} is not the name of an index")


class Term:
    """Base of all terms; the operators build terms and never simplify."""

    __slots__ = ()

    def __add__(self, other: Term | int | Fraction) -> Term:
        return Plus((*_summands(self), *_summands(term(other))))

    def __radd__(self, other: int | Fraction) -> Term:
        return term(other) + self

    def __neg__(self) -> Term:
        return Times((Number(Fraction(-1)), self))

    def __sub__(self, other: Term | int | Fraction) -> Term:
        return self + (-term(other))

    def __rsub__(self, other: int | Fraction) -> Term:
        return term(other) - self

    def __mul__(self, other: Term | int | Fraction) -> Term:
        return Times((*_factors(self), *_factors(term(other))))

    def __rmul__(self, other: int | Fraction) -> Term:
        return term(other) * self

    def __truediv__(self, other: Term | int | Fraction) -> Term:
        return Quotient(self, term(other))

    def __rtruediv__(self, other: int | Fraction) -> Term:
        return term(other) / self

    def __pow__(self, exponent: int) -> Term:
        return Power(self, exponent)

    def __matmul__(self, other: Term) -> Term:
        return Inner(self, other)

    def __le__(self, other: Term | int | Fraction) -> Relation:
        return Relation(self, "<=", term(other))

    def __lt__(self, other: Term | int | Fraction) -> Relation:
        return Relation(self, "<", term(other))

    def __ge__(self, other: Term | int | Fraction) -> Relation:
        return Relation(self, ">=", term(other))

    def __gt__(self, other: Term | int | Fraction) -> Relation:
        return Relation(self, ">", term(other))

    def eq(self, other: Term | int | Fraction) -> Relation:
        """The equation self = other (`==` compares terms as data)."""
        return Relation(self, "=", term(other))


def _summands(x: Term) -> tuple[Term, ...]:
    return x.summands if isinstance(x, Plus) else (x,)


def _factors(x: Term) -> tuple[Term, ...]:
    return x.factors if isinstance(x, Times) else (x,)


def term(x: Term | int | Fraction) -> Term:
    """Read a Python number as a term; floats are refused because they are not exact."""
    if isinstance(x, Term):
        return x
    if isinstance(x, (int, Fraction)) and not isinstance(x, bool):
        return Number(Fraction(x))
    raise IllTyped(f"{x!r} is not a term: use int, Fraction or a term")


@dataclass(frozen=True, slots=True)
class Number(Term):
    """A rational constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Atom(Term):
    """A declared symbol at indices: n, V_i, the 0/1 variable "j is a neighbour of i"."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Plus(Term):
    """A sum of scalars, or of vectors."""

    summands: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Times(Term):
    """A product of scalars with at most one vector."""

    factors: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Power(Term):
    """A natural power of a scalar."""

    base: Term
    exponent: int


@dataclass(frozen=True, slots=True)
class Quotient(Term):
    """Numerator (scalar or vector) over a scalar."""

    numerator: Term
    denominator: Term


@dataclass(frozen=True, slots=True)
class Root(Term):
    """The non-negative square root of a scalar."""

    radicand: Term


@dataclass(frozen=True, slots=True)
class Inner(Term):
    """The inner product of two vectors; |u|^2 is Inner(u, u)."""

    left: Term
    right: Term


@dataclass(frozen=True, slots=True)
class Norm(Term):
    """The Euclidean norm of a vector."""

    vector: Term


@dataclass(frozen=True, slots=True)
class Total(Term):
    """Sum of `body` over the index, restricted to where every 0/1 condition holds."""

    index: Index
    body: Term
    where: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Expect(Term):
    """The expectation of `body`; it binds the outcome."""

    body: Term


@dataclass(frozen=True, slots=True)
class At(Term):
    """`body` with `index` at the value of a random choice: V_{i*} is At(i, "chosen", (), V_i)."""

    index: Index
    choice: str
    arguments: tuple[Index, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Equal(Term):
    """1 where the two indices name the same element, else 0."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Call(Term):
    """A defined name applied to indices; it means its unfolding and nothing else."""

    name: str
    arguments: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """left op right, wherever every 0/1 variable in `given` is 1.

    Free indices are universally quantified; a relation that mentions the outcome is claimed for
    every outcome.
    """

    left: Term
    op: str
    right: Term
    given: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        raise TypeError("a relation has no truth value; write a <= b and b <= c as two relations")

    def when(self, *conditions: Term) -> Relation:
        """The same relation, claimed only where the conditions hold."""
        return Relation(self.left, self.op, self.right, self.given + conditions)


@dataclass(frozen=True, slots=True)
class Integrable:
    """E|x| is finite (for a vector: E of its norm is finite)."""

    body: Term


@dataclass(frozen=True, slots=True)
class Iid:
    """family[i], i in `set`, are independent, each with the law of the vector `representative`."""

    family: str
    set: str
    representative: str


@dataclass(frozen=True, slots=True)
class AlmostSure:
    """With probability 1, the sequence of the values of `body` at t = 1, 2, ... is as `kind` says.

    kind: "converges" (to a finite limit), "bounded", "vanishes" (tends to 0), "summable" (its sum
    is finite) or "divergent" (its sum is infinite). See `runs` for what a sequence is.
    """

    kind: str
    body: Term


@dataclass(frozen=True, slots=True)
class Cited:
    """A theorem of the literature that is used and not proved here; `runs` states each exactly."""

    name: str


SEQUENCE_KINDS = ("converges", "bounded", "vanishes", "summable", "divergent")
CITED = ("robbins_siegmund",)


@dataclass(frozen=True, slots=True)
class Exists:
    """Some `index` satisfies every relation, for all values of the `inner` indices at once.

    All other free indices, and the outcome, are chosen before `index`.
    """

    index: Index
    relations: tuple[Relation, ...]
    inner: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class SomeConstant:
    """Some number `constant`, a function of the `depends` symbols alone, has the relation."""

    constant: str
    depends: tuple[str, ...]
    relation: Relation


Formula = Relation | Integrable | Iid | AlmostSure | Cited
"""What can be assumed, and what a line of a derivation can say."""

Statement = Relation | Integrable | Exists | SomeConstant | AlmostSure
"""What a claim can say."""

OPS = ("<=", "<", "=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Symbol:
    """What an Atom may be.

    sort: "scalar", "integer" (a deterministic integer), "indicator" (0/1), "choice" (the 0/1
    variable of an index-valued function, whose value is the last index), or "vector".
    varies: in a process, a quantity known at time t that changes with t, such as x_t.
    """

    sort: str
    random: bool
    sets: tuple[str, ...] = ()
    varies: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """name(parameters) := body."""

    parameters: tuple[Index, ...]
    body: Term


SORTS = ("scalar", "integer", "indicator", "choice", "vector")


@dataclass(frozen=True)
class Signature:
    """The index sets (base sets by size, unions by parts), symbols and definitions of a document.

    A name is declared once: it is a set, a symbol or a definition, never two of them.
    successors: for a varying symbol of a process, its value at t + 1, random as seen from t.
    """

    sizes: Mapping[str, Term] = field(default_factory=dict)
    unions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    successors: Mapping[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in ("sizes", "unions", "symbols", "definitions", "successors"):
            # a copy, so that nobody else holds the container
            object.__setattr__(self, part, dict(getattr(self, part)))
        names = [*self.sizes, *self.unions, *self.symbols, *self.definitions]
        for name in names:
            if not is_name(name):
                raise KernelError(f"{name!r} is not a name: use plain letters, digits and _")
            if names.count(name) > 1:
                raise KernelError(f"{name!r} is declared twice")
        for name, parts in self.unions.items():
            if not all(part in self.sizes for part in parts) or len(set(parts)) != len(parts):
                raise KernelError(f"union {name!r} must join different base sets")
        for name, symbol in self.symbols.items():
            self._check_symbol(name, symbol)
        for name, size in self.sizes.items():
            if self.check(size) != "scalar" or not all(map(self._is_whole, walk(size))):
                raise KernelError(
                    f"the size of {name!r} must be made of whole numbers and integer symbols that "
                    "do not vary, by sums, products and powers"
                )
        for position, name in enumerate(self.definitions):
            self._check_definition(name, set([*self.definitions][position:]))
        for name, value in self.successors.items():
            self._check_successor(name, value)

    def _check_symbol(self, name: str, symbol: Symbol) -> None:
        if symbol.sort not in SORTS or not all(self.is_set(s) for s in symbol.sets):
            raise KernelError(f"symbol {name!r} has an unknown sort or index set")
        if symbol.sort == "integer" and symbol.random:
            raise KernelError(f"integer {name!r} must be deterministic")
        if symbol.varies and symbol.random:
            raise KernelError(f"{name!r} varies with t, so it is known at t, not random")
        if symbol.sort == "choice" and not symbol.sets:
            raise KernelError(f"choice {name!r} needs the index set of its value")

    def _check_definition(self, name: str, not_before: set[str]) -> None:
        definition = self.definitions[name]
        later = not_before & {c.name for c in walk(definition.body) if isinstance(c, Call)}
        if later:
            raise KernelError(f"definition {name!r} uses {sorted(later)}, not defined before it")
        if len(set(definition.parameters)) != len(definition.parameters):
            raise KernelError(f"definition {name!r} repeats a parameter")
        hidden = free_indices(definition.body) - set(definition.parameters)
        if hidden:
            raise KernelError(f"definition {name!r} hides {sorted(i.name for i in hidden)}")
        self.check(definition.body)

    def _check_successor(self, name: str, value: Term) -> None:
        known = self.symbols.get(name)
        if known is None or not known.varies or known.sets or free_indices(value):
            raise KernelError(f"{name!r} has a successor but is no plain varying symbol")
        if known.sort not in ("scalar", "vector"):
            raise KernelError(f"the successor of the {known.sort} {name!r} need not be one")
        if self.check(value) != self.check(Atom(name)):
            raise KernelError(f"the successor of {name!r} is of another sort")

    def is_set(self, name: str) -> bool:
        """Whether the name is a base set or a union."""
        return name in self.sizes or name in self.unions

    def parts(self, name: str) -> tuple[str, ...]:
        """The disjoint base sets that make up the named set."""
        return self.unions.get(name, (name,))

    def within(self, small: str, large: str) -> bool:
        """Whether every element of `small` is one of `large`."""
        return set(self.parts(small)) <= set(self.parts(large))

    def _is_whole(self, x: Term) -> bool:
        match x:
            case Number(value):
                return value.denominator == 1
            case Atom(name, ()):
                return self.symbols[name].sort == "integer" and not self.symbols[name].varies
        return isinstance(x, (Plus, Times, Power))

    def count(self, name: str) -> Term:
        """The number of elements of the named set, where the sizes of its parts are natural."""
        sizes = tuple(self.sizes[part] for part in self.parts(name))
        if not sizes:
            return Number(Fraction(0))
        return sizes[0] if len(sizes) == 1 else Plus(sizes)

    def natural(self, name: str) -> Relation | None:
        """That the size of a base set is a natural number; None where it is written as one."""
        size = self.sizes[name]
        written = isinstance(size, Number) and size.value >= 0
        return None if written else Relation(size, ">=", Number(Fraction(0)))

    def chosen_from(self, name: str) -> Relation | None:
        """That the set of a choice's values has an element, so that there is such a choice.

        None where no argument can exist without a value: the set of an argument is within that of
        the value.
        """
        *arguments, values = self.symbols[name].sets
        if any(self.parts(s) and self.within(s, values) for s in arguments):
            return None
        return Relation(self.count(values), ">", Number(Fraction(0)))

    def declared(self) -> dict[str, Relation]:
        """What the declarations promise, by name: sizes are natural numbers, choices exist."""
        sizes = {f"size of {name}": self.natural(name) for name in self.sizes}
        choices = {
            f"choice of {name}": self.chosen_from(name)
            for name, symbol in self.symbols.items()
            if symbol.sort == "choice"
        }
        promised = {**sizes, **choices}
        return {name: formula for name, formula in promised.items() if formula is not None}

    def unfold(self, call: Call) -> Term:
        """The definition's body at the call's arguments; capture is refused."""
        definition = self.definitions.get(call.name)
        if definition is None:
            raise IllTyped(f"{call.name!r} is not defined")
        self._check_arguments(
            call.name, call.arguments, tuple(p.set for p in definition.parameters)
        )
        return substitute(
            definition.body, dict(zip(definition.parameters, call.arguments, strict=True))
        )

    def _check_arguments(
        self, name: str, indices: tuple[Index, ...], sets: tuple[str, ...]
    ) -> None:
        if len(indices) != len(sets):
            raise IllTyped(f"{name!r} takes {len(sets)} indices, not {len(indices)}")
        for index, expected in zip(indices, sets, strict=True):
            if not is_name(index.name) or not self.is_set(index.set):
                raise IllTyped(f"index {index.name!r} ranges over no declared set")
            if not self.within(index.set, expected):
                raise IllTyped(
                    f"{name!r} wants an index of {expected}, {index.name} is one of {index.set}"
                )

    def check(self, x: Term) -> str:
        """The sort of a term, "scalar" or "vector"; raises IllTyped with the reason."""
        match x:
            case Number():
                return "scalar"
            case Atom(name, indices):
                symbol = self.symbols.get(name)
                if symbol is None:
                    raise IllTyped(f"{name!r} is not declared")
                self._check_arguments(name, indices, symbol.sets)
                return "vector" if symbol.sort == "vector" else "scalar"
            case Plus(summands):
                sorts = {self.check(s) for s in summands}
                if len(sorts) != 1:
                    raise IllTyped("a number cannot be added to a vector")
                return sorts.pop()
            case Times(factors):
                vectors = [self.check(s) for s in factors].count("vector")
                if vectors > 1:
                    raise IllTyped("two vectors have an inner product, not a product")
                return "vector" if vectors else "scalar"
            case Power(base, exponent):
                if not isinstance(exponent, int) or not 0 <= exponent <= 12:
                    raise IllTyped(f"power {exponent!r}: exponents are 0 to 12")
                return self._scalar(base, "a power")
            case Quotient(numerator, denominator):
                self._scalar(denominator, "a denominator")
                return self.check(numerator)
            case Root(radicand):
                return self._scalar(radicand, "a square root")
            case Inner(left, right):
                if self.check(left) != "vector" or self.check(right) != "vector":
                    raise IllTyped("an inner product takes two vectors")
                return "scalar"
            case Norm(vector):
                if self.check(vector) != "vector":
                    raise IllTyped("a norm takes a vector, not a number")
                return "scalar"
            case Total(index, body, where):
                if not is_name(index.name) or not self.is_set(index.set):
                    raise IllTyped(f"the sum over {index.name!r} has no declared set")
                for condition in where:
                    self.check_condition(condition)
                return self.check(body)
            case Expect(body):
                return self.check(body)
            case At(index, choice, arguments, body):
                symbol = self.symbols.get(choice)
                if symbol is None or symbol.sort != "choice":
                    raise IllTyped(f"{choice!r} is not a choice of an index")
                self._check_arguments(choice, (*arguments, index), symbol.sets)
                if index in arguments:
                    raise IllTyped(
                        f"{index.name} is chosen by {choice!r}, so it cannot be its argument"
                    )
                if index.set != symbol.sets[-1]:
                    raise IllTyped(f"{choice!r} chooses in {symbol.sets[-1]}, not in {index.set}")
                return self.check(body)
            case Equal(left, right):
                for index in (left, right):
                    if not is_name(index.name) or not self.is_set(index.set):
                        raise IllTyped(f"index {index.name!r} ranges over no declared set")
                return "scalar"
            case Call():
                return self.check(self.unfold(x))
        raise IllTyped(f"{x!r} is not a term")

    def _scalar(self, x: Term, what: str) -> str:
        if self.check(x) != "scalar":
            raise IllTyped(f"{what} must be a number, not a vector")
        return "scalar"

    def check_condition(self, x: Term) -> None:
        """Conditions are 0/1 variables: indicators, choices, equalities, and 1 minus one."""
        match x:
            case Atom(name) if self.check(x) and self.symbols[name].sort in ("indicator", "choice"):
                return
            case Equal():
                self.check(x)
                return
            case Plus(
                (Number(Fraction(numerator=1, denominator=1)), Times((Number(value), inner)))
            ) if value == -1:
                self.check_condition(inner)
                return
        raise IllTyped("a condition must be a 0/1 variable or 1 minus one")

    def check_formula(self, formula: Formula | Statement) -> None:
        """Raise IllTyped unless the formula denotes."""
        match formula:
            case Relation(left, op, right, given):
                if op not in OPS:
                    raise IllTyped(f"{op!r} is not a relation")
                if self.check(left) != self.check(right):
                    raise IllTyped("a number cannot be compared with a vector")
                if self.check(left) == "vector" and op != "=":
                    raise IllTyped("vectors are equal or not; they are not ordered")
                for condition in given:
                    self.check_condition(condition)
            case Integrable(body):
                self.check(body)
            case AlmostSure(kind, body):
                if kind not in SEQUENCE_KINDS:
                    raise IllTyped(f"{kind!r} is nothing that a sequence does")
                if self.check(body) != "scalar" or self.is_random(body) or free_indices(body):
                    raise IllTyped("a sequence consists of numbers that are known at time t")
            case Cited(name):
                if name not in CITED:
                    raise IllTyped(f"{name!r} is not a theorem that can be cited")
            case Exists(index, relations, inner):
                if not relations or index in inner or not self.is_set(index.set):
                    raise IllTyped("Exists needs an index, and relations about it")
                for relation in relations:
                    self.check_formula(relation)
            case SomeConstant(constant, depends, relation):
                self._check_constant(constant, depends)
                self.check_formula(relation)
            case Iid():
                self._check_iid(formula)
            case _:
                raise IllTyped(f"{formula!r} is not a formula")

    def _check_constant(self, constant: str, depends: tuple[str, ...]) -> None:
        if constant in depends:
            raise IllTyped(f"the constant {constant!r} cannot depend on itself")
        for name in (constant, *depends):
            symbol = self.symbols.get(name)
            if symbol is None or symbol.random or symbol.sort == "vector" or symbol.sets:
                raise IllTyped(f"{name!r} must be a plain deterministic number")
            if name == constant and symbol.sort != "scalar":
                raise IllTyped(f"the constant {name!r} must be a plain real number")
            if symbol.varies:
                raise IllTyped(f"a constant cannot depend on {name!r}, which changes with t")

    def _check_iid(self, claim: Iid) -> None:
        one, other = self.symbols.get(claim.family), self.symbols.get(claim.representative)
        if (
            one is None
            or other is None
            or (one.sort, one.random, len(one.sets)) != ("vector", True, 1)
            or (other.sort, other.random, other.sets) != ("vector", True, ())
            or not self.is_set(claim.set)
            or not self.within(claim.set, one.sets[0])
        ):
            raise IllTyped("Iid needs a random vector family, its set and a random vector")

    def varies(self, x: Term) -> bool:
        """Whether the term can change with t in a process; so can the law of what is random."""
        match x:
            case Call():
                return self.varies(self.unfold(x))
            case Atom(name) | At(_, name) if self.symbols[name].varies or self.symbols[name].random:
                return True
        return any(self.varies(child) for child in children(x))

    def shift(self, x: Term) -> Term:
        """The value of a term at t + 1, as seen from t."""
        if isinstance(x, Call):
            return self.shift(self.unfold(x))
        match x:
            case Expect():
                raise KernelError("a mean at t + 1 is another one, given more")
            case Atom(name) | At(_, name) if self.symbols[name].random:
                raise KernelError(f"the law of {name!r} at t + 1 is not that at t")
            case Atom(name) | At(_, name) if self.symbols[name].varies:
                if name not in self.successors:
                    raise KernelError(f"{name!r} has no successor")
                return self.successors[name]
        return rebuild(x, self.shift)

    def is_random(self, x: Term) -> bool:
        """Whether the term mentions the outcome outside every expectation."""
        match x:
            case Expect():
                return False
            case Atom(name):
                if name not in self.symbols:
                    raise IllTyped(f"{name!r} is not declared")
                return self.symbols[name].random
            case At(_, choice, _, body):
                return self.symbols[choice].random or self.is_random(body)
            case Call():
                return self.is_random(self.unfold(x))
        return any(self.is_random(child) for child in children(x))


def children(x: Term) -> Iterator[Term]:
    """The immediate subterms."""
    for spec in fields(x):  # type: ignore[arg-type]
        value = getattr(x, spec.name)
        if isinstance(value, Term):
            yield value
        elif isinstance(value, tuple):
            yield from (v for v in value if isinstance(v, Term))


def walk(x: Term) -> Iterator[Term]:
    """The term and all its subterms."""
    yield x
    for child in children(x):
        yield from walk(child)


def indices_of(x: Term) -> Iterator[Index]:
    """The indices that occur directly at this node, binders excluded."""
    match x:
        case Atom(_, indices):
            yield from indices
        case Equal(left, right):
            yield from (left, right)
        case Call(_, arguments) | At(_, _, arguments, _):
            yield from arguments


def free_indices(x: Term) -> frozenset[Index]:
    """The indices that are not bound by a sum or a choice."""
    inner: frozenset[Index] = frozenset().union(*(free_indices(c) for c in children(x)))
    if isinstance(x, (Total, At)):
        inner -= {x.index}
    return inner | frozenset(indices_of(x))


def substitute(x: Term, replacement: Mapping[Index, Index]) -> Term:
    """Replace free indices; a replacement that a binder would capture is renamed around."""
    replacement = {old: new for old, new in replacement.items() if old != new}
    if not replacement:
        return x

    def index(i: Index) -> Index:
        return replacement.get(i, i)

    match x:
        case Atom(name, indices):
            return Atom(name, tuple(map(index, indices)))
        case Equal(left, right):
            return Equal(index(left), index(right))
        case Call(name, arguments):
            return Call(name, tuple(map(index, arguments)))
        case Total() | At():
            bound, inside = x.index, {o: n for o, n in replacement.items() if o != x.index}
            taken = {n.name for n in inside.values()}
            if bound.name in taken:
                used = taken | {i.name for c in walk(x) for i in (*indices_of(c), *_bound(c))}
                fresh = next(m for k in count() if (m := f"{bound.name}_{k}") not in used)
                inside = {**inside, bound: Index(fresh, bound.set)}
                bound = Index(fresh, bound.set)
            body = substitute(x.body, inside)
            if isinstance(x, At):
                return At(bound, x.choice, tuple(map(index, x.arguments)), body)
            return Total(bound, body, tuple(substitute(w, inside) for w in x.where))
    return rebuild(x, lambda child: substitute(child, replacement))


def _bound(x: Term) -> tuple[Index, ...]:
    return (x.index,) if isinstance(x, (Total, At)) else ()


def rebuild(x: Term, change: object) -> Term:
    """The same node with `change` applied to each immediate subterm."""
    values = []
    for spec in fields(x):  # type: ignore[arg-type]
        value = getattr(x, spec.name)
        if isinstance(value, Term):
            value = change(value)  # type: ignore[operator]
        elif isinstance(value, tuple):
            value = tuple(change(v) if isinstance(v, Term) else v for v in value)  # type: ignore[operator]
        values.append(value)
    return type(x)(*values)


def replace_atoms(x: Term, values: Mapping[str, Term]) -> Term:
    """Put terms for index-free symbols; refuses where a binder would capture an index."""
    if isinstance(x, Atom) and x.name in values:
        if x.indices:
            raise KernelError(f"{x.name!r} has indices; only plain symbols can be replaced")
        return values[x.name]
    if isinstance(x, (Total, At)):
        for value in values.values():
            if x.index.name in {i.name for i in free_indices(value)}:
                raise KernelError(
                    f"the bound index {x.index.name} would capture one of the replacement"
                )
    return rebuild(x, lambda child: replace_atoms(child, values))
