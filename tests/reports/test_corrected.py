"""The corrected notes and the errata: whole, in order, well formed. The lessons: right numbers."""

import math
import re
from fractions import Fraction
from itertools import accumulate, pairwise

import pytest

from reports.corrected import files
from reports.corrected.prose import mathematics, pieces
from reports.corrected.text import IMPACTS
from reports.corrected.writers import broken
from reports.evidence import lemmas
from theory.judge import Judge, load_certificates
from theory.notation.printing.display import latex_to_mathml
from theory.papers.krum.document import DOCUMENT
from theory.papers.krum.teaching import AUXILIARY, PHI, QUESTIONS_2

F = Fraction


@pytest.fixture(scope="module")
def judgements():
    return list(Judge(DOCUMENT, load_certificates(DOCUMENT.folder / "certificates")).all())


@pytest.fixture(scope="module")
def texts(judgements):
    return files(DOCUMENT, judgements)


@pytest.fixture(scope="module")
def toy_texts(toy):
    return files(toy, Judge(toy, {}).all())


@pytest.fixture(scope="module", params=["krum", "toy"])
def tex(request, texts, toy_texts):
    return (texts if request.param == "krum" else toy_texts)["corrected.tex"]


@pytest.fixture(scope="module", params=["krum", "toy"])
def markdown(request, texts, toy_texts):
    return (texts if request.param == "krum" else toy_texts)["corrected.md"]


def standing(judgements):
    """Claim by claim, what the corrected text must have: as written where proved, else repaired."""
    found = {}
    for judgement in sorted(judgements, key=lambda j: j.reading.kind != "as written"):
        if judgement.verdict.startswith("PROVED"):
            found.setdefault(judgement.claim.id, judgement)
    return found


def fails(judgement):
    return judgement.reading.kind == "as written" and judgement.verdict in (
        "REFUTED",
        "ILL-TYPED",
        "VACUOUS",
    )


# -- what is in it, and in which order


def test_the_same_judgements_give_the_same_bytes(judgements, texts):
    assert files(DOCUMENT, judgements) == texts
    assert list(texts) == ["corrected.md", "corrected.tex", "errata.md"]


def test_every_proved_claim_stands_once_and_nothing_else_does(judgements, texts):
    printed = re.findall(r"^\*\*\(([\w-]+)(, repaired)?\)\*\*", texts["corrected.md"], re.M)
    proved = standing(judgements)
    open_ = [j.claim.id for j in judgements if j.verdict == "UNDECIDED"]
    assert sorted(name for name, _ in printed) == sorted([*proved, *open_])
    for name, repaired in printed[: len(proved)]:
        assert bool(repaired) == (proved[name].reading.kind == "repaired")


def test_nothing_is_used_before_it_is_proved(judgements, texts):
    printed = re.findall(r"^\*\*\(([\w-]+)(?:, repaired)?\)\*\*", texts["corrected.md"], re.M)
    place = {name: number for number, name in reversed(list(enumerate(printed)))}
    for name, judgement in standing(judgements).items():
        for lemma in lemmas(judgement):
            assert place[lemma.removesuffix(":repaired")] < place[name], (name, lemma)


def test_sections_follow_the_text(texts):
    sections = re.findall(r"^## Section ([\d.]+)(, concluded)?$", texts["corrected.md"], re.M)
    first = [[int(x) for x in number.split(".")] for number, again in sections if not again]
    assert first == sorted(first)
    assert len(first) == len({tuple(x) for x in first})


def test_what_is_undecided_comes_last(judgements, texts):
    end = texts["corrected.md"].partition("## What remains undecided")[2]
    names = re.findall(r"^\*\*\(([\w-]+)\)\*\*", end, re.M)
    assert names == [j.claim.id for j in judgements if j.verdict == "UNDECIDED"]


def test_definitions_hypotheses_and_citations_come_first(texts):
    headings = re.findall(r"^## (.*)$", texts["corrected.md"], re.M)
    assert headings[:3] == ["Definitions", "Hypotheses", "Cited theorems"]
    assert all(reference[:20] in texts["corrected.md"] for reference in DOCUMENT.cited.values())


def test_sequences_are_said_in_words(texts):
    assert "almost surely" in texts["corrected.md"]
    assert "a cited theorem}" not in texts["corrected.md"] + texts["corrected.tex"]


# -- the errata


