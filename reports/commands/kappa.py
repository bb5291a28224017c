"""`byzproof kappa`: the robustness coefficient of Krum, from an example and a certificate."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from empirics.names import option
from reports.commands import Subparsers
from reports.errors import WrongUsage
from reports.files import Output
from reports.progress import Progress

if TYPE_CHECKING:
    from empirics.robustness.kappa import Kappa


RULES = ("krum", "multi_krum")
"""What --rule may be, in any spelling."""


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Add the command to those of `byzproof`."""
    parser = subparsers.add_parser(
        "kappa",
        help="the robustness coefficient of Krum, certified",
        description="The least kappa with |F - mean|^2 <= kappa (1/m) Sum |V_j - mean|^2 over the "
        "m = n - f correct workers: from below by exact vectors on which the literal rule is run, "
        "from above by a certificate that two checkers accept.",
    )
    parser.add_argument(
        "--rule",
        type=option(RULES),
        choices=RULES,
        default="krum",
        help="the rule (default: krum)",
    )
    parser.add_argument("--n", type=int, required=True, metavar="N", help="workers")
    parser.add_argument(
        "--f", type=int, required=True, metavar="F", help="Byzantine workers among them"
    )
    parser.add_argument(
        "--m", type=int, metavar="M", help="how many vectors multi_krum averages: 1 to n - f - 2"
    )
    parser.add_argument(
        "--json",
        metavar="FILE",
        help="write bounds, vectors and certificate as JSON; - is standard output",
    )
    parser.add_argument(
        "--certificate", metavar="FILE", help="write the certificate alone, for the second checker"
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Search, check, and say between what numbers kappa* is."""
    from empirics.robustness.closed_forms import exactly
    from empirics.robustness.kappa import kappa

    if (arguments.rule == "multi_krum") != (arguments.m is not None):
        raise WrongUsage("give --m M together with --rule multi_krum, and only then")
    whole, certificate = Output(arguments.json), Output(arguments.certificate)
    with Progress(f"kappa*({arguments.n}, {arguments.f})") as progress:
        try:
            found = kappa(
                arguments.n,
                arguments.f,
                arguments.m or 1,
                lambda done, of: progress("patterns", done, of),
            )
        except (ValueError, ArithmeticError) as wrong:
            raise WrongUsage(str(wrong)) from None
        except ModuleNotFoundError as missing:
            known = exactly(arguments.n, arguments.f) if arguments.m is None else None
            form = f" (without it: kappa* = {known[0]}, by its closed form)" if known else ""
            raise WrongUsage(
                f"the search needs {missing.name}: pip install 'byzproof[robustness]'{form}"
            ) from None
    certificate.write(lambda: json.dumps(found.certificate, indent=1) + "\n")
    whole.write(lambda: json.dumps(found.as_json(), indent=1) + "\n")
    if not (whole.standard or certificate.standard):
        print(summary(found))
    return 0


def summary(found: Kappa) -> str:
    """What was found, for a terminal.

    >>> from empirics.robustness.kappa import kappa
    >>> print(summary(kappa(5, 1)).splitlines()[0])
    kappa*(5, 1) of krum is between 4.16666666 and 4.16666671
    """
    from textwrap import fill

    from empirics.experiments.krum import eta2
    from empirics.robustness.kappa import above, below

    n, f = found.n, found.f
    upper, lower = above(found.upper), below(found.lower)
    lines = [
        f"kappa*({n}, {f}) of {found.rule} is between {lower:.9g} and {upper:.9g}",
        *([f"  exactly {found.exact[0]} (regime: {found.exact[1]})"] if found.exact else []),
        f"  below: exact vectors in dimension {found.example.vectors.shape[1]}, chosen by the rule",
        f"  above: {len(found.certificate['patterns'])} patterns certified; both checkers agree",
        f"  worst: {found.pattern}",
        f"  no rule has less than f/(n - 2f) = {found.floor}",
        fill(found.definition, 79),
    ]
    if found.selected == 1:
        lines += [
            fill(
                "For independent workers of one law, whatever the adversary: |E Krum - g|^2 <= "
                f"kappa* (n-f-1)/(n-f) d sigma^2 = {above(found.iid_bound):.6g} d sigma^2; the "
                f"paper's eta^2 is {eta2(n, f):.6g}.",
                79,
            ),
            fill(
                "For heterogeneous workers whose true gradients have variance zeta^2, Krum is "
                f"within {upper:.6g} zeta^2 of their mean, squared; no rule can promise less than "
                f"{found.floor} zeta^2.",
                79,
            ),
        ]
    return "\n".join(lines)
