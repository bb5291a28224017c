"""(1-11): the length of a Byzantine winner, its powers, and their means."""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.rules import Line
from theory.kernel.terms import Relation, SomeConstant, Term
from theory.lemmas.norms import triangle
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import Look, differ, norm, root, total
from theory.papers.krum.eq_1_01_neighbour_counts import nonzero, some_correct_neighbour
from theory.papers.krum.eq_1_03_correct_winner import copy_of_first
from theory.papers.krum.eq_1_07_byzantine_bias import BYZANTINE, inverse_count_line
from theory.papers.krum.eq_1_09_moment_split import same_where_it_wins
from theory.papers.krum.eq_1_10_byzantine_norm import (
    gap,
    lengths,
    lengths_line,
    middle_line,
    root_line,
)
from theory.papers.krum.extreme_models import pulled_from_zero
from theory.papers.krum.lemma_krum_moments import (
    c_2_obligations,
    moment_line,
    pathwise_constants,
    pathwise_factor,
    size,
    size_positive,
    top,
)
from theory.papers.krum.lemma_score import one_at_least
from theory.papers.krum.setting import (
    C,
    V,
    average,
    chosen,
    delta_c,
    f,
    i,
    j,
    k,
    l_correct,
    language,
    m,
    n,
    neighbour,
)
from theory.papers.krum.zeta import less_than_one
from theory.search.prover import Proved, Prover

FACTORIAL = {2: 2, 3: 6, 4: 24}
BEST = {2: "C_2/(n-f)", 3: "C_2^{3/2}/(n-f)", 4: "C_2²/(n-f)"}
"""The best constants that are proved, by r; C_2 is that of our lemma on the moments of Krum."""


def power_sum(r: int) -> Term:
    """Sum_j |V_j|^r over the correct workers."""
    return total(j, norm(V[j]) ** r)


def _complete(r: int) -> Term:
    """h_r of the lengths of the correct vectors: all products of total degree r, by power sums."""
    p = {s: power_sum(s) for s in range(1, r + 1)}
    if r == 2:
        return (p[1] ** 2 + p[2]) / 2
    if r == 3:
        return (p[1] ** 3 + 3 * p[1] * p[2] + 2 * p[3]) / 6
    return (p[1] ** 4 + 6 * p[1] ** 2 * p[2] + 3 * p[2] ** 2 + 8 * p[1] * p[3] + 6 * p[4]) / 24


products = {
    r: language.abbreviation(f"products_{r}", _complete(r), Look("h", subscript=str(r)))
    for r in (2, 3, 4)
}
"""h_r: the sum over r_1 + ... + r_{n-f} = r of |V_1|^{r_1} ... |V_{n-f}|^{r_{n-f}}."""

lengths_split = norm(gap) + norm(average(k))


def _triangle(p: Prover) -> Proved:
    line = triangle(p, gap, average(k))
    return Proved((line,), (nonzero(p, some_correct_neighbour(p, k)),))


weighted = 1 / delta_c[k] * total(j, norm(V[j]), where=neighbour[k, j])
"""The mean length of the correct neighbours of k."""


def average_below_mean(p: Prover) -> Line:
    """|average(k)| is at most the mean length."""
    near, near_again = neighbour[k, j], neighbour[k, l_correct]
    positive = some_correct_neighbour(p, k)
    inverse = p.inverse_nonnegative(positive)
    each = p.product(inverse, p.square(near), p.norm_nonnegative(V[j]))
    larger = p.total(each, j)
    cross = p.product(
        inverse,
        inverse,
        p.square(near),
        p.square(near_again),
        p.cauchy_schwarz(V[j], V[l_correct]),
    )
    squares = p.by(weighted**2 - norm(average(k)) ** 2 >= 0, p.total(p.total(cross, l_correct), j))
    return p.compare_squares(norm(average(k)), larger, squares)


def average_length(p: Prover) -> Line:
    """|average(k)| <= the sum of the lengths."""
    near = neighbour[k, j]
    positive = some_correct_neighbour(p, k)
    below = average_below_mean(p)
    at_least_one = p.multiply(p.inverse_nonnegative(positive), p.integer_gap(positive))
    one = p.inverse(delta_c[k], positive)
    near_sum = p.total(p.multiply(p.square(near), p.norm_nonnegative(V[j])), j)
    rest = p.total(p.multiply(p.square(1 - near), p.norm_nonnegative(V[j])), j)
    return p.by(
        norm(average(k)) <= lengths,
        below,
        p.multiply(at_least_one, near_sum),
        p.times(one, total(j, norm(V[j]), where=near)),
        rest,
    )


