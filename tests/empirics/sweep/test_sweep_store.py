"""The file of a sweep: who may write it, and that it keeps what it said it keeps."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from empirics.sweep import cells
from empirics.sweep import plan as planning
from empirics.sweep.measure import Measured
from empirics.sweep.plan import read_plan
from empirics.sweep.store import StoreError, reading, writing
from tests.limits import LIMIT

ROOT = Path(__file__).parents[3]


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
        with pytest.raises(StoreError, match="UNIQUE"):
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


def test_numbers_of_another_version_are_neither_gone_on_with_nor_hidden(
    tmp_path, plan, plan_text, monkeypatch
):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False) as store:
        store.add([("a", some(1))])
    monkeypatch.setattr(cells, "MEASUREMENT", cells.MEASUREMENT + 1)
    monkeypatch.setattr(planning, "MEASUREMENT", cells.MEASUREMENT)
    with (
        pytest.raises(StoreError, match=r"another version .*\(measurement 2, here 3\).* --out"),
        writing(path, read_plan(plan_text()), resume=True),
    ):
        pass
    with reading(path) as store:
        assert store.results() == {"a": {"bias": 1.0}}
        assert store.content()["measurement"] == 2


def test_a_file_in_an_older_format_says_what_to_do(tmp_path, plan):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 1")
    connection.close()
    before = path.read_bytes()
    message = r"another version of byzproof \(format 1, here 2\): look at it with that version"
    with pytest.raises(StoreError, match=message), reading(path):
        pass
    with pytest.raises(StoreError, match=message), writing(path, plan, resume=True):
        pass
    assert path.read_bytes() == before


def test_a_run_in_another_process_keeps_others_out_between_and_after_its_cells(tmp_path, plan):
    path = tmp_path / "a.sqlite"
    with writing(path, plan, resume=False) as store:
        for number in range(3):
            if number:
                store.add([(str(number), some(number))])
            child = os.fork()
            if child == 0:
                connection = sqlite3.connect(path, timeout=0)
                try:
                    connection.execute("insert into results values ('x', '{}')")
                except sqlite3.OperationalError as error:
                    os._exit(error.sqlite_errorcode == sqlite3.SQLITE_BUSY)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1
    with writing(path, plan, resume=True) as store:
        assert set(store.results()) == {"1", "2"}


def test_where_locks_are_feigned_a_run_stops_when_others_write(tmp_path, plan, monkeypatch):
    path = tmp_path / "a.sqlite"
    uri = path.absolute().as_uri() + "?vfs=unix-none"
    plain = sqlite3.connect

    def unlocked(path, **options):
        return plain(uri, uri=True, **options)

    monkeypatch.setattr("empirics.sweep.store.sqlite3.connect", unlocked)
    with writing(path, plan, resume=False) as first:
        with writing(path, plan, resume=True) as second:
            second.add([("a", some(1))])
        with pytest.raises(StoreError, match="its file system does not lock: end one"):
            first.add([("a", some(2)), ("b", some(2))])
    with writing(path, plan, resume=True) as store:
        assert store.results() == {"a": {"bias": 1.0}}


def test_the_store_needs_no_locks_of_the_platform():
    code = "import sys; sys.modules['fcntl'] = None; import empirics.sweep.store"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=LIMIT)


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
