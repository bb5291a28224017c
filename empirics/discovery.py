"""Find the rules, models and attacks by listing the modules of their package."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from typing import Any

from empirics.interfaces import Part


def discover(package: str, path: Iterable[str], kind: type[Part]) -> dict[str, Any]:
    """The parts of one kind that the modules of a package define, by name.

    Each is built with its default parameters. A part that a module merely imports belongs to the
    module that defines it. Raises ValueError where two parts have the same name.

    >>> import empirics.models
    >>> from empirics.interfaces import Model
    >>> discover("empirics.models", empirics.models.__path__, Model)["student_t"].label
    'student_t(dof=5)'
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(path), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            if not (inspect.isclass(value) and value.__module__ == module.__name__):
                continue
            if not issubclass(value, kind) or inspect.isabstract(value):
                continue
            if value.name in found:
                raise ValueError(f"{module.__name__}: the name {value.name!r} is taken; rename it")
            found[value.name] = value()
    return found
