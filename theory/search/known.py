"""What a search may use: hypotheses and proved claims at any index, and what is positive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from theory.kernel.formulas import walk_names
from theory.kernel.intervals import root
from theory.kernel.polynomials import Frozen, Monomial, Poly, freeze
from theory.kernel.rules import Kernel, Line
from theory.kernel.terms import (
    Atom,
    Call,
    Expect,
    Formula,
    Iid,
    Index,
    Inner,
    Integrable,
    Norm,
    Number,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    Term,
    Times,
    free_indices,
    rebuild,
    walk,
)
from theory.search.integrability import Integrability, assignments
from theory.search.mixture import combined
from theory.search.readback import opened, product_of, term_of
from theory.search.rewriting import Rewriter
from theory.search.trace import EFFORT, Trace
from theory.search.uses import Use


class Known:
    """The facts of a document over one kernel, simplified, with the finders that they allow."""

    def __init__(
        self,
        kernel: Kernel,
        hypotheses: Iterable[Formula],
        effort: int = EFFORT,
        lemmas: Iterable[Use] | None = None,
        names: Collection[str] | None = None,
        given: Iterable[Line] = (),
    ) -> None:
        self.trace = Trace(kernel, effort)
        self._names = names
        self.signature = kernel.signature
        self.algebra = kernel.algebra
        formulas = list(hypotheses)
        stated = [f for f in formulas if isinstance(f, Relation)]
        used = map(Use, kernel.lemmas) if lemmas is None else lemmas
        proved = [
            (f, line) for u in used if (line := u.line(self.trace)) for f in (u.formula(kernel),)
        ]
        self._bodies = [
            (f.body,) for f in (*formulas, *(f for f, _ in proved)) if isinstance(f, Integrable)
        ]
        self._relations = stated + [f for f, _ in proved if isinstance(f, Relation)]
        iids = [f for f in formulas if isinstance(f, Iid)]
        assumed = [self.trace.attempt("assume", f) for f in stated]
        lines = [line for line in assumed if line is not None]
        lines += [*(line for _, line in proved), *given]
        self.integrability = Integrability(
            self.trace,
            [f for f in formulas if isinstance(f, Integrable)],
            [line for line in lines if line.kind == "integrable"],
            iids,
        )
        self.integrability.positive = self.positive
        self.integrability.nonnegative = self.evident
        self.integrability.stated = [
            (line, f.body) for f, line in proved if isinstance(f, Integrable) and not line.context
        ]
        self.rewriter = Rewriter(
            self.trace, self.integrability, self.positive, self.nonnegative, iids
        )
        self.counting = set().union(*map(walk_names, self.signature.sizes.values()))
        self.prove: Callable[[Relation], Line | None] = lambda relation: None
        self._signs: dict[tuple[Term, bool], Line | None] = {}
        self._factors: dict[Term, Line | None] = {}
        self._parameters: list[Line] | None = None
        self._written: dict[Frozen, Line] = {}
        self._inequalities = [line for line in lines if line.kind in (">=", ">")]
        self._equations = [line for line in lines if line.kind == "="]
        for name, symbol in self.signature.symbols.items():
            if symbol.sort == "choice" and self._spoken_of(name):
                self._learn_choice(name, symbol.sets)
        for line in sorted(self._equations, key=lambda e: len(e.poly)):
            self.learn(line)
        for line in list(self._inequalities):
            self._inequalities += self._consequences(line)
        for formula in stated:
            self._inequalities += self._without_squares(formula)
            self._inequalities += self._of_squares(formula)
        for index_set in self.sets():
            natural = self.signature.natural(index_set)
            if natural is not None and natural not in stated:
                self._inequalities.append(self.trace("assume", natural))
        self._signs.clear()

    def sets(self) -> list[str]:
        """The index sets that the goal or a fact speaks of."""
        return list(filter(self._spoken_of, self.signature.sizes))

    def _spoken_of(self, name: str) -> bool:
        return self._names is None or name in self._names

    def _learn_choice(self, name: str, sets: Sequence[str]) -> None:
        *arguments, last = (Index(f"{name}_{k}", s) for k, s in enumerate(sets))
        self.learn(self.trace("choice_total", name, tuple(arguments), last))

    def learn(self, equation: Line) -> None:
        """Use an equation and its expectation."""
        self.rewriter.learn(equation)
        if self.algebra.random(equation.poly):
            self.rewriter.learn(self.trace("expect", equation))

    def _consequences(self, line: Line) -> list[Line]:
        """The simplified line, and for integers the gap."""
        found: list[Line | None] = [self.rewriter.line(line)]
        if line.kind == ">":
            found.append(self.trace.attempt("integer_gap", line))
        return [new for new in found if new is not None and new is not line]

    def _of_squares(self, r: Relation) -> Iterator[Line]:
        """x >= 0 from x = E|u|^2 and the like."""
        if r.op != "=" or r.given or self.signature.check(r.left) != "scalar":
            return
        equation = self.trace("assume", r)
        for square, sign in ((r.left, -1), (r.right, 1)):
            line = self._square(square)
            if line is not None:
                yield self.rewriter.line(
                    self.trace("combine", ((Fraction(1), line), (Fraction(sign), equation)))
                )

    def _square(self, x: Term) -> Line | None:
        """x >= 0 for a square, a norm or a root as it is written, or the expectation of one."""
        match x:
            case Expect(body):
                line = self._square(body)
                return line and self.trace("expect", line)
            case Inner(u, v) | Times((u, v)) if u == v:
                return self.trace("square", u)
            case Power(base, exponent) if exponent % 2 == 0:
                return self.trace("square", base if exponent == 2 else Power(base, exponent // 2))
            case Norm(u):
                return self.trace("norm_nonnegative", u)
            case Root(radicand):
                return self.trace("root_nonnegative", radicand)
        return None

    def _without_squares(self, r: Relation) -> Iterator[Line]:
        """|u| <= y from |u|^2 <= y^2, for every written |u|^2 on the smaller side."""
        if r.op == "=" or r.given:
            return
        small, large = (r.left, r.right) if r.op in ("<=", "<") else (r.right, r.left)
        y = square_root(self.rewriter.simplify(self.algebra.normal(large)).poly)
        above = y and self.nonnegative(y)
        match small:
            case Inner(u, v) if u == v and y is not None and above:
                found = self.trace.attempt(
                    "compare_squares", Norm(u), above, self.trace("assume", r)
                )
                if found is not None:
                    yield found

    def at(self, here: Sequence[Index], names: set[str] | None = None) -> list[Line]:
        """The known inequalities at the given indices, if wanted only those about these names."""
        found: dict[int, Line] = {}
        for line in self._inequalities:
            if names is not None and not walk_names(term_of(line.poly)) <= names:
                continue
            variables = [Index(name, s) for s, name in sorted(line.context)]
            for renaming in assignments(self.signature, variables, here):
                new = self.trace("instance", line, renaming) if renaming else line
                found[id(new)] = new
        return list(found.values())

    def note(self, terms: Iterable[Term]) -> None:
        """Remember the squares that are written in these terms: their sign is evident."""
        for x in terms:
            for part in walk(unfolded(self.signature, x)):
                line = self._square(part)
                if line is not None:
                    self._written.setdefault(freeze(line.poly), line)
        self._signs.clear()
        self._factors.clear()
        self.rewriter.forget()

    def templates(self) -> list[Line]:
        """The known relations, as they are stated, for all values of their indices; 0 <= I <= 1."""
        found = [*self._inequalities, *self._equations]
        for name, symbol in self.signature.symbols.items():
            if symbol.sort in ("indicator", "choice") and self._spoken_of(name):
                indices = tuple(Index(f"{name}_{k}", s) for k, s in enumerate(symbol.sets))
                found += [
                    self.trace("square", x) for x in (Atom(name, indices), 1 - Atom(name, indices))
                ]
        return found

    def beside(self, terms: Iterable[Term]) -> list[Term]:
        """The sides of the hypotheses that share a symbol with the terms."""
        names = set().union(*map(walk_names, terms))
        found: list[Term] = []
        written = [(r.left, r.right, *r.given) for r in self._relations]
        for sides in (*written, *self._bodies):
            if names & set().union(*map(walk_names, sides)):
                found += sides
        return found

    # -- signs ---------------------------------------------------------------------------------

    def positive(self, x: Term) -> Line | None:
        """A line x > 0, or None."""
        return self._sign(x, strict=True)

    def nonnegative(self, x: Term) -> Line | None:
        """A line x >= 0 (or x > 0), or None."""
        return self._sign(x, strict=False)

    def _sign(self, x: Term, *, strict: bool) -> Line | None:
        key = (x, strict)
        if key not in self._signs:
            self._signs[key] = None  # a sign that needs itself is not found
            with self.trace.undoing(self._signs, key):
                self._signs[key] = self._find_sign(x, strict=strict)
        return self._signs[key]

    def evident(self, x: Term) -> Line | None:
        """x >= 0 for a product of factors of known sign, without a search."""
        p = self.algebra.normal(x)
        if freeze(p) in self._written:
            return self._written[freeze(p)]
        if len(p) != 1:
            return None
        ((m, c),) = p.items()
        indices, factors = opened(m)
        if c <= 0 or not all(isinstance(f, (Norm, Inner, Root, Atom, Quotient)) for f in factors):
            return None
        line = self._product(factors, strict=False)
        for index in reversed(indices):
            line = line and self.trace("total", line, index)
        return line and self.trace("combine", ((c, line),))

    def _find_sign(self, x: Term, *, strict: bool) -> Line | None:
        p = self.algebra.normal(x)
        if not p or self.algebra.is_vector(p):
            return None
        if not strict and freeze(p) in self._written:
            return self._written[freeze(p)]
        if len(p) == 1:
            ((m, c),) = p.items()
            indices, factors = opened(m)
            if c > 0 and not (strict and indices):
                line = self._product(factors, strict=strict)
                for index in reversed(indices):
                    line = line and self.trace("total", line, index)
                if line is not None:
                    return self.trace("combine", ((c, line),))
        line = self.mixed(p, sorted(free_indices(x)), strict=strict)
        return line or self.prove(x > 0 if strict else x >= 0)

    def _product(self, factors: Sequence[Term], *, strict: bool) -> Line | None:
        line: Line = self.trace("number", Fraction(1))
        counts = {f: list(factors).count(f) for f in factors}
        for f, times in counts.items():
            if times % 2 == 0 and not strict:
                one = self.trace("square", f)
                times //= 2
            else:
                found = self._factor(f, strict=strict)
                if found is None:
                    return None
                one = found
            for _ in range(times):
                line = self.trace("multiply", line, one)
        return line

    def factor(self, f: Term) -> Line | None:
        """f >= 0 for a factor of a product as it is written, or None."""
        if f not in self._factors:
            self._factors[f] = None  # a sign that needs itself is not found
            with self.trace.undoing(self._factors, f):
                self._factors[f] = self._factor(f, strict=False)
        return self._factors[f]

    def about(self, names: set[str]) -> list[Line]:
        """What is known of parameters alone that mentions one of these names, simplest first."""
        if self._parameters is None:
            found = {
                freeze(line.poly): line
                for line in self._inequalities
                if not line.context and line.poly and all(map(self._of_parameters, line.poly))
            }
            self._parameters = sorted(found.values(), key=lambda x: (len(x.poly), repr(x.poly)))
        return [x for x in self._parameters if names & walk_names(term_of(x.poly))]

    def _of_parameters(self, m: Monomial) -> bool:
        symbols = self.signature.symbols
        return not m[0] and all(f[0] == "atom" and not symbols[f[1]].random for f in m[1])

    def _factor(self, f: Term, *, strict: bool) -> Line | None:
        match f:
            case Quotient(Number(), d):
                line = self._sign(d, strict=strict)
                return line and self.trace("inverse_nonnegative", line)
            case Expect(body) if not strict:
                line = self.nonnegative(body)
                return line and self.trace("expect", line)
        line = None if strict else self._square(f)
        if line is not None:
            return line
        line = None if strict else self.trace.indicator(f)
        return line or self.mixed(self.algebra.normal(f), sorted(free_indices(f)), strict=strict)

    def mixed(self, p: Poly, here: Sequence[Index], *, strict: bool) -> Line | None:
        """p >= 0 or p > 0 as a sum of multiples of known inequalities and their products."""
        simple = self.rewriter.simplify(p)
        lines = [self.trace("number", Fraction(1)), *self.at(here)]
        line = combined(self.trace, simple.poly, lines, strict=strict)
        if line is None and len(lines) <= 12:
            products = [
                self.trace.attempt("multiply", a, b)
                for k, a in enumerate(lines)
                for b in lines[: k + 1]
            ]
            made = {id(line): self.rewriter.line(line) for line in products if line is not None}
            line = combined(self.trace, simple.poly, list(made.values()), strict=strict)
        return line and self.rewriter.back(line, simple)


def unfolded(signature: Signature, x: Term) -> Term:
    """The term with its definitions written out."""
    if isinstance(x, Call):
        return unfolded(signature, signature.unfold(x))
    return rebuild(x, lambda child: unfolded(signature, child))


def square_root(p: Poly) -> Term | None:
    """y with y^2 = p, for a single product of squares.

    >>> from theory.kernel.polynomials import constant
    >>> square_root(constant(9))
    Number(value=Fraction(3, 1))
    """
    if len(p) != 1:
        return None
    ((m, c),) = p.items()
    number = root(c)
    indices, factors = opened(m)
    if indices or not isinstance(number, Fraction):
        return None
    left, found = list(factors), list[Term]()
    while left:
        f = left.pop(0)
        if isinstance(f, Inner) and f.left == f.right:
            found.append(Norm(f.left))
        elif f in left:
            left.remove(f)
            found.append(f)
        else:
            return None
    return product_of([Number(number), *found] if number != 1 or not found else found)
