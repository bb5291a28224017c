"""Whatever a report prints besides its statements, made anew from what was checked, and compared.

The page, the READMEs, the corrected proof and the errata follow from the document and its verified
readings, so they are written once more and must be what is published. Only what comes from a run
(samples, the sections of a paper's own with their figures) is not made again: on the page it stands
between marks, and there it may show no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from reports import corrected
from reports.audit import Audit
from reports.errors import WrongUsage
from reports.published import Checked, Mismatch, Published, read_text
from reports.render.mathematics import anchor
from reports.render.page import contents, page
from reports.render.report import BEGIN, CERTIFICATES, CHARTS, END, found_table, readme_of
from reports.templates import RUN
from theory.bundle import bundle

COMMAND = "byzproof counterexample"
AGREES = "the text made anew"
FROM_A_RUN = re.compile(f"{RUN[0]}(.*?){RUN[1]}", re.DOTALL)
BLOCK = re.compile(r'(?=<(?:section|article|div|tr|h3)\b[^<>]*? id="([^"]+)")')
"""Where a part of the page begins that has a name."""
HEADING = re.compile(r"#|\\(?:sub)?section")
SHOWN = 60
"""How many characters are shown of what differs."""


def compared(published: Published, audited: Audit, readme: Path | None = None) -> Iterator[Checked]:
    """What agrees and what differs, file by file; of the page, part by part.

    audited: the readings; their theorems are not needed. readme: a file with a table of what was
    found, which is compared too.
    """
    document = audited.document
    charts = {name: svg for name in CHARTS if (svg := published.chart(name)) is not None}
    content = contents(document, audited, None, COMMAND)
    made = page(content, charts, measured=published.measured)
    names = {anchor(f.id): f.id for f in audited.findings}
    names |= {anchor(name, "claim"): name for name in document.claims()}
    names |= {anchor(s.equation, "step"): f"({s.equation})" for s in document.steps}
    yield from _page(published.texts["index.html"], made, names)
    texts = corrected.files(document, [f.judgement for f in audited.findings])
    texts["README.md"] = readme_of(content, charts)
    claims = list(document.claims())
    for name, text in texts.items():
        yield _text(name, published.texts[name], text, claims)
    if readme is not None:
        found = read_text(readme).partition(BEGIN)[2].partition(END)[0]
        yield _text(str(readme), found.strip(), found_table(content), claims)


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
    found, expected = _blocks(_settled(published)), _blocks(_settled(made))
    differing = [at for at in expected if expected[at] != found.get(at)]
    for at in differing:
        name = f"index.html: {names.get(at, at or 'its beginning')}"
        text = found.get(at)
        fault = "it is missing" if text is None else _difference(text, expected[at])
        yield Checked(name, "", fault)
    for at in found.keys() - expected.keys():
        yield Checked(f"index.html: {at}", "", "nothing of this name follows from the document")
    if not differing and found.keys() == expected.keys():
        same = [*found] == [*expected]
        yield Checked("index.html", "", "" if same else "its parts are in another order", AGREES)


def _settled(text: str) -> str:
    """A page without what comes from a run; a verdict there stays, and so makes a difference."""
    return FROM_A_RUN.sub(lambda m: m[0] if _shows_a_verdict(m[1]) else "".join(RUN), text)


def _shows_a_verdict(text: str) -> bool:
    return 'class="badge' in text or "PROVED" in text or RUN[0] in text


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
    shown = [" ".join(text[start : start + SHOWN].split()) for text in (published, made)]
    return f"it reads {shown[0]!r}; what was checked gives {shown[1]!r}"


def certificates(published: Published, audit: Audit) -> Checked:
    """Whether the bundle is that of the readings, with nothing besides."""
    made = bundle(audit.document, [finding.judgement for finding in audit.findings])
    try:
        for old, new in zip(published.bundle["claims"], made["claims"], strict=True):
            if old != new:
                keys = [key for key in new if old.get(key) != new[key]] or ["text"]
                raise Mismatch(f"{new['id']}: its {keys[0]} is another")
        if published.bundle != made:
            raise Mismatch("it says more than its claims")
    except (Mismatch, ValueError) as fault:
        return Checked(CERTIFICATES, "", str(fault))
    return Checked(CERTIFICATES, "", by=AGREES)
