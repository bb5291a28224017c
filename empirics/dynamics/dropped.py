"""What breaks without a hypothesis of Proposition 2: exact runs, each with its proof.

In every run the other hypotheses hold, as the notes state them, and the gradient does not converge
to zero. Where a proof says "no noise", every correct worker sends the gradient itself: sigma = 0,
so that (iv) holds with any alpha, and any resilient rule may be thought of.
The proofs are by hand; the tests compute each run in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from empirics.dynamics.spiral import spiral
from empirics.rules.linear import forcing_vector, linear
from empirics.seeds import Plan

Point = tuple[Fraction, ...]
Step = Callable[[int, Fraction], Fraction]
"""x_{t+1} of t and x_t, in d = 1."""


@dataclass(frozen=True)
class Run:
    """x_1, x_2, ... and the gradients of the cost there, exact."""

    points: tuple[Point, ...]
    gradients: tuple[Point, ...]

    def squared_gradients(self) -> list[Fraction]:
        """rho_t = |grad Q(x_t)|^2 for each t."""
        return [sum((y * y for y in g), Fraction(0)) for g in self.gradients]


@dataclass(frozen=True)
class Dropped:
    """A hypothesis and a run without it."""

    name: str
    hypothesis: str
    """What is dropped."""
    process: str
    """The run, in a sentence."""
    proof: str
    """Why the gradient does not converge to zero, and why the other hypotheses hold."""
    run: Callable[[int], Run]
    """The first points of the run: as many as given, at least 1."""
    shown: int
    """How many points show it; exact numbers may grow long after that."""


def _line(first: Fraction, slope: Callable[[Fraction], Fraction], points: int, step: Step) -> Run:
    """A run in d = 1, where the cost has the given slope."""
    xs = [first]
    for t in range(1, points):
        xs.append(step(t, xs[-1]))
    return Run(tuple((x,) for x in xs), tuple((slope(x),) for x in xs))


def _identity(x: Fraction) -> Fraction:
    return x


def too_small(points: int) -> Run:
    """gamma_t = 2^-t on x^2/2, from 1."""
    return _line(Fraction(1), _identity, points, lambda t, x: x - Fraction(1, 2**t) * x)


def too_large(points: int) -> Run:
    """gamma_t = 2 on x^2/2, from 1."""
    return _line(Fraction(1), _identity, points, lambda t, x: x - 2 * x)


def kink(points: int) -> Run:
    """gamma_t = 1/t on |x|, from 2."""

    def sign(x: Fraction) -> Fraction:
        return Fraction((x > 0) - (x < 0))

    return _line(Fraction(2), sign, points, lambda t, x: x - sign(x) / t)


def biased(points: int) -> Run:
    """gamma_t = 1/t on x^2/2, from 1, where every worker sends x - 1."""
    return _line(Fraction(1), _identity, points, lambda t, x: x - (x - 1) / t)


def steep(points: int) -> Run:
    """gamma_t = 1/t on x^4/4, from 3."""
    return _line(Fraction(3), lambda x: x**3, points, lambda t, x: x - x**3 / t)


COIN: tuple[tuple[Fraction, Fraction], ...] = (
    (Fraction(-1, 3), Fraction(3, 4)),
    (Fraction(1), Fraction(1, 4)),
)
"""The noise of `lasting_noise`: value and probability, with mean 0."""


def lasting_noise(points: int) -> Run:
    """gamma_t = 1/t on x^2/2, from 0, with Krum of n = 3, f = 0 and the noise of COIN."""
    rng = Plan(entropy=0, chunk_size=1, chunks=1).generator({"of": "lasting noise"}, 0)
    draws = rng.integers(4, size=(points, 3)) == 0

    def step(t: int, x: Fraction) -> Fraction:
        majority = COIN[int(draws[t].sum() >= 2)][0]
        return x - (x + majority) / t

    return _line(Fraction(0), _identity, points, step)


def right_angle(points: int) -> Run:
    """The rule F = 0 on x^2/2, from 1."""
    return _line(Fraction(1), _identity, points, lambda t, x: x)


def ripples_slope(x: Fraction) -> Fraction:
    """Q' of `ripples` where it is used: at the harmonic numbers 0, 1, 3/2, ...; else ValueError."""
    at, k = Fraction(0), 1
    while at < x:
        at, k = at + Fraction(1, k), k + 1
    if at != x:
        raise ValueError(f"{x} is not a sum 1 + 1/2 + ... + 1/k")
    return Fraction(-1)


