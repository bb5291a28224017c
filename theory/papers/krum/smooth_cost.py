"""One step on a smooth cost, given the past: how it falls in the mean, and how steep it gets.

The cost is either Q itself, where its gradient is Lipschitz everywhere, or Q damped far away.
Neither third derivatives nor the second derivative at x_t are spoken of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Integrable, Term, term
from theory.lemmas.jensen import inner_integrable, vector_integrable
from theory.notation.language import Look, expectation, norm, squared
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma, mean_step, step
from theory.papers.krum.eq_2_07_drift import gradient, next_gradient
from theory.papers.krum.eq_2_14_descent import K_1, absolute, cost, next_cost, within
from theory.papers.krum.setting import d, language, variance
from theory.search.prover import Prover

C_2 = language.scalar("C_2", Look("C_2"))
noise_ratio = language.scalar("noise_ratio", Look("τ"))
"""tau = sin(alpha) / eta(n, f)."""

rho = squared(gradient)
of_gradient = C_2 * (1 + noise_ratio**2)
"""N of E|Krum_t|^2 <= N rho_t."""

SECOND: dict[str, Formula] = {
    "Definition 1 (ii), r = 2: E‖Krum_t‖² ≤ C_2(‖∇Q‖² + dσ²)": expectation(squared(step))
    <= C_2 * (rho + d * variance),
    "C_2 ≥ 0": C_2 >= 0,
    "(iv): dσ² ≤ τ²‖∇Q‖², with τ = sin α/η(n,f)": d * variance <= noise_ratio**2 * rho,
}
SQUARE: dict[str, Formula] = {"Krum_t has a second moment": Integrable(squared(step))}


@dataclass(frozen=True)
class SmoothCost:
    """A cost at x_t and x_{t+1} with its gradient at x_t, and a multiple of grad Q at both.

    weight: 1, or what grad Q is multiplied with. source: the cited theorem that gives the
    hypotheses, as the start of their names.
    """

    name: str
    value: Term
    next_value: Term
    slope: Term
    field: str
    weight: Term
    next_weight: Term
    source: str = ""

    @property
    def needs(self) -> Mapping[str, Formula]:
        """Not negative; the descent lemma; a multiple of grad Q with the Lipschitz constant K_1."""
        bend = gamma**2 * squared(step) * K_1
        known: dict[str, Formula] = {
            f"{self.name} ≥ 0": self.value >= 0,
            "descent lemma": absolute(self.surprise) <= bend / 2,
            f"{self.field} has the Lipschitz constant K_1": norm(self.change)
            <= K_1 * (gamma * norm(step)),
            "K_1 ≥ 0": K_1 >= 0,
        }
        return {f"{self.source}{name}": formula for name, formula in known.items()}

    @property
    def surprise(self) -> Term:
        """By how much the cost is off its linear part after a step."""
        return self.next_value - self.value + gamma * (step @ self.slope)

    @property
    def change(self) -> Term:
        """The change of the multiple of grad Q in a step."""
        return self.next_weight * next_gradient - self.weight * gradient

    def _need(self, p: Prover, number: int) -> Line:
        return p.assume(list(self.needs.values())[number])

    def not_negative(self, p: Prover) -> Line:
        """The cost is at least 0."""
        return self._need(p, 0)

    def bend_nonnegative(self, p: Prover) -> Line:
        """K_1 >= 0."""
        return self._need(p, 3)

    def _pathwise(self, p: Prover, sign: int) -> Line:
        """The descent lemma, from above or from below."""
        return p.by(
            sign * self.surprise <= gamma**2 * squared(step) * K_1 / 2,
            self._need(p, 1),
            within(p, self.surprise, sign),
        )

    def next_integrable(self, p: Prover, of_square: Line) -> Line:
        """The cost at x_{t+1} has a mean, as it is close to its linear part."""
        inner = inner_integrable(p, step, self.slope, of_square)
        fixed = p.integrable_deterministic(self.value)
        bend = gamma**2 * squared(step) * K_1 / 2
        of_bend = p.integrable(bend, (gamma**2 * K_1, (), of_square))
        facts = self._pathwise(p, 1), self._pathwise(p, -1)
        of_surprise = p.dominated(self.surprise, bend, of_bend, *facts)
        return p.integrable(self.next_value, of_surprise, fixed, (gamma, (), inner))

    def descent(self, p: Prover, of_square: Line) -> Line:
        """E h_{t+1} <= h_t - gamma <E Krum_t, slope> + gamma^2 E|Krum_t|^2 K_1 / 2."""
        inner = inner_integrable(p, step, self.slope, of_square)
        of_next = self.next_integrable(p, of_square)
        fixed = p.integrable_deterministic(self.value)
        gap = gamma**2 * squared(step) * K_1 / 2 - self.surprise
        opened = p.mean(gap, fixed, (-gamma, (), inner), (gamma**2 * K_1, (), of_square), of_next)
        along = p.expect_inner(step, self.slope, vector_integrable(p, step, of_square))
        return p.by(
            expectation(self.next_value)
            <= self.value
            - gamma * (mean_step @ self.slope)
            + gamma**2 * expectation(squared(step)) * K_1 / 2,
            p.expect(self._pathwise(p, 1)),
            opened,
            p.times(along, gamma),
        )

    def steepening(self, p: Prover, of_square: Line, weight_line: Line) -> tuple[Line, Line]:
        """E|w' grad'|^2 <= w^2 rho + gamma K_1 w (rho + E|Krum_t|^2) + gamma^2 K_1^2 E|Krum_t|^2,
        and that the left side has a mean; weight_line: w >= 0.
        """
        w, change = self.weight, self.change
        lipschitz, k_1 = self._need(p, 2), self.bend_nonnegative(p)
        gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
        length = K_1 * (gamma * norm(step))
        moved = p.product(k_1, gamma_line, p.norm_nonnegative(step))
        long = p.by(length + norm(change) >= 0, moved, p.norm_nonnegative(change))
        bound = (
            w**2 * rho + gamma * K_1 * w * (rho + squared(step)) + gamma**2 * K_1**2 * squared(step)
        )
        following = squared(self.next_weight * next_gradient)
        pathwise = p.by(
            following <= bound,
            p.multiply(weight_line, p.cauchy_schwarz(gradient, change)),
            p.product(weight_line, lipschitz, p.norm_nonnegative(gradient)),
            p.product(gamma_line, k_1, weight_line, p.square(norm(gradient) - norm(step))),
            p.multiply(lipschitz, long),
        )
        fixed = p.integrable_deterministic(rho)
        parts = (
            (w**2 + gamma * K_1 * w, (), fixed),
            (gamma * K_1 * w + gamma**2 * K_1**2, (), of_square),
        )
        of_next = p.dominated(
            following,
            bound,
            p.integrable(bound, *parts),
            pathwise,
            p.square(self.next_weight * next_gradient),
        )
        opened = p.mean(bound - following, *parts, of_next)
        mean = p.by(
            expectation(following)
            <= w**2 * rho
            + gamma * K_1 * w * (rho + expectation(squared(step)))
            + gamma**2 * K_1**2 * expectation(squared(step)),
            p.expect(pathwise),
            opened,
        )
        return mean, of_next


EVERYWHERE = SmoothCost("Q", cost, next_cost, gradient, "∇Q", term(1), term(1))
"""Q itself, where its gradient is Lipschitz everywhere."""


def second_moment(p: Prover) -> Line:
    """E|Krum_t|^2 <= N rho_t, from Definition 1 (ii) and (iv)."""
    by_both, c_2, quiet = (p.assume(formula) for formula in SECOND.values())
    return p.by(expectation(squared(step)) <= of_gradient * rho, by_both, p.multiply(c_2, quiet))


def of_gradient_nonnegative(p: Prover) -> Line:
    """N >= 0."""
    c_2 = p.assume(SECOND["C_2 ≥ 0"])
    return p.by(of_gradient >= 0, c_2, p.multiply(c_2, p.square(noise_ratio)))
