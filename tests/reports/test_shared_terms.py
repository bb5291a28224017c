"""Sharing terms saves work and nothing else: every value is that of the kernel's evaluator."""

from reports.shared_terms import SharedTerms, SharingEvaluator
from theory.kernel.models import Evaluator
from theory.kernel.terms import IllTyped, KernelError, Relation
from theory.papers.krum.document import DOCUMENT

SIGNATURE = DOCUMENT.language.signature
LARGEST = 8
"""Outcomes of the largest model on which all lines are evaluated twice."""


def models():
    """A small witness model, and every small counterexample."""
    builds = [build for _, build in DOCUMENT.witnesses]
    for claim in DOCUMENT.claims().values():
        builds += [r.counterexample for r in claim.readings if r.counterexample is not None]
    found = [build() for build in dict.fromkeys(builds)]
    return [model for model in found if len(model.outcomes) <= LARGEST]


def relations():
    statements = [r.statement for c in DOCUMENT.claims().values() for r in c.readings]
    said = [x for x in (*DOCUMENT.hypotheses.values(), *statements) if isinstance(x, Relation)]
    return [x for x in said if denotes(x)]


def denotes(relation):
    try:
        SIGNATURE.check_formula(relation)
    except IllTyped:
        return False
    return True


def told(evaluator, relation):
    """Where the relation claims something, both sides, and whether it is true; or the refusal."""
    try:
        return [
            (at, outcome, evaluator.sides(relation, at, outcome), true)
            for at, outcome, true in evaluator.instances(relation)
        ]
    except KernelError as refusal:
        return str(refusal)


def test_every_line_has_the_values_of_the_kernels_evaluator():
    terms = SharedTerms(SIGNATURE)
    chosen = sorted(models(), key=lambda model: -len(model.outcomes))
    assert len(chosen[0].outcomes) == LARGEST
    compared = 0
    for model in (chosen[0], chosen[-1]):
        shared, own = SharingEvaluator(terms, model), Evaluator(SIGNATURE, model)
        for relation in relations():
            expected = told(own, relation)
            assert told(shared, terms.formula(relation)) == expected
            compared += len(expected)
    assert compared > 2 * len(relations())


def test_equal_terms_are_one_object_and_are_worked_out_once(toy):
    signature = toy.language.signature
    relation = toy.claims()["1-1a"].readings[0].statement
    terms = SharedTerms(signature)
    again = Relation(relation.left + 0, relation.op, relation.right + 0)
    one, other = terms.formula(relation), terms.formula(again)
    assert other.left.summands[0] is one.left
    assert terms.of(one.left).term is one.left
    evaluator = SharingEvaluator(terms, toy.witnesses[0][1]())
    assert evaluator.holds(one) is True
    known = len(evaluator._memo)
    assert evaluator.holds(terms.formula(relation)) is True
    assert len(evaluator._memo) == known


def test_what_is_no_relation_stays_as_it_is(toy):
    terms = SharedTerms(toy.language.signature)
    for formula in toy.hypotheses.values():
        if not isinstance(formula, Relation):
            assert terms.formula(formula) is formula
