"""A callable may hang, print, exit or crash; asking goes on."""

import numpy as np
import pytest

from empirics.foreign import CannotLoad
from empirics.probe.asking import UNASKED, Answer, answer
from empirics.probe.behaviour import behaviour
from empirics.probe.identify import Rule, identify
from empirics.probe.process import PATIENCE, Isolated
from tests.empirics.probe.asked import planted_rule

PLANTED = "tests.empirics.probe.planted"
V = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 4.0], [3.0, 4.5], [100.0, -3.0]])
NAN, INF = V.copy(), V.copy()
NAN[0], INF[4] = np.nan, np.inf


def test_silence_is_reported_and_the_rest_is_answered():
    with Isolated(f"{PLANTED}:sleeps_on_nan", timeout=3) as ask:
        plain, silent, after = ask([(V, 1), (NAN, 1), (V, 1)])
    assert silent.hung
    assert silent.error == "no answer in 3 seconds"
    assert not silent.refused
    assert plain.same(after)
    assert plain.value.tolist() == [3, 4.5]


def test_after_too_many_failures_nothing_more_is_asked():
    with Isolated(f"{PLANTED}:ends_on_infinity") as ask:
        answers = ask([(INF, 1)] * (PATIENCE + 2))
    assert [a.error for a in answers] == ["it ended the process"] * PATIENCE + [UNASKED] * 2


def test_hanging_on_nan_is_a_finding():
    rule = planted_rule("paper")

    def ask(questions):
        return [
            Answer(hung=True) if np.isnan(v).any() else answer(rule, v, f) for v, f in questions
        ]

    finding = next(f for f in behaviour(ask, Rule()) if f.name == "a worker sends NaN")
    assert (finding.verdict, finding.found) == ("differs", "hangs")


def test_the_end_of_its_process_is_no_end_of_ours(capfd):
    with Isolated(f"{PLANTED}:ends_on_infinity") as ask:
        ended, after = ask([(INF, 1), (V, 1)])
    assert ended.error == "it ended the process"
    assert after.value.tolist() == [3, 4.5]
    assert capfd.readouterr().out == ""


def test_nothing_is_claimed_of_what_never_answers():
    first = [Answer(hung=True, error="no answer in 10 seconds")] * 3

    def ask(questions):
        answers = [*first, *[Answer(hung=True, error=UNASKED)] * len(questions)]
        first.clear()
        return answers[: len(questions)]

    found = identify(ask, Rule())
    assert found.rule is None
    assert found.asked == 0
    assert found.failures == ("n = 5, f = 1: hangs (3 of 60 times): no answer in 10 seconds",)
    findings = list(behaviour(ask, None))
    assert {f.verdict for f in findings if f.name != "ties"} == {"differs"}
    assert "no answer to judge by" in {f.found for f in findings}


def test_an_object_is_asked_through_its_method():
    with Isolated(f"{PLANTED}:instance") as ask:
        assert ask.spec == f"{PLANTED}:instance.aggregate"
        assert ask([(V, 1)])[0].value.tolist() == [3, 4.5]


def test_errors_come_back_in_one_line():
    with Isolated(f"{PLANTED}:paper") as ask:
        (refused,) = ask([(V, 2)])
        assert refused.refused
        assert refused.error == "ValueError: undefined"
        assert ask([]) == []


@pytest.mark.parametrize(
    ("name", "message"), [("no", "has no no"), ("eta_squared", "does not look like a rule")]
)
def test_what_cannot_be_loaded_is_said_by_the_child(name, message):
    with pytest.raises(CannotLoad, match=message), Isolated(f"{PLANTED}:{name}"):
        pass
