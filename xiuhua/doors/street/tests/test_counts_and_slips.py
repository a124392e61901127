"""Counts in seconds, and parking warnings whose plates stand nowhere but in their sealed row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver

from tests.town import Town, key
from xiuhua.cases.models import Count
from xiuhua.city.correcting import void_line
from xiuhua.city.models import Bureau
from xiuhua.doors.street.tests.sent import JSON, count_form, handle_form, shot, slip_form
from xiuhua.enforcement.models import Slip
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line

SignedIn = Callable[[str], Client]
COUNT, SLIP = "/street/count/", "/street/slip/"
PLATE = "鲁V8D261"


def test_a_count_is_one_line_and_no_case(town: Town, signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    assert phone.post(COUNT, count_form(photos=shot(50))).status_code == 302
    line = Line.objects.get(kind="count.recorded")
    assert (line.key, line.item, int(line.quantity or 0), line.segment) == (key("count"), "stall_moved", 30, "S1")
    assert Count.objects.get().photo and not Line.objects.filter(kind__startswith="case.").exists()
    shown = phone.get(COUNT).content.decode()
    assert "已计：劝离流动摊点 30 处" in shown and "今日 1 条" in shown


def test_a_count_sent_twice_counts_once(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    answers = [phone.post(COUNT, count_form(), **JSON) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Line.objects.filter(kind="count.recorded").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"quantity": "三十"}, "quantity", "请按数字键填数量"),
        ({"quantity": "0"}, "quantity", "数量要在"),
        ({"quantity": "99999"}, "quantity", "数量要在"),
        ({"segment": ""}, "segment", "请选择路段"),
        ({"item": "letter"}, "item", "请从列表里选"),
        ({"photos": [shot(1), shot(2)]}, "photos", "最多 1 张"),
    ],
)
def test_each_wrong_field_of_a_count_has_its_sentence(
    signed_in: SignedIn, changes: dict[str, object], field: str, sentence: str
) -> None:
    phone = signed_in("zhao")
    answer = phone.post(COUNT, count_form(**changes))
    shown = answer.content.decode()
    assert answer.status_code == 422 and sentence in shown and f'id="wrong-{field}">' in shown
    assert not Line.objects.filter(kind="count.recorded").exists()


def test_a_count_that_a_case_told_already_is_refused_unless_it_is_another(
    town: Town, signed_in: SignedIn, clock
) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    phone = signed_in("zhao")
    phone.post(f"/street/case/{case.number}/handle/", handle_form(case.version, item="stall_moved", quantity="3"))
    clock(minutes=10)
    answer = phone.post(COUNT, count_form())
    shown = answer.content.decode()
    assert answer.status_code == 422 and f"刚处置过案件 {case.number}" in shown
    assert '<div class="xh-field" data-field="separate">' in shown, "now the box to confirm it is there"
    assert phone.post(COUNT, count_form(separate="yes")).status_code == 302
    assert sum(line.quantity or 0 for line in Line.objects.filter(item="stall_moved")) == 33


def test_what_i_count_most_comes_first(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    phone.post(COUNT, count_form(item="banner_removed", quantity="2"))
    shown = phone.get(COUNT).content.decode()
    assert shown.index("清除横幅标语") < shown.index("张贴小广告")


def test_a_slip_is_one_line_and_its_plate_is_sealed(town: Town, signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(SLIP, slip_form(plate="鲁v·8d261"))
    assert answer.status_code == 302
    slip, line = Slip.objects.get(), Line.objects.get(kind="slip.issued")
    assert unseal(slip.plate_sealed) == PLATE and len(slip.photos) == 1
    assert (line.about, line.item, line.segment, '"repeat":0' in line.facts) == (
        slip.number, "parking_warning", "S1", True,
    )  # fmt: skip


def test_no_plate_stands_in_any_line_or_address(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    answers = [
        phone.post(SLIP, slip_form()),
        phone.post(SLIP, slip_form("second"), **JSON),
        phone.post("/street/slip/repeat", {"plate": PLATE}, **JSON),
        phone.get(SLIP),
    ]
    for line in Line.objects.all():
        assert "8D261" not in " ".join(map(str, line.__dict__.values()))
    for answer in answers:
        assert "8D261" not in answer.headers.get("Location", "") + answer.request["PATH_INFO"]
        assert "8D261" not in answer.request["QUERY_STRING"]
    assert all("plate" not in str(pattern) for pattern in get_resolver().reverse_dict)
    assert phone.get("/street/slip/repeat", {"plate": PLATE}).status_code == 405, "no plate in an address"


def test_how_often_a_vehicle_was_warned_in_30_days_is_told(town: Town, signed_in: SignedIn, clock) -> None:
    phone = signed_in("zhao")
    asked = "/street/slip/repeat"
    assert "没有警告记录" in phone.post(asked, {"plate": PLATE}).json()["words"]
    phone.post(SLIP, slip_form("old"))
    clock(days=29)
    phone = signed_in("zhao")
    phone.post(SLIP, slip_form("new"))
    told = phone.post(asked, {"plate": "鲁v8d261"}).json()
    assert told["times"] == 2 and "已警告 2 次" in told["words"] and "由中队长复核" in told["words"]
    clock(days=2)
    assert phone.post(asked, {"plate": PLATE}).json()["times"] == 1, "the first is more than 30 days old"
    assert phone.post(asked, {"plate": "鲁V"}).json() == {"times": None, "words": ""}
    assert '"repeat":1' in Line.objects.get(key=key("new")).facts


def test_a_voided_slip_is_no_warning_before(town: Town, signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    phone.post(SLIP, slip_form("mistake"))
    void_line(town.act("p-office", name="void", minutes=1), line=key("mistake"), reason="mistake")
    assert phone.post("/street/slip/repeat", {"plate": PLATE}).json()["times"] == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"plate": "鲁V8D26"}, "plate", "不完整或有误"),
        ({"situation": "flying"}, "situation", "请选择违停情形"),
        ({"segment": ""}, "segment", "请选择停放的路段"),
        ({"photos": None}, "photos", "看清车牌"),
    ],
)
def test_each_wrong_field_of_a_slip_has_its_sentence(
    signed_in: SignedIn, changes: dict[str, object], field: str, sentence: str
) -> None:
    answer = signed_in("zhao").post(SLIP, slip_form(**changes))
    shown = answer.content.decode()
    assert answer.status_code == 422 and sentence in shown and f'id="wrong-{field}">' in shown
    assert not Slip.objects.exists()


def test_a_slip_that_waited_offline_has_the_phones_moment(town: Town, signed_in: SignedIn, clock) -> None:
    at = town.at
    clock(hours=3)
    signed_in("zhao").post(SLIP, slip_form(at=at.isoformat()), **JSON)
    line = Line.objects.get(kind="slip.issued")
    assert (line.happened_at, line.recorded_at, Slip.objects.get().at) == (at, at + dt.timedelta(hours=3), at)


def test_a_room_that_is_off_is_not_on_the_phone(signed_in: SignedIn) -> None:
    bureau = Bureau.objects.get()
    bureau.rooms = [room for room in bureau.rooms if room != "slips"]
    bureau.save()
    phone = signed_in("zhao")
    answer = phone.get(SLIP)
    assert answer.status_code == 404 and "还没有启用" in answer.content.decode()
    home = phone.get("/street/").content.decode()
    assert SLIP not in home and COUNT in home


def test_who_issues_no_slips_is_told_whose_task_it_is(signed_in: SignedIn) -> None:
    answer = signed_in("desk").get(SLIP)
    assert answer.status_code == 403 and "可以做的岗位" in answer.content.decode()
