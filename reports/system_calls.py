"""Seccomp: a process of Linux gives up every system call that does more than compute and read.

What is listed here is kept, and everything else is refused with EPERM: opening a file to write,
modes, owners, times and attributes of files, sockets, processes and threads, signals to others,
priorities, limits, mounts, and whatever a later kernel brings. What was given up cannot be got
back, by native code or by root. libseccomp makes the filter; calls by the number of another machine
(32-bit, x32) end the process. See https://man7.org/linux/man-pages/man2/seccomp.2.html
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from typing import Any

try:  # here and not later, as it looks for the library with the help of a program
    import pyseccomp
except ImportError:
    MISSING = "the package pyseccomp is missing: pip install pyseccomp"
except (RuntimeError, OSError, AttributeError):
    MISSING = "the library libseccomp was not found; on Debian: apt install libseccomp2"
else:
    MISSING = ""

KEPT = """
    read readv pread64 preadv lseek close close_range dup dup2 dup3 write writev
    access faccessat faccessat2 stat lstat fstat newfstatat statx statfs fstatfs
    readlink readlinkat getdents64 getcwd chdir fchdir fadvise64 poll ppoll select pselect6
    brk mmap munmap mprotect mremap
    getpid getppid gettid getpgid getpgrp getsid getpriority sched_getaffinity
    getuid geteuid getgid getegid getresuid getresgid getgroups
    getrusage getrlimit times uname sysinfo getcpu getrandom
    time gettimeofday clock_gettime clock_getres nanosleep clock_nanosleep
    getitimer setitimer alarm pause sched_yield
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend sigaltstack
    restart_syscall exit exit_group
"""
"""They change nothing but this process and what it has open: its pipe, and /dev/null."""

FUTEX_PRIVATE = 128
"""A lock that no other process shares; <linux/futex.h>."""
FIRST_PRIVILEGED_ADVICE = 100
"""From here on root tells the machine that a page of its memory is broken; <asm/mman.h>."""


def give_up_system_calls() -> str:
    """Keep only the calls above; why this was not possible, empty where it was.

    Nothing has changed where it was not.
    """
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return "seccomp is used on 64-bit Linux alone"
    if MISSING:
        return MISSING
    try:
        kept = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
        kept.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)  # for a thread that something has started, too
        for name, *conditions in [*([name] for name in KEPT.split()), *_conditional()]:
            number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
            if number >= 0:  # not every machine has every call
                kept.add_rule(pyseccomp.ALLOW, number, *conditions)
        kept.load()
    except OSError as refused:
        return f"the system takes no filter of system calls ({refused.strerror})"
    return ""


def _conditional() -> Iterator[tuple[Any, ...]]:
    """Calls that are kept under conditions on their arguments, which count from 0."""
    import fcntl
    import termios

    argument, same, masked = pyseccomp.Arg, pyseccomp.EQ, pyseccomp.MASKED_EQ
    writing = os.O_ACCMODE | os.O_CREAT | os.O_TRUNC
    yield "open", argument(1, masked, writing, os.O_RDONLY)
    yield "openat", argument(2, masked, writing, os.O_RDONLY)
    copied = (fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC)
    described = (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL)
    for command in (
        copied + described
    ):  # not F_SETOWN, which sends signals, nor locks, which stop others
        yield "fcntl", argument(1, same, command)
    for command in (termios.TCGETS, termios.TIOCGWINSZ, termios.FIOCLEX, termios.FIONCLEX):
        yield "ioctl", argument(1, same, command)
    yield "futex", argument(1, masked, FUTEX_PRIVATE, FUTEX_PRIVATE)
    yield "madvise", argument(2, pyseccomp.LT, FIRST_PRIVILEGED_ADVICE)
    yield "prlimit64", argument(0, same, 0), argument(2, same, 0)  # its own limits, to read them
    yield "tgkill", argument(0, same, os.getpid())  # abort()
