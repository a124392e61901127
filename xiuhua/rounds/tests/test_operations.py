"""Concentrated operations: who took part, where, with whom, and what else happened under them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from tests.town import Town, declare_campaigns, key
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.rounds.actions import hold_operation
from xiuhua.rounds.fold import FOLDS
from xiuhua.rounds.models import Operation


def hold(town: Town, form: str = "operation", *, who: str = "p-chief", **changes: Any) -> Operation:
    told: dict[str, Any] = {
        "name": "人行道违停联合整治", "ended_at": town.at + dt.timedelta(hours=2),
        "people": {"QZ/Z1/": 8, "QZ/Z2/": 6, "traffic_police": 4}, "partners": ["traffic_police"],
        "segments": ["S1", "S2"],
    }  # fmt: skip
    return hold_operation(town.act(who, name=form), **(told | changes))


def test_an_operation_is_a_row_and_a_line(town: Town) -> None:
    declare_campaigns(town)
    made = hold(town, campaign="C-POSTING")
    line = Line.objects.get(key=key("operation"))
    assert (line.kind, line.about, line.item, line.quantity) == (
        "operation.held", f"operation:{made.code}", "operation", 1,
    )  # fmt: skip
    assert (line.round, line.campaign, line.segment, line.grid) == (made.code, "C-POSTING", "S1", "370781001001001")
    assert json.loads(line.facts) == {"people": 18, "partners": ["traffic_police"], "segments": 2}
    assert made.people == {"QZ/Z1/": 8, "QZ/Z2/": 6, "traffic_police": 4}
    assert hold(town, campaign="C-POSTING").pk == made.pk
    assert [told for fold in FOLDS for told in fold.differences()] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"partners": ["fire_brigade"]}, "partners"),
        ({"people": {}}, "people"),
        ({"people": {"QZ/Z1/": 0}}, "people"),
        ({"people": {"QZ/Z1/": 5, "QZ/Z2/": -1}}, "people"),
        ({"people": {"QZ/Z9/": 5}}, "people"),
        ({"segments": ["S1", "S99"]}, "segments"),
        ({"campaign": "C-NONE"}, "campaign"),
    ],
)
def test_a_bad_operation_is_refused_at_its_field(town: Town, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        hold(town, **changes)
    assert refused.value.field == field
    assert not Operation.objects.exists() and not Line.objects.of_kind("operation.held").exists()


def test_an_operation_ends_after_it_began(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        hold(town, ended_at=town.at)
    assert refused.value.field == "ended_at"


def test_the_refusal_names_the_partners_that_there_are(town: Town) -> None:
    with pytest.raises(Refused, match="交警大队、市场监管局、街道办事处"):
        hold(town, partners=["fire_brigade"])


@pytest.mark.parametrize("who", ["p-zhao", "p-helper", "p-desk"])
def test_officers_and_the_desk_hold_no_operation(town: Town, who: str) -> None:
    with pytest.raises(Refused) as refused:
        hold(town, who=who)
    assert refused.value.code == "access.role"
