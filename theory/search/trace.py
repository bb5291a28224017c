"""Rules applied while searching: remembered, not written down, until a proof needs them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from theory.kernel.certificates import Derivation
from theory.kernel.rules import Kernel, Line
from theory.kernel.runs import RULES
from theory.kernel.terms import KernelError, Term

EFFORT = 20_000
"""How many steps a search may take: it ends for the same reason on every machine."""

SUMMANDS = 6
"""A line counts as a step for each so many summands."""

REFUSED = 4
"""What the kernel refuses counts as so many steps: it may have worked for long."""

LARGEST_STEP = 800
"""So much of the kernel's work may go into one line: what needs more is not looked at."""


class OutOfEffort(Exception):
    """The search took as many steps as it may."""


class Trace:
    """Lines of one kernel, each made once, with what made it.

    Thousands of lines are made in a search and a handful is used: only those are copied into a
    `Derivation`, by `emit`.
    """

    def __init__(self, kernel: Kernel, effort: int = EFFORT) -> None:
        self.kernel = kernel
        self._effort = effort
        self._made: dict[Any, Line | KernelError] = {}
        self._origin: dict[int, tuple[str, tuple[Any, ...]]] = {}
        self._keep: list[Line] = []

    def spend(self, steps: int) -> None:
        """Count steps; raises OutOfEffort where there are none left."""
        self._effort -= steps
        if self._effort < 0:
            raise OutOfEffort

    def allow(self, steps: int) -> None:
        """So many more steps."""
        self._effort = max(0, self._effort) + steps

    @contextmanager
    def allowing_share(self, share: float) -> Iterator[None]:
        """At most this share of the steps that are left for what is tried here; then go on."""
        kept = self._effort - round(self._effort * share)
        self._effort -= kept
        try:
            yield
        except OutOfEffort:
            if not kept:
                raise
        finally:
            self._effort = max(0, self._effort) + kept

    @contextmanager
    def undoing(self, memo: dict[Any, Any], key: Any) -> Iterator[None]:
        """What was not found because the effort ended is not remembered as not to be found."""
        try:
            yield
        except OutOfEffort:
            memo.pop(key, None)
            raise

    def __call__(self, rule: str, *arguments: Any) -> Line:
        """Apply a rule of the kernel; a refusal is remembered, too."""
        if rule not in RULES:
            raise KernelError(f"{rule!r} is not a rule")
        key = (rule, *map(_key, arguments))
        if key not in self._made:
            self.spend(1)
            try:
                with self.kernel.algebra.limited(LARGEST_STEP):
                    line = RULES[rule](self.kernel, *arguments)
                self._origin[id(line)] = (rule, arguments)
                self._keep.append(line)
                self.spend(len(line.poly) // SUMMANDS)
                self._made[key] = line
            except KernelError as refusal:
                self._made[key] = refusal
                self.spend(REFUSED)
        made = self._made[key]
        if isinstance(made, KernelError):
            raise made.with_traceback(None)
        return made

    def attempt(self, rule: str, *arguments: Any) -> Line | None:
        """The line, or None where the kernel refuses."""
        try:
            return self(rule, *arguments)
        except KernelError:
            return None

    def indicator(self, condition: Term) -> Line | None:
        """I >= 0 for a 0/1 variable, which is its own square, or None for another term."""
        try:
            self.kernel.signature.check_condition(condition)
        except KernelError:
            return None
        return self("square", condition)

    def emit(self, line: Line, derivation: Derivation, done: dict[int, Line]) -> Line:
        """The line as a line of the derivation, with everything it rests on before it.

        A line that was not made here is in the derivation already.
        """
        if id(line) not in self._origin:
            return line
        if id(line) not in done:
            rule, arguments = self._origin[id(line)]
            done[id(line)] = derivation.apply(
                rule, *(self._emitted(a, derivation, done) for a in arguments)
            )
        return done[id(line)]

    def _emitted(self, x: Any, derivation: Derivation, done: dict[int, Line]) -> Any:
        match x:
            case Line():
                return self.emit(x, derivation, done)
            case tuple() | list():
                return type(x)(self._emitted(v, derivation, done) for v in x)
        return x


def _key(x: Any) -> Any:
    match x:
        case Line():
            return id(x)
        case tuple() | list():
            return tuple(map(_key, x))
        case Mapping():
            return tuple((k, _key(v)) for k, v in x.items())
    return x
