"""Kept files: the original under the digest of its content, and copies made from it to show.

The original is never changed: its EXIF stays with it. What is shown is drawn anew from its pixels, turned upright,
without EXIF, so nothing of where and with what it was taken leaves the house.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageOps, UnidentifiedImageError

from xiuhua.kit.digests import digest, hexdigest
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused

LARGEST_BYTES = 20 * 1024 * 1024
LARGEST_PIXELS = 80_000_000
SMALLEST_SIDE = 32
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
OPENED = ("JPEG", "PNG", "WEBP")  # what looks like a JPEG may turn out to be an MPO
LONG_SIDE = {"display": 1600, "thumb": 320, "card": 240}
DISPLAY_BYTES = 350_000
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def folder() -> Path:
    """Where files are kept."""
    return Path(settings.XIUHUA_HOME) / "files"


def path_of(digest_: str, *, kind: str = "original") -> Path:
    """Where a file of a digest lies; the digest is checked, so that no path can be made up."""
    algorithm, _colon, body = digest_.partition(":")
    if algorithm not in ("sha256", "sm3") or len(body) != 64 or not all(one in "0123456789abcdef" for one in body):
        raise Absent("file.absent")
    return folder() / kind / algorithm / body[:2] / body


def keep(raw: bytes, *, at: dt.datetime | None = None, klass: str = "routine", most: int = LARGEST_BYTES) -> StoredFile:
    """Keep any file, such as a scan, of `most` bytes. The same content again gives the same file."""
    if not raw:
        raise Refused("file.empty", "文件是空的，请重新选择。", field="file")
    if len(raw) > most:
        raise Refused(
            "file.large",
            "文件有 {n:.0f} MB，超过 {most_mb} MB，请压缩后再上传。",
            field="file",
            n=len(raw) / 1048576,
            most_mb=most >> 20,
        )
    return _kept(raw, content_type=_sniff(raw), at=at, klass=klass)


def keep_photo(raw: bytes, *, at: dt.datetime | None = None, klass: str = "routine") -> StoredFile:
    """Keep a photo after looking whether it is one: it is decoded whole, so half a file or a fake is refused."""
    if not raw:
        raise Refused("photo.empty", "照片是空的，请重新拍一张。", field="photos")
    if len(raw) > LARGEST_BYTES:
        raise Refused(
            "photo.large", "照片有 {n:.0f} MB，超过 20 MB，请换一张小一些的。", field="photos", n=len(raw) / 1048576
        )
    known = StoredFile.objects.filter(digest=digest(raw)).first()
    if known is not None and known.width and path_of(known.digest).is_file():
        return known
    looked = _look(raw)
    return _kept(
        raw, content_type=looked.content_type, at=at, klass=klass, width=looked.width, height=looked.height,
        taken_at=looked.taken_at,
    )  # fmt: skip


@dataclass(frozen=True)
class _Looked:
    content_type: str
    width: int
    height: int
    taken_at: dt.datetime | None


def _look(raw: bytes) -> _Looked:
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIC:
        raise Refused(
            "photo.heic",
            "这是 HEIC 照片，电脑打不开。请在手机相机设置里选“兼容性最佳”，或转成 JPEG 再上传。",
            field="photos",
        )
    try:
        image = Image.open(io.BytesIO(raw), formats=OPENED)
        if image.width * image.height > LARGEST_PIXELS:
            raise Image.DecompressionBombError
        image.load()
    except Image.DecompressionBombError as error:
        most = LARGEST_PIXELS // 10_000
        raise Refused(
            "photo.pixels", "照片的像素太多，超过 {most} 万，请换一张小一些的。", field="photos", most=most
        ) from error
    except UnidentifiedImageError as error:
        raise Refused(
            "photo.unreadable", "这个文件不是能用的照片。请选择 JPEG、PNG 或 WebP 照片。", field="photos"
        ) from error
    except Exception as error:  # a decoder may raise anything on a broken file
        raise Refused("photo.broken", "照片不完整或已损坏，请重新拍一张。", field="photos") from error
    if min(image.size) < SMALLEST_SIDE:
        raise Refused(
            "photo.small",
            "照片只有 {width}×{height} 像素，看不清，请换一张。",
            field="photos",
            width=image.width,
            height=image.height,
        )
    return _Looked(TYPES[image.format or "JPEG"], image.width, image.height, _taken_at(image))


def _taken_at(image: Image.Image) -> dt.datetime | None:
    """When the camera says it was taken, in the bureau's time zone; cameras without a clock say nothing."""
    try:
        exif = image.getexif()
        told = exif.get_ifd(0x8769).get(0x9003) or exif.get(0x0132)
        naive = dt.datetime.strptime(str(told)[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except (ValueError, TypeError, SyntaxError, OSError):
        return None
    return timezone.make_aware(naive) if naive.year >= 1990 else None


def _kept(raw: bytes, *, content_type: str, at: dt.datetime | None, klass: str, **facts: object) -> StoredFile:
    name = digest(raw)
    keep_at(path_of(name), raw)
    row, _made = StoredFile.objects.get_or_create(
        digest=name,
        defaults={
            "content_type": content_type,
            "size": len(raw),
            "klass": klass,
            "kept_at": at or timezone.now(),
            **facts,
        },
    )
    if facts.get("width") and not row.width:  # kept as a plain file before
        StoredFile.objects.filter(pk=row.pk).update(content_type=content_type, **facts)
        row.refresh_from_db()
    return row


def keep_at(path: Path, raw: bytes) -> None:
    """Whole or not at all: a machine that stops in between leaves no half file under the name."""
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, spare = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        Path(spare).replace(path)
    except BaseException:
        Path(spare).unlink(missing_ok=True)
        raise


def _sniff(raw: bytes) -> str:
    for magic, content_type in (
        (b"%PDF", "application/pdf"), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG", "image/png"),
        (b"PK\x03\x04", "application/zip"),
    ):  # fmt: skip
        if raw.startswith(magic):
            return content_type
    return "application/octet-stream"


# ---------------------------------------------------------------- what is shown


def original_of(digest_: str) -> tuple[bytes, str]:
    """The original bytes and their type."""
    row = StoredFile.objects.filter(digest=digest_).first()
    path = path_of(digest_)
    if row is None or not path.is_file():
        raise Absent("file.absent")
    return path.read_bytes(), row.content_type


def display_of(digest_: str, size: str = "display") -> bytes:
    """A JPEG drawn from the pixels: at most 1600 a side and 350 kB for `display`, 320 for `thumb`, 240 for `card`."""
    kept = path_of(digest_, kind=size)
    if kept.is_file():
        return kept.read_bytes()
    raw, _content_type = original_of(digest_)
    drawn = _drawn(raw, LONG_SIDE[size])
    keep_at(kept, drawn)
    return drawn


def _drawn(raw: bytes, side: int) -> bytes:
    opened = Image.open(io.BytesIO(raw), formats=OPENED)
    opened.draft("RGB", (side * 2, side * 2))
    image: Image.Image = ImageOps.exif_transpose(opened)
    if image.mode in ("RGBA", "LA", "P"):
        flat = Image.new("RGB", image.size, "white")
        rgba = image.convert("RGBA")
        flat.paste(rgba, mask=rgba.getchannel("A"))
        image = flat
    image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    for quality in (82, 72, 60, 45):
        page = io.BytesIO()
        image.save(page, "JPEG", quality=quality, optimize=True)
        if page.tell() <= DISPLAY_BYTES:
            break
    return page.getvalue()


def picture_of(digest_: str, size: str) -> tuple[bytes, str]:
    """A kept photo in a size: `card`, `thumb`, `display` or `original`, with its content type."""
    if size == "original":
        return original_of(digest_)
    if size not in LONG_SIDE:
        raise Absent("file.absent")
    return display_of(digest_, size), "image/jpeg"


# ---------------------------------------------------------------- verifying


@dataclass(frozen=True)
class FileFault:
    """A kept file that is gone or no longer what its digest says."""

    digest: str
    what: str

    def __str__(self) -> str:
        return f"文件 {self.digest[:20]}… {self.what}。"


def verify_files() -> Iterator[FileFault]:
    """Read every kept file and compare it with its digest."""
    for row in StoredFile.objects.order_by("id").iterator(chunk_size=500):
        path = path_of(row.digest)
        if not path.is_file():
            yield FileFault(row.digest, "不见了")
        elif hexdigest(path.read_bytes(), algorithm=row.digest.partition(":")[0]) != row.digest.partition(":")[2]:
            yield FileFault(row.digest, "内容被改动")
