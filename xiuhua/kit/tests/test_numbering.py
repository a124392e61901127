"""Numbers of papers: given once, without gaps, also to two at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from xiuhua.kit.models import Series
from xiuhua.kit.numbering import next_number, next_numbers, take

DAY = dt.date(2020, 3, 16)


@pytest.mark.django_db
def test_numbers_of_a_day_follow_each_other() -> None:
    assert next_number("case:20200316", prefix="XH", day=DAY) == "XH20200316-0001"
    assert next_numbers("case:20200316", n=2, prefix="XH", day=DAY) == ["XH20200316-0002", "XH20200316-0003"]
    assert next_number("case:20200317", prefix="XH", day=DAY + dt.timedelta(1)) == "XH20200317-0001"


@pytest.mark.django_db
def test_more_than_ten_thousand_a_day_stay_distinct() -> None:
    take("case:20200316", 9_999)
    assert next_number("case:20200316", prefix="XH", day=DAY) == "XH20200316-10000"


@pytest.mark.django_db
def test_a_number_that_was_taken_and_undone_is_given_again() -> None:
    with transaction.atomic():
        assert take("papers") == 1
        transaction.set_rollback(True)
    assert take("papers") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two connections take numbers: needs PostgreSQL")
def test_eight_connections_at_once_get_numbers_without_gaps_or_twins() -> None:
    taken: list[int] = []
    start = threading.Barrier(8)

    def clerk(name: int) -> None:
        start.wait()
        for n in range(20):
            with transaction.atomic():
                number = take("papers")
                if (name + n) % 5 == 0:
                    transaction.set_rollback(True)
                else:
                    taken.append(number)
        connection.close()

    clerks = [threading.Thread(target=clerk, args=(name,)) for name in range(8)]
    [one.start() for one in clerks]
    [one.join() for one in clerks]
    assert sorted(taken) == list(range(1, 129))
    assert Series.objects.get(code="papers").last == 128
