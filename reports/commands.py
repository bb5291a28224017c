"""What each command does."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path

from reports.audit import Audit, KernelBug, audit
from reports.documents import Opened, open_document
from reports.errors import WrongUsage
from reports.files import CannotWrite, check_file, check_folder, write_file
from reports.progress import Progress
from theory import papers
from theory.kernel.terms import KernelError
from theory.notation.document import Step


def run(arguments: argparse.Namespace) -> int:
    """Carry out a command; the exit code."""
    command: Callable[[argparse.Namespace], int] = {
        "audit": run_audit,
        "explain": run_explain,
        "counterexample": run_counterexample,
        "report": run_report,
    }[arguments.command]
    try:
        return command(arguments)
    except CannotWrite as wrong:
        raise WrongUsage(str(wrong)) from None
    except KernelBug as bug:
        print(f"byzproof: KERNEL BUG: {bug}", file=sys.stderr)
        return 1


def run_audit(arguments: argparse.Namespace) -> int:
    """The verdict of every reading, as a table or as JSON."""
    source = _open(arguments.document, fresh=arguments.fresh)
    wanted = _wanted(source, arguments.step)
    if arguments.store and (source.store is None or arguments.step):
        raise WrongUsage("--store keeps the certificates of a whole paper of the package")
    if arguments.json not in (None, "-"):
        check_file(Path(arguments.json))
    fresh = arguments.fresh and arguments.document in papers.names()
    found = _audit(source, fresh=fresh, wanted=wanted)
    if arguments.json == "-":
        sys.stdout.write(found.as_json())
    else:
        from reports.terminal import console, show_audit

        if arguments.json is not None:
            write_file(Path(arguments.json), found.as_json())
        show_audit(found, console())
    if arguments.store and source.store is not None:
        from theory.judge import save_certificates

        kept = {} if fresh else dict(source.certificates)
        save_certificates(source.store, source.document, {**kept, **found.certificates})
    return 1 if found.surprises else 0


def run_explain(arguments: argparse.Namespace) -> int:
    """One claim, or every claim of a step, explained."""
    source = _open(arguments.document)
    wanted, claims = _claims(source, arguments.id)
    found = _audit(source, wanted=lambda step: step.equation == wanted.equation)
    from reports.terminal import console, explain

    out = console()
    for number, claim in enumerate(claims):
        if number:
            out.rule(style="dim")
        explain(source.document, [f for f in found.findings if f.judgement.claim.id == claim], out)
    return 0


def run_counterexample(arguments: argparse.Namespace) -> int:
    """A refutation as a script or as data."""
    from reports.counterexample import NoScript, as_json, script
    from theory.judge import Judge

    source = _open(arguments.document)
    names = _readings(source, arguments.id)
    judge = Judge(source.document, source.certificates)
    judged = [judge.judge(name) for name in names]
    refuted = [judgement for judgement in judged if judgement.verdict == "REFUTED"]
    if not refuted:
        verdicts = ", ".join(f"{j.id} is {j.verdict}" for j in judged)
        raise WrongUsage(f"{verdicts}: there is no counterexample")
    try:
        if arguments.format == "json":
            text = as_json(refuted[0])
        else:
            text = script(source.document, refuted[0], arguments.format)
    except NoScript as none:
        raise WrongUsage(str(none)) from None
    sys.stdout.write(text)
    return 0


def run_report(arguments: argparse.Namespace) -> int:
    """Audit, sample, and write the report."""
    from reports.render.report import write_report

    source = _open(arguments.document)
    folder = Path(arguments.out or f"byzproof-{source.document.name}")
    check_folder(folder)
    found = _audit(source)
    page = write_report(
        source.document, found, folder, sampling=arguments.sampling, readme=arguments.readme
    )
    print(f"Open {page}")
    return 1 if found.surprises else 0


def _open(name: str, *, fresh: bool = False) -> Opened:
    """The document; one of the user's own is searched for proofs while it is opened."""
    with Progress(f"searching {name}") as progress:
        return open_document(name, fresh=fresh, progress=lambda claim: progress(claim, 0, 0))


def _audit(
    source: Opened,
    *,
    fresh: bool = False,
    wanted: Callable[[Step], bool] = lambda step: True,
) -> Audit:
    with Progress(f"auditing {source.document.name}") as progress:
        gc.disable()  # an audit makes many small objects and no circles of them
        try:
            return audit(
                source.document, source.certificates, fresh=fresh, wanted=wanted, progress=progress
            )
        except KernelError as refusal:
            raise WrongUsage(f"{source.document.name}: {refusal}") from None
        finally:
            gc.enable()


def _wanted(source: Opened, ids: list[str]) -> Callable[[Step], bool]:
    if not ids:
        return lambda step: True
    equations = {_claims(source, name)[0].equation for name in ids}
    return lambda step: step.equation in equations


def _claims(source: Opened, name: str) -> tuple[Step, list[str]]:
    """The step that a name means, and the claims: all of a step, or the one that is named."""
    plain = name.strip("()").removesuffix(":repaired")
    for step in source.document.steps:
        ids = [claim.id for claim in step.claims]
        if plain == step.equation:
            return step, ids
        if plain in ids:
            return step, [plain]
    known = ", ".join(step.equation for step in source.document.steps)
    raise WrongUsage(f"{source.document.name} has no step or claim {name!r}; its steps: {known}")


def _readings(source: Opened, name: str) -> list[str]:
    """The readings that a name means: the one named, or all of a claim or step."""
    from theory.judge import theorem_id

    step, claims = _claims(source, name)
    found = [
        theorem_id(claim, reading)
        for claim in step.claims
        if claim.id in claims
        for reading in claim.readings
    ]
    return [name] if name in found else found
