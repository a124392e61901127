"""Rosters (排班): kinds of shifts, a squad's cycle, the month's cells, and the conflicts in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from xiuhua.city.access import must
from xiuhua.city.hours import windows_of
from xiuhua.city.models import Leave, Pattern, Person, Post, Rostered, ShiftKind, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.kinds import roster as kinds

REST_HOURS = 11
DAYS_ON = 6
"""At least this long between two shifts, and a day off in seven.

Source: a day of rest a week is 劳动法 (1994) 第三十八条; 11 hours between shifts our choice, after ILO practice, since
national law names none.
"""
Cell = tuple[Person, dt.date]


@action(answer=lambda line: ShiftKind.objects.get(code=line.about.partition(":")[2]))
def name_shift(act: Act, *, code: str, name: str, short: str, hours: str = "") -> ShiftKind:
    """A kind of shift gets its name, its one sign and its hours; without hours it is a rest. Again, it is changed."""
    must(act.by, "set_roster")
    if not code.isalnum():
        raise Refused("shift.code", "班次编码只能用字母和数字。", field="code")
    if not name.strip() or not short.strip():
        raise Refused("shift.name", "请写班次的名称和一个字的简称，例如“早班”“早”。", field="name")
    if ShiftKind.objects.filter(short=short.strip()[:2]).exclude(code=code).exists():
        raise Refused("shift.short", "简称“{short}”已经有别的班次用了。", field="short", short=short)
    windows = windows_of(hours)
    if len(windows) > 1:
        raise Refused("shift.hours", "一个班次只有一段时间，例如 22:00—06:00。", field="hours")
    begins, ends = windows[0] if windows else (None, None)
    found, _made = ShiftKind.objects.update_or_create(
        code=code, defaults={"name": name.strip()[:20], "short": short.strip()[:2], "begins": begins, "ends": ends}
    )
    act.record(kinds.ShiftNamed(hours=found.hours), about=f"shift:{code}")
    return found


@action(answer=lambda line: Pattern.objects.get(unit__code=line.about.partition(":")[2]))
def set_pattern(
    act: Act, *, unit: Unit, cycle: Sequence[str], anchor_on: dt.date, offsets: Mapping[str, int]
) -> Pattern:
    """A squad's cycle, such as 早早中中晚休, and where in it each person stands on the first day."""
    must(act.by, "set_roster", unit=unit.path)
    unknown = set(cycle) - set(ShiftKind.objects.values_list("code", flat=True))
    if unknown or not 2 <= len(cycle) <= 42:
        raise Refused("pattern.cycle", "轮班规律要有 2 到 42 天，每天是一个已有的班次。", field="cycle")
    found, _made = Pattern.objects.update_or_create(
        unit=unit,
        defaults={
            "cycle": list(cycle),
            "anchor_on": anchor_on,
            "offsets": {k: v % len(cycle) for k, v in offsets.items()},
        },
    )
    act.record(
        kinds.PatternSet(cycle=list(cycle), people=len(offsets)), about=f"pattern:{unit.code}", for_unit=unit.path
    )
    return found


def from_pattern(pattern: Pattern, people: Iterable[Person], days: Sequence[dt.date]) -> dict[Cell, tuple[str, ...]]:
    """What the cycle says for these people on these days; somebody without a place in it stays empty."""
    found: dict[Cell, tuple[str, ...]] = {}
    for person in people:
        if person.code not in pattern.offsets:
            continue
        for day in days:
            n = ((day - pattern.anchor_on).days + int(pattern.offsets[person.code])) % len(pattern.cycle)
            found[person, day] = (pattern.cycle[n],)
    return found


@action(answer=lambda line: getattr(read_facts(line.kind, line.facts), "cells", 0))
def set_roster(act: Act, *, unit: Unit, cells: Mapping[Cell, Sequence[str]]) -> int:
    """Cells of a squad's roster are set: for each person and day the codes of the shifts, none to leave it empty.

    Conflicts are kept and shown, not refused: the squad leader may have a reason. Gives back how many cells changed.
    """
    must(act.by, "set_roster", unit=unit.path)
    if not cells:
        raise Refused("roster.nothing", "没有要改的班。")
    people = {person.pk: person for person, _day in cells}
    days = sorted({day for _person, day in cells})
    _of_unit(unit, people, days)
    shifts = {one.code: one for one in ShiftKind.objects.all()}
    if any(code not in shifts for codes in cells.values() for code in codes):
        raise Refused("roster.shift", "有不认识的班次，请刷新页面后再排。")
    if any(len(codes) > 2 for codes in cells.values()):
        raise Refused("roster.many", "一天最多排两个班。")
    list(Unit.objects.select_for_update().filter(pk=unit.pk).values_list("pk"))
    before = cells_of(people, days[0], days[-1])
    changed = {cell: tuple(codes) for cell, codes in cells.items() if set(before.get(cell, ())) != set(codes)}
    if not changed:
        raise Refused("roster.same", "排班没有变化，不用再保存。")
    for (person, day), _codes in changed.items():
        Rostered.objects.filter(person=person, day=day).delete()
    Rostered.objects.bulk_create(
        [
            Rostered(person=person, unit=unit, day=day, shift=shifts[code])
            for (person, day), codes in changed.items()
            for code in dict.fromkeys(codes)
        ],
        batch_size=500,
    )
    act.record(
        kinds.RosterSet(
            from_day=days[0].isoformat(), to_day=days[-1].isoformat(), cells=len(changed),
            people=len({person for person, _day in changed}),
        ),
        about=f"roster:{unit.code}", for_unit=unit.path,
    )  # fmt: skip
    return len(changed)


