"""What the README promises of the process of a document, each promise tried by native code."""

import contextlib
import ctypes
import io
import json
import platform
import signal
import subprocess
import sys
import time
from ctypes.util import find_library
from pathlib import Path
from unittest import mock

import pytest

from reports import sandbox
from reports.errors import WrongUsage
from reports.sandbox import Limits, run
from tests.hostile.escapes import ATTEMPTS, NOT_EVERYWHERE, a_world
from tests.limits import LIMIT

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or find_library("seccomp") is None,
    reason="the system refuses on Linux alone, where it has libseccomp",
)

LIMITS = Limits(reading=20, claim=20, whole=60, memory=1024)
PROOF = """
from theory.notation.own import *
proof = Proof(json.dumps(outcome))
u = proof.vector("u", random=True)
v = proof.vector("v", random=True)
proof.claim("true", norm(u + v) <= norm(u) + norm(v))
"""
LOOKING = {"environment", "memory, read", "open files", "terminal"}
"""What Landlock refuses, and not seccomp: the call is `open`, as for any file."""
WITHOUT_SECCOMP = "sys.modules['pyseccomp'] = None"
WITHOUT_LANDLOCK = "import reports.landlock; reports.landlock.CREATE = 9999"


@pytest.fixture(scope="module")
def tried():
    """How every attempt of a document ended, and what the machine was before and after."""
    with a_world() as world:
        (world.folder / "doc.py").write_text(ATTEMPTS + PROOF)
        world.described()
        before = world.state()
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            received = run(world.folder / "doc.py", "doc.py", limits=LIMITS)
        return json.loads(received.document.title), before, world.state(), said.getvalue()


def test_the_system_refuses_whatever_is_more_than_reading(tried):
    outcome = dict(tried[0])
    assert len(outcome) > 60
    assert outcome.pop("read") == "done"
    looked = {name: outcome.pop(name) for name in LOOKING}
    assert {name: how for name, how in outcome.items() if how != "EPERM"} == {}
    assert set(looked.values()) <= {"EACCES", "EPERM"} or not has_landlock(), looked


def test_nothing_changed_and_nothing_was_said(tried):
    _, before, after, said = tried
    assert after == before
    assert (said == "") == has_landlock()


def has_landlock():
    """Whether this kernel tells a version of it."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1) > 0


def test_outside_the_same_attempts_succeed():
    """Otherwise what was refused above might have failed by itself."""
    with a_world() as world:
        program = world.folder / "program.py"
        program.write_text(ATTEMPTS + "print(json.dumps(outcome))")
        world.described(NOT_EVERYWHERE)
        before = world.state()
        command = [sys.executable, "-I", "-B", str(program)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LIMIT)
        assert {x: how for x, how in json.loads(done.stdout).items() if how != "done"} == {}
        after = world.state()
        assert {name for name in before if before[name] != after[name]} == before.keys() - {"alive"}
        assert set(after["reached"]) == set(world.services)


# -- the calls of another machine ----------------------------------------------------------------

X32 = """
import ctypes, sys
libc = ctypes.CDLL(None)
libc.syscall(ctypes.c_long(0x40000000 + 90), FILE, ctypes.c_long(0))  # chmod
"""
THIRTY_TWO_BITS = """
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
place = libc.mmap(None, ctypes.c_size_t(4096), 7, 0x62, -1, ctypes.c_long(0))  # below 4 GB
name = place + 64
code = bytes([0xB8, 15, 0, 0, 0, 0xBB, *name.to_bytes(4, "little"), 0x31, 0xC9, 0xCD, 0x80, 0xC3])
ctypes.memmove(place, code, len(code))  # eax = chmod, ebx = name, ecx = 0; int 0x80
ctypes.memmove(name, FILE + bytes(1), len(FILE) + 1)
ctypes.CFUNCTYPE(None)(place)()
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the calls of x86")
@pytest.mark.parametrize("text", [X32, THIRTY_TWO_BITS])
def test_a_call_by_the_number_of_another_machine_ends_the_document(tmp_path, text):
    file = tmp_path / "file"
    file.write_text("text")
    mode = file.stat().st_mode
    assert "was killed by signal" in refused(tmp_path, f"FILE = {bytes(file)!r}\n" + text)
    assert file.stat().st_mode == mode


