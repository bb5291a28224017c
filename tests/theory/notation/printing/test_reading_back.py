"""What is printed means what the term means: it is read back, and both are computed.

The reader knows the conventions of the page (a sum and an E reach over the product behind them, a
bracket ends an E) and nothing of the printer. Sum, expectation and root are given meanings that
are not linear, so that a scope or a bracket in the wrong place changes the value.
"""

import re
from fractions import Fraction
from xml.etree import ElementTree

from hypothesis import assume, given
from hypothesis import strategies as st

from theory.kernel.terms import Expect, Number, Plus, Power, Quotient, Root, Term, Times, Total
from theory.notation.printing import Printer
from theory.papers.krum.setting import d, f, i, language, n

PRINTER = Printer(language)
VALUES = {"n": Fraction(7, 3), "f": Fraction(-5, 2), "d": Fraction(11, 5)}
MEANINGS = {"∑": lambda x: x**2 + 1, "E": lambda x: 3 * x**2 + 2, "√": lambda x: x**2 + 5}


def numbers() -> st.SearchStrategy[Term]:
    small = st.fractions(min_value=-3, max_value=3, max_denominator=3)
    return small.map(Number) | st.sampled_from([n, f, d])


def grown(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(Plus),
        several.map(Times),
        st.builds(Power, inner, st.integers(1, 2)),
        st.builds(Quotient, inner, inner),
        inner.map(Root),
        inner.map(Expect),
        inner.map(lambda body: Total(i, body)),
        inner.map(lambda x: -x),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x, y: x * y, inner, inner),
    )


TERMS = st.recursive(numbers(), grown, max_leaves=6)


def meaning(x: Term) -> Fraction:
    match x:
        case Number(value):
            return value
        case Plus(summands):
            return sum((meaning(s) for s in summands), Fraction(0))
        case Times(factors):
            product = Fraction(1)
            for factor in factors:
                product *= meaning(factor)
            return product
        case Power(base, exponent):
            return meaning(base) ** exponent
        case Quotient(numerator, denominator):
            return meaning(numerator) / meaning(denominator)
        case Root(radicand):
            return MEANINGS["√"](meaning(radicand))
        case Total(body=body):
            return MEANINGS["∑"](meaning(body))
        case Expect(body):
            return MEANINGS["E"](meaning(body))
    return VALUES[x.name]


class Reader:
    """Reads a line of tokens by the rules of the page."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = [*tokens, ""]
        self.open = False
        """Whether a bar | is open: bars do not nest, so the next one closes it."""

    def take(self, *wanted: str) -> str:
        if wanted and self.tokens[0] not in wanted:
            return ""
        return self.tokens.pop(0)

    def all(self) -> Fraction:
        value = self.sum()
        assert self.tokens == [""], self.tokens
        return value

    def sum(self) -> Fraction:
        value = -self.product() if self.take("-") else self.product()
        while sign := self.take("+", "-"):
            value += self.product() if sign == "+" else -self.product()
        return value

    def product(self) -> Fraction:
        value = self.factor()
        while self.tokens[0] not in ("", "+", "-", ")", "]", "}", *("|" * self.open)):
            if self.take("/"):
                value /= self.power()
            else:
                self.take("·")
                value *= self.factor()
        return value

    def factor(self) -> Fraction:
        """A sum sign, and E before anything but a bracket, reach over the rest of the product."""
        far = self.tokens[0] == "∑" or (self.tokens[0] == "E" and self.tokens[1] != "[")
        return MEANINGS[self.take()](self.product()) if far else self.power()

    def power(self) -> Fraction:
        value = self.atom()
        return value ** int(self.take()) if self.take("^") else value

    def atom(self) -> Fraction:
        token = self.take()
        if token in ("(", "[", "{"):
            value = self.sum()
            assert self.take(")", "]", "}")
            return value
        if token == "|":
            self.open = True
            value = self.sum()
            assert self.take("|")
            self.open = False
            return MEANINGS["√"](value**2)
        if token == "\\frac":
            return self.atom() / self.atom()
        if token in ("√", "E"):
            return MEANINGS[token](self.atom())
        return VALUES[token] if token in VALUES else Fraction(int(token))


def from_text(line: str) -> Fraction:
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    line = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "^" + m[0].translate(raised), line)
    line = re.sub("∑_{correct i′*}", "∑", line)
    return Reader(re.findall(r"\d+|[^\s\d]", line)).all()


def from_latex(line: str) -> Fraction:
    line = re.sub(r"\\sum_\{\\text\{correct \} i'*\}", "∑", line)
    line = re.sub(r"\\left|\\right", "", line)
    for command, token in ((r"\mathbb{E}", "E"), (r"\sqrt", "√"), (r"\cdot", "·"),
                           (r"\lvert", "|"), (r"\rvert", "|")):  # fmt: skip
        line = line.replace(command, token)
    line = re.sub(r"\^\{(\d+)\}", r"^\1", line)
    line = re.sub(r"\^(\d)", r"^ \1 ", line)  # without braces, TeX raises one digit
    return Reader(re.findall(r"\\[a-z]+|\d+|[^\s\d]", line)).all()


def from_mathml(source: str) -> Fraction:
    def line(x: ElementTree.Element) -> str:
        parts = [line(child) for child in x]
        match x.tag.removeprefix("{http://www.w3.org/1998/Math/MathML}"):
            case "mfrac":
                return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
            case "msqrt":
                return f"√{{{''.join(parts)}}}"
            case "msup":
                return f"{parts[0]}^ {parts[1]} "
            case "munder":
                return parts[0]
            case "mo" if x.text in ("\u2061", "\u2062"):
                return ""
        text = (x.text or "").translate(str.maketrans("−𝔼", "-E"))
        return text + "".join(parts)

    tokens = re.findall(r"\\[a-z]+|\d+|[^\s\d]", line(ElementTree.fromstring(source)))
    return Reader(tokens).all()


@given(TERMS)
def test_the_printed_line_means_what_the_term_means(x):
    try:
        value = meaning(x)
    except ZeroDivisionError:
        assume(False)
    assert from_text(PRINTER.text(x)) == value, PRINTER.text(x)
    assert from_latex(PRINTER.latex(x)) == value, PRINTER.latex(x)
    assert from_mathml(PRINTER.mathml(x)) == value, PRINTER.mathml(x)


def test_the_reader_notices_a_scope():
    """The meanings above tell (sum of n) times f from sum of (n times f)."""
    inside, outside = Total(i, Times((n, f))), Times((Total(i, n), f))
    assert meaning(inside) != meaning(outside)
    assert PRINTER.text(inside) == "∑_{correct i} nf"
    assert PRINTER.text(outside) == "(∑_{correct i} n) f"


def test_the_root_of_a_square_is_printed_as_a_size():
    size = Root(Power(n - f, 2))
    assert Printer(language).text(size) == "|n - f|"
    assert Printer(language).latex(size) == r"\lvert n - f\rvert"
    nested = Root(Power(size + n, 2))
    assert Printer(language).text(nested) == "√((|n - f| + n)²)"
