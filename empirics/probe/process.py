"""Ask in a process of its own, which may hang, print, exit or crash."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from types import TracebackType

from empirics.calling import Convention
from empirics.foreign import CannotLoad, load
from empirics.probe.asking import UNASKED, Answer, Question, answer

PATIENCE = 3
"""Silences and crashes after which nothing more is asked."""


class Isolated:
    """A callable in a child process; call it with questions. Use it in a `with` statement.

    `timeout` is in seconds, for one answer; loading may take 60 seconds more. On entering, raises
    CannotLoad as `empirics.foreign.load` does; `spec` and `convention` then say what is called.
    """

    def __init__(self, spec: str, m: int | None = None, timeout: float = 10.0) -> None:
        self.spec, self.m, self.timeout = spec, m, timeout
        self.failures = 0
        self._child: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection
        self.convention: Convention

    def __enter__(self) -> Isolated:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def __call__(self, questions: Sequence[Question]) -> list[Answer]:
        """The answers, in order. Where one does not come the child is started anew."""
        answers: list[Answer] = []
        while len(answers) < len(questions):
            if self.failures >= PATIENCE:
                missing = len(questions) - len(answers)
                return answers + [Answer(hung=True, error=UNASKED)] * missing
            if self._child is None:
                self._start()
            rest = questions[len(answers) :]
            self._pipe.send(rest)
            for _ in rest:
                given = self._receive()
                answers.append(given)
                if self._child is None:
                    break
        return answers

    def _receive(self) -> Answer:
        try:
            if self._pipe.poll(self.timeout):
                given: Answer = self._pipe.recv()
                return given
            failure = Answer(hung=True, error=f"no answer in {self.timeout:g} seconds")
        except EOFError:
            failure = Answer(error="it ended the process")
        self.failures += 1
        self._stop()
        return failure

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(theirs, self.spec, self.m), daemon=True)
        child.start()
        self._child = child
        theirs.close()
        try:
            if not self._pipe.poll(self.timeout + 60):
                self._stop()
                raise CannotLoad(f"{self.spec}: no answer to a first small question; does it hang?")
            ready: tuple[str, Convention] | str = self._pipe.recv()
        except EOFError:
            self._stop()
            raise CannotLoad(f"{self.spec}: its module ends the process") from None
        if isinstance(ready, str):
            self._stop()
            raise CannotLoad(ready)
        self.spec, self.convention = ready

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._pipe.close()
            self._child = None


def _serve(pipe: Connection, spec: str, m: int | None) -> None:
    """The child: load, say how it is called, and answer lists of questions one by one."""
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    try:
        rule = load(spec, m)
    except CannotLoad as error:
        pipe.send(str(error))
        return
    pipe.send((rule.spec, rule.convention))
    while True:
        try:
            questions: Sequence[Question] = pipe.recv()
        except EOFError:
            return
        for vectors, f in questions:
            pipe.send(answer(rule, vectors, f))
