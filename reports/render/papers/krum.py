"""Krum: where the constants are loose, the sharp ones, and the runs of the convergence half."""

from __future__ import annotations

from fractions import Fraction

from empirics.experiments.krum import eta2
from empirics.robustness.closed_forms import exactly
from empirics.robustness.published import PUBLISHED
from empirics.robustness.table import WHOLE, Row, checked, table
from empirics.worst_cases.exact import stored
from reports.render import dynamics_figures, robustness_figures, waterfall_figure
from reports.render.dynamics_figures import Caption
from reports.render.papers import Drawing, Section, Table
from reports.waterfall import brackets
from theory.papers.krum.document import DOCUMENT

KAPPA = r"""
Let $\kappa^*(n, f)$ be the least number with
$\lVert Krum-\mu\rVert^2 \le \kappa^*\frac{1}{m}\sum_j\lVert V_j-\mu\rVert^2$ for all vectors of all
dimensions, where $\mu$ is the mean of the $m=n-f$ correct ones. No law and no independence is asked
for. It is known here for all $n \le 50$ to seven digits: from below by exact vectors among which
the literal Krum was run, from above by certificates that two checkers accept
(byzproof kappa --n N --f F).

For independent workers of one law it gives
$\lVert\mathbb{E}Krum-g\rVert^2 \le \kappa^*\frac{m-1}{m}d\sigma^2$, whatever the adversary. How far
that is from the worst law is open; the lower ends in the table of laws are exact values for laws
and adversaries that were searched for (byzproof worst-case).

For heterogeneous workers, whose true gradients have the variance $\zeta^2$, Krum is within
$\kappa^*\zeta^2$ of their mean, squared; no rule whatsoever can promise less than
$\frac{f}{n-2f}\zeta^2$.

**Closed forms**, proved for all $n$ at once: families of certificates, and of vectors that attain
them, which both checkers accept. Without Byzantine workers $\kappa^*=\frac{n(n-1)}{n^2-3n+4}$. For
$f \ge 6$ there are three regimes; what limits a winner far from the mean is that its neighbours, or
the correct workers farther on, must not score better.

1. $2f+3 \le n \le 3f-1$: $\frac{n((n-2f-1)(n+2)+f+1)}{(f+1)(n-2f)(n-2f-1)}$; the first of them, for
$n=2f+3$, is $\frac{(2f+3)(5f+11)}{6(f+1)}$ (for $f \ge 4$).

2. $3f+2 \le n \le 4f-4$: $\frac{((3f-1)n-3f^2-2f-3)^2}{(f+1)(n-2f-1)(n-f-3)^2}$.

3. $n \ge 4f-3$: the larger of two fractions in $n$ and $f$ (empirics.robustness.families). For $f$
fixed both are $1+\frac{c}{n}$ up to $\frac{1}{n^2}$, the larger with $c=\frac{5f^2+6f+2}{f+1}$.

In between $\kappa^*$ is irrational: $(1+\frac{2f}{\sqrt{f^2-1}})^2$ for $n=3f \ge 9$ and
$(1+\sqrt{\frac{4f+2}{f+1}})^2$ for $n=3f+1 \ge 7$ (the vectors that attain it by hand).

For $f=vn$ and $n \to \infty$ the limit is $\frac{(1-v)(1+2v)}{(1-2v)^2}$ up to $v=\frac{1}{4}$ and
stops there: then it is $\frac{9v}{1-2v}$ up to $v=\frac{1}{3}$, and $\frac{1}{v(1-2v)}$ beyond. For
some small $n$ with $f \le 5$ only the certified numbers are known.
"""


def sections() -> list[Section]:
    """In the order of the page."""
    return [
        Section(
            "loose-lines",
            "Which line loses how much",
            "Each line of the notes, read downwards, replaces a bound by a smaller one. On one "
            "exact model the ratios multiply to the whole. In the table every line has its own "
            "worst: the largest ratio on the models tried, and the bound that is proved.",
            (_line_brackets(),),
            _drawings(waterfall_figure.figures(), waterfall_figure.captions()),
        ),
        Section(
            "kappa",
            "The sharp robustness coefficient of Krum",
            KAPPA,
            (_kappas(), _expectations(), _published()),
            _drawings(
                {
                    robustness_figures.AGAINST_ETA: robustness_figures.against_eta(),
                    robustness_figures.LIMIT: robustness_figures.limit(),
                },
                {
                    robustness_figures.AGAINST_ETA: Caption(
                        "What is certified against the paper's η²",
                        "Both bound |E Krum − g|² over dσ² for independent workers of one law.",
                    ),
                    robustness_figures.LIMIT: Caption(
                        "The coefficient over the share of Byzantine workers",
                        "Certified values, their limit with its three regimes, and a bound from "
                        "the literature, stated for another number of neighbours.",
                    ),
                },
            ),
        ),
        Section(
            "runs",
            "Whole runs",
            "Simulated, with fixed seeds. A picture shows what a theorem says, and what goes wrong "
            "without one of its hypotheses; it proves nothing.",
            (),
            _drawings(dynamics_figures.figures(), dynamics_figures.captions()),
        ),
    ]


