"""One cell of a sweep: a rule, a model and an attack at one (n, f, d, |g|), keyed by content."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from empirics import seeds
from empirics.interfaces import Attack, Model, Rule
from empirics.reduction import reduced_dimension
from empirics.seeds import canonical_json

MEASUREMENT = 2
"""The version of whatever makes the numbers of a cell out of its content; part of every key.

Raise it with every change after which some cell would come to other numbers: in `measure` and
`empirics.monte_carlo`, in the reduction, the seeds, a model, an attack or a rule. Then nothing that
an older byzproof measured is taken for what this one would measure.
"""

PLAIN, REDUCED = "all coordinates", "exact reduction"
"""The two ways to draw the noise: every coordinate, or as `empirics.reduction`, which is faster."""


@dataclass(frozen=True)
class Sampling:
    """How every cell is sampled: `groups` independent groups of as many trials.

    The groups are what the jackknife leaves out. Raises ValueError for what cannot be sampled.
    """

    trials: int = 2048
    groups: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what gives no error of the means."""
        if self.groups < 8:
            raise ValueError(f"groups = {self.groups}: give at least 8, for an error of the means")
        if self.trials < 2 * self.groups or self.trials % self.groups:
            raise ValueError(
                f"trials = {self.trials}: give a multiple of groups = {self.groups}, "
                f"at least {2 * self.groups}"
            )
        if self.seed < 0:
            raise ValueError(f"seed = {self.seed}: give an integer >= 0")

    def draws(self) -> seeds.Plan:
        """The plan of the random numbers, one chunk for each group."""
        return seeds.Plan(self.seed, self.trials // self.groups, self.groups)


@dataclass(frozen=True)
class Cell:
    """n workers, of whom f are Byzantine, noise with sigma = 1 in R^d, and a gradient."""

    rule: Rule
    model: Model
    attack: Attack
    n: int
    f: int
    d: int
    gradient: float
    """|g| / sigma; g has equal coordinates."""
    method: str = PLAIN
    """`PLAIN` or `REDUCED`."""
    code: str = ""
    """Of a rule of another library: what tells its code from another of the same name."""

    def content(self) -> dict[str, Any]:
        """The cell as plain data, with labels for the rule, the model and the attack."""
        return {
            "rule": self.rule.label,
            "model": self.model.label,
            "attack": self.attack.label,
            "n": self.n,
            "f": self.f,
            "d": self.d,
            "gradient": self.gradient,
            "method": self.method,
        }

    @property
    def work(self) -> float:
        """What a trial costs, in no unit: Result 2 says O(n^2 d)."""
        reduced = reduced_dimension(self.n - self.f, self.d)
        return float(self.n * self.n * (reduced if self.method == REDUCED else self.d))


def cell_key(cell: Cell, sampling: Sampling) -> str:
    """The SHA-256 of all that the numbers of a cell depend on."""
    everything = {
        "cell": cell.content(),
        "code": cell.code,
        "sampling": asdict(sampling),
        "measurement": MEASUREMENT,
    }
    return hashlib.sha256(canonical_json(everything).encode("ascii")).hexdigest()
