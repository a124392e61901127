"""One step for many cases, and taking back: three of a thousand that fail do not hold up the others, and Z undoes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.cases.models import Case
from xiuhua.city.models import Post
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
BULK = "desk:bulk"


def picks(cases) -> list[str]:
    return [f"{case.number}:{case.version}" for case in cases]


def send(client, verb: str, cases, *, name: str = "bulk", confirmed: bool = True, **told: object):
    form = {"key": str(key(name)), "verb": verb, "pick": picks(cases)} | ({"confirmed": "1"} if confirmed else {})
    return client.post(reverse(BULK), form | told)


def test_of_many_those_that_cannot_be_taken_are_told_one_by_one(town: Town, signed_in, clock) -> None:
    cases = [town.case(f"c{n}") for n in range(40)]
    stale, gone, odd = cases[:3]
    town.case("elsewhere")
    Case.objects.filter(pk=stale.pk).update(version=7)
    Case.objects.filter(pk=gone.pk).update(state="accepted")
    Case.objects.filter(pk=odd.pk).update(moved_at=town.at.replace(year=2031))
    page = send(signed_in("desk"), "accept", cases).content.decode()
    assert "受理：37 件完成" in page and "3 件没成" in page
    assert "别人刚刚改过" in page and "现在是“待立案”" in page
    assert "2031" in page or "以后" in page or "时钟" in page
    assert Case.objects.filter(state="accepted").count() == 38
    assert Line.objects.of_kind("case.accepted").count() == 37
    assert send(signed_in("desk"), "accept", cases).content.decode().count("完成") >= 1
    assert Line.objects.of_kind("case.accepted").count() == 37


def test_the_step_is_looked_at_before_it_is_taken_and_a_thousand_and_one_are_too_many(
    town: Town, signed_in, clock
) -> None:
    cases = [town.case(f"c{n}") for n in range(3)]
    page = send(signed_in("desk"), "refuse", cases, confirmed=False).content.decode()
    assert "选了 3 件" in page and "不属于本局职责" in page and not Line.objects.of_kind("case.refused").exists()
    page = send(signed_in("desk"), "refuse", cases, reason="").content.decode()
    assert "请选择原因" in page and Case.objects.filter(state="reported").count() == 3
    Case.objects.bulk_create(
        Case(number=f"B{n}", source="citizen", category="stall", place="x", reported_at=town.at, moved_at=town.at)
        for n in range(1001)
    )
    page = signed_in("desk").post(
        reverse(BULK), {"key": str(key("all")), "verb": "accept", "all": "1", "query": "tab=accept"}
    )
    assert "一次最多办 1000 件" in page.content.decode()


def test_all_that_fit_the_filters_are_meant_and_nothing_else(town: Town, signed_in, clock) -> None:
    stall, parking = town.case("a"), town.case("b", category="parking")
    page = signed_in("desk").post(
        reverse(BULK),
        {
            "key": str(key("all")),
            "verb": "accept",
            "all": "1",
            "query": "tab=accept&category=parking",
            "confirmed": "1",
        },
    )
    assert "1 件完成" in page.content.decode()
    assert {Case.objects.get(pk=one.pk).state for one in (stall,)} == {"reported"}
    assert Case.objects.get(pk=parking.pk).state == "accepted"


def test_each_goes_to_the_officer_proposed_or_all_to_one_unit_and_z_takes_all_back(
    town: Town, signed_in, clock
) -> None:
    cases = [town.case(f"c{n}", upto="filed") for n in range(3)]
    desk = signed_in("desk")
    send(desk, "dispatch", cases)
    assert {one.handler for one in Case.objects.all()} <= set(Post.objects.values_list("person__code", flat=True))
    assert set(Case.objects.values_list("state", flat=True)) == {"dispatched"}
    numbers = [case.number for case in cases]
    page = desk.post(reverse("desk:bulk_undo"), {"key": str(key("undo")), "pick": numbers}).content.decode()
    assert "3 件完成" in page and set(Case.objects.values_list("state", "handler")) == {("filed", "")}
    now = list(Case.objects.order_by("id"))
    send(desk, "dispatch", now, name="again", unit="Z2")
    assert set(Case.objects.values_list("for_unit", "handler")) == {("QZ/Z2/", "")}


def test_each_is_filed_under_the_first_row_of_its_own_kind(town: Town, signed_in, clock) -> None:
    cases = [town.case("a", upto="accepted"), town.case("b", upto="accepted", category="parking")]
    send(signed_in("desk"), "file", cases)
    filed = {case.category: case.standard for case in Case.objects.select_related("standard")}
    assert all(row is not None and row.category == category for category, row in filed.items())


def test_who_may_not_take_a_step_is_refused_as_a_whole(town: Town, signed_in, clock) -> None:
    cases = [town.case("a")]
    assert send(signed_in("leader"), "accept", cases).status_code == 403
    assert send(signed_in("desk"), "fly", cases).status_code == 422
    assert Case.objects.get().state == "reported"


def test_the_toast_of_a_step_takes_it_back(town: Town, signed_in, clock) -> None:
    case, desk = town.case(), signed_in("desk")
    step = {"key": str(key("s")), "version": case.version, "verb": "accept_file", "standard": "S1"}
    page = desk.post(reverse("desk:step", args=[case.number]), step, headers={"HX-Request": "true"}).content.decode()
    assert reverse("desk:recall", args=[case.number]) in page and 'name="times" value="2"' in page
    undo = {"key": str(key("u")), "times": "2"}
    answer = desk.post(reverse("desk:recall", args=[case.number]), undo, headers={"HX-Request": "true"})
    assert "已撤回" in answer.content.decode() and Case.objects.get().state == "reported"
    late = desk.post(
        reverse("desk:recall", args=[case.number]), undo | {"key": str(key("v"))}, headers={"HX-Request": "true"}
    )
    assert late.status_code == 422 and "已经过了 10 秒" in late.content.decode()


def test_the_list_offers_boxes_only_where_something_can_be_done_with_many(town: Town, signed_in, clock) -> None:
    town.case("a")
    town.case("b", upto="dispatched")
    desk = signed_in("desk")
    assert 'name="pick"' in desk.get(reverse("desk:dispatch"), {"tab": "accept"}).content.decode()
    assert 'name="pick"' not in desk.get(reverse("desk:dispatch"), {"tab": "work"}).content.decode()
    assert 'name="pick"' not in signed_in("leader").get(reverse("desk:dispatch"), {"tab": "accept"}).content.decode()