def test_every_fault_is_listed_once_by_impact(judgements, texts):
    listed = re.findall(r"^- \*\*\(([\w-]+)\)\*\*", texts["errata.md"], re.M)
    wanted = {j.claim.id for j in judgements if fails(j) or j.claim.impact not in ("", "none")}
    assert len(listed) == len(set(listed))
    assert set(listed) == wanted
    impacts = {j.claim.id: j.claim.impact for j in judgements}
    order = [list(IMPACTS).index(impacts[name]) for name in listed]
    assert order == sorted(order)


def test_the_paper_is_not_blamed_for_a_slip_of_the_notes(judgements, texts):
    entries = dict(re.findall(r"^- \*\*\(([\w-]+)\)\*\*(.*)$", texts["errata.md"], re.M))
    origins = {j.claim.id: j.claim.origin for j in judgements}
    for name, entry in entries.items():
        blamed = entry.rpartition(". *")[2]
        if origins[name] == "transcription":
            assert blamed == "the notes alone*"
        assert blamed.startswith("the paper") == (origins[name] in ("paper", "both"))


def test_every_entry_says_what_is_printed_what_is_right_and_whose_it_is(texts):
    entries = re.findall(r"^- (.*)$", texts["errata.md"], re.M)
    assert all(re.fullmatch(r"\*\*\(.*\)\*\* \S.* → \S.*\. \*.*\S\*", entry) for entry in entries)


# -- Markdown and LaTeX are well formed


def balanced(source):
    r"""Whether braces, fences, environments and \left ... \right pair up, properly nested."""
    pairs = {"}": "{", r"\)": r"\(", r"\]": r"\[", r"\right": r"\left"}
    opened = []
    tokens = r"\\(?:begin|end)\{(\w+\*?)\}|\\left(?![a-z])|\\right(?![a-z])|\\\\|\\.|[{}]"
    for found in re.finditer(tokens, source):
        token, name = found[0], found[1]
        if token.startswith(r"\begin") or token in pairs.values():
            opened.append(name or token)
        elif not token.startswith(r"\end") and token not in pairs:
            continue
        elif not opened or opened.pop() != (name or pairs[token]):
            return False
    return not opened


def test_balanced_sees_what_is_not():
    assert balanced(r"\[\begin{aligned}\left(x\right)\\ \{ \end{aligned}\]")
    assert not any(map(balanced, [r"{\left(}\right)", r"\begin{a}\end{b}", r"\(x", "}{"]))


def test_the_article_is_plain_ascii_and_balanced(tex):
    assert tex.isascii()
    assert tex.startswith(r"\documentclass")
    assert tex.rstrip().endswith(r"\end{document}")
    assert tex.count(r"\begin{document}") == 1
    assert balanced(tex)
    assert "$" not in tex
    assert not re.search(r"U[0-9A-F]{4}", tex)


def test_the_article_uses_commands_of_amsmath_and_amssymb_alone(tex):
    known = """documentclass usepackage setlength parindent parskip emergencystretch
        allowdisplaybreaks begin end title author date maketitle section subsection textbf emph
        small par textless textgreater textbar textbackslash textasciitilde textasciicircum dots
        alpha beta gamma delta epsilon zeta eta kappa lambda mu pi rho sigma phi chi Gamma Delta
        nabla infty sum prod sqrt frac tfrac text mathrm mathbb left right lVert rVert Vert lvert
        rvert langle rangle le ge ne not to in cdot cdots times ast Rightarrow sup max min cos sin
        log quad mid tau xi exp"""
    used = set(re.findall(r"\\([A-Za-z]+)", tex))
    assert used <= set(known.split())


def test_mathematics_stays_in_mathematics(tex):
    text = re.sub(r"\\\(.*?\\\)|\\\[.*?\\\]", "", tex, flags=re.DOTALL)
    body = text.partition(r"\maketitle")[2]
    assert not re.search(r"(?<!\\)[_^]|\\(?:frac|le|ge|alpha|mathbb)\b", body)


def test_displays_of_the_markdown_are_balanced(markdown):
    assert markdown.count("```math\n") * 2 == markdown.count("```")
    displays = re.findall(r"```math\n(.*?)\n```", markdown, re.DOTALL)
    inline = re.findall(r"\$`(.*?)`\$", markdown)
    assert displays
    assert all(map(balanced, [*displays, *inline]))
    rest = re.sub(r"```math.*?```|\$`.*?`\$", "", markdown, flags=re.DOTALL)
    assert "$" not in rest
    assert "`" not in rest


def test_no_line_of_a_display_runs_off_the_page(texts):
    """Lines are cut at signs outside brackets; what is left is longer only inside one bracket."""
    for display in re.findall(r"```math\n(.*?)\n```", texts["corrected.md"], re.DOTALL):
        assert len(re.sub(r"\\[A-Za-z]+", "x", display).splitlines()[0]) < 230


