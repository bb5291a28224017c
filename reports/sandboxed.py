"""The inside of the sandbox: limits this process, runs a document, searches, and sends data.

Started by `reports.sandbox` alone. Everything here runs beside the user's code and is trusted as
little: what it sends is checked by the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import importlib.util
import json
import linecache
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from reports.landlock import give_up_changes
from reports.system_calls import give_up_system_calls
from theory.judge import Judge, Judgement, theorem_id
from theory.kernel.certificates import encode
from theory.kernel.witnesses import write_model
from theory.notation.calc import judged
from theory.notation.document import Document
from theory.notation.own import NAME, Proof
from theory.notation.portable import Evidence, write

GUARDED = frozenset({"os", "pty", "resource", "shutil", "socket", "sqlite3", "subprocess"})
"""Modules of which a document calls nothing that Python audits, but what is harmless."""
HARMLESS = frozenset(
    {"os.chdir", "os.fwalk", "os.getxattr", "os.listdir", "os.listxattr", "os.putenv"}
    | {"os.scandir", "os.unsetenv", "os.walk"}
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

LEFT_WITHOUT_SECCOMP = (
    "change files and their attributes, use sockets, disturb other processes and leave some behind"
)
LEFT_WITHOUT_LANDLOCK = "look into other processes and read devices"
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of <linux/prctl.h>; another system has no such call."""

DEFINE = (
    'A document defines one proof: proof = Proof("..."), or DOCUMENT = Document(...). '
    "See theory/notation/LANGUAGE.md"
)


class Refused(PermissionError):
    """A document tried to do something else than to define a proof."""


class TimeIsUp(BaseException):
    """A time limit has passed; not an Exception, so that `except Exception` does not catch it."""


class Failed(Exception):
    """What is wrong with the document: what, where, the text of that line, and what to do."""

    def __init__(self, what: str, advice: str, where: str = "", source: str = "") -> None:
        super().__init__(what)
        self.data = {
            "what": what[:1000], "advice": advice, "where": where, "source": source[:1000]
        }  # fmt: skip


def main() -> None:
    pipe = os.fdopen(int(sys.argv[2]), "wb")
    request = json.loads(sys.stdin.buffer.read())
    path, limits = Path(request["path"]), request["limits"]
    try:
        _send(pipe, "unguarded", json.dumps(_limit(limits)))  # before the document runs
        module = _executed(path, limits)
        document = _found(module, path)
        _send(pipe, "document", _worked_out(document, path, request["stored"], limits, pipe))
    except Failed as failure:
        _send(pipe, "failed", json.dumps(failure.data))


def _send(pipe: BinaryIO, kind: str, body: str) -> None:
    pipe.write(f"{kind} {body}\n".encode("ascii"))
    pipe.flush()


# -- limits ------------------------------------------------------------------------------------


def _limit(limits: Mapping[str, Any]) -> str:
    """Give up what no document needs, for good; what the system does not take away, and why."""
    import resource

    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)

    memory = int(limits["memory"]) << 20
    processor = int(limits["whole"]) + 1
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,  # no process and no thread; this does nothing for root
    }
    for kind, value in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor + 1))  # SIGXCPU comes first
    signal.signal(signal.SIGALRM, _time_is_up)
    signal.signal(signal.SIGPROF, _time_is_up)
    refusals = {  # seccomp is last: it refuses the calls of the other
        LEFT_WITHOUT_LANDLOCK: give_up_changes(),
        LEFT_WITHOUT_SECCOMP: give_up_system_calls(),
        "take all memory": "" if sys.platform == "linux" else "the limit holds on Linux alone",
    }
    sys.addaudithook(_hook)
    return ", and ".join(f"{left} ({why})" for left, why in refusals.items() if why)


def _time_is_up(number: int, frame: Any) -> None:
    raise TimeIsUp


@contextlib.contextmanager
def _within(seconds: float, processor: float | None = None) -> Iterator[None]:
    """Raise TimeIsUp inside after so many seconds, or so many of processor time."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    if processor is not None:
        signal.setitimer(signal.ITIMER_PROF, processor)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse with a clear word what the system refuses too, where it can; elsewhere accidents."""
    if event.partition(".")[0] in GUARDED and event not in HARMLESS:
        raise Refused(f"a document may read, and nothing else (it tried {event})")
    if event == "open" and arguments[2] & WRITING:
        raise Refused("a document may read files, but not write them")


# -- the document ------------------------------------------------------------------------------


