"""划片方案 at the desk: asked for, watched, looked at, taken over in part."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest

from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty, Segment
from xiuhua.ledger.models import Line
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposals import search

PAGE = "/desk/segments/proposal/"
ASKED = {
    "squad": ["Z1", "Z2"], "tolerance": 5, "length": 100, "cases": 0, "shops": 0, "days": 365, "seconds": 30, "new": 0,
    "keep": "",
}  # fmt: skip


@pytest.fixture
def office(town, signed_in):
    assign_duty(
        town.act("p-office", name="uneven"), segments=list(Segment.objects.order_by("code")), part="squad",
        unit=town.units["Z1"],
    )  # fmt: skip
    return signed_in("office")


def asked(office, **changes):
    """A proposal asked for at the desk."""
    answer = office.post(PAGE, ASKED | {"key": str(uuid4())} | changes)
    assert answer.status_code == 302, answer.content.decode()
    return DistrictProposal.objects.latest("id"), answer.url


def made(office, town):
    proposal, url = asked(office)
    search(proposal.code, now=lambda: town.at)
    return DistrictProposal.objects.get(pk=proposal.pk), url


def squads():
    duties = Duty.objects.filter(part="squad", thing__startswith="segment:", ends_on=None)
    return {thing[8:]: unit for thing, unit in duties.values_list("thing", "unit__code")}


def test_the_page_without_proposals_says_what_to_do(office):
    page = office.get(PAGE).content.decode()
    assert "还没有方案" in page and "开始计算" in page and "城区一中队" in page


def test_a_search_is_watched_and_then_shown(office, town):
    proposal, url = asked(office)
    page = office.get(url).content.decode()
    assert "正在排队" in page and "every 2s" in page and "取消计算" in page
    assert "正在排队" in office.get(f"{url}progress").content.decode()
    assert "有一个方案正在计算" in office.get(PAGE).content.decode()
    search(proposal.code, now=lambda: town.at)
    assert office.get(f"{url}progress").headers["HX-Refresh"] == "true"
    page = office.get(url).content.decode()
    assert "已由独立程序从原始路网核验" in page and "改动清单" in page and "+100.0%" in page


def test_the_map_has_every_segment_with_its_squad(office, town):
    proposal, _ = made(office, town)
    found = json.loads(office.get(f"/desk/map/proposal/{proposal.code}.geojson").content)
    assert sorted(one["properties"]["squad"] for one in found["features"]) == ["城区一中队"] * 2 + ["城区二中队"] * 2


def test_ticked_segments_are_taken_over_and_nothing_else(office, town):
    proposal, url = made(office, town)
    goal = sorted(code for code, (squad, *_) in proposal.assignment.items() if squad == "Z2")
    form = {"key": str(uuid4()), "scope": "segments", "segment": goal[:1], "from_day": town.at.date().isoformat()}
    assert office.post(f"{url}accept", form).status_code == 302
    assert [code for code, squad in squads().items() if squad == "Z2"] == goal[:1]
    assert office.post(f"{url}accept", form).status_code == 302
    assert Line.objects.of_kind("proposal.accepted").count() == 1


def test_everything_is_taken_over_from_a_day_to_come(office, town):
    proposal, url = made(office, town)
    day = town.at.date() + dt.timedelta(days=30)
    answer = office.post(
        f"{url}accept", {"key": str(uuid4()), "scope": "all", "from_day": day.isoformat()}, follow=True
    )
    assert "已采纳" in answer.content.decode()
    assert squads() == {code: squad for code, (squad, *_) in proposal.assignment.items()}


def test_nothing_ticked_no_day_or_a_day_gone_is_told_and_the_ticks_stay(office, town):
    _, url = made(office, town)
    for form, words in (
        ({"scope": "segments", "from_day": "2020-03-16"}, "请先勾选"),
        ({"scope": "all", "from_day": ""}, "从哪一天起"),
        ({"scope": "segments", "segment": "S1", "from_day": "2020-03-01"}, "已经过去"),
    ):
        answer = office.post(f"{url}accept", {"key": str(uuid4())} | form)
        assert answer.status_code >= 400 and words in answer.content.decode()
    assert not Line.objects.of_kind("proposal.accepted").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"length": 50}, "合计要是 100%"),
        ({"squad": []}, "1 到 200 个中队"),
        ({"keep": "无名路"}, "没有叫“无名路”"),
        ({"station-Z1": "无名路"}, "没有找到路段“无名路”"),
        ({"tolerance": "x"}, "允许偏差"),
        ({"seconds": "99999999"}, "计算时间"),
    ],
)
def test_a_form_that_cannot_be_searched_for_comes_back_as_typed(office, changes, words):
    answer = office.post(PAGE, ASKED | {"key": str(uuid4()), "days": 77} | changes)
    page = answer.content.decode()
    assert answer.status_code >= 400 and words in page and 'value="77"' in page
    assert not DistrictProposal.objects.exists()


def test_a_search_is_called_off(office):
    _, url = asked(office)
    page = office.post(f"{url}cancel", {"key": str(uuid4())}, follow=True).content.decode()
    assert "已取消" in page and DistrictProposal.objects.get().status == "cancelled"
    assert "没有结果" in office.get(url).content.decode()


def test_others_look_and_do_not_ask(office, town, signed_in):
    _, url = made(office, town)
    chief = signed_in("chief")
    assert "开始计算" not in chief.get(PAGE).content.decode()
    assert "采纳为责任中队" not in chief.get(url).content.decode()
    assert chief.post(PAGE, ASKED | {"key": str(uuid4())}).status_code == 403
    assert office.get(f"{PAGE}nothing/").status_code == 404


def test_the_changes_go_to_excel(office, town):
    _, url = made(office, town)
    answer = office.get(f"{url}?format=xlsx")
    assert answer.status_code == 200 and "spreadsheet" in answer.headers["Content-Type"]
