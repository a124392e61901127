"""Who should get a case, and why."""

from __future__ import annotations

import pytest

from tests.town import INSIDE, Town
from xiuhua.cases.counts import record_count
from xiuhua.cases.dispatch import proposals
from xiuhua.cases.models import Case
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.actions import begin_post, end_duty
from xiuhua.city.leave import ask_leave, decide_leave
from xiuhua.city.models import Duty, Posting, Role
from xiuhua.city.posting import Posted, set_posting
from xiuhua.city.presence import check_in

pytestmark = pytest.mark.django_db


def proposed(town: Town, case: Case, *, minutes: float = 30) -> dict[str, tuple[str, ...]]:
    """Codes of those proposed, in order, with the reasons."""
    return {one.person.code: one.why for one in proposals(case, town.act(minutes=minutes).at)}


def test_who_answers_for_the_segment_comes_first_then_the_squad(town: Town) -> None:
    case = town.case(upto="filed")
    found = proposed(town, case)
    assert next(iter(found)) == "p-zhao" and set(found) == {"p-zhao", "p-liu", "p-chief"}
    assert found["p-zhao"] == ("duty", "squad", "free") and found["p-liu"] == ("squad", "free")


def test_assistants_and_other_squads_are_not_proposed(town: Town) -> None:
    codes = set(proposed(town, town.case(upto="filed")))
    assert not codes & {"p-helper", "p-other", "p-desk"}


def test_a_free_hand_goes_before_a_busy_one(town: Town) -> None:
    end_duty(town.act("p-office"), duty=Duty.objects.get(thing="segment:S1", part="officer"))
    for n, who in enumerate(("p-zhao", "p-zhao", "p-liu")):
        take(town, "dispatch", town.case(f"busy-{n}", upto="filed"), minutes=20, person=town.people[who])
    case = town.case(upto="filed")
    found = proposals(case, town.act(minutes=30).at)
    assert [(one.person.code, one.load) for one in found] == [("p-chief", 0), ("p-liu", 1), ("p-zhao", 2)]
    assert "free" not in found[1].why and "在办 1 件" in found[1].words


def test_whoever_just_worked_nearby_goes_first_among_equals(town: Town) -> None:
    end_duty(town.act("p-office"), duty=Duty.objects.get(thing="segment:S1", part="officer"))
    lon, lat = round(INSIDE[0] * 1e7), round(INSIDE[1] * 1e7)
    far = round((INSIDE[1] + 0.01) * 1e7)
    record_count(town.act("p-liu", minutes=5), item="shop_visited", quantity=1, segment="S1", lon_e7=lon, lat_e7=lat)
    record_count(town.act("p-zhao", minutes=5), item="shop_visited", quantity=1, segment="S3", lon_e7=lon, lat_e7=far)
    found = proposals(town.case(upto="filed"), town.act(minutes=30).at)
    assert [one.person.code for one in found] == ["p-liu", "p-zhao", "p-chief"]
    assert found[0].distance_m == pytest.approx(0, abs=1) and "near" in found[0].why
    assert found[1].distance_m == pytest.approx(1112, rel=0.01) and "near" not in found[1].why
    assert found[2].distance_m is None
    later = proposals(town.case("later", upto="filed"), town.act(minutes=96).at)
    assert all(one.distance_m is None for one in later)  # where somebody was longer ago says nothing


def test_somebody_with_two_posts_is_proposed_once(town: Town) -> None:
    begin_post(town.act("p-admin"), unit=town.units["Z1"], role=Role.SQUAD_LEADER, person=town.people["p-zhao"])
    found = proposals(town.case(upto="filed"), town.act(minutes=30).at)
    codes = [one.person.code for one in found]
    assert len(codes) == len(set(codes)) == 3


def test_where_nobody_answers_every_squad_may(town: Town) -> None:
    case = town.case(upto="filed", lon=118.475, lat=36.682)
    assert case.segment == "" and case.for_unit == ""
    assert set(proposed(town, case)) <= {"p-zhao", "p-liu", "p-chief", "p-other"} and len(proposed(town, case)) == 3


def post_day(town: Town, **places: str) -> None:
    """Each of the first squad is posted where the test says, or rests, is lent …"""
    people = []
    for who, told in places.items():
        status = told if told in Posting.Status.values else "present"
        people.append(Posted(town.people[f"p-{who}"], status, "" if status != "present" else told))
    set_posting(town.act("p-chief"), day=town.at.date(), unit=town.units["Z1"], people=people)


def test_whoever_is_posted_there_today_goes_before_whose_duty_it_is(town: Town) -> None:
    post_day(town, liu="范公亭路", zhao="海岱路", chief="")
    found = proposed(town, town.case(upto="filed"))
    assert next(iter(found)) == "p-liu"
    assert found["p-liu"][0] == "posted" and "duty" not in found["p-zhao"]


def test_whoever_rests_or_is_on_leave_is_not_proposed(town: Town) -> None:
    post_day(town, zhao="rest", liu="leave", chief="")
    assert list(proposed(town, town.case(upto="filed"))) == ["p-chief"]


def test_a_stand_in_is_proposed_with_the_reason(town: Town) -> None:
    day = town.at.date()
    leave = ask_leave(town.act("p-zhao"), person=town.people["p-zhao"], sort="annual", begins_on=day, last_on=day)
    decide_leave(town.act("p-chief"), leave=leave, approve=True, substitute=town.people["p-liu"])
    found = proposed(town, town.case(upto="filed"))
    assert next(iter(found)) == "p-liu" and found["p-liu"][0] == "substitute" and "p-zhao" not in found


def test_when_nobody_of_the_squad_is_there_everybody_of_it_is_still_proposed(town: Town) -> None:
    post_day(town, zhao="rest", liu="rest", chief="leave")
    assert set(proposed(town, town.case(upto="filed"))) == {"p-zhao", "p-liu", "p-chief"}


def test_somebody_lent_to_the_squad_today_is_proposed_with_it(town: Town) -> None:
    post_day(town, other="范公亭路", zhao="海岱路", liu="rest", chief="")
    assert next(iter(proposed(town, town.case(upto="filed")))) == "p-other"


def test_whoever_checked_in_says_so_and_where_they_stand_counts(town: Town) -> None:
    check_in(town.act("p-liu"), turn="in", lon_e7=round(INSIDE[0] * 1e7), lat_e7=round(INSIDE[1] * 1e7))
    found = proposed(town, town.case(upto="filed"))
    assert {"on", "near"} <= set(found["p-liu"]) and "on" not in found["p-zhao"]


def test_a_proposal_costs_as_many_questions_for_ten_people_as_for_three(
    town: Town, django_assert_max_num_queries
) -> None:
    post_day(town, liu="范公亭路", zhao="海岱路", chief="")
    case = town.case(upto="filed")
    for n in range(7):
        begin_post(town.act("p-admin"), unit=town.units["Z1"], role=Role.OFFICER, name=f"队员{n}", code=f"p-{n}")
    with django_assert_max_num_queries(20):
        proposals(case, town.act(minutes=30).at)
