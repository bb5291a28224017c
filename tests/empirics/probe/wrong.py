"""Wrong Krums, generated: kind by place by size; and how many of the drawn inputs find each.

python -m tests.empirics.probe.wrong        # the table
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice, product

import numpy as np
from scipy.spatial.distance import cdist

from empirics.probe.agreement import INPUTS, allows, drawn
from empirics.probe.asking import Answer, Came
from empirics.probe.identify import Rule


def scores(v, k):
    return np.sort(cdist(v, v, "sqeuclidean"), axis=1)[:, 1 : k + 1].sum(axis=1)


def right(v, f):
    return int(scores(v, len(v) - f - 2).argmin())


def ignores(v, f, *, left):
    return right(v[:, left] if left.any() else v, f)


COORDINATES = {
    "the first coordinate": lambda d: np.arange(d) > 0,
    "the middle coordinate": lambda d: np.arange(d) != d // 2,
    "the last coordinate": lambda d: np.arange(d) < d - 1,
    "coordinate 7": lambda d: np.arange(d) != 7,
    "the first half": lambda d: np.arange(d) >= d // 2,
    "the last tenth": lambda d: np.arange(d) < d - d // 10,
    "all but two": lambda d: np.arange(d) < 2,
    "every other": lambda d: np.arange(d) % 2 == 0,
    "those from 100 on": lambda d: np.arange(d) < 100,
    "those from 500 on": lambda d: np.arange(d) < 500,
}
"""What is ignored: masks of what is left."""
CHOICES = {
    "one neighbour more": lambda v, f: int(scores(v, len(v) - f - 1).argmin()),
    "one neighbour less": lambda v, f: int(scores(v, max(1, len(v) - f - 3)).argmin()),
    "lengths": lambda v, f: int(
        np.sort(cdist(v, v), axis=1)[:, 1 : len(v) - f - 1].sum(axis=1).argmin()
    ),
    "the second best": lambda v, f: int(scores(v, len(v) - f - 2).argsort()[1]),
}
"""Wrong choices."""


def spread(v):
    return float(np.median(np.abs(v - np.median(v, axis=0))))


FROM = {
    **{f"n >= {n}": lambda v, f, n=n: len(v) >= n for n in (12, 20, 33, 50, 60)},
    **{f"d >= {d}": lambda v, f, d=d: v.shape[1] >= d for d in (6, 41, 300, 900)},
    **{f"f >= {f}": lambda v, f, least=f: f >= least for f in (4, 10, 20, 28)},
    "f = 0": lambda v, f: f == 0,
    "n = 2f + 3": lambda v, f: len(v) == 2 * f + 3,
    "even n": lambda v, f: len(v) % 2 == 0,
    "scale >= 100": lambda v, f: spread(v) >= 100,
    "scale <= 0.01": lambda v, f: 0 < spread(v) <= 0.01,
    "float32": lambda v, f: v.dtype == np.float32,
    "memory by columns": lambda v, f: not v.flags.c_contiguous,
    "a copy": lambda v, f: len(np.unique(v, axis=0)) < len(v),
    "the best in the last place": lambda v, f: right(v, f) == len(v) - 1,
    "the best in the first place": lambda v, f: right(v, f) == 0,
}
"""Where the choice is wrong."""


@dataclass
class Calls:
    """State: wrong at some calls."""

    wrong: Callable[[int], bool]
    count: int = field(default=0)

    def __call__(self, v, f):
        self.count += 1
        return CHOICES["the second best" if self.wrong(self.count) else "right"](v, f)


CHOICES["right"] = right
STATE = {
    "every 10th call": lambda call: call % 10 == 0,
    "every 1000th call": lambda call: call % 1000 == 0,
    "from the 5000th call on": lambda call: call >= 5000,
    "once, at the 7777th call": lambda call: call == 7777,
}


def without_copies(v, f):
    kept = np.sort(np.unique(v, axis=0, return_index=True)[1])
    return int(kept[right(v[kept], f)]) if len(kept) > 2 * f + 2 else right(v, f)


def in_sorted_pairs(v, f):
    """Compares each with those after it alone."""
    distances = cdist(v, v, "sqeuclidean")
    distances[np.tril_indices(len(v), -1)] = np.inf
    near = np.sort(distances, axis=1)[:, 1 : len(v) - f - 1]
    return int(np.where(np.isinf(near), 0, near).sum(axis=1).argmin())


ORDER = {
    "copies are dropped": without_copies,
    "only those after it": in_sorted_pairs,
    "never the last": lambda v, f: int(scores(v, len(v) - f - 2)[:-1].argmin()),
    "never the first f": lambda v, f: f + int(scores(v, len(v) - f - 2)[f:].argmin()),
}


def wrong_rules() -> Iterator[tuple[str, str, str, Callable]]:
    """Kind, place, size, and the rule, which gives an index."""
    for place, left in COORDINATES.items():
        yield (
            "coordinates ignored",
            place,
            "any",
            lambda v, f, left=left: ignores(v, f, left=left(v.shape[1])),
        )
        for d in (300, 900):
            yield (
                "coordinates ignored",
                place,
                f"d >= {d}",
                lambda v, f, left=left, d=d: (
                    ignores(v, f, left=left(v.shape[1])) if v.shape[1] >= d else right(v, f)
                ),
            )
    for (where, when), choice in product(FROM.items(), list(CHOICES)[:4]):
        yield (
            "wrong from some size on",
            choice,
            where,
            lambda v, f, when=when, choice=choice: CHOICES[choice if when(v, f) else "right"](v, f),
        )
    for name, when in STATE.items():
        yield "state", "the second best", name, Calls(when)
    for name, rule in ORDER.items():
        yield "order and copies", name, "any", rule


def first_found(rule, inputs) -> int:
    """The number of the first input that tells it from Krum, from 1; 0 where none does."""
    for number, one in enumerate(inputs, 1):
        value = one.vectors[rule(one.vectors, one.f)].astype(np.float64)
        if allows(Rule(), one, Answer(Came.VECTOR, value)) is False:
            return number
    return 0


def main() -> None:
    """Print the table."""
    inputs = list(islice(drawn(Rule()), INPUTS))
    found = [(*about, first_found(rule, inputs)) for *about, rule in wrong_rules()]
    print(f"{'kind':24} {'what':24} {'where':28} first found by input")
    for kind, what, where, number in found:
        print(f"{kind:24} {what:24} {where:28} {number or 'not found':>9}")
    for kind in dict.fromkeys(row[0] for row in found):
        rows = [row for row in found if row[0] == kind]
        print(f"{kind}: {sum(bool(row[3]) for row in rows)} of {len(rows)} found")


if __name__ == "__main__":
    main()
