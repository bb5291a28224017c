"""The plan of a sweep: a small TOML file, checked as a whole before any work.

[sampling]                 # all optional
trials = 2048              # of every cell; a multiple of groups
groups = 32                # independent groups, for the errors
seed = 0
level = 0.001              # probability that any true claim is contradicted anywhere

[[grid]]                   # one or more; each is a product of its lists, or single values
rules = ["krum", "byzfl:Krum", {name = "multi_krum", m = 3}]
models = ["gaussian", {name = "two_point", p = "1/5"}]    # optional, gaussian
attacks = ["sign_flip"]
n = [11, 21]
f = [0, 3]
d = [10]
gradient = [1.0]           # |g| / sigma; optional, 1
claims = ["1-8a"]          # optional: bounds of the document krum, by name
method = "automatic"       # optional: how the noise is drawn, see `METHODS`
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from itertools import product
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np

from empirics.attacks import ATTACKS
from empirics.attacks.not_finite import NOT_FINITE
from empirics.foreign import Foreign
from empirics.interfaces import Attack, Model, Part, Rule
from empirics.models import MODELS
from empirics.names import part_named, spelled
from empirics.reduction import reduced_dimension, refuse_unless_exact
from empirics.rules import RULES
from empirics.seeds import canonical_json
from empirics.sweep.cells import MEASUREMENT, PLAIN, REDUCED, Cell, Sampling, cell_key
from empirics.sweep.claims import NoBound, sweep_claims
from empirics.sweep.lines import Lines
from empirics.sweep.others import tried

SomePart = TypeVar("SomePart", bound=Part)

PARTS: dict[str, Mapping[str, Part]] = {
    "rules": RULES,
    "models": MODELS,
    "attacks": {**ATTACKS, **NOT_FINITE},
}
NUMBERS = {"n": 1, "f": 0, "d": 1, "gradient": 0}
"""The least value of each."""
USUAL: dict[str, list[Any]] = {"models": ["gaussian"], "gradient": [1.0]}
"""What a grid has where it does not say it."""
MOST = 100_000
"""Cells of a plan."""
LARGEST = 2**24
"""Numbers in the vectors of one trial, or in its table of distances: 134 MB. The exact reduction
draws fewer, whatever d is."""
METHODS = (PLAIN, REDUCED, "automatic")
"""How the noise is drawn. The exact reduction is refused unless it is exact for all of a grid;
`automatic` takes it for whatever cells it is exact for, where it draws fewer coordinates."""
FORMAT = 2
"""Of the content of a plan, of a file and of an export."""


Place = tuple[int, int, int, float]
"""n, f, d and |g| / sigma."""


class BadPlan(ValueError):
    """What is wrong with a plan, all of it."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(f"line {line}: {what}" for line, what in self.problems))


@dataclass(frozen=True)
class SweepPlan:
    """Cells by key, in the plan's order, with the claims that each is compared with."""

    sampling: Sampling
    level: float
    cells: dict[str, Cell]
    bounds: dict[str, dict[str, float]]
    """Of each cell, by its key, the bounds by the names of their claims."""

    def content(self) -> dict[str, Any]:
        """The plan as plain data: all that the export depends on, beside what is measured."""
        quantities = {name: claim.quantity.name for name, claim in sweep_claims().items()}
        cells = [
            {
                "key": key,
                "cell": cell.content(),
                "claims": {
                    name: {"quantity": quantities[name], "bound": bound}
                    for name, bound in self.bounds[key].items()
                },
            }
            for key, cell in self.cells.items()
        ]
        return {**self._head(), "cells": cells}

    def _head(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "measurement": MEASUREMENT,
            "sampling": asdict(self.sampling),
            "level": self.level,
        }

    @property
    def hash(self) -> str:
        """The SHA-256 of what was asked for; comments, layout and rounded bounds play no part."""
        asked = [[key, list(bounds)] for key, bounds in self.bounds.items()]
        text = canonical_json({**self._head(), "cells": asked})
        return hashlib.sha256(text.encode("ascii")).hexdigest()


