"""移交 with its receipt or its refusal, a leader's closing, and how cases are checked."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.town import Town
from xiuhua.cases import actions
from xiuhua.cases.arithmetic import in_words
from xiuhua.cases.checking import set_check_rule, share_for
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case, Handover
from xiuhua.cases.tests.test_deadlines import at, deadlines, filed, minutes
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals
from xiuhua.measures.lines import Scope

pytestmark = pytest.mark.django_db

OVER = {"sort": "police", "reason": "crime", "to": "古城派出所"}


def test_their_receipt_ends_it(town: Town) -> None:
    case = take(town, "dispatch", filed(town, "P1"), minutes=20)
    case = actions.hand_over_case(town.act("p-desk", minutes=30), case=case, **OVER)
    assert (case.state, case.with_others, case.paused_at) == ("dispatched", True, at("16 09:30"))
    for verb in ("handle", "return"):
        assert refusal(take, town, verb, case).code == "case.with_others"
    hold = {"until": dt.date(2020, 3, 20), "reason": "weather"}
    assert refusal(actions.suspend_case, town.act("p-desk", minutes=40), case=case, **hold).code == "case.with_others"
    assert refusal(actions.hand_over_case, town.act("p-desk", minutes=40), case=case, **OVER).code == "case.with_others"
    assert (
        refusal(actions.settle_handover, town.act("p-desk", minutes=50), case=case, accepted=True).code
        == "case.receipt"
    )
    case = actions.settle_handover(town.act("p-desk", minutes=60), case=case, accepted=True, receipt="古派接字 12 号")
    assert (case.state, case.with_others, case.closed_at) == ("closed", False, at("16 10:00"))
    assert case.handovers.get().receipt == "古派接字 12 号"
    assert list(fold()) == []
    totals = case_totals(Scope(dt.date(2020, 3, 16), dt.date(2020, 3, 16)))
    assert (totals.filed, totals.handled, totals.closed) == (1, 0, 0)  # done by others is not closed by us
    again = take(town, "reopen", case, minutes=120)
    assert again.state == "accepted" and not again.with_others


def test_sent_back_it_goes_on_with_what_was_left(town: Town) -> None:
    case = take(town, "dispatch", filed(town, "P1"), minutes=20)  # due 15:10
    case = actions.hand_over_case(town.act("p-desk", minutes=30), case=case, **OVER)
    assert (
        refusal(actions.settle_handover, town.act("p-desk", minutes=40), case=case, accepted=False).code
        == "case.handover_why"
    )
    at_ten = town.act("p-desk", minutes=minutes(town, "16 10:30"))
    case = actions.settle_handover(at_ten, case=case, accepted=False, words="不属我所管辖。")
    assert (case.state, case.due_at) == ("dispatched", at("16 16:10"))
    assert deadlines(case) == [("filed", "16 15:10"), ("handed_over", ""), ("handover_rejected", "16 16:10")]
    assert in_words(case).endswith("3月16日 09:30 移交，暂停计时；3月16日 10:30 移交被退，到期 3月16日 16:10")
    assert case.handovers.get().outcome == Handover.Outcome.REJECTED
    assert take(town, "handle", case, minutes=200).state == "handled"
    assert (
        refusal(actions.settle_handover, town.act("p-desk", minutes=300), case=case, accepted=True, receipt="x").code
        == "case.handover_none"
    )


@pytest.mark.parametrize(
    ("told", "code"),
    [({"sort": "army"}, "case.handover_sort"), ({"to": " "}, "case.handover_to"), ({"reason": ""}, "case.reason")],
)
def test_a_handover_says_to_whom_and_why(town: Town, told: dict[str, str], code: str) -> None:
    case = filed(town, "P1")
    assert refusal(actions.hand_over_case, town.act("p-desk", minutes=30), case=case, **OVER | told).code == code
    accepted = town.case("accepted", upto="accepted")
    assert (
        refusal(actions.hand_over_case, town.act("p-desk", minutes=30), case=accepted, **OVER).code
        == "case.handover_state"
    )
    assert refusal(actions.hand_over_case, town.act("p-zhao", minutes=30), case=case, **OVER).code == "access.role"


def test_a_leader_closes_with_a_reason_and_it_is_counted_apart(town: Town) -> None:
    case = take(town, "dispatch", filed(town, "S1"), minutes=20)
    told = {"reason": "rebuilt", "words": " "}
    assert (
        refusal(actions.force_close_case, town.act("p-leader", minutes=200), case=case, **told).code
        == "case.force_words"
    )
    case = actions.force_close_case(town.act("p-leader", minutes=200), case=case, reason="rebuilt", words="已改建。")
    assert case.state == "closed" and case.late
    line = Line.objects.about(case.number).of_kind("case.force_closed").get()
    assert json.loads(line.facts) == {"state": "closed", "reason": "rebuilt", "late": True}
    assert case_totals(Scope(dt.date(2020, 3, 16), dt.date(2020, 3, 16))).closed == 0


# ---------------------------------------------------------------- checking


def rule(town: Town, share: int | None, **what: str) -> None:
    set_check_rule(town.act("p-office"), share=share, **what)


def test_the_rule_that_names_most_counts(town: Town) -> None:
    case = town.case()  # a citizen's stall
    assert share_for(case) == 0
    rule(town, 10)
    rule(town, 20, source="citizen")
    assert share_for(case) == 20
    rule(town, 30, category="stall")
    assert share_for(case) == 30
    rule(town, 40, category="stall", source="citizen")
    assert share_for(case) == 40
    rule(town, None, category="stall", source="citizen")
    assert share_for(case) == 30
    for wrong in ({"share": 101}, {"share": -1}, {"share": 5, "category": "war"}):
        assert refusal(set_check_rule, town.act("p-office"), **wrong).code.startswith("check.")


def test_on_the_spot_is_on_the_spot(town: Town) -> None:
    rule(town, 100, category="stall")
    case = town.case(upto="handled")
    assert case.check_by == "on_site"
    assert refusal(take, town, "check", case).code == "case.check_on_site"
    case = take(town, "check", case, "p-liu", method="on_site", photos=[town.photo(99)])
    assert case.state == "checked"


def test_the_lot_is_drawn_for_each_handling_near_the_share_and_the_same_again(town: Town) -> None:
    rule(town, 30)
    drawn = []
    for n in range(300):
        case = Case(number=f"XH-{n}", turn=1, category="stall", source="officer")
        actions.draw_check(case)
        again = Case(number=f"XH-{n}", turn=1, category="stall", source="officer")
        actions.draw_check(again)
        assert again.check_by == case.check_by
        drawn.append(case.check_by == "on_site")
    assert 60 <= sum(drawn) <= 120  # thirty in a hundred of three hundred, within four deviations
