"""Which tests fail on a changed function of the kernel: the function is changed in place.

Run as `python -m tests.assurance.mutating.warm`: all tests are collected once, on the kernel as it
is. For each mutant a child of that process puts the new code into the function, and runs the tests
that reach the changed statement, those that do the least first, until one fails.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.assurance.mutating.children import Answer, answers
from tests.assurance.mutating.files import FILES, NAMES, module
from tests.assurance.mutating.killing import ENDLESS
from tests.assurance.mutating.python import Mutant, mutants

SLACK, LEAST = 20, 3_000_000
"""A mutant is noticed when a test makes so many times its usual calls of functions, and so many;
unlike a time, that is the same everywhere."""
FLAGS = ("-n", "0", "-p", "no:cacheprovider", "-p", "no:terminal", "--capture=no")

Lines = dict[str, list[int]]
"""The lines of each file of the kernel that a test runs."""


def main() -> int:
    """Read the tests and the mutants from the input, write the first failure of each mutant."""
    job = json.load(sys.stdin)
    out = os.dup(1)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    with os.fdopen(out, "w", encoding="utf-8") as pipe:
        loop = Loop(job["mutants"], job["workers"], pipe)
        return int(pytest.main([*FLAGS, *job["suite"]], plugins=[loop]))


class Loop:
    """A pytest plugin: what is done with the tests once they are collected."""

    def __init__(self, ids: Sequence[str], workers: int, out: Any) -> None:
        self.ids, self.workers, self.out = ids, workers, out
        self.failed: str | None = None

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember the first test that fails."""
        if report.failed and self.failed is None:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once for their reach, then some of them for each mutant."""
        gc.freeze()
        (reach,) = answers([partial(self._measure, session.items)], 1)
        usual = {item: reach[item.nodeid]["calls"] for item in session.items}
        reached: dict[tuple[str, int], set[pytest.Item]] = defaultdict(set)
        for item in session.items:
            lines: Lines = reach[item.nodeid]["lines"]
            for file, numbers in lines.items():
                for number in numbers:
                    reached[file, number].add(item)
        known = dict(_functions())

        def works() -> Iterator[Callable[[Answer], None]]:
            for one in self.ids:
                file, mutant = known[one]
                here = set().union(*(reached[file, line] for line in mutant.where.lines))
                chosen = sorted(here, key=lambda item: (usual[item], item.nodeid))
                yield partial(self._try, mutant, file, chosen, usual)

        unchanged = partial(self._run, session.items, usual)
        for found in answers([unchanged, *works()], self.workers):
            self.out.write(json.dumps(found) + "\n")
            self.out.flush()
        return True

    def _measure(self, items: Sequence[pytest.Item], answer: Answer) -> None:
        """For each test how many functions it calls, and which lines of the kernel it runs."""
        reach = {}
        for item in items:
            tracer = Tracer()
            sys.settrace(tracer.called)
            _protocol(item)
            sys.settrace(None)
            reach[item.nodeid] = {"calls": tracer.calls, "lines": tracer.reached()}
        answer(reach)

    def _try(
        self,
        mutant: Mutant,
        file: str,
        items: Sequence[pytest.Item],
        usual: dict[pytest.Item, int],
        answer: Answer,
    ) -> None:
        function = _function(file, mutant)
        function.__code__ = mutant.code(function.__code__.co_filename)
        self._run(items, usual, answer)

    def _run(
        self, items: Sequence[pytest.Item], usual: dict[pytest.Item, int], answer: Answer
    ) -> None:
        """Answer with the first test that fails, or that takes too many calls; or with None."""
        for item in items:

            def stop(item: pytest.Item = item) -> None:
                answer(item.nodeid + ENDLESS)

            limit = max(LEAST, SLACK * usual[item])
            sys.settrace(Tracer(limit, stop).counted)
            _protocol(item)
            sys.settrace(None)
            if self.failed is not None:
                answer(self.failed)
        answer(None)


def _protocol(item: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


class Tracer:
    """Counts calls of functions, and notes lines of the kernel."""

    def __init__(self, limit: int = 0, stop: Callable[[], None] = lambda: None) -> None:
        self.calls, self.limit, self.stop = 0, limit, stop
        self.seen: dict[CodeType, set[int]] = {}
        self.elsewhere: set[CodeType] = set()

    def counted(self, frame: FrameType, event: str, argument: Any) -> None:
        """Of a call: stop at the limit."""
        self.calls += 1
        if self.calls > self.limit:
            sys.settrace(None)
            self.stop()

    def called(self, frame: FrameType, event: str, argument: Any) -> Any:
        """Of a call: trace on in the kernel."""
        self.calls += 1
        code = frame.f_code
        if code in self.elsewhere:
            return None
        if code not in self.seen:
            if code.co_filename not in NAMES:
                self.elsewhere.add(code)
                return None
            self.seen[code] = set()
        return self._line

    def _line(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self.seen[frame.f_code].add(frame.f_lineno)
        return self._line

    def reached(self) -> Lines:
        """The lines, by the name of the file."""
        found: dict[str, set[int]] = defaultdict(set)
        for code, numbers in self.seen.items():
            found[NAMES[code.co_filename]] |= numbers
        return {file: sorted(numbers) for file, numbers in found.items()}


def _functions() -> Iterator[tuple[str, tuple[str, Mutant]]]:
    """Each mutant of a function by its id, with its file."""
    for file, path in FILES.items():
        for mutant in mutants(path.read_text(encoding="utf-8"), file):
            if mutant.where.function is not None:
                yield mutant.id, (file, mutant)


def _function(file: str, mutant: Mutant) -> FunctionType:
    """The function itself, below what decorates it."""
    found: Any = import_module(module(file))
    assert mutant.where.function is not None
    for name in mutant.where.function.split("."):
        found = vars(found)[name]
    while not isinstance(found, FunctionType):
        found = found.fget if isinstance(found, property) else found.__wrapped__
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert found.__qualname__ == mutant.where.function
    return found


if __name__ == "__main__":
    sys.exit(main())
