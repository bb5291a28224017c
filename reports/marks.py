"""A verdict as a mark: a shape and a word, so that colour is never all that tells them apart."""

from __future__ import annotations

from dataclasses import dataclass

from theory.judge import NO_WITNESS


@dataclass(frozen=True)
class Mark:
    """How a verdict looks: a sign for text, a shape for figures, and the name of its colour."""

    sign: str
    shape: str
    name: str
    terminal: str
    means: str


MARKS = {
    "PROVED": Mark("●", "circle", "proved", "green", "for all parameters in the stated scope"),
    "PROVED FROM": Mark(
        "◐", "half", "cited", "cyan", "the same, resting on the cited theorems that it names"
    ),
    "PROVED, NO WITNESS": Mark(
        "◌",
        "dotted",
        "unwitnessed",
        "yellow",
        "proved, but no model is known on which its hypotheses hold together: it may say nothing",
    ),
    "REFUTED": Mark("◆", "diamond", "refuted", "red", "false as stated: an exact counterexample"),
    "ILL-TYPED": Mark(
        "▲", "triangle", "illtyped", "magenta", "the sentence does not denote; the reason is given"
    ),
    "VACUOUS": Mark("○", "ring", "vacuous", "magenta", "its hypotheses cannot hold together"),
    "UNDECIDED": Mark("■", "square", "undecided", "yellow", "neither proved nor refuted here"),
}
"""Every verdict; PROVED FROM is followed by what it rests on."""


def mark(verdict: str) -> Mark:
    """The mark of a verdict."""
    return MARKS[kind(verdict)]


def kind(verdict: str) -> str:
    """A verdict without the names of what it is proved from.

    >>> kind("PROVED FROM Taylor"), kind("PROVED FROM Taylor, NO WITNESS")
    ('PROVED FROM', 'PROVED, NO WITNESS')
    """
    if verdict.endswith(NO_WITNESS):
        return f"PROVED{NO_WITNESS}"
    return "PROVED FROM" if verdict.startswith("PROVED FROM") else verdict


def tally(verdicts: list[str]) -> dict[str, int]:
    """How often each verdict occurs, in the order of `MARKS`, those that do not occur left out.

    >>> tally(["REFUTED", "PROVED", "PROVED"])
    {'PROVED': 2, 'REFUTED': 1}
    """
    words = list(map(kind, verdicts))
    return {word: words.count(word) for word in MARKS if word in words}


def in_words(x: object) -> str:
    """What is said of a formula that has no picture."""
    name = getattr(x, "name", type(x).__name__)
    return f"the cited theorem {name.replace('_', '-')}"
