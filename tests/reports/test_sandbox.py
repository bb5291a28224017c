"""What a document can do to the process that reads it: nothing, and to the verdicts: nothing."""

from __future__ import annotations

import json
import textwrap
import time
from pathlib import Path

import pytest

from reports.errors import WrongUsage
from reports.sandbox import Limits, run
from theory.judge import Judge

LIMITS = Limits(reading=30, claim=20, whole=60, memory=1024)

START = """\
from theory.notation.own import *

proof = Proof("Test")
u = proof.vector("u", random=True)
v = proof.vector("v", random=True)
"""
TRUE = 'proof.claim("true", norm(u + v) <= norm(u) + norm(v))\n'
FALSE = 'proof.claim("false", norm(u + v) <= norm(u))\n'


@pytest.fixture
def read(tmp_path):
    """Run a document in the sandbox and judge it here; the verdict of each claim."""

    def verdicts(text, limits=LIMITS):
        path = tmp_path / "doc.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        received = run(path, "doc.py", limits=limits)
        judge = Judge(received.document, received.certificates)
        return {judgement.id: judgement.verdict for judgement in judge.all()}

    return verdicts


@pytest.fixture
def refusal(tmp_path):
    """The message with which a document is refused."""

    def message(text, limits=LIMITS):
        path = tmp_path / "doc.py"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        with pytest.raises(WrongUsage) as caught:
            run(path, "doc.py", limits=limits)
        return str(caught.value)

    return message


def test_a_true_claim_is_proved_and_a_false_one_refuted(read):
    assert read(START + TRUE + FALSE) == {"true": "PROVED", "false": "REFUTED"}


# -- verdicts cannot be forged -----------------------------------------------------------------


def test_a_patched_kernel_changes_nothing_here(read):
    patch = """
import theory.kernel.rules as rules
import theory.search.automatic as automatic
rules.Kernel.proves = lambda self, line, formula: True
original = automatic.Search.relation
automatic.Search.relation = lambda self, r, level: original(self, norm(u) >= 0, level)
automatic.refute = lambda *arguments, **options: None
"""
    assert read(START + FALSE + patch) == {"false": "UNDECIDED"}


def test_a_forged_certificate_is_refused_here(read):
    forged = """
import theory.search.automatic as automatic
from theory.kernel.certificates import encode

def attempt(kernel, document, reading):
    certificate = {
        "statement": encode(reading.statement),
        "value": None,
        "steps": [["combine", ["tuple"]]],
        "lines": [0],
        "obligations": [],
    }
    return automatic.Attempt(certificate=certificate)

automatic.attempt = attempt
import theory.judge as judge
judge.replay = lambda kernel, certificate: judge.Theorem(
    __import__("theory.kernel.rules").kernel.rules._SEAL,
    __import__("theory.kernel.certificates").kernel.certificates.decode(certificate["statement"]),
    frozenset(),
)
"""
    assert read(START + FALSE + forged) == {"false": "UNDECIDED"}


def test_a_true_proof_of_another_statement_proves_nothing(read):
    swapped = """
import theory.search.automatic as automatic
original = automatic.attempt

def attempt(kernel, document, reading):
    from dataclasses import replace
    found = original(kernel, document, replace(reading, statement=norm(u) >= 0))
    found.certificate["statement"] = automatic_encode(reading.statement)
    return found

from theory.kernel.certificates import encode as automatic_encode
automatic.attempt = attempt
import theory.judge as judge
judge.Judge._checked = lambda self, name, certificate: judge.Judgement(
    *self._places[name], "PROVED", certificate=certificate
)
"""
    assert read(START + FALSE + swapped) == {"false": "UNDECIDED"}


