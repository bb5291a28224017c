"""Users' documents that mean harm: what each does to its process, after it defined its proof.

Every one has a true claim and a false one. Whatever it does, the parent either refuses it with a
message, or judges the claims as if it had done nothing, or leaves them undecided; and no file is
changed. The pipe of a document's process, of which it should know nothing, is its PIPE here.
"""

import tempfile
from pathlib import Path

from reports.errors import WrongUsage
from reports.sandbox import Limits, run
from tests.hostile.trying import Hung, bounded
from theory.judge import Judge
from theory.kernel.terms import KernelError

START = """\
from theory.notation.own import *

proof = Proof("Test")
u = proof.vector("u", random=True)
v = proof.vector("v", random=True)
proof.claim("true", norm(u + v) <= norm(u) + norm(v))
proof.claim("false", norm(u + v) <= norm(u))

import os, sys, signal, time, builtins
PIPE = max(int(fd) for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}"))
HERE = os.path.dirname(__file__)
"""
HONEST = {"true": "PROVED", "false": "REFUTED"}
LIMITS = Limits(reading=5, claim=5, whole=8, memory=1024, grace=2)
WAITING = 240.0
"""Wall seconds, some ten times what the limits allow; only a parent that hangs takes so long."""

KERNEL = {
    "the conclusion patched": """
from theory.kernel.rules import Kernel
Kernel.conclude = lambda *given: None
""",
    "theorems that anybody can make": """
from theory.kernel.rules import Theorem
Theorem.__new__ = lambda cls, *given: object.__new__(cls)
""",
    "every relation equal to every other": """
from theory.kernel.terms import Relation
Relation.__eq__ = lambda self, other: True
Relation.__hash__ = lambda self: 0
""",
    "the false claim replayed as the true one": """
import theory.judge as judge
replay = judge.replay
def forged(kernel, certificate):
    theorem = replay(kernel, certificate)
    object.__setattr__(theorem, "statement", judge.FALSE)
    return theorem
judge.FALSE, judge.replay = (norm(u + v) <= norm(u)), forged
""",
    "every verdict PROVED": """
import theory.judge as judge
judge.Judge.judge = lambda self, name: judge.Judgement(*self._places[name], "PROVED")
""",
    "the modules of the kernel gone": """
for name in [name for name in sys.modules if name.startswith("theory")]:
    del sys.modules[name]
""",
    "the modules of the kernel replaced": """
import types
for name in [name for name in sys.modules if name.startswith("theory.kernel")]:
    sys.modules[name] = types.ModuleType(name)
""",
    "no modules": "sys.modules.clear()",
    "no builtins": "builtins.__dict__.clear()",
    "isinstance says yes": "builtins.isinstance = lambda thing, kind: True",
    "JSON that is always the same": """
import json
json.dumps = lambda *given, **options: '{"format": 1}'
""",
    "a document that is no dataclass": """
class DOCUMENT:
    steps = ()
DOCUMENT = DOCUMENT()
""",
    "names with methods of their own": """
class Name(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __str__(self): return "true"
proof.claim(Name("evil"), norm(u) <= 0)
""",
    "a hook that refuses everything": """
def hook(event, arguments):
    raise RuntimeError("no")
sys.addaudithook(hook)
""",
    "a tracer that runs on": """
def tracer(frame, event, argument):
    frame.f_trace_opcodes = True
    return tracer
sys.settrace(tracer)
""",
}
"""What changes the kernel in the document's process."""

