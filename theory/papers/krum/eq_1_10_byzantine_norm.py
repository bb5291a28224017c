"""(1-10): the gap of a Byzantine winner against the lengths of the correct vectors."""

from __future__ import annotations

from fractions import Fraction

from theory.kernel.rules import Line
from theory.kernel.terms import Index, SomeConstant, term
from theory.lemmas.norms import norm_where, triangle
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import differ, norm, root, same, total
from theory.papers.krum.eq_1_01_neighbour_counts import (
    byzantine_neighbours,
    neighbour_count,
    nonzero,
    some_correct_neighbour,
)
from theory.papers.krum.eq_1_03_correct_winner import copy_of_first
from theory.papers.krum.eq_1_06_zeta_bound import zeta_bound, zeta_line
from theory.papers.krum.eq_1_07_byzantine_bias import BYZANTINE, inverse_count_line
from theory.papers.krum.extreme_models import alone_at_one, as_far_as_zeta
from theory.papers.krum.lemma_score import one_at_least
from theory.papers.krum.setting import (
    C,
    V,
    a,
    average,
    byzantine,
    chosen,
    delta_b,
    delta_c,
    f,
    i,
    j,
    k,
    l_byzantine,
    l_correct,
    m,
    n,
    neighbour,
    zeta,
)
from theory.papers.krum.zeta import less_than_one
from theory.search.prover import Proved, Prover

h_byzantine = byzantine.index("h")
inverse = 1 / delta_c[k]
share = delta_b[i] / delta_c[k]
gap = V[k] - average(k)
to_zeta = V[i] - zeta.of(i).at(j, V[j])
near_lengths = total(j, norm(V[i] - V[j]), where=neighbour[i, j])
middle = root(inverse) * near_lengths + root(share) * norm(to_zeta)
"""The right side of the second sign, without the constant."""

lengths = total(j, norm(V[j]))
"""The sum of the lengths of the correct vectors."""


def inverse_nonnegative(p: Prover) -> Line:
    """1/delta_c(k) >= 0."""
    return p.by(inverse >= 0, p.inverse_nonnegative(some_correct_neighbour(p, k)))


def share_nonnegative(p: Prover) -> Line:
    """delta_b(i)/delta_c(k) >= 0."""
    count = p.total(p.square(neighbour[i, l_byzantine]), l_byzantine)
    return p.by(share >= 0, p.multiply(inverse_nonnegative(p), count))


def zeta_bound_nonnegative(p: Prover) -> Line:
    """The right side of (1-6) is not negative."""
    near = p.total(p.multiply(p.square(neighbour[i, j]), p.square(V[i] - V[j])), j)
    return p.by(
        zeta_bound >= 0,
        p.multiply(inverse_nonnegative(p), near),
        p.multiply(share_nonnegative(p), p.square(to_zeta)),
    )


def root_line(p: Prover) -> Line:
    """Where k wins, |B_k - average(k)| <= root of the right side of (1-6)."""
    is_chosen = chosen.equals(k)
    larger = p.multiply(p.square(is_chosen), p.root_nonnegative(zeta_bound))
    square = p.root_square(zeta_bound_nonnegative(p))
    x, y = is_chosen * norm(gap), is_chosen * root(zeta_bound)
    squares = p.by(y**2 - x**2 >= 0, zeta_line(p), p.times(square, is_chosen))
    return p.compare_squares(x, larger, squares)


def middle_line(p: Prover) -> Line:
    """The root of a sum of squares is at most the sum of the lengths: constant 1."""
    near = p.multiply(p.square(neighbour[i, j]), p.norm_nonnegative(V[i] - V[j]))
    near_again = p.instance(near, {j: l_correct})
    roots = p.root_nonnegative(inverse), p.root_nonnegative(share)
    near_part = p.multiply(roots[0], p.total(near, j))
    zeta_part = p.multiply(roots[1], p.norm_nonnegative(to_zeta))
    larger = p.by(middle >= 0, near_part, zeta_part)
    pairs = p.product(near, near_again, p.square(differ(j, l_correct)))
    crossed = p.total(p.total(pairs, l_correct), j)
    inverse_square = p.root_square(inverse_nonnegative(p))
    share_square = p.root_square(share_nonnegative(p))
    squares = p.by(
        middle**2 - root(zeta_bound) ** 2 >= 0,
        p.multiply(near_part, zeta_part),
        p.multiply(inverse_nonnegative(p), crossed),
        p.times(inverse_square, near_lengths**2),
        p.times(share_square, to_zeta @ to_zeta),
        p.root_square(zeta_bound_nonnegative(p)),
    )
    return p.compare_squares(root(zeta_bound), larger, squares)


