"""One mutant of the kernel for each side condition of FORMAT.md, and what kills it.

A mutant drops one condition from one function of the kernel. It is killed by the semantic fuzzer,
if some random derivation has a line that is false on a model of its assumptions; by a refusal, if
its trick is no longer refused for the reason stated, or its honest twin is; or by a unit test.
"""

from __future__ import annotations

import inspect
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.assurance.mutating.files import FILES, module
from tests.refusals import test_refusals as refusals
from tests.theory.kernel.moves import MOVES
from tests.theory.kernel.refutations import by_family, by_model
from tests.theory.kernel.run_moves import RUN_MOVES, derived_on_run
from tests.theory.kernel.soundness import derived, renormalised
from tests.theory.kernel.worlds import World

TABLE = Path(__file__).parents[1] / "side_conditions.toml"
FLAGS = ("-n", "0", "-p", "no:cacheprovider", "-p", "no:terminal", "--capture=no")
FOCUS = {
    "_linear": "linear_expectation",
    "_depends_on": "independent",
    "_representative": "identical",
    "_replaceable": "lemma",
    "_hidden": "lemma",
    "meaning": "cut",
    "proves": "cut",
    "integer_valued": "integer_gap",
}
"""The rule that uses another function most."""
UNITS = {
    "terms": ("terms", "rules_refuse", "side_conditions"),
    "rules": ("rules_refuse", "rules_conclude", "rules_with_premises", "sizes_assumed"),
    "polynomials": ("normal_form", "side_conditions"),
    "formulas": ("rules_conclude", "evidence", "side_conditions"),
    "runs": ("rules_refuse", "rules_with_premises", "sizes_assumed", "side_conditions"),
    "families": ("families",),
    "evidence": ("evidence", "witnesses"),
    "models": ("models", "evidence", "side_conditions"),
    "processes": ("processes", "side_conditions"),
}
"""The unit tests of each file."""
STEPS = 12
"""So deep are the random derivations."""
OFTEN = 30
"""So many times as often as another move, the fuzzer tries the rule that was changed."""


@dataclass(frozen=True)
class Dropped:
    """A condition in the words of FORMAT.md, and the change of a file of the kernel that drops it.

    reason: why nothing kills it; "" where something does.
    """

    condition: str
    file: str
    old: str
    new: str
    killed: str = ""
    reason: str = ""

    def source(self) -> str:
        """The file without the condition."""
        before = FILES[self.file].read_text(encoding="utf-8")
        if before.count(self.old) != 1:
            raise ValueError(f"{self.condition}: {self.old!r} is not once in {self.file}")
        return before.replace(self.old, self.new)

    def make(self) -> None:
        """Change the kernel of this process, which should be a child."""
        own = import_module(module(self.file))
        codes = dict(_codes(compile(self.source(), own.__file__ or "", "exec")))
        known = dict(_codes(compile(inspect.getsource(own), own.__file__ or "", "exec")))
        changed = False
        for function in _functions(own):
            name = function.__code__.co_qualname
            if name in known and _does(codes[name]) != _does(known[name]):
                function.__code__ = codes[name]
                changed = True
        if not changed:
            raise ValueError(f"{self.condition}: no function is changed")

    def rule(self) -> str:
        """The rule that is changed, or uses what is."""
        position = FILES[self.file].read_text(encoding="utf-8").index(self.old)
        before = FILES[self.file].read_text(encoding="utf-8")[:position]
        heads = re.findall(r"^ *def (\w+)", before, flags=re.MULTILINE)
        name = heads[-1] if heads else ""
        return FOCUS.get(name, name.lstrip("_"))


@cache
def table() -> tuple[Dropped, ...]:
    """Every mutant."""
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(Dropped(**one) for one in data["mutant"])


def no_mutants() -> dict[str, str]:
    """Why a condition that FORMAT.md lists has no mutant, by the condition."""
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {one["condition"]: one["reason"] for one in data["without"]}


def by_fuzzer(mutant: Dropped, most: int) -> int | None:
    """After how many random derivations one is false, in the kernel as it is in this process."""
    ways = _ways(mutant)
    for number in range(most):
        for way in ways:
            try:
                wrong = way(number)[1]
            except Exception:  # noqa: BLE001 - a crash of a mutant says nothing
                continue
            if wrong is not None:
                return number + 1
    return None


def _ways(mutant: Dropped) -> list[Callable[[int], tuple[object, object]]]:
    """Random derivations that often use what is changed, and random refutations."""
    rule = mutant.rule()
    moves = [*MOVES, *[rule] * OFTEN] if rule in MOVES else None
    run_moves = [*RUN_MOVES, *[rule] * OFTEN] if rule in RUN_MOVES else None
    derivation = partial(derived, steps=STEPS, moves=moves)

    def on_run(seed: int) -> tuple[object, object]:
        return derived_on_run(World(seed), seed, STEPS, run_moves)

    by_file: dict[str, list[Callable[[int], tuple[object, object]]]] = {
        "families": [by_family],
        "evidence": [by_model],
        "models": [by_model],
        "processes": [],
        "runs": [on_run],
        "formulas": [derivation, by_model, by_family],
        "polynomials": [renormalised, derivation],
        "terms": [derivation, on_run, by_model],
    }
    return by_file.get(mutant.file, [derivation])


def by_refusal(names: Iterator[str] | list[str]) -> str | None:
    """The first refusal that no longer is one, or whose twin is refused."""
    for name in names:
        case = refusals.load(name)
        for honest, wanted in ((False, refusals.REFUSED), (True, refusals.ACCEPTED)):
            try:
                found = refusals.outcome(refusals.kernel, case.build(honest), case.REASON)
            except Exception:  # noqa: BLE001 - whatever a mutant does
                found = "a crash"
            if found != wanted:
                return name
    return None


def by_unit_test(suite: list[str]) -> str | None:
    """The first test that fails."""
    found: list[str] = []

    class Listener:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                found.append(report.nodeid)

    flags = (
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "--capture=no",
        "-W",
        "ignore",
    )
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    pytest.main([*flags, *suite], plugins=[Listener()])
    return found[0] if found else None


def unit_tests(mutant: Dropped) -> list[str]:
    """The files of unit tests that are about the file that is changed."""
    return [f"tests/theory/kernel/units/test_{name}.py" for name in UNITS[mutant.file]]


def kills(mutant: Dropped, most: int) -> bool:
    """Whether what is said to kill the mutant does, in a process that was changed."""
    by, _, name = mutant.killed.partition(" ")
    tried: dict[str, Callable[[], object]] = {
        "fuzzer": lambda: by_fuzzer(mutant, most),
        "refusal": lambda: by_refusal([name]),
        "test": lambda: by_unit_test([name]),
    }
    return tried[by]() is not None


def _codes(code: CodeType) -> Iterator[tuple[str, CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner.co_qualname, inner
            yield from _codes(inner)


def _does(code: CodeType) -> object:
    """What a function does, without the numbers of its lines."""
    inner = [_does(one) if isinstance(one, CodeType) else one for one in code.co_consts]
    return code.co_code, code.co_names, code.co_varnames, repr(inner)


def _functions(own: ModuleType) -> Iterator[FunctionType]:
    """The functions of a module and of its classes, and what wraps them."""
    pending = [*vars(own).values()]
    for one in pending:
        if isinstance(one, type) and one.__module__ == own.__name__:
            pending.extend(vars(one).values())
        while isinstance(one, FunctionType) and one.__module__ == own.__name__:
            yield one
            one = getattr(one, "__wrapped__", None)
