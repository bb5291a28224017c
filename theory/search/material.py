"""What a statement is made of: the vectors, numbers, norms and indices a proof may work with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from theory.kernel.formulas import walk_names
from theory.kernel.polynomials import Monomial, Poly
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Equal,
    Expect,
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
    Term,
    Times,
    Total,
    children,
    free_indices,
    rebuild,
    substitute,
)
from theory.search.readback import opened, product_of, term_of
from theory.search.rewriting import Rewriter, connected


@dataclass
class Material:
    """Terms by what can be done with them; bound indices have one name for each set and level."""

    vectors: dict[Term, None] = field(default_factory=dict)
    numbers: dict[Term, None] = field(default_factory=dict)
    squares: dict[Term, None] = field(default_factory=dict)
    means: dict[Term, None] = field(default_factory=dict)
    norms: dict[Term, None] = field(default_factory=dict)
    roots: dict[Term, None] = field(default_factory=dict)
    inverses: dict[Term, None] = field(default_factory=dict)
    zero_ones: dict[Term, None] = field(default_factory=dict)
    products: dict[tuple[Term, Term], None] = field(default_factory=dict)
    correlations: dict[tuple[Term, Term], None] = field(default_factory=dict)
    bound: dict[Index, None] = field(default_factory=dict)
    mean: bool = False
    names: set[str] = field(default_factory=set)

    def at(self, terms: Iterable[Term], indices: set[Index]) -> list[Term]:
        """The terms at all choices of the given indices for the bound ones."""
        found: dict[Term, None] = {}
        for t in terms:
            loose = [i for i in free_indices(t) if i not in indices]
            if not loose:
                found[t] = None
            same = [i for i in free_indices(t) if i in self.bound]
            if len(same) == 1:
                for j in sorted(indices):
                    if j.set == same[0].set and (j != same[0] or not loose):
                        moved = substitute(t, {same[0]: j})
                        if free_indices(moved) <= indices:
                            found[moved] = None
        return list(found)


def gather(rewriter: Rewriter, terms: Iterable[Term], goal: Poly) -> Material:
    """The material of some terms, and of the simplified polynomial to be proved."""
    material = Material()
    for t in terms:
        material.names |= walk_names(t) | {i.set for i in free_indices(t)}
        _visit(rewriter, _canonical(rewriter.signature, t, {}), material)
    for m in sorted(goal, key=repr):
        _split(rewriter, m, material)
    return material


def _split(rewriter: Rewriter, m: Monomial, found: Material) -> None:
    """The factors of a product of sums: Sum_i x_i in Sum_i Sum_j <x_i, x_j>."""
    indices, factors = opened(m)
    half = _half(factors)
    if half is not None and not indices:
        vector = rewriter.signature.check(half) == "vector"
        (found.vectors if vector else found.numbers)[half] = None
    pieces: list[Term] = []
    for factor in factors:
        if isinstance(factor, Expect):
            _correlate(factor.body, found)
        body = factor.body if isinstance(factor, Expect) else factor
        for f in body.factors if isinstance(body, Times) else (body,):
            pieces.extend((f.left, f.right) if isinstance(f, Inner) else (f,))
    for group in connected(indices, pieces):
        mine = [f for f in pieces if free_indices(f) & group]
        if group and len(mine) < len(pieces):
            vectors = [f for f in mine if rewriter.signature.check(f) == "vector"]
            if len(vectors) <= 1:
                closed: Term = product_of(mine)
                for index in sorted(group):
                    closed = Total(index, closed)
                (found.vectors if vectors else found.numbers)[
                    term_of(rewriter.algebra.normal(closed))
                ] = None


def _half(factors: Sequence[Term]) -> Term | None:
    """x with x^2 the product of the factors: a sum of squares that has it needs x in a square."""
    left, numbers, vectors = list(factors), list[Term](), list[Term]()
    while left:
        f = left.pop()
        if f in left:
            left.remove(f)
            numbers.append(f)
        elif isinstance(f, Inner) and f.left == f.right:
            vectors.append(f.left)
        else:
            return None
    found = [*numbers, *(vectors if len(vectors) == 1 else map(Norm, vectors))]
    plain = len(found) == 1 and isinstance(found[0], Atom)
    return None if not found or plain else product_of(found)


def _visit(rewriter: Rewriter, x: Term, found: Material) -> None:
    match x:
        case Total(index):
            found.bound[index] = None
            found.names |= {index.set, *walk_names(x)}
        case Expect(body):
            found.mean = True
            found.means[body] = None
            _correlate(body, found)
        case Inner(u, v):
            found.products[u, v] = None
            if u == v:
                found.squares[u] = None
        case Times((u, v)) if u == v:
            found.squares[u] = None
        case Norm(u):
            found.norms[u] = None
        case Root(radicand):
            found.roots[radicand] = None
        case Quotient(_, d) if not isinstance(d, Number):
            found.inverses[d] = None
        case Atom(name) if rewriter.signature.symbols[name].sort in ("indicator", "choice"):
            found.zero_ones[x] = None
        case Equal():
            found.zero_ones[x] = None
    for child in children(x):
        _visit(rewriter, child, found)
    if isinstance(x, (Number, Equal, Plus, Inner)):
        return
    if rewriter.signature.check(x) == "vector":
        for m in _monomials(rewriter, x):
            found.vectors[term_of({m: Fraction(1)})] = None
    elif isinstance(x, (Atom, Norm, Root, Total, Expect, Quotient)):
        for m in _monomials(rewriter, x):
            if not _quadratic(m):
                found.numbers[term_of({m: Fraction(1)})] = None


def _correlate(body: Term, found: Material) -> None:
    match body:
        case Inner(u, v) | Times((u, v)) if u != v and (v, u) not in found.correlations:
            found.correlations[u, v] = None


def _monomials(rewriter: Rewriter, x: Term) -> list[Monomial]:
    try:
        p: Poly = rewriter.simplify(rewriter.algebra.normal(x)).poly
    except KernelError:
        return []
    return sorted((m for m in p if m != ((), ())), key=lambda m: (len(repr(m)), repr(m)))


def _quadratic(m: Monomial) -> bool:
    """Whether the monomial is a product of two things already."""
    factors: list[Term] = []
    for f in opened(m)[1]:
        body = f.body if isinstance(f, Expect) else f
        factors.extend(body.factors if isinstance(body, Times) else (body,))
    return any(isinstance(f, (Inner, Equal)) for f in factors) or (
        sum(isinstance(f, Atom) for f in factors) > 1
    )


def _canonical(signature: Signature, x: Term, depth: dict[str, int]) -> Term:
    """Definitions unfolded, choices as sums, bound indices named by set and level."""
    match x:
        case Call():
            return _canonical(signature, signature.unfold(x), depth)
        case At(index, choice, arguments, body):
            chosen = Atom(choice, (*arguments, index))
            return _canonical(signature, Total(index, Times((chosen, body))), depth)
        case Power(base, 2):
            return Times((_canonical(signature, base, depth),) * 2)
        case Total(index, body, where):
            level = depth.get(index.set, 0) + 1
            new = Index(f"{index.set}_{level}", index.set)
            inner = {**depth, index.set: level}
            body = Times((*where, body)) if where else body
            return Total(new, _canonical(signature, substitute(body, {index: new}), inner))
    return rebuild(x, lambda child: _canonical(signature, child, depth))
