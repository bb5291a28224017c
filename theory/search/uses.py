"""What a proof is told to use: claims by name, with terms put for plain symbols if wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from theory.kernel.formulas import replace_everywhere
from theory.kernel.rules import Kernel, Line
from theory.kernel.terms import KernelError, Statement, Term
from theory.search.trace import Trace


@dataclass(frozen=True)
class Use:
    """A claim proved before, by its name."""

    name: str
    values: Mapping[str, Term] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.name, tuple(sorted(self.values))))

    def formula(self, kernel: Kernel) -> Statement:
        """What it states."""
        statement = kernel.lemmas[self.name].statement
        return replace_everywhere(statement, self.values) if self.values else statement  # type: ignore[arg-type]

    def line(self, trace: Trace) -> Line | None:
        """The line that it gives, or None where it cannot be a lemma."""
        try:
            return trace("lemma", self.name, dict(self.values))
        except KernelError:
            return None
