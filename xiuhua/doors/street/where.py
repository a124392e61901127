"""Where somebody stands: which street, what is usual there, and what lies around on the map."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse

from xiuhua.cases.models import Case, Category
from xiuhua.city.answers import Candidate
from xiuhua.city.models import Duty, Segment, Shop
from xiuhua.city.queries import permitted_at
from xiuhua.city.resolving import resolve_point
from xiuhua.doors.street.work import mark_state
from xiuhua.kit.points import Point
from xiuhua.ledger.act import By, bureau_day

LOOK_BACK = dt.timedelta(days=30)
MOST_STREETS = 3000
MOST_SHOPS = 200


def segment_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of segments by code."""
    return {segment.code: str(segment) for segment in Segment.objects.filter(code__in=set(codes))}


@dataclass(frozen=True)
class Street:
    """A segment as the phone knows it: its name, and its line as text, so that it finds itself without a network."""

    name: str
    line: str


def my_segments(by: By, at: dt.datetime) -> dict[str, Street]:
    """The segments that somebody answers for, the own before the unit's, by code."""
    duties = Duty.objects.in_force(bureau_day(at)).filter(thing__startswith="segment:")
    mine = duties.filter(person__code=by.code).values_list("thing", flat=True)
    squad = duties.filter(unit__path=by.unit).values_list("thing", flat=True)
    codes = [thing.removeprefix("segment:") for thing in dict.fromkeys([*mine, *squad])]
    found = {segment.code: segment for segment in Segment.objects.filter(code__in=codes)}
    return {code: Street(str(found[code]), _line(found[code].line)) for code in codes if code in found}


def _line(points: list[list[float]]) -> str:
    """A line as `lon,lat lon,lat …` with its ends and at most twelve points."""
    kept = points[:: max(1, len(points) // 11)]
    return " ".join(f"{x:.5f},{y:.5f}" for x, y, *_ in [*kept, *points[-1:]])


def shops_of(by: By, at: dt.datetime, *, wanted: str = "") -> dict[str, list[Shop]]:
    """The shops on the segments that I or my unit answer for, by the segment's name, those of a name first found."""
    segments = my_segments(by, at)
    shops = Shop.objects.filter(closed_on=None, segment__code__in=segments).select_related("segment")
    if wanted:
        shops = shops.filter(Q(name__icontains=wanted) | Q(house_number=wanted))
    found: dict[str, list[Shop]] = {}
    for shop in shops.order_by("segment_id", "id")[:MOST_SHOPS]:
        found.setdefault(segments[shop.segment.code].name, []).append(shop)
    order = {street.name: n for n, street in enumerate(segments.values())}
    return dict(sorted(found.items(), key=lambda one: order[one[0]]))


@dataclass(frozen=True)
class Spot:
    """What the city says about where somebody stands: which segment, or which of several, and what is usual there."""

    inside: bool
    segments: dict[str, str]
    category: str
    here: str = ""
    """The likeliest place in words: segment with its side, grid, who answers now."""
    permitted: dict[str, str] = field(default_factory=dict)
    """By category: the sentence of a permitted place that has to do with it, now or at another time of the day."""

    def told(self) -> dict[str, Any]:
        rows = [{"code": code, "name": name} for code, name in self.segments.items()]
        return {
            "inside": self.inside, "segments": rows, "category": self.category, "here": self.here,
            "permitted": self.permitted,
        }  # fmt: skip


def spot_at(by: By, lon: float, lat: float, at: dt.datetime) -> Spot:
    """The segments at a point, nearest first; more than one when it is nearly as near to others."""
    found = resolve_point(Point(lon, lat), at)
    segments = {one.segment: one.segment_name for one in found.candidates if one.segment}
    return Spot(
        inside=found.inside,
        segments=segments,
        category=usual_category(by, at, segment=next(iter(segments), "")),
        here=_here(found.best),
        permitted=permissions(Point(lon, lat), at, segment=next(iter(segments), "")),
    )


def _here(best: Candidate | None) -> str:
    if best is None:
        return ""
    people = "、".join(who.words for who in best.on_duty[:2])
    return " · ".join(part for part in (best.title, best.grid_name, people) if part)


def permissions(point: Point, at: dt.datetime, *, segment: str = "") -> dict[str, str]:
    """What the register of permitted places says about each kind of problem here and now, where it says anything."""
    answers = {code: permitted_at(point, code, at, segment=segment) for code in Category.values}
    return {code: one.reason for code, one in answers.items() if one.place is not None and code in one.place.matters}


def usual_category(by: By, at: dt.datetime, *, segment: str = "") -> str:
    """The kind of problem that was reported most on a segment in 30 days; without one, that I reported most."""
    recent = Case.objects.filter(reported_at__gt=at - LOOK_BACK)
    there = Counter(recent.filter(segment=segment).values_list("category", flat=True)[:200]) if segment else Counter()
    usual = there or Counter(recent.filter(reporter=by.code).values_list("category", flat=True)[:200])
    order = list(Category.values)
    return min(usual, key=lambda one: (-usual[one], order.index(one))) if usual else Category.STALL.value


def marks(cases: Iterable[Case], at: dt.datetime) -> dict[str, Any]:
    """Cases as points for the map: hollow waiting, solid in work, red ring late, grey closed."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": case.number,
                "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
                "properties": {
                    "id": case.number,
                    "category": case.category,
                    "state": mark_state(case, at),
                    "url": reverse("street:case", args=[case.number]),
                },
            }
            for case in cases
            if case.lon is not None
        ],
    }


def streets(by: By, at: dt.datetime) -> dict[str, Any]:
    """The streets as lines for the map, those that my unit answers for marked; in a large city those alone."""
    duties = Duty.objects.in_force(bureau_day(at)).filter(thing__startswith="segment:", unit__path__startswith=by.unit)
    own = {thing.removeprefix("segment:") for thing in duties.values_list("thing", flat=True)} if by.unit else set()
    every = Segment.objects.in_use()
    rows = every.filter(code__in=own) if own and every.count() > MOST_STREETS else every
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": line},
                "properties": {"id": code, "name": road, "cls": cls, "squad": by.unit if code in own else ""},
            }
            for code, road, cls, line in rows.values_list("code", "road", "cls", "line")
            if len(line) > 1
        ],
    }
