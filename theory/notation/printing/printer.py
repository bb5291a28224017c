"""The printer: any term, formula or statement of a language as LaTeX, MathML or plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from theory.kernel.terms import Formula, Statement, Term
from theory.notation.printing import latex, mathml, text
from theory.notation.printing.compose import Composer
from theory.notation.printing.statements import picture

if TYPE_CHECKING:
    from theory.notation.language import Language


class Printer:
    r"""Prints what is written in `language`, with its looks and adjectives.

    Every method takes a term, a formula or a statement, and raises TypeError for anything else.
    Symbols without a look are printed as they are spelled.

    >>> from theory.notation.language import Language, Look, squared, total
    >>> language = Language()
    >>> n = language.integer("n")
    >>> workers = language.index_set("C", n, "correct")
    >>> V = language.vector("V", workers, random=True)
    >>> near = language.indicator("near", workers, workers, look=Look("", pattern="{0} → {1}"))
    >>> i, j = workers.index("i"), workers.index("j")
    >>> claim = total(j, squared(V[i] - V[j]), where=near[i, j]) >= 0
    >>> printer = Printer(language)
    >>> print(printer.text(claim))
    ∑_{i → correct j} ‖V_i - V_j‖² ≥ 0
    >>> print(printer.latex(claim))
    \sum_{i \to \text{correct } j} \lVert V_i - V_j\rVert^2 \ge 0
    """

    def __init__(self, language: Language) -> None:
        self._composer = Composer(language)

    def latex(self, x: Term | Formula | Statement) -> str:
        """LaTeX for a `$$` display, without the dollars."""
        return latex.latex(picture(self._composer, x))

    def mathml(self, x: Term | Formula | Statement, *, display: bool = True) -> str:
        """A `math` element, for a display or inside a line of text."""
        return mathml.mathml(picture(self._composer, x), display=display)

    def text(self, x: Term | Formula | Statement) -> str:
        """One line of Unicode."""
        return text.text(picture(self._composer, x))
