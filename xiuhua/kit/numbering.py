"""Numbers of papers and cases: one series a day, without gaps, never given twice."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from xiuhua.kit.models import Series


def take(series: str, n: int = 1) -> int:
    """Take `n` numbers of a series inside the caller's transaction; returns the first.

    A transaction that is rolled back gives its numbers back. Two that want numbers of one series wait for each other.
    """
    with transaction.atomic():
        row, _made = Series.objects.select_for_update().get_or_create(code=series)
        row.last += n
        row.save(update_fields=["last"])
        return row.last - n + 1


def next_numbers(series: str, *, n: int, prefix: str, day: dt.date) -> list[str]:
    """`n` numbers such as XH20200315-0007."""
    first = take(series, n)
    return [f"{prefix}{day:%Y%m%d}-{first + k:04d}" for k in range(n)]


def next_number(series: str, *, prefix: str, day: dt.date) -> str:
    """The next number of a series."""
    return next_numbers(series, n=1, prefix=prefix, day=day)[0]
