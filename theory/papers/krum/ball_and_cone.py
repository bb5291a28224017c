"""From the ball around g to the angle of Definition 1 (i)."""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import expectation, norm, root, squared
from theory.papers.krum.coin_models import nearest_coin
from theory.papers.krum.eq_1_02_decomposition import skewed_coin
from theory.papers.krum.eq_1_08_bias_bound import (
    ball_line,
    bias,
    krum_integrable,
    prove_ball,
    sigma_obligations,
)
from theory.papers.krum.extreme_models import leaning_out
from theory.papers.krum.setting import Krum, d, eta, eta2, g, sigma, sin_alpha, variance
from theory.search.prover import Proved, Prover

cone = (1 - sin_alpha) * squared(g)
radius = eta * root(d) * sigma


def signal_positive(p: Prover) -> Line:
    """|g| > 0, since |g| > eta sqrt(d) sigma >= 0."""
    roots = p.root_nonnegative(eta2), p.root_nonnegative(d), p.root_nonnegative(variance)
    return p.by(norm(g) > 0, p.hypothesis("signal"), p.product(*roots))


def cone_line(p: Prover) -> Line:
    """<E Krum, g> >= (1 - sin alpha) |g|^2: <E Krum - g, g> >= -|E Krum - g| |g|."""
    cauchy = p.cauchy_schwarz(-bias, g)
    inside = p.multiply(p.norm_nonnegative(g), ball_line(p))
    one = p.inverse(norm(g), signal_positive(p))
    return p.by(expectation(Krum) @ g >= cone, cauchy, inside, p.times(one, radius * norm(g)))


def cone_obligations(p: Prover) -> tuple[Line, ...]:
    """What sin alpha needs to denote."""
    positive = signal_positive(p)
    return (*sigma_obligations(p), p.multiply(positive, positive))


def prove_cone(p: Prover) -> Proved:
    """The ball implies the cone."""
    return Proved((cone_line(p),), (krum_integrable(p), *cone_obligations(p)))


STEP = Step(
    equation="ball",
    title="From the ball to the angle",
    section="1.4.1",
    display=(
        r"\text{so } \mathbb EKrum \text{ belongs to a ball centered at } g \text{ with radius } "
        r"\eta (n,f) \sqrt d\sigma. \\ \text{This implies } "
        r"\langle\mathbb EKrum,g \rangle \ge (1-\sin \alpha)\|g\|^2."
    ),
    explanation="A vector at distance r from g has inner product at least |g|² − r|g| with g.",
    uses=("1-8",),
    claims=(
        Claim(
            "ball-a",
            "E Krum belongs to the ball",
            quote=r"\mathbb EKrum \text{ belongs to a ball centered at } g \text{ with radius } \eta \sqrt d\sigma",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, has the same sentence.",
            readings=(
                Reading(
                    "as written",
                    norm(bias) <= radius,
                    proof=prove_ball,
                    justification="GAP",
                    gap="It is the root of (1-8), which the written argument does not establish.",
                    why="The root of (1-8), which the notes do not establish and our lemma does.",
                    breaks="It does not need η√dσ < |g|; the notes give that as the reason.",
                ),
            ),
            tightness=Tightness(
                examples=(skewed_coin, nearest_coin, leaning_out),
                claimed="η",
                best_proved="see 1-8a",
                comment="The root of the ratio of (1-8).",
            ),
        ),
        Claim(
            "ball-b",
            "this implies the angle",
            quote=r"\langle\mathbb EKrum,g \rangle \ge (1-\sin \alpha)\|g\|^2",
            origin="none",
            compared="arXiv:1703.02757v1, p. 8, with a middle step that the notes leave out.",
            readings=(
                Reading(
                    "as written",
                    expectation(Krum) @ g >= cone,
                    proof=prove_cone,
                    why="⟨E Krum, g⟩ = |g|² + ⟨E Krum − g, g⟩ ≥ |g|² − η√dσ|g| (Cauchy–Schwarz).",
                    breaks="At the far point of the ball on the line through 0 and g it is an equality.",
                ),
            ),
            tightness=Tightness(
                examples=(skewed_coin, nearest_coin),
                claimed="1",
                best_proved="1",
                comment="The implication is sharp: equality for E Krum = g − η√dσ g/|g|.",
                sides=(cone, expectation(Krum) @ g),
            ),
        ),
    ),
)
