"""Where a search ended: what is left to show, in the notation of the document, and what to try.

The facts that were found are added up so that as little as possible is left of the goal; this is
exact, so whoever shows what is left has shown the goal.
"""

from __future__ import annotations

from theory.kernel.formulas import Plain
from theory.kernel.polynomials import add, scale
from theory.kernel.terms import Formula, Integrable, Relation, Times
from theory.notation.document import Document, Reading
from theory.notation.printing import Printer
from theory.search.goals import Missing, Search
from theory.search.readback import term_of
from theory.search.relevance import mentioned

EXPLAINING = 2_000
"""Steps for writing down the facts that helped."""

LONGEST = 8
"""More summands than this explain nothing."""

MOST_NAMES = 3


def explained(document: Document, reading: Reading, search: Search, failure: Missing) -> str:
    """Why a reading is undecided: what is left to show, what was not used, and a chain to try."""
    printer = Printer(document.language)
    if failure.needed != reading.statement:
        return missing(printer, failure.needed)
    search.trace.allow(EXPLAINING)
    sentences = [failure.reason]
    if isinstance(failure.needed, Relation):
        left = _left(printer, search, failure.needed)
        sentences += left
        sentences += _unused(document, reading, search, failure.needed)
    return "; ".join(sentences)


def missing(printer: Printer, needed: Plain) -> str:
    """What a statement needs to denote and what was not shown."""
    match needed:
        case Integrable(body):
            what = printer.text(body)
            return f"E of {what} may not exist: assume that it, or a square above it, is integrable"
        case Relation(Times((x, _)), ">"):
            return f"{printer.text(x)} is a denominator and may be 0: assume that it is not"
        case Relation(x, ">="):
            return f"{printer.text(x)} is under a root and may be negative: assume that it is not"
    return f"not shown: {printer.text(needed)}"


def _left(printer: Printer, search: Search, goal: Relation) -> list[str]:
    """What is left of the goal, and the chain that stops there."""
    pool = search.pool(goal)
    if pool is None:
        return []
    rest, _ = pool.residue()
    if not 0 < len(rest) <= LONGEST:
        return []
    sign = ">" if goal.op in ("<", ">") else "≥"
    found = [f"what is left to show: {printer.text(term_of(rest))} {sign} 0"]
    small, large = (goal.left, goal.right) if goal.op in ("<=", "<") else (goal.right, goal.left)
    between = add(search.kernel.algebra.normal(large), scale(rest, -1))
    part = all(pool.goal.get(m) == c for m, c in rest.items())
    if goal.op != "=" and not part and not goal.given and len(between) <= LONGEST:
        step = printer.text(term_of(between))
        found.append(
            f"try a chain through it: {printer.text(small)} ≤ {step} is found, "
            f"{step} ≤ {printer.text(large)} is not"
        )
    return found


def _unused(document: Document, reading: Reading, search: Search, goal: Relation) -> list[str]:
    """The hypotheses about symbols of the goal that no fact which helped rests on."""
    pool = search.pool(goal)
    lines = pool.residue()[1] if pool is not None else []
    used: set[Formula] = set().union(*(line.assumptions for line in lines))
    signature = document.language.signature
    about = mentioned(signature, goal)
    names = [
        name
        for name, formula in {**document.hypotheses, **reading.needs}.items()
        if formula not in used
        and isinstance(formula, Relation)
        and about & mentioned(signature, formula)
    ]
    if not names or not lines:
        return []
    more = " and others" if len(names) > MOST_NAMES else ""
    return [f"not used: {', '.join(map(repr, names[:MOST_NAMES]))}{more}"]
