"""立案标准: the rows under which cases are filed, their versions, how a row came to be, and the codes of the standards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.cases.codes import CERTAINTY, CITY, NEW, OLD, became, code_of, codes_of, tables
from xiuhua.cases.limits import limit_words
from xiuhua.cases.models import Case, Category, Kind, StandardRow, StandardVersion
from xiuhua.cases.standard_acts import CHANGED, REPLACES, add_matter, change_standard, put_in_force
from xiuhua.cases.standard_rows import add_standard, confirm_standard, end_standard
from xiuhua.cases.standard_search import found_among, initials
from xiuhua.cases.standard_sheet import COLUMNS, limit_text
from xiuhua.city.access import may
from xiuhua.city.queries import person_names
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.offers import offered_rows
from xiuhua.doors.desk.standard_list import OWN, SHOWN, AskedStandards, asked_of, found, page_of
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

LIMITS = {
    "emergency_hours": gettext_lazy("小时，昼夜连续"), "work_hours": gettext_lazy("个工作时"),
    "work_days": gettext_lazy("个工作日"), "calendar_days": gettext_lazy("个自然日"),
}  # fmt: skip
HOWS = {
    "same": gettext_lazy("同名"), "renamed": gettext_lazy("改名"), "dropped": gettext_lazy("新标准没有这一条"),
    "unknown": gettext_lazy("对应关系不清楚"),
}  # fmt: skip
MOST = 12


@never_cache
@require_safe
@desk_page(room="standards")
def standards(request: HttpRequest, by: By) -> HttpResponse:
    """The rows that fit the filters, as a page or as the sheet that the wizard reads back."""
    at = timezone.now()
    asked = asked_of(request.GET)
    rows = found(asked, bureau_day(at))
    if request.GET.get("format") == "xlsx":
        return exported(asked, rows, at)
    shown, page, pages = page_of(rows, whole_number(request.GET.get("page"), without=1))
    context = {
        "room": "standards", "at": at, "asked": asked, "stated": asked.stated, "total": len(rows), "page": page, "pages": pages,
        "rows": [(row, limit_words(row)) for row in shown], "kinds": Kind.choices, "categories": Category.choices,
        "versions": [(OWN, _("默认标准")), *((one.code, str(one)) for one in StandardVersion.objects.all())],
        "version": StandardVersion.objects.filter(code=asked.version).first(), "shows": SHOWN.items(),
        "may_set": may(by, "set_standards"), "key": fresh_key(), "today": bureau_day(at),
    }  # fmt: skip
    return render(request, "desk/standards.html", context)


def exported(asked: AskedStandards, rows: list[StandardRow], at: dt.datetime) -> HttpResponse:
    """The ten columns of the sheet, such that importing them again says the same."""
    cells = [
        (
            row.get_kind_display(), row.matter[:2], row.major_name, row.matter[2:], row.matter_name, row.condition, row.closing,
            limit_text(row), row.handling_unit, row.supervising_unit,
        )
        for row in rows
    ]  # fmt: skip
    headers = [(one.label, one.width) for one in COLUMNS]
    return exports.excel("立案处置结案标准", stated=asked.stated, at=at, headers=headers, rows=cells)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="standards")
def standard(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One row: what it says, how it came to be, who used it. A post changes it, from today on."""
    row = _row(code)
    if request.method != "POST":
        return render(request, "desk/standard_row.html", row_context(by, row))
    try:
        changed, words = ROW_STEPS.get(request.POST.get("step", ""), _change)(request, by, row)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = row_context(by, row) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/standard_row.html", context, status=status_of(refused))
    messages.success(request, words)
    return redirect("desk:standard", code=changed.code)


def _change(request: HttpRequest, by: By, row: StandardRow) -> tuple[StandardRow, str]:
    told = {name: request.POST.get(name, "") for name in CHANGED if name in request.POST}
    changed = change_standard(act_of(request, by), row=row, changes=told, why=request.POST.get("why", ""))
    return changed, _("已改。已经立案的案件仍按原来那条。")


def _end(request: HttpRequest, by: By, row: StandardRow) -> tuple[StandardRow, str]:
    ends_on = day_of(request.POST.get("ends_on"))
    if ends_on is None:
        raise Refused("standard.ends", _("请写从哪一天起停用。"), field="ends_on")
    ended = end_standard(act_of(request, by), row=row, ends_on=ends_on, why=request.POST.get("end_why", ""))
    return ended, _("从 %(day)s 起停用。") % {"day": ends_on}


def _confirm(request: HttpRequest, by: By, row: StandardRow) -> tuple[StandardRow, str]:
    return confirm_standard(act_of(request, by), row=row), _("已确认。")


