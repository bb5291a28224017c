"""Whatever can be said in the paper's language is printed, and is well formed in each reading."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from theory.kernel.terms import (
    OPS,
    Equal,
    Exists,
    Expect,
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
    Term,
    Times,
    Total,
)
from theory.notation.printing import Printer
from theory.notation.printing.names import free_scope
from theory.notation.printing.text import text
from theory.papers.krum.setting import (
    G,
    Krum,
    V,
    a,
    b,
    chosen,
    delta_b,
    delta_c,
    eta,
    f,
    g,
    i,
    j,
    k,
    l_byzantine,
    l_correct,
    language,
    n,
    neighbour,
    score,
    sigma,
    variance,
    w,
    zeta,
)

PRINTER = Printer(language)
CORRECT = st.sampled_from([i, j, l_correct])
WORKER = CORRECT | st.sampled_from([k, l_byzantine, a, b, w])

BARE_CONDITIONS = st.one_of(
    st.builds(lambda x, y: neighbour[x, y], WORKER, WORKER),
    st.builds(Equal, WORKER, WORKER),
    WORKER.map(chosen.equals),
    st.builds(lambda x, y: zeta.of(x).equals(y), WORKER, CORRECT),
)
CONDITIONS = BARE_CONDITIONS | BARE_CONDITIONS.map(lambda x: 1 - x)
CONDITION_LISTS = st.lists(CONDITIONS, max_size=2).map(tuple)
SCALARS = st.one_of(
    st.fractions(-9, 9, max_denominator=5).map(Number),
    st.sampled_from([n, f, variance, sigma, eta]),
    st.builds(lambda family, x: family[x], st.sampled_from([delta_c, delta_b, score]), WORKER),
    CONDITIONS,
)
DIFFERENT = st.tuples(WORKER, CORRECT).filter(lambda ends: ends[0] != ends[1])
VECTORS = st.sampled_from([G, g, Krum]) | WORKER.map(lambda x: V[x])


def wrapped(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    """What keeps the sort of its body."""
    return st.one_of(
        inner.map(Expect),
        st.builds(Total, WORKER, inner, CONDITION_LISTS),
        st.builds(chosen.at, st.sampled_from([a, b, w]), inner),
        st.builds(lambda ends, body: zeta.of(ends[0]).at(ends[1], body), DIFFERENT, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Plus(tuple(parts))),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(Quotient, inner, SCALARS),
        st.builds(lambda x, y: Times((x, y)), SCALARS, inner),
        st.builds(lambda x, y: Times((y, x)), SCALARS, inner),
    )


DEEP_VECTORS = st.recursive(VECTORS, wrapped, max_leaves=4)
DEEP_SCALARS = st.recursive(
    st.one_of(
        SCALARS,
        st.builds(Inner, DEEP_VECTORS, DEEP_VECTORS),
        DEEP_VECTORS.map(lambda v: Inner(v, v)),
        DEEP_VECTORS.map(Norm),
    ),
    lambda inner: st.one_of(
        wrapped(inner), inner.map(Root), st.builds(Power, inner, st.integers(0, 12))
    ),
    max_leaves=4,
)
TERMS = DEEP_SCALARS | DEEP_VECTORS
SCRIPT = r"(?:[A-Za-z0-9]|\\[A-Za-z]+|\{[^{}]*\})"
RELATIONS = st.builds(Relation, DEEP_SCALARS, st.sampled_from(OPS), DEEP_SCALARS, CONDITION_LISTS)
STATEMENTS = st.one_of(
    TERMS,
    RELATIONS,
    TERMS.map(Integrable),
    st.builds(
        Exists, st.just(j), st.tuples(RELATIONS), st.lists(st.just(k), max_size=1).map(tuple)
    ),
)


@given(TERMS)
def test_the_terms_of_this_test_denote(x):
    language.signature.check(x)


@given(STATEMENTS)
def test_mathml_is_well_formed(x):
    math = ElementTree.fromstring(PRINTER.mathml(x))
    children = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "msubsup": 3, "msqrt": 1}
    for element in math.iter():
        tag = element.tag.removeprefix("{http://www.w3.org/1998/Math/MathML}")
        assert len(element) == children.get(tag, len(element))
        assert tag in {*children, "math", "mrow", "mi", "mn", "mo", "mtext"}
        assert element.text or len(element)


@given(STATEMENTS)
def test_latex_survives_markdown(x):
    latex = PRINTER.latex(x)
    depth = 0
    for brace in re.findall("[{}]", latex):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert latex.count(r"\left") - latex.count(r"\leftarrow") == latex.count(r"\right")
    assert not re.search(r"\\[^A-Za-z]|[*|]|\]\(|<\S", latex), "Markdown would read this first"
    assert not re.search(rf"\^{SCRIPT}['^]|_{SCRIPT}_", latex), "a double script"


@given(STATEMENTS)
def test_text_is_one_line(x):
    line = PRINTER.text(x)
    assert line.strip() == line != ""
    assert line.isprintable()
    assert "\\" not in line
    assert "  " not in line


NAMES = st.sampled_from(["i", "l", "l_b", "l_c", "l_0", "alpha", "r1", "_x", "x"])


@given(st.lists(st.builds(Index, NAMES, st.sampled_from("CY"))))
def test_no_two_free_indices_share_a_letter(indices):
    scope = free_scope(indices)
    assert len({text(shown.layout) for shown in scope.values()}) == len(set(indices))
