"""A document's checked results as one file that a second checker reads; see kernel/FORMAT.md.

It has the signature, the hypotheses, the witnesses, and every reading that was proved or refuted:
the proved ones as theorems, the refuted ones as families or models, each after the lemmas that it
uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from theory.judge import Judge, Judgement, load_certificates
from theory.kernel.certificates import encode
from theory.kernel.models import Model
from theory.kernel.processes import Run
from theory.kernel.terms import Formula, KernelError, Signature
from theory.kernel.witnesses import write_model, write_run
from theory.notation.document import Document
from theory.papers import certificate_folder, load

FORMAT = 2


def bundle(document: Document, judgements: Iterable[Judgement]) -> dict[str, Any]:
    """The bundle of the readings that are proved or refuted, lemmas first.

    Of a vacuous reading it has the theorem 0 >= 1 from its hypotheses.

    Raises KernelError where a lemma is not among them, or two use each other.
    """
    carried = {j.id: j for j in judgements if _kind(j)}
    claims = [_claim(judgement, document) for judgement in _lemmas_first(carried)]
    shown = dict(j.witness for j in carried.values() if j.witness is not None)
    against = {_counterexample(j): j.model for j in carried.values() if j.model is not None}
    return {
        "format": FORMAT,
        "document": document.name,
        "signature": _signature(document.language.signature),
        "hypotheses": _named(document.hypotheses),
        "witnesses": [[n, _model(m)] for n, m in (shown | against).items()],
        "claims": claims,
    }


def write_bundle(path: Path, name: str = "krum") -> None:
    """Judge a paper from its stored certificates and write its bundle."""
    document = load(name)
    judge = Judge(document, load_certificates(certificate_folder(name)))
    path.write_text(as_text(bundle(document, judge.all())), encoding="utf-8")


def as_text(data: dict[str, Any]) -> str:
    """The text of a bundle: a line for each claim, so that a change shows where it is."""

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    head = "".join(f'"{key}":{compact(data[key])},\n' for key in data if key != "claims")
    claims = ",\n".join(map(compact, data["claims"]))
    return f'{{{head}"claims":[\n{claims}\n]}}\n'


def _model(model: Model | Run) -> dict[str, Any]:
    return write_run(model) if isinstance(model, Run) else write_model(model)


def _kind(judgement: Judgement) -> str:
    """What kind of claim a judgement becomes; empty for one that does not belong in a bundle."""
    if judgement.theorem is not None and judgement.verdict.startswith(("PROVED", "VACUOUS")):
        return "theorem"
    if judgement.verdict != "REFUTED":
        return ""
    return "model" if judgement.model is not None else "family"


def _counterexample(judgement: Judgement) -> str:
    """The name of the model that refutes a reading."""
    return f"against {judgement.id}"


def _lemmas_first(carried: Mapping[str, Judgement]) -> Iterator[Judgement]:
    """The judgements in their order, but each after those whose theorems it uses."""
    done: set[str] = set()
    open_: list[str] = []

    def visit(name: str) -> Iterator[Judgement]:
        if name in done:
            return
        if name not in carried or name in open_:
            raise KernelError(f"the lemma {name!r} is not proved before {open_[-1]!r}")
        open_.append(name)
        for lemma in _lemmas(carried[name].certificate):
            yield from visit(lemma)
        open_.pop()
        done.add(name)
        yield carried[name]

    for name in carried:
        yield from visit(name)


def _lemmas(certificate: Any) -> list[str]:
    """The lemmas that a certificate, a list of certificates or none uses, in order of first use."""
    several = certificate if isinstance(certificate, list) else [certificate] if certificate else []
    steps = (step for one in several for step in one["steps"])
    return list(dict.fromkeys(step[1] for step in steps if step[0] == "lemma"))


def _claim(judgement: Judgement, document: Document) -> dict[str, Any]:
    reading, kind = judgement.reading, _kind(judgement)
    statement = reading.statement if judgement.theorem is None else judgement.theorem.statement
    claim: dict[str, Any] = {
        "id": judgement.id,
        "kind": kind,
        "statement": encode(statement),
        "under": None if reading.under is None else list(reading.under),
        "needs": _named(reading.needs),
    }
    if kind == "theorem":
        claim["assumes"] = _assumed(judgement, document.in_force(reading))
        claim["witness"] = None if judgement.witness is None else judgement.witness.name
    elif kind == "model":
        return {**claim, "witness": _counterexample(judgement)}
    elif reading.family is not None:
        claim["family"] = {
            "values": encode(reading.family.values),
            "constant": encode(reading.family.constant),
        }
    return {**claim, "certificate": judgement.certificate}


def _assumed(judgement: Judgement, known: Mapping[str, Formula]) -> list[str]:
    """The names of what the theorem rests on; a name must mean the same to every reader."""
    assert judgement.theorem is not None
    if {known[name] for name in judgement.assumes} != judgement.theorem.assumptions:
        raise KernelError(f"{judgement.id!r} needs another formula under the name of a hypothesis")
    return list(judgement.assumes)


def _named(formulas: Mapping[str, Formula]) -> list[list[Any]]:
    return [[name, encode(formula)] for name, formula in formulas.items()]


def _signature(signature: Signature) -> dict[str, Any]:
    return {
        "sizes": [[name, encode(size)] for name, size in signature.sizes.items()],
        "unions": [[name, list(parts)] for name, parts in signature.unions.items()],
        "symbols": [
            [name, symbol.sort, symbol.random, list(symbol.sets), symbol.varies]
            for name, symbol in signature.symbols.items()
        ],
        "definitions": [
            [name, [encode(p) for p in definition.parameters], encode(definition.body)]
            for name, definition in signature.definitions.items()
        ],
        "successors": [[name, encode(value)] for name, value in signature.successors.items()],
    }
