"""Documents that mean harm change no verdict and no file; here some of those that take no time.

`make assurance` runs all of them, and `tests.reports.test_sandbox` has more of what is refused.
"""

import pytest

from tests.hostile import documents

UNCHANGED = documents.HONEST
QUICK = {
    "the conclusion patched": "must not change the modules that it imports",
    "theorems that anybody can make": UNCHANGED,
    "every verdict PROVED": dict.fromkeys(UNCHANGED, "UNDECIDED"),
    "no builtins": "remove what exits, or changes what it imports",
    "a document of its own in the pipe": {"true": "PROVED", "false": "UNDECIDED"},
    "a refusal that looks like a result": "doc.py: x 2 readings: 2 PROVED.",
    "messages without end": "garbage",
    "an error without end": "no end no end",
    "memory after lifting the limit": "it tried resource.setrlimit",
    "a system that takes nothing away, it says": "garbage",
    "pipes until the disk is full": "may read, and nothing else",
    "a name that equals the null device": "not write them",
    "the refusals switched off": "the system refused",
    "a process by fork": "may read, and nothing else",
    "natively a mode": UNCHANGED,
}
"""What is said of each: its verdicts, or a part of the message."""


@pytest.mark.parametrize("name", QUICK)
def test_harm_is_refused_or_without_effect(name):
    wrong, said = documents.tried(name)
    assert not wrong, said
    expected = QUICK[name]
    assert expected in said if isinstance(expected, str) else said == expected
