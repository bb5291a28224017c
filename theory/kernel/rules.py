"""The rules: the only way to make a line, and the only way to make a theorem.

A line says `p >= 0`, `p > 0`, `p = 0` or `p is integrable` of a polynomial p, for every outcome
and every value of the indices in its context, under the assumptions that it lists.
The context keeps an index even after it has cancelled from p: index sets may be empty, and a line
about every Byzantine worker says nothing when there is none. Only `total`, and `inhabited` where
the set has an element, take an index out.
A fact, which has no premises, has the context of its term as it is written.
A sum counts its index set by the size that was declared, so a line also assumes that the sets over
which it sums have natural numbers as sizes; `cut` puts what proves an assumption in its place.
Each rule is a method of `Kernel` that takes lines and terms, checks its premises and returns one
line. `conclude` compares a line with a statement and returns a theorem.

    assumptions  assume, lemma, cut, cases
    facts        number, square, norm_nonnegative, root_nonnegative, cauchy_schwarz, choice_total
    arithmetic   combine, multiply, times, dot, cancel, inverse, inverse_nonnegative,
                 root_square, compare_squares, integer_gap, both, weaken
    indices      instance, inhabited, total, union
    expectation  expect, constant_factor, linear_expectation, expect_inner, independent, identical
    integrable   integrable_deterministic, integrable_dominated, integrable_vector,
                 integrable_norm, integrable_linear, integrable_independent, integrable_identical
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from theory.kernel.formulas import (
    Plain,
    context_of,
    owed,
    parameters,
    put,
    replace_everywhere,
    replace_in,
    sums_over,
    symbols_of,
    walk_names,
)
from theory.kernel.polynomials import (
    Algebra,
    Frozen,
    Idx,
    Poly,
    add,
    constant,
    free,
    freeze,
    scale,
    subtract,
)
from theory.kernel.terms import (
    SEQUENCE_KINDS,
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
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Statement,
    Term,
    Times,
    Total,
    free_indices,
    is_name,
    substitute,
    walk,
)

_SEAL = object()
Part = tuple[Term, tuple[Index, ...], "Line"]
"""A summand of a linear rule: coefficient, summed indices, integrable line."""


class Line:
    """One step of a derivation; only the rules make one."""

    __slots__ = ("_assumptions", "_context", "_kernel", "_kind", "_poly")

    def __init__(
        self,
        seal: object,
        kernel: Kernel,
        kind: str,
        poly: Frozen,
        context: frozenset[Idx],
        assumptions: frozenset[Formula],
    ) -> None:
        if seal is not _SEAL:
            raise KernelError("a line is made by a rule of the kernel, not by its constructor")
        self._kernel, self._kind, self._poly = kernel, kind, poly
        self._context, self._assumptions = context, assumptions

    @property
    def kind(self) -> str:
        """One of >=, > and = (compared with 0), or "integrable"."""
        return self._kind

    @property
    def poly(self) -> Poly:
        """A copy of the polynomial."""
        return dict(self._poly)

    @property
    def context(self) -> frozenset[Idx]:
        """The indices for every value of which the line is claimed."""
        return self._context

    @property
    def assumptions(self) -> frozenset[Formula]:
        """What the line rests on."""
        return self._assumptions


class Theorem:
    """A statement, and everything it was proved from; only `Kernel.conclude` makes one."""

    __slots__ = ("_assumptions", "_statement")

    def __init__(self, seal: object, statement: Statement, assumptions: frozenset[Formula]) -> None:
        if seal is not _SEAL:
            raise KernelError("a theorem is made by Kernel.conclude, not by its constructor")
        self._statement, self._assumptions = statement, assumptions

    @property
    def statement(self) -> Statement:
        """What was proved."""
        return self._statement

    @property
    def assumptions(self) -> frozenset[Formula]:
        """What it was proved from."""
        return self._assumptions


P = ParamSpec("P")


def rule(method: Callable[Concatenate[Kernel, P], Line]) -> Callable[Concatenate[Kernel, P], Line]:
    """A way to make a line, which also assumes the sizes of the sets that are summed over."""

    @wraps(method)
    def applied(kernel: Kernel, *arguments: P.args, **named: P.kwargs) -> Line:
        line = method(kernel, *arguments, **named)
        sizes = kernel._sizes(sums_over(kernel.signature, (*arguments, *named.values())))
        if sizes <= line.assumptions:
            return line
        return kernel._line(line.kind, line.poly, line, assumptions=sizes)

    RULES[method.__name__] = applied
    return cast("Callable[Concatenate[Kernel, P], Line]", applied)


RULES: dict[str, Callable[..., Line]] = {}
"""The rules by name: those below, and those of `runs` once it is imported."""


class Kernel:
    """The rules over one signature, with the theorems that may be used as lemmas."""

    def __init__(self, signature: Signature, lemmas: Mapping[str, Theorem] | None = None) -> None:
        self.signature = signature
        self.algebra = Algebra(signature)
        self.lemmas = dict(lemmas or {})

    # -- assumptions ---------------------------------------------------------------------------

    @rule
    def assume(self, formula: Formula) -> Line:
        """The formula, under itself as an assumption."""
        self.signature.check_formula(formula)
        if isinstance(formula, (Iid, Cited)):
            raise KernelError(f"{type(formula).__name__} is used through the rules that name it")
        kind, poly = self.meaning(formula)
        return self._line(kind, poly, context=context_of(formula), assumptions=frozenset([formula]))

    @rule
    def lemma(self, name: str, values: Mapping[str, Term]) -> Line:
        """A theorem proved before, with terms put for plain symbols throughout.

        A deterministic symbol takes deterministic terms only; a symbol of an Iid assumption,
        and an integer by anything but an integer polynomial, is not replaced.
        """
        if name not in self.lemmas:
            raise KernelError(f"{name!r} has not been proved before this point")
        theorem = self.lemmas[name]
        if isinstance(theorem.statement, AlmostSure) and values:
            raise KernelError(f"{name!r} is about a whole run; its symbols cannot be replaced")
        if not isinstance(theorem.statement, (Relation, Integrable, AlmostSure)):
            raise KernelError(f"{name!r} is not a relation, so it cannot be a lemma")
        for symbol, value in values.items():
            self._replaceable(symbol, value)
        if values.keys() & {a.representative for a in theorem.assumptions if isinstance(a, Iid)}:
            raise KernelError("a symbol of an Iid assumption cannot be replaced")
        assumptions = {
            a if isinstance(a, (Iid, Cited)) else replace_everywhere(a, values)
            for a in theorem.assumptions
        }
        statement = replace_everywhere(theorem.statement, values)
        for replaced in (statement, *assumptions):
            self.signature.check_formula(replaced)
        kind, poly = self.meaning(statement)
        context = context_of(theorem.statement) | context_of(statement)
        return self._line(kind, poly, context=context, assumptions=frozenset(assumptions))

    def _replaceable(self, symbol: str, value: Term) -> None:
        """Refuse a value that the plain symbol cannot have in every model."""
        declared = self.signature.symbols.get(symbol)
        if declared is None or declared.sets:
            raise KernelError(f"{symbol!r} is not a plain symbol")
        if free_indices(value):
            raise KernelError("an assumption would capture a free index of the value")
        if self.signature.check(value) != ("vector" if declared.sort == "vector" else "scalar"):
            raise KernelError(f"the value for {symbol!r} is of another sort")
        if not declared.random and self.signature.is_random(value):
            raise KernelError(f"{symbol!r} is deterministic, its value is not")
        if declared.sort == "integer" and not self.integer_valued(self.algebra.normal(value)):
            raise KernelError(f"{symbol!r} is an integer, its value need not be")
        if declared.sort == "indicator":
            raise KernelError(f"{symbol!r} is 0 or 1 and cannot be replaced")
        if symbol in self._hidden():
            raise KernelError(f"{symbol!r} is in a size or a definition and cannot be replaced")

    def _hidden(self) -> set[str]:
        """The symbols of sizes and definitions, on which a term may depend unseen."""
        bodies = [d.body for d in self.signature.definitions.values()]
        return set().union(*map(walk_names, (*self.signature.sizes.values(), *bodies)))

    @rule
    def cut(self, line: Line, formula: Plain, proof: Line) -> Line:
        """The line, from what the proof rests on in the place of the formula that it proves."""
        self._mine(line)
        if not self.proves(proof, formula):
            raise KernelError("the line does not prove the assumption")
        rest = line.assumptions - {formula} | proof.assumptions
        return self._line(line.kind, line.poly, context=line.context, assumptions=rest)

    @rule
    def cases(self, x: Term, positive: Line, nonpositive: Line) -> Line:
        """A line proved both from x > 0 and from x <= 0, for a deterministic closed number x."""
        self._mine(positive)
        self._mine(nonpositive)
        if free_indices(x) or self.signature.is_random(x) or self.signature.check(x) != "scalar":
            raise KernelError("cases are made on a deterministic number without free indices")
        if positive.kind in SEQUENCE_KINDS:
            raise KernelError("the case may change with t: no cases about a whole run")
        if (positive.kind, positive.poly) != (nonpositive.kind, nonpositive.poly):
            raise KernelError("the two cases prove different lines")
        zero = Number(Fraction(0))
        rest = (positive.assumptions - {Relation(x, ">", zero)}) | (
            nonpositive.assumptions - {Relation(x, "<=", zero)}
        )
        context = positive.context | nonpositive.context
        return self._line(positive.kind, positive.poly, context=context, assumptions=rest)

    # -- facts ---------------------------------------------------------------------------------

    @rule
    def number(self, value: Fraction) -> Line:
        """value > 0, for a positive rational."""
        if not isinstance(value, Fraction) or value <= 0:
            raise KernelError(f"{value} is not positive")
        return self._fact(">", Number(value))

    @rule
    def square(self, x: Term) -> Line:
        """x^2 >= 0; for a vector, <x, x> >= 0; for a 0/1 variable I, which is I^2, so I >= 0."""
        return self._fact(">=", Inner(x, x) if self.signature.check(x) == "vector" else x * x)

    @rule
    def norm_nonnegative(self, vector: Term) -> Line:
        """|u| >= 0."""
        return self._fact(">=", Norm(vector))

    @rule
    def root_nonnegative(self, radicand: Term) -> Line:
        """root(x) >= 0."""
        return self._fact(">=", Root(radicand))

    @rule
    def cauchy_schwarz(self, u: Term, v: Term) -> Line:
        """|u| |v| - <u, v> >= 0."""
        return self._fact(">=", Norm(u) * Norm(v) - Inner(u, v))

    @rule
    def choice_total(self, choice: str, arguments: tuple[Index, ...], index: Index) -> Line:
        """Sum over the index of [choice(arguments) = index] is 1, if there is such a choice."""
        whole = At(index, choice, arguments, Number(Fraction(1)))
        self.signature.check(whole)
        exists = self.signature.chosen_from(choice)
        return self._fact("=", whole - 1, frozenset() if exists is None else frozenset({exists}))

    def _fact(self, kind: str, x: Term, assumptions: frozenset[Formula] = frozenset()) -> Line:
        context = context_of(
            Integrable(x)
        )  # as it is written: an index may cancel from the polynomial
        return self._line(kind, self.algebra.normal(x), context=context, assumptions=assumptions)

    # -- arithmetic ----------------------------------------------------------------------------

    @rule
    def combine(self, parts: Sequence[tuple[Fraction, Line]]) -> Line:
        """Sum of multiples of lines; only equations take negative multipliers. Of none: 0 = 0."""
        kinds = {line.kind for _, line in parts}
        if kinds - {">=", ">", "="}:
            raise KernelError("only relations can be added")
        self.algebra.spend(sum(len(line._poly) for _, line in parts) // 4)
        for multiplier, line in parts:
            if not isinstance(multiplier, Fraction):
                raise KernelError("a multiplier is a rational number")
            if line.kind != "=" and multiplier <= 0:
                raise KernelError(f"an inequality cannot be multiplied by {multiplier}")
        vector = {self.algebra.is_vector(line.poly) for _, line in parts if line.poly}
        if len(vector) > 1:
            raise KernelError("a number cannot be added to a vector")
        kind = ">" if ">" in kinds else ">=" if ">=" in kinds else "="
        return self._line(
            kind, add(*(scale(line.poly, c) for c, line in parts)), *(line for _, line in parts)
        )

    @rule
    def multiply(self, a: Line, b: Line) -> Line:
        """From a >= 0 and b >= 0, a b >= 0; strict when both are."""
        if {a.kind, b.kind} - {">", ">="}:
            raise KernelError("only inequalities are multiplied; an equation takes `times`")
        kind = ">" if a.kind == b.kind == ">" else ">="
        return self._line(kind, self.algebra.multiply(a.poly, b.poly), a, b)

    @rule
    def times(self, equation: Line, factor: Term) -> Line:
        """From a = 0, t a = 0 for any term t."""
        self._kind(equation, "=")
        if self.signature.check(factor) == "vector" and self.algebra.is_vector(equation.poly):
            raise KernelError("two vectors have an inner product, not a product: use `dot`")
        return self._line(
            "=", self.algebra.multiply(equation.poly, self.algebra.normal(factor)), equation
        )

    @rule
    def dot(self, equation: Line, vector: Term) -> Line:
        """From the vector equation u = 0, <u, v> = 0."""
        self._kind(equation, "=")
        if not self.algebra.is_vector(equation.poly) or self.signature.check(vector) != "vector":
            raise KernelError("`dot` needs a vector equation and a vector")
        return self._line(
            "=", self.algebra.inner(equation.poly, self.algebra.normal(vector)), equation
        )

    @rule
    def cancel(self, product_line: Line, positive: Line, quotient: Term) -> Line:
        """From p t >= 0 (or > or =) and p > 0, the same of t."""
        self._kind(positive, ">")
        self._kind(product_line, ">=", ">", "=")
        t = self.algebra.normal(quotient)
        if product_line.kind != "=" and self.signature.check(quotient) == "vector":
            raise KernelError("vectors are not ordered")
        if self.algebra.multiply(positive.poly, t) != product_line.poly:
            raise KernelError("the line is not the product of the positive factor and the quotient")
        return self._line(product_line.kind, t, product_line, positive)

    @rule
    def inverse(self, x: Term, nonzero: Line) -> Line:
        """From x > 0, -x > 0 or x^2 > 0, the equation x (1/x) - 1 = 0."""
        self._kind(nonzero, ">")
        p = self.algebra.normal(x)
        if self.signature.check(x) == "vector" or nonzero.poly not in (
            p,
            scale(p, -1),
            self.algebra.multiply(p, p),
        ):
            raise KernelError("the line does not say that the term is different from 0")
        return self._line(
            "=", subtract(self.algebra.multiply(p, self.algebra.inverse(p)), constant(1)), nonzero
        )

    @rule
    def inverse_nonnegative(self, line: Line) -> Line:
        """From p >= 0, 1/p >= 0; from p > 0, 1/p > 0."""
        self._kind(line, ">=", ">")
        return self._line(line.kind, self.algebra.inverse(line.poly), line)

    @rule
    def root_square(self, line: Line) -> Line:
        """From p >= 0, root(p)^2 - p = 0."""
        self._kind(line, ">=", ">")
        r = self.algebra.root(line.poly)
        return self._line("=", subtract(self.algebra.multiply(r, r), line.poly), line)

    @rule
    def compare_squares(self, smaller: Term, larger: Line, squares: Line) -> Line:
        """From y >= 0 and y^2 - x^2 >= 0 (or > 0), y - x >= 0 (or > 0)."""
        self._kind(larger, ">=", ">")
        self._kind(squares, ">=", ">")
        x, y = self.algebra.normal(smaller), larger.poly
        if self.signature.check(smaller) == "vector":
            raise KernelError("vectors are not ordered")
        if subtract(self.algebra.multiply(y, y), self.algebra.multiply(x, x)) != squares.poly:
            raise KernelError("the second line is not the difference of the squares")
        return self._line(squares.kind, subtract(y, x), larger, squares)

    @rule
    def integer_gap(self, positive: Line) -> Line:
        """From p > 0 for an integer-valued p, p - 1 >= 0."""
        self._kind(positive, ">")
        if not self.integer_valued(positive.poly):
            raise KernelError("the polynomial need not be an integer")
        return self._line(">=", subtract(positive.poly, constant(1)), positive)

    @rule
    def both(self, above: Line, below: Line) -> Line:
        """From p >= 0 and -p >= 0, p = 0."""
        self._kind(above, ">=")
        self._kind(below, ">=")
        if above.poly != scale(below.poly, -1):
            raise KernelError("the two lines are not opposite")
        return self._line("=", above.poly, above, below)

    @rule
    def weaken(self, line: Line) -> Line:
        """From p > 0 or p = 0, p >= 0."""
        self._kind(line, ">", "=")
        if self.algebra.is_vector(line.poly):
            raise KernelError("vectors are not ordered")
        return self._line(">=", line.poly, line)

    # -- indices -------------------------------------------------------------------------------

    @rule
    def instance(self, line: Line, replacement: Mapping[Index, Index]) -> Line:
        """A free index replaced by another whose set is contained in its own."""
        self._mine(line)
        for old, new in replacement.items():
            if not is_name(new.name) or not self.signature.is_set(new.set):
                raise KernelError(f"{new.name!r} is not an index")
            if not self.signature.within(new.set, old.set):
                raise KernelError(f"{new.name} in {new.set} need not be an element of {old.set}")
        renaming = {(o.set, o.name): (n.set, n.name) for o, n in replacement.items()}
        poly = self.algebra.rename(line.poly, renaming)
        context = frozenset(renaming.get(i, i) for i in line.context)
        return self._line(line.kind, poly, context=context, assumptions=line.assumptions)

    @rule
    def inhabited(self, line: Line, index: Index, positive: Line) -> Line:
        """An index that has cancelled leaves the context, as its set has an element."""
        self._mine(line)
        self._kind(positive, ">")
        if positive.poly != self._count(index.set):
            raise KernelError(f"the second line does not say that {index.set!r} has an element")
        gone = (index.set, index.name)
        if gone in free(line.poly):
            raise KernelError(f"the line still speaks of {index.name}")
        context = line.context - {gone} | positive.context
        assumptions = line.assumptions | positive.assumptions
        return self._line(line.kind, line.poly, context=context, assumptions=assumptions)

    def _count(self, index_set: str) -> Poly:
        if not self.signature.is_set(index_set):
            raise KernelError(f"{index_set!r} is not an index set")
        return add(*(self.algebra.size(part) for part in self.signature.parts(index_set)))

    @rule
    def total(self, line: Line, index: Index) -> Line:
        """From p(i) >= 0 for every i, Sum_i p(i) >= 0 (an empty sum is 0)."""
        self._kind(line, ">=", ">", "=")
        if not self.signature.is_set(index.set):
            raise KernelError(f"{index.set!r} is not an index set")
        kind, poly = "=" if line.kind == "=" else ">=", self.algebra.total(index, line.poly)
        context = line.context - {(index.set, index.name)}
        assumptions = line.assumptions | self._sizes([index.set])
        return self._line(kind, poly, context=context, assumptions=assumptions)

    @rule
    def union(self, goal: Term, index: Index, lines: Sequence[Line]) -> Line:
        """From p(i) for i in each part of a union, p(i) for i in the union."""
        for line in lines:
            self._mine(line)
        p = self.algebra.normal(goal)
        parts = self.signature.parts(index.set)
        kinds = {line.kind for line in lines}
        if len(lines) != len(parts) or len(kinds) != 1:
            raise KernelError(f"{index.set!r} has the parts {parts}: one line of one kind for each")
        context: frozenset[Idx] = frozenset({(index.set, index.name)})
        for part, line in zip(parts, lines, strict=True):
            own = (part, index.name)
            if part == index.set or own in free(p):
                raise KernelError(f"{index.name} already names an element of {part!r}")
            if self.algebra.rename(p, {(index.set, index.name): own}) != line.poly:
                raise KernelError(f"the line for {part!r} is not the goal there")
            context |= line.context - {own}
        assumptions: frozenset[Formula] = frozenset().union(*(line.assumptions for line in lines))
        return self._line(kinds.pop(), p, context=context, assumptions=assumptions)

    # -- expectation ---------------------------------------------------------------------------

    @rule
    def expect(self, line: Line) -> Line:
        """From p >= 0 at every outcome, E(p) >= 0; from p = 0, E(p) = 0."""
        self._kind(line, ">=", ">", "=")
        return self._line("=" if line.kind == "=" else ">=", self.algebra.mean(line.poly), line)

    @rule
    def constant_factor(self, c: Term, x: Term) -> Line:
        """E(c x) - c E(x) = 0 for a deterministic number c (also where x is not integrable)."""
        if self.signature.check(c) == "vector" or self.algebra.random(self.algebra.normal(c)):
            raise KernelError("a coefficient that depends on the outcome may not leave E")
        return self._fact("=", Expect(c * x) - c * Expect(x))

    @rule
    def linear_expectation(self, parts: Sequence[Part]) -> Line:
        """E(Sum c x) - Sum c E(x) = 0 for integrable x and deterministic coefficients c."""
        whole, opened, context, assumptions = self._linear(parts)
        poly = subtract(self.algebra.mean(whole), opened)
        return self._line("=", poly, context=context, assumptions=assumptions)

    @rule
    def integrable_linear(self, parts: Sequence[Part]) -> Line:
        """Sum c x is integrable for integrable x and deterministic coefficients c."""
        whole, _, context, assumptions = self._linear(parts)
        return self._line("integrable", whole, context=context, assumptions=assumptions)

    def _linear(
        self, parts: Sequence[Part]
    ) -> tuple[Poly, Poly, frozenset[Idx], frozenset[Formula]]:
        whole, opened = [], []
        if len({self.algebra.is_vector(line.poly) for *_, line in parts if line.poly}) > 1:
            raise KernelError("a number cannot be added to a vector")
        context: frozenset[Idx] = frozenset()
        for coefficient, indices, line in parts:
            self._kind(line, "integrable")
            c = self.algebra.normal(coefficient)
            if self.signature.check(coefficient) == "vector" or self.algebra.random(c):
                raise KernelError("a coefficient that depends on the outcome may not leave E")
            x, mean = (
                self.algebra.multiply(c, p) for p in (line.poly, self.algebra.mean(line.poly))
            )
            for index in indices:
                x, mean = self.algebra.total(index, x), self.algebra.total(index, mean)
            whole.append(x)
            opened.append(mean)
            context |= line.context - {(index.set, index.name) for index in indices}
        counted = self._sizes(index.set for _, indices, _ in parts for index in indices)
        assumptions = counted.union(*(line.assumptions for *_, line in parts))
        return add(*whole), add(*opened), context, assumptions

    @rule
    def expect_inner(self, u: Term, w: Term, integrable: Line) -> Line:
        """<E u, w> - E<u, w> = 0 for an integrable vector u and a deterministic vector w."""
        self._is_integrable(integrable, u)
        if self.algebra.random(self.algebra.normal(w)):
            raise KernelError("a vector that depends on the outcome may not leave E")
        return self._line(
            "=", self.algebra.normal(Inner(Expect(u), w) - Expect(Inner(u, w))), integrable
        )

    @rule
    def independent(
        self,
        iid: Iid,
        left: tuple[Index, ...],
        right: tuple[Index, ...],
        a: Term,
        b: Term,
        la: Line,
        lb: Line,
    ) -> Line:
        """apart (E(a b) - E(a) E(b)) = 0 for integrable a and b.

        a depends on the family at the indices `left` alone, b on it at `right` alone, and `apart`
        is the product of 1 - [i = j] over i in left and j in right.
        """
        apart, ab = self._independent(iid, left, right, a, b, la, lb)
        split = (
            Inner(Expect(a), Expect(b))
            if self.signature.check(a) == "vector"
            else Expect(a) * Expect(b)
        )
        return self._line("=", self.algebra.normal(apart * (Expect(ab) - split)), la, lb, also=iid)

    @rule
    def integrable_independent(
        self,
        iid: Iid,
        left: tuple[Index, ...],
        right: tuple[Index, ...],
        a: Term,
        b: Term,
        la: Line,
        lb: Line,
    ) -> Line:
        """Under the premises of `independent`, apart a b is integrable."""
        apart, ab = self._independent(iid, left, right, a, b, la, lb)
        return self._line("integrable", self.algebra.normal(apart * ab), la, lb, also=iid)

    def _independent(
        self,
        iid: Iid,
        left: tuple[Index, ...],
        right: tuple[Index, ...],
        a: Term,
        b: Term,
        la: Line,
        lb: Line,
    ) -> tuple[Term, Term]:
        if not left or not right:
            raise KernelError("independence of nothing: name a member of the family on each side")
        self._is_integrable(la, a)
        self._is_integrable(lb, b)
        self._depends_on(iid, left, a)
        self._depends_on(iid, right, b)
        sorts = {self.signature.check(a), self.signature.check(b)}
        if len(sorts) != 1:
            raise KernelError("two numbers or two vectors")
        apart = Times(tuple(1 - Equal(i, j) for i in left for j in right))
        return apart, Inner(a, b) if sorts == {"vector"} else a * b

    @rule
    def identical(self, iid: Iid, i: Index, x: Term) -> Line:
        """E(x) = E(x with the representative for family[i]), where x depends on family[i] alone."""
        other = self._representative(iid, i, x)
        return self._fact("=", Expect(x) - Expect(other), frozenset({iid}))

    @rule
    def integrable_identical(self, iid: Iid, i: Index, x: Term, integrable: Line) -> Line:
        """x is integrable if it is with the representative put for family[i]."""
        self._is_integrable(integrable, self._representative(iid, i, x))
        return self._line("integrable", self.algebra.normal(x), integrable, also=iid)

    def _representative(self, iid: Iid, i: Index, x: Term) -> Term:
        self._depends_on(iid, (i,), x)
        return put(x, Atom(iid.family, (i,)), Atom(iid.representative))

    def _depends_on(self, iid: Iid, indices: tuple[Index, ...], x: Term) -> None:
        """x mentions the outcome only through family[i], for the free indices i of the Iid set."""
        self.signature.check_formula(iid)
        self.signature.check(x)
        for i in indices:
            if not isinstance(i, Index) or not self.signature.within(i.set, iid.set):
                raise KernelError(f"{i} is not an index of the i.i.d. family")
        allowed = {Atom(iid.family, (i,)) for i in indices}
        for part in walk(x):
            if isinstance(part, (Expect, Call, At)):
                raise KernelError("write the term without E, choices and definitions here")
            if isinstance(part, Total) and part.index in indices:
                raise KernelError(f"{part.index.name} must be free")
            if (
                isinstance(part, Atom)
                and self.signature.symbols[part.name].random
                and part not in allowed
            ):
                raise KernelError(
                    "the term depends on more of the outcome than the members of the family named"
                )

    # -- integrability -------------------------------------------------------------------------

    @rule
    def integrable_deterministic(self, x: Term) -> Line:
        """A deterministic term is integrable."""
        if self.algebra.random(self.algebra.normal(x)):
            raise KernelError("the term depends on the outcome")
        return self._fact("integrable", x)

    @rule
    def integrable_dominated(self, x: Term, above: Line, below: Line, bound: Line) -> Line:
        """x is integrable if b - x >= 0, b + x >= 0 and b is integrable."""
        self._kind(above, ">=", ">", "=")
        self._kind(below, ">=", ">", "=")
        self._kind(bound, "integrable")
        p, b = self.algebra.normal(x), bound.poly
        if self.signature.check(x) == "vector" or self.algebra.is_vector(b):
            raise KernelError("a vector is dominated through its norm: use `integrable_vector`")
        if above.poly != subtract(b, p) or below.poly != add(b, p):
            raise KernelError("the lines do not say that |x| is at most the integrable bound")
        return self._line("integrable", p, above, below, bound)

    @rule
    def integrable_vector(self, u: Term, above: Line, bound: Line) -> Line:
        """The vector u is integrable if b - <u, u> >= 0 and b is integrable."""
        self._kind(above, ">=", ">", "=")
        self._kind(bound, "integrable")
        if self.signature.check(u) != "vector" or self.algebra.is_vector(bound.poly):
            raise KernelError("a vector and a number were expected")
        if above.poly != subtract(bound.poly, self.algebra.normal(Inner(u, u))):
            raise KernelError("the line does not say that <u, u> is at most the integrable bound")
        return self._line("integrable", self.algebra.normal(u), above, bound)

    @rule
    def integrable_norm(self, u: Term, integrable: Line) -> Line:
        """The norm of an integrable vector is integrable."""
        self._is_integrable(integrable, u)
        return self._line("integrable", self.algebra.normal(Norm(u)), integrable)

    # -- statements ----------------------------------------------------------------------------

    def meaning(self, formula: Plain) -> tuple[str, Poly]:
        """What a line must say to prove the formula."""
        self.signature.check_formula(formula)
        if isinstance(formula, AlmostSure):
            return formula.kind, self.algebra.normal(formula.body)
        if isinstance(formula, Integrable):
            return "integrable", self.algebra.normal(formula.body)
        left, right = formula.left, formula.right
        if formula.given and formula.op in ("<", ">"):
            raise KernelError("a strict relation cannot be proved under a condition")
        if formula.op in ("<=", "<"):
            left, right = right, left
        kind = {"<=": ">=", "<": ">"}.get(formula.op, formula.op)
        return kind, self.algebra.normal(
            Times((*formula.given, left - right)) if formula.given else left - right
        )

    def proves(self, line: Line, formula: Plain) -> bool:
        """Whether the line says the formula, or something stronger with the same polynomial."""
        self._mine(line)
        kind, poly = self.meaning(formula)
        if not line.context <= context_of(formula):
            return False
        stronger = {
            ">=": (">=", ">", "="),
            ">": (">",),
            "=": ("=",),
        }.get(kind, (kind,))
        if line.kind in stronger and line.poly == poly:
            return True
        return line.kind == kind == "=" and line.poly == scale(poly, -1)

    def conclude(
        self,
        statement: Statement,
        lines: Sequence[Line],
        obligations: Sequence[Line],
        value: Term | None = None,
    ) -> Theorem:
        """The theorem, if the lines prove the statement and everything it needs to denote.

        An Exists takes the lines described at `_exists` or `_least`; a SomeConstant takes the
        `value` of its constant, a term over the symbols on which it may depend.
        """
        self.signature.check_formula(statement)
        for line in (*lines, *obligations):
            self._mine(line)
        used = frozenset().union(*(line.assumptions for line in (*lines, *obligations)))
        target: Plain | Exists
        if isinstance(statement, SomeConstant):
            target = self._with_constant(statement, value, used)
        elif value is not None:
            raise KernelError("only a statement about a constant takes a value")
        else:
            target = statement
        if isinstance(target, Exists) and len(lines) == 1:
            self._least(target, lines[0])
        elif isinstance(target, Exists):
            self._exists(target, lines)
            used |= self._sizes([target.index.set])  # over which the weights are summed
        elif len(lines) != 1 or not self.proves(lines[0], target):
            raise KernelError("the derivation proves another statement")
        for needed in owed(self.signature, target):
            if not any(self.proves(line, needed) for line in obligations):
                raise KernelError(f"the statement may not denote: not shown that {needed}")
        return Theorem(_SEAL, statement, used)

    def _with_constant(
        self, statement: SomeConstant, value: Term | None, used: frozenset[Formula]
    ) -> Relation:
        if value is None:
            raise KernelError(f"no value is given for the constant {statement.constant!r}")
        if parameters(value) - set(statement.depends):
            raise KernelError(
                f"the constant may depend on {statement.depends} alone, not on {parameters(value)}"
            )
        if statement.constant in self._hidden():
            raise KernelError(f"{statement.constant!r} is in a size or a definition")
        for formula in used:
            if statement.constant in symbols_of(formula):
                raise KernelError("an assumption speaks of the constant that is to be found")
        return replace_in(statement.relation, {statement.constant: value})

    def _exists(self, goal: Exists, lines: Sequence[Line]) -> None:
        """Finite choice: w(j) >= 0, Sum_j w(j) > 0, and w(j) t(j) >= 0 for each relation t >= 0."""
        if len(lines) < 2:
            raise KernelError("finite choice needs its weight and the sum of the weights")
        weight, positive, *products = lines
        if weight.kind not in (">=", ">") or positive.kind != ">":
            raise KernelError("finite choice needs w >= 0 and Sum w > 0")
        w = weight.poly
        if positive.poly != self.algebra.total(goal.index, w):
            raise KernelError("the second line is not the sum of the weights")
        chosen, inner = (goal.index.set, goal.index.name), {(i.set, i.name) for i in goal.inner}
        outer = frozenset().union(*map(context_of, goal.relations)) - inner - {chosen}
        if not positive.context <= outer or not weight.context <= outer | {chosen}:
            raise KernelError("the weight depends on an index that is chosen later")
        if len(products) != len(goal.relations):
            raise KernelError("one line for each relation")
        for line, relation in zip(products, goal.relations, strict=True):
            kind, t = self.meaning(relation)
            allowed = {">=": (">=", ">", "="), "=": ("=",)}.get(kind, ())
            known = line.context <= outer | inner | {chosen}
            if not known or line.kind not in allowed or line.poly != self.algebra.multiply(w, t):
                raise KernelError("a line is not the weight times its relation")

    def _least(self, goal: Exists, positive: Line) -> None:
        """A finite set with at least one element has one where a number is least."""
        self._kind(positive, ">")
        if positive.poly != self._count(goal.index.set) or positive.context:
            raise KernelError("the line does not say that the index set has an element")
        match goal.relations, goal.inner:
            case (Relation(least, "<=", other, ()),), (inner,) if inner.set == goal.index.set:
                if inner not in free_indices(least) and other == substitute(
                    least, {goal.index: inner}
                ):
                    return
        raise KernelError("only `x(i) <= x(j) for all j` follows from finiteness")

    def _sizes(self, sets: Iterable[str]) -> frozenset[Formula]:
        """That the base sets which make up the sets have natural numbers as sizes."""
        parts = {part for name in sets for part in self.signature.parts(name)}
        sizes = map(self.signature.natural, parts)
        return frozenset(size for size in sizes if size is not None)

    # -- checks --------------------------------------------------------------------------------

    def _line(
        self,
        kind: str,
        poly: Poly,
        *premises: Line,
        also: Iid | Cited | None = None,
        context: frozenset[Idx] = frozenset(),
        assumptions: frozenset[Formula] = frozenset(),
    ) -> Line:
        for premise in premises:
            self._mine(premise)
            assumptions |= premise.assumptions
            context |= premise.context
        if also is not None:
            self.signature.check_formula(also)
            assumptions |= {also}
        self.algebra.spend(1 + len(poly) // 4)
        self.algebra.check_numbers(poly)
        return Line(_SEAL, self, kind, freeze(poly), context | free(poly), assumptions)

    def _mine(self, line: Line) -> None:
        if not isinstance(line, Line) or line._kernel is not self:
            raise KernelError("the line belongs to another derivation")

    def _kind(self, line: Line, *kinds: str) -> None:
        self._mine(line)
        if line.kind not in kinds:
            raise KernelError(f"a line of kind {' or '.join(kinds)} was expected, not {line.kind}")

    def _is_integrable(self, line: Line, x: Term) -> None:
        self._kind(line, "integrable")
        if line.poly != self.algebra.normal(x):
            raise KernelError("the integrable line is about another term")

    def integer_valued(self, p: Poly) -> bool:
        """Whether the polynomial takes whole values only, as its form shows."""
        symbols = self.signature.symbols
        return all(
            c.denominator == 1
            and all(
                f[0] == "eq"
                or (f[0] == "atom" and symbols[f[1]].sort in ("integer", "indicator", "choice"))
                for f in factors
            )
            for (_, factors), c in p.items()
        )
