"""How a function that somebody else wrote wants to be called, read from its signature.

Aggregation rules are found as `krum(vectors, f)`, `Krum(f)(vectors)`, `krum(gradients, n=n, f=f)`
or `Krum().aggregate(gradients, num_byzantine=f)`; the vectors as an array, a tensor or a list.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray

BYZANTINE = {
    *("f", "byz", "nbyz", "byzantine", "num_byzantine", "n_byzantine", "nb_byzantine"),
    *("num_byz", "n_byz", "nb_byz", "num_malicious", "n_malicious", "nb_malicious", "malicious"),
    *("num_malicious_nodes", "num_attackers", "n_attackers", "nb_attackers", "num_faulty"),
    *("n_faulty", "num_adversaries", "n_adversaries", "max_byzantine", "byzantine_count"),
}
"""Names of the parameter f, as libraries have them."""
WORKERS = {"n", "num_workers", "n_workers", "nb_workers", "num_clients", "n_clients", "num_users"}
"""Names of the parameter n."""
KEPT = {"m", "to_keep", "num_selected", "n_selected", "num_to_select", "num_nodes_to_select"}
"""Names of the parameter m of Multi-Krum."""
VECTORS = {"vectors", "gradients", "grads", "updates", "inputs", "points", "x", "xs"}
"""Names that f never has."""
METHODS = ("__call__", "aggregate")
"""What aggregates, where an object does: the first that it has."""


@dataclass(frozen=True)
class Arguments:
    """What goes where in one call: pairs of a keyword (or "", by position) and a role."""

    roles: tuple[tuple[str, str], ...]

    def takes(self, role: str) -> bool:
        """Whether `role`, one of vectors, f, n and m, is passed."""
        return any(role == given for _, given in self.roles)

    def call(self, function: Callable[..., Any], values: dict[str, Any]) -> Any:
        """Call the function with the values of the roles."""
        positional = [values[role] for keyword, role in self.roles if not keyword]
        named = {keyword: values[role] for keyword, role in self.roles if keyword}
        return function(*positional, **named)

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
    """A key of CONTAINERS."""

    def call(self, named: Any, vectors: FloatArray, f: int, m: int | None) -> tuple[Any, bool]:
        """The result for vectors [n, d], and whether what was passed has been changed.

        Small ones are copied first. From `SHARED` numbers on the callable gets the vectors
        themselves, so that one that writes into its input writes into them.
        """
        shared = vectors.size >= SHARED
        passed = CONTAINERS[self.container](vectors if shared else vectors.copy())
        before = _checksum(passed) if shared else 0
        values = {"vectors": passed, "f": f, "n": len(vectors), "m": len(vectors) - f}
        if m is not None:
            values["m"] = m
        result = self.first.call(named, values)
        if self.second is not None:
            result = self.second.call(getattr(result, self.method), values)
        if shared:
            return result, _checksum(passed) != before
        after = np.asarray([as_array(row) for row in passed])
        return result, not np.array_equal(after, vectors, equal_nan=True)

    def passes(self, role: str) -> bool:
        """Whether `role` is passed in any of its calls."""
        return self.first.takes(role) or (self.second is not None and self.second.takes(role))

    def written(self, name: str, f: int, n: int, m: int | None) -> str:
        """The call as an expression over an array called `vectors`."""
        vectors = WRITTEN[self.container]
        kept = str(n - f if m is None else m)
        values = {"vectors": vectors, "f": str(f), "n": str(n), "m": kept}
        text = name + self.first.written(values)
        if self.second is None:
            return text
        attribute = "" if self.method == "__call__" else f".{self.method}"
        return f"{text}{attribute}{self.second.written(values)}"


def conventions(
    named: Any, f: int, n: int, m: int | None, *, needs_f: bool = True
) -> Iterator[Convention]:
    """The ways to call that the signatures allow, the likeliest first, in each container.

    A class or a factory is called with this f (and n and m), to read the signature of what it
    makes; whatever it raises is passed on. A rule such as the median does not need f.
    """
    containers = [c for c in CONTAINERS if "tensor" not in c or "torch" in sys.modules]
    direct = None if inspect.isclass(named) else fill(named, vectors=True, f=needs_f, m=m)
    if direct is not None:
        yield from (Convention(direct, "", None, container) for container in containers)
    maker = fill(named, vectors=False, f=False, m=m)
    if maker is not None and (direct is None or _is_opaque(named)):
        ways: list[tuple[str, Arguments]] = []
        values = {"f": f, "n": n, "m": n - f if m is None else m}
        made = maker.call(named, values)
        for method in METHODS:
            function = getattr(made, method, None)
            if function is not None:
                second = fill(function, vectors=True, f=needs_f and not maker.takes("f"), m=m)
                ways += [] if second is None else [(method, second)]
        for container in containers:
            yield from (Convention(maker, *way, container) for way in ways)


def fill(function: Any, *, vectors: bool, f: bool, m: int | None) -> Arguments | None:
    """What to pass where, or None if the signature cannot be filled.

    `vectors` passes them, as the first argument of no known name. `f` says that f must be passed;
    else it is where it has a known name, or is all that is missing from a call without vectors.
    m is passed where it is required, or is not None.
    """
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C, say
        parameters = []
    parameters = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    known = {p.name: _ROLE.get(p.name.lower().strip("_"), "") for p in parameters}
    if "q" in known:  # MultiKrum(f, q) averages q; alone, q counts the Byzantine workers
        known["q"] = "m" if "f" in known.values() else "f"
    roles: list[tuple[str, str]] = []
    missing = f
    if vectors and not parameters:
        return Arguments((("", "vectors"), *((("", "f"),) if f else ())))
    if not vectors and not parameters and _is_opaque(function):
        return Arguments((("", "f"),))
    for p in parameters:
        required = p.default is p.empty
        role = known[p.name]
        if not role and vectors and ("", "vectors") not in roles:
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
        roles.append(("" if by_position or p.kind is p.POSITIONAL_ONLY else p.name, role))
        missing = missing and role != "f"
    filled = Arguments(tuple(roles))
    return filled if not missing and filled.takes("vectors") == vectors else None


_ROLE = {
    name: role for role, names in (("f", BYZANTINE), ("n", WORKERS), ("m", KEPT)) for name in names
}


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


def as_array(x: Any) -> FloatArray:
    """An array, a list, a number or a torch tensor as float64, on this machine."""
    if hasattr(x, "detach"):
        x = x.detach().cpu().numpy()
    return np.asarray(x, dtype=np.float64)


def _checksum(passed: Any) -> int:
    """Of the numbers in what was passed: it tells whether they are the same afterwards."""
    total = len(passed)
    for row in passed:
        numbers = row.detach().cpu().numpy() if hasattr(row, "detach") else np.asarray(row)
        total = zlib.crc32(np.ascontiguousarray(numbers).data, total)
    return total


def _tensor(vectors: FloatArray) -> Any:
    # torch has no tensors that cannot be written to.
    return importlib.import_module("torch").from_numpy(np.require(vectors, requirements="W"))


SHARED = 2**20
"""Numbers from which on nothing is copied for a call."""

CONTAINERS: dict[str, Callable[[FloatArray], Any]] = {
    "array": lambda vectors: vectors,
    "list of arrays": list,
    "tensor": _tensor,
    "list of tensors": lambda vectors: [_tensor(row) for row in vectors],
    "list of lists": lambda vectors: vectors.tolist(),
}
"""The forms in which vectors [n, d] are offered; all but lists of lists share their memory."""

WRITTEN = {
    "array": "vectors",
    "list of arrays": "list(vectors)",
    "tensor": "torch.from_numpy(vectors)",
    "list of tensors": "[torch.from_numpy(v) for v in vectors]",
    "list of lists": "vectors.tolist()",
}
"""The same as Python expressions."""
