"""A long picture for a phone: text and photos below one another, drawn by Pillow with the face that comes as a package."""

from __future__ import annotations

import functools
import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from xiuhua.kit.refusals import Refused

WIDTH = 1080
EDGE = 40
INK, SOFT, LINE, GOOD, PAPER = "#1d2129", "#5b6470", "#d9dee5", "#1a7f4b", "#ffffff"
FONT = "pylopdf_fonts_zh_cn"


@functools.cache
def face(size: int) -> ImageFont.FreeTypeFont:
    """The sans face of the font package at a size in pixels."""
    found = importlib.util.find_spec(FONT)
    folders = list(found.submodule_search_locations or ()) if found else []
    paths = [path for folder in folders for path in Path(folder).glob("NotoSansSC-*.otf")]
    if not paths:
        raise Refused("paper.font", "这台机器没有中文字体，做不出图片。请安装字体包 pylopdf-fonts-zh-cn 再试一次。")
    return ImageFont.truetype(str(paths[0]), size)


class LongPicture:
    """Pieces put below one another; `jpeg` draws them all."""

    def __init__(self) -> None:
        self.pieces: list[Image.Image] = []

    def text(self, words: str, *, size: int = 34, ink: str = INK, above: int = 8) -> None:
        """Words over as many lines as they need."""
        lines = [line for part in words.splitlines() or [""] for line in wrapped(part, size)]
        height = above + len(lines) * round(size * 1.5)
        piece = Image.new("RGB", (WIDTH, height), PAPER)
        draw = ImageDraw.Draw(piece)
        for n, line in enumerate(lines):
            draw.text((EDGE, above + n * round(size * 1.5)), line, font=face(size), fill=ink)
        self.pieces.append(piece)

    def rule(self) -> None:
        """A thin line across."""
        piece = Image.new("RGB", (WIDTH, 33), PAPER)
        ImageDraw.Draw(piece).line((EDGE, 16, WIDTH - EDGE, 16), fill=LINE, width=2)
        self.pieces.append(piece)

    def photos(self, shown: Sequence[tuple[str, bytes]]) -> None:
        """Photos side by side, each with its caption on it; one alone takes the whole width."""
        gap, n = 16, len(shown)
        wide = (WIDTH - 2 * EDGE - gap * (n - 1)) // n
        high = round(wide * (0.66 if n == 1 else 1.0))
        piece = Image.new("RGB", (WIDTH, high + 16), PAPER)
        for place, (caption, raw) in enumerate(shown):
            x = EDGE + place * (wide + gap)
            photo = ImageOps.fit(Image.open(io.BytesIO(raw)).convert("RGB"), (wide, high))
            piece.paste(photo, (x, 8))
            draw = ImageDraw.Draw(piece, "RGBA")
            box = draw.textbbox((0, 0), caption, font=face(28))
            draw.rectangle((x, 8, x + box[2] + 28, 8 + 48), fill=(0, 0, 0, 165))
            draw.text((x + 14, 10), caption, font=face(28), fill=PAPER)
        self.pieces.append(piece)

    def jpeg(self) -> bytes:
        """The whole picture."""
        height = sum(piece.height for piece in self.pieces) + 2 * EDGE
        whole = Image.new("RGB", (WIDTH, height), PAPER)
        y = EDGE
        for piece in self.pieces:
            whole.paste(piece, (0, y))
            y += piece.height
        page = io.BytesIO()
        whole.save(page, "JPEG", quality=86, optimize=True)
        return page.getvalue()


def wrapped(words: str, size: int) -> list[str]:
    """Words as lines that fit the picture."""
    font, most = face(size), WIDTH - 2 * EDGE
    lines, line = [], ""
    for letter in words:
        if font.getlength(line + letter) > most:
            lines.append(line)
            line = ""
        line += letter
    return [*lines, line]
