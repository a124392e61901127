"""系统设置: rooms on and off, a day of the calendar, and the standards to read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.queries import BEGINNING, rooms_on
from xiuhua.kit.calendar import load_calendar
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
SETTINGS = "desk:settings"


def test_rooms_switched_off_leave_the_menu_and_say_so(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    admin.post(reverse("desk:switch_rooms"), {"key": str(key("rooms")), "rooms": list(BEGINNING)})
    line = Line.objects.get(key=key("rooms"))
    assert line.kind == "rooms.switched"
    assert '"on":[]' in line.facts
    assert set(BEGINNING) <= rooms_on()
    page = admin.get(reverse(SETTINGS)).content.decode()
    assert reverse("desk:counts") in page
    assert "户外广告</span>" not in page
    assert 'value="signs">' in page  # still there to be switched on again
    admin.post(reverse("desk:switch_rooms"), {"key": str(key("fewer")), "rooms": ["dispatch"]})
    off = admin.get(reverse("desk:counts"))
    assert off.status_code == 404
    assert "“快报”还没有启用" in off.content.decode()


def test_administration_is_never_switched_off(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    admin.post(reverse("desk:switch_rooms"), {"key": str(key("rooms")), "rooms": []})
    for name in (SETTINGS, "desk:people", "desk:imports"):
        assert admin.get(reverse(name)).status_code == 200


def test_a_day_is_declared_with_its_source(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    form = {
        "key": str(key("day")),
        "on": "2020-03-18",
        "workday": "no",
        "name": "停电",
        "source": "局长办公会纪要",
        "provisional": "1",
    }
    assert admin.post(reverse("desk:calendar_day"), form).status_code == 302
    day = load_calendar().day(dt.date(2020, 3, 18))
    assert (day.workday, day.name, day.provisional) == (False, "停电", True)
    assert Line.objects.get(key=key("day")).kind == "calendar.set"
    page = admin.get(reverse(SETTINGS), {"year": "2020"}).content.decode()
    assert "停电" in page
    assert "局长办公会纪要" in page
    assert "暂定" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"on": ""}, "请选择日期"), ({"workday": ""}, "请选择上班还是放假"), ({"source": ""}, "请写依据")],
)
def test_a_day_without_what_it_needs_comes_back(town: Town, signed_in, clock, changes, sentence: str) -> None:
    form = {"key": str(key("day")), "on": "2020-03-18", "workday": "no", "source": "通知"} | changes
    answer = signed_in("admin").post(reverse("desk:calendar_day"), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_year_that_nobody_announced_says_so(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    assert "还没有公布" not in admin.get(reverse(SETTINGS), {"year": "2020"}).content.decode()
    assert "放假通知还没有公布" in admin.get(reverse(SETTINGS), {"year": "2099"}).content.decode()


def test_hours_and_standards_are_there_to_read(town: Town, signed_in, clock) -> None:
    page = signed_in("admin").get(reverse(SETTINGS)).content.decode()
    assert "08:00—12:00" in page
    assert "立案条件" in page


@pytest.mark.parametrize("who", ["desk", "leader", "chief", "zhao"])
def test_only_an_administrator_comes_in(town: Town, signed_in, clock, who: str) -> None:
    client = signed_in(who)
    assert client.get(reverse(SETTINGS)).status_code == 403
    assert client.post(reverse("desk:switch_rooms"), {"key": str(key("rooms")), "rooms": []}).status_code == 403
    assert client.post(reverse("desk:calendar_day"), {"key": str(key("day"))}).status_code == 403
