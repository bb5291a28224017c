"""What sampling can do with a statement: compare at every outcome, compare means, or say why not.

A relation that mentions the outcome outside E is claimed for every outcome; an expectation in it
needs a value that a hypothesis states exactly. A relation between numbers that do not depend on the
outcome, expectations among them, is compared by means over the sample.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from empirics.claims.expectations import KnownMeans, Nested, mentions_expectation
from empirics.claims.means import outermost_expectations
from empirics.evaluate import Axes, Compiler, Node
from theory.kernel.terms import (
    AlmostSure,
    Cited,
    Exists,
    Formula,
    Iid,
    Index,
    Integrable,
    KernelError,
    Relation,
    SomeConstant,
    Statement,
    Term,
    free_indices,
    replace_atoms,
)


@dataclass(frozen=True)
class Sides:
    """A relation as small <= large, small < large or small = large, where all of `given` are 1."""

    relation: Relation
    small: Node
    large: Node
    given: tuple[Node, ...]

    @property
    def equation(self) -> bool:
        """Whether both sides are claimed to be equal."""
        return self.relation.op == "="

    @property
    def strict(self) -> bool:
        """Whether equality would be a violation."""
        return self.relation.op in ("<", ">")

    def nodes(self) -> tuple[Node, ...]:
        """All of them."""
        return (self.small, self.large, *self.given)


@dataclass(frozen=True, eq=False)
class Pathwise:
    """Relations claimed for every outcome and all `axes`.

    With `index`, some value of it must satisfy them all, for all `inner` indices at once.
    """

    relations: tuple[Sides, ...]
    axes: Axes
    index: Index | None = None
    inner: Axes = ()
    fixed: bool = False
    """The outcome is not mentioned at all: one look at each cell is enough."""

    def every_axis(self) -> Axes:
        """The indices along which the sides are compared."""
        return (*self.axes, *((self.index,) if self.index else ()), *self.inner)

    def nodes(self) -> tuple[Node, ...]:
        """All sides and conditions."""
        return tuple(node for sides in self.relations for node in sides.nodes())


@dataclass(frozen=True)
class OnAverage:
    """A relation between numbers that depend on expectations, for all `axes`."""

    sides: Sides
    axes: Axes
    expectations: tuple[Node, ...]

    def every_axis(self) -> Axes:
        """The indices along which the sides are compared."""
        return self.axes

    def nodes(self) -> tuple[Node, ...]:
        """Both sides and all conditions."""
        return self.sides.nodes()


@dataclass(frozen=True)
class NotSampled:
    """Why a statement is not sampled."""

    reason: str


Sampled = Pathwise | OnAverage | NotSampled


class Reader:
    """Reads the statements of one language."""

    def __init__(self, compiler: Compiler, known: KnownMeans) -> None:
        self.compiler = compiler
        self.signature = compiler.signature
        self.known = known

    def read(self, statement: Statement | Formula, value: Term | None = None) -> Sampled:
        """How the statement is sampled; `value` is the constant of a `SomeConstant`."""
        try:
            self.signature.check_formula(statement)
            match statement:
                case SomeConstant(constant, _, relation):
                    if value is None:
                        return NotSampled("that a constant exists is no number; give its value")
                    return self.read(with_constant(relation, constant, value))
                case Relation():
                    return self._relation(statement)
                case Exists(index, relations, inner):
                    return self._exists(index, relations, inner)
                case Integrable():
                    return NotSampled("every sample mean is finite, so integrability is not seen")
                case Iid():
                    return NotSampled("independence is not tested by sampling")
                case AlmostSure():
                    return NotSampled("one step is sampled, not what a whole run does")
                case Cited():
                    return NotSampled("a theorem of the literature is not sampled")
        except Nested as refusal:
            return NotSampled(str(refusal))
        except KernelError as refusal:
            return NotSampled(f"the sentence does not denote: {refusal}")

    def _relation(self, relation: Relation) -> Sampled:
        parts = (relation.left, relation.right, *relation.given)
        axes = _indices(parts)
        if not any(mentions_expectation(self.signature, x) for x in parts):
            return self._pathwise((self._sides(relation),), axes)
        if any(self.signature.is_random(x) for x in parts[:2]):
            exact = self._exact(relation)
            if exact is None:
                return NotSampled(
                    "it compares an outcome with an expectation that no hypothesis states exactly"
                )
            return self._pathwise((self._sides(exact),), axes)
        left, right = self.known.flatten(relation.left), self.known.flatten(relation.right)
        sides = self._sides(Relation(left, relation.op, right, relation.given))
        expectations = outermost_expectations(sides.nodes()[:2])
        if not expectations:
            return self._pathwise((sides,), axes)
        return OnAverage(sides, axes, expectations)

    def _exact(self, relation: Relation) -> Relation | None:
        """The relation with exact values for its expectations, if the hypotheses give them all."""
        left, right = self.known.insert(relation.left), self.known.insert(relation.right)
        if any(mentions_expectation(self.signature, x) for x in (left, right)):
            return None
        return Relation(left, relation.op, right, relation.given)

    def _exists(self, index: Index, relations: Iterable[Relation], inner: Axes) -> Sampled:
        exact = [self._exact(relation) for relation in relations]
        if any(relation is None for relation in exact):
            return NotSampled("it chooses an index for an expectation that is not known exactly")
        sides = tuple(self._sides(relation) for relation in exact if relation is not None)
        relations = [s.relation for s in sides]
        every = _indices(x for r in relations for x in (r.left, r.right, *r.given))
        axes = tuple(i for i in every if i != index and i not in inner)
        return self._pathwise(sides, axes, index, tuple(sorted(inner)))

    def _pathwise(
        self, sides: tuple[Sides, ...], axes: Axes, index: Index | None = None, inner: Axes = ()
    ) -> Sampled:
        relations = [s.relation for s in sides]
        parts = [x for r in relations for x in (r.left, r.right, *r.given)]
        fixed = not any(self.signature.is_random(x) for x in parts)
        return Pathwise(sides, axes, index, inner, fixed)

    def _sides(self, relation: Relation) -> Sides:
        left, right = self.compiler.node(relation.left), self.compiler.node(relation.right)
        given = tuple(self.compiler.node(x) for x in relation.given)
        if relation.op in (">=", ">"):
            left, right = right, left
        return Sides(relation, left, right, given)


def with_constant(relation: Relation, constant: str, value: Term) -> Relation:
    """The relation with a term put for the constant."""
    values = {constant: value}
    return Relation(
        replace_atoms(relation.left, values),
        relation.op,
        replace_atoms(relation.right, values),
        tuple(replace_atoms(x, values) for x in relation.given),
    )


def _indices(parts: Iterable[Term]) -> Axes:
    return tuple(sorted(frozenset().union(*(free_indices(x) for x in parts))))