def read_plan(text: str, watcher: Callable[[str], None] = lambda doing: None) -> SweepPlan:
    """The plan of a TOML text; raises BadPlan with every problem and its line.

    `watcher` is called with what is begun: many cells, or a rule to import, take some seconds.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else len(text.splitlines())
        raise BadPlan([(line, f"this is not TOML: {error}")]) from None
    return _Reader(data, Lines(text), watcher).plan()


class _Reader:
    """Reads all it can, and notes each problem with its line."""

    def __init__(self, data: dict[str, Any], lines: Lines, watcher: Callable[[str], None]) -> None:
        self.data, self.lines, self.watcher = data, lines, watcher
        self.problems: list[tuple[int, str]] = []
        self.codes: dict[Rule, str] = {}

    def plan(self) -> SweepPlan:
        for key in self.data.keys() - {"sampling", "grid"}:
            self._note(self.lines.of(key), f"unknown table {key!r}; there are [sampling], [[grid]]")
        sampling, level = self._sampling()
        grids = self.data.get("grid", [])
        if not isinstance(grids, list) or not grids or not all(isinstance(g, dict) for g in grids):
            self._note(self.lines.of("grid"), "give at least one [[grid]]")
            grids = []
        cells: dict[str, Cell] = {}
        bounds: dict[str, dict[str, float]] = {}
        for number, grid in enumerate(grids):
            for cell, found in self._cells(number, grid, self._claims(number, grid)):
                key = cell_key(cell, sampling)
                cells[key] = cell
                bounds.setdefault(key, {}).update(found)
                self.watcher(f"reads the plan: {len(cells)} cells")
        if len(cells) > MOST:
            self._note(self.lines.of("grid"), f"{len(cells):,} cells; give at most {MOST:,}")
        if self.problems:
            raise BadPlan(self.problems)
        return SweepPlan(sampling, level, cells, bounds)

    def _note(self, line: int, what: str) -> None:
        self.problems.append((line, " ".join(what.split())))

    def _sampling(self) -> tuple[Sampling, float]:
        table = self.data.get("sampling", {})
        if not isinstance(table, dict):
            self._note(self.lines.of("sampling"), "sampling is a table: write [sampling]")
            return Sampling(), 0.001
        known = {field.name for field in fields(Sampling)}
        counts = {}
        for key, value in table.items():
            line = self.lines.of("sampling", 0, key)
            if key in known:
                if type(value) is int:
                    counts[key] = value
                else:
                    self._note(line, f"{key} = {value!r}: give an integer")
            elif key != "level":
                self._note(line, f"unknown key {key!r}; there are {_listed({*known, 'level'})}")
        level = table.get("level", 0.001)
        if not isinstance(level, float) or not 0 < level < 1:
            self._note(self.lines.of("sampling", 0, "level"), "give 0 < level < 1")
        try:
            return Sampling(**counts), level
        except ValueError as wrong:
            key = str(wrong).partition(" ")[0]
            self._note(self.lines.of("sampling", 0, key), str(wrong))
            return Sampling(), level

    def _claims(self, number: int, grid: dict[str, Any]) -> list[str]:
        names = grid.get("claims", [])
        if not isinstance(names, list):
            self._note(self.lines.of("grid", number, "claims"), "claims: give a list of names")
            return []
        known = []
        for name in names:
            if isinstance(name, str) and name in sweep_claims():
                known.append(name)
            else:
                line = self.lines.of("grid", number, "claims", name)
                self._note(line, f"no claim {name!r}; there are {_listed(sweep_claims())}")
        return known

    def _cells(
        self, number: int, grid: dict[str, Any], names: list[str]
    ) -> Iterator[tuple[Cell, dict[str, float]]]:
        """The cells of one grid that can exist, with their bounds; notes the others."""
        known = [*PARTS, *NUMBERS, "claims", "method"]
        for key in grid.keys() - set(known):
            line = self.lines.of("grid", number, key)
            self._note(line, f"unknown key {key!r}; there are {_listed(known)}")
        axes = []
        for key in (*PARTS, *NUMBERS):
            values = grid.get(key, USUAL.get(key))
            if isinstance(values, str | int | float | dict):
                values = [values]  # one where a list is meant
            line = self.lines.of("grid", number, key)
            if not isinstance(values, list) or not values:
                self._note(line, f"give {key} as a list that is not empty")
                values = []
            if key in PARTS:
                axes.append([p for v in values if (p := self._part(number, key, v)) is not None])
            else:
                axes.append([v for v in values if self._number(number, key, v)])
        size = int(np.prod([float(len(axis)) for axis in axes]))
        if size > MOST:
            self._note(self.lines.of("grid", number), f"{size:,} cells; give at most {MOST:,}")
            return
        if grid.get("method") != REDUCED:  # which draws no more than n coordinates
            axes[3] = self._fitting(number, axes[3], axes[5])
        rules, models, attacks, *numbers = axes
        method = self._method(number, grid, rules, models, attacks)
        refused = self._refused(number, axes, bool(names))
        places = [place for place in product(*numbers) if place[:2] not in refused]
        bounds = self._bounds(number, names, models, places)
        for rule, model, attack, (n, f, d, gradient) in product(rules, models, attacks, places):
            code = self.codes.get(rule, "")
            cell = Cell(rule, model, attack, n, f, d, float(gradient), method, code)
            if method not in (PLAIN, REDUCED):
                fewer = reduced_dimension(n - f, d) < d
                exact = _why_not_reduced(model, attack, rule) is None
                cell = replace(cell, method=REDUCED if exact and fewer else PLAIN)
            yield cell, bounds.get((model, n, f, d, gradient), {})

    def _method(
        self, number: int, grid: dict[str, Any], rules: Any, models: Any, attacks: Any
    ) -> str:
        """One of the `METHODS`; notes another one, and where the reduction would not be exact."""
        method = grid.get("method", PLAIN)
        line = self.lines.of("grid", number, "method")
        if method not in METHODS:
            self._note(line, f"method = {method!r}: give one of {', '.join(METHODS)}")
            return PLAIN
        if method == REDUCED:
            for parts in product(models, attacks, rules):
                why = _why_not_reduced(*parts)
                if why is not None:
                    self._note(line, f"method = {method!r}: {why}")
        return str(method)

    def _bounds(
        self, number: int, names: list[str], models: list[Model], places: Sequence[Place]
    ) -> dict[tuple[Model, int, int, int, float], dict[str, float]]:
        """The bounds of all claims for each model and place; notes where a claim has none."""
        bounds: dict[tuple[Model, int, int, int, float], dict[str, float]] = {}
        missing: dict[tuple[str, Any, str], list[NoBound]] = {}
        for name, model, (n, f, d, gradient) in product(names, models, places):
            found = bounds.setdefault((model, n, f, d, gradient), {})
            try:
                found[name] = sweep_claims()[name].bound(model, n, f, d, float(gradient))
            except NoBound as none:
                value = {"n": n, "gradient": gradient, "models": f'"{model.name}"'}[none.key]
                missing.setdefault((none.key, value, name), []).append(none)
        for (key, value, name), nones in missing.items():
            worst = max(nones, key=lambda none: none.least)
            line = self.lines.of("grid", number, key, value)
            self._note(line, f"{name} has no bound for {key} = {value}: {worst}")
        return bounds

    def _number(self, number: int, key: str, value: Any) -> bool:
        kinds = (int, float) if key == "gradient" else (int,)
        good = type(value) in kinds and NUMBERS[key] <= value <= sys.float_info.max
        if not good:
            line = self.lines.of("grid", number, key, value)
            kind = "a finite number" if key == "gradient" else "an integer"
            self._note(line, f"{key} = {value!r}: give {kind} >= {NUMBERS[key]}")
        return good

    def _fitting(self, number: int, ns: list[int], ds: list[int]) -> list[int]:
        """The n with which a trial can fit into memory; notes each that does not with every d."""
        for n in ns:
            bad = [d for d in ds if n * max(n, d) > LARGEST]
            if bad or n * n > LARGEST:
                line = self.lines.of("grid", number, "n", n)
                also = f" with d = {', '.join(map(str, bad))}" if bad and n * n <= LARGEST else ""
                self._note(line, f"n = {n}{also} is too large: give n n, n d <= {LARGEST:,}")
        return [n for n in ns if n * n <= LARGEST]

    def _part(self, number: int, kind: str, value: Any) -> Any:
        """A rule, model or attack, from its name or from a table with its name and parameters."""
        parameters = dict(value) if isinstance(value, dict) else {"name": value}
        name = parameters.pop("name", None)
        line = self.lines.of("grid", number, kind, f'"{name}"')
        try:
            if not isinstance(name, str):
                raise ValueError(f"{value!r}: give a name, or a table with a name and parameters")
            if kind == "rules" and ":" in name:
                foreign = _with(Foreign(name), parameters)
                self.watcher(f"imports and tries {foreign.spec}")
                problem, self.codes[foreign] = tried(foreign)
                if problem:
                    raise ValueError(problem)
                return foreign
            known = PARTS[kind]
            if kind == "attacks" and spelled(name, ("label_flip",)):
                raise ValueError("label_flip needs data: byzproof simulate --data digits has them")
            more = ", or MODULE:CALLABLE" if kind == "rules" else ""
            return _with(part_named(kind[:-1], name, known, more), parameters)
        except ValueError as wrong:
            self._note(line, str(wrong))
            return None

    def _refused(self, number: int, axes: list[list[Any]], claimed: bool) -> set[tuple[int, int]]:
        """The (n, f) that cannot be, each noted at the line of f."""
        rules, models, attacks, ns, fs, ds, _ = axes
        refused = set()
        reasons: dict[tuple[int, str], list[int]] = {}
        for n, f in product(ns, fs):
            said = set(_why_not(rules, models, attacks, n, f, min(ds, default=1), claimed))
            for why in said:
                reasons.setdefault((f, why), []).append(n)
            if said:
                refused.add((n, f))
        for (f, why), bad in reasons.items():
            line = self.lines.of("grid", number, "f", f)
            self._note(line, f"f = {f} with n = {', '.join(map(str, bad))}: {why}")
        return refused


def _why_not(
    rules: list[Rule],
    models: list[Any],
    attacks: list[Attack],
    n: int,
    f: int,
    d: int,
    claimed: bool,
) -> Iterator[str]:
    """Why no cell has this n and f: what the parts say to two trials in few coordinates."""
    krum = any(rule.name in ("krum", "multi_krum") for rule in rules)
    if 2 * f + 2 >= n and (krum or claimed):
        yield f"{'Krum' if krum else 'a claim about Krum'} needs 2f + 2 < n"
        return
    if f >= n:
        yield "there must be a correct worker, so f < n"
        return
    rng, d = np.random.default_rng(0), min(d, 4)
    noise = rng.standard_normal((2, n - f, d))
    for part in (*models, *attacks, *rules):
        try:
            if isinstance(part, Attack):
                sent = part(rng, noise, np.ones(d), f)
                if not np.isfinite(sent).all():
                    vectors = np.concatenate([noise, sent], axis=1)
                    for rule in rules:
                        if not isinstance(rule, Foreign):
                            rule.aggregate(vectors, f)
            elif isinstance(part, Foreign):
                continue  # tried when it was loaded
            elif isinstance(part, Rule):
                part.aggregate(rng.standard_normal((2, n, d)), f)
            else:
                part.noise(rng, 2, n - f, d, 1.0)
        except ValueError as wrong:
            said = str(wrong)
            yield said if said.startswith(part.name) else f"{part.label}: {said}"


def _why_not_reduced(model: Model, attack: Attack, rule: Rule) -> str | None:
    """Why the exact reduction is none for these parts, or None."""
    try:
        refuse_unless_exact(model, attack, rule)
    except ValueError as why:
        return str(why)
    return None


def _with(part: SomePart, parameters: dict[str, Any]) -> SomePart:
    """A part with some parameters changed; fractions are given as strings."""
    known = {field.name for field in fields(part)}
    hints = get_type_hints(type(part))
    changed = {}
    for key, value in parameters.items():
        if key not in known:
            there = f"; there are {_listed(known)}" if known else ", which has none"
            raise ValueError(f"unknown parameter {key!r} of {part.name}{there}")
        changed[key] = _parameter(key, value, {hints[key], *get_args(hints[key])})
        if changed[key] == getattr(part, key):
            del changed[key]  # 5 and 5.0 are one cell
    return replace(part, **changed)


def _parameter(key: str, value: Any, kinds: set[Any]) -> Any:
    """A value of TOML as one of these kinds."""
    if Fraction in kinds:
        try:
            return Fraction(value)
        except (TypeError, ValueError, ZeroDivisionError):
            raise ValueError(f"{key} = {value!r}: give a fraction such as '1/5'") from None
    if float in kinds and type(value) in (int, float) and abs(value) <= sys.float_info.max:
        return float(value)
    if type(value) in kinds - {float}:
        return value
    named = {int: "an integer", float: "a finite number", str: "a string"}
    wanted = " or ".join(words for kind, words in named.items() if kind in kinds)
    raise ValueError(f"{key} = {value!r}: give {wanted}")


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))
