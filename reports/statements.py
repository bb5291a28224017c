"""The statement sheet of a document: what was judged, as the data of a bundle, and its text."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill

from theory.bundle import bundle
from theory.judge import Judgement
from theory.kernel.certificates import encode
from theory.kernel.sheet import NOTATION, sheet
from theory.notation.document import Document

Parts = list[tuple[str, list[str]]]
"""The parts of a sheet: titles and lines."""


def statements(document: Document, judgements: Iterable[Judgement]) -> Parts:
    """The sheet of every reading, also of those that are in no bundle, with its verdict."""
    claims, wrong = [], []
    for judged in judgements:
        if judged.verdict == "ILL-TYPED":
            wrong.append(f"{judged.id}: {judged.reason}")
            continue
        reading = judged.reading
        claims.append(
            {
                "id": judged.id,
                "kind": judged.verdict,
                "statement": encode(reading.statement),
                "needs": [[name, encode(formula)] for name, formula in reading.needs.items()],
                "assumes": list(judged.assumes),
                "under": list(reading.under or ()),
            }
        )
        if judged.verdict.startswith("PROVED"):
            claims[-1]["witness"] = None if judged.witness is None else judged.witness.name
    parts = sheet({**bundle(document, []), "claims": claims})
    return [*parts, ("Sentences that do not denote", wrong)] if wrong else parts


def as_text(parts: Parts, width: int | None = None) -> str:
    """A sheet as text, its notation first; lines longer than the width are wrapped."""
    blocks = [("Notation", NOTATION.splitlines()), *parts]
    return "\n\n".join(
        "\n".join([title, *(_line(line, width) for line in lines)]) for title, lines in blocks
    )


def _line(line: str, width: int | None) -> str:
    if width is None:
        return f"  {line}"
    return fill(
        line,
        width,
        initial_indent="  ",
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
