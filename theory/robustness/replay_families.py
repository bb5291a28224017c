"""The second checker of families of robustness certificates, from `theory/robustness/FORMAT.md`.

    python -m theory.robustness.replay_families empirics/robustness/families.json

Beside `theory.robustness.replay`, whose graph of squared distances it uses with polynomials for
weights: where the kernel computes with a, b and s, this does so with t and u from the start, and
decides by principal minors where the kernel eliminates.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from copy import copy
from itertools import combinations

from theory.robustness.replay import Refused, keys, need
from theory.robustness.replay import main as check_files

Polynomial = dict[tuple[int, int], int]
"""In t and u: the coefficient by the powers."""


def poly(*terms: tuple[int, int, int]) -> Polynomial:
    """c t^i u^j for each (c, i, j)."""
    return {(i, j): c for c, i, j in terms if c}


ONE = poly((1, 0, 0))


def plus(*summands: Polynomial) -> Polynomial:
    """The sum."""
    total: Counter[tuple[int, int]] = Counter()
    for summand in summands:
        for powers, c in summand.items():
            total[powers] += c
    return {powers: c for powers, c in total.items() if c}


def times(*factors: Polynomial) -> Polynomial:
    """The product."""
    product = ONE
    for factor in factors:
        product = plus(
            *(
                {(i + p, j + q): c * d for (i, j), c in product.items()}
                for (p, q), d in factor.items()
            )
        )
    return product


def of(c: int, p: Polynomial) -> Polynomial:
    """c p."""
    return times(poly((c, 0, 0)), p)


def not_negative(p: Polynomial, what: str) -> None:
    """Refuse a polynomial with a negative coefficient."""
    need(min(p.values(), default=0) >= 0, f"{what} may be negative in the region")


def positive(p: Polynomial, what: str) -> None:
    """The same, or without a constant."""
    not_negative(p, what)
    need((0, 0) in p, f"{what} may be 0 in the region")


class Region:
    """A region of a, b and s, in which polynomials are read."""

    def __init__(self, region: object) -> None:
        parameter = isinstance(region, dict) and "s" in region
        numbers = keys(region, "a b" + " s" * parameter, "the region")
        need(numbers.get("s", "u") == "u", "the parameter is not u")
        self.a, self.b = self._linear(numbers["a"]), self._linear(numbers["b"])
        self.s = poly((1, 0, 1)) if parameter else poly()
        need((0, 0) in self.a, "a may be 0")
        (_, a1, a2), (_, b1, b2) = numbers["a"], numbers["b"]
        alone = a2 == b2 == 0
        need(alone or (a1 * b2 != a2 * b1 and not parameter), "t and u lead the same way")

    @staticmethod
    def _linear(three: object) -> Polynomial:
        need(isinstance(three, list) and len(three) == 3, "the region is not of three numbers")
        assert isinstance(three, list)
        need(all(type(c) is int and 0 <= c <= 1000 for c in three), "the region is too far")
        return poly(*zip(three, (0, 1, 0), (0, 0, 1), strict=True))

    def moved(self, step: int) -> Region:
        """The same at (a - step, b + step)."""
        other = copy(self)
        other.a, other.b = plus(self.a, of(-step, ONE)), plus(self.b, of(step, ONE))
        return other

    def read(self, rows: object) -> Polynomial:
        """A polynomial of the certificate, in t and u: by Horner in a, then in b, then in s."""
        need(isinstance(rows, list), "a polynomial is no list of rows")
        return self._horner(rows, (self.a, self.b, self.s))

    def _horner(self, given: object, variables: tuple[Polynomial, ...]) -> Polynomial:
        if not variables or (len(variables) == 1 and not isinstance(given, list)):
            need(type(given) is int and abs(given) <= 10**30, "not a coefficient")
            assert isinstance(given, int)
            return poly((given, 0, 0))
        need(isinstance(given, list) and len(given) <= 16, "not a list of at most 16")
        assert isinstance(given, list)
        total: Polynomial = {}
        for inner in reversed(given):
            total = plus(times(total, variables[0]), self._horner(inner, variables[1:]))
        return total


class Family(Region):
    """The winner and the region of a certificate."""

    def __init__(self, rule: object, winner: object, region: object) -> None:
        super().__init__(region)
        need(rule == "krum" and winner in ("correct", "byzantine"), "not a winner of krum")
        need(not self.b or (0, 0) in self.b, "b may be 0, or not")
        self.correct = winner == "correct"
        self.k, self.m = plus(self.a, self.b), plus(self.a, self.b, of(2, ONE))
        self.count = {"W": ONE, "A": self.a, "R": plus(self.b, of(1 if self.correct else 2, ONE))}
        if self.b:
            self.count["P"] = self.b

    def seen(self, g: str) -> dict[str, Polynomial]:
        """How many of each kind a worker of kind g sees."""
        seen = {h: plus(n, of(-1, ONE)) if h == g else n for h, n in self.count.items()}
        return {h: n for h, n in seen.items() if n}


Kappa = tuple[bool, Polynomial, Polynomial]
"""Whether the winner is correct; numerator and denominator of kappa, in t and u."""


def verify_bound(data: object) -> Kappa:
    """What bound a family proves. Otherwise raises Refused."""
    whole = keys(data, "rule winner region kappa scale weights", "the certificate")
    family = Family(whole["rule"], whole["winner"], whole["region"])
    kappa, scale = family.read(whole["kappa"]), family.read(whole["scale"])
    positive(scale, "the scale")
    # Between kinds, and inside one: the weight of all squared distances, times scale m^2.
    between: dict[frozenset[str], Polynomial] = {}

    def put(g: str, h: str, weight: Polynomial) -> None:
        pair = frozenset((g, h))
        between[pair] = plus(between.get(pair, {}), weight)

    count, square = family.count, times(family.m, family.m)
    honest = [g for g in ("W", "A", "R") if g != "W" or family.correct]
    for g, h in combinations(honest, 2):
        put(g, h, times(count[g], count[h], plus(kappa, scale)))
    for g in honest:
        pairs_twice = times(count[g], plus(count[g], of(-1, ONE)))
        put(g, g, times(pairs_twice, plus(kappa, scale)))  # counted twice, as below
        if g != "W":
            put("W", g, of(-1, times(count[g], family.m, scale)))
    weights = whole["weights"]
    need(isinstance(weights, dict) and set(weights) <= set(count), "a kind has no worker")
    total: Polynomial = {}
    for g, entry in weights.items():
        fields = keys(entry, "weight choice", f"kind {g}")
        weight, choice = family.read(fields["weight"]), fields["choice"]
        not_negative(weight, f"the weight of kind {g}")
        need(
            isinstance(choice, dict) and set(choice) <= set(family.seen(g)),
            f"{g} sees no such kind",
        )
        rest = times(weight, family.k)
        for h, rows in choice.items():
            c = family.read(rows)
            not_negative(c, f"the part of {h} that {g} chooses")
            not_negative(
                plus(times(weight, family.seen(g)[h]), of(-1, c)), f"what {g} leaves of {h}"
            )
            put(g, h, of(-2 if g == h else -1, times(c, square)))
            rest = plus(rest, of(-1, c))
        need(not rest, f"{g} does not choose a + b workers")
        total = plus(total, weight)
    for h in ("A", "P"):
        if h in count:
            put("W", h, times(total, count[h], square))
    _laplacian_is_not_negative(count, between)
    return family.correct, kappa, scale


def _laplacian_is_not_negative(
    count: dict[str, Polynomial], between: dict[frozenset[str], Polynomial]
) -> None:
    def edge(g: str, h: str) -> Polynomial:
        return between.get(frozenset((g, h)), {})

    free = [g for g in count if g != "W"]
    degree = {g: plus(*(edge(g, h) for h in count if h != g)) for g in free}
    for g in free:
        fewer = plus(count[g], of(-1, ONE))
        inside = plus(times(fewer, degree[g]), times(count[g], edge(g, g)))
        not_negative(inside, f"what workers of kind {g} that differ count")
    for size in range(1, len(free) + 1):
        for some in combinations(free, size):
            rows = [[degree[g] if g == h else of(-1, edge(g, h)) for h in some] for g in some]
            not_negative(polynomial_determinant(rows), f"a minor of the kinds {', '.join(some)}")


def polynomial_determinant(rows: list[list[Polynomial]]) -> Polynomial:
    """By expansion along the first row."""
    if not rows:
        return ONE
    minors = ([row[:j] + row[j + 1 :] for row in rows[1:]] for j in range(len(rows)))
    return plus(
        *(
            of((-1) ** j, times(x, polynomial_determinant(minor)))
            for j, (x, minor) in enumerate(zip(rows[0], minors, strict=True))
        )
    )


def verify_example(data: object) -> Kappa:
    """What ratio a family of vectors attains. Otherwise raises Refused."""
    names = "rule winner region kappa scale unit places scatter thresholds"
    whole = keys(data, names, "the certificate")
    family = Family(whole["rule"], whole["winner"], whole["region"])
    kappa, scale = family.read(whole["kappa"]), family.read(whole["scale"])
    count, free = family.count, [g for g in family.count if g != "W"]
    for p, what in (
        (kappa, "kappa"),
        (scale, "the scale"),
        (family.read(whole["unit"]), "the unit"),
    ):
        positive(p, what)
    place, scatter = (
        {g: family.read(rows) for g, rows in keys(whole[name], " ".join(free), name).items()}
        | {"W": poly()}
        for name in ("places", "scatter")
    )
    for g in free:
        not_negative(scatter[g], f"the scatter of {g}")
        if scatter[g]:
            positive(plus(count[g], of(-1, ONE)), f"the number of {g}, less 1,")

    def distance(g: str, h: str) -> Polynomial:
        gap = plus(place[g], of(-1, place[h]))
        return plus(times(gap, gap), scatter[g], scatter[h])

    score = plus(*(times(count[g], distance("W", g)) for g in free if g != "R"))
    for g, entry in keys(whole["thresholds"], " ".join(free), "the thresholds").items():
        fields = keys(entry, "threshold excess", f"kind {g}")
        threshold, excess, seen = family.read(fields["threshold"]), fields["excess"], family.seen(g)
        need(isinstance(excess, dict) and set(excess) <= set(seen), f"{g} sees no such")
        least = times(family.k, threshold)
        for h, number in seen.items():
            e = family.read(excess.get(h, []))
            not_negative(e, f"an excess of {g}")
            over = plus(e, of(-1, threshold))
            enough = (
                plus(times(number, over), of(2, times(count[g], scatter[g])))
                if g == h
                else plus(over, distance(g, h))
            )
            not_negative(enough, f"the excess of {g} over {h} less the needed one")
            least = plus(least, of(-1, times(number, e)))
        not_negative(plus(least, of(-1, score)), f"the score of {g} less that of W")
    mean = plus(*(times(count[g], place[g]) for g in "AR"))
    positive(mean, "the mean")
    moment = times(family.m, plus(*(times(count[g], distance("W", g)) for g in "AR")))
    squared = times(mean, mean)
    need(
        times(kappa, plus(moment, of(-1, squared))) == times(scale, squared),
        "the ratio is not kappa",
    )
    return family.correct, kappa, scale


def verify_step(small: object, large: object, region: object, step: object) -> None:
    """Refuse unless one bound's kappa at (a, b) is at most another's at (a - step, b + step).

    small, large: certificates of bounds, of which only kappa and scale are read here.
    """
    need(type(step) is int and -1 <= step <= 1, "the step is -1, 0 or 1")
    assert isinstance(step, int)
    assert isinstance(small, dict)
    assert isinstance(large, dict)
    here = Region(region)
    there = here.moved(step)
    low, low_scale = here.read(small["kappa"]), here.read(small["scale"])
    high, high_scale = there.read(large["kappa"]), there.read(large["scale"])
    positive(low_scale, "a denominator")
    positive(high_scale, "a denominator")
    not_negative(plus(times(high, low_scale), of(-1, times(low, high_scale))), "the step")


def verify_families(data: object) -> str:
    """How many bounds, examples and steps of a file of families hold. Otherwise raises Refused."""
    whole = keys(data, "bounds examples steps", "the file")
    need(all(isinstance(part, list) for part in whole.values()), "a part is no list")
    first: dict[str, object] = {}
    for check, part in ((verify_bound, "bounds"), (verify_example, "examples")):
        for entry in whole[part]:
            need(
                isinstance(entry, list) and len(entry) == 2, f"{part}: not a name and a certificate"
            )
            name, certificate = entry
            try:
                check(certificate)
            except Refused as reason:
                raise Refused(f"{part}: {name!r}: {reason}") from None
            if part == "bounds":
                first.setdefault(str(name), certificate)
    for entry in whole["steps"]:
        need(isinstance(entry, list) and len(entry) == 4, "a step is not of four")
        small, large, region, step = entry
        need(str(small) in first and str(large) in first, "a step names a bound that is not there")
        verify_step(first[str(small)], first[str(large)], region, step)
    return ", ".join(f"{len(part)} {name}" for name, part in whole.items())


def main(paths: list[str], say: Callable[[str], None] = print) -> int:
    """Check files of families; 0 if all are accepted, 1 if one is refused, 2 without files."""
    usage = "python -m theory.robustness.replay_families FAMILIES.json ..."
    return check_files(paths, say, verify_families, usage)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
