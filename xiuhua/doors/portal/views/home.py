"""The first page of the public door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from xiuhua.cases.publishing import published_cases
from xiuhua.doors.frame.context import address
from xiuhua.doors.portal.shown import shown_cases

LATEST = 4
YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One button, my reports, and what was put right lately."""
    latest = list(published_cases().order_by("-closed_at", "-id")[:LATEST])
    return render(request, "portal/home.html", {"latest": shown_cases(latest), "page": "home"})


@require_safe
def large(request: HttpRequest) -> HttpResponse:
    """Large type without scripts: a cookie that the pages read; with scripts the button does it on the device."""
    where = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        where, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        where = address("portal:home")
    answer = redirect(where)
    if request.COOKIES.get("xh_large"):
        answer.delete_cookie("xh_large")
    else:
        answer.set_cookie("xh_large", "yes", max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return answer
