"""The same streets from GeoJSON, shapefile and PBF, in any coordinate system, are the same streets."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapefile

from xiuhua.city.networks import Network, read_network
from xiuhua.city.recognising import Ground
from xiuhua.city.tests.test_networks import collection, feature, osm
from xiuhua.config.demo.streets import draw_city
from xiuhua.kit.coordinates import GCJ02, System, system_named
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapefiles import shapefile_zip

STREETS = [
    ([[118.48, 36.69], [118.482, 36.69]], "范公亭路", "primary"),
    ([[118.482, 36.69], [118.482, 36.693]], "海岱路", "secondary"),
]


def geojson(system: System | None = None, **more: Any) -> bytes:
    there = system.from_wgs84 if system else (lambda lon, lat: (lon, lat))
    lines = [([list(map(float, there(*p))) for p in line], name, cls) for line, name, cls in STREETS]
    told = [feature(line, properties={"name": name, "highway": cls}, id=n) for n, (line, name, cls) in enumerate(lines)]
    return collection(*told, **more)


def shape_zip(*, encoding: str = "gbk", cpg: str = "GBK", system: str = "wgs84", prj: bool = True) -> bytes:
    said = system_named(system)
    streams = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    writer = shapefile.Writer(shapeType=shapefile.POLYLINE, encoding=encoding, **streams)
    writer.field("名称", "C", size=40)
    writer.field("fclass", "C", size=20)
    writer.field("编号", "N", size=10)
    for n, (line, name, cls) in enumerate(STREETS):
        writer.line([[list(map(float, said.from_wgs84(*p))) for p in line]])
        writer.record(name, cls, n)
    writer.close()
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        for name, stream in streams.items():
            archive.writestr(f"路网/道路.{name}", stream.getvalue())
        if cpg:
            archive.writestr("路网/道路.cpg", cpg)
        if prj:
            archive.writestr("路网/道路.prj", said.wkt)
    return page.getvalue()


def lines(network: Network) -> list[tuple[str, str, list[tuple[float, float]]]]:
    return [(one.name, one.cls, [(round(x, 7), round(y, 7)) for x, y in one.line]) for one in network.segments]


EXPECTED = [(name, cls, [tuple(p) for p in line]) for line, name, cls in STREETS]


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "cgcs2000", "epsg:4549", "epsg:4527", "epsg:3857"])
def test_geojson_in_any_stated_system(system: str) -> None:
    said = system_named(system)
    network = read_network(geojson(said), "路网.geojson", system=system)
    assert lines(network) == EXPECTED
    assert network.system == said.code


def test_geojson_that_states_its_own_system() -> None:
    raw = geojson(GCJ02, crs={"type": "name", "properties": {"name": "gcj02"}})
    network = read_network(raw, "路网.geojson")
    assert lines(network) == EXPECTED and network.system == "gcj02"


@pytest.mark.parametrize(
    ("encoding", "cpg"), [("gbk", "GBK"), ("gbk", "936"), ("gbk", ""), ("utf-8", "UTF-8"), ("utf-8", "")]
)
def test_a_shapefile_in_either_encoding_with_or_without_saying_so(encoding: str, cpg: str) -> None:
    assert lines(read_network(shape_zip(encoding=encoding, cpg=cpg), "路网.zip")) == EXPECTED


@pytest.mark.parametrize("system", ["epsg:4549", "epsg:4498", "cgcs2000"])
def test_a_shapefile_by_its_prj(system: str) -> None:
    network = read_network(shape_zip(system=system), "路网.zip")
    assert lines(network) == EXPECTED


def test_a_loose_shapefile_with_its_companions() -> None:
    with zipfile.ZipFile(io.BytesIO(shape_zip())) as archive:
        parts = {Path(name).name: archive.read(name) for name in archive.namelist()}
    raw = parts.pop("道路.shp")
    assert lines(read_network(raw, "道路.shp", companions=parts)) == EXPECTED
    with pytest.raises(Refused, match=r"缺少 \.dbf"):
        read_network(raw, "道路.shp")


def test_a_broken_shapefile_is_refused_in_one_sentence() -> None:
    whole = shape_zip()
    for cut in (30, 200, len(whole) // 2, len(whole) - 40):
        with pytest.raises(Refused) as refused:
            read_network(whole[:cut], "路网.zip")
        assert "路网.zip" in refused.value.message
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {Path(name).name: archive.read(name) for name in archive.namelist()}
    for end in (120, len(parts["道路.shp"]) - 7):
        with pytest.raises(Refused):
            read_network(
                parts["道路.shp"][:end], "道路.shp", companions={k: v for k, v in parts.items() if k != "道路.shp"}
            )


def test_a_zip_that_unpacks_to_a_sea_is_refused() -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"{n}.shp", b"\x00" * (400 << 20))
    with pytest.raises(Refused, match="解压后超过"):
        read_network(page.getvalue(), "大.zip")


def test_a_zip_of_something_else_is_refused() -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as archive:
        archive.writestr("读我.txt", "没有图")
    with pytest.raises(Refused, match=r"没有 \.shp"):
        read_network(page.getvalue(), "x.zip")


def test_a_wrong_system_is_recognised_by_the_streets_that_are_known() -> None:
    drawn = draw_city(7)
    ground = Ground([one.line for one in drawn.segments])
    shifted = [[list(map(float, GCJ02.from_wgs84(*p))) for p in one.line] for one in drawn.segments[:50]]
    raw = collection(*(feature(line, id=n) for n, line in enumerate(shifted)))
    with pytest.raises(Refused, match="像是 GCJ-02") as refused:
        read_network(raw, "高德.geojson", ground=ground)
    assert refused.value.field == "system"
    told = read_network(raw, "高德.geojson", ground=ground, system="gcj02")
    assert np.allclose(told.segments[0].line, drawn.segments[0].line, atol=1e-7)
    stubborn = read_network(raw, "高德.geojson", ground=ground, system="wgs84")
    assert any("像是 GCJ-02" in remark for remark in stubborn.remarks)


def test_pbf_gives_what_xml_gives(tmp_path: Path) -> None:
    osmium = pytest.importorskip("osmium")
    (tmp_path / "a.osm").write_bytes(osm())
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for one in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(one)
    raw = (tmp_path / "a.osm.pbf").read_bytes()
    assert b"OSMHeader" in raw[:64]
    pbf, xml = read_network(raw, "a.osm.pbf"), read_network(osm(), "a.osm")
    assert pbf.segments == xml.segments
    assert (pbf.read, pbf.kept, pbf.left_out) == (xml.read, xml.kept, xml.left_out)
    with pytest.raises(Refused):
        read_network(raw[: len(raw) // 2], "a.osm.pbf")


def test_a_thousand_features_keep_their_words(tmp_path: Path) -> None:
    told = [({"type": "LineString", "coordinates": [[118.48, 36.6 + n / 1e4], [118.49, 36.6 + n / 1e4]]}, [f"第{n}路", "primary", n]) for n in range(1000)]  # fmt: skip
    raw = shapefile_zip("roads", ("name", "highway", "编号"), told, system_named("cgcs2000"))
    network = read_network(raw, "roads.zip")
    assert [one.name for one in network.segments] == [f"第{n}路" for n in range(1000)]
    assert network.segments[5].line[0] == pytest.approx((118.48, 36.6005), abs=1e-12)
