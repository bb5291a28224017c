"""The same bytes on a real Dask cluster on the loopback address, also when a worker is killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from empirics.foreign import Foreign
from empirics.sweep.engines import Cluster, EngineError
from empirics.sweep.export import export
from empirics.sweep.measure import Measured, measure
from empirics.sweep.plan import read_plan
from empirics.sweep.run import run_sweep
from empirics.sweep.store import StoreError, reading, writing
from tests.limits import LIMIT

HERE = Path(__file__).parent
CLUSTER = """
import sys
import time
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        for line in sys.stdin:  # how many workers there shall be
            cluster.scale(int(line))
            while len(cluster.scheduler_info["workers"]) != int(line):
                time.sleep(0.01)
            print("done", flush=True)
"""
ALONE = """
import asyncio
from distributed import Scheduler


async def main():
    async with Scheduler(host="127.0.0.1", port=0, dashboard=False) as scheduler:
        print(scheduler.address, flush=True)
        await asyncio.sleep(3600)


asyncio.run(main())
"""


def started(folder, code):
    """A process that runs a cluster, and its address."""
    script = folder / "cluster.py"
    script.write_text(code, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE.parents[2]), str(HERE)])},
    )
    address = process.stdout.readline().strip()
    assert address, "the cluster did not start"
    return process, address


def connected(address, **options):
    return Cluster(address, timeout=LIMIT, **options)


def scale(process, workers):
    """Let a cluster have so many workers, and wait until it has."""
    process.stdin.write(f"{workers}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def stop(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=LIMIT)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    process, address = started(tmp_path_factory.mktemp("cluster"), CLUSTER)
    yield address
    stop(process)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    process, address = started(tmp_path_factory.mktemp("alone"), ALONE)
    yield address
    stop(process)


def test_the_bytes_are_those_of_one_process_though_a_worker_is_killed(tmp_path, plan_text, address):
    parts = {"d": ", ".join(map(str, range(100, 110))), "method": "automatic", "gradient": "2e3"}
    claims = '"1-8a", "proposition-1-i-a", "moment-constant-r3"'
    plan = read_plan(plan_text(trials=2048, claims=claims, **parts))
    killed = []
    with (
        Cluster(address, timeout=LIMIT) as engine,
        writing(tmp_path / "a", plan, resume=False) as store,
    ):
        workers = list(engine._client.run(os.getpid).values())

        def kill_one(finished, waits_for):
            if len(store.results()) >= 4 and not killed:
                killed.append(workers[0])
                os.kill(workers[0], signal.SIGKILL)

        assert run_sweep(plan, store, engine, kill_one) == {}
        text = export(store)
        assert len(store.results()) == 20
    assert killed
    with writing(tmp_path / "b", plan, resume=False) as store:
        for key, cell in plan.cells.items():
            store.add([(key, measure(cell, plan.sampling))])
        assert export(store) == text


def test_a_scheduler_that_is_not_there():
    with pytest.raises(EngineError, match="no Dask scheduler answers at tcp:"):
        Cluster("tcp://127.0.0.1:1", timeout=0.5)
    with pytest.raises(EngineError, match="no Dask scheduler answers at nonsense://"):
        Cluster("nonsense://x", timeout=0.5)


SILENT, NOT_DASK = b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"


@pytest.mark.parametrize("answer", [SILENT, NOT_DASK])
def test_a_server_that_is_not_dask(answer):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with contextlib.suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.sendall(answer)
                    while connection.recv(1024):
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(EngineError, match="no Dask scheduler answers"):
            Cluster(f"tcp://127.0.0.1:{server.getsockname()[1]}", timeout=1)
        thread.join(LIMIT)


def test_the_address_of_a_worker_is_no_scheduler(address):
    with connected(address) as engine:
        worker = next(iter(engine._client.nthreads()))
    with pytest.raises(EngineError, match="there is a Dask"):
        Cluster(worker, timeout=LIMIT)


def test_workers_are_asked_for_what_they_need_before_any_work(plan_text, address, monkeypatch):
    plan = read_plan(plan_text(d="1"))
    cell = next(iter(plan.cells.values()))
    foreign = replace(cell, rule=Foreign("planted_nowhere:rule"))
    other = replace(cell, rule=Foreign("planted:mean"), code="other")
    with connected(address) as engine:
        engine._client.wait_for_workers(2, timeout=LIMIT)  # another test has killed one
        assert engine.problems(plan.cells.values()) == []
        told = engine.problems([foreign])
        assert len(told) == 2
        assert all("cannot import planted_nowhere" in what for what in told)
        told = engine.problems([other])
        assert len(told) == 2
        assert all("has another planted:mean: install the same one" in what for what in told)
        answers = {"w": Measured({"bias": 0.0}, 1.0, 1.0), "v": ImportError("none")}
        monkeypatch.setattr(engine, "_everywhere", lambda function: answers)
        told = engine.problems([])
        assert "w gets other numbers" in told[0]
        assert "v cannot run byzproof" in told[1]


ENOUGH = "SystemExit: enough"


def test_a_rule_that_ends_its_process_costs_its_own_cells_and_no_dask_worker(
    tmp_path, plan_text, monkeypatch, address
):
    monkeypatch.syspath_prepend(str(HERE))
    rules = '"planted:dies_at_two", "planted:exits_at_two", "average"'
    plan = read_plan(plan_text(rules=rules, claims="").replace("[1, 2]", "[1]"))
    with (
        Cluster(address, timeout=LIMIT) as engine,
        writing(tmp_path / "a", plan, resume=False) as store,
    ):
        engine._client.wait_for_workers(2, timeout=LIMIT)  # another test has killed one
        workers = engine._client.run(os.getpid)
        failed = run_sweep(plan, store, engine)
        kept = set(store.results())
        kept_workers = engine._client.run(os.getpid)
    bad = {k: c.rule.spec for k, c in plan.cells.items() if c.d == 2 and c.rule.name == "foreign"}
    dying = {key for key, spec in bad.items() if spec == "planted:dies_at_two"}
    assert set(failed) == set(bad)
    for key, why in failed.items():
        assert why == ("it ended its process (exit 3), twice" if key in dying else ENOUGH)
    assert kept == set(plan.cells) - set(bad)
    assert workers == kept_workers


def test_a_scheduler_without_workers(empty):
    with pytest.raises(EngineError, match="has no workers"):
        Cluster(empty, timeout=LIMIT)


def test_a_scheduler_that_goes_away_in_the_middle(tmp_path, plan_text):
    plan = read_plan(plan_text(d=", ".join(map(str, range(1, 201))), trials=512))
    process, address = started(tmp_path, CLUSTER)
    path, going = tmp_path / "a", True

    def kill_all(finished, waits_for):
        nonlocal going
        if going and finished:
            stop(process)
            going = False

    with connected(address) as engine, writing(path, plan, resume=False) as store:
        with pytest.raises(EngineError, match="is gone: go on with --resume"):
            run_sweep(plan, store, engine, kill_all)
        assert 0 < len(store.results()) < 400


MANY = ", ".join(map(str, range(1, 201)))


def test_a_cluster_that_loses_its_workers_ends_the_sweep_with_what_is_to_be_done(sweep):
    sweep.write(d=MANY, trials=512)
    process, address = started(sweep.folder, CLUSTER)
    path = sweep.folder / "plan.sqlite"
    try:
        running = sweep.start("plan.toml", "--scheduler", address)
        while not kept(path) and running.poll() is None:
            time.sleep(0.01)
        scale(process, 0)
        out, err = running.communicate(timeout=LIMIT)
        assert running.returncode == 2, err
        assert f"scheduler at {address} has no workers left, for " in err
        assert f"start some with `dask worker {address}`, and go on with --resume; --wait" in err
        known = kept(path)
        assert 0 < known < 400
        scale(process, 2)
        code, out, err = sweep("plan.toml", "--scheduler", address, "--resume")
        assert code == 0, err
        assert f"400 of 400 cells, {known} of them before" in out
    finally:
        stop(process)


def kept(path):
    with contextlib.suppress(StoreError), reading(path) as store:
        return len(store.results())
    return 0


def test_asked_to_it_waits_for_workers_and_says_so(tmp_path, plan_text, monkeypatch):
    monkeypatch.setattr("empirics.sweep.engines.GRACE", 0.0)
    plan = read_plan(plan_text(d=MANY, trials=512))
    process, address = started(tmp_path, CLUSTER)
    said = []

    def watch(finished, waits_for):
        if finished and not said:
            said.append("")
            scale(process, 0)
        elif ": waiting for " in waits_for and len(said) == 1:
            said.append(waits_for)
            scale(process, 2)

    try:
        with (
            connected(address, waits=True) as engine,
            writing(tmp_path / "a", plan, resume=False) as store,
        ):
            assert run_sweep(plan, store, engine, watch) == {}
            assert len(store.results()) == 400
    finally:
        stop(process)
    assert said[1].startswith(f"the Dask scheduler at {address} has no workers left")
