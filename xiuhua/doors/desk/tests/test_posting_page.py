"""今日派班: set in one go, begun from the last day, within the own squad."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.leave import ask_leave, decide_leave
from xiuhua.city.models import FixedPost, Posting
from xiuhua.city.posting import Posted, excused_on, open_fixed_post, set_posting
from xiuhua.city.rosters import name_shift, set_roster
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
POSTING = "desk:posting"
SQUAD = ("p-chief", "p-zhao", "p-liu", "p-helper")
DAY = dt.date(2020, 3, 16)


def form(**changes: object) -> dict[str, object]:
    return {"key": str(key("posting")), "day": "2020-03-16", "unit": "QZ/Z1/", "person": list(SQUAD),
            "status-p-chief": "present", "status-p-zhao": "present", "place-p-zhao": "范公亭路", "hours-p-zhao": "08:00—12:00",
            "status-p-liu": "leave", "status-p-helper": "rest"} | changes  # fmt: skip


def test_a_squads_day_is_set_in_one_act(town: Town, signed_in, clock) -> None:
    answer = signed_in("chief").post(reverse(POSTING), form())
    assert answer.url == f"{reverse(POSTING)}?day=2020-03-16"
    rows = {row.person.code: row for row in Posting.objects.filter(day=DAY).select_related("person")}
    assert {code: row.status for code, row in rows.items()} == {
        "p-chief": "present", "p-zhao": "present", "p-liu": "leave", "p-helper": "rest",
    }  # fmt: skip
    assert (rows["p-zhao"].place, rows["p-zhao"].hours) == ("范公亭路", "08:00—12:00")
    line = Line.objects.get(key=key("posting"))
    assert (line.kind, line.for_unit) == ("posting.set", "QZ/Z1/")
    assert '"due":4' in line.facts
    assert '"present":2' in line.facts
    page = signed_in("desk").get(reverse(POSTING)).content.decode()
    assert "应到 4 · 在岗 2 · 请假 1 · 借调 0 · 轮休 1" in page


def test_the_first_squad_not_set_yet_is_open_with_everybody_present(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    page = desk.get(reverse(POSTING)).content.decode()
    assert "保存城区一中队的派班" in page
    assert page.count('value="present" checked') == 4
    signed_in("chief").post(reverse(POSTING), form())
    assert "保存城区二中队的派班" in desk.get(reverse(POSTING)).content.decode()


def test_the_last_day_can_be_copied_and_is_kept_only_when_saved(town: Town, signed_in, clock) -> None:
    people = [Posted(town.people[code], "leave" if code == "p-liu" else "present", "海岱路") for code in SQUAD]
    set_posting(town.act("p-chief"), day=dt.date(2020, 3, 13), unit=town.units["Z1"], people=people)
    chief = signed_in("chief")
    page = chief.get(reverse(POSTING)).content.decode()
    assert "照 3月13日 排" in page
    copied = chief.get(reverse(POSTING), {"unit": "QZ/Z1/", "copy": "1"}).content.decode()
    assert "还没有保存" in copied
    assert copied.count('value="海岱路" maxlength') == 4
    assert 'name="status-p-liu" value="leave" checked' in copied
    assert not Posting.objects.filter(day=DAY).exists()


def test_somebody_borrowed_stands_with_both_squads_told(town: Town, signed_in, clock) -> None:
    signed_in("desk").post(reverse(POSTING), form(borrowed="p-other"))
    row = Posting.objects.get(person__code="p-other")
    assert row.unit == town.units["Z1"]
    page = signed_in("desk").get(reverse(POSTING), {"unit": "QZ/Z1/"}).content.decode()
    assert "从城区二中队借来" in page


def test_a_chief_posts_the_own_squad_alone(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    answer = chief.post(reverse(POSTING), form(unit="QZ/Z2/", person=["p-other"]))
    assert answer.status_code == 403
    assert not Posting.objects.exists()
    assert "保存城区二中队" not in chief.get(reverse(POSTING), {"unit": "QZ/Z2/"}).content.decode()


def test_an_officer_reads_the_posting_and_sets_nothing(town: Town, signed_in, clock) -> None:
    zhao = signed_in("zhao")
    assert 'name="person"' not in zhao.get(reverse(POSTING)).content.decode()
    assert zhao.post(reverse(POSTING), form()).status_code == 403


def test_a_day_far_away_or_somebody_who_left_is_refused_and_the_form_keeps(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    far = chief.post(reverse(POSTING), form(day="2020-06-16"))
    assert far.status_code == 422
    assert "只能排前后 14 天" in far.content.decode()
    stranger = chief.post(reverse(POSTING), form(person=[*SQUAD, "p-desk"]))
    assert stranger.status_code == 422
    assert 'value="范公亭路" maxlength' in stranger.content.decode()


def test_the_page_asks_as_much_for_a_full_squad_as_for_one_person(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    address = f"{reverse(POSTING)}?unit=QZ/Z1/"
    set_posting(town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=[Posted(town.people["p-zhao"])])
    desk.get(address)
    one = queries_of(desk, address)
    signed_in("chief").post(reverse(POSTING), form())
    assert queries_of(desk, address) <= one


def test_leave_and_roster_fill_the_form_before_anybody_chooses(town: Town, signed_in, clock) -> None:
    leave = ask_leave(town.act("p-liu"), person=town.people["p-liu"], sort="annual", begins_on=DAY, last_on=DAY)
    decide_leave(town.act("p-chief"), leave=leave, approve=True)
    name_shift(town.act("p-office"), code="E", name="早班", short="早", hours="06:00—14:00")
    name_shift(town.act("p-office"), code="R", name="休息", short="休")
    cells = {(town.people["p-zhao"], DAY): ["E"], (town.people["p-helper"], DAY): ["R"]}
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells=cells)
    page = signed_in("chief").get(reverse(POSTING)).content.decode()
    assert 'name="status-p-liu" value="leave" checked' in page and "已批准请假" in page
    assert 'name="status-p-helper" value="rest" checked' in page
    assert 'name="hours-p-zhao" value="06:00—14:00"' in page


def test_a_fixed_post_asks_for_its_people_until_somebody_stands_there(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    told = {"key": str(key("fixed")), "day": "2020-03-16", "unit": "QZ/Z1/", "name": "范公亭路", "post_hours": "07:10-07:50",
            "weekdays": ["1", "2"], "needs": "2", "outdoor": "1"}  # fmt: skip
    assert chief.post(reverse("desk:fixed_post"), told).status_code == 302
    post = FixedPost.objects.get()
    assert (post.hours, post.weekdays, post.needs, post.thing) == ("07:10—07:50", "12", 2, "segment:S1")
    chief.post(reverse(POSTING), form(**{f"fixed-{post.code}": ["p-zhao", ""]}))
    page = chief.get(reverse(POSTING)).content.decode()
    assert "缺 1 人" in page and "07:10—07:50：赵敏" in page.replace("<span>", "")
    wednesday = chief.get(reverse(POSTING), {"day": "2020-03-18", "unit": "QZ/Z1/"}).content.decode()
    assert "今天没有定点岗" in wednesday
    chief.post(
        reverse("desk:fixed_post"),
        {"key": str(key("close")), "day": "2020-03-16", "unit": "QZ/Z1/", "close": post.code},
    )
    assert FixedPost.objects.get().ends_on == DAY


def test_rain_switches_to_the_last_rainy_posting_and_excuses_outdoor_posts(town: Town, signed_in, clock) -> None:
    unit = town.units["Z1"]
    open_fixed_post(town.act("p-chief"), unit=unit, name="海岱路", hours="07:10-07:50")
    for n, plan, place in ((11, "rain", "市场内"), (13, "fair", "海岱路")):
        people = [Posted(town.people[code], place=place) for code in SQUAD]
        set_posting(town.act("p-chief"), day=dt.date(2020, 3, n), unit=unit, people=people, plan=plan)
    desk = signed_in("desk")
    told = {"key": str(key("rain")), "day": "2020-03-16", "weather": "rain", "excuses": "1"}
    assert "免除室外巡查要写明依据" in desk.post(reverse("desk:weather"), told).content.decode()
    assert desk.post(reverse("desk:weather"), told | {"words": "大雨橙色预警"}).status_code == 302
    page = desk.get(reverse(POSTING), {"unit": "QZ/Z1/", "copy": "1"}).content.decode()
    assert "照 3月11日 填好" in page and page.count('value="市场内" maxlength') == 4 and "天气免" in page
    line = Line.objects.get(kind="weather.declared")
    assert "橙色" not in line.facts and '"excuses":true' in line.facts
    assert excused_on(DAY) == "rain"


def test_one_recorder_is_given_to_one_person(town: Town, signed_in, clock) -> None:
    answer = signed_in("chief").post(reverse(POSTING), form(**{"recorder-p-zhao": "3 号", "recorder-p-chief": "3 号"}))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "同时给了" in page and 'name="recorder-p-zhao" value="3 号"' in page


def test_hours_that_nobody_can_read_are_refused_and_kept(town: Town, signed_in, clock) -> None:
    answer = signed_in("chief").post(reverse(POSTING), form(**{"hours-p-zhao": "早上"}))
    assert answer.status_code == 422 and 'value="早上"' in answer.content.decode()


def test_the_days_posting_goes_into_a_chat_group_as_text(town: Town, signed_in, clock) -> None:
    signed_in("chief").post(reverse(POSTING), form(**{"vehicle-p-zhao": "执法 1 号车", "recorder-p-zhao": "3"}))
    page = signed_in("desk").get(reverse(POSTING)).content.decode()
    assert "城区一中队：应到 4，在岗 2（刘洋请假、马芳轮休）" in page
    assert "赵敏 范公亭路 08:00—12:00 执法 1 号车 记录仪 3" in page
