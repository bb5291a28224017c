"""Which test fails first on each mutant of the kernel, if any does.

A mutant of a function is made in a process where all is imported (`warm`); one of what is done at
the import, such as a constant, in a process that imports it so (`cold`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from tests.assurance.mutating.files import FILES, ROOT
from tests.assurance.mutating.python import Mutant

SUITE = (
    "tests/refusals/test_refusals.py",
    "tests/hostile/test_models.py",
    *sorted(
        str(path.relative_to(ROOT))
        for folder in ("kernel", "robustness")
        for path in (ROOT / "tests" / "theory" / folder / "units").glob("test_*.py")
    ),
)
"""The suite. The random tests of soundness and the certificates of the document are left out: what
they alone would find is to be found by a test that says what it is about.
"""

UNCHANGED = "the kernel as it is"
"""Reported before the mutants; it must survive."""
ENDLESS = ": without end"
"""After the name of a test that was stopped."""


def killers(
    chosen: Sequence[tuple[str, Mutant]], suite: Sequence[str], workers: int
) -> Iterator[tuple[str, str | None]]:
    """The id of each mutant with the test that fails; None for a survivor.

    chosen: mutants with the names of their files, as in `files.FILES`.
    """
    warm = [mutant.id for _, mutant in chosen if mutant.where.function is not None]
    cold = [(file, mutant) for file, mutant in chosen if mutant.where.function is None]
    job = {"mutants": warm, "suite": suite, "workers": workers}
    yield from zip([UNCHANGED, *warm], _said_by("warm", job), strict=True)
    if cold:
        texts = [_unchanged(), *((file, mutant.text) for file, mutant in cold)]
        jobs = [(file, text, _nearest(file, suite)) for file, text in texts]
        said = _said_by("cold", {"jobs": jobs, "workers": workers})
        yield from zip([UNCHANGED, *(mutant.id for _, mutant in cold)], said, strict=True)


def killed_again(
    killed: Sequence[tuple[str, Mutant, str]], workers: int
) -> Iterator[tuple[str, str | None]]:
    """Of mutants with the test that fails on each: whether it fails where all is imported anew."""
    jobs = [(file, mutant.text, [test]) for file, mutant, test in killed]
    said = _said_by("cold", {"jobs": jobs, "workers": workers})
    yield from zip([mutant.id for _, mutant, _ in killed], said, strict=True)


def _unchanged() -> tuple[str, str]:
    return "rules", FILES["rules"].read_text(encoding="utf-8")


def _nearest(file: str, suite: Sequence[str]) -> list[str]:
    """The tests of the file itself first."""
    *folder, stem = file.split(".")
    return sorted(
        suite, key=lambda test: not all(part in test for part in (*folder, f"test_{stem}"))
    )


def _said_by(tool: str, job: Any) -> Iterator[Any]:
    """Each line that `warm` or `cold` writes."""
    environment = {**os.environ, "CI": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", f"tests.assurance.mutating.{tool}"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        for line in process.stdout:
            yield json.loads(line)
