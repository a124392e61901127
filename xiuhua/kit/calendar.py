"""The work calendar: which days are worked. A table that a bureau may edit; years not announced yet are provisional."""

from __future__ import annotations

import datetime as dt
import functools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import chinese_calendar as announced
from django.db import transaction

from xiuhua.kit.models import CalendarDay, Series

REVISION = "calendar"
NOTICE = "国务院办公厅放假通知"


@dataclass(frozen=True)
class DayKind:
    """What a day is: worked or not, what it is called, and whether that is announced."""

    workday: bool
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """Days that differ from their weekday, and the last day of the last announced year."""

    days: Mapping[dt.date, DayKind] = field(default_factory=dict)
    known_until: dt.date = dt.date.min

    def day(self, day: dt.date) -> DayKind:
        """A day of the table, else its weekday; after the last announced year every day is provisional."""
        return self.days.get(day) or DayKind(day.weekday() < 5, provisional=day > self.known_until)

    def is_workday(self, day: dt.date) -> bool:
        return self.day(day).workday


def load_calendar() -> Calendar:
    """The calendar as the table has it; read anew when any process changed it."""
    revision = Series.objects.filter(code=REVISION).values_list("last", flat=True).first()
    return _read(revision or 0)


@functools.lru_cache(maxsize=2)
def _read(revision: int) -> Calendar:
    rows = list(CalendarDay.objects.all())
    announced = [row.date.year for row in rows if not row.provisional]
    return Calendar(
        {row.date: DayKind(row.workday, row.name, row.provisional) for row in rows},
        dt.date(max(announced), 12, 31) if announced else dt.date.min,
    )


def forget() -> None:
    """The table changed: every process reads it anew. A mark that never comes twice, also after a change undone."""
    Series.objects.update_or_create(code=REVISION, defaults={"last": secrets.randbits(62)})


@transaction.atomic
def seed_calendar() -> int:
    """Put the announced holidays and working weekends that are missing into the table; edited days stay as they are."""
    wanted = {day: (False, name) for day, name in announced.holidays.items() if day.weekday() < 5}
    wanted |= {day: (True, f"{name}调休上班") for day, name in announced.workdays.items() if day.weekday() >= 5}
    named = {"New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
             "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
             "Anti-Fascist 70th Day": "抗战胜利纪念日"}  # fmt: skip
    known = set(CalendarDay.objects.values_list("date", flat=True))
    rows = [
        CalendarDay(date=day, workday=workday, name=_named(name, named), source=NOTICE)
        for day, (workday, name) in sorted(wanted.items())
        if day not in known
    ]
    CalendarDay.objects.bulk_create(rows)
    if rows:
        forget()
    return len(rows)


def _named(name: str, named: Mapping[str, str]) -> str:
    for english, chinese in named.items():
        name = name.replace(english, chinese)
    return name
