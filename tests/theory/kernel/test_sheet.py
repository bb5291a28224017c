"""The statement sheet: what it prints, that it can be read back, and what it refuses."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.theory.kernel.sheet_parser import read_formula
from theory.kernel.certificates import decode, encode
from theory.kernel.sheet import KEYWORDS, formula, name, quoted, sheet, term
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
    KernelError,
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

ROOT = Path(__file__).resolve().parents[3]
n, f, x = Atom("n"), Atom("f"), Atom("x")
i, j, w = Index("i", "C"), Index("j", "C"), Index("w", "W")
V = [Atom("V", (k,)) for k in (i, j)]


def near(*indices):
    return Atom("near", indices)


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (n - f - 1, "n - f - 1"),
        (n - (f - 1), "n - (f - 1)"),
        (n + Number(Fraction(-3)), "n + (-3)"),
        (-n * f, "(-1) * n * f"),
        (-(n * f), "- n * f"),
        (n / 2 / f, "(n / 2) / f"),
        (Number(Fraction(1, 2)) * n, "(1/2) * n"),
        (Times((n * f, x)), "(n * f) * x"),
        ((n + 1) ** 2, "(n + 1)^2"),
        (Inner(V[0] - V[1], V[0] - V[1]), "|V(i:C) - V(j:C)|^2"),
        (Norm(V[0]) ** 2, "(|V(i:C)|)^2"),
        (Inner(V[0], V[1]), "<V(i:C), V(j:C)>"),
        (Root(n), "root(n)"),
        (Expect(Norm(Atom("g"))), "E[|g|]"),
        (Plus((n,)), "plus(n)"),
        (Times(()), "times()"),
        (Atom("σ"), r'"\u03c3"'),
        (Atom("sum"), '"sum"'),
        (
            Total(i, Norm(V[0]), (near(i, j), 1 - Equal(i, j))),
            "sum[i in C where near(i, j:C) and not i = j:C: |V(i)|]",
        ),
        (At(w, "zeta", (j,), Atom("V", (w,))), "at[w in W = zeta(j:C): V(w)]"),
        (Total(i, Atom("y", (Index("i", "W"),))), "sum[i in C: y(i:W)]"),
    ],
)
def test_a_term_prints_as_expected(said, printed):
    assert term(said) == printed


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (n * n >= 0, "n * n >= 0"),
        (
            (Norm(V[0]) <= x).when(near(i, j), 1 - near(j, i)),
            "for all i in C, j in C: if near(i, j) and not near(j, i): |V(i)| <= x",
        ),
        (
            Exists(i, (Norm(V[0]) <= Norm(V[1]), x > 0), (j,)),
            "exists i in C: for all j in C: (|V(i)| <= |V(j)|) and (x > 0)",
        ),
        (SomeConstant("K", ("n", "f"), x <= Atom("K")), "some constant K of (n, f): x <= K"),
        (Integrable(V[0]), "for all i in C: integrable[V(i)]"),
        (AlmostSure("vanishes", x), "almost surely vanishes[x]"),
        (Iid("V", "C", "G"), "iid[V over C, like G]"),
        (Cited("robbins_siegmund"), "cited theorem robbins_siegmund"),
    ],
)
def test_a_formula_prints_as_expected(said, printed):
    assert formula(said) == printed


# -- nothing prints like another -------------------------------------------------------------------

NAMES = some.sampled_from(["n", "x", "V", "E", "sum", "not", "σ", "𝐱", "i"])
DEFINED = ("score", "Krum", "η")
INDICES = some.builds(
    Index, some.sampled_from(["i", "j", "in", "ι"]), some.sampled_from(["C", "W"])
)
TUPLES = some.lists(INDICES, max_size=2).map(tuple)
NUMBERS = some.builds(Fraction, some.integers(-3, 3), some.integers(1, 3)).map(Number)


def _larger(terms):
    conditions = some.lists(
        some.one_of(
            some.builds(Equal, INDICES, INDICES),
            some.builds(Atom, NAMES, TUPLES),
            terms,
            terms.map(lambda x: 1 - x),
        ),
        max_size=2,
    ).map(tuple)
    several = some.lists(terms, max_size=3).map(tuple)
    return some.one_of(
        several.map(Plus),
        several.map(Times),
        terms.map(lambda x: -x),
        some.builds(Power, terms, some.integers(0, 3)),
        some.builds(Quotient, terms, terms),
        some.builds(Root, terms),
        some.builds(Inner, terms, terms),
        terms.map(lambda x: Inner(x, x)),
        some.builds(Norm, terms),
        some.builds(Total, INDICES, terms, conditions),
        some.builds(Expect, terms),
        some.builds(At, INDICES, NAMES, TUPLES, terms),
        some.builds(Equal, INDICES, INDICES),
    )


TERMS = some.recursive(
    some.one_of(
        NUMBERS,
        some.builds(Atom, NAMES, TUPLES),
        some.builds(Call, some.sampled_from(DEFINED), TUPLES),
    ),
    _larger,
    max_leaves=8,
)
GIVEN = some.lists(some.one_of(some.builds(Equal, INDICES, INDICES), TERMS), max_size=2).map(tuple)
RELATIONS = some.builds(
    Relation, TERMS, some.sampled_from(["<=", "<", "=", ">", ">="]), TERMS, GIVEN
)
FORMULAS = some.one_of(
    RELATIONS,
    some.builds(Integrable, TERMS),
    some.builds(Iid, NAMES, NAMES, NAMES),
    some.builds(Exists, INDICES, some.lists(RELATIONS, min_size=1, max_size=2).map(tuple), TUPLES),
    some.builds(SomeConstant, NAMES, some.lists(NAMES, max_size=2).map(tuple), RELATIONS),
    some.builds(AlmostSure, some.sampled_from(["vanishes", "bounded"]), TERMS),
    some.builds(Cited, NAMES),
)


@settings(max_examples=600, deadline=None)
@given(FORMULAS)
def test_what_is_printed_can_be_read_back(said):
    """So two different statements print differently."""
    assert read_formula(formula(said), DEFINED) == said


def test_every_statement_of_the_paper_can_be_read_back():
    bundle = json.loads((ROOT / "reports/krum/certificates.json").read_text(encoding="utf-8"))
    defined = [name for name, *_ in bundle["signature"]["definitions"]]
    values = [claim["statement"] for claim in bundle["claims"]]
    values += [value for _, value in bundle["hypotheses"]]
    assert len(values) > 100
    for value in values:
        said = decode(value)
        assert read_formula(formula(said), defined) == said


# -- a whole bundle --------------------------------------------------------------------------------


def bundle(**changed):
    """A small bundle, in which a look could not be seen."""
    return {
        "format": 3,
        "document": "small",
        "signature": {
            "sizes": [["C", encode(n)]],
            "unions": [["W", ["C"]]],
            "symbols": [
                ["n", "integer", False, [], False],
                ["x", "scalar", False, [], True],
                ["V", "vector", True, ["W"], False],
                ["pick", "choice", True, ["C", "W"], False],
            ],
            "definitions": [
                ["sq", [], encode(Number(Fraction(-1)))],
                ["far", [encode(i)], encode(Norm(V[0]))],
            ],
            "successors": [["x", encode(2 * x)]],
        },
        "hypotheses": [["some\u202eworker", encode(n >= 1)]],
        "claims": [
            {
                "id": "square",
                "kind": "theorem",
                "statement": encode(Call("sq") < 0),
                "needs": [["x > 0", encode(x > 0)]],
                "assumes": ["x > 0"],
            }
        ],
        **changed,
    }


def test_a_sheet_has_everything_that_a_statement_is_made_of():
    assert sheet(bundle()) == [
        ("Sets", ["C has n elements", "W is the disjoint union of (C)"]),
        (
            "Symbols",
            [
                "n: integer",
                "x: varying with t, scalar",
                "V(W): random vector",
                "pick(C): random choice of an index in W",
            ],
        ),
        ("Promised by these declarations", ['"size of C": n >= 0']),
        ("Successors", ["x at t + 1 is 2 * x"]),
        ("Definitions", ["sq := -1", "far(i in C) := |V(i)|"]),
        ("Hypotheses", [r'"some\u202eworker": n >= 1']),
        (
            "Statements",
            ['"square", theorem: sq < 0', '    needs "x > 0": x > 0', '    assumes "x > 0"'],
        ),
    ]


@pytest.mark.parametrize("text", ["a\u200bb", "\u202eb", "e\u0301", "א", "\n", "\ud800", '"'])
def test_what_cannot_be_seen_in_a_text_is_spelled(text):
    shown = quoted(text)
    assert json.loads(shown) == text
    assert all(c.isprintable() for c in shown)
    assert shown != f'"{text}"'


@pytest.mark.parametrize("text", ["σ", "𝐱", "х", "x y", "", *sorted(KEYWORDS)])  # a Cyrillic х
def test_a_name_that_is_no_plain_word_is_quoted_in_ascii(text):
    assert name(text).isascii()
    assert json.loads(name(text)) == text


def test_a_bundle_that_says_something_twice_or_nothing_is_refused():
    signature = bundle()["signature"]
    claim = bundle()["claims"][0]
    twice = {**signature, "sizes": [["C", encode(n)], ["C", encode(n - 1)]]}
    flag = {**signature, "symbols": [["n", "integer", 0, [], False]]}
    for wrong, reason in (
        (bundle(signature=twice), "declared twice"),
        (bundle(signature=flag), "not true or false"),
        (bundle(claims=[{**claim, "statement": encode(Atom("sq") < 0)}]), "not declared"),
        (bundle(claims=[{**claim, "statement": encode(Call("n") < 0)}]), "not defined"),
        (bundle(claims=[{**claim, "statement": ["q", "1"]}]), "not a formula"),
        (bundle(claims=[{"id": "x"}]), "no bundle"),
        ({}, "no bundle"),
    ):
        with pytest.raises(KernelError, match=reason):
            sheet(wrong)
