"""Certificates for the worst configurations of Krum, for all n and f at once.

From the formulas of `empirics.robustness.regimes` sympy derives bounds, the vectors that attain
them, and steps from one bound to the next, as certificates that `theory.robustness.families`
and the second checker accept: `python -m empirics.robustness.families` makes `families.json` anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sympy as sp

from empirics.robustness.closed_forms import STORED
from empirics.robustness.regimes import (
    a,
    b,
    between,
    collinear,
    distant,
    m,
    nearest_of_a,
    others,
    parameter,
    ratio,
    scattered,
)

Rows = list[list[Any]]
Region = dict[str, Any]


def region(a: str, b: str) -> Region:
    """Two linear polynomials in t and u, as a certificate has them.

    >>> region("4 + t + 2*u", "3 + t + u")
    {'a': [4, 1, 2], 'b': [3, 1, 1]}
    """
    t, u = sp.symbols("t u")
    forms = {name: sp.sympify(text, {"t": t, "u": u}) for name, text in (("a", a), ("b", b))}
    return {
        name: [int(form.subs({t: 0, u: 0})), int(form.coeff(t)), int(form.coeff(u))]
        for name, form in forms.items()
    }


def bounds() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every certificate of a bound, with its name."""
    yield "alone", _alone()
    for correct in (True, False):
        kind = "correct" if correct else "byzantine"
        yield f"unaided {kind}", _unaided(correct)
        for place in SCATTERED[correct]:
            yield f"scattered {kind}", _scattered(correct, place)
        for place in COLLINEAR[correct]:
            yield f"collinear {kind}", _collinear(correct, place)
        yield f"distant {kind}", _by_r(correct)
    for more in (0, 1):
        yield f"between byzantine {more}", _by_both(more)


SCATTERED = {
    True: (region("4 + t", "1 + u"), region("3 + t", "2 + u")),
    False: (region("6 + t", "1 + u"), region("4 + t", "2 + u"), region("3 + t", "4 + u")),
}
"""All a and b with a b >= 2 r, b >= 1."""
COLLINEAR = {
    True: (region("4 + t + 2*u", "3 + t + u"),),
    False: (region("5 + t + 2*u", "4 + t + u"), region("6", "4")),
}
"""b + 1 <= a <= 2b - 2, or 2b - 3 for a Byzantine winner, and one more."""


def _alone() -> dict[str, Any]:
    """n(n-1)/(n^2 - 3n + 4), n = a + 2: the winner's neighbours count W, A and a little of R."""
    n = a + 2
    weight = (n - 2) / (n**2 - 3 * n + 4)
    choice = {"W": weight * (n - 2) / n, "A": weight * (n - 3), "R": 2 * weight / n}
    kappa = n * (n - 1) / (n**2 - 3 * n + 4)
    return _bound(True, region("1 + t", "0"), kappa, {"A": (weight, choice)})


def _unaided(correct: bool) -> dict[str, Any]:
    """No P: the neighbours count W and A. The worst scatter of A is (a-1)/(a+1), and y = 1 + it."""
    scatter = (a - 1) / (a + 1)
    kappa = ratio(correct, 1 + scatter, scatter).subs(b, 0)
    weight = kappa * a / ((a + 2) * (a + 1))
    choice = {"W": weight, "A": weight * (a - 1)}
    return _bound(correct, region("2 + t", "0"), kappa, {"A": (weight, choice)})


def _scattered(correct: bool, place: Region) -> dict[str, Any]:
    """As large a weight as leaves A's scatter out of the form."""
    s, scatter = scattered(correct)
    kappa = ratio(correct, 2 + s, scatter)
    return _by_a(correct, place, s, kappa, kappa * a / (m * (a + b + 1)))


def _collinear(correct: bool, place: Region) -> dict[str, Any]:
    """The form has the null vector (1, y, -s) of the means: its row R gives the weight."""
    s, r = collinear(), others(correct)
    y = 2 + s
    kappa = ratio(correct, y)
    weight = ((kappa * r / m - (kappa + 1) * r**2 / m**2) * y - (kappa + 1) * a * r / m**2) / (
        (y - 1) * b / (1 + s)
    )
    return _by_a(correct, place, s, kappa, weight)


