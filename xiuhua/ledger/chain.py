"""The chain: what a link's hash covers. Pure text and bytes, the same on every database.

Each column counts as SQLite stores it: keys as 32 hex digits, moments as UTC without a zone, so that no byte of a
stored line can change without changing the text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import connection

from xiuhua.kit.digests import digest

COLUMNS = (
    "id", "key", "kind", "about", "by", "post", "unit", "for_unit", "share", "grid", "segment", "campaign", "round",
    "source", "lon_e7", "lat_e7", "happened_at", "recorded_at", "day", "item", "quantity", "corrects", "request",
    "facts",
)  # fmt: skip
WHOLE = frozenset({"id", "lon_e7", "lat_e7"})
DECIMALS = {"share": Decimal("0.000001"), "quantity": Decimal("0.001")}
ZERO = "0"


def line_text(row: Sequence[Any]) -> str:
    """One line as text, column by column, each with its length so that none can run into the next."""
    return "".join(_text(name, value) for name, value in zip(COLUMNS, row, strict=True))


def link_hash(previous: str, seq: int, text: str, *, algorithm: str) -> str:
    """The hash of a link: over the hash before it, its own number and the text of its line."""
    return digest(f"{previous}\x1e{seq}\x1e{text}".encode("utf-8", "surrogateescape"), algorithm=algorithm)


def _text(name: str, value: Any) -> str:
    if value is None:
        return "-"
    match value:
        case UUID():
            value = value.hex
        case dt.datetime():
            value = str(value.astimezone(dt.UTC).replace(tzinfo=None))
        case dt.date():
            value = str(value)
    if name in DECIMALS:
        value = _number(value, DECIMALS[name])
    elif name in WHOLE:
        if not isinstance(value, int):
            raise ValueError(f"{name} is {type(value).__name__}, not a whole number")
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {type(value).__name__}, not text")
    return f"{len(value)}:{value}"


def _number(value: Any, unit: Decimal) -> str:
    """SQLite keeps decimals as numbers: what is more exact than the column can be was not written by the program."""
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
        rounded = exact.quantize(unit)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"{value!r} is no number") from error
    if exact != rounded or isinstance(value, str):
        raise ValueError(f"{value!r} is not as it was written")
    return str(rounded)


def columns() -> str:
    """The columns of a line `l` in SQL as they lie in the table: the sign keeps SQLite's driver from converting."""
    sign = "+" if connection.vendor == "sqlite" else ""
    return ", ".join(f'{sign}l."{name}"' for name in COLUMNS)


def stored_links(*, size: int = 2000) -> Iterator[tuple[Any, ...]]:
    """The whole chain in order, as the database stores it: rows of `(seq, hash, *COLUMNS)`, columns empty for a lost line."""
    sql = f"SELECT k.seq, k.hash, {columns()} FROM ledger_link k LEFT JOIN ledger_line l ON l.id = k.line_id ORDER BY k.seq"
    with any_bytes(), connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(size):
            yield from rows


@contextmanager
def any_bytes() -> Iterator[None]:
    """Let SQLite hand over text whose bytes are no longer UTF-8, so that a changed line is named and not a crash."""
    connection.ensure_connection()
    raw = connection.connection
    if connection.vendor != "sqlite" or raw is None:
        yield
        return
    before, raw.text_factory = raw.text_factory, lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = before
