"""The brief and the day's report at the desk: figures that open their lines, files, publishing, comparing."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.town import Town, declare_campaigns, key
from xiuhua.cases.counts import record_count
from xiuhua.city.actions import build_facility, switch_rooms
from xiuhua.city.correcting import void_line
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Brief

pytestmark = pytest.mark.django_db
BRIEF, DAILY = "desk:brief", "desk:daily"
MARCH = {"from": "2020-03-01", "to": "2020-03-16"}


@pytest.fixture
def worked(town: Town, signed_in, clock) -> Town:
    """A morning's work: 905 bays in two lines, 37 stalls moved on by two squads, a case open and one closed."""
    declare_campaigns(town)
    for name, quantity in (("bays 1", 900), ("bays 2", 5)):
        act = town.act("p-chief", name=name, minutes=-60)
        build_facility(act, item="parking_bay", quantity=Decimal(quantity), segment=town.segments["S1"])
    for who, quantity, segment in (("p-zhao", 30, "S1"), ("p-other", 7, "S3")):
        record_count(town.act(who, minutes=-30), item="stall_moved", quantity=quantity, segment=segment)
    town.case("open", upto="accepted")
    town.case("closed", upto="closed")
    clock(minutes=60)
    return town


def page_of(client: Client, name: str, asked: dict[str, Any] | None = None, **kwargs: Any) -> str:
    answer = client.get(reverse(name, kwargs=kwargs or None), asked or {})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_figure_opens_exactly_the_lines_that_it_counted(worked: Town, signed_in) -> None:
    office = signed_in("office")
    page = page_of(office, BRIEF, MARCH)
    link = re.search(r'href="(/desk/figure/parking_bays/\?[^"]+)">905<', page)
    assert link is not None
    lines = office.get(link[1].replace("&amp;", "&")).content.decode()
    assert "增划停车位 905个" in lines
    assert "由台账 2 行相加" in lines
    assert "对外表述：900余个" in lines
    for line in Line.objects.filter(item="parking_bay"):
        assert reverse("desk:line", args=[line.key]) in lines


def test_a_voided_line_leaves_the_figure_but_not_the_brief_bound_before(worked: Town, signed_in) -> None:
    office = signed_in("office")
    before = office.get(reverse("desk:brief_file", args=["json"]), MARCH).json()
    void_line(worked.act("p-office"), line=Line.objects.get(item="parking_bay", quantity=5).key, reason="mistake")
    asked = MARCH | {"bound": before["bound_to"]}
    assert "增划停车位 905个" in page_of(office, "desk:figure", asked, code="parking_bays")
    assert "增划停车位 900个" in page_of(office, "desk:figure", MARCH, code="parking_bays")


def test_the_files_tell_the_same_as_the_page(worked: Town, signed_in) -> None:
    office = signed_in("office")
    text = office.get(reverse("desk:brief_file", args=["text"]), MARCH)
    assert "增划停车位900余个（905个）" in text.content.decode()
    assert text.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "attachment" in text.headers["Content-Disposition"]
    told = office.get(reverse("desk:brief_file", args=["json"]), MARCH).json()
    assert {one["label"]: one["quantity"] for one in told["figures"] if one["quantity"]} == {
        "增划停车位": 905, "劝离流动摊点": 37,
    }  # fmt: skip
    html = office.get(reverse("desk:brief_file", args=["html"]), MARCH)
    assert "http://testserver/desk/figure/parking_bays/?" in html.content.decode()
    assert office.get(reverse("desk:brief_file", args=["doc"]), MARCH).status_code == 404


def test_publishing_keeps_what_stood_on_the_page_and_pressing_twice_publishes_once(worked: Town, signed_in) -> None:
    office = signed_in("office")
    page = page_of(office, BRIEF, MARCH)
    form = dict(re.findall(r'<input type="hidden" name="(key|from|to|bound|at)" value="([^"]*)"', page))
    record_count(worked.act("p-zhao"), item="stall_moved", quantity=9, segment="S2")
    for _press in range(2):
        answer = office.post(reverse("desk:publish_brief"), form)
        assert answer.status_code == 302
    (published,) = Brief.objects.all()
    line = Line.objects.get(kind="brief.published")
    assert (line.key, json.loads(line.facts)["bound_to"]) == (published.key, published.bound_to)
    stalls = next(one for one in published.figures["figures"] if one["item"] == "stall_moved")
    assert stalls["quantity"] == 37
    assert "按台账重算，与发布时一字不差" in office.get(answer.headers["Location"]).content.decode()


