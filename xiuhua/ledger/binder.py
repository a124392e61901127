"""The binder: takes the committed lines that are not bound yet and chains them, one after another, without gaps.

Writers never wait for one another, because nothing is numbered while they write; readers never miss a line, because
they follow the numbers that are given here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from xiuhua.ledger.chain import ZERO, any_bytes, columns, line_text, link_hash
from xiuhua.ledger.models import Link, Pending

BATCH = 2000
LOCK = 0x58C5EA  # one binder at a time on PostgreSQL; SQLite has one writer anyway


@dataclass(frozen=True)
class Head:
    """Where the chain stands: the number and hash of its last link."""

    seq: int
    hash: str


def head() -> Head:
    """The last link, or the beginning."""
    last = Link.objects.order_by("-seq").first()
    return Head(last.seq, last.hash) if last else Head(0, ZERO)


def bind() -> Head:
    """Bind every committed line and return the new head. With nothing to bind it takes no lock."""
    while Pending.objects.exists() and _bind_batch():
        pass
    return head()


@transaction.atomic
def _bind_batch() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = _unbound()
    at = head()
    links = []
    for row in rows:
        seq = at.seq + 1
        at = Head(seq, link_hash(at.hash, seq, line_text(row), algorithm=settings.XIUHUA_DIGEST))
        links.append(Link(seq=seq, line_id=row[0], hash=at.hash))
    Link.objects.bulk_create(links, batch_size=500)
    Pending.objects.filter(line_id__in=[link.line_id for link in links]).delete()
    return len(links)


def _unbound() -> list[tuple[Any, ...]]:
    sql = f"SELECT {columns()} FROM ledger_line l JOIN ledger_pending p ON p.line_id = l.id ORDER BY l.id LIMIT %s"
    with any_bytes(), connection.cursor() as cursor:
        cursor.execute(sql, [BATCH])
        return list(cursor.fetchall())
