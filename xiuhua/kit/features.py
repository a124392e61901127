"""Files of things with a place: GeoJSON, shapefiles and sheets, each read into the same list of features.

A feature is what the file says and where it stands in the file; nothing is judged here but what makes a file unreadable.
Coordinates are as the file has them; `system` is what it says they are, none when it does not say.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from xiuhua.kit.coordinates import System, degrees_of, system_named
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapes import DEPTH, Geometry

UNPACKED_MAX = 1 << 30
"""Bytes that a file may unpack to. The roads of a prefecture take about a tenth of it."""

MOST_FEATURES = 500_000
LON_WORDS = ("经度", "lon", "lng", "longitude", "x", "东经", "x坐标", "东坐标")
LAT_WORDS = ("纬度", "lat", "latitude", "y", "北纬", "y坐标", "北坐标")
WKT_WORDS = ("图形", "wkt", "geometry", "geom", "坐标串")


@dataclass(slots=True)
class Feature:
    """One thing of a file: where it stands there, its own id, what is said of it, and its geometry as GeoJSON."""

    where: str
    properties: dict[str, Any]
    geometry: Geometry | None = None
    id: str = ""
    fault: str = ""


@dataclass(slots=True)
class FeatureFile:
    """What a file held. `system` is the coordinate system that the file itself states."""

    filename: str
    features: list[Feature] = field(default_factory=list)
    system: System | None = None
    source: str = ""
    attribution: str = ""
    remarks: list[str] = field(default_factory=list)


def refuse(filename: str, reason: str, **facts: Any) -> Refused:
    """A file that cannot be read at all."""
    return Refused.told(
        "place.file", f"“{filename}”不能读：{reason}。", field="file", filename=filename, reason=reason, **facts
    )


def unpacked(raw: bytes, filename: str) -> bytes:
    """The bytes inside gzip (several members in a row too), within `UNPACKED_MAX`."""
    parts, room = [], UNPACKED_MAX
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    while raw.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(raw, room + 1)
        except zlib.error as fault:
            raise refuse(filename, "压缩内容已损坏，请重新下载或重新压缩") from fault
        parts.append(part)
        room -= len(part)
        if room < 0:
            raise refuse(filename, f"解压后超过 {UNPACKED_MAX >> 20} MB，请只导出本市范围")
        if not member.eof:
            raise refuse(filename, "不完整，压缩内容在末尾中断，请重新下载")
        raw = member.unused_data
    return b"".join(parts)


# ---------------------------------------------------------------- GeoJSON


def geojson_features(raw: bytes, filename: str) -> FeatureFile:
    """The features of a GeoJSON FeatureCollection (RFC 7946, and the older `crs` member)."""
    page = _json(raw, filename)
    if not isinstance(page, dict) or page.get("type") != "FeatureCollection":
        raise refuse(filename, "不是 GeoJSON 要素集合（最外层应为 FeatureCollection）")
    listed = page.get("features")
    if not isinstance(listed, list):
        raise refuse(filename, "缺少 features 列表")
    found = FeatureFile(
        filename, system=_crs(page.get("crs")), source=_text(page.get("name")),
        attribution=_text(page.get("attribution") or page.get("copyright")),
    )  # fmt: skip
    for n, one in enumerate(listed, start=1):
        where = f"第 {n} 个要素"
        if not isinstance(one, dict) or one.get("type") != "Feature":
            found.features.append(Feature(where, {}, fault="不是 Feature"))
            continue
        told = one.get("properties") or {}
        if not isinstance(told, dict):
            found.features.append(Feature(where, {}, fault="properties 不是键值表"))
            continue
        found.features.append(Feature(where, told, one.get("geometry"), _text(one.get("id"))))
    return found


def _json(raw: bytes, filename: str) -> Any:
    text = decoded(raw, filename)
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        where = f"第 {fault.lineno} 行第 {fault.colno} 个字符"
        raise refuse(filename, f"不是完整的 JSON，{where}处读不下去，请重新导出") from fault
    except (RecursionError, ValueError) as fault:
        raise refuse(filename, "JSON 不能读（嵌套过深或数字过长），请重新导出") from fault


def decoded(raw: bytes, filename: str) -> str:
    """Text in UTF-8 or GB18030, which are what Chinese offices write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(filename, "文字编码不能识别，请另存为 UTF-8")


