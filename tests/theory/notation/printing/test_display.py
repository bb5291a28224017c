r"""The notes' displays, quoted as mathematics, become MathML or are refused; never half of each."""

import re
from xml.etree import ElementTree

import pytest

from theory.notation.printing.display import latex_to_mathml

DISPLAYS = {
    "eta": r"""
\eta(n,f):=\sqrt{2(n-f+\frac{f·(n-f-2)+f^2·(n-f-1)}{n-2f-2})}=\begin{cases} O(n) \enspace
\text{if} \enspace f=O(n)\\O(\sqrt{n})\enspace \text{if} f=O(1) \enspace \end{cases}
""",
    "sin": r"\sin \alpha=\frac{\eta(n,f)·\sqrt d · \sigma}{||g||}",
    "1-1": r"""
\delta_c(i)+\delta_b(i)=n-f-2 \\
n-2f-2 \le \delta_c(i) \le n-f-2 \\
\delta_b(i) \le f
\tag{1-1}
""",
    "1-2": r"""
||\mathbb EKrum-g||^2 \le ||\mathbb E (Krum-\frac{1}{\delta_c(i_*)}\sum_{i_* \rarr correct \: j}
V_j)||^2
\\
\le \mathbb E||Krum-\frac{1}{\delta_c(i_*)}\sum_{i_* \rarr correct \: j}V_j||^2 \quad
\text{(Jensen inequality)} \\
\le \sum_{correct \: j} \mathbb E ||V_i - \frac{1}{\delta_c(i)}\sum_{i \rarr correct \: j}V_j||^2
\mathbb I(i_*=i)
\\
+ \sum_{byz \: k} \mathbb E ||B_k - \frac{1}{\delta_c(k)}\sum_{k \rarr correct \: j}V_j||^2
\mathbb I(i_*=k)
\tag{1-2}
""",
    "1-7": r"""
\mathbb E||B_k-\frac{1}{\delta_c(k)}\sum_{k \rarr correct \: j}V_j||^2 \le
\frac{\delta_c(i)}{\delta_c(k)}·2d\sigma^2+\frac{\delta_b(i)}{\delta_c(k)}
\sum_{correct \: j \ne i} \mathbb E||V_i-V_j||^2 \mathbb I(\zeta(i)=j) \\
\le (\frac{\delta_c(i)}{\delta_c(k)}+\frac{\delta_b(i)}{\delta_c(k)}(n-f-1))·2d\sigma^2 \\
\le (\frac{n-f-2}{n-2f-2}+\frac{f}{n-2f-2}·(n-f-1))·2d\sigma^2
\tag{1-7}
""",
    "1-11": r"""
||B_k|| \le C·\sum_{correct \: j}||V_j|| \\
||B_k||^r \le C·\sum_{r_1 + ... + r_{n-f}=r}||V_1||^{r_1}···||V_{n-f}||^{r_{n-f}}
\tag{1-11}
""",
    "phi": r"""
\phi (a)=\begin{cases} \qquad 0 \qquad \text{if} \: a<D \\ (a-D)^2 \quad \text{otherwise}
\end{cases}
""",
    "2-2": r"\phi(a)-\phi(b)\le (b-a)\phi'(a)+(b-a)^2 \tag{2-2}",
    "2-8": r"""
\mu_t=\prod_{i=1}^{t} \frac{1}{1-\gamma_i^2B} \xrightarrow{t \to \infty} \mu_{\infty} \\
u'_t=\mu_tu_t
\tag{2-8}
""",
    "2-14": r"""
|h_{t+1}-h_t+2\gamma_t \langle Krum_t,\nabla Q(x_t) \rangle| \le \gamma_t^2 ||Krum_t||^2 K_1
""",
    "assumption": r"""\exist \: 0\le \alpha \le \pi/2, \eta(n,f)·\sqrt d · \sigma (x) \le
||\nabla Q(x)|| · \sin \alpha """,
    "rows": r"\begin{aligned} a &\le b \\[2pt] &= c \nonumber \end{aligned}",
}
ROWS = {"1-1": 3, "1-2": 4, "1-7": 3, "1-11": 2, "2-8": 2, "rows": 2}


