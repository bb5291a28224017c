"""The statement sheet: what a bundle says, in one plain notation, without looks.

It is printed from the data of a bundle alone, by declared names, so that a reader need not believe
how a page draws a symbol. Two different statements of one signature never print alike:
`tests/theory/kernel/test_sheet.py` has a parser that reads every line back.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from theory.kernel.certificates import decode
from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Cited,
    Definition,
    Equal,
    Exists,
    Expect,
    Formula,
    Iid,
    Index,
    Inner,
    Integrable,
    KernelError,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    SomeConstant,
    Statement,
    Symbol,
    Term,
    Times,
    Total,
    free_indices,
)

NOTATION = """\
Names are those that were declared. One in quotes is no plain word, and
\\u0441 is the character of that code. What mentions anything random is
claimed at every outcome.
sum[i in C where A: x]   the sum of x over the i in C for which A holds
at[i in C = c(j): x]     x where i is the index that the choice c makes for j
c(j, i)                  of a choice: 1 if it takes i for j, else 0
[i = j]                  1 if i and j are the same element, else 0
E[x], root(x)            the expectation and the square root
x / 0, root(x), E[x]     0: also of x < 0, and of x that is not integrable
<u, v>, |u|, |u|^2       the inner product, the length, and <u, u>
i:C                      the index i of the set C, where another i hides it
exists i in C            may depend on the outcome and on all before it
some constant K of (n)   a number that depends on n alone
integrable[x]            E|x| is finite
iid[V over C, like X]    the V(i), i in C, are independent, with the law of X"""

KEYWORDS = frozenset({
    "E", "all", "almost", "and", "at", "cited", "constant", "exists", "for", "iid", "if",
    "in", "integrable", "like", "not", "of", "over", "plus", "root", "some", "sum", "surely",
    "theorem", "times", "where",
})  # fmt: skip
"""The words of this notation."""
Scope = Mapping[str, str]
"""For each name of an index in sight, the set of the innermost index of that name."""
SUM, PRODUCT, FACTOR, ATOM = range(4)
"""How tightly a term holds together."""


def sheet(bundle: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """The parts of a sheet, each a title with its lines; raises KernelError for a bad bundle."""
    try:
        signature = read_signature(bundle["signature"])
        parts = list(_declared(signature))
        parts += [("Hypotheses", list(_named(signature, bundle["hypotheses"])))]
        claims = [line for claim in bundle["claims"] for line in _claim(signature, claim)]
        return [part for part in (*parts, ("Statements", claims)) if part[1]]
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise KernelError(f"this is no bundle of certificates ({wrong!r})") from None


def read_signature(data: Mapping[str, Any]) -> Signature:
    """The signature of a bundle, checked."""
    return Signature(
        sizes=_once((name, decode(size)) for name, size in data["sizes"]),
        unions=_once((name, tuple(parts)) for name, parts in data["unions"]),
        symbols=_once(
            (name, Symbol(sort, _flag(random), tuple(sets), _flag(varies)))
            for name, sort, random, sets, varies in data["symbols"]
        ),
        definitions=_once(
            (name, Definition(tuple(map(decode, parameters)), decode(body)))
            for name, parameters, body in data["definitions"]
        ),
        successors=_once((name, decode(value)) for name, value in data["successors"]),
    )


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    if len(dict(listed)) < len(listed):
        raise KernelError("a name is declared twice")
    return dict(listed)


def _flag(x: Any) -> bool:
    if not isinstance(x, bool):
        raise KernelError(f"{x!r} is not true or false")
    return x


def _declared(signature: Signature) -> Iterator[tuple[str, list[str]]]:
    sets = [f"{name(s)} has {term(size)} elements" for s, size in signature.sizes.items()]
    for union, parts in signature.unions.items():
        sets.append(f"{name(union)} is the disjoint union of ({', '.join(map(name, parts))})")
    yield "Sets", sets
    yield "Symbols", [_symbol(*pair) for pair in signature.symbols.items()]
    promised = (f"{quoted(called)}: {formula(x)}" for called, x in signature.declared().items())
    yield "Promised by these declarations", list(promised)
    after = (f"{name(s)} at t + 1 is {term(x)}" for s, x in signature.successors.items())
    yield "Successors", list(after)
    defined = []
    for called, definition in signature.definitions.items():
        scope = {index.name: index.set for index in definition.parameters}
        parameters = f"({_ranges(definition.parameters)})" if scope else ""
        defined.append(f"{name(called)}{parameters} := {term(definition.body, scope)}")
    yield "Definitions", defined


def _symbol(called: str, symbol: Symbol) -> str:
    sort = {"indicator": "0 or 1", "choice": "choice"}.get(symbol.sort, symbol.sort)
    arguments = symbol.sets
    if symbol.sort == "choice":
        arguments, sort = symbol.sets[:-1], f"choice of an index in {name(symbol.sets[-1])}"
    kind = "random " if symbol.random else "varying with t, " if symbol.varies else ""
    return f"{name(called)}{_applied(map(name, arguments))}: {kind}{sort}"


def _named(signature: Signature, formulas: Any) -> Iterator[str]:
    for called, value in formulas:
        yield f"{quoted(called)}: {_checked(signature, value)}"


def _checked(signature: Signature, value: Any) -> str:
    """The text of a formula of this signature, in which a name is a symbol or a definition."""
    decoded = decode(value)
    signature.check_formula(decoded)
    return formula(decoded)


def _claim(signature: Signature, claim: Mapping[str, Any]) -> Iterator[str]:
    kind = quoted(claim["kind"])[1:-1]
    yield f"{quoted(claim['id'])}, {kind}: {_checked(signature, claim['statement'])}"
    yield from (f"    needs {line}" for line in _named(signature, claim["needs"]))
    for key in ("assumes", "under"):
        if claim.get(key):
            yield f"    {key} {', '.join(map(quoted, claim[key]))}"
    if "witness" in claim:
        shown = "none" if claim["witness"] is None else quoted(claim["witness"])
        yield f"    witness {shown}"


def quoted(text: str) -> str:
    """A text between quotes, in which nothing is invisible or changes the order of reading."""
    shown = json.dumps(text, ensure_ascii=False)
    plain = (
        c.isprintable() and unicodedata.bidirectional(c) not in ("R", "AL", "AN")
        and not unicodedata.combining(c) for c in shown
    )  # fmt: skip
    return "".join(c if p else json.dumps(c)[1:-1] for c, p in zip(shown, plain, strict=True))


def name(text: str) -> str:
    """A declared name; in quotes and in ASCII unless it is a plain word of no other use here."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text, re.ASCII) and text not in KEYWORDS
    return text if plain else json.dumps(text)


