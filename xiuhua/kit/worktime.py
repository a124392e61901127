"""Deadlines: the four kinds of limit of the filing standard, counted in the bureau's work hours and calendar.

紧急工作时 runs day and night; 工作时 runs inside the shifts of working days; a 工作日 ends at the same time of day so
many working days later; 自然日 likewise with calendar days. Source: filing standards in use (domain notes on the
national loop, four kinds of limit); where a moment outside work hours starts a limit, it starts with the next shift
(our choice: the standards leave it open).
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xiuhua.kit.calendar import Calendar
from xiuhua.kit.refusals import Refused

LONGEST_DAYS = 3660


class LimitKind(enum.StrEnum):
    """How a limit runs."""

    EMERGENCY_HOURS = "emergency_hours"
    WORK_HOURS = "work_hours"
    WORK_DAYS = "work_days"
    CALENDAR_DAYS = "calendar_days"


WORDS = {
    LimitKind.EMERGENCY_HOURS: gettext_lazy("小时（昼夜连续）"),
    LimitKind.WORK_HOURS: gettext_lazy("个工作时"),
    LimitKind.WORK_DAYS: gettext_lazy("个工作日"),
    LimitKind.CALENDAR_DAYS: gettext_lazy("个自然日"),
}


@dataclass(frozen=True)
class Limit:
    """So much of a kind of time, such as two working days."""

    amount: Decimal
    kind: LimitKind

    @property
    def words(self) -> str:
        return f"{self.amount.normalize():f} {WORDS[self.kind]}"


@dataclass(frozen=True)
class Shift:
    """Work from one time of day to another; a shift that ends at or before its beginning ends the next day."""

    begins: dt.time
    ends: dt.time


@dataclass(frozen=True)
class WorkHours:
    """The shifts of a working day, in order, in the bureau's time zone."""

    shifts: tuple[Shift, ...]
    tz: ZoneInfo
    dated: tuple[tuple[tuple[dt.date, tuple[Shift, ...]], ...], ...] = ()
    """What holds from a day on instead (夏季作息), in order; a unit's own before the bureau's. No shifts: as the next says."""

    def on(self, day: dt.date) -> tuple[Shift, ...]:
        """The shifts of a working day by the times of day."""
        for layer in self.dated:
            held = next((shifts for begins_on, shifts in reversed(layer) if begins_on <= day), ())
            if held:
                return held
        return self.shifts

    def of(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The shifts of a working day as moments."""
        found = []
        for shift in self.on(day):
            ends_on = day + dt.timedelta(days=shift.ends <= shift.begins)
            begins = dt.datetime.combine(day, shift.begins, self.tz)
            found.append(
                (begins.astimezone(dt.UTC), dt.datetime.combine(ends_on, shift.ends, self.tz).astimezone(dt.UTC))
            )
        return found


@dataclass(frozen=True)
class Due:
    """When a limit ends, and whether that rests on days that are not announced yet."""

    at: dt.datetime
    provisional: bool = False


def due_at(start: dt.datetime, limit: Limit, *, calendar: Calendar, hours: WorkHours) -> Due:
    """When a limit that starts at `start` ends. Amounts above zero, `start` aware; the answer is UTC."""
    if limit.amount <= 0:
        raise Refused("limit.amount", "时限要大于 0，现在是 {amount}。", field="limit", amount=limit.amount)
    start = start.astimezone(dt.UTC)  # only in UTC is a sum of moments and hours what a clock would show
    match limit.kind:
        case LimitKind.EMERGENCY_HOURS:
            return Due(start + dt.timedelta(hours=float(limit.amount)))
        case LimitKind.WORK_HOURS:
            return _after_work(start, dt.timedelta(hours=float(limit.amount)), calendar=calendar, hours=hours)
        case LimitKind.WORK_DAYS:
            return _after_work_days(start, limit.amount, calendar=calendar, hours=hours)
    return _after_calendar_days(start, limit.amount, hours=hours)


def due_after_pause(
    due: dt.datetime, paused_at: dt.datetime, resumed_at: dt.datetime, kind: LimitKind, *, calendar: Calendar,
    hours: WorkHours,
) -> Due:  # fmt: skip
    """The deadline moved by what was left of it at the pause; one that had passed stays passed.

    A pause never brings a deadline forward, also where the deadline lies outside work hours.
    """
    due, paused_at, resumed_at = (moment.astimezone(dt.UTC) for moment in (due, paused_at, resumed_at))
    if paused_at >= due:
        return Due(due)
    if kind in (LimitKind.EMERGENCY_HOURS, LimitKind.CALENDAR_DAYS):
        return Due(resumed_at + (due - paused_at))
    left = worked_between(paused_at, due, calendar=calendar, hours=hours)
    moved = _after_work(resumed_at, left, calendar=calendar, hours=hours)
    return Due(max(due, moved.at), moved.provisional)


def worked_between(start: dt.datetime, end: dt.datetime, *, calendar: Calendar, hours: WorkHours) -> dt.timedelta:
    """Work time between two moments."""
    total = dt.timedelta(0)
    start, end = start.astimezone(dt.UTC), end.astimezone(dt.UTC)
    for shift in _shifts(start, calendar=calendar, hours=hours):
        if shift.begins >= end:
            break
        total += max(min(shift.ends, end) - shift.begins, dt.timedelta(0))
    return total


def add_working_days(day: dt.date, n: int, *, calendar: Calendar) -> dt.date:
    """The n-th working day after a day, which itself does not count (行政处罚法 第八十五条 counts so)."""
    while n > 0:
        day += dt.timedelta(days=1)
        n -= calendar.is_workday(day)
    return day


@dataclass(frozen=True)
class _Worked:
    """What of a shift lies after a moment: on which working day, from when to when, and whether it may change."""

    day: dt.date
    begins: dt.datetime
    ends: dt.datetime
    provisional: bool


def _shifts(start: dt.datetime, *, calendar: Calendar, hours: WorkHours) -> Iterator[_Worked]:
    """The work time after a moment, shift by shift. It rests on every day that was passed to come so far."""
    first = start.astimezone(hours.tz).date()
    uncertain = False
    for n in range(-1, LONGEST_DAYS):
        day = first + dt.timedelta(days=n)
        kind = calendar.day(day)
        uncertain |= kind.provisional and n >= 0
        if kind.workday:
            for begins, ends in hours.of(day):
                if ends > start:
                    yield _Worked(day, max(begins, start), ends, uncertain)


def _after_work(start: dt.datetime, left: dt.timedelta, *, calendar: Calendar, hours: WorkHours) -> Due:
    for shift in _shifts(start, calendar=calendar, hours=hours):
        if shift.begins + left <= shift.ends:
            return Due(shift.begins + left, shift.provisional)
        left -= shift.ends - shift.begins
    raise _no_work()


def _after_work_days(start: dt.datetime, amount: Decimal, *, calendar: Calendar, hours: WorkHours) -> Due:
    """The same time of day so many working days later; a part of a day is that part of its work time."""
    whole, part = divmod(amount, 1)
    opening = next(_shifts(start, calendar=calendar, hours=hours), None)
    if opening is None:
        raise _no_work()
    begins = opening.begins.astimezone(hours.tz)
    past_midnight = begins.date() - opening.day  # in a night shift that began the evening before
    day, uncertain = opening.day, opening.provisional
    left = int(whole)
    while left > 0:
        day += dt.timedelta(days=1)
        if (day - opening.day).days > LONGEST_DAYS:
            raise _no_work()
        kind = calendar.day(day)
        uncertain |= kind.provisional
        left -= kind.workday
    end = dt.datetime.combine(day + past_midnight, begins.time(), hours.tz).astimezone(dt.UTC)
    if not part:
        return Due(end, uncertain)
    day_long = sum((ends - begins for begins, ends in hours.of(day)), dt.timedelta(0))
    rest = _after_work(end, day_long * float(part), calendar=calendar, hours=hours)
    return Due(rest.at, rest.provisional or uncertain)


def _after_calendar_days(start: dt.datetime, amount: Decimal, *, hours: WorkHours) -> Due:
    whole, part = divmod(amount, 1)
    local = start.astimezone(hours.tz)
    end = dt.datetime.combine(local.date() + dt.timedelta(days=int(whole)), local.time(), hours.tz)
    return Due(end.astimezone(dt.UTC) + dt.timedelta(days=float(part)))


def _no_work() -> Refused:
    return Refused("limit.no_work", "工作时间或工作日历里没有可用的工作时间，算不出到期时间。请检查系统设置。")


def explain_due(start: dt.datetime, limit: Limit, *, calendar: Calendar, hours: WorkHours) -> str:
    """The arithmetic in one sentence: 立案 4月30日 16:20，时限 2 个工作日，劳动节放假 5 天，到期 5月7日 16:20."""
    due = due_at(start, limit, calendar=calendar, hours=hours)
    begins, ends = start.astimezone(hours.tz), due.at.astimezone(hours.tz)
    parts = [_("立案 %(time)s") % {"time": _moment(begins)}, _("时限 %(limit)s") % {"limit": limit.words}]
    if limit.kind in (LimitKind.WORK_HOURS, LimitKind.WORK_DAYS):
        parts += _days_off(begins.date(), ends.date(), calendar)
    told = {"time": _moment(ends)}
    parts.append(
        _("到期 %(time)s（放假安排未公布，暂按周末推算）") % told if due.provisional else _("到期 %(time)s") % told
    )
    return (", " if _english() else "，").join(parts)


def _days_off(first: dt.date, last: dt.date, calendar: Calendar) -> list[str]:
    """Holidays and weekends between two days: 劳动节放假 5 天, 周末 2 天."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    off = [(day, calendar.day(day)) for day in days if not calendar.day(day).workday]
    counted: dict[str, int] = {}
    for day, kind in off:
        name = kind.name or _holiday_beside(day, calendar) or ""
        counted[name] = counted.get(name, 0) + 1
    told = [_("%(name)s放假 %(n)d 天") % {"name": name, "n": n} for name, n in counted.items() if name]
    return told + ([_("周末 %(n)d 天") % {"n": counted[""]}] if counted.get("") else [])


def _holiday_beside(day: dt.date, calendar: Calendar) -> str:
    """A weekend day that runs together with a holiday belongs to it."""
    for step in (-1, 1):
        other = day + dt.timedelta(days=step)
        while not calendar.is_workday(other) and abs((other - day).days) < 8:
            if name := calendar.day(other).name:
                return name
            other += dt.timedelta(days=step)
    return ""


def _moment(local: dt.datetime) -> str:
    return f"{local:%-d %b %H:%M}" if _english() else f"{local.month}月{local.day}日 {local:%H:%M}"


def _english() -> bool:
    return (get_language() or "").startswith("en")
