"""Every trick is refused for the stated reason, and its honest twin is accepted.

A case is a file in `cases/` with a docstring that says what the trick is, the REASON that the
refusal must state, and build(honest): see `toy.py`.
"""

import importlib
from pathlib import Path

import pytest

from theory.kernel.terms import KernelError

CASES = sorted(path.stem for path in (Path(__file__).parent / "cases").glob("[a-z]*.py"))
REFUSED, ACCEPTED, OTHER = "refused for the reason", "accepted", "refused for another reason"


def load(name):
    return importlib.import_module(f"tests.refusals.cases.{name}")


def kernel(attempt):
    """The checker that is tested: the attempt itself asks the kernel and the judge."""
    attempt()


def always_yes(attempt):
    """A checker that accepts whatever it is given."""


def always_no(attempt):
    """A checker that refuses whatever it is given."""
    raise KernelError("no")


def outcome(checker, attempt, reason):
    """What a checker does with an attempt; any exception but KernelError is a crash."""
    try:
        checker(attempt)
    except KernelError as refusal:
        return REFUSED if reason in str(refusal) else f"{OTHER}: {refusal}"
    return ACCEPTED


@pytest.mark.parametrize("name", CASES)
def test_the_trick_is_refused_for_the_stated_reason(name):
    case = load(name)
    assert outcome(kernel, case.build(honest=False), case.REASON) == REFUSED


@pytest.mark.parametrize("name", CASES)
def test_without_the_trick_it_is_accepted(name):
    case = load(name)
    assert outcome(kernel, case.build(honest=True), case.REASON) == ACCEPTED


@pytest.mark.parametrize("name", CASES)
def test_a_case_says_what_the_trick_is(name):
    case = load(name)
    assert case.__doc__
    assert case.__doc__.strip().endswith(".")
    assert len(case.REASON) >= 10


def test_there_are_enough_different_tricks():
    documented = {load(name).__doc__ for name in CASES}
    assert len(documented) == len(CASES) >= 100


def test_the_harness_notices_a_checker_that_always_says_yes():
    outcomes = {outcome(always_yes, load(n).build(honest=False), load(n).REASON) for n in CASES}
    assert REFUSED not in outcomes


def test_the_harness_notices_a_checker_that_always_says_no():
    tricks = {outcome(always_no, load(n).build(honest=False), load(n).REASON) for n in CASES}
    twins = {outcome(always_no, load(n).build(honest=True), load(n).REASON) for n in CASES}
    assert REFUSED not in tricks
    assert ACCEPTED not in twins
