"""A case on a page of its own, its steps, and its photos."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases.actions import recall_case
from xiuhua.cases.models import Case, CasePhoto, ChatDraft, Count
from xiuhua.city.access import may
from xiuhua.doors.desk import steps
from xiuhua.doors.desk.entry import act_of, asked_from, desk_page, fresh_key, is_desk, whole_number
from xiuhua.doors.desk.reach import case_of, visible_cases
from xiuhua.doors.desk.shown import log_of, stages_of
from xiuhua.doors.desk.views.chat import reply_panel
from xiuhua.doors.desk.views.dispatch import after_step, pane_context, refused_step
from xiuhua.doors.desk.views.orders import order_panel
from xiuhua.doors.desk.worklist import first_tab, page_of, tab_counts, wanted_of
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.files import picture_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By
from xiuhua.programme.models import Supervision


@require_safe
@never_cache
@desk_page()
def case(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The whole case: stitches, photos, map, log, and the steps that may follow."""
    at = timezone.now()
    found = case_of(by, number)
    return render(request, "desk/case.html", page_context(found, by, pane_context(found, by, at)))


def page_context(found: Case, by: By, context: dict[str, Any]) -> dict[str, Any]:
    """What the page of a case shows beside what its pane does."""
    pressed = Supervision.objects.filter(case=found.number).select_related("unit")
    log = log_of(found, words=context["case_words"])
    stages, total = stages_of(log, context["at"])
    return context | {
        "log": log,
        "stages": stages,
        "stages_total": total,
        "pressed": list(pressed),
        "may_press": may(by, "supervise") and found.is_open and bool(found.for_unit),
        "publish_key": fresh_key() if may(by, "release_photos") else "",
        **reply_panel(found, by, timezone.now()),
        **order_panel(found, by, timezone.now()),
        "on_page": True,
        "room": "dispatch",
    }


@require_POST
@desk_page()
def step(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Somebody presses a button of a case. From the dispatch desk the answer is the next case, else the page."""
    found = case_of(by, number)
    from_pane = bool(request.headers.get("HX-Request"))
    at = timezone.now()
    before = None
    if from_pane:
        wanted = wanted_of(asked_from(request))
        before = page_of(by, replace(wanted, tab=wanted.tab or first_tab(tab_counts(by, at))), at)
    try:
        moved, told = steps.take_step(request, by, found)
    except Refused as refused:
        context = refused_step(request, by, number, refused)
        if from_pane:
            context["wanted"] = replace(wanted_of(asked_from(request)), case=number)
            return render(request, "desk/pane.html", context, status=status_of(refused))
        return render(request, "desk/case.html", page_context(context["case"], by, context), status=status_of(refused))
    if before is not None:
        return after_step(request, by, moved, before, told)
    messages.success(request, told)
    if "case" in request.POST:  # the dispatch desk without scripts
        before_it = QueryDict(urlsplit(request.headers.get("Referer", "")).query)
        return redirect(f"{reverse('desk:dispatch')}?{wanted_of(before_it).query(case='')}")
    return redirect("desk:case", number=number)


@require_POST
@desk_page()
def recall(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """What was just done is taken back; the case is open again as it was."""
    found = case_of(by, number)
    wanted = wanted_of(asked_from(request))
    before = page_of(by, replace(wanted, tab=wanted.tab or "dispatch"), timezone.now())
    try:
        for n in range(min(max(whole_number(request.POST.get("times"), without=1), 1), 2)):
            found = recall_case(act_of(request, by, step=f"recall{n}"), case=found)
    except Refused as refused:
        if not request.headers.get("HX-Request"):
            raise
        context = pane_context(case_of(by, number), by, timezone.now()) | {"refused": refused, "wrong": ""}
        context["wanted"] = replace(wanted, case=number)
        return render(request, "desk/pane_refused.html", context, status=status_of(refused))
    if request.headers.get("HX-Request"):
        return after_step(request, by, found, before, _("已撤回，和办之前一样。"), stay=True)
    messages.success(request, _("已撤回，和办之前一样。"))
    return redirect("desk:case", number=number)


@require_safe
@desk_page()
def photo(request: HttpRequest, by: By, digest: str, size: str) -> HttpResponse:
    """A photo of a case that this person may see. The original carries its EXIF, so only the desk opens it."""
    kept = CasePhoto.objects.filter(digest=digest, case__in=visible_cases(by)).exists()
    if (
        not kept
        and not Count.objects.filter(photo=digest, unit__startswith=by.unit if by.unit else "?").exists()
        and not (is_desk(by) and Count.objects.filter(photo=digest).exists())
        and not (is_desk(by) and ChatDraft.objects.filter(photo=digest).exists())
    ):
        raise Absent("photo.absent")
    if size == "original" and not is_desk(by):
        raise Absent("photo.absent")
    raw, content_type = picture_of(digest, size)
    answer = HttpResponse(raw, content_type=content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=86400, immutable=True)
    return answer
