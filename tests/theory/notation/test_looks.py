"""Looks that could be taken for something else are refused, with the reason and what to do."""

import pytest

from theory.kernel.terms import Number
from theory.notation.language import Language, Look, root, total
from theory.notation.looks import BadLook, skeleton
from theory.notation.own import Proof
from theory.notation.portable import write
from theory.notation.printing import Printer
from theory.notation.received import NotPortable, read
from theory.papers import load, names


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        ("1", "is a number"),
        ("2x", "more than one sign"),
        ("x²", "more than one sign"),
        ("x^2", "more than one sign"),
        ("x + y", "more than one sign"),
        ("n - f", "more than one sign"),
        ("−x", "more than one sign"),
        ("x y", "more than one sign"),
        ("(x)", "more than one sign"),
        ("√x", "more than one sign"),
        ("x ≤ y", "more than one sign"),
        ("x/y", "more than one sign"),
        ("a&b", "more than one sign"),
        ("E", "the notation has a use for"),
        ("𝔼", "the notation has a use for"),
        ("Ε", "the notation has a use for"),  # a Greek letter
        ("Sigma", "the notation has a use for"),
        ("sin", "the notation has a use for"),
        ("when", "the notation has a use for"),
        ("x\u200b", "cannot be seen alone"),
        ("\u202ex", "cannot be seen alone"),
        ("x\u0305", "cannot be seen alone"),
        ("א", "from right to left"),
    ],
)
def test_a_look_that_is_no_sign_is_refused(look, reason):
    with pytest.raises(BadLook, match=rf"the look .* of 'q' .*{reason}.*give it another look"):
        Language().scalar("q", Look(look))


@pytest.mark.parametrize(
    "look",
    [
        "x",
        "σ",
        "sigma",
        "x_0",
        "x_{t+1}",
        "i_*",
        "u'",
        "Krum",
        "sin α",
        "f(x)",
        "∇Q(x_t)",
        "bound_of_it",
        "_",
    ],
)
def test_a_sign_is_accepted(look):
    Language().scalar("q", Look(look))


@pytest.mark.parametrize("other", ["x", "𝐱", "х", "ｘ"])
def test_two_names_may_not_look_alike(other):
    language = Language()
    language.scalar("x")
    with pytest.raises(BadLook, match="is that of 'x' too"):
        language.scalar("q", Look(other))
    assert skeleton(other) == "x"


def test_a_family_and_a_sign_of_its_own_differ_but_a_value_is_the_function():
    language = Language()
    workers = language.index_set("C", language.integer("n"))
    language.vector("x", workers, random=True)
    language.scalar("other", Look("x"))
    language.numbers("s", workers, random=True, look=Look("s", function=True))
    with pytest.raises(BadLook, match="is that of 's' too"):
        language.scalar("value", Look("s(i)"))
    with pytest.raises(BadLook, match="is that of 'x' too"):
        language.vector("y", workers, random=True, look=Look("y", by_set={"C": "x"}))


def test_an_index_never_looks_like_a_symbol_or_its_subscript():
    language = Language()
    n, start = language.integer("n"), language.scalar("start", Look("x", subscript="t"))
    members = language.index_set("C", n)
    x = language.numbers("x", members, random=False)
    text = Printer(language).text
    by_n, by_t = members.index("n"), members.index("t")
    assert text(total(by_n, x[by_n]) <= n) == "∑_{n′} x_{n′} ≤ n"
    assert text(start <= x[by_t]) == "x_t ≤ x_{t′}"
    assert text(x[by_n] <= x[by_t]) == "x_n ≤ x_t"


def test_a_word_may_not_read_as_a_product_whichever_comes_first():
    language = Language()
    language.integer("n")
    language.scalar("nf")
    with pytest.raises(BadLook, match="makes the sign of 'nf' one: it is a product of f and n"):
        language.integer("f")
    language = Language()
    language.integer("n"), language.integer("f")
    with pytest.raises(BadLook, match="is a product of f and n"):
        language.scalar("q", Look("nf"))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("{0} = {1}", "an equation"),
        ("{0} ≤ {1}", "an equation"),
        ("{0} and {1}", "a sentence"),
        ("{0} → i", "each of its 2 indices"),
        ("{0} → {1} → {0} < n", "an equation"),
    ],
)
def test_a_relation_may_not_read_as_something_else(pattern, reason):
    language = Language()
    workers = language.index_set("C", language.integer("n"))
    with pytest.raises(BadLook, match=reason):
        language.indicator("near", workers, workers, look=Look("", pattern=pattern))


def test_a_square_is_that_of_its_root_alone():
    language = Language()
    variance = language.scalar("variance")
    sigma = language.abbreviation("sigma", root(variance), Look("σ"))
    language.show_as_square(variance, sigma)
    assert language.looks["variance"] == Look("σ²")
    other = language.scalar("other")
    with pytest.raises(BadLook, match="more than one sign"):
        language.show_as_square(other, sigma)


@pytest.mark.parametrize("adjective", ["≤ 0 and", "not", "x_i", "for all", "<b>"])
def test_an_adjective_is_plain_words(adjective):
    language = Language()
    with pytest.raises(BadLook, match="plain words"):
        language.index_set("C", language.integer("n"), adjective)


def test_a_definition_cannot_hide_a_number():
    proof = Proof("printed")
    with pytest.raises(BadLook, match="x²"):
        proof.define("sq", Number(-1), look=Look("x²"))


@pytest.mark.parametrize("name", names())
def test_the_looks_of_every_paper_are_honest(name):
    load(name).language.check_looks()


def test_a_document_that_comes_as_data_is_checked_again():
    proof = Proof("data")
    proof.integer("n")
    honest = proof.document("data")
    assert read(write(honest, {})).document.language.looks == honest.language.looks
    honest.language.looks["n"] = Look("1")  # as a file could do that changes more than it says
    with pytest.raises(NotPortable, match="the look '1' of 'n' is a number"):
        read(write(honest, {}))
