"""Whether an SVG file is a drawing and no more: no script, no link, no style but of lines and text.

So much is asked of a figure that other versions of what draws have drawn, and that therefore cannot
be compared byte by byte.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

PROLOGUE = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
"""
ASIDE = re.compile(r"<!-- (?:-?[^<>-])* -->|<(metadata|style)\b[^<>]*>.*?</\1>", re.DOTALL)
"""What no page takes over."""
SVG = "{http://www.w3.org/2000/svg}"
TAGS = {SVG + tag for tag in ("g", "defs", "path", "use", "rect", "clipPath", "text", "tspan")}
NUMBERS = r"[-\d.e,% ()A-Za-z\n]*"
ATTRIBUTES = {
    "id": r"[\w.-]+",
    "d": NUMBERS,
    "x": NUMBERS,
    "y": NUMBERS,
    "width": NUMBERS,
    "height": NUMBERS,
    "viewBox": NUMBERS,
    "version": NUMBERS,
    "transform": NUMBERS,
    "clip-path": r"url\(#[\w.-]+\)",
    "{http://www.w3.org/1999/xlink}href": r"#[\w.-]+",
    "style": r"((fill|stroke|font|text|opacity)[a-z-]*: [-#\w.,% ']*;? ?)*",
}


def is_plain(svg: str) -> bool:
    """Whether the file holds nothing but shapes and words.

    >>> start = PROLOGUE + '<svg xmlns="http://www.w3.org/2000/svg">'
    >>> is_plain(start + '<text x="1">5</text></svg>')
    True
    >>> is_plain(start + '<text x="1" onclick="more()">5</text></svg>')
    False
    """
    if not svg.startswith(PROLOGUE):
        return False
    body = ASIDE.sub("", svg.removeprefix(PROLOGUE))
    if "<!" in body or "<?" in body:
        return False
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return False
    return root.tag == SVG + "svg" and all(
        (element.tag in TAGS or element is root)
        and all(_is(name, value) for name, value in element.attrib.items())
        for element in root.iter()
    )


def _is(name: str, value: str) -> bool:
    return name in ATTRIBUTES and re.fullmatch(ATTRIBUTES[name], value, re.ASCII) is not None
