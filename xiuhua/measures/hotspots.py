"""Where it keeps going wrong: open problems by road segment, and points where the same kind comes back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.measures.cases import last_lines, open_lines
from xiuhua.measures.lines import Scope, prepared, standing, value

CELL_E7 = 10_000
"""Side of a point's cell in 1e-7 degrees: a thousandth of a degree, 111 m north by 89 m east at 36.7° north.

Our choice. Reports on the two sides of a cell's border count apart, so a point is missed rather than made up.
"""
DAYS, LEAST = 30, 3


@dataclass(frozen=True)
class RepeatPoint:
    """A cell of the map where a category was reported at least so many times: its main segment, and its middle."""

    segment: str
    category: str
    reported: int
    lon: float
    lat: float


@dataclass(frozen=True)
class HotSegment:
    """A road segment: its open problems at the end of a day, its reports of the days before, its repeat points."""

    segment: str
    open: int = 0
    reported: int = 0
    repeats: tuple[RepeatPoint, ...] = ()


def hot_segments(
    day: dt.date, *, days: int = DAYS, least: int = LEAST, bound_to: int | None = None, unit: str = ""
) -> list[HotSegment]:
    """Every segment with open problems or reports: most open first, then most repeat points, then most reported.

    Problems that lie on no segment stand under the empty code. Reports are those of `days` before and with the day.
    """
    scope = Scope(day - dt.timedelta(days=days - 1), day, bound_to, unit)
    opened = {row["segment"]: row["n"] for row in prepared(_open_by_segment, scope)}
    spots = _reported(scope)
    reported: dict[str, int] = {}
    for spot, n in spots.items():
        reported[spot[0]] = reported.get(spot[0], 0) + n
    points = _points(spots, least)
    rows = [
        HotSegment(
            code, opened.get(code, 0), reported.get(code, 0), tuple(one for one in points if one.segment == code)
        )
        for code in opened.keys() | reported.keys()
    ]
    return sorted(rows, key=lambda one: (-one.open, -len(one.repeats), -one.reported, one.segment))


def repeat_points(
    day: dt.date, *, days: int = DAYS, least: int = LEAST, bound_to: int | None = None, unit: str = ""
) -> list[RepeatPoint]:
    """Points where a category was reported `least` times or more within `days`; refused reports do not count."""
    return _points(_reported(Scope(day - dt.timedelta(days=days - 1), day, bound_to, unit)), least)


Spot = tuple[str, str, int | None, int | None]
"""Where and what: segment, facts, and the south-west corner of the cell in 1e-7 degrees."""


def _points(spots: dict[Spot, int], least: int) -> list[RepeatPoint]:
    found: dict[tuple[int, int, str], dict[str, int]] = {}
    for (segment, facts, x, y), n in spots.items():
        if x is None or y is None:
            continue
        at = found.setdefault((x, y, json.loads(facts)["category"]), {})
        at[segment] = at.get(segment, 0) + n
    points = [
        RepeatPoint(
            segment=max(sorted(by_segment), key=lambda code: by_segment[code]),
            category=category,
            reported=sum(by_segment.values()),
            lon=(x + CELL_E7 / 2) / 1e7,
            lat=(y + CELL_E7 / 2) / 1e7,
        )
        for (x, y, category), by_segment in found.items()
        if sum(by_segment.values()) >= least
    ]
    return sorted(points, key=lambda one: (-one.reported, one.segment, one.category, one.lon, one.lat))


def _reported(scope: Scope) -> dict[Spot, int]:
    """How often it was reported at each spot, without reports that stand refused.

    Both sides are fetched and matched here: a database without a hash join would compare each report with each refusal.
    """
    refused = {row["about"] for row in prepared(_refused, scope)}
    found: dict[Spot, int] = {}
    for row in prepared(_reports, scope):
        if row["about"] not in refused:
            spot = (row["segment"], row["facts"], row["x"], row["y"])
            found[spot] = found.get(spot, 0) + 1
    return found


def _open_by_segment(scope: Scope) -> Table:
    lines = open_lines(scope.to_day, bound_to=scope.bound_to, unit=scope.unit)
    return lines.group_by("segment").aggregate(n=_.count())


def _reports(scope: Scope) -> Table:
    lines = standing(scope).filter(_.kind == "case.reported")
    return lines.select("about", "segment", "facts", x=_.lon_e7 - _.lon_e7 % CELL_E7, y=_.lat_e7 - _.lat_e7 % CELL_E7)


def _refused(scope: Scope) -> Table:
    """Cases that stood refused at the end of the scope; one that was reported in it was refused in it."""
    last = last_lines(scope.to_day, prefix="case.", bound_to=scope.bound_to)
    last = last.filter(_.day >= value(scope.from_day), _.facts.contains('"state":"refused"'))
    return last.select("about")
