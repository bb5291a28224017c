"""One certificate for infinitely many patterns of Krum's winner: bounds and examples in a and b.

A pattern is a winner W, correct or Byzantine, with a correct and b Byzantine neighbours among its
k = n - f - 2 = a + b; so there are m = n - f = a + b + 2 correct workers, and r = b + 1 (W correct)
or b + 2 of them are neither W nor its neighbours. What `theory.robustness.coefficient` checks with
rational numbers is checked here with polynomials in a and b, for all a and b of a region:
a = a0 + a1 t + a2 u, b = b0 + b1 t + b2 u for t, u = 0, 1, 2, ... A polynomial is taken for not
negative there if, written in t and u, it has no negative coefficient. A bound may have a parameter
s besides, any number u >= 0, where a and b depend on t only.

`check_bound` proves |W - mean|^2 <= kappa variance. `check_example` proves that some vectors
attain it: the kinds at places on a line, the workers of a kind on a regular simplex around theirs,
and W of least score. `check_step` compares two bounds. The format is in FORMAT.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.kernel.terms import KernelError

MOST_POWERS = 16
"""Of a, b or s in a polynomial of a certificate, plus one."""
LARGEST = 10**30
"""The largest coefficient of one, in absolute value."""
_SEAL = object()


Powers = tuple[int, int, int]


class Polynomial:
    """A polynomial in three variables with integer coefficients."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Powers, int]) -> None:
        self.terms = {powers: c for powers, c in terms.items() if c}

    def __add__(self, other: Polynomial | int) -> Polynomial:
        """The sum."""
        terms = dict(self.terms)
        for powers, c in _polynomial(other).terms.items():
            terms[powers] = terms.get(powers, 0) + c
        return Polynomial(terms)

    def __mul__(self, other: Polynomial | int) -> Polynomial:
        """The product."""
        terms: dict[Powers, int] = {}
        for (i, j, k), c in self.terms.items():
            for (x, y, z), d in _polynomial(other).terms.items():
                powers = i + x, j + y, k + z
                terms[powers] = terms.get(powers, 0) + c * d
        return Polynomial(terms)

    def __sub__(self, other: Polynomial | int) -> Polynomial:
        """The difference."""
        return self + _polynomial(other) * -1

    def __call__(self, *values: Polynomial) -> Polynomial:
        """The polynomial with these for its variables."""
        powers = [
            _powers(x, max((t[v] for t in self.terms), default=0)) for v, x in enumerate(values)
        ]
        total = Polynomial({})
        for (i, j, k), c in self.terms.items():
            total = total + powers[0][i] * powers[1][j] * powers[2][k] * c
        return total

    def at(self, a: int, b: int, s: Fraction) -> Fraction:
        """Its value."""
        of_s: dict[int, int] = {}
        for (i, j, k), c in self.terms.items():
            of_s[k] = of_s.get(k, 0) + c * a**i * b**j
        return sum((c * s**k for k, c in of_s.items()), Fraction(0))


def _polynomial(x: Polynomial | int) -> Polynomial:
    return x if isinstance(x, Polynomial) else Polynomial({(0, 0, 0): x})


def _powers(x: Polynomial, most: int) -> list[Polynomial]:
    """1, x, x^2, ... up to this power."""
    powers = [_polynomial(1)]
    for _ in range(most):
        powers.append(powers[-1] * x)
    return powers


A = Polynomial({(1, 0, 0): 1})
B = Polynomial({(0, 1, 0): 1})
S = Polynomial({(0, 0, 1): 1})


