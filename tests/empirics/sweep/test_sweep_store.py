"""The file of a sweep: who may write it, and that it keeps what it said it keeps."""

import os
import random
import signal
import sqlite3
import time

import pytest

from empirics.sweep.measure import Measured
from empirics.sweep.plan import read_plan
from empirics.sweep.store import StoreError, reading, writing


@pytest.fixture
def plan(plan_text):
    return read_plan(plan_text())


def some(number):
    return Measured({"bias": float(number)}, 0.25, 0.5)


def test_it_gives_back_what_it_keeps(tmp_path, plan):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False) as store:
        store.add([("a", some(1)), ("b", some(2))])
        with reading(path) as seen:  # also while it is written
            assert seen.results() == {"a": {"bias": 1.0}, "b": {"bias": 2.0}}
        with pytest.raises(StoreError, match="another run has kept one of these"):
            store.add([("c", some(3)), ("a", some(4))])
    with writing(path, plan, resume=True) as store:
        assert store.results() == {"a": {"bias": 1.0}, "b": {"bias": 2.0}}
        assert store.timings()["b"] == (0.25, 0.5)
        assert store.plan_hash() == plan.hash
        assert store.content() == plan.content()


def test_one_run_at_a_time(tmp_path, plan):
    path = tmp_path / "a.sqlite"
    with (
        writing(path, plan, resume=False),
        pytest.raises(StoreError, match="another run is writing"),
        writing(path, plan, resume=True),
    ):
        pass
    with writing(path, plan, resume=True):
        pass


def test_files_that_are_not_for_this_run(tmp_path, plan, plan_text):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False):
        pass

    def refused(where, message, which=plan, *, resume=True):
        with pytest.raises(StoreError, match=message), writing(where, which, resume=resume):
            pass

    refused(path, "exists: go on with --resume", resume=False)
    refused(path, "another plan", read_plan(plan_text(trials=64)))
    refused(tmp_path / "none" / "a.sqlite", "No such file")
    text = tmp_path / "text"
    text.write_text("no database " * 100, encoding="utf-8")
    refused(text, "no file of a sweep")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("create table theirs (x)")
    connection.close()
    before = other.read_bytes()
    refused(other, "no file of a sweep")
    assert other.read_bytes() == before
    for missing, message in ((tmp_path / "x", "there is no file"), (other, "no file of a sweep")):
        with pytest.raises(StoreError, match=message), reading(missing):
            pass
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(StoreError, match="is empty"), reading(empty):
        pass
    with writing(empty, plan, resume=True) as store:
        assert store.results() == {}


def test_killed_at_random_moments_it_keeps_every_cell_it_acknowledged(tmp_path, plan):
    path, rng = tmp_path / "a.sqlite", random.Random(6)
    acknowledged = set()
    for attempt in range(25):
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                with writing(path, plan, resume=True) as store:
                    for number in range(1000):
                        store.add([(f"{attempt}-{number}", some(number))])
                        os.write(into, f"{attempt}-{number}\n".encode())
            finally:
                os._exit(0)
        os.close(into)
        said = os.read(out, 4096) if attempt % 2 else b""  # waits for its first cell, or does not
        time.sleep(rng.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with open(out, "rb") as pipe:  # noqa: PTH123  (a descriptor)
            acknowledged |= set((said + pipe.read()).decode("ascii").split())
        with writing(path, plan, resume=True) as store:
            kept = set(store.results())
            assert acknowledged <= kept
            unsaid = kept - acknowledged  # committed, but killed before it said so
            assert len(unsaid) <= attempt + 1
            assert kept == set(store.timings())
    assert acknowledged


def test_what_was_half_written_is_rolled_back_for_whoever_looks_first(tmp_path, plan):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False) as store:
        store.add([("a", some(1))])
    child = os.fork()
    if child == 0:
        connection = sqlite3.connect(path)
        connection.execute("pragma cache_size = 1")  # so that pages go to the file at once
        rows = [(f"half-{number}", "x" * 100) for number in range(2000)]
        connection.executemany("insert into results values (?, ?)", rows)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    assert (tmp_path / "a.sqlite-journal").exists()
    with reading(path) as store:
        assert store.results() == {"a": {"bias": 1.0}}
