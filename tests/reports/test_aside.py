"""Work beside: its result comes back, and so does whatever goes wrong in it."""

import multiprocessing
import os

import pytest

from reports.aside import aside


def test_the_result_comes_from_another_process():
    if "fork" not in multiprocessing.get_all_start_methods() or (os.cpu_count() or 1) < 2:
        pytest.skip("no second process here")
    here = os.getpid()
    there, squares = aside(lambda: (os.getpid(), [k * k for k in range(1000)]))()
    assert there != here
    assert squares[-1] == 999**2


@pytest.mark.parametrize("processors", [1, 2])
def test_what_goes_wrong_beside_goes_wrong_here(monkeypatch, processors):
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    with pytest.raises(ZeroDivisionError):
        aside(lambda: 1 / 0)()


def test_what_cannot_be_sent_is_made_here(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    made = aside(lambda: lambda: 3)()
    assert made() == 3


def test_without_a_fork_it_is_done_when_asked_for(monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert aside(os.getpid)() == os.getpid()
