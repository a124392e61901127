"""`xiuhua export …`: the register of places as files that GIS programs and offices open."""

from __future__ import annotations

from pathlib import Path

import click

from xiuhua.config.cli import answer, start

SORTS = {"roads": "segment", "areas": "area", "sites": "site", "shops": "shop", "facilities": "facility",
         "permitted": "permitted"}  # fmt: skip
BY_SUFFIX = {".geojson": "geojson", ".json": "geojson", ".zip": "shp", ".xlsx": "xlsx", ".osm": "osm", ".pbf": "pbf"}


@click.command()
@click.argument("what", type=click.Choice(list(SORTS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--system", default="wgs84", help="Coordinate system to write: wgs84, gcj02, bd09, cgcs2000, EPSG:4549 …")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def export(what: str, file: Path, system: str, as_json: bool) -> None:
    """Places as GeoJSON (.geojson), shapefile (.zip), Excel (.xlsx), or OSM (.osm, .osm.pbf; roads alone).

    What is exported and imported again changes nothing.

    \b
    xiuhua export roads 路段.zip --system EPSG:4549
    xiuhua export permitted 许可地点.xlsx
    """
    start()
    from xiuhua.city.place_export import export_places, rows_of
    from xiuhua.kit.coordinates import system_named
    from xiuhua.kit.refusals import Refused

    kind = BY_SUFFIX.get(file.suffix.lower(), "")
    if not kind:
        raise Refused("export.format", "文件名要以 {suffixes} 结尾。", suffixes="、".join(BY_SUFFIX))
    said = system_named(system)
    rows = rows_of(SORTS[what])
    file.write_bytes(export_places(SORTS[what], rows, kind=kind, system=said))
    told = {"file": str(file), "rows": len(rows), "system": said.code}
    answer(told, as_json=as_json, text=f"{file}：{len(rows)} 条，坐标系 {said.label}。")