def _of_unit(unit: Unit, people: Mapping[int, Person], days: Sequence[dt.date]) -> None:
    """Only people of the squad are rostered, for at most half a year at once."""
    if (days[-1] - days[0]).days > 184:
        raise Refused("roster.long", "一次最多排半年的班。")
    posts = Post.objects.filter(person__in=people, unit__path__startswith=unit.path, begins_on__lte=days[-1])
    strange = set(people) - set(posts.exclude(ends_on__lte=days[0]).values_list("person_id", flat=True))
    if strange:
        name = people[min(strange)].name
        raise Refused("roster.person", "{name}这段时间不在{unit_name}，不能排他的班。", name=name, unit_name=unit.name)


def cells_of(people: Iterable[int], first: dt.date, last: dt.date) -> dict[Cell, tuple[str, ...]]:
    """The roster's cells that are not empty, between two days, both inclusive."""
    found: dict[Cell, tuple[str, ...]] = {}
    rows = Rostered.objects.filter(person__in=list(people), day__range=(first, last)).select_related("person", "shift")
    for row in rows.order_by("shift__begins", "id"):
        found[row.person, row.day] = (*found.get((row.person, row.day), ()), row.shift.code)
    return found


@dataclass(frozen=True)
class Conflict:
    """Something in the roster that should not be: whose, on which day, which sort, in words."""

    person: Person
    day: dt.date
    sort: str
    words: str


def conflicts(
    cells: Mapping[Cell, Sequence[str]], shifts: Mapping[str, ShiftKind], leaves: Iterable[Leave] = ()
) -> list[Conflict]:
    """Two shifts on a day, too short a rest between shifts, more than six days without a rest, a shift while on leave.

    Only what is in `cells` is looked at, so give a week more on both sides of what is shown.
    """
    found: list[Conflict] = []
    away = {(one.person_id, day) for one in leaves for day in _days(one.begins_on, one.ends_on)}
    by_person: dict[Person, list[tuple[dt.date, Sequence[str]]]] = {}
    for (person, day), codes in cells.items():
        by_person.setdefault(person, []).append((day, codes))
    for person, mine in by_person.items():
        mine.sort(key=lambda one: one[0])
        working = [(day, [code for code in codes if not shifts[code].is_rest]) for day, codes in mine if codes]
        found += _twice(person, working)
        found += _short_rests(person, working, shifts)
        found += _too_many_days(person, [day for day, codes in working if codes])
        found += [
            Conflict(person, day, "leave", _("%(name)s %(day)s 请假，却排了班") % _told(person, day))
            for day, codes in working
            if codes and (person.pk, day) in away
        ]
    return sorted(found, key=lambda one: (one.day, one.person.pk, one.sort))


def _told(person: Person, day: dt.date) -> dict[str, object]:
    return {"name": person.name, "day": f"{day:%m-%d}"}


def _days(begins: dt.date, ends: dt.date) -> list[dt.date]:
    return [begins + dt.timedelta(days=n) for n in range((ends - begins).days)]


def _twice(person: Person, working: Sequence[tuple[dt.date, Sequence[str]]]) -> list[Conflict]:
    return [
        Conflict(person, day, "twice", _("%(name)s %(day)s 排了两个班") % _told(person, day))
        for day, codes in working
        if len(codes) > 1
    ]


def _short_rests(
    person: Person, working: Sequence[tuple[dt.date, Sequence[str]]], shifts: Mapping[str, ShiftKind]
) -> list[Conflict]:
    spans = sorted((span, day) for day, codes in working for code in codes if (span := shifts[code].span(day)))
    found = []
    for (before, day_before), (after, day) in pairwise(spans):
        hours = (after[0] - before[1]).total_seconds() / 3600
        if day != day_before and hours < REST_HOURS:
            found.append(
                Conflict(
                    person,
                    day,
                    "rest",
                    _("%(name)s %(day)s 离上一班只有 %(hours)s 小时，不到 %(least)d 小时")
                    % (_told(person, day) | {"hours": f"{max(hours, 0):g}", "least": REST_HOURS}),
                )
            )
    return found


def _too_many_days(person: Person, days: Sequence[dt.date]) -> list[Conflict]:
    """The day on which a run without a rest passes six."""
    found, run = [], 0
    for n, day in enumerate(days):
        run = run + 1 if n and day - days[n - 1] == dt.timedelta(days=1) else 1
        if run == DAYS_ON + 1:
            found.append(
                Conflict(
                    person,
                    day,
                    "run",
                    _("%(name)s 到 %(day)s 已连上 %(n)d 天班，没有休息") % (_told(person, day) | {"n": run}),
                )
            )
    return found
