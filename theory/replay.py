"""A second checker of certificate bundles, from the text kernel/FORMAT.md alone.

It is one file that needs nothing but Python, and shares no code with the kernel. Numbers like
(9) are the sections of that text. ``python replay.py BUNDLE.json`` prints a line for each claim.

Words used here, in the order in which they are built:

  value       what a JSON value is read as: text, integer, rational, tuple, Map, Index, Node, Line
  Node        a term, formula or statement; two that are equal as data are the same object
  Index       a name and its set; bound ones are renamed to names that are no identifiers
  Factor      ("a", name, indices)  scalar symbol       ("v", name, indices)  vector symbol
              ("eq", i, j)          1 where i is j      ("dot", unit, unit)   inner product
              ("norm" | "root" | "inv" | "E" | "Ev", Poly); "v" and "Ev" are the vector units
  Mono        (bound indices, factors): the sum over the indices of the product of the factors
  Poly        a sum of rational numbers times Monos, in normal form: equal Polys are one object
  Line        what a step proves: a kind, a Poly, the indices it is for, and its assumptions
"""

from __future__ import annotations

import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, pairwise, permutations, product
from math import factorial, isqrt, prod
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar
from weakref import WeakValueDictionary

MAX_FILE, MAX_DEPTH, MAX_DIGITS, MAX_STEPS = 16_000_000, 60, 400, 5000
MAX_PAIRS, MAX_FACTORS, MAX_NAMINGS, MAX_BITS = 20_000, 120, 5040, 20_000
WORK, WORK_PER_VALUE, MAX_VALUES = 150_000, 20, 20_000  # for one claim

ORDERS = (">=", ">", "=")
SEQUENCES = ("converges", "bounded", "vanishes", "summable", "divergent")
KINDS = (*ORDERS, "integrable", *SEQUENCES)
CITED = "robbins_siegmund"
FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# A field is s(tring), q, n (integer), i(ndex), t(erm) or r(elation); with a star a tuple of those.
FIELDS = {
    "Number": "q", "Atom": "s i*", "Plus": "t*", "Times": "t*", "Power": "t n", "Quotient": "t t",
    "Root": "t", "Inner": "t t", "Norm": "t", "Total": "i t t*", "Expect": "t",
    "At": "i s i* t", "Equal": "i i", "Call": "s i*", "Relation": "t s t t*", "Integrable": "t",
    "Iid": "s s s", "Exists": "i r* i*", "SomeConstant": "s s* r", "AlmostSure": "s t",
    "Cited": "s",
}  # fmt: skip
TERMS = frozenset(list(FIELDS)[:14])
LINEAR = frozenset({"Relation", "Integrable", "AlmostSure"})  # those that a line can say
FORMULAS = LINEAR | {"Iid", "Cited"}
STATEMENTS = LINEAR | {"Exists", "SomeConstant"}

Value = Any  # one of the values above
Rational = int | Fraction
Factor = tuple[Any, ...]
T = TypeVar("T")


class Refused(Exception):
    """What no clause of the format allows, or what is too large; with the reason."""


def need(holds: object, reason: str) -> None:
    """Refuse unless something holds."""
    if not holds:
        raise Refused(reason)


class Index(NamedTuple):
    """A variable that ranges over a set."""

    name: str
    set: str


class Node:
    """A term, formula or statement: a tag and its fields. Equal ones are one object."""

    __slots__ = ("__weakref__", "args", "tag")
    pool: ClassVar[WeakValueDictionary[tuple[Any, ...], Node]] = WeakValueDictionary()
    tag: str
    args: tuple[Any, ...]

    def __new__(cls, tag: str, *args: Value) -> Node:
        """The one node with these fields."""
        found = cls.pool.get((tag, args))
        if found is None:
            found = super().__new__(cls)
            found.tag, found.args = tag, args
            cls.pool[tag, args] = found
        return found

    def children(self) -> Iterator[Node]:
        """The nodes right below."""
        for field in self.args:
            if type(field) is Node:
                yield field
            elif type(field) is tuple:
                yield from (entry for entry in field if type(entry) is Node)

    def map(self, change: Callable[[Node], Node]) -> Node:
        """The node with each node right below changed."""

        def one(field: Value) -> Value:
            if type(field) is tuple:
                return tuple(change(x) if type(x) is Node else x for x in field)
            return change(field) if type(field) is Node else field

        return Node(self.tag, *map(one, self.args))

    def all(self) -> set[Node]:
        """This node and all below it."""
        found, open_ = {self}, [self]
        while open_:
            fresh = set(open_.pop().children()) - found
            found |= fresh
            open_ += fresh
        return found


class Map(dict[Any, Any]):
    """A map as read."""


class Line(NamedTuple):
    """In every model of the assumptions, for all values of the context: poly is of the kind."""

    kind: str
    poly: Poly
    context: frozenset[Index]
    assumptions: frozenset[Node]


class Theorem(NamedTuple):
    """A statement that holds in every model of its assumptions."""

    statement: Node
    assumptions: frozenset[Node]


class Result(NamedTuple):
    """Whether a claim is accepted, and why not, or how."""

    id: str
    ok: bool
    reason: str


ZERO, ONE, MINUS = (Node("Number", Fraction(k)) for k in (0, 1, -1))


def relation(left: Node, op: str, right: Node = ZERO) -> Node:
    """A relation without conditions."""
    return Node("Relation", left, op, right, ())


def atom(name: str) -> Node:
    """A symbol without indices."""
    return Node("Atom", name, ())


# --- Reading values (1, 2) ------------------------------------------------------------------------


class Reader:
    """Reads the values of one claim, and keeps count of the work done for it."""

    def __init__(self) -> None:
        self.work = WORK
        self.values = 0
        self.lines: list[Line] = []

    def spend(self, amount: int = 1) -> None:
        """Count work, and refuse when it is too much."""
        self.work -= amount
        need(self.work > 0, "too much work for a claim of this size")

    def read(self, data: object, depth: int = 0) -> Value:
        """A value from JSON."""
        self.spend()
        self.values += 1
        if depth <= MAX_DEPTH and self.values <= MAX_VALUES:
            self.work += WORK_PER_VALUE
        need(depth <= MAX_DEPTH, "nested too deep")
        if data is None or type(data) is str or type(data) is int:
            return data
        if type(data) is not list or not data or type(data[0]) is not str:
            raise Refused("not a value of the format")
        tag, *rest = data
        if tag == "q":
            need(len(rest) == 1 and type(rest[0]) is str, "not a rational")
            return rational(rest[0])
        if tag == "line":
            need(len(rest) == 1 and type(rest[0]) is int, "not a line number")
            need(0 <= rest[0] < len(self.lines), "no such line before this step")
            return self.lines[rest[0]]
        if tag == "tuple":
            return tuple(self.read(entry, depth + 1) for entry in rest)
        if tag == "map":
            return self.map(rest, depth + 1)
        fields = tuple(self.read(entry, depth + 1) for entry in rest)
        if tag == "Index":
            need(len(fields) == 2 and all(type(x) is str for x in fields), "not an index")
            need(is_name(fields[0]), "an index whose name is no name")
            return Index(*fields)
        need(tag in FIELDS, "an unknown tag")
        kinds = FIELDS[tag].split()
        need(len(kinds) == len(fields), f"{tag} with a wrong number of fields")
        need(all(map(fits, kinds, fields)), f"{tag} with a field of a wrong type")
        return Node(tag, *fields)

    def map(self, entries: list[object], depth: int) -> Map:
        """A map; of equal keys the last wins."""
        found: dict[object, tuple[Value, Value]] = {}
        for entry in entries:
            if type(entry) is not list or len(entry) != 2:
                raise Refused("a map entry that is no pair")
            key, value = self.read(entry[0], depth), self.read(entry[1], depth)
            need(not holds_map(key), "a key that holds a map")
            found[type(key), key] = key, value
        return Map(found.values())

    def node(self, data: object, tags: Iterable[str]) -> Node:
        """A node with one of some tags."""
        value = self.read(data)
        if type(value) is not Node or value.tag not in tags:
            raise Refused("not a term, formula or statement as it is wanted here")
        return value


def rational(text: str) -> Fraction:
    """A rational from its text."""
    need(len(text) <= MAX_DIGITS, "a rational that is too long")
    need(re.fullmatch(r"-?[0-9]+(/[0-9]*[1-9][0-9]*)?", text), "not a rational")
    return Fraction(text)


def is_name(text: object) -> bool:
    """Whether a value is a name (3): an identifier that is its own normal form."""
    return type(text) is str and text.isidentifier() and unicodedata.is_normalized("NFKC", text)


def holds_map(value: Value) -> bool:
    """Whether a value is or holds a map (nodes and lines never do)."""
    return type(value) is Map or (type(value) is tuple and any(map(holds_map, value)))


def fits(kind: str, value: Value) -> bool:
    """Whether a field has its type."""
    if kind.endswith("*"):
        return type(value) is tuple and all(fits(kind[0], entry) for entry in value)
    if kind in "tr":
        tags = TERMS if kind == "t" else {"Relation"}
        return type(value) is Node and value.tag in tags
    return type(value) is {"s": str, "q": Fraction, "n": int, "i": Index}[kind]


def entries_of(data: object, keys: str) -> list[Any]:
    """The entries of an object that has exactly these keys."""
    names = keys.split(",")
    if type(data) is not dict or set(data) != set(names):
        raise Refused("an object whose keys are not exactly: " + keys)
    return [data[name] for name in names]


def rows_of(data: object, width: int) -> list[Any]:
    """A list of lists of one length; for width 0 a list of anything."""
    if type(data) is not list:
        raise Refused("a list is missing")
    need(not width or all(type(r) is list and len(r) == width for r in data), "a malformed row")
    return data


# --- Signature and terms (3, 5, 6) ----------------------------------------------------------------


class Symbol(NamedTuple):
    """A declared symbol."""

    name: str
    sort: str
    random: bool
    sets: tuple[str, ...]
    varies: bool


L_ = TypeVar("L_", bound="Language")


def remembered(method: Callable[[L_, Node], T]) -> Callable[[L_, Node], T]:
    """A method of one node that is computed once for each."""

    def wrapper(self: L_, t: Node) -> T:
        key = method.__name__, t
        if key not in self.memory:
            self.reader.spend()
            self.memory[key] = method(self, t)
        found: T = self.memory[key]
        return found

    return wrapper


