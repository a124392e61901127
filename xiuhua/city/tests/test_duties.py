"""Handing streets over: whoever had them is relieved, nobody has them twice, and the same act changes nothing again."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import Town
from xiuhua.city.actions import begin_duty
from xiuhua.city.answering import responsible_for
from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
NEXT = dt.date(2020, 3, 17)


def test_two_squads_on_one_street_become_one(town: Town) -> None:
    begin_duty(town.act("p-office", at=town.at), thing="segment:S1", part=Duty.Part.SQUAD, unit=town.units["Z2"])
    assign_duty(
        town.act("p-office", name="hand"), segments=[town.segments["S1"]], part=Duty.Part.SQUAD, unit=town.units["Z2"]
    )
    held = Duty.objects.in_force(NEXT).filter(thing="segment:S1", part=Duty.Part.SQUAD)
    assert [duty.unit for duty in held] == [town.units["Z2"]]


def test_the_same_act_again_changes_nothing(town: Town) -> None:
    def hand() -> None:
        assign_duty(
            town.act("p-office", name="hand"), segments=[town.segments["S1"], town.segments["S2"]],
            part=Duty.Part.OFFICER, unit=town.units["Z1"], person=town.people["p-liu"],
        )  # fmt: skip

    hand()
    before = (Duty.objects.count(), Line.objects.count())
    hand()
    assert (Duty.objects.count(), Line.objects.count()) == before
    assert [person.code for person in responsible_for("S2", NEXT).officers] == ["p-liu"]


def test_lines_and_rows_tell_the_same_of_every_duty(town: Town) -> None:
    assign_duty(
        town.act("p-office"), segments=list(town.segments.values()), part=Duty.Part.LEADER, unit=town.units["QZ"],
        person=town.people["p-leader"],
    )  # fmt: skip
    begun = set(Line.objects.filter(kind="duty.begun", about__startswith="duty:").values_list("about", flat=True))
    assert {f"duty:{code}" for code in Duty.objects.values_list("code", flat=True)} <= begun


@pytest.mark.parametrize(
    ("part", "unit", "person", "code"),
    [
        (Duty.Part.SQUAD, "CG", "", "duty.whose"),
        (Duty.Part.SQUAD, "Z1", "p-liu", "duty.whose"),
        (Duty.Part.OFFICER, "Z1", "", "duty.whose"),
        (Duty.Part.OFFICE, "Z1", "", "duty.whose"),
        ("king", "Z1", "", "city.duty_part"),
        (Duty.Part.SQUAD, "Z1", "", "duty.same"),
    ],
)
def test_who_cannot_have_a_part_is_refused(town: Town, part: str, unit: str, person: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        assign_duty(
            town.act("p-office"), segments=[town.segments["S1"]], part=part, unit=town.units[unit],
            person=town.people.get(person),
        )  # fmt: skip
    assert refused.value.code == code
