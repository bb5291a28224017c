"""Which model shows that a theorem is about something: one of the document, or one found.

A theorem whose hypotheses no model meets holds of nothing, and no proof checker would object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from theory.errors import KernelBug
from theory.kernel.evidence import Examination, Falsified
from theory.kernel.formulas import owed
from theory.kernel.models import Model
from theory.kernel.processes import Run
from theory.kernel.terms import AlmostSure, Cited, Formula, KernelError, Relation, Term
from theory.notation.document import Document, Reading


class Witness(NamedTuple):
    """A model or run by the name under which it is shown."""

    name: str
    model: Model | Run


class Witnesses:
    """The witnesses of a document by name, each examined once."""

    def __init__(self, document: Document, *, search: bool = False) -> None:
        self.document = document
        self.signature = document.language.signature
        self._search = search
        self._given: dict[str, Model | Run] = {n: build() for n, build in document.witnesses}
        self._given |= {name: build() for name, build in document.runs}
        self._examined: dict[str, Examination] = {}
        self.found: dict[str, Model] = {}
        """The models that were searched for, as no witness of the document would do."""
        self._sought: set[frozenset[Formula]] = set()

    def finite(self) -> tuple[tuple[str, Callable[[], Model]], ...]:
        """The finite models by name, as a document has them, with those that were found."""
        found = tuple((name, partial(self.found.__getitem__, name)) for name in self.found)
        return (*self.document.witnesses, *found)

    def _model(self, name: str) -> Model | Run:
        return {**self._given, **self.found}[name]

    def examined(self, name: str) -> Examination:
        """The examination of a witness."""
        if name not in self._examined:
            self._examined[name] = Examination(self.signature, self._model(name))
        return self._examined[name]

    def of(self, reading: Reading, value: Term | None = None) -> Witness | None:
        """The first witness on which all that is in force holds, and the proved statement; or None.

        Raises KernelBug where all that is in force holds, and the statement does not.
        """
        in_force = self.document.in_force(reading)
        for name in (*self._given, *self.found):
            if self._shows(name, in_force, reading, value):
                return Witness(name, self._model(name))
        name = self._sought_for(in_force, reading)
        if name and self._shows(name, in_force, reading, value):
            return Witness(name, self._model(name))
        return None

    def _shows(
        self, name: str, in_force: Mapping[str, Formula], reading: Reading, value: Term | None
    ) -> bool:
        try:
            self.examined(name).witnesses(in_force, reading.statement, value)
        except Falsified:
            raise KernelBug(
                f"proved, yet it is false on the witness {name!r}, which satisfies everything that "
                "is in force: do not trust this kernel"
            ) from None
        except KernelError:
            return False
        return True

    def _sought_for(self, in_force: Mapping[str, Formula], reading: Reading) -> str:
        if not self._search:
            return ""
        from theory.search.counterexamples import satisfy

        needed = [x for x in owed(self.signature, reading.statement) if isinstance(x, Relation)]
        facts = {**in_force, **{f"obligation {k}": x for k, x in enumerate(needed)}}
        key = frozenset(facts.values())
        if key in self._sought:
            return ""
        self._sought.add(key)
        model = satisfy(self.signature, facts)
        if model is None:
            return ""
        name = f"found by search, {len(self.found) + 1}" if self.found else "found by search"
        self.found[name] = model
        return name

    def meet(self, hypotheses: Mapping[str, Formula]) -> bool:
        """Whether all that one step can decide holds on some witness of the document."""
        decidable = [x for x in hypotheses.values() if not isinstance(x, (AlmostSure, Cited))]
        return any(all(map(self.examined(name).true, decidable)) for name in self._given)
