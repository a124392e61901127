"""The registers of enforcement: slips with masked plates, fines, evidence, signs. Form → row and line; once, or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.correcting import void_line
from xiuhua.doors.desk.tests.filled import fill, slip
from xiuhua.enforcement.models import Keeping, Penalty, SignRemoval, Slip
from xiuhua.ledger.models import Line

SignedIn = Callable[[str], Client]
PLAIN = ("鲁V12345", "鲁VD12345")


def page(answer: Any) -> str:
    return str(answer.content.decode())


def sent(form: str, /, **fields: Any) -> dict[str, Any]:
    """What a form sends, under a key that is always the same for the same name."""
    return {"key": str(key(form)), "at": "2020-03-16T08:30"} | fields


def sign_form(**changes: Any) -> dict[str, Any]:
    return sent("sign form", sign_kind="roof", reason="old", quantity="3", segment="海岱路", round="") | changes


def keep_form(**changes: Any) -> dict[str, Any]:
    told = {
        "category": "cart", "name": "蓝色三轮车", "quantity": "2", "segment": "S1", "shelf": "A-03",
        "approved_by": "p-leader", "first": "p-chief", "second": "p-zhao", "round": "",
    }  # fmt: skip
    return sent("keep form", **told) | changes


def fine_form(**changes: Any) -> dict[str, Any]:
    return (
        sent("fine form", procedure="simple", amount="50", first="p-chief", second="p-zhao", at="2020-03-16T09:00")
        | changes
    )


# ---------------------------------------------------------------- slips


def test_no_list_shows_a_plate_in_full(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    for where in ("slips", "repeaters", "hand_over", "penalties"):
        told = page(signed_in("zhao").get(reverse(f"desk:{where}")))
        assert "鲁V***45" in told
        assert not any(plate in told for plate in PLAIN)


def test_the_slip_shows_the_plate_to_who_may_fine_and_masks_it_for_others(town: Town, signed_in: SignedIn) -> None:
    number = slip(town, "one").number
    for who, plain in (("zhao", True), ("leader", True), ("helper", False), ("desk", False), ("office", False)):
        told = page(signed_in(who).get(reverse("desk:slip", args=[number])))
        assert ("鲁V12345" in told) is plain
        picture = signed_in(who).get(reverse("desk:slip_photo", args=[number, 0, "display"]))
        assert picture.status_code == (200 if plain else 403)
    for wrong in ((number, 1, "display"), (number, 0, "original"), ("JG0", 0, "thumb")):
        assert signed_in("zhao").get(reverse("desk:slip_photo", args=wrong)).status_code == 404


def test_a_plate_is_looked_up_without_standing_in_an_address(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    answer = signed_in("desk").post(reverse("desk:find_plate"), {"plate": "鲁v·12345"})
    assert answer.status_code == 302 and "12345" not in answer["Location"]
    told = page(signed_in("desk").get(answer["Location"]))
    assert "只看同一辆车的 2 张单据" in told and "JG20200316-0003" not in told
    answer = signed_in("desk").post(reverse("desk:find_plate"), {"plate": "鲁V1"}, follow=True)
    assert "不完整或有误" in page(answer)


def test_slips_are_found_by_road_day_officer_and_situation(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    desk = signed_in("desk")
    for query, n in (
        ({}, 3), ({"road": "海岱"}, 1), ({"road": "没有这条路"}, 0), ({"who": "赵敏"}, 3), ({"who": "刘洋"}, 0),
        ({"from": "2020-03-16", "to": "2020-03-16"}, 3), ({"to": "2020-03-15"}, 0), ({"situation": "blind_path"}, 0),
        ({"fined": "yes"}, 1), ({"fined": "no"}, 2),
    ):  # fmt: skip
        assert desk.get(reverse("desk:slips"), query).context["pages"].count == n, query


def test_the_total_is_that_of_the_lines_and_opens_them(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    void_line(town.act("p-office", minutes=1), line=key("slip 2"), reason="mistake")
    answer = signed_in("office").get(reverse("desk:slips"))
    warnings, fined = answer.context["figures"]
    assert (warnings.value, fined.value) == ("2", "1")
    assert warnings.url == f"{reverse('desk:ledger')}?item=parking_warning"
    assert "已作废" in page(answer) and answer.context["pages"].count == 3
    narrowed = signed_in("office").get(reverse("desk:slips"), {"road": "海岱路"}).context["figures"][0]
    assert (narrowed.value, narrowed.url) == ("1", "")


def test_repeaters_are_vehicles_with_two_standing_slips(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    rows = signed_in("chief").get(reverse("desk:repeaters")).context["rows"]
    assert [(row["plate"], row["n"], row["fined"]) for row in rows] == [("鲁V***45", 2, 1)]
    void_line(town.act("p-office", minutes=1), line=key("slip 2"), reason="mistake")
    assert signed_in("chief").get(reverse("desk:repeaters")).context["rows"] == []


def test_printing_plates_in_full_leaves_a_line(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    zhao, where = signed_in("zhao"), reverse("desk:hand_over")
    for _again in range(2):
        answer = zhao.post(f"{where}?road=范公亭", {"key": str(key("list"))})
        assert answer.status_code == 200 and page(answer).count("鲁V12345") == 2
    line = Line.objects.get(kind="list.taken")
    assert (line.by, line.facts) == ("p-zhao", '{"listed":"slips_to_police","rows":2}')
    empty = zhao.post(f"{where}?to=2020-03-01", {"key": str(key("nothing"))})
    assert empty.status_code == 422 and "清单是空的" in page(empty)
    assert signed_in("helper").get(where).status_code == signed_in("desk").post(where).status_code == 403


# ---------------------------------------------------------------- fines


def test_a_fine_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    of = slip(town, "one", minutes=-60)
    where, chief = reverse("desk:fine", args=[of.number]), signed_in("chief")
    for _again in range(2):
        assert chief.post(where, fine_form()).status_code == 302
    made = Penalty.objects.get()
    assert (made.amount_fen, made.officers, made.slip) == (5000, ["p-chief", "p-zhao"], of)
    line = Line.objects.get(kind="penalty.decided")
    assert (line.key, line.about) == (key("fine form"), made.number)
    told = page(chief.get(reverse("desk:penalties")))
    assert "50.00" in told and made.number in told
    assert "50.00" not in page(chief.get(reverse("desk:overview"))) + page(chief.get(reverse("desk:slips")))


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": "19.99"}, "amount", "不在 20—200 元之间（道路交通安全法 第九十三条）"),
        ({"amount": "200.01"}, "amount", "不在 20—200 元之间"),
        ({"amount": "很多"}, "amount", "请填写数字"),
        ({"amount": "50.005"}, "amount", "金额最多到分"),
        ({"second": "p-chief"}, "second", "不得少于两人"),
        ({"second": "p-helper"}, "second", "没有相应的岗位"),
        ({"procedure": ""}, "procedure", "请选择一项"),
        ({"at": "昨天"}, "at", "时间读不出来"),
        ({"at": "2020-03-15T09:00"}, "at", "不能早于开单时间"),
        ({"at": "2020-03-17T09:00"}, "at", "还没有到"),
    ],
)
def test_a_bad_fine_says_what_is_wrong_at_its_field(
    town: Town, signed_in: SignedIn, changes: Mapping[str, str], field: str, sentence: str
) -> None:
    where = reverse("desk:fine", args=[slip(town, "one", minutes=-60).number])
    answer = signed_in("chief").post(where, fine_form(**changes))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert f'value="{fine_form(**changes)["key"]}"' in page(answer), "the same key may go again"
    assert not Penalty.objects.exists()


def test_a_second_fine_of_a_slip_is_refused_with_its_article(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    of = Slip.objects.get(penalty__isnull=False)
    answer = signed_in("chief").post(reverse("desk:fine", args=[of.number]), fine_form())
    assert answer.status_code == 422 and "第二十四条" in page(answer)


def test_the_same_form_with_something_else_in_it_is_shown_both_and_gets_another_key(
    town: Town, signed_in: SignedIn
) -> None:
    where = reverse("desk:fine", args=[slip(town, "one", minutes=-60).number])
    assert signed_in("chief").post(where, fine_form()).status_code == 302
    answer = signed_in("chief").post(where, fine_form(amount="100"))
    assert answer.status_code == 409 and "内容与这次不同" in page(answer)
    assert answer.context["form"]["key"].value() != str(key("fine form"))
    assert Penalty.objects.get().amount_fen == 5000


def test_an_assistant_opens_no_fine(town: Town, signed_in: SignedIn) -> None:
    where = reverse("desk:fine", args=[slip(town, "one").number])
    assert signed_in("helper").get(where).status_code == signed_in("helper").post(where, fine_form()).status_code == 403
    assert signed_in("zhao").get(reverse("desk:fine", args=["JG0"])).status_code == 404


# ---------------------------------------------------------------- evidence


def test_a_keeping_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    zhao = signed_in("zhao")
    for _again in range(2):
        answer = zhao.post(reverse("desk:new_keeping"), keep_form())
        assert answer.status_code == 302
    made = Keeping.objects.get()
    assert (made.quantity, made.shelf, made.due_on, made.segment) == (2, "A-03", dt.date(2020, 3, 23), "S1")
    line = Line.objects.get(kind="item.preserved")
    assert (line.key, line.quantity, line.by) == (key("keep form"), 2, "p-zhao")
    assert "2020-03-23 前要作出处理决定" in page(zhao.get(answer["Location"]))


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"category": ""}, "category", "请选择一项"),
        ({"name": " "}, "name", "请填写这一栏"),
        ({"name": "长" * 61}, "name", "最多 60 个字"),
        ({"quantity": "0"}, "quantity", "数量要在 1 到 1000"),
        ({"quantity": "两件"}, "quantity", "请填写整数"),
        ({"segment": ""}, "segment", "请选择路段"),
        ({"segment": "长安街"}, "segment", "没有找到路段“长安街”"),
        ({"approved_by": "p-chief"}, "approved_by", "没有相应的岗位"),
        ({"second": "p-chief"}, "second", "不得少于两人"),
    ],
)
def test_a_bad_keeping_says_what_is_wrong_and_loses_nothing(
    town: Town, signed_in: SignedIn, changes: Mapping[str, str], field: str, sentence: str
) -> None:
    answer = signed_in("zhao").post(reverse("desk:new_keeping"), keep_form(**changes))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert 'value="A-03"' in page(answer)
    assert not Keeping.objects.exists()


def test_deadlines_count_down_and_late_ones_stand_first(town: Town, signed_in: SignedIn, clock: Any) -> None:
    for n, days in enumerate((0, 1, 4)):
        answer = signed_in("zhao").post(
            reverse("desk:new_keeping"), keep_form(key=str(key(f"keep {n}")), at=f"{town.at:%Y-%m-%dT%H:%M}")
        )
        assert answer.status_code == 302
        clock(days=days or 1)
    clock(days=2)
    answer = signed_in("desk").get(reverse("desk:evidence"))
    assert f"{town.at:%Y-%m-%d}" == "2020-03-24"
    assert [row["left_words"] for row in answer.context["rows"]] == ["超期 1 天", "今天到期", "剩 1 天"]
    late = answer.context["figures"][2]
    assert (late.value, late.late) == (1, True)
    only = signed_in("desk").get(reverse("desk:evidence"), {"state": "late"})
    assert only.context["pages"].count == 1 and "xh-tag--late" in page(only)


def test_what_is_decided_takes_the_item_off_the_list(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    made = Keeping.objects.get()
    where = reverse("desk:keeping", args=[made.number])
    assert "登记处理决定" not in page(signed_in("desk").get(where))
    assert signed_in("desk").post(where, sent("settle", outcome="returned", at="2020-03-16T09:00")).status_code == 403
    bad = signed_in("zhao").post(where, sent("settle", outcome="", at="2020-03-16T09:00"))
    assert bad.status_code == 422 and "请选择一项" in page(bad)
    for _again in range(2):
        assert (
            signed_in("zhao").post(where, sent("settle", outcome="returned", at="2020-03-16T09:00")).status_code == 302
        )
    assert Line.objects.get(kind="item.settled").about == made.number
    assert signed_in("desk").get(reverse("desk:evidence")).context["pages"].count == 0
    assert signed_in("desk").get(reverse("desk:evidence"), {"state": "done"}).context["pages"].count == 1
    assert signed_in("desk").get(reverse("desk:keeping", args=["BC0"])).status_code == 404


# ---------------------------------------------------------------- signs


def test_a_removal_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    for _again in range(2):
        assert signed_in("zhao").post(reverse("desk:new_sign"), sign_form()).status_code == 302
    made = SignRemoval.objects.get()
    assert (made.key, made.quantity, made.segment, made.by) == (key("sign form"), 3, "S2", "p-zhao")
    line = Line.objects.get(kind="sign.removed")
    assert (line.happened_at.astimezone(town.at.tzinfo), line.recorded_at) == (
        town.at - dt.timedelta(minutes=30),
        town.at,
    )
    answer = signed_in("desk").get(reverse("desk:signs"), {"sign_kind": "roof", "reason": "old"})
    assert answer.context["figures"][0].value == "3" and answer.context["pages"].count == 1
    assert signed_in("desk").get(reverse("desk:signs"), {"reason": "broken"}).context["figures"][0].value == "0"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"quantity": "501"}, "quantity"), ({"quantity": "-1"}, "quantity"), ({"sign_kind": "moon"}, "sign_kind"),
     ({"segment": "路"}, "segment"), ({"round": "Y0"}, "round"), ({"at": ""}, "at")],
)  # fmt: skip
def test_a_bad_removal_is_told_at_its_field(
    town: Town, signed_in: SignedIn, changes: Mapping[str, str], field: str
) -> None:
    answer = signed_in("zhao").post(reverse("desk:new_sign"), sign_form(**changes))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not SignRemoval.objects.exists()


def test_a_road_that_may_mean_several_segments_offers_them(town: Town, signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(reverse("desk:new_sign"), sign_form(segment="路"))
    assert "符合，请从列表里选一段" in page(answer)
    assert page(answer).count("<option value=") >= len(answer.context["form"].offered) > 1


# ---------------------------------------------------------------- lists stay cheap


@pytest.mark.parametrize("room", ("slips", "signs", "evidence", "penalties", "repeaters", "hand_over"))
def test_a_longer_list_asks_no_more_of_the_database(
    town: Town, signed_in: SignedIn, room: str, django_assert_num_queries: Any
) -> None:
    fill(town)
    zhao, where = signed_in("zhao"), reverse(f"desk:{room}")
    zhao.get(where)
    with CaptureQueriesContext(connection) as asked:
        zhao.get(where)
    few = len(asked)
    assert few <= 20
    for n in range(12):
        slip(town, f"more {n}", f"鲁V2000{n % 10}", minutes=n / 10)
        signed_in("zhao").post(reverse("desk:new_sign"), sign_form(key=str(key(f"sign {n}"))))
        signed_in("zhao").post(reverse("desk:new_keeping"), keep_form(key=str(key(f"keep {n}"))))
        of = Slip.objects.order_by("id").last()
        signed_in("chief").post(
            reverse("desk:fine", args=[of.number]), fine_form(key=str(key(f"fine {n}")), at="2020-03-16T09:05")
        )
    assert Penalty.objects.count() > 5
    with django_assert_num_queries(few):
        assert zhao.get(where).status_code == 200
