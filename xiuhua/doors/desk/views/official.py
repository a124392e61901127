"""The bureau's official tables: as they hold on a day, version by version, edited row by row, printed, compared."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.city.access import may
from xiuhua.city.duties import confirm_duty
from xiuhua.city.models import TableVersion
from xiuhua.city.official_tables import (
    OfficialTable,
    Printed,
    amend_table,
    changes,
    differences,
    draft_table,
    enact_table,
    redraft_table,
    table_of,
    version_of,
    withdraw_table,
)
from xiuhua.city.queries import rooms_on
from xiuhua.doors.desk import official as told
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.table_papers import KINDS
from xiuhua.programme.task_table import confirm_task


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(verb="see_desk")
def table(request: HttpRequest, by: By, kind: str) -> HttpResponse:
    """The table as it holds on a day; a post changes a row from today on, confirms one, or drafts a version of it all."""
    found = _room(table_of(kind))
    at = timezone.now()
    today = bureau_day(at)
    day = day_of(request.GET.get("on")) or today
    rows = found.in_force(day)
    if request.method == "POST":
        return _step(request, by, found, rows)
    if request.GET.get("format") in KINDS:
        version = TableVersion.objects.of_kind(kind).in_force(day).first()
        return told.paper_answer(
            found, rows, request.GET["format"], at=at, version=version, told=told.in_force_words(day)
        )
    return render(request, "desk/official.html", _context(request, by, found, rows, day, today))


def _room(found: OfficialTable) -> OfficialTable:
    if told.room_of(found.kind) not in rooms_on():
        raise Absent("table.room", "本局还没有启用这个功能；请系统管理员在系统设置里启用。")
    return found


def _context(
    request: HttpRequest, by: By, found: OfficialTable, rows: list[Printed], day: dt.date, today: dt.date,
    *, edit: str = "", typed: dict[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    words, doubts = request.GET.get("q", "").strip()[:60], request.GET.get("doubts") == "1"
    unsure = sum(bool(row.doubts) for row in rows)
    chosen = [row for row in told.found(rows, words) if row.doubts or not doubts]
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    first = (page - 1) * told.PAGE
    edit = edit or request.GET.get("edit", "")
    row = next((one for one in rows if one.key == edit), None)
    may_edit = may(by, found.verb) and day == today
    versions = told.versions_of(found.kind)
    return {
        "room": told.room_of(found.kind), "table": found, "siblings": told.siblings(found.kind), "day": day, "today": today,
        "words": words, "doubts": doubts, "unsure": unsure, "total": len(rows), "shown": len(chosen), "page": page,
        "pages": max((len(chosen) + told.PAGE - 1) // told.PAGE, 1), "may_edit": may_edit,
        "may_import": may(by, "import_table") and may(by, found.verb), "key": fresh_key(), "confirms": found.kind in ("segment_duties", "tasks"),
        "versions": [(one, told.state_words(one)) for one in versions],
        "version": next(iter(TableVersion.objects.of_kind(found.kind).in_force(day)), None),
        "editing": may_edit and (row is not None or edit == "new"), "edit": edit, "edited": row,
        "fields": told.form_of(found, row, typed),
        **told.shown_rows(found, chosen[first : first + told.PAGE], first=first + 1),
    }  # fmt: skip


def _step(request: HttpRequest, by: By, found: OfficialTable, rows: list[Printed]) -> HttpResponse:
    given = request.POST
    try:
        if given.get("step") == "draft":
            version = draft_table(act_of(request, by), kind=found.kind, rows=rows)
            messages.success(request, _("已按现行内容起草新的一版，改好后再生效。"))
            return redirect("desk:table_version", code=version.code)
        if given.get("step") == "confirm":
            if found.kind == "tasks":
                confirm_task(act_of(request, by), key=given.get("row", ""))
            else:
                confirm_duty(act_of(request, by), thing=f"segment:{given.get('row', '').partition('·')[0]}")
            messages.success(request, _("责任人已确认。"))
        else:
            row = next((one for one in rows if one.key == given.get("row", "")), None)
            amend_table(
                act_of(request, by), kind=found.kind, cells=_typed(request, found, row), key=row.key if row else ""
            )
            messages.success(request, _("已改，今天起生效；以前的仍可按日期查。"))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        today = bureau_day(timezone.now())
        context = _context(
            request, by, found, rows, today, today, edit=given.get("row", "") or "new",
            typed={one.name: given.get(f"cell-{one.name}", "") for one in found.columns},
        )  # fmt: skip
        return render(
            request, "desk/official.html", context | {"refused": refused, "wrong": ""}, status=status_of(refused)
        )
    return redirect(told.address_of(found.kind))


def _typed(request: HttpRequest, found: OfficialTable, row: Printed | None) -> dict[str, str]:
    """The cells of the form; what a row that is there may not change comes from the row."""
    cells = dict(row.cells) if row else {}
    for one in found.columns:
        if one.told and f"cell-{one.name}" in request.POST and not (row and one.name in found.fixed):
            cells[one.name] = request.POST[f"cell-{one.name}"].strip()[:4000]
    return {name: text for name, text in cells.items() if row or text}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(verb="see_desk")
def version(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One version: its rows, what it changes against what holds or against another version, and its next step."""
    found = version_of(code)
    table_ = _room(table_of(found.kind))
    at = timezone.now()
    if request.method == "POST":
        return _version_step(request, by, found, table_)
    rows = told.printed_version(found)
    if request.GET.get("format") in KINDS:
        return told.paper_answer(
            table_, rows, request.GET["format"], at=at, version=found, told=told.state_words(found) or "草稿"
        )
    return render(
        request, "desk/official_version.html", _version_context(request, by, found, table_, rows, bureau_day(at))
    )


