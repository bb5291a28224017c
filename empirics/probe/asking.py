"""Questions to a callable, and what can come of them: a vector, an error, silence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from empirics.foreign import ForeignRule, NoVector, in_one_line
from empirics.interfaces import FloatArray

UNASKED = "not asked any more"
"""The error of a question that was left out, as too many had met with silence before it."""

Question: TypeAlias = tuple[FloatArray, int]
"""Vectors [n, d], float64 or float32, and f."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of one question."""

    value: FloatArray | None = None
    """The vector [d] that was returned; it may hold NaN or infinity. None where there is none."""
    error: str = ""
    """The kind of the exception and its first line, where one was raised."""
    nonsense: bool = False
    """Something was returned that is no vector of that length; `error` says what."""
    hung: bool = False
    """No answer came in time."""
    changed: bool = False
    """The callable changed the vectors that it was given."""

    @property
    def refused(self) -> bool:
        """It raised an exception, and so gave no answer."""
        return self.value is None and not self.nonsense and not self.hung

    def same(self, other: Answer) -> bool:
        """Whether both say the same, to the last bit."""
        if self.value is None or other.value is None:
            return (self.value is None) == (other.value is None)
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


def answer(rule: ForeignRule, vectors: FloatArray, f: int) -> Answer:
    """Ask one question. Only exceptions that stop a program, such as SystemExit, get through."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value, changed = rule.watched(vectors, f)
    except NoVector as nonsense:
        return Answer(error=str(nonsense), nonsense=True)
    except Exception as error:  # noqa: BLE001  (whatever others raise)
        return Answer(error=in_one_line(error))
    return Answer(value, changed=changed)
