"""The corrected proof as continuous text, in Markdown and LaTeX, and the errata; all generated.

A claim stands as the text has it where that is proved, else as it was repaired. Prose of a document
is plain text with Unicode signs; here its mathematics becomes LaTeX, so that the article is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reports.evidence import constant_of, lemmas
from reports.scope import mentioned, scope, terms_of
from theory.judge import Judgement
from theory.kernel.terms import (
    Atom,
    Call,
    Cited,
    Formula,
    Relation,
    SomeConstant,
    Statement,
    Term,
)
from theory.notation.document import Claim, Document, Step
from theory.notation.printing import Printer
from theory.notation.printing.latex import COMMANDS
from theory.notation.printing.symbols import GREEK

IMPACTS = {
    "conclusion fails": "The conclusion fails",
    "argument fails but conclusion survives": "The argument fails, the conclusion survives",
    "local repair": "A local repair is enough",
    "slip": "Slips",
    "": "Not classed",
}
"""The classes of the errata, the gravest first, and their headings."""

HARMLESS = {
    "conclusion fails": "Not harmless: what the line concludes is false as printed.",
    "argument fails but conclusion survives": "Not harmless: another argument must replace it.",
    "local repair": "Harmless for the theorem once repaired.",
    "slip": "Harmless: what is meant is plain.",
}
"""What a class of errata means for the theorem."""
ORIGINS = {
    "transcription": "the notes alone",
    "paper": "the paper",
    "both": "the paper and the notes",
    "not compared": "the notes; not compared with the paper",
    "none": "the notes; not compared with the paper",
    "ours": "this audit",
}

AGAIN = ", concluded"
"""Said of a section that comes back, since its theorem needs the sections between."""

EXACTLY = {
    "robbins_siegmund": (
        r"Let $v_t, a_t, b_t, c_t \ge 0$ be known at time $t$, let $v_{t+1}$ have a mean, and let "
        r"$\mathbb{E}(v_{t+1} \mid P_t) \le (1 + a_t) v_t + b_t - c_t$ for every $t$. If "
        r"$\sum_t a_t < \infty$ and $\sum_t b_t < \infty$ almost surely, then almost surely $v_t$ "
        r"converges to a finite limit, and $\sum_t c_t < \infty$."
    )
}
"""What the cited theorems say, as `theory.kernel.runs` applies them."""


# -- prose with mathematics in plain signs -----------------------------------------------------

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


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    r"""Prose in pieces, and whether each is LaTeX mathematics: $...$, and words with such signs.

    >>> list(pieces("Here δ_c(i) ≥ 1."))
    [(False, 'Here '), (True, '\\delta_{c}(i) \\ge 1'), (False, '.')]
    """
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


def broken(source: str, width: int = 60) -> list[str]:
    """A long formula in lines: after its words, at its relation, at the signs of a long side."""
    source = re.sub(r"\\mathrm\{((?:\\[_{}]|[^{}])*)\}", _name, source)
    if _width(source) <= width:
        return [source]
    lines = [source]
    for pattern in (r"(?<=: \})", r"(?=\\text\{, when )", r"(?= \\(?:le|ge) | [=<>] )"):
        lines = [
            part
            for line in lines
            for part in ([line] if line.startswith(r"\text{, when ") else _split(line, pattern))
        ]
    if any(_width(line) > width for line in lines):
        lines = [part for line in lines for part in _packed(_split(line, r"(?= [-+] )"), width)]
    return [line.strip() for line in lines]


def _name(found: re.Match[str]) -> str:
    """An upright name that is mathematics in plain signs, as LaTeX."""
    name = re.sub(r"\\([_{}])", r"\1", found[1])
    return found[0] if name.isascii() and name.isalnum() else mathematics(name)


def _split(source: str, pattern: str) -> list[str]:
    """The source cut where the pattern matches outside all brackets."""
    depth, parts, start, place = 0, [], 0, 0
    matcher = re.compile(pattern)
    while place < len(source):
        cut = place > start and depth == 0 and matcher.match(source, place)
        if cut and source[start:place].strip():
            parts.append(source[start:place])
            start = place
        token = re.match(r"\\[A-Za-z]+|\\.|.", source[place:])
        assert token is not None
        opens = token[0] in ("{", "(", "[", r"\langle", r"\lVert", r"\begin")
        closes = token[0] in ("}", ")", "]", r"\rangle", r"\rVert", r"\end")
        depth += opens - closes
        place += len(token[0])
    return [*parts, source[start:]]


def _packed(parts: Sequence[str], width: int) -> list[str]:
    """Neighbouring parts on one line while they fit."""
    lines = [parts[0]]
    for part in parts[1:]:
        if _width(lines[-1] + part) <= width:
            lines[-1] += part
        else:
            lines.append(part)
    return lines


def _width(source: str) -> int:
    """About how many characters wide a formula is set."""
    plain = re.sub(r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"\1", source)
    plain = re.sub(r"\\(?:left|right|text|mathrm|mathbb)(?![A-Za-z])", "", plain)
    return len(re.sub(r"[{}_^\s]", "", re.sub(r"\\[A-Za-z]+", "x", plain)))


# -- two ways to write -------------------------------------------------------------------------


class Writer:
    """Markdown for GitHub; dollars with backquotes keep its hands off the mathematics."""

    def prose(self, text: str) -> str:
        """A paragraph of plain text."""
        return "".join(self.inline(p) if is_math else self.words(p) for is_math, p in pieces(text))

    def words(self, text: str) -> str:
        """Text without mathematics; stars for bold stay."""
        return re.sub(r"([_`<>\\|]|(?<!\*)\*(?!\*))", r"\\\1", text)

    def inline(self, source: str) -> str:
        """Mathematics inside a line."""
        return f"$`{self.in_line(source)}`$"

    def in_line(self, source: str) -> str:
        """The source of an inline formula, on one line."""
        return " ".join(" ".join(broken(source, 10**6)).split())

    def display(self, source: str) -> str:
        """A formula on lines of its own."""
        return f"```math\n{_rows(source)}\n```"


class TexWriter(Writer):
    """LaTeX; everything comes out as ASCII."""

    SPECIAL: Mapping[str, str] = {
        **{c: f"\\{c}" for c in "&%#_{}$"},
        "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        "“": "``", "”": "''", "’": "'", "‘": "`", "–": "--", "—": "---", "…": r"\dots{}",
        "é": r"\'e", "è": r"\`e", "ö": r'\"o', "ü": r'\"u', "ä": r'\"a', "š": r"\v{s}",
        "\u00a0": "~",
    }  # fmt: skip

    def prose(self, text: str) -> str:
        """A paragraph; **bold** becomes a command."""
        return re.sub(r"\*\*(.+?)\*\*", r"\\textbf{\1}", super().prose(text), flags=re.DOTALL)

    def words(self, text: str) -> str:
        """Text without mathematics."""
        out = "".join(self.SPECIAL.get(c, c) for c in text)
        return re.sub(r"[^\x00-\x7f]", lambda m: rf"\(\mathrm{{{_code(m[0])}}}\)", out)

    def inline(self, source: str) -> str:
        """Mathematics inside a line."""
        return rf"\({self._ascii(self.in_line(source))}\)"

    def display(self, source: str) -> str:
        """A formula on lines of its own."""
        return f"\\[\n{self._ascii(_rows(source))}\n\\]"

    def _ascii(self, source: str) -> str:
        return re.sub(
            r"[^\x00-\x7f]", lambda m: f"{SIGNS.get(m[0], _code(m[0]))} ", source
        ).replace("  ", " ")


def _code(character: str) -> str:
    """A sign that has no command, by its number."""
    return f"U{ord(character):04X}"


def _rows(source: str) -> str:
    lines = broken(source)
    if len(lines) == 1:
        return lines[0]
    rows = " \\\\\n".join(
        f"&{' ' if k == 0 else chr(92) + 'quad '}{x}" for k, x in enumerate(lines)
    )
    return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"


# -- what is said, in which order --------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A proved claim as the corrected text has it."""

    id: str
    title: str
    statement: str
    constant: str
    why: str
    scope: str
    assumes: str
    uses: str
    verdict: str