def _version_context(
    request: HttpRequest, by: By, found: TableVersion, table_: OfficialTable, rows: list[Printed], today: dt.date,
    *, edit: str = "", typed: dict[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    against = request.GET.get("against", "")
    other = TableVersion.objects.of_kind(found.kind).filter(code=against).first() if against else None
    if other:
        differing = differences(table_, told.printed_version(other), rows)
    else:
        differing = changes(table_, table_.in_force(today), rows)
    listed = told.compared(table_, differing[:500])
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    first = (page - 1) * told.PAGE
    edit = edit or request.GET.get("edit", "")
    row = next((one for one in rows if one.key == edit), None)
    may_edit = may(by, table_.verb) and found.state == TableVersion.State.DRAFT
    return {
        "room": told.room_of(found.kind), "table": table_, "version": found, "since": told.state_words(found), "other": other,
        "others": [one for one in told.versions_of(found.kind) if one.pk != found.pk], "changes": listed,
        "n_changes": len(differing), "page": page, "pages": max((len(rows) + told.PAGE - 1) // told.PAGE, 1), "total": len(rows),
        "may_edit": may_edit, "may_enact": may(by, table_.verb) and found.state in (TableVersion.State.DRAFT, TableVersion.State.REPLACED),
        "today": today, "key": fresh_key(), "back": told.address_of(found.kind), "editing": may_edit and (row is not None or edit == "new"),
        "edit": edit, "edited": row, "fields": told.form_of(table_, row, typed),
        **told.shown_rows(table_, rows[first : first + told.PAGE], first=first + 1),
    }  # fmt: skip


def _version_step(request: HttpRequest, by: By, found: TableVersion, table_: OfficialTable) -> HttpResponse:
    given = request.POST
    here = reverse("desk:table_version", args=[found.code])
    try:
        match given.get("step"):
            case "enact":
                from_day = day_of(given.get("from_day"))
                if from_day is None:
                    raise Refused("table.from_day", _("请选择生效日期。"), field="from_day")
                enact_table(act_of(request, by), version=found, from_day=from_day)
                messages.success(
                    request, _("《%(title)s》自 %(day)s 起生效。") % {"title": found.title, "day": from_day}
                )
                return redirect(told.address_of(found.kind))
            case "withdraw":
                withdraw_table(act_of(request, by), version=found)
                messages.success(request, _("草稿已撤回。"))
                return redirect(told.address_of(found.kind))
            case "head":
                redraft_table(
                    act_of(request, by), version=found, number=given.get("number", "").strip()[:60],
                    title=given.get("title", "").strip()[:120] or table_.label, dated=day_of(given.get("dated")),
                )  # fmt: skip
            case "row":
                rows = told.printed_version(found)
                row = next((one for one in rows if one.key == given.get("row", "")), None)
                redraft_table(
                    act_of(request, by), version=found, key=row.key if row else "", cells=_typed(request, table_, row)
                )
            case other:
                raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": other or ""})
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        rows = told.printed_version(found)
        typed = {one.name: given.get(f"cell-{one.name}", "") for one in table_.columns}
        edit = (given.get("row", "") or "new") if given.get("step") == "row" else ""
        context = _version_context(
            request, by, found, table_, rows, bureau_day(timezone.now()), edit=edit, typed=typed if edit else None
        )
        return render(
            request,
            "desk/official_version.html",
            context | {"refused": refused, "wrong": ""},
            status=status_of(refused),
        )
    messages.success(request, _("草稿已改。"))
    return redirect(here)
