"""Who should get a case, and why."""

from __future__ import annotations

import pytest

from tests.town import INSIDE, Town
from xiuhua.cases.counts import record_count
from xiuhua.cases.dispatch import proposals
from xiuhua.cases.models import Case
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.actions import begin_post, end_duty
from xiuhua.city.models import Duty, Role

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
