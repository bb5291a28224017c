"""Runs with states: what stays, what follows, and what sequences do in the end."""

from fractions import Fraction

import pytest

from theory.kernel.evidence import witnesses
from theory.kernel.models import Model, Outcome
from theory.kernel.processes import MOST_STATES, Run, RunEvaluator, State
from theory.kernel.sequences import inverse, ratio
from theory.kernel.terms import AlmostSure, KernelError
from theory.notation.language import Language, expectation, root

F = Fraction
t = ratio((F(0), F(1)), (F(1),))

language = Language()
x = language.scalar("x", varies=True)
rate = language.scalar("rate", varies=True)
c = language.scalar("c")
step = language.scalar("step", random=True)
language.successor(x, x - rate * step)
SIGNATURE = language.signature


def state(place, moves, leads_to, rate=None, c=1):
    """A state with even chances: x is at `place`, and each outcome makes a step."""
    rate = inverse(t) if rate is None else rate
    fixed = {"x": {(): place}, "rate": {(): rate}, "c": {(): F(c)}}
    chance = F(1, len(moves))
    return State(Model(fixed, [Outcome(chance, {"step": {(): m}}) for m in moves]), leads_to)


def to_and_fro(b=1):
    """x is 1/t or -1/t, by a fair coin: the steps (x_t - x_{t+1}) t are noisy."""
    here, there = inverse(t), b * inverse(t + 1)
    up = [(here + -there) * t, (here + there) * t]
    down = [(-here + -there) * t, (-here + there) * t]
    return Run((state(here, up, (0, 1)), state(-here, down, (0, 1))))


def resting(value):
    """One state, in which x is a sequence without steps: only for constant x."""
    return Run((state(value, [F(0)], (0,)),))


def test_a_noisy_process_is_checked_step_by_step():
    run = RunEvaluator(SIGNATURE, to_and_fro())
    assert run.holds(x**2 <= 1)
    assert run.holds((x * x).eq(rate * rate))
    assert run.holds(rate * (x - expectation(rate * step)) + rate >= 0)
    assert run.holds(x >= 0) is False  # in the second state
    assert run.holds(root(x * x).eq(rate))
    assert run.holds(AlmostSure("vanishes", x))
    assert run.holds(AlmostSure("summable", x**2))
    assert run.holds(AlmostSure("divergent", rate))
    assert run.holds(AlmostSure("bounded", x / rate))
    assert run.holds(AlmostSure("converges", x / rate)) is None  # it jumps between 1 and -1
    assert run.holds(AlmostSure("divergent", x)) is None


def test_a_step_that_misses_the_next_place_is_refused():
    with pytest.raises(KernelError, match="'x' is not at t \\+ 1 what its successor is"):
        RunEvaluator(SIGNATURE, to_and_fro(b=2))
    with pytest.raises(KernelError, match="'x' is not at t \\+ 1"):
        RunEvaluator(SIGNATURE, resting(inverse(t)))


@pytest.mark.parametrize(
    ("kind", "yes", "no"),
    [
        ("bounded", F(7), None),
        ("vanishes", F(0), F(1)),
        ("summable", F(0), F(1)),
        ("divergent", F(1), F(0)),
        ("divergent", F(1), F(-1)),
        ("converges", F(3), None),
    ],
)
def test_what_a_constant_sequence_does(kind, yes, no):
    assert RunEvaluator(SIGNATURE, resting(yes)).holds(AlmostSure(kind, x)) is True
    if no is not None:
        assert RunEvaluator(SIGNATURE, resting(no)).holds(AlmostSure(kind, x)) is False


@pytest.mark.parametrize(
    ("k", "kinds"),
    [
        (1, {"divergent"}),
        (0, {"bounded", "converges", "divergent"}),
        (-1, {"bounded", "converges", "vanishes", "divergent"}),
        (-2, {"bounded", "converges", "vanishes", "summable"}),
    ],
)
def test_what_powers_of_t_do(k, kinds):
    power = F(1)
    for _ in range(abs(k)):
        power = power * (t if k > 0 else inverse(t))
    run = RunEvaluator(SIGNATURE, Run((state(F(0), [F(0)], (0,), rate=power),)))
    asked = ("bounded", "converges", "vanishes", "summable", "divergent")
    assert {kind for kind in asked if run.holds(AlmostSure(kind, rate))} == kinds


@pytest.mark.parametrize(
    ("run", "reason"),
    [
        (Run(()), "1 to"),
        (Run(resting(F(0)).states * (MOST_STATES + 1)), "1 to"),
        (Run((state(F(0), [F(0)], ()),)), "leads to one state"),
        (Run((state(F(0), [F(0)], (1,)),)), "there is no state 1"),
        (Run((state(F(0), [F(0)], (-1,)),)), "there is no state -1"),
        (Run((state(F(0), [F(0)], (0,)), state(F(0), [F(0)], (0,), c=2))), "'c' differs"),
        (Run((State(Model({"x": {(): F(0)}, "rate": {(): F(0)}, "c": {(): t}},
                          [Outcome(F(1), {"step": {(): F(0)}})]), (0,)),)), "'c' changes with t"),
        (Run((state(0.5, [F(0)], (0,)),)), "exact"),
    ],
)  # fmt: skip
def test_what_is_no_run_is_refused(run, reason):
    with pytest.raises(KernelError, match=reason):
        RunEvaluator(SIGNATURE, run)


def test_a_run_is_a_witness_of_sequence_statements():
    needs = {"steps": AlmostSure("summable", rate**2), "infinite": AlmostSure("divergent", rate)}
    witnesses(SIGNATURE, needs, AlmostSure("vanishes", x), to_and_fro())
    witnesses(SIGNATURE, needs, x <= rate, to_and_fro())
    for statement, more, reason in (
        (AlmostSure("vanishes", x), {"up": x > 0}, "the hypothesis 'up'"),
        (AlmostSure("vanishes", x / (rate - 1)), {}, "a denominator may be 0"),
        (x <= root(rate - 1) + 1, {}, "a radicand may be negative"),
    ):
        with pytest.raises(KernelError, match=reason):
            witnesses(SIGNATURE, {**needs, **more}, statement, to_and_fro())


def test_what_a_sequence_does_need_not_be_decided_but_may_not_be_false():
    witnesses(SIGNATURE, {}, AlmostSure("summable", rate), to_and_fro())
    with pytest.raises(KernelError, match="the statement is false on the witness"):
        witnesses(SIGNATURE, {}, AlmostSure("divergent", x), resting(F(0)))


def test_a_finite_model_decides_nothing_about_sequences():
    one = resting(F(0)).states[0].model
    one = Model({**one.tables, "rate": {(): F(1)}}, one.outcomes)
    with pytest.raises(KernelError, match="a finite model has one step"):
        witnesses(SIGNATURE, {}, AlmostSure("vanishes", x), one)
    with pytest.raises(KernelError, match="'rate' must be an exact number"):
        witnesses(SIGNATURE, {}, x <= 0, resting(F(0)).states[0].model)
