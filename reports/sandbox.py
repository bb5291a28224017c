"""A user's document runs in a process of its own, under limits, and hands back data only.

A document is a Python program, and the search for its proofs runs in the same process, so both may
go wrong in every way that a program can: loop, fill the memory, exit, print, or change the kernel
that it imports. None of this can change a verdict. What comes back through a pipe is JSON; it is
read strictly, and every certificate and every counterexample in it is checked again here, by a
kernel that the document never saw.

It reads what its user may read, but for devices and other processes, and it does nothing else: on
Linux the system refuses all other calls, to native code and to root as well
(`reports.system_calls`, `reports.landlock`). One process, it cannot leave another behind. Where the
system does not take all of this away, the first line on standard error says what is left; a hook of
Python then prevents accidents, and nothing more.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reports.errors import WrongUsage
from theory.kernel.models import Evaluator
from theory.kernel.processes import RunEvaluator
from theory.kernel.terms import KernelError
from theory.notation.document import Document
from theory.notation.printing import Printer
from theory.notation.received import LARGEST, Portable, read
from theory.notation.strict import MOST_ITEMS, NotPortable, as_text

LONGEST_MESSAGE = 100_000
"""Characters of any message but a document."""

ROOT = Path(__file__).resolve().parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from reports.sandboxed import main; main()"

FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading or showing malformed data may raise."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """What a document may use: seconds, and megabytes of memory."""

    reading: float = 20.0
    """Seconds until the file has run to its end."""
    claim: float = 60.0
    """Seconds of processor time for one claim; then it stays undecided."""
    whole: float = 900.0
    """Seconds of processor time in all."""
    memory: int = 1536
    grace: float = 10.0
    """Seconds after which a process that does not keep its limits itself is killed."""


def run(
    path: Path,
    shown: str,
    stored: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    progress: Progress = lambda what: None,
) -> Portable:
    """The document of a Python file, with the evidence that was found for its claims.

    `shown` is how messages call it; `stored` are certificates that need not be searched again.
    Raises WrongUsage with what went wrong, the line of the document, and what to do.
    """
    limits = limits or Limits()
    request = {
        "path": str(path.resolve()),
        "name": shown,
        "limits": asdict(limits),
        "stored": dict(stored or {}),
    }
    return _read(_Conversation(shown, limits, progress).held(request), shown)


def _read(answer: str, shown: str) -> Portable:
    """The document that was sent, if all of it can be shown and judged; otherwise WrongUsage."""
    try:
        received = read(answer)
        _check(received.document)
    except (NotPortable, KernelError) as refusal:
        raise WrongUsage(f"{shown}: {refusal}") from None
    except FAULTS as wrong:
        raise WrongUsage(
            f"{shown}: what it defines is no document ({type(wrong).__name__}); write it with the "
            "words of theory/notation/LANGUAGE.md alone"
        ) from None
    return received


def _check(document: Document) -> None:
    """Every formula can be shown, what is assumed denotes, and every model is one."""
    signature, printer = document.language.signature, Printer(document.language)
    claims = document.claims().values()
    readings = [reading for claim in claims for reading in claim.readings]
    assumed = [*document.hypotheses.values()]
    assumed += [formula for reading in readings for formula in reading.needs.values()]
    models = [build for _, build in document.witnesses]
    models += [reading.counterexample for reading in readings if reading.counterexample]
    models += [build for claim in claims if claim.tightness for build in claim.tightness.examples]
    for formula in [*assumed, *(reading.statement for reading in readings)]:
        printer.text(formula)
        printer.mathml(formula)
    for formula in assumed:
        signature.check_formula(formula)
    for reading in readings:
        document.in_force(reading)
    for build in models:
        Evaluator(signature, build())
    for _, run in document.runs:
        RunEvaluator(signature, run())


class _Conversation:
    """One child process, from its start to its end."""

    def __init__(self, shown: str, limits: Limits, progress: Progress) -> None:
        self.shown = shown
        self.limits = limits
        self.progress = progress
        self.doing = ""
        self.deadline = time.monotonic() + limits.reading + limits.grace
        self.end = self.deadline + 4 * limits.whole
        """No message puts it off."""
        self.messages = 0

    def held(self, request: Mapping[str, Any]) -> str:
        """Start the child, follow it, kill what is left of it, and return its document."""
        ours, theirs = os.pipe()
        child = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", START, str(ROOT), str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs,),
            env=_environment(),
            start_new_session=True,
        )
        os.close(theirs)
        try:
            with contextlib.suppress(BrokenPipeError):
                assert child.stdin is not None
                child.stdin.write(json.dumps(request).encode())
                child.stdin.close()
            return self._followed(child, ours)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            os.close(ours)

    def _followed(self, child: subprocess.Popen[bytes], pipe: int) -> str:
        """Read messages, one a line, until the document has come."""
        pending = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                ended = child.poll() is not None
                ready = selector.select(timeout=0.0 if ended else 0.2)
                block = os.read(pipe, 1 << 16) if ready else b""
                *lines, rest = block.split(b"\n")
                for line in lines:
                    answer = self._message(bytes(pending) + line)
                    if answer is not None:
                        return answer
                    pending.clear()
                pending += rest
                if len(pending) > LARGEST:
                    raise WrongUsage(f"{self.shown}: the document is too large; split it")
                if ended and not block:
                    raise WrongUsage(self._ended(child.returncode))
                if time.monotonic() > min(self.deadline, self.end):
                    raise WrongUsage(self._late())
                if ready and not block:
                    time.sleep(0.05)  # its end of the pipe is closed, and it has not ended yet

    def _message(self, line: bytes) -> str | None:
        """Act on one message; the text of the document, when it comes."""
        kind, _, text = line.partition(b" ")
        try:
            body = text.decode("ascii")
            if kind == b"document":
                return body
            if len(body) > LONGEST_MESSAGE:
                raise NotPortable("a message that is too long")
            data = json.loads(body)
            if kind == b"failed":
                raise WrongUsage(self._failure(data))
            self.messages += 1
            if kind == b"unguarded" and self.messages == 1:  # the document has not started
                self._warn(as_text(data, "a message"))
                return None
            if kind != b"searching" or self.messages > MOST_ITEMS:
                raise NotPortable("not a message, or one too many")
            self.doing = " ".join(as_text(data, "a message").split())[:80]
            self.deadline = time.monotonic() + 4 * self.limits.claim + self.limits.grace
            self.progress(self.doing)
        except (ValueError, RecursionError, TypeError, KeyError, NotPortable):
            raise WrongUsage(f"{self.shown}: the process that ran it sent garbage") from None
        return None

    def _warn(self, unguarded: str) -> None:
        if unguarded:
            print(
                f"byzproof: warning: nothing here stops {self.shown} if it tries to {unguarded}; "
                "run it only if you trust it",
                file=sys.stderr,
                flush=True,
            )

    # -- messages --------------------------------------------------------------------------------

    def _failure(self, data: Any) -> str:
        what, advice, where, source = (
            " ".join(as_text(data[key], key).split())
            for key in ("what", "advice", "where", "source")
        )
        line = f"\n  {where[:200]}: {source[:200]}" if where else ""
        return f"{self.shown}: {what[:600]}{line}\n{advice[:600]}"

    def _ended(self, code: int) -> str:
        busy = f" while it worked on {self.doing!r}" if self.doing else ""
        if code == -signal.SIGXCPU or (code == -signal.SIGKILL and not self.doing):
            return (
                f"{self.shown}: stopped{busy}: it took more than its time or memory. "
                "Look for a loop that does not end, or split the document"
            )
        if code < 0:
            return f"{self.shown}: the process that ran it was killed by signal {-code}{busy}"
        return (
            f"{self.shown}: it ended the process that ran it{busy} (exit code {code}). "
            "A document only defines a proof; remove what exits, or changes what it imports"
        )

    def _late(self) -> str:
        if self.doing:
            return (
                f"{self.shown}: the proof of {self.doing!r} did not end and could not be stopped; "
                "look for a loop in the function given as by=..."
            )
        return (
            f"{self.shown}: it did not end within {self.limits.reading:g} s and could not be "
            "stopped; look for a loop that does not end, or that waits"
        )


def _environment() -> dict[str, str]:
    """What the child may see of the environment: nothing that is anybody's secret."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
