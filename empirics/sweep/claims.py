"""The claims that a sweep compares its cells with: bounds that the document krum puts on numbers.

They are found in the document, so nobody types a bound twice: upper bounds on |E Krum - g|^2 and on
E|Krum - g|^2, and the two conditions of Definition 1 as Proposition 1 has them, <E Krum, g> >=
(1 - sin alpha)|g|^2 and E|Krum|^r <= C_r E|G|^r. They are proved of Krum; for another rule a
comparison says how that rule stands to Krum's bound, not whether a theorem holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import hypot, isfinite, sqrt

import numpy as np

from empirics.batch import Batch, Layout
from empirics.evaluate import Compiler, Evaluation, batch_of
from empirics.experiments.filling import fill_deterministic
from empirics.interfaces import FloatArray, Model
from empirics.models.gaussian import Gaussian
from empirics.statistics import RESOLUTION, Estimate, Verdict
from empirics.sweep.measure import ORDERS
from empirics.sweep.moments import length_moment
from theory.judge import theorem_id
from theory.kernel.terms import KernelError, Relation, Term
from theory.notation.language import expectation


@dataclass(frozen=True)
class Quantity:
    """What is measured of a cell, by its name in `measure`, and stands on the left of claims."""

    name: str
    example: str
    """A reading that has it on its left."""
    op: str = "<="
    unit: Callable[[int, float], float] = lambda d, gradient: 1.0
    """The length in which it is measured, in units of sigma, from d and |g|."""
    ideal: float = 0.0
    """What it is for F = g; a bound allows some distance from it."""
    order: int | None = None
    """The r of E|G|^r, of which its bounds are a multiple."""

    def share(self, value: float, bound: float) -> float:
        """How much of what the bound allows was found; above 1 the bound is exceeded.

        It may be negative, as an unbiased estimate of 0 may be.
        """
        return (value - self.ideal) / (bound - self.ideal)

    def limit(self, found: Estimate, level: float, comparisons: int) -> float:
        """The one-sided confidence limit on the side of the bound, at a level for all comparisons.

        What is claimed to be at most a bound is at least its limit, and the other way round.
        """
        side = found.lower if self.op == "<=" else found.upper
        return side(level, comparisons)

    def compare(self, found: Estimate, bound: float, level: float, comparisons: int) -> Verdict:
        """Whether the limit is beyond a bound, by more than rounding."""
        beyond = self.limit(found, level, comparisons) - bound
        rounding = RESOLUTION * (abs(found.value) + abs(bound))
        if (beyond if self.op == "<=" else -beyond) > rounding:
            return Verdict.CONTRADICTED
        return Verdict.NOT_CONTRADICTED


def _root_mean_square(d: int, gradient: float) -> float:
    return hypot(gradient, sqrt(d))


ANGLE = Quantity("angle", "proposition-1-i-a", ">=", lambda d, gradient: gradient, ideal=1.0)
QUANTITIES = {
    quantity.name: quantity
    for quantity in (
        Quantity("bias", "1-8a"),
        Quantity("error", "error-sharp"),
        ANGLE,
        *(
            Quantity(f"moment_{r}", f"moment-constant-r{r}", unit=_root_mean_square, order=r)
            for r in ORDERS
        ),
    )
}
"""By name."""


class NoBound(ValueError):
    """A claim says nothing of a cell; the message says why."""

    def __init__(self, key: str, why: str, least: float = 0.0) -> None:
        super().__init__(why)
        self.key = key
        """The list of a plan that must change."""
        self.least = least
        """What its value must exceed, if that would help."""


@dataclass(frozen=True)
class SweepClaim:
    """A reading of the document krum: a quantity is at most, or at least, what is on its right."""

    name: str
    quantity: Quantity

    def bound(self, model: Model, n: int, f: int, d: int, gradient: float) -> float:
        """The right-hand side in the units of the quantity, for sigma = 1 and 2f + 2 < n.

        Raises NoBound where the claim does not speak of such a cell, or where no number is known.
        """
        moment = None
        if self.quantity is ANGLE and gradient <= (least := least_gradient(n, f, d)):
            why = f"sin alpha < 1 needs |g|/sigma > {least:.4g} with n = {n}, f = {f}, d = {d}"
            raise NoBound("gradient", why, least)
        if self.quantity.order is not None:
            moment = length_moment(model, self.quantity.order, d, gradient)
            if moment is None:
                power = f"E|G|^{self.quantity.order} of {model.label}"
                why = f"{power} is infinite, or not known exactly: leave one of them out"
                raise NoBound("models", why)
        try:
            bound = _right(
                self.name, self.quantity, n, f, d, self.quantity.unit(d, gradient), moment
            )
        except ValueError as wrong:
            raise NoBound("n", str(wrong)) from None
        if not abs(bound - self.quantity.ideal) > RESOLUTION or not isfinite(bound):
            raise NoBound("gradient", "the bound is lost in rounding")
        return bound


@cache
def sweep_claims() -> dict[str, SweepClaim]:
    """Every claim that a sweep can be asked for, by the name of its reading."""
    sides = {(_statements()[q.example].left, q.op): q for q in QUANTITIES.values()}
    found = {}
    for name, statement in _statements().items():
        quantity = sides.get((statement.left, statement.op))
        if quantity is not None:
            claim = SweepClaim(name, quantity)
            try:
                claim.bound(Gaussian(), 5, 1, 1, 1e3)
            except (KernelError, NoBound):
                continue  # not a number that a cell determines
            found[name] = claim
    return found


@cache
def _statements() -> dict[str, Relation]:
    """The relations of the document that are claimed without further conditions."""
    from theory.papers.krum.document import DOCUMENT

    return {
        theorem_id(claim, reading): reading.statement
        for claim in DOCUMENT.claims().values()
        for reading in claim.readings
        if isinstance(reading.statement, Relation)
        and not (reading.statement.given or reading.needs)
    }


@cache
def least_gradient(n: int, f: int, d: int) -> float:
    """|g|/sigma must exceed it, so that there is an angle: eta(n, f) sqrt(d) of Proposition 1."""
    from theory.papers.krum.setting import HYPOTHESES

    signal = HYPOTHESES["signal"]
    assert isinstance(signal, Relation)
    return _number(signal.left, {"n": n, "f": f, "d": d, "variance": 1.0})


@cache
def _right(
    name: str, quantity: Quantity, n: int, f: int, d: int, unit: float, moment: float | None
) -> float:
    """The right-hand side in units of a length; E|G|^r is given in them."""
    from theory.papers.krum.lemma_krum_moments import power_of_norm
    from theory.papers.krum.setting import G

    values: dict[str, float | FloatArray] = {"n": n, "f": f, "d": d, "variance": 1 / unit / unit}
    if quantity is ANGLE:
        values["g"] = np.ones(1)  # its length is the unit; the other bounds do not speak of it
    means = {}
    if quantity.order is not None and moment is not None:
        means[expectation(power_of_norm(G, quantity.order))] = moment
    return _number(_statements()[name].right, values, means)


def _number(
    x: Term, values: Mapping[str, float | FloatArray], means: Mapping[Term, float] | None = None
) -> float:
    """A term of the document at these values of symbols and of expectations.

    Raises KernelError where it mentions anything else, ValueError where n or f is too large.
    """
    compiler = _compiler()
    tables = {name: np.asarray(value, dtype=np.float64) for name, value in values.items()}
    batch = Batch(_layout(int(tables["n"]), int(tables["f"])), tables, 1)
    known = {compiler.node(mean): np.array([value]) for mean, value in (means or {}).items()}
    return float(Evaluation(batch, known).value(compiler.node(x)).item())


@cache
def _compiler() -> Compiler:
    from theory.papers.krum.setting import language

    return Compiler(language.signature)


@cache
def _layout(n: int, f: int) -> Layout:
    signature = _compiler().signature
    sizes = {"n": np.array(float(n)), "f": np.array(float(f))}
    return batch_of(signature, fill_deterministic(signature, sizes, {}, 1), 1, 1).layout
