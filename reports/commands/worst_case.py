"""`byzproof worst-case`: how far from g an adversary can keep the mean of Krum."""

from __future__ import annotations

import argparse
import json
import math
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.files import Output, check_file, write_file
from reports.progress import Progress

if TYPE_CHECKING:
    from empirics.worst_cases.exact import WorstCase
    from empirics.worst_cases.search import State
    from empirics.worst_cases.upper import Upper

BUDGET = 1
"""Starts where no worst case is stored and no budget is given."""
QUANTITY = "sup |E Krum - g|^2 / (d sigma^2) over i.i.d. laws and omniscient adversaries"


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "worst-case",
        help="how far from g the mean of Krum can be: a bracket, and the law that attains it",
        description="Bracket the sharp constant of Proposition 1, sup |E Krum - g|^2 / (d sigma^2) "
        "over all laws of the correct vectors and all adversaries: from below by a law and an "
        "adversary, evaluated exactly, from above by what is proved. The best laws found are "
        "stored; a budget searches on from them.",
    )
    parser.add_argument("--n", type=int, required=True, metavar="N", help="workers")
    parser.add_argument(
        "--f", type=int, required=True, metavar="F", help="Byzantine workers among them"
    )
    parser.add_argument(
        "--budget",
        type=int,
        metavar="STARTS",
        help="starts of the search in all, each some seconds to minutes (default: 0 where a worst "
        f"case is stored, otherwise {BUDGET})",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="the same seed finds the same (default: 0)"
    )
    parser.add_argument(
        "--resume",
        metavar="FILE",
        help="keep the state of the search in this file, and go on from it if it is there",
    )
    parser.add_argument("--json", metavar="FILE", help="write all as JSON; - is standard output")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Search if asked to, evaluate the best worst case exactly, and print the bracket."""
    from empirics.worst_cases.upper import upper

    output = Output(arguments.json)
    with Progress("certifying the upper bound") as progress:
        try:
            above = upper(arguments.n, arguments.f, lambda done, of: progress("patterns", done, of))
        except ValueError as wrong:
            raise WrongUsage(str(wrong)) from None
    found = _best(arguments)
    if found is None:
        return 130
    case, lower, starts = found
    data = as_json(case, lower, above, arguments.seed, starts)
    output.write(lambda: json.dumps(data, indent=1) + "\n")
    if not output.standard:
        show(case, lower, above, starts)
    return 0


def _best(arguments: argparse.Namespace) -> tuple[WorstCase, Fraction, int] | None:
    """The best worst case known or found, its exact ratio, and the starts that were done.

    None where the search was stopped from the keyboard.
    """
    from empirics.worst_cases.exact import stored

    known = stored()
    budget, n, f = arguments.budget, arguments.n, arguments.f
    if budget is None:
        budget = 0 if (n, f) in known else BUDGET
    if budget < 0:
        raise WrongUsage(f"--budget {budget}: give a number of starts, 0 or more")
    if arguments.seed < 0:
        raise WrongUsage(f"--seed {arguments.seed}: give an integer, 0 or more")
    cases = [known[n, f]] if (n, f) in known else []
    starts = 0
    if budget or not cases:
        state = _search(arguments, known, budget)
        if state is None:
            return None
        cases.append(state.worst_case())
        starts = state.starts
    with Progress("evaluating exactly") as progress:
        ratios = [case.lower(lambda done, of: progress("outcomes", done, of)) for case in cases]
    best = max(range(len(cases)), key=lambda one: ratios[one])
    return cases[best], ratios[best], starts


def _search(
    arguments: argparse.Namespace, known: dict[tuple[int, int], WorstCase], budget: int
) -> State | None:
    from empirics.worst_cases.search import begin, go_on

    file = Path(arguments.resume) if arguments.resume else None
    state = _resumed(file, arguments)
    if state is None:
        if file is not None:
            check_file(file)
        laws = {pair: case.law for pair, case in known.items()}
        try:
            state = begin(arguments.n, arguments.f, arguments.seed, laws)
        except ValueError as wrong:
            raise WrongUsage(str(wrong)) from None
    last = state

    def step(state: State) -> None:
        nonlocal last
        last = state
        if file is not None:
            write_file(file, json.dumps(state.as_json(), indent=1) + "\n")

    with Progress("searching") as progress:
        try:
            return go_on(
                state,
                budget,
                step,
                lambda done, of: progress(
                    f"start {last.starts + 1}/{budget}, {last.value**2:.4f}", done, of
                ),
            )
        except KeyboardInterrupt:
            kept = f"; --resume {file} goes on" if file else "; --resume FILE would keep them"
            print(f"byzproof: stopped after {last.starts} starts{kept}", file=sys.stderr)
            return None


def _resumed(file: Path | None, arguments: argparse.Namespace) -> State | None:
    """The state in a file; None where there is none yet."""
    from empirics.worst_cases.search import State

    if file is None or not file.is_file():
        return None
    try:
        state = State.from_json(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as wrong:
        raise WrongUsage(f"--resume {file}: {wrong}; name another file, or remove it") from None
    if (state.n, state.f, state.seed) != (arguments.n, arguments.f, arguments.seed):
        raise WrongUsage(
            f"--resume {file} is a search with n = {state.n}, f = {state.f}, seed = {state.seed}: "
            "give the same ones, or another file"
        )
    return state


def as_json(
    case: WorstCase, lower: Fraction, above: Upper, seed: int, starts: int
) -> dict[str, Any]:
    """The bracket with all that it rests on; `lower` is rounded down and `upper` up."""
    data = case.as_json()
    return {
        "quantity": QUANTITY,
        "n": case.n,
        "f": case.f,
        "lower": rounded(lower, up=False),
        "upper": rounded(above.value, up=True),
        "lower_digits": digits(lower),
        "upper_source": above.source,
        "search": {"seed": seed, "starts": starts},
        "law": data["law"],
        "adversary": data["adversary"],
    }


def rounded(x: Fraction, *, up: bool) -> float:
    """A float on the given side of a number.

    >>> rounded(Fraction(1, 3), up=False) < Fraction(1, 3) < rounded(Fraction(1, 3), up=True)
    True
    """
    near = float(x)
    if up and near < x:
        return math.nextafter(near, math.inf)
    if not up and near > x:
        return math.nextafter(near, -math.inf)
    return near


def digits(x: Fraction) -> str:
    """A number >= 0 with 30 decimals, rounded down.

    >>> digits(Fraction(2, 3))
    '0.666666666666666666666666666666'
    """
    whole, rest = divmod(math.floor(x * 10**30), 10**30)
    return f"{whole}.{rest:030}"


def show(case: WorstCase, lower: Fraction, above: Upper, starts: int) -> None:
    """The bracket and the law, as a table."""
    from rich.table import Table

    from reports.terminal import console

    out = console()
    origin = f"after {starts} starts of the search" if starts else "no search was asked for"
    out.print(f"sup |E Krum - g|² / (dσ²), n = {case.n}, f = {case.f}")
    out.print(
        f"  at least {math.floor(lower * 10**6) / 1e6:.6f}  (the law below, exactly; {origin})"
    )
    out.print(f"  at most  {math.ceil(above.value * 10**6) / 1e6:.6f}  ({above.source})")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("type", "probability", "position", "radius"):
        table.add_column(name, justify="right")
    for number, one in enumerate(case.law.types, 1):
        position = ", ".join(f"{float(x):.4f}" for x in one.position)
        table.add_row(
            str(number), f"{float(one.probability):.4f}", position, f"{float(one.radius):.4f}"
        )
    out.print(table)
    out.print(
        f"A vector is its position and, at right angles, its radius in one of "
        f"{case.law.directions} directions.\nThe adversary has an answer to {len(case.adversary)} "
        "counts of types; --json gives them."
    )
