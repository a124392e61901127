"""Campaigns: what they are after, how far they are, which work counts toward them and which does not."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from tests.town import Town, declare_campaigns, key
from xiuhua.campaigns.actions import (
    attribute_line,
    close_campaign,
    declare_campaign,
    set_target,
    start_campaign,
)
from xiuhua.campaigns.fold import FOLDS
from xiuhua.campaigns.models import Campaign, Target
from xiuhua.campaigns.queries import campaign_for
from xiuhua.cases.counts import record_count
from xiuhua.city.correcting import void_line
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.models import Line
from xiuhua.measures.figures import quantities
from xiuhua.measures.lines import Scope

MARCH = Scope(dt.date(2020, 3, 1), dt.date(2020, 3, 31))


def declare(town: Town, code: str = "C-STALL", *, who: str = "p-office", run: bool = True, **changes: Any) -> Campaign:
    told: dict[str, Any] = {
        "name": "经营秩序", "categories": ["stall"], "items": ["stall_moved"],
        "starts_on": dt.date(2020, 3, 10), "ends_on": dt.date(2020, 3, 20),
    }  # fmt: skip
    campaign = declare_campaign(town.act(who, name=f"declare {code}"), code=code, **(told | changes))
    if run:
        campaign = start_campaign(town.act(who, name=f"start {code}"), campaign=campaign)
    return campaign


def count(town: Town, name: str = "count", quantity: int = 30, *, item: str = "stall_moved") -> Line:
    made = record_count(town.act("p-zhao", name=name), item=item, quantity=quantity, segment="S1", separate=True)
    return Line.objects.get(key=made.key)


def by_campaign() -> dict[str, Decimal]:
    return {row["campaign"]: row["quantity"] for row in quantities(MARCH, by=("campaign",))}


def test_a_campaign_goes_from_planned_to_running_to_closed(town: Town) -> None:
    campaign = declare(town, run=False)
    assert campaign.stage == "planned"
    with pytest.raises(Refused, match="现在是“已部署”"):
        close_campaign(town.act("p-office"), campaign=campaign)
    start_campaign(town.act("p-office", name="start"), campaign=campaign)
    with pytest.raises(Refused, match="现在是“正在开展”"):
        start_campaign(town.act("p-office", name="start again"), campaign=campaign)
    closed = close_campaign(town.act("p-office", name="close"), campaign=campaign)
    assert (closed.stage, closed.closed_on) == ("closed", dt.date(2020, 3, 16))
    lines = Line.objects.filter(about="C-STALL").order_by("id")
    assert [json.loads(line.facts)["state"] for line in lines] == ["planned", "running", "closed"]
    assert set(lines.values_list("campaign", flat=True)) == {"C-STALL"}
    assert [told for fold in FOLDS for told in fold.differences()] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "占道"}, "code"),
        ({"code": "C" * 33}, "code"),
        ({"name": "  "}, "name"),
        ({"categories": [], "items": []}, "items"),
        ({"items": ["moonlight"]}, "items"),
        ({"ends_on": dt.date(2020, 3, 9)}, "ends_on"),
    ],
)
def test_a_bad_declaration_is_refused_at_its_field(town: Town, changes: dict[str, Any], field: str) -> None:
    told: dict[str, Any] = {
        "code": "C-X", "name": "试", "categories": ["stall"], "items": [],
        "starts_on": dt.date(2020, 3, 10), "ends_on": dt.date(2020, 3, 20),
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        declare_campaign(town.act("p-office"), **(told | changes))
    assert refused.value.field == field
    assert not Campaign.objects.exists()


def test_a_code_is_used_once_and_officers_declare_nothing(town: Town) -> None:
    declare(town)
    with pytest.raises(Refused, match="已经用过"):
        declare_campaign(
            town.act("p-office"), code="C-STALL", name="又一个", categories=["stall"], items=[],
            starts_on=dt.date(2020, 3, 1), ends_on=dt.date(2020, 3, 2),
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        declare(town, "C-TWO", who="p-chief")
    assert refused.value.code == "access.role"


@pytest.mark.parametrize(
    ("day", "told", "expected"),
    [
        ("2020-03-09", {"item": "stall_moved"}, ""),
        ("2020-03-10", {"item": "stall_moved"}, "C-STALL"),
        ("2020-03-20", {"item": "stall_moved"}, "C-STALL"),
        ("2020-03-21", {"item": "stall_moved"}, ""),
        ("2020-03-16", {"category": "stall"}, "C-STALL"),
        ("2020-03-16", {"category": "parking"}, ""),
        ("2020-03-16", {"item": "litter_cleared"}, ""),
        ("2020-03-16", {}, ""),
    ],
)
def test_work_of_its_matters_within_its_days_counts(town: Town, day: str, told: dict[str, str], expected: str) -> None:
    declare(town)
    assert campaign_for(day=dt.date.fromisoformat(day), **told) == expected


def test_a_planned_campaign_attracts_nothing(town: Town) -> None:
    declare_campaigns(town)
    declare(town, run=False)
    assert campaign_for(day=dt.date(2020, 3, 16), item="stall_moved") == ""
    assert campaign_for(day=dt.date(2020, 6, 1), item="smoke_stopped") == ""
    assert campaign_for(day=dt.date(2020, 3, 16), item="posting_pasted") == "C-POSTING"


def test_a_closed_campaign_takes_what_was_done_before_it_closed(town: Town) -> None:
    close_campaign(town.act("p-office", name="close"), campaign=declare(town))
    assert campaign_for(day=dt.date(2020, 3, 16), item="stall_moved") == "C-STALL"
    assert campaign_for(day=dt.date(2020, 3, 17), item="stall_moved") == ""


def test_the_narrower_campaign_goes_first_then_the_one_declared_first(town: Town) -> None:
    declare(town, "C-CITY")
    declare(town, "C-CITY-2")
    declare(town, "C-NARROW", segments=["S2"])
    day = dt.date(2020, 3, 16)
    assert campaign_for(day=day, item="stall_moved", segment="S2") == "C-NARROW"
    assert campaign_for(day=day, item="stall_moved", segment="S1") == "C-CITY"
    assert campaign_for(day=day, item="stall_moved") == "C-CITY"


def test_a_target_is_a_row_and_a_line_and_each_answers_for_itself(town: Town) -> None:
    campaign = declare(town)
    told = {"campaign": campaign, "item": "stall_moved", "due_on": dt.date(2020, 3, 20)}
    first = set_target(town.act("p-office", name="first"), quantity=Decimal(300), **told)
    second = set_target(town.act("p-office", name="second"), quantity=Decimal(400), **told)
    assert set_target(town.act("p-office", name="first"), quantity=Decimal(300), **told) == first != second
    assert Target.objects.count() == 2
    line = Line.objects.get(key=key("first"))
    assert json.loads(line.facts) == {"goal": "stall_moved:300", "due_on": "2020-03-20"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"item": "moonlight"}, "item"),
        ({"item": "litter_cleared"}, "item"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"due_on": dt.date(2020, 3, 9)}, "due_on"),
    ],
)
def test_a_bad_target_is_refused_at_its_field(town: Town, changes: dict[str, Any], field: str) -> None:
    told: dict[str, Any] = {"item": "stall_moved", "quantity": Decimal(300), "due_on": dt.date(2020, 3, 20)}
    with pytest.raises(Refused) as refused:
        set_target(town.act("p-office"), campaign=declare(town), **(told | changes))
    assert refused.value.field == field


def test_a_closed_campaign_gets_no_target(town: Town) -> None:
    campaign = close_campaign(town.act("p-office", name="close"), campaign=declare(town))
    with pytest.raises(Refused, match="已经收官"):
        set_target(
            town.act("p-office"),
            campaign=campaign,
            item="stall_moved",
            quantity=Decimal(1),
            due_on=dt.date(2020, 3, 20),
        )


def test_a_line_counted_for_the_wrong_campaign_is_put_right_by_another(town: Town) -> None:
    declare(town)
    declare(town, "C-OTHER", items=["litter_cleared"], categories=[])
    line = count(town)
    assert line.campaign == "C-STALL" and by_campaign() == {"C-STALL": 30}
    attribute_line(town.act("p-office", name="move", minutes=1), line=line.key, campaign="C-OTHER", reason="mistaken")
    assert by_campaign() == {"C-OTHER": 30}
    line.refresh_from_db()
    assert line.campaign == "C-STALL", "the line itself is never edited"
    attribute_line(town.act("p-office", minutes=2), line=line.key, campaign="", reason="out_of_scope")
    assert by_campaign() == {"": 30}
    last = Line.objects.of_kind("line.attributed").order_by("happened_at").last()
    assert json.loads(last.facts) == {
        "campaign_before": "C-OTHER", "campaign_after": "", "reason": "out_of_scope",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"campaign": "C-NONE"}, "campaign.code"),
        ({"campaign": "C-STALL"}, "campaign.same"),
        ({"reason": "我觉得不对"}, "campaign.reason"),
    ],
)
def test_a_bad_attribution_is_refused(town: Town, changes: dict[str, str], code: str) -> None:
    declare(town)
    told: dict[str, Any] = {"line": count(town).key, "campaign": "", "reason": "mistaken"}
    with pytest.raises(Refused) as refused:
        attribute_line(town.act("p-office", minutes=1), **(told | changes))
    assert refused.value.code == code


def test_only_standing_work_is_attributed_and_officers_attribute_nothing(town: Town) -> None:
    declare(town)
    line = count(town)
    for wrong, code in ((key("start C-STALL"), "campaign.line"), (key("nothing"), "ledger.line")):
        with pytest.raises(Refused) as refused:
            attribute_line(town.act("p-office", minutes=1), line=wrong, campaign="", reason="mistaken")
        assert refused.value.code == code
    assert isinstance(refused.value, Absent)
    with pytest.raises(Refused) as refused:
        attribute_line(town.act("p-zhao", minutes=1), line=line.key, campaign="", reason="mistaken")
    assert refused.value.code == "access.role"
    void_line(town.act("p-office", minutes=2), line=line.key, reason="mistake")
    with pytest.raises(Refused, match="已经作废"):
        attribute_line(town.act("p-office", minutes=3), line=line.key, campaign="", reason="mistaken")


def test_folding_tells_a_stage_that_no_line_tells(town: Town) -> None:
    declare(town)
    Campaign.objects.update(stage="closed")
    assert [told for fold in FOLDS for told in fold.differences()] == [
        "专项 C-STALL 在表里是“closed”，台账是“running”。"
    ]
