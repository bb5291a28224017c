"""The paragraph of a lesson that explains a claim: the lessons answer the questions of a text."""

from __future__ import annotations

import re
from typing import NamedTuple

from theory.notation.document import Document


class Lesson(NamedTuple):
    """A paragraph, and the question that its lesson answers."""

    question: str
    text: str


def lesson_on(document: Document, claim: str) -> Lesson | None:
    """The first paragraph that names the claim, one that begins with it before others; or None."""
    named = re.compile(rf"\({re.escape(claim)}(?::repaired)?[,)]")
    headed = re.compile(rf"\*\*\({re.escape(claim)}\)")
    found = [
        Lesson(question.title, paragraph.strip())
        for question in document.questions
        for paragraph in question.text.split("\n\n")
        if named.search(paragraph)
    ]
    return min(found, key=lambda one: headed.match(one.text) is None, default=None)