@dataclass(frozen=True)
class Part:
    """A step: what is proved in it, and which sentences of the text are dropped."""

    equation: str
    title: str
    section: str
    ours: bool
    explanation: str
    lines: tuple[Line, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """An entry of the errata."""

    id: str
    printed: str
    """The formula, or in words what the sentence claims."""
    corrected: str
    origin: str


class _Text:
    """A document with its judgements, seen by one writer."""

    def __init__(self, document: Document, judgements: Iterable[Judgement], writer: Writer) -> None:
        self.document, self.writer = document, writer
        self.printer = Printer(document.language)
        self.of_claim: dict[str, list[Judgement]] = {}
        for judgement in judgements:
            self.of_claim.setdefault(judgement.claim.id, []).append(judgement)
        self.steps = {
            step.equation: step
            for step in document.steps
            if any(claim.id in self.of_claim for claim in step.claims)
        }
        self.home = {claim.id: step.equation for step in document.steps for claim in step.claims}

    # -- which reading stands ------------------------------------------------------------------

    def written(self, claim: Claim) -> Judgement:
        """The judgement of the claim as it is written, or of its only reading."""
        found = self.of_claim[claim.id]
        return next((j for j in found if j.reading.kind == "as written"), found[0])

    def stands(self, claim: Claim) -> Judgement | None:
        """The reading that the corrected text has: as written where proved, else repaired."""
        found = sorted(self.of_claim[claim.id], key=lambda j: j.reading.kind != "as written")
        return next((j for j in found if j.verdict.startswith("PROVED")), None)

    def standing(self) -> list[Judgement]:
        """All readings that stand, in the order of the document."""
        claims = [c for s in self.steps.values() for c in s.claims if c.id in self.of_claim]
        return [j for claim in claims if (j := self.stands(claim)) is not None]

    # -- the order -----------------------------------------------------------------------------

    def ordered(self) -> list[Step]:
        """The steps, section by section; each after what it uses, our lemmas just before."""
        place = {name: number for number, name in enumerate(self.steps)}
        uses = {name: sorted(self._uses(step), key=place.get) for name, step in self.steps.items()}  # type: ignore[arg-type]
        section = {name: self._section(name, uses, frozenset()) for name in self.steps}
        text = [name for name, step in self.steps.items() if not self.ours(step)]
        text.sort(key=lambda name: (section[name], place[name]))
        out: dict[str, Step] = {}
        for name in (*text, *self.steps):
            self._visit(name, uses, out, set())
        return list(out.values())

    def ours(self, step: Step) -> bool:
        """Whether the text does not have the step."""
        return all(claim.origin == "ours" for claim in step.claims)

    def _uses(self, step: Step) -> set[str]:
        found = {self.home.get(n, n) for n in step.uses}
        for claim in step.claims:
            judgement = self.stands(claim) if claim.id in self.of_claim else None
            names = lemmas(judgement) if judgement else []
            found |= {self.home.get(n.removesuffix(":repaired"), "") for n in names}
        return (found & self.steps.keys()) - {step.equation}

    def _section(
        self, name: str, uses: Mapping[str, Sequence[str]], seen: frozenset[str]
    ) -> tuple[int, ...]:
        """The last of a step's own section and those of what it uses."""
        step = self.steps[name]
        own = () if self.ours(step) else tuple(map(int, re.findall(r"\d+", step.section)))
        inner = [self._section(n, uses, seen | {name}) for n in uses[name] if n not in seen]
        return max([own, *inner])

    def _visit(
        self, name: str, uses: Mapping[str, Sequence[str]], out: dict[str, Step], open_: set[str]
    ) -> None:
        if name in out or name in open_:
            return
        open_.add(name)
        for each in uses[name]:
            self._visit(each, uses, out, open_)
        out[name] = self.steps[name]

    # -- the pieces ----------------------------------------------------------------------------

    def latex(self, x: Term | Formula | Statement) -> str:
        """A term, formula or statement in LaTeX."""
        return self.printer.latex(x)

    def parts(self) -> list[Part]:
        """The steps as they are written down, in their order."""
        found: list[Part] = []
        section, seen = "", set[str]()
        for step in self.ordered():
            ours = self.ours(step)
            if not ours and step.section != section.removesuffix(AGAIN):
                section = step.section + (AGAIN if step.section in seen else "")
                seen.add(step.section)
            claims = [c for c in step.claims if c.id in self.of_claim]
            lines = tuple(self.line(j) for c in claims if (j := self.stands(c)) is not None)
            dropped = tuple(
                f"{self.writer.prose(c.title)} ({self.writer.words(c.id)})"
                for c in claims
                if self.stands(c) is None and self.written(c).verdict != "UNDECIDED"
            )
            found.append(
                Part(
                    self.writer.words(step.equation),
                    self.writer.prose(step.title),
                    self.writer.words(section),
                    ours,
                    self.writer.prose(step.explanation),
                    lines,
                    dropped,
                )
            )
        return found

    def line(self, judgement: Judgement) -> Line:
        """A proved claim."""
        write, claim = self.writer, judgement.claim
        names = dict.fromkeys(n.removesuffix(":repaired") for n in lemmas(judgement))
        return Line(
            write.words(claim.id) + (", repaired" if judgement.reading.kind == "repaired" else ""),
            write.prose(claim.title),
            write.display(self.latex(judgement.reading.statement)),
            self._value(judgement),
            write.prose(judgement.reading.why),
            write.prose(scope(self.document, judgement.reading, judgement.assumes)),
            "; ".join(write.prose(n) for n in judgement.assumes if not self.document.theorem_of(n)),
            ", ".join(f"({write.words(name)})" for name in names),
            write.prose(judgement.verdict.removeprefix("PROVED").removeprefix(" FROM ")),
        )

    def _value(self, judgement: Judgement) -> str:
        """The equation for the constant of "there is a constant", "" where there is none."""
        statement, value = judgement.reading.statement, constant_of(judgement)
        if value is None or not isinstance(statement, SomeConstant):
            return ""
        return self.writer.inline(self.latex(Relation(Atom(statement.constant), "=", value)))

    def definitions(self) -> list[str]:
        """The names that the text uses, each with what it means."""
        signature = self.document.language.signature
        terms = [x for j in self.standing() for x in terms_of(j.reading.statement)]
        used = mentioned(signature, terms)
        return [
            self.writer.display(self.latex(Relation(Call(name, d.parameters), "=", d.body)))
            for name, d in signature.definitions.items()
            if name in used
        ]

    def hypotheses(self) -> list[tuple[str, str, str]]:
        """The document's own hypotheses: name, formula, note."""
        notes = self.document.hypothesis_notes
        return [
            (
                self.writer.prose(n),
                self.writer.inline(self.latex(x)),
                self.writer.prose(notes.get(n, "")),
            )
            for n, x in self.document.hypotheses.items()
            if not self.document.theorem_of(n)
        ]

    def further(self) -> list[tuple[str, str]]:
        """What single claims assume besides, in the order in which they first do."""
        found: dict[tuple[str, str], None] = {}
        for judgement in self.standing():
            for name in judgement.assumes:
                x = judgement.reading.needs.get(name)
                if x is not None and not self.document.theorem_of(name):
                    entry = (self.writer.prose(name), self.writer.inline(self.latex(x)))
                    same = len({_bones(x) for x in entry}) == 1
                    found.setdefault(("" if same else entry[0], entry[1]))
        return list(found)

    def cited(self) -> list[tuple[str, str, str]]:
        """The theorems that are cited: name, exact statement, reference."""
        known: dict[str, Formula] = dict(self.document.hypotheses)
        for judgement in self.standing():
            known |= judgement.reading.needs
        return [
            (
                self.writer.prose(name),
                ", ".join(
                    self._exactly(x)
                    for n, x in known.items()
                    if self.document.theorem_of(n) == name
                ),
                self.writer.prose(reference),
            )
            for name, reference in self.document.cited.items()
        ]

    def _exactly(self, x: Formula) -> str:
        if isinstance(x, Cited):
            return self.writer.prose(EXACTLY.get(x.name, ""))
        return self.writer.inline(self.latex(x))

    def undecided(self) -> list[tuple[str, str, str, str]]:
        """What is neither proved nor refuted: name, title, statement, and what was tried."""
        return [
            (
                self.writer.words(claim.id),
                self.writer.prose(claim.title),
                self.writer.display(self.latex(j.reading.statement)),
                self.writer.prose(j.reading.why or j.reason),
            )
            for step in self.steps.values()
            for claim in step.claims
            for j in self.of_claim.get(claim.id, ())
            if j.verdict == "UNDECIDED"
        ]

    def errata(self) -> list[tuple[str, str, list[Entry]]]:
        """Heading, what it means, entries: by impact, the gravest first."""
        found: dict[str, list[Entry]] = {impact: [] for impact in IMPACTS}
        for step in self.steps.values():
            for claim in step.claims:
                if claim.id in self.of_claim and self._is_wrong(claim):
                    impact = claim.impact if claim.impact in IMPACTS else ""
                    found[impact].append(self._entry(claim))
        return [
            (IMPACTS[impact], HARMLESS.get(impact, ""), entries)
            for impact, entries in found.items()
            if entries
        ]

    def _is_wrong(self, claim: Claim) -> bool:
        fails = self.written(claim).verdict in ("REFUTED", "ILL-TYPED", "VACUOUS")
        return fails or claim.impact not in ("", "none")

    def _entry(self, claim: Claim) -> Entry:
        write, judgement, stands = self.writer, self.written(claim), self.stands(claim)
        quote = re.sub(r"\\tag\s*\{[^{}]*\}|\\(?:nonumber|notag)\b", "", claim.quote)
        quote = quote.replace(r"\rarr", r"\rightarrow")
        return Entry(
            write.words(claim.id),
            write.inline(quote) if quote else write.prose(claim.title),
            self._correction(judgement, stands),
            ORIGINS[claim.origin],
        )

    def _correction(self, written: Judgement, stands: Judgement | None) -> str:
        if stands is None:
            return "drop it"
        if stands is written:
            return "the line stands, by another argument"
        more = [n for n in stands.reading.needs if n not in written.reading.needs]
        if stands.reading.statement == written.reading.statement:
            said = "as printed"
        else:
            said = self.writer.inline(self.latex(stands.reading.statement))
        return said + (f", if {'; '.join(map(self.writer.prose, more))}" if more else "")


def _bones(source: str) -> str:
    """A formula without what may be written in several ways."""
    source = re.sub(r"\\[lr]Vert", r"\\Vert", source.replace("[", "(").replace("]", ")"))
    return re.sub(r"[{}\s]|\\cdot", "", source)


# -- the files ---------------------------------------------------------------------------------


def corrected_markdown(document: Document, judgements: Iterable[Judgement]) -> str:
    """The corrected proof in Markdown, as GitHub shows it."""
    return _proof(_Text(document, judgements, Writer()), "corrected.md.j2")


def corrected_tex(document: Document, judgements: Iterable[Judgement]) -> str:
    """The corrected proof as a LaTeX article, in ASCII, that needs amsmath and amssymb alone."""
    return _proof(_Text(document, judgements, TexWriter()), "corrected.tex.j2")


def errata(document: Document, judgements: Iterable[Judgement]) -> str:
    """What is wrong in the text, the gravest first, in Markdown."""
    text = _Text(document, judgements, Writer())
    return _rendered("corrected.errata.md.j2", document=document, classes=text.errata())


def files(document: Document, judgements: Iterable[Judgement]) -> dict[str, str]:
    """The three texts by the names of their files."""
    found = list(judgements)
    return {
        "corrected.md": corrected_markdown(document, found),
        "corrected.tex": corrected_tex(document, found),
        "errata.md": errata(document, found),
    }


def _proof(text: _Text, template: str) -> str:
    return _rendered(
        template,
        title=text.writer.prose(text.document.title),
        about=text.writer.prose(text.document.about),
        definitions=text.definitions(),
        hypotheses=text.hypotheses(),
        further=text.further(),
        cited=text.cited(),
        parts=text.parts(),
        undecided=text.undecided(),
    )


def _rendered(template: str, **values: object) -> str:
    from reports.templates import environment

    text = environment().get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
