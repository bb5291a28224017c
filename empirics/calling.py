"""How a function that somebody else wrote wants to be called, read from its signature.

Aggregation rules are found as `krum(vectors, f)`, `Krum(f)(vectors)`, `krum(gradients, n=n, f=f)`,
`Krum().aggregate(gradients, num_byzantine=f)`, `Krum(config).forward(models)` or `krum(models)`;
f as a count or as a ratio of n. What holds the vectors is a layout of `empirics.layouts`.
"""

from __future__ import annotations

import inspect
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from math import inf, nextafter
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray
from empirics.layouts import LAYOUTS, as_array, leaves
from empirics.signatures import VECTORS, role_of

METHODS = (
    *("__call__", "forward", "aggregate", "defend_before_aggregation", "defend"),
    *("aggregate_updates", "select"),
)
"""What aggregates, where an object does: the first that it has."""
SHARED = 2**20
"""Numbers from which on nothing is copied for a call."""
ROLES = ("vectors", "f", "ratio", "n", "m", "counts", "config", "multi")
"""What can be passed: *vectors one by one, f, f/n, n, m, counts of examples, an object with any of
these as attributes, and whether Multi-Krum is meant."""


UNREAD = "not given"
"""How an m is read of a configuration that has none."""


@dataclass(frozen=True)
class Extra:
    """What else may be asked of a callable, beside vectors and f."""

    counts: tuple[float, ...] | None = None
    """The numbers of examples of the workers, each 1 unless given."""
    multi: bool | None = None
    """The switch between Krum and Multi-Krum, where it has one; as it was loaded unless given."""
    shorter: bool = False
    """The last vector lacks its last coordinate, where the layout can say that."""


