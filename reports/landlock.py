"""Landlock: a process of Linux gives up the right to change files, for itself and all it starts.

What is given up cannot be got back, by Python or by native code, by a user or by root. Reading
stays allowed. See https://docs.kernel.org/userspace-api/landlock.html and <linux/landlock.h>, whose
numbers stand here; the version of the interface (ABI) says which rights a kernel knows.
"""

from __future__ import annotations

import contextlib
import ctypes
import os

CREATE, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The numbers of the system calls; the same on every machine but Alpha."""
ASK_VERSION, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38

EXECUTE, WRITE_FILE = 1 << 0, 1 << 1
REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
"""Remove a folder or a file; make a device, folder, file, socket, pipe or link."""
REFER, TRUNCATE, IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
BIND_AND_CONNECT = 3
ABSTRACT_SOCKETS_AND_SIGNALS = 3


def give_up_changes() -> bool:
    """From now on this process executes no file and changes none but /dev/null.

    It also makes no TCP connection and sends no signal to processes other than those it starts,
    where the kernel knows these rights (Linux 6.7 and 6.12). The attributes of files, such as their
    owner and times, are not covered. False where the system has no Landlock: nothing has changed.
    """
    try:
        system = ctypes.CDLL(None, use_errno=True)
        call, control = system.syscall, system.prctl
    except (OSError, AttributeError, TypeError):  # another system
        return False
    call.restype = ctypes.c_long
    version = call(ctypes.c_long(CREATE), None, ctypes.c_size_t(0), ctypes.c_uint32(ASK_VERSION))
    if version < 1:
        return False
    rights = EXECUTE | WRITE_FILE | REMOVE_AND_MAKE
    rights |= sum(
        x for x, since in ((REFER, 2), (TRUNCATE, 3), (IOCTL_DEVICE, 5)) if version >= since
    )
    given_up = (ctypes.c_uint64 * 3)(
        rights,
        BIND_AND_CONNECT if version >= 4 else 0,
        ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0,
    )
    size = ctypes.c_size_t(ctypes.sizeof(given_up))
    rules = call(ctypes.c_long(CREATE), given_up, size, ctypes.c_uint32(0))
    if rules < 0:
        return False
    try:
        with contextlib.suppress(OSError):
            _allow(call, rules, os.devnull)
        return (
            control(NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))) == 0
            and call(ctypes.c_long(RESTRICT_SELF), ctypes.c_int(rules), ctypes.c_uint32(0)) == 0
        )
    finally:
        os.close(rules)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _allow(call: object, rules: int, path: str) -> None:
    """Writing to one file stays allowed."""
    assert callable(call)
    file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathBeneath(WRITE_FILE, file)
        call(
            ctypes.c_long(ADD_RULE),
            ctypes.c_int(rules),
            ctypes.c_int(PATH_BENEATH),
            ctypes.byref(rule),
            ctypes.c_uint32(0),
        )
    finally:
        os.close(file)
