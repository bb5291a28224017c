"""Rules called Krum or Multi-Krum that are known to differ from the paper's, and who has them.

Read from their code and measured side by side, at the versions named. The paper is Blanchard et
al., NeurIPS 2017, arXiv:1703.02757.
"""

from __future__ import annotations

from dataclasses import dataclass

from empirics.probe.family import Scoring
from empirics.probe.identify import Rule


@dataclass(frozen=True)
class Variant:
    """A documented variant."""

    k: str
    """The number of others, as in `Rule`."""
    scoring: Scoring
    anew: bool
    title: str
    sources: str


SQUARES, LENGTHS, FOURTH = Scoring("|x-y|^2"), Scoring("|x-y|"), Scoring("|x-y|^4")

VARIANTS = (
    Variant(
        "n-f-1",
        SQUARES,
        False,
        "one neighbour more: the n-f closest, the worker itself among them",
        "byzfl 0.0.11 and its documentation; byzpy 0.1.4; Allouah et al., AISTATS 2023, "
        "arXiv:2302.01772, whose bound kappa <= 6(1 + f/(n-2f)) is for this rule",
    ),
    Variant(
        "n-f-1",
        LENGTHS,
        False,
        "one neighbour more, and distances that are not squared",
        "ByzantineMomentum and Garfield (LPD-EPFL on GitHub)",
    ),
    Variant(
        "n-f-2",
        LENGTHS,
        False,
        "distances that are not squared",
        "FederatedScope (GitHub), layer by layer and in float32",
    ),
    Variant(
        "n-f-2",
        FOURTH,
        False,
        "squared distances squared once more",
        "byzantine-robust-noniid-optimizer (epfml on GitHub) and blades before 0.2",
    ),
    Variant(
        "n-f-2",
        SQUARES,
        True,
        "Multi-Krum that scores the rest anew after each choice",
        "Shejwalkar, Houmansadr, NDSS 2021, experiments (GitHub)",
    ),
)

AVERAGED = {
    "n-f": "experiments of the paper; byzfl 0.0.11",
    "n-f-2": "Damaskinos et al., AggregaThor, MLSys 2019",
    "n-2f-3": "krum 0.9.1",
    "n-2f-2": "Shejwalkar, Houmansadr, NDSS 2021",
}
"""Who averages how many vectors in Multi-Krum, by the formula for m."""


def documented(rule: Rule) -> Variant | None:
    """The documented variant with this score, if there is one."""
    for variant in VARIANTS:
        if (variant.k, variant.scoring, variant.anew) == (rule.k, rule.scoring, rule.anew):
            return variant
    return None