@dataclass(frozen=True)
class Region:
    """The pairs (a0 + a1 t + a2 u, b0 + b1 t + b2 u), t, u = 0, 1, 2, ...; a >= 1.

    With a parameter, it is the pairs with u = 0, and any rational number u >= 0 for s.
    """

    a: tuple[int, int, int]
    b: tuple[int, int, int]
    parameter: bool = False

    def not_negative(self, p: Polynomial) -> bool:
        """Whether p, written in t and u, has no negative coefficient."""
        return all(c >= 0 for c in self._in_t_and_u(p).terms.values())

    def positive(self, p: Polynomial) -> bool:
        """The same, with a positive constant."""
        inside = self._in_t_and_u(p)
        return inside.terms.get((0, 0, 0), 0) > 0 and all(c >= 0 for c in inside.terms.values())

    def zero(self, p: Polynomial) -> bool:
        """Whether p, written in t and u, is 0."""
        return not self._in_t_and_u(p).terms

    def _in_t_and_u(self, p: Polynomial) -> Polynomial:
        a, b = (A * t + B * u + c for c, t, u in (self.a, self.b))  # A for t, B for u
        return p(a, b, B if self.parameter else _polynomial(0))

    def __contains__(self, pair: tuple[int, int]) -> bool:
        """Whether (a, b) is such a pair.

        >>> [(a, 2) in Region((1, 1, 1), (0, 0, 1)) for a in (2, 3, 4)]
        [False, True, True]
        """
        (a0, a1, a2), (b0, b1, b2) = self.a, self.b
        a, b = pair[0] - a0, pair[1] - b0
        determinant = a1 * b2 - a2 * b1
        if determinant:  # Cramer's rule, without dividing: t and u times the determinant
            t, u = a * b2 - a2 * b, a1 * b - a * b1
            return all(x % determinant == 0 and x // determinant >= 0 for x in (t, u))
        steps = (a // a1 if a1 else 0, b // b1 if b1 else 0)
        return any(t >= 0 and (a, b) == (a1 * t, b1 * t) for t in steps)


class PatternFact:
    """What is proved of the patterns of a region."""

    __slots__ = ("_correct", "_kappa", "_region")

    def __init__(
        self, seal: object, correct: bool, region: Region, kappa: tuple[Polynomial, Polynomial]
    ) -> None:
        if seal is not _SEAL:
            raise KernelError("a fact is made by its check, not by its constructor")
        self._correct, self._region, self._kappa = correct, region, kappa

    @property
    def correct(self) -> bool:
        """Whether the winner is a correct worker."""
        return self._correct

    @property
    def region(self) -> Region:
        """Of which a and b this is proved."""
        return self._region

    @property
    def kappa(self) -> tuple[Polynomial, Polynomial]:
        """Numerator and denominator; the denominator is positive in the region."""
        return self._kappa

    def at(self, a: int, b: int, s: Fraction = Fraction(0)) -> Fraction:
        """kappa of one pattern, for s >= 0; raises KernelError outside the region."""
        if (a, b) not in self._region or s < 0 or (s and not self._region.parameter):
            raise KernelError(f"a = {a}, b = {b}, s = {s} is outside the region")
        top, bottom = self._kappa
        return top.at(a, b, s) / bottom.at(a, b, s)


class PatternBound(PatternFact):
    """|W - mean|^2 <= kappa variance, whatever the vectors; only `check_bound` makes one."""

    __slots__ = ()


class PatternExample(PatternFact):
    """|W - mean|^2 = kappa variance > 0 for some vectors, W of least score; by `check_example`."""

    __slots__ = ()


class _Kinds:
    """How many workers of each kind there are, as polynomials."""

    def __init__(self, certificate: Mapping[str, Any]) -> None:
        if certificate["rule"] != "krum" or certificate["winner"] not in ("correct", "byzantine"):
            raise KernelError("the rule is krum, and the winner is correct or byzantine")
        self.correct = certificate["winner"] == "correct"
        self.region = _region(certificate["region"])
        self.m, self.k = A + B + 2, A + B
        self.size = {"W": _polynomial(1), "P": B, "R": B + (1 if self.correct else 2), "A": A}
        if self.region.zero(B):
            del self.size["P"]
        elif not self.region.positive(B):
            raise KernelError("the region has b = 0 and other b")
        self.free = [g for g in self.size if g != "W"]

    def others(self, g: str) -> dict[str, Polynomial]:
        """How many workers of each kind a worker of kind g sees."""
        seen = {h: size - (1 if h == g else 0) for h, size in self.size.items()}
        return {h: count for h, count in seen.items() if not self.region.zero(count)}

    def need(self, what: str, *polynomials: Polynomial) -> None:
        """Refuse unless all are not negative in the region."""
        if not all(self.region.not_negative(p) for p in polynomials):
            raise KernelError(f"{what} may be negative in the region")


def check_bound(certificate: Any) -> PatternBound:
    """The bound that a certificate proves; raises KernelError with the reason if it proves none."""
    names = ("rule", "winner", "region", "kappa", "scale", "weights")
    fields = _fields(certificate, names, "the certificate")
    kinds = _Kinds(fields)
    kappa, scale = _read(fields["kappa"], "kappa"), _read(fields["scale"], "the scale")
    if not kinds.region.positive(scale):
        raise KernelError("the scale may be 0 or negative in the region")
    form = _Form(kinds)
    # All of it times scale m^2: kappa variance - |W - mean|^2,
    for g in ("A", "R"):
        form.square(g, kappa * kinds.size[g] * kinds.m)
        form.scatter[g] += kappa * kinds.size[g] * kinds.m
        for h in ("A", "R"):
            form.product(g, h, (kappa + scale) * kinds.size[g] * kinds.size[h] * -1)
    # less the scores of the others, at most, plus as often the winner's.
    total = _polynomial(0)
    for g, weight, choice in _choices(kinds, fields["weights"]):
        total = total + weight
        for h, mu in choice.items():
            form.distance(g, h, mu * kinds.m * kinds.m * -1)
    for g in ("A", "P"):
        if g in kinds.size:
            form.distance("W", g, total * kinds.size[g] * kinds.m * kinds.m)
    form.check()
    return PatternBound(_SEAL, kinds.correct, kinds.region, (kappa, scale))


def _choices(kinds: _Kinds, given: Any) -> Iterable[tuple[str, Polynomial, dict[str, Polynomial]]]:
    """Kind, weight and choice, with every condition on them checked."""
    if not isinstance(given, dict) or not set(given) <= set(kinds.size):
        raise KernelError("the weights speak of a kind that has no worker")
    for g, entry in given.items():
        fields = _fields(entry, ("weight", "choice"), f"kind {g}")
        weight, others = _read(fields["weight"], f"kind {g}"), kinds.others(g)
        if not isinstance(fields["choice"], dict) or not set(fields["choice"]) <= set(others):
            raise KernelError(f"a worker of kind {g} chooses one that it does not see")
        choice = {h: _read(mu, f"kind {g}") for h, mu in fields["choice"].items()}
        kinds.need(f"the weight of kind {g}", weight)
        for h, mu in choice.items():
            kinds.need(f"how often kind {g} chooses kind {h}", mu)
            kinds.need(f"how often kind {g} does not choose kind {h}", weight * others[h] - mu)
        if not kinds.region.zero(sum(choice.values(), weight * kinds.k * -1)):
            raise KernelError(f"kind {g} does not choose a + b workers")
        yield g, weight, choice


class _Form:
    """A quadratic form in the mean vectors u_g less W, and a linear one in the scatter t_g.

    t_g is the mean of |V_i - mean of g|^2, so D_gh = |u_g - u_h|^2 + t_g + t_h for g != h, and
    D_gg = 2 t_g |g|/(|g| - 1), kept apart for that denominator.
    """

    def __init__(self, kinds: _Kinds) -> None:
        self.kinds = kinds
        self.matrix = {(g, h): _polynomial(0) for g in kinds.free for h in kinds.free}
        self.scatter = {g: _polynomial(0) for g in kinds.free}
        self.inside = {g: _polynomial(0) for g in kinds.free}

    def square(self, g: str, c: Polynomial) -> None:
        """c |u_g|^2."""
        self.matrix[g, g] += c

    def product(self, g: str, h: str, c: Polynomial) -> None:
        """c <u_g, u_h>, one of the two entries."""
        self.matrix[g, h] += c

    def distance(self, g: str, h: str, c: Polynomial) -> None:
        """c D_gh."""
        if g == h:
            self.inside[g] += c
            return
        for x, y in ((g, h), (h, g)):
            if x != "W":
                self.square(x, c)
                self.scatter[x] += c
                if y != "W":
                    self.product(x, y, c * -1)

    def check(self) -> None:
        """Refuse unless the form is not negative in the region, whatever the vectors."""
        for g in self.kinds.free:
            size = self.kinds.size[g]
            self.kinds.need(
                f"the scatter of kind {g}",
                (size - 1) * self.scatter[g] + size * self.inside[g] * 2,
            )
        rest, region = list(self.kinds.free), self.kinds.region
        matrix = dict(self.matrix)
        while rest:
            g, *rest = rest
            pivot = matrix[g, g]
            if region.zero(pivot) and all(region.zero(matrix[g, h]) for h in rest):
                continue
            if not region.positive(pivot):
                raise KernelError(f"the quadratic form may be negative: the pivot of kind {g}")
            for x in rest:
                for y in rest:
                    matrix[x, y] = pivot * matrix[x, y] - matrix[g, x] * matrix[g, y]


def check_example(certificate: Any) -> PatternExample:
    """The example that a certificate proves; raises KernelError with the reason if none."""
    names = "rule winner region kappa scale unit places scatter thresholds"
    fields = _fields(certificate, names.split(), "the certificate")
    kinds = _Kinds(fields)
    kappa, scale = _read(fields["kappa"], "kappa"), _read(fields["scale"], "the scale")
    if not kinds.region.positive(scale) or not kinds.region.positive(_read(fields["unit"], "unit")):
        raise KernelError("the scale or the unit may be 0 or negative in the region")
    place = _of_kinds(fields["places"], kinds.free, "the places")
    scatter = _of_kinds(fields["scatter"], kinds.free, "the scatter")
    for g, t in scatter.items():
        kinds.need(f"the scatter of kind {g}", t)
        if not kinds.region.zero(t) and not kinds.region.positive(kinds.size[g] - 1):
            raise KernelError(f"kind {g} may have a single worker, which does not scatter")
    place["W"] = scatter["W"] = _polynomial(0)

    def apart(g: str, h: str) -> Polynomial:
        gap = place[g] - place[h]
        return gap * gap + scatter[g] + scatter[h]

    score = sum((kinds.size[g] * apart("W", g) for g in kinds.free if g != "R"), _polynomial(0))
    _check_scores(kinds, fields["thresholds"], scatter, apart, score)
    total = sum((kinds.size[g] * place[g] for g in ("A", "R")), _polynomial(0))
    squares = sum((kinds.size[g] * apart("W", g) for g in ("A", "R")), _polynomial(0))
    if not kinds.region.positive(total) or not kinds.region.positive(kappa):
        raise KernelError("the mean of the correct workers or kappa may be 0")
    if not kinds.region.zero(kappa * (kinds.m * squares - total * total) - scale * total * total):
        raise KernelError("the ratio is not kappa")
    return PatternExample(_SEAL, kinds.correct, kinds.region, (kappa, scale))


def _check_scores(
    kinds: _Kinds,
    given: Any,
    scatter: Mapping[str, Polynomial],
    apart: Callable[[str, str], Polynomial],
    score: Polynomial,
) -> None:
    """Refuse unless no worker has a smaller score than W.

    The sum of the k least of some distances is at least k theta - Sum of excesses, for any theta
    and excesses >= 0 and >= theta - distance.
    """
    thresholds = _fields(given, kinds.free, "the thresholds")
    for g in kinds.free:
        fields = _fields(thresholds[g], ("threshold", "excess"), f"kind {g}")
        theta, others = _read(fields["threshold"], f"kind {g}"), kinds.others(g)
        if not isinstance(fields["excess"], dict) or not set(fields["excess"]) <= set(others):
            raise KernelError(f"kind {g} has an excess over a kind that it does not see")
        least = kinds.k * theta
        for h, count in others.items():
            excess = _read(fields["excess"].get(h, []), f"kind {g}")
            kinds.need(f"the excess of kind {g} over kind {h}", excess)
            if g == h:  # times |g| - 1, for the mean of the distances between its workers
                below = count * (excess - theta) + kinds.size[g] * scatter[g] * 2
            else:
                below = excess - theta + apart(g, h)
            kinds.need(f"the excess of kind {g} over kind {h}, less what it must be,", below)
            least = least - count * excess
        kinds.need(f"the score of kind {g} less that of the winner", least - score)


def check_step(small: PatternBound, large: PatternBound, region: Any, step: int) -> Region:
    """The region, if there the one bound at (a, b) is at most the other at (a - step, b + step).

    region: as in a certificate. Both denominators are positive where the bounds hold; that (a, b)
    and (a - step, b + step) are in their regions is not checked here. Raises KernelError.
    """
    found = _region(region)
    if step not in (-1, 0, 1):
        raise KernelError("the step is -1, 0 or 1")
    top, bottom = (p(A - step, B + step, S) for p in large.kappa)
    if not found.positive(bottom) or not found.positive(small.kappa[1]):
        raise KernelError("a denominator may be 0 or negative in the region")
    if not found.not_negative(top * small.kappa[1] - small.kappa[0] * bottom):
        raise KernelError("the step may go down in the region")
    return found


def _region(value: Any) -> Region:
    parameter = isinstance(value, dict) and "s" in value
    names = ("a", "b", "s") if parameter else ("a", "b")
    fields = _fields(value, names, "the region")
    if parameter and fields["s"] != "u":
        raise KernelError("the parameter s is not u")
    for name in ("a", "b"):
        numbers = fields[name]
        if not isinstance(numbers, list) or len(numbers) != 3:
            raise KernelError(f"the region: {name} is not three numbers")
        if any(type(c) is not int or not 0 <= c <= 1000 for c in numbers):
            raise KernelError(f"the region: {name} has a number that is not from 0 to 1000")
    if fields["a"][0] < 1:
        raise KernelError("the region has a = 0")
    (_, a1, a2), (_, b1, b2) = fields["a"], fields["b"]
    if (a2 or b2) and (parameter or a1 * b2 == a2 * b1):
        raise KernelError("the region is a ray, and u leads along it too")
    return Region(tuple(fields["a"]), tuple(fields["b"]), parameter)


def _of_kinds(given: Any, kinds: list[str], where: str) -> dict[str, Polynomial]:
    fields = _fields(given, kinds, where)
    return {g: _read(rows, where) for g, rows in fields.items()}


def _read(rows: Any, where: str) -> Polynomial:
    """[[c_00, c_01, ...], [c_10, ...], ...]: c_ij, the coefficient of a^i b^j, may be one of s too,
    [c_ij0, c_ij1, ...].
    """
    terms: dict[Powers, int] = {}
    for i, row in enumerate(_listed(rows, where)):
        for j, entry in enumerate(_listed(row, where)):
            for k, c in enumerate(_listed(entry, where) if isinstance(entry, list) else [entry]):
                if type(c) is not int or abs(c) > LARGEST:
                    raise KernelError(f"{where}: a coefficient is no integer, or too large")
                terms[i, j, k] = c
    return Polynomial(terms)


def _listed(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list) or len(value) > MOST_POWERS:
        raise KernelError(f"{where}: not a list of at most {MOST_POWERS} rows or coefficients")
    return value


def _fields(value: Any, names: Iterable[str], where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise KernelError(f"{where} must have exactly the fields {', '.join(names)}")
    return value