def split_line(p: Prover) -> Line:
    """Where k wins, |B_k - average(k)| + |average(k)| <= (n+1) times the sum of the lengths."""
    is_chosen = p.square(chosen.equals(k))
    line = p.by(
        (lengths_split <= (n + 1) * lengths).when(chosen.equals(k)),
        root_line(p),
        p.multiply(is_chosen, middle_line(p)),
        p.multiply(is_chosen, lengths_line(p)),
        p.multiply(is_chosen, average_length(p)),
    )
    return p.inhabited(line, i, one_at_least(p, m))


def _split(p: Prover) -> Proved:
    return Proved((split_line(p),), (nonzero(p, some_correct_neighbour(p, k)),), value=n + 1)


def length_line(p: Prover) -> Line:
    """Where k wins, |B_k| <= (n+1) times the sum of the lengths."""
    is_chosen = p.square(chosen.equals(k))
    return p.by(
        (norm(V[k]) <= (n + 1) * lengths).when(chosen.equals(k)),
        p.multiply(is_chosen, triangle(p, gap, average(k))),
        split_line(p),
    )


def _power(r: int) -> Callable[[Prover], Proved]:
    """x <= y gives x^r <= y^r, and (Sum a)^r is at most r! times the sum of all products."""

    def proof(p: Prover) -> Proved:
        x, y = norm(V[k]), (n + 1) * lengths
        length = length_line(p)
        sizes = p.total(p.norm_nonnegative(V[j]), j)
        y_line, x_line = p.multiply(one_at_least(p, n + 1), sizes), p.norm_nonnegative(V[k])
        factors = [p.product(*[x_line] * s, *[y_line] * (r - 1 - s)) for s in range(r)]
        powers = p.by(
            (x**r <= y**r).when(chosen.equals(k)),
            *(p.multiply(length, factor) for factor in factors),
        )
        sums = {s: p.total(p.product(*[p.norm_nonnegative(V[j])] * s), j) for s in range(1, r + 1)}
        extra = {
            2: lambda: [sums[2]],
            3: lambda: [p.multiply(sums[1], sums[2]), sums[3]],
            4: lambda: [
                p.product(sums[1], sums[1], sums[2]),
                p.multiply(sums[2], sums[2]),
                p.multiply(sums[1], sums[3]),
                sums[4],
            ],
        }[r]()
        scale = p.product(p.square(chosen.equals(k)), *[one_at_least(p, n + 1)] * r)
        value = FACTORIAL[r] * (n + 1) ** r
        line = p.by(
            (x**r <= value * products[r]).when(chosen.equals(k)),
            powers,
            *(p.multiply(scale, line) for line in extra),
        )
        return Proved((line,), value=value)

    return proof


lengths_factor = root(top / size) + 2 / (n - 2 * f - 1)
"""What is enough in the place of n+1: less than 1 + √3 for all n and f."""


def _sharper_lengths(p: Prover) -> Proved:
    """|B_k - average| + |average| <= |B_k| + 2 |average|; our lemma bounds the first."""
    is_chosen, least = chosen.equals(k), one_at_least(p, n - 2 * f - 1)
    positive, size_line = some_correct_neighbour(p, k), size_positive(p)
    ratio = p.multiply(one_at_least(p, top), p.inverse_nonnegative(size_line))
    sizes = p.norm_nonnegative(V[j]), p.norm_nonnegative(V[l_correct])
    pair = p.product(*sizes, p.square(differ(j, l_correct)))
    pairs = p.total(p.total(pair, l_correct), j)
    sum_line, where = p.total(sizes[0], j), p.square(is_chosen)
    x, y = is_chosen * norm(V[k]), is_chosen * root(top / size) * lengths
    winner = p.compare_squares(
        x,
        p.product(where, p.root_nonnegative(top / size), sum_line),
        p.by(
            y**2 - x**2 >= 0,
            p.product(where, p.inverse_nonnegative(size_line), p.use("krum-pathwise")),
            p.times(p.inverse(size, size_line), is_chosen * norm(V[k]) ** 2),
            p.product(where, ratio, pairs),
            p.times(p.root_square(ratio), is_chosen * lengths**2),
        ),
    )
    far = p.total(p.multiply(p.square(1 - neighbour[k, j]), sizes[0]), j)
    mean = p.by(
        norm(average(k)) <= 1 / (n - 2 * f - 1) * lengths,
        average_below_mean(p),
        p.multiply(p.inverse_nonnegative(positive), far),
        p.multiply(inverse_count_line(p, k, BYZANTINE), sum_line),
    )
    line = p.by(
        (lengths_split <= lengths_factor * lengths).when(is_chosen),
        winner,
        p.multiply(where, triangle(p, V[k], -average(k))),
        p.multiply(where, mean),
    )
    denoted = nonzero(p, positive), nonzero(p, least), nonzero(p, size_line), ratio
    return Proved((line,), denoted)


