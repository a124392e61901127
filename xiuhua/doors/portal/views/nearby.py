"""附近公示: what was put right, before and after, and only what a person released."""

from __future__ import annotations

import math
import re
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiuhua.cases.models import Case, CasePhoto, CaseQuerySet, Category
from xiuhua.cases.publishing import published_cases
from xiuhua.city import geojson
from xiuhua.doors.portal.shown import shown_cases, stitches_of
from xiuhua.kit.files import display_of
from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.refusals import Absent

A_PAGE = 12
REACH_M = 5000.0
MOST_NEAR = 300
NUMBER = re.compile(r"[A-Za-z0-9-]{1,24}")


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """Published cases, the newest first, or the nearest first to a place that the phone told."""
    category = request.GET.get("category", "")
    every = published_cases().order_by("-closed_at", "-id")
    if category in Category.values:
        every = every.filter(category=category)
    here = _here(request)
    away: dict[int, int] = {}
    found: CaseQuerySet | list[Case] = every
    if here:
        found, away = _nearest(every, here)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "shown": shown_cases(list(page.object_list), away),
        "pages": page,
        "categories": Category.choices,
        "category": category,
        "here": here,
        "reach_km": round(REACH_M / 1000),
        "kept_query": _kept_query(category, here),
        "page": "nearby",
    }
    return render(request, "portal/nearby.html", context)


def _kept_query(category: str, here: Point | None) -> str:
    """What a link to another page of the list carries on."""
    kept = ({"category": category} if category in Category.values else {}) | (
        {"lon": f"{here.lon:.3f}", "lat": f"{here.lat:.3f}"} if here else {}
    )
    return f"&{urlencode(kept)}" if kept else ""


def _here(request: HttpRequest) -> Point | None:
    """The place that the phone told, rounded to about a hundred metres before it left the phone."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return None
    return Point(round(lon, 3), round(lat, 3)) if abs(lon) <= 180 and abs(lat) <= 85 else None


def _nearest(every: CaseQuerySet, here: Point) -> tuple[list[Case], dict[int, int]]:
    """The newest few hundred within reach, the nearest first, and how far each is in metres."""
    up = round(REACH_M / 111_320 * 1e7)
    wide = round(up / math.cos(math.radians(here.lat)))
    lon_e7, lat_e7 = round(here.lon * 1e7), round(here.lat * 1e7)
    box = every.filter(lon_e7__range=(lon_e7 - wide, lon_e7 + wide), lat_e7__range=(lat_e7 - up, lat_e7 + up))
    found = list(box[:MOST_NEAR])
    away = {case.pk: round(distance_m(here, Point(case.lon or 0.0, case.lat or 0.0))) for case in found}
    within = [case for case in found if away[case.pk] <= REACH_M]
    return sorted(within, key=lambda case: (away[case.pk], -case.pk)), away


@require_safe
def shown(request: HttpRequest, number: str) -> HttpResponse:
    """One published case: how it was, how it became, how long it took."""
    found = shown_cases(list(published_cases().filter(number=number))) if NUMBER.fullmatch(number) else []
    if not found:
        raise Absent("case.absent", _("没有公示这件事，或者公示已经撤下。"))
    stitches = stitches_of(found[0].case, timezone.now())
    return render(request, "portal/shown.html", {"one": found[0], "stitches": stitches, "page": "nearby"})


@require_safe
@cache_control(public=True, max_age=600)
def photo(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    """A released photo, drawn anew without EXIF. Anything else is not there."""
    found = CasePhoto.objects.filter(pk=pk, released=True).first() if pk < 2**63 else None
    if found is None or size not in ("thumb", "display"):
        raise Absent("photo.absent", _("没有这张照片。"))
    answer = HttpResponse(display_of(found.digest, size), content_type="image/jpeg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
def streets(request: HttpRequest) -> HttpResponse:
    """The streets of the map on which a place is chosen."""
    stamp = geojson.street_stamp()
    tag = f'"{stamp}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(geojson.streets(stamp), content_type="application/geo+json", headers=headers)


@require_safe
@cache_control(public=True, max_age=3600)
def boundary(request: HttpRequest) -> HttpResponse:
    """The edge of the bureau's ground."""
    return HttpResponse(geojson.boundary(), content_type="application/geo+json")
