"""Flower's two Krums as functions of vectors: they take a framework's messages (flwr on PyPI)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from empirics.interfaces import FloatArray


def aggregate_krum(vectors: FloatArray, f: int, m: int = 0) -> FloatArray:
    """`flwr.server.strategy.aggregate.aggregate_krum`, of shape [d].

    `m` is its `to_keep`: 0 for Krum, else the number of vectors that Multi-Krum averages.
    """
    flower = import_module("flwr.server.strategy.aggregate")
    result = flower.aggregate_krum([([vector], 1) for vector in vectors], f, m)
    return np.asarray(result[0])


def select_multikrum(vectors: FloatArray, f: int, m: int = 1) -> FloatArray:
    """`flwr.serverapp.strategy.multikrum.select_multikrum` and the average of what it selects.

    Of shape [d]; `m` is its `num_nodes_to_select`.
    """
    app, flower = import_module("flwr.app"), import_module("flwr.serverapp.strategy.multikrum")

    def record(vector: FloatArray) -> Any:
        return app.RecordDict({"arrays": app.ArrayRecord({"v": app.Array(vector)})})

    chosen = flower.select_multikrum([record(vector) for vector in vectors], f, m)
    return np.mean([c["arrays"]["v"].numpy() for c in chosen], axis=0)
