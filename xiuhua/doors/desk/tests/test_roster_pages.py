"""排班、请假、在岗: the month saved as typed, requests decided where they stand, presence as it is."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.town import Town, key
from xiuhua.city.leave import ask_leave, ask_swap
from xiuhua.city.models import Leave, Pattern, Rostered, ShiftKind, Substitution, Swap
from xiuhua.city.presence import call_roll, check_in
from xiuhua.city.rosters import name_shift, set_roster
from xiuhua.doors.desk.tests.counting import queries_of

pytestmark = pytest.mark.django_db
ROSTER, LEAVES = "desk:roster", "desk:leaves"
DAY = dt.date(2020, 3, 16)


@pytest.fixture
def shifts(town: Town) -> None:
    for code, short, hours in (("E", "早", "06:00—14:00"), ("N", "夜", "22:00—06:00"), ("R", "休", "")):
        name_shift(town.act("p-office"), code=code, name=f"{short}班", short=short, hours=hours)


def form(**cells: str) -> dict[str, str]:
    return {"key": str(key("roster")), "unit": "QZ/Z1/", "month": "2020-03"} | cells


def test_a_month_is_saved_as_typed_and_conflicts_are_shown(town: Town, signed_in, clock, shifts) -> None:
    chief = signed_in("chief")
    answer = chief.post(
        reverse(ROSTER), form(**{"c-p-zhao-17": "夜", "c-p-zhao-18": "早", "c-p-liu-18": "早夜", "c-p-liu-19": "休"})
    )
    assert answer.status_code == 302
    assert Rostered.objects.count() == 5
    page = chief.get(reverse(ROSTER), {"month": "2020-03"}).content.decode()
    assert "赵敏 03-18 离上一班只有 0 小时" in page and "刘洋 03-18 排了两个班" in page
    assert 'name="c-p-zhao-17" value="夜"' in page


def test_a_sign_that_is_none_is_refused_and_everything_typed_stays(town: Town, signed_in, clock, shifts) -> None:
    answer = signed_in("chief").post(reverse(ROSTER), form(**{"c-p-zhao-17": "夜", "c-p-liu-17": "晚"}))
    assert answer.status_code == 422
    assert "写的“晚”不是班次" in answer.content.decode()
    assert not Rostered.objects.exists()


def test_the_cycle_fills_what_is_empty_and_keeps_what_stands(town: Town, signed_in, clock, shifts) -> None:
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], dt.date(2020, 3, 2)): ["R"]})
    chief = signed_in("chief")
    told = {
        "key": str(key("cycle")),
        "unit": "QZ/Z1/",
        "month": "2020-03",
        "cycle": "早早夜休",
        "anchor": "2020-03-01",
        "place-p-zhao": "1",
        "place-p-liu": "3",
    }
    answer = chief.post(reverse("desk:pattern"), told)
    assert answer.status_code == 302 and Pattern.objects.get().offsets == {"p-zhao": 0, "p-liu": 2}
    page = chief.get(answer.url).content.decode()
    assert "还没有保存" in page and not Rostered.objects.filter(day=dt.date(2020, 3, 1)).exists()
    assert 'name="c-p-zhao-1" value="早"' in page and 'name="c-p-zhao-2" value="休"' in page
    assert 'name="c-p-liu-1" value="夜"' in page and 'name="c-p-helper-1" value=""' in page
    wrong = chief.post(reverse("desk:pattern"), told | {"key": str(key("wrong")), "cycle": "早晚"})
    assert wrong.status_code == 422 and "“晚”不是班次" in wrong.content.decode()


def test_the_month_as_a_sheet_has_one_row_a_person(town: Town, signed_in, clock, shifts) -> None:
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], DAY): ["E"]})
    answer = signed_in("chief").get(reverse(ROSTER), {"month": "2020-03", "format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    mine = next(row for row in rows if row[0] == "赵敏")
    assert mine[16] == "早" and mine[-1] == 1
    assert len(rows[2]) == 33


def test_a_shift_is_named_on_the_page_and_an_officer_sets_nothing(town: Town, signed_in, clock, shifts) -> None:
    told = {
        "key": str(key("shift")),
        "unit": "QZ/Z1/",
        "month": "2020-03",
        "name": "中班",
        "short": "中",
        "hours": "14:00-22:00",
    }
    assert signed_in("chief").post(reverse("desk:shift"), told).status_code == 302
    assert ShiftKind.objects.get(short="中").hours == "14:00—22:00"
    zhao = signed_in("zhao")
    assert 'name="c-p-zhao-1"' not in zhao.get(reverse(ROSTER)).content.decode()
    assert zhao.post(reverse(ROSTER), form(**{"c-p-zhao-17": "夜"})).status_code == 403


def test_the_grid_asks_as_much_for_a_full_month_as_for_an_empty_one(town: Town, signed_in, clock, shifts) -> None:
    desk = signed_in("desk")
    address = f"{reverse(ROSTER)}?unit=QZ/Z1/&month=2020-03"
    desk.get(address)
    empty = queries_of(desk, address)
    cells = {(town.people["p-zhao"], dt.date(2020, 3, n)): ["E"] for n in range(1, 32)}
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells=cells)
    assert queries_of(desk, address) <= empty


def test_leave_is_approved_with_a_stand_in_and_ended_on_the_page(town: Town, signed_in, clock) -> None:
    leave = ask_leave(town.act("p-zhao"), person=town.people["p-zhao"], sort="annual", begins_on=DAY, last_on=DAY)
    chief = signed_in("chief")
    assert "赵敏" in chief.get(reverse(LEAVES)).content.decode()
    step = {"key": str(key("yes")), "leave": leave.code, "verb": "approve", "by": "p-liu"}
    assert chief.post(reverse(LEAVES), step).status_code == 302
    assert Substitution.objects.get().by == town.people["p-liu"]
    assert "在假" in chief.get(reverse(LEAVES)).content.decode()
    chief.post(reverse(LEAVES), {"key": str(key("end")), "leave": leave.code, "verb": "end"})
    assert Leave.objects.get().state == "withdrawn"


def test_a_refusal_needs_its_reason_and_other_squads_look_as_if_not_there(town: Town, signed_in, clock) -> None:
    leave = ask_leave(town.act("p-zhao"), person=town.people["p-zhao"], sort="sick", begins_on=DAY, last_on=DAY)
    other = ask_leave(town.act("p-other"), person=town.people["p-other"], sort="sick", begins_on=DAY, last_on=DAY)
    chief = signed_in("chief")
    answer = chief.post(reverse(LEAVES), {"key": str(key("no")), "leave": leave.code, "verb": "refuse"})
    assert answer.status_code == 422 and "不批准请写原因" in answer.content.decode()
    assert (
        chief.post(reverse(LEAVES), {"key": str(key("other")), "leave": other.code, "verb": "approve"}).status_code
        == 404
    )
    assert "孙立国" not in chief.get(reverse(LEAVES)).content.decode()


def test_somebody_at_the_desk_asks_for_leave_and_what_was_typed_stays(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    told = {
        "key": str(key("ask")),
        "verb": "ask",
        "person": "p-desk",
        "sort": "annual",
        "begins_on": "2020-03-20",
        "last_on": "2020-03-18",
        "words": "回乡",
    }
    answer = desk.post(reverse(LEAVES), told)
    assert answer.status_code == 422 and 'value="回乡"' in answer.content.decode()
    assert desk.post(reverse(LEAVES), told | {"last_on": "2020-03-21"}).status_code == 302
    assert Leave.objects.get().days == 2


def test_a_swap_is_approved_on_the_page(town: Town, signed_in, clock, shifts) -> None:
    zhao, liu = town.people["p-zhao"], town.people["p-liu"]
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(zhao, DAY): ["E"], (liu, DAY): ["N"]})
    swap = ask_swap(town.act("p-zhao"), person=zhao, day=DAY, other=liu, other_day=DAY)
    signed_in("chief").post(reverse(LEAVES), {"key": str(key("swap")), "swap": swap.code, "verb": "swap"})
    assert Swap.objects.get().state == "approved"
    assert Rostered.objects.get(person=zhao).shift.code == "N"


def test_presence_tells_who_is_there_late_or_missing_and_the_roll(town: Town, signed_in, clock, shifts) -> None:
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], DAY): ["E"]})
    check_in(town.act("p-zhao", minutes=-170), turn="in")
    call_roll(town.act("p-chief"), unit=town.units["Z1"], answers={"p-zhao": "here", "p-liu": "missing"})
    page = signed_in("desk").get(reverse("desk:presence")).content.decode()
    assert "迟到 10 分钟" in page and "刘洋 未到" in page and "在岗 1 人" in page
    assert "孙立国" not in signed_in("chief").get(reverse("desk:presence")).content.decode()
