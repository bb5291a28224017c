"""Ask in a process of its own, which may hang, print, exit or crash."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

import numpy as np

from empirics.calling import Convention, Extra
from empirics.child import IMPORTING, Child, Ended, Silent, limit_memory
from empirics.foreign import CannotLoad, ForeignRule, find, load
from empirics.interfaces import FloatArray
from empirics.probe.asking import Answer, Came, Question, answer
from empirics.probe.bounds import values_of

PATIENCE = {Came.SILENCE: 2, Came.END: 3}
"""Failures of a kind after which the rest of one list of questions is left out."""
ALL_PATIENCE = {Came.SILENCE: 8, Came.END: 30}
"""Failures of a kind after which nothing at all is asked any more."""


class Isolated:
    """A callable in a child process; call it with questions. Use it in a `with` statement.

    `timeout` is in seconds, for one answer. On entering, raises CannotLoad as
    `empirics.foreign.load` does; `spec` and `convention` then say what is called.
    """

    def __init__(
        self,
        spec: str,
        m: int | None = None,
        timeout: float = 10.0,
        *,
        needs_f: bool = True,
        multi: bool = False,
    ) -> None:
        self.spec, self.m, self.timeout = spec, m, timeout
        self.needs_f, self.multi = needs_f, multi
        self.convention: Convention | None = None
        self._failures = {Came.SILENCE: 0, Came.END: 0}
        self._child: Child | None = None

    def __enter__(self) -> Isolated:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def rule(self) -> ForeignRule:
        """How it is called, without the callable itself, which is in the child."""
        assert self.convention is not None, "enter it first"
        return ForeignRule(self.spec, None, self.convention, self.m, self.multi)

    def __call__(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers, in order. Where one does not come the child is started anew."""
        answers: list[Answer] = []
        before = dict(self._failures)
        while len(answers) < len(questions):
            rest = questions[len(answers) :]
            if any(
                count >= ALL_PATIENCE[kind] or count - before[kind] >= PATIENCE[kind]
                for kind, count in self._failures.items()
            ):
                return answers + [Answer(Came.UNASKED, error=Came.UNASKED.value)] * len(rest)
            child = self._child or self._start()
            child.send(rest)
            for _ in rest:
                answers.append(self._receive(child))
                if self._child is None:
                    break
        return answers

    def one(
        self,
        vectors: FloatArray,
        f: int,
        seconds: float,
        extra: Extra = Extra(),  # noqa: B008  (it is frozen)
    ) -> Answer:
        """One answer within so many seconds, or Silent is raised; it is asked whatever was."""
        child = self._child or self._start()
        child.send([(vectors, f, extra)])
        try:
            return self._told(child.receive(seconds))
        except Silent:
            self.close()
            raise
        except Ended as ended:
            self.close()
            return Answer(Came.END, error=str(ended))

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The rule of every trial on its own, of vectors [.., n, d]: [.., d].

        Raises ValueError where it gives no vector, and says in which trial and why.
        """
        batch = vectors.reshape(-1, *vectors.shape[-2:])
        answers = self([(trial, f) for trial in batch])
        for t, given in enumerate(answers):
            if given.value is None:
                raise ValueError(f"{self.spec}, trial {t}: {given.error}")
        values = np.array([given.value for given in answers], dtype=np.float64)
        return values.reshape(*vectors.shape[:-2], vectors.shape[-1])

    def close(self) -> None:
        """End the child; the next question starts another, which remembers nothing."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _receive(self, child: Child) -> Answer:
        try:
            return self._told(child.receive(self.timeout))
        except Silent as silent:
            failure = Answer(Came.SILENCE, error=str(silent))
        except Ended as ended:
            failure = Answer(Came.END, error=str(ended))
        self._failures[failure.came] += 1
        self.close()
        return failure

    @staticmethod
    def _told(message: tuple[str, FloatArray | None, str, bool, str]) -> Answer:
        came, value, error, changed, form = message
        return Answer(Came[came], value, error, changed, form)

    def _start(self) -> Child:
        self._child = child = Child(
            *("empirics.probe.process:serve", self.spec, self.m, self.needs_f, self.multi),
            self.convention,
        )
        doing = "when its module was imported"
        try:
            ready: tuple[str, Convention] | str | None = child.receive(IMPORTING)
            if ready is None:
                doing = "asked a first small question"
                ready = child.receive(self.timeout)
        except (Ended, Silent) as failure:
            self.close()
            raise CannotLoad(f"{self.spec}, {doing}: {failure}") from None
        if ready is None or isinstance(ready, str):
            self.close()
            raise CannotLoad(ready or self.spec)
        self.spec, self.convention = ready
        return child


def bound_values(spec: str, timeout: float = 10.0) -> dict[tuple[int, int], float]:
    """`empirics.probe.bounds.values_of` of MODULE:CALLABLE, in a child process.

    Raises ValueError where it gives no numbers, or none in so many seconds, and CannotLoad.
    """
    with Child("empirics.probe.process:serve_bound", spec) as child:
        doing = "when its module was imported"
        try:
            refusal = child.receive(IMPORTING)
            if refusal is not None:
                raise CannotLoad(refusal)
            doing = "asked for its values"
            values: dict[tuple[int, int], float] | str = child.receive(timeout)
        except (Ended, Silent) as failure:
            raise CannotLoad(f"{spec}, {doing}: {failure}") from None
    if isinstance(values, str):
        raise ValueError(values)
    return values


def serve_bound(pipe: Connection, spec: str) -> None:
    """The child of `bound_values`."""
    try:
        bound = _imported(pipe, spec)
        pipe.send(values_of(bound))
    except (CannotLoad, ValueError) as error:
        pipe.send(str(error))


def serve(
    pipe: Connection,
    spec: str,
    m: int | None,
    needs_f: bool,
    multi: bool,
    convention: Convention | None,
) -> None:
    """The child: load, say how it is called, and answer lists of questions one by one.

    Where it is known how it is called, the first question comes first.
    """
    try:
        named = _imported(pipe, spec)
        rule = (
            load(spec, m, needs_f=needs_f, multi=multi)
            if convention is None
            else ForeignRule(spec, named, convention, m, multi)
        )
    except CannotLoad as error:
        pipe.send(str(error))
        return
    pipe.send((rule.spec, rule.convention))
    while True:
        try:
            questions: Sequence[Question] = pipe.recv()
        except EOFError:
            return
        for question in questions:
            given = answer(rule, *question)
            pipe.send((given.came.name, given.value, given.error, given.changed, given.form))


def _imported(pipe: Connection, spec: str) -> Any:
    """MODULE:CALLABLE; that it was found is sent, and memory is limited from here on."""
    named = find(spec)
    pipe.send(None)
    limit_memory()
    return named