def _crs(crs: Any) -> System | None:
    if crs is None:
        return None
    told = crs.get("properties") if isinstance(crs, dict) else None
    return system_named(str(told.get("name", "")) if isinstance(told, dict) else str(crs))


def _text(value: Any) -> str:
    """What a property says, as plain text without control characters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return "".join(c for c in str(value) if c.isprintable()).strip()


# ---------------------------------------------------------------- sheets


def sheet_features(rows: Sequence[tuple[int, Mapping[str, str]]], filename: str) -> FeatureFile:
    """The rows of a sheet: with longitude and latitude, with WKT, or with text alone."""
    found = FeatureFile(filename)
    for number, row in rows:
        said = {name.strip().lower(): name for name in row}
        told = {name: value for name, value in row.items() if name}
        one = Feature(f"第 {number} 行", told)
        wkt = "".join(_cells(row, said, WKT_WORDS))
        lon, lat = (next(iter(_cells(row, said, words)), "") for words in (LON_WORDS, LAT_WORDS))
        if wkt:
            one.geometry, one.fault = geometry_of_wkt(wkt)
        elif lon or lat:
            one.geometry, one.fault = _pointed(lon, lat)
        found.features.append(one)
    return found


def _pointed(lon: str, lat: str) -> tuple[Geometry | None, str]:
    """A point from two cells: degrees, degrees with minutes and seconds, or metres."""
    x, y = degrees_of(lon), degrees_of(lat)
    if x is None or y is None:
        return None, f"经纬度“{lon[:20]}，{lat[:20]}”读不出来"
    return {"type": "Point", "coordinates": [x, y]}, ""


def _cells(row: Mapping[str, str], said: Mapping[str, str], words: Sequence[str]) -> Iterator[str]:
    """The cells of a column and of those that continue it (图形, 图形2, 图形3)."""
    for word in words:
        if word in said:
            n, name = 1, said[word]
            while name and row.get(name, "").strip():
                yield row[name].strip()
                n += 1
                name = said.get(f"{word}{n}", "")
            return


def geometry_of_wkt(text: str) -> tuple[Geometry | None, str]:
    """A geometry from well-known text, or why it is none."""
    try:
        shape = shapely.from_wkt(text)
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return None, f"图形“{text[:30]}”不是 WKT"
    if shape is None or shape.is_empty or shape.geom_type not in DEPTH:
        return None, f"图形“{text[:30]}”是空的或不能用"
    told: Geometry = json.loads(shapely.to_geojson(shape))
    return {"type": told["type"], "coordinates": told["coordinates"]}, ""


# ---------------------------------------------------------------- coordinates


def positions_in(geometry: Any) -> Iterator[list[Any]]:
    """Every position of a geometry that is nested as it should be, as lists that may be changed in place."""
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTH:
        return

    def walk(part: Any, depth: int) -> Iterator[list[Any]]:
        if not isinstance(part, list):
            return
        if depth == 0:
            if len(part) > 1 and all(
                type(one) is float or (type(one) is int and abs(one) < 1 << 60) for one in part[:2]
            ):
                yield part
            return
        for one in part:
            yield from walk(one, depth - 1)

    yield from walk(geometry.get("coordinates"), DEPTH[geometry["type"]])


def coordinates(features: Sequence[Feature]) -> np.ndarray:
    """All positions of a file, n × 2."""
    found = [position[:2] for one in features for position in positions_in(one.geometry)]
    return np.array(found, dtype=float).reshape(-1, 2)


def into_wgs84(features: Sequence[Feature], system: System, *, swapped: bool = False) -> None:
    """Move every position of the features from a system to WGS84, in place; one call for the whole file."""
    places = [position for one in features for position in positions_in(one.geometry)]
    if not places:
        return
    x, y = np.array([place[:2] for place in places], dtype=float).T
    if swapped:
        x, y = y, x
    with np.errstate(all="ignore"):
        lon, lat = system.to_wgs84(x, y)
    for place, *at in zip(places, lon.tolist(), lat.tolist(), strict=True):
        place[:2] = at
