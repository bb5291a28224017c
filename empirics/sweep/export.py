"""The canonical export: one JSON text that depends on the plan and its numbers alone.

The same bytes for any number of workers, on either engine, in any order of completion, and however
often the sweep was stopped. Nothing about time, place or machine is in it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from empirics.sweep.cells import Sampling
from empirics.sweep.claims import QUANTITIES
from empirics.sweep.measure import estimate
from empirics.sweep.store import Store


def export(store: Store) -> str:
    """Every cell in the order of the plan, with what each claim says of it.

    A cell without a result has "result": null. The level is that of all comparisons of the plan
    together, finished or not.
    """
    content = store.content()
    rows = compared(content, store.results())
    head = {name: content[name] for name in ("format", "measurement", "sampling", "level")}
    head["plan"] = store.plan_hash()
    head["finished"] = sum(row["result"] is not None for row in rows)
    lines = ",\n".join("  " + json.dumps(row, sort_keys=True, allow_nan=False) for row in rows)
    opening = json.dumps(head, sort_keys=True)[1:-1]
    return f'{{{opening}, "cells": [\n{lines}\n]}}\n'


def as_csv(store: Store) -> str:
    """The cells as a table of comma-separated values, in the order of the plan.

    A column for each entry of the cell, each measured number and its standard error (`_se`), and
    each claim's bound and share; empty where there is none.
    """
    rows = []
    for row in compared(store.content(), store.results()):
        claims = {
            f"{name} {what}": said[what]
            for name, said in row["claims"].items()
            for what in ("bound", "share", "verdict")
        }
        rows.append({**row["cell"], **(row["result"] or {}), **claims})
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def compared(
    content: dict[str, Any], results: dict[str, dict[str, float | None]]
) -> list[dict[str, Any]]:
    """The cells of a plan's content, each with its result and with its claims compared.

    A claim says its `quantity` and `bound`, and of a finished cell the `share` of the bound that
    was found, the one-sided confidence `limit` of the quantity, and the `verdict` that rests on it.
    """
    sampling = Sampling(**content["sampling"])
    comparisons = sum(len(entry["claims"]) for entry in content["cells"])
    rows = []
    for entry in content["cells"]:
        result = results.get(entry["key"])
        said = {}
        for name, claim in entry["claims"].items():
            said[name] = {**claim, "share": None, "limit": None, "verdict": None}
            if result is not None:
                quantity, bound = QUANTITIES[claim["quantity"]], claim["bound"]
                found, level = estimate(result, quantity.name, sampling), content["level"]
                said[name]["share"] = quantity.share(found.value, bound)
                said[name]["limit"] = quantity.limit(found, level, comparisons)
                verdict = quantity.compare(found, bound, level, comparisons)
                said[name]["verdict"] = verdict.value
        rows.append({"key": entry["key"], "cell": entry["cell"], "result": result, "claims": said})
    return rows
