"""Run what is left of a plan, and keep every cell as soon as it is finished."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from empirics.sweep.cells import Cell
from empirics.sweep.engines import Engine, Outcome
from empirics.sweep.plan import SweepPlan
from empirics.sweep.store import Store

Watcher = Callable[[Cell, Outcome], None]
"""Called after a cell was kept, or failed."""


def run_sweep(
    plan: SweepPlan, store: Store, engine: Engine, watcher: Watcher = lambda cell, outcome: None
) -> dict[str, str]:
    """Measure the cells that the store lacks; returns why cells failed, by key, in plan order.

    Failures are not kept, so the next run tries them again. Raises StoreError and EngineError;
    what was kept before stays.
    """
    known = store.results()
    jobs = [(key, cell) for key, cell in plan.cells.items() if key not in known]
    failed: dict[str, str] = {}
    with closing(engine.run(jobs, plan.sampling)) as outcomes:
        for finished in outcomes:
            store.add((job[0], found) for job, found in finished if not isinstance(found, str))
            for (key, cell), found in finished:
                if isinstance(found, str):
                    failed[key] = found
                watcher(cell, found)
    return {key: failed[key] for key in plan.cells if key in failed}
