"""Plain text with Unicode signs: which of its words are mathematics, and that as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from theory.notation.printing.latex import COMMANDS
from theory.notation.printing.symbols import GREEK

SIGNS = {
    **COMMANDS,
    "−": "-", "·": r"\cdot", "×": r"\times", "∞": r"\infty", "∇": r"\nabla", "≈": r"\approx",
    "|": "|", "↔": r"\leftrightarrow", "⋯": r"\cdots", "…": r"\dots", "∂": r"\partial",
    "±": r"\pm", "Σ": r"\sum", "∏": r"\prod", "∩": r"\cap", "∪": r"\cup", "∅": r"\emptyset",
    "%": r"\%", "#": r"\#", "&": r"\&", "$": r"\$", "{": r"\{", "}": r"\}", "½": r"\tfrac12",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "≪": r"\ll", "≫": r"\gg", "ℓ": r"\ell",
}  # fmt: skip
"""Mathematical characters as LaTeX."""

NAMES = {"cos", "sin", "tan", "log", "exp", "ln", "max", "min", "sup", "inf", "lim"}
MARKED = re.compile(r"[Α-ωϕϵ²³¹⁰⁴-⁹′√∞≠≤≥≈→⇒↔∑∏−·×‖⟨⟩∇∈∉±½𝔼<>=|^]|[A-Za-z]_|\b[a-z]\*")
SMALL = re.compile(
    r"[(\[]*(?:\d*[A-Za-z]|\d+(?:[./]\d+)?|\d*[a-z](?:[-+/](?:\d*[a-z]|\d+))+)[)\]]*"
    r"|(?:\d/)?(?:cos|sin)|[A-Za-z\d]?/?\(\d*[A-Za-z]?|\d*[A-Za-z]\([-+()\w]*\)"
)
LINEAR = re.compile(r"\(?\d*[a-zA-Z](?:[-+](?:\d*[a-zA-Z]|\d+))+\)?(?:/\(?\w[-+\w]*\)?)?")
OPERATORS = {"=", "≤", "≥", "<", ">", "≠", "≈", "−", "·", "×", "→", "⇒", "+", "/", "∈", "-",
             ">=", "<="}  # fmt: skip
BEFORE = r"(?:\d/)?(?:cos|sin)|\(?[B-HJ-Zb-z]"
"""Words that belong to the mathematics that follows them."""
OPENING, CLOSING = "([⟨", ")]⟩"
RAISED = {c: str(value) for value, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
TOKENS = re.compile(
    r"[_^](?:\{(?:[^{}]|\{[^{}]*\})*\}|\d+|[A-Za-zα-ω*∞])|[⁰¹²³⁴-⁹]+|[′']+|√|<=|>=|->|\.\.\.|[A-Za-z]+|[^\W_]|\s+|."
)


def mathematics(text: str) -> str:
    r"""Plain mathematics as LaTeX.

    >>> print(mathematics("E‖Krum_t‖² ≤ M(1+√D)"))
    \mathbb{E}\Vert\mathrm{Krum}_{t}\Vert^{2} \le M(1+\sqrt{D})
    """
    out, rest = "", text
    while rest:
        found = TOKENS.match(rest)
        assert found is not None
        token, rest = found[0], rest[found.end() :]
        if token == "√":
            inside, rest = _under_root(rest)
            piece = rf"\sqrt{{{mathematics(inside)}}}"
        elif token in ("E", "I") and rest[:1] in tuple("(‖[| ⟨") + (("K",) if token == "E" else ()):
            piece = rf"\mathbb{{{token}}}"
        else:
            piece = _token(token)
        if piece == rf"\mathrm{{{token}}}" and token.islower() and rest.startswith(" "):
            piece = rf"\text{{{token} }}"
        swallows = re.search(r"\\[A-Za-z]+$", out) and piece[:1].isalpha()
        out += (" " if swallows else "") + piece
    # A stroke is a superscript already: TeX joins it with one that follows at once.
    return re.sub(r"\s+", " ", out).strip()


def _token(token: str) -> str:
    if token[0] in "_^" and len(token) > 1:
        inside = token[1:].removeprefix("{").removesuffix("}")
        return f"{token[0]}{{{mathematics(inside)}}}"
    if token[0] in RAISED:
        return f"^{{{''.join(RAISED[c] for c in token)}}}"
    if token[0] in "′'":
        return "'" * len(token)
    if token in ("<=", ">=", "->", "..."):
        return {"<=": r"\le", ">=": r"\ge", "->": r"\to", "...": r"\dots"}[token]
    if token in GREEK:
        return f"\\{token}"
    if token in NAMES:
        return f"\\{token}"
    if re.fullmatch("E[a-z]", token):
        return rf"\mathbb{{E}}{token[1]}"
    if token.isascii() and token.isalpha():
        short = len(token) < 3 and token not in ("is", "of", "at", "to", "or", "in")
        return token if short else rf"\mathrm{{{token}}}"
    if token == "*":
        return r"_{\ast}"
    sign = SIGNS.get(token, token)
    return rf"\{token}" if token in "_^~\\" else sign


def _under_root(rest: str) -> tuple[str, str]:
    """What a root covers, without its brackets, and what follows."""
    if rest.startswith("("):
        depth = 0
        for place, c in enumerate(rest):
            depth += (c == "(") - (c == ")")
            if not depth:
                return rest[1:place], rest[place + 1 :]
    found = re.match(r"\d+|[^\W\d_](?:_\{[^{}]*\}|_\w)?", rest)
    return (found[0], rest[found.end() :]) if found else ("", rest)


@lru_cache(maxsize=10_000)
def pieces(text: str) -> tuple[tuple[bool, str], ...]:
    r"""Prose in pieces, and whether each is LaTeX mathematics: $...$, and words with such signs.

    >>> pieces("Here δ_c(i) ≥ 1.")
    ((False, 'Here '), (True, '\\delta_{c}(i) \\ge 1'), (False, '.'))
    """
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    for number, part in enumerate(re.split(r"\$([^$]+)\$", text)):
        if number % 2:
            yield True, part
        else:
            plain = re.sub(r"<(?=\w)([^<>=]*,[^<>=]*)>", r"⟨\1⟩", " ".join(part.split("\n")))
            yield from _plain_pieces(plain)


def _plain_pieces(text: str) -> Iterator[tuple[bool, str]]:
    words = re.split(r"( +)", text)
    place, prose = 0, ""
    while place < len(words):
        end = _end_of_group(words, place)
        if end == place:
            prose += words[place]
            place += 1
            continue
        before, core, after = _bare("".join(words[place:end]))
        if prose + before:
            yield False, prose + before
        yield True, mathematics(core)
        prose, place = after, end
    if prose:
        yield False, prose


def _end_of_group(words: Sequence[str], place: int) -> int:
    """Where the mathematics that starts here ends; `place` where none does."""

    def word(at: int) -> str:
        return words[at] if at < len(words) else ""

    def joins(at: int) -> bool:
        """Whether the word at `at` and the one before belong together."""
        return word(at) in OPERATORS or _is_mathematics(word(at))

    if not _is_mathematics(word(place)):
        following = word(place + 2)
        starts = SMALL.fullmatch(word(place)) and (
            (following in OPERATORS and _small(word(place + 4)))
            or (re.fullmatch(BEFORE, word(place)) and _is_mathematics(following))
            or (word(place) == "E" and re.match("[A-Z]", following))
        )
        if not starts:
            return place
    end = place + 1
    while word(end + 1):
        group = "".join(words[place:end])
        is_open = _depth(group) > 0
        last, following = word(end - 1), word(end + 1)
        closed_by_mark = bool(re.search(r"[.,;:!?”]$", last)) and not is_open
        after_operator = last in OPERATORS and _small(following)
        after_operator |= bool(re.fullmatch("[b-z]", following)) and joins(end + 3)
        after_operator |= bool(re.search(r"(?<!\w)E$", last) and re.match("[A-Z]", following))
        inside = is_open and len(following) <= 12
        if closed_by_mark or not (joins(end + 1) or after_operator or inside):
            break
        end += 2
    return end


def _small(word: str) -> bool:
    """Whether a word can stand beside an operator: a number, a letter, or mathematics."""
    core = _bare(word)[1]
    return bool(SMALL.fullmatch(core)) or _is_mathematics(word)


def _is_mathematics(word: str) -> bool:
    core = _bare(word)[1]
    if re.search(r"[A-Za-z]{3,}-|–|://", core):
        return False
    return bool(MARKED.search(core) or LINEAR.fullmatch(core)) and core not in ("**",)


def _depth(text: str) -> int:
    depth = sum((c in OPENING) - (c in CLOSING) for c in text)
    return depth + text.count("‖") % 2


def _bare(text: str) -> tuple[str, str, str]:
    """Punctuation before, what is between, punctuation after; brackets that match stay inside."""
    before = after = ""
    if compound := re.search(r"(?<=\))-[A-Za-z]{3,}\W*$", text):
        text, after = text[: compound.start()], compound[0]
    while text:
        unmatched = sum((c in "([") - (c in ")]") for c in text)
        if text[0] in "“*" or (text[0] in "([" and unmatched > 0):
            before, text = before + text[0], text[1:]
        elif text[-1] in ".,;:!?”" or (text[-1] in ")]" and unmatched < 0):
            after, text = text[-1] + after, text[:-1]
        elif len(text) > 2 and text.endswith("**"):
            after, text = text[-2:] + after, text[:-2]
        else:
            break
    return before, text, after
