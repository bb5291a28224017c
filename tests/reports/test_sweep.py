"""`byzproof sweep`: what it says of a plan, of a file of results, and of what is wrong."""

import argparse
import csv
import io
import json
import threading
from xml.etree import ElementTree

import pytest
from rich.console import Console

from empirics.sweep.measure import Measured
from empirics.sweep.plan import read_plan
from empirics.sweep.store import writing
from reports.commands import sweep
from reports.errors import WrongUsage
from reports.progress import Waiting
from reports.render.sweep_progress import SweepProgress

PLAN = """
[sampling]
trials = 32
groups = 8

[[grid]]
rules = ["krum", "average"]
models = ["gaussian"]
attacks = ["ipm"]
n = [7, 9]
f = [1, 2]
d = [2, 5]
gradient = [1.0, 10.0]
claims = ["1-8a", "error-sharp"]
"""


def call(*arguments):
    parser = argparse.ArgumentParser()
    sweep.add_parser(parser.add_subparsers())
    return sweep.run(parser.parse_args(["sweep", *map(str, arguments)]))


@pytest.fixture
def plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return read_plan(PLAN)


def planted(plan, path, skip=0, krum_bias=0.5):
    """A file with known numbers: no cell is measured."""
    with writing(path, plan, resume=False) as store:
        for key, cell in list(plan.cells.items())[skip:]:
            bias = krum_bias if cell.rule.name == "krum" else 1e6
            found = {"bias": bias, "error": 2.0, "angle": 0.9, "moment_3": 1.0}
            values = {**found, **{f"{name}_se": 0.1 for name in found}}
            store.add([(key, Measured(values, 1, 1e-6 * cell.n**2 * cell.d))])


def test_a_run_its_export_and_a_second_run(plan, tmp_path, capsys):
    assert call("plan.toml", "--workers", 1, "--export", "a.json") == 0
    assert "plan.sqlite: 32 of 32 cells\n" in capsys.readouterr().out
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert data["finished"] == 32
    assert data["plan"] == plan.hash
    assert [row["key"] for row in data["cells"]] == list(plan.cells)
    assert set(data["cells"][0]["claims"]) == {"1-8a", "error-sharp"}
    assert not {"seconds", "timings"} & data.keys() | data["cells"][0].keys() & {"seconds"}
    with pytest.raises(WrongUsage, match="exists: go on with --resume"):
        call("plan.toml")
    assert call("plan.toml", "--resume", "--export", "-") == 0
    out, _ = capsys.readouterr()
    assert out == (tmp_path / "a.json").read_text(encoding="utf-8")
    assert call("--show", "plan.sqlite", "--export", "-") == 0
    assert capsys.readouterr().out == out


def test_the_export_is_written_though_nobody_reads_what_is_printed(plan, tmp_path, monkeypatch):
    planted(plan, tmp_path / "plan.sqlite")

    def gone(*_, **__):
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", gone)
    with pytest.raises(BrokenPipeError):
        call("plan.toml", "--resume", "--export", "a.json")
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert data["finished"] == 32


def test_show_prints_and_plots(plan, tmp_path, capsys):
    planted(plan, tmp_path / "a.sqlite", skip=1)
    assert call("--show", "a.sqlite") == 0
    out, err = capsys.readouterr()
    assert "31 of 32 cells" in out
    assert "0 claims about Krum contradicted,\nand 16 bounds of Krum exceeded by other" in out
    assert "not yet" in out
    assert "time of krum over 4 sizes\n  n^2.00 (2.00 to 2.00), at last n^2.00; d^1.00 (" in out
    assert max(map(len, out.splitlines())) <= 90
    assert not err
    figure = (tmp_path / "a.svg").read_bytes()
    ElementTree.fromstring(figure)
    for text in ("f/n", "|g|/σ", "dimension d", "workers n", "n^2.00", "share of the bound"):
        assert text in figure.decode()
    assert call("--show", "a.sqlite", "--plot", "b.svg") == 0
    assert (tmp_path / "b.svg").read_bytes() == figure