def test_a_published_brief_that_no_longer_fits_its_lines_is_called_out(worked: Town, signed_in) -> None:
    office = signed_in("office")
    page = page_of(office, BRIEF, MARCH)
    form = dict(re.findall(r'<input type="hidden" name="(key|from|to|bound|at)" value="([^"]*)"', page))
    where = office.post(reverse("desk:publish_brief"), form).headers["Location"]
    published = Brief.objects.get()
    published.figures["figures"][2]["quantity"] = 999
    published.save()
    assert "按台账重算，与发布时不同" in office.get(where).content.decode()


def test_an_officer_reads_the_brief_but_does_not_publish_it(worked: Town, signed_in) -> None:
    zhao = signed_in("zhao")
    assert "发布这一期" not in page_of(zhao, BRIEF, MARCH)
    answer = zhao.post(reverse("desk:publish_brief"), MARCH | {"key": str(key("press")), "bound": "1"})
    assert answer.status_code == 403
    assert not Brief.objects.exists()


def test_another_period_is_compared_with(worked: Town, signed_in) -> None:
    day = {"from": "2020-03-16", "to": "2020-03-16"}
    page = page_of(signed_in("office"), BRIEF, day | {"than_from": "2020-02-01", "than_to": "2020-02-29"})
    assert "2020年2月1日—2月29日" in page
    assert "+905" in page


def test_one_unit_is_told_alone(worked: Town, signed_in) -> None:
    page = page_of(signed_in("office"), BRIEF, MARCH | {"unit": "QZ/Z2/"})
    assert "城区二中队阶段工作简报" in page
    assert ">7</a>" in page
    assert "增划停车位" not in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"from": "2020-03-16", "to": "2020-03-01"}, "早于开始日期"),
        ({"from": "昨天", "to": "2020-03-01"}, "读不出来"),
        ({"from": "2020-04-01", "to": "2020-04-02"}, "还没有到"),
        (MARCH | {"bound": "99999"}, "还没有第 99999 条"),
        (MARCH | {"bound": "abc"}, "不是数字"),
        (MARCH | {"unit": "QZ/ZZ/"}, "没有“QZ/ZZ/”这个单位"),
    ],
)
def test_a_wrong_question_gets_a_sentence(town: Town, signed_in, asked: dict[str, str], sentence: str) -> None:
    answer = signed_in("office").get(reverse(BRIEF), asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_days_report_has_a_sentence_the_squads_and_the_text_to_copy(worked: Town, signed_in) -> None:
    page = page_of(signed_in("desk"), DAILY)
    assert "上报2件，办结1件，没有超时。" in page
    assert "劝离流动摊点30处" in page  # the first squad's row
    assert "劝离流动摊点37处" in page  # the text to copy
    assert 'data-copy="【青州市综合行政执法局】工作日报' in page
    text = signed_in("desk").get(reverse("desk:daily_file", args=["text"])).content.decode()
    assert "办结1件" in text
    assert "这一天还没有快报和登记" in page_of(signed_in("desk"), DAILY, {"day": "2020-03-15"})


def test_the_days_picture_is_a_png_and_no_other_format_is_given(worked: Town, signed_in) -> None:
    desk = signed_in("desk")
    assert desk.get(reverse("desk:daily_file", args=["pdf"])).status_code == 404
    answer = desk.get(reverse("desk:daily_file", args=["png"]), {"edition": "evening"})
    if answer.status_code == 422:
        assert "没有中文字体" in answer.content.decode()
    else:
        assert answer.content.startswith(b"\x89PNG")


def test_a_room_that_is_off_says_so_while_its_figures_can_still_be_opened(worked: Town, signed_in) -> None:
    switch_rooms(worked.act("p-admin"), on=["dispatch", "daily"])
    office = signed_in("office")
    assert office.get(reverse(BRIEF)).status_code == 404
    assert "增划停车位 905个" in page_of(office, "desk:figure", MARCH, code="parking_bays")


def test_the_brief_asks_the_database_a_fixed_number_of_times(worked: Town, signed_in) -> None:
    office = signed_in("office")
    where = f"{reverse(BRIEF)}?from=2020-03-01&to=2020-03-16"
    office.get(where)
    few = queries_of(office, where)
    for n in range(6):
        record_count(worked.act("p-zhao", name=f"more {n}"), item="litter_cleared", quantity=1, segment="S2")
    office.get(where)
    assert queries_of(office, where) == few <= 45
