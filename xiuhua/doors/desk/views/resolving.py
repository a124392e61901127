"""What a place means, for forms of the desk: the candidates in words, with what a form needs to take one over."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.answers import Candidate, Resolved
from xiuhua.city.resolving import resolve_phrase, resolve_point
from xiuhua.doors.desk.entry import desk_page
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

SURE = 0.7
MOST_PEOPLE = 2


@never_cache
@require_safe
@desk_page()
def resolve(request: HttpRequest, by: By) -> HttpResponse:
    """The places that typed words, or a point on the map, may mean."""
    words = request.GET.get("q", "")
    found = resolve_phrase(words, timezone.now()) if words.strip() else _at_point(request)
    return JsonResponse({"places": [told(one) for one in found.candidates], "problem": found.problem})


def _at_point(request: HttpRequest) -> Resolved:
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        lon = lat = float("nan")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("form.point", _("坐标读不出来，请在地图上重新点选，或写明地点。"), field="place")
    return resolve_point(Point(lon, lat), timezone.now())


def told(one: Candidate) -> dict[str, Any]:
    """A candidate in words, and the codes that a form sends."""
    return {
        "title": one.title,
        "words": " · ".join(part for part in facts_of(one) if part),
        "people": "、".join(who.words for who in one.on_duty[:MOST_PEOPLE]),
        "certainty": f"{one.certainty_words} {round(one.certainty * 100)}%",
        "sure": one.certainty >= SURE,
        "segment": f"{one.segment_name} [{one.segment}]" if one.segment else "",
        "lon": one.lon,
        "lat": one.lat,
    }


def facts_of(one: Candidate) -> list[str]:
    """Why it is meant, what stands there, and how exact it is."""
    exact = ""
    if one.how == "point" and one.distance_m is not None:
        exact = _("离路中线 %(n)d 米") % {"n": round(one.distance_m)}
    elif one.accuracy_m:
        exact = _("误差约 %(n)d 米") % {"n": round(one.accuracy_m)}
    elif one.lon is None:
        exact = _("只到路段")
    return [one.because, one.grid_name, one.shop_name or one.site_name, exact]
