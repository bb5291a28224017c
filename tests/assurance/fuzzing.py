"""Hostile input: whatever is read from outside is answered, soon, and proves nothing false.

Certificates that are absurd, published reports and the answers of a document's process with random
edits, documents that mean harm, and random command lines. What must not happen: an exception that
nobody caught, more than two seconds of processor time in a checker, an exit code that is not
documented, a traceback, a false claim that is proved, a file that a document changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tests.assurance.frame import Figures, Progress, spread
from tests.hostile import absurd, answers, command_lines, documents, folders

NAME = "fuzzing"


class Kind(NamedTuple):
    """One kind of hostile input: how to try one of them, and how many there are."""

    label: str
    tried: Callable[[Any], str]
    sample: Sequence[Any]
    full: Sequence[Any]


def measure(scale: str, progress: Progress) -> Figures:
    """Try a sample, or some thousands, of every kind."""
    counts, wrong = {}, []
    for kind in KINDS:
        items = getattr(kind, scale)
        found = spread(kind.tried, items, scale, progress)
        counts[kind.label] = len(items)
        wrong += [f"{kind.label}, {what}" for what in found if what]
    return {
        "tried": counts,
        "violations": wrong,
        "summary": [
            *([f"hostile {label}", count] for label, count in counts.items()),
            [
                "that crashed, hung, proved what is false or ended otherwise than documented",
                len(wrong),
            ],
        ],
    }


def _certificate(name: str) -> str:
    given = absurd.CASES[name]()
    said = {checker: absurd.answer(checker, given) for checker in absurd.CHECKERS}
    wrong = [f"{by}: {what}" for by, what in said.items() if not absurd.is_answered(name, what)]
    return f"{name}: {'; '.join(wrong)}" if wrong else ""


def _report(number: int) -> str:
    kind, wrong = folders.edited_folder(number)
    return f"{number} ({kind}): {'; '.join(wrong)}" if wrong else ""


def _no_file(place: tuple[str, str]) -> str:
    wrong, _ = folders.sabotaged(*place)
    return f"{place[1]} as {place[0]}: {'; '.join(wrong)}" if wrong else ""


def _answer(number: int) -> str:
    kind, wrong = answers.edited_answer(number)
    return f"{number} ({kind}): {wrong}" if wrong else ""


def _message(number: int) -> str:
    kind, wrong = answers.edited_message(number)
    return f"{number} ({kind}): {wrong}" if wrong else ""


def _document(name: str) -> str:
    wrong, said = documents.tried(name)
    return f"{name}: {wrong} ({said})" if wrong else ""


def _command_line(number: int) -> str:
    words, wrong = command_lines.tried(number)
    return f"{number} ({' '.join(words)[:80]!r}): {wrong}" if wrong else ""


NO_FILES = [(name, kind) for name in folders.FILES for kind in folders.NO_FILES]
KINDS = (
    Kind("certificates", _certificate, sorted(absurd.COSTLY)[:1], list(absurd.CASES)),
    Kind("reports", _report, range(20, 24), range(1_000)),
    Kind("files that are none", _no_file, NO_FILES[:1], NO_FILES),
    Kind("answers of a document's process", _answer, range(60, 80), range(6_000)),
    Kind("messages of a document's process", _message, range(20, 22), range(600)),
    Kind("documents", _document, ["no modules"], list(documents.DOCUMENTS)),
    Kind("command lines", _command_line, range(160, 180), range(6_000)),
)
