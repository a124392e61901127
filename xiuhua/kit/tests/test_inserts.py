"""Many rows at once are the rows that Django would have written, to the byte."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from xiuhua.kit.inserts import insert_rows
from xiuhua.kit.models import CalendarDay, Series, StoredFile

pytestmark = pytest.mark.django_db

AT = dt.datetime(2020, 3, 16, 9, 0, 0, 120_003, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def files(begin: int) -> list[StoredFile]:
    return [
        StoredFile(
            digest=f"sha256:{n}", content_type="image/jpeg 照片", size=2**40 + n, klass=StoredFile.Klass.EVIDENCE,
            width=n if n % 2 else None, taken_at=AT if n % 3 else None, kept_at=AT.replace(microsecond=0) if n % 5 else AT,
        )
        for n in range(begin, begin + 40)
    ]  # fmt: skip


def stored(table: str, *, skip: int = 1) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        return [row[skip:] for row in cursor.fetchall()]


def test_the_rows_are_those_that_django_writes() -> None:
    StoredFile.objects.bulk_create(files(0))
    by_django = stored("kit_storedfile")
    with transaction.atomic():
        StoredFile.objects.all().delete()
        rows = files(0)
        insert_rows(rows)
    assert stored("kit_storedfile") == by_django
    assert [row.pk for row in rows] == list(StoredFile.objects.order_by("id").values_list("pk", flat=True))
    assert not rows[0]._state.adding


def test_days_and_truths_are_kept_as_django_keeps_them() -> None:
    days = [dt.date(2020, 3, n) for n in range(1, 11)]
    CalendarDay.objects.bulk_create([CalendarDay(date=day, workday=day.day % 2 == 0, name="日") for day in days[:5]])
    insert_rows([CalendarDay(date=day, workday=day.day % 2 == 0, name="日") for day in days[5:]])
    assert list(CalendarDay.objects.order_by("date").values_list("date", "workday")) == [
        (day, day.day % 2 == 0) for day in days
    ]
    kinds = {tuple(type(value) for value in row) for row in stored("kit_calendarday")}
    assert len(kinds) == 1


def test_lines_of_the_ledger_are_kept_as_django_keeps_them() -> None:
    from xiuhua.ledger.models import Line, Pending

    def line(n: int) -> Line:
        return Line(
            key=UUID(int=n), kind="count.recorded", about=f"count:{n}", happened_at=AT, recorded_at=AT, day=AT.date(),
            item="sign", quantity=Decimal(n) / 4, lon_e7=-(10**9) + n, corrects=UUID(int=n + 10**6),
        )  # fmt: skip

    with transaction.atomic():
        Line.objects.bulk_create([line(n) for n in range(16)])
        by_django = stored("ledger_line")
        transaction.set_rollback(True)
    insert_rows([line(n) for n in range(16)])
    assert [list(map(repr, row)) for row in stored("ledger_line")] == [list(map(repr, row)) for row in by_django]
    assert Line.objects.get(key=UUID(int=9)).quantity == Decimal("2.25")
    assert Pending.objects.count() == 16


def test_ids_go_on_where_django_stopped_and_django_goes_on_after() -> None:
    first = Series.objects.create(code="a")
    many = [Series(code=f"m{n}") for n in range(3)]
    insert_rows(many)
    last = Series.objects.create(code="z")
    assert first.pk < many[0].pk < many[2].pk < last.pk


def test_a_row_that_breaks_a_rule_lets_none_in() -> None:
    Series.objects.create(code="known")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([Series(code="new"), Series(code="known")])
    assert list(Series.objects.values_list("code", flat=True)) == ["known"]
