"""挂账 and 延期: the clock stands still until a day and goes on with what was left; more time is asked once, in time."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import ZONE, Town
from xiuhua.cases.actions import (
    ask_extension,
    decide_extension,
    handle_case,
    recall_case,
    resume_case,
    return_case,
    rework_case,
    suspend_case,
)
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case, Extension, StandardRow
from xiuhua.cases.side_moves import wake_cases
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2020, 3, 20)


def when(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def case(town: Town) -> Case:
    """In work since 16 March 09:15, due two working days after its filing at 09:10: on 18 March 09:10."""
    StandardRow.objects.filter(code="S1").update(limit_amount=2, limit_kind="work_days")
    case = town.case(upto="dispatched")
    assert case.due_at == when("2020-03-18 09:10")
    return case


def hold(town: Town, case: Case, at: str = "2020-03-16 10:10", until: dt.date = FRIDAY, who: str = "p-desk") -> Case:
    return suspend_case(town.act(who, at=when(at)), case=case, until=until, reason="dig")


def deadline(case: Case) -> str:
    line = Line.objects.about(case.number).of_kind("case.deadline_set").order_by("happened_at", "id").last()
    assert line is not None
    return line.facts


def test_a_suspended_case_comes_back_on_its_day_with_what_was_left(town: Town, case: Case) -> None:
    held = hold(town, case)
    assert (held.state, held.held_until, held.paused_at) == ("dispatched", FRIDAY, when("2020-03-16 10:10"))
    assert '"due_at":""' in deadline(case) and '"reason":"suspended"' in deadline(case)
    assert wake_cases(when("2020-03-19 23:59")) == 0
    assert wake_cases(when("2020-03-20 00:00")) == 1 and wake_cases(when("2020-03-20 00:01")) == 0
    woken = Case.objects.get()
    # 15 hours of work were left on Monday 10:10 (08:00–12:00, 14:00–18:00): 5.83 h of Monday, 8 h of Tuesday, 1.17 h
    assert (woken.held_until, woken.paused_at) == (None, None)
    assert woken.due_at == when("2020-03-23 17:00")
    assert '"on_its_day":true' in Line.objects.of_kind("case.resumed").get().facts
    assert not list(fold())


def test_it_is_taken_up_before_its_day_by_hand(town: Town, case: Case) -> None:
    held = hold(town, case)
    going = resume_case(town.act("p-desk", at=when("2020-03-17 10:10")), case=held)
    assert going.due_at == when("2020-03-19 09:10") and going.held_until is None
    with pytest.raises(Refused, match="没有挂账"):
        resume_case(town.act("p-desk", at=when("2020-03-17 10:11")), case=going)


def test_who_puts_it_right_before_its_day_sets_the_clock_going(town: Town, case: Case) -> None:
    held = hold(town, case)
    handled = handle_case(town.act("p-zhao", at=when("2020-03-17 11:00")), case=held, photos=[town.photo(200)])
    assert (handled.state, handled.held_until, handled.paused_at, handled.late) == ("handled", None, None, False)
    back = rework_case(town.act("p-desk", at=when("2020-03-17 11:30")), case=handled, reason="not_done")
    assert back.due_at == when("2020-03-19 10:00") and wake_cases(when("2020-03-21 08:00")) == 0


def test_a_case_that_is_returned_is_no_longer_suspended(town: Town, case: Case) -> None:
    returned = return_case(
        town.act("p-zhao", at=when("2020-03-16 11:00")), case=hold(town, case), reason="wrong_person"
    )
    assert returned.held_until is None and returned.paused_at == when("2020-03-16 10:10")
    recalled = recall_case(town.act("p-zhao", at=when("2020-03-16 11:00") + dt.timedelta(seconds=3)), case=returned)
    assert recalled.held_until == FRIDAY and recalled.state == "dispatched"


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [(dt.date(2020, 3, 16), "dig", "case.hold_until"), (dt.date(2020, 9, 13), "dig", "case.hold_until"),
     (FRIDAY, "lazy", "case.reason")],
)  # fmt: skip
def test_a_day_that_is_no_later_one_or_too_late_is_refused(
    town: Town, case: Case, until, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        suspend_case(town.act("p-desk", at=when("2020-03-16 10:10")), case=case, until=until, reason=reason)
    assert refused.value.code == code and not Line.objects.of_kind("case.suspended").exists()


def test_only_the_desk_suspends_and_only_once_and_only_on_the_clock(town: Town, case: Case) -> None:
    with pytest.raises(Refused, match="岗位"):
        hold(town, case, who="p-zhao")
    held = hold(town, case)
    with pytest.raises(Refused, match="已经挂账"):
        hold(town, held, at="2020-03-16 11:00")
    with pytest.raises(Refused, match="只有待派遣"):
        hold(town, town.case("other"))


def ask(town: Town, case: Case, at: str = "2020-03-17 10:00", amount: str = "1", who: str = "p-zhao", **told) -> Case:
    return ask_extension(town.act(who, at=when(at)), case=case, amount=amount, reason="others", **told)


def test_more_time_is_added_to_the_deadline_that_stands(town: Town, case: Case) -> None:
    ask(town, case, amount="1.5", words="等供电公司")
    granted = decide_extension(town.act("p-desk", at=when("2020-03-17 15:00")), case=case, grant=True)
    assert granted.due_at == when("2020-03-19 15:10")  # Wednesday 09:10, a day and half a day of eight hours
    assert '"reason":"extended"' in deadline(case) and '"2020-03-19T07:10:00+00:00"' in deadline(case)
    one = Extension.objects.get()
    assert (one.state, one.decided_by) == ("granted", "p-desk")
    with pytest.raises(Refused, match="已经延期过一次"):
        ask(town, granted, at="2020-03-18 10:00")


def test_a_refused_extension_changes_nothing_and_may_be_asked_again(town: Town, case: Case) -> None:
    ask(town, case)
    with pytest.raises(Refused, match="等指挥中心审批"):
        ask(town, case, at="2020-03-17 10:05")
    refused = decide_extension(town.act("p-desk", at=when("2020-03-17 15:00")), case=case, grant=False, words="人手够")
    assert refused.due_at == when("2020-03-18 09:10")
    with pytest.raises(Refused, match="没有待批"):
        decide_extension(town.act("p-desk", at=when("2020-03-17 15:01")), case=case, grant=True)
    ask(town, case, at="2020-03-17 16:00")
    assert Extension.objects.count() == 2


@pytest.mark.parametrize("amount", ["0", "0.4", "2.01", "-1", "NaN", "Infinity", "一天", ""])
def test_no_more_than_the_limit_itself(town: Town, case: Case, amount: str) -> None:
    with pytest.raises(Refused, match="不超过原来的时限"):
        ask(town, case, amount=amount)


def test_more_time_is_asked_in_time_by_the_own_unit_and_not_while_suspended(town: Town, case: Case) -> None:
    assert ask(town, case, at="2020-03-18 09:10").due_at  # to the minute
    Extension.objects.all().delete()
    with pytest.raises(Refused, match="时限已经过了"):
        ask(town, case, at="2020-03-18 09:11")
    with pytest.raises(Refused, match="岗位"):
        ask(town, case, who="p-other")
    with pytest.raises(Refused, match="正在计时"):
        ask(town, hold(town, case), at="2020-03-17 10:00")


def test_what_was_handled_meanwhile_gets_no_more_time(town: Town, case: Case) -> None:
    ask(town, case)
    handle_case(town.act("p-zhao", at=when("2020-03-17 11:00")), case=case, photos=[town.photo(200)])
    with pytest.raises(Refused, match="不在处置中"):
        decide_extension(town.act("p-desk", at=when("2020-03-17 15:00")), case=case, grant=True)
    decide_extension(town.act("p-desk", at=when("2020-03-17 15:01")), case=case, grant=False)
    assert Extension.objects.get().state == "refused"
