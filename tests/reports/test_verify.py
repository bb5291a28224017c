"""`byzproof verify`: what is published is what both checkers accept, and what is printed."""

import json

import pytest

from reports.cli import main
from reports.errors import WrongUsage
from reports.render.report import CERTIFICATES, write_report
from reports.verification import published_name, verify


@pytest.fixture
def folder(toy, toy_audit, tmp_path):
    write_report(toy, toy_audit, tmp_path, sampling="none")
    return tmp_path


def faults(folder, toy):
    results = verify(folder, toy, lambda what, done, of: None)
    return {result.id: result.fault for result in results if result.fault}


def change(folder, name, edit):
    path = folder / name
    data = json.loads(path.read_text())
    edit(data)
    path.write_text(json.dumps(data))


def entry(data, name, reading="as written"):
    return next(c for c in data["claims"] if c["id"] == name and c["reading"] == reading)


def carried(data, name):
    return next(c for c in data["claims"] if c["id"] == name)


def test_an_honest_report_agrees(folder, toy):
    assert faults(folder, toy) == {}
    results = verify(folder, toy, lambda what, done, of: None)
    assert {r.by for r in results} >= {"both checkers", "the exact evaluator"}
    assert published_name(folder) == toy.name


def test_a_printed_formula_that_was_changed(folder, toy):
    change(folder, "audit.json", lambda d: entry(d, "1-1a").update(statement="0 <= 1"))
    assert "prints another statement" in faults(folder, toy)["1-1a"]


def test_a_page_that_shows_another_formula(folder, toy):
    page = folder / "index.html"
    page.write_text(page.read_text().replace("<math", "<moth"))
    assert "page does not show" in faults(folder, toy)["1-1a"]


def test_a_certificate_that_was_swapped(folder, toy):
    def swap(data):
        one, other = carried(data, "1-1a"), carried(data, "1-1b")
        one["certificate"], other["certificate"] = other["certificate"], one["certificate"]

    change(folder, CERTIFICATES, swap)
    assert "different certificates" in faults(folder, toy)["1-1a"]
    both = json.loads((folder / CERTIFICATES).read_text())

    def follow(data):
        for name in ("1-1a", "1-1b"):
            entry(data, name)["certificate"] = carried(both, name)["certificate"]

    change(folder, "audit.json", follow)
    assert "another statement" in faults(folder, toy)["1-1a"]


def test_a_statement_in_the_bundle_that_was_changed(folder, toy):
    def weaken(data):
        carried(data, "1-1a")["statement"] = carried(data, "1-1b")["statement"]

    change(folder, CERTIFICATES, weaken)
    assert "another statement" in faults(folder, toy)["1-1a"]


def test_a_step_that_was_forged(folder, toy):
    def forge(certificate):
        certificate["steps"] = certificate["steps"][:-1]

    change(folder, CERTIFICATES, lambda d: forge(carried(d, "1-1a")["certificate"]))
    change(folder, "audit.json", lambda d: forge(entry(d, "1-1a")["certificate"]))
    assert "kernel refuses" in faults(folder, toy)["1-1a"]


def test_a_claim_that_is_missing(folder, toy):
    change(folder, "audit.json", lambda d: d["claims"].remove(entry(d, "1-1a")))
    found = faults(folder, toy)
    assert "not in audit.json" in found["1-1a"]
    assert "readings of" in found["audit.json"]


def test_a_verdict_that_was_changed(folder, toy):
    change(folder, "audit.json", lambda d: entry(d, "1-2a").update(verdict="PROVED"))
    change(folder, "audit.json", lambda d: entry(d, "1-1a").update(verdict="PROVED FROM hearsay"))
    change(folder, "audit.json", lambda d: entry(d, "1-1b").update(verdict="UNDECIDED"))
    found = faults(folder, toy)
    assert "no certificate" in found["1-2a"]
    assert "what is proved is PROVED" in found["1-1a"]
    assert "is called UNDECIDED" in found["1-1b"]


def test_a_counterexample_that_was_changed(folder, toy):
    def soften(data):
        model = entry(data, "1-2a")["witness"]["model"]
        model["tables"] = {}

    change(folder, "audit.json", soften)
    assert "counterexample is refused" in faults(folder, toy)["1-2a"]


@pytest.mark.parametrize("name", ["audit.json", CERTIFICATES])
@pytest.mark.parametrize("text", ["{", "[]", '{"claims": 3}', '{"claims": [3]}'])
def test_files_that_are_broken(folder, toy, name, text):
    (folder / name).write_text(text)
    with pytest.raises(WrongUsage, match=name):
        faults(folder, toy)


def test_the_command_says_what_is_no_report(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == 2
    assert "no audit.json" in capsys.readouterr().err


def test_the_published_report_of_krum_agrees(capsys):
    assert main(["verify", "--quiet"]) == 0
    assert ", 0 differ" in capsys.readouterr().out


@pytest.mark.parametrize("needs", [3, None, [3], [["one"]]])
def test_claims_that_are_none_are_refused(folder, toy, needs):
    def break_claims(data):
        for claim in data["claims"]:
            claim.update({"needs": needs, "verdict kind": "family"})

    change(folder, CERTIFICATES, break_claims)
    assert faults(folder, toy)["1-1a"]


def test_an_id_that_is_none(folder, toy):
    change(folder, "audit.json", lambda d: d["claims"][0].update(id=["1-1a"]))
    assert faults(folder, toy)


def test_a_verdict_word_on_the_page_that_was_changed(folder, toy):
    page = folder / "index.html"
    page.write_text(page.read_text().replace("</svg>REFUTED</span>", "</svg>PROVED</span>"))
    assert "page does not call it REFUTED" in faults(folder, toy)["1-2a"]


def test_assumptions_that_were_left_out(folder, toy):
    change(folder, "audit.json", lambda d: [c.update(assumes=["nothing"]) for c in d["claims"]])
    assert "other assumptions" in faults(folder, toy)["1-1a"]


@pytest.mark.parametrize("text", [None, b"\xff\xfe"])
def test_a_page_that_cannot_be_read(folder, toy, text):
    page = folder / "index.html"
    page.unlink() if text is None else page.write_bytes(text)
    with pytest.raises(WrongUsage, match=r"index\.html"):
        faults(folder, toy)