def length_below_sum(p: Prover, worker: Index) -> Line:
    """|V_i| <= the sum of the lengths."""
    others = p.multiply(p.square(differ(worker, j)), p.norm_nonnegative(V[j]))
    return p.by(norm(V[worker]) <= lengths, p.total(others, j))


def zeta_length(p: Prover) -> Line:
    """|V_zeta(i)| <= the sum of the lengths."""
    at_zeta = zeta.of(i).at(j, V[j])
    is_zeta = zeta.of(i).equals(l_correct)
    same = p.total(norm_where(p, is_zeta, at_zeta, V[l_correct]), l_correct)
    one = p.choice_total("zeta", (i,), j)
    rest = p.total(p.multiply(p.square(1 - is_zeta), p.norm_nonnegative(V[l_correct])), l_correct)
    return p.by(norm(at_zeta) <= lengths, same, rest, p.times(one, norm(at_zeta)))


def lengths_line(p: Prover) -> Line:
    """The middle of (1-10) is at most n times the sum of the lengths."""
    inverse_square = p.root_square(inverse_nonnegative(p))
    share_square = p.root_square(share_nonnegative(p))
    positive = some_correct_neighbour(p, k)
    small = p.by(
        1 - root(inverse) ** 2 >= 0,
        inverse_square,
        p.multiply(p.inverse_nonnegative(positive), p.integer_gap(positive)),
        p.inverse(delta_c[k], positive),
    )
    below_one = p.compare_squares(root(inverse), p.number(Fraction(1)), small)
    apart = triangle(p, V[i], -V[j])
    near = p.total(p.multiply(p.square(neighbour[i, j]), apart), j)
    not_near = p.total(p.multiply(p.square(1 - neighbour[i, j]), p.norm_nonnegative(V[j])), j)
    count = p.by(
        m - 2 - delta_c[i] >= 0,
        neighbour_count(p, i),
        p.total(p.square(neighbour[i, l_byzantine]), l_byzantine),
    )
    own = length_below_sum(p, i)
    near_lengths_line = p.by(
        near_lengths <= (m - 1) * lengths,
        near,
        not_near,
        p.multiply(count, p.norm_nonnegative(V[i])),
        p.multiply(one_at_least(p, m - 2), own),
    )
    near_nonnegative = p.total(
        p.multiply(p.square(neighbour[i, j]), p.norm_nonnegative(V[i] - V[j])), j
    )
    at_zeta = zeta.of(i).at(j, V[j])
    zeta_line_ = p.by(
        norm(to_zeta) <= 2 * lengths, triangle(p, V[i], -at_zeta), own, zeta_length(p)
    )
    at_least_one = p.multiply(p.inverse_nonnegative(positive), p.integer_gap(positive))
    share_below = p.by(
        share <= f,
        byzantine_neighbours(p, i),
        p.multiply(at_least_one, p.total(p.square(neighbour[i, l_byzantine]), l_byzantine)),
        p.times(p.inverse(delta_c[k], positive), delta_b[i]),
    )
    share_root = p.by(
        2 * root(share) <= 1 + f, p.square(root(share) - 1), share_square, share_below
    )
    return p.by(
        middle <= n * lengths,
        p.multiply(below_one, near_nonnegative),
        near_lengths_line,
        p.multiply(p.root_nonnegative(share), zeta_line_),
        p.multiply(share_root, p.total(p.norm_nonnegative(V[j]), j)),
    )


sharp = (n - f - 2) * root(1 / (n - 2 * f - 1)) * lengths
"""What is sharp in the place of n times the sum of the lengths."""


def _count_below_square(p: Prover) -> Line:
    """delta_b(i) <= delta_b(i)^2: the pairs of different Byzantine neighbours are left over."""
    one, other = neighbour[i, l_byzantine], neighbour[i, h_byzantine]
    apart = p.product(p.square(one), p.square(other), p.square(differ(l_byzantine, h_byzantine)))
    pairs = p.total(p.total(apart, h_byzantine), l_byzantine)
    return p.by(delta_b[i] <= delta_b[i] ** 2, pairs)