def test_a_forged_counterexample_is_refused_here(read):
    forged = """
import theory.search.automatic as automatic
from theory.kernel.models import Model, Outcome

def attempt(kernel, document, reading):
    zero = (Fraction(0),)
    return automatic.Attempt(
        model=Model({}, [Outcome(Fraction(1), {"u": {(): zero}, "v": {(): zero}})])
    )

automatic.attempt = attempt
import theory.judge as judge
judge.refutes = lambda signature, hypotheses, statement, model: "everywhere"
"""
    assert read(START + TRUE + forged) == {"true": "UNDECIDED"}


def test_a_hypothesis_that_is_not_listed_is_not_assumed(read):
    hidden = """
import theory.search.automatic as automatic
original = automatic.attempt

def attempt(kernel, document, reading):
    from dataclasses import replace
    return original(kernel, replace(document, hypotheses={"x": norm(u + v) <= norm(u)}), reading)

automatic.attempt = attempt
import theory.judge as judge
judge.Judge._named = lambda self, assumptions, reading: ((), "")
"""
    assert read(START + FALSE + hidden) == {"false": "UNDECIDED"}


def test_printed_results_are_ignored(read):
    shown = """
import sys
print('document {"format": 3, "name": "forged"}')
sys.stdout.write("failed {}\\n" * 10_000)
sys.stderr.write("garbage \\x00\\xff" * 10_000)
"""
    assert read(START + TRUE + shown) == {"true": "PROVED"}


def test_data_written_to_the_pipe_is_read_like_any_other(refusal):
    text = (
        START
        + TRUE
        + """
import os
for fd in range(3, 64):
    try:
        os.write(fd, b'document {"format": 3, "name": "forged"}\\n')
    except OSError:
        pass
"""
    )
    assert "is missing" in refusal(text)


def test_garbage_in_the_pipe_is_refused(refusal):
    text = (
        START
        + TRUE
        + """
import os
for fd in range(3, 64):
    try:
        os.write(fd, b"failed \\xff\\xfe garbage\\n")
    except OSError:
        pass
"""
    )
    assert "garbage" in refusal(text)


@pytest.mark.parametrize(
    "message", [b'unguarded ""', b'searching "' + b"x" * 200_000 + b'"', b"searching 1"]
)
def test_a_message_that_is_not_expected_is_garbage(refusal, message):
    """The first one comes before the document runs; and none but the document is long."""
    text = f"""
import os
for fd in range(3, 64):
    try:
        left = {message!r} + bytes([10])
        while left:
            left = left[os.write(fd, left):]
    except OSError:
        pass
"""
    assert "garbage" in refusal(START + TRUE + text)


def test_a_result_that_is_nested_too_deeply_is_refused(refusal):
    text = (
        START
        + TRUE
        + """
import os
for fd in range(3, 64):
    try:
        os.write(fd, b"document " + b"[" * 50_000 + b"\\n")
    except OSError:
        pass
"""
    )
    assert "not the JSON of a document" in refusal(text)


# -- it stops ----------------------------------------------------------------------------------


def test_a_loop_is_stopped_and_its_line_named(refusal):
    message = refusal(START + "while True:\n    pass\n", Limits(reading=1, memory=1024))
    assert "did not end within 1 s" in message
    assert "line 6: while True" in message or "line 7: pass" in message


def test_a_loop_that_catches_everything_is_killed(refusal):
    text = (
        START
        + "while True:\n    try:\n        x = 0\n        while True: x += 1\n"
        + "    except BaseException: pass\n"
    )
    started = time.monotonic()
    message = refusal(text, Limits(reading=1, memory=1024, grace=1))
    assert "could not be stopped" in message
    assert time.monotonic() - started < 15


def test_a_loop_in_a_proof_leaves_its_claim_undecided(read):
    text = (
        START
        + """
def proof_of(p):
    while True:
        pass

proof.claim("slow", norm(u) >= 0, by=proof_of)
"""
        + TRUE
    )
    verdicts = read(text, Limits(reading=4, claim=3, memory=1024))
    assert verdicts == {"slow": "UNDECIDED", "true": "PROVED"}


