"""Reading a file of places: every row judged, every problem named with its feature, all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from xiuhua.city.models import Area, Facility, Grid, PermittedPlace, Segment
from xiuhua.city.place_columns import COLUMNS, POINTED, SHAPES, Column, Known, Unreadable
from xiuhua.city.place_sorts import SORTS, Row, Sort
from xiuhua.city.places import Places, coded, places
from xiuhua.city.recognising import brought_to_wgs84, known_ground, outside_m
from xiuhua.kit.coordinates import System
from xiuhua.kit.features import (
    MOST_FEATURES,
    Feature,
    FeatureFile,
    geojson_features,
    refuse,
    sheet_features,
    unpacked,
)
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapefiles import parts_of_zip, shapefile_features
from xiuhua.kit.shapes import area_m2, in_order, line_length_m, shape_fault
from xiuhua.kit.sheets import BOOKS, read_table

TOLD = 20
"""Problems that are told one by one; the number of all is told with them."""

SHEETS = (*BOOKS, ".csv")
NEAR_M = 60.0
"""A shop, site or facility within this distance of a segment has its front on it. Source: half of a wide street and its
forecourt; beyond, somebody must say which."""
OVERLAP_SHARE = 0.01
"""Grids that share more than a hundredth of the smaller one overlap; less is drawing error."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one feature of a file."""

    where: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}：{self.reason}"


@dataclass
class PlaceBatch:
    """The rows of a file, ready for the register, and in which system they came; or its problems."""

    sort: str
    filename: str
    system: System
    rows: list[Row] = field(default_factory=list)
    wheres: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def must_be_whole(self) -> None:
        """Refuse the file when any of its features has a problem, naming the first ones."""
        if not self.problems:
            return
        told = "\n".join(str(one) for one in self.problems[:TOLD])
        more = f"\n……共 {len(self.problems)} 个问题" if len(self.problems) > TOLD else ""
        raise Refused.told(
            "place.problems",
            f"“{self.filename}”有 {len(self.problems)} 个问题，没有导入任何一条，请改正后重试。\n{told}{more}",
            field="file", problems=[str(one) for one in self.problems],
        )  # fmt: skip


def read_file(raw: bytes, filename: str, *, companions: Mapping[str, bytes] | None = None) -> FeatureFile:
    """The features of a GeoJSON file, a shapefile (zipped or in parts) or a sheet, told apart by their first bytes."""
    raw = unpacked(raw, filename)
    lower = filename.lower().removesuffix(".gz")
    if not raw.strip():
        raise refuse(filename, "是空文件")
    if lower.endswith(SHEETS):
        return sheet_features(read_table(raw, filename).rows, filename)
    if raw.startswith(b"PK\x03\x04"):
        return shapefile_features(parts_of_zip(raw, filename), filename)
    if raw.startswith(b"\x00\x00\x27\x0a"):
        return shapefile_features({filename: raw, **(companions or {})}, filename)
    if raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return geojson_features(raw, filename)
    raise refuse(filename, "不认识的格式。可以用 GeoJSON、Shapefile（打成 zip）、Excel 或 CSV")


def read_places(
    sort: str, raw: bytes, filename: str, *, system: str = "", companions: Mapping[str, bytes] | None = None
) -> PlaceBatch:
    """Everything that a file says of one sort of places (`area` takes unit grids as well), judged row by row."""
    file = read_file(raw, filename, companions=companions)
    if not file.features:
        raise refuse(filename, "里面没有要素")
    if len(file.features) > MOST_FEATURES:
        raise refuse(filename, f"超过 {MOST_FEATURES:,} 个要素，请分成几个文件")
    said, remarks = brought_to_wgs84(file, system=system, ground=known_ground())
    batch = PlaceBatch(sort, filename, said, remarks=[*file.remarks, *remarks])
    _Reader(batch).read(file)
    return batch