SENT = {
    "a printed result": """
print('document {"format": 1}')
sys.stderr.write("PROVED" * 100_000)
sys.__stdout__.write("failed {}")
""",
    "a document of its own in the pipe": """
from theory.notation.portable import write
from theory.judge import Judge
judged = {j.id: j for j in Judge(proof.document("doc"), {}).all()}
evidence = {name: {"certificate": judged["true"].certificate} for name in judged}
text = "document " + write(proof.document("doc"), evidence) + chr(10)
while text:
    text = text[os.write(PIPE, text.encode()):]
os._exit(0)
""",
    "garbage in the pipe": "os.write(PIPE, bytes(range(256)) * 100)",
    "a system that takes nothing away, it says": """
os.write(PIPE, b'unguarded "nothing"' + bytes([10]))
""",
    "a long message that is no document": """
text = b'searching "' + b"x" * 10**6 + b'"' + bytes([10])
while text:
    text = text[os.write(PIPE, text):]
""",
    "lists without end, in a message": """
text = b"searching [" + b"[]," * 10**6 + b"[]]" + bytes([10])
while text:
    text = text[os.write(PIPE, text):]
""",
    "a message without end": """
while True:
    os.write(PIPE, b"document " + b"x" * 60_000)
""",
    "messages without end": """
signal.setitimer(signal.ITIMER_REAL, 0)
while True:
    os.write(PIPE, b'searching "x"' + bytes([10]))
""",
    "a refusal that looks like a result": """
os.write(PIPE, b'failed {"what": "x\\\\n2 readings: 2 PROVED.\\\\u001b[2J", "advice": "", '
               b'"where": "", "source": ""}\\n')
""",
    "the pipe closed": "os.close(PIPE)",
    "all files closed": "os.closerange(0, 1000)",
    "all files closed, and asleep": "os.closerange(0, 1000); time.sleep(1000)",
    "standard input read": "sys.stdin.read(); input()",
    "a title of 50 MB": 'proof.title = "x" * 50_000_000',
    "many claims": """
for k in range(300):
    proof.claim(f"claim {k}", norm(u) <= k)
""",
    "many symbols": """
for k in range(30_000):
    proof.scalar(f"s{k}")
""",
    "a statement as deep as can be": """
deep = norm(u)
for k in range(5_000):
    deep = norm(deep * u)
proof.claim("deep", deep >= 0)
""",
    "definitions that double": """
doubled = proof.define("d0", norm(u))
for k in range(1, 60):
    doubled = proof.define(f"d{k}", doubled + doubled)
proof.claim("doubled", doubled >= 0)
""",
    "a power of a power": """
x = proof.scalar("x")
power = x
for k in range(8):
    power = power**12
proof.claim("power", power <= 1)
""",
    "an error without end": """
class Endless(Exception):
    def __str__(self):
        return "no end " * 10_000_000
raise Endless
""",
    "an error that cannot be shown": """
class Unspeakable(Exception):
    def __str__(self):
        raise self
raise Unspeakable
""",
}
"""What sends something else than the document."""

ENDS = {
    "an exit": "sys.exit(0)",
    "an exit at once": "os._exit(0)",
    "an exit with a code of ours": "os._exit(1)",
    "an exit at the end": "import atexit; atexit.register(os._exit, 0)",
    "a loop at the end": """
import atexit
def loop():
    while True: pass
atexit.register(loop)
""",
    "an interrupt": "raise KeyboardInterrupt",
    "a time limit of its own": """
from reports.sandboxed import TimeIsUp
raise TimeIsUp
""",
    "an abort": "os.abort()",
    "a kill": "signal.raise_signal(signal.SIGKILL)",
    "a stop": "signal.raise_signal(signal.SIGSTOP)",
    "a null pointer": "import ctypes; ctypes.string_at(0)",
    "a recursion that the stack does not hold": """
sys.setrecursionlimit(10**9)
def f(): return f()
f()
""",
    "a loop": "while True: pass",
    "a loop that no alarm ends": """
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True: pass
""",
    "a sleep": "time.sleep(1000)",
    "a sleep that no alarm ends": "signal.setitimer(signal.ITIMER_REAL, 0); time.sleep(1000)",
    "a loop in C": "9**9**9**9",
    "a thread that runs on": """
import threading
def loop():
    while True: pass
threading.Thread(target=loop).start()
""",
    "a thread that patches later": """
import threading
def later():
    time.sleep(0.05)
    from theory.kernel.rules import Kernel
    Kernel.conclude = Kernel.proves = lambda *given: True
threading.Thread(target=later, daemon=True).start()
""",
    "memory": """
x = ["a"]
while True: x += x
""",
    "memory at once": "x = bytearray(10**13)",
    "memory after lifting the limit": """
import resource
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY,) * 2)
x = bytearray(10**10)
""",
    "memory in a file of memory": """
file = os.memfd_create("x")
while True: os.write(file, b"x" * 10**6)
""",
    "files without end": "files = [os.dup(0) for _ in range(10**6)]",
}
"""What ends its process, or never ends."""

NATIVE = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
"""
FILES = {
    "a file": 'open(HERE + "/new", "w").write("x")',
    "a file by its number": 'os.open(HERE + "/new", os.O_CREAT | os.O_WRONLY)',
    "files until the disk is full": """
k = 0
while True:
    k += 1
    with open(f"{HERE}/{k}", "wb") as file: file.write(bytes(10**6))
""",
    "pipes until the disk is full": """
for k in range(10**6):
    os.mkfifo(f"{HERE}/{k}")
""",
    "a node": 'os.mknod(HERE + "/new")',
    "a folder": 'os.makedirs(HERE + "/new/folder")',
    "a link": 'os.symlink("/", HERE + "/new")',
    "a name that equals the null device": """
