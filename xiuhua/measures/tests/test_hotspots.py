"""Hot segments, repeat points, overdue cases, coverage and register totals: known answers, and the laws that they keep."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.town import INSIDE, Town, key
from xiuhua.cases.actions import refuse_case
from xiuhua.cases.counts import record_count
from xiuhua.city.actions import register_shops
from xiuhua.city.correcting import void_line
from xiuhua.city.models import Shop
from xiuhua.enforcement.actions import issue_slip, remove_sign
from xiuhua.measures.cases import case_totals, open_cases, standing_cases
from xiuhua.measures.coverage import Coverage, letter_coverage
from xiuhua.measures.hotspots import HotSegment, hot_segments, repeat_points
from xiuhua.measures.lines import Scope
from xiuhua.measures.overdue import overdue_cases
from xiuhua.measures.registers import Total, register_total
from xiuhua.rounds.actions import deliver_letter, print_letters

DAY = dt.date(2020, 3, 16)
EAST = (118.4839, 36.6915)
"""A point 9 metres west of S2."""


def test_open_problems_stand_under_their_segment_the_worst_first(town: Town) -> None:
    town.case("one")
    town.case("two", upto="dispatched")
    town.case("done", upto="closed")
    town.case("east", lon=EAST[0], lat=EAST[1])
    (point,) = repeat_points(DAY)
    assert hot_segments(DAY) == [HotSegment("S1", 2, 3, (point,)), HotSegment("S2", 1, 1)]


def test_open_and_reported_add_up_to_the_city(town: Town) -> None:
    town.case("one")
    town.case("east", lon=EAST[0], lat=EAST[1])
    town.case("closed", upto="closed")
    town.case("nowhere", lon=None, lat=None, place="说不清的地方")
    rows = hot_segments(DAY)
    assert sum(row.open for row in rows) == open_cases(DAY) == 3
    assert sum(row.reported for row in rows) == case_totals(Scope(DAY, DAY)).reported == 4


def test_three_reports_of_a_kind_at_a_place_are_a_repeat_point(town: Town) -> None:
    town.case("one")
    town.case("two")
    town.case("another kind", category="parking")
    assert repeat_points(DAY) == []
    town.case("three")
    (point,) = repeat_points(DAY)
    assert (point.segment, point.category, point.reported) == ("S1", "stall", 3)
    assert abs(point.lon - INSIDE[0]) < 0.001 and abs(point.lat - INSIDE[1]) < 0.001


def test_a_refused_report_is_no_repeat(town: Town) -> None:
    for name in ("one", "two", "three"):
        case = town.case(name)
    refuse_case(town.act("p-desk", minutes=5), case=case, reason="not_found")
    assert repeat_points(DAY) == []
    assert hot_segments(DAY) == [HotSegment("S1", 2, 2)]


def test_reports_older_than_the_days_asked_for_do_not_count(town: Town) -> None:
    for name in ("one", "two", "three"):
        town.case(name, at=town.at - dt.timedelta(days=30))
    assert repeat_points(DAY) == []
    assert len(repeat_points(DAY - dt.timedelta(days=1))) == 1
    assert [(one.open, one.reported) for one in hot_segments(DAY)] == [(3, 0)]


def test_overdue_cases_are_those_that_the_units_have_overdue(town: Town) -> None:
    town.case("filed", upto="filed")
    town.case("given", upto="dispatched")
    town.case("handled", upto="handled")
    town.case("not filed")
    later = town.at + dt.timedelta(days=40)
    day = later.date()
    found = overdue_cases(day, at=later)
    assert len(found) == 2 and found == sorted(found, key=lambda one: (one.due_at, one.case))
    by_unit = {path: one.overdue for path, one in standing_cases(day, at=later).items() if one.overdue}
    assert by_unit == {"QZ/Z1/": 2} == {found[0].for_unit: 2}
    assert overdue_cases(day, at=found[0].due_at) == [], "not late at the very moment"
    assert overdue_cases(DAY, at=town.at + dt.timedelta(minutes=30)) == []


def test_a_register_total_is_the_sum_over_its_filters(town: Town) -> None:
    for n, (segment, who) in enumerate((("S1", "p-zhao"), ("S1", "p-liu"), ("S2", "p-zhao"))):
        issue_slip(
            town.act(who, name=f"slip {n}"), plate=f"鲁V1234{n}", situation="pavement" if n else "blind_path",
            segment=town.segments[segment],
        )  # fmt: skip
    remove_sign(town.act("p-zhao"), sign_kind="roof", reason="old", segment=town.segments["S1"], quantity=7)
    march = Scope(dt.date(2020, 3, 1), dt.date(2020, 3, 31))
    whole = register_total(march, "parking_warning")
    assert whole == Total(Decimal(3), 3)
    by_segment = [register_total(march, "parking_warning", segments=[code]).lines for code in ("S1", "S2", "S3")]
    by_person = [register_total(march, "parking_warning", by=[who]).lines for who in ("p-zhao", "p-liu", "p-chief")]
    assert by_segment == [2, 1, 0] and by_person == [2, 1, 0]
    assert register_total(march, "parking_warning", facts={"situation": "pavement"}).lines == 2
    assert register_total(march, "parking_warning", segments=[]) == Total()
    assert register_total(march, "sign").quantity == 7
    assert register_total(Scope(DAY, DAY, unit="QZ/Z2/"), "sign") == Total()
    void_line(town.act("p-office", minutes=1), line=key("slip 0"), reason="mistake")
    assert register_total(march, "parking_warning") == Total(Decimal(2), 2)


def test_a_register_total_is_the_sum_of_its_days(town: Town) -> None:
    for n in range(3):
        record_count(town.act("p-zhao"), item="stall_moved", quantity=10 + n, segment="S1")
        town.at += dt.timedelta(days=1)
    whole = Scope(DAY, DAY + dt.timedelta(days=4))
    days = [register_total(Scope(day, day), "stall_moved").quantity for day in whole.days()]
    assert days == [10, 11, 12, 0, 0] and sum(days) == register_total(whole, "stall_moved").quantity


def test_coverage_is_shops_reached_of_shops_open_and_adds_up_over_segments(town: Town) -> None:
    batch = print_letters(town.act("p-office", name="print"), title="一封信", copies=9)
    second = print_letters(town.act("p-office", name="second"), title="第二封信", copies=9)
    for name, letters, shop in (("one", batch, "D1"), ("two", batch, "D2"), ("again", second, "D1")):
        deliver_letter(
            town.act("p-helper", name=name, minutes=5), batch=letters, shop=town.shops[shop], outcome="signed"
        )
    register_shops(
        town.act(minutes=1),
        shops=[Shop(code="E1", name="海岱路1号", segment=town.segments["S2"]), Shop(code="E2", name="无路店")],
    )
    found = letter_coverage(DAY)
    assert found == {"S1": Coverage(4, 2), "S2": Coverage(1, 0), "": Coverage(1, 0)}
    assert sum(found.values(), Coverage()) == Coverage(6, 2)
    assert letter_coverage(DAY - dt.timedelta(days=1)) == {"S1": Coverage(4, 0)}
    void_line(town.act("p-office", minutes=6), line=key("two"), reason="mistake")
    assert letter_coverage(DAY)["S1"] == Coverage(4, 1)
