"""The audit of duties: each gap of a small town is found once, with its weight, and a whole town has none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.town import Town
from xiuhua.city.models import Account, Duty, Grid, Post, Segment, Shop, Site
from xiuhua.programme.audit import CHECKS, Audit, Weight, audit_duties
from xiuhua.programme.models import Task
from xiuhua.rounds.models import Checklist

pytestmark = pytest.mark.django_db

TODAY = dt.date(2020, 3, 16)
NORTH = [[118.480, 36.6900], [118.486, 36.6900]]
SOUTH = [[118.486, 36.6897], [118.480, 36.6897]]


@pytest.fixture
def whole(town: Town) -> Town:
    """The town with everything that the audit asks for: each street has its leader, office, squad and one officer."""
    Duty.objects.all().delete()
    for code in town.segments:
        for part, held in (
            ("squad", {"unit": town.units["Z1"]}), ("office", {"unit": town.units["CG"]}),
            ("leader", {"person": town.people["p-leader"]}), ("officer", {"person": town.people["p-zhao"]}),
        ):  # fmt: skip
            duty(code, part, **held)
    Grid.objects.update(squad=town.units["Z1"])
    Shop.objects.filter(segment=None).update(segment=town.segments["S1"])
    for unit in (town.units["Z1"], town.units["Z2"]):
        if not Post.objects.held_on(TODAY).filter(unit=unit, role="squad_leader").exists():
            Post.objects.create(
                code=f"lead-{unit.code}",
                person=town.people["p-chief"],
                unit=unit,
                role="squad_leader",
                begins_on=dt.date(2020, 1, 1),
            )
    return town


def duty(segment: str, part: str, **held: Any) -> Duty:
    number = Duty.objects.count()
    held.setdefault("begins_on", dt.date(2020, 1, 1))
    return Duty.objects.create(code=f"made-{number}", thing=f"segment:{segment}", part=part, **held)


def told(audit: Audit) -> list[tuple[str, str]]:
    return [(one.check, one.thing) for one in audit.findings]


def test_a_town_in_order_has_no_dead_corner(whole: Town) -> None:
    found = audit_duties(TODAY)
    assert told(found) == [] and found.covered_share == 1.0
    assert (found.segments, found.length_m) == (
        len(whole.segments),
        sum(one.length_m for one in whole.segments.values()),
    )


def test_a_street_without_an_officer_is_named_and_its_length_is_not_covered(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").delete()
    found = audit_duties(TODAY)
    assert told(found) == [("gap", "segment:S1")] and found.wrong == 1
    assert found.length_m - found.covered_m == whole.segments["S1"].length_m and found.dead == {"S1"}


def test_what_ended_yesterday_is_missing_today_and_was_there_the_day_before(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="squad").update(ends_on=TODAY)
    Grid.objects.update(squad=None)
    Grid.objects.all().delete()
    assert ("missing", "segment:S1") in told(audit_duties(TODAY))
    assert told(audit_duties(TODAY - dt.timedelta(days=1))) == []


def test_two_first_officers_are_nobody(whole: Town) -> None:
    duty("S1", "officer", person=whole.people["p-liu"])
    found = audit_duties(TODAY)
    assert ("overlap", "segment:S1") in told(found) and "S1" in found.dead
    Duty.objects.filter(person=whole.people["p-liu"]).update(primary=False)
    assert ("overlap", "segment:S1") not in told(audit_duties(TODAY)), "the second helps, the first answers"


def test_each_shift_of_a_squad_needs_its_first_officer_on_each_of_its_streets(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").update(shift="早班")
    found = [one for one in audit_duties(TODAY).findings if one.thing == "segment:S1"]
    assert found == [], "who works the early shift answers for it, and the others answer all day"
    Duty.objects.filter(thing="segment:S2", part="officer").update(shift="中班")
    gaps = {(one.thing, one.words) for one in audit_duties(TODAY).findings if one.check == "gap"}
    assert gaps == {("segment:S1", "中班没有第一责任人"), ("segment:S2", "早班没有第一责任人")}


def test_two_squads_for_one_street_are_found(whole: Town) -> None:
    duty("S1", "squad", unit=whole.units["Z2"])
    assert ("twice", "segment:S1") in told(audit_duties(TODAY))


def test_a_leader_or_office_of_the_squad_answers_for_its_streets(whole: Town) -> None:
    Duty.objects.filter(part="leader").delete()
    assert {check for check, _thing in told(audit_duties(TODAY))} == {"missing"}
    Duty.objects.create(
        code="of-squad", thing="unit:Z1", part="leader", person=whole.people["p-leader"], begins_on=TODAY
    )
    assert told(audit_duties(TODAY)) == []


def test_an_assistant_alone_enforces_nothing(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").update(part="assistant")
    assert told(audit_duties(TODAY)) == [("gap", "segment:S1"), ("assistant", "segment:S1")]


def test_who_left_or_belongs_to_another_squad_is_named(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").update(person=whole.people["p-liu"])
    Post.objects.filter(person=whole.people["p-liu"]).update(unit=whole.units["Z2"])
    assert ("other_squad", "segment:S1") in told(audit_duties(TODAY))
    Post.objects.filter(person=whole.people["p-liu"]).delete()
    found = audit_duties(TODAY)
    assert ("left", "segment:S1") in told(found) and "S1" in found.dead


def test_what_a_paper_left_open_is_to_be_confirmed_and_not_wrong(whole: Town) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").update(confirmed=False)
    found = audit_duties(TODAY)
    assert told(found) == [("unconfirmed", "segment:S1")] and (found.wrong, found.to_confirm) == (0, 1)
    assert found.covered_share == 1.0


def test_somebody_without_a_post_whose_account_is_open_is_a_question(whole: Town) -> None:
    Account.objects.create(username="liu", person=whole.people["p-liu"])
    assert told(audit_duties(TODAY)) == []
    Post.objects.filter(person=whole.people["p-liu"]).update(ends_on=TODAY)
    assert told(audit_duties(TODAY)) == [("person", "person:p-liu")]
    Account.objects.filter(person=whole.people["p-liu"]).update(is_active=False)
    assert told(audit_duties(TODAY)) == []


def test_a_shop_a_grid_and_a_duty_in_the_air_are_found(whole: Town) -> None:
    shop = Shop.objects.order_by("code").first()
    assert shop is not None
    Shop.objects.filter(pk=shop.pk).update(segment=None)
    Grid.objects.create(code="370781009009009", name="新网格")
    duty("GONE", "officer", person=whole.people["p-zhao"])
    assert set(told(audit_duties(TODAY))) == {
        ("shop", f"shop:{shop.code}"), ("grid", "grid:370781009009009"), ("nothing", "segment:GONE"),
    }  # fmt: skip
    Shop.objects.filter(pk=shop.pk).update(closed_on=TODAY)
    assert ("shop", f"shop:{shop.code}") not in told(audit_duties(TODAY)), "a closed shop has no front"


def test_a_site_whose_type_has_no_checklist_is_found(whole: Town) -> None:
    Site.objects.create(code="M1", name="古城市场", type_code="ZZ")
    found = [one for one in audit_duties(TODAY).findings if one.check == "site"]
    assert [one.thing for one in found] == ["site:M1"]
    Checklist.objects.create(code="K1", type_code="ZZ", type_name="市场", position=1, begins_on=TODAY)
    assert not [one for one in audit_duties(TODAY).findings if one.check == "site"]
    assert [one for one in audit_duties(TODAY - dt.timedelta(days=1)).findings if one.check == "site"]


def test_a_task_that_nobody_leads_or_carries_out_is_found(whole: Town) -> None:
    asked: dict[str, Any] = {"position": 1, "number": "一", "begins_on": TODAY}
    task = Task.objects.create(
        code="T1", key="1", name="市容提升", leader=whole.people["p-leader"], squads=["Z1"], **asked
    )
    assert told(audit_duties(TODAY)) == []
    Task.objects.filter(pk=task.pk).update(leader=None, squads=[], confirmed=False)
    assert [(one.check, one.words) for one in audit_duties(TODAY).findings] == [
        ("task", "没有牵头领导"), ("task", "没有责任科室和中队"), ("task_unconfirmed", "表里没有写明牵头领导是谁"),
    ]  # fmt: skip


def drawn(code: str, line: list[list[float]], **more: Any) -> Segment:
    return Segment.objects.create(code=code, road="双幅路", length_m=Decimal(500), line=line, cls="primary", **more)


@pytest.mark.parametrize(
    ("line", "oneway", "apart"),
    [
        (SOUTH, 1, True),
        (SOUTH, 0, False),  # one of both ways is no carriageway of a divided road
        ([[118.486, 36.6880], [118.480, 36.6880]], 1, False),  # 220 m to the south
        ([[118.486, 36.6900], [118.492, 36.6900]], 1, False),  # goes on where the other ends
        ([[118.483, 36.6902], [118.483, 36.6950]], 1, False),  # crosses it
    ],
)
def test_the_two_carriageways_of_a_road_under_two_squads_are_a_question(
    whole: Town, line: list[list[float]], oneway: int, apart: bool
) -> None:
    drawn("D1", NORTH, oneway=1)
    drawn("D2", line, oneway=oneway)
    duty("D1", "squad", unit=whole.units["Z1"])
    duty("D2", "squad", unit=whole.units["Z2"])
    found = [one for one in audit_duties(TODAY).findings if one.check == "divided"]
    assert bool(found) is apart
    Duty.objects.filter(thing="segment:D2").update(unit=whole.units["Z1"])
    assert not [one for one in audit_duties(TODAY).findings if one.check == "divided"]


def test_two_sides_in_words_under_two_squads_are_a_question_too(whole: Town) -> None:
    for code, side, squad in (("W1", "north", "Z1"), ("W2", "south", "Z2")):
        drawn(code, [], side=side, from_name="海岱路", to_name="范公亭路")
        duty(code, "squad", unit=whole.units[squad])
    found = audit_duties(TODAY)
    assert [one.thing for one in found.findings if one.check == "divided"] == ["segment:W1"]
    assert {one.thing for one in found.findings if one.check == "undrawn"} == {"segment:W1", "segment:W2"}


def test_every_check_has_a_name_of_its_own_and_a_weight() -> None:
    assert len({check.code for check in CHECKS}) == len({str(check.label) for check in CHECKS}) == len(CHECKS)
    assert {check.weight for check in CHECKS} == set(Weight)


def test_an_empty_register_has_no_share(whole: Town) -> None:
    Shop.objects.update(segment=None)
    Duty.objects.all().delete()
    Segment.objects.all().delete()
    assert audit_duties(TODAY).covered_share is None
