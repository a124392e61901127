"""Dividing and joining segments: the parts take new codes, and what stood on the old one goes to the right part.

Old lines keep the old codes. A segment that was divided or joined names its successors, so that a link of last year
still leads somewhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry import LineString
from shapely.ops import substring

from xiuhua.city.access import must
from xiuhua.city.duty_moves import hand_on
from xiuhua.city.models import Segment
from xiuhua.city.place_edits import Edit, locked
from xiuhua.city.place_sorts import SORTS, sort_of
from xiuhua.kit.points import METRES_PER_DEGREE, Point, distance_m
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapes import line_length_m
from xiuhua.ledger.act import Act, action, bureau_day, record_all
from xiuhua.ledger.kinds.places import SegmentMerged, SegmentSplit
from xiuhua.ledger.models import Line

SHORTEST_PART_M = 1.0
JOIN_M = 2.0
"""Ends within two metres of each other are one corner: what a hand on a map can set apart without meaning it."""

Line2 = list[list[float]]


def plane_of(line: Sequence[Sequence[float]]) -> tuple[LineString, Callable[[Any], Any], Callable[[Any], Any]]:
    """A line in a local plane of metres, with the ways there and back for geometries."""
    scale = (METRES_PER_DEGREE * math.cos(math.radians(line[0][1])), METRES_PER_DEGREE)

    def there(shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: xy * scale)

    def back(shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: xy / scale)

    return there(LineString([one[:2] for one in line])), there, back


@action(answer=lambda line: list(Segment.objects.filter(code__in=_into(line)).order_by("code")))
def split_segment(
    act: Act, *, segment: Segment, at: Sequence[float], revision: int | None = None, corner: str = ""
) -> list[Segment]:
    """A segment is divided at the place of its line nearest to `at` ([lon, lat]); `corner` names that place.

    Both parts keep what the register says of the whole, and everybody who answered for it; shops, sites, facilities and
    permitted places go to the part that they lie on.
    """
    must(act.by, "keep_places")
    old = locked(segment, revision)
    if len(old.line) < 2:
        raise Refused("segment.undrawn", "这个路段还没有画线，请先画线再拆分。")
    pieces = _cut(old.line, at)
    edit = Edit(act, "segment.split", f"segment:{old.code}")
    edit.touch(old)
    parts = [_part(old, code, line) for code, line in zip(_free_codes(old.code, 2), pieces, strict=True)]
    if corner.strip():
        parts[0].to_name = parts[1].from_name = corner.strip()[:255]
    _end(old, parts, act)
    Segment.objects.bulk_create(parts)
    edit.made(parts)
    act.record(
        SegmentSplit(into=[one.code for one in parts]), about=f"segment:{old.code}", place=SORTS["segment"].place(old)
    )
    lines = [*_registered(act, parts), *_move_things(act, edit, [old], parts), *hand_on(act, [old.code], parts)]
    record_all(lines)
    edit.write()
    return parts


@action(answer=lambda line: Segment.objects.filter(code__in=_into(line)).first())
def merge_segments(act: Act, *, segments: Sequence[Segment], revisions: Mapping[str, int] | None = None) -> Segment:
    """Segments that follow one another end to end become one; whoever answered for one of them answers for the whole.

    Where two squads or two persons come together, those of the longest part are kept as they were and the others stand
    beside them as to be confirmed (待确认).
    """
    must(act.by, "keep_places")
    if len({one.code for one in segments}) < 2:
        raise Refused("segment.merge", "请选两个以上的路段来合并。")
    olds = [locked(one, (revisions or {}).get(one.code)) for one in sorted(segments, key=lambda one: one.code)]
    roads = {one.road for one in olds}
    if len(roads) > 1:
        raise Refused(
            "segment.merge", "这些路段不是同一条路：{roads}。", roads="、".join(sorted(filter(None, roads))) or "无名"
        )
    ordered, line = _chain(olds)
    edit = Edit(act, "segment.merged", f"segment:{olds[0].code}")
    edit.touch(*olds)
    whole = _part(max(olds, key=lambda one: one.length_m), _free_codes(ordered[0].code, 1)[0], line)
    whole.from_name, whole.to_name = _outer_names(ordered)
    for old in olds:
        _end(old, [whole], act)
    whole.save()
    edit.made([whole])
    first, *others = olds
    act.record(SegmentMerged(into=whole.code), about=f"segment:{first.code}", place=SORTS["segment"].place(first))
    lines = [
        act.line(SegmentMerged(into=whole.code), about=f"segment:{one.code}", place=SORTS["segment"].place(one))
        for one in others
    ]
    by_length = sorted(olds, key=lambda one: -one.length_m)
    lines += [
        *_registered(act, [whole]),
        *_move_things(act, edit, olds, [whole]),
        *hand_on(act, [one.code for one in by_length], [whole]),
    ]
    record_all(lines)
    edit.write()
    return whole


def _into(line: Line) -> list[str]:
    told = json.loads(line.facts)["into"]
    return [told] if isinstance(told, str) else list(told)


# ---------------------------------------------------------------- lines


def _cut(line: Line2, at: Sequence[float]) -> tuple[Line2, Line2]:
    plane, there, back = plane_of(line)
    along = plane.project(there(shapely.Point(at[0], at[1])))
    if not SHORTEST_PART_M <= along <= plane.length - SHORTEST_PART_M:
        raise Refused("segment.cut", "拆分的位置要在路段中间，离两端至少 1 米。", field="at")
    first, second = substring(plane, 0, along), substring(plane, along, plane.length)
    return _positions(back(first)), _positions(back(second))


def _positions(shape: LineString) -> Line2:
    return [[round(x, 7), round(y, 7)] for x, y in shape.coords]


def _chain(segments: Sequence[Segment]) -> tuple[list[Segment], Line2]:
    """The segments in the order in which they follow one another, and their one line; refused when they do not."""
    if any(len(one.line) < 2 for one in segments):
        raise Refused("segment.merge", "有的路段还没有画线，不能合并。")
    for first in segments:
        for line in (first.line, first.line[::-1]):
            found = _follow([first], [list(one) for one in line], [one for one in segments if one is not first])
            if found is not None:
                return found
    raise Refused("segment.merge", "这些路段首尾不相接（相距要在 2 米以内），不能合并成一条。")


def _follow(done: list[Segment], line: Line2, left: list[Segment]) -> tuple[list[Segment], Line2] | None:
    while left:
        for one in left:
            piece = next((told for told in (one.line, one.line[::-1]) if _meets(line[-1], told[0])), None)
            if piece is not None:
                line = [*line, *(list(point) for point in piece[1:])]
                done, left = [*done, one], [other for other in left if other is not one]
                break
        else:
            return None
    return done, line


def _meets(one: Sequence[float], other: Sequence[float]) -> bool:
    return distance_m(Point(one[0], one[1]), Point(other[0], other[1])) <= JOIN_M


def _outer_names(ordered: Sequence[Segment]) -> tuple[str, str]:
    """The names of the two outer ends: those that the first and last do not share with their neighbours."""
    first, second, last, before = ordered[0], ordered[1], ordered[-1], ordered[-2]
    begins = first.to_name if first.from_name in (second.from_name, second.to_name) else first.from_name
    ends = last.from_name if last.to_name in (before.from_name, before.to_name) else last.to_name
    return begins, ends


def _free_codes(code: str, n: int) -> list[str]:
    """The next codes after one that nobody ever had: S12-1, S12-2 …"""
    stem = code[:28]
    taken = set(Segment.objects.filter(code__startswith=f"{stem}-").values_list("code", flat=True))
    free: list[str] = []
    number = 0
    while len(free) < n:
        number += 1
        if f"{stem}-{number}" not in taken:
            free.append(f"{stem}-{number}")
    return free


def _part(old: Segment, code: str, line: Line2) -> Segment:
    """A segment with what the register says of another, under its own code and line."""
    fields = ("road", "from_name", "to_name", "cls", "oneway", "side", "grid", "network")
    told = {name: getattr(old, name) for name in fields}
    return Segment(code=code, line=line, length_m=Decimal(str(round(line_length_m(line), 1))), **told)


def _end(old: Segment, parts: Sequence[Segment], act: Act) -> None:
    old.ended_on, old.successors = bureau_day(act.at), [one.code for one in parts]
    old.save(update_fields=["ended_on", "successors", "revision"])


def _registered(act: Act, segments: Sequence[Segment]) -> list[Line]:
    sort = SORTS["segment"]
    return [act.line(sort.registered(one), about=sort.about(one), place=sort.place(one)) for one in segments]


# ---------------------------------------------------------------- what stands on a segment


def _move_things(act: Act, edit: Edit, olds: Sequence[Segment], parts: Sequence[Segment]) -> Iterator[Line]:
    """Shops, sites, facilities and permitted places go to the part nearest to them; each with its line."""
    lines = [(part, *plane_of(part.line)[:2]) for part in parts]
    for old in olds:
        for rows in (old.shops, old.sites, old.facilities, old.permitted):
            for row in rows.filter(ended_on=None).order_by("id"):
                edit.touch(row)
                row.segment = _nearest(row, lines)
                row.save(update_fields=["segment", "revision"])
                sort = sort_of(row)
                yield act.line(sort.changed(row, ["segment_id"]), about=sort.about(row), place=sort.place(row))


def _nearest(row: Any, lines: Sequence[tuple[Segment, LineString, Callable[[Any], Any]]]) -> Segment:
    """The part on which something lies; without a position, the first."""
    shape = None
    if getattr(row, "lon_e7", None) is not None:
        shape = shapely.Point(row.lon, row.lat)
    elif getattr(row, "shape", None):
        shape = shapely.geometry.shape(row.shape)
    if shape is None:
        return lines[0][0]
    return min(lines, key=lambda one: one[1].distance(one[2](shape)))[0]
