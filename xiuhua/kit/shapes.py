"""Shapes as GeoJSON tells them: what is wrong with one, in a sentence, and the same shape in order.

Pure numbers: nothing of the database. Positions are [lon, lat] in degrees, WGS84.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

import shapely
from shapely.validation import explain_validity

from xiuhua.kit.points import METRES_PER_DEGREE, Point, distance_m

Position = list[float]
Geometry = dict[str, Any]

POINT, LINE, AREA = ("Point",), ("LineString",), ("Polygon", "MultiPolygon")
DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
WORDS = {"Point": "点", "MultiPoint": "多点", "LineString": "线", "MultiLineString": "多段线", "Polygon": "面",
         "MultiPolygon": "多块面"}  # fmt: skip
SHORTEST_M = 0.1
SMALLEST_M2 = 1.0
MOST_POINTS = 200_000
"""Points in one shape. The surveyed edge of a prefecture has some ten thousand."""

FAULTS = {
    "Self-intersection": "边界自相交",
    "Ring Self-intersection": "边界自相交",
    "Hole lies outside shell": "洞在外环之外",
    "Holes are nested": "洞套着洞",
    "Nested shells": "一块面套着另一块面",
    "Interior is disconnected": "洞把面切成了几块",
    "Duplicate Rings": "有重复的环",
    "Too few points in geometry component": "点太少",
}
"""What GEOS says of an invalid area, in our words."""


def positions(geometry: Geometry) -> Iterator[Sequence[float]]:
    """Every position of a geometry."""

    def walk(part: Any, depth: int) -> Iterator[Sequence[float]]:
        if depth == 0:
            yield part
        else:
            for one in part:
                yield from walk(one, depth - 1)

    yield from walk(geometry["coordinates"], DEPTH[geometry["type"]])


def in_order(geometry: Geometry) -> Geometry:
    """The same shape with plain [lon, lat] positions to 1e-7 degrees (11 mm); heights and measures are dropped.

    Outlines turn left and holes right, as RFC 7946 has it, whichever way the file drew them.
    """

    def walk(part: Any, depth: int) -> Any:
        if depth == 0:
            return [round(float(part[0]), 7), round(float(part[1]), 7)]
        return [walk(one, depth - 1) for one in part]

    kind = geometry["type"]
    told = walk(geometry["coordinates"], DEPTH[kind])
    if kind == "Polygon":
        told = _turned(told)
    if kind == "MultiPolygon":
        told = [_turned(rings) for rings in told]
    return {"type": kind, "coordinates": told}


def _turned(rings: list[list[Position]]) -> list[list[Position]]:
    """Rings turned as they should be."""
    found = []
    for n, ring in enumerate(rings):
        twice = math.fsum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))
        found.append(ring[::-1] if (twice < 0) == (n == 0) and twice != 0 else ring)
    return found


def shape_fault(geometry: Any, allowed: Collection[str]) -> str:
    """Why something is no usable shape of these types, or an empty string when it is one.

    Told of broken nesting, no numbers (NaN and infinity too), positions no degree can be, rings that are not closed or
    cross themselves, holes outside, lines and areas of no size.
    """
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTH:
        kind = geometry.get("type") if isinstance(geometry, dict) else geometry
        return f"图形类型“{str(kind)[:30]}”不能识别"
    kind = geometry["type"]
    if kind not in allowed:
        return f"图形是{WORDS[kind]}，这里要{'或'.join(WORDS[one] for one in allowed)}"
    if fault := _nesting_fault(geometry.get("coordinates"), DEPTH[kind]):
        return fault
    several = list(positions(geometry))
    if not several:
        return "没有坐标"
    if len(several) > MOST_POINTS:
        return f"有 {len(several):,} 个点，超过 {MOST_POINTS:,} 个，请先简化"
    for n, (lon, lat, *_height) in enumerate(several, start=1):
        if fault := range_fault(lon, lat):
            return f"第 {n} 个点 [{lon:.7g}, {lat:.7g}] {fault}"
    return _size_fault(geometry)


def _nesting_fault(part: Any, depth: int, *, where: str = "") -> str:
    if depth == 0:
        if not isinstance(part, list | tuple) or len(part) < 2:
            return f"{where or '点'}不是 [经度, 纬度]，坐标嵌套层次不对"
        return next((f"{where}的坐标不是数字" for one in part[:2] if not _is_number(one)), "")
    if not isinstance(part, list | tuple):
        return "坐标嵌套层次不对"
    for n, one in enumerate(part, start=1):
        if fault := _nesting_fault(one, depth - 1, where=f"第 {n} 个点"):
            return fault
    return ""


def _is_number(value: Any) -> bool:
    """A number that fits a float: no boolean, no text, no integer of four hundred digits."""
    return isinstance(value, float) or (type(value) is int and abs(value) < 1 << 60)


def range_fault(lon: float, lat: float) -> str:
    """Why two numbers cannot be longitude and latitude in degrees, or an empty string when they can.

    Written so that NaN and infinity fall through the comparison. Numbers that read as China only when
    exchanged (lat 73-136, lon 3-54) are taken as exchanged: there is no such street on earth.
    """
    if 3 <= lon <= 54 and 73 <= lat <= 136:
        return "经度和纬度写反了，应当先写经度、后写纬度"
    if -180 <= lon <= 180 and -90 <= lat <= 90:
        return ""
    if math.isnan(lon) or math.isnan(lat):
        return "坐标不是数字（NaN）"
    if math.isinf(lon) or math.isinf(lat):
        return "坐标是无穷大"
    if abs(lon) > 1000 or abs(lat) > 1000:
        return "坐标像是投影坐标（米），请先转换成 WGS84 经纬度，或写明坐标系"
    return "坐标超出经纬度范围（经度 -180 到 180，纬度 -90 到 90）"


def _size_fault(geometry: Geometry) -> str:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind in ("LineString", "MultiLineString"):
        lines = [coordinates] if kind == "LineString" else coordinates
        if any(len(line) < 2 for line in lines):
            return "线少于两个点"
        return "长度为零" if sum(line_length_m(line) for line in lines) < SHORTEST_M else ""
    if kind in AREA:
        polygons = [coordinates] if kind == "Polygon" else coordinates
        return next((fault for rings in polygons if (fault := _ring_fault(rings))), "") or _area_fault(geometry)
    return ""


def _ring_fault(rings: Sequence[Sequence[Sequence[float]]]) -> str:
    if not rings:
        return "面没有外环"
    for n, ring in enumerate(rings, start=1):
        if len(ring) < 4:
            return f"第 {n} 个环只有 {len(ring)} 个点，至少要 4 个（首尾相同）"
        if tuple(ring[0][:2]) != tuple(ring[-1][:2]):
            gap = distance_m(Point(*ring[0][:2]), Point(*ring[-1][:2]))
            return f"第 {n} 个环没有闭合，首尾相距 {gap:.1f} 米"
    return ""


def _area_fault(geometry: Geometry) -> str:
    shape = shapely.geometry.shape(in_order(geometry))
    if not shape.is_valid:
        told = explain_validity(shape)
        fault = next((ours for theirs, ours in FAULTS.items() if told.startswith(theirs)), "面无效")
        where = told.partition("[")[2].rstrip("]").split()
        return f"{fault}（在 {float(where[0]):.6f}, {float(where[1]):.6f} 附近）" if len(where) == 2 else fault
    return "面积为零" if area_m2(shape) < SMALLEST_M2 else ""


def area_m2(shape: shapely.Geometry) -> float:
    """Square metres of an area in degrees; error below 1 % within a city, enough to compare and to refuse nothing."""
    lat = math.radians(shape.centroid.y)
    return float(shape.area) * METRES_PER_DEGREE**2 * math.cos(lat)


def line_length_m(line: Sequence[Sequence[float]]) -> float:
    """Metres of a line on the sphere; error below 0.5 % against the ellipsoid."""
    return math.fsum(distance_m(Point(a[0], a[1]), Point(b[0], b[1])) for a, b in pairwise(line))
