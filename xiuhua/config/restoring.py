"""Restoring a backup: into an empty database, everything or nothing, and verified before it counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional
from uuid import UUID

import msgspec
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction

from xiuhua.config.archive import Backup, Page, Say, columns_of, member_of, occupied, tables
from xiuhua.config.progress import Progress
from xiuhua.kit.digests import hexdigest
from xiuhua.kit.files import keep_at, path_of
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Pending
from xiuhua.ledger.verify import verify_chain

BATCH = 2000
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, msgspec.DecodeError, UnicodeDecodeError)
TYPES: tuple[tuple[type[models.Field], Any], ...] = (
    (models.JSONField, Any),
    (models.BooleanField, bool),
    (models.IntegerField, int),
    (models.FloatField, float),
    (models.DecimalField, Decimal),
    (models.DateTimeField, dt.datetime),
    (models.DateField, dt.date),
    (models.TimeField, dt.time),
    (models.UUIDField, UUID),
    (models.CharField, str),
    (models.TextField, str),
)


def restore(backup: Backup, *, say: Say) -> None:
    """Every row and every file, or none of them when anything is wrong."""
    there = occupied()
    if there:
        raise Refused(
            "backup.not_empty",
            "数据库里已经有数据（{there}），只能恢复到空的数据库。请另设 XIUHUA_HOME 或 XIUHUA_DATABASE_URL 再恢复。",
            there=there,
        )
    pages = {page.table: page for page in backup.manifest.tables}
    with _undone_on_failure() as written:
        for model in tables():
            if model._meta.db_table in pages:
                _read_page(backup, model, pages[model._meta.db_table])
        _number_on()
        _read_files(backup, written)
        say("  核对链头 …")
        verdict = verify_chain(expected_head=backup.manifest.head)
        if not verdict.ok:
            raise Refused("backup.ledger", "备份里的台账核对不上，没有恢复：{faults}", faults=verdict.faults[0])


@contextmanager
def _undone_on_failure() -> Iterator[list[Path]]:
    """Rows and files come together or not at all."""
    written: list[Path] = []
    try:
        with transaction.atomic():
            yield written
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, BROKEN):
            raise Refused("backup.broken", "备份文件已损坏，没有恢复任何内容：{error}。", error=error) from error
        if isinstance(error, DatabaseError):
            raise Refused("backup.rows", "备份里的数据互相矛盾，没有恢复任何内容：{error}。", error=error) from error
        raise


# ---------------------------------------------------------------- rows


def _read_page(backup: Backup, model: type[models.Model], page: Page) -> None:
    fields = {field.column: field for field in columns_of(model)}
    missing = [field for column, field in fields.items() if column not in page.columns]
    told = [fields[column] for column in page.columns]
    extra = [_default(field, page.table) for field in missing]
    decode = msgspec.json.Decoder(tuple[tuple(_type_of(field) for field in told)]).decode  # type: ignore[misc]
    digest = hashlib.sha256()
    rows = 0

    def read() -> Iterator[Sequence[Any]]:
        nonlocal rows
        with backup.book.open(page.member) as lines:
            for line in io.BufferedReader(lines, 1 << 20):  # type: ignore[type-var]
                digest.update(line)
                rows += 1
                yield (*decode(line), *extra)

    _insert(model, [*told, *missing], read(), Progress(f"行 {page.table}", page.rows))
    if rows != page.rows or digest.hexdigest() != page.sha256:
        raise zipfile.BadZipFile(f"{page.table} 的内容与清单不符")
    if page.table == "ledger_line":  # each line queued itself; the queue as it was has a page of its own
        Pending.objects.all().delete()


def _type_of(field: models.Field) -> Any:
    plain = field
    while isinstance(plain, models.ForeignKey):
        plain = plain.target_field
    found = next((type_ for cls, type_ in TYPES if isinstance(plain, cls)), None)
    if found is None:
        raise TypeError(f"no text form for {field}")
    return Optional[found] if field.null else found  # noqa: UP045 (made at run time)


def _default(field: models.Field, table: str) -> Any:
    """What an older backup does not tell."""
    if field.has_default() or field.null:
        return field.get_default()
    raise Refused(
        "backup.older",
        "备份是旧版本写的，缺少 {table}.{column}，请用写备份的版本恢复，再升级。",
        table=table,
        column=field.column,
    )


def _insert(
    model: type[models.Model], fields: list[models.Field], rows: Iterator[Sequence[Any]], progress: Progress
) -> None:
    """Rows by the quickest way that the database has, each value as Django itself would store it."""
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    ways = [_stored(field) for field in fields]
    ready = ([way(value) for way, value in zip(ways, row, strict=True)] for row in rows)
    done = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for done, row in enumerate(ready, start=1):
                    copy.write_row(row)
                    if done % BATCH == 0:
                        progress.to(done)
            return
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"
        while batch := list(itertools.islice(ready, BATCH)):
            cursor.executemany(sql, batch)
            done += len(batch)
            if done % BATCH == 0:
                progress.to(done)


def _stored(field: models.Field) -> Callable[[Any], Any]:
    plain = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(plain, models.CharField | models.TextField | models.IntegerField | models.BooleanField):
        return lambda value: value
    return lambda value: None if value is None else field.get_db_prep_save(value, connection)


def _number_on() -> None:
    """New rows are numbered after the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


# ---------------------------------------------------------------- files


def _read_files(backup: Backup, written: list[Path]) -> None:
    """Every original, looked at again: its content must be what its name says."""
    lost = set(backup.manifest.lost)
    progress = Progress("个文件", backup.manifest.files)
    digests = StoredFile.objects.exclude(digest__in=lost).order_by("id").values_list("digest", flat=True)
    for n, digest in enumerate(digests.iterator(), start=1):
        path = path_of(digest)
        if not path.is_file():
            raw = backup.book.read(member_of(digest))
            algorithm, _colon, body = digest.partition(":")
            if hexdigest(raw, algorithm=algorithm) != body:
                raise Refused(
                    "backup.file", "备份里的文件 {digest}… 内容被改动，没有恢复任何内容。", digest=digest[:20]
                )
            written.append(path)
            keep_at(path, raw)
        if n % 100 == 0:
            progress.to(n)
