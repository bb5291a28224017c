"""A claim about a whole run: what it does almost surely. No sample can look at one."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.terms import AlmostSure, Formula
from theory.notation.document import Claim, Reading
from theory.search.prover import Proved, Prover


def run_claim(
    name: str,
    title: str,
    statement: AlmostSure,
    needs: dict[str, Formula],
    proof: Callable[[Prover], Proved],
    expected: str,
    *,
    why: str,
    quote: str = "",
    gap: str = "",
    breaks: str = "",
    comment: str = "",
) -> Claim:
    """A sentence of the notes if it is quoted, proved though not by their argument; else ours."""
    reading = Reading(
        "as written",
        statement,
        needs=needs,
        proof=proof,
        expected=expected,
        justification="GAP" if quote else "ESTABLISHED",
        gap=gap,
        why=why,
        breaks=breaks,
        sampled=False,
    )
    return Claim(
        name,
        title,
        (reading,),
        quote,
        origin="both" if quote else "ours",
        compared="arXiv:1703.02757v1 has the same sentence." if quote else "",
        comment=comment,
    )
