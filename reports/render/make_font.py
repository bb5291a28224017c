"""Makes the font of the page from STIX Two Math: a subset, with narrower tall brackets and roots.

    pip download --no-deps ziamath && unzip ziamath-*.whl
    python -m reports.render.make_font ziamath/fonts/STIXTwoMath-Regular.ttf

A browser that leaves room for the widest form of a stretched sign would put gaps behind roots and
inside brackets; here all forms of one sign are about as wide. Needs fonttools and brotli, which
nothing else does. The font is under the SIL Open Font License: see OFL.txt beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent.parent / "templates"
CHARACTERS = (
    "20-7E A0 AC B1-B3 B7 B9 D7 131 237 391-3C9 3D1 3D5 3F5 2010-2014 2016 2018-201D 2026 "
    "2032-2034 2061-2064 2070-2079 2102 210E 2111 2113 2115 211D 2190-2194 21D0-21D4 219A "
    "219B 21CD-21CF 2200-2212 2215-221E 2223-222B 223C 2241 2243 2248 2260-2265 226A 226B "
    "226E-2271 2282-2289 2295-2297 22A2-22A5 22C0-22C5 22EF 2308-230B 25CB 25CF 27E8 27E9 "
    "27F6 1D434-1D467 1D538-1D550 1D6E2-1D71B 1D7D9"
)
"""What the printers print, in hexadecimal."""
WIDEST = {0x221A: 794} | dict.fromkeys(map(ord, "()[]{}⟨⟩"), 430)
"""The advance that no form of a stretched sign exceeds, in thousandths of an em."""


def characters() -> list[int]:
    """The code points of `CHARACTERS`."""
    found: list[int] = []
    for piece in CHARACTERS.split():
        first, _, last = piece.partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def forms(font: Any, character: int) -> Iterator[str]:
    """The names of the glyphs that a stretched sign is made of, its plain form left out."""
    variants = font["MATH"].table.MathVariants
    name = font.getBestCmap()[character]
    construction = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(name)]
    for record in construction.MathGlyphVariantRecord:
        if record.VariantGlyph != name:
            yield record.VariantGlyph
    if construction.GlyphAssembly:
        yield from dict.fromkeys(part.glyph for part in construction.GlyphAssembly.PartRecords)


def narrow(font: Any, name: str, widest: int) -> None:
    """Press a glyph together until its advance is at most `widest`."""
    advance, bearing = font["hmtx"][name]
    if advance <= widest:
        return
    scale = widest / advance
    glyph = font["glyf"][name]
    if not glyph.isComposite() and glyph.numberOfContours > 0:
        glyph.coordinates.scale((scale, 1.0))
        glyph.coordinates.toInt()
        glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (widest, round(bearing * scale))


def main(source: str) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(source)
    options = Options(layout_features=["ssty"], name_IDs=["*"], hinting=False, desubroutinize=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for character, widest in WIDEST.items():
        for name in forms(font, character):
            narrow(font, name, widest)
    font.flavor = "woff2"
    font.save(TEMPLATES / "stix-two-math.woff2")


if __name__ == "__main__":
    main(sys.argv[1])
