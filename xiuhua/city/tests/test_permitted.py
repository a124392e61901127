"""The same stall at 17:20 is a violation and at 18:00 is not: hours, midnight, weekdays, seasons, holidays, terms, places."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import ZONE, Town
from xiuhua.city.models import PermittedPlace
from xiuhua.city.permitted import in_season
from xiuhua.city.place_register import change_place, end_place, register_place
from xiuhua.city.queries import permitted_at
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused

pytestmark = pytest.mark.django_db

SQUARE = {"type": "Polygon", "coordinates": [[[118.4815, 36.6905], [118.4825, 36.6905], [118.4825, 36.6912], [118.4815, 36.6912], [118.4815, 36.6905]]]}  # fmt: skip
STALL = Point(118.4820, 36.6908)
OUTSIDE = Point(118.4832, 36.6908)


def place(town: Town, **changes: Any) -> PermittedPlace:
    told: dict[str, Any] = {
        "code": "P1", "name": "荣利街疏导点", "kind": "vending", "shape": SQUARE, "matters": ["stall"],
        "hours": [["18:00", "22:00"]], "begins_on": dt.date(2020, 3, 1), "ends_on": dt.date(2021, 3, 1),
    } | changes  # fmt: skip
    return register_place(town.act("p-office"), row=PermittedPlace(**told))


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def permits(at: str, point: Point | None = STALL, matter: str = "stall", **more: Any) -> bool:
    return permitted_at(point, matter, when(at), **more).permits


def test_the_same_stall_at_1720_is_a_violation_and_at_1800_is_not(town: Town) -> None:
    place(town)
    early = permitted_at(STALL, "stall", when("2020-03-16 17:20"))
    assert not early.permits
    assert early.reason == "此处 18:00–22:00 为便民疏导点（荣利街疏导点），现在 17:20 还没有到时间。"
    open_now = permitted_at(STALL, "stall", when("2020-03-16 18:00"))
    assert open_now.permits and open_now.until == when("2020-03-16 22:00")
    assert open_now.reason == "此处 18:00–22:00 为便民疏导点（荣利街疏导点），现在允许。"


def test_hours_are_half_open_at_both_borders(town: Town) -> None:
    place(town)
    second, hair = dt.timedelta(seconds=1), dt.timedelta(microseconds=1)
    opens, closes = when("2020-03-16 18:00"), when("2020-03-16 22:00")
    for at, answer in ((opens - second, False), (opens - hair, False), (opens, True), (opens + second, True),
                       (closes - hair, True), (closes, False), (closes + second, False)):  # fmt: skip
        assert permitted_at(STALL, "stall", at).permits is answer, at


def test_the_moment_counts_and_not_the_zone_that_it_is_told_in(town: Town) -> None:
    place(town)
    assert permitted_at(STALL, "stall", dt.datetime(2020, 3, 16, 10, 0, tzinfo=dt.UTC)).permits
    assert not permitted_at(STALL, "stall", dt.datetime(2020, 3, 16, 9, 20, tzinfo=dt.UTC)).permits


def test_hours_past_midnight_belong_to_the_day_on_which_they_began(town: Town) -> None:
    place(town, hours=[["20:00", "02:00"]], weekdays=[5])  # Fridays; 20 March 2020 is one
    assert permits("2020-03-20 20:00") and permits("2020-03-20 23:59") and permits("2020-03-21 00:00")
    assert permits("2020-03-21 01:59") and not permits("2020-03-21 02:00")
    assert not permits("2020-03-20 01:00"), "the night of Thursday is no Friday's"
    assert not permits("2020-03-21 20:00"), "Saturday"


def test_until_the_end_of_the_day_may_be_written_as_24(town: Town) -> None:
    place(town, hours=[["18:00", "24:00"]])
    assert permits("2020-03-16 23:59") and not permits("2020-03-17 00:00")


def test_a_morning_and_an_evening(town: Town) -> None:
    place(town, hours=[["06:00", "08:30"], ["18:00", "22:00"]])
    assert [permits(f"2020-03-16 {at}") for at in ("05:59", "06:00", "08:30", "17:59", "18:00")] == [False, True, False, False, True]  # fmt: skip
    assert "还没有到时间" in permitted_at(STALL, "stall", when("2020-03-16 12:00")).reason
    assert "已经过了时间" in permitted_at(STALL, "stall", when("2020-03-16 22:30")).reason


def test_a_season_may_go_over_the_new_year(town: Town) -> None:
    place(town, season=["11-01", "03-20"], hours=[])
    assert permits("2020-03-20 12:00") and not permits("2020-03-21 12:00")
    assert not permits("2020-10-31 12:00") and permits("2020-11-01 00:00") and permits("2021-01-15 12:00")


@given(st.dates(dt.date(2019, 1, 1), dt.date(2025, 12, 31)), st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)), st.dates(dt.date(2024, 1, 1), dt.date(2024, 12, 31)))  # fmt: skip
def test_a_day_is_in_a_season_or_in_the_rest_of_the_year_or_on_its_last_day(
    day: dt.date, one: dt.date, other: dt.date
) -> None:
    begins, ends = f"{one:%m-%d}", f"{other:%m-%d}"
    after = f"{other + dt.timedelta(days=1):%m-%d}"
    before = f"{one - dt.timedelta(days=1):%m-%d}"
    if after == begins:
        return
    assert in_season(day, begins, ends) != in_season(day, after, before) or f"{day:%m-%d}" in ("02-29",)


def test_weekdays(town: Town) -> None:
    place(town, weekdays=[6, 7])
    assert not permits("2020-03-16 18:00") and permits("2020-03-21 18:00") and permits("2020-03-22 18:00")
    assert "今天是星期一" in permitted_at(STALL, "stall", when("2020-03-16 18:00")).reason


def test_a_holiday_closes_what_says_so_and_opens_what_waits_for_it(town: Town) -> None:
    place(town, holidays="closed")
    place(town, code="P2", kind="fair", matters=["sign"], holidays="only")
    # Tomb-sweeping 2020: 4 to 6 April, of which the 4th and 5th are a weekend that the table of days does not name.
    for day in ("2020-04-04", "2020-04-05", "2020-04-06"):
        assert not permits(f"{day} 18:00") and permits(f"{day} 18:00", matter="sign"), day
    assert permits("2020-04-07 18:00") and not permits("2020-04-07 18:00", matter="sign")
    assert not permits("2020-03-21 18:00", matter="sign"), "an ordinary weekend is no holiday"


def test_a_term_is_half_open(town: Town) -> None:
    place(town, begins_on=dt.date(2020, 3, 16), ends_on=dt.date(2020, 3, 18))
    assert [permits(f"2020-03-{day} 18:30") for day in (15, 16, 17, 18)] == [False, True, True, False]


def test_a_place_excuses_only_its_matters(town: Town) -> None:
    place(town)
    answer = permitted_at(STALL, "parking", when("2020-03-16 18:30"))
    assert not answer.permits and "不允许这类行为" in answer.reason
    assert permitted_at(STALL, ["09006", "stall"], when("2020-03-16 18:30")).permits


def test_outside_the_drawn_area_nothing_is_permitted(town: Town) -> None:
    place(town)
    answer = permitted_at(OUTSIDE, "stall", when("2020-03-16 18:30"))
    assert not answer.permits and answer.place is None and answer.reason == "此处没有登记允许的地点。"


def test_near_the_border_the_distance_is_told(town: Town) -> None:
    place(town)
    inside = permitted_at(Point(118.48151, 36.6908), "stall", when("2020-03-16 18:30"))
    assert inside.permits and inside.edge_m == pytest.approx(0.9, abs=0.1)


def test_a_line_reaches_as_far_as_it_says(town: Town) -> None:
    line = {"type": "LineString", "coordinates": [[118.4801, 36.6901], [118.4839, 36.6901]]}
    place(town, kind="line", shape=line, matters=["parking"], reach_m=3, hours=[])
    north = 1 / 111_320
    assert permits("2020-03-16 03:00", Point(118.482, 36.6901 + 2.9 * north), "parking")
    assert not permits("2020-03-16 03:00", Point(118.482, 36.6901 + 3.2 * north), "parking")


def test_a_place_known_by_its_stalls_asks_for_the_number(town: Town) -> None:
    place(town, shape=None, segment=town.segments["S3"], stalls=["1", "2"])
    assert permits("2020-03-16 18:30", None, segment="S3", stall="2")
    assert not permits("2020-03-16 18:30", None, segment="S3", stall="9")
    assert not permits("2020-03-16 18:30", None, segment="S1", stall="2")


def test_an_edit_counts_at_once(town: Town) -> None:
    row = place(town)
    assert not permits("2020-03-16 17:20")
    row = change_place(town.act("p-office"), row=row, revision=1, changes={"hours": [["17:00", "22:00"]]})
    assert permits("2020-03-16 17:20")
    end_place(town.act("p-office"), row=row, revision=2)
    assert not permits("2020-03-16 18:30")
    assert permits("2020-03-15 18:30"), "what was permitted yesterday stays so"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours": [["18:00", "25:00"]]}, "hours"),
        ({"hours": [["18:00", "18:00"]]}, "hours"),
        ({"hours": ["18:00"]}, "hours"),
        ({"season": ["02-30", "03-01"]}, "season"),
        ({"season": ["05-01"]}, "season"),
        ({"weekdays": [0]}, "weekdays"),
        ({"matters": []}, "matters"),
        ({"shape": None}, "shape"),
        ({"ends_on": dt.date(2020, 3, 1)}, "ends_on"),
        ({"name": " "}, "name"),
        ({"reach_m": 5000}, "reach_m"),
    ],
)
def test_what_cannot_be_a_permitted_place_is_refused_with_its_field(
    town: Town, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        place(town, **changes)
    assert refused.value.field == field
    assert not PermittedPlace.objects.exists()


def test_only_the_office_keeps_the_register(town: Town) -> None:
    with pytest.raises(Refused):
        register_place(town.act("p-zhao"), row=PermittedPlace(code="P1", name="x", kind="fair", matters=["stall"], shape=SQUARE, begins_on=dt.date(2020, 3, 1)))  # fmt: skip
