"""Times as people say them: 剩余 00:42, 超时 1 小时 10 分, 昨天 13:05."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _


def remaining(due: dt.datetime, at: dt.datetime) -> str:
    """What is left of a limit, or by how much it has passed; whole minutes, rounded down."""
    minutes = int(abs((due - at).total_seconds()) // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    long = _("%(d)d 天 %(h)d 小时") % {"d": days, "h": hours}
    if due < at:
        short = _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": rest} if hours else _("%(m)d 分") % {"m": rest}
        return _("超时 %(time)s") % {"time": long if days else short}
    return _("剩余 %(time)s") % {"time": long if days else f"{hours:02d}:{rest:02d}"}


def duration(span: dt.timedelta) -> str:
    """How long something took: 2 天 3 小时, 1 小时 10 分, 5 分."""
    minutes = int(span.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(d)d 天 %(h)d 小时") % {"d": days, "h": hours}
    return _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": rest} if hours else _("%(m)d 分") % {"m": rest}


SOON = dt.timedelta(hours=1)


def urgency(due: dt.datetime, at: dt.datetime, warn_at: dt.datetime | None = None) -> str:
    """The light: red (`late`) once passed, yellow (`warn`) from `warn_at` or in the last hour, else green (`ok`).

    It is the tag's colour, never without the words.
    """
    if due < at:
        return "late"
    return "warn" if at >= (warn_at or due - SOON) else "ok"


def ago(moment: dt.datetime, at: dt.datetime) -> str:
    """How long ago, for things of today: 刚刚, 5 分钟前, 3 小时前, then the day."""
    minutes = int((at - moment).total_seconds() // 60)
    if minutes < 1:
        return _("刚刚")
    if minutes < 60:
        return _("%(n)d 分钟前") % {"n": minutes}
    if minutes < 24 * 60:
        return _("%(n)d 小时前") % {"n": minutes // 60}
    return short_time(moment, at)


def short_time(moment: dt.datetime, at: dt.datetime) -> str:
    """13:05 today, 昨天 13:05, 5月3日, and with the year when it is another."""
    local, today = timezone.localtime(moment), timezone.localtime(at).date()
    if local.date() == today:
        return local.strftime("%H:%M")
    if local.date() == today - dt.timedelta(days=1):
        return _("昨天 %(time)s") % {"time": local.strftime("%H:%M")}
    day = {"y": local.year, "m": local.month, "d": local.day}
    return _("%(m)d月%(d)d日") % day if local.year == today.year else _("%(y)d年%(m)d月%(d)d日") % day
