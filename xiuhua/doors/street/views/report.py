"""Reporting a problem: photo first, then three things that are filled in already, then one button."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.cases.actions import WAYS, report_on_spot
from xiuhua.cases.intake import Report, open_case
from xiuhua.cases.models import Category
from xiuhua.city.access import may
from xiuhua.city.models import Shop
from xiuhua.doors.street import where
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, number_in, source_of, street_page
from xiuhua.doors.street.photos import kept_photos
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.models import Line


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def report(request: HttpRequest, by: By) -> HttpResponse:
    """The red button: what is wrong, where, with a photo."""
    kept: list[str] = []
    after: list[str] = []
    if request.method == "POST":
        try:
            kept_photos(request, kept)
            if request.POST.get("take") == "done":
                kept_photos(request, after, name="after_photo")
            return _open(request, kept, after)
        except Refused as refused:
            return again(request, refused, "street/report.html", _offer(request, by, kept, after))
    return render(request, "street/report.html", _offer(request, by, kept, after))


def _open(request: HttpRequest, kept: list[str], after: list[str]) -> HttpResponse:
    act = act_of(request)
    if not request.POST.get("at"):
        # Without a script the moment comes from here; a form that comes twice has the moment of the first time.
        first = Line.objects.filter(key=act.key).values_list("happened_at", flat=True).first()
        act.at = first or act.at
    words = request.POST.get("description", "").strip()
    if request.POST.get("take") == "self":
        words = f"{words}\n{SELF}".strip()
    told = Report(
        key=act.key,
        category=request.POST.get("category", ""),
        source=source_of(act.by),
        at=act.at,
        place=request.POST.get("place", ""),
        description=words,
        lon=number_in(request.POST.get("lon")),
        lat=number_in(request.POST.get("lat")),
        segment=request.POST.get("segment", ""),
        photos=tuple(kept),
    )
    if request.POST.get("take") == "done":
        spot_act = replace(act, key=uuid5(act.key, "spot"))
        case = report_on_spot(spot_act, report=told, photos=after, way=request.POST.get("way", ""))
        words = _("已上报并处置，编号 %(number)s，等同事核查。") % {"number": case.number}
    else:
        case = open_case(act, report=told)
        words = _("已上报，编号 %(number)s") % {"number": case.number}
    return done(request, reverse("street:case", args=[case.number]), words)


SELF = "（上报人现场处置）"


def _offer(request: HttpRequest, by: By, kept: list[str], after: list[str]) -> dict[str, Any]:
    at = timezone.now()
    usual = where.usual_category(by, at)
    begun = _from_shop(request)
    return {
        "categories": Category.choices,
        "usual": usual,
        "chosen": request.POST.get("category") or begun.get("category") or usual,
        "typed": begun,
        "segments": where.my_segments(by, at),
        "kept": kept,
        "kept_after": after,
        "may_handle": may(by, "handle_case"),
        "ways": WAYS,
        "key": request.POST.get("key") or fresh_key(),
    }


def _from_shop(request: HttpRequest) -> dict[str, Any]:
    """What is known already when a report begins with a shop of the register."""
    code = request.GET.get("shop", "")
    shop = Shop.objects.select_related("segment").filter(code=code).first() if code else None
    if shop is None:
        return {}
    return {
        "category": Category.SHOPFRONT.value,
        "place": shop.name,
        "segment": shop.segment.code if shop.segment else "",
        "lon": "" if shop.lon is None else f"{shop.lon:.6f}",
        "lat": "" if shop.lat is None else f"{shop.lat:.6f}",
    }


@require_safe
@street_page
def spot(request: HttpRequest, by: By) -> HttpResponse:
    """What is at a point: segment, whether it is in the city, what is usual there."""
    lon, lat = number_in(request.GET.get("lon")), number_in(request.GET.get("lat"))
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("form.point", _("坐标读不出来，请重新定位，或写明地点。"), field="lon")
    return JsonResponse(where.spot_at(by, lon, lat, timezone.now()).told())
