"""The days that a brief tells of: a day, a week from Monday to Sunday, or any stage. Both ends are inclusive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiuhua.kit.refusals import Refused
from xiuhua.measures.errata import series

LONGEST_DAYS = 3660


@dataclass(frozen=True)
class Period:
    """The days `[from_day, to_day]`, both inclusive."""

    from_day: dt.date
    to_day: dt.date

    @property
    def series(self) -> str:
        """`day`, `week` or `stage`."""
        return series(self.from_day, self.to_day)

    @property
    def days(self) -> int:
        return (self.to_day - self.from_day).days + 1

    @property
    def title(self) -> str:
        return {"day": _("工作日报"), "week": _("工作周报")}.get(self.series, _("阶段工作简报"))

    @property
    def label(self) -> str:
        """`2020年3月1日—5月3日`: the year is told once when it is the same."""
        if self.from_day == self.to_day:
            return _day(self.from_day)
        end = {"y": self.to_day.year, "m": self.to_day.month, "d": self.to_day.day}
        same = self.from_day.year == self.to_day.year
        return f"{_day(self.from_day)}—" + (_("%(m)d月%(d)d日") if same else _("%(y)d年%(m)d月%(d)d日")) % end

    @property
    def before(self) -> Period:
        """The period of the same length just before this one."""
        length = dt.timedelta(days=self.days)
        return Period(self.from_day - length, self.to_day - length)


def _day(day: dt.date) -> str:
    return _("%(y)d年%(m)d月%(d)d日") % {"y": day.year, "m": day.month, "d": day.day}


def one_day(day: dt.date) -> Period:
    return Period(day, day)


def week_of(day: dt.date) -> Period:
    """The week from Monday to Sunday that a day is in."""
    monday = day - dt.timedelta(days=day.weekday())
    return Period(monday, monday + dt.timedelta(days=6))


def stage(from_day: dt.date, to_day: dt.date, *, today: dt.date) -> Period:
    """Any stage that has begun; refused with what is wrong with it."""
    if to_day < from_day:
        raise Refused(
            "brief.period",
            "结束日期 {to_day} 早于开始日期 {from_day}，请对调后再试。",
            field="to",
            to_day=to_day,
            from_day=from_day,
        )
    if from_day > today:
        raise Refused("brief.future", "{from_day} 还没有到，这一期还没有数据可报。", field="from", from_day=from_day)
    if (to_day - from_day).days > LONGEST_DAYS:
        raise Refused(
            "brief.long", "{from_day} 至 {to_day} 超过十年，请缩短期间。", field="to", from_day=from_day, to_day=to_day
        )
    return Period(from_day, to_day)


def day_told(text: str, *, field: str = "") -> dt.date:
    """A day as people type it: 2020-03-01, 2020/3/1, 2020年3月1日."""
    tidy = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in tidy.split("-"))
        return dt.date(year, month, day)
    except ValueError:
        raise Refused("brief.day", "日期“{text}”读不出来，请写成 2020-03-01。", field=field, text=text) from None