class _Reader:
    """One file on its way in."""

    def __init__(self, batch: PlaceBatch) -> None:
        self.batch, self.known, self.shapes = batch, Known(), places()
        self.met: dict[str, str] = {}

    def read(self, file: FeatureFile) -> None:
        used: set[str] = set()
        for one in file.features:
            try:
                row = self.row_of(one, used)
            except Unreadable as fault:
                self.batch.problems.append(Problem(one.where, str(fault)))
            except Refused as refused:
                self.batch.problems.append(Problem(one.where, refused.message))
            else:
                self.batch.rows.append(row)
                self.batch.wheres.append(one.where)
        if not used and not self.batch.rows:
            self.wrong_columns(file)
        locate(self.batch.rows, self.shapes)
        if self.batch.sort in ("area", "grid"):
            self.compare_grids()

    def wrong_columns(self, file: FeatureFile) -> None:
        headers = list(file.features[0].properties)[:12]
        wanted = "、".join(one.label for one in COLUMNS[self.batch.sort])
        raise refuse(file.filename, f"列对不上。文件里有：{'、'.join(headers) or '（没有属性）'}；可以用的列：{wanted}")

    def row_of(self, one: Feature, used: set[str]) -> Row:
        """One feature as a row that can stand, or why it cannot."""
        if one.fault:
            raise Unreadable(one.fault)
        said = {str(name).strip(): value for name, value in one.properties.items()}
        cells = {column.name: text for column in COLUMNS[self.batch.sort] if (text := _cell(said, column)) is not None}
        used |= set(cells)
        if self.batch.sort == "area":
            code = cells.get("code", "") or one.id
            sort = SORTS["grid" if len(code) == 15 else "area"]
        else:
            sort = SORTS[self.batch.sort]
        filled = {name for name, text in cells.items() if text}
        row: Row = sort.model()
        for column in COLUMNS[sort.name]:
            text = cells.get(column.name) or (_cell(said, column) or "")
            if text:
                setattr(row, column.name, column.read(text, self.known))
                filled.add(column.name)
        row.code = row.code or one.id[:32] or self.made_code(sort, row, one)
        one.where += f"（编码 {row.code[:32]}{f'，{str(row)[:30]}' if str(row) != row.code else ''}）"
        if row.code in self.met:
            raise Unreadable(f"编码与{self.met[row.code]}重复")
        self.met[row.code] = one.where.partition("（")[0]
        self.draw(row, one)
        if one.geometry is not None:
            filled |= {SHAPES[type(row)]} if type(row) in SHAPES else set()
            if isinstance(row, POINTED) and not getattr(row, "shape", None):
                filled |= {"lon_e7", "lat_e7"}
        row.told = filled - {"code"}
        self.defaults(row)
        sort.check(row)
        return row

    def made_code(self, sort: Sort, row: Row, one: Feature) -> str:
        """A code for what has none in the file: the same words give the same code, so importing again changes nothing."""
        if sort.name in ("area", "grid"):
            raise Unreadable("缺少编码")
        told = [str(getattr(row, column.name, "") or "") for column in COLUMNS[sort.name]]
        at = (one.geometry or {}).get("coordinates", "") if sort.name in ("facility", "segment") else ""
        return f"{sort.name[0].upper()}{hashlib.sha256(f'{told}{at}'.encode()).hexdigest()[:12]}"

    def defaults(self, row: Row) -> None:
        if isinstance(row, Segment) and not row.line and row.length_m is None:
            row.length_m = 0
        if isinstance(row, Segment) and row.line and row.length_m is not None:
            self.compare_length(row)
        if isinstance(row, Facility):
            if not row.built_on:
                raise Unreadable("缺少建成日期")
            if row.quantity is None:
                raise Unreadable("缺少数量")
        if isinstance(row, PermittedPlace) and not row.begins_on:
            raise Unreadable("缺少开始日期")

    def compare_length(self, row: Segment) -> None:
        """A length that its own drawing does not bear out (over 5 % and 5 m) stays as somebody wrote it, and is remarked."""
        drawn, told = line_length_m(row.line), float(row.length_m)
        if abs(told - drawn) > max(5.0, 0.05 * drawn):
            self.batch.remarks.append(f"路段 {row.code} 写的长度 {told:g} 米与图形 {drawn:.1f} 米不符，按所写登记。")

    # ---------------------------------------------------------------- shapes

    def draw(self, row: Row, one: Feature) -> None:
        """Put the geometry of a feature into the row, in the form in which its sort keeps it."""
        if one.geometry is None:
            return
        allowed = ALLOWED[type(row)]
        fault = shape_fault(one.geometry, allowed)
        if fault:
            raise Unreadable(fault)
        geometry = in_order(one.geometry)
        self.inside(row, geometry)
        if isinstance(row, Facility):
            row.shape = None if geometry["type"] == "Point" else geometry
        if isinstance(row, POINTED):
            self.point(row, geometry)
        else:
            setattr(row, SHAPES[type(row)], kept_shape(row, geometry))

    def point(self, row: Row, geometry: dict[str, Any]) -> None:
        shape = shapely.geometry.shape(geometry)
        spot = shape if shape.geom_type == "Point" else shape.point_on_surface()
        row.lon_e7, row.lat_e7 = round(spot.x * 1e7), round(spot.y * 1e7)

    def inside(self, row: Row, geometry: dict[str, Any]) -> None:
        """What lies wholly outside the bureau's border is another city's, or in another coordinate system."""
        if not self.shapes.boundary:
            return
        spot = shapely.geometry.shape(geometry).representative_point()
        metres = outside_m(self.shapes, spot.x, spot.y)
        allowed = 50_000.0 if isinstance(row, Area) else 500.0 if isinstance(row, Segment) else 1.0
        if metres > allowed:  # border roads run beside the border, and areas reach over it
            far = f"{metres / 1000:.1f} 公里" if metres >= 1000 else f"{metres:.0f} 米"
            raise Unreadable(f"在本市界外 {far}，请核对坐标")

    def compare_grids(self) -> None:
        """Grids must not lie over each other; ground that no grid covers is remarked."""
        drawn = [
            (row.code, where, shapely.geometry.Polygon(row.rings[0], row.rings[1:]))
            for row, where in zip(self.batch.rows, self.batch.wheres, strict=True)
            if isinstance(row, Grid) and row.rings
        ]
        if not drawn:
            return
        coming = {code for code, _where, _shape in drawn}
        there = [
            (one.code, f"网格 {one.code}", shapely.geometry.Polygon(one.rings[0], one.rings[1:]))
            for one in Grid.objects.filter(ended_on=None).exclude(rings=[]) if one.code not in coming
        ]  # fmt: skip
        for a, b, shared, share in overlaps([*drawn, *there]):
            if share > OVERLAP_SHARE:
                self.batch.problems.append(Problem(a[1], f"与{b[1]}重叠 {shared:,.0f} 平方米"))
        self.remark_gaps([shape for _code, _where, shape in [*drawn, *there]])

    def remark_gaps(self, shapes: Sequence[shapely.Geometry]) -> None:
        """Holes that the grids enclose between them."""
        whole = shapely.union_all(shapes)
        pieces = whole.geoms if hasattr(whole, "geoms") else [whole]
        holes = [shapely.Polygon(ring) for piece in pieces for ring in piece.interiors]
        large = [one for one in holes if area_m2(one) > 100]
        if large:
            spot = large[0].representative_point()
            self.batch.remarks.append(
                f"网格之间有 {len(large)} 处空白，共 {sum(map(area_m2, large)):,.0f} 平方米，例如 {spot.x:.6f}, {spot.y:.6f} 附近。"
            )


