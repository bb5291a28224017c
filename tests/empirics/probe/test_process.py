"""A callable may hang, print, exit, crash or take all memory; asking goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from empirics.foreign import CannotLoad
from empirics.probe import process
from empirics.probe.asking import Answer, Came, answer
from empirics.probe.behaviour import behaviour
from empirics.probe.identify import Rule, identify
from empirics.probe.process import Isolated, bound_values
from empirics.rules.krum import krum
from tests.empirics.probe.asked import planted_rule
from tests.limits import LIMIT

ROOT = Path(__file__).resolve().parents[3]
PLANTED = "tests.empirics.probe.planted"
HOSTILE = "tests.empirics.probe.hostile"
V = np.array([[1.0, 0.0], [2.0, 5.0], [4.0, 4.0], [3.0, 4.5], [100.0, -3.0]])
NAN, INF = V.copy(), V.copy()
NAN[0], INF[4] = np.nan, np.inf


def is_gone(pid):
    """Soon; what was killed and waits for its parent's wait is gone too."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].startswith(" Z"):
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


def test_silence_is_reported_and_the_rest_is_answered():
    with Isolated(f"{HOSTILE}:loops_on_nan", timeout=LIMIT) as ask:
        (plain,) = ask([(V, 1)])
        ask.timeout = 0.2  # for what is never answered alone: a slow machine is not silent
        (silent,) = ask([(NAN, 1)])
        ask.timeout = LIMIT
        (after,) = ask([(V, 1)])
    assert silent.came is Came.SILENCE
    assert silent.error == "it took over 0.2 s"
    assert not silent.refused
    assert plain.same(after)
    assert plain.value.tolist() == [3, 4.5]


def test_after_too_much_silence_the_rest_of_a_list_is_left_out_and_later_everything(monkeypatch):
    monkeypatch.setitem(process.PATIENCE, Came.SILENCE, 1)
    monkeypatch.setitem(process.ALL_PATIENCE, Came.SILENCE, 2)
    with Isolated(f"{PLANTED}:sleeps_on_nan") as ask:
        ask.timeout = 0.2  # nothing that is asked here is answered
        for expected in ("SILENCE UNASKED", "SILENCE UNASKED", "UNASKED UNASKED"):
            assert " ".join(a.came.name for a in ask([(NAN, 1), (V, 1)])) == expected
        assert ask.one(V, 1, LIMIT).came is Came.VECTOR


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("exits_on_nan", "it ended its process (exit 3)"),
        ("quits_on_nan", "it ended its process (exit 4)"),
        ("crashes_on_nan", "it crashed its process (SIGSEGV, a segmentation fault)"),
        ("cuts_off_on_nan", "it cut off its process"),
    ],
)
def test_the_end_of_its_process_is_no_end_of_ours(name, says, capfd):
    with Isolated(f"{HOSTILE}:{name}") as ask:
        before, ended, after = ask([(V, 1), (NAN, 1), (V, 1)])
        assert ask.one(NAN, 1, LIMIT).error == says
    assert (ended.came, ended.error) == (Came.END, says)
    assert before.same(after)
    assert after.value.tolist() == [3, 4.5]
    assert capfd.readouterr() == ("", "")


def test_after_too_many_crashes_the_rest_of_a_list_is_left_out():
    with Isolated(f"{HOSTILE}:crashes_on_nan") as ask:
        answers = ask([(NAN, 1)] * 5)
        assert [a.came.name for a in answers] == ["END"] * 3 + ["UNASKED"] * 2
        assert ask([(V, 1)])[0].came is Came.VECTOR


def test_memory_is_limited():
    with Isolated(f"{HOSTILE}:takes_all_memory_on_nan") as ask:
        (full,) = ask([(NAN, 1)])
    assert full.refused
    assert "Memory" in full.error


