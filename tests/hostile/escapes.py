"""What a document may try on the machine, by native calls; and a machine on which it can be seen.

`ATTEMPTS` is the text of a program that tries everything on a `World`, and has in `outcome` how
each attempt ended: "done", or the name of the error. It runs in a document, where the system must
refuse everything; and outside, where it must succeed: an attempt that fails anyway shows nothing.
"""

import contextlib
import json
import os
import socket
import subprocess
import tempfile
from pathlib import Path

ATTEMPTS = """
import ctypes, errno, json, os, struct

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "world.json")) as described:
    world = json.load(described)
libc = ctypes.CDLL(None, use_errno=True)
file, folder, other = world["file"].encode(), world["folder"].encode(), world["other"]
new = folder + b"/new"
SIGNAL = 23  # SIGURG, which whoever gets it ignores
PIDFD_SEND_SIGNAL, PIDFD_OPEN, CLONE3 = 424, 434, 435  # the same on all machines
IO_URING_SETUP, FILE_SETATTR = 425, 469
word = ctypes.c_long

def opened(path=file, flags=os.O_RDONLY):
    return libc.open(path, flags | os.O_CLOEXEC, 0o600)

def sent(family, kind, address):
    descriptor = libc.socket(family, kind, 0)
    if descriptor < 0:
        return -1
    if libc.connect(descriptor, address, len(address)) < 0:
        return -1
    return libc.send(descriptor, b"x", word(1), 0)

def unix(name):
    return struct.pack("H", 1) + name

def inet(port):
    return struct.pack("=H", 2) + struct.pack("!H4s8x", port, bytes([127, 0, 0, 1]))

def bound():
    descriptor = libc.socket(1, 1, 0)
    address = unix(new + b".socket")
    return libc.bind(descriptor, address, len(address))

def signalled_by_its_file():
    descriptor = libc.syscall(word(PIDFD_OPEN), word(other), word(0))
    if descriptor < 0:
        return -1
    return libc.syscall(word(PIDFD_SEND_SIGNAL), word(descriptor), word(SIGNAL), None, word(0))

def child(pid):
    if pid == 0:
        os._exit(0)
    if pid > 0:
        libc.waitpid(pid, None, 0)
    return pid

def cloned():
    arguments = (ctypes.c_uint64 * 8)(0, 0, 0, 0, 17)
    size = word(ctypes.sizeof(arguments))
    return child(libc.syscall(word(CLONE3), arguments, size))

def threaded():
    function = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda nothing: None)
    thread = ctypes.c_ulong()
    problem = libc.pthread_create(ctypes.byref(thread), None, function, None)
    if problem:
        ctypes.set_errno(problem)
        return -1
    return libc.pthread_join(thread, None)

def spawned():
    pid = ctypes.c_int()
    words = (ctypes.c_char_p * 2)(b"true", None)
    problem = libc.posix_spawnp(ctypes.byref(pid), b"true", None, None, words, None)
    if problem:
        ctypes.set_errno(problem)
        return -1
    return libc.waitpid(pid, None, 0)

def linked_and_renamed():
    return libc.symlink(file, new) or libc.rename(new, new + b"er") or libc.unlink(new + b"er")

def locked():
    descriptor = opened()
    return libc.flock(descriptor, 2) or libc.close(descriptor)

def leased():
    descriptor = opened()
    return libc.fcntl(descriptor, 1024, 0) or libc.close(descriptor)

def owned():
    return libc.fcntl(opened(), 8, other)

affinity = (ctypes.c_ulong * 16)(*[2**64 - 1] * 16)
limit = (ctypes.c_uint64 * 2)(0, 0)
attempts = {
    "read": lambda: opened(),
    "mode": lambda: libc.chmod(file, 0o644),
    "mode through its number": lambda: libc.fchmod(opened(), 0o644),
    "mode in a folder": lambda: libc.fchmodat(-100, file, 0o644, 0),
    "owner": lambda: libc.chown(file, -1, -1),
    "owner through its number": lambda: libc.fchown(opened(), -1, -1),
    "owner of a link": lambda: libc.lchown(file, -1, -1),
    "attribute": lambda: libc.setxattr(file, b"user.x", b"1", word(1), 0),
    "attribute through its number": lambda: libc.fsetxattr(opened(), b"user.x", b"1", word(1), 0),
    "attribute removed": lambda: libc.removexattr(file, b"user.x"),
    "flags": lambda: libc.ioctl(opened(), word(0x40086602), ctypes.byref(word(0))),
    "flags, as newest": lambda: libc.syscall(word(FILE_SETATTR), word(-100), file, None, 0, 0),
    "times": lambda: libc.utimes(file, None),
    "times through its number": lambda: libc.futimens(opened(), None),
    "length": lambda: libc.truncate(file, word(4)),
    "opened to write": lambda: opened(file, os.O_WRONLY),
    "opened to read and write": lambda: opened(file, os.O_RDWR),
    "opened to append": lambda: opened(file, os.O_WRONLY | os.O_APPEND),
    "opened to cut off": lambda: opened(world["empty"].encode(), os.O_RDONLY | os.O_TRUNC),
    "opened to make": lambda: opened(new + b".made", os.O_RDONLY | os.O_CREAT),
    "made": lambda: libc.creat(new + b".creat", 0o600),
    "without a name": lambda: opened(folder, os.O_TMPFILE | os.O_RDWR),
    "null device, to write": lambda: opened(b"/dev/null", os.O_WRONLY),
    "folder": lambda: libc.mkdir(new + b".folder", 0o700),
    "folder removed": lambda: libc.rmdir(world["inner"].encode()),
    "pipe": lambda: libc.mkfifo(new + b".pipe", 0o600),
    "node": lambda: libc.mknod(new + b".node", 0o100600, word(0)),
    "hard link": lambda: libc.link(world["empty"].encode(), new + b".link"),
    "link, renamed and removed": linked_and_renamed,
    "lock": locked,
    "lease": leased,
    "mount": lambda: libc.mount(b"none", folder, b"tmpfs", word(0), None),
    "root": lambda: libc.chroot(folder),
    "stream to a service": lambda: sent(1, 1, unix(world["stream"].encode())),
    "datagram to a service": lambda: sent(1, 2, unix(world["datagram"].encode())),
    "stream to a service without a file": lambda: sent(1, 1, unix(world["abstract"].encode())),
    "service of its own": bound,
    "pair of sockets": lambda: libc.socketpair(1, 1, 0, (ctypes.c_int * 2)()),
    "TCP": lambda: sent(2, 1, inet(world["tcp"])),
    "UDP": lambda: sent(2, 2, inet(world["udp"])),
    "UDP, version 6": lambda: libc.socket(10, 2, 0),
    "netlink": lambda: libc.socket(16, 3, 0),
    "raw packets": lambda: libc.socket(17, 3, 0),
    "virtual machines": lambda: libc.socket(40, 1, 0),
    "cipher": lambda: libc.socket(38, 5, 0),
    "ring of requests": lambda: libc.syscall(
        word(IO_URING_SETUP), word(1), (ctypes.c_uint64 * 15)()
    ),
    "signal": lambda: libc.kill(other, SIGNAL),
    "signal to the parent": lambda: libc.kill(os.getppid(), 0),
    "signal with a value": lambda: libc.sigqueue(other, SIGNAL, None),
    "signal to a thread": lambda: libc.tgkill(other, other, SIGNAL),
    "signal through its file": signalled_by_its_file,
    "signal from a file": owned,
    "priority": lambda: libc.setpriority(0, other, 1),
    "priority of its own": lambda: libc.nice(1),
    "processors": lambda: libc.sched_setaffinity(other, word(128), affinity),
    "scheduler": lambda: libc.sched_setscheduler(other, 3, (ctypes.c_int * 1)(0)),
    "limits": lambda: libc.prlimit(other, 4, limit, None),
    "limits of its own": lambda: libc.setrlimit(4, limit),
    "traced": lambda: libc.ptrace(0x4206, word(other), None, None),
    "memory, written": lambda: opened(b"/proc/%d/mem" % other, os.O_RDWR),
    "memory, read": lambda: opened(b"/proc/%d/mem" % other),
    "memory, copied": lambda: libc.process_vm_readv(other, None, word(0), None, word(0), word(0)),
    "environment": lambda: opened(b"/proc/%d/environ" % other),
    "open files": lambda: opened(b"/proc/%d/fd/0" % other),
    "terminal": lambda: opened(world["terminal"].encode(), os.O_RDONLY | os.O_NOCTTY),
    "memory that is shared": lambda: libc.shmget(0, word(1), 0o600),
    "queue": lambda: libc.msgget(0, 0o600),
    "process": lambda: child(libc.fork()),
    "process, as newest": cloned,
    "thread": threaded,
    "program": spawned,
    "users of its own": lambda: libc.unshare(0x10000000),
    "death put off": lambda: libc.prctl(1, word(0), word(0), word(0), word(0)),
}
outcome = {}
for name, attempt in attempts.items():
    if name not in world["left out"]:
        done = attempt() >= 0
        outcome[name] = "done" if done else errno.errorcode.get(ctypes.get_errno(), "failed")
"""