ANGLES = """
[[grid]]
rules = ["krum", "average"]
models = ["gaussian"]
attacks = ["ipm"]
n = [7]
f = [1, 2]
d = [2, 3, 9]
gradient = [100.0, 1000.0]
claims = ["proposition-1-i-a", "moment-constant-r3"]
method = "automatic"
"""


@pytest.mark.parametrize("method", ["automatic", "exact reduction"])
def test_the_angle_and_the_moments_are_shown_and_how_they_were_measured(
    method, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    planted(read_plan(ANGLES.replace("automatic", method)), tmp_path / "a.sqlite")
    assert call("--show", "a.sqlite") == 0
    out, _ = capsys.readouterr()
    rest = ", 16 with all coordinates" if method == "automatic" else ""
    reduced = 8 if method == "automatic" else 24
    assert f"{reduced} cells by the exact reduction, which has the same law{rest}\n" in out
    assert "1-⟨EF,g⟩/|g|²" in out
    assert "moment-constant-r3, average" in out
    figure = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "sin α for each n, f, d" in figure
    assert ("seconds a trial" in figure) == (method == "automatic")


def test_a_contradicted_claim_about_krum_is_exit_code_1(plan, tmp_path, capsys):
    planted(plan, tmp_path / "a.sqlite", krum_bias=1e5)
    assert call("--show", "a.sqlite") == 1
    out = capsys.readouterr().out
    assert "16 claims about Krum contradicted" in out
    marked = [
        line for line in out.splitlines() if line.startswith(("1-8a, krum", "error-sharp, k"))
    ]
    assert ["%!" in line for line in marked] == [True, False]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_made(plan, tmp_path):
    bad = PLAN.replace('"average"', '"avarage"').replace("[1, 2]", "[1, 9]")
    (tmp_path / "bad.toml").write_text(bad, encoding="utf-8")
    with pytest.raises(WrongUsage) as wrong:
        call("bad.toml", "--workers", 0, "--out", "none/a.sqlite", "--export", tmp_path)
    said = str(wrong.value)
    for what in (
        "5 problems, nothing was run:",
        "bad.toml, line 7: no rule 'avarage'",
        "bad.toml, line 11: f = 9 with n = 7, 9: Krum needs 2f + 2 < n",
        "--workers 0",
        "no folder none",
        "is a folder",
    ):
        assert what in said
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bad.toml", "plan.toml"]


def test_an_unreachable_scheduler_is_told_with_the_plan(plan, tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "bad.toml").write_text("[[grids]]", encoding="utf-8")
    with pytest.raises(WrongUsage, match=r"(?s)unknown table.*no Dask scheduler answers"):
        call("bad.toml", "--scheduler", "nonsense://x")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give a PLAN"),
        (["none.toml"], "cannot read none.toml"),
        (["plan.toml", "--plot", "a.svg"], "--plot goes with --show"),
        (["plan.toml", "--show", "a.sqlite"], "without a PLAN"),
        (["--show", "none.sqlite"], "there is no file none.sqlite"),
        (["--show", "plan.toml"], "no file of a sweep"),
        (["--show", "a.sqlite", "--plot", "a.png"], "SVG"),
        (["plan.toml", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "give one"),
        (["plan.toml", "--cell-timeout", "0"], "--cell-timeout 0: give a number of seconds"),
        (["plan.toml", "--wait"], "it goes with --scheduler"),
    ],
)
def test_wrong_usage(plan, arguments, message):
    with pytest.raises(WrongUsage, match=message):
        call(*arguments)


