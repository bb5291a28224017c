"""The page: what stands where, from the audit to the values that the templates print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from reports.assurance import Figure
from reports.audit import Audit, Finding
from reports.marks import MARKS, tally
from reports.render.constants import bounds, number
from reports.render.drawing import inline
from reports.render.graph import dependencies, graph
from reports.render.mathematics import anchor
from reports.render.papers import Section, in_short
from reports.render.shapes import badge
from reports.render.trusted import NOT_CLAIMED, second_checkers, trusted
from reports.render.views import ClaimView, StepView, Viewer
from reports.sampled import Sampled, Seen
from reports.statements import as_text, statements
from theory.kernel.terms import Call, Relation
from theory.notation.document import Document

FONT = "stix-two-math.woff2"
FONT_LICENCE = (
    "STIX Two Math, a subset: copyright 2001-2020 The STIX Fonts Project Authors, SIL Open Font "
    "License 1.1, https://scripts.sil.org/OFL"
)
CHARTS = {
    "constants.svg": "The constants claimed and proved, by the number of workers",
    "ratios.svg": "The largest ratio of the two sides of each line, sampled and exact",
}
"""What the general charts are called by who reads them aloud."""
FEW = 12
"""So many assumptions are listed at once."""


def page(
    content: Mapping[str, Any],
    charts: Mapping[str, str],
    sample: Sampled | None = None,
    own: Sequence[Section] = (),
    measured: Sequence[Figure] = (),
) -> str:
    """The whole of `index.html`.

    content: what `contents` gives. charts: figures by the names of their files. own: the sections
    of the paper's own. measured: what `make assurance` counted.
    """
    from reports.templates import environment

    style = _style()
    shown = {
        "style": Markup(style),
        "policy": Markup(_policy(style)),
        "charts": {
            name: Markup(inline(svg, name.removesuffix(".svg"), CHARTS.get(name, name)))
            for name, svg in charts.items()
        },
        "own_sections": own,
        "inlined": {
            drawing.name: Markup(
                inline(drawing.svg, drawing.name.removesuffix(".svg"), drawing.title)
            )
            for section in own
            for drawing in section.drawings
        },
        "measured": measured,
        "sample": _sample(sample),
    }
    return environment().get_template("page.html.j2").render({**content, **shown})


def _style() -> str:
    """The style of the page with its font: STIX Two Math, a subset."""
    font = b64encode(files("reports").joinpath("templates", FONT).read_bytes()).decode()
    source = f'url(data:font/woff2;base64,{font}) format("woff2")'
    face = f'font-family: "STIX Two Math"; src: {source}; font-display: block;'
    return f"\n/* {FONT_LICENCE} */\n@font-face {{ {face} }}\n{_template('style.css')}\n"


def _policy(style: str) -> str:
    """The content security policy: this style, the font inside it, and nothing else at all."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def samples_by_reading(sample: Sampled | None) -> Mapping[str, Seen]:
    """What the sample says about each reading."""
    return {} if sample is None else sample.claims


def contents(
    document: Document, audit: Audit, sample: Sampled | None, command: str
) -> dict[str, Any]:
    """Everything that the page and the READMEs show of an audit, for their templates."""
    viewer = Viewer(document, audit, samples_by_reading(sample), command)
    used = dependencies(document, audit)
    steps = [viewer.step(step, found, used[step.equation]) for step, found in audit.by_step()]
    claims = [claim for step in steps for claim in step.claims]
    headline = headline_of(document, audit)
    asked = asked_about(document)
    register = _assumptions(document, audit, viewer)
    return {
        "document": document,
        "title": viewer.maths.line(document.title),
        "about": viewer.maths.prose(document.about),
        "headline": [_headline(f, viewer) for f in headline],
        "headline_assumes": _used_assumptions(document, headline, viewer),
        "short_proof": viewer.maths.prose(document.short_proof),
        "sharpest": _sharpest(document, audit, headline, viewer),
        "counts": [
            (badge(word), word, count, MARKS[word].means)
            for word, count in tally([f.verdict for f in audit.findings]).items()
        ],
        "readings": len(audit.findings),
        "claims": len(claims),
        "faults": _of(claims, "fault", asked),
        "slips": _of(claims, "slip", asked),
        "gaps": _of(claims, "gap", asked),
        "open": _of(claims, "open", asked),
        "questions": _questions(document, audit, viewer),
        "roles": _roles(document, audit, viewer),
        "assumptions": [a for a in register if not a["own"] and not a["cited"]],
        "own_assumptions": [a for a in register if a["own"] and not a["cited"]],
        "exhibits": audit.exhibits,
        "shown": sum(bool(f.true_on) for f in audit.findings),
        "cited": _cited(document, register, viewer),
        "trusted": trusted(),
        "second": second_checkers(),
        "not_claimed": [viewer.maths.line(sentence) for sentence in NOT_CLAIMED],
        "definitions": _definitions(document, viewer),
        "sheet": as_text(statements(document, [f.judgement for f in audit.findings])),
        "steps": steps,
        "text_steps": [s for s in steps if not s.ours],
        "our_steps": [s for s in steps if s.ours],
        "asked": bool(asked),
        "loose": _loose(document, steps),
        "surprises": audit.surprises,
        "in_short": in_short(document),
        "at_odds": _at_odds(audit, samples_by_reading(sample)),
        "maths": viewer.maths,
        "graph": graph(document, audit),
    }


