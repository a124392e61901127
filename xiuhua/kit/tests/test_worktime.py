"""Deadlines with known answers, and the laws that hold for all of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from xiuhua.kit.calendar import Calendar, DayKind
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import (
    Limit,
    LimitKind,
    Shift,
    WorkHours,
    add_working_days,
    due_after_pause,
    due_at,
    explain_due,
    worked_between,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkHours((Shift(dt.time(8), dt.time(12)), Shift(dt.time(14), dt.time(18))), SHANGHAI)
NIGHT = WorkHours((Shift(dt.time(20), dt.time(6)),), SHANGHAI)


def _off(name: str) -> DayKind:
    return DayKind(False, name)


YEAR_2020 = Calendar(
    {
        dt.date(2020, 5, 1): _off("劳动节"), dt.date(2020, 5, 4): _off("劳动节"), dt.date(2020, 5, 5): _off("劳动节"),
        dt.date(2020, 4, 26): DayKind(True, "劳动节调休上班"), dt.date(2020, 5, 9): DayKind(True, "劳动节调休上班"),
    },
    dt.date(2020, 12, 31),
)  # fmt: skip

HOURS, DAYS = LimitKind.WORK_HOURS, LimitKind.WORK_DAYS
ANSWERS = [
    # start, amount, kind, due
    ("04-30 16:20", "2", DAYS, "05-07 16:20"),  # over the Labour Day holiday of five days
    ("05-08 09:00", "1", DAYS, "05-09 09:00"),  # the Saturday after is worked
    ("05-08 09:00", "2", DAYS, "05-11 09:00"),
    ("03-16 16:20", "0.5", DAYS, "03-17 10:20"),  # half a working day is four hours of work
    ("03-16 16:20", "1.5", DAYS, "03-18 10:20"),
    ("03-14 11:00", "1", DAYS, "03-17 08:00"),  # a Saturday: it starts on Monday at eight
    ("03-16 07:00", "1", DAYS, "03-17 08:00"),  # before work: it starts with work
    ("03-16 13:00", "1", DAYS, "03-17 14:00"),  # at lunch
    ("03-16 21:00", "1", DAYS, "03-18 08:00"),  # in the evening: it starts the next morning
    ("03-16 10:00", "2", HOURS, "03-16 12:00"),
    ("03-16 11:00", "2", HOURS, "03-16 15:00"),  # across lunch
    ("03-16 17:00", "2", HOURS, "03-17 09:00"),  # across the evening
    ("03-20 17:30", "1.5", HOURS, "03-23 09:00"),  # across a weekend
    ("04-30 17:00", "4", HOURS, "05-06 11:00"),  # across the holiday
    ("05-08 17:00", "4", HOURS, "05-09 11:00"),  # into the worked Saturday
    ("03-16 06:00", "0.25", HOURS, "03-16 08:15"),
    ("03-16 10:00", "16", HOURS, "03-18 10:00"),
    ("03-16 23:30", "2", LimitKind.EMERGENCY_HOURS, "03-17 01:30"),
    ("05-01 22:00", "0.5", LimitKind.EMERGENCY_HOURS, "05-01 22:30"),
    ("04-30 16:20", "2", LimitKind.CALENDAR_DAYS, "05-02 16:20"),
    ("04-30 16:20", "1.5", LimitKind.CALENDAR_DAYS, "05-02 04:20"),
]


def _at(told: str) -> dt.datetime:
    return dt.datetime.strptime(f"2020-{told}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(("start", "amount", "kind", "due"), ANSWERS)
def test_a_limit_ends_when_the_standard_says(start: str, amount: str, kind: LimitKind, due: str) -> None:
    found = due_at(_at(start), Limit(Decimal(amount), kind), calendar=YEAR_2020, hours=OFFICE)
    assert found.at == _at(due)
    assert found.at.utcoffset() == dt.timedelta(0)
    assert not found.provisional


def test_the_arithmetic_is_told_in_one_sentence() -> None:
    told = explain_due(_at("04-30 16:20"), Limit(Decimal(2), DAYS), calendar=YEAR_2020, hours=OFFICE)
    assert told == "立案 4月30日 16:20，时限 2 个工作日，劳动节放假 5 天，到期 5月7日 16:20"


def test_the_sentence_names_an_ordinary_weekend_and_a_limit_by_the_clock() -> None:
    weekend = explain_due(_at("03-20 16:00"), Limit(Decimal("1.50"), DAYS), calendar=YEAR_2020, hours=OFFICE)
    assert weekend == "立案 3月20日 16:00，时限 1.5 个工作日，周末 2 天，到期 3月24日 10:00"
    night = explain_due(
        _at("03-20 23:00"), Limit(Decimal(2), LimitKind.EMERGENCY_HOURS), calendar=YEAR_2020, hours=OFFICE
    )
    assert night == "立案 3月20日 23:00，时限 2 小时（昼夜连续），到期 3月21日 01:00"


@pytest.mark.parametrize(
    ("start", "amount", "kind", "due"),
    [
        ("03-16 22:00", "4", HOURS, "03-17 02:00"),
        ("03-17 05:00", "2", HOURS, "03-17 21:00"),
        ("03-16 12:00", "1", HOURS, "03-16 21:00"),
        ("03-21 05:00", "2", HOURS, "03-23 21:00"),  # Saturday morning is still Friday's night; then Monday's
        ("03-21 02:00", "1", DAYS, "03-24 02:00"),  # so many nights later, not Friday evening
        ("03-16 12:00", "1", DAYS, "03-17 20:00"),
    ],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_began(start: str, amount: str, kind: LimitKind, due: str) -> None:
    found = due_at(_at(start), Limit(Decimal(amount), kind), calendar=YEAR_2020, hours=NIGHT)
    assert found.at == _at(due)


def test_a_limit_that_rests_on_unannounced_days_says_so() -> None:
    eve = dt.datetime(2020, 12, 31, 17, tzinfo=SHANGHAI)
    assert due_at(eve, Limit(Decimal(2), HOURS), calendar=YEAR_2020, hours=OFFICE).provisional
    assert due_at(eve, Limit(Decimal(1), DAYS), calendar=YEAR_2020, hours=OFFICE).provisional
    assert not due_at(eve, Limit(Decimal(1), HOURS), calendar=YEAR_2020, hours=OFFICE).provisional
    assert not due_at(eve, Limit(Decimal(9), LimitKind.CALENDAR_DAYS), calendar=YEAR_2020, hours=OFFICE).provisional
    told = explain_due(eve, Limit(Decimal(1), DAYS), calendar=YEAR_2020, hours=OFFICE)
    assert told.endswith("到期 1月1日 17:00（放假安排未公布，暂按周末推算）")


def test_a_day_off_that_is_not_announced_makes_what_follows_provisional() -> None:
    table = Calendar({dt.date(2020, 3, 17): DayKind(False, "待定", provisional=True)}, dt.date(2020, 12, 31))
    found = due_at(_at("03-16 17:00"), Limit(Decimal(2), HOURS), calendar=table, hours=OFFICE)
    assert (found.at, found.provisional) == (_at("03-18 09:00"), True)


def test_where_the_clock_is_put_forward_hours_stay_hours() -> None:
    city = ZoneInfo("America/New_York")
    hours = WorkHours(OFFICE.shifts, city)
    before = dt.datetime(2021, 3, 13, 23, tzinfo=city)  # three hours before the clock is put forward
    found = due_at(before, Limit(Decimal(6), LimitKind.EMERGENCY_HOURS), calendar=YEAR_2020, hours=hours)
    assert found.at - before.astimezone(dt.UTC) == dt.timedelta(hours=6)
    days = due_at(before, Limit(Decimal(1), LimitKind.CALENDAR_DAYS), calendar=YEAR_2020, hours=hours)
    assert days.at.astimezone(city) == dt.datetime(2021, 3, 14, 23, tzinfo=city)


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_limit_of_nothing_is_refused(amount: str) -> None:
    with pytest.raises(Refused, match="时限要大于 0"):
        due_at(_at("03-16 10:00"), Limit(Decimal(amount), HOURS), calendar=YEAR_2020, hours=OFFICE)


@pytest.mark.parametrize("kind", [HOURS, DAYS])
def test_a_bureau_without_work_hours_is_told_so(kind: LimitKind) -> None:
    with pytest.raises(Refused) as refused:
        due_at(_at("03-16 10:00"), Limit(Decimal(1), kind), calendar=YEAR_2020, hours=WorkHours((), SHANGHAI))
    assert refused.value.code == "limit.no_work"


def test_the_working_day_of_the_law_does_not_count_its_first_day() -> None:
    assert add_working_days(dt.date(2020, 4, 30), 7, calendar=YEAR_2020) == dt.date(2020, 5, 13)


def test_a_pause_keeps_what_was_left() -> None:
    due = due_at(_at("03-16 10:00"), Limit(Decimal(4), HOURS), calendar=YEAR_2020, hours=OFFICE).at
    assert due == _at("03-16 16:00")
    after = due_after_pause(due, _at("03-16 11:00"), _at("03-17 11:30"), HOURS, calendar=YEAR_2020, hours=OFFICE)
    assert after.at == _at("03-17 16:30")  # three hours were left: half an hour before lunch, the rest after
    overdue = due_after_pause(due, _at("03-16 17:00"), _at("03-20 09:00"), HOURS, calendar=YEAR_2020, hours=OFFICE)
    assert overdue.at == due
    by_clock = due_after_pause(
        _at("03-16 16:00"), _at("03-16 15:00"), _at("03-18 03:00"), LimitKind.EMERGENCY_HOURS,
        calendar=YEAR_2020, hours=OFFICE,
    )  # fmt: skip
    assert by_clock.at == _at("03-18 04:00")


# ---------------------------------------------------------------- laws

moments = st.datetimes(*map(dt.datetime.fromisoformat, ("2020-02-01", "2020-11-01"))).map(
    lambda at: at.replace(tzinfo=SHANGHAI)
)
amounts = st.decimals("0.01", "30", places=2, allow_nan=False)
kinds = st.sampled_from(list(LimitKind))
offices = st.sampled_from([OFFICE, NIGHT])
spans = st.timedeltas(dt.timedelta(0), dt.timedelta(days=20))
TICK = dt.timedelta(milliseconds=1)
"""Fractions of an hour are floats: a microsecond here or there is no difference."""


@given(moments, spans, amounts, kinds, offices)
@example(_at("03-14 10:00"), dt.timedelta(hours=45), Decimal(1), DAYS, OFFICE)
def test_who_starts_later_is_due_no_earlier(
    start: dt.datetime, later: dt.timedelta, amount: Decimal, kind: LimitKind, hours: WorkHours
) -> None:
    limit = Limit(amount, kind)
    first = due_at(start, limit, calendar=YEAR_2020, hours=hours).at
    second = due_at(start + later, limit, calendar=YEAR_2020, hours=hours).at
    assert start < first <= second + TICK


@given(moments, amounts, amounts, kinds, offices)
def test_who_has_more_is_due_no_earlier(
    start: dt.datetime, one: Decimal, other: Decimal, kind: LimitKind, hours: WorkHours
) -> None:
    less, more = sorted((one, other))
    first = due_at(start, Limit(less, kind), calendar=YEAR_2020, hours=hours).at
    second = due_at(start, Limit(more, kind), calendar=YEAR_2020, hours=hours).at
    assert first <= second + TICK


@given(moments, amounts, offices)
def test_between_start_and_due_lie_exactly_the_work_hours_of_the_limit(
    start: dt.datetime, amount: Decimal, hours: WorkHours
) -> None:
    due = due_at(start, Limit(amount, HOURS), calendar=YEAR_2020, hours=hours).at
    worked = worked_between(start, due, calendar=YEAR_2020, hours=hours)
    assert abs(worked - dt.timedelta(hours=float(amount))) <= TICK


@given(moments, amounts, kinds, offices, st.floats(0, 1))
def test_a_pause_of_no_length_changes_nothing(
    start: dt.datetime, amount: Decimal, kind: LimitKind, hours: WorkHours, share: float
) -> None:
    due = due_at(start, Limit(amount, kind), calendar=YEAR_2020, hours=hours).at
    at = start + (due - start) * share
    after = due_after_pause(due, at, at, kind, calendar=YEAR_2020, hours=hours).at
    assert abs(after - due) <= TICK


@given(moments, amounts, kinds, offices, st.floats(0, 1), spans)
def test_a_pause_never_brings_a_deadline_forward_and_keeps_the_work_left(
    start: dt.datetime, amount: Decimal, kind: LimitKind, hours: WorkHours, share: float, pause: dt.timedelta
) -> None:
    due = due_at(start, Limit(amount, kind), calendar=YEAR_2020, hours=hours).at
    paused = start + (due - start) * share
    assume(paused < due)
    resumed = paused + pause
    after = due_after_pause(due, paused, resumed, kind, calendar=YEAR_2020, hours=hours).at
    assert after >= due - TICK
    if kind in (HOURS, DAYS):
        left = worked_between(paused, due, calendar=YEAR_2020, hours=hours)
        assert worked_between(resumed, after, calendar=YEAR_2020, hours=hours) >= left - TICK
