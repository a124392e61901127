"""A road file is read completely, or refused with the feature and the reason."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from xiuhua.city.networks import Network, read_network
from xiuhua.city.road_lines import length_of, oneway_of
from xiuhua.kit.refusals import Refused

ROADS = Path(os.environ.get("XIUHUA_DATA", Path(__file__).parents[4] / "shared" / "data")) / "roads"
needs_roads = pytest.mark.skipif(not ROADS.is_dir(), reason=f"road files are not at {ROADS}")

LINE = [[118.48, 36.69], [118.481, 36.69]]


def feature(coordinates: Any = LINE, *, kind: str = "LineString", **more: Any) -> dict[str, Any]:
    properties = {"highway": "residential", "name": "东门街", **more.pop("properties", {})}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry, **more}


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def refusal(raw: bytes, filename: str = "路网.geojson") -> Refused:
    with pytest.raises(Refused) as caught:
        read_network(raw, filename)
    assert caught.value.code in ("city.network", "place.file", "place.system")
    assert filename in caught.value.message
    return caught.value


def adds_up(network: Network) -> bool:
    return network.read == network.kept + network.left_out.total()


OSM = """<?xml version="1.0"?><osm version="0.6">
<node id="1" lat="36.690" lon="118.480"/><node id="2" lat="36.690" lon="118.481"/>
<node id="3" lat="36.690" lon="118.482"/><node id="4" lat="36.691" lon="118.481"/>
<node id="5" lat="36.692" lon="118.481"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="尧王山路"/></way>
<way id="11"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/><tag k="oneway" v="-1"/></way>
<way id="12"><nd ref="4"/><nd ref="5"/><tag k="highway" v="footway"/></way>
<way id="13"><nd ref="1"/><nd ref="5"/><tag k="building" v="yes"/></way>
{more}</osm>"""


def osm(more: str = "") -> bytes:
    return OSM.replace("{more}", more).encode()


@needs_roads
@pytest.mark.parametrize(
    ("filename", "segments", "kilometres"),
    [("beijing_core_segments.geojson.gz", 2053, 256.8), ("beijing_2013_segments.geojson.gz", 10930, 1605.4)],
)
def test_a_city_is_read_completely(filename: str, segments: int, kilometres: float) -> None:
    network = read_network(ROADS / filename)
    assert len(network.segments) == network.read == segments
    assert not network.left_out and not network.remarks
    assert network.length_m / 1000 == pytest.approx(kilometres, rel=0.005)
    assert network.attribution == "© OpenStreetMap contributors"


@needs_roads
def test_every_highway_of_an_osm_extract_has_an_answer() -> None:
    network = read_network(ROADS / "beijing_tsinghua_2017.osm.gz")
    assert network.read == 684 and adds_up(network)
    assert network.kept == 457 and len(network.segments) == 891
    assert network.left_out["不是街道：footway"] == 93
    assert len({s.code_hint for s in network.segments}) == len(network.segments)
    assert len({s.osm_way for s in network.segments}) == network.kept


def test_an_osm_way_is_cut_where_a_street_meets_it_and_not_where_a_footway_does() -> None:
    network = read_network(osm(), "x.osm")
    assert [(s.code_hint, s.from_node, s.to_node) for s in network.segments] == [
        ("10-1", "1", "2"),
        ("10-2", "2", "3"),
        ("11-1", "2", "4"),
    ]
    assert network.segments[0].name == "尧王山路" and network.segments[2].oneway == -1
    assert (network.read, network.kept, dict(network.left_out)) == (3, 2, {"不是街道：footway": 1})


def test_a_way_that_leaves_the_extract_keeps_its_inner_part() -> None:
    more = '<way id="20"><nd ref="5"/><nd ref="4"/><nd ref="99"/><tag k="highway" v="service"/></way>'
    more += '<way id="21"><nd ref="5"/><nd ref="98"/><nd ref="99"/><tag k="highway" v="service"/></way>'
    network = read_network(osm(more), "x.osm")
    assert [s.osm_way for s in network.segments] == ["10", "10", "11", "20"]
    assert network.left_out["节点不在文件范围内"] == 1
    assert network.remarks.total() == 1 and adds_up(network)


def test_gzip_changes_nothing() -> None:
    raw = collection(feature())
    assert read_network(gzip.compress(raw), "x").segments == read_network(raw, "x").segments
    assert read_network(gzip.compress(osm()), "x").segments == read_network(osm(), "x").segments


def test_a_multi_line_is_split_and_counted_by_its_parts() -> None:
    parts = [LINE, [[118.482, 36.69], [118.482, 36.69]], [[118.483, 36.69], [118.484, 36.69]]]
    network = read_network(collection(feature(parts, kind="MultiLineString", id="7")), "x")
    assert [s.code_hint for s in network.segments] == ["7-1", "7-3"]
    assert (network.read, network.kept, dict(network.left_out)) == (3, 2, {"长度为零": 1})


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (feature([[118.48, 36.69]]), "少于两个点"),
        (feature([[118.48, 36.69], [118.48, 36.69]]), "长度为零"),
        (feature([]), "没有图形"),
        ({"type": "Feature", "properties": None, "geometry": None}, "没有图形"),
        (feature([118.48, 36.69], kind="Point"), "不是线：Point"),
        (feature(properties={"highway": "footway"}), "不是街道：footway"),
        (feature(properties={"highway": "航道"}), "不认识的道路类别：航道"),
    ],
)
def test_what_is_no_street_is_left_out_with_its_reason(odd: dict[str, Any], reason: str) -> None:
    network = read_network(collection(feature(), odd), "x")
    assert dict(network.left_out) == {reason: 1}
    assert network.kept == 1 and adds_up(network)


@pytest.mark.parametrize(
    ("properties", "cls", "name"),
    [
        ({"fclass": "primary", "NAME": "驼山路"}, "primary", "驼山路"),
        ({"道路等级": "次干路", "名称": "驼山路"}, "secondary", "驼山路"),
        ({"class": "Tertiary", "路名": " 驼山路\x00"}, "tertiary", "驼山路"),
        ({}, "unclassified", ""),
    ],
)
def test_property_names_of_many_offices_are_understood(properties: dict[str, str], cls: str, name: str) -> None:
    raw = collection({"type": "Feature", "properties": properties, "geometry": feature()["geometry"]})
    (segment,) = read_network(raw, "x").segments
    assert (segment.cls, segment.name) == (cls, name)


@pytest.mark.parametrize(
    ("word", "oneway"),
    [
        ("yes", 1),
        (True, 1),
        (1, 1),
        ("F", 1),
        ("-1", -1),
        (-1, -1),
        ("T", -1),
        ("no", 0),
        (None, 0),
        ("B", 0),
    ],
)
def test_oneway_is_read_in_its_many_spellings(word: object, oneway: int) -> None:
    assert oneway_of(word) == oneway


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (feature([[36.69, 118.48], [36.7, 118.48]]), "写反"),
        (feature([[500123.5, 4062000.0], [500200, 4062000]]), "投影坐标"),
        (feature([[118.48, 36.69], [float("nan"), 36.69]]), "NaN"),
        (feature([[118.48, 36.69], [float("inf"), 36.69]]), "无穷大"),
        (feature([[118.48, 36.69], [10**400, 36.69]]), "不是数字"),
        (feature([[118.48, 36.69], [218.48, 36.69]]), "超出经纬度范围"),
        (feature([[118.48, 36.69], ["118.49", 36.69]]), "不是数字"),
        (feature([[LINE[0]], [LINE[1]]]), "嵌套"),
        (feature([118.48, 36.69]), "嵌套"),
        (feature(LINE, kind="MultiLineString"), "嵌套"),
        (feature(LINE, kind="Linestring"), "不能识别"),
        ("东门街", "不是 Feature"),
        ({**feature(), "properties": [1]}, "properties"),
        (feature(properties={"name": "长" * 300}), "名称超过"),
    ],
)
def test_a_broken_feature_refuses_the_whole_file_and_is_named(broken: Any, reason: str) -> None:
    no = refusal(collection(feature(), broken))
    assert reason in no.facts["reason"]
    assert no.facts["feature"].startswith("第 2 个要素")
    assert no.facts["feature"] in no.message


def test_the_refusal_names_code_and_street() -> None:
    no = refusal(collection(feature(), feature([[36.69, 118.48], [36.7, 118.48]], id=41)))
    assert "编号 41，东门街" in no.message


def test_duplicate_codes_are_refused_with_both_features() -> None:
    no = refusal(collection(feature(id=5), feature(id=6), feature(id=5)))
    assert "第 3 个要素" in no.message and "与第 1 个要素重复" in no.message


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"type": "FeatureCollection", "features": [', "不是 JSON"),
        (b'{"type": "Topology"}', "不是 GeoJSON 要素集合"),
        (b"[1, 2]", "不是 GeoJSON 要素集合"),
        (b'{"type": "FeatureCollection"}', "缺少 features"),
        (b"[" * 200_000, "JSON 不能读"),
        (gzip.compress(collection(feature()) * 50)[:-20], "压缩内容不完整"),
        (b"\x1f\x8b\x08broken gzip, not at all", "压缩内容损坏"),
        (b"", "空文件"),
        (b"PK\x03\x04....", "压缩包损坏"),
        (b"street,name\n1,2\n", "不认识的格式"),
        (b"<osm><node id='1'", "不是 XML"),
        (b"<html></html>", "不是 OSM 文件"),
        (b"<osm></osm>", "没有可用的道路"),
        (collection(), "没有可用的道路"),
        (collection(feature(), crs={"properties": {"name": "urn:ogc:def:crs:EPSG::2437"}}), "坐标系"),
        (collection(feature(), crs={"properties": {"name": "Beijing 1954"}}), "坐标系"),
        (osm('<node id="7" lat="118.4" lon="36.6"/>'), "写反"),
        (osm('<node id="7" lat="north" lon="36.6"/>'), "不是数字"),
        (osm('<way id="10"><tag k="highway" v="primary"/></way>'), "编号重复"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(raw: bytes, reason: str) -> None:
    assert reason in refusal(raw).facts["reason"]


def test_json_faults_say_where() -> None:
    no = refusal(b'{"type": "FeatureCollection",\n "features": [,]}')
    assert (no.facts["line"], no.facts["column"]) == (2, 15)


def test_entities_are_refused_before_they_expand() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><osm>&b;</osm>'
    assert "DOCTYPE" in refusal(bomb.encode(), "x.osm").message


def test_a_file_that_unpacks_too_far_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xiuhua.city.networks.UNPACKED_MAX", 1000)
    assert refusal(gzip.compress(b"{" * 2000)).facts["reason"] == "文件过大"


def test_the_common_names_of_wgs84_are_accepted() -> None:
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "EPSG:4490"):
        assert read_network(collection(feature(), crs={"properties": {"name": name}}), "x").kept == 1


def test_length_agrees_with_the_ellipsoid_within_half_a_percent() -> None:
    # WGS84 at latitude 36.69: one degree east is 89,370 m, one degree north 110,968 m (closed formulas).
    assert length_of([(118.0, 36.69), (119.0, 36.69)]) == pytest.approx(89_370, rel=0.005)
    assert length_of([(118.0, 36.19), (118.0, 37.19)]) == pytest.approx(110_968, rel=0.005)


def test_a_length_that_the_drawing_does_not_bear_out_is_remarked() -> None:
    assert read_network(collection(feature(properties={"length_m": 900})), "x").remarks.total() == 1
