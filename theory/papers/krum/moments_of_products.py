"""The last step for (ii): products of powers of different correct vectors, and independence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, combinations_with_replacement

from theory.kernel.rules import Line
from theory.kernel.terms import Index, Term, Times
from theory.notation.document import Claim, Reading, Step, Tightness
from theory.notation.language import differ, expectation, norm
from theory.papers.krum.coin_models import nearest_coin
from theory.papers.krum.lemma_krum_moments import (
    MOMENT_HYPOTHESIS,
    integrable_length,
    integrable_moment,
    mean_moment,
)
from theory.papers.krum.setting import G, V, correct, iid
from theory.search.prover import Proved, Prover

Exponents = tuple[int, ...]
PATTERNS: tuple[Exponents, ...] = (
    (1, 1),
    (1, 2),
    (1, 3),
    (2, 2),
    (1, 1, 1),
    (1, 1, 2),
    (1, 1, 1, 1),
)
"""The exponents that are not 0, where there are at least two, of total degree 2, 3 and 4."""

WORKERS = tuple(correct.index(name) for name in ("i", "j", "h", "l"))


def apart(workers: tuple[Index, ...]) -> tuple[Term, ...]:
    """The workers are all different."""
    return tuple(differ(one, other) for one, other in combinations(workers, 2))


def product_of(exponents: Exponents) -> Term:
    """|V_i|^{r_1} |V_j|^{r_2} ..."""
    powers = (norm(V[worker]) ** r for worker, r in zip(WORKERS, exponents, strict=False))
    return Times(tuple(powers))


def product_of_means(exponents: Exponents) -> Term:
    """E|G|^{r_1} E|G|^{r_2} ..."""
    return Times(tuple(expectation(norm(G) ** r) for r in exponents))


def integrable_product(p: Prover, exponents: Exponents) -> Line:
    """The product is at most the mean of the moments of its total degree (arithmetic means)."""
    degree, workers = sum(exponents), WORKERS[: len(exponents)]
    lengths = [norm(V[worker]) for worker in workers]
    moments = [integrable_moment(p, worker, degree) for worker in workers]
    bound = sum((length**degree for length in lengths[1:]), lengths[0] ** degree)
    integrable = p.integrable(bound, *moments)
    sizes = [p.norm_nonnegative(V[worker]) for worker in workers]
    if degree == 2:
        facts = [p.square(one - other) for one, other in combinations(lengths, 2)]
    elif degree == 3:
        facts = [
            p.multiply(size, p.square(one - other))
            for size in sizes
            for one, other in combinations(lengths, 2)
        ]
    else:
        quadratic = [x * y for x, y in combinations_with_replacement(lengths, 2)]
        facts = [p.square(one - other) for one, other in combinations(quadratic, 2)]
    facts += [p.product(*[size] * degree) for size in sizes]
    positive = p.product(
        *(size for size, r in zip(sizes, exponents, strict=True) for _ in range(r))
    )
    return p.dominated(product_of(exponents), bound, integrable, positive, *facts)


def guarded(p: Prover, exponents: Exponents) -> tuple[Line, Line]:
    """For different workers: E of the product is the product of the means, and it is integrable.

    The last factor is split off by independence, the others are treated before.
    """
    workers = WORKERS[: len(exponents)]
    if len(exponents) == 1:
        return mean_moment(p, workers[0], exponents[0]), integrable_moment(
            p, workers[0], exponents[0]
        )
    before_equation, before = guarded(p, exponents[:-1])
    guard = apart(workers[:-1])
    together = Times((*guard, product_of(exponents[:-1]))) if guard else product_of(exponents[:-1])
    last = norm(V[workers[-1]]) ** exponents[-1]
    single = integrable_moment(p, workers[-1], exponents[-1])
    arguments = (iid, workers[:-1], workers[-1:], together, last, before, single)
    split = p.independent(*arguments)
    new = Times(tuple(differ(worker, workers[-1]) for worker in workers[:-1]))
    scaled = []
    if guard:
        factor = Times(guard)
        scaled = [
            p.times(p.constant_factor(factor, product_of(exponents)), new),
            p.times(p.constant_factor(factor, product_of(exponents[:-1])), new * expectation(last)),
        ]
    law = p.identical(iid, workers[-1], last)
    goal = expectation(product_of(exponents)).eq(product_of_means(exponents)).when(*apart(workers))
    equation = p.by(
        goal,
        split,
        *scaled,
        p.times(before_equation, new * expectation(last)),
        p.times(law, Times((*apart(workers), product_of_means(exponents[:-1])))),
    )
    return equation, p.integrable_independent(*arguments)


def _integrable_g(p: Prover, r: int) -> Line:
    if r == 1:
        return integrable_length(p, G, p.hypothesis("square integrable"))
    return p.hypothesis(MOMENT_HYPOTHESIS[r])


def _independent(exponents: Exponents) -> Callable[[Prover], Proved]:
    def proof(p: Prover) -> Proved:
        equation, _ = guarded(p, exponents)
        of_g = tuple(_integrable_g(p, r) for r in sorted(set(exponents)))
        return Proved((equation,), (integrable_product(p, exponents), *of_g))

    return proof


STEP = Step(
    equation="moments",
    title="Independence turns products into products of moments",
    section="1.4.1",
    display=(
        r"\text{Since } V_i \text{ are independent, ...} \\ "
        r"\mathbb E\|V_1\|^{r_1}···\mathbb E\|V_{n-f}\|^{r_{n-f}}"
        r"=\mathbb E\|G\|^{r_1}···\mathbb E\|G\|^{r_{n-f}}"
    ),
    explanation=(
        "Two steps in one: by independence the mean of a product over different workers is the product "
        "of the means, and each mean is that of G. The notes write only the second. Exponents that are "
        "0 are left out: the patterns of total degree 2, 3, 4 with at least two factors are checked."
    ),
    uses=("1-11",),
    claims=tuple(
        Claim(
            "moments-" + "".join(map(str, exponents)),
            "exponents " + ", ".join(map(str, exponents)),
            quote=r"\mathbb E\|V_1\|^{r_1}···\mathbb E\|V_{n-f}\|^{r_{n-f}}=\mathbb E\|G\|^{r_1}···\mathbb E\|G\|^{r_{n-f}}",
            origin="none",
            compared="arXiv:1703.02757v1, p. 9, has the same identity.",
            readings=(
                Reading(
                    "as written",
                    expectation(product_of(exponents))
                    .eq(product_of_means(exponents))
                    .when(*apart(WORKERS[: len(exponents)])),
                    proof=_independent(exponents),
                    why="Split off one factor after the other by independence.",
                    breaks="If the workers sent the same vector, E|V_1||V_2| would be E|G|².",
                ),
            ),
            tightness=Tightness(
                examples=(nearest_coin,),
                claimed="1",
                best_proved="1",
                comment="Equality.",
                sides=(
                    Times(
                        (
                            *apart(WORKERS[: len(exponents)]),
                            expectation(product_of(exponents)),
                        )
                    ),
                    product_of_means(exponents),
                ),
            ),
        )
        for exponents in PATTERNS
    ),
)
