"""Folding the lines gives the rows, whatever people do in whatever order; and what is sent again changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, models, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.town import Town, declare_campaigns, key
from xiuhua.campaigns import actions as campaigns
from xiuhua.campaigns.models import Campaign
from xiuhua.cases import actions as cases
from xiuhua.cases.counts import record_count
from xiuhua.cases.flow import REASONS
from xiuhua.cases.models import Case, StandardRow
from xiuhua.city import actions as city
from xiuhua.city.correcting import void_line
from xiuhua.config.archive import tables
from xiuhua.config.folds import compare
from xiuhua.enforcement import actions as enforcement
from xiuhua.enforcement.models import Slip
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line
from xiuhua.ledger.verify import verify_chain
from xiuhua.rounds import actions as rounds
from xiuhua.rounds.models import LetterBatch

PEOPLE = ("p-desk", "p-zhao", "p-liu", "p-chief", "p-helper", "p-other", "p-leader", "p-office")
VERBS = ("accept", "file", "dispatch", "handle", "check", "close", "refuse", "unfile", "return", "rework", "reopen")
ONWARD = {
    "reported": ("accept", "p-desk"), "accepted": ("file", "p-desk"), "filed": ("dispatch", "p-desk"),
    "dispatched": ("handle", "p-zhao"), "handled": ("check", "p-liu"), "checked": ("close", "p-desk"),
    "closed": ("reopen", "p-leader"), "refused": ("reopen", "p-desk"),
}  # fmt: skip
WORK = ("slip", "fine", "keep", "sign", "operation", "print", "deliver", "build", "campaign")
people, few, pick = st.sampled_from(PEOPLE), st.integers(1, 40), st.integers(0, 30)
segments = st.sampled_from(("S1", "S2", "S3", "S4"))


def row_counts() -> tuple[int, ...]:
    """How many rows each table of the house has."""
    names = [connection.ops.quote_name(model._meta.db_table) for model in tables()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {name})" for name in names))
        return tuple(cursor.fetchone())


class Town365(RuleBasedStateMachine):
    """The town at work: legal and illegal steps of everybody, some of them sent twice."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.n = 0
        self.done: list[tuple[Callable[..., Any], Act, dict[str, Any], object]] = []

    def teardown(self) -> None:
        try:
            assert compare() == []
            head = bind()
            assert verify_chain(expected_head=head.hash).faults == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def does(self, action: Callable[..., Any], who: str, **told: Any) -> Any:
        """Somebody tries something: it is done, or it is refused and nothing at all has happened."""
        self.n += 1
        act = replace(self.town.act(who, minutes=self.n * 3), key=key(f"step-{self.n}"))
        before = row_counts()
        try:
            answer = action(act, **told)
        except Refused as refused:
            assert refused.message
            assert row_counts() == before
            return None
        assert Line.objects.filter(key=act.key).count() == 1
        self.done.append((action, act, told, answer))
        return answer

    def one(self, model: type[models.Model], n: int) -> Any:
        rows = list(model._default_manager.order_by("pk"))
        return rows[n % len(rows)] if rows else None

    # ------------------------------------------------------------ cases

    @rule(
        who=st.sampled_from(("", "p-zhao", "p-helper")),
        category=st.sampled_from(("stall", "posting", "sign", "no such")),
    )
    def somebody_reports(self, who: str, category: str) -> None:
        self.n += 1
        act = replace(self.town.act(who, minutes=self.n * 3), key=key(f"step-{self.n}"))
        report = self.town.report(f"step-{self.n}", category=category, at=act.at)
        before = row_counts()
        try:
            answer = cases.open_case(act, report=report)
        except Refused:
            assert row_counts() == before
            return
        self.done.append((cases.open_case, act, {"report": report}, answer))

    @rule(n=pick, count=st.booleans())
    def a_case_goes_on(self, n: int, count: bool) -> None:
        case = self.one(Case, n)
        if case is not None:
            verb, who = ONWARD[case.state]
            self.step(case, verb, who, n, count)

    @rule(who=people, n=pick, verb=st.sampled_from(VERBS), reason=pick, count=st.booleans())
    def a_case_is_pushed_about(self, who: str, n: int, verb: str, reason: int, count: bool) -> None:
        case = self.one(Case, n)
        if case is not None:
            self.step(case, verb, who, reason, count)

    def step(self, case: Case, verb: str, who: str, reason: int, count: bool) -> None:
        told: dict[str, Any] = {"case": case}
        if verb in REASONS:
            known = [*REASONS[verb], "whim"]
            told["reason"] = known[reason % len(known)]
        match verb:
            case "file":
                told["standard"] = self.one(StandardRow, reason)
            case "dispatch":
                told |= {"unit": self.town.units["Z1"], "person": self.town.people["p-zhao"]}
            case "handle":
                told["photos"] = [self.town.photo(200)] if reason % 7 else []
                if count:
                    told |= {"item": "stall_moved", "quantity": 2}
        self.does(getattr(cases, f"{verb}_case"), who, **told)

    @rule(who=people, item=st.sampled_from(("stall_moved", "posting_pasted", "letter")), quantity=few, segment=segments)
    def somebody_counts(self, who: str, item: str, quantity: int, segment: str) -> None:
        self.does(record_count, who, item=item, quantity=quantity, segment=segment)

    @rule(who=st.sampled_from(("p-leader", "p-office")), n=pick, reason=st.sampled_from(("mistake", "mistake", "whim")))
    def somebody_voids(self, who: str, n: int, reason: str) -> None:
        lines = list(Line.objects.order_by("-pk")[:12])
        self.does(void_line, who, line=lines[n % len(lines)].key, reason=reason)

    # ------------------------------------------------------------ everything else

    @rule(what=st.sampled_from(WORK), who=people, n=pick, segment=segments)
    def somebody_works(self, what: str, who: str, n: int, segment: str) -> None:
        where, town = self.town.segments[segment], self.town
        pair = [town.people["p-zhao"], town.people["p-liu" if n % 4 else "p-helper"]]
        match what:
            case "slip":
                plate = f"鲁G123{n:02d}" if n else "鲁"
                self.does(enforcement.issue_slip, who, plate=plate, situation="pavement", segment=where)
            case "fine" if slip := self.one(Slip, n):
                fen = (1000, 10_000, 20_000)[n % 3]
                self.does(enforcement.decide_penalty, "p-chief", slip=slip, amount_fen=fen, officers=pair)
            case "keep":
                self.does(
                    enforcement.preserve_item, "p-zhao", category="cart", name="三轮车", quantity=n % 4, shelf="A-1",
                    segment=where, approved_by=town.people["p-leader" if n % 5 else "p-chief"], officers=pair,
                )  # fmt: skip
            case "sign":
                self.does(enforcement.remove_sign, who, sign_kind="wall", reason="old", segment=where, quantity=n % 4)
            case "operation":
                people, ended = {"QZ/Z1/": n % 9}, town.at + dt.timedelta(days=1)
                self.does(
                    rounds.hold_operation, who, name="夜市整治", ended_at=ended, people=people, segments=[segment]
                )
            case "print":
                self.does(rounds.print_letters, "p-office", title="致经营业户的一封信", copies=n % 4)
            case "deliver" if batch := self.one(LetterBatch, n):
                shop = town.shops[f"D{1 + n % 4}"]
                outcome = ("signed", "refused", "lost")[n % 3]
                self.does(rounds.deliver_letter, who, batch=batch, shop=shop, outcome=outcome)
            case "build":
                item, quantity = ("parking_line", "notice_board", "sign")[n % 3], Decimal(n * 5) / 10
                self.does(city.build_facility, who, item=item, quantity=quantity, segment=where)
            case "campaign":
                verb = ("start", "close")[n % 2]
                self.does(getattr(campaigns, f"{verb}_campaign"), "p-office", campaign=self.one(Campaign, n))

    # ------------------------------------------------------------ again

    @rule(n=pick)
    def something_is_sent_again(self, n: int) -> None:
        if not self.done:
            return
        action, act, told, first = self.done[n % len(self.done)]
        before = row_counts()
        again = action(Act(by=act.by, at=act.at, key=act.key, recorded_at=act.recorded_at), **told)
        assert again == first
        assert row_counts() == before


