"""`byzproof verify` answers for every byte: one forgery each, found, or named as not checked."""

import json
import shutil
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from reports.assurance import Figure
from reports.besides import checks
from reports.cli import main
from reports.derived import compared
from reports.documents import Opened, open_document
from reports.published import Published
from reports.render.drawing import as_svg, canvas, versions
from reports.render.page import contents
from reports.render.papers import Drawing, Section, in_short, sections
from reports.render.report import BEGIN, END, found_table, render, write_report
from reports.sampled import RUN, Words
from reports.verification import verify

COMMAND = "byzproof counterexample"
FORMS = [["false alarms at level 0.05", "9 (exact 95 % limit of the rate: 0.017)"]]


@pytest.fixture(scope="module")
def honest(toy, toy_audit, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sampled") / "toy"
    folder.mkdir()
    (folder / "report.png").write_bytes(b"\x89PNG")
    (folder / "assurance.json").write_text(
        json.dumps({"calibration": {"violations": [], "summary": FORMS}})
    )
    write_report(toy, toy_audit, folder, sampling="quick")
    return folder


@pytest.fixture
def folder(honest, tmp_path):
    """A copy of an honest report with a sample, to be tampered with."""
    return Path(shutil.copytree(honest, tmp_path / "toy"))


def faults(folder, toy):
    return {r.id: r.fault for r in verify(folder, toy, lambda *_: None) if r.fault}


def unchecked(folder, toy):
    results = verify(folder, toy, lambda *_: None)
    assert [r for r in results if r.fault] == []
    return {r.id: r.unchecked for r in results if r.unchecked}


def edit(path, old, new):
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_an_honest_report_names_what_is_not_checked(folder, toy):
    assert unchecked(folder, toy) == {
        RUN: "numbers and notes of the sample",
        "assurance.json": "its figures, measured on the commits that it names",
        "report.png": "a picture",
        "1-3b": "what was tried",
    }


SAMPLE = "<summary>Sampling: "
ON_THE_PAGE = {
    "a style": (SAMPLE, "<style>.v-refuted{display:none}</style>" + SAMPLE),
    "a script": (SAMPLE, "<script>alert(1)</script>" + SAMPLE),
    "an overlay": (SAMPLE, '<div style="position:fixed">All is well.</div>' + SAMPLE),
    "a handler": ("<summary>Sampling: ", '<summary onerror="more()">Sampling: '),
    "a refresh": ("<title>", '<meta http-equiv="refresh" content="0;url=https://x.org"/><title>'),
    "a link elsewhere": ('href="#trust"', 'href="https://example.org/"'),
    "a link to another line": ('<a href="#claim', '<a href="#other-claim'),
    "words for a number": ("<dt>instances</dt><dd>", "<dt>instances</dt><dd>all of them, "),
    "a verdict of a sample": ("Sampling: CONTRADICTED", "Sampling: NOT CONTRADICTED"),
    "a comment": (SAMPLE, "<!-- run -->" + SAMPLE),
    "an end after the end": ("</html>\n", "</html>\n<p>One more.</p>"),
    "a carriage return": ("<main>\n", "<main>\r\n"),
    "a letter without width": ("Sampling: ", "Sampling:\u200b "),
    "a turned direction": ("Sampling: ", "Sampling: \u202e"),
    "another font": ("data:font/woff2;base64,d09G", "data:font/woff2;base64,d08G"),
    "no policy": ("default-src 'none'", "default-src *"),
    "a heading": ("<h2>How tight it is", "<h2>How tight it is: sharp"),
    "a table of figures": ("9 (exact 95 % limit", "0 (exact 95 % limit"),
    "an image in a chart": ('<svg class="bar"', '<img src="x"/><svg class="bar"'),
}


@pytest.mark.parametrize("kind", ON_THE_PAGE)
def test_what_is_changed_on_the_page_is_found(folder, toy, kind):
    edit(folder / "index.html", *ON_THE_PAGE[kind])
    found = faults(folder, toy)
    assert found
    assert all(name.startswith("index.html") for name in found)


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><text y="20">EVERY CONSTANT IS SHARP</text></svg>',
        "<script>alert(1)</script>",
    ],
)
def test_another_figure_is_found(folder, toy, svg):
    edit(folder / "figures" / "ratios.svg", "<defs>", svg + "<defs>")
    assert [*faults(folder, toy)] == ["figures/ratios.svg"]


