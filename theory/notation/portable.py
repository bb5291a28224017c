"""A document as data: JSON that carries symbols, statements and evidence, and no code.

A user's document is a Python program. It runs in a process of its own (`reports.sandbox`), and what
comes back is this; `received` reads it. The certificates and models in it are evidence to be
checked, not verdicts.

    document ::= {"format": 2, "name", "title", ..., "language": {...}, "steps": [step ...]}
    step     ::= {..., "claims": [{..., "readings": [reading ...], "tightness": ...} ...]}
    reading  ::= {..., "statement": term, "evidence": evidence}
    evidence ::= {"certificate": c} | {"model": m} | {"reason": text}
               | {"family": {"constant": term, "values": map, "certificates": [c ...]}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from theory.kernel.certificates import encode
from theory.kernel.witnesses import write_model, write_run
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import Language

FORMAT = 3

Evidence = Mapping[str, Any]


def write(document: Document, evidence: Mapping[str, Evidence]) -> str:
    """The document and the evidence for its readings (by their names) as one line of JSON."""
    language = document.language
    data = {
        "format": FORMAT,
        "name": document.name,
        "title": document.title,
        "about": document.about,
        "short_proof": document.short_proof,
        "headline": list(document.headline),
        "language": _write_language(language),
        "hypotheses": [[name, encode(f)] for name, f in document.hypotheses.items()],
        "hypothesis_notes": [list(pair) for pair in document.hypothesis_notes.items()],
        "cited": [list(pair) for pair in document.cited.items()],
        "taken": [list(pair) for pair in document.taken.items()],
        "questions": [[q.title, q.text, list(q.answers)] for q in document.questions],
        "roles": [[r.hypothesis, r.role, r.why, r.run, list(r.claims)] for r in document.roles],
        "witnesses": [[name, write_model(build())] for name, build in document.witnesses],
        "runs": [[name, write_run(build())] for name, build in document.runs],
        "steps": [_write_step(step, evidence) for step in document.steps],
    }
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))


def _write_language(language: Language) -> dict[str, Any]:
    signature = language.signature
    return {
        "sizes": [[name, encode(size)] for name, size in signature.sizes.items()],
        "unions": [[name, list(parts)] for name, parts in signature.unions.items()],
        "symbols": [
            [name, [s.sort, s.random, list(s.sets), s.varies]]
            for name, s in signature.symbols.items()
        ],
        "successors": [[name, encode(x)] for name, x in signature.successors.items()],
        "definitions": [
            [name, [encode(d.parameters), encode(d.body)]]
            for name, d in signature.definitions.items()
        ],
        "looks": [
            [
                name,
                {
                    "symbol": look.symbol,
                    "by_set": [list(pair) for pair in look.by_set.items()],
                    "pattern": look.pattern,
                    "function": look.function,
                    "subscript": look.subscript,
                },
            ]
            for name, look in language.looks.items()
        ],
        "adjectives": [list(pair) for pair in language.adjectives.items()],
    }


def _write_step(step: Step, evidence: Mapping[str, Evidence]) -> dict[str, Any]:
    return {
        "equation": step.equation,
        "title": step.title,
        "display": step.display,
        "section": step.section,
        "explanation": step.explanation,
        "uses": list(step.uses),
        "claims": [_write_claim(claim, evidence) for claim in step.claims],
    }


def _write_claim(claim: Claim, evidence: Mapping[str, Evidence]) -> dict[str, Any]:
    tightness = claim.tightness
    return {
        "id": claim.id,
        "title": claim.title,
        "quote": claim.quote,
        "impact": claim.impact,
        "origin": claim.origin,
        "compared": claim.compared,
        "comment": claim.comment,
        "tightness": tightness
        and {
            "examples": [write_model(build()) for build in tightness.examples],
            "claimed": tightness.claimed,
            "best_proved": tightness.best_proved,
            "comment": tightness.comment,
            "sides": encode(tightness.sides),
        },
        "readings": [_write_reading(claim, r, evidence) for r in claim.readings],
    }


def _write_reading(
    claim: Claim, reading: Reading, evidence: Mapping[str, Evidence]
) -> dict[str, Any]:
    name = reading_name(claim.id, reading.kind)
    return {
        "kind": reading.kind,
        "statement": encode(reading.statement),
        "ill_typed": reading.ill_typed,
        "needs": [[title, encode(f)] for title, f in reading.needs.items()],
        "under": None if reading.under is None else list(reading.under),
        "expected": reading.expected,
        "justification": reading.justification,
        "gap": reading.gap,
        "why": reading.why,
        "breaks": reading.breaks,
        "ties": reading.ties,
        "sampled": reading.sampled,
        "evidence": evidence.get(name, {"reason": "nothing was tried"}),
    }


def reading_name(claim: str, kind: str) -> str:
    """The name of a reading, as `theory.judge.theorem_id` gives it."""
    return claim if kind == "as written" else f"{claim}:repaired"
