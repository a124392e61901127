"""12345 工单: somebody else's system with its own clocks. What it wants is kept beside the case and answered in time.

Our own deadline ends before the hotline's: a reply has to be drafted and approved. Nothing is sent from here; each step
that is done on the hotline's platform is written down when it is done.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from uuid import uuid5

from django.utils import timezone

from xiuhua.cases import clocks, flow
from xiuhua.cases.actions import refuse_case, reopen_case
from xiuhua.cases.models import Case, HotlineOrder, OrderAsk, Reply, Source, Word
from xiuhua.cases.stepping import locked
from xiuhua.city.access import may, must
from xiuhua.city.queries import work_hours
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.seals import keyed_hash, unseal
from xiuhua.kit.worktime import Limit, due_at
from xiuhua.ledger.act import Act, By, action
from xiuhua.ledger.dictionary import Fact
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

SAME_CALLER = dt.timedelta(days=90)
LONGEST_DRAFT = 2000


@dataclass(frozen=True)
class Terms:
    """What an order says of its clocks. A moment that it does not name is set by our defaults."""

    called_at: dt.datetime
    sign_due: dt.datetime | None = None
    contact_due: dt.datetime | None = None
    reply_due: dt.datetime | None = None

    def whole(self) -> Terms:
        """Every moment named (our choice where the order says nothing: 2 and 8 working hours, 5 working days)."""
        calendar, hours = load_calendar(), work_hours()

        def due(limit: Limit) -> dt.datetime:
            return due_at(self.called_at, limit, calendar=calendar, hours=hours).at

        return Terms(
            self.called_at,
            self.sign_due or due(clocks.ORDER_LIMITS["sign"]),
            self.contact_due or due(clocks.ORDER_LIMITS["contact"]),
            self.reply_due or due(clocks.ORDER_LIMITS["reply"]),
        )


def caller_of(contact: str) -> str:
    """The keyed hash of a phone number, by which the same caller is known again; empty without one."""
    digits = re.sub(r"\D", "", contact)
    return keyed_hash(f"caller:{digits[-11:]}") if len(digits) >= 7 else ""


def _of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


def _order(case: Case) -> HotlineOrder:
    order = HotlineOrder.objects.select_for_update().filter(case=case).first()
    if order is None:
        raise Absent("order.absent", "这件案件没有热线工单。")
    return order


def _record(act: Act, case: Case, fact: Fact, words: str = "") -> None:
    line = act.record(fact, about=case.number, for_unit=case.for_unit, source=case.source)
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip()[:500])


@action(answer=_of)
def take_order(act: Act, *, case: Case, terms: Terms, contact: str = "", batch: str = "") -> Case:
    """A case is an order of the hotline: it is signed, its caller contacted and answered by the hotline's moments."""
    must(act.by, "accept_case")
    case = locked(case)
    if case.source != Source.HOTLINE:
        raise Refused("order.source", "只有来源是 12345 热线的案件才有工单。", field="source")
    if HotlineOrder.objects.filter(case=case).exists():
        raise Refused("order.taken", "这件案件已经有热线工单了。")
    keep_order(act, case, terms, contact=contact, batch=batch)
    return case


def keep_order(act: Act, case: Case, terms: Terms, *, contact: str, batch: str = "") -> HotlineOrder:
    """The order beside its case, and its line; inside an act."""
    whole = terms.whole()
    order = HotlineOrder.objects.create(
        case=case,
        caller_hash=caller_of(contact),
        sign_due_at=whole.sign_due,
        contact_due_at=whole.contact_due,
        batch=batch,
    )
    Reply.objects.update_or_create(case=case, defaults={"due_at": whole.reply_due})
    told = [
        moment.astimezone(dt.UTC).isoformat() if moment else ""
        for moment in (whole.sign_due, whole.contact_due, whole.reply_due)
    ]
    _record(act, case, kinds.OrderTaken(sign_due=told[0], contact_due=told[1], reply_due=told[2]))
    return order


@action(answer=_of)
def sign_order(act: Act, *, case: Case) -> Case:
    """The order was signed for on the hotline's platform."""
    must(act.by, "accept_case")
    order = _order(case)
    if order.signed_at is not None:
        raise Refused("order.signed", "已经签收过了。")
    order.signed_at = act.at
    order.save(update_fields=["signed_at"])
    _record(act, case, kinds.OrderSigned(late=_late(act, order.sign_due_at)))
    return case


@action(answer=_of)
def contact_caller(act: Act, *, case: Case, words: str = "") -> Case:
    """The caller was contacted for the first time, by whoever deals with the case or by the desk."""
    must(act.by, "draft_reply", unit=case.for_unit)
    order = _order(case)
    if order.contacted_at is not None:
        raise Refused("order.contacted", "已经记过首次联系了。")
    order.contacted_at = act.at
    order.save(update_fields=["contacted_at"])
    _record(act, case, kinds.OrderContacted(late=_late(act, order.contact_due_at)), words)
    return case


