"""A process of its own for code that may hang, print, exit, crash or take all memory.

with Child("empirics.probe.process:serve", spec) as child:
    child.send(questions)
    child.receive(10.0)          # or Ended, or Silent, which say what happened

It has its own session, so that Ctrl-C reaches the caller alone, which then ends it with everything
that it has started. It reads nothing, and what it prints is thrown away. BLAS gets one thread, so
that results do not depend on how many there are.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from empirics.seeds import one_thread

START = """
import sys
from multiprocessing.connection import Connection
pipe = Connection(int(sys.argv[1]))
sys.path[:] = pipe.recv()
from empirics.child import run
run(pipe)
"""
"""What the child does first: it imports as its parent does."""
MEMORY = 2 << 30
"""Bytes that a child may take beyond what it has once everything is imported."""
SLICE = 0.25
"""Seconds between two looks at whether the child lives; its pipe may be held by others."""


MUTE = 60
"""Seconds for a message to pass once it has begun; whoever takes longer is given up."""
IMPORTING = 300.0
"""Seconds for a module of somebody else to be imported: a guard, also on a machine that is busy."""


class Ended(Exception):
    """The child is no more; the message says how it ended."""


class Silent(Exception):
    """Nothing came in time; the message says how long that was."""


class Child:
    """A fresh Python process that runs `target`, MODULE:FUNCTION, on its pipe and `arguments`.

    Use it in a `with` statement, or `close` it.
    """

    def __init__(self, target: str, *arguments: Any) -> None:
        ours, theirs = socket.socketpair()
        for limit in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            ours.setsockopt(socket.SOL_SOCKET, limit, struct.pack("ll", MUTE, 0))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", START, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **one_thread()},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self._pipe = Connection(ours.detach())
        self.send([os.path.abspath(p) for p in sys.path])  # noqa: PTH100  ("" is the folder here)
        self.send((target, os.getpid(), arguments))

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, message: Any) -> None:
        """Send what pickle can; a child that is no more, or reads nothing, ends in `receive`."""
        try:
            self._pipe.send(message)
        except BlockingIOError:
            self.kill()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def receive(self, seconds: float) -> Any:
        """What the child has sent, waiting so long. Raises Ended or Silent."""
        deadline = time.monotonic() + seconds
        try:
            while not self._pipe.poll(max(0.0, min(SLICE, deadline - time.monotonic()))):
                if self._process.poll() is not None and not self._pipe.poll():
                    raise EOFError
                if time.monotonic() >= deadline:
                    raise Silent(f"it took over {seconds:g} s")
            return self._pipe.recv()
        except (EOFError, OSError):
            raise Ended(self._end()) from None

    def lives(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it and whatever it has started; another thread that waits for it meets Ended."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()  # where only its group could not be reached

    def close(self) -> None:
        """End it and whatever it has started, and wait until it is gone."""
        self.kill()
        self._process.wait()
        self._pipe.close()

    def _end(self) -> str:
        """How it ended, in words."""
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return "it cut off its process"
        if code >= 0:
            return f"it ended its process (exit {code})"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        why = {"SIGSEGV": ", a segmentation fault", "SIGKILL": ", out of memory?"}.get(name, "")
        return f"it crashed its process ({name}{why})"


def run(pipe: Connection) -> None:
    """What a child does: call the function it was told to, and end when its parent does."""
    target, parent, arguments = pipe.recv()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    _limit("RLIMIT_CORE", 0)
    module, _, name = target.partition(":")
    getattr(import_module(module), name)(pipe, *arguments)


def limit_memory() -> None:
    """Let this process take `MEMORY` bytes more than it has, where the system can tell and limit.

    Beyond that there is a MemoryError. What is merely reserved, as for a GPU, does not count.
    """
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        _limit("RLIMIT_DATA", pages * os.sysconf("SC_PAGE_SIZE") + MEMORY)


def _limit(kind: str, value: int) -> None:
    """Lower a limit of this process, where the system has it."""
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError):
        import resource

        which = getattr(resource, kind)
        hard = resource.getrlimit(which)[1]
        if hard == resource.RLIM_INFINITY or value <= hard:
            resource.setrlimit(which, (value, hard))
