"""Which tests fail on a changed kernel: a copy of the project, one child process for each mutant.

Run in the copy as `python -m tests.assurance.mutating.killing`, it reads one mutant a line from
its input, and writes a line for each: the first test that failed, or that none did. Whatever a
mutant does, it does in a child with limits on time and memory.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
UNITS = ROOT / "tests" / "theory" / "kernel" / "units"
COPIED = ("theory", "reports", "tests", "pyproject.toml")
QUICK = (
    "tests/refusals/test_refusals.py",
    *sorted(str(path.relative_to(ROOT)) for path in UNITS.glob("test_*.py")),
)
SLOW = (
    "tests/theory/kernel/test_krum_certificates.py",
    "tests/theory/kernel/test_both_checkers.py",
    "tests/theory/kernel/test_polynomials.py",
    "tests/theory/kernel/test_rules_are_sound.py",
)
"""The suite, quick tests first: most mutants do not live to see the slow ones.

The tests of the changed file itself come before all others.
"""
SECONDS, BYTES = 150, 3 << 30
"""Processor time and memory of a child; a mutant that needs more has been noticed."""


@contextmanager
def copy() -> Iterator[Path]:
    """A copy of what the suite needs, for as long as it is used."""
    with tempfile.TemporaryDirectory(prefix="byzproof-mutants-") as folder:
        for name in COPIED:
            source, target = ROOT / name, Path(folder) / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__", "krum.json", "assurance.json")
                shutil.copytree(source, target, ignore=ignored)
            else:
                shutil.copy2(source, target)
        yield Path(folder)


def killers(
    jobs: Iterable[tuple[str, str]], suite: Sequence[str] = (*QUICK, *SLOW)
) -> Iterator[str | None]:
    """For each (file, new text), the test that fails first; None for a survivor.

    file is relative to the project; a text that is None leaves the project as it is.
    """
    with copy() as folder:
        environment = {**os.environ, "CI": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.assurance.mutating.killing", *suite],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert worker.stdin is not None
        assert worker.stdout is not None
        try:
            for file, text in jobs:
                worker.stdin.write(json.dumps([file, text]) + "\n")
                worker.stdin.flush()
                yield json.loads(worker.stdout.readline())
        finally:
            worker.stdin.close()
            worker.wait()
            worker.stdout.close()


def main(suite: Sequence[str]) -> None:
    _preload()
    for number, line in enumerate(sys.stdin):
        file, text = json.loads(line)
        path = Path(file)
        original, times = path.read_text(encoding="utf-8"), path.stat()
        path.write_text(text, encoding="utf-8")
        os.utime(path, (number, number))  # a compiled file of another mutant is never taken
        try:
            nearest = sorted(suite, key=lambda test: f"test_{path.stem}" not in test)
            print(json.dumps(_first_failure(nearest)), flush=True)
        finally:
            path.write_text(original, encoding="utf-8")
            os.utime(path, (times.st_atime, times.st_mtime))


def _preload() -> None:
    """Import what the suite needs of others, and nothing of the project."""
    import hypothesis.extra.numpy
    import numpy
    import pytest

    assert not any(name.partition(".")[0] == "theory" for name in sys.modules)
    assert all(map(bool, (hypothesis, numpy, pytest)))


class _Recorder:
    """A pytest plugin: remembers the first test, or file, that fails."""

    first: str | None = None

    def pytest_collectreport(self, report: Any) -> None:
        self._note(report)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self._note(report)

    def _note(self, report: Any) -> None:
        if report.failed and self.first is None:
            self.first = report.nodeid


def _first_failure(suite: Sequence[str]) -> str | None:
    """The first failure of the suite, run in a child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            os.write(writing, json.dumps(_run(suite)).encode())
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said) if said else "no answer: too much time or memory, or a crash"


def _run(suite: Sequence[str]) -> str | None:
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for stage in suite:
        recorder = _Recorder()
        flags = [
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
            "-x",
            "-q",
            "-n",
            "0",
            "-p",
            "no:cacheprovider",
            "--no-header",
            "--tb=no",
        ]
        code = pytest.main([*flags, stage], plugins=[recorder])
        if code != 0:
            return recorder.first or f"{stage}: exit code {int(code)}"
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