def headline_of(document: Document, audit: Audit) -> list[Finding]:
    """The readings that the document puts first; without any, its last proved one."""
    by_id = {f.id: f for f in audit.findings}
    named = [by_id[name] for name in document.headline if name in by_id]
    proved = [f for f in audit.findings if f.verdict.startswith("PROVED")]
    return named or proved[-1:]


def _of(claims: list[ClaimView], fault: str, asked: set[str]) -> list[ClaimView]:
    """The claims that fail in a way, without those that answer a marked question."""
    return [claim for claim in claims if claim.fault == fault and claim.id not in asked]


def asked_about(document: Document) -> set[str]:
    """The claims and readings that answer the document's marked questions."""
    names = {name for q in document.questions for name in q.answers}
    return names | {name.removesuffix(":repaired") for name in names}


def _headline(finding: Finding, viewer: Viewer) -> dict[str, Any]:
    claim = finding.judgement.claim
    return {
        "id": claim.id,
        "anchor": anchor(finding.id),
        "title": viewer.maths.line(claim.title),
        "plain": claim.title,
        "repaired": finding.judgement.reading.kind == "repaired",
        "statement": viewer.maths.block(finding.judgement.reading.statement),
        "latex": viewer.maths.latex(finding.judgement.reading.statement),
        "badge": badge(finding.verdict),
        "verdict": finding.verdict,
    }


def _used_assumptions(
    document: Document, findings: list[Finding], viewer: Viewer
) -> list[dict[str, Any]]:
    """What the headlines assume; the first of them, or all where they are few, needs the `main`."""
    names = dict.fromkeys(name for f in findings for name in f.assumes)
    known = dict(document.hypotheses)
    for finding in findings:
        known |= document.in_force(finding.judgement.reading)
    order = list(known)
    main = names if len(names) <= FEW else findings[0].assumes
    return [
        {
            "name": name,
            "shown": viewer.maths.line(name),
            "anchor": anchor(name, "assume"),
            "formula": viewer.maths.inline(known[name]),
            "main": name in main,
        }
        for name in sorted(names, key=order.index)
    ]


def _sharpest(
    document: Document, audit: Audit, headline: list[Finding], viewer: Viewer
) -> dict[str, Any] | None:
    """The bound that is smallest for many workers, a fifth of them Byzantine."""
    found = bounds(document, audit, [f.id for f in headline])
    signature = document.language.signature
    if found is None or not {"n", "f"} <= signature.symbols.keys():
        return None
    _, proved = found
    values = {name: 1.0 for name, s in signature.symbols.items() if not s.sets}
    values |= {"n": 100.0, "f": 20.0}
    best = min(proved, key=lambda bound: bound.value(values))
    result: dict[str, Any] = {
        "id": best.finding.id,
        "anchor": anchor(best.finding.id),
        "statement": viewer.maths.block(best.finding.judgement.reading.statement),
        "latex": viewer.maths.latex(best.finding.judgement.reading.statement),
        "shown": best.finding.id in {f.id for f in headline},
    }
    if "eta" in signature.definitions:
        claimed = number(signature, signature.definitions["eta"].body, values) ** 2
        result["example"] = (100, 20, f"{claimed:.4g}", f"{best.value(values):.4g}")
    return result


