"""Whether somebody is there at a moment: approved leave, the day's posting, the roster, in this order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from xiuhua.city.hours import covers
from xiuhua.city.models import Leave, Person, Posting, Rostered
from xiuhua.ledger.act import bureau_day

AWAY = {
    "leave": "请假",
    "lent": "借调",
    "rest": "轮休",
    "substituted": "有人代班",
}


@dataclass(frozen=True)
class Away:
    """Somebody who would answer and is not there: `leave`, `lent`, `rest` or `substituted`."""

    person: Person
    why: str

    @property
    def words(self) -> str:
        return AWAY[self.why]


@dataclass(frozen=True)
class Whereabouts:
    """How it stands with a person at a moment.

    `away` is `leave`, `lent` or `rest`, empty when they work that day; `off_hours` when they work that day and not at
    this moment; `told` names what says so: `leave`, `posting`, `roster`, or nothing.
    """

    away: str = ""
    off_hours: bool = False
    told: str = ""
    shift: str = ""
    unit: int | None = None
    place: str = ""


def whereabouts(people: Iterable[int], at: dt.datetime) -> dict[int, Whereabouts]:
    """How it stands with each person (by row) at a moment: three queries however many."""
    ids = list(people)
    if not ids:
        return {}
    day, wall = bureau_day(at), at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)
    leave = set(Leave.objects.approved().on(day).filter(person__in=ids).values_list("person_id", flat=True))
    postings = {row.person_id: row for row in Posting.objects.filter(day=day, person__in=ids)}
    roster: dict[int, list[Rostered]] = {}
    days = (day - dt.timedelta(days=1), day)
    for row in Rostered.objects.filter(person__in=ids, day__in=days).select_related("shift").order_by("day", "id"):
        roster.setdefault(row.person_id, []).append(row)
    return {
        pk: Whereabouts("leave", told="leave")
        if pk in leave
        else _by_posting(postings[pk], at)
        if pk in postings
        else _by_roster(roster.get(pk, []), day, wall)
        for pk in ids
    }


def _by_posting(row: Posting, at: dt.datetime) -> Whereabouts:
    if row.away:
        return Whereabouts(str(row.status), told="posting", unit=row.unit_id)
    return Whereabouts(off_hours=not covers(row.hours, at), told="posting", unit=row.unit_id, place=row.place)


def _by_roster(rows: list[Rostered], day: dt.date, wall: dt.datetime) -> Whereabouts:
    """On a running shift, also one of last night; else whether today has one at all."""
    for row in rows:
        span = row.shift.span(row.day)
        if span and span[0] <= wall < span[1]:
            return Whereabouts(told="roster", shift=row.shift.code)
    today = [row for row in rows if row.day == day]
    if not today:
        return Whereabouts()
    if all(row.shift.is_rest for row in today):
        return Whereabouts("rest", told="roster", shift=today[0].shift.code)
    return Whereabouts(off_hours=True, told="roster", shift=today[0].shift.code)
