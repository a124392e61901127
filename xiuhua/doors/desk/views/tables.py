"""导入表格, the wizard: drop a sheet → match its columns → look through every row → import → take the whole batch back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may, must
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.exports import EXCEL
from xiuhua.doors.desk.views.imports import uploaded
from xiuhua.doors.desk.views.jobs import shown as job_shown
from xiuhua.doors.desk.wizard import batches_for, columns_context, preview_context, steps_of
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.jobs import ask_job, open_job
from xiuhua.kit.models import Batch, Job, StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets import Sheet
from xiuhua.kit.sheets.batches import batch_of, begin_batch, import_batch, match_columns, sentences, undo_batch
from xiuhua.kit.sheets.returned import returned
from xiuhua.ledger.act import Act, By
from xiuhua.programme.tables import SHEETS, sheet_of

State = Batch.State


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="imports", verb="import_table")
def table(request: HttpRequest, by: By, kind: str) -> HttpResponse:
    """Where a sheet of a kind is dropped; a post keeps the file and goes on to its columns."""
    if kind not in SHEETS:
        raise Absent("sheet.kind")
    sheet = sheet_of(kind)
    must(by, sheet.verb)
    context = {
        "room": "imports", "sheet": sheet, "key": fresh_key(), "batches": batches_for(by, sheet=kind),
        "columns": [one for one in sheet.columns if one.told],
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "desk/wizard_drop.html", context)
    try:
        file = uploaded(request, "file")
        act = act_of(request, by)
        batch = begin_batch(sheet, file.read(), name=file.name or "", key=act.key, by=by.code, at=act.at)
    except Refused as refused:
        return render(request, "desk/wizard_drop.html", context | {"refused": refused}, status=status_of(refused))
    return redirect("desk:batch", code=batch.code)


def _mine(by: By, code: str) -> tuple[Batch, Sheet]:
    batch = batch_of(code, by="" if may(by, "administer") else by.code)
    if batch.sheet_code not in SHEETS or not may(by, SHEETS[batch.sheet_code].verb):
        raise Absent("batch.absent")
    return batch, SHEETS[batch.sheet_code]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="imports", verb="import_table")
def batch(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A batch where it stands; a post takes one step."""
    found, sheet = _mine(by, code)
    if request.method != "POST":
        return shown(request, found, sheet)
    if open_job("batch", found.code) is not None:
        raise Refused("batch.busy", _("这一批正在后台处理，请等它完成，或先取消。"))
    try:
        STEPS[request.POST.get("step", "")](request, by, found, sheet)
    except KeyError:
        raise Refused(
            "form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": request.POST.get("step", "")}
        ) from None
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        found.refresh_from_db()
        return shown(request, found, sheet, refused=refused)
    return redirect("desk:batch", code=code)


LARGE_ROWS, LARGE_BYTES = 2000, 200_000
"""Beyond these a step is done in the background (our choice: about two seconds on an old server)."""


def large(found: Batch) -> bool:
    """Whether a step with this batch takes longer than a page should wait."""
    size = StoredFile.objects.filter(digest=found.file).values_list("size", flat=True).first() or 0
    return found.rows > LARGE_ROWS or (not found.rows and size > LARGE_BYTES)


def _later(by: By, found: Batch, step: str, **ask: Any) -> bool:
    """Ask for a step of a large batch to be done in the background; False when it is small enough to be done now."""
    if not large(found):
        return False
    key = uuid5(found.key, f"{step}:{Job.objects.filter(kind='batch', about=found.code).count()}")
    ask_job(
        "batch", key=key, by=by.code, at=timezone.now(), about=found.code, name=found.name, ask={"step": step, **ask}
    )
    return True


def _match(request: HttpRequest, by: By, found: Batch, sheet: Sheet) -> None:
    given = request.POST
    ask = {
        "which": whole_number(given.get("which")),
        "head_row": whole_number(given.get("head"), without=1) - 1,
        "matched": {
            one.name: int(given[f"column-{one.name}"])
            for one in sheet.columns
            if given.get(f"column-{one.name}", "").isdigit()
        },
    }
    if not _later(by, found, "match", **ask):
        match_columns(found, sheet, at=timezone.now(), **ask)


def _import(request: HttpRequest, by: By, found: Batch, sheet: Sheet) -> None:
    told = {one.name: request.POST.get(f"ask-{one.name}", "").strip()[:120] for one in sheet.asks}
    ask = {"told": told, "all_or_nothing": request.POST.get("rule") == "all"}
    if not _later(by, found, "import", **ask):
        done = import_batch(found, sheet, act=Act(by=by, at=timezone.now(), key=UUID(int=0)), **ask)
        messages.success(request, sentences(done, sheet)[0])


def _undo(request: HttpRequest, by: By, found: Batch, sheet: Sheet) -> None:
    if found.state == State.IMPORTED and _later(by, found, "undo"):
        return
    done = undo_batch(found, sheet, act=Act(by=by, at=timezone.now(), key=UUID(int=0)))
    messages.success(request, sentences(done, sheet)[0])


STEPS = {"match": _match, "import": _import, "undo": _undo}


def shown(request: HttpRequest, found: Batch, sheet: Sheet, *, refused: Refused | None = None) -> HttpResponse:
    """The page of the step that is due; `?columns` goes back to the columns of a batch that was not imported yet."""
    at = timezone.now()
    going = open_job("batch", found.code)
    if going is not None:
        return render(
            request, "desk/wizard_job.html",
            {"room": "imports", "batch": found, "sheet": sheet, "steps": steps_of(found)} | job_shown(going, at),
        )  # fmt: skip
    last = Job.objects.filter(kind="batch", about=found.code).first()
    context: dict[str, Any] = {
        "failed": last.wrong if last and last.state == Job.State.FAILED else "",
        "room": "imports", "batch": found, "sheet": sheet, "refused": refused, "wrong": "",
        "steps": steps_of(found), "result": sentences(found, sheet), "asks": [(one, found.told.get(one.name, "")) for one in sheet.asks],
    }  # fmt: skip
    matching = found.state == State.DROPPED or (
        found.state == State.MATCHED and ("columns" in request.GET or request.POST.get("step") == "match")
    )
    if matching:
        context |= columns_context(request.POST if refused else request.GET, found, sheet, kept=refused is not None)
        name = "desk/wizard_columns.html"
    else:
        context |= preview_context(request, found, sheet)
        name = "desk/wizard_preview.html"
    return render(request, name, context, status=status_of(refused) if refused else 200)


@require_safe
@desk_page(room="imports", verb="import_table")
def returned_rows(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The rows that did not come in, as the same sheet with a 原因 column."""
    found, sheet = _mine(by, code)
    answer = HttpResponse(returned(found, sheet), content_type=EXCEL)
    name = f"{found.name.rpartition('.')[0] or found.name}.退回.xlsx"
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
