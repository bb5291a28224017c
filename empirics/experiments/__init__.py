"""Experiments: how the trials of a document are drawn, one file for each language."""

import importlib
import inspect
import pkgutil

from empirics.experiments.base import Cell, Experiment
from empirics.experiments.generic import Generic
from theory.notation.document import Document

__all__ = ["Cell", "Experiment", "experiment_for"]


def experiment_for(document: Document) -> Experiment:
    """The experiment of a document: the one made for its language, or else a generic one."""
    signature, hypotheses = document.language.signature, document.hypotheses
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for kind in vars(module).values():
            if not inspect.isclass(kind) or kind.__module__ != module.__name__:
                continue
            if issubclass(kind, Experiment) and kind not in (Experiment, Generic):
                found = kind.fit(signature, hypotheses)
                if found is not None:
                    return found
    return Generic.fit(signature, hypotheses)
