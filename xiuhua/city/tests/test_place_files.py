"""Places from files: exported and imported again nothing changes, and whatever is wrong is told by feature and reason."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from tests.town import CORNERS, Town
from xiuhua.cases.models import Category
from xiuhua.city.fold import facilities, registers
from xiuhua.city.importing import import_roads
from xiuhua.city.models import Area, Facility, Grid, PermittedPlace, PlaceEdit, Segment, Shop, Site
from xiuhua.city.place_columns import Known, Unreadable, day, hours, number, season, weekdays
from xiuhua.city.place_export import export_places, rows_of
from xiuhua.city.place_import import import_places
from xiuhua.city.place_register import change_place, register_place
from xiuhua.city.place_sorts import MATTERS
from xiuhua.city.place_undo import undo_edit
from xiuhua.kit.coordinates import system_named
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

RING = [[118.4795, 36.6895], [118.4845, 36.6895], [118.4845, 36.6935], [118.4795, 36.6935], [118.4795, 36.6895]]
HOLE = [[118.481, 36.691], [118.481, 36.692], [118.482, 36.692], [118.482, 36.691], [118.481, 36.691]]
SORTS = ("area", "segment", "site", "shop", "facility", "permitted")
FORMATS = ("geojson", "shp", "xlsx")
FILES = {"geojson": "a.geojson", "shp": "a.zip", "xlsx": "a.xlsx"}


@pytest.fixture
def full(town: Town) -> Town:
    """The town with something of every sort, told as fully as its columns allow."""

    def add(row: Any) -> Any:
        return register_place(town.act("p-office"), row=row)

    add(
        Area(
            code="370781",
            name="青州市",
            shape=[[RING, HOLE], [[[118.49, 36.69], [118.491, 36.69], [118.491, 36.691], [118.49, 36.69]]]],
        )
    )
    add(Area(code="370781001", name="王府街道", shape=[[RING]]))
    add(Area(code="370781001001", name="古城社区"))
    add(
        Grid(
            code="370781001001002",
            name="古城二网格",
            rings=[[[118.4841, 36.69], [118.4851, 36.69], [118.4851, 36.693], [118.4841, 36.69]]],
            squad=town.units["Z2"],
        )
    )
    add(
        Segment(
            code="T1",
            road="旗城路",
            from_name="海岱路",
            to_name="昭德路",
            side="north",
            length_m=Decimal("312.5"),
            cls="secondary",
            oneway=-1,
        )
    )
    add(
        Site(
            code="P1",
            name="玉兰农贸市场“一期”",
            type_code="C",
            segment=town.segments["S2"],
            address="海岱路 1 号",
            lon_e7=1184841234,
            lat_e7=366912345,
        )
    )
    add(Site(code="P2", name="没有位置的点位", type_code="J"))
    add(
        Shop(
            code="D9",
            name="=长" + "店" * 70,
            trade="面馆",
            segment=town.segments["S3"],
            house_number="12甲",
            side="north",
            frontage_m=Decimal("7.5"),
            closed_on=dt.date(2020, 3, 1),
        )
    )
    add(
        Facility(
            code="F1",
            item="parking_line",
            quantity=Decimal("120.5"),
            segment=town.segments["S1"],
            built_on=dt.date(2020, 3, 2),
            note="南侧",
            hours=[["07:00", "19:00"]],
            lon_e7=1184820000,
            lat_e7=366900500,
            shape={"type": "LineString", "coordinates": [[118.481, 36.69005], [118.483, 36.69005]]},
        )
    )
    add(
        Facility(
            code="F2",
            item="notice_board",
            quantity=2,
            segment=town.segments["S1"],
            built_on=dt.date(2020, 3, 2),
            lon_e7=1184820000,
            lat_e7=366900500,
        )
    )
    area = {"type": "Polygon", "coordinates": [RING, HOLE]}
    add(
        PermittedPlace(
            code="A1",
            name="荣利街疏导点",
            kind="vending",
            shape=area,
            matters=["stall", "09006"],
            hours=[["06:00", "08:30"], ["18:00", "02:00"]],
            season=["11-01", "03-31"],
            weekdays=[6, 7],
            holidays="closed",
            unit=town.units["Z1"],
            manager=town.people["p-zhao"],
            clear_within_min=30,
            cleared_by=town.units["Z2"],
            begins_on=dt.date(2020, 3, 1),
            ends_on=dt.date(2021, 3, 1),
            paper="青综执〔2020〕5号",
            note="说明，" * 60,
            stalls=["1", "2甲"],
        )
    )
    add(
        PermittedPlace(
            code="A2",
            name="停车线",
            kind="line",
            shape={"type": "LineString", "coordinates": [[118.481, 36.69005], [118.483, 36.69005]]},
            matters=["parking"],
            reach_m=Decimal("2.5"),
            begins_on=dt.date(2020, 3, 1),
        )
    )
    add(
        PermittedPlace(
            code="A3",
            name="摊位",
            kind="fair",
            segment=town.segments["S3"],
            stalls=["9"],
            matters=["stall"],
            begins_on=dt.date(2020, 3, 1),
        )
    )
    return town


def state() -> list[Any]:
    models: tuple[Any, ...] = (Area, Grid, Segment, Site, Shop, Facility, PermittedPlace)
    return [list(model.objects.order_by("code").values()) for model in models]


@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "epsg:4549", "epsg:4490"])
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sort", SORTS)
def test_exported_and_imported_again_nothing_changes(full: Town, sort: str, kind: str, system: str) -> None:
    rows = rows_of(sort)
    assert len(rows) >= 2
    raw = export_places(sort, rows, kind=kind, system=system_named(system))
    before = state()
    done = import_places(full.act("p-office"), sort=sort, raw=raw, filename=FILES[kind], system=system).done
    assert (done.added, done.changed, done.unchanged) == (0, 0, len(rows)), done
    assert state() == before


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sort", ["segment", "site", "permitted"])
def test_a_file_brings_the_whole_register_back_into_an_empty_one(full: Town, sort: str, kind: str) -> None:
    raw = export_places(sort, rows_of(sort), kind=kind)
    model: Any = {"segment": Segment, "site": Site, "permitted": PermittedPlace}[sort]
    kept = list(model.objects.order_by("code").values())
    if sort == "segment":
        Shop.objects.update(segment=None), Site.objects.update(segment=None), Facility.objects.update(segment=None)
        PermittedPlace.objects.update(segment=None)
    model.objects.all().delete()
    done = import_places(full.act("p-office"), sort=sort, raw=raw, filename=FILES[kind]).done
    assert done.added == len(kept)
    told = list(model.objects.order_by("code").values())
    assert [{**row, "id": 0} for row in told] == [{**row, "id": 0} for row in kept]


def test_a_changed_cell_changes_its_row_alone_and_leaves_its_line(full: Town) -> None:
    page = json.loads(export_places("site", rows_of("site"), kind="geojson"))
    page["features"][0]["properties"]["name"] = "玉兰便民市场"
    done = import_places(full.act("p-office"), sort="site", raw=json.dumps(page).encode(), filename="a.geojson").done
    assert (done.added, done.changed, done.unchanged) == (0, 1, 1)
    assert Site.objects.get(code="P1").name == "玉兰便民市场" and Site.objects.get(code="P1").revision == 2
    line = Line.objects.get(kind="site.changed")
    assert json.loads(line.facts)["columns"] == ["name"]
    assert list(registers()) == []


def test_an_import_is_undone_whole(full: Town) -> None:
    raw = collection(*(point(f"N{n}", 118.481 + n / 1e4) for n in range(5)))
    import_places(full.act("p-office"), sort="site", raw=raw, filename="a.geojson")
    assert Site.objects.filter(ended_on=None).count() == 7
    undo_edit(full.act("p-office"), edit=PlaceEdit.objects.latest("id").key)
    assert Site.objects.filter(ended_on=None).count() == 2
    assert list(registers()) == [] and list(facilities()) == []
    done = import_places(full.act("p-office"), sort="site", raw=raw, filename="a.geojson").done
    assert done.changed == 5 and Site.objects.filter(ended_on=None).count() == 7
    assert list(registers()) == []


def test_an_import_that_is_in_use_is_not_undone(full: Town) -> None:
    raw = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"编码": "X1", "路名": "新路"},
                    "geometry": {"type": "LineString", "coordinates": [[118.481, 36.6915], [118.483, 36.6915]]},
                }
            ],
        }
    ).encode()
    import_places(full.act("p-office"), sort="segment", raw=raw, filename="a.geojson")
    edit = PlaceEdit.objects.latest("id").key
    shop = Shop.objects.get(code="D1")
    change_place(full.act("p-office"), row=shop, revision=None, changes={"segment": Segment.objects.get(code="X1")})
    with pytest.raises(Refused, match="X1 上已经登记了商户"):
        undo_edit(full.act("p-office"), edit=edit)


def test_importing_the_same_act_twice_is_once(full: Town) -> None:
    raw = collection(point("N1", 118.482))
    for _again in range(2):
        done = import_places(full.act("p-office", name="once"), sort="site", raw=raw, filename="a.geojson").done
        assert done.added == 1
    assert Line.objects.filter(kind="places.imported").count() == 1


def test_the_system_of_a_file_is_recorded_with_the_import(full: Town) -> None:
    raw = export_places("site", rows_of("site"), kind="geojson", system=system_named("gcj02"))
    import_places(full.act("p-office"), sort="site", raw=raw, filename="a.geojson")
    assert json.loads(Line.objects.get(kind="places.imported").facts)["system"] == "gcj02"


def test_roads_that_the_register_exported_come_back_under_their_codes(full: Town) -> None:
    for kind in FORMATS:
        raw = export_places("segment", rows_of("segment"), kind=kind)
        done = import_roads(full.act("p-office"), raw=raw, filename=FILES[kind]).done
        assert (done.added, done.unchanged) == (0, 5)


@pytest.mark.parametrize(("kind", "name"), [("osm", "a.osm"), ("pbf", "a.osm.pbf")])
def test_roads_exported_to_osm_are_the_same_lines(full: Town, kind: str, name: str) -> None:
    if kind == "pbf":
        pytest.importorskip("osmium")
    raw = export_places("segment", rows_of("segment"), kind=kind)
    done = import_roads(full.act("p-admin"), raw=raw, filename=name, name="osm").done
    assert done.added == 4
    for n in range(1, 5):
        old, new = (
            Segment.objects.get(code=f"S{n}"),
            Segment.objects.get(road=Segment.objects.get(code=f"S{n}").road, network="osm"),
        )
        assert (new.line, new.cls) == (old.line, old.cls)


# ---------------------------------------------------------------- as offices write them


def sheet(headers: list[str], *rows: list[Any]) -> bytes:
    page = io.BytesIO()
    book = xlsxwriter.Workbook(page, {"in_memory": True})
    one = book.add_worksheet()
    for n, row in enumerate([headers, *rows]):
        one.write_row(n, 0, row)
    book.close()
    return page.getvalue()


def test_a_sheet_of_shops_finds_its_segments_and_grids(town: Town) -> None:
    raw = sheet(["名称", "经营范围", "经度", "纬度", "门牌", "侧别"],
                ["张记面馆", "面馆", 118.4815, 36.69008, "12号", "北侧"],
                ["李家羊汤", "羊汤馆", "118°28′54″", "36°41′24.4″", "", ""],
                ["只有文字", "五金", "", "", "", ""])  # fmt: skip
    done = import_places(town.act("p-office"), sort="shop", raw=raw, filename="商户.xlsx").done
    assert done.added == 3
    fronts = {
        one.name: one.segment.code if one.segment else ""
        for one in Shop.objects.filter(name__contains="")
        if not one.code.startswith("D")
    }
    assert fronts == {"张记面馆": "S1", "李家羊汤": "S1", "只有文字": ""}
    assert Shop.objects.get(name="张记面馆").side == "north"
    again = import_places(town.act("p-office"), sort="shop", raw=raw, filename="商户.xlsx").done
    assert (again.added, again.unchanged) == (0, 3), "a code made from the words is the same code again"


def test_a_sheet_of_segments_known_by_their_text(town: Town) -> None:
    raw = sheet(
        ["路名", "起点", "终点", "等级", "侧别", "长度(米)"],
        ["青州南路", "范公亭路", "凤凰山路", "主干道", "路东", "1,250米"],
    )
    import_places(town.act("p-office"), sort="segment", raw=raw, filename="路段.xlsx")
    row = Segment.objects.get(road="青州南路")
    assert (row.cls, row.side, row.length_m, row.line) == ("primary", "east", Decimal("1250.0"), [])


def test_a_sheet_of_permitted_places_with_their_hours_in_words(town: Town) -> None:
    raw = sheet(["编码", "名称", "种类", "允许的行为", "路段", "摊位", "时段", "星期", "季节", "开始日期"],
                ["Y1", "海岱路夜市", "夜市", "占道经营，店外经营", "S2", "1-3、5", "18：00～次日01：00", "周五至周日", "5月1日—10月31日", "2020年3月1日"])  # fmt: skip
    import_places(town.act("p-office"), sort="permitted", raw=raw, filename="夜市.xlsx")
    row = PermittedPlace.objects.get(code="Y1")
    assert (row.hours, row.weekdays, row.season) == ([["18:00", "01:00"]], [5, 6, 7], ["05-01", "10-31"])
    assert row.matters == ["stall", "shopfront"] and row.kind == "night_market"


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (day, "2020-03-01", dt.date(2020, 3, 1)), (day, "2020/3/1", dt.date(2020, 3, 1)), (day, "２０２０年３月１日", dt.date(2020, 3, 1)),
        (day, "20200301", dt.date(2020, 3, 1)), (day, "2020-02-30", None), (day, "昨天", None),
        (hours, "6:00-8:30；18:00至22:00", [["06:00", "08:30"], ["18:00", "22:00"]]), (hours, "全天", []), (hours, "晚上", None),
        (weekdays, "周一至周五", [1, 2, 3, 4, 5]), (weekdays, "六、日", [6, 7]), (weekdays, "每天", []), (weekdays, "周八", None),
        (season, "11-01至03-31", ["11-01", "03-31"]), (season, "夏天", None), (number, "１，２３４．５", Decimal("1234.5")), (number, "很多", None),
        (number, "NaN", None),
    ],
)  # fmt: skip
def test_cells_as_offices_write_them(read: Any, text: str, value: Any) -> None:
    if value is None:
        with pytest.raises(Unreadable):
            read(text)
    else:
        assert read(text) == value


def test_two_people_of_one_name_are_told_apart_by_code(town: Town) -> None:
    town.people["p-liu"].name = "赵敏"
    town.people["p-liu"].save()
    with pytest.raises(Unreadable, match="几个人都叫"):
        Known().person("赵敏")
    assert Known().person("p-liu").code == "p-liu"


def test_the_matters_of_the_register_are_the_kinds_of_problem_of_cases() -> None:
    assert {code: str(label) for code, label in Category.choices if code != "other"} == MATTERS


# ---------------------------------------------------------------- what is wrong


def collection(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more}).encode()


def point(code: str, lon: float, lat: float = 36.6901, **properties: Any) -> dict[str, Any]:
    told = {"编码": code, "名称": f"点位{code}", "类型": "C", **properties}
    return {"type": "Feature", "properties": told, "geometry": {"type": "Point", "coordinates": [lon, lat]}}


def ground(code: str, *rings: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    told = {"编码": code, "名称": f"网格{code[-3:]}", **properties}
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": list(rings)}}


def problems(town: Town, sort: str, raw: bytes, filename: str = "a.geojson", **more: Any) -> list[str]:
    before = state()
    with pytest.raises(Refused) as refused:
        import_places(town.act("p-office"), sort=sort, raw=raw, filename=filename, **more)
    assert state() == before, "nothing of a refused file comes in"
    assert filename in refused.value.message
    return refused.value.facts.get("problems", [refused.value.message])


G = "370781001001010"
BOW = [[118.480, 36.690], [118.482, 36.692], [118.482, 36.690], [118.480, 36.692], [118.480, 36.690]]
OPEN = RING[:-1]
FAR = [[118.7, 36.9], [118.71, 36.9], [118.71, 36.91], [118.7, 36.9]]
APART = [[118.4860, 36.6895], [118.4870, 36.6895], [118.4870, 36.6935], [118.4860, 36.6895]]
OTHER = [[118.4830, 36.6895], [118.4880, 36.6895], [118.4880, 36.6935], [118.4830, 36.6935], [118.4830, 36.6895]]


@pytest.mark.parametrize(
    ("feature", "reason"),
    [
        (ground(G, BOW), "边界自相交（在 118.481000, 36.691000 附近）"),
        (ground(G, OPEN), "第 1 个环没有闭合，首尾相距"),
        (ground(G, RING[:2] + RING[:1]), "至少要 4 个"),
        (ground(G, RING, [[118.6, 36.8], [118.61, 36.8], [118.61, 36.81], [118.6, 36.8]]), "洞在外环之外"),
        (ground(G, [RING[0]] * 4), "点太少"),
        (ground(G), "没有坐标"),
        (ground(G, [[118.48, float("nan")], [118.49, 36.69], [118.49, 36.7], [118.48, float("nan")]]), "NaN"),
        (ground(G, [[118.48, float("inf")], [118.49, 36.69], [118.49, 36.7], [118.48, float("inf")]]), "无穷大"),
        (ground(G, FAR), "在本市界外"),
        (ground(G, RING, kind="LineString"), "图形是线，这里要面或多块面"),
        (ground(G, [RING], [APART], kind="MultiPolygon"), "有 2 块，单元网格应是一整块"),
        (ground("37078100100", RING), "应为 6 位（区县）"),
        (ground("37078100100101x", RING), "应为 15 位"),
        (ground("3707810010010101", RING), "应为 6 位（区县）"),
        (ground("", RING), "缺少编码"),
        (ground(G, RING, 名称=""), "请写网格的名称"),
        (ground(G, RING, 责任中队="城区九中队"), "没有单位“城区九中队”"),
        (ground(G, "ring"), "嵌套"),
        ({"type": "Feature", "properties": {"编码": G, "名称": "一"}, "geometry": {"type": "Blob", "coordinates": []}}, "不能识别"),
        ("网格", "不是 Feature"),
    ],
)  # fmt: skip
def test_a_broken_area_is_named_with_its_reason(town: Town, feature: Any, reason: str) -> None:
    good = ground("370781001001011", [[118.4901, 36.69], [118.4921, 36.69], [118.4921, 36.693], [118.4901, 36.69]])
    told = problems(town, "area", collection(good, feature))
    assert len(told) == 1 and told[0].startswith("第 2 个要素") and reason in told[0], told


def test_areas_in_which_nothing_lies_yet_come_in_with_their_parents_and_not_without(town: Town) -> None:
    tree = [ground("370781", RING), ground("370781001", RING), ground("370781001001", RING), ground(G, OTHER)]
    with pytest.raises(Refused, match="上级 370781 还没有登记"):
        import_places(town.act("p-office"), sort="area", raw=collection(*tree[1:3]), filename="a.geojson")
    done = import_places(town.act("p-office"), sort="area", raw=collection(*tree[:3]), filename="a.geojson").done
    assert done.added == 3 and [one.level for one in Area.objects.all()] == ["division", "street", "community"]


def test_duplicate_codes_are_named_with_both_features(town: Town) -> None:
    told = problems(town, "site", collection(point("N1", 118.481), point("N1", 118.482)))
    assert told == ["第 2 个要素（编码 N1，点位N1）：编码与第 1 个要素重复"]


def test_grids_over_each_other_are_named_with_what_they_share(town: Town) -> None:
    told = problems(town, "area", collection(ground(G, OTHER)))
    assert len(told) == 1 and "与网格 370781001001001重叠" in told[0]
    two = collection(ground(G, FAR and [[118.49, 36.69], [118.492, 36.69], [118.492, 36.692], [118.49, 36.69]]),
                     ground("370781001001012", [[118.4901, 36.69], [118.4921, 36.69], [118.4921, 36.692], [118.4901, 36.69]]))  # fmt: skip
    assert "重叠" in problems(town, "area", two)[0]


def test_a_gap_between_grids_is_remarked(town: Town) -> None:
    hole = [[118.492, 36.691], [118.493, 36.691], [118.493, 36.692], [118.492, 36.692], [118.492, 36.691]]
    outer = [[118.490, 36.690], [118.495, 36.690], [118.495, 36.694], [118.490, 36.694], [118.490, 36.690]]
    done = import_places(
        town.act("p-office"), sort="area", raw=collection(ground(G, outer, hole)), filename="a.geojson"
    )
    assert any("1 处空白" in remark for remark in done.batch.remarks)


def test_points_outside_the_city_are_told_how_far(town: Town) -> None:
    told = problems(town, "site", collection(point("N1", 118.482), point("N2", 118.482, 36.7101)))
    assert len(told) == 1 and "第 2 个要素" in told[0] and "在本市界外 1.1 公里" in told[0]


def test_an_amap_file_of_shops_is_recognised_before_anything_comes_in(town: Town) -> None:
    shift = system_named("gcj02").from_wgs84
    features = [point(f"N{n}", *map(float, shift(118.4805 + n * 5e-4, 36.69008))) for n in range(6)]
    told = problems(town, "site", collection(*features), "高德.geojson")
    assert "像是 GCJ-02（高德、腾讯）坐标" in told[0]
    done = import_places(
        town.act("p-office"), sort="site", raw=collection(*features), filename="高德.geojson", system="高德"
    )
    assert done.done.added == 6 and Site.objects.get(code="N0").lon == pytest.approx(118.4805, abs=1e-6)


def test_exchanged_coordinates_are_told_in_one_sentence(town: Town) -> None:
    told = problems(
        town,
        "site",
        collection(
            *({**point(f"N{n}", 1), "geometry": {"type": "Point", "coordinates": [36.69, 118.48]}} for n in range(9))
        ),
    )
    assert len(told) == 1 and "经度和纬度写反了" in told[0]


def test_a_hundred_problems_are_counted_and_twenty_told(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        import_places(
            town.act("p-office"),
            sort="site",
            raw=collection(*(point(f"N{n}", 118.482, 类型="Z") for n in range(100))),
            filename="a.geojson",
        )
    assert "有 100 个问题" in refused.value.message and refused.value.message.count("\n") == 21
    assert len(refused.value.facts["problems"]) == 100


@pytest.mark.parametrize(
    ("sort", "raw", "filename", "reason"),
    [
        ("site", b"", "a.geojson", "空文件"),
        ("site", b"hello", "a.txt", "不认识的格式"),
        ("site", b'{"type": "FeatureCollection", "features": []}', "a.geojson", "没有要素"),
        ("site", b'{"type": "FeatureCollection", "features": [', "a.geojson", "不是完整的 JSON"),
        ("site", b"[" * 100_000, "a.geojson", "JSON 不能读"),
        ("site", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"colour": "red"}}]}', "a.geojson", "列对不上。文件里有：colour"),
        ("site", b"PK\x03\x04not a zip", "a.zip", "压缩包损坏"),
        ("site", b"PK\x03\x04not a book", "a.xlsx", "打不开"),
        ("site", b"\x1f\x8b\x08nothing", "a.geojson.gz", "已损坏"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_in_one_sentence(
    town: Town, sort: str, raw: bytes, filename: str, reason: str
) -> None:
    assert reason in problems(town, sort, raw, filename)[0]


def test_a_quantity_that_is_in_the_ledger_does_not_change_by_a_sheet(full: Town) -> None:
    raw = sheet(["编码", "设施", "数量", "建成日期"], ["F2", "便民信息张贴栏", 5, "2020-03-02"])
    with pytest.raises(Refused, match="已经记入台账"):
        import_places(full.act("p-office"), sort="facility", raw=raw, filename="a.xlsx")


def test_only_the_office_brings_files_in(town: Town) -> None:
    with pytest.raises(Refused):
        import_places(town.act("p-zhao"), sort="site", raw=collection(point("N1", 118.482)), filename="a.geojson")
    assert not Site.objects.exists() and CORNERS
