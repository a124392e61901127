"""The loop: which step follows which, who may take it, and what each leaves in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from tests.town import Town
from xiuhua.cases import actions, flow
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case, StandardRow, Word
from xiuhua.city.actions import begin_post
from xiuhua.city.models import Post, Role
from xiuhua.city.posts import leave_post
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

LATER = 60
BY = {
    "accept": "p-desk", "refuse": "p-desk", "merge": "p-desk", "file": "p-desk", "unfile": "p-desk", "dispatch": "p-desk",
    "return": "p-zhao", "handle": "p-zhao", "rework": "p-desk", "check": "p-desk", "close": "p-desk", "reopen": "p-desk",
    "force_close": "p-leader",
}  # fmt: skip


STEPS = {verb: move for verb, move in flow.MOVES.items() if not move.with_report}
"""Steps of a case that stands; what is taken with the report has tests of its own (test_on_spot.py)."""


def take(town: Town, verb: str, case: Case, who: str = "", *, minutes: float = LATER, **told: Any) -> Case:
    """Take a step the usual way."""
    given: dict[str, Any] = {}
    if verb in flow.REASONS:
        given["reason"] = next(iter(flow.REASONS[verb]))
    if verb == "force_close":
        given["words"] = "现场已经改建。"
    if verb == "file":
        given["standard"] = StandardRow.objects.get(code="S1")
    if verb == "merge":
        given["into"] = town.case("twin")
    if verb == "dispatch":
        given |= {"unit": town.units["Z1"], "person": town.people["p-zhao"]}
    if verb == "handle":
        given["photos"] = [town.photo(201)]
    call: Callable[..., Case] = getattr(actions, f"{verb}_case")
    return call(town.act(who or BY[verb], minutes=minutes), case=case, **given | told)


def brought_to(town: Town, state: str, name: str = "case") -> Case:
    town.case("twin")  # for those that are merged
    if state == "refused":
        return take(town, "refuse", town.case(name), minutes=30)
    return town.case(name, upto=state)


def refusal(call: Callable[..., Any], *args: Any, **told: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **told)
    return caught.value


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize("state", flow.STATES)
def test_every_step_from_every_state_moves_with_its_line_or_is_refused_with_what_can_be_done(
    town: Town, state: str
) -> None:
    case = brought_to(town, state)
    lines = Line.objects.count()
    for verb, move in STEPS.items():
        with transaction.atomic():
            if state in move.sources:
                moved = take(town, verb, case)
                line = Line.objects.about(case.number).of_kind(move.kind.kind).order_by("id").last()
                assert line is not None
                assert moved.state == json.loads(line.facts)["state"] == move.target
                assert line.happened_at == moved.moved_at and line.by == BY[verb]
                assert moved.version == case.version + 1
                assert list(fold()) == []
            else:
                told = refusal(take, town, verb, case)
                assert told.code == "case.flow"
                assert all(one.label in told.message for one in flow.moves_from(state))
                assert Line.objects.count() == lines
            transaction.set_rollback(True)


def test_the_table_leaves_no_state_unreached_and_only_two_ends() -> None:
    reached = {"reported"}
    for _ in flow.STATES:
        reached |= {move.target for move in flow.MOVES.values() if reached & set(move.sources)}
    assert reached == set(flow.STATES)
    assert {state for state in flow.STATES if {one.verb for one in flow.moves_from(state)} <= {"reopen"}} == {
        "closed", "refused",
    }  # fmt: skip
    assert all(hasattr(actions, f"{verb}_case") for verb in STEPS)
    assert all(set(flow.REASONS) >= {move.verb} for move in flow.MOVES.values() if move.reason)


@pytest.mark.parametrize("verb", [move.verb for move in flow.MOVES.values() if move.reason])
def test_a_step_back_needs_a_reason_from_its_list_and_keeps_words_out_of_the_ledger(town: Town, verb: str) -> None:
    case = brought_to(town, flow.MOVES[verb].sources[0])
    for reason in ("", "because"):
        told = refusal(take, town, verb, case, reason=reason)
        assert (told.code, told.field) == ("case.reason", "reason")
    take(town, verb, case, words=" 地点在二中队辖区。 ")
    word = Word.objects.get(kind="opinion")
    assert word.text == "地点在二中队辖区。"
    line = Line.objects.get(key=word.line)
    assert json.loads(line.facts)["reason"] == next(iter(flow.REASONS[verb])) and "地点" not in line.facts


MAY: dict[str, set[str]] = {
    "accept": {"p-desk", "p-admin"},
    "refuse": {"p-desk", "p-admin"},
    "merge": {"p-desk", "p-admin"},
    "file": {"p-desk", "p-admin"},
    "unfile": {"p-desk", "p-admin", "p-chief"},
    "dispatch": {"p-desk", "p-admin", "p-chief"},
    "return": {"p-desk", "p-admin", "p-chief", "p-zhao", "p-liu", "p-helper"},
    "handle": {"p-chief", "p-zhao", "p-liu", "p-helper"},
    "rework": {"p-desk", "p-admin", "p-office", "p-chief", "p-liu", "p-helper", "p-other"},
    "check": {"p-desk", "p-admin", "p-office", "p-chief", "p-liu", "p-helper", "p-other"},
    "close": {"p-desk", "p-admin"},
    "reopen": {"p-desk", "p-admin", "p-leader"},
    "force_close": {"p-leader"},
}
"""Who of the town may take each step of a case of the first squad that p-zhao has; p-other is of the second squad."""


@pytest.mark.parametrize("verb", STEPS)
def test_who_may_take_each_step(town: Town, verb: str) -> None:
    case = brought_to(town, flow.MOVES[verb].sources[0])
    did = set()
    for who in town.people:
        with transaction.atomic():
            try:
                take(town, verb, case, who)
                did.add(who)
            except Refused as refused:
                assert refused.code in {"access.role", "case.own_work"}, refused
            transaction.set_rollback(True)
    assert did == MAY[verb]


def test_a_squad_leader_dispatches_within_the_own_squad_alone(town: Town) -> None:
    case = brought_to(town, "filed")
    told = refusal(take, town, "dispatch", case, "p-chief", unit=town.units["Z2"], person=town.people["p-other"])
    assert told.code == "access.role"
    theirs = brought_to(town, "filed", "theirs")
    Case.objects.filter(pk=theirs.pk).update(for_unit="QZ/Z2/")
    assert refusal(take, town, "unfile", theirs, "p-chief").code == "access.role"


# ---------------------------------------------------------------- stale, and backwards in time


def test_a_form_made_from_an_older_version_is_refused_and_says_how_it_stands(town: Town) -> None:
    case = town.case(upto="reported")
    seen = case.version
    take(town, "accept", case, minutes=1, version=seen)
    told = refusal(take, town, "refuse", case, minutes=2, version=seen)
    assert told.code == "case.stale" and "待立案" in told.message
    assert told.facts["version"] == seen + 1


@pytest.mark.parametrize(
    ("upto", "back", "next_step"),
    [
        ("dispatched", "return", "dispatch"),
        ("filed", "unfile", "file"),
        ("handled", "rework", "handle"),
        ("closed", "reopen", "file"),
    ],
)
def test_no_step_comes_before_the_one_before_it(town: Town, upto: str, back: str, next_step: str) -> None:
    case = take(town, back, town.case(upto=upto), minutes=100)
    told = refusal(take, town, next_step, case, minutes=99)
    assert (told.code, told.field) == ("case.backwards", "at")
    assert take(town, next_step, case, minutes=100).state == flow.MOVES[next_step].target


def test_the_same_step_again_gives_the_first_answer(town: Town) -> None:
    case = town.case(upto="reported")
    first = actions.accept_case(town.act("p-desk", minutes=5, name="accept"), case=case)
    lines = Line.objects.count()
    again = actions.accept_case(town.act("p-desk", minutes=5, name="accept"), case=case)
    assert again == first and Line.objects.count() == lines


# ---------------------------------------------------------------- the checker is never the fixer


def test_the_fixer_never_checks_also_after_somebody_else_reworked_it(town: Town) -> None:
    case = town.case(upto="handled")  # by p-zhao
    assert refusal(take, town, "check", case, "p-zhao").code == "case.own_work"
    assert refusal(take, town, "rework", case, "p-zhao").code == "case.own_work"
    case = take(town, "rework", case, minutes=61)
    case = take(town, "handle", case, "p-liu", minutes=62, photos=[town.photo(77)])
    assert case.handler == "p-liu"
    for fixer in ("p-zhao", "p-liu"):
        assert refusal(take, town, "check", case, fixer, minutes=63).code == "case.own_work"
    assert take(town, "check", case, "p-chief", minutes=63).state == "checked"


def test_who_was_only_sent_does_not_check_either(town: Town) -> None:
    case = town.case(upto="dispatched")  # to p-zhao
    case = take(town, "handle", case, "p-liu", minutes=40)
    assert refusal(take, town, "check", case, "p-zhao").code == "case.own_work"
    assert take(town, "check", case, "p-helper").state == "checked"


def test_a_check_on_the_spot_shows_a_photo(town: Town) -> None:
    case = town.case(upto="handled")
    assert refusal(take, town, "check", case, method="on_site").field == "photos"
    assert refusal(take, town, "check", case, method="by_heart").code == "case.method"
    checked = take(town, "check", case, method="on_site", photos=[town.photo(44)])
    assert checked.photos.filter(moment="check", turn=1).count() == 1


# ---------------------------------------------------------------- dispatching, and photos of the handling


def test_a_case_goes_only_to_people_who_work_the_street_for_the_unit_that_day(town: Town) -> None:
    case = town.case(upto="filed")
    unit = town.units["Z1"]
    for who in ("p-other", "p-desk"):
        told = refusal(take, town, "dispatch", case, unit=unit, person=town.people[who])
        assert (told.code, told.field) == ("case.not_of_unit", "to")
    post = Post.objects.get(person=town.people["p-liu"])
    leave_post(town.act("p-admin", minutes=10), post=post, on=town.at.date(), heirs={})
    tomorrow = 24 * 60
    told = refusal(take, town, "dispatch", case, minutes=tomorrow, unit=unit, person=town.people["p-liu"])
    assert told.code == "case.not_of_unit"
    assert take(town, "dispatch", case, unit=unit, person=None).handler == ""
    type(unit).objects.filter(pk=unit.pk).update(closed_on=town.at.date())
    unit.refresh_from_db()
    assert (
        refusal(take, town, "dispatch", town.case("b", upto="filed"), unit=unit, person=None).code == "case.unit_closed"
    )


def test_a_person_of_a_team_takes_a_case_of_its_squad(town: Town) -> None:
    person = begin_post(town.act("p-admin"), unit=town.units["Z1"], role=Role.ASSISTANT, name="新来的", code="p-new")
    case = take(town, "dispatch", town.case(upto="filed"), unit=town.units["Z1"], person=person)
    assert case.handler == "p-new" and case.for_unit == "QZ/Z1/"


def test_a_standard_row_out_of_force_files_nothing(town: Town) -> None:
    row = StandardRow.objects.get(code="S1")
    StandardRow.objects.filter(pk=row.pk).update(ends_on=town.at.date())
    told = refusal(take, town, "file", town.case(upto="accepted"))
    assert (told.code, told.field) == ("case.standard", "standard")


def test_handling_needs_a_photo_of_its_own(town: Town) -> None:
    before = town.photo(10)
    case = town.case(upto="dispatched", photos=(before,))
    assert refusal(take, town, "handle", case, photos=[]).field == "photos"
    assert refusal(take, town, "handle", case, photos=["sha256:" + "0" * 64]).code == "case.photo"
    assert refusal(take, town, "handle", case, photos=[before]).code == "case.same_photo"
    assert (
        refusal(take, town, "handle", case, photos=[town.photo(11)], before=[town.photo(11)]).code == "case.same_photo"
    )
    assert refusal(take, town, "handle", case, way="bribed").code == "case.way"
    case = take(town, "handle", case, photos=[town.photo(12)], before=[town.photo(60)])
    assert list(case.photos.values_list("moment", "turn")) == [("report", 1), ("before", 1), ("after", 1)]


def test_photos_of_a_rework_are_kept_with_their_turn(town: Town) -> None:
    case = take(town, "rework", town.case(upto="handled"), minutes=30, photos=[town.photo(5)])
    assert case.turn == 2
    case = take(town, "handle", case, minutes=40, photos=[town.photo(200), town.photo(6)])
    assert list(case.photos.filter(moment="after").values_list("turn", flat=True)) == [1, 2, 2]


# ---------------------------------------------------------------- taken up again


def test_a_reopened_case_stands_where_a_fresh_one_does_after_acceptance(town: Town) -> None:
    case = take(town, "reopen", town.case(upto="closed"), minutes=200)
    assert case.state == "accepted" and case.turn == 2
    assert case.accepted_at == case.moved_at == town.act(minutes=200).at
    later = (case.filed_at, case.dispatched_at, case.handled_at, case.checked_at, case.closed_at, case.due_at)
    assert later == (None,) * 6 and not case.late and case.handler == ""
    assert flow.DONE_STITCHES[case.state] == 2
    last = Line.objects.about(case.number).of_kind("case.deadline_set").order_by("id").last()
    assert last is not None and json.loads(last.facts) | {"provisional": False} == {
        "stage": "handle", "due_at": "", "reason": "reopened", "provisional": False,
    }  # fmt: skip


def test_a_case_refused_at_once_can_be_taken_up_and_goes_round(town: Town) -> None:
    case = take(town, "reopen", brought_to(town, "refused"), reason="refused_wrongly")
    assert case.accepted_at == case.moved_at and not Line.objects.of_kind("case.deadline_set").exists()
    for verb, minutes in (("file", 61), ("dispatch", 62), ("handle", 63), ("check", 64), ("close", 65)):
        case = take(town, verb, case, minutes=minutes)
    assert case.state == "closed" and list(fold()) == []
