"""Mathematics and prose as HTML: printed terms, the text's own displays, and $...$ inside prose."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup, escape

from reports.marks import in_words
from theory.kernel.terms import Formula, Statement, Term
from theory.notation.language import Language
from theory.notation.printing import Printer

Printable = Term | Formula | Statement
WIDE, LONG = 26, 110
"""A formula of so many signs may not fit a phone; one of so many not a page."""


def signs(formula: Markup) -> int:
    """The number of signs of a formula that are seen."""
    return len(re.sub(r"<[^>]*>|[\s\u2061-\u2064]", "", formula))


def reachable(formula: Markup, label: str) -> Markup:
    """The attributes of a box of this formula: if it may scroll, keys reach it, and it is named."""
    if signs(formula) < WIDE:
        return Markup('class="formula"')
    kind = "formula long" if signs(formula) >= LONG else "formula"
    return Markup('class="{}" tabindex="0" role="region" aria-label="{}"').format(kind, label)


def _within(formula: Markup) -> Markup:
    """A formula inside a line: a wide one scrolls by itself."""
    if signs(formula) < WIDE:
        return formula
    return Markup(
        '<span class="within" tabindex="0" role="region" aria-label="formula">{}</span>'
    ).format(formula)


class Mathematics:
    """Prints for one document; `links` gives the page's anchor of each name that prose may cite."""

    def __init__(self, language: Language, links: Mapping[str, str] | None = None) -> None:
        self.printer = Printer(language)
        self.links = dict(links or {})

    def block(self, x: Printable) -> Markup:
        """A term or statement on a line of its own."""
        return self._printed(x, display=True)

    def inline(self, x: Printable) -> Markup:
        """A term or statement inside a line of text."""
        return _within(self._printed(x, display=False))

    def _printed(self, x: Printable, *, display: bool) -> Markup:
        try:
            return Markup(self.printer.mathml(x, display=display))
        except TypeError:  # a formula without a picture, such as a cited theorem
            return Markup("<span>{}</span>").format(in_words(x))

    def latex(self, x: Printable) -> str:
        """A term or statement in LaTeX."""
        try:
            return self.printer.latex(x)
        except TypeError:
            return rf"\text{{{in_words(x)}}}"

    def display(self, source: str) -> Markup:
        """A display of the text; what cannot be converted is shown as it is written."""
        from theory.notation.printing.display import latex_to_mathml

        try:
            return Markup(latex_to_mathml(source))
        except ValueError:
            return Markup('<pre class="latex">{}</pre>').format(source)

    def prose(self, text: str) -> Markup:
        """Paragraphs and numbered lists; see `line` for what stands inside."""
        paragraphs = [p for p in re.split(r"\n\s*\n", text.strip()) if p.strip()]
        out, listed = Markup(""), False
        for paragraph in paragraphs:
            numbered = re.match(r"\s*\d+\.\s+", paragraph)
            if bool(numbered) != listed:
                listed = not listed
                out += Markup("<ol>" if listed else "</ol>")
            body = self.line(paragraph[numbered.end() :] if numbered else paragraph)
            out += Markup("<li>{}</li>" if numbered else "<p>{}</p>").format(body)
        return out + Markup("</ol>" if listed else "")

    def line(self, text: str) -> Markup:
        """One line of prose: $...$ mathematics, **...** bold, `...` code, (1-3a) a link."""
        out = Markup("")
        for number, piece in enumerate(re.split(r"\$([^$]+)\$", text)):
            out += self._formula(piece) if number % 2 else self._plain(piece)
        # Bold may reach over a formula, so it is set last.
        return Markup(re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(out), flags=re.DOTALL))

    def _formula(self, source: str) -> Markup:
        from theory.notation.printing.display import latex_to_mathml

        try:
            made = latex_to_mathml(source).replace('display="block"', 'display="inline"', 1)
            return _within(Markup(made))
        except ValueError:
            return Markup("<code>{}</code>").format(source)

    def _plain(self, text: str) -> Markup:
        def link(match: re.Match[str]) -> str:
            names = match[1].split(", ")
            linked = [
                f'<a href="#{self.links[n]}">{n}</a>' if n in self.links else n for n in names
            ]
            return f"({', '.join(linked)})"

        return Markup(re.sub(r"\(([\w:-]+(?:, [\w:-]+)*)\)", link, str(_typeset(text))))


ABOVE = r"((?<![A-Za-z0-9_α-ω/])[A-Z][a-z]+|(?:(?<![A-Za-z0-9_α-ω/])|(?<=\d/))[A-Za-z]′?|[α-ωΣΠ]′?)"
"""What may have a subscript: a word with a capital, a letter, or a Greek one after whatever."""
BELOW = r"_(?:\{([^{}]{1,12})\}|([A-Za-zα-ω0-9*]{1,2}%s)(?![A-Za-z0-9_]))"
"""A subscript in plain text: in braces, or one or two signs; %s for an argument after them."""


def _typeset(text: str) -> Markup:
    """Prose with the signs of plain text as they are printed: x >= 0, V_i, 10^6.

    >>> print(_typeset("|V_i|^2 >= δ_c(i), u_{t+1}"))
    |<i>V</i><sub>i</sub>|<sup>2</sup> ≥ <i>δ</i><sub>c</sub>(i), <i>u</i><sub>t+1</sub>
    >>> print(_typeset("γ_tρ_t, 1/μ_t"))
    <i>γ</i><sub>t</sub><i>ρ</i><sub>t</sub>, 1/<i>μ</i><sub>t</sub>
    """
    safe = str(escape(text.replace(">=", "≥").replace("<=", "≤").replace("->", "→")))
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    safe = re.sub(r"\^\{?(\d+|[a-z](?!\w))\}?", r"<sup>\1</sup>", safe)

    def lowered(match: re.Match[str]) -> str:
        base = match[1]
        shown = base if len(base.rstrip("′")) > 1 or base in "ΣΠ" else f"<i>{base}</i>"
        return f"{shown}<sub>{match[2] or match[3]}</sub>"

    # Below a capital may stand a function with its argument; δ_c(i) is δ_c at i.
    safe = re.sub(r"(?<![\w/])([A-Z])" + BELOW % r"\([a-z]\)", lowered, safe)
    safe = re.sub(ABOVE + BELOW % "", lowered, safe)
    return Markup(safe)


def anchor(name: str, kind: str = "at") -> str:
    """The anchor of a reading; or of a "step", a "claim", an assumption ("assume").

    No two names have the same.

    >>> anchor("1-3a:repaired"), anchor("D > 0", "assume")
    ('at-1-3a:repaired', 'assume-D+.3e.+0')
    """

    def escaped(found: re.Match[str]) -> str:
        return "+" if found[0] == " " else f".{ord(found[0]):x}."

    return f"{kind}-" + re.sub(r"[^\w:-]", escaped, name)
