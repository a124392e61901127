"""Warnings and fines for parking: counted once, bounded by law, never twice for one act, no plate and no sum in a line."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.town import Town, key
from xiuhua.campaigns.actions import declare_campaign, start_campaign
from xiuhua.city.correcting import void_line
from xiuhua.city.models import Person
from xiuhua.enforcement.actions import decide_penalty, issue_slip
from xiuhua.enforcement.fold import FOLDS
from xiuhua.enforcement.models import LegalParameter, Penalty, Slip
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line


def slip(town: Town, name: str = "slip", *, who: str = "p-zhao", minutes: float = 0, **changes: Any) -> Slip:
    told: dict[str, Any] = {"plate": "鲁V12345", "situation": "pavement", "segment": town.segments["S1"]}
    return issue_slip(town.act(who, name=name, minutes=minutes), **(told | changes))


def fine(
    town: Town, of: Slip, name: str = "fine", *, who: str = "p-chief", yuan: float = 50, **changes: Any
) -> Penalty:
    told: dict[str, Any] = {"amount_fen": round(yuan * 100), "officers": pair(town)}
    return decide_penalty(town.act(who, name=name, minutes=5), slip=of, **(told | changes))


def pair(town: Town, *codes: str) -> list[Person]:
    return [town.people[code] for code in codes or ("p-chief", "p-zhao")]


def test_a_warning_writes_one_row_and_one_line_without_the_plate(town: Town) -> None:
    made = slip(town)
    line = Line.objects.get(key=key("slip"))
    assert (line.kind, line.about, line.item, line.quantity, line.segment) == (
        "slip.issued", made.number, "parking_warning", 1, "S1",
    )  # fmt: skip
    assert line.for_unit == "QZ/Z1/"
    assert "12345" not in line.facts + line.about
    assert "12345" not in made.plate_sealed + made.plate_hash
    assert unseal(made.plate_sealed) == "鲁V12345"


def test_the_same_form_again_gives_the_same_slip(town: Town) -> None:
    assert slip(town).pk == slip(town).pk
    assert Slip.objects.count() == Line.objects.of_kind("slip.issued").count() == 1


def test_how_often_a_plate_was_warned_in_thirty_days_is_told(town: Town) -> None:
    slip(town, "one", plate="鲁V·12345")
    town.at += dt.timedelta(days=29)
    slip(town, "two")
    town.at += dt.timedelta(days=2)
    third = slip(town, "three", plate="鲁v12345")
    told = [json.loads(line.facts)["repeat"] for line in Line.objects.of_kind("slip.issued").order_by("happened_at")]
    assert told == [0, 1, 1], "the first is 31 days old when the third is written"
    assert len({one.plate_hash for one in Slip.objects.all()}) == 1
    assert third.number == "JG20200416-0001"


def test_a_voided_warning_no_longer_counts_as_one(town: Town) -> None:
    slip(town, "one")
    void_line(town.act("p-office", minutes=1), line=key("one"), reason="mistake")
    slip(town, "two", minutes=2)
    assert json.loads(Line.objects.get(key=key("two")).facts)["repeat"] == 0
    assert list(Slip.objects.standing().values_list("number", flat=True)) == ["JG20200316-0002"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"plate": "鲁V1234"}, "slip.plate", "plate"),
        ({"situation": "anywhere"}, "slip.situation", "situation"),
        ({"kind": "fine"}, "slip.kind", "kind"),
    ],
)
def test_a_bad_warning_is_refused_at_its_field(town: Town, changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        slip(town, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Line.objects.of_kind("slip.issued").exists()


def test_an_assistant_may_warn_and_the_desk_may_not(town: Town) -> None:
    slip(town, who="p-helper")
    with pytest.raises(Refused, match="岗位"):
        slip(town, "other", who="p-desk")


def test_a_fine_has_a_line_without_its_amount(town: Town) -> None:
    made = fine(town, slip(town), yuan=50)
    line = Line.objects.get(key=key("fine"))
    assert (line.kind, line.about, line.item, line.quantity) == ("penalty.decided", made.number, "vehicle_fined", 1)
    assert json.loads(line.facts) == {"procedure": "simple", "matter": "09009"}
    assert made.amount_fen == 5000 and made.officers == ["p-chief", "p-zhao"]


@pytest.mark.parametrize("yuan", [20, 200])
def test_a_fine_at_either_border_of_the_law_is_in_order(town: Town, yuan: int) -> None:
    assert fine(town, slip(town), yuan=yuan).amount_fen == yuan * 100


@pytest.mark.parametrize("yuan", [0, -50, 19.99, 200.01, 2000])
def test_a_fine_beyond_the_law_is_refused_with_the_article(town: Town, yuan: float) -> None:
    with pytest.raises(Refused) as refused:
        fine(town, slip(town), yuan=yuan)
    assert (refused.value.code, refused.value.field) == ("penalty.amount", "amount")
    assert "20—200 元" in refused.value.message and "道路交通安全法 第九十三条" in refused.value.message


def test_the_bounds_are_those_of_the_day(town: Town) -> None:
    row = LegalParameter.objects.get(code="parking_fine_max")
    row.ends_on = dt.date(2020, 3, 16)
    row.save()
    LegalParameter.objects.create(
        code="parking_fine_max", value=150, unit="yuan", begins_on=dt.date(2020, 3, 16), article="试验条款"
    )
    with pytest.raises(Refused, match="试验条款"):
        fine(town, slip(town), yuan=200)
    assert fine(town, slip(town), yuan=150)


def test_one_act_is_not_fined_twice(town: Town) -> None:
    of = slip(town)
    fine(town, of)
    with pytest.raises(Refused) as refused:
        fine(town, of, "again", yuan=100)
    assert refused.value.code == "penalty.twice" and "行政处罚法（1996）第二十四条" in refused.value.message
    assert Line.objects.of_kind("penalty.decided").count() == Penalty.objects.count() == 1


def test_since_the_law_of_2021_its_own_articles_are_cited(town: Town) -> None:
    town.at = dt.datetime(2021, 7, 15, 9, 0, tzinfo=town.at.tzinfo)
    of = slip(town)
    with pytest.raises(Refused, match="2021）第四十二条"):
        fine(town, of, officers=pair(town, "p-zhao", "p-zhao"))
    fine(town, of)
    with pytest.raises(Refused, match="2021）第二十九条"):
        fine(town, of, "again")


@pytest.mark.parametrize(
    ("officers", "code"),
    [
        (("p-zhao",), "law.two_officers"),
        (("p-zhao", "p-zhao"), "law.two_officers"),
        (("p-zhao", "p-helper"), "law.certificate"),
        (("p-zhao", "p-leader"), "law.certificate"),
    ],
)
def test_two_different_officers_with_certificates_decide(town: Town, officers: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        fine(town, slip(town), officers=pair(town, *officers))
    assert (refused.value.code, refused.value.field) == (code, "officers")


def test_an_officer_without_a_post_on_the_day_does_not_count(town: Town) -> None:
    of = slip(town)
    town.people["p-liu"].posts.update(ends_on=dt.date(2020, 3, 16))
    with pytest.raises(Refused, match="刘洋"):
        fine(town, of, officers=pair(town, "p-zhao", "p-liu"))


@pytest.mark.parametrize("who", ["p-helper", "p-desk", "p-office"])
def test_who_does_not_enforce_decides_no_fine(town: Town, who: str) -> None:
    with pytest.raises(Refused) as refused:
        fine(town, slip(town), who=who)
    assert refused.value.code == "access.role"


def test_a_fine_needs_a_warning_that_stands_and_came_before(town: Town) -> None:
    of = slip(town, minutes=10)
    with pytest.raises(Refused, match="早于开单时间 2020-03-16 09:10"):
        fine(town, of)
    void_line(town.act("p-office", minutes=11), line=key("slip"), reason="mistake")
    with pytest.raises(Refused, match="已经作废"):
        decide_penalty(town.act("p-chief", minutes=12), slip=of, amount_fen=5000, officers=pair(town))
    with pytest.raises(Refused) as refused:
        fine(town, of, procedure="quick")
    assert refused.value.field == "procedure"


def test_warnings_and_fines_count_for_the_running_campaign(town: Town) -> None:
    office = town.act("p-office", name="parking")
    campaign = declare_campaign(
        office, code="C-PARK", name="停车秩序", categories=["parking"], items=["parking_warning", "vehicle_fined"],
        starts_on=dt.date(2020, 3, 1), ends_on=dt.date(2020, 5, 3),
    )  # fmt: skip
    of = slip(town, "before it began")
    start_campaign(town.act("p-office", minutes=1), campaign=campaign)
    fine(town, of)
    lines = Line.objects.of_kind("slip.issued", "penalty.decided")
    assert dict(lines.values_list("kind", "campaign")) == {"slip.issued": "", "penalty.decided": "C-PARK"}


def test_folding_the_lines_gives_the_rows(town: Town) -> None:
    fine(town, slip(town))
    slip(town, "other", plate="鲁VD12345")
    assert [told for fold in FOLDS for told in fold.differences()] == []
    Slip.objects.filter(penalty=None).delete()
    (told,) = [told for fold in FOLDS for told in fold.differences()]
    assert told.startswith("警告单 JG20200316-0002 在表里是 没有，台账是 1")
