"""Writes a report: the page, a README, the audit as JSON, and the charts."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import Any

from reports import assurance, corrected
from reports.audit import Audit
from reports.evidence import constant_of
from reports.files import CannotWrite, write_file, write_files
from reports.progress import Progress
from reports.render.drawing import versions
from reports.render.figures import figures
from reports.render.page import contents, headline_of, page, samples_by_reading
from reports.render.papers import Section, sections
from reports.sampled import RUN, Sampled
from reports.sampled import as_text as run_as_text
from theory.bundle import as_text, bundle
from theory.kernel.terms import Term
from theory.notation.document import Document

CERTIFICATES = "certificates.json"
"""The bundle that `byzproof verify` and the second checker read."""
ASSURANCE = "assurance.json"
"""What `make assurance` counted; it may lie beside a page."""
BEGIN, END = "<!-- found: begin -->", "<!-- found: end -->"
"""Between these marks a README holds the table of what was found."""


def write_report(
    document: Document,
    audit: Audit,
    folder: Path,
    *,
    sampling: str = "standard",
    readme: str | None = None,
    command: str = "byzproof counterexample",
) -> Path:
    """Write the report of an audit to a folder; the path of its page.

    sampling: "none", "quick", "standard" or "thorough". readme: a file whose table of findings is
    renewed.
    Raises CannotWrite where the folder cannot be written to.
    """
    sample = sample_of(document, audit, sampling)
    written = render(document, audit, sample, command, measured_in(folder))
    stale = [path for path in (folder / "figures").glob("*.svg") if path.is_file()]
    write_files(folder, written, stale=stale)
    if readme is not None:
        renew_table(Path(readme), found_table(contents(document, audit, None, command)))
    return folder / "index.html"


def measured_in(folder: Path) -> list[assurance.Figure]:
    """What `make assurance` counted, if the folder has its figures; raises WrongUsage as `load`."""
    path = folder / ASSURANCE
    return assurance.load(path) if path.is_file() else []


def render(
    document: Document,
    audit: Audit,
    sample: Sampled | None,
    command: str,
    measured: Sequence[assurance.Figure] = (),
    own: Sequence[Section] | None = None,
    drawn_with: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The files of a report by name; the same input gives the same text.

    measured: what `make assurance` counted. own: the sections of the paper's own, unless they are
    made here. drawn_with, instead: what other versions have drawn, by the name of the figure.
    """
    with Progress("rendering") as progress:
        progress("figures", 0, 3)
        names = [f.id for f in headline_of(document, audit)]
        charts = figures(document, audit, names, samples_by_reading(sample))
        own = sections(document) if own is None else own
        if instead:
            charts = {name: instead.get(name, svg) for name, svg in charts.items()}
            own = [section.shown_as(instead) for section in own]
        progress("page", 1, 3)
        content = contents(document, audit, sample, command)
        written = {
            "index.html": page(content, charts, sample, own, measured),
            "README.md": readme_of(content, charts),
            "audit.json": audit.as_json(),
            RUN: run_as_text(document.name, drawn_with or versions(), sample),
            CERTIFICATES: as_text(bundle(document, [f.judgement for f in audit.findings])),
            **corrected.files(document, [finding.judgement for finding in audit.findings]),
        }
        pictures = dict(charts)
        for section in own:
            pictures |= {drawing.name: drawing.svg for drawing in section.drawings}
        return written | {f"figures/{name}": svg for name, svg in pictures.items()}


def sample_of(document: Document, audit: Audit, sampling: str) -> Sampled | None:
    """Sample the document, on as many processes as there are processors, and check the experiment.

    What is wrong with the experiment is said on standard error.
    """
    if sampling == "none":
        return None
    from empirics.plan import SamplingPlan
    from empirics.sampling import sample_document
    from empirics.self_checks import self_checks

    plans = {
        "quick": SamplingPlan.quick,
        "standard": SamplingPlan.standard,
        "thorough": SamplingPlan.thorough,
    }
    plan = plans[sampling]()
    workers = os.cpu_count() or 1
    with Progress("sampling") as progress:
        sample = sample_document(
            document,
            plan,
            workers=workers,
            values=constants_of(audit),
            progress=lambda done, of: progress("settings", done, of),
        )
    with Progress("checking the experiment") as progress:
        progress(document.name, 0, 1)
        checks = self_checks(document, workers=workers)
    for failure in checks.failures():
        print(f"the experiment is not sound: {failure}", file=sys.stderr)
    return Sampled.of(sample, checks)


def constants_of(audit: Audit) -> dict[str, Term]:
    """The constants that proofs give, by reading."""
    values = {finding.id: constant_of(finding.judgement) for finding in audit.findings}
    return {name: value for name, value in values.items() if value is not None}


def readme_of(content: Mapping[str, Any], charts: Container[str]) -> str:
    """The README of a report, for GitHub; content: what `contents` gives."""
    from reports.templates import environment

    text = environment().get_template("report.md.j2").render(content, charts=charts)
    return kept_by_github(re.sub(r"\n{3,}", "\n\n", text))


def kept_by_github(text: str) -> str:
    r"""Markdown in which GitHub strips no backslash from a formula: such ones get backquotes.

    GitHub reads \| and \, as an escaped sign before it reads the mathematics.

    >>> print(kept_by_github(r"so $\|x\|^2$ is $\ge 0$"))
    so $`\|x\|^2`$ is $\ge 0$
    """

    def kept(found: re.Match[str]) -> str:
        return f"$`{found[1]}`$" if re.search(r"\\[^A-Za-z\s]", found[1]) else found[0]

    return re.sub(r"(?<![$`])\$([^$`\n]+)\$(?![$`])", kept, text)


def found_table(content: Mapping[str, Any]) -> str:
    """What was found, as a table in Markdown; content: what `contents` gives."""
    from reports.templates import environment

    return kept_by_github(environment().get_template("found.md.j2").render(content).strip())


def renew_table(path: Path, table: str) -> None:
    """Put the table of what was found between the marks of a README."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotWrite(f"cannot read {path} ({error.strerror})") from None
    if BEGIN not in text or END not in text:
        raise CannotWrite(f"{path} has no marks {BEGIN} and {END}")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    write_file(path, f"{before}{BEGIN}\n\n{table}\n\n{END}{after}")