def _by_a(
    correct: bool, place: Region, s: sp.Expr, kappa: sp.Expr, weight: sp.Expr
) -> dict[str, Any]:
    """The neighbours count W, A, and of R and P so much that both are as attractive."""
    part = b / (1 + s)
    choice = {"W": weight, "A": weight * (a - 1), "R": weight * part, "P": weight * (b - part)}
    return _bound(correct, place, kappa, {"A": (weight, choice)})


def _by_r(correct: bool) -> dict[str, Any]:
    """R counts all of R, and A."""
    r, near = others(correct), nearest_of_a(correct)
    y, scatter = distant(correct)
    kappa = ratio(correct, y, 0, scatter)
    # The row of A says this of the null vector (1, y).
    weight = ((kappa + 1) * (a + r * y) * a / m**2 - kappa * a / m) / (a + near * (y - 1))
    choice = {"A": weight * near, "R": weight * (r - 1)}
    place = region("1 + t" if correct else "2 + t", "1 + u")
    return _bound(correct, place, kappa, {"R": (weight, choice)})


def _by_both(more: int) -> dict[str, Any]:
    """R counts all of R, and A; A counts A and R. The worst place is irrational, so it is free.

    For any of them some weights make the form one with the null vector (1, y), without R's scatter.
    """
    r, near, y = others(False), nearest_of_a(False), 1 + between(more)
    kappa, by_a, by_r = sp.symbols("kappa by_a by_r")
    a_a = kappa * a / m - (kappa + 1) * a**2 / m**2 + by_r * (a - near) + by_a * (a - b - 1)
    r_r = kappa * r / m - (kappa + 1) * r**2 / m**2 - by_r * near - by_a * (b + 1)
    a_r = -(kappa + 1) * a * r / m**2 + by_r * near + by_a * (b + 1)
    scatter = kappa * r / m - by_r * (2 * r + near) - by_a * (b + 1)
    (found,) = sp.solve(
        [e.subs(a, b + more) for e in (a_a + a_r * y, a_r + r_r * y, scatter)],
        [kappa, by_a, by_r],
        dict=True,
    )
    weights = {
        "A": (found[by_a], {"A": found[by_a] * (b + more - 1), "R": found[by_a] * (b + 1)}),
        "R": (found[by_r], {"A": found[by_r] * (b + more - 1), "R": found[by_r] * (r - 1)}),
    }
    place = region(f"{1 + more} + t", "1 + t") | {"s": "u"}
    return _bound(False, place, found[kappa], weights)


