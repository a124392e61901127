"""Moves beside the loop: 挂账 until a day, and 延期. The state stays; the clock stands still, or gets more time.

What cannot be put right now waits until a day and comes back by itself; a unit that needs more time asks before its limit
has run out, once, for no more than the limit itself (our choice: the national standard leaves both to the city).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation

from xiuhua.cases import clocks, flow
from xiuhua.cases.models import Case, Extension, Word
from xiuhua.cases.stepping import forward_in_time, locked, record
from xiuhua.city.access import must
from xiuhua.city.actions import import_key
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import NOBODY, Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

LONGEST_HOLD = dt.timedelta(days=180)
MOST_EXTENSIONS = 1


def _of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


def _current(case: Case, version: int | None) -> Case:
    case = locked(case)
    if version is not None and version != case.version:
        raise Refused(
            "case.stale", "别人刚刚改过这件案件：现在是“{state_label}”。您填的内容还在，请看一眼新的状态再提交。",
            state=case.state, version=case.version, state_label=case.state_label,
        )  # fmt: skip
    return case


@action(answer=_of)
def suspend_case(
    act: Act, *, case: Case, until: dt.date, reason: str, words: str = "", version: int | None = None
) -> Case:
    """挂账: the clock stands still until a day, on which the case comes back by itself."""
    must(act.by, "suspend_case")
    flow.reason_words("suspend", reason)
    case = _current(case, version)
    if case.with_others:
        raise Refused("case.with_others", "案件已经移交给别的单位，等回执；收到接收或退回的答复后再办。")
    if case.state not in flow.ON_THE_CLOCK:
        raise Refused(
            "case.hold_state", "案件现在是“{states}”，只有待派遣和处置中的可以挂账。", states=case.state_label
        )
    if case.held_until is not None:
        raise Refused("case.held", "案件已经挂账到 {until}，要改日期请先恢复。", until=case.held_until)
    day = bureau_day(act.at)
    if not day < until <= day + LONGEST_HOLD:
        raise Refused("case.hold_until", "挂账日期要在明天以后、半年以内。", field="until")
    forward_in_time(act.at, case)
    changed = clocks.pause(case, act.at)
    case.held_until = until
    fact = kinds.CaseSuspended(state=case.state, reason=reason, until=until.isoformat())
    case = record(act, case, fact, words=words)
    if changed:
        clocks.record_deadline(act, case, "suspended")
    return case


@action(answer=_of)
def resume_case(act: Act, *, case: Case, version: int | None = None) -> Case:
    """A suspended case is taken up again before its day; its clock goes on with what was left."""
    must(act.by, "suspend_case")
    return _go_on(act, _current(case, version), on_its_day=False)


def _go_on(act: Act, case: Case, *, on_its_day: bool) -> Case:
    if case.held_until is None:
        raise Refused("case.not_held", "案件没有挂账，不用恢复。")
    forward_in_time(act.at, case)
    case.held_until = None
    changed = clocks.resume(case, act.at, same_unit=True)
    case = record(act, case, kinds.CaseResumed(state=case.state, on_its_day=on_its_day))
    if changed:
        clocks.record_deadline(act, case, "resumed")
    return case


@action(answer=_of)
def wake_case(act: Act, *, case: Case) -> Case:
    """The day until which a case was suspended has come."""
    case = locked(case)
    if case.held_until is None or case.held_until > bureau_day(act.at):
        raise Refused("case.not_held", "案件没有挂账，不用恢复。")
    return _go_on(act, case, on_its_day=True)


def wake_cases(at: dt.datetime) -> int:
    """All suspended cases whose day has come go on; how many. Called by the worker, and twice changes nothing."""
    due = Case.objects.filter(held_until__lte=bureau_day(at)).order_by("id")
    woken = 0
    for case in due[:500]:
        key = import_key("wake", f"{case.number}:{case.version}")
        moment = max(at, case.moved_at)
        wake_case(Act(by=NOBODY, at=moment, key=key, recorded_at=moment), case=case)
        woken += 1
    return woken


@action(answer=_of)
def ask_extension(act: Act, *, case: Case, amount: str, reason: str, words: str = "") -> Case:
    """The unit asks for more time before its limit has run out, once, for no more than the limit itself."""
    must(act.by, "ask_extension", unit=case.for_unit)
    flow.reason_words("extend", reason)
    case = locked(case)
    must(act.by, "ask_extension", unit=case.for_unit)
    if case.state != "dispatched" or case.standard is None or case.due_at is None or case.paused_at is not None:
        raise Refused("case.extend_state", "只有正在计时的处置中案件可以申请延期。")
    if act.at > case.due_at:
        raise Refused("case.extend_late", "时限已经过了，不能再申请延期。")
    earlier = list(case.extensions.all())
    if any(one.state == Extension.State.ASKED for one in earlier):
        raise Refused("case.extend_asked", "已经申请过，等指挥中心审批。")
    if sum(one.state == Extension.State.GRANTED for one in earlier) >= MOST_EXTENSIONS:
        raise Refused("case.extend_once", "这件案件已经延期过一次，不能再延。")
    limit = clocks.limit_for(case)
    told = _amount(amount, limit.amount if limit else case.standard.limit_amount)
    Extension.objects.create(case=case, amount=told, reason=reason, by=act.by.code, asked_at=act.at)
    fact = kinds.CaseExtensionAsked(
        amount=format(told.normalize(), "f"), limit_kind=case.standard.limit_kind, reason=reason
    )
    line = act.record(fact, about=case.number, for_unit=case.for_unit, source=case.source)
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip())
    return case


def _amount(text: str, most: Decimal) -> Decimal:
    try:
        amount = Decimal(text.strip())
    except InvalidOperation:
        amount = Decimal(0)
    if not (amount.is_finite() and Decimal("0.5") <= amount <= most):
        raise Refused(
            "case.extend_amount", "延期要在 0.5 到 {most} 之间，不超过原来的时限。", field="amount",
            most=format(most.normalize(), "f"),
        )  # fmt: skip
    return amount.quantize(Decimal("0.01"))


@action(answer=_of)
def decide_extension(act: Act, *, case: Case, grant: bool, words: str = "") -> Case:
    """The desk grants or refuses more time. Granted, it is added to the deadline that stands, by the same work calendar."""
    must(act.by, "decide_extension")
    case = locked(case)
    asked = case.extensions.select_for_update().filter(state=Extension.State.ASKED).first()
    if asked is None:
        raise Refused("case.extend_none", "这件案件没有待批的延期申请，可能别人已经批过了。")
    if act.by.code == asked.by:
        raise Refused("case.extend_own", "自己申请的延期要别人来批。")
    grants = grant and case.state == "dispatched" and case.due_at is not None and case.standard is not None
    if grant and not grants:
        raise Refused("case.extend_over", "案件已经不在处置中，不用再批延期；请选“不同意”。")
    asked.state = Extension.State.GRANTED if grants else Extension.State.REFUSED
    asked.decided_by, asked.decided_at = act.by.code, act.at
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    fact = kinds.CaseExtensionDecided(granted=grants, amount=format(asked.amount.normalize(), "f"))
    line = act.record(fact, about=case.number, for_unit=case.for_unit, source=case.source)
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip())
    if grants and case.due_at is not None and case.standard is not None:
        clocks.extend(case, asked.amount)
        case.version += 1
        case.save(update_fields=["due_at", "due_provisional", "warn_at", "alarm", "version"])
        clocks.record_deadline(act, case, "extended")
    return case