def formula(x: Formula | Statement) -> str:
    """A hypothesis or a statement.

    >>> i = Index("i", "C")
    >>> formula((Norm(Atom("V", (i,))) ** 2 <= Atom("d")).when(Atom("near", (i,))))
    'for all i in C: if near(i): (|V(i)|)^2 <= d'
    """
    match x:
        case Relation() | Integrable():
            free = sorted(_free(x))
            return _for_all(free) + _inside(x, _scope({}, free))
        case Exists(index, relations, inner):
            free = sorted(frozenset().union(*map(_free, relations)) - {index, *inner})
            scope = _scope({}, (*free, index, *inner))
            all_of = " and ".join(f"({_inside(r, scope)})" for r in relations)
            return f"{_for_all(free)}exists {_ranges([index])}: {_for_all(inner)}{all_of}"
        case SomeConstant(constant, depends, relation):
            of = f" of ({', '.join(map(name, depends))})"
            return f"some constant {name(constant)}{of}: {formula(relation)}"
        case AlmostSure(kind, body):
            return f"almost surely {name(kind)}[{term(body)}]"
        case Iid(family, members, like):
            return f"iid[{name(family)} over {name(members)}, like {name(like)}]"
        case Cited(theorem):
            return f"cited theorem {name(theorem)}"
    raise KernelError(f"{x!r} is not a formula")


def _free(x: Relation | Integrable) -> frozenset[Index]:
    whole = (x.left, x.right, *x.given) if isinstance(x, Relation) else (x.body,)
    return frozenset().union(*map(free_indices, whole))


def _inside(x: Relation | Integrable, scope: Scope) -> str:
    if isinstance(x, Integrable):
        return f"integrable[{term(x.body, scope)}]"
    given = f"if {_conditions(x.given, scope)}: " if x.given else ""
    return f"{given}{term(x.left, scope)} {x.op} {term(x.right, scope)}"


