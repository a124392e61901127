"""Kept files: originals under their digest, pictures without what the camera knew, and fakes sent back."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib

import pytest
from PIL import Image

from tests.town import AT, photo
from xiuhua.kit import files
from xiuhua.kit.digests import digest
from xiuhua.kit.files import display_of, keep, keep_photo, original_of, path_of, picture_of, verify_files
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused

pytestmark = pytest.mark.django_db


def picture(form: str = "JPEG", *, size: tuple[int, int] = (640, 480), mode: str = "RGB", **how: object) -> bytes:
    page = io.BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else None).save(page, form, **how)
    return page.getvalue()


def test_the_same_content_is_kept_once_under_its_digest() -> None:
    first, again = keep_photo(photo(), at=AT), keep_photo(photo(), at=AT + dt.timedelta(days=1))
    assert first.pk == again.pk and StoredFile.objects.count() == 1
    assert first.digest == digest(photo())
    assert path_of(first.digest).read_bytes() == photo()
    assert (first.width, first.height, first.content_type) == (640, 480, "image/jpeg")


def test_the_camera_s_notes_stay_with_the_original_and_leave_with_no_copy() -> None:
    kept = keep_photo(photo(exif=True), at=AT)
    raw, _content_type = original_of(kept.digest)
    assert Image.open(io.BytesIO(raw)).getexif().get_ifd(0x8825)
    assert kept.taken_at == dt.datetime(2020, 3, 16, 0, 58, tzinfo=dt.UTC)
    for size in ("display", "thumb"):
        shown = display_of(kept.digest, size)
        assert not Image.open(io.BytesIO(shown)).getexif()
        assert b"Exif" not in shown and b"Maker" not in shown


def test_a_photo_taken_sideways_is_shown_upright() -> None:
    told = Image.Exif()
    told[0x0112] = 6  # turned by a quarter
    page = io.BytesIO()
    image = Image.new("RGB", (400, 200), "white")
    image.paste((255, 0, 0), (0, 0, 100, 200))  # red on the left
    image.save(page, "JPEG", exif=told, quality=95)
    shown = Image.open(io.BytesIO(display_of(keep_photo(page.getvalue(), at=AT).digest)))
    assert shown.size == (200, 400)
    red, _green, blue = shown.getpixel((100, 20))  # now at the top
    assert red > 200 > 60 > blue


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "LA"), ("WEBP", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L")],
)
def test_every_kind_of_picture_is_shown_as_a_small_jpeg(form: str, mode: str) -> None:
    kept = keep_photo(picture(form, mode=mode, size=(2400, 1200)), at=AT)
    shown = {size: Image.open(io.BytesIO(display_of(kept.digest, size))) for size in ("display", "thumb")}
    assert shown["display"].size == (1600, 800) and shown["thumb"].size == (320, 160)
    assert all(one.format == "JPEG" and one.mode == "RGB" for one in shown.values())


def test_a_noisy_photo_still_fits_its_budget() -> None:
    noise = Image.effect_noise((2400, 1800), 90).convert("RGB")
    page = io.BytesIO()
    noise.save(page, "JPEG", quality=60)
    kept = keep_photo(page.getvalue(), at=AT)
    assert len(display_of(kept.digest)) < len(page.getvalue()) / 2


def test_a_picture_is_fetched_by_size_and_other_sizes_are_absent() -> None:
    kept = keep_photo(photo(), at=AT)
    assert picture_of(kept.digest, "original") == (photo(), "image/jpeg")
    assert picture_of(kept.digest, "thumb")[1] == "image/jpeg"
    with pytest.raises(Absent):
        picture_of(kept.digest, "../original")


# ---------------------------------------------------------------- what is sent back


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it is `side` pixels wide and high."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


REFUSED = {
    "empty": (b"", "photo.empty", "空的"),
    "fake": (b"MZ this is a program, not a photo" * 20, "photo.unreadable", "JPEG、PNG 或 WebP"),
    "a page that calls itself a photo": (b"<svg onload='x'></svg>" * 9, "photo.unreadable", "不是能用的照片"),
    "gif": (picture("GIF", mode="L"), "photo.unreadable", "JPEG、PNG 或 WebP"),
    "half": (photo()[: len(photo()) // 2], "photo.broken", "不完整"),
    "half a png": (picture("PNG", size=(300, 300))[:-40], "photo.broken", "不完整"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + b"\0" * 40, "photo.heic", "兼容性最佳"),
    "heic of a burst": (b"\x00\x00\x00\x18ftypmsf1" + b"\0" * 40, "photo.heic", "HEIC"),
    "one pixel": (picture("PNG", size=(1, 1)), "photo.small", "1×1"),
    "bomb": (bomb(60_000), "photo.pixels", "像素太多"),
    "a bomb just below the decoder's own limit": (bomb(9_200), "photo.pixels", "8000 万"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_usable_photo_comes_back_with_a_sentence(what: str) -> None:
    raw, code, told = REFUSED[what]
    with pytest.raises(Refused) as refused:
        keep_photo(raw, at=AT)
    assert refused.value.code == code and told in refused.value.message
    assert refused.value.field == "photos"
    assert StoredFile.objects.count() == 0 and not files.folder().exists()


def test_a_photo_of_more_than_twenty_megabytes_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="21 MB，超过 20 MB"):
        keep_photo(b"\xff\xd8\xff" + b"\0" * (21 * 1024 * 1024), at=AT)
    with pytest.raises(Refused, match="超过 20 MB"):
        keep(b"%PDF" + b"\0" * (21 * 1024 * 1024), at=AT)


def test_a_scan_may_be_any_file_but_not_an_empty_one() -> None:
    assert keep(b"%PDF-1.7 scan", at=AT, klass="evidence").content_type == "application/pdf"
    with pytest.raises(Refused, match="空的"):
        keep(b"", at=AT)


def test_a_file_kept_as_a_scan_becomes_a_photo_when_it_is_sent_as_one() -> None:
    assert keep(photo(), at=AT).width is None
    assert keep_photo(photo(), at=AT).width == 640
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "sha256:../../etc/passwd",
        "sha256:" + "a" * 63,
        "sha256:" + "A" * 64,
        "../x:" + "a" * 64,
        "sha256:" + "/" * 64,
        "",
    ],
)
def test_no_path_can_be_made_up(name: str) -> None:
    with pytest.raises(Absent):
        path_of(name)
    with pytest.raises(Absent):
        original_of(name)


# ---------------------------------------------------------------- verifying


def test_a_flipped_byte_and_a_lost_file_are_found() -> None:
    kept = [keep_photo(photo(shade), at=AT) for shade in (10, 20, 30)]
    assert list(verify_files()) == []
    raw = bytearray(path_of(kept[0].digest).read_bytes())
    raw[len(raw) // 2] ^= 1
    path_of(kept[0].digest).write_bytes(raw)
    path_of(kept[2].digest).unlink()
    assert [(one.digest, one.what) for one in verify_files()] == [
        (kept[0].digest, "内容被改动"),
        (kept[2].digest, "不见了"),
    ]


def test_a_machine_that_stops_while_writing_leaves_no_half_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        keep_photo(photo(), at=AT)
    assert not [path for path in files.folder().rglob("*") if path.is_file()]
    assert StoredFile.objects.count() == 0


def test_a_file_that_was_lost_is_healed_by_sending_it_again() -> None:
    kept = keep_photo(photo(), at=AT)
    path_of(kept.digest).unlink()
    with pytest.raises(Absent):
        original_of(kept.digest)
    keep_photo(photo(), at=AT)
    assert original_of(kept.digest)[0] == photo()