def _bound(
    correct: bool, place: Region, kappa: sp.Expr, weights: dict[str, tuple[Any, dict[str, Any]]]
) -> dict[str, Any]:
    every = [kappa, *(w for w, _ in weights.values())]
    every += [mu for _, choice in weights.values() for mu in choice.values()]
    scale, tops = over_one_denominator(every, place)
    top = iter(tops)
    out: dict[str, Any] = {
        "rule": "krum",
        "winner": "correct" if correct else "byzantine",
        "region": place,
        "kappa": rows(next(top)),
        "scale": rows(scale),
    }
    names = {g: rows(next(top)) for g in weights}
    out["weights"] = {
        g: {"weight": names[g], "choice": {h: rows(next(top)) for h in choice}}
        for g, (_, choice) in weights.items()
    }
    return out


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every certificate of an example, with its name."""
    for place in (region("1", "0"), region("2 + t", "0")):  # a single worker does not scatter
        scatter = sp.Integer(0) if place["a"] == [1, 0, 0] else (a - 1) / (a + 1)
        places, thresholds = {"A": 1, "R": 2}, dict.fromkeys("AR", 1 + scatter)
        yield "alone", _example(True, place, places, {"A": scatter}, thresholds)
    for correct in (True, False):
        kind = "correct" if correct else "byzantine"
        s, scatter = scattered(correct)
        for place in ATTAINED["scattered", correct]:
            yield f"scattered {kind}", _spread_by_a(correct, place, s, scatter)
    for place in ATTAINED["collinear", False]:
        yield "collinear byzantine", _spread_by_a(False, place, collinear(), sp.Integer(0))
    y, scatter = distant(False)
    least = (y - 1) ** 2 + scatter  # from A to R
    for place in ATTAINED["distant", False]:
        thresholds = {"A": least, "R": least, "P": 1}
        yield (
            "distant byzantine",
            _example(False, place, {"A": 1, "R": y, "P": 0}, {"R": scatter}, thresholds),
        )


ATTAINED = {
    ("scattered", True): (region("5 + t", "1"), region("4 + t + 2*u", "2 + u")),
    ("scattered", False): (
        region("10 + t", "1"),
        region("7 + t", "2"),
        region("6 + t", "3"),
        region("7 + t", "4"),
        region("8 + t + 2*u", "5 + u"),
    ),
    ("collinear", False): (region("6", "4"), region("7 + t + 2*u", "5 + t + u")),
    ("distant", False): (region("2 + t", "3 + t + u"),),
}
"""Where W wins in the worst configuration of a regime."""


def _spread_by_a(correct: bool, place: Region, s: sp.Expr, scatter: sp.Expr) -> dict[str, Any]:
    """R and P at the same distance from A, which is the threshold of every worker."""
    far = (1 + s) ** 2 + scatter
    places = {"A": sp.Integer(1), "R": 2 + s, "P": -s}
    return _example(correct, place, places, {"A": scatter}, dict.fromkeys("ARP", far))


def _example(
    correct: bool,
    place: Region,
    places: dict[str, Any],
    scatter: dict[str, sp.Expr],
    thresholds: dict[str, Any],
) -> dict[str, Any]:
    """A certificate: everything over one unit, and the excesses that the thresholds ask for."""
    fixed = {x: place[str(x)][0] for x in (a, b) if place[str(x)][1:] == [0, 0]}
    sizes = {"W": sp.Integer(1), "A": a, "R": others(correct), "P": b}
    sizes = {g: size.subs(fixed) for g, size in sizes.items()}
    places = {"W": sp.Integer(0)} | {g: sp.sympify(x) for g, x in places.items()}
    around = {g: scatter.get(g, sp.Integer(0)) for g in places}
    first = {a: place["a"][0], b: place["b"][0]}

    def distance(g: str, h: str) -> sp.Expr:
        if g == h:
            return 2 * around[g] * sizes[g] / (sizes[g] - 1) if sizes[g] != 1 else sp.Integer(0)
        return (places[g] - places[h]) ** 2 + around[g] + around[h]

    pairs = [(g, h) for g in thresholds for h in places if sizes[h] - int(g == h) != 0]
    excess = {(g, h): sp.factor(thresholds[g] - distance(g, h)) for g, h in pairs}
    excess = {pair: over for pair, over in excess.items() if over.subs(first) > 0}
    squares = [*(around[g] for g in thresholds), *(sp.sympify(x) for x in thresholds.values())]
    square, _ = over_one_denominator([*squares, *excess.values()], place)
    unit, _ = over_one_denominator([*places.values(), square_root_multiple(square)], place)
    value = ratio(correct, places["R"], around["A"], around["R"]).subs(fixed)
    scale, (top,) = over_one_denominator([sp.factor(value)], place)

    def whole(x: sp.Expr, power: int) -> Rows:
        return rows(sp.cancel((x * unit**power).subs(fixed)))

    return {
        "rule": "krum",
        "winner": "correct" if correct else "byzantine",
        "region": place,
        "kappa": rows(top),
        "scale": rows(scale),
        "unit": rows(sp.expand(unit)),
        "places": {g: whole(places[g], 1) for g in thresholds},
        "scatter": {g: whole(around[g], 2) for g in thresholds},
        "thresholds": {
            g: {
                "threshold": whole(sp.sympify(theta), 2),
                "excess": {h: whole(x, 2) for (x_of, h), x in excess.items() if x_of == g},
            }
            for g, theta in thresholds.items()
        },
    }


def square_root_multiple(square: sp.Expr) -> sp.Expr:
    """1/x for the least polynomial x whose square is a multiple of the given one."""
    _, factors = sp.factor_list(square)
    return 1 / sp.prod([x ** ((power + 1) // 2) for x, power in factors])


def steps() -> Iterator[tuple[str, str, Region, int]]:
    """That one bound at (a, b) is at most another at (a - step, b + step), and where."""
    # More Byzantine neighbours are worse, n and f being the same.
    for kind in ("correct", "byzantine"):
        yield f"scattered {kind}", f"scattered {kind}", region("2 + t", "u"), 1
    yield "collinear byzantine", "collinear byzantine", region("2 + t + u", "1 + u"), 1
    yield "distant byzantine", "distant byzantine", region("2 + t", "1 + t + u"), 1
    for start in range(3, 8):  # a from b + 1 to 2b + 3
        yield "distant byzantine", "distant byzantine", region(f"{start} + t + 2*u", "2 + t + u"), 1
    # From one regime to the next; each a + b lies on one of three lines.
    for kind in ("correct", "byzantine"):
        for a0 in (5, 6, 7):
            yield f"scattered {kind}", "distant byzantine", region(f"{a0} + 2*t", "2 + t"), 1
    for line in (("8 + 2*t", "4 + t"), ("9 + 2*t", "5 + t"), ("8 + 2*t", "5 + t")):
        yield "scattered byzantine", "collinear byzantine", region(*line), 1
    for line in (("7 + 2*t", "5 + t"), ("8 + 2*t", "6 + t"), ("7 + 2*t", "6 + t")):
        yield "scattered correct", "collinear byzantine", region(*line), 0
    for more in (0, 1):  # the last step for n = 3f and 3f + 1
        before = region(f"{6 + more} + t", "4 + t") | {"s": "u"}
        after = region(f"{4 + more} + t", "6 + t") | {"s": "u"}
        yield "distant byzantine", f"between byzantine {more}", before, 1
        yield "distant correct", f"between byzantine {more}", after, -1
    # A single Byzantine worker does more as a neighbour than as the winner, from n = 17 on.
    yield "unaided byzantine", "scattered correct", region("14 + t", "0"), 1
    # A Byzantine winner is worse than a correct one with as many Byzantine workers.
    yield "distant correct", "distant byzantine", region("1 + t", "2 + u"), -1
    yield "collinear correct", "collinear byzantine", region("6 + t + 2*u", "6 + t + u"), -1
    yield "distant correct", "collinear byzantine", region("6 + t", "6 + t"), -1


def over_one_denominator(fractions: list[sp.Expr], place: Region) -> tuple[sp.Expr, list[sp.Expr]]:
    """A common denominator that is positive at the start of the region, and the numerators."""
    parts = [sp.fraction(sp.factor(x)) for x in fractions]
    common = sp.lcm_list([bottom for _, bottom in parts])
    if common.subs({a: place["a"][0], b: place["b"][0]}) < 0:
        common = -common
    return common, [sp.cancel(top * common / bottom) for top, bottom in parts]


def rows(expression: sp.Expr) -> Rows:
    """A polynomial in a and b by its coefficients, as a certificate has it.

    >>> rows(3 + 2*a*b), rows(sp.Integer(0)), rows(1 + b * parameter**2)
    ([[3], [0, 2]], [], [[1, [0, 0, 1]]])
    """
    if expression == 0:
        return []
    terms = sp.Poly(sp.expand(expression), a, b, parameter).as_dict()
    height, width = (1 + max(powers[x] for powers in terms) for x in (0, 1))
    out: Rows = []
    for i in range(height):
        row: list[Any] = []
        for j in range(width):
            along = [int(terms.get((i, j, x), 0)) for x in range(1 + max(p[2] for p in terms))]
            row.append(along if any(along[1:]) else along[0])
        while row and row[-1] == 0:
            row.pop()
        out.append(row)
    return out


def main() -> None:
    """Derive and store every certificate, one a line."""
    found: dict[str, list[Any]] = {
        "bounds": list(bounds()),
        "examples": list(examples()),
        "steps": list(steps()),
    }
    parts = (
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]"
        for name, entries in found.items()
    )
    STORED.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
