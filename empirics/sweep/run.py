"""Run what is left of a plan, and keep every cell as soon as it is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing

from empirics.sweep.apart import Outcome
from empirics.sweep.cells import Cell
from empirics.sweep.engines import Engine
from empirics.sweep.plan import SweepPlan
from empirics.sweep.store import Store

Watcher = Callable[[Sequence[tuple[Cell, Outcome]], str], None]
"""Called every few seconds: with what was kept or failed since, and what is waited for."""


def run_sweep(
    plan: SweepPlan, store: Store, engine: Engine, watcher: Watcher = lambda finished, waits: None
) -> dict[str, str]:
    """Measure the cells that the store lacks; returns why cells failed, by key, in plan order.

    Failures are not kept, so the next run tries them again. Raises StoreError and EngineError;
    what was kept before stays.
    """
    known = store.results()
    jobs = [(key, cell) for key, cell in plan.cells.items() if key not in known]
    failed: dict[str, str] = {}
    with closing(engine.run(jobs, plan.sampling)) as looks:
        for finished, waits_for in looks:
            if finished:
                store.add((job[0], found) for job, found in finished if not isinstance(found, str))
            failed |= {job[0]: found for job, found in finished if isinstance(found, str)}
            watcher([(cell, found) for (_, cell), found in finished], waits_for)
    return {key: failed[key] for key in plan.cells if key in failed}
