"""What a cost is: one file in `empirics.dynamics.costs` that defines a subclass of `Cost`."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from empirics.interfaces import FloatArray, Part


@dataclass(frozen=True)
class Cost(Part, ABC):
    """A cost Q >= 0 on R^d with its gradient."""

    @abstractmethod
    def value(self, x: FloatArray) -> FloatArray:
        """Q(x), of shape [..], for points of shape [.., d]."""

    @abstractmethod
    def gradient(self, x: FloatArray) -> FloatArray:
        """The gradient of Q, of shape [.., d], at points of shape [.., d]."""

    @abstractmethod
    def horizon(self, dimension: int) -> float:
        """D of hypothesis (v) where it holds, and else some D: runs start at |x|^2 = 4 D."""
