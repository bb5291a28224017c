"""The mutants are what they say: small, different from the original, and of every kind."""

import doctest
from random import Random

from tests.assurance.mutating import python
from tests.assurance.mutating.certificates import EDITS, mutant
from tests.assurance.mutating.statements import meaning, mutants
from tests.refusals.toy import Steps, a, b, f, language, n, near, s, t
from theory.kernel.rules import Kernel
from theory.kernel.terms import Relation

kernel = Kernel(language.signature)


def test_the_example_of_python_mutants():
    assert doctest.testmod(python).failed == 0
    assert doctest.testmod(python).attempted > 0


def test_a_guard_is_removed_and_a_premise_forgotten():
    source = "def g(self, a, b):\n    self.check(a)\n    return self._line('=', a, b, also=a)\n"
    ids = [mutant.id for mutant in python.mutants(source, "toy")]
    assert "toy g: without self.check(a)" in ids
    assert "toy g: without b in self._line('=', a, b, also=a)" in ids
    assert "toy g: without also in self._line('=', a, b, also=a)" in ids
    assert len(ids) == len(set(ids))


def test_a_mutant_does_not_change_the_next_one():
    source = "def g(x):\n    if not x:\n        raise KeyError\n    return x + 1\n"
    made = python.mutants(source, "toy")
    once = [one.text for one in made]
    assert [one.text for one in made] == once
    assert source not in once


def test_statement_mutants_are_of_every_kind_that_applies():
    statement = (2 * s <= (n - f - 2) * t).when(near[a, b])
    kinds = {one.kind for one in mutants(kernel, statement)}
    assert kinds == {
        "constant", "sign", "summand dropped", "factor dropped", "n for f", "n and f swapped",
        "relation", "made strict", "condition dropped", "condition negated", "index",
    }  # fmt: skip
    said = [one.statement for one in mutants(kernel, statement)]
    assert Relation(2 * s, ">=", (n - f - 2) * t, (near[a, b],)) in said
    assert statement not in said
    assert len(said) == len(set(said))


def test_what_says_the_same_is_no_mutant():
    statement = (s + t).eq(t + 2 * s)
    said = [meaning(kernel, one.statement) for one in mutants(kernel, statement)]
    assert len(said) == len(set(said)) >= 10
    assert meaning(kernel, statement) not in said
    assert meaning(kernel, (t + 2 * s).eq(s + t)) == meaning(kernel, statement)


def test_certificate_mutants_are_of_every_kind_and_differ():
    p = Steps()
    claim = (s + t) ** 2 >= 0
    certificate = p.end(claim, p.square(s + t), p.number(1))
    other = p.end(s * s >= 0, p.square(s))
    random, kinds = Random(0), set()
    for _ in range(600):
        found = mutant(random, certificate, [other])
        if found is not None:
            kinds.add(found[0])
            assert found[1] != certificate
    assert kinds >= {kind for kind, _ in EDITS} - {"reference"}
