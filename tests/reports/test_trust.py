"""`byzproof trust`: computed from the files and the audit, the same as on the page."""

import json
from pathlib import Path

from reports.cli import main
from reports.commands.trust import trusted_surface
from reports.render.trusted import NOT_CLAIMED, kernel_files

ROOT = Path(__file__).resolve().parents[2]


def test_the_files_are_those_of_the_kernel_and_the_second_checkers():
    surface = trusted_surface("krum")
    folder = {f"theory/kernel/{p.name}" for p in (ROOT / "theory" / "kernel").glob("*.py")}
    assert {f["file"] for f in surface["kernel"]} == folder - {"theory/kernel/__init__.py"}
    checkers = [f["file"] for f in surface["second checkers"]]
    assert checkers == [
        "theory/replay.py",
        "theory/robustness/replay.py",
        "theory/robustness/replay_families.py",
    ]
    assert all(f["code"] < f["lines"] and f["for"] for f in surface["kernel"])
    cited = {t["name"]: t for t in surface["cited theorems"]}
    assert "proposition-2:repaired" in cited["Robbins–Siegmund"]["used by"]
    assert "1971" in cited["Robbins–Siegmund"]["statement"]


def test_json_and_table_say_the_same(capsys):
    document = str(Path(__file__).parent / "toy" / "document.py")
    assert main(["trust", document, "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert main(["trust", document]) == 0
    shown = capsys.readouterr().out
    assert all(f["file"] in shown for f in data["kernel"])
    assert data["not claimed"] == list(NOT_CLAIMED)
    assert len(data["kernel"]) == len(kernel_files())