Named = tuple[str, str, shapely.Geometry]


def overlaps(shapes: Sequence[Named]) -> Iterator[tuple[Named, Named, float, float]]:
    """Pairs that lie over each other, with the square metres that they share and its share of the smaller one."""
    tree = shapely.STRtree([shape for _code, _where, shape in shapes])
    for n, one in enumerate(shapes):
        for m in tree.query(one[2], predicate="intersects").tolist():
            if m <= n:
                continue
            other = shapes[m]
            shared = one[2].intersection(other[2])
            if shared.area > 0:
                metres = area_m2(shared)
                yield one, other, metres, metres / max(min(area_m2(one[2]), area_m2(other[2])), 1e-9)


ANY = ("Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString", "MultiPoint")
ALLOWED: dict[type, tuple[str, ...]] = {
    Area: ("Polygon", "MultiPolygon"),
    Grid: ("Polygon", "MultiPolygon"),
    Segment: ("LineString", "MultiLineString"),
    PermittedPlace: ("Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString"),
    **dict.fromkeys(POINTED, ANY),
}


def kept_shape(row: Row, geometry: dict[str, Any]) -> Any:
    """A geometry as the row of its sort keeps it."""
    kind, told = geometry["type"], geometry["coordinates"]
    if isinstance(row, Area):
        return [told] if kind == "Polygon" else told
    if isinstance(row, Grid):
        if kind == "MultiPolygon" and len(told) > 1:
            raise Unreadable(f"有 {len(told)} 块，单元网格应是一整块，请拆成几个网格")
        return told[0] if kind == "MultiPolygon" else told
    if isinstance(row, Segment):
        if kind == "MultiLineString" and len(told) > 1:
            raise Unreadable(f"有 {len(told)} 段线，请拆成几个路段，或者连成一条")
        return told[0] if kind == "MultiLineString" else told
    return geometry


def _cell(said: Mapping[str, Any], column: Column) -> str | None:
    """What a file says in a column, as text; none when it has no such column."""
    for name in column.names:
        if name in said:
            value = said[name]
            if value is None:
                return ""
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if isinstance(value, list | dict):
                return "、".join(str(one) for one in value) if isinstance(value, list) else ""
            return "".join(c for c in str(value) if c.isprintable() or c == "\n").strip()
    return None


def locate(rows: Sequence[Row], shapes: Places) -> None:
    """Give what lies at a point, and whose segment or grid nobody said, the nearest segment and the grid around it."""
    pointed = [row for row in rows if isinstance(row, POINTED) and row.lon_e7 is not None]
    if not pointed:
        return
    lon, lat = np.array([row.lon for row in pointed]), np.array([row.lat for row in pointed])
    x, y = shapes.plane.xy(lon, lat)
    codes = coded(shapes.streets.codes, shapes.nearest(x, y, reach_m=NEAR_M).line)
    grids = coded(shapes.grids.codes, shapes.grids.holding(x, y))
    wanted = {code for row, code in zip(pointed, codes, strict=True) if row.segment is None and code}
    found = {one.code: one for one in Segment.objects.filter(ended_on=None).defer("line") if one.code in wanted}
    for row, code, grid in zip(pointed, codes, grids, strict=True):
        if row.segment is None and code in found:
            row.segment = found[code]
        if hasattr(row, "grid") and not row.grid:
            row.grid = grid
