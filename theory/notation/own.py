"""A proof of your own: everything that a document needs, in one short module.

    from theory.notation.own import *

    proof = Proof("Means")
    n = proof.integer("n")
    workers = proof.index_set("I", n)
    i = workers.index("i")
    x = proof.vector("x", workers, random=True)
    proof.assume("some worker", n >= 1)
    proof.claim("jensen", squared(total(i, x[i]) / n) <= total(i, squared(x[i])) / n)

`byzproof audit FILE` proves or refutes each claim. LANGUAGE.md describes the language.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from theory.kernel.terms import (
    Atom,
    Exists,
    Formula,
    Iid,
    IllTyped,
    Index,
    Integrable,
    Relation,
    SomeConstant,
    Statement,
    Term,
    term,
)
from theory.notation.calc import Calc, calc, chain_step, proof_by
from theory.notation.document import Claim, Document, Reading, Step
from theory.notation.language import (
    Choice,
    Family,
    IndexSet,
    Language,
    Look,
    differ,
    expectation,
    norm,
    root,
    same,
    squared,
    total,
)
from theory.notation.printing import Printer

if TYPE_CHECKING:
    from theory.kernel.models import Model
    from theory.notation.calc import By
    from theory.search.uses import Use

__all__ = [
    "Fraction",
    "Look",
    "Proof",
    "calc",
    "differ",
    "exists",
    "expectation",
    "iid",
    "integrable",
    "norm",
    "root",
    "same",
    "squared",
    "total",
    "use",
]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.:'()-]{0,59}")
"""What a claim may be called."""


def integrable(x: Term) -> Integrable:
    """E|x| is finite."""
    return Integrable(x)


def iid(family: Family, members: IndexSet, representative: Term) -> Iid:
    """The vectors of the family are independent, each with the law of the representative."""
    if not isinstance(representative, Atom):
        raise TypeError("the representative is a random vector without indices")
    return Iid(family.name, members.name, representative.name)


def use(claim: str, **values: Term | int | Fraction) -> Use:
    """A claim that stands before, for `by=`, with terms put for plain symbols."""
    from theory.search.uses import Use

    return Use(claim, {name: term(value) for name, value in values.items()})


def exists(index: Index, *relations: Relation, inner: Sequence[Index] = ()) -> Exists:
    """Some index satisfies the relations, for all values of the inner indices at once."""
    return Exists(index, relations, tuple(inner))


class Proof:
    """A document in the making: symbols, what is assumed, and claims in the order of the text."""

    def __init__(self, title: str, *, about: str = "") -> None:
        self.title = title
        self.about = about
        self.language = Language()
        self.hypotheses: dict[str, Formula] = {}
        self.notes: dict[str, str] = {}
        self.steps: list[Step] = []
        self.witnesses: list[tuple[str, Callable[[], Model]]] = []

    # -- symbols ---------------------------------------------------------------------------------

    def integer(self, name: str, look: Look | None = None) -> Term:
        """A deterministic integer, such as the number of workers."""
        return self.language.integer(name, look)

    def scalar(
        self, name: str, *sets: IndexSet, random: bool = False, look: Look | None = None
    ) -> Any:
        """A real number, or with index sets a family of them: a[i]."""
        if sets:
            return self.language.numbers(name, *sets, random=random, look=look)
        return self.language.scalar(name, look, random=random)

    def vector(
        self, name: str, *sets: IndexSet, random: bool = False, look: Look | None = None
    ) -> Any:
        """A vector, or with index sets a family of them: x[i]."""
        if sets:
            return self.language.vector(name, *sets, random=random, look=look)
        return self.language.plain_vector(name, look, random=random)

    def indicator(
        self, name: str, *sets: IndexSet, random: bool = True, look: Look | None = None
    ) -> Any:
        """A 0/1 variable, an event; with index sets a relation between indices: near[i, j]."""
        family = self.language.indicator(name, *sets, random=random, look=look)
        return family if sets else Atom(name)

    def choice(self, name: str, *sets: IndexSet, look: Look | None = None) -> Choice:
        """A random index of the last set: chosen.at(i, x[i]) is x at the chosen index."""
        return self.language.choice(name, *sets, look=look)

    def index_set(self, name: str, size: Term | int, adjective: str = "") -> IndexSet:
        """A finite set of indices; `.index("i")` makes a variable over it."""
        return self.language.index_set(name, term(size), adjective)

    def union(self, name: str, *parts: IndexSet, adjective: str = "") -> IndexSet:
        """The disjoint union of index sets."""
        return self.language.union(name, *parts, adjective=adjective)

    def define(self, name: str, body: Term, *parameters: Index, look: Look | None = None) -> Any:
        """A name for a term; with parameters, for a family of terms: spread[i]."""
        if parameters:
            return self.language.define(name, parameters, body, look)
        return self.language.abbreviation(name, body, look)

    # -- statements ------------------------------------------------------------------------------

    def assume(self, name: str, formula: Formula, *, note: str = "") -> None:
        """A hypothesis, under the name by which verdicts list it."""
        if name in self.hypotheses:
            raise ValueError(f"there are two hypotheses {name!r}; choose another name")
        if not isinstance(formula, (Relation, Integrable, Iid)):
            raise TypeError(f"hypothesis {name!r}: {_advice(formula)}")
        _whole(formula)
        self.language.signature.check_formula(formula)
        self.hypotheses[name] = formula
        if note:
            self.notes[name] = note

    def witness(self, name: str, build: Callable[[], Model]) -> None:
        """A model on which everything that is assumed holds: what is proved is evaluated on it."""
        if name in dict(self.witnesses):
            raise ValueError(f"there are two witnesses {name!r}; choose another name")
        self.witnesses.append((name, build))

    def claim(
        self,
        name: str,
        statement: Statement,
        *,
        under: Sequence[str] | None = None,
        because: str = "",
        by: By = None,
        expected: str = "PROVED",
    ) -> None:
        """An assertion; a proof is searched for, and so is a counterexample.

        under: the names of the assumptions that it is made under; of all of them unless given.
        by: the facts that the proof rests on, each a name, a statement or `use(...)`; the search
        looks at nothing else. Or a function of a `Prover`: a proof by rules of the kernel.
        """
        if not isinstance(statement, (Relation, Integrable, Exists, SomeConstant)):
            raise TypeError(f"claim {name!r}: {_advice(statement)}")
        self._named(name)
        _whole(statement)
        reading = Reading(
            "as written",
            statement,
            proof=proof_by(by),
            expected=expected,
            why=because,
            justification="",
            under=None if under is None else tuple(under),
        )
        claim = Claim(name, self._text(statement), (reading,), comment=_place())
        self.steps.append(Step(name, because or "a claim", (claim,)))

    def chain(self, name: str, chain: Calc, *, title: str = "", expected: str = "PROVED") -> None:
        """A calc chain: one claim for each line, name-1, name-2 ..., and `name` for its ends."""
        if not isinstance(chain, Calc):
            raise TypeError(f"chain {name!r}: write calc(x).le(y, because=...).le(z)")
        self._named(name)
        _whole(chain.conclusion())
        for relation in chain.relations():
            _whole(relation)
        self.steps.append(chain_step(name, chain, title, self._text, expected))

    def document(self, name: str) -> Document:
        """The finished document."""
        return Document(
            name=name,
            title=self.title,
            language=self.language,
            hypotheses=self.hypotheses,
            steps=tuple(self.steps),
            about=self.about,
            hypothesis_notes=self.notes,
            witnesses=tuple(self.witnesses),
        )

    def _named(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name a claim: use letters, digits, spaces, . _ : -")
        taken = {claim.id for step in self.steps for claim in step.claims}
        if name in taken:
            raise ValueError(f"there are two claims {name!r}; choose another name")

    def _text(self, statement: Statement) -> str:
        try:
            return Printer(self.language).text(statement)
        except (IllTyped, TypeError, ValueError):
            return str(statement)  # it will be found to be ill-typed


def _advice(x: object) -> str:
    """What may have been meant by something that is not a statement."""
    if isinstance(x, bool):
        return "it is a Python truth value; an equation is written left.eq(right), not =="
    if isinstance(x, Term):
        return "it is a term; compare it with another, x <= y"
    return f"{type(x).__name__} is not a statement; compare terms, x <= y or x.eq(y)"


def _whole(x: Any) -> None:
    """Refuse a family that was used without its indices."""
    if isinstance(x, Family):
        raise TypeError(f"{x.name!r} has indices: write {x.name}[i]")
    if isinstance(x, Choice):
        raise TypeError(f"{x.name!r} is a choice of an index: write {x.name}.at(i, x[i])")
    if isinstance(x, tuple):
        for part in x:
            _whole(part)
    elif isinstance(x, (Term, Relation, Integrable, Exists, SomeConstant)):
        for spec in fields(x):  # type: ignore[arg-type]
            _whole(getattr(x, spec.name))


def _place() -> str:
    frame = sys._getframe(2)
    return f"{Path(frame.f_code.co_filename).name}, line {frame.f_lineno}"
