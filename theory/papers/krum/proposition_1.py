"""Proposition 1: sin alpha, and the two conditions of Definition 1 with explicit constants."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.rules import Line
from theory.kernel.terms import Relation, SomeConstant, Term
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import expectation, norm
from theory.papers.krum.ball_and_cone import cone, cone_line, cone_obligations, signal_positive
from theory.papers.krum.coin_models import nearest_coin
from theory.papers.krum.eq_1_02_decomposition import skewed_coin
from theory.papers.krum.eq_1_08_bias_bound import krum_integrable
from theory.papers.krum.extreme_models import barely_a_signal, split_in_two
from theory.papers.krum.lemma_krum_moments import (
    explicit_line,
    moment_constant,
    moment_obligations,
    power_of_norm,
)
from theory.papers.krum.setting import (
    C,
    G,
    Krum,
    d,
    eta2,
    g,
    sin_alpha,
    variance,
)
from theory.search.prover import Proved, Prover


def _nonnegative(p: Prover) -> Proved:
    roots = p.root_nonnegative(eta2), p.root_nonnegative(d), p.root_nonnegative(variance)
    inverse = p.inverse_nonnegative(signal_positive(p))
    return Proved((p.product(*roots, inverse),), cone_obligations(p))


def below_one(p: Prover) -> Line:
    """sin alpha < 1."""
    positive = signal_positive(p)
    inverse = p.inverse_nonnegative(positive)

    one = p.inverse(norm(g), positive)
    return p.by(sin_alpha < 1, p.multiply(inverse, p.hypothesis("signal")), one)


def _below_one(p: Prover) -> Proved:
    return Proved((below_one(p),), cone_obligations(p))


def prove_cone(p: Prover) -> Proved:
    """Condition (i)."""
    return Proved((cone_line(p),), (krum_integrable(p), *cone_obligations(p)))


def _positive(p: Prover) -> Proved:
    length = signal_positive(p)
    line = p.multiply(below_one(p), p.multiply(length, length))
    return Proved((p.by(cone > 0, line),), cone_obligations(p))


def prove_moments(r: int) -> Callable[[Prover], Proved]:
    """Condition (ii) for one r, with its constant."""
    return lambda p: Proved(
        (explicit_line(p, r),), moment_obligations(p, r), value=moment_constant(r)
    )


def _explicit(r: int) -> Callable[[Prover], Proved]:
    return lambda p: Proved((explicit_line(p, r),), moment_obligations(p, r))


def moments(r: int, constant: Term) -> Relation:
    """E|Krum|^r <= constant E|G|^r."""
    return expectation(power_of_norm(Krum, r)) <= constant * expectation(power_of_norm(G, r))


CONSTANTS = {2: "C_2 = (6(n-f)-10)(n-f)/((n-f-1)(n-2f-1))", 3: "C_2^{3/2}", 4: "C_2²"}

STEP = Step(
    equation="proposition-1",
    title="Krum is (α, f)-Byzantine resilient",
    section="1.3",
    display=(
        r"\text{If } 2f+2<n \text{ and } \eta(n,f)\sqrt{d}·\sigma<\|g\| \text{, then the Krum function "
        r"is } (\alpha,f)\text{-Byzantine Resilient where} \\ "
        r"\sin \alpha=\frac{\eta(n,f)·\sqrt d · \sigma}{\|g\|}"
    ),
    explanation=(
        "Both conditions hold, for all 2f+2 < n, every adversary and every way to break ties. The first "
        "by E|Krum − g|² instead of (1-2); the second with one term, E|G|^r, and explicit constants."
    ),
    uses=("definition-1", "1-8", "ball", "1-11", "moments", "eta"),
    claims=(
        Claim(
            "sin-alpha-a",
            "sin α ≥ 0",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    sin_alpha >= 0,
                    proof=_nonnegative,
                    why="A quotient of non-negative numbers; |g| > 0 by the hypothesis.",
                ),
            ),
        ),
        Claim(
            "sin-alpha-b",
            "sin α < 1, so that there is an angle 0 ≤ α < π/2",
            quote=r"\sin \alpha=\frac{\eta(n,f)·\sqrt d · \sigma}{\|g\|}",
            origin="none",
            compared="arXiv:1703.02757v1, p. 7, adds 0 ≤ α < π/2.",
            readings=(
                Reading(
                    "as written",
                    sin_alpha < 1,
                    proof=_below_one,
                    why="This is the hypothesis η√dσ < |g|.",
                    breaks="With η√dσ = |g| the angle would be π/2, and (i) would not be > 0.",
                ),
            ),
            tightness=Tightness(
                examples=(barely_a_signal,),
                claimed="1",
                best_proved="1",
                comment="Approached as |g| comes down to η√dσ.",
            ),
        ),
        Claim(
            "proposition-1-i-a",
            "(i) ⟨E Krum, g⟩ ≥ (1 − sin α)|g|²",
            quote=r"\langle \mathbb EF,g \rangle \ge (1-\sin \alpha)·\|g\|^2",
            impact="argument fails but conclusion survives",
            origin="both",
            compared="arXiv:1703.02757v1, Proposition 1.",
            readings=(
                Reading(
                    "as written",
                    expectation(Krum) @ g >= cone,
                    proof=prove_cone,
                    justification="GAP",
                    gap="It rests on (1-8), whose argument uses the false lines (1-2a) and (1-7a).",
                    why=(
                        "|E Krum − g|² ≤ E|Krum − g|² ≤ (6(n−f)−8)/(n−2f−1) dσ² ≤ η² dσ², and a vector "
                        "in that ball is in the cone."
                    ),
                    breaks="η√dσ < |g| is needed for the angle to exist.",
                ),
            ),
            tightness=Tightness(
                examples=(skewed_coin, nearest_coin),
                claimed="η",
                best_proved="(√(2(n-f-2)) + √(n-f))/√(n-2f-1) in the place of η",
                comment=(
                    "The ratio is of the two sides, and is near 1 where both are near |g|²; what η "
                    "loses is the ratio of (1-8)."
                ),
                sides=(cone, expectation(Krum) @ g),
            ),
        ),
        Claim(
            "proposition-1-i-b",
            "(i) (1 − sin α)|g|² > 0",
            quote=r"(1-\sin \alpha)·\|g\|^2 > 0",
            origin="none",
            compared="arXiv:1703.02757v1, Definition 1.",
            readings=(
                Reading(
                    "as written",
                    cone > 0,
                    proof=_positive,
                    why="sin α < 1 and |g| > 0.",
                    breaks="For g = 0 it is false; the hypothesis excludes it.",
                ),
            ),
        ),
        *(
            Claim(
                f"proposition-1-ii-r{r}",
                f"(ii) for r = {r}, with a constant that depends on n and f alone",
                quote=r"\mathbb E\|F\|^r \text{ is bounded above by a linear combination of terms } \mathbb E\|G\|^{r_1}...E\|G\|^{r_{n-1}}",
                origin="none",
                compared="arXiv:1703.02757v1, Definition 1 (ii).",
                comment=f"One term is enough: r_1 = r, with the constant {CONSTANTS[r]}.",
                readings=(
                    Reading(
                        "as written",
                        SomeConstant("constant", ("n", "f"), moments(r, C)),
                        proof=prove_moments(r),
                        why="Krum is at most a multiple of the root mean square of the correct vectors.",
                        breaks="Averaging does not satisfy it: a Byzantine vector may have any length.",
                    ),
                ),
                tightness=Tightness(
                    examples=(skewed_coin, nearest_coin, split_in_two),
                    claimed="C, open",
                    best_proved=CONSTANTS[r],
                    comment="The ratio is to the constant proved; the sharp one is open.",
                    sides=(
                        expectation(power_of_norm(Krum, r)),
                        moment_constant(r) * expectation(power_of_norm(G, r)),
                    ),
                ),
            )
            for r in (2, 3, 4)
        ),
        *(
            Claim(
                f"moment-constant-r{r}",
                f"(ii) for r = {r}, with its constant",
                origin="ours",
                readings=(
                    Reading(
                        "as written",
                        moments(r, moment_constant(r)),
                        proof=_explicit(r),
                        why="See the lemma on the moments of Krum.",
                    ),
                ),
                tightness=Tightness(
                    examples=(split_in_two,),
                    claimed="1",
                    best_proved="1",
                    comment=(
                        "A fair coin with n = 7, f = 2: Krum is at 12/5 or −12/5 in 20 of 32 draws. "
                        "The sharp constant is open."
                    ),
                ),
            )
            for r in (2, 3, 4)
        ),
    ),
)
