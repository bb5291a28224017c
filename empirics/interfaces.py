"""What an aggregation rule, an honest model and an attack are: the parts an experiment combines.

A rule, a model or an attack is one file in `empirics.rules`, `empirics.models` or
`empirics.attacks` that defines a subclass with a default for every parameter.
It is found there (see `empirics.discovery`); no other line has to change.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import ClassVar

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
BoolArray = npt.NDArray[np.bool_]

Support = Sequence[tuple[tuple[Fraction, ...], Fraction]]
"""A finite law of one vector: pairs (vector, probability), the probabilities summing to 1."""


@dataclass(frozen=True)
class Part:
    """A named part of an experiment; its parameters are its dataclass fields."""

    name: ClassVar[str]

    @property
    def label(self) -> str:
        """The name with every parameter, such as `two_point(p=1/10)`: what a cell is keyed by."""
        values = ", ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))
        return f"{self.name}({values})" if values else self.name


@dataclass(frozen=True)
class Rule(Part, ABC):
    """An aggregation rule F."""

    depends_on_origin: ClassVar[bool] = False
    """Whether F(V + c) may differ from F(V) + c, as where norms are clipped."""

    @abstractmethod
    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """F of the workers' vectors.

        `vectors` has shape [n, d], or [trials, n, d] for independent trials, and `f` is the number
        of Byzantine workers that the rule must tolerate. The result has shape [d] or [trials, d].
        Raises ValueError where the rule is undefined.
        """


@dataclass(frozen=True)
class Model(Part, ABC):
    """The law of the noise Z = V - g of one correct worker: mean 0 and E|Z|^2 = d sigma^2, exactly.

    Noise and not V is sampled, so that a gradient g much longer than sigma costs no digits.
    """

    @abstractmethod
    def standard(self, rng: np.random.Generator, shape: tuple[int, int, int]) -> FloatArray:
        """Noise for sigma = 1 of shape [trials, workers, dimension].

        The vectors of all trials and workers are independent and have the same law.
        """

    def noise(
        self, rng: np.random.Generator, trials: int, workers: int, dimension: int, sigma: float
    ) -> FloatArray:
        """The noise V - g of the correct workers, of shape [trials, workers, dimension].

        `sigma` >= 0 is the paper's: E|Z|^2 = d sigma^2, so it is the standard deviation of one
        coordinate where the coordinates are identically distributed.
        Raises ValueError for a sigma that is negative or not finite, or for an empty shape.
        """
        if not 0 <= sigma < np.inf:
            raise ValueError(f"sigma = {sigma} is not a standard deviation: give a finite one >= 0")
        if trials < 0 or workers < 1 or dimension < 1:
            raise ValueError(
                f"no noise of shape [trials = {trials}, workers = {workers}, dimension = "
                f"{dimension}]: give trials >= 0, workers >= 1 and dimension >= 1"
            )
        noise = self.standard(rng, (trials, workers, dimension))
        noise *= sigma
        return noise

    def support(self, dimension: int, sigma: Fraction) -> Support | None:
        """All values of the noise of ONE worker with their exact probabilities.

        None where the law is not finite. Raises ValueError where the law is finite but a value is
        irrational.
        """
        return None


@dataclass(frozen=True)
class Attack(Part, ABC):
    """An omniscient attack: the Byzantine workers see g and every correct vector of their trial."""

    @abstractmethod
    def offsets(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """B - g of the f >= 1 Byzantine workers; the arguments have been checked by the caller."""

    def __call__(
        self, rng: np.random.Generator, noise: FloatArray, gradient: FloatArray, f: int
    ) -> FloatArray:
        """B - g of the Byzantine workers, of shape [trials, f, d].

        `noise` = V - g of the correct workers has shape [trials, n - f, d] and `gradient` = g has
        shape [d]. Both are left unchanged; the result may be a read-only view where the workers
        collude. With f = 0 it is empty.
        Raises ValueError where the shapes do not fit or f < 0.
        """
        if noise.ndim != 3 or noise.shape[1] < 1 or gradient.shape != noise.shape[2:]:
            raise ValueError(
                f"{self.label}: noise {noise.shape} and gradient {gradient.shape} do not fit; "
                "give noise [trials, n - f, d] and gradient [d]"
            )
        if f < 0:
            raise ValueError(f"{self.label}: f = {f} Byzantine workers; give f >= 0")
        if f == 0:
            return np.empty((noise.shape[0], 0, noise.shape[2]))
        return self.offsets(rng, noise, gradient, f)


def colluding(offset: FloatArray, f: int) -> FloatArray:
    """The same B - g [trials, d] for each of f workers, as a read-only view [trials, f, d]."""
    trials, dimension = offset.shape
    return np.broadcast_to(offset[:, np.newaxis, :], (trials, f, dimension))
