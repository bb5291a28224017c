"""A toy paper: sums of vectors and their lengths, with every verdict that a reading can get."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from theory.kernel.models import Model, Outcome
from theory.kernel.terms import Integrable, SomeConstant
from theory.notation.document import Claim, Document, Family, Reading, Step, Tightness
from theory.notation.language import (
    Language,
    Look,
    differ,
    expectation,
    norm,
    squared,
    total,
)
from theory.search.prover import Proved, Prover

language = Language()
n = language.integer("n")
K = language.integer("K")
C = language.scalar("C")
members = language.index_set("I", n, "member")
i, j = members.index("i"), members.index("j")
x = language.vector("x", members, random=True)
y = language.plain_vector("y", Look("y"), random=True)
whole = language.abbreviation("whole", total(i, x[i]), Look("S"))

HYPOTHESES = {
    "members": n >= 1,
    "square integrable": Integrable(squared(y)),
    "centred": expectation(y).eq(expectation(y)),
}


def model(*outcomes, n=None):
    """Equally likely outcomes: each lists the vectors of the members; y is the first of them."""
    count = len(outcomes[0]) if n is None else n
    rows = [[v if isinstance(v, tuple) else (v,) for v in vectors] for vectors in outcomes]
    exact = [[tuple(Fraction(c) for c in v) for v in vectors] for vectors in rows]
    return Model(
        {"n": {(): Fraction(count)}, "K": {(): Fraction(1)}, "C": {(): Fraction(0)}},
        [
            Outcome(
                Fraction(1, len(exact)),
                {"x": {(("I", k),): v for k, v in enumerate(row)}, "y": {(): row[0]}},
            )
            for row in exact
        ],
    )


def _nonnegative(p: Prover) -> Proved:
    return Proved((p.total(p.square(x[i]), i),))


def _copies(p: Prover) -> Proved:
    squares = p.total(p.square(x[i]), i)
    return Proved((p.multiply(p.hypothesis("members"), squares),))


def _growth(p: Prover, goals) -> list[Proved]:
    large = p.assume(K >= 1)
    return [Proved((p.by(goal, large, p.number(Fraction(1))),)) for goal in goals]


def _jensen(p: Prover) -> Proved:
    slack = p.total(p.total(p.square(x[i] - x[j]), i), j)
    return Proved((p.by(squared(whole) <= n * total(i, squared(x[i])), slack),))


def _one(p: Prover) -> Proved:
    others = p.total(p.multiply(p.square(differ(i, j)), p.square(x[j])), j)
    return Proved((p.by(squared(x[i]) <= total(j, squared(x[j])), others),))


DOCUMENT = Document(
    name="toy",
    title="Sums of vectors",
    language=language,
    hypotheses=HYPOTHESES,
    about="A small document that shows every verdict.",
    hypothesis_notes={"centred": "Says nothing, and nothing uses it."},
    witnesses=(
        ("one member", lambda: model((1,))),
        ("two members", lambda: model((1, -1), (2, 3))),
        ("in the plane", lambda: model(((1, 0), (0, 1)), ((0, 0), (2, 1)))),
    ),
    steps=(
        Step(
            equation="1-1",
            title="Squares",
            section="1",
            display=r"0 \le \sum_i ||x_i||^2 \\ ||x_i||^2 \le \sum_j ||x_j||^2 \tag{1-1}",
            explanation="Squares are not negative.",
            claims=(
                Claim(
                    "1-1a",
                    "a sum of squares is not negative",
                    quote=r"0 \le \sum_i ||x_i||^2",
                    readings=(
                        Reading(
                            "as written",
                            total(i, squared(x[i])) >= 0,
                            proof=_nonnegative,
                            why="Each summand is a square.",
                        ),
                    ),
                ),
                Claim(
                    "1-1b",
                    "one square is at most all of them",
                    quote=r"||x_i||^2 \le \sum_j ||x_j||^2",
                    readings=(
                        Reading(
                            "as written",
                            squared(x[i]) <= total(j, squared(x[j])),
                            proof=_one,
                            why="The other squares are dropped.",
                            breaks="Without the square it is false.",
                        ),
                    ),
                    tightness=Tightness(
                        examples=(lambda: model((1, 0)), lambda: model((1, 1))),
                        claimed="1",
                        best_proved="1",
                        comment="Attained when the others are 0.",
                    ),
                ),
                Claim(
                    "1-1c",
                    "as many squares as there are members",
                    readings=(
                        Reading(
                            "as written",
                            total(i, squared(x[i])) <= n * total(i, squared(x[i])),
                            proof=_copies,
                            why="There is at least one member.",
                            breaks="Nothing would be left for n = 0.",
                        ),
                    ),
                ),
            ),
        ),
        Step(
            equation="1-2",
            title="The square of a sum",
            section="1",
            display=r"||\sum_i x_i||^2 \le \sum_i ||x_i||^2 \tag{1-2}",
            claims=(
                Claim(
                    "1-2a",
                    "the square of a sum is at most the sum of squares",
                    quote=r"||\sum_i x_i||^2 \le \sum_i ||x_i||^2",
                    impact="local repair",
                    origin="both",
                    tightness=Tightness((lambda: model((1, 2)),), "1", "n"),
                    readings=(
                        Reading(
                            "as written",
                            squared(whole) <= total(i, squared(x[i])),
                            counterexample=lambda: model((1, 1)),
                            expected="REFUTED",
                            justification="NONE",
                            why="Cross terms may be positive.",
                            ties="There are no ties.",
                        ),
                        Reading(
                            "repaired",
                            squared(whole) <= n * total(i, squared(x[i])),
                            proof=_jensen,
                            why="Jensen: the slack is the sum of the squared differences.",
                        ),
                    ),
                ),
                Claim(
                    "1-2b",
                    "the mean of the squared length is the square of the mean",
                    quote=r"\mathbb E||y||^2 \le ||\mathbb E y||^2",
                    impact="argument fails but conclusion survives",
                    origin="paper",
                    readings=(
                        Reading(
                            "as written",
                            expectation(squared(y)) <= squared(expectation(y)),
                            counterexample=lambda: model(
                                *product([(1, 0), (0, 1), (-1, -1)], repeat=2)
                            ),
                            expected="REFUTED",
                            justification="NONE",
                            why="The variance is missing.",
                        ),
                    ),
                ),
                Claim(
                    "1-2c",
                    "the length of a sum is at most the length of one",
                    quote=r"||\sum_i x_i|| \le ||x_i||",
                    impact="slip",
                    origin="transcription",
                    readings=(
                        Reading(
                            "as written",
                            norm(whole) <= norm(x[i]),
                            counterexample=lambda: model(((1, 0), (1, 1))),
                            expected="REFUTED",
                            justification="NONE",
                        ),
                    ),
                ),
            ),
        ),
        Step(
            equation="1-3",
            title="What cannot be read",
            section="2",
            display=r"\sum_i x_i \le 1 \tag{1-3}",
            uses=("1-2",),
            claims=(
                Claim(
                    "1-3a",
                    "a vector is at most a number",
                    quote=r"\sum_i x_i \le 1",
                    impact="slip",
                    origin="transcription",
                    readings=(
                        Reading(
                            "as written",
                            whole <= 1,
                            expected="ILL-TYPED",
                            justification="NONE",
                        ),
                    ),
                ),
                Claim(
                    "1-3b",
                    "nobody knows",
                    readings=(
                        Reading(
                            "as written",
                            SomeConstant(
                                "C", ("n",), squared(whole) <= C * total(i, squared(x[i]))
                            ),
                            expected="UNDECIDED",
                            justification="GAP",
                            gap="Nothing is said of why.",
                        ),
                    ),
                ),
                Claim(
                    "1-3c",
                    "the number of members is bounded",
                    quote=r"n = O(1)",
                    impact="conclusion fails",
                    origin="paper",
                    readings=(
                        Reading(
                            "as written",
                            SomeConstant("C", (), n <= C * 1),
                            under=("members",),
                            family=Family(K, {"n": K + 1}, _growth),
                            expected="REFUTED",
                            justification="NONE",
                            why="There may be more members than any number.",
                        ),
                    ),
                ),
            ),
        ),
    ),
)
