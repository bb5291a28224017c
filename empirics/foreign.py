"""Aggregation rules of other libraries, by name: MODULE:CALLABLE.

    krum = load("byzfl:Krum")
    krum(vectors, f)                      # as if it were `krum(vectors, f)` on float64 arrays

How it wants to be called is read from its signature and tried once (see `empirics.calling`). Some
functions take more than vectors; `ADAPTERS` names a translation for each that is known.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from empirics.calling import METHODS, Convention, Extra, ways
from empirics.interfaces import FloatArray, IntArray, Rule
from empirics.layouts import LAYOUTS, as_array, flat, leaves
from empirics.signatures import role_of

ADAPTERS = {
    "flwr.server.strategy.aggregate:aggregate_krum": "empirics.flower:aggregate_krum",
    "flwr.serverapp.strategy.multikrum:select_multikrum": "empirics.flower:select_multikrum",
    "flwr.serverapp.strategy.krum:select_multikrum": "empirics.flower:select_multikrum",
}
"""For names that cannot be called with vectors: what to call in their place."""
EXAMPLE, F = np.random.default_rng(0).standard_normal((9, 3)), 1
"""What a callable is tried with."""
SAID = 3
"""Reasons that are named, of those why no call fits."""


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
    multi: bool = False
    """What a switch between Krum and Multi-Krum is set to, where it has one."""

    def __call__(self, vectors: FloatArray, f: int) -> FloatArray:
        """The result, of shape [d], for vectors [n, d]; whatever the callable raises is passed on.

        Raises NoVector where it returns something else. An index stands for that worker's vector.
        """
        return self.watched(vectors, f)[0]

    def watched(self, vectors: FloatArray, f: int, extra: Extra = Extra()) -> Watched:  # noqa: B008
        """The result, and how it came."""
        if extra.multi is None:
            extra = replace(extra, multi=self.multi)
        result, changed = self.convention.call(self.named, vectors, f, self.m, extra)
        value, form = _read(result, vectors)
        return Watched(value, changed, form)

    def written(self, f: int, n: int, d: int = 3) -> tuple[list[str], str]:
        """Imports, and an expression over an array called `vectors`: the call as Python."""
        module, _, name = ADAPTERS.get(self.spec, self.spec).partition(":")
        imports = [f"from {module} import {name.partition('.')[0]}"]
        imports = [*LAYOUTS[self.convention.container].imports, *imports]
        if self.convention.passes("config"):
            imports = ["from types import SimpleNamespace", *imports]
        return imports, self.convention.written(name, f, n, self.m, d, multi=self.multi)


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


def load(
    spec: str, m: int | None = None, *, needs_f: bool = True, multi: bool = False
) -> ForeignRule:
    """The callable MODULE:CALLABLE as a function of (vectors, f).

    Modules of the current folder are found too. CALLABLE may be a function, a class or factory
    that is called with f or a configuration, or an object with `aggregate`; dots lead into it. `m`
    is passed on to a Multi-Krum that takes it, `multi` turns on its switch, if it has one. What
    takes no f at all is called without it, so that it has to know one itself. Raises CannotLoad,
    with an adapter to paste where one would help.

    >>> rule = load("empirics.rules.krum:krum")
    >>> rule(np.array([[1.0], [2.0], [3.0], [4.0], [100.0]]), 1)
    array([2.])
    """
    named = find(spec)
    if not callable(named) and hasattr(named, "aggregate"):
        named, spec = named.aggregate, f"{spec}.aggregate"
    if not callable(named):
        raise CannotLoad(f"{spec} is no function or class: give MODULE:CALLABLE")
    said: list[str] = []
    found = _found(spec, named, m, said, needs_f=needs_f, multi=multi)
    if found is None and "torch" not in sys.modules and find_spec("torch") is not None:
        importlib.import_module("torch")  # some use tensors without importing it
        found = _found(spec, named, m, said, needs_f=needs_f, multi=multi)
    if found is not None:
        return found
    if not said:
        raise CannotLoad(
            f"{spec} does not look like a rule: it should take (vectors, f), or f first and the "
            f"vectors later{adapter(spec, named)}"
        )
    unique = list(dict.fromkeys(said))
    more = f"; and {len(unique) - SAID} more" if len(unique) > SAID else ""
    raise CannotLoad(
        f"{spec} gave no vector for {len(EXAMPLE)} workers, f = {F}, d = {EXAMPLE.shape[1]}; "
        f"it was called with {'; '.join(unique[:SAID])}{more}{adapter(spec, named)}"
    )


def _found(
    spec: str, named: Any, m: int | None, said: list[str], *, needs_f: bool, multi: bool
) -> ForeignRule | None:
    """The first way to call it that gives a vector; why the others do not is said."""
    for needs in ({"needs_f": needs_f}, {"needs_f": needs_f, "needs_m": True}, {"needs_f": False}):
        try:
            for way in ways(named, F, len(EXAMPLE), m, **needs):
                sent = len(EXAMPLE) - F if needs.get("needs_m") and m is None else m
                found = _accepted(ForeignRule(spec, named, way, m, multi), sent, said)
                if found is not None:
                    return found
        except Exception as error:  # noqa: BLE001  (its own errors)
            said.append(f"made with f = {F}: {in_one_line(error)}")
    return None


def _accepted(rule: ForeignRule, m: int | None, said: list[str]) -> ForeignRule | None:
    """The rule in the first layout that it takes; why it took none of the others is said.

    Who takes lists of layers also as lists of numbers may mean something else by them, such as the
    distances of layers added up: then lists of layers are what it is meant for.
    """
    for layout in LAYOUTS.values():
        if not layout.available:
            continue
        one = replace(rule, convention=replace(rule.convention, container=layout.name))
        read: dict[str, str] = dict(one.convention.read)
        try:
            extra = Extra(multi=one.multi)
            result, _ = one.convention.call(one.named, EXAMPLE, F, one.m, extra, read)
            vector_of(result, EXAMPLE)
        except Exception as error:  # noqa: BLE001  (whatever others raise)
            said.append(f"{one.convention.written('', F, len(EXAMPLE), m)}: {in_one_line(error)}")
            continue
        one = replace(one, convention=replace(one.convention, read=tuple(read.items())))
        by_layers = replace(layout, form="layers", holder="list")
        if layout.layered or not _differs(one, by_layers.name):
            return one
        return replace(one, convention=replace(one.convention, container=by_layers.name))
    return None


def _differs(rule: ForeignRule, container: str) -> bool:
    """Whether another layout is taken too, and gives other results."""
    other = replace(rule, convention=replace(rule.convention, container=container))
    rng = np.random.default_rng(1)
    try:
        for d in (3, 4, 6, 8):
            for vectors in rng.standard_normal((10, 9, d)):
                if not np.allclose(other(vectors, F), rule(vectors, F), rtol=1e-5, atol=1e-6):
                    return True
    except Exception:  # noqa: BLE001  (whatever others raise)
        return False
    return False


def adapter(spec: str, named: Any) -> str:
    """What to paste where a call does not fit: a function with the parameters that were seen."""
    module, _, name = spec.partition(":")
    try:
        parameters = list(inspect.signature(named).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    values = {"f": "f", "ratio": "f / len(vectors)", "n": "len(vectors)", "m": "len(vectors) - f"}
    parts, vectors = [], inspect.isclass(named)
    for p in parameters:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        role = role_of(p.name, p.default)
        if not role and not vectors:
            vectors, value = True, "list(vectors)"
        elif role not in values and p.default is not p.empty:
            continue
        else:
            value = values.get(role, "...")
        parts.append(f"{p.name}={value}")
    method = next((m for m in METHODS[1:] if hasattr(named, m)), "")
    later = f"{method and '.'}{method}(list(vectors))" if inspect.isclass(named) else ""
    head, dot, rest = name.partition(".")
    return "\n".join(
        (
            "; write an adapter, such as adapter.py, fill in each ... and give adapter:krum:",
            "    import numpy as np",
            f"    from {module} import {head} as theirs",
            "    def krum(vectors, f):  # an array [n, d], and a whole number",
            f"        result = theirs{dot}{rest}({', '.join(parts)}){later}",
            "        return np.ravel(result)  # a vector [d], or the index of a worker",
        )
    )


def vector_of(result: Any, vectors: FloatArray) -> FloatArray:
    """The result as a vector [d].

    It may be a vector, a row of one, its layers, the index of a worker, the indices of those that
    are kept, or what these sent: then their mean is meant. Of a tuple the first member is meant,
    unless it is a number and another is none. Raises NoVector.

    >>> vector_of(1, np.array([[1.0], [7.0]]))
    array([7.])
    """
    return _read(result, vectors)[0]


def form_of(result: Any, vectors: FloatArray) -> str:
    """How `vector_of` makes a vector of this result, as Python; `{}` stands for the result.

    >>> form_of((1, "of smallest score"), np.array([[1.0], [7.0]]))
    'vectors[{}[0]]'
    """
    return _read(result, vectors)[1]


ROW = "np.concatenate([np.ravel(x) for x in {}])"
"""A vector of its layers, as Python."""


def _read(result: Any, vectors: FloatArray, form: str = "{}") -> tuple[FloatArray, str]:
    """The vector, and how to make it."""
    n, d = vectors.shape
    if result is None:
        raise NoVector("it returned None, not a vector")
    if isinstance(result, tuple) and result:
        return _member(result, vectors, form)
    if _is_index(result) and (d == 1 or np.size(result) != d):
        if not 0 <= int(result) < n:
            raise NoVector(f"it returned {int(result)}, no index of one of {n} workers")
        return vectors[int(result)].astype(np.float64), f"vectors[{form}]"
    kept = _indices(result, n)
    mask = "bool" in str(getattr(result, "dtype", ""))
    if kept is not None and (len(kept) != d or mask or isinstance(result, list | set)):
        text = f"vectors[sorted({form})]" if isinstance(result, set) else f"vectors[{form}]"
        return vectors[kept].mean(axis=0, dtype=np.float64), f"{text}.mean(axis=0)"
    try:
        numbers = flat(result)
    except (TypeError, ValueError):
        raise NoVector(f"it returned {type(result).__name__}, not a vector") from None
    if numbers.size == d:
        if isinstance(result, Mapping):
            form = ROW.format(f"{form}.values()")
        elif hasattr(result, "get_parameters"):
            form = ROW.format(f"{form}.get_parameters()")
        elif isinstance(result, list) and any(np.ndim(as_array(x)) for x in leaves(result)):
            form = ROW.format(form)
        return numbers.copy(), form  # some return a buffer that they write into again
    return _mean_of_kept(result, numbers, vectors, form)


def _member(result: tuple[Any, ...], vectors: FloatArray, form: str) -> tuple[FloatArray, str]:
    """What is meant in a tuple."""
    first, d = result[0], vectors.shape[1]
    for i, other in enumerate(result):
        if np.ndim(first) == 0 and isinstance(other, Mapping | list):
            return _read(other, vectors, f"{form}[{i}]")
    try:
        return _read(first, vectors, f"{form}[0]")
    except NoVector:
        if any(np.ndim(leaf) == 0 for leaf in leaves(list(result))) or flat(result).size != d:
            raise
    return flat(result), ROW.format(form)


def _mean_of_kept(
    result: Any, numbers: FloatArray, vectors: FloatArray, form: str
) -> tuple[FloatArray, str]:
    """The mean of what some workers sent, where that was returned."""
    held = list(result.values()) if isinstance(result, Mapping) else result
    nested = isinstance(held, list | tuple)
    shape = tuple(getattr(result, "shape", numbers.shape if nested else ()))
    nothing = NoVector(f"it returned shape {shape}, not ({vectors.shape[1]},)")
    if not isinstance(held, list | tuple | np.ndarray) and not hasattr(held, "detach"):
        raise nothing
    if not 0 < len(held) <= len(vectors) or (np.ndim(held[0]) == 0 and not _many(held[0])):
        raise nothing
    rows = []
    for one in held:
        row, _ = _read(one, vectors)
        if not (np.abs(vectors - row) <= 1e-6 * np.abs(row)).all(axis=1).any():
            raise nothing
        rows.append(row)
    return (
        np.mean(rows, axis=0),
        f"np.mean([vector_of(kept, vectors) for kept in {form}], axis=0)",
    )


def _many(x: Any) -> bool:
    """Whether it holds more than one number."""
    return isinstance(x, Mapping | list | tuple) and len(list(leaves(x))) > 1


def _indices(result: Any, n: int) -> IntArray | None:
    """The indices of workers that a list, a set or an array of whole numbers or a mask gives."""
    if isinstance(result, set):
        result = sorted(result)
    if isinstance(result, list):
        if not result or not all(_is_index(one) or isinstance(one, bool) for one in result):
            return None
        array = np.array([int(one) if _is_index(one) else one for one in result])
    else:
        kind = str(getattr(result, "dtype", ""))
        if not ("int" in kind or "bool" in kind) or getattr(result, "ndim", 0) != 1:
            return None
        array = as_array(result).astype(bool if "bool" in kind else np.intp)
    if array.dtype == bool:
        array = np.flatnonzero(array) if len(array) == n else np.empty(0, dtype=np.intp)
    fits = 0 < len(array) <= n and bool(((array >= 0) & (array < n)).all())
    return array if fits and len({*array.tolist()}) == len(array) else None


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
