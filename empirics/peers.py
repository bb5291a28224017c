"""The Krum of byzfl, the library that the benchmark is measured against.

It wants PyTorch, some gigabytes, of which its Krum for numpy arrays calls nothing. So an
environment with `pip install --no-deps byzfl` and numpy and scipy will do: the module that defines
Krum is loaded as it is, without the rest of the package, and with an empty module as `torch`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

from empirics.interfaces import FloatArray

PeerRule = Callable[[FloatArray], FloatArray]
"""A rule as a function of the workers' vectors [n, d]."""


def byzfl_krum(f: int) -> PeerRule:
    """byzfl's Krum for f Byzantine workers. Raises ModuleNotFoundError where it is not installed.

    It sums over the n - f - 1 nearest others, one more than the paper, so it chooses another worker
    in some trials; the time is the same.
    """
    krum: PeerRule = byzfl_aggregators().Krum(f)
    return krum


def byzfl_version() -> str:
    """What pip calls the version that is installed."""
    return version("byzfl")


@cache
def byzfl_aggregators() -> ModuleType:
    """byzfl's module of rules. Raises ModuleNotFoundError where it is not installed."""
    found = find_spec("byzfl")
    if found is None or found.submodule_search_locations is None:
        raise ModuleNotFoundError("byzfl is not installed: run `make bench`")
    (folder,) = found.submodule_search_locations
    for name, place in (("byzfl", folder), ("byzfl.aggregators", f"{folder}/aggregators")):
        package = ModuleType(name)
        package.__path__ = [place]
        sys.modules[name] = package
    for name in ("torch", "torch.linalg"):
        sys.modules[name] = ModuleType(name)
    return importlib.import_module("byzfl.aggregators.aggregators")
