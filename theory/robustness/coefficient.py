"""Certified upper bounds of the robustness coefficient of Krum and Multi-Krum.

    kappa*(n, f) = sup |F - mean|^2 / ((1/m) Sum |V_j - mean|^2)

over all vectors, Byzantine vectors and choices among ties, where m = n - f, the sum and the mean
are over the correct workers, and not all of those are equal. No law, no independence. F is Krum, or
the average of the q workers of least score.

The proof that a certificate stands for. Fix a winner W, its k = n - f - 2 neighbours, and how many
of them are Byzantine. Sort the workers into kinds: W; A, its correct neighbours; R, the other
correct workers; P, its Byzantine neighbours; the rest is not used. Let D_gh be the mean squared
distance of different workers of kinds g and h. For a worker i of kind g take any weights between 0
and 1 on the others, k in all and the same on a kind. Its score, the sum of its k least distances,
is at most the weighted sum of its distances; the winner's score is at most its score. In the mean
over the kind:

    s = |A| D_WA + |P| D_WP <= Sum_h y_gh D_gh,  0 <= y_gh <= others of kind h,  Sum_h y_gh = k.

Add these with weights lambda_g >= 0, mu_gh = lambda_g y_gh. With u_g the mean of kind g less W, and
v_g = Sum |V_i - mean of g|^2 / (|g| - 1), and t_g = v_g (1 - 1/|g|), t_W = 0,

    D_gh = |u_g - u_h|^2 + t_g + t_h  for g != h,    D_gg = 2 v_g,

For Multi-Krum W is any of the q, and `_check_average` says what that gives for F. Up to q - 1
workers may have a smaller score than W. Where x_g of them are of kind g, only |g| - x_g workers
bound s, and what the others would add is not negative: (1 - x_g/|g|) s <= Sum_h y_gh D_gh. W bounds
itself. In the sum at most (q - 1) max lambda_g/|g| of the weight on s is lost (g other than W).

So kappa variance - |W - mean|^2 - Sum_gh mu_gh D_gh + weight s is a quadratic form in the u_g plus
a linear form in the v_g. If the first is positive semidefinite and the second has no negative
coefficient, then |W - mean|^2 <= kappa variance. See FORMAT.md for the format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.kernel.terms import KernelError

KINDS = "WARP"
MOST_WORKERS = 5000
_SEAL = object()


class RobustnessBound:
    """kappa*(n, f) <= kappa, for Krum or Multi-Krum; only `check` makes one."""

    __slots__ = ("_f", "_kappa", "_n", "_selected")

    def __init__(self, seal: object, n: int, f: int, selected: int, kappa: Fraction) -> None:
        if seal is not _SEAL:
            raise KernelError("a bound is made by `check`, not by its constructor")
        self._n, self._f, self._selected, self._kappa = n, f, selected, kappa

    @property
    def n(self) -> int:
        """All workers."""
        return self._n

    @property
    def f(self) -> int:
        """The Byzantine ones."""
        return self._f

    @property
    def selected(self) -> int:
        """How many workers are averaged; 1 for Krum."""
        return self._selected

    @property
    def kappa(self) -> Fraction:
        """The upper bound."""
        return self._kappa


@dataclass(frozen=True)
class _Pattern:
    """Sizes of the kinds, and what the certificate says of them."""

    name: str
    winner: str
    m: int
    k: int
    size: Mapping[str, int]

    def others(self, g: str) -> dict[str, int]:
        """How many workers of each kind a worker of kind g sees."""
        seen = {h: size - (h == g) for h, size in self.size.items()}
        return {h: count for h, count in seen.items() if count}


def check(certificate: Any) -> RobustnessBound:
    """The bound that a certificate proves; raises KernelError with the reason if it proves none."""
    names = ("rule", "n", "f", "selected", "kappa", "patterns")
    averaged = isinstance(certificate, dict) and "each" in certificate
    fields = _fields(certificate, (*names, "each") if averaged else names, "the certificate")
    n, f = _integer(fields["n"], "n"), _integer(fields["f"], "f")
    selected = _integer(fields["selected"], "selected")
    if fields["rule"] != ("krum" if selected == 1 else "multikrum"):
        raise KernelError("the rule is krum with 1 selected worker, or multikrum with more")
    if f < 0 or not 2 * f + 2 < n <= MOST_WORKERS:
        raise KernelError(f"n = {n} and f = {f} are outside f >= 0, 2f + 2 < n <= {MOST_WORKERS}")
    if not 1 <= selected <= n - f - 2:
        raise KernelError(f"selected is {selected}, not from 1 to n - f - 2")
    kappa = _rational(fields["kappa"], "kappa")
    wanted = list(_patterns(n, f))
    patterns = fields["patterns"]
    if not isinstance(patterns, dict) or list(patterns) != [pattern.name for pattern in wanted]:
        raise KernelError("the patterns are not all those of n and f, each once and in order")
    each = {"correct": kappa, "byzantine": kappa}
    if averaged:
        given = _fields(fields["each"], tuple(each), "each")
        each = {winner: _rational(x, "each") for winner, x in given.items()}
        _check_average(n - f, f, selected, kappa, each)
    for pattern in wanted:
        _check_pattern(pattern, selected, each[pattern.winner], patterns[pattern.name])
    return RobustnessBound(_SEAL, n, f, selected, kappa)


def _check_average(
    m: int, f: int, selected: int, kappa: Fraction, each: Mapping[str, Fraction]
) -> None:
    """Refuse unless kappa bounds the average of selected workers that are bounded each.

    However many of them are Byzantine: q |F - mean| <= |Sum of the c correct ones less the mean| +
    the others. The sum of c of m vectors that add to 0 has at most the square c (m - c) variance.
    """
    if min(kappa, *each.values()) < 0:
        raise KernelError("kappa, or one of each, is negative")
    for liars in range(min(f, selected) + 1):
        c = selected - liars
        ours = min(Fraction(c * (m - c)), c * c * each["correct"])
        theirs = liars * liars * each["byzantine"]
        rest = selected * selected * kappa - ours - theirs
        if rest < 0 or rest * rest < 4 * ours * theirs:
            raise KernelError(f"kappa is too small for {liars} Byzantine of the selected workers")


def _patterns(n: int, f: int) -> Iterator[_Pattern]:
    """The winner is correct or Byzantine, and has so many Byzantine neighbours."""
    m, k = n - f, n - f - 2
    for correct in (True, False):
        for liars in range(f + correct):
            near = k - liars
            size = {"W": 1, "A": near, "R": m - near - correct, "P": liars}
            winner = "correct" if correct else "byzantine"
            present = {g: count for g, count in size.items() if count}
            yield _Pattern(f"{winner} {liars}", winner, m, k, present)


def _check_pattern(pattern: _Pattern, selected: int, kappa: Fraction, given: Any) -> None:
    weights, choices = _multipliers(pattern, given)
    form = _Form(pattern)
    m = pattern.m
    for g in ("A", "R"):
        if g in pattern.size:
            form.add(g, g, kappa * pattern.size[g] / m)
            form.spread(g, kappa * pattern.size[g] / m)
    correct = [(g, Fraction(pattern.size[g], m)) for g in ("A", "R") if g in pattern.size]
    for g, a in correct:
        for h, b in correct:
            form.add(g, h, -(kappa + 1) * a * b)
    for g, mus in choices.items():
        for h, mu in mus.items():
            form.distance(g, h, -mu)
    lost = [weight / pattern.size[g] for g, weight in weights.items() if g != "W"]
    total = sum(weights.values(), Fraction(0)) - (selected - 1) * max(lost, default=Fraction(0))
    for g in ("A", "P"):
        if g in pattern.size:
            form.distance("W", g, total * pattern.size[g])
    form.check()


def _multipliers(
    pattern: _Pattern, given: Any
) -> tuple[dict[str, Fraction], dict[str, dict[str, Fraction]]]:
    """lambda_g and mu_gh, with every condition on them checked."""
    where = f"pattern {pattern.name!r}"
    if not isinstance(given, dict) or not set(given) <= set(pattern.size):
        raise KernelError(f"{where} speaks of a kind that has no worker")
    weights: dict[str, Fraction] = {}
    choices: dict[str, dict[str, Fraction]] = {}
    for g, entry in given.items():
        fields = _fields(entry, ("weight", "choice"), where)
        weight = _rational(fields["weight"], where)
        others = pattern.others(g)
        if not isinstance(fields["choice"], dict) or not set(fields["choice"]) <= set(others):
            raise KernelError(f"{where}: a worker of kind {g} chooses one that it does not see")
        choice = {h: _rational(mu, where) for h, mu in fields["choice"].items()}
        if weight < 0:
            raise KernelError(f"{where}: the weight of kind {g} is negative")
        if any(not 0 <= mu <= weight * others[h] for h, mu in choice.items()):
            raise KernelError(
                f"{where}: kind {g} chooses a worker less than never or more than once"
            )
        if sum(choice.values(), Fraction(0)) != weight * pattern.k:
            raise KernelError(f"{where}: kind {g} does not choose {pattern.k} workers")
        weights[g], choices[g] = weight, choice
    return weights, choices


class _Form:
    """A quadratic form in the u_g, by its symmetric matrix, and a linear one in the v_g."""

    def __init__(self, pattern: _Pattern) -> None:
        self.pattern = pattern
        self.free = [g for g in pattern.size if g != "W"]
        self.matrix = {(g, h): Fraction(0) for g in self.free for h in self.free}
        self.linear = {g: Fraction(0) for g in self.free}

    def add(self, g: str, h: str, c: Fraction) -> None:
        """c <u_g, u_h>; half of it on either side of the diagonal."""
        if "W" not in (g, h):
            self.matrix[g, h] += c / 2
            self.matrix[h, g] += c / 2

    def spread(self, g: str, c: Fraction) -> None:
        """c t_g, where t_g = v_g (1 - 1/|g|)."""
        if g != "W":
            self.linear[g] += c * (1 - Fraction(1, self.pattern.size[g]))

    def distance(self, g: str, h: str, c: Fraction) -> None:
        """c D_gh."""
        if g == h:
            self.linear[g] += 2 * c
            return
        self.add(g, g, c)
        self.add(h, h, c)
        self.add(g, h, -2 * c)
        self.spread(g, c)
        self.spread(h, c)

    def check(self) -> None:
        """Refuse unless the form is not negative, whatever the vectors."""
        for g, c in self.linear.items():
            if c < 0:
                raise KernelError(
                    f"pattern {self.pattern.name!r}: the spread of kind {g} counts negatively"
                )
        rows = [[self.matrix[g, h] for h in self.free] for g in self.free]
        if not positive_semidefinite(rows):
            raise KernelError(
                f"pattern {self.pattern.name!r}: the quadratic form is not positive semidefinite"
            )


def positive_semidefinite(rows: list[list[Fraction]]) -> bool:
    """Whether an exact symmetric matrix is, by elimination (LDL^T).

    >>> one, two = Fraction(1), Fraction(2)
    >>> [positive_semidefinite([[one, x], [x, one]]) for x in (one, two)]
    [True, False]
    """
    rest = [list(row) for row in rows]
    while rest:
        pivot, first = rest[0][0], rest[0]
        if pivot < 0 or (pivot == 0 and any(first)):
            return False
        rest = [
            [
                x - (row[0] * y / pivot if pivot else 0)
                for x, y in zip(row[1:], first[1:], strict=True)
            ]
            for row in rest[1:]
        ]
    return True


def _fields(value: Any, names: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise KernelError(f"{where} must have exactly the fields {', '.join(names)}")
    return value


def _integer(value: Any, name: str) -> int:
    if type(value) is not int:
        raise KernelError(f"{name} is not an integer")
    return value


def _rational(text: Any, where: str) -> Fraction:
    """A rational number written p or p/q."""
    if not isinstance(text, str) or len(text) > 400:
        raise KernelError(f"{where}: a rational number is a text p/q of at most 400 characters")
    top, slash, bottom = text.partition("/")
    digits = top.removeprefix("-"), bottom if slash else "1"
    if not all(d.isascii() and d.isdigit() for d in digits) or int(digits[1]) == 0:
        raise KernelError(f"{where}: {text[:40]!r} is not a rational number p/q")
    return Fraction(int(top), int(digits[1]))
