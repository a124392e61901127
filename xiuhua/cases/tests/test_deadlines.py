"""The clock of a case. It is Monday, 16 March 2020; work is from 8 to 12 and from 14 to 18."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.town import ZONE, Town
from xiuhua.cases.arithmetic import in_words
from xiuhua.cases.intake import Adopted, open_case
from xiuhua.cases.models import Case, StandardRow
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.actions import set_calendar_day
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals
from xiuhua.measures.lines import Scope
from xiuhua.measures.overdue import overdue_cases

pytestmark = pytest.mark.django_db

S1, P1, T1 = "S1", "P1", "T1"  # 2 hours day and night; 4 working hours; 1 working day


def at(told: str) -> dt.datetime:
    """A moment of March 2020: `16 09:10`."""
    return dt.datetime.strptime(f"2020-03-{told}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def minutes(town: Town, told: str) -> float:
    return (at(told) - town.at).total_seconds() / 60


def filed(town: Town, standard: str, told: str = "16 09:10", name: str = "case") -> Case:
    case = town.case(name, upto="accepted")
    return take(town, "file", case, minutes=minutes(town, told), standard=StandardRow.objects.get(code=standard))


def deadlines(case: Case) -> list[tuple[str, str]]:
    """The reasons and deadlines of a case's lines, in the bureau's time; a paused clock has none."""
    found = []
    for facts in (
        Line.objects.about(case.number).of_kind("case.deadline_set").order_by("id").values_list("facts", flat=True)
    ):
        told = json.loads(facts)
        due = dt.datetime.fromisoformat(told["due_at"]).astimezone(ZONE).strftime("%d %H:%M") if told["due_at"] else ""
        found.append((told["reason"], due))
    return found


@pytest.mark.parametrize(
    ("standard", "told", "due"),
    [
        (S1, "16 09:10", "16 11:10"),
        (S1, "16 23:00", "17 01:00"),
        (P1, "16 09:10", "16 15:10"),
        (P1, "16 16:30", "17 10:30"),
        (P1, "20 16:30", "23 10:30"),  # over a weekend
        (T1, "16 09:10", "17 09:10"),
        (T1, "20 09:10", "23 09:10"),
    ],
)
def test_the_limit_runs_from_the_filing_in_its_kind_of_time(town: Town, standard: str, told: str, due: str) -> None:
    case = filed(town, standard, told)
    assert deadlines(case) == [("filed", due)]
    assert case.due_at is not None and case.due_at.astimezone(ZONE).strftime("%d %H:%M") == due
    assert in_words(case).endswith(f"到期 3月{int(due[:2])}日 {due[3:]}")


def test_calendar_days_run_through_weekends_and_holidays(town: Town) -> None:
    StandardRow.objects.filter(code=T1).update(limit_kind="calendar_days", limit_amount=3)
    assert deadlines(filed(town, T1, "20 09:10")) == [("filed", "23 09:10")]


def test_a_day_off_set_by_the_bureau_moves_deadlines_that_are_set_after_it(town: Town) -> None:
    day = dt.date(2020, 3, 17)
    set_calendar_day(town.act("p-admin"), on=day, workday=False, name="市庆", source="通知")
    assert deadlines(filed(town, T1)) == [("filed", "18 09:10")]


@pytest.mark.parametrize(
    ("standard", "back", "again", "same", "other"),
    [
        (S1, "16 10:10", "17 08:00", "17 09:00", "17 10:00"),  # one hour of two was left
        (P1, "16 10:10", "16 17:00", "17 10:00", "17 11:00"),  # an hour went before: three left of four
        (T1, "16 15:00", "18 08:00", "18 14:10", "19 08:00"),
    ],
)
def test_the_same_unit_goes_on_with_what_was_left_and_another_gets_the_whole_limit(
    town: Town, standard: str, back: str, again: str, same: str, other: str
) -> None:
    case = take(town, "dispatch", filed(town, standard), minutes=12)
    case = take(town, "return", case, minutes=minutes(town, back))
    assert case.paused_at == at(back) and deadlines(case)[-1] == ("returned", "")
    twin = take(town, "return", take(town, "dispatch", filed(town, standard, name="twin"), minutes=12),
                minutes=minutes(town, back))  # fmt: skip
    case = take(town, "dispatch", case, minutes=minutes(town, again))
    twin = take(town, "dispatch", twin, minutes=minutes(town, again), unit=town.units["Z2"], person=None)
    assert (deadlines(case)[-1], deadlines(twin)[-1]) == (("dispatched_again", same), ("dispatched_again", other))
    assert case.paused_at is None and twin.paused_at is None


def test_the_first_dispatch_moves_no_deadline_and_writes_none(town: Town) -> None:
    case = take(town, "dispatch", filed(town, S1), minutes=60, unit=town.units["Z2"], person=None)
    assert deadlines(case) == [("filed", "16 11:10")]


def filings(case: Case) -> list[Line]:
    return list(Line.objects.filter(about=case.number, kind="case.filed").order_by("id"))


def test_filing_again_begins_a_limit_of_its_own(town: Town) -> None:
    case = take(town, "unfile", filed(town, S1), minutes=20)
    case = take(town, "file", case, minutes=60, standard=StandardRow.objects.get(code=T1))
    assert deadlines(case) == [("filed", "16 11:10"), ("unfiled", ""), ("filed", "17 10:00")]
    assert case.paused_at is None and case.standard.code == T1 and case.category == "posting"
    assert [read_facts(line.kind, line.facts).again for line in filings(case)] == [False, True]
    assert case_totals(Scope(dt.date(2020, 3, 1), dt.date(2020, 3, 31))).filed == 1, "one case was filed, twice"


def test_a_case_without_a_limit_has_no_clock_to_pause(town: Town) -> None:
    taken = Adopted("dispatched", "In Progress", town.at)
    case = open_case(town.act("p-admin"), report=town.report(adopted=taken, for_unit="QZ/Z1/"))
    case = take(town, "return", case, minutes=5)
    assert case.paused_at is None and deadlines(case) == []
    case = take(town, "dispatch", case, minutes=6)
    assert case.paused_at is None and case.due_at is None and deadlines(case) == []


def test_late_is_a_fact_that_the_closing_tells(town: Town) -> None:
    for name, handled, late in (("on time", "16 11:10", False), ("late", "16 11:11", True)):
        case = take(town, "dispatch", filed(town, S1, name=name), minutes=12)
        case = take(town, "handle", case, minutes=minutes(town, handled))
        assert case.late is late, name
        case = take(town, "check", case, minutes=minutes(town, "16 15:00"))
        take(town, "close", case, minutes=minutes(town, "16 15:01"))
        line = Line.objects.about(case.number).of_kind("case.closed").get()
        assert json.loads(line.facts)["late"] is late


def test_neither_a_rework_in_time_nor_a_return_takes_lateness_back(town: Town) -> None:
    case = take(town, "dispatch", filed(town, S1), minutes=12)
    case = take(town, "return", case, minutes=minutes(town, "16 12:00"))  # the limit had run out at 11:10
    assert case.late
    case = take(town, "dispatch", case, minutes=minutes(town, "16 12:05"), unit=town.units["Z2"], person=None)
    assert deadlines(case)[-1] == ("dispatched_again", "16 14:05")
    case = take(town, "handle", case, "p-other", minutes=minutes(town, "16 12:30"))
    assert case.late


def test_a_limit_that_had_run_out_stays_run_out_for_the_same_unit(town: Town) -> None:
    case = take(town, "dispatch", filed(town, S1), minutes=12)
    case = take(town, "return", case, minutes=minutes(town, "16 12:00"))
    case = take(town, "dispatch", case, minutes=minutes(town, "16 13:00"))
    assert deadlines(case)[-1] == ("dispatched_again", "16 11:10")


def test_the_case_is_overdue_only_while_its_clock_runs_and_rows_and_lines_agree(town: Town) -> None:
    late = at("16 12:00")

    def overdue() -> tuple[list[str], list[str]]:
        rows = Case.objects.overdue(late).order_by("number").values_list("number", flat=True)
        return list(rows), sorted(one.case for one in overdue_cases(late.date(), at=late))

    case = filed(town, S1)
    assert overdue() == ([case.number], [case.number])
    case = take(town, "dispatch", case, minutes=12)
    assert overdue() == ([case.number], [case.number])
    back = take(town, "return", case, minutes=20)
    assert overdue() == ([], [])
    again = take(town, "dispatch", back, minutes=30)
    assert overdue() == ([case.number], [case.number])
    take(town, "handle", again, minutes=40)
    assert overdue() == ([], [])


def test_a_reopened_case_is_judged_by_its_new_limit(town: Town) -> None:
    case = take(town, "dispatch", filed(town, S1), minutes=12)
    case = take(town, "handle", case, minutes=minutes(town, "16 12:00"))
    assert case.late
    case = take(town, "close", take(town, "check", case, minutes=181), minutes=182)
    case = take(town, "reopen", case, minutes=200)
    case = take(town, "file", case, minutes=201)
    assert deadlines(case)[-2:] == [("reopened", ""), ("filed", "16 14:21")]
    case = take(town, "handle", take(town, "dispatch", case, minutes=202), minutes=210, photos=[town.photo(3)])
    case = take(town, "close", take(town, "check", case, minutes=211), minutes=212)
    closings = Line.objects.about(case.number).of_kind("case.closed").order_by("id").values_list("facts", flat=True)
    assert [json.loads(facts)["late"] for facts in closings] == [True, False]
