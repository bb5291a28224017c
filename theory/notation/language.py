"""How a document names things: index sets, symbols, definitions, and how each is printed.

A `Language` collects declarations and hands out the objects that terms are written with:

>>> language = Language()
>>> n = language.integer("n")
>>> workers = language.index_set("I", n, "worker")
>>> x = language.vector("x", workers, random=True)
>>> i = workers.index("i")
>>> from theory.notation.printing import Printer
>>> Printer(language).text(total(i, x[i] @ x[i]) >= 0)
'∑_{worker i} ‖x_i‖² ≥ 0'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Definition,
    Equal,
    Expect,
    Index,
    Inner,
    Norm,
    Root,
    Signature,
    Symbol,
    Term,
    Total,
    term,
)
from theory.notation.looks import Signs, check_adjective


@dataclass(frozen=True)
class Look:
    """How a symbol is printed.

    symbol: a letter, a Greek name ("sigma"), or a name with a mark ("i_*"); by_set gives another
    symbol for an index of a certain set (V for correct workers, B for Byzantine ones); pattern is
    used instead for relations between indices, with {0}, {1} for them ("{0} → {1}");
    function prints the indices as arguments, delta_c(i), rather than as subscripts;
    subscript is set below the symbol, before any index.
    """

    symbol: str
    by_set: Mapping[str, str] = field(default_factory=dict)
    pattern: str = ""
    function: bool = False
    subscript: str = ""


@dataclass(frozen=True)
class IndexSet:
    """A declared index set; `index` makes a variable that ranges over it."""

    name: str

    def index(self, name: str) -> Index:
        """A variable over this set."""
        return Index(name, self.name)


@dataclass(frozen=True)
class Family:
    """A symbol with indices: V[i], delta[i], neighbour[i, j]."""

    name: str
    defined: bool = False

    def __getitem__(self, indices: Index | tuple[Index, ...]) -> Term:
        indices = indices if isinstance(indices, tuple) else (indices,)
        return Call(self.name, indices) if self.defined else Atom(self.name, indices)


@dataclass(frozen=True)
class Choice:
    """An index-valued random variable: chosen.at(i, V[i]) is V at the chosen index."""

    name: str
    set: str
    arguments: tuple[Index, ...] = ()

    def of(self, *arguments: Index) -> Choice:
        """The choice made for these arguments: zeta.of(i) is zeta(i)."""
        return Choice(self.name, self.set, arguments)

    def at(self, index: Index, body: Term) -> Term:
        """`body` with the index at the chosen value."""
        return At(Index(index.name, self.set), self.name, self.arguments, body)

    def equals(self, index: Index) -> Term:
        """The 0/1 variable "the chosen index is this one"."""
        return Atom(self.name, (*self.arguments, index))


class Language:
    """Declarations in the making; `signature` is what the kernel sees of them."""

    def __init__(self) -> None:
        self.signature = Signature()
        self.looks: dict[str, Look] = {}
        self.adjectives: dict[str, str] = {}
        self._signs = Signs()

    def integer(self, name: str, look: Look | None = None) -> Term:
        """A deterministic integer parameter."""
        return self._plain(name, Symbol("integer", False), look)

    def scalar(
        self, name: str, look: Look | None = None, *, random: bool = False, varies: bool = False
    ) -> Term:
        """A real number, deterministic unless said; varies: known at t, changing with t."""
        return self._plain(name, Symbol("scalar", random, varies=varies), look)

    def plain_vector(
        self, name: str, look: Look | None = None, *, random: bool = False, varies: bool = False
    ) -> Term:
        """A vector without indices; varies: known at t, changing with t."""
        return self._plain(name, Symbol("vector", random, varies=varies), look)

    def successor(self, symbol: Term, value: Term) -> None:
        """What a varying symbol is at t + 1, as seen from t."""
        if not isinstance(symbol, Atom) or symbol.name in self.signature.successors:
            raise ValueError("a successor is given once, to a varying symbol")
        successors = {**self.signature.successors, symbol.name: value}
        self.signature = replace(self.signature, successors=successors)

    def vector(self, name: str, *sets: IndexSet, random: bool, look: Look | None = None) -> Family:
        """A family of vectors."""
        return self._family(name, "vector", sets, random, look)

    def numbers(self, name: str, *sets: IndexSet, random: bool, look: Look | None = None) -> Family:
        """A family of real numbers."""
        return self._family(name, "scalar", sets, random, look)

    def indicator(
        self, name: str, *sets: IndexSet, random: bool = True, look: Look | None = None
    ) -> Family:
        """A 0/1 relation between indices."""
        return self._family(name, "indicator", sets, random, look)

    def choice(self, name: str, *sets: IndexSet, look: Look | None = None) -> Choice:
        """A random index in the last set, for each value of the indices before it."""
        self._family(name, "choice", sets, True, look)
        return Choice(name, sets[-1].name)

    def index_set(self, name: str, size: Term, adjective: str = "") -> IndexSet:
        """A base index set with its number of elements."""
        check_adjective(adjective)
        self._extend("sizes", name, size)
        self.adjectives[name] = adjective
        return IndexSet(name)

    def union(self, name: str, *parts: IndexSet, adjective: str = "") -> IndexSet:
        """The disjoint union of base index sets."""
        check_adjective(adjective)
        self._extend("unions", name, tuple(p.name for p in parts))
        self.adjectives[name] = adjective
        return IndexSet(name)

    def define(
        self, name: str, parameters: tuple[Index, ...], body: Term, look: Look | None = None
    ) -> Family:
        """A name for a term; the name means its body and nothing else."""
        self._extend("definitions", name, Definition(parameters, body))
        self._show(name, look)
        return Family(name, defined=True)

    def abbreviation(self, name: str, body: Term, look: Look | None = None) -> Term:
        """A name for a term without free indices."""
        self.define(name, (), body, look)
        return Call(name)

    def show_as_square(self, symbol: Term, of: Term) -> None:
        """Print a number as the square of what is defined as its root: σ², where σ is √(σ²)."""
        if not (isinstance(symbol, Atom) and isinstance(of, Call)):
            raise TypeError("a plain symbol is the square of a defined name")
        self.looks[symbol.name] = Look(f"{self.looks[of.name].symbol}²")
        self.check_looks()

    def check_looks(self) -> None:
        """Refuse looks and adjectives that could be taken for something else; raises BadLook."""
        for adjective in self.adjectives.values():
            check_adjective(adjective)
        self._signs = Signs()
        for name, look in self.looks.items():
            self._show(name, look)

    def _show(self, name: str, look: Look | None) -> None:
        look = look or Look(name)
        symbol, defined = self.signature.symbols.get(name), self.signature.definitions.get(name)
        places = len(symbol.sets if symbol else defined.parameters if defined else ())
        chosen = symbol is not None and symbol.sort == "choice"
        self._signs.add(
            name,
            look,
            places - chosen,
            related=symbol is not None and symbol.sort == "indicator",
            square=self._is_square(name, look),
        )
        self.looks[name] = look

    def _is_square(self, name: str, look: Look) -> bool:
        """Whether the rest of its sign is defined as the root of the symbol."""
        base = look.symbol.removesuffix("²")
        return base != look.symbol and any(
            defined.body == Root(Atom(name)) and self.looks[other] == Look(base)
            for other, defined in self.signature.definitions.items()
            if other in self.looks
        )

    def _plain(self, name: str, symbol: Symbol, look: Look | None) -> Term:
        self._extend("symbols", name, symbol)
        self._show(name, look)
        return Atom(name)

    def _family(
        self, name: str, sort: str, sets: tuple[IndexSet, ...], random: bool, look: Look | None
    ) -> Family:
        self._extend("symbols", name, Symbol(sort, random, tuple(s.name for s in sets)))
        self._show(name, look)
        return Family(name)

    def _extend(self, kind: str, name: str, value: object) -> None:
        old = self.signature
        if name in (*old.sizes, *old.unions, *old.symbols, *old.definitions):
            raise ValueError(f"{name!r} is declared twice; choose another name")
        self.signature = replace(old, **{kind: {**getattr(old, kind), name: value}})


def total(index: Index, body: Term | int, *, where: Term | tuple[Term, ...] = ()) -> Term:
    """Sum of `body` over the index, where the 0/1 conditions hold."""
    return Total(index, term(body), where if isinstance(where, tuple) else (where,))


def expectation(body: Term) -> Term:
    """E(body)."""
    return Expect(body)


def norm(vector: Term) -> Term:
    """The Euclidean norm."""
    return Norm(vector)


def squared(vector: Term) -> Term:
    """The squared Euclidean norm, <v, v>."""
    return Inner(vector, vector)


def root(x: Term | int) -> Term:
    """The square root."""
    return Root(term(x))


def same(i: Index, j: Index) -> Term:
    """1 where both indices name the same element."""
    return Equal(i, j)


def differ(i: Index, j: Index) -> Term:
    """1 where the indices name different elements."""
    return 1 - Equal(i, j)
