"""One step on a cost whose gradient is Lipschitz: in the mean, how it falls and how steep it gets.

The cost is either Q itself, where its gradient is Lipschitz everywhere, or Q cut off beyond the
horizon. Neither the third derivatives of Q nor the second derivative at x_t are spoken of.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.kernel.rules import Line
from theory.kernel.terms import Formula, Integrable, Term
from theory.notation.language import Look, expectation, norm, squared
from theory.papers.krum.descent_setting import NONNEGATIVE_STEP, gamma, mean_step, step
from theory.papers.krum.eq_2_03_one_step import step_integrable
from theory.papers.krum.eq_2_07_drift import gradient, next_gradient, sin_a
from theory.papers.krum.eq_2_14_descent import K_1, cost, next_cost
from theory.papers.krum.setting import language
from theory.search.prover import Prover

C_2 = language.scalar("C_2", Look("C_2"))
noise = language.scalar("noise", Look("v(x_t)"), varies=True)
noise_ratio = language.scalar("noise_ratio", Look("τ"))
"""tau = sin(alpha) / eta(n, f)."""

rho = squared(gradient)
of_gradient = C_2 * (1 + noise_ratio**2)
"""N of E|Krum_t|^2 <= N rho_t."""

SECOND: dict[str, Formula] = {
    "Definition 1 (ii), r = 2: E‖Krum_t‖² ≤ C_2(‖∇Q‖² + dσ²)": expectation(squared(step))
    <= C_2 * (rho + noise),
    "C_2 ≥ 0": C_2 >= 0,
    "(iv): dσ² ≤ τ²‖∇Q‖², with τ = sin α/η(n,f)": noise <= noise_ratio**2 * rho,
}
SQUARE: dict[str, Formula] = {"Krum_t has a second moment": Integrable(squared(step))}


@dataclass(frozen=True)
class SmoothCost:
    """A cost at x_t and x_{t+1}, its gradients there, and what is known of a step.

    source: the cited theorem that gives the hypotheses about it, as the start of their names.
    """

    name: str
    value: Term
    next_value: Term
    slope: Term
    next_slope: Term
    source: str = ""

    @property
    def needs(self) -> dict[str, Formula]:
        """Not negative; the descent lemma; a gradient with the Lipschitz constant K_1."""
        bend = gamma**2 * squared(step) * K_1
        known: dict[str, Formula] = {
            f"{self.name} ≥ 0": self.value >= 0,
            "descent lemma": self.next_value <= self.value - gamma * (step @ self.slope) + bend / 2,
            f"{self.name}(x_{{t+1}}) is integrable": Integrable(self.next_value),
            f"∇{self.name} has the Lipschitz constant K_1": norm(self.next_slope - self.slope)
            <= K_1 * (gamma * norm(step)),
            "K_1 ≥ 0": K_1 >= 0,
        }
        return {f"{self.source}{name}": formula for name, formula in known.items()}

    @property
    def steepness(self) -> Term:
        """The squared length of the gradient."""
        return squared(self.slope)

    def _need(self, p: Prover, number: int) -> Line:
        return p.assume(list(self.needs.values())[number])

    def not_negative(self, p: Prover) -> Line:
        """The cost is at least 0."""
        return self._need(p, 0)

    def next_integrable(self, p: Prover) -> Line:
        """The cost at x_{t+1} has a mean."""
        return self._need(p, 2)

    def bend_nonnegative(self, p: Prover) -> Line:
        """K_1 >= 0."""
        return self._need(p, 4)

    def descent(self, p: Prover, of_square: Line) -> Line:
        """E h_{t+1} <= h_t - gamma <E Krum_t, slope> + gamma^2 E|Krum_t|^2 K_1 / 2."""
        inner = self.inner_integrable(p, of_square)
        of_next = self.next_integrable(p)
        fixed = p.integrable_deterministic(self.value)
        gap = (
            self.value
            - gamma * (step @ self.slope)
            + gamma**2 * squared(step) * K_1 / 2
            - self.next_value
        )
        opened = p.mean(gap, fixed, (-gamma, (), inner), (gamma**2 * K_1, (), of_square), of_next)
        along = p.expect_inner(step, self.slope, step_integrable(p, of_square))
        return p.by(
            expectation(self.next_value)
            <= self.value
            - gamma * (mean_step @ self.slope)
            + gamma**2 * expectation(squared(step)) * K_1 / 2,
            p.expect(self._need(p, 1)),
            opened,
            p.times(along, gamma),
        )

    def inner_integrable(self, p: Prover, of_square: Line) -> Line:
        """<Krum_t, slope> has a mean: it is at most half of both squares."""
        bound = squared(step) + self.steepness
        integrable = p.integrable(bound, of_square, p.integrable_deterministic(self.steepness))
        squares = p.square(step - self.slope), p.square(step + self.slope)
        facts = (*squares, p.square(step), p.square(self.slope))
        return p.dominated(step @ self.slope, bound, integrable, *facts)

    def steepening(self, p: Prover, of_square: Line) -> tuple[Line, Line]:
        """E|slope at t+1|^2 <= |slope|^2 + gamma K_1 (|slope|^2 + E|Krum_t|^2)
        + gamma^2 K_1^2 E|Krum_t|^2, and that the left side has a mean.
        """
        change = self.next_slope - self.slope
        lipschitz, k_1 = self._need(p, 3), self.bend_nonnegative(p)
        gamma_line = p.assume(NONNEGATIVE_STEP["γ_t ≥ 0"])
        length = K_1 * (gamma * norm(step))
        long = p.by(
            length + norm(change) >= 0,
            p.product(k_1, gamma_line, p.norm_nonnegative(step)),
            p.norm_nonnegative(change),
        )
        bound = (
            self.steepness
            + gamma * K_1 * (self.steepness + squared(step))
            + gamma**2 * K_1**2 * squared(step)
        )
        following = squared(self.next_slope)
        pathwise = p.by(
            following <= bound,
            p.cauchy_schwarz(self.slope, change),
            p.multiply(lipschitz, p.norm_nonnegative(self.slope)),
            p.product(gamma_line, k_1, p.square(norm(self.slope) - norm(step))),
            p.multiply(lipschitz, long),
        )
        fixed = p.integrable_deterministic(self.steepness)
        parts = (
            (1 + gamma * K_1, (), fixed),
            (gamma * K_1, (), of_square),
            (gamma**2 * K_1**2, (), of_square),
        )
        of_next = p.dominated(
            following, bound, p.integrable(bound, *parts), pathwise, p.square(self.next_slope)
        )
        opened = p.mean(bound - following, *parts, of_next)
        mean = p.by(
            expectation(following)
            <= self.steepness
            + gamma * K_1 * (self.steepness + expectation(squared(step)))
            + gamma**2 * K_1**2 * expectation(squared(step)),
            p.expect(pathwise),
            opened,
        )
        return mean, of_next


EVERYWHERE = SmoothCost("Q", cost, next_cost, gradient, next_gradient)
"""Q itself, where its gradient is Lipschitz everywhere."""


def second_moment(p: Prover) -> Line:
    """E|Krum_t|^2 <= N rho_t, from Definition 1 (ii) and (iv)."""
    by_both, c_2, quiet = (p.assume(formula) for formula in SECOND.values())
    return p.by(expectation(squared(step)) <= of_gradient * rho, by_both, p.multiply(c_2, quiet))


def of_gradient_nonnegative(p: Prover) -> Line:
    """N >= 0."""
    c_2 = p.assume(SECOND["C_2 ≥ 0"])
    return p.by(of_gradient >= 0, c_2, p.multiply(c_2, p.square(noise_ratio)))


def one_less_sine(p: Prover) -> Line:
    """1 - sin(alpha) >= 0."""
    return p.weaken(p.by(1 - sin_a > 0, p.assume(sin_a < 1)))
