"""Road lines from GeoJSON: RFC 7946, with the property names that Chinese bureaux and OSM exports really use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Never

from xiuhua.city.recognising import Ground, brought_to_wgs84
from xiuhua.city.road_lines import (
    NAME_MAX,
    NO_STREETS,
    Lonlat,
    Network,
    RoadLine,
    class_of,
    length_of,
    oneway_of,
    range_fault,
)
from xiuhua.kit.coordinates import System, system_named
from xiuhua.kit.features import Feature, FeatureFile
from xiuhua.kit.refusals import Refused

CLASS_WORDS = ("highway", "fclass", "class", "type", "道路等级", "等级")
NAME_WORDS = ("name", "NAME", "名称", "道路名称", "路名")
CODE_WORDS = ("seg_id", "路段编号", "编号")
WAY_WORDS = ("osm_way", "osm_id")
LINES = ("LineString", "MultiLineString")
NO_LINES = ("Point", "MultiPoint", "Polygon", "MultiPolygon", "GeometryCollection")
SHORTEST_M = 0.1


def read_geojson(raw: bytes, *, filename: str, system: str = "", ground: Ground | None = None) -> Network:
    """Every line of a FeatureCollection, kept or left out with its reason; the file is refused as a whole.

    `system` is what somebody says its coordinates are in, else the file's own word, else WGS84; laid over `ground`, a
    file in another system is recognised and refused by name.
    """
    page = _parsed(raw, filename=filename)
    reader = _Reader(filename)
    if not isinstance(page, dict) or page.get("type") != "FeatureCollection":
        reader.refuse("不是 GeoJSON 要素集合（最外层应为 FeatureCollection）")
    features = page.get("features")
    if not isinstance(features, list):
        reader.refuse("缺少 features 列表")
    reader.network.source = _words(page, ("name",))
    reader.network.attribution = _words(page, ("attribution", "copyright"))
    said = reader.crs_of(page.get("crs"))
    there = [Feature("", {}, one.get("geometry")) for one in features if isinstance(one, dict)]
    reader.place(FeatureFile(filename, there, said), system=system, ground=ground)
    for index, feature in enumerate(features):
        reader.take(feature, index=index)
    return reader.network


def network_of_features(file: FeatureFile, *, system: str = "", ground: Ground | None = None) -> Network:
    """The lines of a file that was read already, such as a shapefile."""
    reader = _Reader(file.filename)
    reader.place(file, system=system, ground=ground)
    for index, one in enumerate(file.features):
        reader.take({"type": "Feature", "properties": one.properties, "geometry": one.geometry}, index=index)
    return reader.network


def _parsed(raw: bytes, *, filename: str) -> Any:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        message = f"“{filename}”的文字编码不能识别。请另存为 UTF-8 后再导入。"
        raise Refused("city.network", message, reason="编码不能识别")
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        where = f"第 {fault.lineno} 行第 {fault.colno} 个字符"
        message = f"“{filename}”不是完整的 JSON：{where}处读不下去。请重新导出。"
        raise Refused("city.network", message, reason="不是 JSON", line=fault.lineno, column=fault.colno) from fault
    except (RecursionError, ValueError) as fault:
        message = f"“{filename}”的 JSON 不能读（嵌套过深或数字过长）。请重新导出。"
        raise Refused("city.network", message, reason="JSON 不能读") from fault


def _words(properties: dict[str, Any], keys: tuple[str, ...]) -> str:
    """The first property that says something, as plain text without control characters."""
    for key in keys:
        value = properties.get(key)
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value).strip():
            return "".join(c for c in str(value) if c.isprintable()).strip()
    return ""


def _is_number(value: Any) -> bool:
    """A JSON number that fits a float: no boolean, no text, no integer of four hundred digits."""
    return type(value) is float or (type(value) is int and abs(value) < 1 << 60)


class _Reader:
    """One file on its way in: remembers codes already met and names the feature in every refusal."""

    def __init__(self, filename: str) -> None:
        self.filename, self.network = filename, Network()
        self.met: dict[str, str] = {}

    def refuse(self, reason: str, *, feature: str = "") -> Never:
        where = f"的{feature}" if feature else ""
        message = f"“{self.filename}”{where}不能用：{reason}。整个文件没有导入，请改正后重试。"
        raise Refused("city.network", message, feature=feature, reason=reason)

    def place(self, file: FeatureFile, *, system: str, ground: Ground | None) -> None:
        """Bring the coordinates to WGS84 and remember what they were in."""
        said, remarks = brought_to_wgs84(file, system=system, ground=ground or Ground([]))
        self.network.system, self.network.crs = said.code, said.label
        self.network.remarks.update(remarks)

    def crs_of(self, crs: Any) -> System | None:
        """Which system the file says that its numbers are in."""
        if crs is None:
            return None
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = str(properties.get("name", "")) if isinstance(properties, dict) else str(crs)
        try:
            return system_named(name)
        except Refused as refused:
            self.refuse(f"坐标系是“{name[:60]}”：{refused.message.rstrip('。')}")

    def take(self, feature: Any, *, index: int) -> None:
        """One feature: refused, kept, or left out with a reason."""
        label = f"第 {index + 1} 个要素"
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            self.refuse("不是 Feature", feature=label)
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            self.refuse("properties 不是键值表", feature=label)
        code = _words(feature, ("id",)) or _words(properties, CODE_WORDS)
        name = _words(properties, NAME_WORDS)
        if code or name:
            label += f"（{'，'.join(filter(None, [code and f'编号 {code[:40]}', name[:40]]))}）"
        if code and code in self.met:
            self.refuse(f"编号 {code[:40]} 与{self.met[code]}重复", feature=label)
        if code:
            self.met[code] = f"第 {index + 1} 个要素"
        if len(name) > NAME_MAX:
            self.refuse(f"名称超过 {NAME_MAX} 个字", feature=label)
        parts = list(self.parts(feature.get("geometry"), label=label))
        for n, line in enumerate(parts, start=1):
            piece = f"{code}-{n}" if code and len(parts) > 1 else code
            self.keep(line, properties, code=piece, name=name, whole=len(parts) == 1)

    def parts(self, geometry: Any, *, label: str) -> Iterator[list[Lonlat]]:
        """The lines of a geometry; what is no line is counted here and yields nothing."""
        if geometry is None:
            return self.leave("没有图形")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind in NO_LINES:
            return self.leave(f"不是线：{kind}")
        if kind not in LINES:
            self.refuse(f"图形类型“{str(kind)[:40]}”不能识别", feature=label)
        coordinates = geometry.get("coordinates")
        if not isinstance(coordinates, list):
            self.refuse("缺少坐标列表", feature=label)
        if not coordinates:
            return self.leave("没有图形")
        for part in [coordinates] if kind == "LineString" else coordinates:
            yield self.line_of(part, label=label)

    def leave(self, reason: str) -> None:
        self.network.read += 1
        self.network.left_out[reason] += 1

    def line_of(self, part: Any, *, label: str) -> list[Lonlat]:
        """Checked points of one line, neighbours that coincide taken once; refuses what cannot be a place."""
        line: list[Lonlat] = []
        if not isinstance(part, list):
            self.refuse("坐标嵌套层次不对，线应为点的列表", feature=label)
        for n, point in enumerate(part, start=1):
            if not isinstance(point, list) or len(point) < 2:
                self.refuse(f"第 {n} 个点不是 [经度, 纬度]，坐标嵌套层次不对", feature=label)
            lon, lat = point[0], point[1]
            if not _is_number(lon) or not _is_number(lat):
                self.refuse(f"第 {n} 个点的坐标不是数字", feature=label)
            if fault := range_fault(lon, lat):
                self.refuse(f"第 {n} 个点 [{lon:.6g}, {lat:.6g}] {fault}", feature=label)
            if not line or line[-1] != (lon, lat):
                line.append((float(lon), float(lat)))
        if len(part) == 1:
            line = []
        return line

    def keep(self, line: list[Lonlat], properties: dict[str, Any], *, code: str, name: str, whole: bool) -> None:
        """One line becomes a segment, unless it is too short to walk or no street by its class."""
        if not line:
            return self.leave("少于两个点")
        length_m = length_of(line)
        if length_m < SHORTEST_M:
            return self.leave("长度为零")
        word = _words(properties, CLASS_WORDS)
        cls = class_of(word) if word else "unclassified"
        if not cls:
            return self.leave(f"不认识的道路类别：{word[:40]}")
        if cls in NO_STREETS:
            return self.leave(f"不是街道：{cls}")
        ends = [f"{lon:.6f},{lat:.6f}" for lon, lat in (line[0], line[-1])]
        if whole:
            ends = [_words(properties, (key,)) or end for key, end in zip(("u", "v"), ends, strict=True)]
        self.network.read += 1
        self.network.kept += 1
        self.remark(properties, length_m=length_m, whole=whole)
        oneway = oneway_of(properties.get("oneway"))
        way = _words(properties, WAY_WORDS)
        self.network.segments.append(RoadLine(code, name, cls, oneway, round(length_m, 1), line, way, ends[0], ends[1]))

    def remark(self, properties: dict[str, Any], *, length_m: float, whole: bool) -> None:
        """Counts a length in the file that its own drawing does not bear out (over 5 % and 5 m)."""
        said = properties.get("length_m")
        if whole and isinstance(said, (int, float)) and abs(said - length_m) > max(5.0, 0.05 * length_m):
            self.network.remarks["文件所写长度与图形不符，按图形计算"] += 1
