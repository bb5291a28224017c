"""The report: a page that stands on its own, the same bytes each time, and true to the audit."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markupsafe import Markup, escape

from reports.audit import audit
from reports.marks import tally
from reports.render.layered import lay_out, reduced
from reports.render.make_font import characters
from reports.render.mathematics import reachable
from reports.render.page import contents, page
from reports.render.report import (
    BEGIN,
    END,
    found_table,
    render,
    renew_table,
    sample_of,
    write_report,
)
from reports.sampled import Sampled

COMMAND = "byzproof counterexample"


@pytest.fixture(scope="module")
def files(toy, toy_audit):
    return render(toy, toy_audit, None, COMMAND)


@pytest.fixture(scope="module")
def tree(files):
    page = files["index.html"].replace("<!DOCTYPE html>", "").lstrip()
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return ElementTree.fromstring(page)


def named(tree, tag):
    return [e for e in tree.iter() if e.tag.rpartition("}")[2] == tag]


def test_the_report_has_its_files(files):
    assert {"index.html", "README.md", "audit.json"} <= files.keys()
    assert all(name.endswith(".svg") for name in files if name.startswith("figures/"))


def test_the_page_is_well_formed(tree):
    assert tree.tag.rpartition("}")[2] == "html"
    assert len(named(tree, "h1")) == 1
    assert named(tree, "math")


def test_every_id_is_unique_and_every_link_leads_somewhere(tree):
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), {i for i in ids if ids.count(i) > 1}
    links = [e.get("href") for e in named(tree, "a")]
    assert links
    assert not [link for link in links if link.removeprefix("#") not in ids]


def test_keys_reach_what_scrolls_and_what_is_drawn_has_a_name(tree):
    boxes = [e for e in tree.iter() if e.get("class") in ("scroll", "within")]
    assert boxes
    for box in boxes:
        assert box.get("tabindex") == "0"
        assert box.get("role") == "region"
        assert box.get("aria-label")
    drawn = [e for e in named(tree, "svg") if e.get("aria-hidden") != "true"]
    assert drawn
    for svg in drawn:
        assert svg[0].tag.rpartition("}")[2] == "title", svg.attrib
        assert svg[0].text


def test_a_wide_formula_is_reached_by_keys_and_a_short_one_is_not():
    short, wide = (Markup("<math><mi>x</mi></math>" * n) for n in (3, 40))
    assert reachable(short, "formula") == 'class="formula"'
    assert 'tabindex="0"' in reachable(wide, "formula")


def test_the_page_jumps_to_a_link_and_leaves_room_for_the_bar(files):
    style = re.search(r"<style>.*?</style>", files["index.html"], re.DOTALL)[0]
    assert "scroll-behavior" not in style
    assert "scroll-padding-top" in style
    assert not re.search(r'<[^>]+ style="', files["index.html"])


class Loads(HTMLParser):
    """Collects everything that a browser would fetch or run."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "link", "iframe", "img", "object", "embed", "base"}:
            self.found.append(tag)
        for name, value in attrs:
            if name in {"src", "srcset", "data", "action"} or name.startswith("on"):
                self.found.append(f"{name}={value}")
            if name.endswith("href") and not (value or "").startswith("#"):
                self.found.append(f"{name}={value}")


def test_the_page_loads_nothing_and_runs_nothing(files):
    page = files["index.html"]
    loads = Loads()
    loads.feed(page)
    assert loads.found == []
    assert set(re.findall(r"url\(([^)]{0,5})", page)) <= {"data:", "#arro", "#cons", "#rati"}
    assert "@import" not in page


def test_two_renders_are_the_same_bytes(toy, files):
    again = audit(toy, {})
    assert render(toy, again, None, COMMAND) == files


def test_nothing_of_this_machine_is_in_it(files, tmp_path):
    import getpass
    import platform

    private = {str(Path.cwd()), str(tmp_path), platform.node()} | {getpass.getuser() + "@"}
    for name, text in files.items():
        for secret in private:
            assert len(secret) < 4 or secret not in text, f"{name} holds {secret}"
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text), f"{name} holds a date"