def refused(folder, text):
    path = folder / "doc.py"
    path.write_text(text)
    with pytest.raises(WrongUsage) as caught:
        run(path, "doc.py", limits=LIMITS)
    return str(caught.value)


# -- it ends with whoever started it -------------------------------------------------------------

AUDIT = "import sys; from reports.cli import main; sys.exit(main(sys.argv[1:]))"
WAITING = """
import ctypes, os, signal, time
for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
ctypes.CDLL(None).prctl(1, 0)
while True:
    time.sleep(1)
"""


def test_a_document_does_not_outlive_the_command(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(WAITING)
    command = subprocess.Popen([sys.executable, "-c", AUDIT, "audit", str(path)])
    try:
        (child,) = _until(lambda: _documents(command.pid))
    finally:
        command.send_signal(signal.SIGKILL)
        command.wait()
    assert _until(lambda: not _alive(child))


def _until(found):
    for _ in range(300):
        if what := found():
            return what
        time.sleep(0.1)
    return found()


def _documents(parent):
    """The children of a process that run their document: no other ignores SIGTERM."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [pid for pid in children if _ignores(pid, signal.SIGTERM)]


def _ignores(pid, number):
    (ignored,) = [line for line in _status(pid) if line.startswith("SigIgn:")] or ["SigIgn: 0"]
    return int(ignored.split()[1], 16) >> (number - 1) & 1


def _alive(pid):
    return bool(_status(pid)) and not any(line.startswith("State:\tZ") for line in _status(pid))


def _status(pid):
    try:
        return Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return []


# -- where the system promises less --------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "left", "why"),
    [
        (
            WITHOUT_SECCOMP,
            "change files and their attributes, use sockets",
            "pip install pyseccomp",
        ),
        (WITHOUT_LANDLOCK, "look into other processes and read devices", "has no Landlock"),
    ],
)
def test_the_first_line_says_what_is_not_promised(tmp_path, capfd, missing, left, why):
    with mock.patch.object(sandbox, "START", _with(missing)):
        said = refused(tmp_path, "raise ValueError('never a proof')")
    assert "ValueError" in said
    first, *more = capfd.readouterr().err.splitlines()
    assert first.startswith("byzproof: warning: nothing here stops doc.py if it tries to ")
    assert left in first
    assert why in first
    assert first.endswith("run it only if you trust it")
    assert not more


def _with(missing):
    """How a document's process starts, with something of the system or of Python taken away."""
    return sandbox.START.replace("from reports.sandboxed", f"{missing}; from reports.sandboxed")


def test_without_seccomp_what_it_starts_ends_with_it(tmp_path):
    """Native code may start processes then: three that sleep, and none is left."""
    (tmp_path / "doc.py").write_text(
        """
import ctypes, json
libc = ctypes.CDLL(None)
libc.prctl(15, b"byz-sleeper")
outcome = []
for _ in range(3):
    outcome.append(libc.fork())
    if outcome[-1] == 0:
        libc.sleep(300)
        libc._exit(0)
libc.prctl(15, b"byz-document")
"""
        + PROOF
    )
    with mock.patch.object(sandbox, "START", _with(WITHOUT_SECCOMP)):
        started = json.loads(run(tmp_path / "doc.py", "doc.py", limits=LIMITS).document.title)
    assert len(started) == 3  # as root; the limit on processes stops others
    assert _until(lambda: not _sleepers())


def _sleepers():
    """Living processes with the name that the document gives to its own."""
    running = (path.name for path in Path("/proc").glob("[0-9]*"))
    return [pid for pid in running if _alive(pid) and "Name:\tbyz-sleeper" in _status(pid)]
