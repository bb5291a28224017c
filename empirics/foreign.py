"""Aggregation rules of other libraries, by name: MODULE:CALLABLE.

    krum = load("byzfl:Krum")
    krum(vectors, f)                      # as if it were `krum(vectors, f)` on float64 arrays

How it wants to be called is read from its signature and tried once (see `empirics.calling`). Some
functions take more than vectors; `ADAPTERS` names a translation for each that is known.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from empirics.calling import WRITTEN, Convention, as_array, conventions
from empirics.interfaces import FloatArray, Rule

ADAPTERS = {
    "flwr.server.strategy.aggregate:aggregate_krum": "empirics.flower:aggregate_krum",
    "flwr.serverapp.strategy.multikrum:select_multikrum": "empirics.flower:select_multikrum",
    "flwr.serverapp.strategy.krum:select_multikrum": "empirics.flower:select_multikrum",
}
"""For names that cannot be called with vectors: what to call in their place."""


class CannotLoad(ValueError):
    """There is no such callable, or it cannot be called as an aggregation rule; says why."""


class NoVector(ValueError):
    """What a callable returned is neither a vector of the right length nor a worker's index."""


class Watched(NamedTuple):
    """What came of one call."""

    value: FloatArray
    """The vector [d]."""
    changed: bool
    """The callable changed the vectors that it was given."""
    form: str
    """How to make a vector of what was returned, as Python: `{}` is the call."""


@dataclass(frozen=True, eq=False)
class ForeignRule:
    """A callable of somebody else, as a function of (vectors, f)."""

    spec: str
    """MODULE:CALLABLE."""
    named: Any
    """What the name stands for."""
    convention: Convention
    m: int | None
    """The m that is passed to it, where it takes one; None for n - f where it must have one."""

    def __call__(self, vectors: FloatArray, f: int) -> FloatArray:
        """The result, of shape [d], for vectors [n, d]; whatever the callable raises is passed on.

        Raises NoVector where it returns something else. An index stands for that worker's vector.
        """
        return self.watched(vectors, f)[0]

    def watched(self, vectors: FloatArray, f: int) -> Watched:
        """The result, and how it came."""
        result, changed = self.convention.call(self.named, vectors, f, self.m)
        return Watched(vector_of(result, vectors), changed, form_of(result, vectors))

    def written(self, f: int, n: int) -> tuple[list[str], str]:
        """Imports, and an expression over an array called `vectors`: the call as Python."""
        module, _, name = ADAPTERS.get(self.spec, self.spec).partition(":")
        first = name.partition(".")[0]
        imports = [f"from {module} import {first}"]
        if "torch" in WRITTEN[self.convention.container]:
            imports.insert(0, "import torch")
        return imports, self.convention.written(name, f, n, self.m)


