"""The side conditions of FORMAT.md, as a program finds them in the text.

They are the entries of each table column that says what is needed, the lists of "must be refused
unless", the numbered conditions of families, and what is said of contexts and sizes in bullets.
"""

import re
from pathlib import Path

FORMAT = Path(__file__).parents[3] / "theory" / "kernel" / "FORMAT.md"
KERNEL = ("3", "5", "7", "8", "9", "10", "11", "12", "14")
"""The sections with conditions that the kernel checks; 13 is the judge's."""
NEEDS = ("needs", "what it needs")
REFUSED = re.compile(r"(?:refuse\w*(?: one)?|refused)\s+unless:?(?P<list>.*)", re.DOTALL)


def text():
    """FORMAT.md, with all white space made single spaces within a paragraph."""
    return FORMAT.read_text(encoding="utf-8")


def plain(words):
    """The words with single spaces between them."""
    return " ".join(words.split())


def conditions():
    """Each side condition once, as it is written, after the heading of its section."""
    found = {}
    for section in re.split(r"^## ", text(), flags=re.MULTILINE)[1:]:
        number, _, section = section.partition(".")
        if number in KERNEL:
            for clause in (*_cells(section), *_refusals(section), *_items(section)):
                found.setdefault((number, clause))
    return list(found)


def _cells(section):
    """What the tables say that is needed, after the first cell of the row."""
    column = None
    for line in section.splitlines():
        if not line.startswith("|"):
            column = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if column is None:
            wanted = [k for k, cell in enumerate(cells) if cell.endswith(NEEDS)]
            column = wanted[0] if wanted else -1
        elif column > 0 and not set(cells[0]) <= set("-"):
            name = cells[0].strip("` ")
            yield from (f"{name}: {part}" for part in cells[column].split("; ") if part)


def _refusals(section):
    for paragraph in section.split("\n\n"):
        for sentence in re.split(r"(?<=[a-z)0-9])\. ", plain(paragraph)):
            if match := REFUSED.search(sentence):
                yield from (part.strip(" .") for part in match["list"].split(";") if part.strip())


def _items(section):
    for item in re.findall(r"^(?:\d+\.|\*) (.*(?:\n  .*)*)", section, flags=re.MULTILINE):
        yield from (part.strip(" .") for part in plain(item).split("; "))
