"""地点名册: lists, forms, drawings, dividing and joining, files in and out, and taking edits back."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.town import Town
from xiuhua.city.models import Area, PermittedPlace, PlaceEdit, Segment, Shop, Site
from xiuhua.city.place_sorts import SORTS
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[118.481, 36.6901], [118.482, 36.6901], [118.482, 36.6905], [118.481, 36.6901]]]}  # fmt: skip


def post(client: Client, to: str, *args: str, **typed: object):
    return client.post(reverse(f"desk:{to}", args=args), {"key": str(uuid4()), **typed}, follow=True)


def permitted(**changes: object) -> dict[str, object]:
    return {
        "code": "A1", "name": "荣利街疏导点", "kind": "vending", "matters": ["stall"], "hours": "18：00-22：00",
        "weekdays": "周五至周日", "begins_on": "2020-03-01", "holidays": "same", "reach_m": "5",
        "geometry": json.dumps(SQUARE),
    } | changes  # fmt: skip


@pytest.mark.parametrize("sort", list(SORTS))
def test_every_list_and_form_opens_for_who_may_and_for_who_may_only_look(signed_in, sort: str) -> None:
    for who in ("office", "zhao"):
        client = signed_in(who)
        assert client.get(reverse("desk:places_of", args=[sort])).status_code == 200
    assert signed_in("office").get(reverse("desk:new_place", args=[sort])).status_code == 200


def test_a_list_is_searched_and_filtered_and_taken_along(signed_in) -> None:
    client = signed_in("office")
    page = client.get(reverse("desk:places_of", args=["shop"]) + "?who=D2").content.decode()
    assert "D2" in page and "D3" not in page
    page = client.get(reverse("desk:places_of", args=["segment"]) + "?road=海岱").content.decode()
    assert ">S2<" in page and ">S1<" not in page
    assert client.get(reverse("desk:places_of", args=["shop"]) + "?format=xlsx").content[:2] == b"PK"


def test_a_permitted_place_is_registered_from_the_form(signed_in) -> None:
    answer = post(signed_in("office"), "new_place", "permitted", **permitted())
    assert answer.status_code == 200
    row = PermittedPlace.objects.get(code="A1")
    assert (row.hours, row.weekdays, row.matters) == ([["18:00", "22:00"]], [5, 6, 7], ["stall"])
    assert Line.objects.filter(kind="permitted.registered", about="permitted:A1").exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"hours": "晚上"}, "时段“晚上”读不出来"),
        ({"begins_on": ""}, "请填写这一栏"),
        ({"kind": "x"}, "没有“x”这种许可地点"),
        ({"geometry": "{"}, "图形读不出来"),
        ({"geometry": json.dumps({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]})}, "图形不能用"),
        ({"geometry": '{"type":"Point","coordinates":[NaN,1]}'}, "NaN"),
        ({"geometry": ""}, "请在图上画出范围"),
        ({"name": " "}, "请写许可地点的名称"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(signed_in, typed: dict[str, object], words: str) -> None:
    answer = post(signed_in("office"), "new_place", "permitted", **permitted(paper="青综执〔2020〕5号", **typed))
    page = answer.content.decode()
    assert answer.status_code in (409, 422) and words in page
    assert "青综执〔2020〕5号" in page and not PermittedPlace.objects.exists()


def test_a_site_is_moved_and_the_move_is_taken_back(signed_in, town: Town) -> None:
    client = signed_in("office")
    point = json.dumps({"type": "Point", "coordinates": [118.481, 36.6902]})
    post(client, "new_place", "site", code="P1", name="玉兰市场", type_code="C", geometry=point)
    moved = point.replace("118.481", "118.4815")
    post(client, "place", "site", "P1", name="玉兰市场", type_code="C", geometry=moved, revision="1")
    site = Site.objects.get(code="P1")
    assert site.lon == 118.4815 and site.revision == 2
    edit = PlaceEdit.objects.latest("id")
    assert post(client, "undo_edit", str(edit.key)).status_code == 200
    site.refresh_from_db()
    assert site.lon == 118.481


def test_a_form_that_grew_old_is_refused_and_keeps_what_was_typed(signed_in) -> None:
    client = signed_in("office")
    typed = {"road": "范公亭路", "cls": "secondary", "side": "both", "oneway": "0", "geometry": json.dumps({"type": "LineString", "coordinates": [[118.48, 36.69], [118.484, 36.69]]})}  # fmt: skip
    assert post(client, "place", "segment", "S1", revision="1", **typed).redirect_chain
    answer = post(
        client, "place", "segment", "S1", revision="1", **(typed | {"cls": "tertiary", "from_name": "新写的路口"})
    )
    assert answer.status_code == 409 or answer.status_code == 422
    assert "被别人改过" in answer.content.decode() and "新写的路口" in answer.content.decode()
    assert Segment.objects.get(code="S1").cls == "secondary"


def test_a_line_that_is_drawn_anew_is_measured_anew(signed_in) -> None:
    shorter = json.dumps({"type": "LineString", "coordinates": [[118.48, 36.69], [118.482, 36.69]]})
    typed = {
        "road": "范公亭路",
        "cls": "primary",
        "side": "both",
        "oneway": "0",
        "length_m": "345",
        "geometry": shorter,
    }
    post(signed_in("office"), "place", "segment", "S1", revision="1", **typed)
    assert 178 < Segment.objects.get(code="S1").length_m < 179


def test_a_segment_is_divided_and_joined_from_its_page(signed_in) -> None:
    client = signed_in("office")
    answer = post(client, "split_segment", "S1", revision="1", lon="118.482", lat="36.69", corner="中心路口")
    assert "已拆成 S1-1、S1-2" in answer.content.decode()
    assert "S1-2" in answer.content.decode(), "the neighbour is offered"
    answer = post(client, "merge_segments", "S1-1", revision="1", **{"with": ["S1-2"]})
    assert "已合并为 S1-1-1" in answer.content.decode()
    answer = post(client, "split_segment", "S2", revision="1", corner="x")
    assert "请先在地图上点" in answer.content.decode()


def test_a_place_leaves_the_register_from_its_page(signed_in) -> None:
    client = signed_in("office")
    assert "还有 4 个商户" in post(client, "end_place", "segment", "S1").content.decode()
    post(client, "end_place", "segment", "S3")
    assert Segment.objects.get(code="S3").ended_on is not None
    page = client.get(reverse("desk:places_of", args=["segment"])).content.decode()
    assert "places/segment/S3/" not in page
    assert (
        "places/segment/S3/"
        in client.get(reverse("desk:places_of", args=["segment"]) + "?state=ended").content.decode()
    )


def test_a_file_goes_out_and_comes_in_unchanged(signed_in) -> None:
    client = signed_in("office")
    for kind, name in (("geojson", "a.geojson"), ("shp", "a.zip"), ("xlsx", "a.xlsx")):
        raw = client.get(reverse("desk:export_places", args=["shop"]) + f"?as={kind}&system=gcj02").content
        answer = post(client, "import_places", "shop", file=SimpleUploadedFile(name, raw), system="gcj02")
        assert "新登记 0，有改动 0，没有变化 4" in answer.content.decode()


def test_a_wrong_file_tells_its_problems_on_the_page(signed_in) -> None:
    client = signed_in("office")
    raw = json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"编码": "3707", "名称": "x"}, "geometry": None}]})  # fmt: skip
    answer = post(client, "import_places", "area", file=SimpleUploadedFile("区.geojson", raw.encode()))
    assert "第 1 个要素" in answer.content.decode() and "应为 6 位" in answer.content.decode()
    assert not Area.objects.exists()
    assert "请选择文件" in post(client, "import_places", "area").content.decode()


def test_who_may_only_look_edits_nothing(signed_in) -> None:
    client = signed_in("zhao")
    for name, args in (
        ("new_place", ["site"]),
        ("end_place", ["segment", "S3"]),
        ("split_segment", ["S1"]),
        ("import_places", ["shop"]),
    ):
        answer = client.post(reverse(f"desk:{name}", args=args), {"key": str(uuid4())})
        assert answer.status_code in (403, 409), name
    assert Segment.objects.filter(ended_on=None).count() == 4 and Shop.objects.count() == 4


def test_what_is_not_there_is_absent(signed_in) -> None:
    client = signed_in("office")
    for address in ("/desk/places/nothing/", "/desk/places/site/NONE/", "/desk/places/nothing/new"):
        assert client.get(address).status_code == 404, address


def test_the_case_page_and_the_report_say_what_is_permitted_there(signed_in, town: Town) -> None:
    area = {"type": "Polygon", "coordinates": [[[118.4815, 36.6899], [118.4825, 36.6899], [118.4825, 36.6903], [118.4815, 36.6903], [118.4815, 36.6899]]]}  # fmt: skip
    post(
        signed_in("office"),
        "new_place",
        "permitted",
        **permitted(geometry=json.dumps(area), weekdays="", hours="08:00-10:00"),
    )
    case = town.case("here")
    page = signed_in("desk").get(reverse("desk:case", args=[case.number])).content.decode()
    assert "此处 08:00–10:00 为便民疏导点（荣利街疏导点），现在允许。" in page
    told = signed_in("zhao").get(reverse("street:spot") + "?lon=118.482&lat=36.6901").json()
    assert told["permitted"] == {"stall": "此处 08:00–10:00 为便民疏导点（荣利街疏导点），现在允许。"}
