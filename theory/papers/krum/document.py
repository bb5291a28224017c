"""The document: every step of the notes in the order of the text, then our lemmas."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from theory.notation.document import Document, Step
from theory.papers.krum import eq_2_14_descent, eq_2_19_gradient
from theory.papers.krum.damped import DAMPING
from theory.papers.krum.eq_2_03_one_step import GROWTH
from theory.papers.krum.eq_2_07_drift import BALL
from theory.papers.krum.fate import HEADLINE, QUESTIONS, SHORT_PROOF
from theory.papers.krum.necessity import ROLES
from theory.papers.krum.run_witnesses import RUNS
from theory.papers.krum.setting import HYPOTHESES, language
from theory.papers.krum.teaching import QUESTIONS_2
from theory.papers.krum.witnesses import WITNESSES

TEXT = (
    "definitions.CONVEXITY",
    "definitions.KRUM",
    "definitions.RESILIENCE",
    "eta_asymptotics",
    "lemma_1",
    "eq_1_01_neighbour_counts",
    "eq_1_02_decomposition",
    "eq_1_03_correct_winner",
    "eq_1_04_score_comparison",
    "eq_1_05_byzantine_winner",
    "zeta",
    "eq_1_06_zeta_bound",
    "eq_1_07_byzantine_bias",
    "question_1",
    "eq_1_08_bias_bound",
    "ball_and_cone",
    "eq_1_09_moment_split",
    "eq_1_10_byzantine_norm",
    "eq_1_11_byzantine_moments",
    "moments_of_products",
    "proposition_1",
    "results.RESULT_1",
    "results.RESULT_2",
    "results.RESULT_3",
)
"""The step files in the order of the text."""

CONVERGENCE = (
    "sentences.REGION",
    "eq_2_02_phi",
    "eq_2_03_one_step",
    "eq_2_03_one_step.CONDITIONAL",
    "eq_2_05_growth.ABSORBED",
    "eq_2_05_growth.BY_U",
    "eq_2_07_angles",
    "eq_2_08_weights",
    "eq_2_08_weights.WEIGHTED",
    "eq_2_11_upward",
    "convergence.CONFINED_U",
    "eq_2_13_outward",
    "convergence.BOUNDED_X",
    "sentences.CONTINUOUS",
    "sentences.GRADIENT_OF_H",
    "eq_2_14_descent",
    "eq_2_14_descent.MEAN",
    "eq_2_14_descent.BOUNDED",
    "eq_2_11_upward.COST",
    "convergence.COST_LIMIT",
    "eq_2_19_gradient",
    "eq_2_19_gradient.MEAN",
    "eq_2_11_upward.RHO",
    "convergence.RHO_LIMIT",
    "eq_2_13_outward.ALONG",
    "convergence.SUM",
    "bridge",
    "krum_run.CONFINED",
    "krum_run.THEOREM",
    "krum_run.ANY_RULE",
    "convergence.PROPOSITION_2",
    "convergence.RESULT_4",
    "lipschitz",
    "spiral",
)
"""The first steps of the convergence half."""

OURS = (
    "lemma_moments",
    "lemma_score",
    "lemma_gap",
    "lemma_error",
    "lemma_krum_moments",
    "lemma_sharp",
)
"""The lemmas that repair the proof, which the notes do not have."""


def _step(name: str) -> Step:
    """The STEP of a module, or the step named after a dot."""
    module, _, step = name.partition(".")
    found = getattr(import_module(f"theory.papers.krum.{module}"), step or "STEP")
    assert isinstance(found, Step)
    return found


NOTES: dict[str, str] = {
    "i.i.d.": "In a run: at each t, given the past, with the law of G(x_t, ·).",
    "unbiased": "In a run g is ∇Q(x_t), and E is given the past.",
    "variance": "In a run σ is σ(x_t), and E is given the past.",
    **dict.fromkeys(BALL, "Assumed of a rule. For Krum it is proved: bridge-angle."),
    **{
        name: "Assumed of a rule. For Krum it is proved: bridge-moment-2 to bridge-moment-4."
        for name in GROWTH
        if "Krum" in name
    },
}
"""Remarks on hypotheses."""

DOCUMENT = Document(
    name="krum",
    title="Krum: resilience and convergence (Propositions 1 and 2)",
    language=language,
    hypotheses=HYPOTHESES,
    steps=tuple(map(_step, (*TEXT, *CONVERGENCE, *OURS))),
    folder=Path(__file__).parent,
    witnesses=WITNESSES,
    runs=RUNS,
    hypothesis_notes=NOTES,
    headline=HEADLINE,
    short_proof=SHORT_PROOF,
    questions=(*QUESTIONS, *QUESTIONS_2),
    roles=ROLES,
    cited={
        "quickselect": (
            "The expected number of comparisons of quickselect among N items is below 4N: "
            "C. A. R. Hoare, Algorithm 65: Find (1961); D. E. Knuth, Mathematical analysis of "
            "algorithms (1972), closed form."
        ),
        "Robbins–Siegmund": (
            "Convergence of non-negative almost supermartingales: H. Robbins, D. Siegmund (1971), "
            "Theorem 1; stated exactly in theory.kernel.runs."
        ),
        "Taylor": (
            "Taylor's theorem with the rest of second order: |Q(y) - Q(x) - <grad Q(x), y - x>| <= "
            "|y - x|^2 K_1 / 2 where K_1 bounds the second derivative on the segment from x to y."
        ),
        "descent lemma": (
            "Where the gradient of Q has the Lipschitz constant K, Q(y) <= Q(x) + <grad Q(x), y - x> + "
            "K |y - x|^2 / 2: Y. Nesterov, Introductory Lectures on Convex Optimization (2004), "
            "Lemma 1.2.3."
        ),
        "damping": (
            "Costs can be damped. Let Q ≥ 0 have continuous second derivatives, and D ≥ 0. There are a "
            "continuous s with 0 < s ≤ 1 and a cost R ≥ 0 such that grad R = s grad Q - c e x with "
            "e = max(|x| - root D, 0) and 0 ≤ c ≤ 1, the descent lemma holds for R, and s grad Q is "
            "Lipschitz, with one constant. Proof: let G ≥ 1 be continuous, not decreasing, and at least Q, "
            "|grad Q| and |grad^2 Q| where |x|^2 ≤ r; s(x) is the integral of h(a) p(a) over a ≥ |x|^2, "
            "p(a) that of exp(-b)/G(b) over b ≥ a, h smooth, 0 up to D + 1 and 1 from D + 2 on, times a "
            "small number; R = s Q. Then s, its derivatives of order 1 and 2 in |x|^2 are at most "
            "constants times exp(-|x|^2)/G. 1/s is continuous, so it is bounded along a bounded run "
            "(Weierstrass): that x_t is bounded is proved (confined, or the same for a rule in the ball)."
        ),
        "Taylor for ρ": "The same for the function |grad Q|^2, with K_3 half of that bound.",
    },
    taken={
        eq_2_14_descent.ON_SEGMENTS: "Taylor",
        eq_2_19_gradient.ON_SEGMENTS: "Taylor for ρ",
        **{
            theorem: theorem
            for theorem in (
                "quickselect",
                "Robbins–Siegmund",
                "descent lemma",
            )
        },
        **dict.fromkeys(DAMPING, "damping"),
    },
)
