"""Which line loses how much: from eta^2 d sigma^2 down to |E Krum - g|^2, on one exact model.

The notes climb from |E Krum - g|^2 to eta^2 d sigma^2 in the lines (1-2) to (1-8). Read downwards,
each line replaces an expression by one that it claims to be smaller. On a finite model all of them
are fractions, so each line has a ratio, and the ratios multiply to the whole. The corrected proof
is another such way down. Where a line speaks of any correct worker i, the mean over all of them is
taken. The notes' bound has a part for a correct winner and one for a Byzantine winner; a line that
changes one part has a ratio of its own, that of the part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from empirics.worst_cases.exact import stored
from empirics.worst_cases.upper import number, upper
from theory.kernel.intervals import interval
from theory.kernel.models import Evaluator, Model
from theory.kernel.terms import Term, term
from theory.notation.document import Document
from theory.notation.language import expectation, squared, total
from theory.papers.krum.coin_models import farthest_coin, nearest_coin, triangle
from theory.papers.krum.eq_1_02_decomposition import byzantine_terms, gap, skewed_coin, three_points
from theory.papers.krum.eq_1_03_correct_winner import (
    copy_of_first,
    near_means,
    two_correct_workers_alike,
)
from theory.papers.krum.eq_1_05_byzantine_winner import score_of_i
from theory.papers.krum.eq_1_06_zeta_bound import zeta_bound
from theory.papers.krum.eq_1_07_byzantine_bias import (
    fair_coins,
    fewer,
    first,
    rare_spike,
    second,
    third,
    unit,
)
from theory.papers.krum.eq_1_08_bias_bound import bias, composed
from theory.papers.krum.extreme_models import (
    between_largest,
    beyond_commonest,
    even_steps,
    furthest,
    leaning_out,
    pulled_up,
    rare_value,
    split_in_two,
    tetrahedron,
)
from theory.papers.krum.lemma_gap import gap_of
from theory.papers.krum.lemma_score import near_part
from theory.papers.krum.models import krum_model
from theory.papers.krum.question_1 import reduced
from theory.papers.krum.setting import (
    Krum,
    V,
    chosen,
    d,
    delta_c,
    eta2,
    f,
    g,
    i,
    j,
    k,
    language,
    m,
    n,
    score,
    variance,
    w,
)
from theory.papers.krum.zeta import less_than_one


@dataclass(frozen=True)
class Link:
    """A line read downwards: what it leaves of the bound, as terms that are added."""

    claim: str
    """The id of a reading: `1-2a`, or `1-2a:repaired`."""
    says: str
    parts: tuple[Term, ...]
    changes: int | None = None
    """The part that the line changes; None where it changes the whole."""


@dataclass(frozen=True)
class Line:
    """A line on a model: the bound before and after, and the same of the part that it changes."""

    claim: str
    says: str
    inequality: bool
    """The document proves the reading; otherwise the bound may also rise."""
    before: Fraction
    after: Fraction
    part_before: Fraction
    part_after: Fraction

    @property
    def ratio(self) -> Fraction:
        """What is left of the whole bound."""
        return self.after / self.before

    @property
    def own_ratio(self) -> Fraction | None:
        """What is left of the part; None where there was nothing."""
        return self.part_after / self.part_before if self.part_before else None


@dataclass(frozen=True)
class Waterfall:
    """All lines of one way down, on one model; the last bound is |E Krum - g|^2 itself."""

    title: str
    variance: Fraction
    """d sigma^2."""
    lines: tuple[Line, ...]

    @property
    def total(self) -> Fraction:
        """|E Krum - g|^2 over eta^2 d sigma^2: the product of all ratios."""
        return self.lines[-1].after / self.lines[0].before

    def line(self, claim: str) -> Line:
        """The line of a claim. Raises KeyError where there is none."""
        for line in self.lines:
            if line.claim == claim:
                return line
        raise KeyError(claim)


def _won(x: Term) -> Term:
    """The sum over k of the mean over i of E x, where k wins."""
    return _each(chosen.equals(k) * x)


def _each(x: Term) -> Term:
    """The sum over k of the mean over i of E x."""
    return total(k, total(i, expectation(x)) / m)


def notes() -> tuple[Link, ...]:
    """The way down of the notes; the first link is the bound itself."""
    winner_is_correct = total(i, expectation(gap_of(i) * chosen.equals(i)))
    all_alike, each_near = m * unit, total(i, near_means)
    near = total(i, expectation(1 / delta_c[i] * near_part(i)))
    gaps = total(i, expectation(gap_of(i)))
    near_of_k = 1 / delta_c[k] * near_part(k)
    nothing = term(0)
    return (
        Link("1-8b", "η²dσ²", (eta2 * d * variance, nothing)),
        Link("1-8b", "written as two parts", (all_alike, composed - all_alike)),
        *(
            Link(claim, says, (all_alike, part), changes=1)
            for claim, says, part in (
                ("1-7c", "largest numerators, smallest denominator", _each(second)),
                ("1-7b", "indicators of ζ(i) dropped: the factor n-f-1", _each(first)),
                ("1-7a", "I(i* = k) dropped, ratios of counts out of E", _won(zeta_bound)),
                ("1-6", "Byzantine neighbours replaced by ζ(i)", _won(score_of_i)),
                ("1-5b", "the winner's score replaced by that of i", _won(near_of_k)),
                ("1-5a", "Jensen for a Byzantine winner", byzantine_terms),
            )
        ),
        *(
            Link(claim, says, (part, byzantine_terms), changes=0)
            for claim, says, part in (
                ("1-3d", "the mean squared distance of two", each_near),
                ("1-3c", "E moved inside the sum over neighbours", near),
                ("1-3b:repaired", "Jensen for a correct worker", gaps),
                ("1-3e", "I(i* = i) dropped: every correct i wins", winner_is_correct),
            )
        ),
        Link("1-2c:repaired", "split over the winner", (expectation(squared(gap)), nothing)),
        Link("1-2b", "Jensen for Krum minus that mean", (squared(expectation(gap)), nothing)),
        Link("1-2a", "the mean of the neighbours replaced by g", (squared(bias), nothing)),
    )


def corrected() -> tuple[Link, ...]:
    """The way down of the corrected proof, with the weights 1 and 1."""
    q = n - 2 * f - 1
    errors = 2 / q * total(j, expectation(squared(V[j] - g)))
    scores = 2 / q * (m - 2) * unit
    of_correct = 2 / q * total(i, expectation(score[i])) / m
    of_chosen = 2 / q * expectation(chosen.at(w, score[w]))
    nothing = term(0)
    return (
        Link("below-eta", "η²dσ²", (eta2 * d * variance, nothing)),
        Link(
            "below-eta",
            "our constant in the place of η²",
            (scores, (6 * m - 8) / q * (d * variance) - scores),
        ),
        Link(
            "score-of-correct",
            "a correct score: the closest of all",
            (of_correct, errors),
            changes=0,
        ),
        Link(
            "score-of-chosen", "the least score: at most the mean", (of_chosen, errors), changes=0
        ),
        Link(
            "error-of-chosen",
            "Krum keeps correct company",
            (expectation(squared(Krum - g)), nothing),
        ),
        Link("1-2a:repaired", "Jensen for Krum minus g", (squared(bias), nothing)),
    )


def waterfall(document: Document, title: str, links: Sequence[Link], model: Model) -> Waterfall:
    """The lines of a way down on a model.

    Raises ValueError where a bound is 0 before its end, so that it has no ratio.
    """
    evaluator = Evaluator(language.signature, model)
    lines = measured(document, links, evaluator)
    if len(lines) < len(links) - 1:
        raise ValueError(f"the bound is 0 after {len(lines)} lines: this model shows no ratio")
    return Waterfall(title, _fraction(evaluator, d * variance), tuple(lines))


def measured(document: Document, links: Sequence[Link], evaluator: Evaluator) -> list[Line]:
    """The lines of a way down until the bound is 0."""
    bounds = [[_fraction(evaluator, x) for x in link.parts] for link in links]
    lines: list[Line] = []
    for link, before, after in zip(links[1:], bounds, bounds[1:], strict=False):
        whole = sum(before, Fraction(0)), sum(after, Fraction(0))
        if not whole[0]:
            break
        part = whole if link.changes is None else (before[link.changes], after[link.changes])
        lines.append(Line(link.claim, link.says, _proved(document, link.claim), *whole, *part))
    return lines


def _fraction(evaluator: Evaluator, x: Term) -> Fraction:
    found = evaluator.value(x)
    assert isinstance(found, Fraction)
    return found


def waterfalls(document: Document) -> tuple[Waterfall, Waterfall]:
    """Both ways down on the common model: the notes', and that of the corrected proof."""
    model = leaning_out()
    return (
        waterfall(document, "the notes", notes(), model),
        waterfall(document, "the corrected proof", corrected(), model),
    )


