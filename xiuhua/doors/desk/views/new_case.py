"""Taking a report at the desk: somebody calls, a letter comes in, a leader points something out."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.cases.actions import open_case
from xiuhua.cases.intake import Report
from xiuhua.cases.models import Category, Source
from xiuhua.cases.orders import Terms, take_order
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.uploads import kept_photos
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.doors.desk.where import segment_meant, segments_like, told
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

SOURCES = (
    Source.HOTLINE, Source.CITIZEN, Source.LEADER, Source.CIVILISED, Source.COMMITTEE, Source.STREET, Source.DEPARTMENT,
    Source.MEDIA,
)  # fmt: skip
ERRORS_AT = {"lon": "place", "lat": "place", "key": ""}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="dispatch", verb="accept_case")
def new_case(request: HttpRequest, by: By) -> HttpResponse:
    """The form of a call: source, category, place, words, contact. Wrong fields come back with what was typed."""
    if request.method != "POST":
        return render(request, "desk/new_case.html", form_context(request, by))
    photos: list[str] = []
    try:
        photos = kept_photos(request, "photos")
        act = act_of(request, by)
        case = open_case(act, report=report_of(request, act.key, photos))
        if case.source == Source.HOTLINE and case.outside_number:
            terms = Terms(case.reported_at, reply_due=_later(request.POST.get("reply_due", "")))
            take_order(
                act_of(request, by, step="order"), case=case, terms=terms, contact=request.POST.get("contact", "")
            )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = form_context(request, by, refused=refused, photos=photos)
        return render(request, "desk/new_case.html", context, status=status_of(refused))
    where = reverse("desk:case", args=[case.number])
    messages.success(request, format_html('{} <a href="{}">{}</a>', _("已登记"), where, case.number))
    if "again" in request.POST:
        return redirect(f"{reverse('desk:new_case')}?source={case.source}")
    return redirect(f"{reverse('desk:dispatch')}?tab=accept&case={case.number}")


def report_of(request: HttpRequest, key: UUID, photos: list[str]) -> Report:
    """What was typed, as intake wants it: its rules speak for all doors."""
    typed = request.POST
    where = typed.get("segment_chosen") or typed.get("segment", "")
    return Report(
        key=key,
        category=typed.get("category", ""),
        source=typed.get("source", ""),
        at=_moment(typed.get("at", "")),
        place=typed.get("place", "").strip(),
        description=typed.get("description", "").strip(),
        lon=_degrees(typed.get("lon", "")),
        lat=_degrees(typed.get("lat", "")),
        segment=segment_meant(where).code if where.strip() else "",
        photos=tuple(photos),
        contact=typed.get("contact", "").strip()[:60],
        outside_number=typed.get("outside_number", "").strip()[:40],
    )


def _degrees(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise Refused("form.point", _("坐标读不出来，请在地图上重新点选，或写明地点。"), field="place") from None


def _moment(text: str) -> dt.datetime:
    """When the call came: a local date and time, to the minute."""
    try:
        return timezone.make_aware(dt.datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        raise Refused("form.at", _("来电时间读不出来，请写成 2020-03-16 09:05。"), field="at") from None


def _later(text: str) -> dt.datetime | None:
    """Until when the hotline wants its reply; empty is by the default."""
    return _moment(text) if text.strip() else None


def form_context(
    request: HttpRequest, by: By, *, refused: Refused | None = None, photos: list[str] | None = None
) -> dict[str, Any]:
    """The form as it opens, or as it was typed."""
    typed = request.POST if request.method == "POST" else request.GET
    at = timezone.now()
    field = ERRORS_AT.get(refused.field, refused.field) if refused else ""
    return {
        "room": "dispatch",
        "key": fresh_key() if refused and refused.code == "act.key_reused" else typed.get("key") or fresh_key(),
        "typed": typed,
        "source": typed.get("source") or Source.HOTLINE,
        "sources": [(one.value, one.label) for one in SOURCES],
        "categories": [(one, label, n) for n, (one, label) in enumerate(Category.choices, start=1)],
        "call_at": typed.get("at") or f"{timezone.localtime(at):%Y-%m-%dT%H:%M}",
        "refused": refused,
        "wrong": field,
        "choices": refused.facts.get("choices", ()) if refused else (),
        "photos": photos or [],
        "attribution": attribution(),
        "newest": visible_cases(by).filter(reporter=by.code).order_by("-id")[:5],
    }


@require_safe
@desk_page()
def segment_options(request: HttpRequest, by: By) -> HttpResponse:
    """Segments that fit what is being typed, as the options of a list."""
    stations = [name for name in request.GET if name.startswith("station-")]
    words = next(
        (request.GET[name] for name in ("segment", "q", "place", *stations) if request.GET.get(name)), ""
    ).strip()
    found = segments_like(words[:40]) if words else []
    return render(request, "desk/segment_options.html", {"options": [told(one) for one in found]})