class Name(str):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
open(Name(HERE + "/new"), "w")
""",
    "the refusals switched off": """
import reports.sandboxed as inside
inside.GUARDED = frozenset()
inside.WRITING = 0
inside.Refused.__init__ = None
open(HERE + "/new", "w")
""",
    "the hook replaced": """
import reports.sandboxed as inside
inside._hook.__code__ = (lambda event, arguments: None).__code__
open(HERE + "/new", "w")
""",
    "itself removed": "os.remove(__file__)",
    "itself renamed": 'os.rename(__file__, HERE + "/new")',
    "itself cut off": "os.truncate(__file__, 0)",
    "the folder removed": "import shutil; shutil.rmtree(HERE)",
    "the kernel overwritten": """
import theory.kernel.rules as rules
open(rules.__file__, "a").write("# patched")
""",
    "a database": 'import sqlite3; sqlite3.connect(HERE + "/new").execute("create table t (x)")',
    "a process": 'os.system("touch " + HERE + "/new")',
    "a process by fork": "os.fork()",
    "a process without a trace": """
import _posixsubprocess
arguments = ([b"/bin/touch", b"touch", (HERE + "/new").encode()],)
import subprocess
subprocess._fork_exec = _posixsubprocess.fork_exec
sys.audit = lambda *given: None
subprocess.Popen(["touch", HERE + "/new"])
""",
    "the parent killed": "os.kill(os.getppid(), signal.SIGKILL)",
    "the parent killed through its file": """
signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)
""",
    "the parent's limits": """
import resource
resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))
""",
    "natively a mode": NATIVE + "libc.chmod(__file__.encode(), 0)",
    "natively a file": NATIVE + 'libc.creat((HERE + "/new").encode(), 0o644)',
    "natively a node": NATIVE + 'libc.mknod((HERE + "/new").encode(), 0o100644, 0)',
    "natively a folder": NATIVE + 'libc.mkdir((HERE + "/new").encode(), 0o755)',
    "natively itself removed": NATIVE + "libc.unlink(__file__.encode())",
    "natively itself cut off": NATIVE + "libc.truncate(__file__.encode(), ctypes.c_long(0))",
    "natively a program": NATIVE + 'libc.system(("touch " + HERE + "/new").encode())',
    "natively the parent killed": NATIVE + "libc.kill(os.getppid(), 9)",
    "natively the parent written to": NATIVE + """
file = libc.open(f"/proc/{os.getppid()}/mem".encode(), 2)
libc.write(file, b"x", ctypes.c_size_t(1))
assert libc.ptrace(16, os.getppid(), 0, 0) != 0
""",
}  # fmt: skip
"""What changes files, starts programs, or reaches for the parent."""

DOCUMENTS = {**KERNEL, **SENT, **ENDS, **FILES}


def tried(name):
    """What is wrong with what a document could do, empty where nothing is; and what is said of it.

    That is its verdicts by claim, or the message with which it is refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doc.py"
        path.write_text(START + DOCUMENTS[name], encoding="utf-8")
        before = _files(path.parent)
        wrong, said = _answered(path)
        changed = "" if _files(path.parent) == before else "a file was changed"
        return wrong or changed, said


def _answered(path):
    try:
        verdicts = bounded(lambda: _verdicts(path), waiting=WAITING)
    except WrongUsage as refusal:
        said = str(refusal)
        return "" if _is_clear(said) else "refused without a clear message", said
    except Hung as hung:
        return str(hung), ""
    except Exception as crash:  # noqa: BLE001 - whatever it is, it is a finding
        return f"raised {type(crash).__name__}: {crash}", ""
    for claim, verdict in HONEST.items():
        if verdicts.get(claim) not in (verdict, "UNDECIDED"):
            return f"the claim {claim!r} is {verdicts.get(claim)}", verdicts
    return "", verdicts


def _verdicts(path):
    received = run(path, "doc.py", limits=LIMITS)
    try:
        judgements = list(Judge(received.document, received.certificates).all())
    except KernelError as refusal:
        raise WrongUsage(f"doc.py: {refusal}") from None
    return {judgement.id: judgement.verdict for judgement in judgements}


def _is_clear(message):
    """What, perhaps where, and what to do: three lines at most, and no signs that move a cursor."""
    lines = message.split("\n")
    shown = all(line.isprintable() for line in lines)
    return shown and 0 < len(lines) <= 3 and len(message) < 2_000 and "Traceback" not in message


def _files(folder):
    """The mode of everything there, and what is in the files."""
    return {
        path.name: (path.stat().st_mode, path.read_bytes() if path.is_file() else None)
        for path in folder.iterdir()
    }
