"""Rules that prepare the vectors and hand them to another rule."""

from abc import abstractmethod
from dataclasses import dataclass

from empirics.interfaces import FloatArray, Rule


@dataclass(frozen=True)
class Composed(Rule):
    """What is prepared goes to the rule of this name, with its default parameters."""

    rule: str = "krum"

    def __post_init__(self) -> None:
        """Refuse an unknown rule; the usual one is known, and may not be loaded yet."""
        if self.rule != Composed.rule:
            object.__setattr__(self, "rule", _named(self.rule).name)

    @property
    def depends_on_origin(self) -> bool:  # type: ignore[override]
        """Whether the rule after it does."""
        return _named(self.rule).depends_on_origin

    @abstractmethod
    def prepared(self, vectors: FloatArray, f: int) -> FloatArray:
        """What the other rule gets, [.., n', d], of vectors [.., n, d]."""

    def aggregate(self, vectors: FloatArray, f: int) -> FloatArray:
        """The other rule of what is prepared. Raises ValueError where either is undefined."""
        return _named(self.rule).aggregate(self.prepared(vectors, f), f)


def _named(name: str) -> Rule:
    from empirics.names import part_named
    from empirics.rules import RULES  # it lists the rules that are composed, too

    return part_named("rule", name, RULES)
