"""Landlock: a process of Linux gives up the right to change files, and to look into others.

What is given up cannot be got back, by Python or by native code, by a user or by root. Reading
stays allowed, save devices: a terminal read is a keystroke taken away. A process in a domain of
Landlock sees neither memory, environment nor open files of the processes outside of it.
See https://docs.kernel.org/userspace-api/landlock.html and <linux/landlock.h>, whose numbers stand
here. The attributes of files, sockets and signals are left to `reports.system_calls`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

CREATE, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The numbers of the system calls; the same on every machine but Alpha."""
PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 38
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
GIVEN_UP = (1 << 13) - 1 - READ_FOLDER
"""All rights of the first version but one: execute, write, read, remove and make files."""
CAPABILITIES, DAC_READ_SEARCH = 0x20080522, 1 << 2
"""The third version of their interface, and the one that is kept; <linux/capability.h>."""
DEVICES = ("null", "random", "shm", "urandom", "zero")
"""What may be read there; shm is a folder of files."""


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("place", ctypes.c_int32))


def give_up_changes() -> str:
    """Change no file from now on; why this was not possible, empty where it was.

    Nothing has changed where it was not. Call it while there is one thread.
    """
    try:
        system = ctypes.CDLL(None, use_errno=True)
        call, control = system.syscall, system.prctl
    except (OSError, AttributeError, TypeError):
        return "Landlock is part of Linux alone"
    call.restype = ctypes.c_long
    nothing, given_up = ctypes.c_uint32(0), ctypes.c_uint64(GIVEN_UP)
    size = ctypes.c_size_t(ctypes.sizeof(given_up))
    rules = call(ctypes.c_long(CREATE), ctypes.byref(given_up), size, nothing)
    if rules < 0:
        return "this kernel has no Landlock, or has it switched off"
    try:
        readable = [place for place in Path("/").iterdir() if place.name != "dev"]
        for place in [*readable, *(Path("/dev", name) for name in DEVICES)]:
            with contextlib.suppress(OSError), _opened(place) as number:
                rule = ctypes.byref(_PathBeneath(READ_FILE, number))
                kind = ctypes.c_int(PATH_BENEATH)
                call(ctypes.c_long(ADD_RULE), ctypes.c_int(rules), kind, rule, nothing)
        control(NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0)))
        if call(ctypes.c_long(RESTRICT_SELF), ctypes.c_int(rules), nothing) != 0:
            return f"Landlock was refused ({os.strerror(ctypes.get_errno())})"
        if not _gave_up_capabilities(system):
            return "the capabilities of root could not be given up"
    finally:
        os.close(rules)
    return ""


def _gave_up_capabilities(system: ctypes.CDLL) -> bool:
    """As root, keep the right to read files: another (CAP_PERFMON) reads environments all the same.

    See https://man7.org/linux/man-pages/man2/capset.2.html
    """
    header = (ctypes.c_uint32 * 2)(CAPABILITIES, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then their upper halves
    if system.capget(header, held) != 0:
        return False
    kept = (ctypes.c_uint32 * 6)(held[0] & DAC_READ_SEARCH, held[1] & DAC_READ_SEARCH)
    return bool(system.capset(header, kept) == 0)


@contextlib.contextmanager
def _opened(place: Path) -> Iterator[int]:
    number = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        yield number
    finally:
        os.close(number)
