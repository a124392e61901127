"""The arithmetic of a deadline in words: from the filing over every pause, return and extension to when it is due now."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.cases import clocks
from xiuhua.cases.models import Case, Source
from xiuhua.city.queries import work_hours
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.worktime import Limit, due_at, explain_due
from xiuhua.ledger.kinds.case import CaseDeadlineSet
from xiuhua.ledger.models import Line

PAUSES = {"unfiled": "退回受理", "returned": "退回派遣", "suspended": "挂账", "handed_over": "移交"}
CHANGES = {
    "dispatched_again": "重新派遣，到期 {due}",
    "resumed": "恢复计时，到期 {due}",
    "extended": "同意延期，到期 {due}",
    "shortened": "缩短时限，到期 {due}",
    "unit_hours": "按承办单位的工作时间，到期 {due}",
    "recalled": "撤回上一步，到期 {due}",
    "handover_rejected": "移交被退，到期 {due}",
    "outside": "来源方同意延期，到期 {due}",
}


def in_words(case: Case) -> str:
    """How a case came to its deadline; empty before it is filed.

    立案 4月30日 16:20，时限 2 个工作日，劳动节放假 5 天，到期 5月7日 16:20；5月6日 09:00 挂账，暂停计时；…
    """
    limit = clocks.limit_for(case)
    if limit is None or case.filed_at is None or case.due_at is None:
        return ""
    changes = list(_changes(case))
    first = limit if not any(reason == "shortened" for _at, reason, _due in changes) else None
    parts = [_urgent(case)] if case.urgency else []
    row = case.standard
    whole = Limit(clocks.urgent_amount(row, case.urgency) or row.limit_amount, limit.kind) if row else limit
    if first is not None:
        parts.append(explain_due(case.filed_at, first, calendar=load_calendar(), hours=work_hours(case.for_unit)))
    elif case.standard is not None:
        parts.append(explain_due(case.filed_at, whole, calendar=load_calendar(), hours=work_hours(case.for_unit)))
    filed_due = _filed_due(case)
    whole_due = due_at(case.filed_at, first or whole, calendar=load_calendar(), hours=work_hours(case.for_unit)).at
    if case.source == Source.HOTLINE and filed_due is not None and filed_due < whole_due:
        parts.append(_("赶在 12345 的回复时限前，提前到 %(time)s") % {"time": _moment(filed_due)})
    for at, reason, due in changes:
        time = _moment(at)
        if reason in PAUSES and due is None:
            parts.append(_("%(time)s %(what)s，暂停计时") % {"time": time, "what": _(PAUSES[reason])})
        elif reason in CHANGES:
            what = _(CHANGES[reason]).format(due=_moment(due)) if due else _(CHANGES[reason].split("，")[0])
            parts.append(f"{time} {what}")
    return ("; " if _english() else "；").join(parts)


def _urgent(case: Case) -> str:
    label, share = clocks.URGENCIES[case.urgency]
    return _("%(label)s，时限为标准的 %(percent)s%%") % {"label": _(label), "percent": f"{share * 100:.0f}"}


def _filed_due(case: Case) -> dt.datetime | None:
    """What the last filing made the deadline."""
    lines = Line.objects.about(case.number).of_kind(CaseDeadlineSet.kind).order_by("-id")
    told = (json.loads(facts) for facts in lines.values_list("facts", flat=True))
    return next((parse_datetime(one["due_at"]) for one in told if one["reason"] == "filed"), None)


def _changes(case: Case) -> Iterator[tuple[dt.datetime, str, dt.datetime | None]]:
    """What happened to the deadline since the case was last filed: when, why, and until when it ran then."""
    lines = Line.objects.about(case.number).of_kind(CaseDeadlineSet.kind).order_by("id")
    found: list[tuple[dt.datetime, str, dt.datetime | None]] = []
    for at, facts in lines.values_list("happened_at", "facts"):
        told = json.loads(facts)
        if told["reason"] == "filed":
            found = []
            continue
        found.append((at, told["reason"], parse_datetime(told["due_at"]) if told["due_at"] else None))
    yield from found


def _moment(at: dt.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%-d %b %H:%M}" if _english() else f"{local.month}月{local.day}日 {local:%H:%M}"


def _english() -> bool:
    return (get_language() or "").startswith("en")
