"""Runs that are killed, refused by the disk, or lose a worker, as a user starts them."""

import contextlib
import json
import random
import resource
import signal
import time

import pytest

from empirics.sweep.cells import PLAIN, REDUCED
from empirics.sweep.engines import Engine, Look, Processes
from empirics.sweep.export import export
from empirics.sweep.measure import measure
from empirics.sweep.plan import read_plan
from empirics.sweep.run import run_sweep
from empirics.sweep.store import StoreError, reading, writing
from tests.limits import LIMIT, interruptible


class Shuffled(Engine):
    """One cell after the other, in this process and in any order, some at once."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def run(self, jobs, sampling):
        jobs = self.rng.sample(jobs, len(jobs))
        while jobs:
            part = [jobs.pop() for _ in range(min(len(jobs), self.rng.randint(1, 3)))]
            yield Look([(job, measure(job[1], sampling)) for job in part], "")


def exported(path, plan, engine):
    with writing(path, plan, resume=False) as store:
        assert run_sweep(plan, store, engine) == {}
        return export(store)


def rows(path):
    """Finished cells with their times, which tell whether one was measured again."""
    with contextlib.suppress(StoreError), reading(path) as store:
        return store.timings()
    return {}


def test_the_export_is_the_same_in_any_order_and_for_any_number_of_workers(tmp_path, plan_text):
    claims = '"1-8a", "proposition-1-i-a", "moment-constant-r4"'
    text = plan_text(d="2, 9", claims=claims, method="automatic", gradient="1e3, 2e3")
    plan = read_plan(text.replace("[1, 2]", "[1]"))
    assert {cell.method for cell in plan.cells.values()} == {PLAIN, REDUCED}
    texts = {exported(tmp_path / f"{seed}", plan, Shuffled(seed)) for seed in range(4)}
    texts |= {exported(tmp_path / f"w{n}", plan, Processes(n)) for n in (1, 2, 16)}
    assert len(texts) == 1
    assert '"finished": 4' in texts.pop()


def test_killed_at_chosen_and_random_moments_it_goes_on(sweep, plan_text):
    # d = 200 takes some 0.05 s a cell, so that there is something to interrupt.
    parts = {"d": ", ".join(map(str, range(200, 206))), "trials": 4096}
    sweep.write(**parts)
    path, rng = sweep.folder / "plan.sqlite", random.Random(3)
    known = {}
    for wanted in (1, 4, None):
        process = sweep.start("plan.toml", "--resume", "--workers", 1)
        deadline = time.monotonic() + (LIMIT if wanted else rng.uniform(0, 2))
        while process.poll() is None and time.monotonic() < deadline:
            if wanted and len(rows(path)) >= wanted:
                break
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)  # the pipe closes when its workers have ended too
        found = rows(path)
        assert found.items() >= known.items()
        assert wanted is None or len(found) >= wanted
        known = found
    code, out, err = sweep("plan.toml", "--resume", "--workers", 1, "--export", "a.json")
    assert code == 0, err
    assert "12 of 12 cells" in out
    assert rows(path).items() >= known.items()
    plan = read_plan(plan_text(**parts))
    fresh = exported(sweep.folder / "fresh.sqlite", plan, Shuffled(0))
    assert (sweep.folder / "a.json").read_text(encoding="utf-8") == fresh


def test_a_full_disk_costs_nothing_that_was_kept(sweep, plan_text):
    parts = {"d": ", ".join(map(str, range(1, 51)))}
    sweep.write(**parts)

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))

    code, _, err = sweep("plan.toml", "--workers", 1, preexec_fn=full)
    assert code == 2
    assert "cannot write to plan.sqlite" in err
    assert "Traceback" not in err
    known = rows(sweep.folder / "plan.sqlite")
    assert 0 < len(known) < 100
    code, _, _ = sweep("plan.toml", "--workers", 1, "--resume", "--export", "a.json")
    assert code == 0
    found = rows(sweep.folder / "plan.sqlite")
    assert len(found) == 100
    assert found.items() >= known.items()
    fresh = exported(sweep.folder / "fresh.sqlite", read_plan(plan_text(**parts)), Shuffled(1))
    assert (sweep.folder / "a.json").read_text(encoding="utf-8") == fresh


def test_a_worker_that_dies_holds_up_no_other_cell(sweep):
    sweep.write(rules='"planted:dies_at_two"', claims="")
    code, out, err = sweep("plan.toml", "--workers", 2)
    assert code == 1
    assert "4 of 6 cells" in out
    said = "it ended its process (exit 3), twice"
    failures = [line for line in err.splitlines() if line.endswith(said)]
    assert len(failures) == 2
    assert all("d = 2" in line for line in failures)


def test_a_worker_that_dies_once_costs_nothing(sweep):
    sweep.write(rules='"planted:dies_once"', claims="")
    (sweep.folder / "die").touch()
    code, out, err = sweep("plan.toml", "--workers", 2)
    assert code == 0, err
    assert "6 of 6 cells" in out
    assert not (sweep.folder / "die").exists()


def test_a_rule_that_raises_is_told_and_tried_again(sweep):
    sweep.write(rules='"planted:fails_at_two", "planted:exits_at_two"', claims="")
    for before in ("", ", 8 of them before"):
        code, out, err = sweep("plan.toml", "--workers", 1, "--resume")
        assert code == 1
        assert f"8 of 12 cells{before}\n" in out
        assert err.count("ZeroDivisionError: d = 2") == 2
        assert err.count("SystemExit: enough") == 2


def test_a_rule_that_hangs_costs_its_own_cells_alone(sweep):
    sweep.write(rules='"planted:hangs_at_seven", "krum"', claims="")
    code, out, err = sweep("plan.toml", "--workers", 2, "--cell-timeout", 1)
    assert code == 1
    assert "6 of 12 cells" in out
    failures = [line for line in err.splitlines() if line.startswith("byzproof: failed: ")]
    assert len(failures) == 6
    said = "it took over 1 s: allow more with --cell-timeout, unless its rule hangs"
    assert all("hangs_at_seven" in line and line.endswith(said) for line in failures)


def test_a_rule_that_prints_does_not_write_into_the_export(sweep):
    sweep.write(rules='"planted:prints"', claims="", d="1")
    code, out, err = sweep("plan.toml", "--workers", 1, "--export", "-")
    assert code == 0
    assert json.loads(out)["finished"] == 2
    assert "chatter" not in err


def test_a_rule_that_overflows_fails_without_more_noise(sweep):
    sweep.write(rules='"planted:overflows"', claims="", d="1")
    code, _, err = sweep("plan.toml", "--workers", 1)
    assert code == 1
    assert len(err.splitlines()) == 2
    assert all("not finite" in line for line in err.splitlines())


def test_from_the_keyboard_it_stops_and_says_how_to_go_on(sweep):
    many = ", ".join(str(d) for d in range(100, 160))  # far from done when the first one is
    sweep.write(d=many, trials=65536)
    process = sweep.start(
        "plan.toml", "--workers", 1, start_new_session=True, preexec_fn=interruptible
    )
    while not rows(sweep.folder / "plan.sqlite") and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 130
    assert "--resume goes on" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("out", ["/proc/plan.sqlite", "none/plan.sqlite"])
def test_a_folder_that_cannot_be_written_is_refused_before_any_work(sweep, out):
    sweep.write()
    code, _, err = sweep("plan.toml", "--out", out)
    assert code == 2
    assert err.startswith("byzproof: error: ")
    assert len(err.splitlines()) == 1
