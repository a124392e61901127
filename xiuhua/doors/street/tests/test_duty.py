"""My duty on the phone: one tap to check in, my shifts, my leave, and the squad leader's roll and approvals."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import INSIDE, Town, key
from xiuhua.city.leave import ask_leave
from xiuhua.city.models import CheckIn, Leave, RollCall, Swap
from xiuhua.city.posting import Posted, set_posting
from xiuhua.city.rosters import name_shift, set_roster

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 3, 16)
DUTY = "street:duty"


def posted(town: Town) -> None:
    people = [Posted(town.people["p-zhao"], place="范公亭路", hours="08:50-12:00")]
    set_posting(town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=people)


def test_one_tap_checks_in_with_the_distance_and_the_lateness(town: Town, signed_in, clock) -> None:
    posted(town)
    zhao = signed_in("zhao")
    assert "到岗签到" in zhao.get(reverse(DUTY)).content.decode()
    spot = zhao.get(reverse("street:duty_spot"), {"lon": INSIDE[0], "lat": INSIDE[1]}).json()
    assert spot == {"words": "离范公亭路 11 米"}
    tap = {"key": str(key("tap")), "at": "", "turn": "in", "lon": INSIDE[0], "lat": INSIDE[1], "accuracy": "14.6"}
    answer = zhao.post(reverse(DUTY), tap, headers={"accept": "application/json"})
    assert answer.json()["words"] == "已签到岗，离岗位 11 米，迟到 10 分钟。"
    assert CheckIn.objects.get().accuracy_m == 15
    assert zhao.post(reverse(DUTY), tap).status_code == 302  # the outbox sent it twice
    assert CheckIn.objects.count() == 1
    page = zhao.get(reverse(DUTY)).content.decode()
    assert "离岗签退" in page and "迟到 10 分钟" in page


@pytest.mark.parametrize("bad", [{"lon": "x", "lat": "1"}, {"turn": "up"}, {"lon": "500", "lat": "1"}, {"lon": "1"}])
def test_nonsense_from_a_phone_is_refused_with_a_sentence(town: Town, signed_in, clock, bad: dict) -> None:
    tap = {"key": str(key("bad")), "at": "", "turn": "in", "lon": "", "lat": ""} | bad
    assert signed_in("zhao").post(reverse(DUTY), tap).status_code == 422
    assert not CheckIn.objects.exists()


def test_a_position_that_is_none_says_nothing(town: Town, signed_in, clock) -> None:
    zhao = signed_in("zhao")
    assert zhao.get(reverse("street:duty_spot"), {"lon": "999", "lat": "1"}).json() == {"words": ""}


def test_my_shifts_of_the_next_days_stand_there_with_leave(town: Town, signed_in, clock) -> None:
    name_shift(town.act("p-office"), code="N", name="夜班", short="夜", hours="22:00-06:00")
    set_roster(
        town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], DAY + dt.timedelta(days=1)): ["N"]}
    )
    page = signed_in("zhao").get(reverse(DUTY)).content.decode()
    assert "夜班" in page and "22:00—06:00" in page


def test_leave_is_asked_for_and_taken_back_on_the_phone(town: Town, signed_in, clock) -> None:
    zhao = signed_in("zhao")
    told = {
        "key": str(key("leave")),
        "at": "",
        "what": "leave",
        "sort": "personal",
        "begins_on": "2020-03-18",
        "last_on": "2020-03-17",
    }
    answer = zhao.post(reverse("street:leave"), told)
    assert answer.status_code == 422 and "结束日期早于开始日期" in answer.content.decode()
    zhao.post(reverse("street:leave"), told | {"last_on": "2020-03-19"})
    leave = Leave.objects.get()
    assert (leave.days, leave.state) == (2, "asked")
    assert "撤回" in zhao.get(reverse(DUTY)).content.decode()
    other = signed_in("liu").post(
        reverse("street:leave_end", args=[leave.code]), {"key": str(key("not mine")), "at": ""}
    )
    assert other.status_code == 404
    zhao.post(reverse("street:leave_end", args=[leave.code]), {"key": str(key("back")), "at": ""})
    assert Leave.objects.get().state == "withdrawn"


def test_the_squad_leader_approves_and_calls_the_roll(town: Town, signed_in, clock) -> None:
    leave = ask_leave(town.act("p-zhao"), person=town.people["p-zhao"], sort="sick", begins_on=DAY, last_on=DAY)
    chief = signed_in("chief")
    assert "1 份待批" in chief.get(reverse(DUTY)).content.decode()
    chief.post(
        reverse("street:squad"),
        {"key": str(key("ok")), "at": "", "verb": "approve", "leave": leave.code, "by": "p-liu"},
    )
    assert Leave.objects.get().state == "approved"
    roll = {
        "key": str(key("roll")),
        "at": "",
        "verb": "roll",
        "roll-p-chief": "here",
        "roll-p-zhao": "leave",
        "roll-p-liu": "late",
        "roll-p-helper": "missing",
    }
    chief.post(reverse("street:squad"), roll)
    assert RollCall.objects.get().answers.count() == 4
    assert signed_in("zhao").get(reverse("street:squad")).status_code == 403


def test_a_swap_is_asked_for_on_the_phone(town: Town, signed_in, clock) -> None:
    name_shift(town.act("p-office"), code="E", name="早班", short="早", hours="06:00-14:00")
    later = DAY + dt.timedelta(days=2)
    cells = {(town.people["p-zhao"], later): ["E"], (town.people["p-liu"], later): ["E"]}
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells=cells)
    told = {
        "key": str(key("swap")),
        "at": "",
        "what": "swap",
        "day": "2020-03-18",
        "other": "p-liu",
        "other_day": "2020-03-18",
    }
    assert signed_in("zhao").post(reverse("street:leave"), told).status_code == 302
    assert Swap.objects.get().state == "asked"
