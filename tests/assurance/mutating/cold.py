"""Which tests fail where a file of the kernel has another text: it is imported as it would be then.

Run as `python -m tests.assurance.mutating.cold`. Slower than `warm`, and for everything: each child
imports the whole project anew, with the changed file, and collects its tests. A process that has
imported nothing of the project yet lends it the packages of others.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from types import ModuleType
from typing import Any

from tests.assurance.mutating.children import Answer, answers
from tests.assurance.mutating.files import FILES, module

FLAGS = (
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of the packages imported before
    *("-x", "-n", "0", "-p", "no:cacheprovider", "-p", "no:terminal", "--capture=no"),
)


def main() -> int:
    """Read jobs [file, text, tests] from the input, write the first failure of each."""
    _preload()
    given = json.load(sys.stdin)
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with os.fdopen(out, "w", encoding="utf-8") as pipe:
        for found in answers([partial(_run, *job) for job in given["jobs"]], given["workers"]):
            pipe.write(json.dumps(found) + "\n")
            pipe.flush()
    return 0


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


class _Changed(MetaPathFinder, Loader):
    """Finds one module of the kernel, with another text."""

    def __init__(self, file: str, text: str) -> None:
        self.name, self.path, self.text = module(file), FILES[file], text

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        return spec_from_file_location(name, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, self.path, "exec"), vars(module))  # noqa: S102 - our own source


def _run(file: str, text: str, suite: Sequence[str], answer: Answer) -> None:
    """Answer with the first failure of the tests, taken in their order; or with None."""
    import pytest

    sys.meta_path.insert(0, _Changed(file, text))
    for stage in suite:
        recorder = _Recorder()
        code = pytest.main([*FLAGS, stage], plugins=[recorder])
        if code != 0:
            answer(recorder.first or f"{stage}: exit code {int(code)}")
    answer(None)


if __name__ == "__main__":
    sys.exit(main())
