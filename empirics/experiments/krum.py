"""Krum under attack: the correct workers' vectors from a model, the Byzantine ones from an attack.

Every hypothesis of `theory.papers.krum.setting` holds by construction. Krum's neighbours and choice
are those of the literal rule in exact arithmetic; zeta(a) is a correct worker that is no neighbour
of a, hence at least as far from it as every neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt
from typing import ClassVar

import numpy as np

from empirics.attacks import ATTACKS
from empirics.batch import Batch
from empirics.distances import from_point
from empirics.evaluate import batch_of, evaluate
from empirics.experiments import krum_extras
from empirics.experiments.base import Cell, Experiment
from empirics.experiments.filling import fill_deterministic, fill_random, one_hot
from empirics.interfaces import BoolArray, FloatArray
from empirics.models import MODELS
from empirics.rules.krum import select
from empirics.seeds import cell_key
from theory.kernel.terms import (
    AlmostSure,
    Atom,
    Formula,
    Iid,
    Integrable,
    Relation,
    Signature,
    walk,
)
from theory.papers.krum import setting

CORE = ("n", "f", "d", "variance", "g", "V", "G", "neighbour", "chosen", "zeta")
"""The symbols of the setting that make Krum; others belong to single claims."""

WORKERS = ((3, 0), (5, 1), (7, 2), (11, 4), (11, 3), (10, 0), (15, 2))
"""(n, f): the first four have n = 2f + 3, the fewest workers for which Krum is defined."""

DIMENSIONS = (1, 2, 10)
SIGNAL = 1.25
"""|g| as a multiple of eta(n, f) sqrt(d) sigma; Proposition 1 needs more than 1."""

LEFT_OUT = {"fang_krum", "fang_trimmed_mean", "min_max", "min_sum"}
"""Attacks that are not sampled: `optimised_alie` and `optimised_sign_flip` search such lines for
what hurts Krum most."""
_QUICK = 3


@dataclass(frozen=True)
class Krum(Experiment):
    """Cells of (n, f, d, sigma, model, attack) and the way zeta is chosen."""

    signature: Signature
    name: ClassVar[str] = "krum"

    @classmethod
    def fit(cls, signature: Signature, hypotheses: Mapping[str, Formula]) -> Krum | None:
        """For every language that has Krum's symbols and index sets as the setting has them."""
        ours = setting.language.signature
        same = all(signature.symbols.get(name) == ours.symbols[name] for name in CORE)
        sets = ours.unions.items() <= signature.unions.items() and all(
            signature.sizes.get(part) == ours.sizes[part] for part in ours.unions["W"]
        )
        return cls(signature) if same and sets else None

    def facts(self) -> list[Formula]:
        """The mean of the random vector of Lemma 1."""
        return krum_extras.facts(self.signature)

    def guarantees(self, formula: Formula) -> bool:
        """The hypotheses of the setting that speak of Krum alone."""
        return formula in setting.HYPOTHESES.values() and symbols(formula) <= {*CORE}

    def cells(self, thorough: bool) -> list[Cell]:
        """All combinations, or three for each (n, f) in which every model and attack occurs."""
        models = [model.label for name, model in MODELS.items() if name != "constant"]
        attacks = [attack.label for name, attack in ATTACKS.items() if name not in LEFT_OUT]
        cells: list[Cell] = []
        for n, f in WORKERS:
            choices = [
                (d, model, attack)
                for d in DIMENSIONS
                for model in models
                for attack in (attacks if f else ["none"])
            ]
            if not thorough:
                start = len(cells)
                idle = sum(cell["attack"] == "none" for cell in cells)
                choices = [
                    (DIMENSIONS[c % 3], models[c % len(models)], attacks[(c - idle) % len(attacks)])
                    for c in range(start, start + _QUICK)
                ]
            cells += [self.cell(n, f, *choice) for choice in choices]
        return [*cells, self.cell(5, 1, 100, models[0], attacks[0])]

    def cell(self, n: int, f: int, d: int, model: str, attack: str) -> Cell:
        """One cell; sigma and zeta, on which no claim may depend, vary with the rest."""
        attack = attack if f else "none"
        content = {"n": n, "f": f, "d": d, "model": model, "attack": attack}
        variant = cell_key(content)[0]
        return {
            "experiment": self.name,
            **content,
            "sigma": 2.0 if variant & 1 else 0.5,
            "zeta": "nearest" if variant & 2 else "farthest",
        }

    def draw(self, cell: Cell, rng: np.random.Generator, trials: int) -> Batch:
        """Noise of the n - f correct workers and of the extra draw G, the attack, Krum and zeta."""
        n, f, d, sigma = cell["n"], cell["f"], cell["d"], cell["sigma"]
        model = next(m for m in MODELS.values() if m.label == cell["model"])
        length = SIGNAL * sqrt(eta2(n, f) * d) * sigma
        gradient = np.full(d, length / sqrt(d))
        noise = model.noise(rng, trials, n - f + 1, d, sigma)
        offsets = noise[:, : n - f]
        if f:
            attack = next(a for a in ATTACKS.values() if a.label == cell["attack"])
            offsets = np.concatenate([offsets, attack(rng, offsets, gradient, f)], axis=1)
        vectors = gradient + offsets
        trace = select(vectors, f)
        fixed: dict[str, FloatArray] = {
            "n": np.array(float(n)),
            "f": np.array(float(f)),
            "d": np.array(float(d)),
            "variance": np.array(sigma**2),
            "g": gradient,
            **krum_extras.fixed(self.signature, cell, gradient, n),
        }
        random: dict[str, FloatArray] = {
            "V": vectors,
            "G": gradient + noise[:, n - f],
            "neighbour": trace.neighbours.astype(np.float64),
            "chosen": one_hot(trace.chosen, n),
            "zeta": zeta(vectors, trace.neighbours[:, :, : n - f], cell["zeta"]),
        }
        tables = fill_deterministic(self.signature, fixed, cell, d) | random
        tables |= krum_extras.random(self.signature, tables, rng, trace, f)
        tables = fill_random(self.signature, tables, "gaussian", rng, trials, d)
        return batch_of(self.signature, tables, trials, d)


