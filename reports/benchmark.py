"""Times an audit of Krum: `python -m reports.benchmark`, or `make bench`.

Each measurement is a process of its own, so that its time counts everything from the start of
Python, and its peak memory is its own. Nothing is written but the table on standard output.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

EDITED = "1-7"
"""The step whose certificates count as lost when one step is edited."""


@dataclass(frozen=True)
class Task:
    """Something to time, and what the design allows it."""

    title: str
    code: str
    seconds: float
    megabytes: float | None = None


PRELUDE = """
import gc
gc.disable()  # as the command does while it audits
from reports.audit import audit
from reports.documents import open_document
source = open_document("krum")
kept = dict(source.certificates)
"""
TASKS = [
    Task("audit with stored certificates", "audit(source.document, kept)", 10, 500),
    Task(
        f"the same step edited: search and audit of ({EDITED})",
        f"""
mine = [c.id for s in source.document.steps if s.equation == "{EDITED}" for c in s.claims]
kept = {{k: v for k, v in kept.items() if k.partition(":")[0] not in mine}}
audit(source.document, kept, wanted=lambda step: step.equation == "{EDITED}")
""",
        2,
    ),
    Task("audit --fresh", "audit(source.document, kept, fresh=True)", 180),
    Task(
        "the report without sampling",
        """
from reports.render.report import render
render(source.document, audit(source.document, kept), None, "byzproof counterexample")
""",
        20,
    ),
]


def measure(task: Task) -> tuple[float, float]:
    """Seconds and megabytes of a task in a process of its own; raises RuntimeError if it fails."""
    code = (
        PRELUDE
        + task.code
        + "\nimport resource, sys"
        + "\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{task.title}: {done.stderr.strip().splitlines()[-1]}")
    kilobytes = int(done.stdout.split()[-1]) / (1024 if sys.platform == "darwin" else 1)
    return seconds, kilobytes / 1024


def main() -> int:
    slow = False
    print(f"{'':52}{'seconds':>9}{'at most':>9}{'MB':>7}{'at most':>9}")
    for task in TASKS:
        seconds, megabytes = measure(task)
        late = seconds > task.seconds or (task.megabytes is not None and megabytes > task.megabytes)
        slow |= late
        allowed = f"{task.megabytes:.0f}" if task.megabytes is not None else ""
        print(
            f"{task.title:52}{seconds:9.1f}{task.seconds:9.0f}{megabytes:7.0f}{allowed:>9}"
            f"{'  too slow' if late else ''}",
            flush=True,
        )
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
