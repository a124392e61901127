"""Counts, and the rule that the same act never adds twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from tests.town import Town, declare_campaigns
from xiuhua.cases.counts import COUNTABLE, record_count
from xiuhua.cases.fold import counts as fold
from xiuhua.cases.models import Case, Count
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.city.correcting import void_line
from xiuhua.kit.files import keep
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line
from xiuhua.measures.figures import BY_CODE, count_figures
from xiuhua.measures.lines import Scope

pytestmark = pytest.mark.django_db


def count(town: Town, who: str = "p-zhao", *, minutes: float = 0, **told: Any) -> Count:
    given: dict[str, Any] = {"item": "stall_moved", "quantity": 3, "segment": "S1"}
    return record_count(town.act(who, minutes=minutes), **given | told)


def handled(town: Town, *, minutes: float, **told: Any) -> Case:
    case = town.case("handled", upto="dispatched")
    given: dict[str, Any] = {"item": "stall_moved", "quantity": 2}
    return take(town, "handle", case, minutes=minutes, **given | told)


def stalls(town: Town) -> Decimal:
    day = town.at.date()
    return count_figures(Scope(day, day), [BY_CODE["stalls_moved"]])[0].quantity


def test_a_count_is_one_line_and_no_case(town: Town) -> None:
    declare_campaigns(town)
    row = count(town, item="posting_pasted", quantity=12, photo=town.photo())
    line = Line.objects.get(key=row.key)
    assert (line.kind, line.item, line.quantity, line.segment) == ("count.recorded", "posting_pasted", 12, "S1")
    assert (line.by, line.for_unit, line.campaign) == ("p-zhao", "QZ/Z1/", "C-POSTING")
    assert not Case.objects.exists() and list(fold()) == []


@pytest.mark.parametrize(
    ("told", "code", "field"),
    [
        ({"item": "letter"}, "count.item", "item"),
        ({"item": "gold"}, "count.item", "item"),
        ({"quantity": 0}, "count.quantity", "quantity"),
        ({"quantity": -1}, "count.quantity", "quantity"),
        ({"quantity": 5001}, "count.quantity", "quantity"),
        ({"segment": "S9"}, "count.segment", "segment"),
        ({"segment": ""}, "count.segment", "segment"),
        ({"photo": "sha256:" + "0" * 64}, "count.photo", "photo"),
    ],
)
def test_a_count_that_cannot_be_is_refused(town: Town, told: dict[str, Any], code: str, field: str) -> None:
    refused = refusal(count, town, **told)
    assert (refused.code, refused.field) == (code, field)
    assert not Count.objects.exists()


def test_a_scan_is_no_photo_of_a_count(town: Town) -> None:
    assert refusal(count, town, photo=keep(b"%PDF-1.4", at=town.at).digest).code == "count.photo"


def test_the_office_does_not_count(town: Town) -> None:
    assert refusal(count, town, "p-office").code == "access.role"


def test_only_countable_items_are_counted_and_all_of_them_exist(town: Town) -> None:
    assert set(COUNTABLE) <= set(ITEMS)
    case = town.case(upto="dispatched")
    for item in sorted(set(ITEMS) - set(COUNTABLE)):
        assert refusal(take, town, "handle", case, item=item, quantity=1).code == "count.item"


# ---------------------------------------------------------------- the same act once


def test_case_then_count_is_told_and_counts_only_when_it_was_another_time(town: Town) -> None:
    case = handled(town, minutes=60)
    told = refusal(count, town, minutes=90)
    assert (told.code, told.field, told.facts["case"]) == ("count.told_by_case", "separate", case.number)
    assert "2 处" in told.message and stalls(town) == 2
    count(town, minutes=90, separate=True)
    assert stalls(town) == 5


def test_count_then_case_is_told_and_the_case_names_the_count(town: Town) -> None:
    earlier = count(town, minutes=30)
    case = town.case("handled", upto="dispatched")
    told = refusal(take, town, "handle", case, minutes=60, item="stall_moved", quantity=2)
    assert (told.code, told.field, told.facts["count"]) == ("count.told_by_count", "counted_by", str(earlier.key))
    case.refresh_from_db()
    assert case.state == "dispatched" and stalls(town) == 3  # nothing half done
    case = take(town, "handle", case, minutes=60, item="stall_moved", quantity=2, counted_by=earlier.key)
    line = Line.objects.about(case.number).of_kind("case.handled").get()
    assert str(earlier.key) in line.facts and stalls(town) == 3


@pytest.mark.parametrize(
    ("minutes", "told", "twice"),
    [
        (180, {}, True),  # two hours to the minute
        (181, {}, False),
        (60, {"segment": "S2"}, False),
        (60, {"item": "litter_cleared"}, False),
        (60, {"who": "p-liu"}, True),  # the same unit
        (60, {"who": "p-other"}, False),
    ],
)
def test_the_same_act_is_the_same_unit_item_and_segment_within_two_hours(
    town: Town, minutes: float, told: dict[str, Any], twice: bool
) -> None:
    handled(town, minutes=60)
    if twice:
        assert refusal(count, town, minutes=minutes, **told).code == "count.told_by_case"
    else:
        count(town, minutes=minutes, **told)
        assert stalls(town) == (5 if told.get("item", "stall_moved") == "stall_moved" else 2)


def test_a_count_told_late_is_compared_by_when_it_happened(town: Town) -> None:
    handled(town, minutes=60)
    assert refusal(count, town, minutes=-60).code == "count.told_by_case"
    count(town, minutes=-61)


def test_a_voided_count_stands_in_nobodys_way(town: Town) -> None:
    earlier = count(town, minutes=30)
    void_line(town.act("p-office", minutes=40), line=earlier.key, reason="mistake")
    case = handled(town, minutes=60)
    assert stalls(town) == 2
    assert refusal(count, town, minutes=70).code == "count.told_by_case"
    void_line(town.act("p-office", minutes=71), line=case.counts.get().key, reason="mistake")
    count(town, minutes=72)
    assert stalls(town) == 3
    told = refusal(handle_again, town, case, counted_by=earlier.key)
    assert told.code == "count.not_told"


def handle_again(town: Town, case: Case, **told: Any) -> Case:
    case = take(town, "rework", case, minutes=80)
    return take(town, "handle", case, minutes=90, photos=[town.photo(90)], **told)


@pytest.mark.parametrize("wrong", ["nobody's", "another segment", "long ago"])
def test_a_case_names_only_a_count_that_can_tell_its_act(town: Town, wrong: str) -> None:
    key = {
        "nobody's": uuid4,
        "another segment": lambda: count(town, minutes=30, segment="S2").key,
        "long ago": lambda: count(town, minutes=-61).key,
    }[wrong]()
    told = refusal(handled, town, minutes=60, counted_by=key)
    assert (told.code, told.field) == ("count.not_told", "counted_by")


def test_a_rework_does_not_count_again_what_the_case_has_counted(town: Town) -> None:
    case = handled(town, minutes=60)
    case = take(town, "rework", case, minutes=80)
    late = 60 * 30  # long after the two hours
    told = refusal(take, town, "handle", case, minutes=late, photos=[town.photo(9)], item="stall_moved", quantity=2)
    assert told.code == "count.told_already" and stalls(town) == 2
    take(town, "handle", case, minutes=late, photos=[town.photo(9)])
    assert list(fold()) == []


@pytest.mark.parametrize(
    ("told", "field"), [({"item": "stall_moved", "quantity": 0}, "quantity"), ({"item": "", "quantity": 2}, "item")]
)
def test_half_a_count_is_not_swallowed(town: Town, told: dict[str, Any], field: str) -> None:
    refused = refusal(handled, town, minutes=60, **told)
    assert (refused.code, refused.field) == ("count.half", field)
