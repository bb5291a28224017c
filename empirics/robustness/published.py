"""What others have stated about the robustness coefficient of Krum, and whether it was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    """A bound from the literature, or one that is known to exist."""

    formula: str
    """As it is stated; empty where it was not read."""
    source: str
    rule: str
    """The definition of the rule that it is about."""
    read: str
    """What of the source was read."""
    value: Callable[[int, int], float] | None = None
    """The bound at (n, f)."""


PUBLISHED = (
    Published(
        "6(1 + f/(n - 2f))",
        "Y. Allouah, S. Farhadkhani, R. Guerraoui, N. Gupta, R. Pinot, J. Stephan, Fixing by "
        "Mixing (AISTATS 2023), arXiv:2302.01772",
        "squared distances to the n - f closest vectors; another number of neighbours than here",
        "not read: the formula is quoted at second hand",
        lambda n, f: 6 * (1 + f / (n - 2 * f)),
    ),
    Published(
        "",
        "G. Bareilles, W. Bouaziz, J. Fageot, E. M. El Mhamdi, Byzantine Machine Learning: "
        "MultiKrum and an optimal notion of robustness (2026), arXiv:2602.03899",
        "Krum and MultiKrum",
        "title and abstract only: it announces upper and lower bounds of kappa* for both rules",
    ),
)
"""Nothing here is compared with, or called better than, what was not read."""
