"""Mutants of certificates: one random edit of the JSON each, as a forger or a slip makes it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from theory.kernel.runs import RULES
from theory.kernel.terms import OPS

Json = Any
Place = tuple[Any, Any]
"""A container and the key of an entry in it."""
RULE_NAMES = sorted(RULES)
TAGS = {"q", "line", "tuple", "map"}


def mutant(random: Random, certificate: Json, others: Sequence[Json]) -> tuple[str, Json] | None:
    """An edit's name and the edited copy; None where the edit chosen does not apply here."""
    kind, edit = random.choice(EDITS)
    changed = copy.deepcopy(certificate)
    if not edit(random, changed, others) or changed == certificate:
        return None
    return kind, changed


def places(data: Json) -> Iterator[Place]:
    """Every entry of every list and object, from the outside in."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in entries:
        yield data, key
        if isinstance(value, (list, dict)):
            yield from places(value)


def _pick(random: Random, data: Json, wanted: Callable[[Any, Any, Any], bool]) -> Place | None:
    found = [(box, key) for box, key in places(data) if wanted(box, key, box[key])]
    return random.choice(found) if found else None


def _number(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A rational number becomes another one."""
    place = _pick(random, data, lambda box, key, x: key == 1 and box[0] == "q")
    if place is None:
        return False
    box, key = place
    value = Fraction(box[key])
    box[key] = str(random.choice([value + 1, value - 1, -value, 2 * value, value / 2, Fraction(0)]))
    return True


def _whole(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """An exponent becomes another one."""
    place = _pick(random, data, lambda box, key, x: key == 2 and box[0] == "Power")
    if place is None:
        return False
    place[0][2] += random.choice([1, -1, 2])
    return True


def _reference(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A reference to a line goes to another line."""
    place = _pick(random, data, lambda box, key, x: key == 1 and box[0] == "line")
    if place is None:
        return False
    place[0][1] = random.choice([random.randrange(len(data["steps"])), place[0][1] - 1])
    return True


def _ends(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """Another line is called the conclusion, or pays for what the statement needs."""
    key = random.choice(["lines", "obligations"])
    if not data[key] or not data["steps"]:
        return False
    at = random.randrange(len(data[key]))
    data[key][at] = random.randrange(len(data["steps"]))
    return True


def _debt(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """One of the concluding lines is left out."""
    key = random.choice(["lines", "obligations"])
    if not data[key]:
        return False
    del data[key][random.randrange(len(data[key]))]
    return True


def _fields(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """Two entries of a list change places."""
    place = _pick(random, data, lambda box, key, x: isinstance(x, list) and len(x) > 2)
    if place is None:
        return False
    entries = place[0][place[1]]
    one, other = random.sample(range(1, len(entries)), 2)
    entries[one], entries[other] = entries[other], entries[one]
    return True


def _left_out(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """An entry of a list is left out."""
    place = _pick(random, data, lambda box, key, x: isinstance(x, list) and len(x) > 1)
    if place is None:
        return False
    entries = place[0][place[1]]
    del entries[random.randrange(1, len(entries))]
    return True


def _twice(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """An entry of a list is written twice."""
    place = _pick(random, data, lambda box, key, x: isinstance(x, list) and len(x) > 1)
    if place is None:
        return False
    entries = place[0][place[1]]
    at = random.randrange(1, len(entries))
    entries.insert(at, copy.deepcopy(entries[at]))
    return True


def _word(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A symbol, an index, a set or a kind of node becomes another one of the certificate."""
    words = sorted({box[key] for box, key in places(data) if isinstance(box[key], str)} - TAGS)
    place = _pick(random, data, lambda box, key, x: isinstance(x, str) and x not in TAGS)
    if place is None:
        return False
    place[0][place[1]] = random.choice(words)
    return True


def _relation(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A relation becomes another one."""
    place = _pick(random, data, lambda box, key, x: isinstance(x, str) and x in OPS)
    if place is None:
        return False
    place[0][place[1]] = random.choice(OPS)
    return True


def _rule(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A step is made by another rule."""
    if not data["steps"]:
        return False
    random.choice(data["steps"])[0] = random.choice(RULE_NAMES)
    return True


def _step(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A step is left out, written twice, or changes places with another; the numbers stay."""
    steps = data["steps"]
    if len(steps) < 2:
        return False
    one, other = random.sample(range(len(steps)), 2)
    match random.randrange(3):
        case 0:
            del steps[one]
        case 1:
            steps.insert(one, copy.deepcopy(steps[one]))
        case 2:
            steps[one], steps[other] = steps[other], steps[one]
    return True


def _splice(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A part comes from another certificate: its statement, its steps, one step, its value."""
    other = copy.deepcopy(random.choice(others))
    part = random.choice(["statement", "steps", "value", "one step", "the last steps"])
    if part in data:
        data[part] = other[part]
        return True
    if not data["steps"] or not other["steps"]:
        return False
    at = random.randrange(len(data["steps"]))
    if part == "one step":
        data["steps"][at] = random.choice(other["steps"])
    else:
        data["steps"][at:] = other["steps"][at:]
    return True


def _subterm(random: Random, data: Json, others: Sequence[Json]) -> bool:
    """A term is replaced by another one of the certificate."""

    def node(box: Any, key: Any, x: Any) -> bool:
        return isinstance(x, list) and bool(x) and isinstance(x[0], str) and x[0][:1].isupper()

    one, other = _pick(random, data, node), _pick(random, data, node)
    if one is None or other is None:
        return False
    one[0][one[1]] = copy.deepcopy(other[0][other[1]])
    return True


EDITS: tuple[tuple[str, Callable[[Random, Json, Sequence[Json]], bool]], ...] = (
    ("number", _number),
    ("exponent", _whole),
    ("reference", _reference),
    ("conclusion", _ends),
    ("conclusion left out", _debt),
    ("fields swapped", _fields),
    ("entry left out", _left_out),
    ("entry twice", _twice),
    ("word", _word),
    ("relation", _relation),
    ("rule", _rule),
    ("step", _step),
    ("splice", _splice),
    ("subterm", _subterm),
)
"""Every kind of edit by name."""
