"""Every rule takes what it says of its premises: kind, term, context, assumptions and kernel."""

from fractions import Fraction
from itertools import product

import pytest

from tests.refusals.toy import c
from tests.theory.kernel.units.examples import (
    EVERY,
    EXAMPLES,
    RUN_EXAMPLES,
    apply,
    can_be_assumed,
    formula,
    premises,
    signature,
)
from theory.kernel.rules import Kernel
from theory.kernel.runs import RULES
from theory.kernel.terms import Index, KernelError, Number, Times

ALL = [*EXAMPLES, *RUN_EXAMPLES]
NAMES = [f"{number}-{example.rule}" for number, example in enumerate(ALL)]
EACH_PREMISE = [
    pytest.param(example, place, id=f"{name}-{place}")
    for name, example in zip(NAMES, ALL, strict=True)
    for place in range(len(example.premises))
]
z = Index("z", "C")
WITHOUT_LINES = {
    "assume", "number", "square", "norm_nonnegative", "root_nonnegative",
    "cauchy_schwarz", "choice_total", "constant_factor", "identical",
    "integrable_deterministic", "nothing", "constant",
}  # fmt: skip


def test_every_rule_has_an_example():
    assert {example.rule for example in ALL} | WITHOUT_LINES | {"lemma", "cut"} == set(RULES)


@pytest.mark.parametrize("example", ALL, ids=NAMES)
def test_the_line_says_what_the_example_says(example):
    kernel = Kernel(signature)
    line = apply(kernel, example, premises(kernel, example))
    assert line.kind == example.kind(*(kind for kind, _ in example.premises))
    assert line.poly == kernel.algebra.normal(example.term)
    stated = {formula(kind, x) for kind, x in example.premises}
    assert line.assumptions == stated | set(example.also)


@pytest.mark.parametrize("example", ALL, ids=NAMES)
def test_each_premise_is_of_a_kind_that_the_rule_takes(example):
    default = [kind for kind, _ in example.premises]
    varied = [
        [*default[:p], kind, *default[p + 1 :]] for p in range(len(default)) for kind in EVERY
    ]
    if len(default) == 2:
        varied += [list(both) for both in product(EVERY, repeat=2)]
    for kinds in varied:
        terms = [x for _, x in example.premises]
        if not all(map(can_be_assumed, kinds, terms)):
            continue
        kernel = Kernel(signature)
        lines = [kernel.assume(formula(kind, x)) for kind, x in zip(kinds, terms, strict=True)]
        taken = all(kind in some for kind, some in zip(kinds, example.kinds, strict=True))
        if taken and (not example.same or len(set(kinds)) == 1):
            assert apply(kernel, example, lines).kind == example.kind(*kinds), kinds
        else:
            with pytest.raises(KernelError):
                apply(kernel, example, lines)


@pytest.mark.parametrize(("example", "place"), EACH_PREMISE)
def test_a_premise_about_something_else_is_refused(example, place):
    if place in example.loose:
        return
    kernel = Kernel(signature)
    lines = premises(kernel, example)
    kind, x = example.premises[place]
    other = 2 * x if signature.check(x) == "vector" else x + 1
    lines[place] = kernel.assume(formula(kind, other))
    with pytest.raises(KernelError):
        apply(kernel, example, lines)


@pytest.mark.parametrize(("example", "place"), EACH_PREMISE)
def test_an_index_of_a_premise_stays_though_it_cancels(example, place):
    kernel = Kernel(signature)
    lines = premises(kernel, example)
    kind, x = example.premises[place]
    indexed = x + Times((Number(Fraction(0)), c[z], x))
    if not can_be_assumed(kind, indexed):
        return
    lines[place] = kernel.assume(formula(kind, indexed))
    assert ("C", "z") in lines[place].context
    if place in example.bare:
        with pytest.raises(KernelError):
            apply(kernel, example, lines)
    else:
        assert ("C", "z") in apply(kernel, example, lines).context


@pytest.mark.parametrize(("example", "place"), EACH_PREMISE)
def test_a_premise_of_another_kernel_is_refused(example, place):
    kernel, other = Kernel(signature), Kernel(signature)
    lines = premises(kernel, example)
    lines[place] = premises(other, example)[place]
    with pytest.raises(KernelError, match="the line belongs to another derivation"):
        apply(kernel, example, lines)


@pytest.mark.parametrize(("example", "place"), EACH_PREMISE)
def test_a_premise_that_is_no_line_is_refused(example, place):
    kernel = Kernel(signature)
    lines = premises(kernel, example)
    lines[place] = object()
    with pytest.raises((KernelError, AttributeError)):
        apply(kernel, example, lines)