def _proved(document: Document, reading: str) -> bool:
    """Whether the document expects PROVED of a reading."""
    claim, _, kind = reading.partition(":")
    readings = document.claims()[claim].readings
    return next(r for r in readings if r.kind == (kind or "as written")).expected == "PROVED"


WHOLE = (5, 1)
"""The n and f for which all lines together are measured."""
BYZANTINE_FIRST = (4, 3, 2, 1, 0)
MODELS: dict[str, Callable[[], Model]] = {
    "the common model": leaning_out,
    "two points": two_correct_workers_alike,
    "a copy of the first": copy_of_first,
    "fair coins": fair_coins,
    "a rare spike": rare_spike,
    "a nearest coin": nearest_coin,
    "a farthest coin": farthest_coin,
    "a triangle": triangle,
    "a skewed coin": skewed_coin,
    "three points": three_points,
    "distances below 1": less_than_one,
    "a very rare value": rare_value,
    "a tetrahedron": tetrahedron,
    "even steps": even_steps,
    "two groups, one way": pulled_up,
    "two groups": split_in_two,
    "a far vector": lambda: krum_model(
        5, 1, [(0, Fraction(2, 65)), (2, Fraction(63, 65))], beyond_commonest(1000), zeta="nearest"
    ),
    "beyond the commonest": lambda: krum_model(
        5,
        1,
        [(2, Fraction(5, 71)), (4, Fraction(63, 71)), (6, Fraction(3, 71))],
        beyond_commonest(4),
        ties=BYZANTINE_FIRST,
        zeta="farthest",
    ),
    "a rare value, between": lambda: krum_model(
        5,
        1,
        [(-5, Fraction(1, 67)), (-2, Fraction(66, 67))],
        between_largest,
        ties=BYZANTINE_FIRST,
    ),
    "a rare value": lambda: krum_model(
        5, 1, [(-6, Fraction(1, 79)), (6, Fraction(78, 79))], between_largest
    ),
    "always a neighbour": lambda: krum_model(
        5,
        1,
        [(0, Fraction(1, 3)), (4, Fraction(2, 3))],
        furthest,
        ties=BYZANTINE_FIRST,
        zeta="farthest",
    ),
}
"""The models on which each line is measured for itself."""


