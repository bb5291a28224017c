"""`byzproof probe`: exit codes, messages, and what it prints."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports.cli import main
from tests.limits import LIMIT, interruptible

ROOT = Path(__file__).resolve().parents[2]
PLANTED = "tests.empirics.probe.planted"
HOSTILE = "tests.empirics.probe.hostile"


def test_the_paper_s_rule_is_exit_code_0(capsys):
    assert main(["probe", "empirics.rules.krum:krum", "--inputs", "600"]) == 0
    out = capsys.readouterr().out
    assert "smallest score, the sum of the n-f-2 smallest |x-y|^2 to others" in out
    assert "checked by the kernel" in " ".join(out.split())
    said = "No difference from the paper's rule was found: it agreed on 600 inputs with n <= 60, "
    assert " ".join(out.split()).endswith(f"{said}d <= 1,000.")
    assert "and no other does" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_a_variant_is_exit_code_1_with_its_source_its_bound_and_a_test(tmp_path, capsys):
    target = tmp_path / "found.json"
    asked = ["probe", f"{PLANTED}:one_more", "--bound", f"{PLANTED}:kappa", "--inputs", "600"]
    asked += ["--json", str(target)]
    assert main(asked) == 1
    out = capsys.readouterr().out
    words = " ".join(out.split())
    assert "a documented variant: one neighbour more" in words
    assert "byzfl 0.0.11" in words
    assert "6(1 + f/(n-2f)): the robustness coefficient kappa" in words
    assert "proved for k = n-f-1 and squared distances, which is what is computed" in words
    assert "def test_krum_is_that_of_the_paper():" in out
    assert "1 documented elsewhere, 2 that nobody documents" in words
    data = json.loads(target.read_text())
    assert data["differences"] == 3
    assert data["disagreement"]["pytest"].rstrip() in out
    assert data["bound"]["fits"]


def test_multi_krum_and_json_on_standard_output_alone(capsys):
    assert (
        main(["probe", "--rule", "multikrum", f"{PLANTED}:multi_counts_itself", "--json", "-"]) == 1
    )
    data = json.loads(capsys.readouterr().out)
    assert data["computes"]["m"] == "n-2f-2"
    assert data["variant"]["title"].startswith("Multi-Krum that scores the rest anew")


def test_how_many_inputs_must_make_sense(capsys):
    assert main(["probe", f"{PLANTED}:paper", "--inputs", "-1"]) == 2
    assert "--inputs -1: give a number from 0" in capsys.readouterr().err


def test_what_no_rule_explains(capsys):
    assert main(["probe", f"{PLANTED}:worst"]) == 1
    out = capsys.readouterr().out
    assert "none of the family" in out
    assert "nothing: no rule explains the answers" in out


def test_ctrl_c_is_exit_code_130_and_leaves_nothing(tmp_path):
    note = tmp_path / "pid"
    hostile = "tests.empirics.probe.hostile:loops_when_noted"
    command = subprocess.Popen(
        [sys.executable, "-m", "reports.cli", "probe", hostile, "--timeout", "600"],
        cwd=ROOT,
        env={**os.environ, "BYZPROOF_TEST_NOTE": str(note)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    )
    deadline = time.monotonic() + LIMIT
    while not (note.exists() and note.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    command.send_signal(signal.SIGINT)
    out, err = command.communicate(timeout=LIMIT)
    assert command.returncode == 130
    assert "Traceback" not in out + err
    assert is_gone(int(note.read_text()))


def is_gone(pid):
    """Soon: it is waited for by nobody that can be asked."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "MODULE:CALLABLE"),
        (["byzfl"], "byzfl is not MODULE:CALLABLE, such as byzfl:Krum"),
        (["no_such_library:Krum"], "cannot import no_such_library"),
        ([f"{PLANTED}:kappa"], "does not look like a rule"),
        ([f"{PLANTED}:paper", "--timeout", "0"], "--timeout 0: give a number of seconds"),
        ([f"{PLANTED}:paper", "--json", "/no/such/place"], "there is no folder /no/such"),
        ([f"{PLANTED}:paper", "--rule", "bulyan"], "bulyan"),
        ([f"{PLANTED}:multi_told", "--m", "6"], "m = 6: give 1 to 5, as the smallest input"),
        ([f"{PLANTED}:paper", "--bound", f"{PLANTED}:no"], "has no no"),
        ([f"{PLANTED}:paper", "--bound", f"{PLANTED}:broken"], "the bound gives no number"),
        (
            [f"{HOSTILE}:exits"],
            "exits, asked a first small question: it ended its process (exit 3)",
        ),
        ([f"{HOSTILE}:loops", "--timeout", "0.3"], "a first small question: it took over 0.3 s"),
        (
            [f"{PLANTED}:paper", "--bound", f"{HOSTILE}:bound_exits"],
            "bound_exits, asked for its values: it ended its process (exit 6)",
        ),
    ],
)
def test_wrong_usage_gets_one_line_and_exit_code_2(arguments, says, capsys):
    assert main(["probe", *arguments]) == 2
    out, err = capsys.readouterr()
    assert says in out + err
    assert "Traceback" not in out + err
