"""How long each stage may take and took, lights, work hours from a day on, urgency, and a limit made shorter."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.town import ZONE, Town
from xiuhua.cases import actions, flow
from xiuhua.cases.arithmetic import in_words
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case, StageRule, StandardRow
from xiuhua.cases.stages import Stay, light, light_of, set_stage_rule, stays, terms
from xiuhua.cases.tests.test_deadlines import at, deadlines, filed, minutes
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.city.queries import work_hours
from xiuhua.city.work_hours import read_shifts, set_work_hours
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import Limit, LimitKind, due_at
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


def stays_of(case: Case) -> list[Stay]:
    return stays(Line.objects.about(case.number).standing().order_by("happened_at", "id"), terms())


# ---------------------------------------------------------------- stages


def test_each_stage_is_due_by_its_own_limit(town: Town) -> None:
    case = town.case()
    assert case.stage_due_at == at("16 10:00")  # one working hour from nine
    case = take(town, "accept", case, minutes=10)
    assert case.stage_due_at == at("16 10:10")
    case = take(town, "file", case, minutes=20)
    assert case.stage_due_at == at("16 10:20")
    case = take(town, "dispatch", case, minutes=30)
    assert case.stage_due_at is None  # putting right goes by the deadline of the case
    case = take(town, "handle", case, minutes=40)
    assert case.stage_due_at == at("17 09:40")  # one working day
    case = take(town, "check", case, minutes=50)
    case = take(town, "close", case, minutes=60)
    assert case.stage_due_at is None


def test_a_stage_rule_holds_from_its_day_for_what_enters(town: Town) -> None:
    before = town.case("before")
    rule = set_stage_rule(town.act("p-office", minutes=1), stage="accept", amount=Decimal(2), kind="emergency_hours")
    assert (rule.begins_on, rule.ends_on) == (dt.date(2020, 3, 16), None)
    assert town.case("after").stage_due_at == at("16 11:00")
    before.refresh_from_db()
    assert before.stage_due_at == at("16 10:00")
    set_stage_rule(town.act("p-office", minutes=60 * 24), stage="accept")
    assert town.case("none", at=at("17 09:30")).stage_due_at is None
    assert terms().limit("accept", dt.date(2020, 3, 16)) == Limit(Decimal(2), LimitKind.EMERGENCY_HOURS)
    assert StageRule.objects.count() == 2
    for wrong in ({"stage": "handle"}, {"stage": "accept", "amount": Decimal(0), "kind": "work_hours"},
                  {"stage": "accept", "amount": Decimal(1), "kind": "weeks"}):  # fmt: skip
        assert refusal(set_stage_rule, town.act("p-office", minutes=9), **wrong).code.startswith("stage.")
    assert refusal(set_stage_rule, town.act("p-zhao"), stage="accept").code == "access.role"


def test_a_late_stage_is_told_apart_from_a_late_case(town: Town) -> None:
    case = take(town, "accept", town.case(), minutes=61)
    for n, verb in enumerate(("file", "dispatch", "handle", "check", "close"), start=1):
        case = take(town, verb, case, minutes=61 + n * 5)
    every = stays_of(case)
    assert [one.label for one in every] == ["受理", "立案", "派遣", "处置", "核查", "结案"]
    assert [one.late(at("18 09:00")) for one in every] == [True, False, False, False, False, False]
    assert not case.late


def test_a_suspension_is_time_of_the_stage_but_not_of_its_limit(town: Town) -> None:
    case = filed(town, "T1")
    act = town.act("p-desk", minutes=minutes(town, "16 09:30"))
    case = actions.suspend_case(act, case=case, until=dt.date(2020, 3, 18), reason="weather")
    assert case.stage_due_at is None and light_of(case, at("17 09:00")) == ""
    case = actions.resume_case(town.act("p-desk", minutes=minutes(town, "17 15:00")), case=case)
    assert case.stage_due_at == at("17 16:00")
    one = stays_of(case)[-1]
    assert one.held == at("17 15:00") - at("16 09:30")
    assert not one.late(at("17 15:05"))


def test_a_light_is_green_then_yellow_in_the_last_quarter_then_red(town: Town) -> None:
    since, due = at("16 08:00"), at("16 12:00")
    told = [light(since, due, at(f"16 {time}")) for time in ("08:00", "10:59", "11:00", "12:00", "12:01")]
    assert told == ["green", "green", "yellow", "yellow", "red"]
    assert light(since, None, due) == ""
    case = filed(town, "P1")  # due at 15:10, to be dispatched by 10:10
    assert [light_of(case, at(f"16 {time}")) for time in ("09:10", "10:00", "10:11")] == ["green", "yellow", "red"]
    case = take(town, "dispatch", case, minutes=80)
    assert [light_of(case, at(f"16 {time}")) for time in ("10:20", "13:40", "15:11")] == ["green", "yellow", "red"]


# ---------------------------------------------------------------- work hours


def test_summer_hours_hold_from_their_day_and_a_night_squad_has_its_own(town: Town) -> None:
    admin = town.act("p-admin")
    set_work_hours(admin, begins_on=dt.date(2020, 3, 17), hours="08:00—12:00，15:00—19:00", name="夏季作息")
    assert filed(town, "P1", "16 16:30").due_at == at("17 10:30")
    assert filed(town, "P1", "17 16:30", "later").due_at == at("18 09:30")
    set_work_hours(
        town.act("p-admin", minutes=1), begins_on=dt.date(2020, 3, 17), hours="18:00—02:00", unit=town.units["Z1"]
    )
    case = filed(town, "P1", "17 16:30", "night")  # the segment's squad works by night
    assert case.due_at == at("17 22:00")
    act = town.act("p-desk", minutes=minutes(town, "17 17:00"))
    case = actions.dispatch_case(act, case=case, unit=town.units["Z2"])
    assert case.due_at == at("18 09:30")  # the other squad works by day
    assert deadlines(case)[-1] == ("unit_hours", "18 09:30")
    assert "按承办单位的工作时间" in in_words(case)
    set_work_hours(town.act("p-admin", minutes=2), begins_on=dt.date(2020, 3, 20), hours="", unit=town.units["Z1"])
    hours = work_hours(town.units["Z1"].path)
    assert [f"{hours.on(dt.date(2020, 3, day))[0].begins:%H:%M}" for day in (16, 19, 20)] == ["08:00", "18:00", "08:00"]


def test_hours_over_the_night_hold_on_the_day_they_began(town: Town) -> None:
    set_work_hours(town.act("p-admin"), begins_on=dt.date(2020, 3, 16), hours="22:00—06:00")
    limit = Limit(Decimal(4), LimitKind.WORK_HOURS)
    due = due_at(at("17 03:00"), limit, calendar=load_calendar(), hours=work_hours()).at
    assert due == at("17 23:00")  # three hours of Monday's night, one of Tuesday's


@pytest.mark.parametrize(
    "text",
    [
        "12:00—08:00，09:00—10:00",
        "08:00-12:00,11:00-14:00",
        "8点",
        "08:00-09:00,09:00-10:00,10:00-11:00,11:00-12:00,13:00-14:00",
    ],
)
def test_hours_that_cannot_be_are_refused_in_words(text: str) -> None:
    with pytest.raises(Refused):
        read_shifts(text)


def test_hours_change_from_today_on_and_by_the_administrator(town: Town) -> None:
    day = dt.date(2020, 3, 15)
    assert refusal(set_work_hours, town.act("p-admin"), begins_on=day, hours="08:00-12:00").code == "hours.past"
    day = dt.date(2020, 3, 16)
    assert refusal(set_work_hours, town.act("p-admin"), begins_on=day, hours=" ").code == "hours.empty"
    assert refusal(set_work_hours, town.act("p-office"), begins_on=day, hours="08:00-12:00").code == "access.role"
    assert read_shifts("08:00-12:00，14:00-02:00") == [["08:00", "12:00"], ["14:00", "02:00"]]


# ---------------------------------------------------------------- urgent, shorter


@pytest.mark.parametrize(("urgency", "due"), [("", "16 15:10"), ("urgent", "16 11:10"), ("at_once", "16 10:10")])
def test_an_urgent_case_has_a_part_of_the_limit(town: Town, urgency: str, due: str) -> None:
    case = town.case(upto="accepted")
    row = StandardRow.objects.get(code="P1")
    case = take(town, "file", case, minutes=10, standard=row, urgency=urgency)
    assert case.due_at == at(due)
    facts = json.loads(Line.objects.about(case.number).of_kind("case.filed").get().facts)
    assert (facts["urgency"], facts["limit"]) == (urgency, {"": "4", "urgent": "2", "at_once": "1"}[urgency])
    assert ("时限为标准的" in in_words(case)) == bool(urgency)
    assert refusal(take, town, "file", town.case("x", upto="accepted"), urgency="now").code == "case.urgency"


def test_a_dispatcher_gives_less_time_with_a_reason_and_never_more(town: Town) -> None:
    case = filed(town, "P1")
    zhao = {"minutes": minutes(town, "16 09:30")}
    for limit, reason, code in (
        ("4", "safety", "case.shorten"), ("9", "safety", "case.shorten"), ("0", "safety", "case.shorten"),
        ("0.25", "safety", "case.shorten_over"), ("2", "", "case.reason"), ("NaN", "safety", "case.shorten"),
    ):  # fmt: skip
        told = refusal(take, town, "dispatch", case, limit=Decimal(limit), limit_reason=reason, **zhao)
        assert told.code == code, (limit, told)
    case = take(town, "dispatch", case, limit=Decimal(2), limit_reason="promised", **zhao)
    assert case.due_at == at("16 11:10") and case.limit_amount == 2
    assert deadlines(case) == [("filed", "16 15:10"), ("shortened", "16 11:10")]
    assert in_words(case).endswith("3月16日 09:30 缩短时限，到期 3月16日 11:10")
    facts = json.loads(Line.objects.about(case.number).of_kind("case.shortened").get().facts)
    assert facts == {"limit": "2", "limit_kind": "work_hours", "reason": "promised"}
    back = take(town, "return", case, minutes=minutes(town, "16 09:40"))
    other = actions.dispatch_case(
        town.act("p-desk", minutes=minutes(town, "16 09:50")), case=back, unit=town.units["Z2"]
    )
    assert other.due_at == at("16 11:50")  # another unit has the whole of the shorter limit


def test_the_arithmetic_tells_every_pause(town: Town) -> None:
    case = filed(town, "T1")
    case = take(town, "dispatch", case, minutes=20)
    case = take(town, "return", case, minutes=minutes(town, "16 10:00"))
    case = take(town, "dispatch", case, minutes=minutes(town, "16 11:00"))
    assert in_words(case) == (
        "立案 3月16日 09:10，时限 1 个工作日，到期 3月17日 09:10；3月16日 10:00 退回派遣，暂停计时；"
        "3月16日 11:00 重新派遣，到期 3月17日 10:10"
    )


# ---------------------------------------------------------------- walks at random


WALKS = st.lists(st.tuples(st.integers(0, 99), st.integers(1, 600)), min_size=1, max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=WALKS)
def test_whatever_way_a_case_goes_its_lines_fold_and_its_times_add_up(town: Town, walk: list[tuple[int, int]]) -> None:
    """Any walk over steps and moves beside them, against a model that only knows the table."""
    n = Case.objects.count()
    case = town.case(f"walk{n}")
    state, now, held = "reported", 0.0, False
    for pick, later in walk:
        now += later
        options = [move for move in flow.moves_from(state) if move.verb != "merge"]
        beside = ["suspend"] if state in flow.ON_THE_CLOCK and not held else ["resume"] if held else []
        chosen = [*options, *beside][pick % (len(options) + len(beside))]
        if chosen == "suspend":
            day = (town.at + dt.timedelta(minutes=now)).astimezone(ZONE).date() + dt.timedelta(days=9)
            case = actions.suspend_case(town.act("p-desk", minutes=now), case=case, until=day, reason="weather")
            held = True
        elif chosen == "resume":
            case, held = actions.resume_case(town.act("p-desk", minutes=now), case=case), False
        else:
            assert not isinstance(chosen, str)
            try:
                case = take(town, chosen.verb, case, minutes=now)
            except Refused as refused:  # the photo of before and after is the same one in a second round
                assert refused.code in {"case.same_photo"}, refused
                continue
            state, held = chosen.target, False
        assert case.state == state
        assert (case.paused_at is None) or case.due_at is not None
    lines = list(Line.objects.about(case.number).standing().order_by("happened_at", "id"))
    assert list(fold()) == []
    moments = [line.happened_at for line in lines]
    assert moments == sorted(moments)
    assert all(line.by or line.kind == "case.reported" for line in lines if line.kind != "case.deadline_set")
    every = stays(lines, terms())
    end = town.at + dt.timedelta(minutes=now)
    assert all(earlier.ends is not None and earlier.ends <= later.begins for earlier, later in pairwise(every))
    assert every[0].begins == lines[0].happened_at
    closed = [(a.ends, b.begins) for a, b in pairwise(every) if a.ends != b.begins]
    done = sum(((b or end) - (a or end) for a, b in closed), dt.timedelta(0))
    total = (every[-1].ends or end) - every[0].begins
    assert sum((one.took(end) for one in every), dt.timedelta(0)) + done == total
    assert all(dt.timedelta(0) <= one.held <= one.took(end) for one in every)
