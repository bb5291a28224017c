"""The exact ratio of a worst case, against every outcome through the document's own Krum."""

from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

import pytest

from empirics.worst_cases.adversary import Answer
from empirics.worst_cases.exact import STORED, WorstCase, multinomial, stored
from empirics.worst_cases.law import Law, Type
from empirics.worst_cases.upper import of_the_document, upper
from theory.papers.krum.models import krum_tables

KNOWN = {(5, 1): 1.949, (7, 2): 3.600, (11, 4): 7.129}
"""Lower bounds that were known before."""


def winner(vectors, n, f):
    """The vector that the document's Krum chooses, in fractions, ties to the smallest index."""
    tables = krum_tables(n, f, vectors, range(n), "nearest")
    (chosen,) = (key[0] for key, one in tables["chosen"].items() if one == 1)
    return tables["V"][(chosen,)]


def vectors_of(case, answer):
    """The workers' vectors in fractions."""
    return [tuple(Fraction(float(x)) for x in row) for row in answer.vectors(case.law, case.f)]


@pytest.mark.parametrize("pair", sorted(KNOWN))
def test_stored_cases_are_above_what_was_known_and_below_what_is_proved(pair):
    lower = stored()[pair].lower()
    assert KNOWN[pair] <= lower <= upper(*pair).value


def test_every_stored_case_is_below_what_the_document_proves():
    for (n, f), case in stored().items():
        assert 0 < case.lower() < of_the_document(n, f).value
        assert (STORED / f"n{n}-f{f}.json").read_text(encoding="utf-8") == case.text()


@pytest.mark.parametrize("pair", sorted(KNOWN))
def test_every_stored_answer_wins_by_the_documents_krum(pair):
    case = stored()[pair]
    for answer in case.adversary[:: max(1, len(case.adversary) // 12)]:
        vectors = vectors_of(case, answer)
        assert winner(vectors, case.n, case.f) == vectors[-1]


def coin(directions):
    """Two types, one of them without a radius."""
    third = Fraction(1, 3)
    return Law(
        (
            Type(third, (Fraction(1), Fraction(1)), Fraction(1, 2)),
            Type(2 * third, (Fraction(-1, 2), Fraction(0)), Fraction(0)),
        ),
        directions,
    )


def middling(case):
    """An answer to all counts but one: a point between the types, which may win or not."""
    return tuple(
        Answer(
            (c, 4 - c),
            (0, 0),
            (Fraction(1, 4) * (c % 3), Fraction(0)),
            (Fraction(0), Fraction(0)),
            (Fraction(1, 8), Fraction(0)),
        )
        for c in range(4)
    )


def test_mean_over_all_orders_is_the_mean_over_all_outcomes():
    """Where all directions differ, the ratio's sum is that of 2^4 outcomes in all their orders."""
    case = WorstCase(5, 1, coin(2**20), ())
    case = replace(case, adversary=middling(case))
    answers = {answer.counts: answer for answer in case.adversary}
    total, worst = Fraction(0), min(t.position[0] for t in case.law.types)
    for draw in product(range(2), repeat=4):
        probability = prod((case.law.types[t].probability for t in draw), start=Fraction(1))
        counts = (draw.count(0), draw.count(1))
        if counts not in answers:
            total += probability * worst
            continue
        vectors = vectors_of(case, answers[counts])
        order = sorted(
            range(4), key=lambda w, draw=draw: draw[w]
        )  # the answer lists types in order
        placed = dict(zip(order, vectors[:4], strict=True))
        total += probability * winner([*(placed[w] for w in range(4)), vectors[4]], 5, 1)[0]
    different = case.law.all_different(4)
    shift = different * total + (1 - different) * worst - case.law.mean[0]
    assert case.lower() == max(shift, Fraction(0)) ** 2 / case.law.variance
    higher = replace(case, law=replace(case.law, directions=4))
    assert higher.law.all_different(4) == Fraction(24, 256)


def test_the_ratio_is_a_lower_bound_where_workers_share_directions():
    """With 8 directions, against every outcome of the law, copies and all."""
    law = Law(
        (
            Type(Fraction(1, 2), (Fraction(1),), Fraction(1, 2)),
            Type(Fraction(1, 2), (Fraction(-1),), Fraction(1, 2)),
        ),
        8,
    )
    n, f, m = 3, 0, 3
    answers = tuple(
        Answer((c, m - c), (0, 0), (Fraction(0),), (Fraction(0),) * 2, (Fraction(0),) * 2)
        for c in range(m + 1)
    )
    case = WorstCase(n, f, law, answers)
    atoms = [
        (
            (t.position[0], *(t.radius if c == j else Fraction(0) for c in range(8))),
            t.probability / 8,
        )
        for t in law.types
        for j in range(8)
    ]
    mean = [sum((p * x[c] for x, p in atoms), Fraction(0)) for c in range(9)]
    spread = sum(
        (p * sum((a - b) ** 2 for a, b in zip(x, mean, strict=True)) for x, p in atoms), Fraction(0)
    )
    assert spread == law.variance
    krum = Fraction(0)
    for draw in product(atoms, repeat=m):
        probability = prod((p for _, p in draw), start=Fraction(1))
        krum += probability * winner([x for x, _ in draw], n, f)[0]
    assert case.lower() <= krum**2 / spread


def test_json_keeps_everything():
    case = stored()[5, 1]
    assert WorstCase.from_json(case.as_json()) == case


def test_multinomial_adds_up():
    chances = [Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]
    counts = [c for c in product(range(5), repeat=3) if sum(c) == 4]
    assert sum(multinomial(c, chances) for c in counts) == 1


def test_what_is_no_worst_case_is_refused():
    case = stored()[5, 1]
    with pytest.raises(ValueError, match="n >= 2f"):
        replace(case, n=4)
    with pytest.raises(ValueError, match="two answers"):
        replace(case, adversary=case.adversary * 2)
    with pytest.raises(ValueError, match="correct workers"):
        replace(case, f=0)
    with pytest.raises(ValueError, match="not a worst case"):
        WorstCase.from_json({"n": 5})
    with pytest.raises(ValueError, match="add up to 1"):
        Law((Type(Fraction(1, 2), (Fraction(0),), Fraction(1)),))
    with pytest.raises(ValueError, match="all vectors"):
        Law((Type(Fraction(1), (Fraction(0),), Fraction(0)),))
    with pytest.raises(ValueError, match="not a float64"):
        replace(case.adversary[0], position=(Fraction(1, 3),) * 2).vectors(case.law, 1)
