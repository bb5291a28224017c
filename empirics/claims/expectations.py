"""Expectations inside other things: exact values from the hypotheses, and E pulled outwards.

A sample gives the mean of a quantity that mentions no other expectation. Where one does, as in
E|X - E X|^2, the inner one is replaced by its exact value if a hypothesis states it (E G = g), and
else the outer one is taken apart by linearity: E|X|^2 - |E X|^2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Expect,
    Formula,
    Iid,
    Inner,
    Plus,
    Power,
    Quotient,
    Relation,
    Signature,
    Term,
    Times,
    Total,
    rebuild,
    term,
    walk,
)


class Nested(ValueError):
    """An expectation stands inside another one and cannot be moved out of it."""


def mentions_expectation(signature: Signature, x: Term) -> bool:
    """Whether an expectation occurs in the term or in a definition that it uses."""
    used = {part.name for part in walk(x) if isinstance(part, Call)}
    return any(isinstance(part, Expect) for part in walk(x)) or any(
        mentions_expectation(signature, signature.definitions[name].body) for name in used
    )


@dataclass(frozen=True)
class KnownMeans:
    """The expectations whose exact value the hypotheses give: E(body) = deterministic term."""

    signature: Signature
    values: dict[Term, Term] = field(default_factory=dict)
    families: tuple[Iid, ...] = ()

    @classmethod
    def of(cls, signature: Signature, hypotheses: Iterable[Formula]) -> KnownMeans:
        """Collect them from a document's hypotheses."""
        values, families = dict[Term, Term](), list[Iid]()
        for formula in hypotheses:
            match formula:
                case Iid():
                    families.append(formula)
                case Relation(Expect(body), "=", x, ()) | Relation(x, "=", Expect(body), ()):
                    if not (signature.is_random(x) or mentions_expectation(signature, x)):
                        values[body] = x
        return cls(signature, values, tuple(families))

    def lookup(self, body: Term) -> Term | None:
        """The exact value of E(body), if it is known."""
        if not self.signature.is_random(body):
            return body
        if body in self.values:
            return self.values[body]
        for iid in self.families:
            moved = self._representative(iid, body)
            if moved in self.values:
                return self.values[moved]
        return None

    def _representative(self, iid: Iid, body: Term) -> Term:
        """The body with a member of the family replaced, if nothing else in it is random."""
        if any(isinstance(x, Total | At | Call) for x in walk(body)):
            return body
        random = {x for x in walk(body) if isinstance(x, Atom) and self.signature.is_random(x)}
        if len(random) != 1:
            return body
        (member,) = random
        if member.name != iid.family or not self.signature.within(member.indices[0].set, iid.set):
            return body

        def move(x: Term) -> Term:
            return Atom(iid.representative) if x == member else rebuild(x, move)

        return move(body)

    def insert(self, x: Term) -> Term:
        """The term with every expectation that is known replaced by its value."""
        if isinstance(x, Call):
            body = self.signature.unfold(x)
            return self.insert(body) if mentions_expectation(self.signature, body) else x
        if isinstance(x, Expect):
            body = self.insert(x.body)
            value = self.lookup(body)
            return Expect(body) if value is None else value
        return rebuild(x, self.insert)

    def flatten(self, x: Term) -> Term:
        """The term with no expectation inside another one. Raises Nested where that fails."""
        if isinstance(x, Call):
            body = self.signature.unfold(x)
            return self.flatten(body) if mentions_expectation(self.signature, body) else x
        if isinstance(x, Expect):
            if not self._mentions(x.body):
                return x
            return self._outwards(self.insert(x.body))
        return rebuild(x, self.flatten)

    def _mentions(self, x: Term) -> bool:
        return mentions_expectation(self.signature, x)

    def _outwards(self, body: Term) -> Term:
        """E(body) by linearity, so that no expectation is left inside an expectation."""
        if not self.signature.is_random(body):
            return self.flatten(body)
        if not self._mentions(body):
            return Expect(body)
        match body:
            case Call():
                return self._outwards(self.signature.unfold(body))
            case Plus(summands):
                return Plus(tuple(self._outwards(x) for x in summands))
            case Power(base, exponent):
                return self._outwards(_product([base] * exponent))
            case Times(factors):
                return self._times(factors)
            case Quotient(numerator, denominator):
                if not self.signature.is_random(denominator):
                    return Quotient(self._outwards(numerator), self.flatten(denominator))
                if not self._mentions(denominator):
                    return self._outwards(Times((numerator, Quotient(term(1), denominator))))
            case Inner():
                return self._times((body,))
            case Total(index, inner, where):
                if not any(self.signature.is_random(w) for w in where):
                    return Total(index, self._outwards(inner), where)
                return self._outwards(Total(index, _product([*where, inner])))
            case At(index, choice, arguments, inner):
                chosen = Atom(choice, (*arguments, index))
                return self._outwards(Total(index, _product([chosen, inner])))
        raise Nested(_REASON)

    def _times(self, factors: tuple[Term, ...]) -> Term:
        fixed = [x for x in factors if not self.signature.is_random(x)]
        rest = [x for x in factors if self.signature.is_random(x)]
        if fixed:
            return _product([*map(self.flatten, fixed), self._outwards(_product(rest))])
        for position, factor in enumerate(rest):
            if not self._mentions(factor):
                continue
            others = rest[:position] + rest[position + 1 :]
            if isinstance(factor, Inner):
                for one, other in ((factor.left, factor.right), (factor.right, factor.left)):
                    if not self.signature.is_random(one):
                        moved = self._outwards(_product([*others, other]))
                        return Inner(self.flatten(one), moved)
            pieces = [_product([*others, *piece]) for piece in self._pieces(factor)]
            return Plus(tuple(self._outwards(piece) for piece in pieces))
        raise Nested(_REASON)

    def _pieces(self, x: Term) -> list[list[Term]]:
        """A scalar or vector as a sum of products, one level deep."""
        match x:
            case Call():
                return self._pieces(self.signature.unfold(x))
            case Plus(summands):
                return [[s] for s in summands]
            case Times(factors):
                return [list(factors)]
            case Power(base, exponent) if exponent > 0:
                return [[base] * exponent]
            case Quotient(numerator, denominator) if not self._mentions(denominator):
                return [[numerator, Quotient(term(1), denominator)]]
            case Inner(left, right):
                one, other = (left, right) if self._mentions(left) else (right, left)
                return [self._with_inner(piece, other) for piece in self._pieces(one)]
        raise Nested(_REASON)

    def _with_inner(self, piece: list[Term], other: Term) -> list[Term]:
        """The inner product of a product of scalars and one vector with another vector."""
        vector = next(x for x in piece if self.signature.check(x) == "vector")
        return [*(x for x in piece if x is not vector), Inner(vector, other)]


_REASON = "an expectation inside another one is not inside sums and products alone"


def _product(factors: list[Term]) -> Term:
    flat = [f for x in factors for f in (x.factors if isinstance(x, Times) else (x,))]
    return Times(tuple(flat)) if len(flat) != 1 else flat[0]
