"""How eta(n, f) grows: both claims of the notes, and the exact conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from theory.kernel.models import Model
from theory.kernel.rules import Line
from theory.kernel.terms import Relation, Root, SomeConstant, Term, term
from theory.notation.document import Claim, Family, Reading, Step, Tightness
from theory.notation.language import root
from theory.papers.krum.lemma_error import eta2_nonnegative, eta_facts, eta_obligations
from theory.papers.krum.lemma_score import one_at_least
from theory.papers.krum.models import krum_model
from theory.papers.krum.setting import C, K, eta, eta2, f, m, n, rate
from theory.search.prover import Proved, Prover

q = n - 2 * f - 2
u = 1 / q
coefficient = f * (m - 2) + f**2 * (m - 1)

LINEAR = {"f = O(n)": f <= rate * n}
BOUNDED = {"f = O(1)": f <= rate}
SQUARE = {"f² = O(n(n-2f-2))": f**2 <= rate * n * q}
SMALL_SQUARE = {"f² = O(n-2f-2)": f**2 <= rate * q}
ETA_LINEAR = {"η = O(n)": eta <= rate * n}
ETA_ROOT = {"η = O(√n)": eta <= rate * root(n)}


def _only(p: Prover, needs: dict[str, Relation]) -> Line:
    (formula,) = needs.values()
    return p.assume(formula)


def inverse_below_one(p: Prover) -> Line:
    """1/(n-2f-2) <= 1."""
    positive, equation = eta_facts(p)
    gap = p.integer_gap(one_at_least(p, q))
    return p.by(u <= 1, p.multiply(positive, gap), equation)


def _rate_nonnegative(p: Prover, bound: Line, factor: Term | None = None) -> Line:
    """c >= 0, from 0 <= (f or f^2) <= c (or c times a positive factor)."""
    if factor is None:
        return p.by(rate >= 0, bound, p.hypothesis("byzantine count"))
    scaled = p.by(factor * rate >= 0, bound, p.square(f))
    pieces = [one_at_least(p, q)] if factor == q else [one_at_least(p, n), one_at_least(p, q)]
    return p.cancel(scaled, p.product(*pieces), rate)


def _eta_below(p: Prover, value: Term, scale: Term, growth: Line, rate_line: Line) -> Proved:
    """eta <= value * scale, from eta^2 <= value * scale^2 and value >= 1."""
    n_line = one_at_least(p, n)
    extra = [rate_line, p.product(rate_line, rate_line), p.number(Fraction(1))]
    at_least = p.by(value - 1 >= 0, *extra)
    value_line = p.by(value >= 0, *extra)
    by_root = scale == root(n)
    larger = p.multiply(value_line, p.root_nonnegative(n) if by_root else n_line)
    scale_square = n_line if by_root else p.multiply(n_line, n_line)
    equations = [p.root_square(eta2_nonnegative(p))]
    if by_root:
        equations.append(p.times(p.root_square(n_line), value**2))
    squares = p.by(
        (value * scale) ** 2 - root(eta2) ** 2 >= 0,
        growth,
        p.product(at_least, value_line, scale_square),
        *equations,
    )
    line = p.compare_squares(root(eta2), larger, squares)
    return Proved((line,), (*eta_obligations(p), p.weaken(n_line)), value=value)


def _from_bounded(p: Prover) -> Proved:
    bounded = _only(p, BOUNDED)
    c_line, f_line = _rate_nonnegative(p, bounded), p.hypothesis("byzantine count")
    m_2, m_1, small = one_at_least(p, m - 2), one_at_least(p, m - 1), inverse_below_one(p)
    value = 2 * (1 + rate + rate**2)
    growth = p.by(
        eta2 <= value * n,
        p.product(f_line, m_2, small),
        p.product(f_line, f_line, m_1, small),
        p.multiply(bounded, m_2),
        p.product(bounded, f_line, m_1),
        p.product(c_line, bounded, m_1),
        f_line,
        c_line,
        p.multiply(c_line, f_line),
        p.product(c_line, c_line),
        p.product(c_line, c_line, f_line),
    )
    return _eta_below(p, value, root(n), growth, c_line)


def _from_square(
    needs: dict[str, Relation], factor: Term, scale: Term
) -> Callable[[Prover], Proved]:
    """f^2/q is at most c n (or c), and f/q at most f^2/q + 1."""

    def proof(p: Prover) -> Proved:
        bound = _only(p, needs)
        c_line = _rate_nonnegative(p, bound, factor)
        positive, equation = eta_facts(p)
        m_2, m_1, n_line = one_at_least(p, m - 2), one_at_least(p, m - 1), one_at_least(p, n)
        f_line, one = p.hypothesis("byzantine count"), p.number(Fraction(1))
        rest = term(1) if factor == q else n
        ratio = p.by(
            f**2 * u <= rate * rest, p.multiply(bound, positive), p.times(equation, rate * rest)
        )
        linear = p.by(
            f * u <= rate * rest + 1,
            ratio,
            p.multiply(p.by(f**2 + 1 - f >= 0, p.square(2 * f - 1), one), positive),
            inverse_below_one(p),
        )
        value = 4 + 4 * rate
        gap = p.integer_gap(n_line)
        small = [f_line, p.multiply(n_line, gap), p.multiply(n_line, f_line), one]
        with_rate = [
            p.multiply(c_line, x) for x in (f_line, n_line, p.multiply(n_line, f_line), *small, one)
        ]
        growth = p.by(
            eta2 <= value * (n if factor == q else n**2),
            p.multiply(ratio, m_1),
            p.multiply(linear, m_2),
            *small,
            *with_rate,
            c_line,
        )
        return _eta_below(p, value, scale, growth, c_line)

    return proof


def _to_square(needs: dict[str, Relation], by_root: bool) -> Callable[[Prover], Proved]:
    """f^2 n/q <= eta^2, since 2(n-f-1) >= n."""

    def proof(p: Prover) -> Proved:
        bound = _only(p, needs)
        n_line, f_line = one_at_least(p, n), p.hypothesis("byzantine count")
        positive, equation = eta_facts(p)
        eta_line = p.root_nonnegative(eta2)
        right = rate * (root(n) if by_root else n)
        above = p.by(right >= 0, bound, eta_line)
        squares = [p.multiply(bound, eta_line), p.multiply(bound, above)]
        facts = [p.root_square(eta2_nonnegative(p))]
        if by_root:
            facts.append(p.times(p.root_square(n_line), rate**2))
        half = p.by(2 * (m - 1) - n >= 0, p.hypothesis("enough workers"))
        less = p.by(
            n * f**2 * u <= rate**2 * (n if by_root else n**2),
            *squares,
            *facts,
            p.product(half, p.square(f), positive),
            p.product(f_line, one_at_least(p, m - 2), positive),
            one_at_least(p, m),
        )
        rest = term(1) if by_root else n
        ratio = p.cancel(less, n_line, rate**2 * rest - f**2 * u)
        line = p.by(
            f**2 <= rate**2 * rest * q,
            p.multiply(ratio, one_at_least(p, q)),
            p.times(equation, f**2),
        )
        return Proved((line,), value=rate**2)

    return proof


def _defeat(p: Prover, goals: Sequence[Relation]) -> list[Proved]:
    """f = 8K^2 and n = 2f+3: then eta^2 > 2f^3 = 1024 K^6 and (K n)^2 < 400 K^6."""
    big = p.assume(Relation(K, ">=", term(1)))
    k_line = p.by(K >= 0, big, p.number(Fraction(1)))
    powers = [k_line]
    for _ in range(5):
        powers.append(p.multiply(powers[-1], k_line))
    gaps = [p.multiply(big, line) for line in powers]
    facts = [big, *powers, *gaps, p.number(Fraction(1))]
    one = p.number(Fraction(1))
    done = [Proved((p.by(goal, *facts),), (one,)) for goal in goals[:-1]]
    negated = goals[-1]
    assert isinstance(negated.left, Root)
    radicand = negated.left.radicand
    inside = p.by(radicand >= 0, *facts)
    squares = p.by(negated.left**2 - negated.right**2 > 0, p.root_square(inside), *facts)
    line = p.compare_squares(negated.right, p.root_nonnegative(radicand), squares)
    done.append(Proved((line,), (one, inside)))
    return done


def _some(relation: Relation) -> SomeConstant:
    return SomeConstant("constant", ("rate",), relation)


def _defined(p: Prover) -> Proved:
    return Proved((p.root_nonnegative(eta2),), eta_obligations(p))


def _many_byzantine(rate_: Fraction) -> Model:
    """n = 11, f = 4, where eta = root(246), and all vectors are equal."""
    return krum_model(11, 4, [(1, 1)], extra={"rate": {(): rate_}})


def many_byzantine_linear() -> Model:
    """With c just above eta/n."""
    return _many_byzantine(Fraction(1427, 1000))


def many_byzantine_root() -> Model:
    """With c just above eta/root(n)."""
    return _many_byzantine(Fraction(473, 100))


ANY_CONSTANT = Tightness(
    claimed="C, open",
    best_proved="the constant given",
    comment="The claim is about growth: any constant serves, and this one is not meant to be sharp.",
)

STEP = Step(
    equation="eta",
    title="How η(n, f) grows",
    section="1.3",
    display=(
        r"\eta(n,f):=\sqrt{2(n-f+\frac{f·(n-f-2)+f^2·(n-f-1)}{n-2f-2})}"
        r"=\begin{cases} O(n) \enspace \text{if} \enspace f=O(n)\\"
        r"O(\sqrt{n})\enspace \text{if} f=O(1) \enspace \end{cases}"
    ),
    explanation=(
        "The denominator n-2f-2 may be as small as 1 while f is as large as n/2, and then η grows like "
        "n^{3/2}/2. Which growth holds is decided by f²/(n-2f-2): η = O(n) exactly if it is O(n), and "
        "η = O(√n) exactly if it is O(1)."
    ),
    claims=(
        Claim(
            "eta-defined",
            "η is defined for 2f+2 < n",
            origin="none",
            readings=(
                Reading(
                    "as written",
                    eta >= 0,
                    proof=_defined,
                    why="n-2f-2 ≥ 1, and the number under the root is a sum of non-negative terms.",
                    breaks="At n = 2f+2 the denominator is 0.",
                ),
            ),
        ),
        Claim(
            "eta-a",
            "η = O(n) if f = O(n)",
            quote=r"\eta(n,f)=O(n) \quad \text{if } f=O(n)",
            impact="conclusion fails",
            origin="both",
            compared="arXiv:1703.02757v1, p. 6, has the same claim (and p. 14 again).",
            comment="Nothing later rests on it. It is true if n-2f-2 stays above a multiple of n.",
            readings=(
                Reading(
                    "as written",
                    _some(eta <= C * n),
                    needs=LINEAR,
                    under=("byzantine count", "enough workers"),
                    family=Family(
                        K,
                        {
                            "rate": term(1),
                            "count": term(1),
                            "f": 8 * K**2,
                            "n": 2 * (8 * K**2) + 3,
                        },
                        _defeat,
                    ),
                    expected="REFUTED",
                    justification="NONE",
                    why="n = 2f+3 and f = 8K²: then η² > 2f³ is above (K n)², for every K ≥ 1.",
                    ties="No vectors are involved.",
                ),
                Reading(
                    "repaired",
                    _some(eta <= C * n),
                    needs=SQUARE,
                    proof=_from_square(SQUARE, n * q, n),
                    why="With the constant 4+4c, if f² ≤ c n(n-2f-2); for instance if f ≤ n/4.",
                    breaks="The condition is necessary: see the next claim.",
                ),
            ),
            tightness=ANY_CONSTANT,
        ),
        Claim(
            "eta-a-only-if",
            "η = O(n) only if f² = O(n(n-2f-2))",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    _some(f**2 <= C * n * q),
                    needs=ETA_LINEAR,
                    proof=_to_square(ETA_LINEAR, by_root=False),
                    why="η² is at least n f²/(n-2f-2), since 2(n-f-1) ≥ n.",
                ),
            ),
            tightness=Tightness(
                (many_byzantine_linear,),
                claimed="C, open",
                best_proved="c²",
                comment="The ratio to c²n(n-2f-2) tends to 1 along n = 2f+3; here n = 11.",
            ),
        ),
        Claim(
            "eta-b",
            "η = O(√n) if f = O(1)",
            quote=r"\eta(n,f)=O(\sqrt n) \quad \text{if } f=O(1)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 6, has the same claim.",
            readings=(
                Reading(
                    "as written",
                    _some(eta <= C * root(n)),
                    needs=BOUNDED,
                    proof=_from_bounded,
                    justification="NONE",
                    why="With the constant 2(1+c+c²), if f ≤ c.",
                    breaks="f may even grow: see the exact condition.",
                ),
            ),
            tightness=ANY_CONSTANT,
        ),
        Claim(
            "eta-b-if",
            "η = O(√n) if f² = O(n-2f-2)",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    _some(eta <= C * root(n)),
                    needs=SMALL_SQUARE,
                    proof=_from_square(SMALL_SQUARE, q, root(n)),
                    why="With the constant 4+4c, if f² ≤ c(n-2f-2); so f may grow like √n.",
                ),
            ),
            tightness=ANY_CONSTANT,
        ),
        Claim(
            "eta-b-only-if",
            "η = O(√n) only if f² = O(n-2f-2)",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    _some(f**2 <= C * q),
                    needs=ETA_ROOT,
                    proof=_to_square(ETA_ROOT, by_root=True),
                    why="η² is at least n f²/(n-2f-2).",
                ),
            ),
            tightness=Tightness(
                (many_byzantine_root,),
                claimed="C, open",
                best_proved="c²",
                comment="The ratio to c²(n-2f-2) tends to 1 along n = 2f+3; here n = 11.",
            ),
        ),
    ),
)
