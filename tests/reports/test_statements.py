"""What is printed is what was proved: the sheet, the statements of `audit`, and definitions."""

import io
import json
import re
from dataclasses import replace

import pytest

from reports.audit import audit
from reports.cli import main
from reports.explained import explain
from reports.render.page import contents, page
from reports.render.report import readme_of, write_report
from reports.statements import as_text, statements
from reports.terminal import console, show_audit
from reports.verification import verify
from theory.bundle import as_text as bundle_text
from theory.bundle import bundle
from theory.kernel.sheet import sheet
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Look
from theory.notation.own import Proof, norm, squared, total
from theory.search.prover import Proved

TITLE = "Krum tolerates any number of Byzantine workers"


@pytest.fixture(scope="module")
def titled():
    """A document whose title says more than its statements do."""
    proof = Proof("Krum")
    n = proof.integer("n")
    workers = proof.index_set("C", n, "correct")
    i = workers.index("i")
    x = proof.vector("x", workers, random=True)
    level = proof.define("level", squared(x[i]) + 1, i, look=Look("s"))
    long = sum((norm(x[i]) ** k for k in range(2, 12)), squared(total(i, x[i])))
    wrong = Reading("as written", n >= x[i], expected="ILL-TYPED")
    readings = [
        Reading("as written", n * n >= 0, proof=lambda p: Proved((p.square(n),))),
        Reading("as written", level[i] >= long, expected="REFUTED"),
        wrong,
    ]
    claims = [Claim(f"c-{k}", TITLE, (r,)) for k, r in enumerate(readings)]
    return Document("krum2", "Krum", proof.language, {}, (Step("1", "T", tuple(claims)),))


@pytest.fixture(scope="module")
def found(titled):
    return audit(titled, {})


def printed(show, *arguments):
    out = io.StringIO()
    show(*arguments, console(out))
    return out.getvalue()


def test_audit_prints_the_statement_and_the_title_as_the_words_of_the_author(found):
    text = printed(show_audit, found)
    row = next(line for line in text.splitlines() if "c-0" in line)
    assert "PROVED" in row
    assert "nn ≥ 0" in row
    assert TITLE not in row
    assert text.count("“Krum tolerates") == 3


def test_a_title_cannot_turn_a_row_round(titled):
    step = titled.steps[0]
    claim = replace(step.claims[0], title='\u202eDEVORP "so"\n')
    hidden = replace(titled, steps=(replace(step, title="\u2066T", claims=(claim,)),))
    text = printed(show_audit, audit(hidden, {}))
    assert r'“\u202eDEVORP "so"\n”' in text
    assert r"(1) \u2066T" in text


def test_a_long_statement_is_wrapped_and_not_cut(found):
    text = printed(show_audit, found)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    assert "‖x_i‖¹¹" in text


def test_definitions_are_shown_by_audit_and_explain(titled, found):
    definition = "s_i = ‖x_i‖² + 1"
    assert definition in printed(show_audit, found)
    (of_level,) = [f for f in found.findings if f.id == "c-1"]
    assert definition in printed(explain, titled, [of_level])
    (plain,) = [f for f in found.findings if f.id == "c-0"]
    assert definition not in printed(explain, titled, [plain])


def test_the_page_shows_definitions_and_the_sheet(titled, found):
    made = page(contents(titled, found, None, "byzproof counterexample"), {})
    section = re.search('<section id="statements">.*?</section>', made, re.DOTALL)[0]
    assert "<code>level</code>" in section
    assert "level(i in C) := |x(i)|^2 + 1" in section
    assert "&#34;c-0&#34;, PROVED: n * n &gt;= 0" in section


def test_the_readme_gives_the_statement_before_the_words(titled, found):
    text = readme_of(contents(titled, found, None, "byzproof counterexample"), {})
    assert f"c-0: $nn \\ge 0$ “{TITLE}”" in text
    assert f"| {TITLE} |" not in text


def test_json_has_the_statement_in_plain_notation(found):
    first = json.loads(found.as_json())["claims"][0]
    assert (first["statement"], first["plain"], first["title"]) == ("nn ≥ 0", "n * n >= 0", TITLE)


def test_the_sheet_has_every_reading_and_says_what_denotes_nothing(titled, found):
    parts = dict(statements(titled, [f.judgement for f in found.findings]))
    assert parts["Statements"][0] == '"c-0", PROVED: n * n >= 0'
    assert parts["Statements"][2].startswith('"c-1", REFUTED: for all i in C: level(i) >= ')
    assert parts["Sentences that do not denote"][0].startswith("c-2: ")


def test_lines_are_wrapped_at_spaces_and_lose_nothing(titled, found):
    parts = statements(titled, [f.judgement for f in found.findings])
    wrapped = as_text(parts, 60)
    assert max(map(len, wrapped.splitlines())) <= 80  # the notation has lines of its own
    assert wrapped.split() == as_text(parts).split()


def test_the_command_prints_a_bundle(titled, found, tmp_path, capsys):
    path = tmp_path / "certificates.json"
    data = bundle(titled, [f.judgement for f in found.findings])
    path.write_text(bundle_text(data), encoding="utf-8")
    assert main(["statements", str(path)]) == 0
    out = capsys.readouterr().out
    for title, lines in sheet(data):
        assert title in out
        assert all(word in out for line in lines for word in line.split())


def test_the_command_refuses_what_is_no_bundle(tmp_path, capsys):
    path = tmp_path / "other.json"
    path.write_text('{"claims": []}', encoding="utf-8")
    assert main(["statements", str(path)]) == 2
    assert "no bundle of certificates" in capsys.readouterr().err
    assert main(["statements", str(tmp_path / "none.json")]) == 2


def test_a_sheet_on_the_page_that_was_changed_is_found(toy, toy_audit, tmp_path):
    write_report(toy, toy_audit, tmp_path, sampling="none")
    path = tmp_path / "index.html"
    text = path.read_text(encoding="utf-8")
    assert text.count("I has n elements") == 1
    path.write_text(text.replace("I has n elements", "I has n + 1 elements"), encoding="utf-8")
    faults = [result for result in verify(tmp_path, toy, lambda *_: None) if result.fault]
    assert [result.id for result in faults] == ["index.html: statements"]