def ripples(points: int) -> Run:
    """gamma_t = 1/t on a rippled cost, from 0."""
    return _line(Fraction(0), ripples_slope, points, lambda t, x: x - ripples_slope(x) / t)


def averaging(points: int) -> Run:
    """gamma_t = 1/t on x^2/2, from 1: the average of 4 correct workers and a Byzantine one."""
    weights = np.array([Fraction(1, 5)] * 5)

    def step(t: int, x: Fraction) -> Fraction:
        correct = np.array([[x]] * 4)
        byzantine = forcing_vector(weights, correct, np.array([-x]), byzantine=4)
        average: Fraction = linear(weights, np.concatenate([correct, [byzantine]]))[0]
        return x - average / t

    return _line(Fraction(1), _identity, points, step)


def cone(points: int) -> Run:
    """gamma_t = 1/t in the plane, from (1, 0): see `empirics.dynamics.spiral`."""
    return Run(*spiral(points))


DROPPED: tuple[Dropped, ...] = (
    Dropped(
        "steps-summable",
        "(ii) Σγ_t = ∞",
        "Q = x²/2 without noise, γ_t = 2^(−t), x_1 = 1: the run stops short of the minimum.",
        "x_{T+1} = Π(1 − 2^(−t)) ≥ ½(1 − Σ_{t≥2} 2^(−t)) = 1/4, and ∇Q(x) = x. "
        "Σγ_t² < ∞; (i), (iii), (iv) and (v) hold.",
        too_small,
        30,
    ),
    Dropped(
        "squares-divergent",
        "(ii) Σγ_t² < ∞",
        "Q = x²/2 without noise, γ_t = 2, x_1 = 1: the run jumps from 1 to −1 and back.",
        "x_{t+1} = x_t − 2x_t = −x_t, so |∇Q(x_t)| = 1 for all t. "
        "Σγ_t = ∞; (i), (iii), (iv) and (v) hold.",
        too_large,
        30,
    ),
    Dropped(
        "not-smooth",
        "(i) Q is differentiable with continuous derivatives",
        "Q = |x| without noise, γ_t = 1/t, x_1 = 2: x_t goes to the minimum, ∇Q(x_t) stays.",
        "x_2 = 1, and for T ≥ 2, x_{T+1} = 2 + Σ_{t≤T} ±1/t is no integer, as one term alone has "
        "the highest power of 2 below it; so x_t is never 0 and |∇Q(x_t)| = 1. "
        "Q is smooth everywhere else; (ii), (iii), (iv) and (v) hold.",
        kink,
        60,
    ),
    Dropped(
        "biased-gradient",
        "(iii) EG = ∇Q",
        "Q = x²/2, γ_t = 1/t, every worker sends x − 1, x_1 = 1: the run rests at the wrong point.",
        "x_1 − 1 = 0, so x_t = 1 and ∇Q(x_t) = 1 for all t. "
        "Without noise the moments are bounded as (iii) says; (i), (ii), (iv) and (v) hold.",
        biased,
        30,
    ),
    Dropped(
        "moments-unbounded",
        "(iii) E|G|^r ≤ A_r + B_r|x|^r",
        "Q = x⁴/4 without noise, γ_t = 1/t, x_1 = 3: every step overshoots more than the last.",
        "If x_t² ≥ 4t then |x_{t+1}| = |x_t|(x_t²/t − 1) ≥ 3|x_t|, so x_{t+1}² ≥ 36t ≥ 4(t+1). "
        "As x_1² = 9, |x_t| ≥ 3^t and ∇Q(x_t) = x_t³ is unbounded; (i), (ii), (iv) and (v) hold.",
        steep,
        5,
    ),
    Dropped(
        "noise-at-the-minimum",
        "(iv) η√dσ(x) ≤ |∇Q(x)| sin α",
        "Q = x²/2, γ_t = 1/t, x_1 = 0, Krum with n = 3 and f = 0; the noise is 1 with probability "
        "1/4 and −1/3 with 3/4, everywhere. Krum takes the majority: the run goes to 1/8.",
        "Two of three workers agree, with score 0, so Krum = x_t + M_t for the majority M_t of the "
        "noise, and x_{T+1} = −(M_1 + ... + M_T)/T. P(M = 1) = 3/64·3 + 1/64 = 5/32, so E M = "
        "5/32 − 27/96 = −1/8: x_T and ∇Q(x_T) converge to 1/8 almost surely (strong law). "
        "The noise is bounded with mean 0; (i), (ii), (iii) and (v) hold.",
        lasting_noise,
        2000,
    ),
    Dropped(
        "right-angle",
        "(iv) α < π/2 (the notes allow α = π/2)",
        "Q = x²/2 without noise, and the rule F = 0, which is in the ball of radius |∇Q| sin(π/2).",
        "x_t = x_1 = 1 and ∇Q(x_t) = 1 for all t. With α = π/2, |E F − ∇Q| ≤ |∇Q| sin α and "
        "⟨E F, ∇Q⟩ ≥ (1 − sin α)|∇Q|² hold; only the > 0 of Definition 1 (i) excludes it. "
        "(i), (ii), (iii) and (v) with β = 0 hold.",
        right_angle,
        30,
    ),
    Dropped(
        "no-horizon",
        "(v) far away the gradient points outward and is not short",
        "No noise, γ_t = 1/t, x_1 = 0; Q(x) = 1 − ψ(k(x − H_{k−1}))/k between the harmonic numbers "
        "H_{k−1} and H_k, and 1 − ψ(x) below 0, ψ(s) = (8 sin 2πs − sin 4πs)/(12π). "
        "The run finds a downward slope at every step and leaves for infinity.",
        "ψ′(0) = ψ′(1) = 1 and ψ, ψ″, ψ‴ vanish at 0 and 1, so Q is three times continuously "
        "differentiable with Q′(H_k) = −1: x_t = H_{t−1} = 1 + ... + 1/(t−1), and |∇Q(x_t)| = 1. "
        "|ψ| < 1/4, so Q > 3/4; |Q′| = |ψ′| ≤ 5/3, so (iii) holds; (ii) and (iv) hold.",
        ripples,
        60,
    ),
    Dropped(
        "not-resilient",
        "the rule is Byzantine resilient (Result 1)",
        "Q = x²/2 without noise, γ_t = 1/t, x_1 = 1, the average of 4 correct workers and one "
        "Byzantine, who sends −9x_t: the run climbs.",
        "(4x − 9x)/5 = −x, so x_{t+1} = (1 + 1/t)x_t and x_t = t: ∇Q(x_t) = t. "
        "(i), (ii), (iii), (iv) and (v) hold.",
        averaging,
        30,
    ),
    Dropped(
        "cone-without-ball",
        "|E F − ∇Q| ≤ |∇Q| sin α (only Definition 1 is asked, not the ball)",
        "In the plane, γ_t = 1/t, no noise, sin α = 1/2 and sin β < 0.81, so that α + β < 84°. The "
        "gradient at x_t is turned by a bump near x_t, F is turned further: x_t spirals outward.",
        "With J the quarter turn, ∇Q(x_t) = x_t + (3/5)J x_t and F = (1/2)∇Q + (5/2)J∇Q = −x_t + "
        "(14/5)J x_t: ⟨F, ∇Q⟩ = |∇Q|²/2 as Definition 1 (i) asks, and |F| ≤ 3|∇Q| as (ii). But "
        "|x_{t+1}| ≥ (1 + 1/t)|x_t|, so |x_t| ≥ t and |∇Q(x_t)| ≥ t. "
        "Q = |x|²/2 + bumps in disjoint discs; (i) to (v) hold, as the module `spiral` shows.",
        cone,
        60,
    ),
)
"""By hypothesis, in the order of the notes, those on the rule last."""