ROW_STEPS = {"end": _end, "confirm": _confirm}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="standards", verb="set_standards")
def new_standard(request: HttpRequest, by: By) -> HttpResponse:
    """A row written by hand."""
    context: dict[str, Any] = {
        "room": "standards", "key": fresh_key(), "kinds": Kind.choices, "categories": Category.choices, "limits": LIMITS.items(),
        "codes": [(one.code, one.name) for one in codes_of(NEW)], "wrong": "",
        "typed": {"kind": Kind.EVENT.value, "limit_amount": "1", "limit_kind": "work_days", "matter": request.GET.get("matter", "")},
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "desk/standard_new.html", context)
    try:
        told = {name: request.POST.get(name, "") for name in CHANGED}
        row = add_standard(
            act_of(request, by), kind=request.POST.get("kind", ""), matter=request.POST.get("matter", ""), fields=told,
            why=request.POST.get("why", ""),
        )  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context |= {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/standard_new.html", context, status=status_of(refused))
    messages.success(request, _("已加上，从今天起可以按它立案。"))
    return redirect("desk:standard", code=row.code)


def _row(code: str) -> StandardRow:
    found = StandardRow.objects.select_related("version", "follows").filter(code=code).first()
    if found is None:
        raise Absent("standard.absent")
    return found


def row_context(by: By, row: StandardRow) -> dict[str, Any]:
    history = _history(row)
    cases = Case.objects.filter(standard=row).visible_to(by)
    current = not row.draft and not hasattr(row, "followed_by") and row.ends_on is None
    known = code_of(row.code_standard, row.kind, row.matter)
    now = became(known) if known and known.standard == OLD else None
    return {
        "room": "standards", "row": row, "limit": limit_words(row), "limits": LIMITS.items(), "categories": Category.choices,
        "history": [(one, limit_words(one)) for one in history], "names": person_names({one.changed_by for one in history}),
        "in_force": current, "may_change": may(by, "set_standards") and (current or row.draft), "key": fresh_key(),
        "end_key": fresh_key(), "confirm_key": fresh_key(), "may_confirm": may(by, "set_standards"),
        "today": bureau_day(timezone.now()),
        "typed": {name: getattr(row, name) for name in CHANGED} | {"limit_amount": f"{row.limit_amount.normalize():f}"},
        "used": cases.count(), "open": cases.open().count(), "known": known, "now": now, "how": HOWS[now.how] if now else "",
        "standard_title": tables()[row.code_standard].title if row.code_standard in tables() else _("本市扩展"),
    }  # fmt: skip


def _history(row: StandardRow) -> list[StandardRow]:
    """The row, those that it follows and those that follow it, the newest first."""
    before = [row]
    while before[-1].follows is not None:
        before.append(before[-1].follows)
    after: list[StandardRow] = []
    newest = row
    while (newer := StandardRow.objects.filter(follows=newest).first()) is not None:
        after.append(newer)
        newest = newer
    return [*reversed(after), *before]


@require_POST
@desk_page(room="standards", verb="set_standards")
def standard_version(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A draft is put in force from a day on."""
    version = StandardVersion.objects.filter(code=code).first()
    if version is None:
        raise Absent("standards.absent")
    back = f"{reverse('desk:standards')}?version={version.code}"
    try:
        begins_on = day_of(request.POST.get("begins_on"))
        if begins_on is None:
            raise Refused("standards.begins", _("请写从哪一天起生效。"), field="begins_on")
        replaces = request.POST.get("replaces", REPLACES[0])
        put_in_force(act_of(request, by), version=version, begins_on=begins_on, replaces=replaces)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        messages.error(request, refused.message)
        return redirect(back)
    messages.success(request, _("“%(title)s”从 %(day)s 起生效。") % {"title": version.title, "day": begins_on})
    return redirect(f"{back}&show=now")


@require_safe
@desk_page()
def standard_options(request: HttpRequest, by: By) -> HttpResponse:
    """Rows to file under that fit what is typed: words, a code, or the initials of pinyin."""
    words = request.GET.get("standard_words", "").strip()[:40]
    at = timezone.now()
    rows = StandardRow.objects.in_force(bureau_day(at))
    fitting = list(found_among(rows, words))[:MOST] if words else []
    return render(request, "desk/standard_options.html", {"words": words, "options": offered_rows(fitting, at)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="standards")
def codes(request: HttpRequest, by: By) -> HttpResponse:
    """The codes of a standard, with what an old one is now; a post adds one of the city's own."""
    context = _codes_context(request, by)
    if request.method != "POST":
        return render(request, "desk/codes.html", context)
    try:
        told = {name: request.POST.get(name, "") for name in ("kind", "code", "name", "major")}
        made = add_matter(act_of(request, by), **told)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context |= {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/codes.html", context, status=status_of(refused))
    messages.success(request, _("已加上 %(code)s %(name)s。") % {"code": made.code, "name": made.name})
    return redirect(f"{reverse('desk:codes')}?standard={CITY}")


def _codes_context(request: HttpRequest, by: By) -> dict[str, Any]:
    titles = {**{one.standard: one.title for one in reversed(tables().values())}, CITY: _("本市扩展")}
    wanted = request.GET.get("standard", NEW)
    wanted = wanted if wanted in titles else NEW
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in Kind.values else ""
    words = request.GET.get("q", "").strip().lower()[:40]
    rows = [
        one for one in codes_of(wanted)
        if (not kind or one.kind == kind) and (not words or words in one.name or words in one.code or words in initials(one.name))
    ]  # fmt: skip
    shown = [(one, Kind(one.kind).label, CERTAINTY.get(one.certainty, ""), became(one) if wanted == OLD else None) for one in rows]  # fmt: skip
    return {
        "room": "standards", "titles": titles.items(), "wanted": wanted, "kind": kind, "kinds": Kind.choices, "words": words,
        "rows": [(*one, HOWS[one[3].how] if one[3] else "") for one in shown], "old": wanted == OLD,
        "source": tables()[wanted].source if wanted in tables() else "", "own": wanted == CITY,
        "may_set": may(by, "set_standards"), "key": fresh_key(), "typed": {},
    }  # fmt: skip