def test_the_font_has_every_sign_that_is_printed(tree):
    letters = {c for math in named(tree, "math") for text in math.itertext() for c in text}
    assert {c for c in letters if not c.isspace() and ord(c) not in characters()} == set()


def test_every_verdict_is_on_the_page_as_a_word(files, toy_audit):
    page = files["index.html"]
    for word, count in tally([f.verdict for f in toy_audit.findings]).items():
        assert f'{count} <span class="badge' in page
        assert f"{word}</span>" in page


def test_the_statement_that_is_shown_is_the_one_that_was_checked(files, toy, toy_audit):
    from theory.notation.printing import Printer

    printer = Printer(toy.language)
    for finding in toy_audit.findings:
        assert printer.mathml(finding.judgement.reading.statement) in files["index.html"]


def test_a_sample_that_contradicts_what_is_proved_is_pointed_out(toy, toy_audit):
    from empirics.plan import SamplingPlan
    from empirics.sampling import sample_document

    sample = Sampled.of(sample_document(toy, SamplingPlan.quick()))
    shown = page(contents(toy, toy_audit, sample, COMMAND), {}, sample)
    assert "no proved claim is." in shown
    lying = {name: replace(s, verdict="CONTRADICTED") for name, s in sample.claims.items()}
    sample = replace(sample, claims=lying)
    shown = page(contents(toy, toy_audit, sample, COMMAND), {}, sample)
    assert "Proved, and yet contradicted: 1-1a, 1-1b" in shown


def test_the_checks_of_the_experiment_are_shown(toy, toy_audit):
    sample = sample_of(toy, toy_audit, "quick")
    content = contents(toy, toy_audit, sample, COMMAND)
    shown = page(content, {}, sample)
    for check, outcome in sample.checks.summary():
        assert f"<td>{escape(check)}</td><td>{outcome}</td>" in shown
    assert "is not sound" not in shown
    faulty = replace(sample, checks=sample.checks._replace(blind=1))
    assert "is not sound" in page(content, {}, faulty)


def test_counterexamples_on_a_line_and_in_a_plane_are_drawn(tree):
    scenes = [e for e in named(tree, "svg") if e.get("class") == "scene"]
    titles = [named(scene, "title")[0].text for scene in scenes]
    assert "The vectors on a line" in titles
    assert "The vectors in the plane" in titles


def test_the_register_says_what_no_proof_uses(files):
    page = files["index.html"]
    row = page[page.index('id="assume-centred"') :].partition("</tr>")[0]
    assert "no proof uses it" in row
    row = page[page.index('id="assume-members"') :].partition("</tr>")[0]
    assert "1-1c" in row


def test_the_report_is_written_whole_and_stale_figures_go(toy, toy_audit, tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "old.svg").write_text("<svg/>")
    (tmp_path / "mine.png").write_bytes(b"kept")
    page = write_report(toy, toy_audit, tmp_path, sampling="none")
    assert page == tmp_path / "index.html"
    assert not (tmp_path / "figures" / "old.svg").exists()
    assert (tmp_path / "mine.png").exists()
    assert not list(tmp_path.glob(".byzproof-*"))


def test_the_table_of_a_readme_is_renewed_between_its_marks(toy, toy_audit, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    table = found_table(contents(toy, toy_audit, None, COMMAND))
    renew_table(readme, table)
    text = readme.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert table in text
    assert "| 1-2a |" in text


def test_implied_edges_are_left_out_and_rows_go_down():
    used = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"]}
    assert reduced(used)["c"] == ["b"]
    layout = lay_out("abcd", reduced(used), box=10, gap=2, most=2)
    row = {name: k for k, names in enumerate(layout.rows) for name in names}
    assert row["a"] < row["b"] < row["c"]
    assert row["a"] < row["d"]


def test_boxes_do_not_overlap():
    names = [f"s{k}" for k in range(12)]
    used = {name: names[max(0, k - 3) : k] for k, name in enumerate(names)}
    layout = lay_out(names, used, box=10, gap=2, most=4)
    for row in layout.rows:
        boxes = sorted(layout.x[name] for name in row if name in used)
        assert all(b - a >= 10 for a, b in pairwise(boxes))
