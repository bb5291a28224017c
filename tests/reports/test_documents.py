"""Which document is meant, and a clear word where none is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports.documents import open_document
from reports.errors import WrongUsage
from reports.sandbox import Limits
from theory.judge import Judge, save_certificates

LIMITS = Limits(reading=4, claim=20, whole=60)
TOY = Path(__file__).parent / "toy"

PROOF = """\
from theory.notation.own import *

proof = Proof("Two inequalities")
u = proof.vector("u", random=True)
v = proof.vector("v", random=True)
proof.claim("true", norm(u + v) <= norm(u) + norm(v))
proof.claim("false", norm(u + v) <= norm(u))
"""


def refused(name):
    with pytest.raises(WrongUsage) as caught:
        open_document(str(name), limits=LIMITS)
    return str(caught.value)


def verdicts(opened, **options):
    judge = Judge(opened.document, opened.certificates, **options)
    return {j.id: j.verdict for j in judge.all()}


def test_a_paper_of_the_package():
    opened = open_document("krum")
    assert opened.document.name == "krum"
    assert opened.certificates
    assert opened.store.name == "certificates"


def test_a_file(tmp_path):
    path = tmp_path / "my_proof.py"
    path.write_text(PROOF)
    opened = open_document(str(path), limits=LIMITS)
    assert opened.document.name == "my_proof"
    assert opened.store is None
    for fresh in (False, True):
        assert verdicts(opened, fresh=fresh) == {"true": "PROVED", "false": "REFUTED"}
    assert [p.name for p in tmp_path.iterdir()] == ["my_proof.py"]


def test_a_file_found_from_another_folder(tmp_path, monkeypatch):
    (tmp_path / "my_proof.py").write_text(PROOF)
    monkeypatch.chdir(tmp_path)
    assert open_document("my_proof.py", limits=LIMITS).document.title == "Two inequalities"


def test_a_folder_with_files_beside_the_document(tmp_path):
    folder = tmp_path / "paper"
    folder.mkdir()
    head, tail = PROOF.split("proof.claim", 1)
    (folder / "setting.py").write_text(head)
    (folder / "document.py").write_text(
        "from theory.notation.own import *\nfrom setting import proof, u, v\nproof.claim" + tail
    )
    opened = open_document(str(folder), limits=LIMITS)
    assert opened.document.name == "paper"
    assert verdicts(opened) == {"true": "PROVED", "false": "REFUTED"}


def test_an_error_in_a_file_beside_it_is_located(tmp_path):
    (tmp_path / "setting.py").write_text("x = 1\ny = x / 0\n")
    (tmp_path / "document.py").write_text("import setting\n")
    message = refused(tmp_path)
    assert "it raised ZeroDivisionError: division by zero" in message
    assert "setting.py, line 2: y = x / 0" in message


def test_a_document_written_out_in_full(tmp_path):
    """The toy brings proofs, models and a family; their verdicts are the same from outside."""
    folder = tmp_path / "toy"
    shutil.copytree(TOY, folder)
    opened = open_document(str(folder), limits=LIMITS)
    judged = list(Judge(opened.document, opened.certificates).all())
    assert {j.id for j in judged if not j.as_expected} == set()
    assert {j.verdict for j in judged} == {"PROVED", "REFUTED", "ILL-TYPED", "UNDECIDED"}


def test_stored_certificates_are_used_and_checked(tmp_path):
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "document.py").write_text(PROOF)
    opened = open_document(str(folder), limits=LIMITS)
    save_certificates(opened.store, opened.document, dict(opened.certificates))
    stored = folder / "certificates" / "true.json"
    assert stored.exists()
    again = open_document(str(folder), limits=LIMITS)
    assert verdicts(again)["true"] == "PROVED"
    stored.write_text("{")
    assert "cannot be read" in refused(folder)
    fresh = open_document(str(folder), limits=LIMITS, fresh=True)
    assert verdicts(fresh)["true"] == "PROVED"


# -- what is answered to a wrong name ----------------------------------------------------------


def test_an_unknown_name():
    message = refused("krumm")
    assert "there is no paper and no file 'krumm'" in message
    assert "the papers are krum" in message


def test_a_folder_without_a_document(tmp_path):
    assert "has no document.py" in refused(tmp_path)


def test_a_file_that_is_no_python(tmp_path):
    (tmp_path / "proof.txt").write_text(PROOF)
    assert "no Python file" in refused(tmp_path / "proof.txt")


def test_a_name_that_no_file_can_have():
    assert "'a\\x00b.py'" in refused("a\0b.py")


# -- what is answered to a document that is none -----------------------------------------------


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("x = 1\n", ["it defines no proof", 'proof = Proof("...")']),
        ("DOCUMENT = 3\n", ["DOCUMENT is a int, not a proof"]),
        (PROOF + 'other = Proof("Other")\n', ["several proofs", "DOCUMENT"]),
        ("from theory.notation.own import *\nproof = Proof('x')\n", ["it makes no claim"]),
        ("proof = \n", ["it is not Python: invalid syntax", "line 1: proof ="]),
        (PROOF + "1 / 0\n", ["ZeroDivisionError", "line 8: 1 / 0"]),
        (PROOF + "norm(u) * 0.5\n", ["0.5 is not a term", "line 8: norm(u) * 0.5"]),
        ("import no_such_module\n", ["No module named 'no_such_module'", "line 1"]),
        (
            PROOF + "def f(p):\n    return p.nonsense()\nproof.claim('x', norm(u) >= 0, by=f)\n",
            ["the proof of 'x'", "'nonsense' is neither a rule", "line 9: return p.nonsense()"],
        ),
    ],
)
def test_a_file_that_is_no_document(tmp_path, text, messages):
    path = tmp_path / "doc.py"
    path.write_text(text)
    answer = refused(path)
    assert answer.startswith(str(path))
    for message in messages:
        assert message in answer


def test_several_proofs_are_told_apart_by_DOCUMENT(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(PROOF + 'other = Proof("Other")\nDOCUMENT = proof\n')
    assert open_document(str(path), limits=LIMITS).document.title == "Two inequalities"


def test_a_model_of_the_hypotheses_comes_with_the_document(tmp_path):
    path = tmp_path / "doc.py"
    path.write_text(PROOF + "t = proof.scalar('t')\nproof.assume('large', t >= 7)\n")
    ((name, build),) = open_document(str(path), limits=LIMITS).document.witnesses
    assert name == "found by search"
    assert build().tables["t"][()] >= 7