def shown(source):
    """The element, without its name space."""
    return ElementTree.fromstring(latex_to_mathml(source).replace(" xmlns=", " data-xmlns="))


def spelled(source):
    return "".join(shown(source).itertext())


@pytest.mark.parametrize("name", DISPLAYS)
def test_displays_of_the_notes(name):
    source = DISPLAYS[name]
    written, math = latex_to_mathml(source), shown(source)
    assert "\\" not in written
    assert "||" not in written
    assert "-" not in "".join(math.itertext()), "tags are gone, and minus signs are not hyphens"
    assert len(math.findall("mtable/mtr")) == ROWS.get(name, 0)
    dots = [e.tag for e in math.iter() if e.text == "·"]
    assert dots == ["mo"] * source.replace("···", "").count("·")


def test_norms_are_pairs_of_fences():
    fences = [e for e in shown(DISPLAYS["1-2"]).iter("mo") if e.text == "‖"]
    assert [e.get("form") for e in fences] == ["prefix", "postfix"] * 5
    assert spelled(r"||x_t||||Krum||^3 + \lVert a\rVert\|b\|") == "‖xt‖‖Krum‖3+‖a‖‖b‖"


def test_rows_that_continue_are_set_in():
    rows = shown(DISPLAYS["1-7"]).findall("mtable/mtr/mtd")
    assert [row[0].tag for row in rows] == ["mrow", "mspace", "mspace"]


def test_limits_stand_below_inside_fences_too():
    assert [e.tag for e in shown(r"||\sum_{i} x_i||").iter() if e.tag.startswith("mu")] == [
        "munder"
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\mathbb E G \rarr \mathcal F \mathbf x \mathbb{R}", "𝔼G→ℱ𝐱ℝ"),
        (r"\mathrm{Krum} \sim G", "Krum∼G"),
        (r"V_1···V_n · a · b", "V1⋯Vn·a·b"),
        (r"2mm + 3 in", "2mm+3in"),
        (r"\text{if a<b & c}", "if a<b & c".replace(" ", "\N{NO-BREAK SPACE}")),
        (r"\{x\} := y", "{x}:=y"),
    ],
)
def test_small_pieces(source, text):
    assert spelled(source) == text


def test_inline():
    assert shown("x").get("display") == "block"
    assert ElementTree.fromstring(latex_to_mathml("x", display=False)).get("display") == "inline"


@pytest.mark.parametrize(
    ("source", "piece"),
    [
        (r"x + \foo y", r"\foo"),
        (r"\text{see \ref x}", r"\ref"),
        (r"\begin{tikzpicture}a\end{tikzpicture}", r"\begin{tikzpicture}"),
        (r"\begin{cases}a", "'cases' is never closed"),
        (r"\end{cases}", r"\end{cases}"),
        (r"\frac{1}", "mfrac with 1 arguments"),
        (r"\sqrt", r"\sqrt"),
        (r"x^", "x^"),
        (r"x_i_j", "x_i_j"),
        (r"\left( a", r"\left( a"),
        ("{a", "'{' is never closed"),
        ("a}", "'}'"),
        ("||x", "norm"),
        ("{||x}||", "norm"),
        ("a & b", "'&'"),
        ("$x$", "'$'"),
        ("50 % of n", "'%'"),
        ("x#y", "'#'"),
        ("a\\", "\\"),
        ("a\x00b", "a\x00b"),
        ("", "no mathematics"),
        (r"\\", "no mathematics"),
        (r"\newcommand{\a}{\a\a}\a", r"\newcommand"),
        (r"\href{javascript:x}{y}", "href"),
        (r"\style{position:fixed}{x}", "style"),
        (r"\color{red} x", "color"),
        ("{" * 5000 + "x" + "}" * 5000, "{{{"),
    ],
)
def test_refused_with_the_piece(source, piece):
    with pytest.raises(ValueError, match=re.escape(piece)):
        latex_to_mathml(source)


def test_markup_in_a_quote_stays_text():
    written = latex_to_mathml(r"\text{<script>alert(1)</script>} <script>")
    assert "<script" not in written
    ElementTree.fromstring(written)
