"""The prover's chances at a mutant: whatever gives a theorem goes through the kernel's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.formulas import context_of, owed
from theory.kernel.polynomials import subtract
from theory.kernel.rules import Kernel, Line, Theorem
from theory.kernel.terms import (
    AlmostSure,
    Formula,
    Integrable,
    KernelError,
    Number,
    Relation,
    SomeConstant,
    Statement,
    Term,
    free_indices,
)
from theory.search.goals import Search
from theory.search.known import Known
from theory.search.mixture import Mixture
from theory.search.readback import term_of
from theory.search.trace import OutOfEffort

EFFORT = 500
"""Steps of the automatic search for one goal."""
FEW = 6
"""Only a difference of so few monomials is given to it."""


def by_certificate(
    kernel: Kernel, statement: Statement, ends: Sequence[Line], lines: Sequence[Line], value: Any
) -> Theorem | None:
    """A theorem from the lines of a certificate: its last ones, else any one of them."""
    needed = _obligations(kernel, statement, lines, value)
    if needed is None:
        return None
    tries: list[Sequence[Line]] = [ends]
    target = statement.relation if isinstance(statement, SomeConstant) else statement
    if isinstance(target, (Relation, Integrable, AlmostSure)) and not isinstance(
        statement, SomeConstant
    ):
        tries += [[line] for line in lines if _proves(kernel, line, target)][:1]
    for some in tries:
        found = concluded(kernel, statement, some, needed, value)
        if found is not None:
            return found
    return None


def by_combination(kernel: Kernel, statement: Statement, lines: Sequence[Line]) -> Theorem | None:
    """A theorem from multiples of the lines of a certificate, aimed at another statement."""
    if not isinstance(statement, Relation):
        return None
    needed = _obligations(kernel, statement, lines, None)
    if needed is None:
        return None
    try:
        kind, goal = kernel.meaning(statement)
    except KernelError:
        return None
    if kernel.algebra.is_vector(goal) or not goal:
        return None
    context = context_of(statement)
    usable = [
        line
        for line in lines
        if line.kind in (">=", ">", "=")
        and line.poly
        and line.context <= context
        and not kernel.algebra.is_vector(line.poly)
    ]
    known = set().union(*(line.poly for line in usable)) if usable else set()
    if not set(goal) <= known:
        return None
    if kind == "=":
        usable = [line for line in usable if line.kind == "="]
    mixture = Mixture(goal, strict=kind == ">")
    for line in usable:
        mixture.add(line.kind, line.poly)
    found = mixture.solve()
    if found is None:
        return None
    end = kernel.combine([(c, usable[k]) for k, c in sorted(found.items())])
    return concluded(kernel, statement, [end], needed, None)


class Arithmetic:
    """A little automatic search from plain facts about the parameters, the same for many goals."""

    def __init__(self, kernel: Kernel, formulas: Iterable[Formula]) -> None:
        self.kernel = kernel
        self.facts = plain(kernel, formulas)
        self._search: Search | None = None

    def find(self, goal: Relation) -> Line | None:
        """A line for the goal."""
        poly = self.kernel.algebra.normal(goal.left)
        if set(poly) <= {((), ())} and sum(poly.values()) < 0:
            return None  # a negative number
        if any(binders or _is_mean(f) for binders, factors in poly for f in factors):
            return None  # no arithmetic
        if self._search is None:
            self._search = Search(Known(self.kernel, self.facts, 10**9))
        self._search.trace._effort = EFFORT  # anew for each goal
        try:
            return self._search.find(goal)
        except (OutOfEffort, KernelError):
            return None

    def from_claim(self, original: Statement, claim: Line, mutant: Statement) -> Theorem | None:
        """A theorem from the claim itself: what the mutant says less is not negative."""
        delta = difference(self.kernel, original, mutant)
        line = None if delta is None else self.find(delta)
        if line is None:
            return None
        needed = _obligations(self.kernel, mutant, [line, claim], None)
        end = self.kernel.combine([(Fraction(1), claim), (Fraction(1), line)])
        return concluded(self.kernel, mutant, [end], needed or [], None)

    def follows(self, before: Statement, after: Statement) -> bool:
        """Whether it is shown that `after` is the weaker one of two relations."""
        delta = difference(self.kernel, before, after)
        return delta is not None and self.find(delta) is not None


def _is_mean(factor: Any) -> bool:
    return factor[0] in ("mean", "vmean", "dot", "vec")


def difference(kernel: Kernel, before: Statement, after: Statement) -> Relation | None:
    """What remains to be shown for `after` when `before` is known, if it is simple."""
    if not isinstance(before, Relation) or not isinstance(after, Relation):
        return None
    try:
        (kind, p), (wanted, q) = kernel.meaning(before), kernel.meaning(after)
    except KernelError:
        return None
    if "=" in (kind, wanted) or kernel.algebra.is_vector(q):
        return None
    rest = subtract(q, p)
    if len(rest) > FEW:
        return None
    op = ">" if wanted == ">" and kind == ">=" else ">="
    return Relation(term_of(rest), op, Number(Fraction(0)))


def plain(kernel: Kernel, formulas: Iterable[Formula]) -> list[Formula]:
    """The relations between parameters alone: what the search for arithmetic may use."""

    def simple(x: Term) -> bool:
        return not kernel.signature.is_random(x) and not free_indices(x)

    return [
        f
        for f in formulas
        if isinstance(f, Relation) and all(simple(t) for t in (f.left, f.right, *f.given))
    ]


def concluded(
    kernel: Kernel, statement: Statement, lines: Sequence[Line], needed: Sequence[Line], value: Any
) -> Theorem | None:
    """The theorem, if the kernel concludes it."""
    try:
        return kernel.conclude(statement, list(lines), list(needed), value)
    except KernelError:
        return None


def _proves(kernel: Kernel, line: Line, formula: Any) -> bool:
    try:
        return kernel.proves(line, formula)
    except KernelError:
        return False


def _obligations(
    kernel: Kernel, statement: Statement, lines: Sequence[Line], value: Any
) -> list[Line] | None:
    """For everything that the statement needs to denote a line that shows it; None without one."""
    try:
        target = statement
        if isinstance(statement, SomeConstant) and value is not None:
            target = kernel._with_constant(statement, value, frozenset())
        wanted = owed(kernel.signature, target)
    except KernelError:
        return None
    needed = []
    for one in wanted:
        line = next((line for line in lines if _proves(kernel, line, one)), None)
        if line is None:
            return None
        needed.append(line)
    return needed
