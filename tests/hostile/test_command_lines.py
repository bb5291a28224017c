"""Hostile command lines: nothing is raised, the exit code is documented, and no file is written."""

import pytest

from reports.cli import main
from tests.hostile import command_lines

COMMANDS = sorted(command_lines.commands())
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


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_random_command_lines_end_as_documented(start):
    for number in range(start, start + 40):
        words, wrong = command_lines.tried(number)
        assert not wrong, words


def test_every_command_gets_random_command_lines():
    lines = [command_lines.command_line(number) for number in range(160)]
    assert {words[0] for words in lines if words} >= set(COMMANDS)
