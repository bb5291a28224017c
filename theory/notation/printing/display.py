r"""The notes' own displays, LaTeX as they quote it, as MathML.

`latex2mathml` does the reading. It passes on what it does not know, draws norms as loose bars, has
no rows, forgets the limits of sums between fences, and lets & and missing arguments through. So
the source is put in order before, and the result is checked after: what cannot be shown is refused
with the piece that is to blame.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree

from theory.notation.printing.mathml import NAMESPACE

REPLACED = [
    (r"\\tag\*?\s*\{[^{}]*\}", ""),
    (r"\\(?:label\s*\{[^{}]*\}|nonumber\b|notag\b)", ""),
    (r"\\\\\s*\[[\d.]+[a-z]{2}\]", r"\\\\"),
    (r"\\rarr(?![A-Za-z])", r"\\rightarrow "),
    (r"\\exist(?![A-Za-z])", r"\\exists "),
    # One shape of phi: that of the formulas that are printed from their terms.
    (r"\\phi(?![A-Za-z])", r"\\varphi "),
    (r"\\xrightarrow\s*\{([^{}]*)\}", r"\\overset{\1}{\\longrightarrow}"),
    (r"(?:·\s*){3}|⋯", r"\\cdots "),
    (r"·", r"\\cdot "),
    (r":=", "≔"),
    (r"\\(sin|cos|tan|exp|log|ln)(?![A-Za-z])\s*(?=[\\A-Za-z])", r"\\\1\\,"),
    (r"\.\.\.|…", r"\\dots "),
    (r"\\[lr]?Vert(?![A-Za-z])|\\\|", "||"),
    # A number before letters that happen to spell a unit, as in 2mm, is not a length.
    (r"(?<![\d.^_])(\d+)\s*(?=in|mm|cm|pt|em|ex|pc|bp|dd|cc|sp|mu)", r"{\1}"),
]  # fmt: skip
"""What the notes write, and how latex2mathml reads it."""

ENVIRONMENTS = {"cases", "matrix", "pmatrix", "bmatrix", "vmatrix", "Vmatrix"}
ROWS = r"\s*\\begin\{(aligned|align\*?|split|gathered|gather\*?)\}(.*)\\end\{\1\}\s*"
CHILDREN = {
    "mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3,
    "mroot": 2,
}  # fmt: skip
"""How many children an element must have."""

ELEMENTS = {
    *CHILDREN, "mrow", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd",
    "mstyle",
}  # fmt: skip
ATTRIBUTES = {
    "stretchy", "fence", "form", "separator", "width", "columnalign", "mathvariant", "accent",
    "linethickness", "displaystyle", "scriptlevel", "minsize", "maxsize", "movablelimits",
}  # fmt: skip
"""All that may come out: nothing that links, styles or runs."""

FORBIDDEN = {"\\newcommand", "\\renewcommand", "\\def", "\\let", "\\verb"}
CONTINUES = r"\s*(?:[-+=<>]|\\(?:le|ge|leq|geq|lt|gt|ne|pm|cdot|times|rightarrow|to)(?![A-Za-z]))"
OPERATORS = {"′": "′", "⟶": "⟶", "~": "∼", "≔": ":="}
"""Operators that latex2mathml takes for letters."""

LARGE = ("∑", "∏", "lim", "sup", "inf", "max", "min")
TALL = {"mfrac", "munder", "munderover", "mtable"}
CLOSING = ")]}⟩‖|!…⋯"

LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
"""Where the limits of a sum belong; inside fences latex2mathml sets them at its side."""

VARIANTS = {
    "double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "bold": "BOLD", "fraktur": "FRAKTUR",
    "bold-italic": "BOLD ITALIC", "sans-serif": "SANS-SERIF", "monospace": "MONOSPACE",
}  # fmt: skip
"""Alphabets that browsers take from Unicode alone."""


def latex_to_mathml(source: str, *, display: bool = True) -> str:
    r"""A display in LaTeX as a `math` element, one table row for each line of the display.

    Raises ValueError with the offending piece for what cannot be shown as it is meant.

    >>> print(latex_to_mathml(r"\mathbb E V_i \tag{1}")[len("<math xmlns=''") + len(NAMESPACE) :])
     display="block"><mrow><mi>𝔼</mi><msub><mi>V</mi><mi>i</mi></msub></mrow></math>
    >>> latex_to_mathml(r"x \foo y")
    Traceback (most recent call last):
    ...
    ValueError: cannot show '\\foo' in: x \foo y
    """
    rows = [row for row in _rows(_normalised(source)) if row.strip()]
    if not rows:
        raise ValueError(f"there is no mathematics in {source!r}")
    elements = [_element(_paired_norms(row)) for row in rows]
    mode = "block" if display else "inline"
    math = ElementTree.Element("math", {"xmlns": NAMESPACE, "display": mode})
    if len(rows) == 1:
        math.append(elements[0])
        return ElementTree.tostring(math, encoding="unicode")
    table = ElementTree.SubElement(math, "mtable", {"displaystyle": "true"})
    for position, (row, element) in enumerate(zip(rows, elements, strict=True)):
        cell = ElementTree.SubElement(ElementTree.SubElement(table, "mtr"), "mtd", _LEFT)
        if position and re.match(CONTINUES, row):
            ElementTree.SubElement(cell, "mspace", {"width": "2em"})
        cell.append(element)
    return ElementTree.tostring(math, encoding="unicode")


_LEFT = {"columnalign": "left"}


def _normalised(source: str) -> str:
    """The source in the macros that latex2mathml knows; text in braces is left alone."""
    pieces = re.split(r"(\\text\s*\{[^{}]*\})", source)
    for position, piece in enumerate(pieces):
        if position % 2:
            pieces[position] = re.sub("[&<>]", lambda m: f"&#{ord(m[0])};", piece)
            continue
        for pattern, replacement in REPLACED:
            piece = re.sub(pattern, replacement, piece)
        pieces[position] = piece
    return "".join(pieces)


def _tokens(source: str) -> Iterator[re.Match[str]]:
    return re.finditer(
        r"\\(?:begin|end)\s*\{(?P<environment>[^{}]*)\}|\\text\s*\{[^{}]*\}|\\[A-Za-z]+|\\.|\|\||.",
        source,
        re.DOTALL,
    )


def _rows(source: str) -> list[str]:
    r"""The lines of a display: split at \\ outside braces and environments."""
    outer = re.fullmatch(ROWS, source, re.DOTALL)
    if outer:
        source = re.sub(r"(?<!\\)&", " ", outer[2])
    rows, open_groups = [""], list[str]()
    for match in _tokens(source):
        token, environment = match[0], match["environment"]
        if token in FORBIDDEN or (environment and environment not in ENVIRONMENTS):
            raise _refusal(token, source)
        if token == "{" or token.startswith(r"\begin"):
            open_groups.append(environment or "{")
        elif token == "}" or token.startswith(r"\end"):
            if not open_groups or open_groups.pop() != (environment or "{"):
                raise _refusal(token, source)
        elif (token == "&" and not open_groups) or token in ("$", "#", "%"):
            raise _refusal(token, source)
        if token == r"\\" and not open_groups:
            rows.append("")
        else:
            rows[-1] += token
    if open_groups:
        raise ValueError(f"{open_groups[-1]!r} is never closed in: {_short(source)}")
    return rows


def _paired_norms(row: str) -> str:
    """The row with || turned into opening and closing bars, by turns within each pair of braces."""
    text, opened = "", [0]
    for match in _tokens(row):
        token = match[0]
        if token == "{":
            opened.append(0)
        elif token == "}" and opened.pop() % 2:
            raise ValueError(f"a norm '||' is not closed in: {_short(row)}")
        elif token == "||":
            opened[-1] += 1
            token = r"\left\|" if opened[-1] % 2 else r"\right\|"
        text += token
    if opened[-1] % 2:
        raise ValueError(f"a norm '||' is not closed in: {_short(row)}")
    return text


def _element(row: str) -> ElementTree.Element:
    """One line as an element, checked."""
    from latex2mathml.converter import convert

    try:
        math = ElementTree.fromstring(re.sub(r' xmlns="[^"]*"', "", convert(row, display="block")))
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise ValueError(f"cannot show ({reason}): {_short(row)}") from error
    inside = math[0] if len(math) == 1 else math
    inside.tag = "mrow" if inside.tag == "math" else inside.tag
    if not len(inside) and not inside.text:
        raise ValueError(f"nothing to show in: {_short(row)}")
    for element in list(inside.iter()):
        _check(element, row)
        _modernise(element)
    return inside


def _check(element: ElementTree.Element, row: str) -> None:
    text = element.text or ""
    unread = re.search(r"\\[A-Za-z]*", text) or re.fullmatch("[{}#$&%^_]", text)
    if unread and (element.tag == "mi" or "\\" in text):
        raise _refusal(unread[0], row)
    if element.tag not in ELEMENTS or not set(element.attrib) <= ATTRIBUTES:
        raise _refusal(" ".join([element.tag, *element.attrib]), row)
    if len(element) != CHILDREN.get(element.tag, len(element)):
        raise ValueError(f"{element.tag} with {len(element)} arguments in: {_short(row)}")


def _modernise(element: ElementTree.Element) -> None:
    """What latex2mathml leaves to older browsers, or takes for something else."""
    _set_row(element)
    _set_letter(element)
    if element.tag in LIMITS and element[0].text in LARGE:
        element.tag = LIMITS[element.tag]
    if element.get("width") == "negativethinmathspace":
        element.set("width", "-0.167em")


def _set_row(element: ElementTree.Element) -> None:
    """Upright letters become one word; low norms do not grow; a minus after a sign is a prefix."""
    upright = [c.text or "" for c in element if c.get("mathvariant") == "normal"]
    if element.tag == "mrow" and len(upright) == len(element) > 1:
        element[:] = []
        element.tag, element.text = "mi", "".join(upright)
    if len(element) and element[0].text == "‖" and not any(c.tag in TALL for c in element.iter()):
        for fence in (element[0], element[-1]):
            fence.set("stretchy", "false")
    for before, sign in pairwise(element):
        after_sign = before.tag == "mo" and (before.text or "") not in CLOSING
        if after_sign and sign.tag == "mo" and sign.text in ("−", "+"):
            sign.set("form", "prefix")


def _set_letter(element: ElementTree.Element) -> None:
    """Operators and letters change places where they were mistaken; alphabets are Unicode's."""
    text = element.text or ""
    if element.tag == "mo" and text == "∞":
        element.tag = "mi"
    if element.tag == "mi" and text in OPERATORS:
        element.tag, element.text = "mo", OPERATORS[text]
    alphabet = VARIANTS.get(element.get("mathvariant", ""))
    if not (alphabet and re.fullmatch("[A-Za-z]", text)):
        return
    letter = f"{alphabet} {'CAPITAL' if text.isupper() else 'SMALL'} {text.upper()}"
    for name in (f"MATHEMATICAL {letter}", letter):
        try:
            element.text = unicodedata.lookup(name)
        except KeyError:
            continue
        del element.attrib["mathvariant"]
        return


def _refusal(piece: str, source: str) -> ValueError:
    return ValueError(f"cannot show {piece!r} in: {_short(source)}")


def _short(source: str) -> str:
    """The source in one line of a message."""
    line = " ".join(source.split())
    return line if len(line) <= 200 else f"{line[:200]} ..."
