"""What the page shows, character by character: `printed.json` holds the three readings of each."""

import json
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from theory.kernel.terms import Exists, Integrable, Number, SomeConstant
from theory.notation.language import (
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
from theory.papers.krum.setting import (
    G,
    Krum,
    V,
    a,
    b,
    chosen,
    d,
    delta_b,
    delta_c,
    distance2,
    eta,
    eta2,
    f,
    g,
    i,
    iid,
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

PRINTED = Path(__file__).parent / "printed.json"
PRINTER = Printer(language)


def near(index):
    """The mean of the correct neighbours."""
    return 1 / delta_c[index] * total(j, V[j], where=neighbour[index, j])


def spread(index):
    return expectation(squared(V[index] - near(index)) * chosen.equals(index))


def byzantine_score(index):
    return total(l_byzantine, distance2(index, l_byzantine), where=neighbour[index, l_byzantine])


EXAMPLES = {
    "number": Number(Fraction(-3, 2)),
    "difference": n - 2 * f - 2,
    "eta squared": eta2,
    "root": eta * root(d) * sigma < norm(g),
    "variance": expectation(squared(G - g)).eq(d * variance),
    "powers": variance**2 + eta**2 + delta_c[i] ** 2 + norm(G) ** 3 + squared(g) ** 2,
    "power of a sum": (n + f) ** 2 - root(n) ** 2 - (n / f) ** 2,
    "signs": 0 - -n - 3 * f - (n - f) + -n / f + n * Fraction(-1, 2) - (-2) * n,
    "numbers side by side": 2 * (3 * n) + n * 2 + Fraction(1, 2) * n + 2 * (n - f) + f * (n - f),
    "norms side by side": norm(G) * norm(g) + 2 * norm(g) - squared(G) * squared(g),
    "inner product": expectation(Krum) @ g,
    "expectations": expectation(G) @ g * expectation(norm(G)) * n
    - expectation(n + norm(G)) * (n - f) + expectation(norm(G)) ** 2,
    "Byzantine": squared(V[k] - V[i]),
    "Krum": Krum.eq(chosen.at(w, V[w])),
    "at the chosen": chosen.at(w, V[w] - near(w)),
    "the chosen's count": chosen.at(a, delta_c[a]) / (n - 2 * f - 2),
    "at zeta": zeta.of(i).at(j, V[j]) - chosen.at(a, zeta.of(a).at(j, V[j])),
    "indicators": same(i, j) * chosen.equals(i) * zeta.of(i).equals(j) * neighbour[i, j],
    "denied indicators": (1 - neighbour[i, j]) * differ(i, j) * (1 - chosen.equals(k)),
    "sums": total(a, 1, where=neighbour[a, a]) + total(j, 1) + total(k, f) * n - total(j, n - f),
    "conditions": total(j, 1, where=(neighbour[i, j], differ(i, j), 1 - chosen.equals(j)))
    + total(j, 1, where=(neighbour[i, k], differ(i, j), 1 - neighbour[k, j])),
    "a sum at a choice": total(j, 1, where=zeta.of(i).equals(j))
    + total(j, 1, where=zeta.of(j).equals(i)),
    "1-2": squared(expectation(Krum) - g)
    <= expectation(squared(Krum - chosen.at(w, near(w)))),
    "1-2, last": total(i, spread(i)) + total(k, spread(k)),
    "1-4": (
        total(j, distance2(k, j), where=neighbour[k, j]) + byzantine_score(k)
        <= total(j, distance2(i, j), where=neighbour[i, j]) + byzantine_score(i)
    ).when(chosen.equals(k)),
    "1-6": delta_b[i] / delta_c[k] * squared(V[i] - zeta.of(i).at(j, V[j])),
    "1-7": delta_b[i] / delta_c[k]
    * total(j, expectation(distance2(i, j) * zeta.of(i).equals(j)), where=differ(i, j))
    <= (delta_c[i] / delta_c[k] + delta_b[i] / delta_c[k] * (n - f - 1)) * 2 * d * variance,
    "1-10": root(delta_b[i] / delta_c[k]) * norm(V[i] - zeta.of(i).at(j, V[j])),
    "two letters l": V[l_correct] @ V[l_byzantine] - total(l_correct, norm(V[l_correct])),
    "one letter l": total(l_correct, V[l_correct]) @ total(l_byzantine, V[l_byzantine]),
    "inner and outer i": total(i, total(i, V[i] @ V[j])),
    "closest": (distance2(a, b) <= distance2(a, w)).when(
        neighbour[a, b], 1 - neighbour[a, w], differ(a, w)
    ),
    "score": score[a] <= score[b],
    "independent": iid,
    "integrable": Integrable(norm(G) ** 4),
    "exists": Exists(
        j,
        (
            (distance2(i, l_byzantine) <= distance2(i, j)).when(neighbour[i, l_byzantine]),
            differ(i, j) >= 1,
        ),
        (l_byzantine,),
    ),
    "constant": SomeConstant("n", ("f", "variance"), norm(G) <= n),
    "absolute constant": SomeConstant("n", (), norm(G) <= n),
}  # fmt: skip


def inside(mathml):
    """The element without the math tags."""
    start = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">'
    assert mathml.startswith(start)
    assert mathml.endswith("</math>")
    return mathml[len(start) : -len("</math>")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_printed_as_reviewed(name):
    x, expected = EXAMPLES[name], json.loads(PRINTED.read_text(encoding="utf-8"))[name]
    assert PRINTER.text(x) == expected["text"]
    assert PRINTER.latex(x) == expected["latex"]
    assert inside(PRINTER.mathml(x)) == expected["mathml"]


def test_no_forgotten_example():
    assert list(json.loads(PRINTED.read_text(encoding="utf-8"))) == list(EXAMPLES)


def test_inline_mathml_differs_only_in_its_mode():
    x = EXAMPLES["1-6"]
    inline = PRINTER.mathml(x, display=False)
    assert inline.replace('display="inline"', 'display="block"') == PRINTER.mathml(x)


def test_every_hypothesis_of_the_paper_prints():
    from theory.papers.krum.setting import HYPOTHESES

    for formula in HYPOTHESES.values():
        assert "\n" not in PRINTER.text(formula)
        assert PRINTER.latex(formula)
        ElementTree.fromstring(PRINTER.mathml(formula))


def test_looks_of_other_languages():
    other = Language()
    count = other.integer("n")
    things = other.index_set("T", count, "odd")
    every = other.union("U", things)
    x = other.numbers("x", every, random=True, look=Look("u'_0"))
    lam = other.numbers("lam", things, things, random=False, look=Look("lambda", subscript="min"))
    chi = other.indicator("chi", things)
    related = other.indicator("related", things, things, look=Look("", pattern="{0} close to {1}"))
    pick = other.choice("pick", things, things, look=Look("pi"))
    rate = other.scalar("learning_rate")
    p, q, e = things.index("p"), things.index("q_2"), every.index("e1")
    printer = Printer(other)
    lines = {
        x[e] ** 2: r"u_{0, e_1}'^2",
        lam[p, q]: r"\lambda_{\mathrm{min}, p, q}",
        rate * (1 - chi[p]): r"\mathrm{learning}_{\mathrm{rate}} \cdot (1 - \chi_p)",
        total(p, 1, where=(chi[p], 1 - chi[q])): (
            r"\sum_{\text{odd } p, \chi_p = 1, \chi_q = 0} 1"
        ),
        total(p, 1, where=related[q, p]): r"\sum_{q\text{ close to } \text{odd } p} 1",
        1 - related[p, q]: r"\mathbb{I}(\text{not } p\text{ close to } q)",
        pick.of(p).at(q, lam[p, q]): r"\lambda_{\mathrm{min}, p, \pi_p}",
    }
    for term, latex in lines.items():
        assert printer.latex(term) == latex
    some = Exists(p, (lam[p, p] >= 0,))
    assert printer.text(some) == "there is an odd p with λ_{min, p, p} ≥ 0"


@pytest.mark.parametrize(
    ("look", "text", "latex"),
    [
        ("σ²", "σ²", r"\sigma^2"),
        ("sigma", "σ", r"\sigma"),
        ("i′_*", "i′_*", r"i'_\ast"),
        ("A_0", "A_0", "A_0"),
        ("Krum", "Krum", r"\mathrm{Krum}"),
        ("sin α", "sin α", r"\sin\alpha"),
        ("f(𝔼x)", "f(E x)", r"f(\mathbb{E}x)"),
        ("f(Σλx)", "f(∑ λx)", r"f(\sum\lambda x)"),
        ("Q(x-h)", "Q(x - h)", "Q(x - h)"),
        ("η(n, f)", "η(n, f)", r"\eta(n, f)"),
        ("∇Q", "∇Q", r"\nabla Q"),
        ("f(", "f(", r"\mathrm{f(}"),
    ],
)
def test_looks_are_read(look, text, latex):
    other = Language()
    x = other.scalar("x")
    other.looks["x"] = Look(look)
    assert (Printer(other).text(x), Printer(other).latex(x)) == (text, latex)
    ElementTree.fromstring(Printer(other).mathml(x))


def test_looks_are_bracketed_like_what_they_show():
    other = Language()
    sine = other.scalar("sine", Look("sin α"))
    step = other.scalar("step")
    other.looks["step"] = Look("x+h")  # no honest look, but one that shows the brackets
    points = other.index_set("I", other.integer("n"))
    value = other.numbers("value", points, random=False, look=Look("", pattern="f(x_{0})"))
    text = Printer(other).text
    q = points.index("q")
    assert text((1 - sine) * sine * step) == "(1 - sin α) (sin α) (x + h)"
    assert text(sine**2 - step) == "(sin α)² - (x + h)"
    assert text(total(q, value[q] ** 2)) == "∑_q f(x_q)²"


def test_words_and_names_are_escaped():
    other = Language()
    things = other.index_set("T", other.integer("n"))
    other.adjectives["T"] = "<b>50 % & more</b>"
    t = things.index("t")
    x = other.numbers("x", things, random=False)
    other.looks["x"] = Look("a&b")
    printer = Printer(other)
    assert printer.latex(total(t, x[t])) == (
        r"\sum_{\text{<b>50 \% \& more</b> } t} \mathrm{a\&b}_t"
    )
    assert "".join(ElementTree.fromstring(printer.mathml(total(t, x[t]))).itertext()) == (
        "∑<b>50 % & more</b>\N{NO-BREAK SPACE}ta&bt"
    )


@pytest.mark.parametrize("wrong", [3, "n", None, ("i", "C")])
def test_other_things_are_refused(wrong):
    with pytest.raises(TypeError, match="a term, a formula or a statement is needed"):
        PRINTER.text(wrong)
