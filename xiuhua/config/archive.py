"""Backups: every row and every kept original in one file, as text that no database owns.

A backup is a zip: a page of rows for each table (one JSON array a line, in the order of their keys), the originals of
kept files under their digests, and a manifest that is written last. The same rows give the same bytes on SQLite and
on PostgreSQL, and what is restored has the same ledger head.

Left out on purpose: sessions, failed sign-ins, and the key that opens what is sealed. A key that lay beside what it
opens would protect nothing, so it is kept apart.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from xiuhua.kit.files import path_of
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import key_id
from xiuhua.ledger.binder import bind, head

FORMAT = "xiuhua-backup-1"
MANIFEST = "manifest.json"
STEP = 100_000
CHUNK = 1 << 20

Say = Callable[[str], None]


class Page(msgspec.Struct, kw_only=True):
    """One table in a backup: its columns, how many rows, and the digest of its text."""

    table: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def member(self) -> str:
        return f"rows/{self.table}.jsonl"


class Manifest(msgspec.Struct, kw_only=True):
    """What a backup holds, and from where."""

    format: str
    version: str
    practice: bool
    database: str
    key_id: str
    bound: int
    head: str
    tables: list[Page]
    files: int
    lost: list[str]

    @property
    def rows(self) -> int:
        return sum(page.rows for page in self.tables)


def tables() -> list[type[models.Model]]:
    """All tables of the house, each after those that its rows point to."""
    ours = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    ordered: list[type[models.Model]] = []

    def enter(model: type[models.Model], above: tuple[type[models.Model], ...] = ()) -> None:
        if model in ordered or model in above:
            return
        for field in model._meta.concrete_fields:
            if field.related_model in ours:
                enter(field.related_model, (*above, model))
        ordered.append(model)

    for model in sorted(ours, key=lambda model: model._meta.db_table):
        enter(model)
    # A line that is written queues itself for the binder; the queue as it was comes after all lines.
    ordered.sort(key=lambda model: model._meta.db_table == "ledger_pending")
    return ordered


def _is_ours(model: type[models.Model]) -> bool:
    """A table of the house itself; Django's groups and permissions are not used and stay out."""
    if not model.__module__.startswith("xiuhua.") or model._meta.proxy:
        return False
    points_to = [field.related_model for field in model._meta.concrete_fields if field.related_model]
    return all(str(one.__module__).startswith("xiuhua.") for one in points_to)


def columns_of(model: type[models.Model]) -> list[models.Field]:
    return list(model._meta.concrete_fields)


# ---------------------------------------------------------------- writing


