"""What the office has on its table now: orders of the hotline with their clocks, and two instructions of leaders."""

from __future__ import annotations

import datetime as dt

from xiuhua.cases import orders
from xiuhua.cases.models import Case, HotlineOrder
from xiuhua.cases.replying import reply_case
from xiuhua.city.models import Unit
from xiuhua.config.demo.build_cast import Cast
from xiuhua.ledger.act import bureau_day
from xiuhua.programme.instructions import split_instruction, take_instruction
from xiuhua.programme.models import Instruction

INSTRUCTIONS = (
    (
        "市政府分管领导",
        "请综合执法局抓紧整治学校周边占道经营，一周内报结果。",
        6,
        "排查中小学周边三百米内的占道摊点，列出清单",
    ),
    ("市城管委主任", "主干道乱停非机动车反弹明显，请举一反三，拿出长效办法。", 3, "早晚高峰在主干道各设一处固定点岗"),
)


def papers(cast: Cast, at: dt.datetime) -> None:
    """Calls of the hotline that came in since are orders; those that are done are answered; two instructions are open."""
    desk, leader = cast.one("acceptor"), cast.one("leader")
    open_calls = Case.objects.open().filter(source="hotline", order=None).order_by("id")
    for n, case in enumerate(open_calls):
        orders.take_order(cast.act(desk, at), case=case, terms=orders.Terms(case.reported_at))
        if n % 3:
            orders.sign_order(cast.act(desk, at), case=case)
        if n % 3 == 2:
            orders.contact_caller(cast.act(desk, at), case=case)
    for order in HotlineOrder.objects.filter(case__state="closed", case__reply__replied_at=None).select_related("case"):
        text = orders.draft_words(order.case, at)
        orders.draft_reply(cast.act(desk, at), case=order.case, text=text)
        orders.decide_reply(cast.act(leader, at), case=order.case, approve=True)
        reply_case(cast.act(desk, at), case=order.case, text=text)
    if Instruction.objects.exclude(state=Instruction.State.STRUCK).exists():
        return
    day = bureau_day(at)
    squads = list(Unit.objects.squads().filter(closed_on=None).order_by("path"))
    for n, (who, words, days, task) in enumerate(INSTRUCTIONS):
        one = take_instruction(
            cast.act(desk, at),
            leader=who,
            given_on=day - dt.timedelta(days=n + 1),
            words=words,
            due_on=day + dt.timedelta(days=days),
        )
        split_instruction(cast.act(desk, at), instruction=one, unit=squads[n % len(squads)], words=task)
