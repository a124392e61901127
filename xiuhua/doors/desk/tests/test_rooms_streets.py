"""Facilities, letters and operations: form → row and line once, what is wrong at its field, lists from lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.town import Town, declare_campaigns, key
from xiuhua.campaigns.actions import declare_campaign, start_campaign
from xiuhua.city.models import Facility, Shop
from xiuhua.doors.desk.tests.filled import fill
from xiuhua.ledger.models import Line
from xiuhua.rounds.models import Delivery, LetterBatch, Operation

SignedIn = Callable[[str], Client]


def page(answer: Any) -> str:
    return str(answer.content.decode())


def sent(form: str, /, **fields: Any) -> dict[str, Any]:
    return {"key": str(key(form)), "at": "2020-03-16T08:30"} | fields


def facility_form(**changes: Any) -> dict[str, Any]:
    return sent("bays", item="parking_bay", quantity="24", segment="海岱路", note="", lon="", lat="") | changes


def operation_form(**changes: Any) -> dict[str, Any]:
    told = {
        "name": "非机动车联合整治", "at": "2020-03-16T06:30", "ended_at": "2020-03-16T08:30", "campaign": "",
        "roads": "范公亭路、海岱路", "unit_Z1": "8", "unit_Z2": "6", "unit_CG": "", "unit_ZHZX": "",
        "partner_traffic_police": "4", "partner_market_bureau": "", "partner_street_office": "0",
    }  # fmt: skip
    return sent("operation form", **told) | changes


# ---------------------------------------------------------------- facilities


def test_a_facility_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    for _again in range(2):
        assert signed_in("office").post(reverse("desk:new_facility"), facility_form()).status_code == 302
    made = Facility.objects.get()
    assert (made.item, made.quantity, made.segment.code, made.built_on) == (
        "parking_bay",
        24,
        "S2",
        dt.date(2020, 3, 16),
    )
    line = Line.objects.get(kind="facility.built")
    assert (line.key, line.item, line.quantity) == (key("bays"), "parking_bay", 24)
    answer = signed_in("desk").get(reverse("desk:facilities"), {"item": "parking_bay"})
    assert [figure.value for figure in answer.context["figures"]] == ["24"]


def test_a_facility_counts_toward_the_campaign_that_takes_its_item(town: Town, signed_in: SignedIn) -> None:
    declared = {"items": ["parking_bay"], "starts_on": dt.date(2020, 3, 16), "ends_on": dt.date(2020, 5, 1)}
    parking = declare_campaign(town.act("p-office"), code="TC", name="停车", categories=["parking"], **declared)
    start_campaign(town.act("p-office", minutes=1), campaign=parking)
    signed_in("office").post(reverse("desk:new_facility"), facility_form())
    assert Line.objects.get(kind="facility.built").campaign == "TC"


def test_a_point_on_the_map_finds_the_segment(town: Town, signed_in: SignedIn) -> None:
    form = facility_form(item="parking_line", quantity="35.5", segment="", lon="118.4820", lat="36.6901")
    assert signed_in("office").post(reverse("desk:new_facility"), form).status_code == 302
    made = Facility.objects.get()
    assert (made.segment.code, made.quantity, made.lon_e7) == ("S1", Decimal("35.5"), 1184820000)
    shown = signed_in("desk").get(reverse("desk:map_facilities")).json()["features"]
    assert shown[0]["geometry"]["coordinates"] == [118.482, 36.6901]
    assert shown[0]["properties"]["name"] == "停车线 35.5 米"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"item": "bench"}, "item", "没有这一项"),
        ({"quantity": "0"}, "quantity", "数量要大于 0"),
        ({"quantity": "2.5"}, "quantity", "按整数登记"),
        ({"quantity": "很多"}, "quantity", "请填写数字"),
        ({"quantity": "99999999999"}, "quantity", "数量太大"),
        ({"segment": ""}, "segment", "在地图上点一个"),
        ({"segment": "", "lon": "0", "lat": "0"}, "segment", "在地图上点一个"),
        ({"note": "长" * 121}, "note", "最多 120 个字"),
    ],
)
def test_a_bad_facility_is_told_at_its_field(
    town: Town, signed_in: SignedIn, changes: Mapping[str, str], field: str, sentence: str
) -> None:
    answer = signed_in("office").post(reverse("desk:new_facility"), facility_form(**changes))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert not Facility.objects.exists()


# ---------------------------------------------------------------- letters


def test_letters_reconcile_on_the_page_and_in_the_rows(town: Town, signed_in: SignedIn) -> None:
    office = signed_in("office")
    for _again in range(2):
        form = sent("print", title="致全体经营业户的一封信", copies="10")
        assert office.post(reverse("desk:new_batch"), form).status_code == 302
    batch = LetterBatch.objects.get()
    spoil = sent("spoil", copies="3", reason="damaged", at="2020-03-16T08:40")
    for _again in range(2):
        assert office.post(reverse("desk:spoil", args=[batch.code]), spoil).status_code == 302
    deliver = sent("to D1", batch=batch.code, outcome="signed", at="2020-03-16T08:50")
    for _again in range(2):
        assert signed_in("helper").post(reverse("desk:deliver", args=["D1"]), deliver).status_code == 302
    batch.refresh_from_db()
    assert (batch.copies, batch.delivered, batch.spoiled, batch.left) == (10, 1, 3, 6)
    assert Line.objects.filter(kind__startswith="letter.").count() == 3
    answer = signed_in("desk").get(reverse("desk:letters"))
    assert [figure.value for figure in answer.context["figures"]] == ["10", "1", "3", "6"]
    whole = answer.context["whole"]
    assert (whole.shops, whole.reached, whole.missing) == (4, 1, 3)


@pytest.mark.parametrize(
    ("where", "form", "field", "sentence"),
    [
        ("new_batch", {"title": "信", "copies": "0"}, "copies", "1 到 1000000"),
        ("new_batch", {"title": "", "copies": "5"}, "title", "请填写这一栏"),
        ("new_batch", {"title": "信", "copies": "五"}, "copies", "请填写整数"),
        ("spoil", {"copies": "11", "reason": "lost"}, "copies", "只剩 8 份"),
        ("spoil", {"copies": "1", "reason": "eaten"}, "reason", "没有这一项"),
        ("spoil", {"copies": "1", "reason": "lost", "at": "2020-03-15T09:00"}, "at", "才印制"),
    ],
)
def test_bad_numbers_of_letters_are_told_at_their_field(
    town: Town, signed_in: SignedIn, where: str, form: Mapping[str, str], field: str, sentence: str
) -> None:
    fill(town)
    args = [LetterBatch.objects.get().code] if where == "spoil" else []
    answer = signed_in("office").post(reverse(f"desk:{where}", args=args), sent("form", **form))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert LetterBatch.objects.get().left == 8


def test_a_shop_is_delivered_to_once_and_by_the_street_alone(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    batch = LetterBatch.objects.get().code
    form = sent("again", batch=batch, outcome="signed", at="2020-03-16T09:00")
    answer = signed_in("helper").post(reverse("desk:deliver", args=["D1"]), form)
    assert answer.status_code == 422 and "已经送达过这一封信" in page(answer)
    assert signed_in("office").get(reverse("desk:deliver", args=["D3"])).status_code == 403
    assert signed_in("helper").get(reverse("desk:deliver", args=["D9"])).status_code == 404
    Shop.objects.filter(code="D3").update(closed_on=dt.date(2020, 3, 10))
    assert signed_in("helper").get(reverse("desk:deliver", args=["D3"])).status_code == 404
    assert Delivery.objects.count() == 2


def test_an_empty_batch_is_not_offered_but_its_own_form_sent_twice_is_answered(town: Town, signed_in: SignedIn) -> None:
    office, helper = signed_in("office"), signed_in("helper")
    office.post(reverse("desk:new_batch"), sent("print", title="信", copies="1"))
    batch = LetterBatch.objects.get().code
    form = sent("to D1", batch=batch, outcome="signed", at="2020-03-16T08:50")
    assert helper.post(reverse("desk:deliver", args=["D1"]), form).status_code == 302
    assert helper.post(reverse("desk:deliver", args=["D1"]), form).status_code == 302
    assert batch not in page(helper.get(reverse("desk:deliver", args=["D2"])))
    other = helper.post(reverse("desk:deliver", args=["D2"]), form | {"key": str(key("to D2"))})
    assert other.status_code == 422 and "已经发完" in page(other)


def test_the_unsigned_list_holds_who_has_not_signed(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    desk, where = signed_in("desk"), reverse("desk:unsigned")
    told = [(row["shop"].code, row["outcome"]) for row in desk.get(where).context["rows"]]
    assert told == [("D2", "refused"), ("D3", "none"), ("D4", "none")]
    for query, n in (
        ({"state": "none"}, 2),
        ({"state": "signed"}, 1),
        ({"state": "refused", "road": "范公亭"}, 1),
        ({"road": "海岱"}, 0),
    ):
        assert desk.get(where, query).context["pages"].count == n, query


# ---------------------------------------------------------------- operations


def test_an_operation_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    declare_campaigns(town)
    for _again in range(2):
        answer = signed_in("chief").post(reverse("desk:new_operation"), operation_form(campaign="C-POSTING"))
        assert answer.status_code == 302
    made = Operation.objects.get()
    assert made.people == {"QZ/Z1/": 8, "QZ/Z2/": 6, "traffic_police": 4}
    assert (made.partners, made.segments) == (["traffic_police"], ["S1", "S2"])
    line = Line.objects.get(kind="operation.held")
    assert (line.key, line.round, line.campaign) == (key("operation form"), made.code, "C-POSTING")
    told = page(signed_in("desk").get(answer["Location"]))
    assert "参加 18 人" in told and "与交警大队联合" in told and "城区二中队" in told


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写这一栏"),
        ({"ended_at": "2020-03-16T06:30"}, "ended_at", "结束时间要晚于开始时间"),
        ({"roads": "范公亭路、长安街"}, "roads", "没有找到路“长安街”"),
        ({"campaign": "C-NONE"}, "campaign", "没有这一项"),
        ({"unit_Z1": "-1"}, "unit_Z1", "人数不能是负数"),
        ({"unit_Z1": "几个"}, "unit_Z1", "请填写整数"),
        ({"unit_Z1": "", "unit_Z2": "", "partner_traffic_police": ""}, "unit_CG", "至少填写一个单位"),
    ],
)
def test_a_bad_operation_is_told_at_its_field(
    town: Town, signed_in: SignedIn, changes: Mapping[str, str], field: str, sentence: str
) -> None:
    answer = signed_in("chief").post(reverse("desk:new_operation"), operation_form(**changes))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert not Operation.objects.exists()


def test_the_page_of_an_operation_adds_up_what_was_done_under_it(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    made = Operation.objects.get()
    answer = signed_in("desk").get(reverse("desk:operation", args=[made.code]))
    assert {figure.label: figure.value for figure in answer.context["done"]} == {"证据保存物品": "2", "广告牌": "3"}
    kinds = [one["line"].kind for one in answer.context["lines"]]
    assert kinds == ["item.preserved", "sign.removed"]
    assert signed_in("desk").get(reverse("desk:operation", args=["Y0"])).status_code == 404


def test_joint_operations_are_told_from_those_of_the_bureau_alone(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    signed_in("chief").post(reverse("desk:new_operation"), operation_form(partner_traffic_police="", roads=""))
    desk, where = signed_in("desk"), reverse("desk:operations")
    assert [desk.get(where, {"joint": one}).context["pages"].count for one in ("", "yes", "no")] == [2, 1, 1]
    assert desk.get(where).context["figures"][0].value == "2"


# ---------------------------------------------------------------- lists stay cheap


@pytest.mark.parametrize("room", ("facilities", "operations", "letters", "unsigned"))
def test_a_longer_list_asks_no_more_of_the_database(
    town: Town, signed_in: SignedIn, room: str, django_assert_num_queries: Any
) -> None:
    fill(town)
    chief, where = signed_in("chief"), reverse(f"desk:{room}")
    chief.get(where)
    with CaptureQueriesContext(connection) as asked:
        chief.get(where)
    few = len(asked)
    assert few <= 22
    for n in range(8):
        chief.post(reverse("desk:new_facility"), facility_form(key=str(key(f"bays {n}"))))
        chief.post(reverse("desk:new_operation"), operation_form(key=str(key(f"operation {n}"))))
        signed_in("office").post(reverse("desk:new_batch"), sent(f"print {n}", title="信", copies="5"))
    assert Facility.objects.count() == Operation.objects.count() == LetterBatch.objects.count() == 9
    with django_assert_num_queries(few):
        assert chief.get(where).status_code == 200