def in_short() -> str:
    """How loose the constant is, at n = 11 and f = 4, and for many workers."""
    n, f = 11, 4
    kappa = exactly(n, f)
    assert kappa is not None
    upper = table()[n, f].upper
    return (
        "And how loose is the constant? Krum's sharp robustness coefficient is known here in "
        f"closed form, with certificates for all n at once: for n = {n} and f = {f} it is "
        f"{kappa[0]} ≈ {float(upper):.3f}. It gives |E Krum − g|² ≤ "
        f"{float(upper * Fraction(n - f - 1, n - f)):.3f} dσ², where the paper has η² = "
        f"{eta2(n, f):g}; the worst law and adversary found reach "
        f"{float(stored()[n, f].lower()):.3f}. For a share v = f/n and large n it tends to "
        "(1−v)(1+2v)/(1−2v)² up to v = 1/4, then to 9v/(1−2v), and from v = 1/3 on to 1/(v(1−2v))."
    )


def _drawings(figures: dict[str, str], captions: dict[str, Caption]) -> tuple[Drawing, ...]:
    return tuple(
        Drawing(name, captions[name].title, captions[name].text, svg)
        for name, svg in figures.items()
    )


def _line_brackets() -> Table:
    rows = tuple(
        (
            bracket.claim,
            f"{float(bracket.attained):.4g}",
            "no inequality" if bracket.proved is None else f"{float(bracket.proved):.4g}",
            f"{bracket.model}, n = {bracket.n}, f = {bracket.f}",
        )
        for bracket in brackets(DOCUMENT)
    )
    return Table(
        "The smaller side over the larger one, line by line",
        ("claim", "attained", "at most", "on"),
        rows,
    )


def _kappas() -> Table:
    shown = [
        (5, 1),
        (7, 2),
        (11, 3),
        (11, 4),
        (20, 2),
        (20, 5),
        (20, 8),
        (50, 5),
        (50, 12),
        (50, 23),
    ]
    shown += [(n, f) for n, f in table() if n >= 100]

    def row(each: Row) -> tuple[str, ...]:
        n, f = each.n, each.f
        return (
            f"{n}, {f}",
            _rounded(each.lower, down=True),
            _rounded(each.upper, down=False),
            _exactly(n, f),
            _rounded(each.upper * Fraction(n - f - 1, n - f), down=False),
            f"{eta2(n, f):.6g}",
            f"{f / (n - 2 * f):.4g}",
            each.pattern,
        )

    header = ("n, f", "κ* at least", "at most", "exactly", "κ*(m−1)/m", "η²", "f/(n−2f)", "worst")
    rows = tuple(row(checked(*each) if each in WHOLE else table()[each]) for each in shown)
    return Table("κ*(n, f) of Krum", header, rows)


def _exactly(n: int, f: int) -> str:
    """kappa* by its closed form; the name of that where the number is too long for a column."""
    known = exactly(n, f)
    if known is None:
        return "not known"
    return known[0] if len(known[0]) < 21 else known[1]


def _expectations() -> Table:
    """The bracket of sup |E Krum - g|^2 / (d sigma^2)."""
    rows = []
    for (n, f), case in sorted(stored().items()):
        upper = table()[n, f].upper * Fraction(n - f - 1, n - f)
        rows.append((f"{n}, {f}", _rounded(case.lower(), down=True), _rounded(upper, down=False)))
    return Table(
        "sup |E Krum − g|²/(dσ²) over laws and adversaries, exact below and certified above",
        ("n, f", "at least", "at most"),
        tuple(rows),
    )


def _published() -> Table:
    rows = tuple((p.formula or "not known here", p.source, p.rule, p.read) for p in PUBLISHED)
    return Table("What others state", ("bound of κ*", "source", "rule", "read"), rows)


def _rounded(x: Fraction, *, down: bool) -> str:
    """Seven digits, rounded outward."""
    scale = 10 ** max(6 - len(str(int(x))) + 1, 0)
    whole = x * scale
    number = whole.numerator // whole.denominator
    if not down and number != whole:
        number += 1
    return f"{number / scale:.7g}"
