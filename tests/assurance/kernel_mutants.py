"""Mutants of the kernel: each is killed by a test, or explained in explained_survivors.toml.

A small change is made to one file of `theory/kernel`, in a copy of the project, and the suite of
`mutating.killing` is run until the first test fails. A mutant that no test kills either is
equivalent (no certificate, model or message tells it from the kernel) or shows a missing test.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from hashlib import sha256
from pathlib import Path

from tests.assurance.frame import Figures, Progress
from tests.assurance.mutating.killing import QUICK, ROOT, SLOW, killers
from tests.assurance.mutating.python import Mutant, mutants

NAME = "kernel mutants"
SEED = 4
SAMPLES = {"sample": 4, "full": 220}
EXPLAINED = Path(__file__).parent / "explained_survivors.toml"
KERNEL = Path("theory/kernel")
ELSEWHERE = ("robustness",)
"""Files that the suite does not test: they check no derivation, and have their tests elsewhere."""


def measure(scale: str, progress: Progress) -> Figures:
    """Kill a sample of the mutants of the kernel; of the quick one, only by the refusals."""
    known = all_mutants()
    reasons = explained()
    chosen = sorted(known, key=lambda one: _lot(one[1]))[: SAMPLES[scale]]
    jobs = [(CONTROL, (ROOT / CONTROL).read_text(encoding="utf-8"))]
    jobs += [(str(file), mutant.text) for file, mutant in chosen]
    suite = (*QUICK, *SLOW) if scale == "full" else QUICK[:1]
    results = killers(jobs, suite)
    control = next(results)
    wrong = [] if control is None else [f"the kernel itself does not pass: {control}"]
    killed: Counter[str] = Counter()
    survivors: Counter[str] = Counter()
    outcome: Counter[str] = Counter()
    for done, ((file, mutant), killer) in enumerate(zip(chosen, results, strict=True), 1):
        progress(mutant.place, done, len(chosen))
        if killer is not None:
            outcome["killed"] += 1
            killed[killer.partition("::")[0]] += 1
        elif mutant.id in reasons:
            outcome["explained"] += 1
            survivors[file.stem] += 1
        elif scale == "full":
            wrong.append(f"no test kills {mutant.id}")
        else:
            outcome["left to the other tests"] += 1
    stale = sorted(reasons.keys() - {mutant.id for _, mutant in known})
    wrong += [f"explained, but no mutant any more: {one}" for one in stale]
    return {
        "not tried": list(ELSEWHERE),
        "possible": len(known),
        "possible by file": dict(sorted(Counter(file.stem for file, _ in known).items())),
        "tried": len(chosen),
        "outcome": dict(sorted(outcome.items())),
        "killed by": dict(sorted(killed.items())),
        "explained survivors by file": dict(sorted(survivors.items())),
        "violations": wrong,
        "summary": [
            ["mutants of the kernel", len(chosen)],
            ["killed by a test", outcome["killed"]],
            ["survivors, each explained", outcome["explained"]],
        ],
    }


CONTROL = "theory/kernel/rules.py"
"""This file as it is stands for a mutant that must survive: the suite passes on the kernel."""


def _lot(mutant: Mutant) -> str:
    """A mutant's place in the order of the draw, which no other mutant changes."""
    return sha256(f"{SEED} {mutant.id}".encode()).hexdigest()


def all_mutants() -> list[tuple[Path, Mutant]]:
    """Every mutant of every file of the kernel, with its file."""
    found = []
    for path in sorted((ROOT / KERNEL).glob("[a-z]*.py")):
        if path.stem in ELSEWHERE:
            continue
        source = path.read_text(encoding="utf-8")
        found += [(KERNEL / path.name, mutant) for mutant in mutants(source, path.stem)]
    return found


def explained() -> dict[str, str]:
    """Why a mutant that no test kills is no fault, by the mutant."""
    data = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))
    return {f"{one['place']}: {one['mutant']}": one["reason"] for one in data["survivor"]}
