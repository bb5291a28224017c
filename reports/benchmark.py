"""Times an audit of Krum against its second checker: `python -m reports.benchmark`, `make bench`.

What decides is a ratio of CPU times, taken in turns in one run: on a shared machine seconds change
from hour to hour, but what runs side by side slows down alike. Seconds are printed and fail
nothing; so is memory, which does not depend on how busy the machine is, and may fail. Each
measurement is a process of its own, so that its time counts everything from the start of Python
with all that it starts, and its peak memory is its own. Nothing is written but the table on
standard output.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.progress import Waiting

BUNDLE = Path(__file__).resolve().parent / "krum" / "certificates.json"
EDITED = "1-7"
"""The step whose certificates count as lost when one step is edited."""


@dataclass(frozen=True)
class Task:
    """Something to time, and what the design allows it."""

    title: str
    arguments: Sequence[str]
    """Of Python."""
    ratio: float | None = None
    """The most CPU time, as a multiple of that of the first task."""
    megabytes: float | None = None
    rounds: int = 3


PRELUDE = """
import gc
gc.disable()  # as the command does while it audits
from reports.audit import audit
from reports.documents import open_document
source = open_document("krum")
kept = dict(source.certificates)
"""
TASKS = (
    Task("the second checker alone", ("-m", "theory.replay", str(BUNDLE))),
    Task("audit with stored certificates", ("-m", "reports.cli", "audit"), 3, 500),
    Task(
        f"the same step edited: search and audit of ({EDITED})",
        (
            "-c",
            f"""{PRELUDE}
mine = [c.id for s in source.document.steps if s.equation == "{EDITED}" for c in s.claims]
kept = {{k: v for k, v in kept.items() if k.partition(":")[0] not in mine}}
audit(source.document, kept, wanted=lambda step: step.equation == "{EDITED}")
""",
        ),
        3,
    ),
    Task(
        "audit --fresh",
        ("-c", f"{PRELUDE}audit(source.document, kept, fresh=True)"),
        30,
        rounds=1,
    ),
    Task(
        "the report without sampling",
        (
            "-c",
            f"""{PRELUDE}
from reports.render.report import render
render(source.document, audit(source.document, kept), None, "byzproof counterexample")
""",
        ),
        16,
    ),
)
"""The first one is what the others are measured by."""


@dataclass(frozen=True)
class Cost:
    """What one process took, with all that it started."""

    seconds: float
    """Of CPU time, user and system."""
    megabytes: float
    """At its peak."""


def measure(task: Task) -> Cost:
    """The cost of a task in a process of its own; raises RuntimeError if it fails."""
    with subprocess.Popen(
        [sys.executable, *task.arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{task.title}: exit code {process.returncode}")
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(used.ru_utime + used.ru_stime, kilobytes / 1024)


def measured(tasks: Sequence[Task]) -> list[Cost]:
    """The median CPU time and the peak memory of each task, where the tasks take turns."""
    costs: list[list[Cost]] = [[] for _ in tasks]
    with Waiting("bench") as waits:
        for number in range(max(task.rounds for task in tasks)):
            for task, found in zip(tasks, costs, strict=True):
                if number < task.rounds:
                    waits(f"{task.title}, round {number + 1}")
                    found.append(measure(task))
    return [
        Cost(statistics.median(c.seconds for c in found), max(c.megabytes for c in found))
        for found in costs
    ]


def main(tasks: Sequence[Task] = TASKS) -> int:
    """Print the table; 1 if a ratio or a memory is above what is allowed, else 0."""
    costs = measured(tasks)
    print("CPU time, as a multiple of that of the second checker on the same certificates")
    print(f"{'':52}{'ratio':>8}{'at most':>9}{'MB':>7}{'at most':>9}{'seconds':>9}")
    above = False
    for task, cost in zip(tasks, costs, strict=True):
        ratio = cost.seconds / costs[0].seconds
        slow = task.ratio is not None and ratio > task.ratio
        large = task.megabytes is not None and cost.megabytes > task.megabytes
        above |= slow or large
        said = (
            f"{task.title:52}{ratio:8.2f}{_number(task.ratio):>9}{cost.megabytes:7.0f}"
            f"{_number(task.megabytes):>9}{cost.seconds:9.1f}"
        )
        print(said + "  too slow" * slow + "  too large" * large)
    return 1 if above else 0


def _number(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


if __name__ == "__main__":
    sys.exit(main())
