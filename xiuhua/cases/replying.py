"""回复: whoever told us is owed an answer by a moment of their own; what was answered, and when, is kept."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from decimal import Decimal

from xiuhua.cases.models import Case, ChatBatch, HotlineOrder, Reply, Source, SourceRule
from xiuhua.city.access import must
from xiuhua.city.queries import work_hours
from xiuhua.city.stamps import stamps
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.numbering import take_many
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import Limit, LimitKind, due_at
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds

LONGEST_REPLY = 2000


@action(answer=lambda line: SourceRule.objects.get(source=line.about.partition(":")[2], ends_on=None))
def set_source_rule(
    act: Act, *, source: str, prefix: str = "", amount: Decimal | None = None, kind: str = ""
) -> SourceRule:
    """From today on a source has numbers of its own with this prefix, and is owed a reply within the limit.

    No amount is no duty to reply. Cases that are there keep what they were promised.
    """
    must(act.by, "set_standards")
    prefix = prefix.strip().upper()
    if source not in Source.values:
        raise Refused("source.unknown", "请选择来源。", field="source")
    if prefix and not (prefix.isascii() and prefix.isalnum() and len(prefix) <= 8):
        raise Refused("source.prefix", "编号字头用 1 到 8 个字母或数字。", field="prefix")
    if amount is not None and (not amount.is_finite() or not 0 < amount <= 1000 or kind not in list(LimitKind)):
        raise Refused("source.limit", "回复时限要大于 0，并选择单位。", field="amount")
    day = bureau_day(act.at)
    SourceRule.objects.filter(source=source, begins_on=day).delete()
    SourceRule.objects.filter(source=source, ends_on=None).update(ends_on=day)
    limit = format(amount.normalize(), "f") if amount is not None else ""
    fact = kinds.SourceRuleSet(prefix=prefix, limit=limit, limit_kind=kind if amount is not None else "")
    act.record(fact, about=f"source:{source}")
    return SourceRule.objects.create(
        source=source,
        prefix=prefix,
        limit_amount=amount,
        limit_kind=fact.limit_kind,
        begins_on=day,
        changed_by=act.by.code,
    )


@functools.lru_cache(maxsize=2)
def _rules(_stamp: str) -> Sequence[SourceRule]:
    """All rules of sources, kept until their table changes."""
    return list(SourceRule.objects.order_by("id"))


def owe(cases: Sequence[Case]) -> None:
    """What the sources of new cases are promised: their own numbers, and until when they are answered."""
    if not cases:
        return
    day = bureau_day(max(case.reported_at for case in cases))
    rules = {one.source: one for one in _rules(stamps()["cases_sourcerule"]) if one.holds(day)}
    owed = [(case, rules[case.source]) for case in cases if case.source in rules]
    if not owed:
        return
    numbers = _numbers(owed)
    calendar, hours = load_calendar(), work_hours()
    replies = []
    for case, rule in owed:
        due = None
        if rule.limit_amount is not None:
            limit = Limit(rule.limit_amount, LimitKind(rule.limit_kind))
            due = due_at(case.reported_at, limit, calendar=calendar, hours=hours).at
        replies.append(Reply(case=case, number=numbers.get(case.pk, ""), due_at=due))
    Reply.objects.bulk_create(replies)


def _numbers(owed: Iterable[tuple[Case, SourceRule]]) -> dict[int, str]:
    """The next numbers of each source and year: CC2020-0031."""
    series = {case.pk: f"{rule.prefix}{bureau_day(case.reported_at):%Y}" for case, rule in owed if rule.prefix}
    wanted: dict[str, int] = {}
    for one in series.values():
        wanted[f"source:{one}"] = wanted.get(f"source:{one}", 0) + 1
    next_of = take_many(wanted) if wanted else {}
    found = {}
    for pk, one in series.items():
        found[pk] = f"{one}-{next_of[f'source:{one}']:04d}"
        next_of[f"source:{one}"] += 1
    return found


@action(answer=lambda line: Case.objects.get(number=line.about))
def reply_case(act: Act, *, case: Case, text: str) -> Case:
    """Whoever told us of the case was answered, with these words, outside the program."""
    must(act.by, "reply_case")
    reply = Reply.objects.select_for_update().filter(case=case).first()
    order = HotlineOrder.objects.filter(case=case).first()
    if order is not None and not (order.draft_state == HotlineOrder.Draft.APPROVED and order.draft == text.strip()):
        raise Refused(
            "reply.unapproved", "热线工单的回复要先拟稿、审批；批准后照原文回复，要改请重新拟稿。", field="text"
        )
    _answer(act, case, reply or Reply(case=case), text)
    return case


@action(answer=lambda line: ChatBatch.objects.get(code=line.about.partition(":")[2]))
def reply_batch(act: Act, *, batch: ChatBatch, text: str) -> ChatBatch:
    """The group was answered for all cases of a batch that it had no answer for yet."""
    must(act.by, "reply_case")
    waiting = list(Reply.objects.select_for_update().filter(batch=batch, replied_at=None).select_related("case"))
    if not waiting:
        raise Refused("reply.done", "这一批都已经回复过了。")
    act.record(kinds.ChatReplied(cases=len(waiting)), about=f"chat:{batch.code}", source=batch.source)
    for reply in waiting:
        _answer(act, reply.case, reply, text)
    return batch


def _answer(act: Act, case: Case, reply: Reply, text: str) -> None:
    text = text.strip()
    if not text or len(text) > LONGEST_REPLY:
        raise Refused("reply.text", "请写回复的话，不超过 {most} 字。", field="text", most=LONGEST_REPLY)
    if reply.replied_at is not None:
        raise Refused("reply.done", "已经回复过了；要再回复，请在原渠道补充。")
    late = reply.due_at is not None and act.at > reply.due_at
    reply.replied_at, reply.by, reply.text = act.at, act.by.code, text
    reply.save()
    act.record(kinds.CaseReplied(late=late), about=case.number, for_unit=case.for_unit, source=case.source)


def owed_replies(at: dt.datetime) -> list[Reply]:
    """Who waits for an answer, the one with the least time left first."""
    found = Reply.objects.filter(replied_at=None, due_at__isnull=False).select_related("case", "batch")
    return list(found.order_by("due_at", "id")[:200])


def owed_count() -> int:
    """How many wait for an answer by a moment of their own."""
    return Reply.objects.filter(replied_at=None, due_at__isnull=False).count()


def reply_words(case: Case, at: dt.datetime) -> str:
    """What can be said of a case in one sentence, for a group or a caller: where, what, and how far it is."""
    place = f"{case.place}{case.get_category_display()}"
    match case.state:
        case "closed" | "checked" | "handled":
            return f"{place}问题已处置{'完毕，经核查已结案' if case.state == 'closed' else '，正在核查'}。"
        case "refused":
            return f"{place}问题经核实不予受理，原因已在系统中说明。"
        case "dispatched":
            return f"{place}问题已派人到现场处置。"
    return f"{place}问题已收到，正在安排。"