def test_swapped_figures_are_found(toy, toy_audit, tmp_path):
    def drawing(name, points):
        figure, (axes,) = canvas(1, 1, 2.0, 2.0)
        axes.plot(points)
        return Drawing(name, "a line", "It is drawn.", as_svg(figure))

    own = [Section("own", "Own", "", (), (drawing("a.svg", [1, 2]), drawing("b.svg", [2, 1])))]
    for name, text in render(toy, toy_audit, None, COMMAND, (), own).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())

    def differing():
        return {r.id for r in compared(Published(tmp_path), toy_audit, own) if r.fault}

    assert differing() == set()
    first, second = tmp_path / "figures" / "a.svg", tmp_path / "figures" / "b.svg"
    text = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(text)
    assert differing() == {"figures/a.svg", "figures/b.svg"}


def test_figures_of_other_versions_are_named_and_hold_nothing_but_a_drawing(
    folder, toy, toy_audit, honest
):
    here = versions()["matplotlib"]
    edit(folder / RUN, f'"matplotlib": "{here}"', '"matplotlib": "0.1"')
    figure = folder / "figures" / "ratios.svg"
    edit(figure, "stroke-width: 0.6", "stroke-width: 0.7")
    assert any(name.startswith("index.html") for name in faults(folder, toy))
    published = Published(folder)
    drawn_with, sample = published.run(Words([], {"the sentence does not denote"}))
    instead = {"ratios.svg": figure.read_text()}
    measured = [Figure(*row, "") for row in FORMS]
    made = render(
        toy,
        toy_audit,
        sample,
        COMMAND,
        measured,
        (),
        drawn_with,
        instead,
    )
    (folder / "index.html").write_text(made["index.html"])
    assert "matplotlib 0.1" in unchecked(folder, toy)["1 figures"]
    edit(figure, "<defs>", "<script>alert(1)</script><defs>")
    assert "figures/ratios.svg" in faults(folder, toy)


FORGED_RUNS = {
    "a key": ('"sample": {', '"reviewed": "by others", "sample": {'),
    "a note in markup": ('"NOT CONTRADICTED",\n    ""', '"NOT CONTRADICTED",\n    "<b>ok</b>"'),
    "a note with a verdict": ('"NOT CONTRADICTED",\n    ""', '"NOT CONTRADICTED",\n    "PROVED"'),
    "a verdict": ('"NOT CONTRADICTED"', '"PROVED"'),
    "words for a number": ('"trials": ', '"trials": "all", "x": '),
    "a negative number": ('"trials": ', '"trials": -'),
    "a version": ('"numpy": "', '"numpy": "<b>'),
    "another layout": ('"trials": ', '"trials":  '),
    "no JSON": ("{", ""),
    "a number that the page does not have": ('"trials": ', '"trials": 1'),
}


@pytest.mark.parametrize("kind", FORGED_RUNS)
def test_what_a_run_cannot_say_is_found(folder, toy, kind):
    edit(folder / RUN, *FORGED_RUNS[kind])
    found = faults(folder, toy)
    assert any(name == RUN or name.startswith("index.html") for name in found)


@pytest.mark.parametrize(
    "forged",
    [
        {"reviewed": {"violations": [], "summary": [["lines verified by others", 199]]}},
        {"calibration": {"violations": [], "summary": [["lines verified by others", 199]]}},
        {"calibration": {"violations": [], "summary": FORMS, "commit": "the last one"}},
    ],
)
def test_labels_come_from_the_program(folder, toy, forged):
    (folder / "assurance.json").write_text(json.dumps(forged))
    assert [*faults(folder, toy)] == ["assurance.json"]