def test_nothing_is_left_of_it_whatever_it_starts(tmp_path, monkeypatch):
    note = tmp_path / "pid"
    monkeypatch.setenv("BYZPROOF_TEST_NOTE", str(note))
    with Isolated(f"{HOSTILE}:starts_another_on_nan") as ask:
        (ended,) = ask([(NAN, 1)])
        assert ended.error == "it ended its process (exit 7)"
    assert is_gone(int(note.read_text()))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_it_ends_with_its_parent(how, tmp_path):
    """Ctrl-C is for the parent, which ends its child; a parent that is killed is missed."""
    code = (
        "import numpy as np, sys\n"
        "from empirics.probe.process import Isolated\n"
        f"with Isolated({HOSTILE + ':loops_on_nan'!r}, timeout=600) as ask:\n"
        "    print(ask._child._process.pid, flush=True)\n"
        "    ask([(np.full((5, 1), np.nan), 1)])\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    child = int(parent.stdout.readline())
    parent.send_signal(how)
    assert parent.wait(timeout=LIMIT) == -how
    parent.stdout.close()
    parent.stderr.close()
    assert is_gone(child)


def test_started_anew_it_remembers_nothing_and_is_called_as_before():
    with Isolated(f"{HOSTILE}:Counting") as ask:
        first, second = ask([(V, 1)] * 2)
        assert first.value.tolist() != second.value.tolist()
        ask.close()
        (again,) = ask([(V, 1)])
    assert again.value[0] == 1  # the very first call: it is known how to call it


def test_ends_and_silences_are_findings_in_their_own_words():
    rule = planted_rule("paper")

    def ask(questions):
        return [
            Answer(Came.SILENCE)
            if np.isnan(v).any()
            else Answer(Came.END, error="it ended its process (exit 3)")
            if np.isinf(v).any() or (type(f) is int and 2 * f + 2 >= len(v))
            else answer(rule, v, f, *extra)
            for v, f, *extra in questions
        ]

    found = {f.name: (f.verdict, f.found) for f in behaviour(ask, Rule())}
    assert found["a worker sends NaN"] == ("differs", "hangs")
    assert found["a worker sends infinity"] == ("differs", "it ended its process (exit 3)")
    assert found["2f + 2 >= n"][0] == "differs"
    assert found["2f + 2 >= n"][1].startswith("ends its process for n = 4, f = 1; n = 6, f = 2")


def test_nothing_is_claimed_of_what_never_answers():
    first = [Answer(Came.SILENCE, error="it took over 10 s")] * 3

    def ask(questions):
        answers = [*first, *[Answer(Came.UNASKED)] * len(questions)]
        first.clear()
        return answers[: len(questions)]

    found = identify(ask, Rule())
    assert found.rule is None
    assert found.asked == 0
    assert found.failures == ("n = 5, f = 1: hangs (always): it took over 10 s",)
    findings = list(behaviour(ask, None))
    assert {f.verdict for f in findings if f.name != "ties"} == {"differs"}
    assert {"no answer to judge by", "was not asked"} <= {f.found for f in findings}


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


def test_batches_of_trials():
    batch = np.random.default_rng(0).standard_normal((4, 50, 7, 3))
    with Isolated(f"{PLANTED}:paper") as rule:
        np.testing.assert_array_equal(
            rule.aggregate(batch, 2), krum(batch.reshape(-1, 7, 3), 2).reshape(4, 50, 3)
        )
        assert rule.aggregate(V, 1).tolist() == [3, 4.5]
        with pytest.raises(ValueError, match="planted:paper, trial 1: ValueError: undefined"):
            rule.aggregate(np.stack([V, NAN]), 1)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (f"{PLANTED}:no", "has no no"),
        (f"{PLANTED}:eta_squared", "does not look like a rule"),
        (
            f"{HOSTILE}:exits",
            r"exits, asked a first small question: it ended its process \(exit 3\)",
        ),
        (
            "tests.empirics.probe.ends_when_imported:krum",
            r"when its module was imported: .*\(exit 5\)",
        ),
    ],
)
def test_what_cannot_be_loaded_is_said_of_the_child(spec, message):
    with pytest.raises(CannotLoad, match=message) as caught, Isolated(spec):
        pass
    assert str(caught.value).count("\n") in (0, 5)


def test_what_hangs_at_once_cannot_be_loaded():
    said = "loops, asked a first small question: it took over 0.3 s"
    with pytest.raises(CannotLoad, match=said), Isolated(f"{HOSTILE}:loops", timeout=0.3):
        pass


def test_bounds_are_evaluated_apart_too():
    assert bound_values(f"{PLANTED}:kappa")[5, 1] == 8
    for name, seconds, message in (
        (
            "bound_exits",
            LIMIT,
            r"bound_exits, asked for its values: it ended its process \(exit 6\)",
        ),
        ("bound_loops", 0.3, "bound_loops, asked for its values: it took over 0.3 s"),
        ("no", LIMIT, "has no no"),
    ):
        with pytest.raises(CannotLoad, match=message):
            bound_values(f"{HOSTILE}:{name}", seconds)
    with pytest.raises(ValueError, match="the bound gives no number"):
        bound_values(f"{PLANTED}:broken")
