"""The pictures of counterexamples: Krum is recomputed by its definition for every ring."""

from dataclasses import replace
from fractions import Fraction

import pytest

from reports.render.picture import picture
from reports.render.scene import Dot, Scale, Scene, draw
from reports.scope import mentioned, terms_of
from theory.judge import Judge, load_certificates
from theory.papers import certificate_folder, load


@pytest.fixture(scope="module")
def krum():
    return load("krum")


@pytest.fixture(scope="module")
def refuted(krum):
    judge = Judge(krum, load_certificates(certificate_folder("krum")))
    wanted = {c.id for c in krum.claims().values() for r in c.readings if r.expected == "REFUTED"}
    found = [judge.judge(name) for name in sorted(wanted)]
    return {judgement.id: judgement for judgement in found}


@pytest.fixture(scope="module")
def pictures(krum, refuted):
    found = {name: picture(krum, judgement) for name, judgement in refuted.items()}
    return {name: one for name, one in found.items() if one is not None}


def squared_distance(u, v):
    return sum((a - b) ** 2 for a, b in zip(u, v, strict=True))


def least_scores(vectors, byzantine):
    """The workers of least score by the definition: the n-f-2 closest others of each."""
    scores = {}
    for worker, vector in vectors.items():
        others = sorted(
            squared_distance(vector, other) for name, other in vectors.items() if name != worker
        )
        scores[worker] = sum(others[: len(vectors) - byzantine - 2])
    return {worker for worker, score in scores.items() if score == min(scores.values())}


def test_every_ring_is_on_a_worker_of_least_score(refuted, pictures):
    checked = 0
    for name, one in pictures.items():
        model = refuted[name].model
        for scene in one.scenes:
            ringed = [dot for dot in scene.dots if dot.rings]
            if not ringed:
                continue
            vectors = {d.element: d.at for d in scene.dots if d.element is not None}
            drawn = dict(model.outcomes[scene.number].tables["V"])
            assert vectors == {element: value for (element,), value in drawn.items()}, name
            winners = least_scores(vectors, int(model.tables["f"][()]))
            assert {dot.element for dot in ringed} <= winners, f"{name}, outcome {scene.number + 1}"
            assert one.svg.count('class="ring"') == sum(
                len(dot.rings) for scene in one.scenes for dot in scene.dots
            )
            checked += 1
    assert checked >= 20


def test_only_a_statement_about_two_choices_has_two_rings(pictures):
    two = {n for n, p in pictures.items() for s in p.scenes for d in s.dots if 1 in d.rings}
    assert two == {"krum-e", "krum-f"}
    assert "inner ring: the one that is chosen, i′*" in pictures["krum-f"].caption


def test_nothing_is_drawn_that_the_statement_does_not_mention(krum, refuted, pictures):
    signature = krum.language.signature
    for name in ("convexity", "2-2a", "2-2b", "2-8", "2-9", "lemma-1b"):
        assert pictures[name].svg == ""
        assert pictures[name].rows
    for name, one in pictures.items():
        named = mentioned(signature, terms_of(refuted[name].reading.statement))
        kinds = {d.kind for s in one.scenes for d in s.dots if d.element is not None}
        chosen = {"V", "neighbour", "neighbour_2", "chosen", "chosen_2"}
        assert not kinds or named & chosen, name


def test_the_likeliest_outcomes_come_first_and_the_mean_is_worked_out(pictures):
    one = pictures["1-2a"]
    assert one.caption.startswith("4 of 8 outcomes, the likeliest: p = 27/32 together")
    assert one.scenes[0].probability == Fraction(27, 64)
    assert ("27/32·2 + 5/32·1", "59/32") in [(mean.parts, mean.total) for mean in one.means]
    every = [Fraction(p) for _, p, _ in one.rows]
    assert sum(every) == 1
    assert every == sorted(every, reverse=True)


def test_a_mean_worked_out_is_the_mean(krum, refuted, pictures):
    checked = 0
    for one in pictures.values():
        for mean in one.means:
            if "(" in mean.parts or "more" in mean.parts or "·" not in mean.parts:
                continue
            products = [part.split("·") for part in mean.parts.split(" + ")]
            assert sum(Fraction(p) * Fraction(x) for p, x in products) == Fraction(mean.total)
            assert sum(Fraction(p) for p, _ in products) == 1
            checked += 1
    assert checked >= 3


def test_a_far_value_breaks_the_axis_and_spares_the_near_ones():
    scale = Scale([Fraction(x) for x in (10, 11, 1010)], 0, 400)
    assert scale(Fraction(11)) - scale(Fraction(10)) > 300
    assert len(scale.breaks) == 1
    assert not Scale([Fraction(x) for x in (0, 1, 6)], 0, 400).breaks
    dots = tuple(Dot(str(x), 0, (Fraction(x),)) for x in (10, 11, 1010))
    assert draw([Scene(0, Fraction(1), dots)]).count('class="axis cut"') == 1


def test_a_statement_that_mentions_no_choice_rings_that_of_its_hypotheses(krum, refuted):
    judgement = refuted["zeta-b"]
    ringed = [d.element for d in picture(krum, judgement).scenes[0].dots if d.rings]
    table = judgement.model.outcomes[picture(krum, judgement).scenes[0].number].tables["chosen"]
    assert ringed == [key[0] for key, value in table.items() if value == 1]
    free = replace(judgement.reading, under=(), needs={})
    assert 'class="ring"' not in picture(krum, replace(judgement, reading=free)).svg
