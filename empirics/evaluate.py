"""The fourth reading of a term: its value on a batch of sampled trials, in numpy.

The same term object that is printed, proved and computed exactly is compiled once into nodes.
Every free index of a term becomes an axis of its array, named by the index, so nothing is looped
over and a bound index cannot be confused with a free one of the same name.

    value of a term: float64 [trials or 1, one axis per free index in sorted order, (dimension)]

The leading axis has length 1 where the value does not depend on the outcome. The totalised
operations are those of the kernel: x/0 = 0 and root(x) = 0 for x < 0.
`empirics.claims.means` gives expectations their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, mul

import numpy as np

from empirics.batch import LARGEST_SET, Batch, Layout, check_tables
from empirics.interfaces import FloatArray
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Equal,
    Expect,
    IllTyped,
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
    free_indices,
)

Axes = tuple[Index, ...]
Compute = Callable[..., FloatArray]


@dataclass(eq=False, slots=True)
class Node:
    """A compiled term: its axes, what it is computed from, and how."""

    axes: Axes
    vector: bool
    inputs: tuple[Node, ...]
    compute: Compute
    """(batch, value of each input) -> value."""
    expectation: bool = False
    users: int = 0

    def walk(self, *, into_expectations: bool = True) -> Iterator[Node]:
        """The node and everything below it, each once."""
        seen, stack = {id(self)}, [self]
        while stack:
            node = stack.pop()
            yield node
            if node.expectation and not into_expectations:
                continue
            for child in node.inputs:
                if id(child) not in seen:
                    seen.add(id(child))
                    stack.append(child)


class Evaluation:
    """The values of nodes on one batch; what several nodes share is computed once.

    `means` gives the value of an expectation's node; without it an expectation is refused.
    """

    def __init__(self, batch: Batch, means: Mapping[Node, FloatArray] | None = None) -> None:
        self.batch = batch
        self._known: dict[Node, FloatArray] = dict(means or {})

    def value(self, node: Node) -> FloatArray:
        """The value of a node; where it overflowed or cannot be computed, infinite or NaN."""
        with np.errstate(all="ignore"):
            return self._value(node)

    def _value(self, node: Node) -> FloatArray:
        known = self._known.get(node)
        if known is not None:
            return known
        if node.expectation:
            raise KernelError("an expectation has no value on a batch; give its mean")
        value = node.compute(self.batch, *(self._value(child) for child in node.inputs))
        if node.users > 1:
            self._known[node] = value
        return value


class Compiler:
    """Compiles the terms of one signature; equal terms become one node."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self._nodes: dict[Term, Node] = {}

    def node(self, x: Term) -> Node:
        """The node of a term. Raises IllTyped where the term does not denote."""
        if x not in self._nodes:
            self.signature.check(x)
            self._compiled(x)
        return self._nodes[x]

    def _compiled(self, x: Term) -> Node:
        if x not in self._nodes:
            node = self._compile(x)
            for child in dict.fromkeys(node.inputs):
                child.users += 1
            self._nodes[x] = node
        return self._nodes[x]

    def _compile(self, x: Term) -> Node:
        match x:
            case Number(value):
                constant = np.array([float(value)])
                return Node((), False, (), lambda batch: constant)
            case Atom(name, indices):
                return self._atom(name, indices)
            case Equal(left, right):
                return self._equal(left, right)
            case Plus(summands):
                return self._apply(lambda *v: reduce(add, v), summands)
            case Times(factors):
                return self._apply(lambda *v: reduce(mul, v), factors)
            case Power(base, exponent):
                return self._apply(lambda v: _power(v, exponent), (base,))
            case Quotient(numerator, denominator):
                return self._apply(
                    lambda u, v: u / np.where(v == 0, np.inf, v), (numerator, denominator)
                )
            case Root(radicand):
                return self._apply(lambda v: np.sqrt(np.maximum(v, 0)), (radicand,))
            case Inner(left, right):
                return self._inner(left, right)
            case Norm(vector):
                return self._apply(np.sqrt, (Inner(vector, vector),))
            case Total(index, body, where):
                return self._total(index, body, where)
            case Expect(body):
                inner = self._compiled(body)
                return Node(inner.axes, inner.vector, (inner,), _no_value, expectation=True)
            case At(index, choice, arguments, body):
                if index in arguments:
                    raise IllTyped(f"{choice!r}: the bound index {index.name} is also an argument")
                inner = self._compiled(body)
                if index not in inner.axes:
                    return inner
                return self._total(index, body, (Atom(choice, (*arguments, index)),))
            case Call():
                return self._compiled(self.signature.unfold(x))
        raise IllTyped(f"{x!r} is not a term")

    def _atom(self, name: str, indices: Axes) -> Node:
        symbol = self.signature.symbols[name]
        axes, letters = tuple(sorted(set(indices))), _letters(indices)
        spec = f"...{_spell(indices, letters)}->...{_spell(axes, letters)}"
        vector = symbol.sort == "vector"
        spec = spec.replace("->", "Z->") + "Z" if vector else spec

        def compute(batch: Batch) -> FloatArray:
            if name not in batch.tables:
                raise KernelError(f"{name!r} has no values in this batch")
            table = np.asarray(batch.tables[name], dtype=np.float64)
            table = table if symbol.random else table[np.newaxis]
            for axis, (index, whole) in enumerate(zip(indices, symbol.sets, strict=True), 1):
                if index.set != whole:
                    places = batch.layout.positions(index.set, whole)
                    table = table[(slice(None),) * axis + (places,)]
            return np.einsum(spec, table) if indices != axes else table

        return Node(axes, vector, (), compute)

    def _equal(self, left: Index, right: Index) -> Node:
        axes = tuple(sorted({left, right}))

        def compute(batch: Batch) -> FloatArray:
            if left == right:
                return np.ones((1, batch.layout.sizes[left.set]))
            one, other = (batch.layout.codes(i.set) for i in axes)
            return (one[np.newaxis, :, np.newaxis] == other).astype(np.float64)

        return Node(axes, False, (), compute)

    def _apply(self, function: Compute, terms: Sequence[Term]) -> Node:
        """A function of values that are broadcast against each other."""
        inputs = tuple(self._compiled(x) for x in terms)
        axes, vector = _union(inputs), any(node.vector for node in inputs)
        views = [_view(node, axes, vector) for node in inputs]

        def compute(batch: Batch, *values: FloatArray) -> FloatArray:
            return function(*(v[view] for v, view in zip(values, views, strict=True)))

        return Node(axes, vector, inputs, compute)

    def _inner(self, left: Term, right: Term) -> Node:
        one, other = inputs = self._compiled(left), self._compiled(right)
        axes = _union(inputs)
        first, second = _view(one, axes, True), _view(other, axes, True)

        def compute(batch: Batch, u: FloatArray, v: FloatArray) -> FloatArray:
            return np.einsum("...i,...i->...", u[first], v[second])

        return Node(axes, False, inputs, compute)

    def _total(self, index: Index, body: Term, where: Sequence[Term]) -> Node:
        inputs = (self._compiled(body), *(self._compiled(w) for w in where))
        every = _union(inputs)
        axes = tuple(i for i in every if i != index)
        letters = _letters(every)
        vector = inputs[0].vector
        operands = ["..." + _spell(node.axes, letters) + "Z" * node.vector for node in inputs]
        spec = ",".join(operands) + "->..." + _spell(axes, letters) + "Z" * vector
        counts = index not in every

        def compute(batch: Batch, *values: FloatArray) -> FloatArray:
            total: FloatArray = np.einsum(spec, *values)
            return total * batch.layout.sizes[index.set] if counts else total

        return Node(axes, vector, inputs, compute)


