"""A reader of the plain notation: the way back from a line of the sheet to what it says.

It is written from the notation, for the test that no two statements print alike.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction

from theory.kernel.terms import (
    AlmostSure,
    At,
    Atom,
    Call,
    Cited,
    Equal,
    Exists,
    Expect,
    Iid,
    Index,
    Inner,
    Integrable,
    Norm,
    Number,
    Plus,
    Power,
    Quotient,
    Relation,
    Root,
    SomeConstant,
    Times,
    Total,
)

TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|-?\d+(?:/\d+)?|[A-Za-z_]\w*|<=|>=|:=|[-+*/^|<>=()\[\],:]', re.ASCII
)
OPS = ("<=", "<", "=", ">", ">=")


class Reader:
    """Reads one line, given which names are definitions."""

    def __init__(self, text, defined):
        self.tokens = []
        for match in TOKEN.finditer(text):
            spaced = text[match.end() : match.end() + 1] in ("", " ")
            self.tokens.append((match[0], spaced))
        assert "".join(t for t, _ in self.tokens) == re.sub(
            r'("(?:\\.|[^"\\])*")|\s+', lambda m: m[1] or "", text
        )
        self.defined = defined
        self.scope = {}

    # -- tokens ----------------------------------------------------------------------------------

    def peek(self):
        return self.tokens[0][0] if self.tokens else ""

    def next(self, *wanted):
        token = self.tokens.pop(0)[0]
        assert not wanted or token in wanted, (token, wanted, self.tokens[:5])
        return token

    def accept(self, *words):
        if [t for t, _ in self.tokens[: len(words)]] != list(words):
            return False
        del self.tokens[: len(words)]
        return True

    def name(self):
        token = self.next()
        return json.loads(token) if token.startswith('"') else token

    # -- formulas --------------------------------------------------------------------------------

    def formula(self):
        if self.accept("some", "constant"):
            constant = self.name()
            self.next("of")
            self.next("(")
            depends = self.listed(self.name, ")")
            self.next(":")
            return SomeConstant(constant, depends, self.formula())
        if self.accept("almost", "surely"):
            kind = self.name()
            self.next("[")
            body = self.sum()
            self.next("]")
            return AlmostSure(kind, body)
        if self.accept("iid", "["):
            family = self.name()
            self.next("over")
            members = self.name()
            self.next(",")
            self.next("like")
            like = self.name()
            self.next("]")
            return Iid(family, members, like)
        if self.accept("cited", "theorem"):
            return Cited(self.name())
        self.for_all()
        if self.accept("exists"):
            index = self.range()
            self.next(":")
            inner = self.for_all()
            relations = [self.grouped(self.relation)]
            while self.accept("and"):
                relations.append(self.grouped(self.relation))
            return Exists(index, tuple(relations), inner)
        if self.accept("integrable", "["):
            body = self.sum()
            self.next("]")
            return Integrable(body)
        return self.relation()

    def grouped(self, read):
        self.next("(")
        found = read()
        self.next(")")
        return found

    def for_all(self):
        return self.ranges() if self.accept("for", "all") else ()

    def ranges(self):
        found = [self.range()]
        while self.accept(","):
            found.append(self.range())
        self.next(":")
        return tuple(found)

    def range(self):
        name = self.name()
        self.next("in")
        self.scope = {**self.scope, name: self.name()}
        return Index(name, self.scope[name])

    def relation(self):
        given = ()
        if self.accept("if"):
            given = self.conditions()
            self.next(":")
        left = self.sum()
        op = self.next(*OPS)
        return Relation(left, op, self.sum(), given)

    def conditions(self):
        found = [self.condition()]
        while self.accept("and"):
            found.append(self.condition())
        return tuple(found)

    def condition(self):
        if self.accept("not"):
            return 1 - self.condition()
        here = list(self.tokens)
        try:
            return self.equal()
        except (AssertionError, IndexError):
            self.tokens = here
            return self.sum()

    def equal(self):
        left = self.index()
        self.next("=")
        return Equal(left, self.index())

    def index(self):
        name = self.name()
        if self.peek() == ":" and not self.tokens[0][1]:
            self.next(":")
            return Index(name, self.name())
        assert name in self.scope, name
        return Index(name, self.scope[name])

    # -- terms -----------------------------------------------------------------------------------

    def sum(self):
        summands = [self.summand(self.minus())]
        while self.peek() in ("+", "-"):
            summands.append(self.summand(self.next() == "-"))
        return summands[0] if len(summands) == 1 else Plus(tuple(summands))

    def minus(self):
        return self.peek() == "-" and self.tokens[0][1] and bool(self.next())

    def summand(self, negative):
        read = self.product()
        return Times((Number(Fraction(-1)), read)) if negative else read

    def product(self):
        first = self.power()
        if self.accept("/"):
            return Quotient(first, self.power())
        factors = [first]
        while self.accept("*"):
            factors.append(self.power())
        return first if len(factors) == 1 else Times(tuple(factors))

    def power(self):
        bare = self.peek() == "|"
        read = self.atom()
        if not self.accept("^"):
            return read
        exponent = int(self.next())
        if bare:
            assert exponent == 2
            return Inner(read.vector, read.vector)
        return Power(read, exponent)

    def atom(self):
        token = self.peek()
        if re.match(r"-?\d", token):
            return Number(Fraction(self.next()))
        if self.accept("("):
            read = self.sum()
            self.next(")")
            return read
        if self.accept("|"):
            read = self.sum()
            self.next("|")
            return Norm(read)
        if self.accept("<"):
            left = self.sum()
            self.next(",")
            read = Inner(left, self.sum())
            self.next(">")
            return read
        if self.accept("["):
            read = self.equal()
            self.next("]")
            return read
        if self.accept("E", "["):
            read = Expect(self.sum())
            self.next("]")
            return read
        if self.accept("root", "("):
            read = Root(self.sum())
            self.next(")")
            return read
        for word, node in (("plus", Plus), ("times", Times)):
            if self.accept(word, "("):
                return node(self.listed(self.sum, ")"))
        if token in ("sum", "at"):
            return self.binder(self.next())
        name = self.name()
        indices = self.listed(self.index, ")") if self.accept("(") else ()
        return (Call if name in self.defined else Atom)(name, indices)

    def binder(self, word):
        self.next("[")
        outer = self.scope
        index = self.range()
        inner = self.scope
        if word == "at":
            self.next("=")
            choice = self.name()
            self.scope = outer
            arguments = self.listed(self.index, ")") if self.accept("(") else ()
            self.scope = inner
            self.next(":")
            read = At(index, choice, arguments, self.sum())
        else:
            where = self.conditions() if self.accept("where") else ()
            self.next(":")
            read = Total(index, self.sum(), where)
        self.next("]")
        self.scope = outer
        return read

    def listed(self, read, end):
        found = []
        while not self.accept(end):
            found.append(read())
            if not self.accept(","):
                self.next(end)
                break
        return tuple(found)


def read_formula(text, defined=()):
    """What a line of the sheet says."""
    reader = Reader(text, defined)
    found = reader.formula()
    assert not reader.tokens, reader.tokens
    return found