@pytest.mark.parametrize(
    ("plain", "pictured"),
    [
        ("δ_c(i*) ≥ 1", r"\delta_{c}(i_{\ast}) \ge 1"),
        ("‖x_{t+1}‖² − D", r"\Vert x_{t+1}\Vert^{2} - D"),
        ("√(2(m-2)) + √m", r"\sqrt{2(m-2)} + \sqrt{m}"),
        ("φ′(‖x_t‖²)", r"\phi'(\Vert x_{t}\Vert^{2})"),
        ("|V_1|^{r_1}", r"|V_{1}|^{r_{1}}"),
        ("u_∞ > 0", r"u_{\infty} > 0"),
    ],
)
def test_plain_mathematics_becomes_latex(plain, pictured):
    assert mathematics(plain) == pictured


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Where i wins, Krum is V_i.", ["V_{i}"]),
        ("See (1-3a) and Cauchy–Schwarz; it is well-known.", []),
        ("With n > 2f + 2 it holds.", ["n > 2f + 2"]),
        ("of ⟨x_t, E K_t⟩ is", [r"\langle x_{t}, \mathbb{E} K_{t}\rangle"]),
        ("(α, f)-Byzantine resilience", [r"(\alpha, f)"]),
        ("bounded by sin α|∇Q|, say", [r"\sin \alpha|\nabla Q|"]),
        ("as $x \\le 1$ says", [r"x \le 1"]),
    ],
)  # fmt: skip
def test_mathematics_is_found_in_prose(sentence, found):
    assert [piece for is_math, piece in pieces(sentence) if is_math] == found
    assert "".join(p for m, p in pieces(sentence) if not m).count("$") == 0


def test_long_formulas_are_cut_outside_brackets_only():
    formula = (
        " + ".join(rf"\left({letter} + 1\right)^2" for letter in "abcdefghijklmnop") + r" \le 1"
    )
    lines = broken(formula)
    assert len(lines) > 1
    assert all(map(balanced, lines))
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", formula)


# -- the lessons


def said(text, *numbers):
    """The text gives these numbers, as it prints them."""
    for number in numbers:
        sign = "-" if number < 0 else ""
        whole = number.denominator == 1
        size = abs(number)
        shown = str(size) if whole else rf"\frac{{{size.numerator}}}{{{size.denominator}}}"
        assert sign + shown in text, number


def phi(y, horizon):
    return max(y - horizon, 0) ** 2


def test_every_formula_of_the_lessons_can_be_shown():
    for question in QUESTIONS_2:
        assert question.text.count("$") % 2 == 0
        for formula in re.findall(r"\$([^$]+)\$", question.text):
            latex_to_mathml(formula)


def test_the_lessons_cite_claims_that_exist(judgements):
    known = {j.id: j.verdict for j in judgements}
    for question in QUESTIONS_2:
        assert set(question.answers) <= known.keys()
        cited = re.findall(r"\(([\w:-]+(?:, [\w:-]+)*)\)", re.sub(r"\$[^$]+\$", "", question.text))
        names = {n for group in cited for n in group.split(", ") if "-" in n or n in known}
        steps = {step.equation for step in DOCUMENT.steps} | {"2-10"}
        assert names <= known.keys() | steps
        for name in names & set(question.answers):
            assert known[name].startswith("PROVED") or name in ("2-4", "2-9", "2-11b")


def test_one_step_agrees_on_both_sides():
    x, k, gamma, horizon = F(2), F(1), F(1, 2), 1
    a, b = x**2, (x - gamma * k) ** 2
    slope = 2 * (a - horizon)
    first, second, square = -2 * gamma * x * k * slope, gamma**2 * k**2 * slope, (b - a) ** 2
    assert phi(b, horizon) - phi(a, horizon) == first + second + square
    said(PHI, a, b, slope, phi(b, horizon), phi(b, horizon) - phi(a, horizon))
    said(PHI, first, second, square)


def test_without_its_factor_the_line_is_false():
    gamma = F(1, 8)
    rest = [0, 4 * gamma**2, 4 * gamma**3, gamma**4]
    printed = -2 * gamma + sum(rest)
    assert printed < 0 <= sum(rest)
    said(PHI, -2 * gamma, *map(F, rest), printed, sum(rest))