def _executed(path: Path, limits: Mapping[str, Any]) -> ModuleType:
    """Run the file; every way in which that ends badly becomes Failed."""
    sys.path.append(str(path.parent))
    spec = importlib.util.spec_from_file_location(f"user_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise Failed("it is not a Python file", DEFINE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        with _within(float(limits["reading"])):
            spec.loader.exec_module(module)
    except BaseException as wrong:  # noqa: BLE001 - sys.exit and the time limit, too
        raise _explained(wrong, path, limits) from None
    return module


def _explained(wrong: BaseException, path: Path, limits: Mapping[str, Any]) -> Failed:
    where, source = _place(wrong, path)
    match wrong:
        case Failed():
            return wrong
        case TimeIsUp():
            what = f"it did not end within {float(limits['reading']):g} s"
            return Failed(what, "Look for a loop that does not end.", where, source)
        case MemoryError():
            what = f"it needs more than {limits['memory']} MB of memory"
            return Failed(what, "Make it smaller, or look for a loop that grows.", where, source)
        case SystemExit() | KeyboardInterrupt():
            advice = "A document only defines a proof; remove the call that exits."
            return Failed("it ends the program that reads it", advice, where, source)
        case RecursionError():
            return Failed("it calls itself without end", "Look at the recursion.", where, source)
        case SyntaxError():
            return Failed(f"it is not Python: {wrong.msg}", "Correct that line.", where, source)
        case Refused():
            return Failed(str(wrong), "A document only defines a proof.", where, source)
        case PermissionError(errno=errno.EPERM):
            what = f"a document may read, and nothing else (the system refused: {wrong})"
            return Failed(what, "A document only defines a proof.", where, source)
    what = f"it raised {type(wrong).__name__}: {wrong}"
    if not where:  # nothing of the document was running
        return Failed(
            f"{what}; this is not in the document",
            "A document must not change the modules that it imports. If it does not, this is a "
            "bug of byzproof.",
        )
    return Failed(what, "Correct that line; LANGUAGE.md describes the language.", where, source)


def _place(wrong: BaseException, path: Path) -> tuple[str, str]:
    """The last line of the document, or of a file beside it, that was running; and its text."""
    places = [
        (frame.f_code.co_filename, number, linecache.getline(frame.f_code.co_filename, number))
        for frame, number in traceback.walk_tb(wrong.__traceback__)
    ]
    if isinstance(wrong, SyntaxError) and wrong.filename and wrong.lineno:
        places.append((wrong.filename, wrong.lineno, wrong.text or ""))
    for file, line, text in reversed(places):
        if Path(file).is_relative_to(path.parent):
            return f"line {line}" if file == str(path) else f"{Path(file).name}, line {line}", text
    return "", ""


def _found(module: ModuleType, path: Path) -> Document:
    """The proof that the module defines."""
    name = path.parent.name if path.name == "document.py" else path.stem
    name = name if NAME.fullmatch(name) else "document"
    value = vars(module).get("DOCUMENT")
    if value is None:
        proofs = {id(x): x for x in vars(module).values() if isinstance(x, Proof)}
        if len(proofs) > 1:
            raise Failed("it defines several proofs", "Call the one that is meant DOCUMENT.")
        value = next(iter(proofs.values()), None)
    if isinstance(value, Proof):
        value = value.document(name)
    if value is None:
        raise Failed("it defines no proof", DEFINE)
    if not isinstance(value, Document):
        raise Failed(f"DOCUMENT is a {type(value).__name__}, not a proof", DEFINE)
    if not any(step.claims for step in value.steps):
        raise Failed("it makes no claim", 'Add one: proof.claim("name", x <= y).')
    return value if NAME.fullmatch(value.name) else replace(value, name=name)


# -- evidence ----------------------------------------------------------------------------------


def _worked_out(
    document: Document,
    path: Path,
    stored: Mapping[str, Any],
    limits: Mapping[str, Any],
    pipe: BinaryIO,
) -> str:
    """Search for what is not stored, and write the document with all its evidence."""
    try:
        judge = Judge(document, stored)
    except Exception as wrong:  # noqa: BLE001 - a witness model is made by the document
        raise _explained(wrong, path, limits) from None
    if stored and not document.witnesses:
        contradiction = judge.contradiction(document.hypotheses)
        if contradiction is not None:  # whatever is stored was proved from it
            judge = Judge(document, dict.fromkeys(stored, contradiction))
    evidence: dict[str, Evidence] = {}
    verdicts: dict[str, str] = {}
    for step in document.steps:
        for claim in step.claims:
            for reading in claim.readings:
                name = theorem_id(claim, reading)
                _send(pipe, "searching", json.dumps(name))
                seconds = float(limits["claim"])
                try:
                    with _within(4 * seconds, seconds):
                        judgement = judge.judge(name)
                    evidence[name] = _evidence(judgement)
                    verdicts[claim.id] = judgement.verdict
                except TimeIsUp:
                    evidence[name] = {"reason": f"not decided within {seconds:g} s"}
                except Exception as wrong:  # noqa: BLE001 - a proof function may raise anything
                    failed = _explained(wrong, path, limits)
                    failed.data["what"] = f"the proof of {name!r}: {failed.data['what']}"
                    raise failed from None
    try:
        steps = tuple(judged(step, verdicts) for step in document.steps)
        document = replace(document, steps=steps, witnesses=judge.witnesses.finite())
        return write(document, evidence)
    except Failed:
        raise
    except Exception as wrong:  # noqa: BLE001
        raise _explained(wrong, path, limits) from None


def _evidence(judgement: Judgement) -> Evidence:
    """What carries the verdict, as data."""
    family = judgement.reading.family
    if judgement.verdict == "REFUTED" and family is not None:
        return {
            "family": {
                "constant": encode(family.constant),
                "values": encode(family.values),
                "certificates": judgement.certificate,
            }
        }
    if judgement.model is not None:
        return {"model": write_model(judgement.model)}
    if judgement.certificate is not None:
        return {"certificate": judgement.certificate}
    return {"reason": judgement.reason or "neither proved nor refuted"}
