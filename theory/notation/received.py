"""Reading a document that came as data (`portable`): strictly, and running nothing of it.

The document is built from the kinds of things listed there, every field is checked, and a proof in
it is a certificate whose steps the kernel makes anew. Whatever is wrong ends in `NotPortable`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from theory.kernel.certificates import decode
from theory.kernel.models import Model
from theory.kernel.processes import Run
from theory.kernel.terms import (
    AlmostSure,
    Call,
    Cited,
    Definition,
    Exists,
    Formula,
    Iid,
    Index,
    Integrable,
    KernelError,
    Relation,
    Signature,
    SomeConstant,
    Symbol,
    Term,
    walk,
)
from theory.kernel.witnesses import read_model, read_run
from theory.notation import document as written
from theory.notation.document import (
    Claim,
    Document,
    Family,
    Question,
    Reading,
    Role,
    Step,
    Tightness,
)
from theory.notation.language import Language, Look
from theory.notation.looks import BadLook
from theory.notation.portable import FORMAT, reading_name
from theory.notation.strict import NotPortable, Record, as_list, as_pairs, as_text, as_truth

LARGEST = 24_000_000
"""So many characters of JSON are read."""

MOST_NODES = 20_000
"""A definition with more nodes than this, when all definitions in it are unfolded, is refused."""

FORMULAS = (Relation, Integrable, Iid, AlmostSure, Cited)
STATEMENTS = (Relation, Integrable, Exists, SomeConstant, AlmostSure)

Built = TypeVar("Built", Model, Run)


@dataclass(frozen=True)
class Portable:
    """A document that came as data, and its certificates by reading."""

    document: Document
    certificates: Mapping[str, Any]


def read(text: str) -> Portable:
    """The document that the text describes; raises NotPortable with what is wrong and where."""
    if len(text) > LARGEST:
        raise NotPortable(f"the document is longer than {LARGEST} characters")
    try:
        data = Record(json.loads(text), "document")
        return _Reader().document(data)
    except (ValueError, RecursionError) as wrong:
        raise NotPortable(f"not the JSON of a document ({type(wrong).__name__})") from None
    except KernelError as refusal:
        raise NotPortable(str(refusal)) from None


class _Reader:
    """Builds a document; collects the certificates on the way."""

    def __init__(self) -> None:
        self.certificates: dict[str, Any] = {}
        self.names: set[str] = set()

    def document(self, data: Record) -> Portable:
        if data.take("format") != FORMAT:
            raise NotPortable("the document has another format")
        document = Document(
            name=data.name("name"),
            title=data.text("title"),
            about=data.text("about"),
            short_proof=data.text("short_proof"),
            headline=data.texts("headline"),
            language=self.language(Record(data.take("language"), "language")),
            hypotheses=dict(_formulas(data.take("hypotheses"), "hypotheses")),
            hypothesis_notes=_texts(data.take("hypothesis_notes"), "hypothesis_notes"),
            cited=_texts(data.take("cited"), "cited"),
            taken=_texts(data.take("taken"), "taken"),
            questions=tuple(_question(q) for q in as_list(data.take("questions"), "questions")),
            roles=tuple(_role(r) for r in as_list(data.take("roles"), "roles")),
            witnesses=tuple(
                (name, _constant(read_model(model)))
                for name, model in as_pairs(data.take("witnesses"), "witnesses")
            ),
            runs=tuple(
                (name, _constant(read_run(run)))
                for name, run in as_pairs(data.take("runs"), "runs")
            ),
            steps=tuple(
                self.step(Record(s, f"step {k + 1}"))
                for k, s in enumerate(as_list(data.take("steps"), "steps"))
            ),
        )
        data.finish()
        return Portable(document, self.certificates)

    def language(self, data: Record) -> Language:
        language = Language()
        sizes = {n: _term(x, n) for n, x in as_pairs(data.take("sizes"), "sizes")}
        unions = {
            n: tuple(as_text(p, n) for p in as_list(parts, n))
            for n, parts in as_pairs(data.take("unions"), "unions")
        }
        symbols = {n: _symbol(x, n) for n, x in as_pairs(data.take("symbols"), "symbols")}
        definitions = {
            n: _definition(x, n) for n, x in as_pairs(data.take("definitions"), "definitions")
        }
        _refuse_large(definitions)
        successors = {n: _term(x, n) for n, x in as_pairs(data.take("successors"), "successors")}
        language.signature = Signature(sizes, unions, symbols, definitions, successors)
        language.looks = {n: _look(x, n) for n, x in as_pairs(data.take("looks"), "looks")}
        language.adjectives = _texts(data.take("adjectives"), "adjectives")
        data.finish()
        try:
            language.check_looks()
        except BadLook as wrong:
            raise NotPortable(str(wrong)) from None
        return language

    def step(self, data: Record) -> Step:
        equation = data.name("equation")
        if equation in self.names:
            raise NotPortable(f"there are two steps {equation!r}")
        self.names.add(equation)
        step = Step(
            equation=equation,
            title=data.text("title"),
            display=data.text("display"),
            section=data.text("section"),
            explanation=data.text("explanation"),
            uses=data.texts("uses"),
            claims=tuple(
                self.claim(Record(c, f"step {equation}"))
                for c in as_list(data.take("claims"), f"step {equation}")
            ),
        )
        data.finish()
        return step

    def claim(self, data: Record) -> Claim:
        name = data.name("id")
        tightness = data.take("tightness")
        claim = Claim(
            id=name,
            title=data.text("title"),
            quote=data.text("quote"),
            impact=data.one_of("impact", get_args(written.Impact)),
            origin=data.one_of("origin", get_args(written.Origin)),
            compared=data.text("compared"),
            comment=data.text("comment"),
            tightness=None if tightness is None else _tightness(Record(tightness, name)),
            readings=tuple(
                self.reading(Record(r, f"claim {name}"), name)
                for r in as_list(data.take("readings"), f"claim {name}")
            ),
        )
        data.finish()
        return claim

    def reading(self, data: Record, claim: str) -> Reading:
        kind = data.one_of("kind", get_args(written.Kind))
        name = reading_name(claim, kind)
        if f"reading {name}" in self.names:
            raise NotPortable(f"there are two claims {name!r}")
        self.names.add(f"reading {name}")
        statement = decode(data.take("statement"))
        if not isinstance(statement, STATEMENTS):
            raise NotPortable(f"{name}: not a statement")
        proof, model, family = self.evidence(Record(data.take("evidence"), name), name)
        reading = Reading(
            kind=kind,
            statement=statement,
            proof=proof,
            counterexample=model,
            family=family,
            ill_typed=data.truth("ill_typed"),
            needs=dict(_formulas(data.take("needs"), f"the needs of {name}")),
            under=_under(data.take("under"), name),
            expected=data.text("expected"),
            justification=data.one_of("justification", get_args(written.Justification)),
            gap=data.text("gap"),
            why=data.text("why"),
            breaks=data.text("breaks"),
            ties=data.text("ties"),
            sampled=data.truth("sampled"),
        )
        data.finish()
        return reading

    def evidence(
        self, data: Record, name: str
    ) -> tuple[Any, Callable[[], Model] | None, Family | None]:
        """A proof that replays the certificate, a model, a family; one of them at most."""
        from theory.search.replayed import nothing_found, replayed, replayed_family

        kind = data.only()
        value = data.take(kind)
        data.finish()
        if kind == "certificate":
            self.certificates[name] = value
            return replayed(value), None, None
        if kind == "model":
            return None, _constant(read_model(value)), None
        if kind == "family":
            family = Record(value, name)
            constant, values = decode(family.take("constant")), decode(family.take("values"))
            certificates = as_list(family.take("certificates"), name)
            family.finish()
            if not isinstance(constant, Term) or not _is_table(values):
                raise NotPortable(f"{name}: not a family of parameters")
            self.certificates[name] = certificates
            return None, None, Family(constant, values, replayed_family(certificates))
        if kind == "reason":
            return nothing_found(as_text(value, name)), None, None
        raise NotPortable(f"{name}: {kind!r} is no evidence")


def _is_table(x: Any) -> bool:
    return isinstance(x, dict) and all(
        isinstance(k, str) and isinstance(v, Term) for k, v in x.items()
    )


def _constant(model: Built) -> Callable[[], Built]:
    return lambda: model


def _term(x: Any, where: str) -> Term:
    found = decode(x)
    if not isinstance(found, Term):
        raise NotPortable(f"{where}: not a term")
    return found


def _formulas(x: Any, where: str) -> list[tuple[str, Formula]]:
    found = [(name, decode(formula)) for name, formula in as_pairs(x, where)]
    for name, formula in found:
        if not isinstance(formula, FORMULAS):
            raise NotPortable(f"{where}: {name!r} is not a formula")
    return found


def _under(x: Any, where: str) -> tuple[str, ...] | None:
    return None if x is None else tuple(as_text(name, where) for name in as_list(x, where))


def _texts(x: Any, where: str) -> dict[str, str]:
    return {name: as_text(value, where) for name, value in as_pairs(x, where)}


def _symbol(x: Any, where: str) -> Symbol:
    values = as_list(x, where)
    if len(values) != 4:
        raise NotPortable(f"{where}: not a symbol")
    sets = tuple(as_text(s, where) for s in as_list(values[2], where))
    random, varies = as_truth(values[1], where), as_truth(values[3], where)
    return Symbol(as_text(values[0], where), random, sets, varies)


def _definition(x: Any, where: str) -> Definition:
    values = as_list(x, where)
    parameters = decode(values[0]) if len(values) == 2 else None
    if not isinstance(parameters, tuple) or not all(isinstance(p, Index) for p in parameters):
        raise NotPortable(f"{where}: not a definition")
    return Definition(parameters, _term(values[1], where))


def _refuse_large(definitions: Mapping[str, Definition]) -> None:
    """Definitions that double each other would unfold to more than a machine can hold."""
    sizes: dict[str, int] = {}
    for name, definition in definitions.items():
        sizes[name] = sum(
            sizes.get(node.name, 1) if isinstance(node, Call) else 1
            for node in walk(definition.body)
        )
        if sizes[name] > MOST_NODES:
            raise NotPortable(f"the definition of {name!r} is too large when unfolded")


def _look(x: Any, where: str) -> Look:
    data = Record(x, f"the look of {where}")
    look = Look(
        symbol=data.text("symbol"),
        by_set=_texts(data.take("by_set"), where),
        pattern=data.text("pattern"),
        function=data.truth("function"),
        subscript=data.text("subscript"),
    )
    data.finish()
    return look


def _role(x: Any) -> Role:
    values = as_list(x, "roles")
    if len(values) != 5:
        raise NotPortable("roles: not the role of a hypothesis")
    hypothesis, role, why, run = (as_text(word, "roles") for word in values[:4])
    claims = tuple(as_text(name, "roles") for name in as_list(values[4], "roles"))
    return Role(hypothesis, role, why, run, claims)


def _question(x: Any) -> Question:
    values = as_list(x, "questions")
    if len(values) != 3:
        raise NotPortable("questions: not a question")
    answers = tuple(as_text(a, "questions") for a in as_list(values[2], "questions"))
    return Question(as_text(values[0], "questions"), as_text(values[1], "questions"), answers)


def _tightness(data: Record) -> Tightness:
    sides = decode(data.take("sides"))
    if sides is not None and not (
        isinstance(sides, tuple) and len(sides) == 2 and all(isinstance(s, Term) for s in sides)
    ):
        raise NotPortable("tightness: the sides are two terms")
    tightness = Tightness(
        examples=tuple(
            _constant(read_model(m)) for m in as_list(data.take("examples"), "tightness")
        ),
        claimed=data.text("claimed"),
        best_proved=data.text("best_proved"),
        comment=data.text("comment"),
        sides=sides,
    )
    data.finish()
    return tightness
