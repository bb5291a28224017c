"""A refutation as a script: the literal model, every hypothesis, and the inequality that fails.

The script needs the standard library alone, and computes with exact numbers. As `text` it prints
what it finds and ends with exit code 0 if the refutation stands; as `pytest` it holds tests that
pass if it stands, and runs without pytest as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from reports.narrow import narrowed
from reports.printed_by_script import printed
from reports.python_code import (
    PythonCode,
    element,
    literal,
    relation_lines,
    roots,
    table_literal,
)
from reports.scope import decided, mentioned, terms_of
from reports.wrapping import wrapped
from theory.judge import Judgement
from theory.kernel import families
from theory.kernel.models import Evaluator, Model
from theory.kernel.rules import Kernel
from theory.kernel.terms import (
    Exists,
    Formula,
    Iid,
    Index,
    Relation,
    SomeConstant,
    Statement,
    Term,
    free_indices,
)
from theory.kernel.witnesses import write_model
from theory.notation.document import Document
from theory.notation.printing import Printer

MANY = 12
"""How many values of its constant a family is tried with."""
OPENING = 90
"""The width of the text at the head of a script."""
_SIDES = "left = {show(left)}, right = {show(right)}"
KRUM = {"V", "neighbour", "chosen", "f"}
"""Symbols of a document that is about Krum, so that its choices can be recomputed."""


class NoScript(Exception):
    """There is nothing to run for this reading; the message says why."""


def as_json(judgement: Judgement) -> str:
    """The model and where it violates the statement; raises NoScript where there is no model."""
    _refuted(judgement)
    if judgement.model is None:
        raise NoScript(f"{judgement.id} is refuted by a family of parameters, not by one model")
    found = {
        "id": judgement.id,
        "violated": judgement.place,
        "ties": judgement.reading.ties,
        "model": write_model(judgement.model),
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def script(document: Document, judgement: Judgement, form: str) -> str:
    """A Python script of the form "text" or "pytest"; raises NoScript where nothing is refuted."""
    from reports.templates import environment

    _refuted(judgement)
    writer = _Writer(document, judgement)
    if judgement.model is not None:
        content = writer.of_model(judgement.model)
    elif judgement.reading.family is not None:
        content = writer.of_family()
    else:
        raise NoScript(f"{judgement.id} is refuted without a model")
    template = environment().get_template("script/script.py.j2")
    return narrowed(template.render(content, form=form))


def _refuted(judgement: Judgement) -> None:
    if judgement.verdict != "REFUTED":
        raise NoScript(f"{judgement.id} is {judgement.verdict}: it has no counterexample")


class _Writer:
    def __init__(self, document: Document, judgement: Judgement) -> None:
        self.document, self.judgement = document, judgement
        self.signature = document.language.signature
        self.code = PythonCode(self.signature)
        self.statement = judgement.reading.statement
        self.formulas: dict[str, Formula] = document.in_force(judgement.reading)

    def of_model(self, model: Model) -> dict[str, Any]:
        """What the template needs for a finite model."""
        formulas = self.formulas.values()
        terms = [x for formula in (self.statement, *formulas) for x in terms_of(formula)]
        iids = [x for x in formulas if isinstance(x, Iid)]
        used = mentioned(self.signature, terms)
        used |= {name for iid in iids for name in (iid.family, iid.representative)}
        krum = used >= KRUM and "W" in self.signature.unions
        return {
            "opening": self._opening(),
            "printed": self._printed(model, krum),
            "exact": not roots(self.signature, terms),
            "krum": krum,
            "iid": bool(iids),
            "parameters": list(self._parameters(model, used)),
            "dimension": _dimension(model),
            "outcomes": list(self._outcomes(model, used)),
            "definitions": self._definitions(used),
            "hypotheses": list(self._hypotheses()),
            "violations": list(self._violations()),
        }

    def of_family(self) -> dict[str, Any]:
        """What the template needs for a family: what is proved of every K, tried on some."""
        family, statement = self.judgement.reading.family, self.statement
        assert family is not None
        assert isinstance(statement, SomeConstant)
        *premises, negated = families.goals(
            Kernel(self.signature),
            statement,
            self.formulas.values(),
            family.values,
            family.constant,
        )
        (name,) = mentioned(self.signature, [family.constant])
        names = self.code.names
        shown = "".join(f", {key} = {{{names[key]}}}" for key in family.values)
        lines = [
            f'"""The two sides for K = 1, ..., {MANY}; the claim must fail for each K."""',
            f"for number in range(1, {MANY + 1}):",
            f"    {self.code.names[name]} = Q(number)",
            *(f"    {names[key]} = {self.code.expression(x)}" for key, x in family.values.items()),
            "    premises = [",
            *(f"        status({', '.join(relation_lines(self.code, x))})," for x in premises),
            "    ]",
            f"    left = {self.code.expression(negated.left)}",
            f"    right = {self.code.expression(negated.right)}",
            f'    if set(premises) <= {{True}} and status(left, "{negated.op}", right):',
            f'        sides = f"{_SIDES}"',
            f'        yield f"K = {{number}}{shown}: {{sides}}"',
        ]
        return {
            "opening": self._opening(),
            "exact": not roots(self.signature, [negated.left, negated.right]),
            "family": True,
            "violations": lines,
            "many": MANY,
        }

    def _opening(self) -> str:
        claim, reading = self.judgement.claim, self.judgement.reading
        said = [
            f"Claimed: {claim.title}.",
            f"Found: {self.judgement.place}.",
            *([f"Ties: {reading.ties}"] if reading.ties else []),
        ]
        statement = Printer(self.document.language).text(self.statement)
        lines = [
            f"Why ({claim.id}) of {self.document.name}, {reading.kind}, is false.",
            "",
            *(f"    {line}" for line in wrapped(statement, OPENING - 4)),
            "",
            *(line for text in said for line in wrapped(text, OPENING)),
            "",
            "All numbers are exact. The standard library is enough to run this.",
        ]
        return "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")

    def _printed(self, model: Model, krum: bool) -> list[str]:
        """What the script prints, for a comment at its head."""
        if not isinstance(self.statement, (Relation, Exists)):
            raise NoScript(f"{self.judgement.id} is not a statement that a model can refute")
        said = printed(
            Evaluator(self.signature, model),
            self.statement,
            hypotheses=len(decided(self.formulas.values())),
            krum=krum,
            random=self._where(self.statement) == "OUTCOMES",
        )
        return ["".join(c if c.isprintable() else "?" for c in line) for line in said]

    def _parameters(self, model: Model, used: set[str]) -> Iterator[tuple[str, str]]:
        for name, symbol in self.signature.symbols.items():
            if name in used and not symbol.random:
                yield self.code.names[name], table_literal(symbol.sort, model.tables[name])
        elements = Evaluator(self.signature, model).elements
        for name in self.signature.sizes:
            listed = ", ".join(f'"{element(e)}"' for e in elements[name])
            yield self.code.names[name], f"[{listed}]"
        for name, parts in self.signature.unions.items():
            yield self.code.names[name], " + ".join(self.code.names[part] for part in parts)

    def _outcomes(self, model: Model, used: set[str]) -> Iterator[list[tuple[str, str]]]:
        symbols = self.signature.symbols
        random = [name for name, symbol in symbols.items() if name in used and symbol.random]
        for outcome in model.outcomes:
            tables = [
                (self.code.names[name], table_literal(symbols[name].sort, outcome.tables[name]))
                for name in random
            ]
            yield [("p", literal(outcome.probability)), *tables]

    def _definitions(self, used: set[str]) -> list[str]:
        return [self.code.definition(name) for name in self.signature.definitions if name in used]

    def _hypotheses(self) -> Iterator[tuple[str, str, str]]:
        for name, formula in self.formulas.items():
            quoted = repr(name)
            match formula:
                case Relation():
                    each = f"status({', '.join(relation_lines(self.code, formula))})"
                    loops = self._loops(_indices(formula), formula.given) or " for _ in [0]"
                    yield quoted, self._where(formula), f"[{each}{loops}]"
                case Iid(family, members, representative):
                    joint = f"o.{self.code.names[family]}[i] for i in {self.code.names[members]}"
                    single = f"o.{self.code.names[representative]}"
                    law = f"iid(lambda o: tuple({joint}), lambda o: {single})"
                    yield quoted, "[None]", f"[{law}]"

    def _loops(self, indices: Iterable[Index], given: Iterable[Term]) -> str:
        loops = "".join(f" for {self.code.index(i)} in {self.code.names[i.set]}" for i in indices)
        tests = " and ".join(map(self.code.condition, given))
        if tests and not loops:
            loops = " for _ in [0]"
        return loops + (f" if {tests}" if tests else "")

    def _where(self, formula: Formula | Statement) -> str:
        random = any(self.signature.is_random(x) for x in terms_of(formula))
        return "OUTCOMES" if random else "[None]"

    def _violations(self) -> Iterator[str]:
        yield '"""Where the claim fails, with its two sides."""'
        statement = self.statement
        bound = (statement.index, *statement.inner) if isinstance(statement, Exists) else ()
        outer = [i for i in _indices(statement) if i not in bound]
        yield f"for number, o in enumerate({self._where(statement)}, 1):"
        depth = "    "
        for index in outer:
            yield f"{depth}for {self.code.index(index)} in {self.code.names[index.set]}:"
            depth += "    "
        places = [f"{index.name} = {{{self.code.index(index)}}}" for index in outer]
        if self._where(statement) == "OUTCOMES":
            places.append("outcome {number}")
        place = f" at {', '.join(places)}" if places else ""
        for line in self._violated(statement, place):
            yield depth + line

    def _violated(self, statement: Statement, place: str) -> Iterator[str]:
        match statement:
            case Relation(left, op, right, given):
                if given:
                    yield f"if not ({' and '.join(map(self.code.condition, given))}):"
                    yield "    continue"
                yield f"left = {self.code.expression(left)}"
                yield f"right = {self.code.expression(right)}"
                yield f'if status(left, "{op}", right) is False:'
                yield f'    sides = f"{_SIDES}"'
                yield f'    yield f"{{sides}}{place}"'
            case Exists(index, relations, inner):
                each = []
                for relation in relations:
                    false = f"status({', '.join(relation_lines(self.code, relation))}) is False"
                    loops = self._loops(inner, relation.given)
                    each.append(f"any({false}{loops})" if loops else false)
                loop = f"for {self.code.index(index)} in {self.code.names[index.set]}"
                yield f"if all({' or '.join(each)} {loop}):"
                yield f'    yield f"no {index.name} will do{place}"'
            case _:
                raise NoScript(f"{self.judgement.id} is not a statement that a model can refute")


def _indices(statement: Formula | Statement) -> list[Index]:
    return sorted(frozenset().union(*map(free_indices, terms_of(statement))))


def _dimension(model: Model) -> int:
    tables = [*model.tables.values(), *model.outcomes[0].tables.values()]
    values = [value for table in tables for value in table.values()]
    return next((len(value) for value in values if isinstance(value, tuple)), 1)
