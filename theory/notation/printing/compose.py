"""The one traversal of a term: from kernel terms to the picture that every backend spells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction as Rational
from typing import TYPE_CHECKING

from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Equal,
    Exists,
    Expect,
    Index,
    Inner,
    Integrable,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    SomeConstant,
    Term,
    Times,
    Total,
    walk,
)
from theory.notation.printing import layout as to
from theory.notation.printing.layout import Layout, Level
from theory.notation.printing.names import Scope, Shown, letters, shown
from theory.notation.printing.symbols import relation, symbol, with_below

if TYPE_CHECKING:
    from theory.notation.language import Language, Look


PAST = symbol("P_t")
"""All that is known at time t of a process."""


class Composer:
    """Composes the terms of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def term(self, x: Term, scope: Scope) -> Layout:
        """The picture of a term; `scope` says how each free index is printed."""
        x, scope = self._resolved(x, scope)
        match x:
            case Number(value):
                return _number(value)
            case Equal() | Atom() if self._is_relation(x):
                return to.Applied(to.Blackboard("I"), (self.condition(x, scope),))
            case Atom(name, indices) | Call(name, indices):
                return self.named(name, indices, scope)
            case Plus(summands):
                if self._is_relation(x):
                    return to.Applied(to.Blackboard("I"), (self.condition(x, scope),))
                return self._sum(summands, scope)
            case Times() | Quotient():
                return self._signed(x, scope)
            case Power(base, exponent):
                return self._power(base, exponent, scope)
            case Root(Power(base, 2)) if not any(map(_is_size, walk(base))):  # bars do not nest
                return to.Fenced("|", self.term(base, scope), "|")
            case Root(radicand):
                return to.Root(self.term(radicand, scope))
            case Inner(left, right) if left == right:
                return to.Scripted(self._norm(left, scope), above=to.Digits(2))
            case Inner(left, right):
                pair = to.Commas((self.term(left, scope), self.term(right, scope)))
                return to.Fenced("⟨", pair, "⟩")
            case Norm(vector):
                return self._norm(vector, scope)
            case Total(index, body, where):
                inner = {**scope, index: shown(index, letters(scope))}
                below = self._below(index, where, inner)
                return to.Summation(below, to.at_least(self.term(body, inner), Level.PREFIX))
            case Expect(body):
                inside = self.term(body, scope)
                if self._given_the_past(body):
                    given = to.Line((inside, to.Sign("|"), PAST))
                    return to.Expectation(to.Fenced("[", given, "]"), bracketed=True)
                if to.level(inside) >= Level.POWER:
                    return to.Expectation(inside)
                return to.Expectation(to.Fenced("[", inside, "]"), bracketed=True)
        raise TypeError(f"{x!r} is not a term")

    def named(self, name: str, indices: tuple[Index, ...], scope: Scope) -> Layout:
        """A symbol with its indices, as its look says: V_i, B_k, δ_c(i)."""
        look = self.look(name)
        if look is None:
            return with_below(symbol(name), [scope[i].layout for i in indices])
        if look.pattern:
            return symbol(look.pattern, [scope[i].layout for i in indices])
        other = next((look.by_set[i.set] for i in indices if i.set in look.by_set), look.symbol)
        base = symbol(other or name)
        arguments = [scope[i].layout for i in indices]
        below = [symbol(look.subscript)] if look.subscript else []
        if not look.function:
            return with_below(base, below + arguments)
        base = with_below(base, below)
        return to.Applied(base, tuple(arguments)) if arguments else base

    def _given_the_past(self, x: Term) -> bool:
        """Whether it is decided at t + 1 only: then its mean is the conditional one, given P_t."""
        signature = self.language.signature
        drawn = {
            name
            for value in signature.successors.values()
            for name in self._symbols(value)
            if signature.symbols[name].random
        }
        return not drawn.isdisjoint(self._symbols(x))

    def _symbols(self, x: Term) -> Iterator[str]:
        """The symbols that a term mentions, also by a name for a term."""
        for part in walk(x):
            if isinstance(part, Call):
                yield from self._symbols(self.language.signature.unfold(part))
            elif isinstance(part, Atom):
                yield part.name

    def letters(self, x: object) -> frozenset[str]:
        """The letters, and subscripts, of symbols without indices; an index gets another."""
        found: set[str] = set()
        for name in _plain_names(x):
            match self.named(name, (), {}):
                case to.Letter(text, primes) | to.Scripted(_, to.Letter(text, primes)):
                    found.add(text + "'" * primes)
        return frozenset(found)

    def look(self, name: str) -> Look | None:
        """The look of a name; without one it is printed as it is spelled."""
        return self.language.looks.get(name)

    def marked(self, index: Index, scope: Scope) -> Layout:
        """The index after the adjective of its set: "correct j"."""
        adjective = self.language.adjectives.get(index.set, "")
        letter = scope[index].layout
        return to.Line((to.Words(f"{adjective} "), letter)) if adjective else letter

    def condition(
        self, x: Term, scope: Scope, *, holds: bool = True, first: Index | None = None
    ) -> Layout:
        """A 0/1 condition as a relation; of two sides, the index `first` stands on the left."""
        inner = self._denied(x)
        if inner is not None:
            return self.condition(inner, scope, holds=not holds, first=first)
        match x:
            case Equal(left, right):
                sides = [scope[left].layout, scope[right].layout]
                last = right
            case Atom(name, indices) if pattern := self._relation_pattern(name):
                return relation(pattern, [scope[i].layout for i in indices], holds=holds)
            case Atom(name, (*arguments, last)) if self._sort(name) == "choice":
                sides = [self.named(name, tuple(arguments), scope), scope[last].layout]
            case _:
                return to.Line((self.term(x, scope), to.Sign("="), to.Digits(int(holds))))
        if last == first:
            sides.reverse()
        return to.Line((sides[0], to.Sign("=" if holds else "≠"), sides[1]))

    def _below(self, index: Index, where: tuple[Term, ...], scope: Scope) -> Layout:
        """What stands under a sum sign: the index with its adjective inside the first condition."""
        marked = self.marked(index, scope)
        bearer = next((c for c in where if self._bears(c, index)), None)
        pieces = [] if bearer else [marked]
        for x in sorted(where, key=lambda c: c is not bearer):
            special = {**scope, index: Shown(marked, frozenset())} if x is bearer else scope
            pieces.append(self.condition(x, special, first=index))
        return pieces[0] if len(pieces) == 1 else to.Commas(tuple(pieces))

    def _bears(self, x: Term, index: Index) -> bool:
        """Whether the condition is a relation in which the index can be introduced."""
        inner = self._denied(x)
        if inner is not None:
            return self._bears(inner, index)
        match x:
            case Equal(left, right):
                return (left, right).count(index) == 1
            case Atom(name, indices):
                if indices.count(index) != 1:
                    return False
                choice = self._sort(name) == "choice" and indices[-1] == index
                return choice or bool(self._relation_pattern(name))
        return False

    def _resolved(self, x: Term, scope: Scope) -> tuple[Term, Scope]:
        """The term without the choices at its head, and the scope in which they are made."""
        while isinstance(x, At):
            chosen = self.named(x.choice, x.arguments, scope)
            used = frozenset().union(*(scope[i].letters for i in x.arguments))
            scope = {**scope, x.index: Shown(chosen, used)}
            x = x.body
        return x, scope

    def _sort(self, name: str) -> str:
        declared = self.language.signature.symbols.get(name)
        return declared.sort if declared else ""

    def _relation_pattern(self, name: str) -> str:
        """The pattern of a 0/1 variable; other symbols may have one too, but are no relations."""
        look = self.look(name)
        return look.pattern if look and self._sort(name) in ("indicator", "choice") else ""

    def _is_relation(self, x: Term) -> bool:
        """Whether the 0/1 term is printed as a relation between indices."""
        inner = self._denied(x)
        if inner is not None:
            return self._is_relation(inner)
        if isinstance(x, Atom):
            return bool(self._relation_pattern(x.name)) or self._sort(x.name) == "choice"
        return isinstance(x, Equal)

    def _denied(self, x: Term) -> Term | None:
        """The 0/1 term y if x is 1 - y."""
        match x:
            case Plus((Number(one), Times((Number(minus), inner)))) if one == 1 and minus == -1:
                if isinstance(inner, Equal) or self._denied(inner) is not None:
                    return inner
                if isinstance(inner, Atom) and self._sort(inner.name) in ("indicator", "choice"):
                    return inner
        return None

    def _norm(self, vector: Term, scope: Scope) -> Layout:
        return to.Fenced("‖", self.term(vector, scope), "‖")

    def _power(self, base: Term, exponent: int, scope: Scope) -> Layout:
        base, scope = self._resolved(base, scope)
        match base:
            case Inner(left, right) if left == right:
                return to.Scripted(self._norm(left, scope), above=to.Digits(2 * exponent))
        below = self.term(base, scope)
        if exponent == 1:
            return below
        if isinstance(below, to.Scripted) and below.above is None:
            return to.Scripted(below.base, below.below, to.Digits(exponent))
        if isinstance(below, to.Expectation) or to.level(below) < Level.ATOM:
            below = to.parenthesised(below)
        return to.Scripted(below, above=to.Digits(exponent))

    def _signed(self, x: Term, scope: Scope) -> Layout:
        negative, rest, scope = self._split_sign(x, scope)
        if negative:
            return to.Sum(((True, self._unsigned(rest, scope)),))
        return self._unsigned(rest, scope)

    def _unsigned(self, x: Term, scope: Scope) -> Layout:
        """What is left of a term after its sign, tight enough to stand after a minus."""
        x, scope = self._resolved(x, scope)
        if self._split_sign(x, scope)[0]:
            return to.parenthesised(self._signed(x, scope))
        match x:
            case Times():
                return self._product(x, scope)
            case Quotient(numerator, denominator):
                return to.Fraction(self.term(numerator, scope), self.term(denominator, scope))
        return to.at_least(self.term(x, scope), Level.PREFIX)

    def _split_sign(self, x: Term, scope: Scope) -> tuple[bool, Term, Scope]:
        """Whether the term begins with a negative number; then the rest without its sign."""
        x, scope = self._resolved(x, scope)
        match x:
            case Number(value) if value < 0:
                return True, Number(-value), scope
            case Times((Number(value), other)) if value == -1:
                return True, other, scope
            case Times((Number(value), *others)) if value < 0 and others:
                size = () if value == -1 else (Number(-value),)
                return True, Times((*size, *others)), scope
            case Quotient(numerator, denominator) if not isinstance(numerator, At):
                negative, rest, _ = self._split_sign(numerator, scope)
                if negative:
                    return True, Quotient(rest, denominator), scope
        return False, x, scope

    def _sum(self, summands: tuple[Term, ...], scope: Scope) -> Layout:
        pieces: list[tuple[bool, Layout]] = []
        for summand in summands:
            negative, rest, inner = self._split_sign(summand, scope)
            if negative:
                pieces.append((True, self._unsigned(rest, inner)))
                continue
            piece = self.term(rest, inner)
            pieces += piece.summands if isinstance(piece, to.Sum) else [(False, piece)]
        if len(pieces) == 1 and not pieces[0][0]:
            return pieces[0][1]
        return to.Sum(tuple(pieces)) if pieces else to.Digits(0)

    def _product(self, x: Times, scope: Scope) -> Layout:
        factors = list(self._factors(x, scope))
        pieces: list[Layout] = []
        for position, (factor, inner) in enumerate(factors, start=1):
            piece, last = self.term(factor, inner), position == len(factors)
            if isinstance(piece, to.Expectation) and not (piece.bracketed or last):
                piece = to.Expectation(to.Fenced("[", piece.body, "]"), bracketed=True)
            pieces.append(to.at_least(piece, Level.PREFIX if last else Level.PRODUCT))
        if not pieces:
            return to.Digits(1)
        return pieces[0] if len(pieces) == 1 else to.Product(tuple(pieces))

    def _factors(self, x: Term, scope: Scope) -> list[tuple[Term, Scope]]:
        """The factors of nested products in one list; a product with a sign stays whole."""
        found: list[tuple[Term, Scope]] = []
        for factor in x.factors if isinstance(x, Times) else ():
            factor, inner = self._resolved(factor, scope)
            if isinstance(factor, Times) and not self._split_sign(factor, inner)[0]:
                found += self._factors(factor, inner)
            else:
                found.append((factor, inner))
        return found


def _plain_names(x: object) -> Iterator[str]:
    """The names without indices in a term, a formula, or a tuple of them."""
    match x:
        case Atom(name, ()) | Call(name, ()):
            yield name
        case tuple():
            for part in x:
                yield from _plain_names(part)
        case Term() | Relation() | Integrable() | AlmostSure() | Exists() | SomeConstant():
            for spec in fields(x):  # type: ignore[arg-type]
                yield from _plain_names(getattr(x, spec.name))


def _is_size(x: Term) -> bool:
    """Whether it is the root of a square, which is printed as |x|."""
    match x:
        case Root(Power(_, 2)):
            return True
    return False


def _number(value: Rational) -> Layout:
    size = abs(value)
    layout: Layout = to.Digits(size.numerator)
    if size.denominator != 1:
        layout = to.Fraction(layout, to.Digits(size.denominator))
    return to.Sum(((True, layout),)) if value < 0 else layout
