"""`byzproof verify`: what is published is what both checkers accept, and what is printed."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from reports.cli import main
from reports.derived import readme_about
from reports.errors import WrongUsage
from reports.published import TEXTS, published_name
from reports.render.page import contents
from reports.render.report import BEGIN, CERTIFICATES, END, found_table, renew_table, write_report
from reports.verification import verify


@pytest.fixture(scope="module")
def honest(toy, toy_audit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("honest")
    write_report(toy, toy_audit, folder, sampling="none")
    return folder


def results_of(folder, toy):
    return verify(folder, toy, lambda what, done, of: None)


@pytest.fixture
def folder(honest, tmp_path):
    """A copy of an honest report, to be tampered with."""
    return Path(shutil.copytree(honest, tmp_path / "report"))


def faults(folder, toy):
    results = results_of(folder, toy)
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
    results = results_of(folder, toy)
    assert {r.by for r in results} >= {"both checkers", "no certificate is claimed"}
    made_anew = {r.id for r in results if r.by == "the text made anew"}
    assert {*TEXTS, CERTIFICATES, "audit.json", "figures/ratios.svg"} <= made_anew
    assert published_name(folder) == toy.name


def test_a_printed_formula_that_was_changed(folder, toy):
    change(folder, "audit.json", lambda d: entry(d, "1-1a").update(statement="0 <= 1"))
    assert "its statement is '0 <= 1'" in faults(folder, toy)["1-1a"]


def test_a_page_that_shows_another_formula(folder, toy):
    page = folder / "index.html"
    page.write_text(page.read_text().replace("<math", "<moth"))
    found = faults(folder, toy)
    assert "><moth " in found["index.html: 1-1a"].partition("gives")[0]
    assert "><math " in found["index.html: 1-1a"].partition("gives")[2]


def test_a_certificate_that_was_swapped(folder, toy):
    def swap(data):
        one, other = carried(data, "1-1a"), carried(data, "1-1b")
        one["certificate"], other["certificate"] = other["certificate"], one["certificate"]

    change(folder, CERTIFICATES, swap)
    assert "another statement" in faults(folder, toy)["1-1a"]
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
    assert "second checker refuses" in faults(folder, toy)["1-1a"]


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
    assert "it is REFUTED" in found["1-2a"]
    assert "called PROVED FROM hearsay, and it is PROVED" in found["1-1a"]
    assert "is called UNDECIDED" in found["1-1b"]


def test_a_counterexample_that_was_changed(folder, toy):
    def soften(data):
        model = entry(data, "1-2a")["witness"]["model"]
        model["tables"] = {}

    change(folder, "audit.json", soften)
    assert "its witness is" in faults(folder, toy)["1-2a"]


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
    said = capsys.readouterr().out.splitlines()
    assert ", 0 differ" in said[-2]
    assert said[-1].startswith("NOT CHECKED: ")


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
    assert "</svg>REFUTED" in faults(folder, toy)["index.html: 1-2a"]


def test_assumptions_that_were_left_out(folder, toy):
    change(folder, "audit.json", lambda d: [c.update(assumes=["nothing"]) for c in d["claims"]])
    assert "its assumes is" in faults(folder, toy)["1-1a"]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("text", [None, b"\xff\xfe"])
def test_a_text_that_cannot_be_read(folder, toy, name, text):
    path = folder / name
    path.unlink() if text is None else path.write_bytes(text)
    with pytest.raises(WrongUsage, match=re.escape(name)):
        faults(folder, toy)


def test_a_page_that_never_ends(folder, toy):
    page = folder / "index.html"
    page.unlink()
    page.symlink_to("/dev/zero")
    with pytest.raises(WrongUsage, match="is no file"):
        faults(folder, toy)


def test_what_denotes_is_not_ill_typed(folder, toy):
    def spoil(document, name):
        claim = document.claims()[name]
        reading = replace(claim.readings[0], expected="ILL-TYPED", proof=None)
        changed = replace(claim, readings=(reading, *claim.readings[1:]))
        steps = tuple(
            replace(s, claims=tuple(changed if c.id == name else c for c in s.claims))
            for s in document.steps
        )
        return replace(document, steps=steps)

    change(folder, CERTIFICATES, lambda d: d["claims"].remove(carried(d, "1-1b")))
    change(folder, "audit.json", lambda d: entry(d, "1-1b").update(verdict="ILL-TYPED"))
    assert "called ILL-TYPED, and it is" in faults(folder, spoil(toy, "1-1b"))["1-1b"]


# -- what follows from the readings


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("README.md", "| 1-2 | 1-2a", "| 1-2 | 1-2z", "line .* (1-2a): it reads"),
        ("README.md", "REFUTED", "PROVED", "REFUTED"),
        ("corrected.md", "*Assumes* members", "*Assumes* nothing", "members"),
        ("corrected.md", "## Hypotheses", "## Theorems", "'## Hypotheses'"),
        ("corrected.tex", r"\le ", r"\ge ", r"\\\\le"),
        ("errata.md", "1-2a", "1-1a", "(1-2a)"),
    ],
)
def test_a_text_that_says_something_else(folder, toy, name, old, new, fault):
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    found = faults(folder, toy)
    assert [*found] == [name]
    assert re.search(fault.replace("(", r"\(").replace(")", r"\)"), found[name])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("justification", "ESTABLISHED"),
        ("impact", "local repair"),
        ("origin", "paper"),
        ("scope", "all values"),
        ("title", "All is well"),
        ("equation", "9-9"),
        ("note", "PROVED"),
    ],
)
def test_what_audit_json_says_besides(folder, toy, key, value):
    change(folder, "audit.json", lambda d: entry(d, "1-3a").update({key: value}))
    assert f"its {key} is '{value}'" in faults(folder, toy)["1-3a"]


@pytest.mark.parametrize(
    "change_of_it",
    [
        {"claimed": "2"},
        {"best proved": "0"},
        {"ratio": "1/2"},
        {"ratio": "7"},
        {"ratio": ["1"]},
        {"more": "1"},
        None,
    ],
)
def test_a_tightness_that_is_none(folder, toy, change_of_it):
    def forge(data):
        found = entry(data, "1-2a", "repaired")
        found["tightness"] = change_of_it and {**found["tightness"], **change_of_it}

    change(folder, "audit.json", forge)
    assert "its tightness is" in faults(folder, toy)["1-2a:repaired"]


def test_claims_in_another_order_and_more_than_claims(folder, toy):
    change(folder, "audit.json", lambda d: d["claims"].reverse())
    change(folder, "audit.json", lambda d: d.update(note="all is PROVED"))
    faulty = [r.fault for r in verify(folder, toy, lambda what, done, of: None) if r.fault]
    assert any("not in their order" in fault for fault in faulty)
    assert any("more than its document" in fault for fault in faulty)


def test_a_bundle_that_needs_something_else(folder, toy):
    change(folder, CERTIFICATES, lambda d: carried(d, "1-1a")["needs"].append(d["hypotheses"][0]))
    found = faults(folder, toy)
    assert "it reads" in found[CERTIFICATES]


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("Does the written argument establish it? <b>GAP", "Does it? <b>ESTABLISHED", "1-"),
        ('<section id="trust">', '<section id="trust"><p>Nothing else.</p>', "trust"),
        ('<tr id="assume-members">', '<tr id="assume-members"><td></td>', "assume-members"),
        ("byzproof · an audit", "Certified · an audit", "its beginning"),
        ("<!DOCTYPE html>", '<!DOCTYPE html><div id="more">PROVED</div>', "more"),
    ],
)
def test_a_part_of_the_page_that_was_changed(folder, toy, old, new, part):
    page = folder / "index.html"
    text = page.read_text()
    assert old in text
    page.write_text(text.replace(old, new, 1))
    found = faults(folder, toy)
    assert found
    assert all(name.startswith("index.html: ") for name in found)
    assert any(part in name for name in found)


def test_the_readme_above_a_report(toy, toy_audit, tmp_path, folder):
    readme = tmp_path / "READ.md"
    readme.write_text(f"{BEGIN}\n{END}\n")
    renew_table(readme, found_table(contents(toy, toy_audit, None, "byzproof counterexample")))

    def found():
        results = verify(folder, toy, lambda what, done, of: None, readme)
        return {r.id: r.fault for r in results if r.fault}

    assert found() == {}
    readme.write_text(readme.read_text().replace("REFUTED", "PROVED", 1))
    assert "REFUTED" in found()[str(readme)]


def test_the_readme_is_found_by_its_link(tmp_path):
    folder = tmp_path / "reports" / "toy"
    folder.mkdir(parents=True)
    readme = tmp_path / "README.md"
    readme.write_text(f"[all](reports/toy/index.html)\n{BEGIN}\n{END}\n")
    assert readme_about(folder) == readme.resolve()
    readme.write_text(f"[all](reports/other/index.html)\n{BEGIN}\n{END}\n")
    assert readme_about(folder) is None


def test_no_file_that_a_report_names_is_run(tmp_path, capsys):
    evil, ran = tmp_path / "evil.py", tmp_path / "ran"
    evil.write_text(f"open({str(ran)!r}, 'w')\n", encoding="utf-8")
    (tmp_path / "audit.json").write_text(
        json.dumps({"document": str(evil), "claims": []}), encoding="utf-8"
    )
    assert main(["verify", str(tmp_path)]) == 2
    assert "no paper of the package" in capsys.readouterr().err
    assert not ran.exists()