def symbols(formula: Formula) -> set[str]:
    """The symbols that occur in a hypothesis; those in definitions belong to Krum."""
    match formula:
        case Relation(left, _, right, given):
            return {x.name for t in (left, right, *given) for x in walk(t) if isinstance(x, Atom)}
        case Integrable(body) | AlmostSure(_, body):
            return {x.name for x in walk(body) if isinstance(x, Atom)}
        case Iid(family, _, representative):
            return {family, representative}
    return set()


@cache
def eta2(n: int, f: int) -> float:
    """eta(n, f)^2 of Proposition 1, to place |g|: the value of the setting's own term."""
    signature = setting.language.signature
    plain = {"n": np.array(float(n)), "f": np.array(float(f)), "g": np.zeros(1)}
    tables = fill_deterministic(signature, plain, {}, 1)
    return float(evaluate(setting.eta2, batch_of(signature, tables, 1, 1)).item())


def zeta(vectors: FloatArray, neighbours: BoolArray, which: str) -> FloatArray:
    """The table of zeta [T, n, n - f], from the neighbours [T, n, n - f] that are correct.

    Of the correct workers that are neither a nor a neighbour of a, the nearest or farthest.
    """
    trials, n, m = neighbours.shape
    chosen = np.empty((trials, n), dtype=np.intp)
    for a in range(n):
        distances = from_point(vectors[:, :m], vectors[:, a])
        distances[neighbours[:, a]] = np.inf if which == "nearest" else -np.inf
        if a < m:
            distances[:, a] = np.inf if which == "nearest" else -np.inf
        chosen[:, a] = distances.argmin(axis=1) if which == "nearest" else distances.argmax(axis=1)
    return one_hot(chosen, m)
