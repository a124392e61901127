"""The clock of a case: when it is due by its standard row, the bureau's work hours and the work calendar."""

from __future__ import annotations

import datetime as dt

from xiuhua.cases.models import Case, StandardRow
from xiuhua.city.queries import work_hours
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.worktime import Due, Limit, LimitKind, due_after_pause, due_at, explain_due
from xiuhua.ledger.act import Act
from xiuhua.ledger.kinds.case import CaseDeadlineSet


def limit_of(row: StandardRow) -> Limit:
    """The limit that a standard row gives."""
    return Limit(row.limit_amount, LimitKind(row.limit_kind))


def start(case: Case, at: dt.datetime, row: StandardRow) -> None:
    """The clock starts when the case is filed (our choice: the standard leaves it open)."""
    due = due_at(at, limit_of(row), calendar=load_calendar(), hours=work_hours())
    case.paused_at = None
    _set(case, due)


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
    case.due_at = case.paused_at = None
    case.due_provisional = case.late = False
    return had


def resume(case: Case, at: dt.datetime, *, same_unit: bool) -> bool:
    """The same unit goes on with what was left of the limit; another unit gets the whole limit.

    Tells whether the deadline changed: a case that goes out for the first time keeps the one from its filing.
    """
    if case.standard is None or case.paused_at is None or case.due_at is None:
        case.paused_at = None
        return False
    limit = limit_of(case.standard)
    if same_unit:
        due = due_after_pause(case.due_at, case.paused_at, at, limit.kind, calendar=load_calendar(), hours=work_hours())
    else:
        due = due_at(at, limit, calendar=load_calendar(), hours=work_hours())
    case.paused_at = None
    _set(case, due)
    return True


def _set(case: Case, due: Due) -> None:
    case.due_at = due.at
    case.due_provisional = due.provisional


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


def in_words(case: Case) -> str:
    """The arithmetic of the deadline in one sentence; empty before the case is filed."""
    if case.standard is None or case.filed_at is None or case.due_at is None:
        return ""
    return explain_due(case.filed_at, limit_of(case.standard), calendar=load_calendar(), hours=work_hours())
