"""Documents that mean harm change no verdict and no file; here those that take no time.

`make assurance` runs all of them, and `tests.reports.test_sandbox` has more of what is refused.
"""

import pytest

from tests.hostile import documents

QUICK = [
    "the conclusion patched",
    "theorems that anybody can make",
    "the false claim replayed as the true one",
    "every verdict PROVED",
    "no builtins",
    "a document of its own in the pipe",
    "a refusal that looks like a result",
    "messages without end",
    "all files closed",
    "an error without end",
    "memory after lifting the limit",
    "memory in a file of memory",
    "pipes until the disk is full",
    "a name that equals the null device",
    "the refusals switched off",
    "the parent killed",
]


@pytest.mark.parametrize("name", QUICK)
def test_harm_is_refused_or_without_effect(name):
    assert not documents.tried(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("the conclusion patched", "must not change the modules that it imports"),
        ("no builtins", "remove what exits, or changes what it imports"),
        ("a process by fork", "may not start a process"),
    ],
)
def test_the_message_says_what_to_do(name, message):
    assert message in documents.said(name)


def test_a_forged_document_proves_nothing_false():
    assert documents.said("a document of its own in the pipe")["false"] == "UNDECIDED"