def test_a_ratio_is_measured_again(folder, toy):
    data = json.loads((folder / "audit.json").read_text())
    for claim in data["claims"]:
        if claim["tightness"]:
            claim["tightness"]["ratio"] = "1/3"
    (folder / "audit.json").write_text(json.dumps(data))
    assert any("its tightness is" in fault for fault in faults(folder, toy).values())


@pytest.mark.parametrize("name", ["audit.json", "certificates.json"])
def test_the_same_data_in_other_bytes_is_found(folder, toy, name):
    data = json.loads((folder / name).read_text())
    (folder / name).write_text(json.dumps(data))
    assert [*faults(folder, toy)] == [name]


@pytest.mark.parametrize("said", ["It is PROVED.", "fine\u202e", "fine\n", None])
def test_what_was_tried_is_plain_words(folder, toy, said):
    data = json.loads((folder / "audit.json").read_text())
    (claim,) = (c for c in data["claims"] if c["verdict"] == "UNDECIDED")
    claim["witness"]["reason"] = said
    (folder / "audit.json").write_text(json.dumps(data))
    assert "what was tried" in faults(folder, toy)["1-3b"]


@pytest.mark.parametrize("name", ["VERDICT.md", "figures/more.svg", "more/notes.txt", ".hidden"])
def test_a_file_more_is_found(folder, toy, name):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("All is PROVED.\n")
    assert name in faults(folder, toy)


def test_a_folder_and_a_link_are_found(folder, toy, tmp_path):
    (folder / "empty").mkdir()
    (folder / "above").symlink_to(tmp_path)
    real = tmp_path / "errata.md"
    shutil.move(folder / "errata.md", real)
    (folder / "errata.md").symlink_to(real)
    (folder / "figures" / "ratios.svg").unlink()
    found = faults(folder, toy)
    assert found.keys() == {"empty", "above", "errata.md", "figures/ratios.svg"}
    assert found["errata.md"] == "it is a link, and should be a file"
    assert found["figures/ratios.svg"] == "it is missing"


def test_a_picture_is_named(folder, toy):
    (folder / "report.png").write_bytes(b"not even a picture")
    assert unchecked(folder, toy)["report.png"] == "a picture"


def test_a_readme_outside_its_marks_is_named(folder, toy, toy_audit, tmp_path):
    readme = tmp_path / "README.md"
    table = found_table(contents(toy, toy_audit, None, COMMAND))
    readme.write_text(f"{BEGIN}\n\n{table}\n\n{END}\n\nAll is PROVED.\n")
    results = verify(folder, toy, lambda *_: None, readme)
    assert [r.fault for r in results if r.fault] == []
    assert {r.id for r in results if r.unchecked} >= {str(readme)}


def test_the_last_line_names_what_is_not_checked(folder, toy, monkeypatch, capsys):
    monkeypatch.setattr("theory.papers.names", lambda: [toy.name])
    monkeypatch.setattr("theory.papers.load", lambda name: toy)
    opened = Opened(toy)
    monkeypatch.setattr("reports.commands.verify.open_with_progress", lambda name: opened)
    assert main(["verify", "--quiet", str(folder)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith(
        "NOT CHECKED: run.json (numbers and notes of the sample); assurance.json"
    )
    edit(folder / "index.html", *ON_THE_PAGE["a script"])
    assert main(["verify", "--quiet", str(folder)]) == 1


def test_the_policy_names_the_style_and_nothing_else(folder):
    page = (folder / "index.html").read_text()
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = page.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<style>")
    assert page.count("<style") == 1
    assert " style=" not in page
    assert "<script" not in page


def test_a_document_of_the_same_name_has_nothing_of_the_paper():
    paper = open_document("krum").document
    named_so = replace(paper, title="Krum, by somebody else")
    assert in_short(paper)
    assert sections(named_so) == []
    assert in_short(named_so) == ""
    assert checks(named_so) == []