@pytest.mark.django_db
def test_folding_the_lines_gives_the_rows(town: Town) -> None:
    declare_campaigns(town)
    for n, state in enumerate(("reported", "filed", "dispatched", "checked")):
        town.case(f"begun-{n}", upto=state)
    segment = town.segments["S1"]
    enforcement.issue_slip(town.act("p-zhao"), plate="鲁G99999", situation="pavement", segment=segment)
    rounds.print_letters(town.act("p-office"), title="致经营业户的一封信", copies=3)
    town.at += dt.timedelta(hours=3)
    Town365.town = town
    run_state_machine_as_test(
        Town365,
        settings=settings(
            max_examples=14, stateful_step_count=40, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_row_that_was_changed_behind_the_lines_is_named(town: Town) -> None:
    case = town.case(upto="handled")
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert compare() == [f"案件状态：案件 {case.number} 在表里是“closed”，台账的最后一行是“handled”。"]


@pytest.mark.django_db
def test_a_line_that_cannot_be_read_is_named_and_does_not_stop_the_comparison(town: Town) -> None:
    from tests import guards

    town.case()
    guards.take_down()
    Line.objects.filter(kind="case.reported").update(facts='{"state"')
    assert [one for one in compare() if one.startswith("案件状态：有台账行读不出来")]
