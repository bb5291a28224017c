"""The mutants are what they say: small, different from the original, and of every kind."""

import doctest
import os
import signal
import time
from random import Random
from typing import Any

import pytest

from tests.assurance.mutating import children, killing, python
from tests.assurance.mutating.certificates import EDITS, mutant
from tests.assurance.mutating.files import FILES
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


SOURCE = """\
LARGEST = 3


class Box:
    size = 2

    def fits(self, x):
        try:
            if (
                x
                < self.size
            ):
                return True
        except TypeError:
            raise KeyError from None
        match x:
            case 7:
                inner = lambda: x + 1
                return inner()
        return x == [self.size]
"""


def test_a_mutant_knows_its_lines_and_its_function():
    made = {one.id: one.where for one in python.mutants(SOURCE, "toy")}
    assert made["toy: 3 => 4"].function is None
    assert made["toy Box: 2 => 3"].function is None
    assert {one.function for one in made.values()} == {None, "Box.fits"}
    lines = {change: made[f"toy Box.fits: {change}"].lines for change in (
        "x < self.size => x <= self.size", "True => False", "without raise KeyError from None",
        "7 => 8", "x + 1 => x - 1",
    )}  # fmt: skip
    assert [*lines.values()] == [
        range(9, 13), range(13, 14), range(15, 16), range(17, 18), range(18, 19),
    ]  # fmt: skip


def test_the_code_of_a_mutant_is_that_of_its_text():
    def function(source):
        space: dict[str, Any] = {}
        exec(source, space)  # noqa: S102 - the source above
        return space["Box"].fits

    arguments = [1, 2, 3, 7, 8, [2], "x"]
    for one in python.mutants(SOURCE, "toy"):
        if one.where.function is not None:
            changed, inside = function(one.text), function(SOURCE)
            inside.__code__ = one.code("toy.py")
            assert inside.__code__.co_qualname == changed.__code__.co_qualname == "Box.fits"
            for x in arguments:
                assert result(inside, x) == result(changed, x), one.id


def result(function, x):
    """What a method gives, or what it raises."""
    box = type("Box", (), {"size": 2})()
    try:
        return function(box, x)
    except (KeyError, TypeError, UnboundLocalError) as error:
        return type(error)


def test_answers_come_in_order_from_children_that_do_not_share():
    seen = []

    def work(number):
        def answered(answer):
            seen.append(number)
            if number == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.02 * (3 - number % 4))
            answer([number, len(seen)])

        return answered

    said = list(children.answers(map(work, range(6)), 3))
    assert said == [[0, 1], [1, 1], children.NO_ANSWER, [3, 1], [4, 1], [5, 1]]
    assert said == list(children.answers(map(work, range(6)), 1))
    assert seen == []


def test_work_that_is_wrong_is_no_answer():
    with pytest.raises(RuntimeError, match="child 0 has failed"):
        list(children.answers([lambda answer: None], 1))


def test_mutants_made_in_place_and_at_the_import_are_killed():
    units = ["tests/theory/robustness/units/test_coefficient.py"]
    wanted = {
        "robustness.coefficient: 5000 => 4999",
        "robustness.coefficient _Form.distance: 2 * c => 2 + c",
        "robustness.coefficient _rational: 400 => 401",
        "robustness.coefficient RobustnessBound.n: return self._n => return None",
    }
    source = FILES["robustness.coefficient"].read_text(encoding="utf-8")
    known = {one.id: one for one in python.mutants(source, "robustness.coefficient")}
    chosen = [("robustness.coefficient", known[one]) for one in sorted(wanted)]
    found = [*killing.killers(chosen, units, 1)]
    assert [killer for one, killer in found if one == killing.UNCHANGED] == [None, None]
    killed = {one: killer for one, killer in found if one != killing.UNCHANGED}
    assert killed.keys() == wanted
    assert all(killer and killer.startswith(units[0]) for killer in killed.values())


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
