"""The month's roster of a squad as a grid: one row a person, one cell a day, with leave and conflicts marked."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.city.models import Leave, Person, Post, Role, ShiftKind, Unit
from xiuhua.city.rosters import Cell, Conflict, cells_of, conflicts
from xiuhua.kit.calendar import Calendar
from xiuhua.kit.refusals import Refused

STREET = (Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT)
AROUND = dt.timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """A day of the month: its weekday in one sign, and whether it is a working day."""

    on: dt.date
    weekday: str
    workday: bool


@dataclass
class Box:
    """One cell: the signs of its shifts, leave on the day, and what is wrong with it."""

    day: Day
    signs: str = ""
    leave: str = ""
    wrong: str = ""


@dataclass
class Row:
    """One person's month."""

    person: Person
    role: str
    boxes: list[Box] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)

    @property
    def worked(self) -> int:
        return sum(n for code, n in self.sums.items() if code)


@dataclass
class Month:
    """The grid of a squad's month."""

    unit: Unit
    first: dt.date
    days: list[Day]
    shifts: dict[str, ShiftKind]
    rows: list[Row]
    found: list[Conflict]

    @property
    def people(self) -> dict[str, Person]:
        return {row.person.code: row.person for row in self.rows}

    def on_duty(self) -> list[tuple[ShiftKind, list[int]]]:
        """How many of the squad have each shift on each day."""
        used = {code for row in self.rows for code in row.sums}
        kinds = [one for one in self.shifts.values() if one.code in used]
        return [
            (kind, [sum(kind.short in row.boxes[n].signs for row in self.rows) for n in range(len(self.days))])
            for kind in kinds
        ]


def month_of(text: str | None, today: dt.date) -> dt.date:
    """The first day of a month in an address such as `2026-11`; without one, this month's."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def next_month(first: dt.date, by: int = 1) -> dt.date:
    n = first.year * 12 + first.month - 1 + by
    return dt.date(n // 12, n % 12 + 1, 1)


def days_of(first: dt.date, work: Calendar) -> list[Day]:
    every = [first.replace(day=n + 1) for n in range(calendar.monthrange(first.year, first.month)[1])]
    return [Day(one, _weekday(one), work.is_workday(one)) for one in every]


def _weekday(day: dt.date) -> str:
    """一 to 日, on the English page Mo to Su."""
    name = date_format(day, "D")
    return name[-1] if name.startswith("星期") else name[:2]


def people_of(unit: Unit, first: dt.date, last: dt.date) -> list[tuple[Person, str]]:
    """Everybody who works the street for a squad at some time of the month, the leader first."""
    posts = Post.objects.filter(unit__path__startswith=unit.path, role__in=STREET, begins_on__lte=last)
    posts = posts.exclude(ends_on__lte=first).select_related("person").order_by("id")
    ranked = sorted(posts, key=lambda post: STREET.index(Role(post.role)))
    found: dict[int, tuple[Person, str]] = {}
    for post in ranked:
        found.setdefault(post.person_id, (post.person, post.get_role_display()))
    return list(found.values())


def month_grid(
    unit: Unit, first: dt.date, work: Calendar, *, typed: Mapping[Cell, Sequence[str]] | None = None
) -> Month:
    """The grid as it is kept, or with what was typed or proposed in place of it: six queries whatever its size."""
    days = days_of(first, work)
    last = days[-1].on
    people = people_of(unit, first, last)
    shifts = {one.code: one for one in ShiftKind.objects.all()}
    ids = [person.pk for person, _role in people]
    cells = dict(cells_of(ids, first - AROUND, last + AROUND))
    for cell, codes in (typed or {}).items():
        cells[cell] = tuple(codes)
    leaves = list(Leave.objects.approved().touching(first, next_month(first)).filter(person__in=ids))
    away = {
        (leave.person_id, day.on): str(leave.get_sort_display())
        for leave in leaves
        for day in days
        if leave.begins_on <= day.on < leave.ends_on
    }
    found = [one for one in conflicts(cells, shifts, leaves) if first <= one.day <= last]
    wrong: dict[tuple[int, dt.date], list[str]] = {}
    for one in found:
        wrong.setdefault((one.person.pk, one.day), []).append(one.words)
    rows = []
    for person, role in people:
        row = Row(person, role)
        for day in days:
            codes = cells.get((person, day.on), ())
            row.sums.update(code for code in codes if not shifts[code].is_rest)
            row.boxes.append(
                Box(
                    day, "".join(shifts[code].short for code in codes), away.get((person.pk, day.on), ""),
                    "；".join(wrong.get((person.pk, day.on), [])),
                )
            )  # fmt: skip
        rows.append(row)
    return Month(unit, first, days, shifts, rows, found)


def cells_typed(given: QueryDict, month: Month) -> dict[Cell, list[str]]:
    """The cells of the form: `c-CODE-DD` holds signs of shifts. A sign that is none is refused, naming the cell."""
    signs = {one.short: one.code for one in month.shifts.values()}
    found: dict[Cell, list[str]] = {}
    for row in month.rows:
        for day in month.days:
            name = f"c-{row.person.code}-{day.on.day}"
            if name not in given:
                continue
            text = "".join(given[name].split())
            found[row.person, day.on] = _codes(text, signs, row.person.name, day.on)
    return found


def _codes(text: str, signs: Mapping[str, str], name: str, day: dt.date) -> list[str]:
    codes = []
    while text:
        sign = next((one for one in sorted(signs, key=len, reverse=True) if text.startswith(one)), "")
        if not sign:
            raise Refused(
                "roster.sign", _("%(name)s %(day)s 写的“%(text)s”不是班次；可以写：%(signs)s。")
                % {"name": name, "day": day.strftime("%m-%d"), "text": text, "signs": "、".join(signs)},
            )  # fmt: skip
        codes.append(signs[sign])
        text = text[len(sign) :]
    return codes
