"""More exact models of Krum: other sizes and laws, and models that break one hypothesis each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model, Outcome
from theory.papers.krum.models import Vector, krum_model, squared_distance
from theory.papers.krum.witnesses import witness

HALF = Fraction(1, 2)
COIN = [(20, HALF), (21, HALF)]
CENTRED = [(-1, HALF), (1, HALF)]
SKEWED = [(0, Fraction(3, 4)), (4, Fraction(1, 4))]
PLANE = [((1, 0), HALF), ((0, 1), HALF)]
Answer = Callable[[Sequence[Vector]], Vector]


def first(honest: Sequence[Vector]) -> Vector:
    """The first honest vector."""
    return honest[0]


def mean(honest: Sequence[Vector]) -> Vector:
    """The mean of the honest vectors."""
    return tuple(sum(column, Fraction(0)) / len(honest) for column in zip(*honest, strict=True))


def far(honest: Sequence[Vector]) -> Vector:
    """A point far from all honest vectors."""
    return tuple(Fraction(1000) for _ in honest[0])


def opposite(honest: Sequence[Vector]) -> Vector:
    """The honest mean, reflected at the origin."""
    return tuple(-c for c in mean(honest))


def true_models() -> Iterator[tuple[str, Model]]:
    """Models of all hypotheses of Krum, of several sizes; not all satisfy the signal condition."""
    answers: Mapping[str, Answer] = {"first": first, "mean": mean, "opposite": opposite}
    laws = {"coin": COIN, "centred": CENTRED, "skewed": SKEWED, "plane": PLANE}
    for n, f in ((3, 0), (4, 0), (5, 1), (6, 1), (7, 2)):
        for law_name, law in laws.items():
            if n > 5 and law_name in ("skewed", "plane"):
                continue
            for name, answer in answers.items():
                if f == 0 and answer is not first:
                    continue
                yield f"n = {n}, f = {f}, {law_name}, {name}", witness(n, f, law, answer)
    for zeta in ("nearest", "farthest"):
        for law_name, law in laws.items():
            model = krum_model(5, 1, law, ties=[4, 3, 2, 1, 0], zeta=zeta)
            yield f"n = 5, f = 1, {law_name}, the last index wins, {zeta} zeta", model


def broken_models() -> Iterator[tuple[str, Model]]:
    """Models on which some hypothesis of Krum is false."""
    for n, f in ((2, 0), (3, 1), (4, 1), (5, 2), (6, 2), (1, 0)):
        for law_name, law in (("coin", COIN), ("centred", CENTRED)):
            for answer in (far, first, opposite):
                if f == 0 and answer is not first:
                    continue
                yield f"n = {n}, f = {f}, {law_name}, {answer.__name__}", _few(n, f, law, answer)
    for base_name, base in (
        ("n = 5, f = 1", witness(5, 1, COIN, mean)),
        ("n = 5, f = 1, centred", witness(5, 1, CENTRED, far)),
        ("n = 5, f = 1, skewed", witness(5, 1, SKEWED, first)),
        ("n = 3, f = 0", witness(3, 0, CENTRED)),
        ("n = 7, f = 2", witness(7, 2, COIN, far)),
    ):
        for name, changed in _broken(base):
            yield f"{base_name}, {name}", changed


def _few(n: int, f: int, law: Any, answer: Answer) -> Model:
    """Too few workers: there may be no admissible zeta, so it is the worker itself or the first."""
    neighbours = max(n - f - 2, 0)
    larger = witness(2 * f + 3, f, law, answer)
    honest = larger.tables["n"][()] - f
    kept = n - f
    names = [("C", w) for w in range(kept)] + [("Y", w) for w in range(f)]
    outcomes: dict[Any, Outcome] = {}
    for o in larger.outcomes:
        values = [o.tables["V"][w,] for w in names]
        values[kept:] = [answer(values[:kept])] * f  # type: ignore[arg-type]
        tables = {
            name: {k: v for k, v in t.items() if all(e in names for e in k)}
            for name, t in o.tables.items()
        }
        tables |= {"V": {(w,): v for w, v in zip(names, values, strict=True)}}
        tables["G"] = {(): values[0]}
        tables |= _selected(names, values, neighbours)
        tables["zeta"] = {
            (w, c): Fraction(c == (w if w[0] == "C" else names[0]))
            for w in names
            for c in names[:kept]
        }
        tables["neighbour_2"], tables["chosen_2"] = tables["neighbour"], tables["chosen"]
        key = tuple(values[:kept])
        before = outcomes[key].probability if key in outcomes else Fraction(0)
        outcomes[key] = Outcome(before + o.probability, tables)
    assert honest >= kept
    fixed: dict[str, Any] = {
        name: {k: v for k, v in t.items() if all(e in names or e[0] == "I" for e in k)}
        for name, t in larger.tables.items()
    }
    fixed |= {"n": {(): Fraction(n)}, "selection": {(): Fraction(2 * n)}}
    return Model(fixed, list(outcomes.values()))


def _selected(names: Sequence[Any], values: Sequence[Any], count: int) -> dict[str, Any]:
    """Krum with the given number of neighbours: neighbours and choice."""
    order = range(len(names))
    near = [
        sorted((w for w in order if w != v), key=lambda w: squared_distance(values[v], values[w]))[
            :count
        ]
        for v in order
    ]
    scores = [
        sum((squared_distance(values[v], values[w]) for w in near[v]), Fraction(0)) for v in order
    ]
    best = min(order, key=lambda v: scores[v])
    return {
        "neighbour": {(names[v], names[w]): Fraction(w in near[v]) for v in order for w in order},
        "chosen": {(names[v],): Fraction(v == best) for v in order},
    }


def _broken(base: Model) -> Iterator[tuple[str, Model]]:
    for name, values in {
        "variance 0": {"variance": 0},
        "negative variance": {"variance": -1},
        "variance 100": {"variance": 100},
        "d = 0": {"d": 0},
        "d = 5": {"d": 5},
        "too many comparisons": {"selection": 10**6},
    }.items():
        fixed = {**base.tables, **{k: {(): Fraction(v)} for k, v in values.items()}}
        yield name, replace(base, tables=fixed)
    for shift in (5, -50):
        moved: Any = tuple(c + shift for c in base.tables["g"][()])  # type: ignore[union-attr]
        biased = {**base.tables, "g": {(): moved}}
        yield f"biased by {-shift}", replace(base, tables=biased)
        spread = sum(
            (o.probability * squared_distance(o.tables["G"][()], moved) for o in base.outcomes),  # type: ignore[arg-type]
            Fraction(0),
        )
        variance = {"variance": {(): spread / len(moved)}}
        yield f"biased by {-shift}, with that spread", replace(base, tables={**biased, **variance})
    workers = [key for (key,) in base.outcomes[0].tables["V"]]
    correct = [w for w in workers if w[0] == "C"]
    size = len(workers) - int(base.tables["f"][()]) - 2  # type: ignore[arg-type]

    def each(name: str, change: Callable[[dict[Any, Any]], dict[str, Any]]) -> tuple[str, Model]:
        outcomes = [
            Outcome(o.probability, {**o.tables, **change(dict(o.tables))}) for o in base.outcomes
        ]
        return name, replace(base, outcomes=outcomes)

    def vectors(tables: Mapping[str, Any]) -> list[Any]:
        return [tables["V"][w,] for w in workers]

    def dependent(tables: dict[Any, Any]) -> dict[str, Any]:
        values = [tables["V"][correct[0],] if w in correct else tables["V"][w,] for w in workers]
        return {
            "V": {(w,): v for w, v in zip(workers, values, strict=True)},
            **_selected(workers, values, size),
        }

    def wider(tables: dict[Any, Any]) -> dict[str, Any]:
        last = correct[-1]
        values = [
            tuple(10 * c for c in tables["V"][w,]) if w == last else tables["V"][w,]
            for w in workers
        ]
        return {
            "V": {(w,): v for w, v in zip(workers, values, strict=True)},
            **_selected(workers, values, size),
        }

    def scored(tables: Mapping[str, Any]) -> list[Any]:
        def score(v: Any) -> Fraction:
            return sum(
                (squared_distance(tables["V"][v,], tables["V"][w,]) * tables["neighbour"][v, w])
                for w in workers
            )

        return sorted(workers, key=score)

    def chosen(rank: int) -> Callable[[dict[Any, Any]], dict[str, Any]]:
        return lambda tables: {
            "chosen": {(w,): Fraction(w == scored(tables)[rank]) for w in workers}
        }

    def count(number: int) -> Callable[[dict[Any, Any]], dict[str, Any]]:
        return lambda tables: _selected(workers, vectors(tables), number)

    def farthest(tables: dict[Any, Any]) -> dict[str, Any]:
        near = {
            v: sorted(
                (w for w in workers if w != v),
                key=lambda w, v=v: -squared_distance(tables["V"][v,], tables["V"][w,]),  # type: ignore[misc]
            )[:size]
            for v in workers
        }
        return {"neighbour": {(v, w): Fraction(w in near[v]) for v in workers for w in workers}}

    def oneself(tables: dict[Any, Any]) -> dict[str, Any]:
        near = {
            v: sorted(
                workers,
                key=lambda w, v=v: squared_distance(tables["V"][v,], tables["V"][w,]),  # type: ignore[misc]
            )[:size]
            for v in workers
        }
        return {"neighbour": {(v, w): Fraction(w in near[v]) for v in workers for w in workers}}

    def itself(tables: dict[Any, Any]) -> dict[str, Any]:
        own = {w: w if w in correct else correct[0] for w in workers}
        return {"zeta": {(w, c): Fraction(c == own[w]) for w in workers for c in correct}}

    def nearest(tables: dict[Any, Any]) -> dict[str, Any]:
        def one(w: Any) -> Any:
            others = [c for c in correct if c != w]
            return min(others, key=lambda c: squared_distance(tables["V"][w,], tables["V"][c,]))

        return {"zeta": {(w, c): Fraction(c == one(w)) for w in workers for c in correct}}

    yield each("all correct workers send the same", dependent)
    yield each("one correct worker has another law", wider)
    yield each("the worst score is chosen", chosen(-1))
    yield each("the second score is chosen", chosen(1))
    yield each("one neighbour more", count(size + 1))
    yield each("one neighbour less", count(size - 1))
    yield each("no neighbours", count(0))
    yield each("farthest neighbours", farthest)
    yield each("oneself as a neighbour", oneself)
    yield each("zeta is the worker itself", itself)
    yield each("zeta is the nearest other", nearest)
