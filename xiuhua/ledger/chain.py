"""The chain: what a link's hash covers. Pure text and bytes, the same on every database."""

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
ZERO = "0"


def line_text(row: Sequence[Any]) -> str:
    """One line as text, column by column; `row` has the columns of COLUMNS as the database stores them."""
    return "\x1f".join(_text(name, value) for name, value in zip(COLUMNS[1:], row[1:], strict=True))


def link_hash(previous: str, seq: int, text: str, *, algorithm: str) -> str:
    """The hash of a link: over the hash before it, its own number and the text of its line."""
    return digest(f"{previous}\x1e{seq}\x1e{text}".encode("utf-8", "surrogateescape"), algorithm=algorithm)


def _text(name: str, value: Any) -> str:
    if value is None:
        return "\x00"
    match name:
        case "key" | "corrects":
            return UUID(str(value)).hex
        case "happened_at" | "recorded_at":
            return _moment(value)
        case "share" | "quantity":
            return _number(value)
        case "lon_e7" | "lat_e7":
            return str(int(value))
        case "day":
            return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} is {type(value).__name__}, not text")
    return value


def _moment(value: Any) -> str:
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return moment.isoformat(timespec="microseconds")


def _number(value: Any) -> str:
    try:
        return str(Decimal(str(value)).quantize(Decimal("0.000001")))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number") from error


def stored(where: str, parameters: Sequence[Any] = (), *, size: int = 2000) -> Iterator[tuple[Any, ...]]:
    """Rows of lines as the database stores them, past Django's converters. `where` may join links (`k`) and pending.

    Rows are `(seq, hash, *COLUMNS)`.
    """
    columns = ", ".join(f'l."{name}"' for name in COLUMNS)
    with connection.cursor() as cursor, _any_bytes():
        cursor.execute(f"SELECT k.seq, k.hash, {columns} FROM ledger_line l {where}", parameters)
        while rows := cursor.fetchmany(size):
            yield from rows


@contextmanager
def _any_bytes() -> Iterator[None]:
    """Let SQLite hand over text whose bytes are no longer UTF-8, so that a changed line is named and not a crash."""
    if connection.vendor != "sqlite":
        yield
        return
    raw = connection.connection
    before, raw.text_factory = raw.text_factory, lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = before
