"""A road network comes into the register completely or not at all, and twice is the same as once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.town import AT, key
from xiuhua.city import actions as city
from xiuhua.city.fold import registers
from xiuhua.city.models import Bureau, Segment
from xiuhua.city.networks import read_network
from xiuhua.city.road_lines import REGISTER_CLASSES, STREETS, register_class
from xiuhua.city.road_register import register_network
from xiuhua.city.tests.test_networks import ROADS, collection, feature, needs_roads, osm
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import NOBODY, Act
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

BEIJING = [[115.4, 39.4], [117.6, 39.4], [117.6, 41.1], [115.4, 41.1], [115.4, 39.4]]


def act(name: str, *, minutes: float = 0) -> Act:
    at = AT + dt.timedelta(minutes=minutes)
    return Act(by=NOBODY, at=at, recorded_at=at, key=key(name))


@pytest.fixture
def beijing(db: None) -> Bureau:
    return city.found_bureau(act("founded"), code="BJ", name="北京市城市管理综合行政执法局", boundary=[BEIJING])


def street(**properties: Any) -> dict[str, Any]:
    return feature([[116.40, 39.90], [116.41, 39.90]], properties=properties)


@needs_roads
@pytest.mark.parametrize(
    ("filename", "segments", "kilometres"),
    [("beijing_core_segments.geojson.gz", 2053, 256.8), ("beijing_tsinghua_2017.osm.gz", 891, 95.0)],
)
def test_a_real_network_comes_in_completely_with_a_line_for_each_segment(
    beijing: Bureau, filename: str, segments: int, kilometres: float
) -> None:
    network = read_network(ROADS / filename)
    done = register_network(act("roads"), network=network, name="real")
    assert (done.added, done.unchanged, done.differing) == (segments, 0, 0)
    assert Segment.objects.count() == Line.objects.of_kind("segment.registered").count() == segments
    assert done.length_m / 1000 == pytest.approx(kilometres, rel=0.01)
    assert list(registers()) == []
    assert set(Segment.objects.values_list("cls", flat=True)) <= set(Segment.Cls.values)
    beijing.refresh_from_db()
    assert beijing.attribution == network.attribution and "OpenStreetMap" in network.attribution


@needs_roads
def test_the_same_network_again_changes_nothing_and_gives_the_first_answer(beijing: Bureau) -> None:
    network = read_network(ROADS / "beijing_tsinghua_2017.osm.gz")
    first = register_network(act("roads"), network=network, name="real")
    lines, rows = Line.objects.count(), Segment.objects.count()
    assert register_network(act("roads"), network=network, name="real") == first
    assert (Line.objects.count(), Segment.objects.count()) == (lines, rows)
    under_another_key = register_network(act("later", minutes=5), network=network, name="real")
    assert (under_another_key.added, under_another_key.unchanged) == (0, rows)
    assert Segment.objects.count() == rows and Line.objects.count() == lines + 1


def test_every_street_class_has_a_class_in_the_register() -> None:
    stored = {register_class(cls) for cls in STREETS}
    assert stored == set(Segment.Cls.values) == set(REGISTER_CLASSES.values())
    length = Segment._meta.get_field("cls").max_length
    assert length is not None and max(map(len, stored)) <= length


def test_every_street_class_of_a_file_can_be_stored(beijing: Bureau) -> None:
    streets = [street(highway=cls, seg_id=f"K{n}") for n, cls in enumerate(sorted(STREETS))]
    register_network(act("roads"), network=read_network(collection(*streets)), name="all")
    assert Segment.objects.count() == len(STREETS)
    for row in Segment.objects.all():
        row.full_clean(exclude=["line"])


def test_a_name_of_the_longest_kind_that_is_read_is_kept_whole(beijing: Bureau) -> None:
    name = "长" * 255
    register_network(act("roads"), network=read_network(collection(street(name=name))), name="long")
    assert Segment.objects.get().road == name


def test_a_road_without_a_number_never_takes_the_number_of_another(beijing: Bureau) -> None:
    raw = collection(street(name="甲街"), street(name="乙街", seg_id="1"), street(name="丙街", seg_id="2"))
    register_network(act("roads"), network=read_network(raw), name="mixed")
    codes = dict(Segment.objects.values_list("road", "code"))
    assert codes == {"甲街": "mixed-n1", "乙街": "mixed-1", "丙街": "mixed-2"}


def test_what_the_file_tells_otherwise_is_counted_and_left_as_registered(beijing: Bureau) -> None:
    register_network(act("one"), network=read_network(collection(street(name="甲街", seg_id="1"))), name="net")
    changed = read_network(collection(street(name="甲大街", seg_id="1"), street(name="乙街", seg_id="2")))
    done = register_network(act("two", minutes=1), network=changed, name="net")
    assert (done.added, done.unchanged, done.differing) == (1, 0, 1)
    assert Segment.objects.get(code="net-1").road == "甲街"


@pytest.mark.parametrize(
    ("streets", "told"),
    [
        ([street(seg_id="1", name="甲街"), street(seg_id="K" * 40, name="乙街")], "第 2 条道路（编号 KKK"),
        ([feature([[118.48, 36.69], [118.49, 36.69]])], "没有一条路在本市范围内"),
    ],
)
def test_a_network_that_cannot_come_in_leaves_nothing_behind(
    beijing: Bureau, streets: list[dict[str, Any]], told: str
) -> None:
    lines = Line.objects.count()
    with pytest.raises(Refused, match=told) as caught:
        register_network(act("roads"), network=read_network(collection(*streets)), name="bad")
    assert caught.value.code == "city.network"
    assert (Segment.objects.count(), Line.objects.count()) == (0, lines)


def test_pieces_that_get_the_same_number_are_refused_with_the_road(beijing: Bureau) -> None:
    whole = {"kind": "MultiLineString", "properties": {"seg_id": "5"}}
    parts = feature([[[116.40, 39.90], [116.41, 39.90]], [[116.42, 39.90], [116.43, 39.90]]], **whole)
    with pytest.raises(Refused, match="第 3 条道路（编号 5-1"):
        register_network(act("roads"), network=read_network(collection(parts, street(seg_id="5-1"))), name="bad")
    assert not Segment.objects.exists()


@pytest.mark.parametrize("name", ["", "两 个 词", "a/b", "seventeen-letters", "x:1"])
def test_a_name_that_would_not_make_a_code_is_refused(beijing: Bureau, name: str) -> None:
    with pytest.raises(Refused) as caught:
        register_network(act("roads"), network=read_network(collection(street())), name=name)
    assert caught.value.code == "city.network_name" and not Segment.objects.exists()


def test_a_code_of_another_network_is_refused(beijing: Bureau) -> None:
    register_network(act("one"), network=read_network(collection(street(seg_id="b-1"))), name="a")
    with pytest.raises(Refused, match="a-b-1 已经用过"):
        register_network(act("two"), network=read_network(collection(street(seg_id="1"))), name="a-b")


def test_osm_oneway_against_the_line_is_kept(db: None) -> None:
    city.found_bureau(act("founded"), code="QZ", name="局")
    register_network(act("roads"), network=read_network(osm(), "x.osm"), name="osm")
    assert dict(Segment.objects.values_list("code", "oneway")) == {"osm-10-1": 0, "osm-10-2": 0, "osm-11-1": -1}


def test_a_segment_of_an_unknown_class_is_refused(beijing: Bureau) -> None:
    with pytest.raises(Refused) as caught:
        city.register_segments(act("x"), segments=[Segment(code="S1", road="甲街", cls="boulevard", length_m=10)])
    assert caught.value.code == "city.segment_class" and not Segment.objects.exists()