def _late(act: Act, due: dt.datetime | None) -> bool:
    return due is not None and act.at > due


@action(answer=_of)
def ask_hotline(
    act: Act, *, case: Case, sort: str, reason: str, until: dt.datetime | None = None, words: str = ""
) -> Case:
    """We asked the hotline to take the order back (退单), or for time until a moment (延期), before the reply was due."""
    must(act.by, "accept_case")
    if sort not in OrderAsk.Sort.values:
        raise Refused("order.sort", "请选退单或延期。", field="sort")
    flow.reason_words(f"order_{sort}", reason)
    order, reply = _order(case), Reply.objects.filter(case=case).first()
    if reply is not None and reply.replied_at is not None:
        raise Refused("order.answered", "这张工单已经回复，不能再退单或延期。")
    if order.asks.filter(outcome=OrderAsk.Outcome.WAITING).exists():
        raise Refused("order.asked", "上一次申请还没有答复，请先登记答复。")
    if sort == OrderAsk.Sort.EXTEND:
        due = reply.due_at if reply else None
        if until is None or until <= max(act.at, due or act.at):
            raise Refused("order.until", "延期到的时间要晚于现在的回复时限。", field="until")
        if due is not None and act.at > due:
            raise Refused("order.over", "回复时限已经过了，不能再申请延期。")
    OrderAsk.objects.create(
        order=order, sort=sort, reason=reason, by=act.by.code, asked_at=act.at,
        until=until if sort == OrderAsk.Sort.EXTEND else None,
    )  # fmt: skip
    told = until.astimezone(dt.UTC).isoformat() if until and sort == OrderAsk.Sort.EXTEND else ""
    _record(act, case, kinds.OrderAsked(sort=sort, reason=reason, until=told), words)
    return case


@action(answer=_of)
def settle_ask(act: Act, *, case: Case, granted: bool, words: str = "") -> Case:
    """What the hotline said. Granted, the order is back with them and the case refused, or the reply is owed later."""
    must(act.by, "accept_case")
    case = locked(case)
    order = _order(case)
    ask = order.asks.select_for_update().filter(outcome=OrderAsk.Outcome.WAITING).first()
    if ask is None:
        raise Refused("order.ask_none", "没有等答复的申请，可能别人已经登记过了。")
    if granted and ask.sort == OrderAsk.Sort.RETURN and case.state not in ("reported", "accepted"):
        raise Refused("order.return_state", "案件已经立案，要先退回受理，再登记退单。")
    ask.outcome = OrderAsk.Outcome.GRANTED if granted else OrderAsk.Outcome.REFUSED
    ask.settled_at = act.at
    ask.save(update_fields=["outcome", "settled_at"])
    _record(act, case, kinds.OrderSettled(sort=ask.sort, granted=granted), words)
    if granted and ask.sort == OrderAsk.Sort.EXTEND:
        _later(act, case, ask.until)
    elif granted:
        Reply.objects.filter(case=case).update(due_at=None)
        reason = ask.reason if ask.reason in flow.REASONS["refuse"] else "not_ours"
        case = refuse_case(_next(act, "refuse"), case=case, reason=reason)
    return case


def _later(act: Act, case: Case, until: dt.datetime | None) -> None:
    """The reply is owed later; a deadline of ours that was only that early because of it moves, too."""
    reply = Reply.objects.select_for_update().get(case=case)
    before, reply.due_at = reply.due_at, until
    reply.save(update_fields=["due_at"])
    if clocks.follow_reply(case, before):
        case.version += 1
        case.save(update_fields=["due_at", "due_provisional", "warn_at", "alarm", "version"])
        clocks.record_deadline(act, case, "outside")


def _next(act: Act, name: str) -> Act:
    """A second act of the same press, under a key of its own."""
    return Act(by=act.by, at=act.at, key=uuid5(act.key, name), recorded_at=act.recorded_at)


@action(answer=_of)
def give_again(act: Act, *, case: Case, reply_due: dt.datetime | None = None, words: str = "") -> Case:
    """重办: the hotline gives the order back to be dealt with again; a case that was done is taken up again."""
    must(act.by, "accept_case")
    case = locked(case)
    order = _order(case)
    whole = Terms(act.at, reply_due=reply_due).whole()
    order.again += 1
    order.draft, order.draft_state, order.draft_by, order.approved_by = "", "", "", ""
    order.contacted_at, order.contact_due_at = None, whole.contact_due
    order.save()
    Reply.objects.filter(case=case).update(replied_at=None, by="", text="", due_at=whole.reply_due)
    _record(act, case, kinds.OrderGivenAgain(again=order.again), words)
    if case.state in ("closed", "refused"):
        case = reopen_case(_next(act, "reopen"), case=case, reason="not_content")
    return case