def _scope(outer: Scope, indices: Iterable[Index]) -> Scope:
    return {**outer, **{index.name: index.set for index in indices}}


def _ranges(indices: Iterable[Index]) -> str:
    return ", ".join(f"{name(index.name)} in {name(index.set)}" for index in indices)


def _for_all(indices: Iterable[Index]) -> str:
    ranges = _ranges(indices)
    return f"for all {ranges}: " if ranges else ""


def _conditions(conditions: Iterable[Term], scope: Scope) -> str:
    return " and ".join(_condition(x, scope) for x in conditions)


def _condition(x: Term, scope: Scope) -> str:
    match x:
        case Plus((Number(one), Times((Number(minus), inner)))) if one == 1 and minus == -1:
            return f"not {_condition(inner, scope)}"
        case Equal(left, right):
            return f"{_index(left, scope)} = {_index(right, scope)}"
    return term(x, scope)


def _index(index: Index, scope: Scope) -> str:
    hidden = scope.get(index.name) != index.set
    return f"{name(index.name)}:{name(index.set)}" if hidden else name(index.name)


def _applied(arguments: Iterable[str]) -> str:
    listed = ", ".join(arguments)
    return f"({listed})" if listed else ""


def term(x: Term, scope: Scope | None = None, level: int = SUM) -> str:
    """A term, in parentheses if it holds together less tightly than the level.

    >>> term((Atom("n") - 1) / 2 * Atom("x") ** 2)
    '((n - 1) / 2) * x^2'
    """
    text, own = _term(x, {} if scope is None else scope)
    return text if own >= level else f"({text})"


def _term(x: Term, scope: Scope) -> tuple[str, int]:
    match x:
        case Number(value):
            return str(value), ATOM if value >= 0 and value.denominator == 1 else SUM
        case Atom(called, indices) | Call(called, indices):
            return name(called) + _applied(_index(i, scope) for i in indices), ATOM
        case Plus((first, *others)) if others:
            rest = "".join(
                f" {_term(y, scope)[0]}" if _negative(y) else f" + {term(y, scope, PRODUCT)}"
                for y in others
            )
            return term(first, scope, SUM if _negative(first) else PRODUCT) + rest, SUM
        case Times((_, other)) if _negative(x):
            return f"- {term(other, scope, PRODUCT)}", SUM
        case Times((first, *others)) if others:
            return " * ".join(term(y, scope, FACTOR) for y in (first, *others)), PRODUCT
        case Plus(parts) | Times(parts):  # of one or none
            kind = "plus" if isinstance(x, Plus) else "times"
            return f"{kind}({', '.join(term(y, scope) for y in parts)})", ATOM
        case Power(base, exponent):
            return f"{term(base, scope, ATOM)}^{exponent}", FACTOR
        case Quotient(over, under):
            return f"{term(over, scope, FACTOR)} / {term(under, scope, FACTOR)}", PRODUCT
        case Root(radicand):
            return f"root({term(radicand, scope)})", ATOM
        case Inner(left, right) if left == right:
            return f"|{term(left, scope)}|^2", FACTOR
        case Inner(left, right):
            return f"<{term(left, scope)}, {term(right, scope)}>", ATOM
        case Norm(vector):
            return f"|{term(vector, scope)}|", FACTOR  # so that |u|^2 is <u, u>, and (|u|)^2 is not
        case Total(index, body, where):
            inner = _scope(scope, [index])
            only = f" where {_conditions(where, inner)}" if where else ""
            return f"sum[{_ranges([index])}{only}: {term(body, inner)}]", ATOM
        case At(index, choice, arguments, body):
            chosen = name(choice) + _applied(_index(i, scope) for i in arguments)
            inside = term(body, _scope(scope, [index]))
            return f"at[{_ranges([index])} = {chosen}: {inside}]", ATOM
        case Expect(body):
            return f"E[{term(body, scope)}]", ATOM
        case Equal():
            return f"[{_condition(x, scope)}]", ATOM
    raise KernelError(f"{x!r} is not a term")


def _negative(x: Term) -> bool:
    """Whether the term is -1 times another, as a minus sign makes it."""
    match x:
        case Times((Number(minus), _)):
            return minus == -1
    return False
