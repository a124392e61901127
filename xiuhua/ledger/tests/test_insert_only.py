"""The database itself keeps what was written: whoever asks, through the program or past it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line, Link, Pending
from xiuhua.ledger.tests.written import write
from xiuhua.ledger.verify import verify_chain

pytestmark = pytest.mark.django_db

RAW = [
    "UPDATE ledger_line SET quantity = 99 WHERE id = {id}",
    "UPDATE ledger_line SET facts = facts",
    "DELETE FROM ledger_line WHERE id = {id}",
    "DELETE FROM ledger_line",
    "UPDATE ledger_link SET hash = 'sha256:0' WHERE seq = 1",
    "DELETE FROM ledger_link WHERE seq = 2",
]
SQLITE = [
    "INSERT OR REPLACE INTO ledger_line SELECT * FROM ledger_line WHERE id = {id}",
    "REPLACE INTO ledger_link SELECT seq, line_id, 'sha256:0' FROM ledger_link WHERE seq = 1",
    "UPDATE OR REPLACE ledger_line SET id = {id} + 1 WHERE id = {id}",
    "INSERT INTO ledger_line SELECT * FROM ledger_line WHERE id = {id} ON CONFLICT (key) DO UPDATE SET quantity = 99",
]
POSTGRES = [
    "TRUNCATE ledger_line",
    "TRUNCATE ledger_link",
    "TRUNCATE ledger_line, ledger_link CASCADE",
    "INSERT INTO ledger_line SELECT * FROM ledger_line WHERE id = {id} ON CONFLICT (key) DO UPDATE SET quantity = 99",
]


def _statements() -> list[str]:
    return RAW + (SQLITE if connection.vendor == "sqlite" else POSTGRES)


def test_raw_statements_that_would_change_or_remove_a_line_are_refused() -> None:
    lines = write(3)
    before = bind()
    for statement in _statements():
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(id=lines[0].pk))
    assert Line.objects.count() == Link.objects.count() == 3
    assert verify_chain(expected_head=before.hash).ok


def test_the_program_itself_cannot_change_or_remove_a_line() -> None:
    line = write(1)[0]
    bind()
    line.quantity = 99
    for attempt in (line.save, line.delete, Line.objects.all().delete, lambda: Line.objects.update(item="sign")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    for attempt in (Link.objects.all().delete, lambda: Link.objects.update(hash="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert Line.objects.get().quantity == 1


def test_every_new_line_waits_for_the_binder_whoever_wrote_it() -> None:
    first = write(1)[0]
    names = [column.column for column in Line._meta.concrete_fields if column.column not in ("id", "key")]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_line (id, key, {columns}) SELECT %s, %s, {columns} FROM ledger_line WHERE id = %s",
            [first.pk + 7, "00000000000000000000000000000001", first.pk],
        )
    assert set(Pending.objects.values_list("line_id", flat=True)) == {first.pk, first.pk + 7}
    assert bind().seq == 2


def test_a_quantity_without_an_item_is_refused_by_the_database() -> None:
    line = write(1)[0]
    from uuid import uuid4

    for wrong in ({"item": ""}, {"quantity": None}, {"kind": "line.voided", "corrects": None}):
        fields = {one.attname: getattr(line, one.attname) for one in Line._meta.concrete_fields if one.attname != "id"}
        with pytest.raises(DatabaseError), transaction.atomic():
            Line.objects.create(**(fields | {"key": uuid4()} | wrong))