def sharp_line(p: Prover) -> Line:
    """delta_c(i) + delta_b(i) = n-f-2 lengths |V_i - V_j|; no other |V_j| comes in more often."""
    least = one_at_least(p, n - 2 * f - 1)
    count = p.total(p.square(neighbour[i, l_byzantine]), l_byzantine)
    inverse_square = p.root_square(inverse_nonnegative(p))
    share_root = p.compare_squares(
        root(share),
        p.multiply(p.root_nonnegative(inverse), count),
        p.by(
            (delta_b[i] * root(inverse)) ** 2 - root(share) ** 2 >= 0,
            p.multiply(inverse_nonnegative(p), _count_below_square(p)),
            p.root_square(share_nonnegative(p)),
            p.times(inverse_square, delta_b[i] ** 2),
        ),
    )
    inverse_root = p.compare_squares(
        root(inverse),
        p.root_nonnegative(1 / (n - 2 * f - 1)),
        p.by(
            root(1 / (n - 2 * f - 1)) ** 2 - root(inverse) ** 2 >= 0,
            inverse_count_line(p, k, BYZANTINE),
            inverse_square,
            p.root_square(p.inverse_nonnegative(least)),
        ),
    )
    positive_lengths = p.total(p.norm_nonnegative(V[j]), j)
    return p.by(
        middle <= sharp,
        p.multiply(share_root, p.norm_nonnegative(to_zeta)),
        p.multiply(p.root_nonnegative(inverse), few_lengths(p, count)),
        p.product(one_at_least(p, m - 2), inverse_root, positive_lengths),
    )


def few_lengths(p: Prover, count: Line) -> Line:
    """Sum |V_i - V_j| over the correct neighbours and delta_b |V_i - V_zeta| together.

    |V_i| comes in delta_c + delta_b = n-f-2 times, and any other |V_j| at most 1 + f <= n-f-2 times.
    """
    near, is_zeta, apart = neighbour[i, j], zeta.of(i).equals(j), differ(i, j)
    at_zeta = zeta.of(i).at(j, V[j])
    itself = p.hypothesis("no worker is its own neighbour", {a: i})
    not_zeta = p.hypothesis("zeta is not the worker itself", {a: i})
    zeta_apart = p.by(
        is_zeta <= apart,
        p.product(p.square(1 - is_zeta), p.square(apart)),
        p.multiply(p.square(is_zeta), not_zeta),
        not_zeta,
    )
    seldom = p.by(
        near + delta_b[i] * is_zeta <= (m - 2) * apart,
        p.multiply(p.square(1 - near), p.square(apart)),
        p.times(itself, same(i, j)),
        p.multiply(count, zeta_apart),
        p.multiply(p.square(apart), byzantine_neighbours(p, i)),
        p.multiply(p.square(apart), p.integer_gap(one_at_least(p, n - 2 * f - 2))),
    )
    same_length = p.total(norm_where(p, is_zeta, at_zeta, V[j]), j)
    one = p.choice_total("zeta", (i,), j)
    return p.by(
        near_lengths + delta_b[i] * norm(to_zeta) <= (m - 2) * lengths,
        p.total(p.multiply(p.square(near), triangle(p, V[i], -V[j])), j),
        p.multiply(count, triangle(p, V[i], -at_zeta)),
        p.times(same_length, delta_b[i]),
        p.times(one, delta_b[i] * norm(at_zeta)),
        p.total(p.multiply(seldom, p.norm_nonnegative(V[j])), j),
        p.times(neighbour_count(p, i), norm(V[i])),
    )


def obligations(p: Prover) -> tuple[Line, ...]:
    """What the roots and quotients of (1-10) need to denote."""
    return (
        nonzero(p, some_correct_neighbour(p, k)),
        zeta_bound_nonnegative(p),
        inverse_nonnegative(p),
        share_nonnegative(p),
    )


def _root(p: Prover) -> Proved:
    return Proved((root_line(p),), obligations(p))


def _middle(p: Prover) -> Proved:
    return Proved((middle_line(p),), obligations(p), value=term(1))


def _sharp(p: Prover) -> Proved:
    least = one_at_least(p, n - 2 * f - 1)
    denoted = p.multiply(least, least), p.inverse_nonnegative(least)
    return Proved((sharp_line(p),), (*obligations(p), *denoted))


def _lengths(p: Prover) -> Proved:
    return Proved((lengths_line(p),), obligations(p), value=n)


