"""`byzproof trust`: computed from the files and the certificates, the same as on the page."""

import json
from pathlib import Path

from reports.cli import main
from reports.commands.trust import proved_words, trusted_surface
from reports.opened_audit import judged, open_with_progress
from reports.render.trusted import NOT_CLAIMED, trusted

ROOT = Path(__file__).resolve().parents[2]


def files(folder):
    """The Python files of a folder, without its second checkers."""
    names = {p.name for p in (ROOT / folder).glob("[a-z]*.py") if not p.stem.startswith("replay")}
    return {f"{folder}/{name}" for name in names}


def test_three_lists_name_every_file_of_the_kernels_and_nothing_that_only_searches():
    surface = trusted_surface("krum")
    lists = {one["for"]: {f["file"] for f in one["files"]} for one in surface["must be read"]}
    assert list(lists) == ["PROVED", "REFUTED", "kappa"]
    kernel = files("theory/kernel")
    assert lists["PROVED"] | lists["REFUTED"] == kernel | {
        "theory/judge.py",
        "theory/witnessing.py",
    }
    meaning = {f"theory/kernel/{name}.py" for name in ("models", "evidence", "witnesses")}
    assert lists["PROVED"].isdisjoint({*meaning, "theory/kernel/families.py"})
    assert meaning | {"theory/kernel/terms.py", "theory/judge.py"} <= lists["REFUTED"]
    assert "theory/kernel/rules.py" not in lists["REFUTED"]
    assert lists["kappa"] == files("theory/robustness")
    checkers = [f["file"] for f in surface["second checkers"]]
    assert checkers == [
        "theory/replay.py",
        "theory/robustness/replay.py",
        "theory/robustness/replay_families.py",
    ]
    for one in surface["must be read"]:
        assert one["code"] == sum(f["code"] for f in one["files"])
        for f in one["files"]:
            assert f["for"]
            assert f["code"] < f["lines"] == len((ROOT / f["file"]).read_text().splitlines())
    cited = {t["name"]: t for t in surface["cited theorems"]}
    assert "proposition-2" in cited["Robbins–Siegmund"]["used by"]
    assert "1971" in cited["Robbins–Siegmund"]["statement"]


def test_what_the_certificates_name_is_what_the_audit_says():
    source = open_with_progress("krum")
    said = {j.id: j.verdict for j in judged(source) if j.verdict.startswith("PROVED")}
    assert proved_words(source.document, source.certificates) == said


def test_json_and_table_say_the_same(capsys):
    document = str(Path(__file__).parent / "toy" / "document.py")
    assert main(["trust", document, "--json", "-"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert main(["trust", document]) == 0
    shown = capsys.readouterr().out
    for one, known in zip(data["must be read"], trusted(), strict=True):
        assert one["for"] in shown
        assert one["code"] == known.code
        assert all(f["file"] in shown for f in one["files"])
    assert data["not claimed"] == list(NOT_CLAIMED)
