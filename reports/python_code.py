"""A term as a Python expression over exact numbers, for scripts that stand on their own.

parameter n            n
V_i                    o.V[i]                    o is the outcome
"j is near i"          (i, j) in o.near
"i* is k"              o.chosen == k
Sum over j in C        sum(... for j in C if ...)
E(x)                   mean(lambda o: ...)
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from keyword import kwlist, softkwlist
from unicodedata import normalize

from reports.scope import mentioned
from theory.kernel.terms import (
    At,
    Atom,
    Call,
    Equal,
    Expect,
    Index,
    Inner,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    Signature,
    Term,
    Times,
    Total,
    walk,
)

LOCAL = frozenset({"_", "left", "number", "o", "p", "premises", "right", "sides"})
"""What the generated code calls its own variables, and the probability of an outcome."""
PYTEST = frozenset({
    "collect_ignore", "pytest_plugins", "pytestmark", "setup_function", "setup_module",
    "teardown_function", "teardown_module",
})  # fmt: skip
"""What means something to pytest in a module; so does whatever begins with `test`."""


@cache
def reserved() -> frozenset[str]:
    """The names that a script, Python or pytest has a use for."""
    folder = files("reports").joinpath("templates", "script")
    text = "".join(part.read_text(encoding="utf-8") for part in folder.iterdir())
    bound = re.findall(r"^(?:def|class) (\w+)|^(\w+(?:, \w+)*) = |import .*?(\w+)$", text, re.M)
    helpers = {name for found in bound for part in found for name in part.split(", ") if name}
    return frozenset({*helpers, *LOCAL, *PYTEST, *kwlist, *softkwlist, *dir(builtins)})


class Names:
    """A Python name for each declared name and each index: safe, and no two the same.

    Python reads names by their NFKC form, so that x and 𝐱 would be one.

    >>> names = Names(["x", "𝐱", "print", "lambda", "test_x", "V"])
    >>> [names[name] for name in ("x", "𝐱", "print", "lambda", "test_x", "V")]
    ['x', 'x_', 'print_', 'lambda_', 'of_test_x', 'V']
    """

    def __init__(self, declared: Iterable[str]) -> None:
        self._taken = set(reserved())
        self._of: dict[str | Index, str] = {}
        for name in sorted(declared, key=lambda name: not name.isascii()):
            self._of[name] = self._fresh(name)

    def __getitem__(self, name: str) -> str:
        return self._of[name]

    def index(self, index: Index) -> str:
        """The variable of an index; those of i in C and of i in B differ."""
        if index not in self._of:
            self._of[index] = self._fresh(index.name)
        return self._of[index]

    def _fresh(self, name: str) -> str:
        name = normalize("NFKC", name)
        if name.lower().startswith(("test", "__")):
            name = f"of_{name}"
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly an expression holds together."""

Code = tuple[str, int]