def sharper(r: int) -> Relation:
    """a |B_k|^r <= b h_r where k wins, with the constants of our lemma on the moments of Krum."""
    a, b = pathwise_constants(r)
    return (a * norm(V[k]) ** r <= b * products[r]).when(chosen.equals(k))


def _sharper(r: int) -> Callable[[Prover], Proved]:
    """Our lemma has the sum of |V_j|^r on the right, which is a part of h_r."""

    def proof(p: Prover) -> Proved:
        is_chosen = chosen.equals(k)
        sizes = p.norm_nonnegative(V[j]), p.norm_nonnegative(V[l_correct])
        sums = {s: p.total(p.product(*[sizes[0]] * s), j) for s in range(1, r)}

        def apart(s: int, t: int) -> Line:
            """(Sum |V_j|^s) (Sum |V_j|^t) >= Sum |V_j|^(s + t): the pairs of different workers."""
            pair = p.product(*[sizes[0]] * s, *[sizes[1]] * t, p.square(differ(j, l_correct)))
            return p.total(p.total(pair, l_correct), j)

        parts = {
            2: lambda: [apart(1, 1)],
            3: lambda: [p.multiply(sums[1], apart(1, 1)), apart(1, 2)],
            4: lambda: [
                p.product(sums[1], sums[1], apart(1, 1)),
                p.multiply(sums[2], apart(1, 1)),
                apart(2, 2),
                apart(1, 3),
            ],
        }[r]()
        where, factor = p.square(is_chosen), pathwise_factor(p, r)
        a, _ = pathwise_constants(r)
        line = p.by(
            sharper(r),
            p.multiply(where, moment_line(p, r)),
            *(p.product(where, factor, part) for part in parts),
            p.times(same_where_it_wins(p, k, r), a),
        )
        return Proved((line,), c_2_obligations(p, r))

    return proof


