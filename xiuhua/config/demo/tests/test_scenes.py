"""A drawn scene is a small JPEG, the same for a seed; before and after differ where the violation stands."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image, ImageChops

from xiuhua.config.demo.scene_wrongs import WRONGS
from xiuhua.config.demo.scenes import LARGEST_BYTES, draw_scene

NIGHT = datetime(2020, 4, 3, 21, 5, tzinfo=UTC)


def opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw))


@pytest.mark.parametrize("category", WRONGS)
def test_a_scene_is_a_small_picture_and_always_the_same(category: str) -> None:
    raw = draw_scene(category, 3, at=NIGHT, caption="云门山路")
    picture = opened(raw)
    assert (picture.format, picture.size) == ("JPEG", (960, 720))
    assert len(raw) <= LARGEST_BYTES
    assert raw == draw_scene(category, 3, at=NIGHT, caption="云门山路")
    assert raw != draw_scene(category, 4, at=NIGHT, caption="云门山路")
    assert not picture.getexif()


@pytest.mark.parametrize("category", WRONGS)
def test_after_shows_the_same_place_without_the_violation(category: str) -> None:
    before, after = (opened(draw_scene(category, 5, state)) for state in ("before", "after"))
    changed = ImageChops.difference(before, after).convert("L").point(lambda level: 255 * (level > 40))
    share = changed.histogram()[255] / (960 * 720)
    assert 0.01 < share < 0.35
    top = changed.crop((0, 0, 960, 150))
    assert top.histogram()[255] < 100, "the sky stays as it was"


def test_an_unknown_category_is_an_error() -> None:
    with pytest.raises(KeyError):
        draw_scene("dragon", 1)
