"""The clock of a case: when it is due by its standard row, the work hours of who has it, and the work calendar."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xiuhua.cases.models import Case, Reply, Source, StandardRow
from xiuhua.city.queries import work_hours
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.worktime import Due, Limit, LimitKind, due_after_pause, due_at
from xiuhua.ledger.act import Act
from xiuhua.ledger.kinds.case import CaseDeadlineSet

URGENCIES: dict[str, tuple[str, Decimal]] = {
    "": ("平件", Decimal(1)),
    "urgent": ("急件", Decimal("0.5")),
    "at_once": ("特急件", Decimal("0.25")),
}
"""What part of its row's limit an urgent case has (our choice: half and a quarter; the standards leave it to the city)."""
ORDER_LIMITS = {
    "sign": Limit(Decimal(2), LimitKind.WORK_HOURS),
    "contact": Limit(Decimal(8), LimitKind.WORK_HOURS),
    "reply": Limit(Decimal(5), LimitKind.WORK_DAYS),
}
"""By when an order of the hotline that names no moments is signed, its caller contacted, and answered (our choice)."""
REPLY_TAKES = dt.timedelta(hours=4)
"""So long before the hotline wants its reply a case is due here: drafting and approving take time (our choice)."""
LAST_PART = 4
"""The light is yellow in the last quarter of the time between start and deadline (our choice)."""


def limit_of(row: StandardRow) -> Limit:
    """The limit that a standard row gives."""
    return Limit(row.limit_amount, LimitKind(row.limit_kind))


def limit_for(case: Case) -> Limit | None:
    """The limit that a case has: its row's, less where it is urgent or was shortened; none before it is filed."""
    if case.standard is None:
        return None
    return Limit(case.limit_amount or case.standard.limit_amount, LimitKind(case.standard.limit_kind))


def urgent_amount(row: StandardRow, urgency: str) -> Decimal | None:
    """What an urgent case has instead of its row's amount; none when it is not urgent. Never below a hundredth."""
    _label, share = URGENCIES[urgency]
    return None if share == 1 else max((row.limit_amount * share).quantize(Decimal("0.01")), Decimal("0.01"))


def start(case: Case, at: dt.datetime, row: StandardRow) -> None:
    """The clock starts when the case is filed (our choice: the standard leaves it open)."""
    limit = Limit(case.limit_amount or row.limit_amount, LimitKind(row.limit_kind))
    case.paused_at = None
    _set(case, due_at(at, limit, calendar=load_calendar(), hours=work_hours(case.for_unit)), since=at)


def pause(case: Case, at: dt.datetime) -> bool:
    """The clock stands still while the case is back at the desk; a limit that had run out by then makes it late."""
    if case.due_at is None or case.paused_at is not None:
        return False
    judge(case, at)
    case.paused_at = at
    return True


def judge(case: Case, at: dt.datetime) -> None:
    """Late is a fact: once the limit ran out, no return and no new limit takes it back."""
    if case.due_at is not None and case.paused_at is None and at > case.due_at:
        case.late = True


def clear(case: Case) -> bool:
    """No limit runs until the case is filed again; tells whether there was one."""
    had = case.due_at is not None
    case.due_at = case.paused_at = case.warn_at = case.limit_amount = None
    case.due_provisional = case.late = case.exempt = False
    case.alarm, case.urgency = 0, ""
    return had


def resume(case: Case, at: dt.datetime, *, same_unit: bool) -> bool:
    """The same unit goes on with what was left of the limit; another unit gets the whole limit.

    Tells whether the deadline changed: a case that goes out for the first time keeps the one from its filing.
    """
    limit = limit_for(case)
    if limit is None or case.paused_at is None or case.due_at is None:
        case.paused_at = None
        return False
    calendar, hours = load_calendar(), work_hours(case.for_unit)
    if same_unit:
        due = due_after_pause(case.due_at, case.paused_at, at, limit.kind, calendar=calendar, hours=hours)
    else:
        due = due_at(at, limit, calendar=calendar, hours=hours)
    case.paused_at = None
    _set(case, due, since=at)
    return True


def by_hours_of(case: Case, unit_before: str) -> bool:
    """A case that goes out for the first time is due by the hours of who gets it; tells whether that changed anything."""
    limit = limit_for(case)
    if limit is None or case.filed_at is None or case.due_at is None or unit_before == case.for_unit:
        return False
    hours = work_hours(case.for_unit)
    if hours == work_hours(unit_before):
        return False
    due = due_at(case.filed_at, limit, calendar=load_calendar(), hours=hours)
    changed = due.at != case.due_at
    _set(case, due, since=case.filed_at)
    return changed


def shortened(case: Case, amount: Decimal) -> Due | None:
    """When a case would be due with less time since its filing; none when it has no limit yet."""
    limit = limit_for(case)
    if limit is None or case.filed_at is None:
        return None
    return due_at(case.filed_at, Limit(amount, limit.kind), calendar=load_calendar(), hours=work_hours(case.for_unit))


def shorten(case: Case, amount: Decimal, due: Due) -> None:
    """The case has that much from its filing on."""
    case.limit_amount = amount
    _set(case, due, since=case.filed_at or due.at)


def extend(case: Case, amount: Decimal) -> None:
    """So much more, in the kind of its limit, from the deadline that stands on."""
    limit = limit_for(case)
    if limit is None or case.due_at is None:
        return
    more = Limit(amount, limit.kind)
    before = case.due_at
    due = due_at(before, more, calendar=load_calendar(), hours=work_hours(case.for_unit))
    _set(case, Due(due.at, due.provisional or case.due_provisional), since=before)


def latest(case: Case, reply_due: dt.datetime | None) -> dt.datetime | None:
    """Until when a case of the hotline has to be right here, so that the reply is in time; none for other cases."""
    return reply_due - REPLY_TAKES if reply_due is not None and case.source == Source.HOTLINE else None


def _reply_due(case: Case) -> dt.datetime | None:
    if case.source != Source.HOTLINE or case.pk is None:
        return None
    return Reply.objects.filter(case=case, case__order__isnull=False).values_list("due_at", flat=True).first()


def follow_reply(case: Case, before: dt.datetime | None) -> bool:
    """The hotline moved its moment: a deadline that was only that early because of it moves with it."""
    limit = limit_for(case)
    if limit is None or case.filed_at is None or case.due_at is None or case.due_at != latest(case, before):
        return False
    own = due_at(case.filed_at, limit, calendar=load_calendar(), hours=work_hours(case.for_unit))
    _set(case, own, since=case.filed_at)
    return True


def _set(case: Case, due: Due, *, since: dt.datetime) -> None:
    """A deadline that moves is warned of anew; its light is yellow in the last part of the time since.

    It ends before the hotline's, where that leaves any time at all.
    """
    last = latest(case, _reply_due(case))
    if last is not None and since < last < due.at:
        due = Due(last, due.provisional)
    case.due_at = due.at
    case.due_provisional = due.provisional
    case.warn_at = due.at - (due.at - since) / LAST_PART if due.at > since else due.at
    case.alarm = 0


def record_deadline(act: Act, case: Case, reason: str) -> None:
    """The line that every change of a deadline writes."""
    running = case.due_at is not None and case.paused_at is None
    act.record(
        CaseDeadlineSet(
            stage="handle",
            due_at=case.due_at.astimezone(dt.UTC).isoformat() if running and case.due_at else "",
            reason=reason,
            provisional=case.due_provisional,
        ),
        about=case.number,
        for_unit=case.for_unit,
    )
