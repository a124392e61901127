"""撤回 within ten seconds: the case stands exactly as before, the step no longer counts, and nobody else's is taken back."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest

from tests.town import Town
from xiuhua.cases.actions import (
    accept_case,
    close_case,
    dispatch_case,
    file_case,
    merge_case,
    recall_case,
    refuse_case,
    return_case,
    unfile_case,
)
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case, LastStep, StandardRow
from xiuhua.cases.recalled import KEPT, RECALLABLE
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals
from xiuhua.measures.lines import Scope

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
BEFORE = {
    "accept": "reported", "refuse": "reported", "merge": "reported", "file": "accepted", "unfile": "filed", "dispatch": "filed", "return": "dispatched",
    "close": "checked",
}  # fmt: skip


def take(town: Town, verb: str, case: Case, at: dt.datetime) -> Case:
    act = town.act("p-zhao" if verb == "return" else "p-desk", at=at)
    match verb:
        case "accept":
            return accept_case(act, case=case)
        case "refuse":
            return refuse_case(act, case=case, reason="not_ours")
        case "merge":
            return merge_case(act, case=case, into=town.case("twin"))
        case "file":
            return file_case(act, case=case, standard=StandardRow.objects.get(code="S1"))
        case "unfile":
            return unfile_case(act, case=case, reason="not_ours")
        case "dispatch":
            return dispatch_case(act, case=case, unit=town.units["Z2"], person=town.people["p-other"])
        case "return":
            return return_case(act, case=case, reason="wrong_person")
    return close_case(act, case=case)


def stands(case: Case) -> dict[str, object]:
    row = Case.objects.get(pk=case.pk)
    return {name: getattr(row, name) for name in KEPT}


def later(case: Case, minutes: float = 7) -> dt.datetime:
    return Case.objects.get(pk=case.pk).moved_at + dt.timedelta(minutes=minutes, microseconds=123456)


@pytest.mark.parametrize("verb", RECALLABLE)
def test_whatever_the_step_the_case_stands_exactly_as_before(town: Town, verb: str) -> None:
    case = town.case(upto=BEFORE[verb])
    before, at = stands(case), later(case)
    who = "p-zhao" if verb == "return" else "p-desk"
    taken = take(town, verb, case, at)
    recalled = recall_case(town.act(who, at=at + 9 * SECOND), case=taken)
    assert (
        stands(case) == before
        and recalled.version == case.version + 2
        and not LastStep.objects.filter(verb=verb).exists()
    )
    line = Line.objects.of_kind("case.recalled").get()
    told = Line.objects.get(key=line.corrects)
    assert told.about == case.number and told not in Line.objects.standing()
    deadlines = Line.objects.about(case.number).of_kind("case.deadline_set").order_by("happened_at", "id")
    running = before["due_at"] is not None and before["paused_at"] is None
    due = before["due_at"].astimezone(dt.UTC).isoformat() if running else ""
    if deadlines:
        assert f'"due_at":"{due}"' in deadlines.last().facts
    assert not list(fold())


def test_a_filing_that_was_taken_back_is_not_counted_and_the_next_one_is(town: Town) -> None:
    case = town.case(upto="accepted")
    at = later(case)
    scope = Scope(bureau_day(at), bureau_day(at))
    filed = case_totals(scope).filed
    case = recall_case(town.act("p-desk", at=at + SECOND), case=take(town, "file", case, at))
    assert case_totals(scope).filed == filed
    take(town, "file", case, at + 60 * SECOND)
    assert case_totals(scope).filed == filed + 1


@pytest.mark.parametrize(("seconds", "well"), [(0, True), (10, True), (15, True), (15.001, False), (3600, False)])
def test_ten_seconds_and_the_way_to_the_server_and_no_longer(town: Town, seconds: float, well: bool) -> None:
    case = town.case(upto="filed")
    at = later(case)
    case = take(town, "dispatch", case, at)
    act = town.act("p-desk", at=at + dt.timedelta(seconds=seconds))
    if well:
        assert recall_case(act, case=case).state == "filed"
    else:
        with pytest.raises(Refused, match="已经过了 10 秒"):
            recall_case(act, case=case)


def test_only_ones_own_last_step_and_only_while_nothing_was_done_since(town: Town) -> None:
    case = town.case(upto="filed")
    at = later(case)
    case = take(town, "dispatch", case, at)
    with pytest.raises(Refused, match="别人办的"):
        recall_case(town.act("p-admin", at=at + SECOND), case=case)
    return_case(town.act("p-other", at=at + 2 * SECOND), case=case, reason="wrong_person")
    with pytest.raises(Refused, match="别人办的"):
        recall_case(town.act("p-desk", at=at + 3 * SECOND), case=case)
    Case.objects.filter(pk=case.pk).update(version=99)
    with pytest.raises(Refused, match="又有变动"):
        recall_case(town.act("p-other", at=at + 3 * SECOND), case=case)


def test_two_steps_of_one_press_are_taken_back_one_after_the_other(town: Town) -> None:
    case = town.case()
    before, at = stands(case), later(case)
    case = take(town, "file", take(town, "accept", case, at), at)
    for _n in range(2):
        case = recall_case(town.act("p-desk", at=at + 5 * SECOND), case=case)
    assert stands(case) == before
    with pytest.raises(Refused):
        recall_case(town.act("p-desk", at=at + 6 * SECOND), case=case)


def test_the_same_key_again_recalls_once(town: Town) -> None:
    case = town.case(upto="filed")
    at = later(case)
    case = take(town, "dispatch", case, at)
    act, key = town.act("p-desk", at=at + SECOND), uuid4()
    act.key = key
    first = recall_case(act, case=case)
    again = town.act("p-desk", at=at + SECOND)
    again.key = key
    assert recall_case(again, case=case).version == first.version
    assert Line.objects.of_kind("case.recalled").count() == 1
