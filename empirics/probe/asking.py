"""Questions to a callable, and what can come of them: a vector, an error, silence, a crash."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

import numpy as np

from empirics.calling import Extra
from empirics.foreign import ForeignRule, NoVector, in_one_line
from empirics.interfaces import FloatArray

Question: TypeAlias = tuple[FloatArray, int] | tuple[FloatArray, int, Extra]
"""Vectors [n, d], float64 or float32, f, and what else is asked."""


class Came(Enum):
    """What came of a question."""

    VECTOR = "a vector of the right length"
    ERROR = "an exception"
    NONSENSE = "something that is no vector of that length"
    SILENCE = "nothing in time"
    END = "the end of its process"
    UNASKED = "nothing, as it was not asked: too much silence before"


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of one question."""

    came: Came
    value: FloatArray | None = None
    """The vector [d] that was returned; it may hold NaN or infinity. None for all but VECTOR."""
    error: str = ""
    """What happened, in one line, where there is no vector."""
    changed: bool = False
    """The callable changed the vectors that it was given."""
    form: str = "{}"
    """As in `empirics.foreign.Watched`."""

    @property
    def refused(self) -> bool:
        """It raised an exception."""
        return self.came is Came.ERROR

    @property
    def asked(self) -> bool:
        """The question was put at all."""
        return self.came is not Came.UNASKED

    def same(self, other: Answer) -> bool:
        """Whether both say the same, to the last bit."""
        if self.value is None or other.value is None:
            return self.came is other.came
        return np.array_equal(self.value, other.value, equal_nan=True)

    def is_close(self, expected: FloatArray) -> bool:
        """Whether it is this vector [d], up to the rounding of float32."""
        if self.value is None:
            return False
        scale = max(1.0, float(np.abs(expected).max()))
        return bool(np.allclose(self.value, expected, rtol=1e-6, atol=1e-6 * scale))


Ask: TypeAlias = Callable[[Sequence[Question]], list[Answer]]
"""Whatever answers questions, in their order."""


def ask_here(rule: ForeignRule) -> Ask:
    """Ask in this process, with no guard against silence."""
    return lambda questions: [answer(rule, *question) for question in questions]


def answer(
    rule: ForeignRule,
    vectors: FloatArray,
    f: int,
    extra: Extra = Extra(),  # noqa: B008  (it is frozen)
) -> Answer:
    """Ask one question. Only exceptions that stop a program, such as SystemExit, get through."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            watched = rule.watched(vectors, f, extra)
    except NoVector as nonsense:
        return Answer(Came.NONSENSE, error=str(nonsense))
    except Exception as error:  # noqa: BLE001  (whatever others raise)
        return Answer(Came.ERROR, error=in_one_line(error))
    return Answer(Came.VECTOR, watched.value, "", watched.changed, watched.form)