class Language:
    """The signature, and what can be said of terms and formulas as they are written."""

    def __init__(self, data: object) -> None:
        self.reader = Reader()
        self.memory: dict[tuple[str, Node], Any] = {}
        self.sizes: dict[str, Node] = {}
        self.sets: dict[str, tuple[str, ...]] = {}
        self.symbols: dict[str, Symbol] = {}
        self.definitions: dict[str, tuple[tuple[Index, ...], Node]] = {}
        self.successors: dict[str, Node] = {}
        keys = "sizes,unions,symbols,definitions,successors"
        widths = (2, 2, 5, 3, 2)
        sizes, unions, symbols, definitions, successors = map(
            rows_of, entries_of(data, keys), widths
        )
        names = [row[0] for row in chain(sizes, unions, symbols, definitions)]
        need(all(map(is_name, names)), "a name that is none, or that NFKC changes")
        need(len(set(names)) == len(names), "a name declared twice")
        for name, _ in sizes:
            self.sets[name] = (name,)
        base = set(self.sets)
        for name, parts in unions:
            need(type(parts) is list and all(type(part) is str for part in parts), "a bad union")
            need(set(parts) <= base and len(set(parts)) == len(parts), "a bad union")
            self.sets[name] = tuple(parts)
        for row in symbols:
            self.declare(Symbol(*row))
        for name, parameters, body in definitions:
            self.define(name, self.reader.read(["tuple", *rows_of(parameters, 0)]), body)
        for name, size in sizes:
            self.sizes[name] = self.size_term(self.reader.node(size, TERMS))
        self.promises = self.promised()
        for name, term in successors:
            self.succeed(name, self.reader.node(term, TERMS))

    def declare(self, symbol: Symbol) -> None:
        """Add a symbol."""
        name, sort, random, varies = symbol.name, symbol.sort, symbol.random, symbol.varies
        sets: Any = symbol.sets
        need(sort in ("scalar", "integer", "indicator", "choice", "vector"), f"the sort of {name}")
        need(type(random) is bool and type(varies) is bool, f"{name}: neither true nor false")
        need(type(sets) is list and all(type(s) is str for s in sets), f"the sets of {name}")
        need(all(s in self.sets for s in sets), f"the sets of {name}")
        need(not (random and (varies or sort == "integer")), f"{name} must not be random")
        need(sets or sort != "choice", f"the choice {name} has no set")
        self.symbols[name] = Symbol(name, sort, random, tuple(sets), varies)

    def define(self, name: str, parameters: tuple[Value, ...], data: object) -> None:
        """Add a definition, which mentions only those before it."""
        body = self.reader.node(data, TERMS)
        need(all(type(i) is Index and i.set in self.sets for i in parameters), "a bad parameter")
        need(len(set(parameters)) == len(parameters), f"two equal parameters of {name}")
        self.sort(body)
        need(self.free(body) <= set(parameters), f"{name} has a free index")
        self.definitions[name] = parameters, body

    def size_term(self, size: Node) -> Node:
        """The size of a base set, which is a whole number by its form."""
        need(self.sort(size) == "scalar", "a size that is no number")
        for x in size.all():
            whole = x.tag in ("Plus", "Times", "Power")
            if x.tag == "Number":
                whole = x.args[0].denominator == 1
            elif x.tag == "Atom":
                symbol = self.symbols[x.args[0]]
                whole = symbol.sort == "integer" and not (symbol.sets or symbol.varies)
            need(whole, "a size that is not made of whole numbers and plain integers")
        return size

    def count(self, name: str) -> Node:
        """The number of elements of a set, as a term."""
        sizes = [self.sizes[part] for part in self.parts(name)]
        return Node("Plus", tuple(sizes)) if len(sizes) > 1 else sizes[0] if sizes else ZERO

    def promised(self) -> dict[str, Node]:
        """What the signature promises, by name (3)."""
        found: dict[str, Node] = {}
        for name, size in self.sizes.items():
            if size.tag != "Number" or size.args[0] < 0:
                found[f"size of {name}"] = relation(size, ">=")
        for s in self.symbols.values():
            if s.sort == "choice":
                *others, values = s.sets
                if not any(self.parts(x) and self.within(x, values) for x in others):
                    found[f"choice of {s.name}"] = relation(self.count(values), ">")
        return found

    def naturals(self, sets: Iterable[str]) -> Iterator[Node]:
        """The promises that the sizes of all parts of some sets are natural numbers."""
        for part in chain.from_iterable(map(self.parts, sets)):
            if f"size of {part}" in self.promises:
                yield self.promises[f"size of {part}"]

    def chosen_from(self, name: str) -> Iterator[Node]:
        """The promise that a choice has something to choose."""
        if f"choice of {name}" in self.promises:
            yield self.promises[f"choice of {name}"]

    @remembered
    def summed(self, t: Node) -> frozenset[str]:
        """The sets over which a term or formula sums, at every depth, Calls unfolded."""
        if t.tag == "Call":
            return self.summed(self.definitions[t.args[0]][1])
        own = {t.args[0].set} if t.tag in ("Total", "At") else set()
        return frozenset(own).union(*map(self.summed, t.children()))

    @remembered
    def symbols_of(self, t: Node) -> frozenset[str]:
        """The symbols of Atoms and choices in a term or formula, Calls unfolded."""
        if t.tag == "Call":
            return self.symbols_of(self.definitions[t.args[0]][1])
        own = self.symbol_of(t)
        return frozenset({own.name} if own else ()).union(*map(self.symbols_of, t.children()))

    def succeed(self, name: object, term: Node) -> None:
        """Add the value at t + 1 of a varying symbol."""
        symbol = self.symbols[name] if type(name) is str and name in self.symbols else None
        if symbol is None or not symbol.varies or symbol.sets or name in self.successors:
            raise Refused("a successor of what cannot have one, or a second one")
        need((self.sort(term) == "vector") == (symbol.sort == "vector"), "a successor's sort")
        need(symbol.sort != "indicator" or self.condition(term), "a successor's sort")
        need(not self.free(term), "a successor with a free index")
        self.successors[symbol.name] = term

    def parts(self, name: str) -> tuple[str, ...]:
        """The base sets of which a set consists."""
        need(name in self.sets, f"the set {name} is not declared")
        return self.sets[name]

    def within(self, small: str, large: str) -> bool:
        """Whether every part of a set is a part of another."""
        return set(self.parts(small)) <= set(self.parts(large))

    def fit(self, name: str, indices: Sequence[Index], sets: Sequence[str]) -> None:
        """Refuse unless indices range within the sets of a symbol."""
        need(len(indices) == len(sets), f"{name} with a wrong number of indices")
        for i, large in zip(indices, sets, strict=True):
            need(self.within(i.set, large), f"{name}: an index's set")

    @remembered
    def sort(self, t: Node) -> str:
        """The sort, "scalar" or "vector"; refused unless the term is well-formed."""
        need(t.tag in TERMS, "not a term")
        if t.tag in ("Atom", "At"):
            name = t.args[t.tag == "At"]
            need(name in self.symbols, f"{name} is not declared")
            _, sort, _, sets, _ = self.symbols[name]
            if t.tag == "Atom":
                self.fit(name, t.args[1], sets)
                return "vector" if sort == "vector" else "scalar"
            i, _, arguments, body = t.args
            need(sort == "choice", f"{name} is no choice")
            self.fit(name, (*arguments, i), sets)
            need(i.set == sets[-1] and i not in arguments, f"the index of {name}")
            return self.sort(body)
        if t.tag == "Call":
            need(t.args[0] in self.definitions, f"{t.args[0]} is not defined")
            parameters, body = self.definitions[t.args[0]]
            self.fit(t.args[0], t.args[1], [i.set for i in parameters])
            return self.sort(body)
        if t.tag == "Equal":
            self.parts(t.args[0].set)
            self.parts(t.args[1].set)
            return "scalar"
        if t.tag == "Total":
            self.parts(t.args[0].set)
            need(all(map(self.condition, t.args[2])), "a sum where what is no condition")
            return self.sort(t.args[1])
        below = [self.sort(child) for child in t.children()]
        vectors = below.count("vector")
        if t.tag == "Plus":
            need(below and vectors in (0, len(below)), "an empty or mixed sum")
        need(t.tag != "Times" or vectors <= 1, "a product of vectors")
        need(t.tag not in ("Power", "Root") or not vectors, f"{t.tag} of a vector")
        need(t.tag != "Power" or 0 <= t.args[1] <= 12, "an exponent that is not 0 to 12")
        need(t.tag != "Quotient" or below[1] == "scalar", "a quotient by a vector")
        need(t.tag not in ("Inner", "Norm") or vectors == len(below), f"{t.tag} of a scalar")
        return "vector" if vectors and t.tag not in ("Inner", "Norm") else "scalar"

    def condition(self, t: Node) -> bool:
        """Whether a term is a condition; refused if it is not well-formed."""
        if t.tag == "Plus" and len(t.args[0]) == 2 and t.args[0][0] is ONE:
            t = t.args[0][1]
            inner: tuple[Node, ...] = t.args[0] if t.tag == "Times" else ()
            return len(inner) == 2 and inner[0] is MINUS and self.condition(inner[1])
        self.sort(t)
        if t.tag == "Atom":
            return self.symbols[t.args[0]].sort in ("indicator", "choice")
        return t.tag == "Equal"

    @remembered
    def free(self, t: Node) -> frozenset[Index]:
        """The free indices of a term, or of a relation, as written."""
        if t.tag in ("Atom", "Call"):
            return frozenset(t.args[1])
        if t.tag == "Equal":
            return frozenset[Index](t.args)
        below = frozenset(chain.from_iterable(map(self.free, t.children())))
        if t.tag == "Total":
            return below - {t.args[0]}
        return (below - {t.args[0]}) | set(t.args[2]) if t.tag == "At" else below

    @remembered
    def indices(self, t: Node) -> frozenset[Index]:
        """All indices in a term, free or bound."""
        fields = [x for x in chain.from_iterable(f if type(f) is tuple and type(f) is not Index
                  else (f,) for f in t.args) if type(x) is Index]  # fmt: skip
        return frozenset(fields).union(*map(self.indices, t.children()))

    @remembered
    def names(self, t: Node) -> frozenset[str]:
        """The symbols of Atoms in a term or formula, as written."""
        own = {t.args[0]} if t.tag == "Atom" else set()
        return frozenset(own).union(*map(self.names, t.children()))

    @remembered
    def random(self, t: Node) -> bool:
        """Whether a term is syntactically random."""
        if t.tag == "Expect":
            return False
        if t.tag == "Call":
            return self.random(self.definitions[t.args[0]][1])
        own = self.symbol_of(t)
        return (own is not None and own.random) or any(map(self.random, t.children()))

    @remembered
    def varies(self, t: Node) -> bool:
        """Whether a term mentions what varies, at any depth."""
        if t.tag == "Call":
            return self.varies(self.definitions[t.args[0]][1])
        own = self.symbol_of(t)
        return (own is not None and own.varies) or any(map(self.varies, t.children()))

    def symbol_of(self, t: Node) -> Symbol | None:
        """The symbol that an Atom, or the choice of an At, names."""
        if t.tag not in ("Atom", "At"):
            return None
        return self.symbols[t.args[t.tag == "At"]]

    def settled(self, t: Node) -> bool:
        """Whether a term mentions, at any depth, no random symbol and no expectation."""
        below = self.unfold(t).all()
        return self.certain(t) and all(x.tag != "Expect" for x in below)

    def certain(self, t: Node) -> bool:
        """Whether a term mentions no random symbol, at any depth."""
        return not any(self.symbols[name].random for name in self.symbols_of(t))

    def steady(self, t: Node) -> bool:
        """Whether a term has one value along a run, by form (10)."""
        return self.certain(t) and not self.varies(t)

    def plain(self, t: Node, names: Iterable[str]) -> bool:
        """Whether a term is arithmetic of some symbols without indices, and a scalar."""
        tags = {"Number", "Atom", "Plus", "Times", "Power", "Quotient", "Root"}
        known = all(x.tag in tags and (x.tag != "Atom" or not x.args[1]) for x in t.all())
        return known and self.names(t) <= set(names) and self.sort(t) == "scalar"

    def check(self, F: Node) -> Node:
        """A formula or statement; refused unless it is well-formed."""
        if F.tag == "Relation":
            left, op, right, given = F.args
            need(op in ("<=", "<", "=", ">", ">="), "an unknown relation")
            need(self.sort(left) == self.sort(right), "sides of different sorts")
            need(op == "=" or self.sort(left) == "scalar", "an order of vectors")
            need(all(map(self.condition, given)), "given what is no condition")
        elif F.tag == "Integrable":
            self.sort(F.args[0])
        elif F.tag == "Iid":
            family, representative = (self.symbols.get(F.args[k]) for k in (0, 2))
            if family is None or representative is None:
                raise Refused("an undeclared symbol")
            both = (family, representative)
            need(all(s.random and s.sort == "vector" for s in both), "not random vectors")
            need(len(family.sets) == 1 and not representative.sets, "a family's sets")
            need(self.within(F.args[1], family.sets[0]), "a family's set")
        elif F.tag == "Exists":
            i, relations, inner = F.args
            need(relations and i not in inner, "no relation, or the index is among the inner ones")
            for index in (i, *inner):
                self.parts(index.set)
            for each in relations:
                self.check(each)
        elif F.tag == "SomeConstant":
            constant, depends, inside = F.args
            for name in (constant, *depends):
                s = self.symbols.get(name)
                need(s and not (s.sets or s.random or s.varies or s.sort == "vector"), "a constant")
            need(self.symbols[constant].sort == "scalar", "a constant that is not a scalar")
            need(constant not in depends, "a constant that depends on itself")
            self.check(inside)
        elif F.tag == "AlmostSure":
            kind, body = F.args
            need(kind in SEQUENCES and self.sort(body) == "scalar", "what is said almost surely")
            need(not self.random(body) and not self.free(body), "almost surely: random, or free")
        else:
            need(F.tag == "Cited" and F.args[0] == CITED, "no theorem that may be cited")
        return F

    def replace(self, t: Node, pairs: Mapping[Index, Index]) -> Node:
        """New indices for old ones, all at once (6)."""
        pairs = {old: new for old, new in pairs.items() if old != new}
        if not pairs:
            return t
        self.reader.spend()

        def new(indices: tuple[Index, ...]) -> tuple[Index, ...]:
            return tuple(pairs.get(i, i) for i in indices)

        if t.tag in ("Atom", "Call"):
            return Node(t.tag, t.args[0], new(t.args[1]))
        if t.tag == "Equal":
            return Node("Equal", *new(t.args))
        if t.tag not in ("Total", "At"):
            return t.map(lambda child: self.replace(child, pairs))
        bound = t.args[0]
        below = {old: i for old, i in pairs.items() if old != bound}
        names = {i.name for i in below.values()}
        fresh = bound
        if bound.name in names:
            names |= {i.name for i in self.indices(t)}
            k = next(k for k in range(len(names) + 1) if f"{bound.name}_{k}" not in names)
            fresh = Index(f"{bound.name}_{k}", bound.set)
        t = t.map(lambda child: self.replace(self.replace(child, {bound: fresh}), below))
        if t.tag == "Total":
            return Node("Total", fresh, *t.args[1:])
        return Node("At", fresh, t.args[1], new(t.args[2]), t.args[3])

    def put(self, t: Node, values: Mapping[str, Node]) -> Node:
        """Terms without free indices for symbols without sets, at every depth (6)."""
        self.reader.spend()
        need(not any(map(self.free, values.values())), "a value with a free index")
        if t.tag == "Atom":
            return values.get(t.args[0], t) if not t.args[1] else t
        return t.map(lambda child: self.put(child, values))

    @remembered
    def unfold(self, t: Node) -> Node:
        """The term or formula with the bodies of definitions for all Calls."""
        if t.tag == "Call":
            parameters, body = self.definitions[t.args[0]]
            return self.unfold(self.replace(body, dict(zip(parameters, t.args[1], strict=True))))
        return t.map(self.unfold)

    def shift(self, t: Node) -> Node:
        """The term at t + 1 (10)."""
        t = self.unfold(t)
        varying = {s.name for x in t.all() if (s := self.symbol_of(x)) and s.varies}
        need(varying <= set(self.successors), "a varying symbol without a successor")
        return self.put(t, self.successors)


# --- Polynomials in normal form (7) ---------------------------------------------------------------

Mono = tuple[tuple[Index, ...], tuple[Factor, ...]]


class Poly:
    """A polynomial in normal form; Algebra.make makes them, each once."""

    __slots__ = ("_order", "free", "height", "random", "terms", "vector")

    def __init__(self, terms: dict[Mono, Rational]) -> None:
        self.terms = terms
        self.free: frozenset[Index] = frozenset()
        self.height = 0  # bound indices are named height.0, height.1, ... higher than all inside
        self.random = self.vector = False
        self._order: list[tuple[Mono, Rational]] | None = None

    @property
    def order(self) -> list[tuple[Mono, Rational]]:
        """The terms in a fixed order."""
        if self._order is None:
            self._order = sorted(self.terms.items())
        return self._order

    def __lt__(self, other: Poly) -> bool:
        """Any fixed order."""
        return self.order < other.order

    def number(self) -> Rational | None:
        """The rational that this is, if it is one."""
        if not self.terms:
            return 0
        return self.terms.get(((), ())) if len(self.terms) == 1 else None


def same(i: Index, j: Index) -> Factor:
    """The factor that is 1 where two indices name one element."""
    return ("eq", min(i, j), max(i, j))


def add_to(out: dict[Mono, Rational], mono: Mono, c: Rational) -> None:
    """Add to a sum."""
    c += out.get(mono, 0)
    if c.denominator == 1:
        c = c.numerator
    bits = c.numerator.bit_length() + c.denominator.bit_length()
    need(bits <= MAX_BITS, "a coefficient that is too long")
    out[mono] = c


