"""Numbers of papers and cases: one series a day, without gaps, never given twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import connection, transaction

from xiuhua.kit.models import Series


def take(series: str, n: int = 1) -> int:
    """Take `n` numbers of a series inside the caller's transaction; returns the first.

    A transaction that is rolled back gives its numbers back. Two that want numbers of one series wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kit_series (code, last) VALUES (%s, %s) "
            "ON CONFLICT (code) DO UPDATE SET last = kit_series.last + excluded.last RETURNING last",
            [series, n],
        )
        last: int = cursor.fetchone()[0]
    return last - n + 1


def take_many(wanted: Mapping[str, int]) -> dict[str, int]:
    """Take so many numbers of each of several series at once; returns the first of each.

    Series are locked in the order of their codes, so two that want several never wait for each other in a ring.
    """
    codes = sorted(wanted)
    if len(codes) == 1:
        return {codes[0]: take(codes[0], wanted[codes[0]])}
    with transaction.atomic():
        Series.objects.bulk_create([Series(code=code) for code in codes], ignore_conflicts=True, batch_size=400)
        rows: list[Series] = []
        for begin in range(0, len(codes), 400):
            some = Series.objects.select_for_update().filter(code__in=codes[begin : begin + 400])
            rows += some.order_by("code")
        first = {row.code: row.last + 1 for row in rows}
        for row in rows:
            row.last += wanted[row.code]
        Series.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["code"], update_fields=["last"], batch_size=400
        )
    return first


def next_numbers(series: str, *, n: int, prefix: str, day: dt.date) -> list[str]:
    """`n` numbers such as XH20200315-0007."""
    first = take(series, n)
    return [f"{prefix}{day:%Y%m%d}-{first + k:04d}" for k in range(n)]


def next_number(series: str, *, prefix: str, day: dt.date) -> str:
    """The next number of a series."""
    return next_numbers(series, n=1, prefix=prefix, day=day)[0]
