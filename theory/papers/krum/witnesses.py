"""Models on which all hypotheses hold: no theorem is vacuous, and each is evaluated on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from theory.kernel.models import Model
from theory.papers.krum.models import Law, Vector, krum_model, krum_tables, vector


def witness(
    n: int,
    f: int,
    law: Law,
    answer: Callable[[Sequence[Vector]], Vector] | None = None,
    *,
    minimum: bool = False,
    horizon: int = 1,
) -> Model:
    """A model of Krum in which the symbols of Lemma 1, Result 1 and our lemmas are not 0 either.

    answer: what every Byzantine worker sends, given all honest vectors.
    The step of descent is Krum of these vectors, from the point x_t at which the cost Q(y) = |y|^2/6
    has the gradient g, so x_t = 3 g; or, at the minimum, a step of 0 from x_t = 0 that has nothing
    to do with Krum. The cost is not damped.
    """
    mean: Any = krum_model(n, f, law).tables["g"][()]
    weight = Fraction(1, n)
    unit = (Fraction(1), *(Fraction(0) for _ in mean[1:]))
    gradient: Any = tuple(0 * c for c in mean) if minimum else mean
    place = tuple(3 * c for c in gradient)

    def square(x: Sequence[Any]) -> Any:
        return sum((c * c for c in x), Fraction(0))

    around = [tuple(c + sign * s for c, s in zip(mean, unit, strict=True)) for sign in (1, -1)]
    workers = [("C", w) for w in range(n - f)] + [("Y", w) for w in range(f)]
    points = [("I", 0), ("I", 1)]
    numbers: dict[str, Any] = {
        "lam": 2,
        "mu": 1,
        "rate": 2,
        "K": 1,
        "constant": 1,
        "count": 2,
        "selection": 2 * n,
        "f_at_expectation": square(mean),
        "f_at_mean": square(mean),
        "place": 4,
        "Q_left": 1,
        "Q_right": 1,
    }
    numbers |= {
        "gamma": Fraction(1, 20),
        "gamma_next": Fraction(1, 40),
        "horizon": horizon,
        "one": 3,
        "other": 4,
        "moment_bound": 100,
        "largest_step": 1,
        "epsilon": Fraction(1, 2),
        "radius": 0 if minimum else 10,
        "cosine_alpha": Fraction(4, 5),
        "sine_alpha": Fraction(3, 5),
        "cosine_beta": Fraction(4, 5),
        "sine_beta": Fraction(3, 5),
        "mu_t": 1,
        "mu_of_text": 1,
        "A": 1,
        "B": 1,
        "level": 1,
        "cost": square(place) / 6,
        "K_1": Fraction(2, 5),
        "K_2": 1000,
        "K_3": Fraction(1, 9),
        "K_4": Fraction(1, 3),
        "C_2": 2,
        "noise_ratio": Fraction(1, 2),
        "tame_cost": square(place) / 6,
        "damper": 1,
        "kappa": 20,
    }
    numbers |= {f"{letter}_{r}": 1000 for letter in "AB" for r in (2, 3, 4)}
    extra: dict[str, Any] = {name: {(): Fraction(value)} for name, value in numbers.items()}
    extra |= {
        "z": {(): around[0]},
        "x_t": {(): place},
        "gradient": {(): gradient},
        "bent_gradient": {(): tuple(c / 3 for c in gradient)},
        "slope": {(): tuple(2 * c for c in mean)},
        "turned": {(): quarter_turn(place)},
        "weight": {(q,): Fraction(1, 2) for q in points},
        "x": {(q,): x for q, x in zip(points, around, strict=True)},
        "f_at": {(q,): square(x) for q, x in zip(points, around, strict=True)},
        "linear": {(w,): weight for w in workers},
    }

    def random(vectors: Sequence[Vector]) -> dict[str, Any]:
        order = list(range(n))
        second = krum_tables(n, f, vectors, order, "nearest")
        chosen = next(w for w, name in enumerate(workers) if second["chosen"][(name,)])
        average = tuple(sum(column, Fraction(0)) * weight for column in zip(*vectors, strict=True))
        move = gradient if minimum else vectors[chosen]
        landed = tuple(c - e / 20 for c, e in zip(place, move, strict=True))
        return {
            "step": {(): move},
            "next_level": {(): Fraction(1)},
            "next_cost": {(): square(landed) / 6},
            "next_gradient": {(): tuple(c / 3 for c in landed)},
            "next_tame_cost": {(): square(landed) / 6},
            "next_damper": {(): Fraction(1)},
            "X": {(): vectors[0]},
            "f_at_x": {(): square(vectors[0])},
            "target": {(): average},
            "neighbour_2": second["neighbour"],
            "chosen_2": second["chosen"],
        }

    adversary = None if answer is None else (lambda honest, count: [answer(honest)] * count)
    return krum_model(n, f, law, adversary, extra=extra, also=random)


def quarter_turn(x: Vector) -> Vector:
    """J x in the plane of the first two coordinates; in one dimension only 0 can be turned: 0."""
    return (Fraction(0),) if len(x) < 2 else (-x[1], x[0], *x[2:])


def _between(honest: Sequence[Vector]) -> Vector:
    """Halfway between the first two honest vectors."""
    return tuple((x + y) / 2 for x, y in zip(honest[0], honest[1], strict=True))


HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
WITNESSES: tuple[tuple[str, Callable[[], Model]], ...] = (
    (
        "n = 5 = 2f+3, f = 1, d = 1; the Byzantine worker sends the midpoint of two honest vectors",
        lambda: witness(5, 1, [(20, HALF), (21, HALF)], _between),
    ),
    (
        "n = 3, f = 0, d = 1, a skewed law; descent at the minimum",
        lambda: witness(3, 0, [(20, QUARTER), (21, 3 * QUARTER)], minimum=True),
    ),
    (
        "n = 4, f = 0, d = 2",
        lambda: witness(4, 0, [((20, 0), HALF), ((21, 1), HALF)]),
    ),
    (
        "n = 6, f = 1, d = 1; the Byzantine worker is far away; before the horizon",
        lambda: witness(
            6, 1, [(20, HALF), (22, HALF)], lambda honest: vector(1000), horizon=10_000
        ),
    ),
    (
        "n = 7 = 2f+3, f = 2, d = 1; the Byzantine workers copy the first honest vector",
        lambda: witness(7, 2, [(20, HALF), (21, HALF)], lambda honest: honest[0]),
    ),
)
"""Name and model; on each every hypothesis is true."""
