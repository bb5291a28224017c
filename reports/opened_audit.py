"""What several commands start with: a document opened, named claims found in it, and its audit."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reports.errors import WrongUsage
from reports.progress import Progress

if TYPE_CHECKING:
    from reports.audit import Audit
    from reports.documents import Opened
    from theory.judge import Judgement
    from theory.notation.document import Step


def open_with_progress(name: str, *, fresh: bool = False) -> Opened:
    """The document; one of the user's own is searched for proofs while it is opened.

    Raises WrongUsage as `reports.documents.open_document` does.
    """
    from reports.documents import open_document

    with Progress(f"searching {name}") as progress:
        return open_document(name, fresh=fresh, progress=lambda claim: progress(claim, 0, 0))


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection: replays make many small objects and no circles of them.

    What they made is not searched for circles later either; it goes when nothing refers to it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def judged(source: Opened, names: Iterable[str] | None = None) -> list[Judgement]:
    """The judgements of these readings, of all unless named.

    Raises WrongUsage where the kernel refuses a text.
    """
    from theory.judge import Judge
    from theory.kernel.terms import KernelError

    judge = Judge(source.document, source.certificates)
    try:
        with uncollected():
            return list(judge.all() if names is None else map(judge.judge, names))
    except KernelError as refusal:
        raise WrongUsage(f"{source.document.name}: {refusal}") from None


def audit_with_progress(
    source: Opened,
    *,
    fresh: bool = False,
    measure: bool = True,
    wanted: Callable[[Step], bool] = lambda step: True,
) -> Audit:
    """The audit of the steps that are wanted; raises WrongUsage where the kernel refuses a text."""
    from reports.audit import audit
    from theory.kernel.terms import KernelError

    with Progress(f"auditing {source.document.name}") as progress:
        try:
            with uncollected():
                return audit(
                    source.document,
                    source.certificates,
                    fresh=fresh,
                    measure=measure,
                    wanted=wanted,
                    progress=progress,
                )
        except KernelError as refusal:
            raise WrongUsage(f"{source.document.name}: {refusal}") from None


def find_claims(source: Opened, name: str) -> tuple[Step, list[str]]:
    """The step that a name means, and the claims: all of a step, or the one that is named.

    Raises WrongUsage with the names that are like it.
    """
    plain = name.strip("()").removesuffix(":repaired")
    for step in source.document.steps:
        ids = [claim.id for claim in step.claims]
        if plain == step.equation:
            return step, ids
        if plain in ids:
            return step, [plain]
    raise WrongUsage(
        f"{source.document.name} has no step or claim {name!r}; {_like(source, plain)}"
    )


def _like(source: Opened, name: str) -> str:
    """The names that are like one that is none."""
    from difflib import get_close_matches

    steps = source.document.steps
    known = dict.fromkeys(name for s in steps for name in (s.equation, *(c.id for c in s.claims)))
    if near := get_close_matches(name, known, n=4):
        return f"do you mean {' or '.join(near)}?"
    return f"`byzproof statements {source.document.name}` lists them"
