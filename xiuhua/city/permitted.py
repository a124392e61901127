"""The one question that everybody asks before calling something a violation: is it permitted here and now?"""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import shapely
from django.conf import settings
from django.db import connection
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from shapely import STRtree
from shapely.geometry import shape as shape_of

from xiuhua.city.models import PermittedPlace
from xiuhua.kit.calendar import Calendar, load_calendar
from xiuhua.kit.points import METRES_PER_DEGREE, Point

DAY = dt.timedelta(days=1)
MIDNIGHT = 24 * 60


@dataclass(frozen=True)
class Permission:
    """Whether something is permitted at a place and moment, by which place, until when, and why, in words.

    `edge_m` is how far inside the place the point lies, in metres: near its border the phone asks instead of guessing.
    A place that would permit it at another time is named as well, so that an officer can say when.
    """

    permits: bool
    reason: str = ""
    place: PermittedPlace | None = None
    until: dt.datetime | None = None
    edge_m: float = 0.0


@dataclass(frozen=True)
class Opening:
    """Whether a permitted place is open at a moment; until when, or why not."""

    open: bool
    until: dt.datetime | None = None
    why: str = ""


def permitted_at(
    point: Point | None, matter: str | Collection[str], at: dt.datetime, *, segment: str = "", stall: str = ""
) -> Permission:
    """Whether `matter` (a code, or several that mean the same) is permitted at a point at a moment.

    A place without a drawing is found by its segment; one with stall numbers asks for the number when one is told.
    Hours are half-open: at 18:00 a place of 18:00–22:00 is open, at 22:00 it is not.
    """
    asked = {matter} if isinstance(matter, str) else set(matter)
    best = Permission(permits=False, reason=_("此处没有登记允许的地点。"))
    rank = 0
    calendar = load_calendar()
    for place, edge_m in _register().around(point, segment):
        answer, weight = _answer(place, asked, at, stall, calendar, edge_m)
        if weight > rank:
            best, rank = answer, weight
    return best


def _answer(
    place: PermittedPlace, asked: set[str], at: dt.datetime, stall: str, calendar: Calendar, edge_m: float
) -> tuple[Permission, int]:
    """What one place says, and how much it has to do with the question: 3 permits, 2 at other times, 1 other matters."""
    named = {"when": hours_told(place), "kind": place.get_kind_display(), "name": place.name}
    if asked.isdisjoint(place.matters):
        said = _("此处是{kind}（{name}），但不允许这类行为。").format(**named)
        return Permission(False, said, place, edge_m=edge_m), 1
    if stall and place.stalls and stall not in place.stalls:
        said = _("{kind}（{name}）没有 {stall} 号摊位。").format(**named, stall=stall)
        return Permission(False, said, place, edge_m=edge_m), 1
    opening = opening_at(place, at, calendar)
    if opening.open:
        said = _("此处{when}为{kind}（{name}），现在允许。").format(**named)
        return Permission(True, said, place, opening.until, edge_m), 3
    said = _("此处{when}为{kind}（{name}），{why}").format(**named, why=opening.why)
    return Permission(False, said, place, edge_m=edge_m), 2


# ---------------------------------------------------------------- when


def opening_at(place: PermittedPlace, at: dt.datetime, calendar: Calendar) -> Opening:
    """Whether a place is open: by its term, season, weekdays, holidays and hours, each judged by the day of opening."""
    zone = ZoneInfo(settings.TIME_ZONE)
    now = at.astimezone(zone).replace(tzinfo=None)
    today = now.date()
    for day in (today - DAY, today):
        if _closed_on(place, day, calendar):
            continue
        for begins, ends in _spans(place, day):
            if begins <= now < ends:
                return Opening(True, ends.replace(tzinfo=zone))
    why = _closed_on(place, today, calendar)
    if not why:
        later = [begins for begins, _ends in _spans(place, today) if begins > now]
        why = (
            _("现在 {now} 还没有到时间。").format(now=f"{now:%H:%M}")
            if later
            else _("现在 {now} 已经过了时间。").format(now=f"{now:%H:%M}")
        )
    return Opening(False, why=why)