@dataclass(frozen=True)
class Foreign(Rule):
    """A rule of another library among ours, as MODULE:CALLABLE, for simulations and sweeps."""

    name: ClassVar[str] = "foreign"
    spec: str = "empirics.rules.krum:krum"
    m: int | None = None

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The rule of every trial on its own; ValueError where it fails, and says how."""
        rule = _loaded(self.spec, self.m)
        batch = vectors.reshape(-1, *vectors.shape[-2:])
        results = np.empty((len(batch), vectors.shape[-1]))
        for t, trial in enumerate(batch):
            try:
                results[t] = rule(trial, f)
            except Exception as error:
                raise ValueError(f"{self.spec}, trial {t}: {in_one_line(error)}") from error
        return results.reshape(*vectors.shape[:-2], vectors.shape[-1])


def load(spec: str, m: int | None = None, *, needs_f: bool = True) -> ForeignRule:
    """The callable MODULE:CALLABLE as a function of (vectors, f).

    Modules of the current folder are found too. CALLABLE may be a function, a class or factory
    that is called with f, or an object with `aggregate`; dots lead into it. `m` is passed on to a
    Multi-Krum that takes it; a rule such as the median does without f where it does not need it.
    Raises CannotLoad.

    >>> rule = load("empirics.rules.krum:krum")
    >>> rule(np.array([[1.0], [2.0], [3.0], [4.0], [100.0]]), 1)
    array([2.])
    """
    named = find(spec)
    if not callable(named) and hasattr(named, "aggregate"):
        named, spec = named.aggregate, f"{spec}.aggregate"
    if not callable(named):
        raise CannotLoad(f"{spec} is no function or class: give MODULE:CALLABLE")
    example, f = np.random.default_rng(0).standard_normal((9, 3)), 1
    said: list[str] = []
    try:
        for convention in conventions(named, f, len(example), m, needs_f=needs_f):
            rule = ForeignRule(spec, named, convention, m)
            try:
                rule(example, f)
            except Exception as error:  # noqa: BLE001  (whatever others raise)
                said.append(f"{convention.written('', f, len(example), m)}: {in_one_line(error)}")
            else:
                return rule
    except Exception as error:  # noqa: BLE001  (its own errors)
        said.append(f"made with f = {f}: {in_one_line(error)}")
    if not said:
        raise CannotLoad(
            f"{spec} does not look like a rule: it should take (vectors, f), or f first and the "
            "vectors later; wrap it in a function krum(vectors, f)"
        )
    raise CannotLoad(
        f"{spec} gave no vector for {len(example)} workers, f = {f}, d = {example.shape[1]}; "
        f"it was called with {'; '.join(dict.fromkeys(said))}"
    )


def vector_of(result: Any, vectors: FloatArray) -> FloatArray:
    """The result as a vector [d]: a vector, a row of one, or the index of a worker.

    Of a tuple the first member is meant. Raises NoVector.

    >>> vector_of(1, np.array([[1.0], [7.0]]))
    array([7.])
    """
    n, d = vectors.shape
    result, _ = _first(result)
    try:
        array = as_array(result)
    except (TypeError, ValueError):
        raise NoVector(f"it returned {type(result).__name__}, not a vector") from None
    if result is None:
        raise NoVector("it returned None, not a vector")
    if array.size == d and not (d == 1 and _is_index(result)):
        return array.reshape(d).copy()  # some return a buffer that they write into again
    if _is_index(result):
        if not 0 <= int(array) < n:
            raise NoVector(f"it returned {int(array)}, no index of one of {n} workers")
        chosen: FloatArray = vectors[int(array)].astype(np.float64)
        return chosen
    raise NoVector(f"it returned shape {array.shape}, not ({d},)")


def form_of(result: Any, vectors: FloatArray) -> str:
    """How `vector_of` makes a vector of this result, as Python; `{}` stands for the result.

    >>> form_of((1, "of smallest score"), np.array([[1.0], [7.0]]))
    'vectors[{}[0]]'
    """
    result, form = _first(result)
    d = vectors.shape[1]
    return f"vectors[{form}]" if _is_index(result) and (d == 1 or np.size(result) != d) else form


def _first(result: Any) -> tuple[Any, str]:
    """What is meant: the first member of a tuple, or all of it; and that as Python."""
    if isinstance(result, tuple) and result:
        return result[0], "{}[0]"
    return result, "{}"


def _is_index(result: Any) -> bool:
    """Whether it is one integer."""
    if isinstance(result, bool):
        return False
    kind = getattr(result, "dtype", type(result))
    return getattr(result, "ndim", 0) == 0 and "int" in str(kind)


def find(spec: str) -> Any:
    """What MODULE:CALLABLE stands for, or its adapter; raises CannotLoad where there is nothing."""
    module, colon, name = ADAPTERS.get(spec, spec).partition(":")
    if not colon or not module or not name:
        raise CannotLoad(f"{spec} is not MODULE:CALLABLE, such as byzfl:Krum")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module)
    except ImportError as error:
        raise CannotLoad(f"cannot import {module}: {error}; is it installed here?") from error
    except (Exception, SystemExit) as error:  # whatever a module does when it is imported
        raise CannotLoad(f"{module} fails when it is imported: {in_one_line(error)}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise CannotLoad(f"{module} has no {name}: check the spelling")
        found = getattr(found, part)
    return found


def in_one_line(error: BaseException) -> str:
    """The kind of an error and the first line of what it says."""
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines and lines[0] else type(error).__name__


@cache
def _loaded(spec: str, m: int | None) -> ForeignRule:
    return load(spec, m)
