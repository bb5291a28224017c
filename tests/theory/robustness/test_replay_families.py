"""The second checker of families alone, and against the kernel."""

import json
import random
from copy import deepcopy

from empirics.robustness.closed_forms import STORED, stored
from theory.kernel.terms import KernelError
from theory.robustness import replay_families
from theory.robustness.families import check_bound, check_example
from theory.robustness.replay import Refused


def test_the_second_checker_reads_the_whole_file_alone(tmp_path):
    said = []
    assert replay_families.main([str(STORED)], said.append) == 0
    counts = ", ".join(f"{len(part)} {name}" for name, part in stored().items())
    assert said == [f"ok {STORED}: {counts}"]
    for name in ("bounds", "examples", "steps"):
        broken = deepcopy(stored())
        if name == "steps":
            broken[name][0][0] = "nothing"
        else:
            broken[name][0][1]["kappa"] = [[1]]
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(broken), encoding="utf-8")
        assert replay_families.main([str(path)], said.append) == 1
        assert said[-1].startswith(f"refused {path}: ")


def test_both_checkers_decide_alike_on_random_edits():
    """A number of a certificate changed by one: refused by both, or accepted by both."""
    rng = random.Random(5)
    counts = {True: 0, False: 0}
    for _ in range(80):
        part, check, second = rng.choice(
            [
                ("bounds", check_bound, replay_families.verify_bound),
                ("examples", check_example, replay_families.verify_example),
            ]
        )
        _, certificate = deepcopy(rng.choice(stored()[part]))
        numbers = list(_places(certificate))
        holder, key = rng.choice(numbers)
        holder[key] += rng.choice([-2, -1, 1, 2])
        before = json.dumps(certificate)
        answers = []
        for one, error in ((check, KernelError), (second, Refused)):
            try:
                one(certificate)
                answers.append(True)
            except error:
                answers.append(False)
        assert answers[0] == answers[1], before
        counts[answers[0]] += 1
    assert counts[True] > 0
    assert counts[False] > 40


def _places(value):
    """Every (list, index) of an integer."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _places(inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, int):
                yield value, index
            else:
                yield from _places(inner)
