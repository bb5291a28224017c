"""Whatever a report holds besides its readings, made anew from what was checked, and compared.

Every file follows from the document, its verified readings, and the numbers of `run.json` and
`assurance.json`; so all are written once more, and must be what is published, to the last byte.
Those numbers are not checked, nor what is no text of ours: that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from reports.audit import Audit
from reports.errors import WrongUsage
from reports.plain_svg import is_plain
from reports.published import Checked, Published, read_text
from reports.render.drawing import versions
from reports.render.mathematics import anchor
from reports.render.page import contents
from reports.render.papers import Section
from reports.render.report import (
    ASSURANCE,
    BEGIN,
    END,
    constants_of,
    found_table,
    measured_in,
    render,
)
from reports.sampled import RUN, Sampled, Words

COMMAND = "byzproof counterexample"
AGREES = "the text made anew"
PICTURE = "report.png"
BESIDES = {
    ASSURANCE: "its figures, measured on the commits that it names",
    PICTURE: "a picture",
}
"""What may lie beside the files that are made anew, and what is not checked of it."""
BLOCK = re.compile(r'(?=<(?:section|article|div|tr|h3)\b[^<>]*? id="([^"]+)")')
"""Where a part of the page begins that has a name."""
HEADING = re.compile(r"#|\\(?:sub)?section")
SHOWN = 60
"""How many characters are shown of what differs."""


class Taken(NamedTuple):
    """The numbers that are taken from a report, and not made again."""

    drawn_with: Mapping[str, str]
    sample: Sampled | None


def compared(
    published: Published, audited: Audit, own: Sequence[Section], readme: Path | None = None
) -> Iterator[Checked]:
    """What agrees, what differs, and what is not checked, file by file; of the page, part by part.

    own: the sections of the paper's own, made anew. readme: a file with a table of what was found,
    which is compared too.
    """
    try:
        measured = measured_in(published.folder)
    except WrongUsage as wrong:
        yield Checked(ASSURANCE, "", str(wrong))
        return
    try:
        taken = Taken(*published.run(words(audited)))
    except ValueError as wrong:
        yield Checked(RUN, "", str(wrong))
        return

    def made(instead: Mapping[str, str]) -> dict[str, str]:
        return render(
            audited.document,
            audited,
            taken.sample,
            COMMAND,
            measured,
            own,
            taken.drawn_with,
            instead,
        )

    files = made({})
    others = _drawn_otherwise(published, files) if taken.drawn_with != versions() else {}
    if others:
        files = made(others)
    yield from _listing(published, files)
    yield from _files(published, audited, files)
    yield from _unchecked(published, audited, taken, [*others])
    if readme is not None:
        found = read_text(readme).partition(BEGIN)[2].partition(END)[0]
        table = found_table(contents(audited.document, audited, None, COMMAND))
        yield _text(str(readme), found.strip(), table, [*audited.document.claims()])
        yield Checked(str(readme), "", unchecked="what stands outside its marks")


def words(audited: Audit) -> Words:
    """The notes that a sample of the document may carry; what no trial decides is said anew."""
    from empirics.sampling import sample_document

    document = audited.document
    needs = [name for f in audited.findings for name in f.judgement.reading.needs]
    sample = sample_document(document, values=constants_of(audited), cells=())
    return Words({*document.hypotheses, *needs}, {claim.reason for claim in sample.claims})


def _listing(published: Published, files: Mapping[str, str]) -> Iterator[Checked]:
    """What lies in the folder and should not, or the other way round."""
    found = published.entries_found()
    folders = {str(above) for name in files for above in Path(name).parents}
    for name, kind in found.items():
        if name in files or name in BESIDES:
            if kind != "file":
                yield Checked(name, "", f"it is a {kind}, and should be a file")
        elif kind != "folder" or name not in folders:
            yield Checked(name, "", f"no {kind} of this name belongs to the report")
    for name in files.keys() - found.keys():
        yield Checked(name, "", "it is missing")


def _files(published: Published, audited: Audit, files: Mapping[str, str]) -> Iterator[Checked]:
    """Each file that is there, against what it must be."""
    found, document = published.entries_found(), audited.document
    names = {anchor(f.id): f.id for f in audited.findings}
    names |= {anchor(name, "claim"): name for name in document.claims()}
    names |= {anchor(s.equation, "step"): f"({s.equation})" for s in document.steps}
    claims = [*document.claims()]
    for name in sorted(files.keys() & found.keys()):
        text = published.texts.get(name) or read_text(published.folder / name)
        if name == "index.html":
            yield from _page(text, files[name], names)
        else:
            yield _text(name, text, files[name], claims)


def _unchecked(
    published: Published, audited: Audit, taken: Taken, others: Sequence[str]
) -> Iterator[Checked]:
    """What is shown as it was found."""
    if taken.sample is not None:
        yield Checked(RUN, "", unchecked="numbers and notes of the sample")
    found = published.entries_found()
    yield from (Checked(name, "", unchecked=why) for name, why in BESIDES.items() if name in found)
    if others:
        with_what = " ".join(f"{name} {version}" for name, version in taken.drawn_with.items())
        yield Checked(f"{len(others)} figures", "", unchecked=f"drawn with {with_what}")
    for finding in audited.findings:
        if finding.verdict == "UNDECIDED":
            yield Checked(finding.id, "", unchecked="what was tried")


def _drawn_otherwise(published: Published, files: Mapping[str, str]) -> dict[str, str]:
    """The figures, by name, that other versions have drawn and that hold a drawing and no more."""
    found, others = published.entries_found(), {}
    for path in files:
        name = path.removeprefix("figures/")
        if name != path and found.get(path) == "file":
            svg = read_text(published.folder / path)
            if svg != files[path] and is_plain(svg):
                others[name] = svg
    return others


def readme_about(folder: Path) -> Path | None:
    """The nearest README above a report that shows its findings: it has the marks, and the link."""
    folder = folder.resolve()
    for above in folder.parents:
        try:
            text = read_text(above / "README.md")
        except WrongUsage:  # there is none, or it is not ours to read
            continue
        if BEGIN in text and f"({folder.relative_to(above).as_posix()}/index.html)" in text:
            return above / "README.md"
    return None


def _page(published: str, made: str, names: Mapping[str, str]) -> Iterator[Checked]:
    """One result for each part of the page that differs; or one for the whole."""
    found, expected = _blocks(published), _blocks(made)
    differing = [at for at in expected if expected[at] != found.get(at)]
    for at in differing:
        name = f"index.html: {names.get(at, at or 'its beginning')}"
        text = found.get(at)
        fault = "it is missing" if text is None else _difference(text, expected[at])
        yield Checked(name, "", fault)
    for at in found.keys() - expected.keys():
        yield Checked(f"index.html: {at}", "", "nothing of this name follows from the document")
    if not differing and found.keys() == expected.keys():
        fault = "" if published == made else "its parts are in another order"
        yield Checked("index.html", "", fault, AGREES)


def _blocks(text: str) -> dict[str, str]:
    """The parts of a page by their ids; what stands before the first one is called ""."""
    blocks: dict[str, str] = {}
    starts = [(0, ""), *((found.start(), found[1]) for found in BLOCK.finditer(text))]
    for (start, at), (end, _) in pairwise([*starts, (len(text), "")]):
        blocks[at] = blocks.get(at, "") + text[start:end]
    return blocks


def _text(name: str, published: str, made: str, claims: list[str]) -> Checked:
    """Whether a text is what it must be; the first line that differs names the nearest claim."""
    if published == made:
        return Checked(name, "", by=AGREES)
    old, new = published.split("\n"), made.split("\n")
    pairs = enumerate(zip(old, new, strict=False))
    line = next((k for k, (a, b) in pairs if a != b), min(len(old), len(new)))
    known = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, claims))})(?![\w-])")
    part = [k for k in range(min(line, len(new) - 1)) if HEADING.match(new[k])]
    above = new[part[-1] if part else 0 : line + 1]
    near = next((found[0] for text in reversed(above) if (found := known.search(text))), "")
    where = f"line {line + 1}" + (f" ({near})" if near else "")
    fault = _difference("\n".join(old[line : line + 1]), "\n".join(new[line : line + 1]))
    return Checked(name, "", f"{where}: {fault}")


def _difference(published: str, made: str) -> str:
    """Where two texts part, in a few words of each."""
    pairs = enumerate(zip(published, made, strict=False))
    place = next((k for k, (a, b) in pairs if a != b), min(len(published), len(made)))
    start = max(0, place - SHOWN // 3)
    shown = [text[start : start + SHOWN] for text in (published, made)]
    return f"it reads {shown[0]!r}; what was checked gives {shown[1]!r}"
