"""`byzproof probe`: what does somebody else's Krum compute?"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from empirics.names import option
from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.files import Output
from reports.progress import Progress, Waiting

if TYPE_CHECKING:
    from rich.console import Console

    from empirics.probe.examine import Report

SIGNS = {
    "as the paper": ("=", "green"),
    "free": ("·", "dim"),
    "variant": ("≠", "yellow"),
    "differs": ("≠", "red"),
}
"""The sign and style of each verdict."""


RULES = ("krum", "multi_krum")
"""What --rule may be, in any spelling."""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "probe",
        help="what does somebody else's Krum compute?",
        description="Ask a callable, knowing nothing of its code, and say which rule it computes, "
        "where that differs from the paper's, and what is proved for it. It may be called as "
        "krum(vectors, f) or Krum(f)(vectors), with arrays, torch tensors or lists; its signature "
        "decides. It runs in a process of its own.",
        epilog="Exit codes: 0 no difference from the paper's rule was found, 1 one was, 2 wrong "
        "usage.",
    )
    parser.add_argument("callable", metavar="MODULE:CALLABLE", help="such as byzfl:Krum")
    parser.add_argument(
        "--rule",
        type=option(RULES),
        choices=RULES,
        default="krum",
        help="what it is meant to be (default: krum)",
    )
    parser.add_argument(
        "--m", type=int, metavar="M", help="1 to 5, passed on to a Multi-Krum that takes it"
    )
    parser.add_argument(
        "--bound",
        metavar="MODULE:CALLABLE",
        help="a function of (n, f) or (n, f, d, sigma): whose theorem is that?",
    )
    parser.add_argument(
        "--inputs",
        type=int,
        default=12_000,
        metavar="N",
        help="how many are drawn to compare it with the rule that is identified (default: 12000)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=10.0,
        metavar="SECONDS",
        help="for one answer (default: 10)",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the findings as JSON; - is standard output"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Examine the callable and show what was found."""
    from empirics.foreign import CannotLoad
    from empirics.probe.examine import examine
    from empirics.probe.process import bound_values

    output = Output(arguments.json)
    if not 0 < arguments.timeout < 1e6:
        raise WrongUsage(f"--timeout {arguments.timeout:g}: give a number of seconds above 0")
    if not 0 <= arguments.inputs <= 10**7:
        raise WrongUsage(f"--inputs {arguments.inputs}: give a number from 0 to 10000000")
    try:
        # Before the work, so that what is no bound is refused at once.
        with Waiting("probe") as waits, Progress("asking") as progress:

            def told(what: str, done: int, of: int) -> None:
                waits("")
                progress(what, done, of)

            waits(f"imports {arguments.bound or arguments.callable}")
            bound = arguments.bound and bound_values(arguments.bound, arguments.timeout)
            waits(f"imports {arguments.callable}")
            report = examine(
                arguments.callable,
                arguments.rule,
                m=arguments.m,
                bound=bound,
                timeout=arguments.timeout,
                inputs=arguments.inputs,
                progress=told,
            )
    except (CannotLoad, ValueError) as wrong:
        raise WrongUsage(str(wrong)) from None
    output.write(report.as_json)
    if not output.standard:
        from reports.terminal import console

        show(report, console())
    return 1 if report.differences else 0


def show(report: Report, out: Console) -> None:
    """The findings as a table, then the disagreement, the bounds and the conclusion."""
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    from empirics.probe.identify import tried

    found = report.identified
    out.print(f"[bold]{escape(report.spec)}[/], called as {escape(report.call)}")
    for warning in report.warnings:
        out.print(f"[yellow]Note:[/] {escape(warning)}.")
    if found.rule is not None:
        where = "" if found.explained == 1 else " on small inputs"
        out.print(f"computes{where}: {escape(found.rule.label)}")
        share = "all" if found.explained == 1 else f"{found.explained:.0%} of"
        alone = f"; tried were {tried()}, and no other does" if not found.equivalents else ""
        out.print(f"[dim]It explains {share} {found.asked} answers{alone}.[/]")
    for other in found.equivalents:
        out.print(f"or, just as well: {escape(other.label)}")
    if report.variant is not None:
        out.print(f"a documented variant: {escape(report.variant.title)}")
        out.print(Padding(f"[dim]{escape(report.variant.sources)}[/]", (0, 0, 0, 2)))
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, expand=True)
    table.add_column("", width=1)
    table.add_column("", ratio=3)
    table.add_column("found", ratio=5)
    table.add_column("the paper", ratio=5)
    for finding in report.findings:
        sign, style = SIGNS[finding.verdict]
        same = finding.verdict == "as the paper" and finding.found == finding.paper
        table.add_row(
            f"[{style}]{sign}[/]",
            escape(finding.name),
            escape(finding.found),
            "" if same else f"[dim]{escape(finding.paper)}[/]",
        )
    out.print()
    out.print(table)
    out.print("\n[bold]What is certified for it[/]")
    out.print(Padding(escape(report.certified), (0, 0, 0, 2)))
    if report.bound is not None:
        out.print("\n[bold]The bound[/]")
        name = f"{report.bound.name}: " if report.bound.name else ""
        out.print(Padding(escape(name + report.bound.says), (0, 0, 0, 2)))
    if report.pytest:
        out.print("\n[bold]The smallest disagreement found, as a test to paste[/]\n")
        out.print(escape(report.pytest), soft_wrap=True)
    out.print(_conclusion(report))


def _conclusion(report: Report) -> str:
    """How many differences there are, and of what kind, and what was tried."""
    tried = "" if report.agreement is None else report.agreement.says
    if not report.differences:
        return f"No difference from the paper's rule was found{tried and f': it {tried}'}."
    variants = sum(finding.verdict == "variant" for finding in report.differences)
    parts = [f"{variants} documented elsewhere"] if variants else []
    others = len(report.differences) - variants
    parts += [f"{others} that nobody documents or the theorem does not cover"] if others else []
    said = f"Differences from the paper's rule: {', '.join(parts)}."
    return f"{said} With the rule named above it {tried}." if tried else said