def _no_value(batch: Batch, body: FloatArray) -> FloatArray:
    raise KernelError("an expectation has no value on a batch; give its mean")


def _power(base: FloatArray, exponent: int) -> FloatArray:
    return reduce(mul, [base] * exponent) if exponent else np.ones_like(base)


def _union(nodes: Iterable[Node]) -> Axes:
    return tuple(sorted({i for node in nodes for i in node.axes}))


def _view(node: Node, onto: Axes, vector: bool) -> tuple[slice | None, ...]:
    """How to index a node's value so that it broadcasts along all these axes."""
    return (
        slice(None),
        *(slice(None) if i in node.axes else None for i in onto),
        *(() if not vector else (slice(None),) if node.vector else (None,)),
    )


def _letters(indices: Iterable[Index]) -> dict[Index, str]:
    return {index: chr(ord("a") + k) for k, index in enumerate(dict.fromkeys(indices))}


def _spell(indices: Iterable[Index], letters: Mapping[Index, str]) -> str:
    return "".join(letters[i] for i in indices)


def batch_of(
    signature: Signature, tables: Mapping[str, FloatArray], trials: int, dimension: int
) -> Batch:
    """A batch, checked: each index set has an admissible size and each table fits its symbol.

    Raises ValueError with the reason where it does not.
    """
    compiler, closed = Compiler(signature), Batch(Layout(signature, {}, dimension), tables, 1)
    sizes = {}
    for name, term in signature.sizes.items():
        try:
            size = float(Evaluation(closed).value(compiler.node(term)).item())
        except KernelError as refusal:
            raise ValueError(f"index set {name!r} has no size: {refusal}") from refusal
        if not (size.is_integer() and 0 <= size <= LARGEST_SET):
            raise ValueError(
                f"index set {name!r} would have {size} elements: change the parameters"
            )
        sizes[name] = int(size)
    sizes.update((u, sum(sizes[p] for p in parts)) for u, parts in signature.unions.items())
    batch = Batch(Layout(signature, sizes, dimension), tables, trials)
    check_tables(batch)
    return batch


def evaluate(x: Term, batch: Batch) -> FloatArray:
    """The value of a term without expectations on a batch, with an axis for EVERY free index.

    Raises IllTyped where the term does not denote, KernelError where it has an expectation.
    """
    compiler = Compiler(batch.layout.signature)
    node = compiler.node(x)
    return spread(node, Evaluation(batch).value(node), tuple(sorted(free_indices(x))), batch.layout)


def spread(node: Node, value: FloatArray, onto: Axes, layout: Layout) -> FloatArray:
    """A node's value along these axes in this order, also those on which it does not depend."""
    every = tuple(sorted(onto))
    shape = (len(value), *(layout.sizes[i.set] for i in every), *value.shape[1 + len(node.axes) :])
    whole = np.broadcast_to(value[_view(node, every, node.vector)], shape)
    if every == onto:
        return whole
    order = [0, *(1 + every.index(i) for i in onto), *range(1 + len(onto), whole.ndim)]
    return whole.transpose(order)
