"""`byzproof simulate`, and the figures of the dynamics."""

import argparse
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from empirics.dynamics.dropped import DROPPED
from reports.commands import simulate
from reports.errors import WrongUsage
from reports.render import dynamics_figures

SMALL = ["--steps", "12", "--runs", "3", "--d", "2", "--n", "7", "--f", "2"]


def call(*arguments):
    parser = argparse.ArgumentParser()
    simulate.add_parser(parser.add_subparsers())
    return simulate.run(parser.parse_args(["simulate", *SMALL, *arguments]))


def test_it_writes_a_figure_and_says_what_came_of_it(tmp_path, capsys):
    figure = tmp_path / "run.svg"
    assert call("--out", str(figure)) == 0
    ElementTree.parse(figure)
    text = figure.read_text(encoding="utf-8")
    assert "step t" in text
    assert "units of Q" in text
    out, err = capsys.readouterr()
    assert "3 runs of 12 steps" in out
    assert not err
    again = tmp_path / "again.svg"
    call("--out", str(again))
    assert again.read_bytes() == figure.read_bytes()
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["again.svg", "run.svg"]


def test_json_alone_is_on_standard_output(tmp_path, capsys):
    assert call("--out", str(tmp_path / "a.svg"), "--json", "-", "--schedule", "1,0,1") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["setting"]["step_sizes"] == "1/(t + 0)^1"
    assert len(data["rho"]["median"]) == len(data["t"]) == 12
    assert data["mu_printed"] == [None] * 12
    assert len(data["last_rho"]) == 3


def test_json_goes_to_a_file(tmp_path, capsys):
    call("--out", str(tmp_path / "a.svg"), "--json", str(tmp_path / "a.json"))
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["setting"]["n"] == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "kram"], "no rule 'kram'; did you mean 'krum'"),
        (["--attack", "x"], "no attack"),
        (["--model", "x"], "no model"),
        (["--cost", "x"], "no cost"),
        (["--schedule", "x"], "no schedule"),
        (["--schedule", "1,2"], "three numbers"),
        (["--schedule=-1,0,1"], "a > 0"),
        (["--f", "3"], "2f \\+ 2 < n"),
        (["--sin-alpha", "2"], "between 0 and 1"),
        (["--seed", "-1"], "seed = -1"),
        (["--model", "constant"], "no noise"),
        (["--cost", "quartic", "--schedule", "900,0,1"], "diverges"),
    ],
)
def test_wrong_usage_is_said_and_nothing_is_written(tmp_path, arguments, message):
    with pytest.raises(WrongUsage, match=message):
        call("--out", str(tmp_path / "a.svg"), *arguments)
    assert not list(tmp_path.iterdir())


def test_files_that_cannot_be_written_are_refused_before_any_work(tmp_path):
    for out, message in (
        (tmp_path / "none" / "a.svg", "no folder"),
        (tmp_path / "a.png", "SVG"),
    ):
        with pytest.raises(WrongUsage, match=message):
            call("--out", str(out), "--steps", "1000000", "--runs", "1")
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(WrongUsage, match="is a folder"):
        call("--out", str(tmp_path / "folder.svg"))
    with pytest.raises(WrongUsage, match="two files"):
        call("--out", str(tmp_path / "a.svg"), "--json", str(tmp_path / "a.svg"))
    with pytest.raises(WrongUsage, match="no folder"):
        call("--out", str(tmp_path / "a.svg"), "--json", str(tmp_path / "none" / "a.json"))
    assert not (tmp_path / "a.svg").exists()


def test_every_figure_is_svg_without_dates_and_has_its_caption():
    drawn, captions = dynamics_figures.figures(), dynamics_figures.captions()
    assert list(drawn) == list(captions)
    assert len(drawn) == 6 + len(DROPPED)
    for name, svg in drawn.items():
        ElementTree.fromstring(svg)
        assert "<dc:date>" not in svg
        assert len(svg) < 200_000, name
        assert re.search(r"step t", svg), name
        assert captions[name].title
        assert captions[name].text.endswith(".")
    name = dynamics_figures.name_of(DROPPED[0])
    assert dynamics_figures._without(DROPPED[0]) == drawn[name]


DATA = ["--data", "digits", "--n", "13", "--steps", "4", "--runs", "2"]


def test_training_on_digits_compares_all_rules(tmp_path, capsys):
    pytest.importorskip("sklearn")
    arguments = [*DATA, "--rule", "all", "--attack", "label-flip"]
    figure, numbers = tmp_path / "a.svg", tmp_path / "a.json"
    assert call(*arguments, "--out", str(figure), "--json", str(numbers)) == 0
    out = capsys.readouterr().out
    assert "digits against label_flip: n = 13, f = 2" in out
    assert "trimmed_mean" in out
    assert "share of the test set" in figure.read_text(encoding="utf-8")
    data = json.loads(numbers.read_text(encoding="utf-8"))
    assert data["format"] == 1
    assert len(data["rules"]) == 14
    assert np.array(data["rules"]["krum"]["accuracy"]).shape == (2, 5)
    again = tmp_path / "b.json"
    call(*arguments, "--out", str(tmp_path / "b.svg"), "--json", str(again))
    assert again.read_bytes() == numbers.read_bytes()
    assert (tmp_path / "b.svg").read_bytes() == figure.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "bulyan", "--f", "3"], "n >= 4f \\+ 3"),
        (["--attack", "labelflop"], "no attack 'labelflop'"),
        (["--rule", "x"], "no rule 'x'; there are .*all"),
        (["--alpha", "-1"], "alpha = -1"),
        (["--n", "1000"], "too few"),
    ],
)
def test_wrong_training_is_said_in_a_line(tmp_path, arguments, message):
    pytest.importorskip("sklearn")
    with pytest.raises(WrongUsage, match=message):
        call(*DATA, *arguments, "--out", str(tmp_path / "a.svg"))
    assert not list(tmp_path.iterdir())
