"""A callable may hang, print, exit or crash; asking goes on."""

import numpy as np
import pytest

from empirics.foreign import CannotLoad
from empirics.probe.behaviour import behaviour
from empirics.probe.identify import Rule, identify
from empirics.probe.process import PATIENCE, Isolated

PLANTED = "tests.empirics.probe.planted"
V = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 4.0], [3.0, 4.5], [100.0, -3.0]])
NAN, INF = V.copy(), V.copy()
NAN[0], INF[4] = np.nan, np.inf


def test_silence_is_reported_and_the_rest_is_answered():
    with Isolated(f"{PLANTED}:hangs_on_nan", timeout=0.5) as ask:
        plain, silent, after = ask([(V, 1), (NAN, 1), (V, 1)])
        assert silent.hung
        assert silent.error == "no answer in 0.5 seconds"
        assert not silent.refused
        assert plain.same(after)
        assert plain.value.tolist() == [3, 4.5]
        findings = {f.name: f for f in behaviour(ask, Rule())}
    assert findings["a worker sends NaN"].verdict == "differs"
    assert "hangs" in findings["a worker sends NaN"].found
    assert ask.failures <= PATIENCE


def test_the_end_of_its_process_is_no_end_of_ours(capfd):
    with Isolated(f"{PLANTED}:ends_on_infinity") as ask:
        ended, after = ask([(INF, 1), (V, 1)])
    assert ended.error == "it ended the process"
    assert after.value.tolist() == [3, 4.5]
    assert capfd.readouterr().out == ""


def test_nothing_is_claimed_of_what_never_answers():
    with Isolated(f"{PLANTED}:answers_a_first_time", timeout=0.3) as ask:
        found = identify(ask, Rule())
        assert found.rule is None
        assert found.asked == 0
        assert found.failures == ("n = 5, f = 1: hangs (3 of 60 times): no answer in 0.3 seconds",)
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
