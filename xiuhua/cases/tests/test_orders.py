"""Orders of the hotline: its clocks, what we ask of it, the reply up the line, and who sees the caller's phone."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from tests.town import Town
from xiuhua.cases import actions, orders
from xiuhua.cases.arithmetic import in_words
from xiuhua.cases.models import Case, HotlineOrder, OrderAsk, Reply
from xiuhua.cases.orders import Terms
from xiuhua.cases.tests.test_deadlines import at, deadlines
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

PHONE = "13905360000"


def ordered(
    town: Town, name: str = "case", *, reply: str = "18 17:00", phone: str = PHONE, upto: str = "reported"
) -> Case:
    case = town.case(name, source="hotline", contact=phone, outside_number=f"QZ{name}")
    case = orders.take_order(
        town.act("p-desk", minutes=1), case=case, terms=Terms(case.reported_at, reply_due=at(reply)), contact=phone
    )
    for n, verb in enumerate(("accept", "file", "dispatch", "handle", "check", "close"), start=1):
        if case.state == upto:
            break
        case = take(town, verb, case, minutes=n * 5)
    return case


def test_what_the_order_does_not_say_has_a_default(town: Town) -> None:
    case = town.case(source="hotline")
    orders.take_order(town.act("p-desk"), case=case, terms=Terms(case.reported_at))
    order = case.order
    assert (order.sign_due_at, order.contact_due_at) == (at("16 11:00"), at("17 09:00"))
    assert Reply.objects.get(case=case).due_at == at("23 09:00")
    assert refusal(orders.take_order, town.act("p-desk"), case=case, terms=Terms(at("16 09:00"))).code == "order.taken"
    other = town.case("other")
    assert (
        refusal(orders.take_order, town.act("p-desk"), case=other, terms=Terms(at("16 09:00"))).code == "order.source"
    )


def test_our_deadline_ends_before_the_hotlines(town: Town) -> None:
    case = ordered(town, reply="16 14:00", upto="filed")  # two hours from 09:10; the reply leaves until ten
    assert case.due_at == at("16 10:00") and deadlines(case) == [("filed", "16 10:00")]
    assert in_words(case).endswith("赶在 12345 的回复时限前，提前到 3月16日 10:00")
    assert ordered(town, "later", upto="filed").due_at == at("16 11:10")
    assert ordered(town, "none", reply="16 12:00", upto="filed").due_at == at("16 11:10")  # nothing would be left of it


def test_an_extension_of_the_hotline_moves_what_was_early_because_of_it(town: Town) -> None:
    case = ordered(town, reply="16 14:00", upto="filed")
    until = at("18 17:00")
    early = refusal(
        orders.ask_hotline,
        town.act("p-desk", minutes=20),
        case=case,
        sort="extend",
        reason="hard",
        until=at("16 13:00"),
    )
    assert early.code == "order.until"
    orders.ask_hotline(town.act("p-desk", minutes=20), case=case, sort="extend", reason="hard", until=until)
    assert (
        refusal(orders.ask_hotline, town.act("p-desk", minutes=21), case=case, sort="return", reason="not_ours").code
        == "order.asked"
    )
    case = orders.settle_ask(town.act("p-desk", minutes=30), case=case, granted=True)
    assert case.due_at == at("16 11:10") and deadlines(case)[-1] == ("outside", "16 11:10")
    assert Reply.objects.get(case=case).due_at == until
    assert case.order.asks.get().outcome == OrderAsk.Outcome.GRANTED


def test_an_order_taken_back_ends_the_case(town: Town) -> None:
    case = ordered(town)
    orders.ask_hotline(town.act("p-desk", minutes=5), case=case, sort="return", reason="not_here")
    case = orders.settle_ask(town.act("p-desk", minutes=9), case=case, granted=True)
    assert case.state == "refused" and Reply.objects.get(case=case).due_at is None
    filed = ordered(town, "filed", upto="filed")
    orders.ask_hotline(town.act("p-desk", minutes=30), case=filed, sort="return", reason="not_ours")
    assert (
        refusal(orders.settle_ask, town.act("p-desk", minutes=31), case=filed, granted=True).code
        == "order.return_state"
    )
    orders.settle_ask(town.act("p-desk", minutes=32), case=filed, granted=False)
    assert (
        refusal(orders.settle_ask, town.act("p-desk", minutes=33), case=filed, granted=False).code == "order.ask_none"
    )


def test_signing_and_contact_are_told_with_their_lateness(town: Town) -> None:
    case = ordered(town, upto="dispatched")
    orders.sign_order(town.act("p-desk", minutes=121), case=case)
    orders.contact_caller(town.act("p-zhao", minutes=130), case=case, words="已约现场见面。")
    lines = dict(Line.objects.about(case.number).filter(kind__startswith="order.").values_list("kind", "facts"))
    assert json.loads(lines["order.signed"]) == {"late": True}
    assert json.loads(lines["order.contacted"]) == {"late": False}
    assert refusal(orders.sign_order, town.act("p-desk", minutes=140), case=case).code == "order.signed"
    assert refusal(orders.contact_caller, town.act("p-zhao", minutes=140), case=case).code == "order.contacted"


def test_a_reply_goes_up_the_line_and_out_as_approved(town: Town) -> None:
    case = ordered(town, upto="closed")
    text = orders.draft_words(case, at("16 10:00"))
    assert "3月16日反映的“范公亭路 12 号门前占道经营”" in text and "到现场处置" in text
    assert refusal(actions.reply_case, town.act("p-desk", minutes=40), case=case, text=text).code == "reply.unapproved"
    orders.draft_reply(town.act("p-zhao", minutes=41), case=case, text=text)
    assert refusal(orders.decide_reply, town.act("p-desk", minutes=42), case=case, approve=True).code == "access.role"
    orders.decide_reply(town.act("p-chief", minutes=43), case=case, approve=False, words="写明处置时间。")
    orders.draft_reply(town.act("p-chief", minutes=44), case=case, text=f"{text}谢谢。")
    assert (
        refusal(orders.decide_reply, town.act("p-chief", minutes=45), case=case, approve=True).code == "order.draft_own"
    )
    orders.decide_reply(town.act("p-leader", minutes=46), case=case, approve=True)
    assert refusal(actions.reply_case, town.act("p-desk", minutes=47), case=case, text=text).code == "reply.unapproved"
    actions.reply_case(town.act("p-desk", minutes=48), case=case, text=f"{text}谢谢。")
    assert Reply.objects.get(case=case).replied_at == at("16 09:48")
    assert refusal(orders.draft_reply, town.act("p-zhao", minutes=50), case=case, text="再说").code == "reply.done"
    assert "谢谢" not in "".join(Line.objects.about(case.number).values_list("facts", flat=True))


def test_given_again_it_is_counted_and_taken_up_again(town: Town) -> None:
    case = ordered(town, upto="closed")
    case = orders.give_again(town.act("p-desk", minutes=60), case=case, reply_due=at("19 17:00"))
    assert (case.state, case.order.again) == ("accepted", 1)
    assert Reply.objects.get(case=case).due_at == at("19 17:00")
    case = orders.give_again(town.act("p-desk", minutes=70), case=case)
    assert HotlineOrder.objects.get(case=case).again == 2 and case.state == "accepted"


def test_the_callers_phone_is_for_who_has_the_case_and_every_look_is_told(town: Town) -> None:
    case = ordered(town, upto="dispatched")
    for who in ("p-desk", "p-admin", "p-chief", "p-liu", "p-leader"):
        assert refusal(orders.see_caller, town.act(who, minutes=30), case=case).code == "order.caller"
    orders.see_caller(town.act("p-zhao", minutes=30), case=case)
    assert orders.caller_phone(case) == PHONE
    line = Line.objects.about(case.number).of_kind("caller.seen").get()
    assert (line.by, PHONE in line.facts) == ("p-zhao", False)
    closed = ordered(town, "closed", upto="closed")
    assert refusal(orders.see_caller, town.act("p-zhao", minutes=90), case=closed).code == "order.caller"


def test_the_same_caller_is_known_again_whatever_the_form_of_the_number(town: Town) -> None:
    first = ordered(town, "first")
    second = ordered(town, "second", phone="139-0536-0000")
    stranger = ordered(town, "stranger", phone="13905360001")
    nobody = ordered(town, "nobody", phone="")
    assert [one.pk for one in orders.same_caller(second.order)] == [first.pk]
    assert orders.same_caller(stranger.order) == [] == orders.same_caller(nobody.order)
    later = town.case("later", source="hotline", contact=PHONE, at=town.at + dt.timedelta(days=100))
    orders.take_order(town.act("p-desk", minutes=100 * 1440), case=later, terms=Terms(later.reported_at), contact=PHONE)
    assert orders.same_caller(later.order) == []