class PythonCode:
    """Python expressions for the terms of one signature."""

    def __init__(self, signature: Signature) -> None:
        self.signature = signature
        self.names = Names(
            [*signature.sizes, *signature.unions, *signature.symbols, *signature.definitions]
        )
        self.index = self.names.index

    def expression(self, x: Term) -> str:
        """The value of a term; the outcome is called o."""
        return self._code(x)[0]

    def condition(self, x: Term) -> str:
        """A 0/1 term as a truth value."""
        match x:
            case Equal(left, right):
                return f"{self.index(left)} == {self.index(right)}"
            case Atom(name, indices) if self._sort(name) == "choice":
                return f"{self._table(name, indices[:-1])} == {self.index(indices[-1])}"
            case Atom(name, indices) if self._sort(name) == "indicator":
                holder = self._holder(name)
                return f"{_key(map(self.index, indices))} in {holder}" if indices else holder
            case Plus((Number(), Times((Number(), inner)))):
                return f"not ({self.condition(inner)})"
        raise TypeError(f"{x!r} is not a condition")

    def definition(self, name: str) -> str:
        """A function for a defined name."""
        defined = self.signature.definitions[name]
        parameters = ", ".join(["o", *map(self.index, defined.parameters)])
        return (
            f"def {self.names[name]}({parameters}):\n    return {self.expression(defined.body)}\n"
        )

    def arguments(self, indices: Iterable[Index]) -> str:
        """The parameters of a function of the outcome and some indices."""
        return ", ".join(["o", *map(self.index, indices)])

    def _code(self, x: Term) -> Code:
        match x:
            case Number(value):
                return _number(value)
            case Equal():
                return f"int({self.condition(x)})", ATOM
            case Atom(name) if self._sort(name) in ("indicator", "choice"):
                return f"int({self.condition(x)})", ATOM
            case Atom(name, indices):
                return self._table(name, indices), ATOM
            case Plus(summands):
                return self._plus(summands), SUM
            case Times(factors):
                return self._times(factors)
            case Power(base, exponent):
                return f"{self._at_least(base, ATOM)} ** {exponent}", POWER
            case Quotient(numerator, denominator):
                return f"over({self.expression(numerator)}, {self.expression(denominator)})", ATOM
            case Root(radicand):
                return f"root({self.expression(radicand)})", ATOM
            case Inner(left, right):
                return f"dot({self.expression(left)}, {self.expression(right)})", ATOM
            case Norm(vector):
                return f"norm({self.expression(vector)})", ATOM
            case Total(index, body, where):
                loop = f"for {self.index(index)} in {self.names[index.set]}"
                tests = " and ".join(map(self.condition, where))
                each = f"{self.expression(body)} {loop}" + (f" if {tests}" if tests else "")
                if self.signature.check(body) == "vector":
                    return f"sum(({each}), ZERO)", ATOM
                return f"sum({each})", ATOM
            case Expect(body):
                return f"mean(lambda o: {self.expression(body)})", ATOM
            case At(index, choice, arguments, body):
                name = self.index(index)
                chosen = self.condition(Atom(choice, (*arguments, index)))
                each = f"{self.expression(body)} for {name} in {self.names[index.set]}"
                return f"next({each} if {chosen})", ATOM
            case Call(name, arguments):
                return f"{self.names[name]}({self.arguments(arguments)})", ATOM
        raise TypeError(f"{x!r} is not a term")

    def _plus(self, summands: tuple[Term, ...]) -> str:
        text = ""
        for summand in summands:
            code = self._at_least(summand, PRODUCT)
            if not text:
                text = code
            elif code.startswith("-"):
                text += f" - {code[1:]}"
            else:
                text += f" + {code}"
        return text or "0"

    def _times(self, factors: tuple[Term, ...]) -> Code:
        match factors:
            case (Number(value), *rest) if value == -1 and rest:
                code = [self._at_least(factor, POWER) for factor in rest]
                return "-" + " * ".join(code), PRODUCT
        return " * ".join(self._at_least(factor, POWER) for factor in factors) or "1", PRODUCT

    def _at_least(self, x: Term, wanted: int) -> str:
        text, level = self._code(x)
        return text if level >= wanted else f"({text})"

    def _table(self, name: str, indices: tuple[Index, ...]) -> str:
        holder = self._holder(name)
        return f"{holder}[{', '.join(map(self.index, indices))}]" if indices else holder

    def _holder(self, name: str) -> str:
        random = self.signature.symbols[name].random
        return f"o.{self.names[name]}" if random else self.names[name]

    def _sort(self, name: str) -> str:
        return self.signature.symbols[name].sort


def roots(signature: Signature, terms: Iterable[Term]) -> bool:
    """Whether a norm or a square root occurs, so that a value may be irrational."""
    whole = list(terms)
    whole += [
        signature.definitions[n].body
        for n in mentioned(signature, whole)
        if n in signature.definitions
    ]
    return any(isinstance(part, (Norm, Root)) for x in whole for part in walk(x))


def relation_lines(code: PythonCode, relation: Relation) -> Iterator[str]:
    """The arguments of `status`: both sides and the sign between them."""
    yield code.expression(relation.left)
    yield f'"{relation.op}"'
    yield code.expression(relation.right)


def literal(value: object) -> str:
    """An exact value as Python source.

    >>> literal(Fraction(1, 2)), literal((Fraction(1), Fraction(-3)))
    ('Q(1, 2)', 'Vector([Q(1), Q(-3)])')
    """
    if isinstance(value, tuple):
        return f"Vector([{', '.join(map(literal, value))}])"
    assert isinstance(value, Fraction)
    if value.denominator == 1:
        return f"Q({value.numerator})"
    return f"Q({value.numerator}, {value.denominator})"


def _number(value: Fraction) -> Code:
    if value.denominator == 1:
        return str(value.numerator), ATOM if value >= 0 else PRODUCT
    return f"Q({value.numerator}, {value.denominator})", ATOM


def _key(names: Iterable[str]) -> str:
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"({', '.join(listed)})"


def element(place: tuple[str, int]) -> str:
    """The name of an element of an index set, counted from 1: C1; of the set C1 it is C1:1."""
    name, number = place
    return f"{name}:{number + 1}" if name[-1].isdigit() else f"{name}{number + 1}"


def key(places: tuple[tuple[str, int], ...]) -> str:
    """A key of a table as Python source."""
    return _key(f'"{element(place)}"' for place in places)


def table_literal(sort: str, table: Mapping[tuple[tuple[str, int], ...], object]) -> str:
    """The table of a symbol: a set of places for an indicator, the chosen place for a choice."""
    if list(table) == [()] and sort != "indicator":
        return literal(table[()])
    if sort == "indicator":
        places = [key(k) for k, value in table.items() if value == 1]
        if () in table:
            return str(bool(places))
        return f"{{{', '.join(places)}}}" if places else "set()"
    if sort == "choice":
        chosen = [k for k, value in table.items() if value == 1]
        if len(chosen) == 1 and len(chosen[0]) == 1:
            return key(chosen[0])
        return "{" + ", ".join(f"{key(k[:-1])}: {key(k[-1:])}" for k in chosen) + "}"
    return "{" + ", ".join(f"{key(k)}: {literal(v)}" for k, v in table.items()) + "}"