STEP = Step(
    equation="1-11",
    title="The length of a Byzantine winner",
    section="1.4.1",
    display=r"""\|B_k\| \le \|B_k-\frac{1}{\delta_c(k)}\sum_{k \rarr correct \: j}V_j\|+\|\frac{1}{\delta_c(k)}\sum_{k \rarr correct \: j}V_j\| \le C·\sum_{correct \: j}\|V_j\| \\
\|B_k\|^r \le C·\sum_{r_1 + ... + r_{n-f}=r}\|V_1\|^{r_1}···\|V_{n-f}\|^{r_{n-f}} \tag{1-11}""",
    explanation=(
        "The triangle inequality, (1-10), and the expansion of a power of a sum. h_r stands for the sum "
        "of all products |V_1|^{r_1}···|V_{n−f}|^{r_{n−f}} with r_1+···+r_{n−f} = r; it is written by "
        "power sums, for r = 2, 3, 4."
    ),
    uses=("1-10",),
    claims=(
        Claim(
            "1-11a",
            "the triangle inequality",
            quote=r"\|B_k\| \le \|B_k-\frac{1}{\delta_c(k)}\sum_{k \to correct \: j}V_j\|+\|\frac{1}{\delta_c(k)}\sum_{k \to correct \: j}V_j\|",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same line.",
            readings=(
                Reading(
                    "as written",
                    norm(V[k]) <= lengths_split,
                    proof=_triangle,
                    why="Triangle inequality; it holds whether or not k wins.",
                    breaks="It needs a correct neighbour, for the mean to exist.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one), claimed="1", best_proved="1"
            ),
        ),
        Claim(
            "1-11b",
            "the length against the correct lengths",
            quote=r"\le C·\sum_{correct \: j}\|V_j\|",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same line.",
            readings=(
                Reading(
                    "as written",
                    SomeConstant(
                        "constant",
                        ("n", "f"),
                        (lengths_split <= C * lengths).when(chosen.equals(k)),
                    ),
                    proof=_split,
                    why="With C = n+1: n from (1-10), and 1 for the mean of the neighbours.",
                    breaks="Only where k wins.",
                ),
            ),
            tightness=Tightness(
                examples=(copy_of_first, less_than_one, pulled_from_zero),
                claimed="C, open",
                best_proved="√((6(n-f)-10)/((n-f-1)(n-2f-1))) + 2/(n-2f-1) < 1+√3, see 1-11-sharp-lengths",
                comment=(
                    "The ratio is to (n+1)Σ‖V_j‖, where k wins. The constant need not grow with n; in "
                    "the examples known the left side is not above Σ‖V_j‖."
                ),
                sides=(chosen.equals(k) * lengths_split, (n + 1) * lengths),
            ),
        ),
        *(
            Claim(
                f"1-11c-r{r}",
                f"the power r = {r}",
                quote=r"\|B_k\|^r \le C·\sum_{r_1 + ... + r_{n-f}=r}\|V_1\|^{r_1}···\|V_{n-f}\|^{r_{n-f}}",
                origin="none",
                compared="arXiv:1703.02757v1, p. 9, has the same line.",
                readings=(
                    Reading(
                        "as written",
                        SomeConstant(
                            "constant",
                            ("n", "f"),
                            (norm(V[k]) ** r <= C * products[r]).when(chosen.equals(k)),
                        ),
                        proof=_power(r),
                        why=f"With C = {FACTORIAL[r]}(n+1)^{r}: no product has a coefficient above {FACTORIAL[r]}.",
                        breaks="Only where k wins.",
                    ),
                ),
                tightness=Tightness(
                    examples=(copy_of_first, less_than_one, pulled_from_zero),
                    claimed="C, open",
                    best_proved=f"{BEST[r]}, see 1-11-sharp-r{r}",
                    comment=(
                        f"The ratio is to {FACTORIAL[r]}(n+1)^{r} h_{r}, where k wins; the notes' way, "
                        "by the sum of the lengths, is wasteful."
                    ),
                    sides=(
                        chosen.equals(k) * norm(V[k]) ** r,
                        FACTORIAL[r] * (n + 1) ** r * products[r],
                    ),
                ),
            )
            for r in (2, 3, 4)
        ),
        *(
            Claim(
                f"1-11-sharp-r{r}",
                f"the power r = {r}, with a constant that does not grow like n^{r}",
                origin="ours",
                readings=(
                    Reading(
                        "as written",
                        sharper(r),
                        proof=_sharper(r),
                        why=(
                            f"Our lemma bounds |Krum|^{r} by the sum of all |V_j|^{r}, pathwise, and "
                            f"that sum is a part of h_{r}."
                        ),
                        breaks="Only where k wins.",
                    ),
                ),
                tightness=Tightness(
                    examples=(pulled_from_zero,),
                    claimed="1",
                    best_proved="1",
                    comment="The sharp constant is open.",
                ),
            )
            for r in (2, 3, 4)
        ),
        Claim(
            "1-11-sharp-lengths",
            "the length against the correct lengths, with a constant below 1+√3",
            origin="ours",
            readings=(
                Reading(
                    "as written",
                    (lengths_split <= lengths_factor * lengths).when(chosen.equals(k)),
                    proof=_sharper_lengths,
                    why=(
                        "‖B_k − mean‖ ≤ ‖B_k‖ + ‖mean‖; our lemma bounds ‖B_k‖, and the mean of "
                        "n-2f-1 vectors or more is at most Σ‖V_j‖/(n-2f-1)."
                    ),
                    breaks="Only where k wins.",
                ),
            ),
            tightness=Tightness(
                examples=(pulled_from_zero,),
                claimed="1",
                best_proved="1",
                comment=(
                    "No draw is known in which the left side is above Σ‖V_j‖, so that 1 may be enough."
                ),
            ),
        ),
    ),
)