# ---------------------------------------------------------------- the reply


@action(answer=_of)
def draft_reply(act: Act, *, case: Case, text: str) -> Case:
    """A reply to the caller is drafted, by who deals with the case or the desk; a new draft takes the place of the old."""
    must(act.by, "draft_reply", unit=case.for_unit)
    text = text.strip()
    if not text or len(text) > LONGEST_DRAFT:
        raise Refused("order.draft", "请写回复的话，不超过 {most} 字。", field="text", most=LONGEST_DRAFT)
    order = _order(case)
    _not_answered(case)
    order.draft, order.draft_state, order.draft_by, order.approved_by = (
        text,
        HotlineOrder.Draft.DRAFTED,
        act.by.code,
        "",
    )
    order.save()
    _record(act, case, kinds.OrderReplyDrafted(length=len(text)))
    return case


@action(answer=_of)
def decide_reply(act: Act, *, case: Case, approve: bool, words: str = "") -> Case:
    """Somebody up the line approves the draft or gives it back with words; never who wrote it."""
    must(act.by, "approve_reply", unit=case.for_unit)
    order = _order(case)
    _not_answered(case)
    if order.draft_state != HotlineOrder.Draft.DRAFTED:
        raise Refused("order.draft_none", "没有等审批的回复，可能别人已经批过了。")
    if order.draft_by == act.by.code:
        raise Refused("order.draft_own", "自己拟的回复要别人来批。")
    order.draft_state = HotlineOrder.Draft.APPROVED if approve else HotlineOrder.Draft.NONE
    order.approved_by = act.by.code if approve else ""
    order.save()
    _record(act, case, kinds.OrderReplyDecided(approved=approve), words)
    return case


def _not_answered(case: Case) -> None:
    if Reply.objects.filter(case=case).exclude(replied_at=None).exists():
        raise Refused("reply.done", "已经回复过了；要再回复，请在原渠道补充。")


def draft_words(case: Case, at: dt.datetime) -> str:
    """A reply to begin with, in the tone of such replies: what was told, what was done, how far it is."""
    called = timezone.localtime(case.reported_at)
    begin = f"尊敬的市民：您好！您于{called.month}月{called.day}日反映的“{case.place}{case.get_category_display()}”问题收悉。"
    match case.state:
        case "closed" | "checked" | "handled":
            done = timezone.localtime(case.handled_at or at)
            middle = f"我局执法人员已于{done.month}月{done.day}日到现场处置，{_closing(case)}。"
        case "refused":
            middle = "经核实，该问题不属于我局职责范围，已向您说明情况。"
        case "dispatched":
            middle = "我局已派执法人员到现场，正在处置，办结后再向您回复。"
        case _:
            middle = "我局正在核实办理，办结后再向您回复。"
    return f"{begin}{middle}感谢您对城市管理工作的关心和监督。"


def _closing(case: Case) -> str:
    return case.standard.closing.rstrip("。；") if case.standard and case.standard.closing else "问题已解决"


# ---------------------------------------------------------------- the caller


def may_see_caller(by: By, case: Case) -> bool:
    """The caller's phone is for whoever the case is assigned to, and for nobody else."""
    return bool(by.code) and by.code == case.handler and case.state in ("dispatched", "handled")


@action(answer=_of)
def see_caller(act: Act, *, case: Case) -> Case:
    """Whoever has the case looks at the caller's phone number; every look has its line."""
    _order(case)
    if not may_see_caller(act.by, case):
        raise Refused("order.caller", "来电人电话只有这件案件的承办人在办理期间能看，每次查看都有记录。")
    _record(act, case, kinds.CallerSeen())
    return case


def caller_phone(case: Case) -> str:
    """The number, in plain: only for the answer to somebody who has just looked (`see_caller`)."""
    word = Word.objects.filter(case=case, kind="contact").order_by("id").first()
    return unseal(word.text) if word else ""


def same_caller(order: HotlineOrder) -> list[Case]:
    """Other cases of the same caller within 90 days before, the newest first."""
    if not order.caller_hash:
        return []
    since = order.case.reported_at - SAME_CALLER
    found = Case.objects.filter(
        order__caller_hash=order.caller_hash, reported_at__gte=since, reported_at__lte=order.case.reported_at
    )
    return list(found.exclude(pk=order.case_id).order_by("-reported_at")[:20])


def may_act(by: By, verb: str, case: Case) -> bool:
    """Whether somebody may take a step of an order."""
    return may(by, verb, unit=case.for_unit if verb in ("draft_reply", "approve_reply") else "")
