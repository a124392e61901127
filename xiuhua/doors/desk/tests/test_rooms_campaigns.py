"""Campaigns, the overview and the one map: numbers from lines, each opening its list."""

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
from xiuhua.campaigns.actions import attribute_line
from xiuhua.campaigns.models import Campaign, Target
from xiuhua.cases.counts import record_count
from xiuhua.city.models import Bureau
from xiuhua.doors.desk.templatetags.rooms import stitches_done
from xiuhua.doors.desk.tests.filled import fill
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import open_cases

SignedIn = Callable[[str], Client]


def page(answer: Any) -> str:
    return str(answer.content.decode())


def campaign_form(**changes: Any) -> dict[str, Any]:
    return {
        "key": str(key("declare")), "name": "经营秩序专项治理", "code": "jingying-2020", "starts_on": "2020-03-10",
        "ends_on": "2020-05-03", "roads": "", "categories": ["stall", "shopfront"], "items": ["stall_moved"],
    } | changes  # fmt: skip


def target_form(**changes: Any) -> dict[str, Any]:
    return {"key": str(key("target")), "item": "posting_pasted", "quantity": "100", "due_on": "2020-05-03"} | changes


# ---------------------------------------------------------------- campaigns


def test_a_campaign_is_declared_started_and_closed_from_its_pages(town: Town, signed_in: SignedIn) -> None:
    office = signed_in("office")
    for _again in range(2):
        answer = office.post(reverse("desk:new_campaign"), campaign_form())
        assert answer.status_code == 302
    where = answer["Location"]
    for step, label in (("start", "正在开展"), ("close", "已收官")):
        for _again in range(2):
            moved = office.post(f"{where}step", {"key": str(key(step)), "step": step}, follow=True)
            assert moved.status_code == 200 and label in page(moved)
    assert Campaign.objects.get().stage == "closed"
    assert list(Line.objects.filter(about="jingying-2020").order_by("id").values_list("kind", flat=True)) == [
        "campaign.declared", "campaign.started", "campaign.closed",
    ]  # fmt: skip
    again = office.post(f"{where}step", {"key": str(key("later")), "step": "start"})
    assert again.status_code == 422 and "不能做这一步" in page(again)
    assert office.post(f"{where}step", {"key": str(key("x")), "step": "delete"}).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写这一栏"),
        ({"code": "占道"}, "code", "只能用字母、数字和短横线"),
        ({"code": "C-POSTING"}, "code", "已经用过"),
        ({"ends_on": "2020-03-09"}, "ends_on", "不能早于开始日期"),
        ({"starts_on": "三月"}, "starts_on", "日期读不出来"),
        ({"categories": [], "items": []}, "items", "请至少选一类案件"),
        ({"roads": "长安街"}, "roads", "没有找到路“长安街”"),
    ],
)
def test_a_bad_campaign_is_told_at_its_field(
    town: Town, signed_in: SignedIn, changes: Mapping[str, Any], field: str, sentence: str
) -> None:
    declare_campaigns(town)
    answer = signed_in("office").post(reverse("desk:new_campaign"), campaign_form(**changes))
    assert answer.status_code == 422
    assert sentence in "".join(answer.context["form"].errors[field])
    assert Campaign.objects.count() == 2


def test_a_target_is_a_row_and_a_line_once(town: Town, signed_in: SignedIn) -> None:
    declare_campaigns(town)
    where = reverse("desk:new_target", args=["C-POSTING"])
    for _again in range(2):
        assert signed_in("office").post(where, target_form()).status_code == 302
    assert Target.objects.get().quantity == 100
    assert Line.objects.get(kind="target.set").key == key("target")
    for changes, field in (
        ({"item": "stall_moved"}, "item"),
        ({"quantity": "0"}, "quantity"),
        ({"due_on": "2020-02-01"}, "due_on"),
    ):
        answer = signed_in("office").post(where, target_form(key=str(key(field)), **changes))
        assert answer.status_code == 422 and field in answer.context["form"].errors
    assert signed_in("chief").get(where).status_code == 403
    assert signed_in("office").get(reverse("desk:new_target", args=["C-NONE"])).status_code == 404


