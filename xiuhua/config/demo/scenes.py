"""Street scenes drawn by code, standing in for photos: what an officer saw, and the same place put right.

The same category and seed give the same camera, houses and weather; `before` has the violation, `after` has
not. Drawn at the size of a phone picture, flat, without any writing but an optional caption.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

from PIL import Image, ImageDraw, ImageFont

from xiuhua.config.demo.scene_parts import Brush, house_row, light_of, paint_houses, paint_pavement_things
from xiuhua.config.demo.scene_wrongs import WRONGS

ON_THE_WALL = ("sign", "posting")

State = Literal["before", "after"]

WIDTH, HEIGHT = 960, 720
LARGEST_BYTES = 60_000

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simsun.ttc",
)
"""Where systems keep a font with Chinese characters; none is shipped, and without one there is no caption."""


def draw_scene(
    category: str, seed: int, state: State = "before", at: datetime | None = None, caption: str = ""
) -> bytes:
    """A JPEG of 960 x 720 pixels and at most 60 kB; equal arguments give equal bytes on one machine.

    `at` sets the light (night, dusk, day) and stands in the caption; `caption` adds the band "示意图" with
    time and place when the machine has a font for it. Raises KeyError for an unknown category.
    """
    wrong: Callable[[Brush, Random], None] = WRONGS[category]
    random = Random(f"scene-{category}-{seed}")
    image = Image.new("RGB", (WIDTH, HEIGHT))
    brush = Brush(image, light_of(at, random))
    row = house_row(random, category=category)
    street = Random(f"street-{category}-{seed}")
    paint_houses(brush, row, street)
    # What hangs on a wall is behind the trees, what stands on the pavement before them.
    for place in (True, False):
        if state == "before" and (category in ON_THE_WALL) == place:
            wrong(brush, Random(f"wrong-{category}-{seed}"))
        if place:
            paint_pavement_things(brush, street)
    brush.finish()
    if caption:
        _write_caption(image, caption, at)
    return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    for quality in (80, 66, 50, 30):
        page = io.BytesIO()
        image.save(page, "JPEG", quality=quality)
        if page.tell() <= LARGEST_BYTES:
            break
    return page.getvalue()


@cache
def caption_font(size: int) -> ImageFont.FreeTypeFont | None:
    """The first Chinese font that the machine has, or none."""
    for path in FONTS:
        if Path(path).is_file():
            return ImageFont.truetype(path, size)
    return None


def _write_caption(image: Image.Image, caption: str, at: datetime | None) -> None:
    font = caption_font(24)
    if font is None:
        return
    top = HEIGHT - 76
    image.paste(
        Image.blend(image.crop((0, top, WIDTH, HEIGHT)), Image.new("RGB", (WIDTH, 76), "#101820"), 0.62),
        (0, top),
    )
    pen = ImageDraw.Draw(image)
    pen.text((22, top + 6), at.strftime("%Y-%m-%d %H:%M") if at else "", font=font, fill="#ffffff")
    pen.text((22, top + 38), caption, font=font, fill="#ffffff")
    pen.text((WIDTH - 22, top + 38), "示意图", font=font, fill="#f2c35b", anchor="ra")