class Config:
    """An object that has f, n and m under any of the names they go by, and notes what is read."""

    def __init__(self, values: dict[str, Any], read: dict[str, str] | None = None) -> None:
        self._values = values
        self._read = {} if read is None else read

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self:
            raise AttributeError(f"the configuration was asked for {name}")
        self._read[name] = "."
        return self._values[role_of(name)]

    def __contains__(self, name: str) -> bool:
        role = role_of(name)
        if role == "m" and not self._values["told"]:
            self._read[name] = UNREAD
            return False
        return role in self._values

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise KeyError(f"the configuration was asked for {name}")
        self._read[name] = "[]"
        return self._values[role_of(name)]

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict."""
        try:
            return self[name]
        except KeyError:
            return default


@dataclass(frozen=True)
class Arguments:
    """What goes where in one call: pairs of a keyword (or "", by position) and a role."""

    roles: tuple[tuple[str, str], ...]

    def takes(self, role: str) -> bool:
        """Whether `role`, one of ROLES, is passed."""
        return any(role == given for _, given in self.roles)

    def call(self, function: Callable[..., Any], values: dict[str, Any]) -> Any:
        """Call the function with the values of the roles."""
        named = {keyword: values[role] for keyword, role in self.roles if keyword}
        if self.takes("*vectors"):
            return function(*values["vectors"], **named)
        return function(*(values[role] for keyword, role in self.roles if not keyword), **named)

    def written(self, values: dict[str, str]) -> str:
        """The call as Python writes it, in brackets."""
        parts = [f"{k}={values[role]}" if k else values[role] for k, role in self.roles]
        return f"({', '.join(parts)})"


@dataclass(frozen=True)
class Convention:
    """A way from (vectors, f) to the result: a call, or two where an object is made first."""

    first: Arguments
    """The call of what was named."""
    method: str
    """Where the first call makes an object: its method that aggregates, of METHODS. Else ""."""
    second: Arguments | None
    """The call of that method."""
    container: str
    """The name of a layout."""
    read: tuple[tuple[str, str], ...] = ()
    """What was read of a configuration: names, and "." or "[]" for how."""
    optional: tuple[str, ...] = ()
    """Parameters that stand for m and could be given, but are not."""

    def call(
        self,
        named: Any,
        vectors: FloatArray,
        f: int,
        m: int | None,
        extra: Extra = Extra(),
        read: dict[str, str] | None = None,
    ) -> tuple[Any, bool]:
        """The result for vectors [n, d], and whether what was passed has been changed.

        Small ones are copied first. From `SHARED` numbers on the callable gets the vectors
        themselves, so that one that writes into its input writes into them. `read` gets what is
        read of a configuration.
        """
        layout, counts = LAYOUTS[self.container], extra.counts
        shared = vectors.size >= SHARED
        passed = layout.pack(vectors if shared else vectors.copy(order="K"), counts)
        if extra.shorter:
            passed[len(vectors) - 1] = layout.pack(vectors[-1:, :-1])[0]
        before = _checksum(passed) if shared else 0
        values = _values(len(vectors), f, m, read) | {"multi": bool(extra.multi)}
        values |= {"vectors": passed, "counts": list(counts or [1] * len(vectors))}
        result = self.first.call(named, values)
        if self.second is not None:
            result = self.second.call(getattr(result, self.method), values)
        if shared:
            return result, _checksum(passed) != before
        return result, not _same(passed, layout.pack(vectors, counts))

    def passes(self, role: str) -> bool:
        """Whether `role` is passed in any of its calls, or read of a configuration."""
        called = self.first.takes(role) or (self.second is not None and self.second.takes(role))
        return called or any(role == role_of(name) for name, how in self.read if how != UNREAD)

    def named(self, role: str) -> str:
        """What a parameter of this role is called, or "" where that is not said."""
        roles = self.first.roles + (() if self.second is None else self.second.roles)
        return next((keyword for keyword, given in roles if given == role and keyword), "")

    @property
    def could_take_m(self) -> str:
        """What an m could be given as, where it is not, or ""."""
        unread = [name for name, how in self.read if how == UNREAD]
        return [*self.optional, *unread, ""][0]

    @property
    def knows_f(self) -> bool:
        """Whether it is told how many workers may be Byzantine."""
        return self.passes("f") or self.passes("ratio")

    @property
    def counted(self) -> bool:
        """Whether numbers of examples are passed."""
        return bool(LAYOUTS[self.container].counted) or self.passes("counts")

    def written(
        self, name: str, f: int, n: int, m: int | None, d: int = 3, *, multi: bool = False
    ) -> str:
        """The call as an expression over an array [n, d] called `vectors`."""
        of = {"f": f, "n": n, "m": n - f if m is None else m, "ratio": ratio(f, n)}
        read = ", ".join(f"{name}={of[role_of(name)]}" for name, how in self.read if how != UNREAD)
        kind = "dict" if any(how == "[]" for _, how in self.read) else "SimpleNamespace"
        values = {role: str(value) for role, value in of.items()}
        vectors = LAYOUTS[self.container].written(d)
        values |= {"vectors": vectors, "*vectors": f"*{vectors}", "counts": f"[1] * {n}"}
        values |= {"config": f"{kind}({read})", "multi": str(multi)}
        text = name + self.first.written(values)
        if self.second is None:
            return text
        attribute = "" if self.method == "__call__" else f".{self.method}"
        return f"{text}{attribute}{self.second.written(values)}"


def ratio(f: int, n: int) -> float:
    """A number r near f/n such that rounding r n down gives f, and rounding it up where it can.

    For some n no such number has r n = f in floats, 7/25 for one; then rounding up gives f + 1.

    >>> ratio(1, 49) * 49, int(ratio(13, 45) * 45)
    (1.0, 13)
    """
    near = f / n if n and not isinstance(f, str) else 0.0
    tries = (near, nextafter(near, inf), nextafter(near, 0.0))
    exact = [r for r in tries if r * n == f]
    return [*exact, *(r for r in tries if int(r * n) == f), near][0]


def _values(n: int, f: int, m: int | None, read: dict[str, str] | None = None) -> dict[str, Any]:
    """The values of all roles but the vectors and their counts."""
    values: dict[str, Any] = {"f": f, "ratio": ratio(f, n), "n": n, "told": m is not None}
    values |= {"m": m if m is not None or isinstance(f, str) else n - f, "multi": False}
    return values | {"config": Config(values, read)}


def ways(
    named: Any, f: int, n: int, m: int | None, *, needs_f: bool, needs_m: bool = False
) -> Iterator[Convention]:
    """The ways to call that the signatures allow, the likeliest first, with an array.

    A class or a factory is called with this f (and n and m), to read the signature of what it
    makes; whatever it raises is passed on. A rule such as the median does not need f. `needs_m`
    passes m also where it could be left out.
    """
    sent = (n - f if m is None else m) if needs_m else m
    direct = None if inspect.isclass(named) else fill(named, vectors=True, f=needs_f, m=sent)
    if direct is not None:
        yield Convention(direct, "", None, "array", optional=_optional(named, direct))
    maker = fill(named, vectors=False, f=False, m=sent)
    if maker is None or not (direct is None or _is_opaque(named)):
        return
    read: dict[str, str] = {}
    made = maker.call(named, _values(n, f, sent, read))
    told = any(maker.takes(role) for role in ("f", "ratio", "config"))
    for method in METHODS:
        function = getattr(made, method, None)
        if function is not None:
            second = fill(function, vectors=True, f=needs_f and not told, m=sent)
            if second is not None:
                optional = _optional(named, maker) + _optional(function, second)
                yield Convention(maker, method, second, "array", tuple(read.items()), optional)


def fill(function: Any, *, vectors: bool, f: bool, m: int | None) -> Arguments | None:
    """What to pass where, or None if the signature cannot be filled.

    `vectors` passes them, as the first argument of no known name. `f` says that f must be passed;
    else it is where it has a known name, or is all that is missing from a call without vectors.
    m is passed where it is required, or is not None.
    """
    given = _parameters(function)
    parameters = [p for p in given if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    known = {p.name: role_of(p.name, p.default) for p in parameters}
    if "q" in known:  # MultiKrum(f, q) averages q; alone, q counts the Byzantine workers
        known["q"] = "m" if "f" in known.values() else "f"
    if not vectors:
        known = {name: "" if role == "counts" else role for name, role in known.items()}
    roles: list[tuple[str, str]] = []
    missing = f
    if vectors and not parameters:
        return Arguments((("", "vectors"), *((("", "f"),) if f else ())))
    if not vectors and not parameters and _is_opaque(function):
        return Arguments((("", "f"),))
    if vectors and given[0].kind is given[0].VAR_POSITIONAL:  # krum(*tensors, f=1)
        roles.append(("", "*vectors"))
    for p in parameters:
        required = p.default is p.empty
        role = known[p.name]
        if not role and vectors and not {("", "vectors"), ("", "*vectors")} & {*roles}:
            role = "vectors"
        elif not role and required and p.name.lower().strip("_") not in VECTORS:
            role = "f"
        elif not role and required:
            return None
        if not role or (role == "m" and not required and m is None):
            continue
        if any(role == given for _, given in roles):
            return None
        by_position = required and p.kind is not p.KEYWORD_ONLY and not any(k for k, _ in roles)
        by_position = by_position and ("", "*vectors") not in roles
        roles.append(("" if by_position or p.kind is p.POSITIONAL_ONLY else p.name, role))
        missing = missing and role not in ("f", "ratio", "config")
    filled = Arguments(tuple(roles))
    gives = filled.takes("vectors") or filled.takes("*vectors")
    return filled if not missing and gives == vectors else None


def _parameters(function: Any) -> list[inspect.Parameter]:
    """Those of its signature; of torch's modules, those of `forward`."""
    if "_call_impl" in getattr(function, "__name__", ""):
        function = getattr(getattr(function, "__self__", None), "forward", function)
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C, say
        return []


def _optional(function: Any, filled: Arguments) -> tuple[str, ...]:
    """Its parameters that stand for m, where none is passed."""
    roles = {p.name: role_of(p.name, p.default) for p in _parameters(function)}
    return () if filled.takes("m") else tuple(name for name, role in roles.items() if role == "m")


def _is_opaque(function: Any) -> bool:
    """Whether the signature says nothing: it has none, or takes anything."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    kinds = {p.kind for p in parameters}
    return bool(kinds) and kinds <= {
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    }


def _checksum(passed: Any) -> int:
    """Of the numbers in what was passed: it tells whether they are the same afterwards."""
    total = len(passed)
    for leaf in leaves(passed):
        numbers = leaf.detach().cpu().numpy() if hasattr(leaf, "detach") else np.asarray(leaf)
        for row in numbers if numbers.ndim > 1 else [numbers]:
            total = zlib.crc32(np.ascontiguousarray(row).data, total)
    return total


def _same(passed: Any, fresh: Any) -> bool:
    """Whether what was passed holds the same numbers in the same places as a fresh one."""
    try:
        pairs = [(as_array(a), as_array(b)) for a, b in zip_longest(leaves(passed), leaves(fresh))]
    except (TypeError, ValueError):
        return False
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