NOT_EVERYWHERE = {
    "attribute", "attribute removed", "attribute through its number", "cipher", "flags",
    "flags, as newest", "lease", "memory, copied", "memory, read", "memory, written", "mount",
    "netlink", "process, as newest", "raw packets", "ring of requests", "root", "traced",
    "UDP, version 6", "users of its own", "virtual machines", "without a name",
}  # fmt: skip
"""What is not tried outside: it needs root, changes the tests, or not every system has it."""


class World:
    """A folder, services that listen and a process that sleeps: what an attempt could reach."""

    def __init__(self, folder, stack):
        self.folder = folder
        self.file, self.empty = folder / "file", folder / "empty"
        self.file.write_text("text")
        self.empty.write_text("text")
        (folder / "inner").mkdir()
        self.services = {
            "stream": _service(stack, socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "stream")),
            "datagram": _service(
                stack, socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "datagram")
            ),
            "abstract": _service(stack, socket.AF_UNIX, socket.SOCK_STREAM, f"\0{folder}"),
            "tcp": _service(stack, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": _service(stack, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        }
        self.other = stack.enter_context(
            subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL)
        )
        stack.callback(self.other.kill)
        ends = os.openpty()
        for end in ends:
            stack.callback(os.close, end)
        self.terminal = os.ttyname(ends[1])

    def described(self, left_out=()):
        """Write down, for the program, where everything is."""
        addresses = {name: service.getsockname() for name, service in self.services.items()}
        description = {
            **{
                name: a[1] if isinstance(a, tuple) else os.fsdecode(a)
                for name, a in addresses.items()
            },
            "folder": str(self.folder),
            "file": str(self.file),
            "empty": str(self.empty),
            "inner": str(self.folder / "inner"),
            "other": self.other.pid,
            "terminal": self.terminal,
            "left out": sorted(left_out),
        }
        (self.folder / "world.json").write_text(json.dumps(description))

    def state(self):
        """Everything that an attempt could change."""
        files = sorted(self.folder.iterdir())
        pid = self.other.pid
        return {
            "files": [(path.name, *_kept(path)) for path in [*files, self.folder]],
            "priority": os.getpriority(os.PRIO_PROCESS, pid),
            "scheduler": os.sched_getscheduler(pid),
            "limits": Path(f"/proc/{pid}/limits").read_text(),
            "alive": self.other.poll() is None,
            "reached": [name for name, service in self.services.items() if _was_reached(service)],
        }


@contextlib.contextmanager
def a_world():
    """A `World` in a folder of its own; short, as the name of a socket has a hundred bytes."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        yield World(Path(folder), stack)


def _service(stack, family, kind, address):
    service = stack.enter_context(socket.socket(family, kind))
    service.bind(address)
    service.setblocking(False)
    if kind == socket.SOCK_STREAM:
        service.listen()
    return service


def _was_reached(service):
    try:
        if service.type == socket.SOCK_STREAM:
            service.accept()[0].close()
        else:
            service.recv(1)
    except BlockingIOError:
        return False
    return True


def _kept(path):
    """What a file is, but for the time at which it was read."""
    found = path.lstat()
    return (*found[:7], found.st_mtime_ns, found.st_ctime_ns)
