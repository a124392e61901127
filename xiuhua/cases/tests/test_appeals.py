"""An appeal exempts by two approvals and erases nothing."""

from __future__ import annotations

import pytest

from tests.town import Town
from xiuhua.cases import actions
from xiuhua.cases.models import Appeal, Case
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(town: Town) -> Case:
    """Closed late: two hours by day and night, handled after five."""
    case = town.case(upto="dispatched")
    for n, verb in enumerate(("handle", "check", "close")):
        case = take(town, verb, case, minutes=300 + n * 5)
    assert case.late and case.state == "closed"
    return case


def test_two_people_approve_and_the_case_stays_late(town: Town, late: Case) -> None:
    case = actions.appeal_case(town.act("p-chief", minutes=320), case=late, reason="weather", words="暴雨停工。")
    assert (
        refusal(actions.decide_appeal, town.act("p-leader", minutes=330), case=case, grant=True).code
        == "case.appeal_step"
    )
    case = actions.decide_appeal(town.act("p-desk", minutes=340), case=case, grant=True)
    assert not case.exempt and case.appeals.get().state == Appeal.State.FIRST
    assert (
        refusal(actions.decide_appeal, town.act("p-desk", minutes=345), case=case, grant=True).code == "case.appeal_own"
    )
    case = actions.decide_appeal(town.act("p-leader", minutes=350), case=case, grant=True)
    case.refresh_from_db()
    assert case.exempt and case.late
    kinds = list(
        Line.objects.about(case.number)
        .filter(kind__startswith="case.appeal")
        .order_by("id")
        .values_list("kind", "facts")
    )
    assert [kind for kind, _facts in kinds] == ["case.appealed", "case.appeal_decided", "case.appeal_decided"]
    assert "暴雨" not in "".join(facts for _kind, facts in kinds)
    assert (
        refusal(actions.appeal_case, town.act("p-chief", minutes=360), case=case, reason="weather").code
        == "case.appeal_done"
    )


def test_one_refusal_ends_it_and_it_can_be_asked_again(town: Town, late: Case) -> None:
    case = actions.appeal_case(town.act("p-chief", minutes=320), case=late, reason="owner")
    told = refusal(actions.appeal_case, town.act("p-chief", minutes=321), case=case, reason="owner")
    assert told.code == "case.appeal_asked"
    case = actions.decide_appeal(town.act("p-desk", minutes=340), case=case, grant=False)
    assert not case.exempt and case.appeals.get().state == Appeal.State.REFUSED
    assert (
        refusal(actions.decide_appeal, town.act("p-desk", minutes=350), case=case, grant=True).code
        == "case.appeal_none"
    )
    actions.appeal_case(town.act("p-chief", minutes=360), case=case, reason="owner")
    assert case.appeals.count() == 2


def test_what_cannot_be_appealed(town: Town, late: Case) -> None:
    on_time = town.case("other", upto="closed")
    assert (
        refusal(actions.appeal_case, town.act("p-chief", minutes=60), case=on_time, reason="owner").code
        == "case.appeal_state"
    )
    assert (
        refusal(actions.appeal_case, town.act("p-other", minutes=400), case=late, reason="owner").code == "access.role"
    )
    assert refusal(actions.appeal_case, town.act("p-chief", minutes=400), case=late, reason="").code == "case.reason"
    month = 60 * 24 * 31
    assert (
        refusal(actions.appeal_case, town.act("p-chief", minutes=month), case=late, reason="owner").code
        == "case.appeal_late"
    )


def test_taken_up_again_it_is_judged_anew(town: Town, late: Case) -> None:
    case = actions.appeal_case(town.act("p-chief", minutes=320), case=late, reason="weather")
    case = actions.decide_appeal(town.act("p-desk", minutes=340), case=case, grant=True)
    case = actions.decide_appeal(town.act("p-leader", minutes=350), case=case, grant=True)
    case = take(town, "reopen", case, minutes=400)
    assert not case.late and not case.exempt
