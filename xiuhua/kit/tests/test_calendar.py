"""The work calendar: what the State Council announced, what is not announced yet, and what a bureau changed."""

from __future__ import annotations

import datetime as dt

import pytest

from xiuhua.kit import calendar
from xiuhua.kit.calendar import load_calendar, seed_calendar
from xiuhua.kit.models import CalendarDay

pytestmark = pytest.mark.django_db

ANNOUNCED = [
    # day, worked, what it is called
    ("2004-01-01", False, "元旦"),
    ("2015-09-03", False, "抗战胜利纪念日"),
    ("2020-01-31", False, "春节"),  # prolonged by the epidemic
    ("2020-05-01", False, "劳动节"),
    ("2020-05-02", False, ""),  # a Saturday: off by its weekday
    ("2020-05-05", False, "劳动节"),
    ("2020-05-06", True, ""),
    ("2020-05-09", True, "劳动节调休上班"),
    ("2020-05-10", False, ""),
    ("2020-10-08", False, "国庆节"),
    ("2026-10-01", False, "国庆节"),
]


@pytest.mark.parametrize(("day", "worked", "name"), ANNOUNCED)
def test_a_day_is_as_it_was_announced(day: str, worked: bool, name: str) -> None:
    seed_calendar()
    found = load_calendar().day(dt.date.fromisoformat(day))
    assert (found.workday, found.name, found.provisional) == (worked, name, False)


def test_every_year_from_2004_to_2026_has_its_holidays() -> None:
    seed_calendar()
    assert {day.date.year for day in CalendarDay.objects.filter(workday=False)} == set(range(2004, 2027))


def test_a_year_that_is_not_announced_yet_follows_the_weekdays_and_is_provisional() -> None:
    seed_calendar()
    monday, sunday = dt.date(2027, 1, 4), dt.date(2027, 1, 3)
    known = load_calendar()
    assert known.known_until == dt.date(2026, 12, 31)
    assert known.day(monday).workday and known.day(monday).provisional
    assert not known.day(sunday).workday and known.day(sunday).provisional


def test_seeding_again_adds_nothing_and_keeps_what_a_bureau_changed() -> None:
    assert seed_calendar() > 300
    CalendarDay.objects.filter(date="2020-05-05").update(workday=True)
    assert seed_calendar() == 0
    assert CalendarDay.objects.get(date="2020-05-05").workday


def test_a_day_edited_by_another_process_is_seen_here() -> None:
    seed_calendar()
    day = dt.date(2020, 3, 18)
    assert load_calendar().is_workday(day)
    # What another process does: it writes the row and the mark, and nothing in this process's memory.
    CalendarDay.objects.create(date=day, workday=False, name="防汛")
    calendar.forget()
    assert load_calendar().day(day).name == "防汛"


def test_an_edit_that_was_undone_leaves_no_trace_in_memory() -> None:
    from django.db import transaction

    seed_calendar()
    day = dt.date(2020, 3, 18)
    with transaction.atomic():
        CalendarDay.objects.create(date=day, workday=False, name="停工")
        calendar.forget()
        assert not load_calendar().is_workday(day)
        transaction.set_rollback(True)
    CalendarDay.objects.create(date=day, workday=True, name="照常")
    calendar.forget()
    assert load_calendar().is_workday(day)
