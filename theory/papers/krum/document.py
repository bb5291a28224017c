"""The document: every step of the notes in the order of the text, then our lemmas."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from theory.notation.document import Document, Step
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
    "eq_2_02_phi",
    "eq_2_03_one_step",
    "eq_2_03_one_step.CONDITIONAL",
    "eq_2_05_growth.ABSORBED",
    "eq_2_05_growth.BY_U",
    "eq_2_07_drift",
    "eq_2_08_weights",
    "eq_2_08_weights.WEIGHTED",
    "eq_2_11_upward",
    "convergence.CONFINED_U",
    "eq_2_13_outward",
    "convergence.BOUNDED_X",
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
    "cut_off",
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


DOCUMENT = Document(
    name="krum",
    title="Krum: resilience and convergence (Propositions 1 and 2)",
    language=language,
    hypotheses=HYPOTHESES,
    steps=tuple(map(_step, (*TEXT, *CONVERGENCE, *OURS))),
    folder=Path(__file__).parent,
    witnesses=WITNESSES,
    runs=RUNS,
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
        "cut-off": (
            "Costs can be cut off. Let Q >= 0 have continuous second derivatives. There is a cost R >= 0 that is Q where "
            "|x|^2 <= D + 1 and 0 far away (Q times a smooth function that is 1 there and 0 far away: "
            "J. M. Lee, Introduction to Smooth Manifolds, 2nd edition (2012), Proposition 2.25). Its "
            "second derivatives are bounded, so its gradient is bounded and Lipschitz, and the descent "
            "lemma holds for it."
        ),
        "Taylor for ρ": "The same for the function |grad Q|^2, with K_3 half of that bound.",
    },
    taken={
        **{
            theorem: theorem
            for theorem in (
                "quickselect",
                "Robbins–Siegmund",
                "Taylor",
                "descent lemma",
                "Taylor for ρ",
            )
        },
        **{
            f"cut-off: {part}": "cut-off"
            for part in (
                "R ≥ 0",
                "descent lemma",
                "R(x_{t+1}) is integrable",
                "∇R has the Lipschitz constant K_1",
                "K_1 ≥ 0",
                "∇R(x_t) = ∇Q(x_t) where ‖x_t‖² < D + 1",
                "‖∇R‖ ≤ L",
            )
        },
    },
)