def test_a_document_that_eats_memory_is_stopped(refusal):
    message = refusal(START + 'x = ["a"]\nwhile True:\n    x += x\n')
    assert "more than 1024 MB of memory" in message
    assert "line 8: x += x" in message


@pytest.mark.parametrize("text", ["import sys; sys.exit(0)", "raise SystemExit", "exit()"])
def test_a_document_that_exits_is_refused(refusal, text):
    message = refusal(START + text + "\n")
    assert "ends the program" in message or "name 'exit' is not defined" in message
    assert "line 6" in message


def test_a_document_that_exits_at_once_is_refused(refusal):
    assert "exit code 0" in refusal(START + "import os\nos._exit(0)\n")


def test_a_document_that_crashes_is_refused(refusal):
    assert "signal" in refusal(START + "import ctypes\nctypes.string_at(0)\n")


def test_a_recursion_without_end_is_refused(refusal):
    message = refusal(START + "def f(): return f()\nf()\n")
    assert "calls itself without end" in message


# -- it reads, and does nothing else -----------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "import os; os.fork()",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import multiprocessing as m; m.Process(target=print).start()",
    ],
)
def test_a_document_may_not_start_processes(refusal, text):
    message = refusal(START + text + "\n")
    assert "may read, and nothing else" in message
    assert "line 6" in message


@pytest.mark.parametrize(
    "text",
    [
        'open("{0}/new", "w")',
        'import os; os.remove("{0}/doc.py")',
        'import os; os.mkdir("{0}/d")',
        'import os; os.utime("{0}/doc.py", (0, 0))',
        'import os; os.mkfifo("{0}/new")',
        'import os; os.setxattr("{0}/doc.py", "user.x", b"1")',
        'import sqlite3; sqlite3.connect("{0}/new.db").execute("create table t (x)")',
        'open("/dev/null", "w")',
    ],
)
def test_a_document_may_not_write(refusal, tmp_path, text):
    message = refusal(START + text.format(tmp_path) + "\n")
    assert "may read" in message
    assert [p.name for p in tmp_path.iterdir()] == ["doc.py"]


def test_a_document_may_read(read, tmp_path):
    (tmp_path / "names.txt").write_text("true")
    text = (
        START
        + f"""
name = open("{tmp_path}/names.txt").read()
proof.claim(name, norm(u + v) <= norm(u) + norm(v))
"""
    )
    assert read(text) == {"true": "PROVED"}


def test_it_does_not_see_our_environment(refusal, monkeypatch):
    monkeypatch.setenv("BYZPROOF_TEST_SECRET", "1")
    text = START + 'import os\nassert "BYZPROOF_TEST_SECRET" not in os.environ, "seen"\n'
    assert "makes no claim" in refusal(text)


# -- what is shown -----------------------------------------------------------------------------


def test_signs_that_move_the_cursor_are_not_passed_on(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(START.replace('"Test"', '"\\x1b[2J\\x1b[31mPROVED"') + TRUE)
    title = run(path, "doc.py", limits=LIMITS).document.title
    assert "\x1b" not in title


def test_the_same_document_gives_the_same_data(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(START + TRUE + FALSE)
    first, second = (run(path, "doc.py", limits=LIMITS) for _ in range(2))
    assert json.dumps(first.certificates) == json.dumps(second.certificates)
    one, two = (r.document.claims()["false"].readings[0].counterexample() for r in (first, second))
    assert one == two


def test_progress_names_the_claims(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(START + TRUE + FALSE)
    seen = []
    run(path, "doc.py", limits=LIMITS, progress=seen.append)
    assert seen == ["true", "false"]


def test_no_file_descriptor_is_left_open(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(START + TRUE)
    before = len([*Path("/proc/self/fd").iterdir()])
    run(path, "doc.py", limits=LIMITS)
    assert len([*Path("/proc/self/fd").iterdir()]) == before
