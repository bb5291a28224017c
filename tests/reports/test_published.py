"""What is published in reports/krum and in the README is what an audit finds today."""

import re
from collections import Counter
from pathlib import Path

import pytest

from reports.audit import audit
from reports.documents import open_document
from reports.render.page import contents
from reports.render.report import BEGIN, END, found_table
from theory.kernel.terms import AlmostSure, Cited

ROOT = Path(__file__).resolve().parent.parent.parent
PUBLISHED = ROOT / "reports" / "krum"
RENEW = "renew it: byzproof report krum --out reports/krum --readme README.md"


@pytest.fixture(scope="module")
def source():
    return open_document("krum")


@pytest.fixture(scope="module")
def krum_audit(source):
    return audit(source.document, source.certificates)


def test_krum_gets_the_verdicts_that_its_document_expects(krum_audit):
    assert [f.id for f in krum_audit.surprises] == []


def test_every_certificate_of_krum_is_stored(krum_audit):
    assert list(krum_audit.certificates) == [], "run: byzproof audit --store"


def test_every_hypothesis_of_krum_is_true_on_a_witness_model(krum_audit, source):
    assert krum_audit.exhibits
    shown = frozenset().union(*(e.true for e in krum_audit.exhibits))
    missing = {
        name
        for name, formula in source.document.hypotheses.items()
        if name not in shown and not isinstance(formula, AlmostSure | Cited)
    }
    assert missing == set()


def test_every_proved_statement_of_krum_is_exhibited(krum_audit):
    missing = [
        f.id
        for f in krum_audit.findings
        if f.verdict.startswith("PROVED")
        and not (f.true_on or f.untold_on)
        and not isinstance(f.judgement.reading.statement, AlmostSure)  # a model is one step
    ]
    assert missing == []


def test_the_published_audit_is_current(krum_audit):
    published = (PUBLISHED / "audit.json").read_text(encoding="utf-8")
    assert published == krum_audit.as_json(), RENEW


def test_the_table_in_the_readme_is_current(krum_audit, source):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition(BEGIN)[2].partition(END)[0].strip()
    content = contents(source.document, krum_audit, None, "byzproof counterexample")
    assert table == found_table(content), RENEW


def test_every_id_of_the_published_page_is_unique_and_every_link_leads_somewhere():
    page = (PUBLISHED / "index.html").read_text(encoding="utf-8")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) > 500
    assert [name for name, count in Counter(ids).items() if count > 1] == [], RENEW
    links = {*re.findall(r'href="#([^"]+)"', page), *re.findall(r"url\(#([^)]+)\)", page)}
    assert links - {*ids} == set(), RENEW


def test_the_pictures_of_the_readme_are_there():
    for path in ("report.png", "README.md", "index.html", "figures/constants.svg"):
        assert (PUBLISHED / path).exists(), f"{path} is missing; {RENEW}"
