"""Hostile command lines: nothing is raised, the exit code is documented, and no file is written."""

import pkgutil

import pytest

from reports import commands
from reports.cli import main

COMMANDS = sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(commands.__path__))
HOSTILE = {
    "an unknown option": ["--no-such-option"],
    "an option without its value": ["--json"],
    "a zero byte": ["a\0b"],
    "a file that is not there": ["no/such/file.py"],
    "a name too long for a file": ["x" * 10_000],
    "code": ['__import__("os").abort()'],
    "a lone surrogate": ["\ud800"],
    "markup": ["[bold]", "[/nothing]"],
    "many arguments": ["1"] * 2_000,
    "an infinite number": ["--seed", "1e999"],
    "a number with many digits": ["--seed", "9" * 10_000],
    "an empty word": [""],
}


@pytest.mark.parametrize("given", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("command", COMMANDS)
def test_a_hostile_command_line_is_wrong_usage(
    command, given, tmp_path, monkeypatch, capsys, request
):
    monkeypatch.chdir(tmp_path)
    assert main([command, *given]) == 2
    said = capsys.readouterr()
    assert said.err.strip()
    assert "Traceback" not in said.out + said.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [["\0"], ["--", "--"], ["no-command"], ["audit", "krum", "krum"]])
def test_what_is_no_command_is_wrong_usage(given, capsys):
    assert main(given) == 2
    assert capsys.readouterr().err.strip()
