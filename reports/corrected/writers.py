"""The two ways in which the corrected proof is written: Markdown for GitHub, and LaTeX in ASCII."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reports.corrected.prose import SIGNS, mathematics, pieces


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