STEP = Step(
    equation="1-10",
    title="A Byzantine winner against the lengths of the correct vectors",
    section="1.4.1",
    display=r"""\|B_k-\frac{1}{\delta_c(k)}\sum_{k \rarr correct\: j}V_j\| \le \sqrt{\frac{1}{\delta_c(k)}\sum_{i \rarr correct \: j}\|V_i-V_j\|^2+\frac{\delta_b(i)}{\delta_c(k)}\|V_i-V_{\zeta(i)}\|^2} \\
\le C·(\sqrt {\frac{1}{\delta_c(k)}}·\sum_{i \rarr correct \: j}\|V_i-V_j\|+\sqrt {\frac {\delta_b(i)}{\delta_c(k)}}\|V_i-V_{\zeta(i)}\|) \le C·\sum_{correct \: j}\|V_j\| \quad \text{(triangular inequality)} \tag{1-10}""",
    explanation=(
        "The root of (1-6); then a root of a sum of squares is at most the sum of the lengths; then "
        "the triangle inequality. The notes leave the constant C open; here it is named."
    ),
    uses=("1-6",),
    claims=(
        Claim(
            "1-10a",
            "the root of (1-6)",
            quote=r"\|B_k-\frac{1}{\delta_c(k)}\sum_{k \to correct\: j}V_j\| \le \sqrt{\frac{1}{\delta_c(k)}\sum_{i \to correct \: j}\|V_i-V_j\|^2+\frac{\delta_b(i)}{\delta_c(k)}\|V_i-V_{\zeta(i)}\|^2}",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same line.",
            readings=(
                Reading(
                    "as written",
                    (norm(gap) <= root(zeta_bound)).when(chosen.equals(k)),
                    proof=_root,
                    why="Both sides are not negative, and (1-6) compares their squares.",
                    breaks="Only where k wins.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one, as_far_as_zeta),
                claimed="1",
                best_proved="1",
                comment="Attained where (1-6) is.",
            ),
        ),
        Claim(
            "1-10b",
            "“equivalence of norms”: a root of a sum of squares is at most the sum of the lengths",
            quote=r"\le C·(\sqrt {\frac{1}{\delta_c(k)}}·\sum_{i \to correct \: j}\|V_i-V_j\|+\sqrt {\frac {\delta_b(i)}{\delta_c(k)}}\|V_i-V_{\zeta(i)}\|)",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same line and the same reason.",
            comment=(
                "Equivalence of norms only says that some C exists for each fixed number of terms. "
                "Here the number of terms is random, so C must not depend on it: C = 1 does for all."
            ),
            readings=(
                Reading(
                    "as written",
                    SomeConstant("constant", ("n", "f"), root(zeta_bound) <= C * middle),
                    proof=_middle,
                    justification="GAP",
                    gap="Equivalence of norms gives a C for each number of terms; that one C serves a random number is not shown.",
                    why="With C = 1: square the right side; the products of different lengths are ≥ 0.",
                    breaks="The other way round the constant grows with the number of neighbours.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one),
                claimed="C, open",
                best_proved="1",
                comment="1 is attained where only one term is not 0.",
                sides=(root(zeta_bound), middle),
            ),
        ),
        Claim(
            "1-10c",
            "the triangle inequality",
            quote=r"\le C·\sum_{correct \: j}\|V_j\|",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same line.",
            readings=(
                Reading(
                    "as written",
                    SomeConstant("constant", ("n", "f"), middle <= C * lengths),
                    proof=_lengths,
                    why="With C = n: the neighbours give n−f−1, and ζ(i) at most 1+f.",
                    breaks="Without δ_c(k) ≥ 1 the roots are not bounded.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one, alone_at_one),
                claimed="C, open",
                best_proved="(n-f-2)/√(n-2f-1), see 1-10-sharp",
                comment="The ratio is to n Σ‖V_j‖; it is at most 1/√8 for n = 2f+3.",
                sides=(middle, n * lengths),
            ),
        ),
        Claim(
            "1-10-sharp",
            "the triangle inequality with the sharp constant",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    middle <= sharp,
                    proof=_sharp,
                    why=(
                        "√δ_b(i) ≤ δ_b(i), so that there are δ_c(i) + δ_b(i) = n-f-2 lengths in all, "
                        "each with V_i in it; and 1/δ_c(k) ≤ 1/(n-2f-1)."
                    ),
                ),
            ),
            tightness=Tightness(
                examples=(alone_at_one,),
                claimed="1",
                best_proved="1",
                comment="Equality where V_i alone is not 0, and the Byzantine vectors are together.",
            ),
        ),
    ),
)