SHARPER = {"1-7c": (fewer, third)}
"""What is proved in the place of a line's bound, and that bound: see the claim 1-7-counts."""


@dataclass(frozen=True)
class Bracket:
    """The supremum of a line's own ratio: attained on a model, and the bound that is proved."""

    claim: str
    attained: Fraction
    model: str
    n: int
    f: int
    proved: Fraction | None
    """None for what is no inequality."""


def brackets(
    document: Document, models: Mapping[str, Callable[[], Model]] = MODELS
) -> list[Bracket]:
    """For each line of both ways down the largest own ratio on any of the models."""
    best: dict[str, Bracket] = {}
    for name, build in models.items():
        evaluator = Evaluator(language.signature, build())
        sizes = int(_fraction(evaluator, n)), int(_fraction(evaluator, f))
        for line in (
            line
            for links in (notes(), corrected())
            for line in measured(document, links, evaluator)
        ):
            ratio, known = line.own_ratio, best.get(line.claim)
            if ratio is not None and (known is None or ratio > known.attained):
                proved = _at_most(line.claim, *sizes) if line.inequality else None
                best[line.claim] = Bracket(line.claim, ratio, name, *sizes, proved)
    return [_whole(), *best.values()]


def _at_most(claim: str, workers: int, byzantine: int) -> Fraction:
    """The largest own ratio that is possible: 1, or less where a sharper bound is proved."""
    if claim not in SHARPER:
        return Fraction(1)
    less, claimed = (interval(number(x, workers, byzantine)) for x in SHARPER[claim])
    return less.high / claimed.low


def _whole() -> Bracket:
    """All lines together: |E Krum - g|^2 against eta^2 d sigma^2 for the worst case known."""
    claimed = interval(number(eta2, *WHOLE)).low
    attained = stored()[WHOLE].lower() / claimed
    return Bracket("1-8a", attained, "the stored worst case", *WHOLE, upper(*WHOLE).value / claimed)


def sentence(way: Waterfall, other: Waterfall) -> str:
    """Where the constants are loose, in one sentence with numbers."""

    def lost(claim: str) -> str:
        own = way.line(claim).own_ratio
        return f"{float(1 / own):.2f}" if own else "everything"

    start, end = (float(x / way.variance) for x in (way.lines[0].before, way.lines[-1].after))
    ours = float(other.line("below-eta").after / way.variance)
    with_one = float(interval(number(m * unit + f * reduced, *WHOLE)).low)
    known = f"{float(stored()[WHOLE].lower()):.3f}"
    return (
        f"For n = 5, f = 1 the notes' η² is {start:g}, where |E Krum − g|² is {end:.3f} dσ² for a "
        f"law with three values (largest known for any law: {known} dσ²): too large by a factor of "
        f"{1 / float(way.total):.1f}. In the part of a Byzantine winner the factor n-f-1 of (1-7b) "
        f"loses a factor of {lost('1-7b')} (with 1 in its place η² would be {with_one:g}), the "
        f"counts of (1-7c) {lost('1-7c')}, the indicator that (1-7a) drops {lost('1-7a')}, (1-6) "
        f"{lost('1-6')} and (1-5b) {lost('1-5b')}; in the part of a correct winner (1-3c) loses "
        f"{lost('1-3c')}, and the indicator that (1-3e) drops loses {lost('1-3e')}; only the false "
        f"line (1-2a) gains, a factor of {float(way.line('1-2a').ratio):.1f}. The corrected proof "
        f"starts at {ours:g} dσ² and loses a factor of {ours / end:.1f}."
    )
