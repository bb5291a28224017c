"""The corrected proof as continuous text, in Markdown and LaTeX, and the errata; all generated.

A claim stands as the text has it where that is proved, else as it was repaired. Prose of a document
is plain text with Unicode signs; here its mathematics becomes LaTeX, so that the article is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reports.corrected.text import Printed, Text
from reports.corrected.writers import TexWriter, Writer
from theory.judge import Judgement
from theory.notation.document import Document


def files(document: Document, judgements: Iterable[Judgement]) -> dict[str, str]:
    """The three texts by the names of their files: Markdown, a LaTeX article, and the errata.

    The article is ASCII, and needs amsmath and amssymb alone.
    """
    found, printed = list(judgements), Printed(document)
    markdown = Text(printed, found, Writer())
    return {
        "corrected.md": _proof(markdown, "corrected.md.j2"),
        "corrected.tex": _proof(Text(printed, found, TexWriter()), "corrected.tex.j2"),
        "errata.md": _rendered(
            "corrected.errata.md.j2", document=document, classes=markdown.errata()
        ),
    }


def _proof(text: Text, template: str) -> str:
    return _rendered(
        template,
        title=text.writer.prose(text.document.title),
        about=text.writer.prose(text.document.about),
        definitions=text.definitions(),
        hypotheses=text.hypotheses(),
        further=text.further(),
        cited=text.cited(),
        parts=text.parts(),
        undecided=text.undecided(),
    )


def _rendered(template: str, **values: object) -> str:
    from reports.templates import environment

    text = environment().get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
