"""Who answers now, and why: shift, leave, stand-in and the day's posting each change the answer, in words."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import INSIDE, Town
from xiuhua.city.actions import begin_duty, begin_post, end_duty
from xiuhua.city.answering import Responsible, responsible_for
from xiuhua.city.leave import ask_leave, decide_leave, end_leave, substitute
from xiuhua.city.models import Duty, Role
from xiuhua.city.posting import Posted, open_fixed_post, set_posting
from xiuhua.city.rosters import name_shift, set_roster
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 3, 16)


def officers(found: Responsible) -> list[str]:
    return [person.code for person in found.officers]


def on_leave(town: Town, who: str, *, by: str = "", days: int = 1) -> None:
    last = DAY + dt.timedelta(days=days - 1)
    leave = ask_leave(town.act(who), person=town.people[who], sort="annual", begins_on=DAY, last_on=last)
    instead = town.people[by] if by else None
    decide_leave(town.act("p-chief", minutes=1), leave=leave, approve=True, substitute=instead)


def test_on_an_ordinary_morning_the_standing_duty_answers(town: Town) -> None:
    found = responsible_for(town.segments["S1"], town.at)
    assert officers(found) == ["p-zhao"]
    assert found.squad == town.units["Z1"]
    assert [one.words for one in found.answering] == ["责任人"]


def test_a_point_answers_as_the_segment_beside_it(town: Town) -> None:
    assert officers(responsible_for(Point(*INSIDE), town.at)) == ["p-zhao"]


def test_what_nobody_answers_for_falls_to_the_grid(town: Town) -> None:
    for duty in Duty.objects.filter(thing="segment:S1"):
        end_duty(town.act("p-office"), duty=duty)
    begin_duty(
        town.act("p-office"), thing="grid:370781001001001", part=Duty.Part.OFFICER, unit=town.units["Z1"],
        person=town.people["p-liu"],
    )  # fmt: skip
    found = responsible_for("S1", town.at)
    assert officers(found) == ["p-liu"]
    assert found.answering[0].words == "责任人、按网格"
    assert found.squad == town.units["Z1"]  # the squad of the grid


def test_on_leave_somebody_else_stands_in_and_the_reason_says_for_whom(town: Town) -> None:
    on_leave(town, "p-zhao", by="p-liu")
    found = responsible_for("S1", town.act(minutes=5).at)
    assert officers(found) == ["p-liu"]
    assert found.answering[0].words == "代赵敏班"
    assert [(one.person.code, one.words) for one in found.away] == [("p-zhao", "请假")]
    tomorrow = town.at + dt.timedelta(days=1)
    assert officers(responsible_for("S1", tomorrow)) == ["p-zhao"]


def test_on_leave_without_a_stand_in_nobody_answers_and_the_page_can_say_why(town: Town) -> None:
    on_leave(town, "p-zhao")
    found = responsible_for("S1", town.act(minutes=5).at)
    assert found.officers == ()
    assert found.away[0].words == "请假"


def test_back_early_the_standing_duty_answers_again(town: Town) -> None:
    on_leave(town, "p-zhao", by="p-liu", days=3)
    leave = town.people["p-zhao"].leaves.get()
    tomorrow = town.at + dt.timedelta(days=1)
    end_leave(town.act("p-zhao", at=tomorrow), leave=leave)
    assert officers(responsible_for("S1", tomorrow)) == ["p-zhao"]
    assert officers(responsible_for("S1", town.act(minutes=5).at)) == ["p-liu"]  # the past stays as it was


def test_the_days_posting_goes_before_the_standing_duty(town: Town) -> None:
    people = [Posted(town.people["p-liu"], place="范公亭路"), Posted(town.people["p-zhao"], place="海岱路")]
    set_posting(town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=people)
    assert officers(responsible_for("S1", town.at)) == ["p-liu"]
    assert responsible_for("S1", town.at).answering[0].words == "今日派在这里"
    assert officers(responsible_for("S2", town.at)) == ["p-zhao"]
    assert officers(responsible_for("S1", town.at + dt.timedelta(days=1))) == ["p-zhao"]


def test_posted_hours_end_and_the_standing_duty_answers_again(town: Town) -> None:
    people = [Posted(town.people["p-liu"], place="范公亭路", hours="08:00—10:00"), Posted(town.people["p-zhao"])]
    set_posting(town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=people)
    assert officers(responsible_for("S1", town.at)) == ["p-liu"]
    assert officers(responsible_for("S1", town.at + dt.timedelta(hours=1))) == ["p-zhao"]  # half-open: ten is over


def test_resting_by_the_posting_is_away(town: Town) -> None:
    set_posting(
        town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=[Posted(town.people["p-zhao"], status="rest")]
    )
    assert responsible_for("S1", town.at).officers == ()


def test_a_fixed_post_answers_in_its_own_minutes_alone(town: Town) -> None:
    post = open_fixed_post(
        town.act("p-chief"), unit=town.units["Z1"], name="范公亭路", hours="08:50—09:10", thing="segment:S1"
    )
    people = [Posted(town.people["p-liu"], fixed=(post.code,)), Posted(town.people["p-zhao"])]
    set_posting(town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=people)
    assert officers(responsible_for("S1", town.at)) == ["p-liu"]
    assert responsible_for("S1", town.at).answering[0].words == "定点值守"
    assert officers(responsible_for("S1", town.at + dt.timedelta(minutes=10))) == ["p-zhao"]


def shifts(town: Town) -> None:
    for code, short, hours in (("E", "早", "06:00—14:00"), ("N", "夜", "22:00—06:00"), ("R", "休", "")):
        name_shift(town.act("p-office"), code=code, name=f"{short}班", short=short, hours=hours)


def test_out_of_the_shift_the_person_is_told_as_out_of_hours(town: Town) -> None:
    shifts(town)
    zhao = town.people["p-zhao"]
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(zhao, DAY): ["N"]})
    found = responsible_for("S1", town.at)
    assert found.answering[0].off_hours and "不在班次时段内" in found.answering[0].words
    after_midnight = dt.datetime.combine(DAY + dt.timedelta(days=1), dt.time(1), town.at.tzinfo)
    assert not responsible_for("S1", after_midnight).answering[0].off_hours  # last night's shift still runs


def test_a_duty_of_a_shift_answers_while_the_shift_runs(town: Town) -> None:
    shifts(town)
    Duty.objects.filter(thing="segment:S1", part="officer").update(shift="早班")
    night = begin_duty(
        town.act("p-office"), thing="segment:S1", part=Duty.Part.OFFICER, unit=town.units["Z1"],
        person=town.people["p-liu"],
    )  # fmt: skip
    Duty.objects.filter(pk=night.pk).update(shift="夜班")
    assert officers(responsible_for("S1", town.at)) == ["p-zhao"]
    assert officers(responsible_for("S1", town.at.replace(hour=23))) == ["p-liu"]
    evening = responsible_for("S1", town.at.replace(hour=20))
    assert all(one.off_hours for one in evening.answering)  # no shift runs: all are told, and that none is on


def test_nested_leave_is_refused_both_ways(town: Town) -> None:
    on_leave(town, "p-zhao", by="p-liu", days=2)
    with pytest.raises(Refused) as refused:
        ask_leave(town.act("p-liu"), person=town.people["p-liu"], sort="sick", begins_on=DAY, last_on=DAY)
    assert refused.value.code == "leave.nested"
    begin_post(town.act("p-admin"), unit=town.units["Z1"], role=Role.OFFICER, name="新人", code="p-new")
    with pytest.raises(Refused) as again:
        substitute(
            town.act("p-chief"), person=town.people["p-liu"], by=town.people["p-helper"], begins_on=DAY, last_on=DAY
        )
    assert again.value.code == "substitute.nested"


def test_nobody_approves_the_own_leave(town: Town) -> None:
    chief = town.people["p-chief"]
    leave = ask_leave(town.act("p-chief"), person=chief, sort="annual", begins_on=DAY, last_on=DAY)
    with pytest.raises(Refused) as refused:
        decide_leave(town.act("p-chief"), leave=leave, approve=True)
    assert refused.value.code == "leave.own"


def test_somebody_on_leave_is_not_posted_as_present(town: Town) -> None:
    on_leave(town, "p-zhao")
    with pytest.raises(Refused) as refused:
        set_posting(
            town.act("p-chief", minutes=2), day=DAY, unit=town.units["Z1"], people=[Posted(town.people["p-zhao"])]
        )
    assert refused.value.code == "posting.on_leave"
