"""今日派班: set in one go, begun from the last day, within the own squad."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.models import Posting
from xiuhua.city.posting import Posted, set_posting
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


def test_the_page_asks_as_much_on_a_full_day_as_on_an_empty_one(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    address = f"{reverse(POSTING)}?unit=QZ/Z1/"
    desk.get(address)
    empty = queries_of(desk, address)
    signed_in("chief").post(reverse(POSTING), form())
    assert queries_of(desk, address) <= empty
