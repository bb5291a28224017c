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
LAYERS = Scoring("|x-y| of two layers (half each), added up")

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
        "ByzantineMomentum (LPD-EPFL on GitHub, 1ef2c84 of 2021) and Garfield (LPD-EPFL, f784cfd "
        "of 2021, its PyTorch part), whose Multi-Krum averages n-f-2",
    ),
    Variant(
        "n-f-2",
        LENGTHS,
        False,
        "distances that are not squared",
        "secure-robust-federated-learning (wanglun1996 on GitHub, b554025 of 2023)",
    ),
    Variant(
        "n-f-2",
        LAYERS,
        False,
        "distances that are not squared, and added up over layers",
        "FederatedScope 0.3.0 (alibaba on GitHub, 480b67d of 2023), in float32, weighted by "
        "numbers of examples",
    ),
    Variant(
        "n-1",
        LAYERS,
        False,
        "all others, by distances that are not squared, and added up over layers; no f",
        "p2pfl (on GitHub, daa16b6 of 2025); FedEval (Di-Chai on GitHub, 3a641e1 of 2024)",
    ),
    Variant(
        "n-f-2",
        FOURTH,
        False,
        "squared distances squared once more",
        "byzantine-robust-noniid-optimizer (epfml on GitHub, 0e27349 of 2022), which gives the sum "
        "and not the average of m vectors; blades 0.1.0 (lishenghui on GitHub)",
    ),
    Variant(
        "n-f-3",
        SQUARES,
        True,
        "Multi-Krum that scores the rest anew after each choice, where a worker counts itself "
        "among its n-f-2 closest",
        "Shejwalkar, Houmansadr, NDSS 2021, notebooks (NDSS21-Model-Poisoning of vrt1shjwlkr on "
        "GitHub, f2879cd of 2022)",
    ),
    Variant(
        "n-f-3",
        SQUARES,
        False,
        "one neighbour less: the n-f-2 closest, the worker itself among them",
        "the same notebooks, where multi_k is off",
    ),
)

AVERAGED = {
    "n-f": "experiments of the paper; byzfl 0.0.11",
    "n-f-2": "AggregaThor (LPD-EPFL on GitHub, e885f92 of 2019), ByzantineMomentum and Garfield",
    "n-2f-3": "krum 0.9.1",
    "n-2f-2": "the notebooks of Shejwalkar, Houmansadr, NDSS 2021",
}
"""Who averages how many vectors in Multi-Krum, by the formula for m."""


def documented(rule: Rule) -> Variant | None:
    """The documented variant with this score, if there is one."""
    for variant in VARIANTS:
        if (variant.k, variant.scoring, variant.anew) == (rule.k, rule.scoring, rule.anew):
            return variant
    return None