def openings_ended(place: PermittedPlace, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """The moments between two at which the place closed for the day, the newest first."""
    zone, calendar = ZoneInfo(settings.TIME_ZONE), load_calendar()
    first, last = since.astimezone(zone).replace(tzinfo=None), until.astimezone(zone).replace(tzinfo=None)
    found = []
    day = first.date() - DAY
    while day <= last.date():
        if not _closed_on(place, day, calendar):
            found += [ends for _begins, ends in _spans(place, day) if first < ends <= last]
        day += DAY
    return [ends.replace(tzinfo=zone) for ends in sorted(found, reverse=True)]


def _closed_on(place: PermittedPlace, day: dt.date, calendar: Calendar) -> str:
    """Why a place does not open on a day; empty when it does."""
    if day < place.begins_on:
        return _("从 {day} 起才允许。").format(day=place.begins_on)
    ends = min((one for one in (place.ends_on, place.ended_on) if one), default=None)
    if ends and day >= ends:
        return _("{day} 起已经不再允许。").format(day=ends)
    if place.season and not in_season(day, *place.season):
        return _("只在每年 {begins} 至 {ends} 允许。").format(begins=place.season[0], ends=place.season[1])
    if place.weekdays and day.isoweekday() not in place.weekdays:
        return _("今天是{day}，不开放。").format(day=WEEKDAYS[day.weekday()])
    holiday = is_holiday(day, calendar) if place.holidays != PermittedPlace.Holidays.SAME else False
    if place.holidays == PermittedPlace.Holidays.CLOSED and holiday:
        return _("法定节假日不开放。")
    if place.holidays == PermittedPlace.Holidays.ONLY and not holiday:
        return _("只在法定节假日开放。")
    return ""


def in_season(day: dt.date, begins: str, ends: str) -> bool:
    """Whether a day lies between two month-days, both included; 11-01 to 03-31 goes over the new year."""
    told = f"{day:%m-%d}"
    return begins <= told <= ends if begins <= ends else told >= begins or told <= ends


def is_holiday(day: dt.date, calendar: Calendar) -> bool:
    """Whether a day off belongs to a public holiday: its run of days off holds a day that the calendar names."""
    if calendar.is_workday(day):
        return False
    for step in (-DAY, DAY):
        on = day
        while not calendar.is_workday(on):
            if calendar.day(on).name:
                return True
            on += step
    return False


def minutes_of(text: str) -> int:
    """Minutes after midnight of a time such as 18:00; 24:00 is the end of the day."""
    hour, _colon, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def _spans(place: PermittedPlace, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The hours of a day as moments of the wall clock; a span that ends by its beginning runs into the next day."""
    start = dt.datetime.combine(day, dt.time())
    for begins, ends in place.hours or [["00:00", "24:00"]]:
        first, last = minutes_of(begins), minutes_of(ends)
        if last <= first:
            last += MIDNIGHT
        yield start + dt.timedelta(minutes=first), start + dt.timedelta(minutes=last)


def hours_told(place: PermittedPlace) -> str:
    """The hours in words: ` 06:00–08:30、18:00–次日02:00 `, or all day."""
    if not place.hours:
        return _("全天")
    told = [
        f"{begins}–{_('次日') if minutes_of(ends) <= minutes_of(begins) else ''}{ends}" for begins, ends in place.hours
    ]
    return f" {_('、').join(told)} "


# ---------------------------------------------------------------- where


class _Register:
    """Every permitted place and its shape, in a local plane of metres."""

    def __init__(self) -> None:
        rows = PermittedPlace.objects.select_related("segment", "unit", "manager", "cleared_by").defer("segment__line")
        self.places = list(rows)
        drawn = [(place, shape_of(place.shape)) for place in self.places if place.shape]
        self.drawn = [place for place, _shape in drawn]
        lat0 = sum(shape.centroid.y for _place, shape in drawn) / len(drawn) if drawn else 0.0
        self.scale = (METRES_PER_DEGREE * math.cos(math.radians(lat0)), METRES_PER_DEGREE)
        self.shapes = [
            self._ground(shapely.transform(shape, lambda xy: xy * self.scale), float(place.reach_m))
            for place, shape in drawn
        ]
        self.tree = STRtree(self.shapes)

    @staticmethod
    def _ground(shape: shapely.Geometry, reach_m: float) -> shapely.Geometry:
        return shape if shape.area > 0 else shape.buffer(max(reach_m, 0.5))

    def around(self, point: Point | None, segment: str) -> Iterator[tuple[PermittedPlace, float]]:
        """The places that hold a point with the metres to their border, then those known by the segment alone."""
        if point is not None and self.drawn:
            spot = shapely.Point(point.lon * self.scale[0], point.lat * self.scale[1])
            for n in sorted(self.tree.query(spot, predicate="intersects").tolist()):
                yield self.drawn[n], float(self.shapes[n].boundary.distance(spot))
        if segment:
            yield from (
                (one, 0.0) for one in self.places if not one.shape and one.segment and one.segment.code == segment
            )


STAMP = """
    SELECT (SELECT COUNT(*) FROM city_permittedplace), (SELECT MAX(id) FROM city_placeedit),
           (SELECT key FROM city_placeedit ORDER BY id DESC LIMIT 1)
"""


def _register() -> _Register:
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        count, *stamp = cursor.fetchone()
    return _read((connection.alias, count, *stamp))


@functools.lru_cache(maxsize=2)
def _read(stamp: tuple[object, ...]) -> _Register:
    return _Register()
