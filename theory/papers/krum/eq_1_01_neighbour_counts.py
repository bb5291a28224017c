"""(1-1): how many correct and Byzantine neighbours a worker has."""

from __future__ import annotations

from theory.kernel.rules import Line
from theory.kernel.terms import Index
from theory.notation.document import Claim, Reading, Step
from theory.papers.krum.setting import a, delta_b, delta_c, f, k, l_byzantine, n, neighbour
from theory.search.prover import Proved, Prover


def neighbour_count(p: Prover, worker: Index) -> Line:
    """delta_c + delta_b = n - f - 2 at a worker."""
    return p.hypothesis("neighbour count", {a: worker})


def byzantine_neighbours(p: Prover, worker: Index) -> Line:
    """delta_b <= f: each Byzantine worker is a neighbour at most once."""
    at_most_once = p.total(p.square(1 - neighbour[worker, l_byzantine]), l_byzantine)
    return p.by(delta_b[worker] <= f, at_most_once)


def correct_neighbours(p: Prover, worker: Index) -> Line:
    """delta_c >= n - 2f - 2."""
    return p.by(
        delta_c[worker] >= n - 2 * f - 2,
        neighbour_count(p, worker),
        byzantine_neighbours(p, worker),
    )


def some_correct_neighbour(p: Prover, worker: Index) -> Line:
    """delta_c > 0, as n > 2f + 2."""
    return p.by(delta_c[worker] > 0, correct_neighbours(p, worker), p.hypothesis("enough workers"))


def nonzero(p: Prover, positive: Line) -> Line:
    """x^2 > 0 from x > 0: what a denominator needs."""
    return p.multiply(positive, positive)


def _sum(p: Prover) -> Proved:
    return Proved((neighbour_count(p, a),))


def _lower(p: Prover) -> Proved:
    return Proved((correct_neighbours(p, a),))


def _upper(p: Prover) -> Proved:
    nonnegative = p.total(p.square(neighbour[a, k]), k)
    return Proved((p.by(delta_c[a] <= n - f - 2, neighbour_count(p, a), nonnegative),))


def _byzantine(p: Prover) -> Proved:
    return Proved((byzantine_neighbours(p, a),))


STEP = Step(
    equation="1-1",
    title="Numbers of correct and Byzantine neighbours",
    section="1.4.1",
    display=r"""\delta_c(i)+\delta_b(i)=n-f-2 \\
n-2f-2 \le \delta_c(i) \le n-f-2 \\
\delta_b(i) \le f \tag{1-1}""",
    explanation=(
        "Every worker has n-f-2 neighbours, each of them correct or Byzantine, "
        "and there are only f Byzantine workers to be neighbours."
    ),
    claims=(
        Claim(
            "1-1a",
            "the two kinds of neighbours add up to n-f-2",
            quote=r"\delta_c(i)+\delta_b(i)=n-f-2",
            readings=(
                Reading(
                    "as written",
                    (delta_c[a] + delta_b[a]).eq(n - f - 2),
                    proof=_sum,
                    why="Each neighbour is counted once, as correct or as Byzantine.",
                    breaks="Nothing else is used: it is the definition of a neighbour.",
                ),
            ),
        ),
        Claim(
            "1-1b",
            "a worker has at least n-2f-2 correct neighbours",
            quote=r"n-2f-2 \le \delta_c(i)",
            readings=(
                Reading(
                    "as written",
                    n - 2 * f - 2 <= delta_c[a],
                    proof=_lower,
                    why="At most f of the n-f-2 neighbours are Byzantine.",
                    breaks="Counting a worker as its own neighbour would change the bound by one.",
                ),
            ),
        ),
        Claim(
            "1-1c",
            "a worker has at most n-f-2 correct neighbours",
            quote=r"\delta_c(i) \le n-f-2",
            readings=(
                Reading(
                    "as written",
                    delta_c[a] <= n - f - 2,
                    proof=_upper,
                    why="It has n-f-2 neighbours in all.",
                ),
            ),
        ),
        Claim(
            "1-1d",
            "a worker has at most f Byzantine neighbours",
            quote=r"\delta_b(i) \le f",
            readings=(
                Reading(
                    "as written",
                    delta_b[a] <= f,
                    proof=_byzantine,
                    why="There are only f Byzantine workers.",
                    breaks="For a Byzantine worker f-1 is true, since it is not its own neighbour.",
                ),
            ),
        ),
    ),
)