def write_backup(path: Path, *, say: Say) -> Manifest:
    """Everything as it stands at one moment, in one file; a backup that stops half-way leaves none."""
    bind()
    spare = path.with_name(f".{path.name}.part")
    try:
        spare.touch(mode=0o600)
        with _one_moment(), zipfile.ZipFile(spare, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
            at = head()
            pages = [_write_page(book, model, say) for model in tables()]
            files, lost = _write_files(book, say)
            manifest = Manifest(
                format=FORMAT, version=version("xiuhua"), practice=settings.XIUHUA_PRACTICE, database=connection.vendor,
                key_id=key_id(), bound=at.seq, head=at.hash, tables=pages, files=files, lost=lost,
            )  # fmt: skip
            book.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
        spare.replace(path)
    finally:
        spare.unlink(missing_ok=True)
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """All tables as they stood at one moment, while others go on writing."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _write_page(book: zipfile.ZipFile, model: type[models.Model], say: Say) -> Page:
    fields = columns_of(model)
    encode = msgspec.json.Encoder(order="sorted").encode
    page = Page(table=model._meta.db_table, columns=[field.column for field in fields], rows=0, sha256="")
    digest = hashlib.sha256()
    rows = model._base_manager.order_by("pk").values_list(*(field.attname for field in fields))
    with book.open(page.member, "w", force_zip64=True) as out:
        for row in _readable(rows.iterator(chunk_size=2000), page.table):
            line = encode(row) + b"\n"
            digest.update(line)
            out.write(line)
            page.rows += 1
            if page.rows % STEP == 0:
                say(f"  {page.table} {page.rows:,} 行 …")
    page.sha256 = digest.hexdigest()
    if page.rows:
        say(f"  {page.table} {page.rows:,} 行")
    return page


def _readable(rows: Iterator[Any], table: str) -> Iterator[Any]:
    try:
        yield from rows
    except Exception as error:  # a database driver may raise anything on a broken row
        raise Refused(
            "backup.unreadable",
            "{table} 里有读不出来的行（{error}），没有写备份。请先运行 xiuhua verify。",
            table=table,
            error=error,
        ) from error


def _write_files(book: zipfile.ZipFile, say: Say) -> tuple[int, list[str]]:
    """The originals, as they are: photos do not get smaller by packing."""
    lost: list[str] = []
    n = 0
    for n, digest in enumerate(StoredFile.objects.order_by("id").values_list("digest", flat=True).iterator(), start=1):
        path = path_of(digest)
        if not path.is_file():
            lost.append(digest)
            continue
        with path.open("rb") as kept, book.open(zipfile.ZipInfo(member_of(digest)), "w", force_zip64=True) as out:
            while chunk := kept.read(CHUNK):
                out.write(chunk)
        if n % 1000 == 0:
            say(f"  文件 {n:,} 个 …")
    if n:
        say(f"  文件 {n - len(lost):,} 个")
    return n - len(lost), lost


def member_of(digest: str) -> str:
    algorithm, _colon, body = digest.partition(":")
    return f"files/{algorithm}/{body[:2]}/{body}"


# ---------------------------------------------------------------- looking into one


@dataclass(frozen=True)
class Backup:
    """A backup that was opened: what it says of itself, and its pages."""

    book: zipfile.ZipFile
    manifest: Manifest


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """A backup, looked at from outside: is it one, whole, of this program, of this kind of bureau?"""
    try:
        book = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise Refused("backup.absent", "没有这个文件：{path}。", path=path) from None
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused("backup.broken", "{path_name} 不是备份文件，或者没有传完整。", path_name=path.name) from error
    with book:
        yield Backup(book, _manifest(book, path))


def _manifest(book: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        raw = book.read(MANIFEST)
        told = msgspec.json.decode(raw)["format"]
    except (KeyError, TypeError, msgspec.DecodeError, zipfile.BadZipFile) as error:
        raise Refused("backup.foreign", "{path_name} 不是绣花的备份文件。", path_name=path.name) from error
    if not str(told).startswith("xiuhua-backup-"):
        raise Refused("backup.foreign", "{path_name} 不是绣花的备份文件。", path_name=path.name)
    if told != FORMAT:
        raise Refused(
            "backup.newer",
            "{path_name} 是更新版本的程序写的（{told}），请先升级再恢复。",
            path_name=path.name,
            told=told,
        )
    try:
        manifest = msgspec.json.decode(raw, type=Manifest)
    except msgspec.ValidationError as error:
        raise Refused(
            "backup.broken", "{path_name} 的清单不完整：{error}。", path_name=path.name, error=error
        ) from error
    known = {model._meta.db_table: {field.column for field in columns_of(model)} for model in tables()}
    for page in manifest.tables:
        strange = set(page.columns) - known.get(page.table, set())
        if strange:
            raise Refused(
                "backup.newer",
                "{path_name} 是 {version} 版写的，里面的 {table}.{strange} 这个版本不认识，请先升级再恢复。",
                path_name=path.name,
                version=manifest.version,
                table=page.table,
                strange=min(strange),
            )
    if manifest.practice != settings.XIUHUA_PRACTICE:
        there, here = ("演练库", "正式库") if manifest.practice else ("正式库", "演练库")
        raise Refused(
            "backup.practice", "这是{there}的备份，不能恢复到{here}：两边的数据互不相通。", there=there, here=here
        )
    return manifest


def occupied() -> str:
    """The first table of the house that has rows; empty when there is none."""
    return next((model._meta.db_table for model in tables() if model._base_manager.exists()), "")
