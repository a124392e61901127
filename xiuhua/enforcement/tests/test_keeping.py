"""Evidence kept and signs taken down: the term by the law of the day, approval and two officers, what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.town import ZONE, Town, key
from xiuhua.enforcement.actions import preserve_item, remove_sign, settle_item
from xiuhua.enforcement.fold import FOLDS
from xiuhua.enforcement.models import Keeping, SignRemoval
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line


def keep(town: Town, form: str = "keep", *, who: str = "p-zhao", **changes: Any) -> Keeping:
    told: dict[str, Any] = {
        "category": "cart", "name": "蓝色三轮车", "quantity": 2, "segment": town.segments["S1"], "shelf": "A-03",
        "approved_by": town.people["p-leader"], "officers": [town.people["p-chief"], town.people["p-zhao"]],
    }  # fmt: skip
    return preserve_item(town.act(who, name=form), **(told | changes))


@pytest.mark.parametrize(
    ("kept", "due"),
    [
        # seven calendar days before 2021-07-15, holidays or not
        ("2020-02-28", "2020-03-06"),
        ("2020-03-16", "2020-03-23"),
        ("2020-04-30", "2020-05-07"),
        ("2021-07-14", "2021-07-21"),
        # seven working days since, over holidays and working weekends
        ("2021-07-15", "2021-07-26"),
        ("2021-09-30", "2021-10-15"),
        ("2026-02-10", "2026-02-26"),
        ("2026-04-29", "2026-05-12"),
        ("2026-09-18", "2026-09-29"),
        ("2026-09-30", "2026-10-15"),
    ],
)
def test_something_must_be_decided_by_the_law_of_the_day(town: Town, kept: str, due: str) -> None:
    town.at = dt.datetime.combine(dt.date.fromisoformat(kept), dt.time(10), tzinfo=ZONE)
    made = keep(town)
    assert made.due_on == dt.date.fromisoformat(due)
    assert f'"due_on":"{due}"' in Line.objects.get(key=key("keep")).facts
    assert made.days_left(made.due_on) == 0 and made.days_left(made.due_on + dt.timedelta(days=2)) == -2


def test_kept_items_are_a_row_and_a_line(town: Town) -> None:
    made = keep(town)
    line = Line.objects.get(key=key("keep"))
    assert (line.kind, line.about, line.item, line.quantity) == ("item.preserved", made.number, "evidence", 2)
    assert "三轮车" not in line.facts, "words are in the row"
    assert keep(town).pk == made.pk
    assert Keeping.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "house"}, "category"),
        ({"name": "  "}, "name"),
        ({"shelf": ""}, "shelf"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 1001}, "quantity"),
    ],
)
def test_a_list_that_does_not_tell_its_things_is_refused(town: Town, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        keep(town, **changes)
    assert refused.value.field == field
    assert not Keeping.objects.exists()


def test_the_head_approves_and_two_officers_keep(town: Town) -> None:
    people = town.people
    for changes, field in (
        ({"approved_by": people["p-chief"]}, "approved_by"),
        ({"officers": [people["p-zhao"]]}, "officers"),
        ({"officers": [people["p-zhao"], people["p-helper"]]}, "officers"),
    ):
        with pytest.raises(Refused) as refused:
            keep(town, **changes)
        assert refused.value.field == field
    for who in ("p-helper", "p-desk", "p-leader"):
        with pytest.raises(Refused) as refused:
            keep(town, who=who)
        assert refused.value.code == "access.role"


def test_what_was_decided_is_told_once_and_lateness_stays(town: Town) -> None:
    made = keep(town)
    settled = settle_item(town.act("p-chief", name="settle", minutes=60), keeping=made, outcome="returned")
    assert (settled.outcome, settled.settled_at) == ("returned", town.at + dt.timedelta(minutes=60))
    line = Line.objects.get(key=key("settle"))
    assert (line.kind, line.about, line.quantity) == ("item.settled", made.number, None)
    assert '"late":false' in line.facts
    with pytest.raises(Refused, match="已经处理过：返还当事人"):
        settle_item(town.act("p-chief", minutes=61), keeping=made, outcome="forfeited")
    other = keep(town, "other")
    town.at += dt.timedelta(days=8)
    settle_item(town.act("p-chief", name="late"), keeping=other, outcome="forfeited")
    assert '"late":true' in Line.objects.get(key=key("late")).facts


def test_a_decision_is_one_of_the_law_and_not_before_the_keeping(town: Town) -> None:
    made = keep(town)
    with pytest.raises(Refused) as refused:
        settle_item(town.act("p-chief"), keeping=made, outcome="sold")
    assert refused.value.field == "outcome"
    with pytest.raises(Refused, match="早于登记时间"):
        settle_item(town.act("p-chief", minutes=-1), keeping=made, outcome="returned")


def test_signs_taken_down_are_a_row_and_a_line(town: Town) -> None:
    made = remove_sign(
        town.act("p-zhao", name="sign"), sign_kind="roof", reason="broken", segment=town.segments["S2"], quantity=3
    )
    line = Line.objects.get(key=made.key)
    assert (line.kind, line.item, line.quantity, line.segment) == ("sign.removed", "sign", 3, "S2")
    again = remove_sign(
        town.act("p-zhao", name="sign"), sign_kind="roof", reason="broken", segment=town.segments["S2"], quantity=3
    )
    assert again.pk == made.pk and SignRemoval.objects.count() == 1
    assert [told for fold in FOLDS for told in fold.differences()] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"sign_kind": "moon"}, "sign_kind"), ({"reason": "ugly"}, "reason"), ({"quantity": 0}, "quantity"),
     ({"quantity": 501}, "quantity")],
)  # fmt: skip
def test_a_bad_removal_is_refused_at_its_field(town: Town, changes: dict[str, Any], field: str) -> None:
    told: dict[str, Any] = {"sign_kind": "roof", "reason": "old", "segment": town.segments["S1"]}
    with pytest.raises(Refused) as refused:
        remove_sign(town.act("p-zhao"), **(told | changes))
    assert refused.value.field == field


def test_an_assistant_takes_no_sign_down(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        remove_sign(town.act("p-helper"), sign_kind="roof", reason="old", segment=town.segments["S1"])
    assert refused.value.code == "access.role"


def test_folding_tells_what_was_settled_without_a_line(town: Town) -> None:
    made = keep(town)
    Keeping.objects.filter(pk=made.pk).update(outcome="returned", settled_at=town.at)
    assert [told for fold in FOLDS for told in fold.differences()] == [
        f"证据处理 {made.number} 在表里是“returned”，台账是“没有”。"
    ]
