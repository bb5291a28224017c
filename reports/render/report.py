"""Writes a report: the page, a README, the audit as JSON, and the charts."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports import assurance, corrected
from reports.audit import Audit
from reports.evidence import constant_of
from reports.files import CannotWrite, write_file, write_files
from reports.progress import Progress
from reports.render.figures import figures
from reports.render.page import contents, headline_of, page, samples_by_reading
from reports.render.papers import sections
from theory.bundle import as_text, bundle
from theory.notation.document import Document

if TYPE_CHECKING:
    from empirics.claims.results import DocumentSample
    from empirics.self_checks import SelfChecks

CERTIFICATES = "certificates.json"
"""The bundle that `byzproof verify` and the second checker read."""
CHARTS = ("constants.svg", "ratios.svg")
"""The figures that every report may have; a paper's own come with its sections."""
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
    checks = None if sample is None else checks_of(document)
    written = render(document, audit, sample, command, measured_in(folder), checks)
    stale = [path for path in (folder / "figures").glob("*.svg") if path.is_file()]
    write_files(folder, written, stale=stale)
    if readme is not None:
        renew_table(Path(readme), found_table(contents(document, audit, None, command)))
    return folder / "index.html"


def measured_in(folder: Path) -> list[tuple[str, Any]]:
    """What `make assurance` counted, if the folder has its figures."""
    path = folder / "assurance.json"
    return assurance.summary(assurance.load(path)) if path.is_file() else []


def render(
    document: Document,
    audit: Audit,
    sample: DocumentSample | None,
    command: str,
    measured: Sequence[tuple[str, Any]] = (),
    checks: SelfChecks | None = None,
) -> dict[str, str]:
    """The files of a report by name; the same input gives the same text.

    measured: what `make assurance` counted. checks: what was found about the experiment itself.
    """
    with Progress("rendering") as progress:
        progress("figures", 0, 3)
        names = [f.id for f in headline_of(document, audit)]
        charts = figures(document, audit, names, samples_by_reading(sample))
        own = sections(document)
        progress("page", 1, 3)
        content = contents(document, audit, sample, command)
        written = {
            "index.html": page(content, charts, sample, own, measured, checks),
            "README.md": readme_of(content, charts),
            "audit.json": audit.as_json(),
            CERTIFICATES: as_text(bundle(document, [f.judgement for f in audit.findings])),
            **corrected.files(document, [finding.judgement for finding in audit.findings]),
        }
        pictures = dict(charts)
        for section in own:
            pictures |= {drawing.name: drawing.svg for drawing in section.drawings}
        return written | {f"figures/{name}": svg for name, svg in pictures.items()}


def sample_of(document: Document, audit: Audit, sampling: str) -> DocumentSample | None:
    """Sample the document, on as many processes as there are processors."""
    if sampling == "none":
        return None
    from empirics.plan import SamplingPlan
    from empirics.sampling import sample_document

    plans = {
        "quick": SamplingPlan.quick,
        "standard": SamplingPlan.standard,
        "thorough": SamplingPlan.thorough,
    }
    plan = plans[sampling]()
    values = {
        finding.id: value
        for finding in audit.findings
        if (value := constant_of(finding.judgement)) is not None
    }
    with Progress("sampling") as progress:
        return sample_document(
            document,
            plan,
            workers=os.cpu_count() or 1,
            values=values,
            progress=lambda done, of: progress("settings", done, of),
        )


def checks_of(document: Document) -> SelfChecks:
    """Whether the experiment that is sampled draws what the document assumes, with a quick plan."""
    from empirics.self_checks import self_checks

    with Progress("checking the experiment") as progress:
        progress(document.name, 0, 1)
        return self_checks(document, workers=os.cpu_count() or 1)


def readme_of(content: Mapping[str, Any], charts: Container[str]) -> str:
    """The README of a report, for GitHub; content: what `contents` gives."""
    from reports.templates import environment

    text = environment().get_template("report.md.j2").render(content, charts=charts)
    return re.sub(r"\n{3,}", "\n\n", text)


def found_table(content: Mapping[str, Any]) -> str:
    """What was found, as a table in Markdown; content: what `contents` gives."""
    from reports.templates import environment

    return environment().get_template("found.md.j2").render(content).strip()


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