def test_the_four_terms_and_their_bound():
    s, m, gamma, horizon = F(2), 1, F(1, 2), 1
    slope = 2 * (s**2 - horizon)
    terms = [
        gamma**2 * m * (1 + s**2) * slope,
        4 * gamma**2 * s**2 * m * (1 + s**2),
        4 * gamma**3 * s * m * (1 + s**3),
        gamma**4 * m * (1 + s**4),
    ]
    bound = gamma**2 * m * (9 + 5 * gamma + gamma**2) * (1 + s**4)
    assert sum(terms) < bound
    said(PHI, *terms, sum(terms), bound)
    u = phi(s**2, horizon)
    assert u == 9
    assert 1 + s**4 == 17 <= (2 + 2 * horizon**2) * (1 + u) == 40


def test_the_inequalities_of_the_three_steps():
    for s in (F(k, 7) for k in range(60)):
        assert s**2 + s**4 <= F(3, 2) * (1 + s**4)
        assert s <= (3 + s**4) / 4
        assert 4 * (s + s**4) <= 5 * (1 + s**4)


def test_debts_and_weights():
    factors = [1 + F(1, t) ** 2 for t in (1, 2, 3)]
    u, mu = [F(1)], [F(1)]
    for t, factor in enumerate(factors, 1):
        u.append(factor * u[-1] + F(1, t) ** 2)
        mu.append(mu[-1] / factor)
    old = [x * y for x, y in zip(u, mu, strict=True)]
    rises = [b - a for a, b in pairwise(old)]
    assert rises == [F(1, t) ** 2 * mu[t] for t in (1, 2, 3)]
    assert sum(rises) == mu[0] - mu[-1] == F(16, 25)
    said(AUXILIARY, *factors, *u, *mu, *old, *rises, sum(rises))


def test_the_printed_weight_grows():
    gamma, u, following = F(1, 2), F(1), F(3, 2)
    assert following == (1 + gamma**2) * u + gamma**2
    printed, repaired = 1 / (1 - gamma**2), 1 / (1 + gamma**2)
    assert printed * following - u == 1 > gamma**2
    assert repaired * following - u == gamma**2 * repaired == F(1, 5)
    assert 1 / (1 - F(1) * 2) == -1
    said(AUXILIARY, printed, repaired, F(1, 5))


def test_limits_of_the_weights():
    product = math.prod(1 + F(1, t) ** 2 for t in range(1, 200))
    assert product < math.exp(math.pi**2 / 6) < 5.2
    assert F(5, 26) == 1 / F("5.2")
    debts = list(accumulate(range(3), lambda u, _: 2 * u + 1, initial=1))
    assert debts == [1, 3, 7, 15]
    old = [F(u, 2**t) for t, u in enumerate(debts)]
    assert old == [1, F(3, 2), F(7, 4), F(15, 8)]
    assert [2 - x for x in old] == [F(1, 2**t) for t in range(4)]


def test_expected_rises():
    first, second = (F(1), F(-1, 2)), (F(1, 2), F(-1))
    assert sum(first) / 2 == F(1, 4)
    assert sum(second) / 2 == F(-1, 4)
    assert [sum(max(x, 0) for x in moves) / 2 for moves in (first, second)] == [F(1, 2), F(1, 4)]
    path = [1, F(3, 2), 1, F(5, 4), 1, F(9, 8), 1]
    assert [b - a for a, b in pairwise(path)][::2] == [F(1, 2), F(1, 4), F(1, 8)]
    a, b, total = 1, 2, F(1, 2)
    assert (a + total) / (b - a) == F(3, 2)


def test_payments():
    u, loans, payments = F(1), [F(1, 4), F(1, 9)], [F(1, 2), F(1, 2)]
    path = [u]
    for loan, payment in zip(loans, payments, strict=True):
        path.append(path[-1] + loan - payment)
    assert path[1:] == [F(3, 4), F(13, 36)]
    assert sum(loans) == F(13, 36)
    assert sum(payments) <= u + sum(loans)


def test_the_pull_beyond_the_horizon():
    sin_a, cos_a, sin_b, cos_b = F(3, 5), F(4, 5), F(5, 13), F(12, 13)
    assert sin_a**2 + cos_a**2 == sin_b**2 + cos_b**2 == 1
    cosine = cos_a * cos_b - sin_a * sin_b
    pull = 2 * F(1, 2) * (1 - sin_a) * cosine
    assert (cosine, pull) == (F(33, 65), F(66, 325))
    said(AUXILIARY, cos_a * cos_b, cosine, pull)
    assert sin_a * sin_b == F(15, 65)
    sums = list(accumulate(F(1, t) for t in range(1, 65)))
    assert (sums[1], sums[3]) == (F(3, 2), F(25, 12))
    assert all(sums[2 * t - 1] - sums[t - 1] >= F(1, 2) for t in (1, 2, 4, 8, 16, 32))
