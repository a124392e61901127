"""Divided roads in the audit: the two sides of one road that belong to two squads."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from shapely import LineString, STRtree

from xiuhua.city.models import Segment
from xiuhua.programme.audit_ground import Ground

APART_M = 60.0
"""How far the two carriageways of one road lie apart at most. Our choice: the widest profile of GB/T 51328 is 70 m
between the red lines, and the lines run along the middle of each half."""
ALONGSIDE = 0.5
"""Which share of the shorter one must run beside the other."""
PARALLEL = math.cos(math.radians(30))
M_PER_DEGREE = 111_320.0


def divided_roads(ground: Ground) -> Iterator[tuple[str, str, str]]:
    """Segments of one road that run side by side, or are its two sides in words, under different squads; each pair once."""
    by_road: dict[str, list[Segment]] = defaultdict(list)
    for segment in ground.segments.values():
        if segment.road:
            by_road[segment.road].append(segment)
    for road in by_road.values():
        for one, other in _pairs(road):
            ours, theirs = ground.squads_of(one.code), ground.squads_of(other.code)
            if ours and theirs and not set(ours) & set(theirs):
                told = {"one": ours[0].name, "other": theirs[0].name, "street": str(other), "code": other.code}
                yield (
                    f"segment:{one.code}", str(one),
                    _("这一侧归%(one)s，对面 %(code)s（%(street)s）归%(other)s") % told,
                )  # fmt: skip


def _pairs(road: list[Segment]) -> Iterator[tuple[Segment, Segment]]:
    drawn = [one for one in road if len(one.line) > 1]
    lines = _planes(drawn)
    tree = STRtree(lines)
    for n, line in enumerate(lines):
        for m in sorted(int(k) for k in tree.query(line, predicate="dwithin", distance=APART_M)):
            if m > n and _sides(drawn[n], drawn[m]) and _alongside(line, lines[m]):
                yield drawn[n], drawn[m]
    told = [one for one in road if len(one.line) < 2 and one.from_name]
    for n, one in enumerate(told):
        for other in told[n + 1 :]:
            same = {one.from_name, one.to_name} == {other.from_name, other.to_name}
            if same and one.side != other.side:
                yield one, other


def _sides(one: Segment, other: Segment) -> bool:
    """Whether two segments can be the two sides of a road: each of one way, or each of one side."""
    return bool(one.oneway and other.oneway) or (one.side != other.side and "both" not in (one.side, other.side))


def _planes(segments: list[Segment]) -> list[LineString]:
    """The lines in metres, in one plane for a road."""
    kx = M_PER_DEGREE * math.cos(math.radians(segments[0].line[0][1])) if segments else 0.0
    return [LineString([(x * kx, y * M_PER_DEGREE) for x, y, *_height in one.line]) for one in segments]


def _alongside(one: LineString, other: LineString) -> bool:
    """Whether two lines are parallel, and the shorter runs beside the other and not just after it."""
    (ax, ay), (bx, by) = _heading(one), _heading(other)
    if abs(ax * bx + ay * by) < PARALLEL:
        return False
    short, long = sorted((one, other), key=lambda line: line.length)
    beside = short.intersection(long.buffer(APART_M, cap_style="flat"))
    return bool(beside.length >= ALONGSIDE * short.length)


def _heading(line: LineString) -> tuple[float, float]:
    """From the first point to the last, one metre long; nowhere for a ring."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    length = math.hypot(x1 - x0, y1 - y0)
    return ((x1 - x0) / length, (y1 - y0) / length) if length else (0.0, 0.0)