class Algebra(Language):
    """Polynomials over a signature.

    A product is first a heap of bound indices with names of their own ("~1"), factors and
    polynomials; ``settle`` applies the laws to it until none applies, and then names the bound
    indices in the way that gives the least result.
    """

    def __init__(self, data: object) -> None:
        self.pool: dict[frozenset[tuple[Mono, Rational]], Poly] = {}
        self.seen: dict[Factor, frozenset[Index]] = {}
        self.renamings: dict[tuple[Poly, frozenset[tuple[Index, Index]]], Poly] = {}
        self.products: dict[tuple[str, Poly, Poly], Poly] = {}
        self.fresh = 0
        super().__init__(data)
        for name, term in self.successors.items():
            integer = self.symbols[name].sort == "integer"
            need(not integer or self.integral(self.poly(term)), "a successor's sort")

    # Making polynomials

    def make(self, terms: dict[Mono, Rational]) -> Poly:
        """The one Poly with these terms."""
        terms = {mono: c for mono, c in terms.items() if c}
        key = frozenset(terms.items())
        p = self.pool.get(key)
        if p is None:
            p = Poly(terms)
            for binds, factors in terms:
                free = frozenset(chain.from_iterable(map(self.mentions, factors)))
                p.free |= free.difference(binds)
                p.height = max(p.height, self.height(factors) + bool(binds))
                p.random = p.random or any(map(self.by_chance, factors))
                p.vector = p.vector or any(f[0] in ("v", "Ev") for f in factors)
            self.reader.spend(len(terms) // 8)
            self.pool[key] = p  # only when it is whole
        return p

    def constant(self, c: Rational) -> Poly:
        """A rational as a polynomial."""
        return self.make({((), ()): c})

    def mentions(self, f: Factor) -> frozenset[Index]:
        """The indices that are free in a factor."""
        found = self.seen.get(f)
        if found is None:
            if f[0] in ("a", "v"):
                found = frozenset(f[2])
            elif f[0] == "eq":
                found = frozenset(f[1:])
            elif f[0] == "dot":
                found = self.mentions(f[1]) | self.mentions(f[2])
            else:
                found = f[1].free
            self.seen[f] = found
        return found

    def height(self, factors: Iterable[Factor]) -> int:
        """The height of the highest polynomial inside some factors."""
        return max((self.height(f[1:]) if f[0] == "dot" else f[1].height
                    for f in factors if f[0] not in ("a", "v", "eq")), default=0)  # fmt: skip

    def by_chance(self, f: Factor) -> bool:
        """Whether a factor is random."""
        if f[0] in ("a", "v"):
            return self.symbols[f[1]].random
        if f[0] == "dot":
            return self.by_chance(f[1]) or self.by_chance(f[2])
        return f[0] in ("norm", "root", "inv") and f[1].random

    def integral(self, p: Poly) -> bool:
        """Whether a polynomial is integer-valued by form."""
        sorts = ("integer", "indicator", "choice")
        return all(c.denominator == 1 for c in p.terms.values()) and all(
            f[0] == "eq" or (f[0] == "a" and self.symbols[f[1]].sort in sorts)
            for _, factors in p.terms
            for f in factors
        )

    # Arithmetic

    def linear(self, parts: Iterable[tuple[Rational, Poly]]) -> Poly:
        """The sum of rational multiples of polynomials."""
        out: dict[Mono, Rational] = {}
        for c, p in parts:
            self.reader.spend(1 + len(p.terms) // 2)
            for mono, d in p.terms.items():
                add_to(out, mono, c * d)
        return self.make(out)

    def minus(self, p: Poly, q: Poly) -> Poly:
        """p - q."""
        return self.linear([(1, p), (-1, q)])

    def times(self, *factors: Poly) -> Poly:
        """The product."""
        found = self.constant(1)
        for p in factors:
            found = self.pairs("times", found, p)
        return found

    def inner(self, p: Poly, q: Poly) -> Poly:
        """The inner product."""
        return self.pairs("dot", p, q)

    def square(self, p: Poly) -> Poly:
        """p p, or the inner product with itself."""
        return self.inner(p, p) if p.vector else self.times(p, p)

    def pairs(self, how: str, p: Poly, q: Poly) -> Poly:
        """The sum of the products, or inner products, of the terms of two polynomials."""
        need(how == "dot" or not (p.vector and q.vector), "a product of vectors")
        need(len(p.terms) * len(q.terms) <= MAX_PAIRS, "a product that is too long")
        for c, r in ((p.number(), q), (q.number(), p)):
            if c is not None and (how == "times" or not c):
                return r if c == 1 else self.linear([(c, r)])
        key = (how, p, q)
        if key not in self.products:
            out: dict[Mono, Rational] = {}
            right = [(c, *self.opened(mono)) for mono, c in q.terms.items()]
            for mono, c in p.terms.items():
                b, binds, factors = self.opened(mono)
                for d, e, more_binds, more in right:
                    both = (*factors, *more)
                    if how == "dot":
                        u, v = sorted(f for f in both if f[0] in ("v", "Ev"))
                        both = (*(f for f in both if f[0] not in ("v", "Ev")), ("dot", u, v))
                    self.settle(out, b * c * d * e, binds + more_binds, both)
            self.products[key] = self.make(out)
        return self.products[key]

    def single(self, c: Rational, *factors: Factor) -> Poly:
        """A rational times a product of factors."""
        out: dict[Mono, Rational] = {}
        self.settle(out, c, (), factors)
        return self.make(out)

    def scaled(self, p: Poly) -> tuple[Rational, Poly]:
        """(c, q) with p = c q, where the first coefficient of q is 1."""
        c = p.order[0][1]
        return c, p if c == 1 else self.linear([(Fraction(1) / c, p)])

    def norm(self, p: Poly) -> Poly:
        """Law 6."""
        if not p.terms:
            return p
        c, p = self.scaled(p)
        return self.single(max(c, -c), ("norm", p))

    def root(self, p: Poly) -> Poly:
        """Law 8."""
        c = p.number()
        if c is not None:
            c = max(c, 0)
            a, b = isqrt(c.numerator), isqrt(c.denominator)
            if a * a == c.numerator and b * b == c.denominator:
                return self.constant(Fraction(a, b))
        return self.single(1, ("root", p))

    def inv(self, p: Poly) -> Poly:
        """Law 7."""
        if not p.terms:
            return p
        c, p = self.scaled(p)
        binds, factors = p.order[0][0]
        if len(p.terms) > 1 or binds:
            return self.single(Fraction(1) / c, ("inv", p))
        each = [("inv", self.make({((), (f,)): 1})) for f in factors]
        return self.single(Fraction(1) / c, *each)

    def expect(self, p: Poly) -> Poly:
        """Law 9."""
        if not p.random:
            return p
        c, p = self.scaled(p)
        binds, factors = p.order[0][0]
        leave: list[Factor] = []
        if len(p.terms) == 1 and not binds:
            leave = [f for f in factors if not self.by_chance(f)]
            p = self.make({((), tuple(f for f in factors if self.by_chance(f))): 1})
        return self.single(c, *leave, ("Ev" if p.vector else "E", p))

    def over(self, p: Poly, i: Index) -> Poly:
        """The sum over an index."""
        out: dict[Mono, Rational] = {}
        for part in self.parts(i.set):
            bound = self.new(part)
            for mono, c in p.terms.items():
                b, binds, factors = self.opened(mono)
                kept, polys = self.renamed(factors, {i: bound})
                self.settle(out, b * c, (*binds, bound), kept, polys)
        return self.make(out)

    def size(self, name: str) -> Poly:
        """The number of elements of a set."""
        return self.linear((1, self.poly(self.sizes[part])) for part in self.parts(name))

    @remembered
    def poly(self, t: Node) -> Poly:
        """The polynomial of a well-formed term."""
        tag, args = t.tag, t.args
        if tag == "Number":
            return self.constant(args[0])
        if tag == "Atom":
            return self.single(1, ("v" if self.sort(t) == "vector" else "a", args[0], args[1]))
        if tag == "Plus":
            return self.linear((1, self.poly(x)) for x in args[0])
        if tag == "Times":
            return self.times(*map(self.poly, args[0]))
        if tag == "Equal":
            return self.single(1, same(*args))
        if tag == "Power":
            return self.times(*[self.poly(args[0])] * args[1])
        if tag == "Quotient":
            return self.times(self.poly(args[0]), self.inv(self.poly(args[1])))
        if tag == "Inner":
            return self.inner(self.poly(args[0]), self.poly(args[1]))
        if tag in ("Root", "Norm", "Expect"):
            return {"Root": self.root, "Norm": self.norm, "Expect": self.expect}[tag](
                self.poly(args[0])
            )
        if tag == "Total":
            return self.over(self.times(*map(self.poly, (args[1], *args[2]))), args[0])
        if tag == "At":
            i, name, arguments, body = args
            chosen = self.single(1, ("a", name, (*arguments, i)))
            return self.over(self.times(chosen, self.poly(body)), i)
        parameters, body = self.definitions[args[0]]  # a Call
        return self.rename(self.poly(body), dict(zip(parameters, args[1], strict=True)))

    # Renaming indices

    def new(self, part: str) -> Index:
        """A bound index with a name of its own."""
        self.fresh += 1
        return Index(f"~{self.fresh}", part)

    def rename(self, p: Poly, pairs: Mapping[Index, Index]) -> Poly:
        """The polynomial with new indices for old ones, all at once."""
        pairs = {i: j for i, j in pairs.items() if i in p.free and i != j}
        if not pairs:
            return p
        key = (p, frozenset(pairs.items()))
        if key not in self.renamings:
            out: dict[Mono, Rational] = {}
            for mono, c in p.terms.items():
                b, binds, factors = self.opened(mono)
                kept, polys = self.renamed(factors, pairs)
                self.settle(out, b * c, binds, kept, polys)
            self.renamings[key] = self.make(out)
        return self.renamings[key]

    def renamed(
        self, factors: Iterable[Factor], pairs: Mapping[Index, Index]
    ) -> tuple[list[Factor], list[Poly]]:
        """Factors with new indices: those that are factors still, and polynomials."""
        kept: list[Factor] = []
        polys: list[Poly] = []
        for f in factors:
            if self.mentions(f).isdisjoint(pairs):
                kept.append(f)
            elif f[0] in ("a", "v"):
                kept.append((f[0], f[1], tuple([pairs.get(i, i) for i in f[2]])))
            elif f[0] == "eq":
                kept.append(same(pairs.get(f[1], f[1]), pairs.get(f[2], f[2])))
            elif f[0] == "dot":
                (u, left), (v, right) = self.renamed(f[1:2], pairs), self.renamed(f[2:], pairs)
                if u and v:
                    kept.append(("dot", *sorted(u + v)))
                else:
                    sides = [*left, *right, *(self.make({((), (x,)): 1}) for x in u + v)]
                    polys.append(self.inner(*sides))
            else:
                maps = {"norm": self.norm, "root": self.root, "inv": self.inv}
                polys.append(maps.get(f[0], self.expect)(self.rename(f[1], pairs)))
        return kept, polys

    def relabelled(
        self, factors: Sequence[Factor], pairs: Mapping[Index, Index]
    ) -> tuple[Rational, tuple[Factor, ...]]:
        """The same for a renaming that merges nothing, which leaves a rational times factors."""
        c: Rational = 1
        kept, polys = self.renamed(factors, pairs)
        for p in polys:
            ((binds, more), d), *others = p.terms.items()
            need(not binds and not others, "a renaming that merges")
            c *= d
            kept.extend(more)
        return c, tuple(sorted(kept))

    def opened(self, mono: Mono) -> tuple[Rational, tuple[Index, ...], tuple[Factor, ...]]:
        """(c, bound indices with names of their own, factors): c times a monomial's content."""
        binds, factors = mono
        if not binds:
            return 1, binds, factors
        fresh = tuple([self.new(i.set) for i in binds])
        c, factors = self.relabelled(factors, dict(zip(binds, fresh, strict=True)))
        return c, fresh, factors

    # The laws for one product

    def settle(
        self,
        out: dict[Mono, Rational],
        c: Rational,
        binds: tuple[Index, ...],
        factors: Iterable[Factor],
        polys: Sequence[Poly] = (),
    ) -> None:
        """Add to a sum: c times the sum over bound indices of a product, in normal form."""
        heaps = [(c, binds, tuple(factors), tuple(polys))]
        while heaps:
            c, binds, factors, polys = heaps.pop()
            self.reader.spend(1 + len(factors) // 8)
            need(len(factors) <= MAX_FACTORS, "a monomial with too many factors")
            if polys:
                for mono, d in polys[0].terms.items():
                    e, more_binds, more = self.opened(mono)
                    heaps.append((c * d * e, binds + more_binds, factors + more, polys[1:]))
                continue
            simpler = self.simpler(binds, factors)
            if simpler is None:
                d, mono = self.named(binds, factors)
                add_to(out, mono, c * d)
            else:
                heaps += [(c, *heap) for heap in simpler]

    def simpler(
        self, binds: tuple[Index, ...], factors: tuple[Factor, ...]
    ) -> list[tuple[tuple[Index, ...], tuple[Factor, ...], tuple[Poly, ...]]] | None:
        """A product after one law: one product, or none where it is 0. None if no law applies."""
        kinds = {f[0] for f in factors}
        if "eq" in kinds:
            found = self.identified(binds, factors)
            if found is not None:
                return found
        if "a" in kinds:
            once = self.idempotent(factors)
            if once is not None:
                return [(binds, once, ())]
        if "norm" in kinds:
            for f in factors:
                if f[0] == "norm" and factors.count(f) > 1:
                    rest = list(factors)
                    rest.remove(f)
                    rest.remove(f)
                    return [(binds, tuple(rest), (self.inner(f[1], f[1]),))]
        if binds:
            used = frozenset(chain.from_iterable(map(self.mentions, factors)))
            idle = [i for i in binds if i not in used]
            if idle:
                sizes = tuple(self.size(i.set) for i in idle)
                return [(tuple(i for i in binds if i in used), factors, sizes)]
        return None

    def identified(
        self, binds: tuple[Index, ...], factors: tuple[Factor, ...]
    ) -> list[tuple[tuple[Index, ...], tuple[Factor, ...], tuple[Poly, ...]]] | None:
        """Law 5. In each class of indices that name one element, the ones with the smallest sets
        stand for those with larger ones.
        """
        old = [f for f in factors if f[0] == "eq"]
        rest = [f for f in factors if f[0] != "eq"]
        classes: list[set[Index]] = []
        for _, i, j in old:
            touched = [each for each in classes if i in each or j in each]
            classes = [each for each in classes if each not in touched]
            classes.append({i, j}.union(*touched))
        links: list[Factor] = []
        pairs: dict[Index, Index] = {}
        for members in classes:
            parts = {i: frozenset(self.parts(i.set)) for i in members}
            if len(members) > 1 and not frozenset.intersection(*parts.values()):
                return []
            ranked = sorted(members, key=lambda i: (len(parts[i]), i in binds, i))
            for i in ranked:
                first = next(j for j in ranked if parts[j] <= parts[i])
                if first != i:
                    pairs[i] = first
            kept = [i for i in ranked if i not in binds or i not in pairs]
            links += [same(kept[0], i) for i in kept[1:]]
        left = tuple(i for i in binds if i not in pairs)
        done = all(self.mentions(f).isdisjoint(pairs) for f in rest)
        if done and left == binds and sorted(links) == sorted(old):
            return None
        now, polys = self.renamed(rest, pairs)
        return [(left, (*links, *now), tuple(polys))]

    def idempotent(self, factors: tuple[Factor, ...]) -> tuple[Factor, ...] | None:
        """Law 4."""
        kept: dict[object, Factor] = {}
        links: list[Factor] = []
        for f in factors:
            sort = self.symbols[f[1]].sort if f[0] == "a" else ""
            if sort == "choice":
                key: object = ("choice", f[1], f[2][:-1])
                first = kept.setdefault(key, f)
                if first != f:
                    kept[key] = min(first, f)
                    links.append(same(first[2][-1], f[2][-1]))
            else:
                kept[f if sort == "indicator" else len(kept)] = f
        found = (*kept.values(), *links)
        return found if len(kept) < len(factors) else None

    def named(self, binds: tuple[Index, ...], factors: tuple[Factor, ...]) -> tuple[Rational, Mono]:
        """A product to which no law applies, with its bound indices named: the least result."""
        if not binds:
            return 1, ((), tuple(sorted(factors)))
        high = self.height(factors) + 1
        groups = self.groups(binds, factors)
        best: dict[tuple[Factor, ...], set[Rational]] = {}
        order = [i.set for group in groups for i in group]
        labels = [Index(f"{high}.{k}", name) for k, name in enumerate(order)]
        for naming in product(*map(permutations, groups)):
            self.reader.spend(len(factors))
            pairs = dict(zip(chain.from_iterable(naming), labels, strict=True))
            c, now = self.relabelled(factors, pairs)
            best.setdefault(now, set()).add(c)
        least = min(best)
        found = best[least]
        # If two namings give one product with different coefficients, the sum is 0.
        return (0 if len(found) > 1 else found.pop()), (tuple(labels), least)

    def groups(
        self, binds: tuple[Index, ...], factors: tuple[Factor, ...]
    ) -> list[tuple[Index, ...]]:
        """Bound indices, those that may be exchanged in one group; an order of the groups.

        Indices are told apart by what the product becomes when one of them is marked and all
        others get the name of their group, which does not depend on how they are called now.
        """
        names = sorted({i.set for i in binds})
        groups = [tuple(i for i in binds if i.set == name) for name in names]
        for _ in binds:
            if prod(factorial(len(group)) for group in groups) <= 6:
                return groups
            colours = {i: Index(f"?{k}", i.set) for k, group in enumerate(groups) for i in group}
            split: list[tuple[Index, ...]] = []
            for group in groups:
                marked: dict[Poly, list[Index]] = {}
                for i in group if len(group) > 1 else ():
                    out: dict[Mono, Rational] = {}
                    kept, polys = self.renamed(factors, {**colours, i: Index("*", i.set)})
                    self.settle(out, 1, (), kept, polys)
                    marked.setdefault(self.make(out), []).append(i)
                split += [tuple(marked[p]) for p in sorted(marked)] or [group]
            if len(split) == len(groups):
                break
            groups = split
        need(prod(factorial(len(g)) for g in groups) <= MAX_NAMINGS, "bound indices: too many")
        return groups


# --- Lines (8) ------------------------------------------------------------------------------------


class Checker(Algebra):
    """What lines say, and the theorems proved so far."""

    def __init__(self, data: object) -> None:
        self.theorems: dict[str, Theorem] = {}
        super().__init__(data)

    def line(
        self,
        kind: str,
        p: Poly,
        *premises: Line,
        context: Iterable[Index] | None = None,
        assuming: Iterable[Node] = (),
    ) -> Line:
        """A line, with the context of its premises unless another is given."""
        need(not (p.vector and kind in (">=", ">")), "an order of vectors")
        if context is None:
            context = chain.from_iterable(each.context for each in premises)
        assumptions = frozenset(assuming).union(*(each.assumptions for each in premises))
        return Line(kind, p, p.free.union(context), assumptions)

    @remembered
    def meaning(self, F: Node) -> tuple[str, Poly]:
        """What a line must say to prove a well-formed formula."""
        if F.tag == "Integrable":
            return "integrable", self.poly(F.args[0])
        if F.tag == "AlmostSure":
            return F.args[0], self.poly(F.args[1])
        need(F.tag == "Relation", f"{F.tag} cannot be said by a line")
        left, op, right, given = F.args
        need(op not in ("<", ">") or not given, "a strict relation with conditions")
        sides = [self.poly(right), self.poly(left)]
        gap = self.minus(*(sides if op in ("<=", "<") else sides[::-1]))
        kind = {"<=": ">=", ">=": ">=", "<": ">", ">": ">", "=": "="}[op]
        return kind, self.times(*map(self.poly, given), gap)

    def proves(self, line: Line, F: Node) -> bool:
        """Whether a line proves a formula."""
        kind, p = self.meaning(self.check(F))
        if not line.context <= self.free(F):
            return False
        if line.poly is p and (line.kind == kind or (kind == ">=" and line.kind in (">", "="))):
            return True
        return line.kind == kind == "=" and not self.linear([(1, line.poly), (1, p)]).terms


# --- What the arguments of a rule may be (9) ------------------------------------------------------

Check = Callable[[Checker, Value], object]
Rule = Callable[..., Line]
RULES: dict[str, tuple[tuple[Check, ...], Rule]] = {}


def rule(*checks: Check) -> Callable[[Rule], Rule]:
    """Enter a rule, named as in the format, into the table, with the types of its arguments."""

    def enter(function: Rule) -> Rule:
        RULES[function.__name__] = checks, function
        return function

    return enter


def sorted_as(*sorts: str) -> Check:
    """A well-formed term."""
    return lambda c, x: type(x) is Node and c.sort(x) in sorts


def lines(*kinds: str) -> Check:
    """A line of one of some kinds."""
    return lambda c, x: type(x) is Line and x.kind in kinds


def typed(kind: type) -> Check:
    """A value of one type."""
    return lambda c, x: type(x) is kind


def many(check: Check) -> Check:
    """A tuple of any length."""
    return lambda c, x: type(x) is tuple and all(check(c, entry) for entry in x)


def fixed(*checks: Check) -> Check:
    """A tuple of exactly these."""
    return lambda c, x: (
        type(x) is tuple
        and len(x) == len(checks)
        and all(check(c, entry) for check, entry in zip(checks, x, strict=True))
    )


TERM, SCALAR, VECTOR = sorted_as("scalar", "vector"), sorted_as("scalar"), sorted_as("vector")
RATIONAL, INDEX, TEXT, MAP = typed(Fraction), typed(Index), typed(str), typed(Map)
LINE, ORDER, SIGN, POSITIVE, EQUATION = (
    lines(*KINDS), lines(*ORDERS), lines(">=", ">"), lines(">"), lines("=")
)  # fmt: skip
FINITE, SUMMABLE, BOUNDED = lines("integrable"), lines("summable"), lines("bounded")
PARTS = many(fixed(SCALAR, many(INDEX), FINITE))


def IID(c: Checker, x: Value) -> bool:
    """A well-formed Iid."""
    return type(x) is Node and x.tag == "Iid" and c.check(x) is x


def FORMULA(c: Checker, x: Value) -> bool:
    """A well-formed formula that a line can say."""
    return type(x) is Node and x.tag in LINEAR and c.check(x) is x


def one_sort(polys: Iterable[Poly]) -> None:
    """Refuse unless the polynomials other than 0 are all scalars or all vectors."""
    need(len({p.vector for p in polys if p.terms}) <= 1, "scalars and vectors together")


def weakest(premises: Iterable[Line]) -> str:
    """The kind of a sum."""
    return min((each.kind for each in premises), key=(">", ">=", "=").index, default="=")


# --- Assumptions ----------------------------------------------------------------------------------


@rule(FORMULA)
def assume(c: Checker, F: Node) -> Line:
    """A formula, from itself."""
    return c.line(*c.meaning(F), context=c.free(F), assuming=[F])


@rule(TEXT, MAP)
def lemma(c: Checker, name: str, values: Map) -> Line:
    """A theorem proved before, with terms put for plain symbols."""
    need(name in c.theorems, f"the lemma {name!r} is not proved before")
    statement, assumptions = c.theorems[name]
    need(statement.tag in LINEAR, "a lemma that a line cannot say")
    need(statement.tag != "AlmostSure" or not values, "a lemma on runs takes no values")
    bodies = [*c.sizes.values(), *(body for _, body in c.definitions.values())]
    fixed_names = frozenset().union(*map(c.names, bodies))
    fixed_names |= {F.args[2] for F in assumptions if F.tag == "Iid"}
    for key, value in values.items():
        symbol = c.symbols.get(key) if type(key) is str else None
        if symbol is None or symbol.sets or symbol.sort == "indicator" or key in fixed_names:
            raise Refused("a value for what takes none")
        need(TERM(c, value) and not c.free(value), "a value that is no term, or has free indices")
        need((c.sort(value) == "vector") == (symbol.sort == "vector"), "a value of another sort")
        need(symbol.random or not c.random(value), "a random value for what is not")
        need(symbol.sort != "integer" or c.integral(c.poly(value)), "a value that is no integer")
    after = c.check(c.put(statement, values))
    left = {F if F.tag in ("Iid", "Cited") else c.check(c.put(F, values)) for F in assumptions}
    return c.line(*c.meaning(after), context=c.free(statement) | c.free(after), assuming=left)


@rule(LINE, FORMULA, LINE)
def cut(c: Checker, L: Line, F: Node, P: Line) -> Line:
    """L, with a proof of one of its assumptions."""
    need(c.proves(P, F), "the line does not prove the formula")
    return L._replace(assumptions=L.assumptions - {F} | P.assumptions)


@rule(SCALAR, LINE, LINE)
def cases(c: Checker, x: Node, L: Line, M: Line) -> Line:
    """L, which holds if x > 0 and if x <= 0."""
    need(not c.free(x) and not c.random(x), "cases by what is random or has indices")
    need(L.kind == M.kind and L.kind not in SEQUENCES and L.poly is M.poly, "different lines")
    left = L.assumptions - {relation(x, ">")} | M.assumptions - {relation(x, "<=")}
    return Line(L.kind, L.poly, L.context | M.context, left)


# --- Facts: their context is that of the terms as written ------------------------------------


@rule(RATIONAL)
def number(c: Checker, q: Fraction) -> Line:
    """q > 0."""
    need(q > 0, "not positive")
    return c.line(">", c.constant(q))


@rule(TERM)
def square(c: Checker, t: Node) -> Line:
    """t t >= 0."""
    return c.line(">=", c.square(c.poly(t)), context=c.free(t))


@rule(VECTOR)
def norm_nonnegative(c: Checker, u: Node) -> Line:
    """norm(u) >= 0."""
    return c.line(">=", c.norm(c.poly(u)), context=c.free(u))


@rule(SCALAR)
def root_nonnegative(c: Checker, x: Node) -> Line:
    """root(x) >= 0."""
    return c.line(">=", c.root(c.poly(x)), context=c.free(x))


@rule(VECTOR, VECTOR)
def cauchy_schwarz(c: Checker, u: Node, v: Node) -> Line:
    """norm(u) norm(v) >= ⟨u, v⟩."""
    p, q = c.poly(u), c.poly(v)
    gap = c.minus(c.times(c.norm(p), c.norm(q)), c.inner(p, q))
    return c.line(">=", gap, context=c.free(u) | c.free(v))


@rule(TEXT, many(INDEX), INDEX)
def choice_total(c: Checker, name: str, arguments: tuple[Index, ...], i: Index) -> Line:
    """A choice has one value, where it has something to choose."""
    t = Node("At", i, name, arguments, ONE)
    c.sort(t)
    p = c.minus(c.poly(t), c.constant(1))
    return c.line("=", p, context=arguments, assuming=c.chosen_from(name))


# --- Arithmetic -----------------------------------------------------------------------------------


@rule(many(fixed(RATIONAL, ORDER)))
def combine(c: Checker, parts: tuple[tuple[Fraction, Line], ...]) -> Line:
    """A sum of multiples."""
    need(all(q > 0 or L.kind == "=" for q, L in parts), "a factor that is not positive")
    used = [L for _, L in parts]
    one_sort(L.poly for L in used)
    return c.line(weakest(used), c.linear((q, L.poly) for q, L in parts), *used)


@rule(SIGN, SIGN)
def multiply(c: Checker, L: Line, M: Line) -> Line:
    """L M."""
    kind = ">" if L.kind == M.kind == ">" else ">="
    return c.line(kind, c.times(L.poly, M.poly), L, M)


@rule(EQUATION, TERM)
def times(c: Checker, L: Line, t: Node) -> Line:
    """t L = 0."""
    need(not (L.poly.vector and c.sort(t) == "vector"), "a product of vectors")
    return c.line("=", c.times(c.poly(t), L.poly), L)


@rule(EQUATION, VECTOR)
def dot(c: Checker, L: Line, v: Node) -> Line:
    """⟨L, v⟩ = 0."""
    need(L.poly.vector, "not a vector, or 0")
    return c.line("=", c.inner(L.poly, c.poly(v)), L)


@rule(ORDER, POSITIVE, TERM)
def cancel(c: Checker, L: Line, P: Line, t: Node) -> Line:
    """t, where L is P t."""
    need(L.kind == "=" or c.sort(t) == "scalar", "an order of vectors")
    need(c.times(P.poly, c.poly(t)) is L.poly, "not the product")
    return c.line(L.kind, c.poly(t), L, P)


@rule(SCALAR, POSITIVE)
def inverse(c: Checker, x: Node, P: Line) -> Line:
    """x inv(x) = 1."""
    p = c.poly(x)
    need(P.poly in (p, c.linear([(-1, p)]), c.times(p, p)), "not what is said not to be 0")
    return c.line("=", c.minus(c.times(p, c.inv(p)), c.constant(1)), P)


@rule(SIGN)
def inverse_nonnegative(c: Checker, L: Line) -> Line:
    """inv(L), of the kind of L."""
    return c.line(L.kind, c.inv(L.poly), L)


@rule(SIGN)
def root_square(c: Checker, L: Line) -> Line:
    """root(L)^2 = L."""
    return c.line("=", c.minus(c.square(c.root(L.poly)), L.poly), L)


@rule(SCALAR, SIGN, SIGN)
def compare_squares(c: Checker, x: Node, Y: Line, D: Line) -> Line:
    """Y - x, where D is Y^2 - x^2."""
    p = c.poly(x)
    need(D.poly is c.minus(c.square(Y.poly), c.square(p)), "not the difference of the squares")
    return c.line(D.kind, c.minus(Y.poly, p), Y, D)


@rule(POSITIVE)
def integer_gap(c: Checker, L: Line) -> Line:
    """L >= 1."""
    need(c.integral(L.poly), "not integer-valued by form")
    return c.line(">=", c.minus(L.poly, c.constant(1)), L)


@rule(lines(">="), lines(">="))
def both(c: Checker, L: Line, M: Line) -> Line:
    """L = 0, from L >= 0 and -L >= 0."""
    need(not c.linear([(1, L.poly), (1, M.poly)]).terms, "not opposite")
    return c.line("=", L.poly, L, M)


@rule(lines(">", "="))
def weaken(c: Checker, L: Line) -> Line:
    """L >= 0."""
    return c.line(">=", L.poly, L)


# --- Indices --------------------------------------------------------------------------------------


@rule(LINE, MAP)
def instance(c: Checker, L: Line, pairs: Map) -> Line:
    """L with new indices for old ones."""
    for old, new in pairs.items():
        need(type(old) is Index and type(new) is Index, "not indices")
        need(c.within(new.set, old.set), f"{new.set} is not within {old.set}")
    return c.line(L.kind, c.rename(L.poly, pairs), L, context=[pairs.get(i, i) for i in L.context])


@rule(LINE, INDEX, POSITIVE)
def inhabited(c: Checker, L: Line, i: Index, P: Line) -> Line:
    """L without an index that ranges over a set with elements."""
    need(P.poly is c.size(i.set), "not the size of the set")
    need(i not in L.poly.free, "the index is free")
    return c.line(L.kind, L.poly, L, P, context=(L.context - {i}) | P.context)


@rule(ORDER, INDEX)
def total(c: Checker, L: Line, i: Index) -> Line:
    """The sum of L over i."""
    kind = "=" if L.kind == "=" else ">="
    return c.line(kind, c.over(L.poly, i), L, context=L.context - {i})


@rule(TERM, INDEX, many(LINE))
def union(c: Checker, t: Node, i: Index, each: tuple[Line, ...]) -> Line:
    """t for i in a union, from t for i in each part."""
    p, parts = c.poly(t), c.parts(i.set)
    need(i.set not in c.sizes, "not a union")
    need(each and len(each) == len(parts), "not one line for each part")
    need(len({L.kind for L in each}) == 1, "lines of different kinds")
    context = {i}
    for part, L in zip(parts, each, strict=True):
        here = Index(i.name, part)
        need(here not in p.free, "the index of a part is free")
        need(L.poly is c.rename(p, {i: here}), f"not the line for {part}")
        context |= L.context - {here}
    return c.line(each[0].kind, p, *each, context=context)


# --- Expectation and integrability ----------------------------------------------------------------


@rule(ORDER)
def expect(c: Checker, L: Line) -> Line:
    """E(L)."""
    return c.line("=" if L.kind == "=" else ">=", c.expect(L.poly), L)


@rule(SCALAR, TERM)
def constant_factor(c: Checker, x: Node, t: Node) -> Line:
    """E(x t) = x E(t)."""
    p, q = c.poly(x), c.poly(t)
    need(not p.random, "random")
    gap = c.minus(c.expect(c.times(p, q)), c.times(p, c.expect(q)))
    return c.line("=", gap, context=c.free(x) | c.free(t))


Sum = tuple[tuple[Node, tuple[Index, ...], Line], ...]


def sums(c: Checker, parts: Sum) -> tuple[Poly, Poly, set[Index], list[Line]]:
    """The sum of all x L, that of all x E(L), their context, and the lines."""
    need(not any(c.poly(x).random for x, _, _ in parts), "a random factor")
    one_sort(L.poly for _, _, L in parts)
    inside: list[tuple[Rational, Poly]] = []
    outside: list[tuple[Rational, Poly]] = []
    context: set[Index] = set()
    for x, indices, L in parts:
        context |= L.context.difference(indices)
        for found, p in ((inside, L.poly), (outside, c.expect(L.poly))):
            p = c.times(c.poly(x), p)
            for i in indices:
                p = c.over(p, i)
            found.append((1, p))
    return c.linear(inside), c.linear(outside), context, [L for _, _, L in parts]


@rule(PARTS)
def linear_expectation(c: Checker, parts: Sum) -> Line:
    """E of a sum of x L is the sum of x E(L)."""
    inside, outside, context, used = sums(c, parts)
    return c.line("=", c.minus(c.expect(inside), outside), *used, context=context)


@rule(VECTOR, VECTOR, FINITE)
def expect_inner(c: Checker, u: Node, w: Node, L: Line) -> Line:
    """⟨E u, w⟩ = E⟨u, w⟩."""
    p, q = c.poly(u), c.poly(w)
    need(L.poly is p and not q.random, "not the integrable vector, or a random one")
    return c.line("=", c.minus(c.inner(c.expect(p), q), c.expect(c.inner(p, q))), L)


def depends(c: Checker, t: Node, iid: Node, indices: Iterable[Index]) -> None:
    """Refuse unless a term depends on a family at some indices alone."""
    own = set(indices)
    need(all(c.within(i.set, iid.args[1]) for i in own), "an index outside the family's set")
    for x in t.all():
        need(x.tag not in ("Expect", "Call", "At"), f"{x.tag} where independence is used")
        need(x.tag != "Total" or x.args[0] not in own, "a sum over an index of the family")
        if x.tag == "Atom" and c.symbols[x.args[0]].random:
            need(x.args[0] == iid.args[0] and set(x.args[1]) <= own, "another random symbol")


def apart(
    c: Checker, iid: Node, one: tuple[Index, ...], other: tuple[Index, ...],
    a: Node, b: Node, A: Line, B: Line,
) -> tuple[Poly, Poly, Poly]:  # fmt: skip
    """The product of all 1 - [i=j], a b, and E(a) E(b)."""
    need(one, "independence of nothing")
    depends(c, a, iid, one)
    depends(c, b, iid, other)
    p, q = c.poly(a), c.poly(b)
    need(c.sort(a) == c.sort(b), "terms of different sorts")
    need(A.poly is p and B.poly is q, "not the integrable terms")
    multiply_ = c.inner if c.sort(a) == "vector" else c.times
    gaps = [c.minus(c.constant(1), c.poly(Node("Equal", i, j))) for i in one for j in other]
    return c.times(*gaps), multiply_(p, q), multiply_(c.expect(p), c.expect(q))


INDEPENDENT = (IID, many(INDEX), many(INDEX), TERM, TERM, FINITE, FINITE)


@rule(*INDEPENDENT)
def independent(c: Checker, iid: Node, *rest: Value) -> Line:
    """E(a b) = E(a) E(b), where the indices differ."""
    gaps, ab, expected = apart(c, iid, *rest)
    p = c.times(gaps, c.minus(c.expect(ab), expected))
    return c.line("=", p, *rest[-2:], assuming=[iid])


def represented(c: Checker, iid: Node, i: Index, t: Node) -> Poly:
    """The term with the representative put for the family at an index."""
    depends(c, t, iid, [i])
    old, new = Node("Atom", iid.args[0], (i,)), atom(iid.args[2])

    def change(x: Node) -> Node:
        return new if x is old else x.map(change)

    c.sort(change(t))
    return c.poly(change(t))


@rule(IID, INDEX, TERM)
def identical(c: Checker, iid: Node, i: Index, t: Node) -> Line:
    """E(t) = E(t'), with the representative in t'."""
    p = c.minus(c.expect(c.poly(t)), c.expect(represented(c, iid, i, t)))
    return c.line("=", p, context=c.free(t), assuming=[iid])


@rule(TERM)
def integrable_deterministic(c: Checker, t: Node) -> Line:
    """t is integrable."""
    need(not c.poly(t).random, "random")
    return c.line("integrable", c.poly(t), context=c.free(t))


@rule(SCALAR, ORDER, ORDER, FINITE)
def integrable_dominated(c: Checker, x: Node, A: Line, B: Line, C: Line) -> Line:
    """x is integrable."""
    p = c.poly(x)
    need(not C.poly.vector, "a bound that is a vector")
    need(A.poly is c.minus(C.poly, p), "not the bound from above")
    need(B.poly is c.linear([(1, C.poly), (1, p)]), "not the bound from below")
    return c.line("integrable", p, A, B, C)


@rule(VECTOR, ORDER, FINITE)
def integrable_vector(c: Checker, u: Node, A: Line, C: Line) -> Line:
    """u is integrable."""
    p = c.poly(u)
    need(not C.poly.vector and A.poly is c.minus(C.poly, c.inner(p, p)), "not the bound")
    return c.line("integrable", p, A, C)


@rule(VECTOR, FINITE)
def integrable_norm(c: Checker, u: Node, L: Line) -> Line:
    """norm(u) is integrable."""
    need(L.poly is c.poly(u), "not the integrable vector")
    return c.line("integrable", c.norm(L.poly), L)


@rule(PARTS)
def integrable_linear(c: Checker, parts: Sum) -> Line:
    """The sum of x L is integrable."""
    inside, _, context, used = sums(c, parts)
    return c.line("integrable", inside, *used, context=context)


@rule(*INDEPENDENT)
def integrable_independent(c: Checker, iid: Node, *rest: Value) -> Line:
    """a b is integrable, where the indices differ."""
    gaps, ab, _ = apart(c, iid, *rest)
    return c.line("integrable", c.times(gaps, ab), *rest[-2:], assuming=[iid])


@rule(IID, INDEX, TERM, FINITE)
def integrable_identical(c: Checker, iid: Node, i: Index, t: Node, L: Line) -> Line:
    """t is integrable."""
    need(L.poly is represented(c, iid, i, t), "not the integrable term")
    return c.line("integrable", c.poly(t), L, assuming=[iid])


# --- Whole runs (10) ------------------------------------------------------------------------------


def nonnegative(c: Checker, L: Line, x: Node) -> None:
    """Refuse unless a line proves x >= 0."""
    need(c.proves(L, relation(x, ">=")), "not a proof that it is not negative")


@rule(TEXT, SCALAR, SCALAR, SCALAR, SCALAR, LINE, fixed(*[LINE] * 4), LINE,
      fixed(SUMMABLE, SUMMABLE))  # fmt: skip
def robbins_siegmund(
    c: Checker, S: str, v: Node, a: Node, b: Node, d: Node,
    D: Line, signs: tuple[Line, ...], finite: Line, sums: tuple[Line, Line],
) -> Line:  # fmt: skip
    """v converges, or d (c in the format) is summable."""
    need(S in ("converges", "summable"), "neither of the conclusions")
    need(not any(map(c.random, (v, a, b, d))) and c.settled(v), "random, or an expectation")
    after = c.shift(v)
    grown = Node("Times", (Node("Plus", (ONE, a)), v))
    bound = Node("Plus", (grown, b, Node("Times", (MINUS, d))))
    need(c.proves(D, relation(Node("Expect", after), "<=", bound)), "not the recursion")
    for L, x in zip(signs, (v, a, b, d), strict=True):
        nonnegative(c, L, x)
    need(c.proves(finite, Node("Integrable", after)), "the next value: not integrable")
    need(sums[0].poly is c.poly(a) and sums[1].poly is c.poly(b), "not the summable terms")
    used = (D, *signs, finite, *sums)
    # The successors are no arguments, but their sums are used as well.
    owed = c.naturals(c.summed(after))
    known = [Node("Cited", CITED), *owed]
    return c.line(S, c.poly(v if S == "converges" else d), *used, assuming=known)


@rule(TEXT, SCALAR, SCALAR, lines("summable", "bounded"), LINE, ORDER)
def comparison(c: Checker, S: str, x: Node, k: Node, B: Line, P: Line, L: Line) -> Line:
    """x is summable, or bounded, as B is."""
    need(B.kind == S and c.steady(k), "another kind, or a factor that is not steady")
    nonnegative(c, P, x)
    bound = c.minus(c.times(c.poly(k), B.poly), c.poly(x))
    need(not L.context and L.poly is bound, "not the bound")
    return c.line(S, c.poly(x), B, P, L)


@rule(SUMMABLE, BOUNDED, ORDER)
def weighted(c: Checker, A: Line, B: Line, P: Line) -> Line:
    """A B is summable."""
    need(not P.context and P.poly is A.poly, "not a proof that it is not negative")
    return c.line("summable", c.times(A.poly, B.poly), A, B, P)


@rule(*[lines("summable", "bounded", "converges", "vanishes")] * 2)
def added(c: Checker, L: Line, M: Line) -> Line:
    """L + M."""
    need(L.kind == M.kind, "different kinds")
    return c.line(L.kind, c.linear([(1, L.poly), (1, M.poly)]), L, M)


@rule()
def nothing(c: Checker) -> Line:
    """0 is summable."""
    return c.line("summable", c.linear([]))


@rule(SCALAR)
def constant(c: Checker, k: Node) -> Line:
    """k is bounded."""
    need(c.steady(k) and not c.poly(k).free, "not steady")
    return c.line("bounded", c.poly(k))


@rule(lines("vanishes"), BOUNDED)
def damped(c: Checker, V: Line, B: Line) -> Line:
    """V B vanishes."""
    return c.line("vanishes", c.times(V.poly, B.poly), V, B)


@rule(SCALAR, lines("converges", "vanishes"), LINE)
def of_root(c: Checker, x: Node, Q: Line, P: Line) -> Line:
    """x converges, or vanishes, as its square does."""
    nonnegative(c, P, x)
    need(Q.poly is c.square(c.poly(x)), "not the square")
    return c.line(Q.kind, c.poly(x), Q, P)


@rule(lines("converges", "vanishes"))
def bounded(c: Checker, L: Line) -> Line:
    """L is bounded."""
    return c.line("bounded", L.poly, L)


@rule(SCALAR, SCALAR, SUMMABLE, lines("divergent"), lines("converges"), fixed(LINE, LINE))
def vanishing(
    c: Checker, x: Node, r: Node, A: Line, D: Line, L: Line, signs: tuple[Line, Line]
) -> Line:
    """x vanishes."""
    p, q = c.poly(x), c.poly(r)
    need(A.poly is c.times(q, p) and D.poly is q and L.poly is p, "not the terms")
    nonnegative(c, signs[0], x)
    nonnegative(c, signs[1], r)
    return c.line("vanishes", p, A, D, L, *signs)


@rule(SCALAR, SCALAR, lines("vanishes"), lines("="), ORDER)
def eventually(c: Checker, x: Node, s: Node, V: Line, Z: Line, L: Line) -> Line:
    """x vanishes."""
    need(not (c.random(x) or c.random(s)), "not known at t")
    need(not Z.context and Z.poly is c.times(c.poly(x), c.poly(s)), "the product: not 0")
    bound = c.minus(c.linear([(1, c.poly(s)), (1, V.poly)]), c.poly(ONE))
    need(not L.context and L.poly is bound, "not the bound of the factor")
    return c.line("vanishes", c.poly(x), V, Z, L)


# --- Certificates (11) ----------------------------------------------------------------------------


SUMMING = ("total", "linear_expectation", "integrable_linear")


def sets_summed(c: Checker, value: Value, indices: bool) -> Iterator[str]:
    """The sets of the sums in the arguments of a rule, and of its indices if it sums over them."""
    if type(value) is Node:
        yield from c.summed(value)
    elif type(value) is Index:
        if indices:
            yield value.set
    elif type(value) in (tuple, list):
        for entry in value:
            yield from sets_summed(c, entry, indices)
    elif type(value) is Map:
        yield from sets_summed(c, list(value.values()), indices)


def step(c: Checker, data: object) -> Line:
    """The line that a step makes."""
    name: Any
    name, *rest = rows_of(data, 0) or [""]
    if type(name) is not str or name not in RULES:
        raise Refused("an unknown rule")
    checks, function = RULES[name]
    need(len(rest) == len(checks), f"{name}: a wrong number of arguments")
    try:
        values = [c.reader.read(entry) for entry in rest]
        for k, (check, value) in enumerate(zip(checks, values, strict=True)):
            need(check(c, value), f"argument {k} is not of its type")
        line = function(c, *values)
        owed = c.naturals(sets_summed(c, values, name in SUMMING))
        return line._replace(assumptions=line.assumptions.union(owed))
    except Refused as error:
        raise Refused(f"{name}: {error}") from None


def certificate(c: Checker, data: object) -> tuple[Theorem, Node | None]:
    """The theorem of a certificate, and its value for a constant."""
    keys = "statement,value,steps,lines,obligations"
    statement, value, steps, *chosen = entries_of(data, keys)
    need(len(rows_of(steps, 0)) <= MAX_STEPS, "too many steps")
    c.reader.lines = []
    S = c.check(c.reader.node(statement, STATEMENTS))
    v = None if value is None else c.reader.node(value, TERMS)
    for k, each in enumerate(steps):
        try:
            made = step(c, each)
        except Refused as error:
            raise Refused(f"step {k}: {error}") from None
        except FAULTS as error:
            raise Refused(f"step {k}: malformed ({type(error).__name__})") from None
        c.reader.lines.append(made)
    made_, owed = ([c.reader.read(["line", k]) for k in rows_of(ks, 0)] for ks in chosen)
    c.reader.lines = []
    assumptions: frozenset[Node] = frozenset().union(*(L.assumptions for L in made_ + owed))
    shown = conclude(c, S, v, made_, assumptions)
    for F in (*chosen_among(c, S), *chain.from_iterable(obligations(c, part) for part in shown)):
        need(any(c.proves(L, F) for L in owed), "an obligation that no line proves")
    return Theorem(S, assumptions), v


def conclude(
    c: Checker, S: Node, value: Node | None, made: list[Line], assumptions: frozenset[Node]
) -> Sequence[Node]:
    """Refuse unless lines prove a statement; the formulas whose obligations are then left."""
    need((value is not None) == (S.tag == "SomeConstant"), "a value that is missing, or too many")
    need(made and (len(made) == 1 or S.tag == "Exists"), "not the one line that is needed")
    if value is not None:
        return [some_constant(c, S, value, made[0], assumptions)]
    if S.tag != "Exists":
        need(c.proves(made[0], S), "the line does not prove the statement")
        return [S]
    relations: tuple[Node, ...] = S.args[1]
    if len(made) == 1:
        least_element(c, S, made[0])
    else:
        need(len(made) == 2 + len(relations), "a wrong number of lines")
        finite_choice(c, S, made)
    return relations


def some_constant(
    c: Checker, S: Node, value: Node, line: Line, assumptions: frozenset[Node]
) -> Node:
    """The relation with the value for the constant, which the line must prove."""
    name, given, inside = S.args
    need(c.plain(value, given), "a value that is not arithmetic of what it may depend on")
    bodies = [*c.sizes.values(), *(body for _, body in c.definitions.values())]
    need(all(name not in c.names(F) for F in (*bodies, *assumptions)), "the constant is mentioned")
    inside = c.check(c.put(inside, {name: value}))
    need(c.proves(line, inside), "the line does not prove the relation")
    return inside


def least_element(c: Checker, S: Node, line: Line) -> None:
    """Refuse unless the statement says that a set has a least element."""
    i, relations, inner = S.args
    need(line.kind == ">" and not line.context, "not a proof that the set is not empty")
    need(line.poly is c.size(i.set), "not a proof that the set is not empty")
    need(len(relations) == len(inner) == 1, "not a least element")
    (left, op, right, given), j = relations[0].args, inner[0]
    need(op == "<=" and not given and j.set == i.set, "not a least element")
    need(j not in c.free(left) and right is c.replace(left, {i: j}), "not a least element")


def finite_choice(c: Checker, S: Node, made: list[Line]) -> None:
    """Refuse unless weights that are not all 0 are 0 where the relations fail."""
    i, relations, inner = S.args
    W, somewhere, *each = made
    outer = frozenset().union(*map(c.free, relations)).difference(inner, {i})
    need(W.kind in (">=", ">") and W.context <= outer | {i}, "not the weights")
    need(somewhere.kind == ">" and somewhere.context <= outer, "not the sum of the weights")
    need(somewhere.poly is c.over(W.poly, i), "not the sum of the weights")
    for L, F in zip(each, relations, strict=True):
        kind, p = c.meaning(F)
        need(kind != ">" and L.poly is c.times(W.poly, p), "not a weighted relation")
        need(L.kind in (("=",) if kind == "=" else ORDERS), "a line of a wrong kind")
        need(L.context <= outer.union(inner, {i}), "a line with an index too many")


def chosen_among(c: Checker, S: Node) -> Iterator[Node]:
    """The obligations of an Exists besides those of its relations: its index has a counted set."""
    if S.tag == "Exists":
        yield from c.naturals([S.args[0].set])


def obligations(c: Checker, F: Node) -> Iterator[Node]:
    """What must be shown for the terms of a formula to mean what they seem to mean."""
    below = c.unfold(F).all()
    c.reader.spend(len(below))
    for x in below:
        inside = x.args[-1]
        rational_ = inside.args[0] if type(inside) is Node and inside.tag == "Number" else None
        if x.tag == "Quotient" and not rational_:
            yield relation(Node("Times", (inside, inside)), ">")
        elif x.tag == "Root" and (rational_ is None or rational_ < 0):
            yield relation(inside, ">=")
        elif x.tag == "Expect" and c.random(inside):
            yield Node("Integrable", inside)
        if x.tag in ("Total", "At"):
            yield from c.naturals([x.args[0].set])
        if x.tag in ("Atom", "At"):
            yield from c.chosen_from(x.args[x.tag == "At"])


# --- Families (12) --------------------------------------------------------------------------------


def family(c: Checker, S: Node, values: Value, K: Node, hypotheses: list[Node]) -> list[Node]:
    """The goals that refute a statement by a family."""
    need(S.tag == "SomeConstant" and type(values) is Map, "not a SomeConstant, or not a map")
    constant_, given, inside = S.args
    c.sort(K)
    parameter = c.symbols.get(K.args[0]) if K.tag == "Atom" else None
    if parameter is None or parameter.sets or parameter.sort != "integer" or parameter.varies:
        raise Refused("the constant of the family is no plain integer symbol")
    need(parameter.name not in values and parameter.name != constant_, "a constant used twice")
    need(not c.free(inside), "a relation with free indices")
    left, op, right, conditions = c.unfold(inside).args
    need(op == "<=" and not conditions and right.tag == "Times", "not l <= constant R")
    others = [x for x in right.args[0] if x is not atom(constant_)]
    need(len(others) == len(right.args[0]) - 1, "not l <= constant R")
    rest = others[0] if len(others) == 1 else Node("Times", tuple(others))
    used = c.names(left) | c.names(rest)
    need(constant_ not in used and constant_ not in values, "the constant occurs again")
    need(used <= set(values), "a symbol without a value")
    for name, value in values.items():
        s = c.symbols.get(name) if type(name) is str else None
        need(s and not (s.random or s.sets or s.varies), "a value for what takes none")
        need(c.symbols[name].sort in ("integer", "scalar"), "a value for what takes none")
        allowed = () if name in given else (parameter.name,)
        need(SCALAR(c, value) and c.plain(value, allowed), "a value that is not plain arithmetic")
        integer = c.symbols[name].sort == "integer"
        need(not integer or c.integral(c.poly(value)), "a value that is no integer")
    force = list(dict.fromkeys([*c.promises.values(), *hypotheses]))
    for F in force:
        about = F.tag == "Relation" and c.symbols_of(F) <= set(values)
        need(about, "a promise or hypothesis in force is not examined: it is about other symbols")
    goals = [c.put(c.unfold(F), values) for F in force]
    left, rest = c.put(left, values), c.put(rest, values)
    factors = rest.args[0] if rest.tag == "Times" else (rest,)
    goals.append(relation(rest, ">="))
    return [*goals, relation(left, ">", Node("Times", (K, *factors)))]


# --- Finite models (14) ---------------------------------------------------------------------------

MAX_STATES, MAX_RATIO, MAX_DEGREE, MAX_HALVINGS = 20, 60, 400, 2000
MAX_ELEMENTS, MAX_ENTRIES, MAX_VISITS, MAX_MODEL_BITS = 1000, 100_000, 5_000_000, 100_000
PRECISION = 160  # binary places of an irrational root

Exact = Fraction
Interval = tuple[Fraction, Fraction]  # of an irrational number, which lies strictly inside or on it
Element = tuple[str, int]
Places = Mapping[Index, Element]


class Undecided(ArithmeticError):
    """What enclosures cannot decide, or what has no value on a run."""


Coefficients = tuple[Fraction, ...]  # of 1, t, t^2, ..., the last one not 0; of 0 none


class Ratio(NamedTuple):
    """A rational function of t that is not constant, in lowest terms and without a pole."""

    top: Coefficients
    bottom: Coefficients


class Surd(NamedTuple):
    """An irrational square root of a rational, or minus one."""

    sign: int
    square: Fraction


Real = Fraction | Interval | Ratio | Surd


def trimmed(p: Sequence[Fraction]) -> Coefficients:
    """Coefficients without zeros at the end."""
    length = max((k + 1 for k, a in enumerate(p) if a), default=0)
    need(length <= MAX_DEGREE + 1, "a polynomial in t of too high a degree")
    return tuple(p[:length])


def poly_times(p: Coefficients, q: Coefficients) -> Coefficients:
    """p q."""
    out = [Fraction(0)] * max(len(p) + len(q) - 1, 0)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            out[i + j] += a * b
    return trimmed(out)


def poly_plus(p: Coefficients, q: Coefficients) -> Coefficients:
    """p + q."""
    size = max(len(p), len(q))
    wide = [(*x, *[Fraction(0)] * (size - len(x))) for x in (p, q)]
    return trimmed([a + b for a, b in zip(*wide, strict=True)])


def divided(p: Coefficients, q: Coefficients) -> tuple[Coefficients, Coefficients]:
    """The quotient and the remainder of p by q."""
    rest, found = list(p), [Fraction(0)] * max(len(p) - len(q) + 1, 0)
    for k in reversed(range(len(found))):
        found[k] = rest[k + len(q) - 1] / q[-1]
        for j, b in enumerate(q):
            rest[k + j] -= found[k] * b
    return trimmed(found), trimmed(rest)


def at_number(p: Coefficients, t: int) -> Fraction:
    """p at a number."""
    found = Fraction(0)
    for a in reversed(p):
        found = found * t + a
    return found


def moved(p: Coefficients, by: int) -> Coefficients:
    """p at t + by."""
    found: Coefficients = ()
    for a in reversed(p):
        found = poly_plus(poly_times(found, (Fraction(by), Fraction(1))), (a,) if a else ())
    return found


def sign(q: Fraction) -> int:
    """-1, 0 or 1."""
    return (q > 0) - (q < 0)


def signs(p: Coefficients) -> set[int]:
    """The signs that p takes at t = 1, 2, 3, ...

    Beyond Cauchy's bound the sign is that of the last coefficient. Below, an interval is halved
    until Descartes' rule says that there is no root in it, or no whole number.
    """
    if not p:
        return {0}
    last = 2 + int(max(abs(a / p[-1]) for a in p))
    found = {sign(p[-1])}
    open_ = [(1, last)]
    for _ in range(MAX_HALVINGS):
        if not open_:
            return found
        low, high = open_.pop()
        middle = (low + high) // 2
        found |= {sign(at_number(p, t)) for t in (low, middle, high)}
        if high - low > 1 and may_vanish(p, low, high):
            open_ += [(low, middle), (middle, high)]
    raise Refused("too much work for the signs of a polynomial in t")


def may_vanish(p: Coefficients, low: int, high: int) -> bool:
    """Whether Descartes' rule allows a root between two numbers."""
    wide = tuple(a * (high - low) ** k for k, a in enumerate(moved(p, low)))
    turned = moved(trimmed(wide[::-1]), 1)
    present = [sign(a) for a in turned if a]
    return any(a != b for a, b in pairwise(present))


def ratio(top: Coefficients, bottom: Coefficients) -> Fraction | Ratio:
    """top / bottom in lowest terms."""
    p, q = top, bottom
    while q:
        p, q = q, divided(p, q)[1]
    top, bottom = (divided(each, p)[0] for each in (top, bottom))
    top, bottom = (tuple([a / bottom[-1] for a in each]) for each in (top, bottom))
    for a in (*top, *bottom):
        enclosed(a, a)
    if len(bottom) == 1 and len(top) <= 1:
        return top[0] if top else Fraction(0)
    return Ratio(top, bottom)


def ratio_of(x: Real) -> Ratio:
    """A number as a ratio; Undecided for an enclosure."""
    if type(x) is Ratio:
        return x
    if type(x) is not Fraction:
        raise Undecided
    return Ratio(trimmed([x]), (Fraction(1),))


def poly_root(p: Coefficients) -> Coefficients | None:
    """A polynomial whose square is p, if there is one."""
    lead = root_of(p[-1])
    if type(lead) is not Fraction or not lead or len(p) % 2 == 0:
        return None
    half = len(p) // 2
    found = [Fraction(0)] * half + [lead]
    for k in reversed(range(half)):
        known = sum((found[i] * found[half + k - i] for i in range(k + 1, half)), Fraction(0))
        found[k] = (p[half + k] - known) / (2 * lead)
    root = tuple(found)
    return root if poly_times(root, root) == p else None


def ratio_root(x: Ratio) -> Real:
    """The square root of a ratio, where it is a ratio."""
    if 1 not in signs(poly_times(x.top, x.bottom)):
        return Fraction(0)
    top, bottom = poly_root(x.top), poly_root(x.bottom)
    if top is None or bottom is None:
        raise Undecided
    found = signs(poly_times(top, bottom))
    if found >= {-1, 1}:
        raise Undecided
    return ratio(tuple([-a for a in top]) if -1 in found else top, bottom)


def ends(x: Real) -> Interval:
    """The ends of an enclosure."""
    if type(x) is Ratio:
        raise Undecided
    if type(x) is Surd:
        low, high = enclosed_root(x.square)
        return (low, high) if x.sign > 0 else (-high, -low)
    return x if type(x) is tuple else (x, x)  # type: ignore[return-value]


def enclosed(low: Fraction, high: Fraction) -> Real:
    """A number between two others."""
    bits = max(low.numerator.bit_length(), low.denominator.bit_length(),
               high.numerator.bit_length(), high.denominator.bit_length())  # fmt: skip
    need(bits <= MAX_MODEL_BITS, "a number on the model that is too long")
    return low if low == high else (low, high)


def plus(x: Real, y: Real) -> Real:
    """x + y."""
    if Ratio in (type(x), type(y)):
        (p, q), (r, s) = ratio_of(x), ratio_of(y)
        return ratio(poly_plus(poly_times(p, s), poly_times(r, q)), poly_times(q, s))
    if type(x) is Surd and type(y) is Surd:
        k = surd(1, y.square / x.square)  # y over x, but for the sign
        if type(k) is Fraction:
            return product_of(1 + x.sign * y.sign * k, x)
    (a, b), (c, d) = ends(x), ends(y)
    return enclosed(a + c, b + d)


def product_of(x: Real, y: Real) -> Real:
    """x y."""
    if Ratio in (type(x), type(y)):
        (p, q), (r, s) = ratio_of(x), ratio_of(y)
        return ratio(poly_times(p, r), poly_times(q, s))
    if type(x) is Fraction and type(y) is Fraction:
        return enclosed(*[x * y] * 2)
    if x == 0 or y == 0:
        return Fraction(0)
    one, other = as_surd(x), as_surd(y)
    if one and other:
        return surd(one.sign * other.sign, one.square * other.square)
    corners = [a * b for a in ends(x) for b in ends(y)]
    return enclosed(min(corners), max(corners))


def inverse_of(x: Real) -> Real:
    """1/x, which is 0 for 0."""
    if type(x) is Ratio:
        if 0 in signs(x.top):
            raise Undecided
        return ratio(x.bottom, x.top)
    if type(x) is Surd:
        return Surd(x.sign, 1 / x.square)
    low, high = ends(x)
    if low == high:
        return 1 / low if low else low
    if low <= 0 <= high:
        raise Undecided
    return enclosed(1 / high, 1 / low)


def root_of(x: Real) -> Real:
    """The square root, which is 0 below 0."""
    if type(x) is Ratio:
        return ratio_root(x)
    low, high = (max(end, Fraction(0)) for end in ends(x))
    if low == high:
        return surd(1, low)
    return enclosed(enclosed_root(low)[0], enclosed_root(high)[1])


def enclosed_root(q: Fraction) -> Interval:
    """An interval that has the root of a number that is not negative."""
    floor = isqrt(q.numerator * q.denominator << 2 * PRECISION)
    unit = q.denominator << PRECISION
    return Fraction(floor, unit), Fraction(floor + 1, unit)


def surd(sign_: int, square: Fraction) -> Fraction | Surd:
    """The root of a rational, or minus it."""
    enclosed(square, square)
    a, b = isqrt(square.numerator), isqrt(square.denominator)
    if a * a == square.numerator and b * b == square.denominator:
        return Fraction(sign_ * a, b)
    return Surd(sign_, square)


def as_surd(x: Real) -> Surd | None:
    """An exact number other than 0 as a sign and a square."""
    if type(x) is Fraction:
        return Surd(sign(x), x * x)
    return x if type(x) is Surd else None


def all_of(found: Iterable[bool | None]) -> bool | None:
    """Whether all hold; None where that is not decided."""
    answer: bool | None = True
    for each in found:
        if each is False:
            return False
        if each is None:
            answer = None
    return answer


def any_of(found: Iterable[bool | None]) -> bool | None:
    """Whether one holds; None where that is not decided."""
    opposite = all_of(None if each is None else not each for each in found)
    return None if opposite is None else not opposite


class Model:
    """A finite model: what terms are on it, and which formulas hold."""

    whole_run = False

    def __init__(self, language: Language, data: object, state: bool = False) -> None:
        self.language = language
        self.state = state
        self.known: dict[tuple[Any, ...], Any] = {}
        self.places_of: dict[Node, tuple[tuple[Index, ...], bool]] = {}
        self.visits = self.entries = self.dimension = 0
        tables, outcomes = entries_of(data, "tables,outcomes")
        rows = [entries_of(each, "probability,tables") for each in rows_of(outcomes, 0)]
        self.chances = [number_of(chance) for chance, _ in rows]
        need(all(q > 0 for q in self.chances), "a probability that is not positive")
        need(sum(self.chances) == 1, "probabilities that do not add up to 1")
        self.elements: dict[str, list[Element]] = {}
        symbols = language.symbols.values()
        fixed_, random_ = ([s for s in symbols if s.random is r] for r in (False, True))
        self.tables: list[dict[str, dict[tuple[Element, ...], Any]]] = [{}]
        # Sizes are made of plain integers, so those come first.
        self.named(tables, fixed_)
        for s in fixed_:
            if s.sort == "integer" and not s.sets:
                self.tables[0][s.name] = self.table(tables[s.name], s)
        for name, size in language.sizes.items():
            k = self.value(size, {}, 0)
            need(k.denominator == 1 and k <= MAX_ELEMENTS, f"{name} has too many elements")
            self.elements[name] = [(name, j) for j in range(k.numerator)]
        for s in fixed_:
            if s.name not in self.tables[0]:
                self.tables[0][s.name] = self.table(tables[s.name], s)
        fixed_tables = self.tables[0]
        self.tables = []
        for _, more in rows:
            self.named(more, random_)
            own = {s.name: self.table(more[s.name], s) for s in random_}
            self.tables.append({**fixed_tables, **own})
        self.dimension = self.dimension or 1

    def named(self, tables: object, symbols: list[Symbol]) -> None:
        """Refuse unless there are tables for exactly some symbols."""
        names = {s.name for s in symbols}
        need(type(tables) is dict and set(tables) == names, "tables for other symbols")

    def table(self, data: object, s: Symbol) -> dict[tuple[Element, ...], Any]:
        """The values of a symbol."""
        domain = [self.range(name) for name in s.sets]
        need(prod(map(len, domain)) == len(rows_of(data, 2)), f"{s.name}: not one value for each")
        self.entries += len(rows_of(data, 2))
        need(self.entries <= MAX_ENTRIES, "too many table entries")
        known = list(map(set, domain))
        found: dict[tuple[Element, ...], Any] = {}
        for places, value in rows_of(data, 2):
            at = tuple(element_of(each) for each in rows_of(places, 2))
            need(len(at) == len(known), f"{s.name}: a wrong number of elements")
            need(all(x in own for x, own in zip(at, known, strict=True)), f"{s.name}: no element")
            need(at not in found, f"{s.name}: two values at one place")
            found[at] = self.entry(value, s)
        if s.sort == "choice" and domain[-1]:
            ones = [at[:-1] for at, value in found.items() if value]
            need(len(set(ones)) == len(ones) == prod(map(len, domain[:-1])),
                 f"the choice {s.name} does not choose one")  # fmt: skip
        return found

    def entry(self, value: object, s: Symbol) -> Any:
        """One value of a symbol."""
        if s.sort == "vector":
            vector = tuple(self.real(each, s) for each in rows_of(value, 0))
            self.dimension = self.dimension or len(vector)
            need(vector and len(vector) == self.dimension, f"{s.name}: another dimension")
            return vector
        q = self.real(value, s)
        if type(q) is Ratio:
            return q
        need(s.sort != "integer" or q.denominator == 1, f"{s.name}: not a whole number")
        need(s.sort not in ("indicator", "choice") or q in (0, 1), f"{s.name}: neither 0 nor 1")
        return q

    def real(self, data: object, s: Symbol) -> Any:
        """A number, or a ratio where there may be one."""
        if type(data) is not dict:
            return number_of(data)
        may = self.state and (s.random or s.varies) and s.sort in ("scalar", "vector")
        need(may, f"{s.name}: a ratio where there is none")
        (over,) = entries_of(data, "over")
        need(len(rows_of(over, 0)) == 2, f"{s.name}: not a top over a bottom")
        top, bottom = (tuple(map(number_of, rows_of(p, 0))) for p in over)
        need(max(len(top), len(bottom)) <= MAX_RATIO + 1, f"{s.name}: too high a degree")
        need(top and bottom and top[-1] and bottom[-1], f"{s.name}: a last coefficient that is 0")
        need(ratio(top, bottom) == Ratio(top, bottom), f"{s.name}: constant, or not reduced")
        need(0 not in signs(bottom), f"{s.name}: a pole")
        return Ratio(top, bottom)

    def range(self, name: str) -> list[Element]:
        """The elements of a set."""
        return [x for part in self.language.parts(name) for x in self.elements[part]]

    # Values of terms

    def value(self, t: Node, places: Places, outcome: int) -> Any:
        """The value of a term: a real number, or a tuple of them."""
        if t.tag == "Atom":
            return self.tables[outcome][t.args[0]][tuple([places[i] for i in t.args[1]])]
        seen = self.places_of.get(t)
        if seen is None:
            seen = tuple(sorted(self.language.free(t))), self.language.random(t)
            self.places_of[t] = seen
        free, random_ = seen
        key = (t, outcome if random_ else 0, *[places[i] for i in free])
        if key not in self.known:
            self.visits += 1
            need(self.visits <= MAX_VISITS, "too much work for a model")
            self.known[key] = VALUES[t.tag](self, t, places, outcome)
        return self.known[key]

    def zero(self, t: Node) -> Any:
        """0 of the sort of a term."""
        vector = self.language.sort(t) == "vector"
        return (Fraction(0),) * self.dimension if vector else Fraction(0)

    def sum(self, t: Node, values: Iterable[Any]) -> Any:
        """The sum of values of the sort of a term."""
        found = self.zero(t)
        vector = self.language.sort(t) == "vector"
        for each in values:
            found = tuple(map(plus, found, each)) if vector else plus(found, each)
        return found

    def scale(self, t: Node, factor: Real, value: Any) -> Any:
        """A number times a value of the sort of a term."""
        if self.language.sort(t) == "vector":
            return tuple([product_of(factor, x) for x in value])
        return product_of(factor, value)

    def times(self, t: Node, places: Places, outcome: int) -> Any:
        """A product, which is 0 as soon as a number in it is."""
        scalar: Real = Fraction(1)
        vector = None
        for x in sorted(t.args[0], key=lambda x: self.language.sort(x)):
            value = self.value(x, places, outcome)
            if self.language.sort(x) == "vector":
                vector = value
                continue
            scalar = product_of(scalar, value)
            if scalar == 0:
                return self.zero(t)
        return scalar if vector is None else self.scale(t, scalar, vector)

    def total(self, t: Node, places: Places, outcome: int) -> Any:
        """A sum over an index, where its conditions are 1."""
        i, body, where = t.args
        inside = [{**places, i: x} for x in self.range(i.set)]
        return self.sum(t, [self.value(body, at, outcome) for at in inside
                            if self.allowed(where, at, outcome)])  # fmt: skip

    def allowed(self, conditions: Iterable[Node], places: Places, outcome: int) -> bool:
        """Whether conditions are 1."""
        return all(self.value(each, places, outcome) == 1 for each in conditions)

    def at(self, t: Node, places: Places, outcome: int) -> Any:
        """A body at the value of a choice."""
        i, name, arguments, body = t.args
        table = self.tables[outcome][name]
        others = tuple([places[j] for j in arguments])
        chosen = [x for x in self.range(i.set) if table[(*others, x)]]
        return self.sum(t, [self.value(body, {**places, i: x}, outcome) for x in chosen])

    def call(self, t: Node, places: Places, outcome: int) -> Any:
        """A definition at indices."""
        parameters, body = self.language.definitions[t.args[0]]
        inside = {i: places[j] for i, j in zip(parameters, t.args[1], strict=True)}
        return self.value(body, inside, outcome)

    def expect(self, t: Node, places: Places, outcome: int) -> Any:
        """The mean over the outcomes."""
        body = t.args[0]
        if not self.language.random(body):
            return self.value(body, places, outcome)
        return self.sum(t, [self.scale(t, chance, self.value(body, places, k))
                            for k, chance in enumerate(self.chances)])  # fmt: skip

    def inner(self, t: Node, places: Places, outcome: int) -> Real:
        """An inner product, or that of the vector of a norm with itself."""
        left, right = (self.value(x, places, outcome) for x in (t.args[0], t.args[-1]))
        found: Real = Fraction(0)
        for x, y in zip(left, right, strict=True):
            found = plus(found, square_of(x) if t.tag == "Norm" else product_of(x, y))
        return found

    def power(self, t: Node, places: Places, outcome: int) -> Real:
        """A natural power."""
        x: Real = self.value(t.args[0], places, outcome)
        found: Real = Fraction(1)
        for _ in range(t.args[1] // 2):
            found = product_of(found, square_of(x))
        return product_of(found, x) if t.args[1] % 2 else found

    # Formulas

    def holds(self, F: Node) -> bool | None:
        """Whether a formula or statement is true, or None where that is not decided."""
        key = ("holds", F)
        if key not in self.known:
            self.known[key] = self.examined(F)
        found: bool | None = self.known[key]
        return found

    def examined(self, F: Node) -> bool | None:
        """The same, not remembered."""
        if F.tag in ("Integrable", "Cited"):
            return True
        if F.tag == "Iid":
            return self.iid(*F.args)
        if F.tag == "Relation":
            outcomes = range(len(self.chances) if self.language.random(F) else 1)
            return all_of(self.related(F, at, k) for k in outcomes
                          for at in self.assignments(self.language.free(F), {}))  # fmt: skip
        if F.tag == "Exists":
            i, relations, inner = F.args
            free = frozenset[Index]().union(*map(self.language.free, relations))
            outer = free.difference(inner, {i})
            return all_of(self.exists(F, at, k) for k in range(len(self.chances))
                          for at in self.assignments(outer, {}))  # fmt: skip
        return None  # an AlmostSure

    def exists(self, F: Node, outer: Places, outcome: int) -> bool | None:
        """Whether one index satisfies all relations for all inner indices at once."""
        i, relations, inner = F.args
        return any_of(
            all_of(self.related(each, at, outcome)
                   for at in self.assignments(inner, {**outer, i: x}) for each in relations)
            for x in self.range(i.set)
        )  # fmt: skip

    def assignments(self, indices: Iterable[Index], places: Places) -> Iterator[Places]:
        """All values of some indices, beside those that others have."""
        order = list(dict.fromkeys(indices))
        for values in product(*(self.range(i.set) for i in order)):
            self.visits += 1
            need(self.visits <= MAX_VISITS, "too much work for a model")
            yield {**places, **dict(zip(order, values, strict=True))}

    def related(self, F: Node, places: Places, outcome: int) -> bool | None:
        """Whether a relation holds at some places and an outcome."""
        left, op, right, given = F.args
        if not self.allowed(given, places, outcome):
            return True
        try:
            sides = [self.value(x, places, outcome) for x in (left, right)]
        except Undecided:
            return None
        pairs = [sides] if self.language.sort(left) == "scalar" else zip(*sides, strict=True)
        return all_of(compared(x, op, y) for x, y in pairs)

    def iid(self, family: str, name: str, representative: str) -> bool:
        """Whether the joint law of a family is a product of copies of a law."""
        law: dict[Any, Fraction] = {}
        joint: dict[Any, Fraction] = {}
        for table, chance in zip(self.tables, self.chances, strict=True):
            one = table[representative][()]
            law[one] = law.get(one, Fraction(0)) + chance
            each = tuple([table[family][(x,)] for x in self.range(name)])
            joint[each] = joint.get(each, Fraction(0)) + chance
        # The product law has the same total, so it is enough to compare where the joint law is.
        return all(q == prod(law.get(x, Fraction(0)) for x in each) for each, q in joint.items())


class Run:
    """Finitely many states, each a model whose values are functions of t, and where they lead."""

    whole_run = True

    def __init__(self, language: Language, data: object) -> None:
        self.language = language
        (states,) = entries_of(data, "states")
        rows = [entries_of(each, "model,leads to") for each in rows_of(states, 0)]
        need(1 <= len(rows) <= MAX_STATES, "a run without states, or with too many")
        self.states = [Model(language, model, state=True) for model, _ in rows]
        first = self.states[0]
        # A state without a vector has any dimension.
        need(len({m.dimension for m in self.states}) == 1, "states of different dimensions")
        for s in language.symbols.values():
            if not (s.random or s.varies):
                same_ = all(m.tables[0][s.name] == first.tables[0][s.name] for m in self.states)
                need(same_, f"{s.name} is not the same in all states")
        for m, (_, leads) in zip(self.states, rows, strict=True):
            need(len(rows_of(leads, 0)) == len(m.chances), "not one next state for each outcome")
            for k, j in enumerate(leads):
                need(type(j) is int and 0 <= j < len(rows), "no such state")
                self.follow(m, k, self.states[j])

    def follow(self, now: Model, outcome: int, after: Model) -> None:
        """Refuse unless the successors are the values at t + 1."""
        for name, term in self.language.successors.items():
            try:
                value = now.value(term, {}, outcome)
            except Undecided:
                raise Refused(f"the successor of {name} has no value") from None
            need(value == later(after.tables[0][name][()]), f"{name}: not its successor's value")

    def holds(self, F: Node) -> bool | None:
        """Whether a formula is found to be true at every t; else None, as a run refutes nothing."""
        if F.tag == "AlmostSure":
            return self.almost_sure(*F.args)
        return True if all(m.holds(F) for m in self.states) else None

    def almost_sure(self, kind: str, body: Node) -> bool | None:
        """Whether every sequence of values of the states does what is said."""
        try:
            values = [ratio_of(m.value(body, {}, 0)) for m in self.states]
        except Undecided:
            return None
        orders = [len(p) - len(q) if p else -1_000_000 for p, q in values]
        if kind == "divergent":
            return (all(v.top and v.top[-1] > 0 for v in values) and min(orders) >= -1) or None
        limits = {v.top[-1] if k == 0 else 0 for v, k in zip(values, orders, strict=True)}
        most = {"bounded": 0, "vanishes": -1, "summable": -2, "converges": 0}[kind]
        return (max(orders) <= most and (kind != "converges" or len(limits) == 1)) or None


def later(value: Any) -> Any:
    """A value at t + 1."""
    if type(value) is Ratio:
        return ratio(moved(value.top, 1), moved(value.bottom, 1))
    return tuple(map(later, value)) if type(value) is tuple else value


def square_of(x: Real) -> Real:
    """x x, which is not negative."""
    if type(x) is not tuple:
        return product_of(x, x)
    low, high = ends(x)
    if low <= 0 <= high:
        return enclosed(Fraction(0), max(low * low, high * high))
    return enclosed(min(low * low, high * high), max(low * low, high * high))


def compared(x: Real, op: str, y: Real) -> bool | None:
    """Whether x op y, or None where enclosures do not decide it; of ratios, at every t."""
    if Ratio in (type(x), type(y)):
        gap = ratio_of(plus(y, product_of(Fraction(-1), x)))
        allowed = {"=": {0}, "<=": {0, 1}, "<": {1}, ">=": {0, -1}, ">": {-1}}[op]
        return signs(poly_times(gap.top, gap.bottom)) <= allowed
    if type(x) is Surd and x == y:
        return op in ("=", "<=", ">=")
    (a, b), (c, d) = ends(x), ends(y)
    if op in (">", ">="):
        (a, b), (c, d), op = (c, d), (a, b), {">": "<", ">=": "<="}[op]
    if op == "=":
        return True if a == b == c == d else False if b < c or d < a else None
    if op == "<":
        return True if b < c else False if a >= d else None
    return True if b <= c else False if a > d else None


def number_of(data: object) -> Fraction:
    """A rational of a model."""
    if type(data) is not str:
        raise Refused("not a rational")
    return rational(data)


def element_of(data: list[object]) -> Element:
    """An element of a base set."""
    name, number_ = data
    if type(name) is not str or type(number_) is not int:
        raise Refused("not an element")
    return name, number_


VALUES: dict[str, Callable[[Model, Node, Places, int], Any]] = {
    "Number": lambda m, t, at, k: t.args[0],
    "Plus": lambda m, t, at, k: m.sum(t, [m.value(x, at, k) for x in t.args[0]]),
    "Times": Model.times,
    "Power": Model.power,
    "Quotient": lambda m, t, at, k: m.scale(
        t, inverse_of(m.value(t.args[1], at, k)), m.value(t.args[0], at, k)
    ),
    "Root": lambda m, t, at, k: root_of(m.value(t.args[0], at, k)),
    "Inner": Model.inner,
    "Norm": lambda m, t, at, k: root_of(m.inner(t, at, k)),
    "Total": Model.total,
    "Expect": Model.expect,
    "At": Model.at,
    "Equal": lambda m, t, at, k: Fraction(at[t.args[0]] == at[t.args[1]]),
    "Call": Model.call,
}


# --- Bundles (13) ---------------------------------------------------------------------------------


def named(c: Checker, data: object) -> dict[str, Node]:
    """Formulas by name."""
    found: dict[str, Node] = {}
    for name, formula in rows_of(data, 2):
        need(type(name) is str and name not in found, "a name that is no text, or given twice")
        found[name] = c.check(c.reader.node(formula, FORMULAS))
    return found


class Document(NamedTuple):
    """What the claims of a bundle share."""

    checker: Checker
    hypotheses: dict[str, Node]
    models: dict[str, object]


def in_force(hypotheses: dict[str, Node], under: object) -> dict[str, Node]:
    """The document's hypotheses for a claim: all, or those that it names."""
    if under is None:
        return hypotheses
    names = rows_of(under, 0)
    known = all(type(x) is str and x in hypotheses for x in names)
    need(known and len(set(names)) == len(names), "under: unknown, or named twice")
    return {name: hypotheses[name] for name in names}


def claim(d: Document, data: Mapping[str, object]) -> str:
    """What is found of a claim; a theorem can be used by those after it."""
    kind = data.get("kind")
    if type(kind) is not str or kind not in KINDS_OF_CLAIMS:
        raise Refused("an unknown kind of claim")
    check, more = KINDS_OF_CLAIMS[kind]
    name, _, statement, under, needs, *rest = entries_of(
        data, "id,kind,statement,under,needs," + more
    )
    c = d.checker
    S = c.check(c.reader.node(statement, STATEMENTS))
    return check(d, name, S, in_force(d.hypotheses, under), named(c, needs), *rest)


Named = dict[str, Node]


def theorem(
    d: Document, name: str, S: Node, force: Named, needs: Named,
    assumes: object, witness: object, proof: object,
) -> str:  # fmt: skip
    """A claim that is proved."""
    c = d.checker
    known = {**c.promises, **force, **needs}
    need(all(type(x) is str and x in known for x in rows_of(assumes, 0)), "assumes: unknown")
    found, value = certificate(c, proof)
    need(found.statement is S, "the certificate has another statement")
    listed = {known[x] for x in rows_of(assumes, 0)}
    need(found.assumptions <= listed, "the proof uses an assumption that is not listed")
    need(found.assumptions == listed, "an assumption is listed that the proof does not use")
    if witness is not None:
        examine(d, S, value, [*force.values(), *needs.values()], witness, refute=False)
    c.theorems[name] = found
    if S is relation(ZERO, ">=", ONE):
        return "vacuous"
    cited = any(F.tag == "Cited" for F in listed)
    said = f"proved from the cited theorem {CITED}" if cited else "proved"
    return said if witness is not None else said + ", without a witness"


def by_family(
    d: Document, name: str, S: Node, force: Named, needs: Named, chosen: object, proofs: object
) -> str:
    """A claim that is refuted by a family."""
    c = d.checker
    values, K = entries_of(chosen, "values,constant")
    constant_ = c.reader.node(K, TERMS)
    goals = family(c, S, c.reader.read(values), constant_, [*force.values(), *needs.values()])
    need(len(rows_of(proofs, 0)) == len(goals), "a wrong number of certificates")
    for k, (goal, each) in enumerate(zip(goals, rows_of(proofs, 0), strict=True)):
        try:
            found, value = certificate(c, each)
        except Refused as error:
            raise Refused(f"certificate {k}: {error}") from None
        need(value is None and found.statement is goal, f"certificate {k} is not for its goal")
        allowed = {relation(constant_, ">=", ONE)}
        need(found.assumptions <= allowed, f"certificate {k} uses another assumption")
    return "refuted by a family"


def by_model(d: Document, name: str, S: Node, force: Named, needs: Named, witness: object) -> str:
    """A claim that is refuted by a model."""
    need(S.tag in ("Relation", "Exists"), "what no finite model refutes")
    examine(d, S, None, [*force.values(), *needs.values()], witness, refute=True)
    return "refuted by a model"


KINDS_OF_CLAIMS: dict[str, tuple[Callable[..., str], str]] = {
    "theorem": (theorem, "assumes,witness,certificate"),
    "family": (by_family, "family,certificate"),
    "model": (by_model, "witness"),
}


def examine(
    d: Document, S: Node, value: Node | None, force: list[Node], witness: object, refute: bool
) -> None:
    """Refuse unless a model is a witness of a claim, or refutes it (14)."""
    c = d.checker
    if type(witness) is not str or witness not in d.models:
        raise Refused("a witness that the bundle does not have")
    known = d.models[witness]
    if isinstance(known, Model | Run):
        model = known
    else:
        model = (Run if type(known) is dict and "states" in known else Model)(c, known)
    d.models[witness] = model
    need(not (refute and model.whole_run), "a run, which refutes nothing")
    for F in dict.fromkeys([*c.promises.values(), *force]):
        need(
            model.holds(F) is True,
            f"on the model a promise or hypothesis is not true: {said(d, F)}",
        )
        if F.tag in ("Relation", "Integrable", "AlmostSure"):
            for owed in obligations(c, F):
                need(model.holds(owed) is True, f"on the model {said(d, F)} does not denote")
    if S.tag == "SomeConstant" and value is not None:
        S = c.check(c.put(S.args[2], {S.args[0]: value}))
    parts: Sequence[Node] = S.args[1] if S.tag == "Exists" else [S]
    for owed in (*chosen_among(c, S), *chain.from_iterable(obligations(c, F) for F in parts)):
        need(model.holds(owed) is True, "on the model the statement does not denote")
    if S.tag == "AlmostSure" and model.whole_run:
        return  # that it holds follows from the theorem
    need(model.holds(S) is (not refute), f"on the model the statement is not {not refute}".lower())


def said(d: Document, F: Node) -> str:
    """The name of a formula."""
    names = {**d.checker.promises, **d.hypotheses}
    return next((repr(name) for name, G in names.items() if G is F), "a need")


def check_claims(data: object) -> Iterator[Result]:
    """The results of a bundle, one for each claim; Refused if it is none."""
    old = type(data) is dict and data.get("format") == 1 and type(data["format"]) is int
    need(not old, "it was made by version 1 of the format; renew it with `byzproof report`")
    keys = "format,document,signature,hypotheses,witnesses,claims"
    version, document, signature, hypotheses, witnesses, claims = entries_of(data, keys)
    need(type(version) is int and version == 2, "another version of the format than 2")
    need(type(document) is str, "a document without a name")
    try:
        c = Checker(signature)
        known = named(c, hypotheses)
        need(not set(known) & set(c.promises), "a hypothesis that has the name of a promise")
        models = [name for name, _ in rows_of(witnesses, 2)]
        need(all(type(name) is str for name in models), "a witness whose name is no text")
        need(len(set(models)) == len(models), "two witnesses of one name")
    except FAULTS as error:
        raise Refused(f"malformed ({type(error).__name__})") from None
    d = Document(c, known, dict(rows_of(witnesses, 2)))
    used: set[str] = set()
    for k, each in enumerate(rows_of(claims, 0)):
        name = each.get("id") if type(each) is dict else None
        if type(name) is not str:
            yield Result(f"claim {k}", False, "a claim without an id")
            continue
        c.reader = Reader()
        try:
            need(name not in used, "an id that an earlier claim has")
            result = Result(name, True, claim(d, each))
        except Refused as error:
            result = Result(name, False, str(error)[:500])
        except FAULTS as error:
            result = Result(name, False, f"malformed ({type(error).__name__})")
        used.add(name)
        yield result


def check_bundle(data: dict[str, Any]) -> list[Result]:
    """Check a bundle as read from JSON; one refusal without an id if it is no bundle."""
    try:
        return list(check_claims(data))
    except Refused as error:
        return [Result("", False, f"not a bundle: {error}")]


# --- Command line ---------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    """The text of a file; Refused if there is none, and for a pipe or a device, which never end."""
    try:
        need(path.is_file(), "no file, or none that ends")
        with path.open("rb") as file:
            text = file.read(MAX_FILE + 1)
        need(len(text) <= MAX_FILE, "too large")
        return text.decode("utf-8")
    except OSError as error:
        raise Refused(f"cannot be read ({type(error).__name__})") from None
    except ValueError as error:
        raise Refused(f"not a text ({type(error).__name__})") from None


def load(path: Path) -> object:
    """The JSON value of a file; Refused if there is none."""

    def table(pairs: list[tuple[str, object]]) -> dict[str, object]:
        need(len(dict(pairs)) == len(pairs), "a key that is repeated")
        return dict(pairs)

    def whole(text: str) -> int:
        need(len(text) <= MAX_DIGITS, "an integer that is too long")
        return int(text)

    def never(text: str) -> object:
        raise Refused(f"{text[:20]} is not a number of the format")

    try:
        return json.loads(
            text_of(path),
            object_pairs_hook=table,
            parse_int=whole,
            parse_float=never,
            parse_constant=never,
        )
    except (ValueError, RecursionError) as error:
        raise Refused(f"not JSON ({type(error).__name__})") from None


def shown(text: str) -> str:
    """A text on one line."""
    return "".join(x if x.isprintable() else ascii(x)[1:-1] for x in text)


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print("usage: replay.py BUNDLE.json [...]", file=sys.stderr)
        return 2
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    status = 0
    for argument in arguments:
        accepted = refused = 0
        try:
            for result in check_claims(load(Path(argument))):
                accepted, refused = accepted + result.ok, refused + (not result.ok)
                note = "" if result.reason == "proved" else f" ({result.reason})"
                word, note = ("ok", note) if result.ok else ("REFUSED", f": {result.reason}")
                print(word, shown(result.id + note))
        except Refused as error:
            print(f"unusable: {shown(str(error))}")
            status = 2
            continue
        print(f"{accepted} accepted, {refused} refused")
        status = max(status, int(refused > 0))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