def test_progress_is_counted_from_lines_and_follows_an_attribution(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    office, where = signed_in("office"), reverse("desk:campaign", args=["C-POSTING"])
    (goal,) = office.get(where).context["progress"].goals
    assert (goal.done, goal.fresh, goal.goal) == (40, 40, 100)
    assert goal.url == f"{reverse('desk:ledger')}?item=posting_pasted&campaign=C-POSTING"
    assert '完成 40%"' in page(office.get(where)).replace("完成40%", "完成 40%")
    squads = office.get(where).context["squads"]
    assert squads["rows"] == [("城区一中队", [Decimal(40), Decimal(1)])]
    attribute_line(town.act("p-office", minutes=1), line=key("count"), campaign="C-AIR", reason="mistaken")
    (goal,) = office.get(where).context["progress"].goals
    assert goal.done == 0


def test_the_pages_of_a_campaign_show_before_and_after_and_its_operation(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    answer = signed_in("leader").get(reverse("desk:campaign", args=["C-POSTING"]))
    assert len(answer.context["pairs"]) == 1 and "早市联合整治" in page(answer)
    assert "专项收官" in page(answer)
    assert "专项收官" not in page(signed_in("chief").get(reverse("desk:campaign", args=["C-POSTING"])))
    assert signed_in("desk").get(reverse("desk:campaign", args=["C-NONE"])).status_code == 404


@pytest.mark.parametrize(("done", "made"), [(0, 0), (4, 0), (5, 1), (99, 19), (100, 20), (250, 20)])
def test_a_stitch_is_made_when_it_is_whole(done: int, made: int) -> None:
    assert stitches_done(Decimal(done), Decimal(100)) == made


# ---------------------------------------------------------------- the overview


def test_the_sentence_says_how_the_day_stands(town: Town, signed_in: SignedIn, clock: Any) -> None:
    fill(town)
    town.case("open", upto="dispatched")
    clock(days=9)
    answer = signed_in("leader").get(reverse("desk:overview"), {"day": "2020-03-16"})
    assert (answer.context["whole"].reported, answer.context["whole"].closed) == (2, 1)
    assert answer.context["links"]["reported"] == (
        f"{reverse('desk:ledger')}?kind=case.reported&from=2020-03-16&to=2020-03-16"
    )
    today = signed_in("leader").get(reverse("desk:overview"))
    assert today.context["late_count"] == 1 and "都在城区一中队" in page(today)
    (late,) = today.context["late"]
    assert (late["unit"], late["person"]) == ("城区一中队", "赵敏")
    assert today.context["late_url"] == f"{reverse('desk:dispatch')}?tab=late"
    assert signed_in("leader").get(reverse("desk:overview"), {"day": "2020-03-15"}).context["late_count"] == 0
    assert "看最近有记录的 2020年3月16日" in page(today)


def test_a_week_is_the_sum_of_its_days(town: Town, signed_in: SignedIn, clock: Any) -> None:
    for n in range(4):
        town.case(f"case {n}", upto="closed" if n % 2 else "reported")
        clock(days=1)
    leader, where = signed_in("leader"), reverse("desk:overview")
    days = [leader.get(where, {"day": f"2020-03-{16 + n}"}).context["whole"] for n in range(5)]
    week = leader.get(where, {"span": "week", "day": "2020-03-18"})
    assert week.context["whole"] == sum(days[1:], days[0]) and week.context["whole"].reported == 4
    assert "本周上报" in page(week)
    assert sum(row["totals"].reported for row in week.context["squads"]) == 4


def test_hot_segments_open_the_map_of_their_cases(town: Town, signed_in: SignedIn) -> None:
    for n in range(3):
        town.case(f"case {n}")
    answer = signed_in("leader").get(reverse("desk:overview"))
    (hot,) = answer.context["hot"]
    assert (hot["hot"].open, hot["points"]) == (3, ["占道经营 3 次"])
    assert sum(row["hot"].open for row in answer.context["hot"]) == open_cases(town.at.date())
    told = signed_in("leader").get(reverse("desk:map"), {"segment": "S1"})
    assert len(told.context["rows"]) == 3 and "只看 范公亭路" in page(told)


def test_work_opens_the_lines_of_its_figure(town: Town, signed_in: SignedIn) -> None:
    fill(town)
    record_count(town.act("p-zhao", name="spray", minutes=-1), item="posting_sprayed", quantity=5, segment="S3")
    work = {one.label: one for one in signed_in("leader").get(reverse("desk:overview")).context["work"]}
    assert work["清理张贴、喷涂及橱窗广告"].value == "45"
    assert work["清理张贴、喷涂及橱窗广告"].url.startswith(reverse("desk:figure", args=["postings_cleaned"]))
    assert signed_in("leader").get(work["清理张贴、喷涂及橱窗广告"].url).status_code == 200


def test_a_demonstration_opens_on_its_last_day(town: Town, signed_in: SignedIn, clock: Any) -> None:
    fill(town)
    clock(days=30)
    assert signed_in("leader").get(reverse("desk:overview")).context["span"].day == dt.date(2020, 4, 15)
    Bureau.objects.update(demonstration=True)
    assert signed_in("leader").get(reverse("desk:overview")).context["span"].day == dt.date(2020, 3, 16)


@pytest.mark.parametrize(
    "query", ({"day": "soon"}, {"day": "2999-01-01"}, {"span": "year"}, {"span": "week", "day": "0001-01-01"})
)
def test_an_overview_of_nonsense_still_opens(town: Town, signed_in: SignedIn, query: dict[str, str]) -> None:
    assert signed_in("leader").get(reverse("desk:overview"), query).status_code == 200


def test_leaders_begin_at_the_overview(town: Town, signed_in: SignedIn) -> None:
    assert signed_in("leader").get("/")["Location"] == reverse("desk:overview")


# ---------------------------------------------------------------- the map


@pytest.mark.parametrize(("layer", "n"), [("map_shops", 4), ("map_facilities", 1), ("map_sites", 1)])
def test_places_are_drawn_once_and_kept_until_they_change(town: Town, signed_in: SignedIn, layer: str, n: int) -> None:
    fill(town)
    desk, where = signed_in("desk"), reverse(f"desk:{layer}")
    answer = desk.get(where)
    assert len(answer.json()["features"]) == n
    assert desk.get(where, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert desk.get(where, headers={"If-None-Match": 'W/"old"'}).status_code == 200


def test_the_map_and_its_list_show_the_same_cases(town: Town, signed_in: SignedIn) -> None:
    town.case("stall")
    town.case("parking", category="parking")
    town.case("given", upto="dispatched")
    desk, where = signed_in("desk"), reverse("desk:map")
    for query, n in (
        ({}, 3),
        ({"category": "parking"}, 1),
        ({"tab": "work"}, 1),
        ({"tab": "late"}, 0),
        ({"segment": "S2"}, 0),
    ):
        answer = desk.get(where, query)
        drawn = desk.get(f"{reverse('desk:map_cases')}?{answer.context['case_query']}").json()["features"]
        assert len(answer.context["rows"]) == len(drawn) == n, query


@pytest.mark.parametrize(("room", "most"), [("campaigns", 16), ("overview", 45), ("map", 30)])
def test_more_work_asks_no_more_of_the_database(
    town: Town, signed_in: SignedIn, room: str, most: int, django_assert_num_queries: Any
) -> None:
    fill(town)
    town.case("one", upto="dispatched")
    leader, where = signed_in("leader"), reverse(f"desk:{room}")
    leader.get(where)
    with CaptureQueriesContext(connection) as asked:
        leader.get(where)
    few = len(asked)
    assert few <= most
    for n in range(6):
        town.case(f"more {n}", upto="dispatched")
        record_count(
            town.act("p-zhao", name=f"count {n}"), item="posting_pasted", quantity=2, segment="S1", separate=True
        )
    with django_assert_num_queries(few):
        assert leader.get(where).status_code == 200


def test_a_squad_leader_sees_the_own_squads_day(town: Town, signed_in: SignedIn, clock: Any) -> None:
    town.case("ours", upto="dispatched")
    other = town.case("theirs", lon=118.482, lat=36.6929)
    assert (other.segment, other.for_unit) == ("S3", "QZ/Z2/")
    chief = signed_in("chief").get(reverse("desk:overview"))
    assert chief.context["whole"].reported == 1 and "城区一中队今日上报" in page(chief)
    assert [row["hot"].segment for row in chief.context["hot"]] == ["S1"]
    assert "unit=QZ" in chief.context["links"]["reported"]
    assert signed_in("leader").get(reverse("desk:overview")).context["whole"].reported == 2
    clock(days=9)
    late = signed_in("chief").get(reverse("desk:overview"))
    assert [one["unit"] for one in late.context["late"]] == ["城区一中队"]
