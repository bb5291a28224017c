"""What the probe finds in planted callables, each asked once a run."""

from functools import cache

from empirics.foreign import load
from empirics.probe.asking import ask_here
from empirics.probe.examine import examine_by
from empirics.probe.identify import Rule, identify

INPUTS = 300
"""Drawn inputs: enough for these; `test_agreement` measures what more find."""
PLANTED = "tests.empirics.probe.planted"


@cache
def identified(name):
    return identify(ask_here(planted_rule(name)), Rule())


@cache
def examined(name, rule="krum"):
    foreign = planted_rule(name, multi=rule == "multi_krum")
    return examine_by(ask_here(foreign), foreign, rule, inputs=INPUTS)


def planted_rule(name, **how):
    return load(name if ":" in name else f"{PLANTED}:{name}", **how)
