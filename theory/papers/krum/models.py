"""Exact finite models of Krum: a law with few atoms, an adversary who sees everything, a tie rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from theory.kernel.models import Model, Outcome
from theory.papers.krum.setting import language

Vector = tuple[Fraction, ...]
Law = Sequence[tuple[Any, Any]]
Adversary = Callable[[Sequence[Vector], int], Sequence[Any]]
Order = Callable[[Sequence[int]], Sequence[int]]


def vector(x: Any) -> Vector:
    """A number or a tuple of numbers as an exact vector."""
    return tuple(Fraction(c) for c in x) if isinstance(x, tuple) else (Fraction(x),)


def squared_distance(u: Vector, v: Vector) -> Fraction:
    """|u - v|^2."""
    return sum(((x - y) ** 2 for x, y in zip(u, v, strict=True)), Fraction(0))


def closest(vectors: Sequence[Vector], one: int, count: int, order: Sequence[int]) -> set[int]:
    """The `count` closest others of one worker; among ties those that come first in `order`."""
    others = [w for w in order if w != one]
    return set(sorted(others, key=lambda w: squared_distance(vectors[one], vectors[w]))[:count])


def krum_tables(
    n: int, f: int, vectors: Sequence[Vector], order: Sequence[int], zeta: str
) -> dict[str, Any]:
    """The values of the random symbols at one outcome; workers 0..n-f-1 are correct.

    zeta: "nearest" or "farthest", which admissible correct worker zeta(i) is.
    """
    names = [("C", w) for w in range(n - f)] + [("Y", w) for w in range(f)]
    near = [closest(vectors, w, n - f - 2, order) for w in range(n)]
    scores = [
        sum((squared_distance(vectors[w], vectors[v]) for v in near[w]), Fraction(0))
        for w in range(n)
    ]
    chosen = min(order, key=lambda w: scores[w])

    def far(w: int) -> int:
        outside = [v for v in range(n - f) if v != w and v not in near[w]]
        pick = min if zeta == "nearest" else max
        return pick(outside, key=lambda v: squared_distance(vectors[w], vectors[v]))

    away = [far(w) for w in range(n)]
    one, zero = Fraction(1), Fraction(0)
    return {
        "V": {(names[w],): vectors[w] for w in range(n)},
        "G": {(): vectors[0]},
        "neighbour": {
            (names[w], names[v]): one if v in near[w] else zero for w in range(n) for v in range(n)
        },
        "chosen": {(names[w],): one if w == chosen else zero for w in range(n)},
        "zeta": {
            (names[w], names[v]): one if v == away[w] else zero for w in range(n) for v in range(n - f)
        },
    }  # fmt: skip


def krum_model(
    n: int,
    f: int,
    law: Law,
    adversary: Adversary | None = None,
    *,
    ties: Sequence[int] | Callable[[Sequence[Vector]], Sequence[int]] | None = None,
    zeta: str = "nearest",
    extra: Mapping[str, Any] | None = None,
    also: Callable[[Sequence[Vector]], Mapping[str, Any]] | None = None,
) -> Model:
    """All outcomes of n - f independent draws from `law`, with the adversary's answer to each.

    law: pairs (vector, probability). adversary: honest vectors, f -> f vectors; left out, the
    Byzantine workers repeat the first honest vector. ties: the order of workers in which ties are
    broken, fixed or a function of the vectors; the smallest index first unless given.
    extra, also: tables for other symbols, deterministic and random (a function of all vectors);
    symbols without a table are 0.
    """
    atoms = [(vector(x), Fraction(p)) for x, p in law]
    dimension = len(atoms[0][0])
    mean = tuple(sum((p * x[c] for x, p in atoms), Fraction(0)) for c in range(dimension))
    spread = sum((p * squared_distance(x, mean) for x, p in atoms), Fraction(0))
    outcomes = []
    for draw in product(atoms, repeat=n - f):
        honest = [x for x, _ in draw]
        answer = adversary(honest, f) if adversary else [honest[0]] * f
        vectors = [*honest, *(vector(x) for x in answer)]
        order = list(range(n)) if ties is None else ties(vectors) if callable(ties) else ties
        probability = Fraction(1)
        for _, p in draw:
            probability *= p
        random = also(vectors) if also else {}
        outcomes.append(Outcome(probability, {**krum_tables(n, f, vectors, order, zeta), **random}))
    fixed: dict[str, Any] = {"n": n, "f": f, "d": dimension, "variance": spread / dimension}
    tables = {name: {(): Fraction(value)} for name, value in fixed.items()} | {"g": {(): mean}}
    return complete(tables | dict(extra or {}), outcomes)


def complete(tables: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Model:
    """Give every symbol of the language that has no table the value 0 (a choice: its first index)."""
    sizes = {"C": int(tables["n"][()] - tables["f"][()]), "Y": int(tables["f"][()])}
    dimension = len(tables["g"][()])
    fixed: dict[str, Any] = {"count": {(): Fraction(0)}, **tables}
    random: dict[str, Any] = {}
    sizes["I"] = int(fixed["count"][()])
    signature = language.signature
    for name, symbol in signature.symbols.items():
        if name in fixed or name in outcomes[0].tables:
            continue
        elements = [
            [(part, e) for part in signature.parts(s) for e in range(sizes[part])]
            for s in symbol.sets
        ]
        zero: Any = (Fraction(0),) * dimension if symbol.sort == "vector" else Fraction(0)
        table = dict.fromkeys(product(*elements), zero)
        if symbol.sort == "choice":
            table = {key: Fraction(key[-1] == elements[-1][0]) for key in table}
        (random if symbol.random else fixed)[name] = table
    return Model(fixed, [Outcome(o.probability, {**random, **o.tables}) for o in outcomes])
