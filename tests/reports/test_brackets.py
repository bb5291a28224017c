"""Every proved inequality has a bracket: attained on an example, and at most what is proved."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from reports.tightness import is_inequality
from theory.kernel.terms import Number, Relation, SomeConstant
from theory.papers.krum.document import DOCUMENT

PUBLISHED = Path(__file__).resolve().parent.parent.parent / "reports" / "krum" / "audit.json"
RENEW = "renew it: byzproof report krum --out reports/krum --readme README.md"
AGAINST_ZERO = {
    "wells-i",
    "eta-defined",
    "sin-alpha-a",
    "proposition-1-i-b",
    "2-7a",
    "2-8",
    "2-13d",
    "iv-at-zero",
}
"""Lines that compare with 0: they have no ratio."""


@pytest.fixture(scope="module")
def proved():
    """The proved readings of the published audit, which `test_published` compares with today's."""
    claims = json.loads(PUBLISHED.read_text(encoding="utf-8"))["claims"]
    return [claim for claim in claims if claim["verdict"].startswith("PROVED")]


def relation(claim):
    """The comparison that a claim of the audit makes, or None."""
    readings = DOCUMENT.claims()[claim["id"]].readings
    said = next(r.statement for r in readings if r.kind == claim["reading"])
    said = said.relation if isinstance(said, SomeConstant) else said
    return said if isinstance(said, Relation) and said.op != "=" else None


def ratio(claim):
    """The ratio attained; a rounded one is cut off, never above the true one."""
    shown = claim["tightness"]["ratio"]
    return Fraction(shown.removeprefix("≈ "))


def test_every_proved_inequality_has_a_positive_ratio_of_at_most_one(proved):
    for claim in proved:
        if relation(claim) is not None and claim["id"] not in AGAINST_ZERO:
            assert claim["tightness"] is not None, f"{claim['id']}: {RENEW}"
            assert 0 < ratio(claim) <= 1, f"{claim['id']}: {RENEW}"


def test_only_comparisons_with_zero_have_none(proved):
    zero = Number(Fraction(0))
    found = {
        claim["id"]
        for claim in proved
        if (said := relation(claim)) is not None and not is_inequality(said)
    }
    assert found == AGAINST_ZERO
    for claim in proved:
        if claim["id"] in AGAINST_ZERO:
            said = relation(claim)
            assert zero in (said.left, said.right)


def test_nothing_attains_more_than_what_is_proved_to_be_enough(proved):
    numbers = {}
    for claim in proved:
        if claim["tightness"] is not None and claim["tightness"]["claimed"] == "1":
            best = claim["tightness"]["best proved"]
            if best.replace("/", "").isdigit():
                numbers[claim["id"]] = Fraction(best)
                assert ratio(claim) <= Fraction(best), claim["id"]
    assert {"2-14", "2-15", "2-16", "2-17"} <= {c for c, best in numbers.items() if best < 1}


def test_a_smaller_constant_that_is_named_is_a_claim_that_is_proved(proved):
    """What a best constant refers to is a claim that is proved, or Proposition 1."""
    ids = {claim["id"] for claim in proved}
    for claim in DOCUMENT.claims().values():
        best = claim.tightness.best_proved if claim.tightness else ""
        if ", see " in best:
            name = best.rpartition(", see ")[2]
            assert name in ids or name in {"Proposition 1"}, (claim.id, name)


def test_where_the_gap_is_wide_a_sentence_says_why(proved):
    for claim in proved:
        if claim["tightness"] is not None and ratio(claim) < Fraction(9, 10):
            tightness = DOCUMENT.claims()[claim["id"]].tightness
            assert tightness.comment if tightness else "", claim["id"]
