"""Each side condition of FORMAT.md has a mutant that drops it, and each mutant is answered for."""

from tests.assurance.mutating.conditions import no_mutants, table
from tests.assurance.side_conditions import not_killed
from tests.theory.kernel.conditions import conditions, plain, text

LISTED = [f"{section} {clause}" for section, clause in conditions()]


def test_each_condition_has_a_mutant_or_a_reason_for_none():
    known = [one.condition for one in table()] + list(no_mutants())
    assert [one for one in LISTED if not any(words in one for words in known)] == []


def test_each_mutant_quotes_a_condition():
    whole = plain(text())
    known = [one.condition for one in table()] + list(no_mutants())
    strange = [x for x in known if x not in whole and not any(x in one for one in LISTED)]
    assert strange == []


def test_each_mutant_is_killed_or_explained():
    assert [one.condition for one in table() if bool(one.killed) is bool(one.reason)] == []


def test_each_mutant_changes_one_place():
    assert all(one.source() for one in table())


def test_what_is_said_to_kill_a_mutant_does():
    quick = [one for one in table() if one.killed.startswith(("refusal", "fuzzer"))]
    assert [one.condition for one in not_killed(quick)] == []
