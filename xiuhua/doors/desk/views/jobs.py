"""后台任务: work that takes longer than a page may wait, how far it is, calling it off, and what came of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.doors.desk.entry import desk_page, fresh_key
from xiuhua.kit.files import original_of
from xiuhua.kit.jobs import WORKS, cancel_job, find_works, job_of
from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By

MOST = 50
STITCHES = 20
STAGES = {
    "read": gettext_lazy("正在打开文件"),
    "check": gettext_lazy("正在逐行检查"),
    "write": gettext_lazy("正在写入，这一段不能取消"),
    "undo": gettext_lazy("正在撤回，这一段不能取消"),
    "export": gettext_lazy("正在写表格"),
    "whole": gettext_lazy("正在读和写，要么全部进来，要么一条不进；这一段不能取消"),
}
LAST = ("write", "undo", "whole")
"""Stages of one transaction, which cannot be called off."""
CANCELLED = {"import_cases": gettext_lazy("已取消。已经进来的案件留着；同一个文件再导入一次会接着来，不会重复。")}
PAGES = {"districts": "desk:proposal", "accept_districts": "desk:proposal", "batch": "desk:batch"}
"""Kinds whose thing has a page of its own, where the work is watched."""


def shown(job: Job, at: dt.datetime) -> dict[str, Any]:
    """What a page shows of a job: stitches with true counts, the time that is left by the pace so far."""
    find_works()
    known = WORKS.get(job.kind)
    share = job.done / job.total if job.total else 0.0
    gone = (at - (job.begun_at or job.asked_at)).total_seconds()
    left = gone * (1 - share) / share if job.state == Job.State.RUNNING and 0.05 < share < 1 else None
    sewn = STITCHES if job.state == Job.State.DONE else int(share * STITCHES)
    page = PAGES.get(job.kind, "")
    return {
        "job": job, "label": known.label if known else job.kind, "share": round(share * 100), "good": job.done - job.bad,
        "stage": STAGES.get(job.stage, ""), "left": None if left is None else max(1, round(left)), "gone": int(gone),
        "stitches": [n < sewn for n in range(STITCHES)], "here": reverse("desk:job", args=[job.code]),
        "page": reverse(page, args=[job.about]) if page else "", "key": fresh_key(),
        "silent": job.state == Job.State.WAITING and gone > 20, "may_cancel": job.is_open and job.kind != "districts" and job.stage not in LAST,
        "cancelled": CANCELLED.get(job.kind, gettext_lazy("已取消，没有留下做了一半的内容。")),
    }  # fmt: skip


def _mine(by: By, code: str) -> Job:
    return job_of(code, by="" if may(by, "administer") else by.code)


@require_safe
@never_cache
@desk_page()
def jobs(request: HttpRequest, by: By) -> HttpResponse:
    """The newest jobs of this person; of everybody for an administrator."""
    rows = Job.objects.all() if may(by, "administer") else Job.objects.filter(by=by.code)
    at = timezone.now()
    return render(request, "desk/jobs.html", {"at": at, "jobs": [shown(one, at) for one in rows[:MOST]]})


@require_safe
@never_cache
@desk_page()
def job(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One job: how far it is, or what came of it."""
    return render(request, "desk/job.html", shown(_mine(by, code), timezone.now()))


@require_safe
@never_cache
@desk_page()
def progress(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """How far it is, asked every two seconds; when it is over the page is fetched anew."""
    found = _mine(by, code)
    if not found.is_open:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "desk/job_progress.html", shown(found, timezone.now()))


@require_safe
@never_cache
@desk_page()
def state(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """For a page that was left meanwhile: 204 while it goes on, else a sentence and where to look."""
    found = _mine(by, code)
    if found.is_open:
        return HttpResponse(status=204)
    told = shown(found, timezone.now())
    name = f"{told['label']} {found.name}".strip()
    return JsonResponse(
        {
            "text": _("%(name)s：%(state)s") % {"name": name, "state": found.get_state_display()},
            "link": told["page"] or told["here"],
            "well": found.state == Job.State.DONE,
        }
    )


@require_safe
@never_cache
@desk_page()
def file(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The file that a job made."""
    found = _mine(by, code)
    if not found.answer.get("file"):
        raise Absent("job.file")
    raw, content_type = original_of(found.answer["file"])
    answer = HttpResponse(raw, content_type=content_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.answer['filename'])}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@desk_page()
def cancel(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The work is called off."""
    found = cancel_job(_mine(by, code), timezone.now())
    told = shown(found, timezone.now())
    messages.success(request, told["cancelled"])
    return redirect(told["page"] or told["here"])