def _questions(document: Document, audit: Audit, viewer: Viewer) -> list[dict[str, Any]]:
    by_id = {f.id: f for f in audit.findings}
    return [
        {
            "title": viewer.maths.line(question.title),
            "plain": (question.title, question.text),
            "text": viewer.maths.prose(question.text),
            "answers": [
                _headline(by_id[name], viewer) for name in question.answers if name in by_id
            ],
        }
        for question in document.questions
    ]


def _cited(
    document: Document, register: list[dict[str, Any]], viewer: Viewer
) -> list[dict[str, Any]]:
    """Each cited theorem with its reference, what is taken from it, and what uses that."""
    found = []
    for name, reference in document.cited.items():
        taken = [a for a in register if a["cited"] == name]
        uses = list(dict.fromkeys(use for a in taken for use in a["uses"]))
        if taken:
            shown = viewer.maths.line(reference)
            found.append({"name": name, "reference": shown, "taken": taken, "uses": uses})
    return found


def _roles(document: Document, audit: Audit, viewer: Viewer) -> list[dict[str, Any]]:
    """Each hypothesis of the theorem: needed, replaceable, redundant or unused."""
    by_id = {f.id: f for f in audit.findings}
    return [
        {
            "hypothesis": viewer.maths.line(role.hypothesis),
            "role": role.role,
            "why": viewer.maths.line(role.why),
            "run": role.run,
            "claims": [(name, anchor(name)) for name in role.claims if name in by_id],
        }
        for role in document.roles
    ]


def _assumptions(document: Document, audit: Audit, viewer: Viewer) -> list[dict[str, Any]]:
    """The register: every hypothesis, where it is used, and on which witness models it is true."""
    uses: dict[str, list[tuple[str, str]]] = {name: [] for name in document.hypotheses}
    extra: dict[str, Any] = {}
    for finding in audit.findings:
        if finding.verdict.startswith("PROVED"):
            for name in finding.assumes:
                uses.setdefault(name, []).append((finding.id, anchor(finding.id)))
        for name, formula in document.in_force(finding.judgement.reading).items():
            extra.setdefault(name, formula)
            uses.setdefault(name, [])
    known = {**extra, **document.hypotheses}
    return [
        {
            "name": name,
            "shown": viewer.maths.line(name),
            "anchor": anchor(name, "assume"),
            "formula": viewer.maths.inline(known[name]),
            "note": viewer.maths.line(document.hypothesis_notes.get(name, "")),
            "uses": used,
            "own": name not in document.hypotheses,
            "cited": document.theorem_of(name),
            "true_on": sum(name in e.true for e in audit.exhibits),
        }
        for name, used in uses.items()
    ]


def _definitions(document: Document, viewer: Viewer) -> list[tuple[str, Markup]]:
    """Each defined name with what it means, as it is printed."""
    return [
        (name, viewer.maths.inline(Relation(Call(name, defined.parameters), "=", defined.body)))
        for name, defined in document.language.signature.definitions.items()
    ]


def _loose(document: Document, steps: list[StepView]) -> list[dict[str, Any]]:
    """Every inequality with a known tightness; those that a marked question asks about first."""
    asked = asked_about(document)
    rows = [
        {"claim": claim, "reading": reading, "asked": claim.id in asked}
        for step in steps
        for claim in step.claims
        for reading in claim.readings
        if reading.tightness
    ]
    return sorted(rows, key=lambda row: not row["asked"])


def _at_odds(audit: Audit, samples: Mapping[str, Seen]) -> list[str]:
    """The readings that are proved and yet contradicted by the sample: a fault of one of them."""
    contradicted = {name for name, found in samples.items() if found.verdict == "CONTRADICTED"}
    return [f.id for f in audit.findings if f.id in contradicted and f.verdict.startswith("PROVED")]


def _sample(sample: Sampled | None) -> dict[str, Any] | None:
    if sample is None:
        return None
    verdicts = [claim.verdict for claim in sample.claims.values()]
    return {
        "trials": f"{sample.trials:,}",
        "cells": sample.cells,
        "level": f"{sample.level:g}",
        "comparisons": f"{sample.comparisons:,}",
        "verdicts": {word: verdicts.count(word) for word in dict.fromkeys(verdicts)},
        "checks": sample.checks,
    }


def _template(name: str) -> str:
    return files("reports").joinpath("templates", name).read_text(encoding="utf-8")
