"""随手拍: a photo, a category, a place, one button. Nobody signs in, and the page works without scripts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.cases.intake import Report, open_case
from xiuhua.cases.models import Case, Category
from xiuhua.city.queries import bureau
from xiuhua.doors.portal import limits
from xiuhua.doors.portal.forms import MOST_PHOTOS, ReportForm, kept_photos
from xiuhua.doors.portal.views.follow import case_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import NOBODY, Act
from xiuhua.ledger.models import Line

FIELDS = {"lon": "place", "lat": "place", "place": "place", "description": "description", "category": "category"}
"""The form's field for a refusal's: a point belongs to the place; a photo's sentence stands above the form."""
SENT_ALREADY = gettext_noop("这一页刚才已经提交过一件，内容与这次不同。若是另一件事，请再按一次提交。")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what comes back in it. What was typed and the photos that were kept survive a refusal."""
    if request.method != "POST":
        return _form(request, ReportForm())
    form, kept, status = ReportForm(request.POST), [], 422
    try:
        if not form.is_valid():
            kept = [] if form.by_machine else _photos_for_later(request)
            return _form(request, form, kept, status)
        first = Line.objects.filter(key=form.cleaned_data["key"]).first()
        if first is None:
            limits.spend(request, limits.REPORTS, limits.REPORTS_A_DAY)
        kept = kept_photos(request)
        case = _open(form, kept, first)
    except Refused as refused:
        status = 429 if refused.code == "portal.limit" else 409 if refused.code == "act.key_reused" else 422
        form.add_error(FIELDS.get(refused.field), _(SENT_ALREADY) if status == 409 else refused.message)
        return _form(request, form, kept, status)
    return _go(request, reverse("portal:received", args=[case.token]))


def _open(form: ReportForm, kept: list[str], first: Line | None) -> Case:
    """One call: the report becomes a case. A form that comes twice has the moment of the first time."""
    told = form.cleaned_data
    at = first.happened_at if first else timezone.now()
    return open_case(
        Act(by=NOBODY, at=at, key=told["key"], recorded_at=timezone.now()),
        report=Report(
            key=told["key"],
            category=told["category"],
            source="citizen",
            at=at,
            place=told["place"],
            description=told["description"],
            lon=told["lon"],
            lat=told["lat"],
            photos=tuple(kept),
            contact=told["contact"],
        ),
    )


def _photos_for_later(request: HttpRequest) -> list[str]:
    """Photos of a form that has other faults are kept within the limit, so that nobody takes them twice."""
    limits.spend(request, limits.REPORTS, limits.REPORTS_A_DAY)
    return kept_photos(request)


def _form(request: HttpRequest, form: ReportForm, kept: list[str] | None = None, status: int = 200) -> HttpResponse:
    again, house = status == 409, bureau()
    context: dict[str, Any] = {
        "form": form,
        "categories": Category.choices,
        "kept": kept or [],
        "left": MOST_PHOTOS - len(kept or []),
        "key": str(uuid4()) if again else _key_in(form),
        "attribution": house.attribution if house else "",
        "page": "report",
    }
    return render(request, "portal/report.html", context, status=status)


def _key_in(form: ReportForm) -> str:
    """The key that the page came with, so that a second try is the same act; a new one for a new page."""
    try:
        return str(UUID(form.data.get("key", "")))
    except ValueError:
        return str(uuid4())


def _go(request: HttpRequest, where: str) -> HttpResponse:
    """The next page, for a browser or for a form that was sent by script."""
    return HttpResponse(headers={"HX-Redirect": where}) if request.headers.get("HX-Request") else redirect(where)


@require_safe
@never_cache
def received(request: HttpRequest, token: str) -> HttpResponse:
    """It came in: the number, the address to follow it by, and what happens next."""
    case = case_of(request, token)
    address = request.build_absolute_uri(reverse("portal:follow", args=[case.token]))
    return render(request, "portal/received.html", {"case": case, "address": address, "page": "home"})