def test_the_live_table_shows_the_last_cells_and_the_time_left(plan):
    progress = SweepProgress(list(plan.cells.values()), 2)
    assert progress.remaining() == "no cell yet"
    for number, cell in enumerate(list(plan.cells.values())[2:12]):
        values = {"bias": 0.25 + number}
        outcome = "its process died" if number == 9 else Measured(values, 1.5, 1e-6)
        progress([(cell, outcome)], "")
    progress([], "2 cells are being measured")
    text = io.StringIO()
    Console(file=text, width=100).print(progress.table())
    shown = text.getvalue()
    assert "12/32, 1 failed" in shown
    assert "left; 2 cells are being measured" in " ".join(shown.split())
    assert "8.25" in shown
    assert "0.25" not in shown  # only the last few
    assert shown.count("failed") == 2


def test_what_is_waited_for_is_said_where_no_cell_finishes(plan, capsys, monkeypatch):
    monkeypatch.setattr("reports.progress.PATIENCE", -1)  # as if it had taken long already
    progress = SweepProgress(list(plan.cells.values()), 0)
    progress([], "the Dask scheduler has no workers left: waiting for one")
    said = "sweep: 0 of 32 (no cell yet; the Dask scheduler has no workers left: waiting for one)"
    assert capsys.readouterr().err == f"{said}\n"


def test_what_is_begun_before_any_cell_is_said_until_it_ends(monkeypatch):
    monkeypatch.setattr("reports.progress.PATIENCE", 0)
    said, err = threading.Event(), io.StringIO()

    class Told(io.StringIO):
        def write(self, text):
            said.set()
            return err.write(text)

    monkeypatch.setattr("sys.stderr", Told())
    with Waiting("sweep") as waits:
        waits("imports and tries byzfl:Krum")
        assert said.wait(300)
    assert err.getvalue().startswith("sweep: imports and tries byzfl:Krum")


NO_CLAIMS = """
[[grid]]
rules = ["krum", "median"]
attacks = ["ipm", "mimic"]
n = 9
f = [0, 1, 2]
d = 2
"""


def test_without_claims_the_bias_itself_is_shown_with_its_errors(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    planted(read_plan(NO_CLAIMS), tmp_path / "a.sqlite", krum_bias=-0.25)
    assert call("--show", "a.sqlite", "--csv", "a.csv") == 0
    out = capsys.readouterr().out
    assert out.count("±") >= 12
    assert "A negative |EF-g|² estimates a number near 0" in out
    assert "of bound" not in out
    assert "Open a.svg" in out
    figure = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for text in ("|E F − g|²", "ipm(factor=0.5)", "mimic", "median", "f/n"):
        assert text in figure
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 12
    assert {row["rule"] for row in table} == {"krum", "median"}
    assert float(table[0]["bias"]) == -0.25
    assert float(table[0]["bias_se"]) >= 0


def test_all_cells_are_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    plan = read_plan(NO_CLAIMS.replace("d = 2", f"d = {list(range(1, 11))}"))
    planted(plan, tmp_path / "a.sqlite")
    call("--show", "a.sqlite")
    out = capsys.readouterr().out
    assert "more cells" not in out
    assert sum(line.startswith(("krum", "median")) for line in out.splitlines()) == 120


def test_where_nothing_varies_that_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    planted(read_plan(NO_CLAIMS.replace("[0, 1, 2]", "1")), tmp_path / "a.sqlite")
    assert call("--show", "a.sqlite", "--plot", "b.svg") == 0
    assert "No figure: f/n, d and |g|/σ do not vary." in capsys.readouterr().out
    assert not (tmp_path / "b.svg").exists()


def test_the_example_is_a_plan(capsys):
    assert call("--example") == 0
    assert len(read_plan(capsys.readouterr().out).cells) > 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plan.toml", "--csv", "a.csv"], "--csv goes with --show"),
        (["--show", "a.sqlite", "--csv", "none/a.csv"], "no folder none"),
    ],
)
def test_wrong_usage_of_tables(plan, tmp_path, arguments, message):
    planted(plan, tmp_path / "a.sqlite")
    with pytest.raises(WrongUsage, match=message):
        call(*arguments)
