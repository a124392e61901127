"""The register as files: GeoJSON, shapefile, Excel, and OSM XML for roads, each in a chosen coordinate system.

What is exported and imported again changes nothing: the same columns, positions to far below a millimetre.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import shapely
import xlsxwriter

from xiuhua.city.models import Area, Facility, Grid, Segment
from xiuhua.city.network_pbf import write_pbf
from xiuhua.city.place_columns import COLUMNS, POINTED, SHAPES, Column
from xiuhua.city.place_sorts import SORTS, Row
from xiuhua.kit.coordinates import WGS84, System
from xiuhua.kit.features import Feature, positions_in
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapefiles import shapefile_zip

FORMATS = {"geojson": "application/geo+json", "shp": "application/zip", "osm": "application/xml", "pbf": "application/octet-stream",
           "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
SUFFIX = {"geojson": ".geojson", "shp": ".zip", "xlsx": ".xlsx", "osm": ".osm", "pbf": ".osm.pbf"}
OSM = ("osm", "pbf")
"""Formats for roads alone, in WGS84 always."""
CELL = 32_000
"""Letters in one cell: Excel takes 32,767, and a longer outline goes on in 图形2, 图形3."""
LAST_DIGIT = {True: 4, False: 10}
"""Decimals of a coordinate: a tenth of a millimetre in metres, a hundredth in degrees."""


def rows_of(sort: str, *, ended: bool = False) -> list[Row]:
    """Everything of a sort that stands; areas with the unit grids in them."""
    names = ("area", "grid") if sort == "area" else (sort,)
    rows: list[Row] = []
    for name in names:
        model: Any = SORTS[name].model
        links = [one.name for one in model._meta.concrete_fields if one.is_relation]
        found = model.objects.select_related(*links) if links else model.objects.all()
        rows += found.order_by("code") if ended else found.filter(ended_on=None).order_by("code")
    return rows


def export_places(sort: str, rows: Sequence[Row], *, kind: str, system: System = WGS84) -> bytes:
    """A file of places. `kind` is `geojson`, `shp` (a zip), `xlsx`, or `osm` and `pbf` for segments (WGS84 always)."""
    if kind not in FORMATS or (kind in OSM and sort != "segment"):
        raise Refused("export.format", "没有“{kind}”这种导出格式。", field="format", kind=kind)
    if kind in OSM and system is not WGS84:
        raise Refused("export.system", "OSM 文件只用 WGS84，请不要选别的坐标系。", field="system")
    if kind in OSM:
        return _osm(rows) if kind == "osm" else write_pbf(_osm(rows))
    columns = COLUMNS["grid" if sort == "area" else sort]
    features = [Feature("", _cells(columns, row), geometry_of(row)) for row in rows]
    _from_wgs84(features, system)
    if kind == "geojson":
        return _geojson(sort, columns, features, system)
    if kind == "shp":
        told = [(one.geometry, [one.properties[column.name] for column in columns]) for one in features]
        empty = "LineString" if sort == "segment" else "Point"
        return shapefile_zip(sort, [column.short for column in columns], told, system, empty=empty)
    return _sheet(sort, columns, features, pointed=SORTS[sort].model in POINTED)


def _cells(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    return {one.name: one.write(getattr(row, one.name)) if hasattr(row, one.name) else "" for one in columns}


def geometry_of(row: Row) -> dict[str, Any] | None:
    """What is drawn of a row, as GeoJSON with positions that may be changed."""
    if isinstance(row, Facility) and row.shape:
        return _copied(row.shape)
    if isinstance(row, POINTED):
        return None if row.lon_e7 is None else {"type": "Point", "coordinates": [row.lon, row.lat]}
    told = getattr(row, SHAPES[type(row)])
    if not told:
        return None
    if isinstance(row, Segment):
        return _copied({"type": "LineString", "coordinates": told})
    if isinstance(row, Grid):
        return _copied({"type": "Polygon", "coordinates": told})
    if isinstance(row, Area):
        one = len(told) == 1
        return _copied({"type": "Polygon" if one else "MultiPolygon", "coordinates": told[0] if one else told})
    return _copied(told)


def _copied(geometry: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(geometry))
    return copied


def _from_wgs84(features: Sequence[Feature], system: System) -> None:
    """Move every position into the system, in place, with one call for all."""
    places = [position for one in features for position in positions_in(one.geometry)]
    if not places:
        return
    lon, lat = np.array([place[:2] for place in places], dtype=float).T
    x, y = system.from_wgs84(lon, lat)
    digits = LAST_DIGIT[system.projected]
    at = np.column_stack([np.round(x, digits), np.round(y, digits)]).tolist()
    for place, moved in zip(places, at, strict=True):
        place[:] = moved


def _geojson(sort: str, columns: Sequence[Column], features: Sequence[Feature], system: System) -> bytes:
    page: dict[str, Any] = {"type": "FeatureCollection", "name": sort}
    if system is not WGS84:
        page["crs"] = {"type": "name", "properties": {"name": system.code}}
    page["features"] = [
        {
            "type": "Feature",
            "properties": {column.name: one.properties[column.name] for column in columns},
            "geometry": one.geometry,
        }
        for one in features
    ]
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()


def _sheet(sort: str, columns: Sequence[Column], features: Sequence[Feature], *, pointed: bool) -> bytes:
    """One sheet: the columns, then 经度 and 纬度 for points, then 图形 as WKT for all other shapes."""
    drawn = [_wkt(one.geometry, pointed=pointed) for one in features]
    pieces = max((-(-len(text) // CELL) for text in drawn), default=0) or (0 if pointed else 1)
    headers = [column.label for column in columns] + (["经度", "纬度"] if pointed else [])
    headers += ["图形" if n == 1 else f"图形{n}" for n in range(1, pieces + 1)]
    page = io.BytesIO()
    book = xlsxwriter.Workbook(page, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(SORTS[sort].label[:31])
    bold = book.add_format({"bold": True, "bg_color": "#EEF1F6", "border": 1})
    for n, header in enumerate(headers):
        sheet.write_string(0, n, header, bold)
        sheet.set_column(n, n, 16)
    for row, (one, text) in enumerate(zip(features, drawn, strict=True), start=1):
        cells = [one.properties[column.name] for column in columns]
        if pointed:
            cells += one.geometry["coordinates"] if one.geometry and one.geometry["type"] == "Point" else ["", ""]
        cells += [text[n * CELL : (n + 1) * CELL] for n in range(pieces)]
        for n, cell in enumerate(cells):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(row, n, cell)
            elif cell not in ("", None):
                sheet.write_string(row, n, str(cell))
    sheet.freeze_panes(1, 0)
    book.close()
    return page.getvalue()


def _wkt(geometry: dict[str, Any] | None, *, pointed: bool) -> str:
    if geometry is None or (pointed and geometry["type"] == "Point"):
        return ""
    return str(shapely.to_wkt(shapely.geometry.shape(geometry), rounding_precision=-1))


# ---------------------------------------------------------------- OSM


def _osm(rows: Iterable[Segment]) -> bytes:
    return "\n".join(_osm_lines(rows)).encode()


def _osm_lines(rows: Iterable[Segment]) -> Iterator[str]:
    """Segments as ways; ends that lie at the same place are one node, so that the network hangs together."""
    nodes: dict[tuple[float, float], int] = {}
    ways: list[tuple[int, list[int], dict[str, Any]]] = []
    for n, row in enumerate((one for one in rows if len(one.line) > 1), start=1):
        refs = [nodes.setdefault((lon, lat), len(nodes) + 1) for lon, lat, *_ in row.line]
        oneway = {1: "yes", -1: "-1"}.get(row.oneway, "")
        ways.append((n, refs, {"highway": row.cls, "name": row.road, "oneway": oneway, "ref:xiuhua": row.code}))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<osm version="0.6" generator="xiuhua">'
    for (lon, lat), node in nodes.items():
        yield f'<node id="-{node}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>'
    for way, refs, tags in ways:
        yield f'<way id="-{way}" version="1">'
        yield from (f'<nd ref="-{ref}"/>' for ref in refs)
        yield from (
            f"<tag k={quoteattr(name)} v={quoteattr(_legal(str(value)))}/>" for name, value in tags.items() if value
        )
        yield "</way>"
    yield "</osm>"


def _legal(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(one for one in text if one.isprintable())
