"""What is done in an operation under way is told as its work, unless the officer drops it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from tests.town import Town, key
from xiuhua.city.correcting import void_line
from xiuhua.doors.street.tests.sent import count_form, slip_form
from xiuhua.ledger.models import Line
from xiuhua.rounds.actions import hold_operation
from xiuhua.rounds.models import Operation
from xiuhua.rounds.queries import operations_under_way

SignedIn = Callable[[str], Client]
COUNT, SLIP = "/street/count/", "/street/slip/"


def held(town: Town, name: str = "operation", *, people: dict[str, int] | None = None, hours: float = 2) -> Operation:
    return hold_operation(
        town.act("p-office", name=name), name=f"早市集中整治 {name}", ended_at=town.at + dt.timedelta(hours=hours),
        people=people or {"QZ/Z1/": 6}, segments=["S1"],
    )  # fmt: skip


@pytest.mark.parametrize(("where", "form", "kind"), [(COUNT, count_form, "count"), (SLIP, slip_form, "slip")])
def test_the_operation_under_way_is_offered_chosen_and_can_be_dropped(
    town: Town, signed_in: SignedIn, clock, where: str, form: Callable[..., dict[str, object]], kind: str
) -> None:
    operation = held(town)
    clock(minutes=30)
    phone = signed_in("zhao")
    assert f'name="round" value="{operation.code}" checked' in phone.get(where).content.decode()
    assert phone.post(where, form("with", round=operation.code)).status_code == 302
    assert phone.post(where, form("without")).status_code == 302
    assert [Line.objects.get(key=key(name)).round for name in ("with", "without")] == [operation.code, ""]


def test_of_several_operations_the_last_begun_is_chosen(town: Town, signed_in: SignedIn, clock) -> None:
    held(town, "first")
    clock(minutes=20)
    hold_operation(
        town.act("p-office", name="second", minutes=-10), name="联合整治", ended_at=town.at + dt.timedelta(hours=1),
        people={"QZ/": 20, "traffic_police": 4}, partners=["traffic_police"],
    )  # fmt: skip
    shown = signed_in("zhao").get(COUNT).content.decode()
    assert shown.index("联合整治") < shown.index("早市集中整治 first") and "不属于集中行动" in shown


def test_an_operation_of_others_past_or_voided_is_not_offered(town: Town, signed_in: SignedIn, clock) -> None:
    held(town, "others", people={"QZ/Z2/": 5})
    held(town, "past", hours=0.2)
    held(town, "mistake")
    void_line(town.act("p-office", name="void", minutes=1), line=key("mistake"), reason="mistake")
    clock(minutes=30)
    assert 'name="round"' not in signed_in("zhao").get(COUNT).content.decode()
    assert [one.name for one in operations_under_way(unit="QZ/Z2/", at=town.at)] == ["早市集中整治 others"]


def test_an_operation_that_was_over_is_refused_and_nothing_typed_is_lost(
    town: Town, signed_in: SignedIn, clock
) -> None:
    past = held(town, hours=0.5)
    clock(hours=2)
    answer = signed_in("zhao").post(COUNT, count_form(round=past.code))
    shown = answer.content.decode()
    assert (answer.status_code, Line.objects.filter(kind="count.recorded").count()) == (422, 0)
    assert "已经结束" in shown and 'id="wrong-round">' in shown and 'value="30"' in shown
