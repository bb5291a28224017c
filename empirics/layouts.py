"""The forms in which libraries take the workers' vectors, and give back what they make of them.

A layout is made of four choices: the numbers (numpy, torch, jax), what a worker sends (a vector,
a list of layers, a state dict), whether a count of examples goes with it, and what holds them.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray

NUMBERS = {"numpy": "{}", "torch": "torch.from_numpy({})", "jax": "jnp.asarray({})"}
"""How an array becomes what a library computes with, as Python; `{}` is the array."""
FORMS = {
    "vector": "{0}",
    "layers": "[{0}, {1}]",
    "state": "{{'weight': {0}, 'bias': {1}}}",
}
"""What one worker sends, of its layers."""
COUNTED = {"": "{0}", "after": "({0}, {1})", "before": "({1}, {0})"}
"""Where the number of examples goes."""


def layers_of(d: int) -> tuple[int, ...]:
    """The numbers of coordinates of the layers that vectors [d] are cut into.

    A weight [a, 1] and a bias [b] with a + b = d, so that no two layers have one shape: who takes
    them for one array gets an error. A vector of one coordinate is one layer.

    >>> layers_of(5), layers_of(1)
    ((3, 2), (1,))
    """
    return (d - d // 2, d // 2) if d > 1 else (1,)


@dataclass(frozen=True)
class Layout:
    """One form in which vectors [n, d] are offered."""

    number: str = "numpy"
    """A key of NUMBERS."""
    form: str = "vector"
    """A key of FORMS."""
    counted: str = ""
    """A key of COUNTED."""
    holder: str = "array"
    """What holds the workers: "array", "list", "dict", "lists" of numbers, or "models"."""

    @property
    def name(self) -> str:
        """What it is called in reports."""
        plain = self.number == "numpy"
        numbers = "array" if plain else self.number + " tensor" if self.number == "torch" else "jax"
        if self.holder == "lists":
            return "list of lists"
        if self.holder == "array":
            return {"numpy": "array", "torch": "tensor", "jax": "jax array"}[self.number]
        if self.holder == "models":
            return "list of models"
        one = {
            "vector": {"numpy": "arrays", "torch": "tensors", "jax": "jax arrays"}[self.number],
            "layers": "lists of layers" + ("" if plain else f" ({numbers})"),
            "state": "state dicts" + ("" if plain else f" ({numbers})"),
        }[self.form]
        pair = {"": one, "after": f"({one}, num_examples)", "before": f"(num_examples, {one})"}
        return f"{self.holder} of {pair[self.counted]}"

    @property
    def available(self) -> bool:
        """Whether its library is imported already."""
        return self.number == "numpy" or self.number in sys.modules

    @property
    def layered(self) -> bool:
        """Vectors are cut into layers."""
        return self.form != "vector"

    def pack(self, vectors: FloatArray, counts: Sequence[float] | None = None) -> Any:
        """Vectors [n, d] in this form; all but lists of numbers and jax share their memory."""
        if self.holder == "array":
            return self._number(vectors)
        if self.holder == "lists":
            return vectors.tolist()
        counts = [1] * len(vectors) if counts is None else counts
        sent = [self._one(v, c) for v, c in zip(vectors, counts, strict=True)]
        return dict(enumerate(sent)) if self.holder == "dict" else sent

    def written(self, d: int) -> str:
        """The same as a Python expression over `vectors`, an array [n, d]."""
        number, cut = NUMBERS[self.number], layers_of(d)[0]
        if self.holder == "array":
            return number.format("vectors")
        if self.holder == "lists":
            return "vectors.tolist()"
        if self.form == "vector":
            one = number.format("v")
            if one == "v" and not self.counted and self.holder == "list":
                return "list(vectors)"
        elif d == 1:
            one = FORMS[self.form].partition(", ")[0].format(number.format("v.reshape(-1, 1)"))
            one += "]" if self.form == "layers" else "}"
        else:
            parts = (f"v[:{cut}].reshape(-1, 1)", f"v[{cut}:]")
            one = FORMS[self.form].format(*map(number.format, parts))
        if self.holder == "models":
            return f"[Model({one}) for v in vectors]"
        one = COUNTED[self.counted].format(one, 1)
        if self.holder == "dict":
            return f"{{i: {one} for i, v in enumerate(vectors)}}"
        return f"[{one} for v in vectors]"

    @property
    def imports(self) -> list[str]:
        """What `written` needs."""
        needed = {"numpy": [], "torch": ["import torch"], "jax": ["import jax.numpy as jnp"]}
        models = ["from empirics.layouts import Model"] if self.holder == "models" else []
        return [*needed[self.number], *models]

    def _one(self, v: FloatArray, count: float) -> Any:
        sent: Any
        if self.form == "vector":
            sent = self._number(v)
        else:
            cut = layers_of(len(v))[0]
            parts = [self._number(v[:cut].reshape(-1, 1))]
            parts += [self._number(v[cut:])] if cut < len(v) else []
            names = ("weight", "bias")
            sent = parts if self.form == "layers" else dict(zip(names, parts, strict=False))
        if self.holder == "models":
            return Model(sent)
        return {"": sent, "after": (sent, count), "before": (count, sent)}[self.counted]

    def _number(self, x: FloatArray) -> Any:
        if self.number == "torch":  # torch has no tensors that cannot be written to
            return importlib.import_module("torch").from_numpy(np.require(x, requirements="W"))
        return x if self.number == "numpy" else importlib.import_module("jax.numpy").asarray(x)


class Model:
    """Stands for the model of a worker, where a callable takes models alone."""

    def __init__(self, parameters: list[Any]) -> None:
        self.parameters = parameters

    def get_parameters(self) -> list[Any]:
        """The layers."""
        return self.parameters

    def get_num_samples(self) -> int:
        """Every worker has one example."""
        return 1

    def get_contributors(self) -> list[str]:
        """Nobody by name."""
        return []

    def build_copy(self, params: list[Any] | None = None, **others: Any) -> Model:
        """A model with these layers, or the same."""
        return Model(self.parameters if params is None else params)


FLAT = (
    Layout(),
    Layout(holder="list"),
    Layout("torch"),
    Layout("torch", holder="list"),
    Layout("jax"),
    Layout("jax", holder="list"),
    Layout(holder="lists"),
)
"""A vector for each worker; the likeliest first."""
LAYERED = tuple(
    Layout(number, form, counted, holder)
    for holder, counted, form, number in product(
        ("list", "dict"), COUNTED, ("layers", "state"), NUMBERS
    )
)
PAIRS = tuple(
    Layout(number, "vector", counted, holder)
    for holder, counted, number in product(("list", "dict"), COUNTED, NUMBERS)
    if counted or holder == "dict"
)
MODELS = (Layout(form="layers", holder="models"),)
LAYOUTS: dict[str, Layout] = {one.name: one for one in (*FLAT, *LAYERED, *PAIRS, *MODELS)}
"""Every layout by its name, in the order in which they are tried."""


def as_array(x: Any) -> FloatArray:
    """An array, a list, a number, a torch or jax tensor as float64, on this machine."""
    if hasattr(x, "detach"):
        x = x.detach().cpu().numpy()
    return np.asarray(x, dtype=np.float64)


def leaves(x: Any) -> Iterator[Any]:
    """The arrays, tensors and numbers in nested lists, tuples, dicts and models, in order."""
    for kind in ("get_parameters", "state_dict"):
        if hasattr(x, kind) and not hasattr(x, "dtype"):
            x = getattr(x, kind)()
    if isinstance(x, Mapping):
        x = list(x.values())
    if isinstance(x, list | tuple) and not all(isinstance(one, int | float) for one in x):
        for one in x:
            yield from leaves(one)
    else:
        yield x


def flat(x: Any) -> FloatArray:
    """All numbers of it in one row. Raises TypeError or ValueError where there are others."""
    parts = [as_array(leaf).ravel() for leaf in leaves(x) if leaf is not None]
    return np.concatenate(parts) if parts else np.empty(0)
