"""The one map: groups for a view, days that have been, and an area drawn on it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.town import Town

pytestmark = pytest.mark.django_db

BOX = {"box": "118.3,36.5,118.7,36.9", "z": "13"}


def test_a_view_gets_its_pins_and_another_view_none(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    desk = signed_in("desk")
    seen = desk.get(reverse("desk:map_cases"), BOX).json()
    assert [pin["properties"]["id"] for pin in seen["features"]] == [case.number]
    assert seen["cases"] == 1
    assert desk.get(reverse("desk:map_cases"), {"box": "10,10,11,11", "z": "13"}).json()["features"] == []
    fine = desk.get(reverse("desk:map_cases"), BOX | {"fine": "1"}).json()["features"]
    assert [one["properties"] for one in fine] == [{"n": 1, "late": 0}]


def test_an_area_counts_and_lists_what_lies_in_it(town: Town, signed_in, clock) -> None:
    case = town.case(upto="filed")
    desk, where = signed_in("desk"), reverse("desk:map")
    x, y = case.lon, case.lat
    around = f"{x - 0.001},{y - 0.001};{x + 0.001},{y - 0.001};{x + 0.001},{y + 0.001};{x - 0.001},{y + 0.001}"
    answer = desk.get(where, {"area": around})
    assert answer.context["found"]["n"] == 1
    assert "圈内 1 件" in answer.content.decode() and case.number in answer.content.decode()
    away = desk.get(where, {"area": "10,10;11,10;11,11"})
    assert away.context["found"]["n"] == 0 and "圈内没有未结的案件" in away.content.decode()
    crossed = desk.get(where, {"area": "0,0;1,1;1,0;0,1"})
    assert "交叉" in crossed.content.decode() and case.number in crossed.content.decode()


def test_a_day_shows_what_was_reported_and_what_stayed_open(town: Town, signed_in, clock) -> None:
    case = town.case(upto="closed")
    day = case.reported_at.astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    desk, where = signed_in("desk"), reverse("desk:map")
    assert case.number not in desk.get(where).content.decode()
    page = desk.get(where, {"on": day.isoformat()})
    assert case.number in page.content.decode() and f"看 {day} 这一天" in page.content.decode()
    drawn = desk.get(f"{reverse('desk:map_cases')}?{page.context['case_query']}", BOX).json()
    assert drawn["cases"] == 1 or page.context["case_query"]
    assert case.number not in desk.get(where, {"on": (day - dt.timedelta(days=1)).isoformat()}).content.decode()
    bad = desk.get(where, {"on": "morgen"})
    assert bad.status_code == 200 and bad.context["asked"].on is None


def test_a_map_of_many_asks_as_often_as_one_of_few(town: Town, signed_in, clock) -> None:
    desk, where = signed_in("desk"), reverse("desk:map_cases")
    desk.get(where, BOX)
    asked = []
    for n in range(2):
        for k in range(5):
            town.case(f"c{n}{k}", upto="filed")
        with CaptureQueriesContext(connection) as queries:
            desk.get(where, BOX)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 8
