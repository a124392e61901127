"""What a brief says is what the lines say: recounted by plain SQL, split, voided, and counted again years later."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from xiuhua.campaigns.actions import attribute_line
from xiuhua.city.correcting import void_line
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line
from xiuhua.ledger.verify import verify_chain
from xiuhua.measures.figures import FIGURES
from xiuhua.programme.actions import publish_brief
from xiuhua.programme.briefs import CountedBrief, assemble
from xiuhua.programme.models import Brief
from xiuhua.programme.periods import Period, day_told, one_day, stage, week_of
from xiuhua.programme.tests.spring import FROM, TO, Spring

pytestmark = pytest.mark.django_db
STAGE = Period(FROM, TO)


def brief_of(spring: Spring, period: Period = STAGE, **asked: Any) -> CountedBrief:
    return assemble(period, at=spring.town.at, **asked)


def amounts(brief: CountedBrief) -> dict[str, Decimal]:
    return {one.figure.code: one.quantity for one in brief.figures if one.quantity}


def void(spring: Spring, **which: Any) -> None:
    void_line(spring.town.act("p-office"), line=Line.objects.get(**which).key, reason="mistake")


def publish(spring: Spring, period: Period) -> CountedBrief:
    brief = brief_of(spring, period)
    publish_brief(
        spring.town.act("p-office"), title=brief.title, from_day=period.from_day, to_day=period.to_day,
        bound_to=brief.bound_to, head=brief.head, figures=brief.told(),
    )  # fmt: skip
    return brief


# ---------------------------------------------------------------- the figures are the lines


def test_every_figure_is_what_plain_sql_counts(spring: Spring) -> None:
    brief = brief_of(spring)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item, SUM(quantity), COUNT(*) FROM ledger_line WHERE quantity IS NOT NULL AND day BETWEEN %s AND %s "
            "AND key NOT IN (SELECT corrects FROM ledger_line WHERE kind = 'line.voided') GROUP BY item",
            [FROM, TO],
        )
        rows = {item: (Decimal(str(quantity)), lines) for item, quantity, lines in cursor.fetchall()}
    assert len(rows) > 12
    for counted in brief.figures:
        found = [rows[item] for item in counted.figure.items if item in rows]
        assert counted.quantity == sum((quantity for quantity, _lines in found), Decimal(0))
        assert counted.lines == sum(lines for _quantity, lines in found)


def test_the_spring_is_told_to_the_digit(spring: Spring) -> None:
    assert amounts(brief_of(spring)) == {
        "letters_printed": 60, "letters_delivered": 4, "parking_bays": 905, "parking_lines": Decimal("1123.5"),
        "notice_boards": 52, "no_stall_signs": 21, "operations": 12, "signs_removed": 45, "postings_cleaned": 2140,
        "parking_warnings": 5, "evidence_kept": 6, "stalls_moved": 37, "bicycles_straightened": 210,
    }  # fmt: skip


def test_parts_marks_and_what_came_late_are_told_apart(spring: Spring) -> None:
    brief = brief_of(spring)
    assert brief.figure("postings_cleaned").parts == {
        "posting_pasted": 1300, "posting_sprayed": 600, "posting_window": 240,
    }  # fmt: skip
    assert brief.figure("letters_delivered").marked == {"签收": 2, "代收": 1, "拒收留置": 1}
    assert brief.figure("operations").marked == {"与交警联合": 3}
    assert brief.figure("parking_bays").backfilled == 120
    assert {one.figure.code for one in brief.figures if one.backfilled} == {"parking_bays"}


def test_voiding_one_line_moves_exactly_one_figure(spring: Spring) -> None:
    before = amounts(brief_of(spring))
    void(spring, item="posting_sprayed")
    after = amounts(brief_of(spring))
    assert {code for code in before if before[code] != after.get(code)} == {"postings_cleaned"}
    assert after["postings_cleaned"] == before["postings_cleaned"] - 600


def test_the_units_figures_are_the_bureaus(spring: Spring) -> None:
    whole = brief_of(spring)
    parts = [brief_of(spring, unit=spring.town.units[code].path) for code in ("ZHZX", "CG", "Z1", "Z2")]
    for counted in whole.figures:
        assert sum(part.figure(counted.figure.code).quantity for part in parts) == counted.quantity
    assert sum(part.totals.closed for part in parts) == whole.totals.closed == 22
    assert sum(row.standing.open for row in whole.units) == whole.standing.open == 3
    done: dict[str, Decimal] = {}
    for row in whole.units:
        for figure, quantity in row.work:
            done[figure.code] = done.get(figure.code, Decimal(0)) + quantity
    assert done == amounts(whole)


def test_the_days_are_the_stage(spring: Spring) -> None:
    days = [brief_of(spring, one_day(day), bound_to=bind().seq) for day in _days_with_lines()]
    whole = brief_of(spring)
    for figure in FIGURES:
        assert sum(day.figure(figure.code).quantity for day in days) == whole.figure(figure.code).quantity
    assert sum(day.totals.reported for day in days) == whole.totals.reported == 25


def _days_with_lines() -> list[dt.date]:
    return list(Line.objects.filter(day__range=(FROM, TO)).values_list("day", flat=True).distinct().order_by("day"))


# ---------------------------------------------------------------- cases and campaigns


def test_cases_are_told_with_what_is_still_open_and_overdue(spring: Spring) -> None:
    told = brief_of(spring).told()["cases"]
    assert (told["reported"], told["closed"], told["closed_late"], told["open"], told["overdue"]) == (25, 22, 1, 3, 1)
    assert told["on_time_rate"] == pytest.approx(21 / 22)
    squad = next(row for row in told["units"] if row["name"] == "城区一中队")
    assert (squad["open"], squad["overdue"]) == (3, 1)
    assert sum(one["reported"] for one in told["sources"]) == 25


def test_few_cases_are_told_as_counts_and_not_as_a_share(spring: Spring) -> None:
    told = brief_of(spring, week_of(dt.date(2020, 3, 2))).told()["cases"]
    assert told["closed"] == 4
    assert told["on_time_rate"] is None


def test_a_case_is_overdue_once_its_limit_has_passed_and_not_before(spring: Spring) -> None:
    last = dt.date(2020, 4, 28)
    opened = spring.town.at.replace(month=4, day=28, hour=9, minute=30)
    assert assemble(one_day(last), at=opened).standing.overdue == 0
    assert assemble(one_day(last), at=opened.replace(hour=23)).standing.overdue == 1


def test_work_moved_to_another_campaign_counts_for_that_one(spring: Spring) -> None:
    line = Line.objects.get(item="posting_window")
    number = bind().seq
    attribute_line(spring.town.act("p-office"), line=line.key, campaign="C-AIR", reason="mistaken")
    work = {row.state.code: dict(row.work) for row in brief_of(spring).campaigns}
    assert {figure.code: quantity for figure, quantity in work["C-POSTING"].items()} == {"postings_cleaned": 1900}
    assert {figure.code: quantity for figure, quantity in work["C-AIR"].items()} == {"postings_cleaned": 240}
    before = {row.state.code: sum(q for _f, q in row.work) for row in brief_of(spring, bound_to=number).campaigns}
    assert before == {"C-POSTING": 2140, "C-AIR": 0}


def test_campaigns_stand_at_the_stage_of_the_last_day(spring: Spring) -> None:
    stages = [(row.state.name, row.state.stage_label) for row in brief_of(spring).campaigns]
    assert stages == [("立面清洁专项治理", "正在开展"), ("空气净化专项治理", "已部署")]


# ---------------------------------------------------------------- bound up to a number


def test_an_old_brief_is_counted_again_to_the_digit(spring: Spring) -> None:
    old = brief_of(spring)
    spring.count(dt.date(2020, 4, 9), "stall_moved", 8, segment="S2")
    spring.case(dt.date(2020, 4, 30), upto="accepted")
    void(spring, item="parking_line")
    assert amounts(brief_of(spring)) != amounts(old)
    again = brief_of(spring, bound_to=old.bound_to)
    assert json.dumps(again.told()) == json.dumps(old.told())
    assert verify_chain(expected_head=old.head).ok


def test_a_void_that_was_bound_later_does_not_count(spring: Spring) -> None:
    number = bind().seq
    void(spring, item="no_stall_sign")
    assert brief_of(spring, bound_to=number).figure("no_stall_signs").quantity == 21
    assert brief_of(spring).figure("no_stall_signs").quantity == 0


def test_a_brief_binds_every_committed_line_first(spring: Spring) -> None:
    brief = brief_of(spring)
    verdict = verify_chain(expected_head=brief.head)
    assert (verdict.unbound, verdict.bound, verdict.head_seen_at) == (0, brief.bound_to, brief.bound_to)


def test_a_number_that_the_chain_has_not_reached_is_refused(spring: Spring) -> None:
    with pytest.raises(Refused, match="还没有第 999999 条"):
        brief_of(spring, bound_to=999_999)


# ---------------------------------------------------------------- errata


def test_what_changed_since_a_brief_prints_in_its_next_issue(spring: Spring) -> None:
    week = week_of(dt.date(2020, 4, 6))
    publish(spring, week)
    assert brief_of(spring, week).errata == ()
    void(spring, item="stall_moved")
    spring.count(dt.date(2020, 4, 9), "stall_moved", 5, segment="S2")
    (one,) = brief_of(spring, week).errata
    assert (one.code, one.was, one.now, one.voided, one.late) == ("stalls_moved", 37, 5, 37, 5)


def test_a_late_line_is_told_once_in_the_next_brief_of_the_series(spring: Spring) -> None:
    first, second, third = (week_of(dt.date(2020, 4, 6) + dt.timedelta(days=7 * n)) for n in range(3))
    publish(spring, first)
    spring.count(dt.date(2020, 4, 9), "stall_moved", 5, segment="S2")
    told = publish(spring, second).errata
    assert [(one.code, one.late, one.published.from_day) for one in told] == [("stalls_moved", 5, first.from_day)]
    assert brief_of(spring, third).errata == ()
    assert Brief.objects.get(from_day=second.from_day).figures["errata"][0]["late"] == 5


def test_a_case_that_came_in_late_is_an_erratum_too(spring: Spring) -> None:
    week = week_of(dt.date(2020, 4, 6))
    publish(spring, week)
    spring.case(dt.date(2020, 4, 11), upto="reported")
    (one,) = brief_of(spring, week.__class__(week.from_day + dt.timedelta(7), week.to_day + dt.timedelta(7))).errata
    assert (one.code, one.late) == ("cases.reported", 1)


def test_a_stage_says_nothing_about_a_weekly_brief(spring: Spring) -> None:
    publish(spring, week_of(dt.date(2020, 4, 6)))
    void(spring, item="stall_moved")
    assert brief_of(spring).errata == ()


# ---------------------------------------------------------------- for machines, and periods


def test_the_json_has_the_promised_shape(spring: Spring) -> None:
    told = brief_of(spring).told()
    assert list(told) == ["period", "figures", "cases", "campaigns", "errata", "bound_to", "head"]
    assert told["period"] == {"from": "2020-03-01", "to": "2020-05-03"}
    bays = next(one for one in told["figures"] if one["label"] == "增划停车位")
    assert bays == {
        "label": "增划停车位", "item": "parking_bay", "quantity": 905, "unit": "个", "lines": 3, "backfilled": 120,
        "public": "900余个",
    }  # fmt: skip
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2020-05-03", "2020-03-01", "早于开始日期"),
        ("2020-05-05", "2020-05-06", "还没有到"),
        ("1990-01-01", "2020-05-03", "超过十年"),
    ],
)
def test_a_wrong_period_is_refused_with_a_sentence(first: str, last: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        stage(day_told(first), day_told(last), today=dt.date(2020, 5, 4))


@pytest.mark.parametrize("text", ["2020-03-01", "2020/3/1", "2020年3月1日", " 2020.03.01 "])
def test_days_are_read_as_people_write_them(text: str) -> None:
    assert day_told(text) == dt.date(2020, 3, 1)


def test_a_period_knows_its_series_and_the_one_before() -> None:
    assert one_day(FROM).series == "day"
    assert week_of(dt.date(2020, 3, 4)) == Period(dt.date(2020, 3, 2), dt.date(2020, 3, 8))
    assert week_of(FROM).series == "week"
    assert STAGE.series == "stage"
    assert week_of(dt.date(2020, 3, 4)).before == week_of(dt.date(2020, 2, 25))
    assert STAGE.label == "2020年3月1日—5月3日"
