"""清场 on the phone: which places closed lately, one tap and a photo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import must
from xiuhua.city.clearing import Opening, check_clearing, openings_to_clear
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, street_page
from xiuhua.doors.street.photos import kept_photos
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By


@require_safe
@never_cache
@street_page
def clearings(request: HttpRequest, by: By) -> HttpResponse:
    """The places of my unit that closed lately: those still to look at first."""
    must(by, "check_clearing")
    at = timezone.now()
    rows = sorted(((one, one.late(at)) for one in openings_to_clear(at, unit=by.unit)), key=lambda row: row[0].done)
    return render(request, "street/clearings.html", {"rows": rows, "at": at})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def clearing(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One look at a place after closing."""
    must(by, "check_clearing")
    kept: list[str] = []
    if request.method != "POST":
        return render(request, "street/clearing.html", _context(request, by, code, kept))
    try:
        kept_photos(request, kept)
        closed_at = parse_datetime(request.POST.get("closed_at", ""))
        if closed_at is None or timezone.is_naive(closed_at):
            raise Refused("clearing.opening", _("页面缺少收摊时间，请刷新页面后重新提交。"))
        clean = request.POST.get("verdict") == "clean"
        look = check_clearing(
            act_of(request), place=code, closed_at=closed_at, clean=clean, photos=kept, words=request.POST.get("words", "")
        )  # fmt: skip
    except Refused as refused:
        if isinstance(refused, Absent):
            raise
        return again(request, refused, "street/clearing.html", _context(request, by, code, kept))
    words = _("已记下：干净。") if look.tidy else _("已记下：没清干净。清完以后再查一次；清不了的请拍照上报。")
    return done(request, reverse("street:clearings"), words)


def _context(request: HttpRequest, by: By, code: str, kept: list[str]) -> dict[str, Any]:
    at = timezone.now()
    found = [one for one in openings_to_clear(at) if one.place.code == code]
    told = parse_datetime(request.POST.get("closed_at", "") or request.GET.get("closed", ""))
    opening: Opening | None = next((one for one in found if one.closed_at == told), found[0] if found else None)
    if opening is None:
        raise Absent("clearing.absent")
    return {"opening": opening, "kept": kept, "key": request.POST.get("key") or fresh_key(), "at": at}
