"""What a document's process may send back instead of the document: edited data, or any bytes.

The parent reads it, and knows nothing else of the document. It must refuse it, or judge what it
read; and the claim of the honest document that is false must not get proved.
"""

import tempfile
from functools import cache
from pathlib import Path
from unittest import mock

from reports import sandbox
from reports.cli import main as byzproof
from reports.errors import WrongUsage
from tests.hostile.edits import hostile, seeded
from tests.hostile.trying import fault, undocumented
from theory.judge import Judge
from theory.kernel.terms import KernelError
from theory.kernel.witnesses import write_model
from theory.notation.language import Look, norm, squared, total
from theory.notation.own import Proof
from theory.notation.portable import write

PIPE = """
import json, os, sys
with open(json.load(sys.stdin)["path"], "rb") as file:
    sent = file.read()
while sent:
    sent = sent[os.write(int(sys.argv[2]), sent):]
"""
"""A process that sends its document as it stands, instead of running it."""


@cache
def honest():
    """A document with a true and a false claim; and what its process sends."""
    proof = Proof("Hostile", about="A mean.")
    n = proof.integer("n")
    workers = proof.index_set("I", n, "worker")
    i = workers.index("i")
    x = proof.vector("x", workers, random=True, look=Look("x", pattern="x_{0}"))
    mean = proof.define("mean", total(i, x[i]) / n)
    proof.assume("somebody works", n >= 1)
    proof.claim("true", squared(mean) <= total(i, squared(x[i])) / n)
    proof.claim("false", norm(mean) <= 1)
    document = proof.document("hostile")
    right, wrong = Judge(document, {}).all()
    assert (right.verdict, wrong.verdict) == ("PROVED", "REFUTED")
    evidence = {
        "true": {"certificate": right.certificate},
        "false": {"model": write_model(wrong.model)},
    }
    return document, write(document, evidence)


COMMANDS = (
    ["audit"],
    ["audit", "--json", "-"],
    ["explain", "false", "--document"],
    ["trust"],
    ["counterexample", "false", "--document"],
    ["counterexample", "false", "--format", "pytest", "--document"],
    ["counterexample", "false", "--format", "json", "--document"],
)
"""What reads a document."""


def edited_answer(number):
    """What was edited in the number-th answer, and what is wrong with how it is received."""
    random = seeded("answer", number)
    kind, content = hostile(random, honest()[1])
    text = content.decode("latin-1")
    chosen = random.choice(COMMANDS)
    return f"{kind}, {' '.join(chosen)}", received(text, chosen) or _believed(text)


def received(text, chosen=("audit",)):
    """What is wrong with how a command ends whose document answers with this text."""
    with _answering(text):
        return undocumented(byzproof, [*chosen, __file__])


def _answering(text):
    """No process is started, and this is the answer of it."""
    return mock.patch.object(sandbox._Conversation, "held", return_value=text)


def _believed(text):
    """Whether the false claim got proved, from the hypotheses that are meant."""
    document = honest()[0]
    false = document.claims()["false"].readings[0].statement
    hypotheses = set(document.hypotheses.values())
    try:
        with _answering(text):
            received = sandbox.run(Path(__file__), "doc.py")
        judgements = list(Judge(received.document, received.certificates).all())
    except (WrongUsage, KernelError):
        return ""
    if received.document.language.signature != document.language.signature:
        return ""
    proved = [
        judgement.theorem
        for judgement in judgements
        if judgement.verdict.startswith("PROVED") and judgement.reading.statement == false
    ]
    if any(theorem is None or theorem.assumptions <= hypotheses for theorem in proved):
        return "the false claim is proved"
    return ""


def sent(content):
    """What is wrong with how these bytes are received from the pipe."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doc.py"
        path.write_bytes(content)
        with mock.patch.object(sandbox, "START", PIPE):
            return fault(lambda: sandbox.run(path, "doc.py"), WrongUsage)


def edited_message(number):
    """What was edited in the number-th stream of messages, and how it is received badly."""
    random = seeded("message", number)
    kind, content = hostile(random, honest()[1])
    before = [
        b"",
        b'searching "true"\n',
        b"searching 1\n",
        b"failed {}\n",
        b"\n",
        b"\xff\n",
        b"x 1\n",
    ]
    after = [b"\n", b"", b"\n\n", b"\r\n"]
    name = random.choice([b"document ", b"document", b"failed ", b"searching ", b"", b"DOCUMENT "])
    return kind, sent(random.choice(before) + name + content + random.choice(after))
