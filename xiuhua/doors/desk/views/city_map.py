"""One map: cases, officers, segments by squad, shops, facilities and sites, with the same cases as a list beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases.models import Category
from xiuhua.city.models import Facility, Segment, Shop, Site
from xiuhua.doors.desk import worklist
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.registers import segment_words
from xiuhua.doors.desk.views.dispatch import attribution, live_context
from xiuhua.doors.desk.views.maps import collection
from xiuhua.doors.desk.worklist import filtered, ordered, rows_of, tab_counts, wanted_of
from xiuhua.kit.digests import canonical, hexdigest
from xiuhua.ledger.act import By
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line

MOST = 60
PLACES = ("shops", "facilities", "sites")


@require_safe
@never_cache
@desk_page(room="map")
def city_map(request: HttpRequest, by: By) -> HttpResponse:
    """The map with its filters; nothing is on the map alone."""
    at = timezone.now()
    wanted = wanted_of(request.GET)
    segment = request.GET.get("segment", "")[:32]
    cases = filtered(by, wanted, at, of_tab=bool(wanted.tab))
    if segment:
        cases = cases.filter(segment=segment)
    found = list(ordered(cases, wanted)[: MOST + 1])
    show = [name for name in PLACES if name in request.GET.getlist("show")]
    query = wanted.query(page=1)
    counts = tab_counts(by, at)
    return render(request, "desk/rooms/map.html", live_context() | {
        "wanted": wanted,
        "rows": rows_of(found[:MOST], at),
        "more": len(found) > MOST,
        "most": MOST,
        "segment": segment_words([segment]).get(segment, "") if segment else "",
        "tabs": [
            {"name": "", "label": _("全部"), "count": sum(n for name, n in counts.items() if name != "late"), "query": _of(wanted, segment, tab="")},
            *({"name": name, "label": label, "count": counts.get(name, 0), "query": _of(wanted, segment, tab=name)}
              for name, (label, _states) in worklist.TABS.items()),
        ],
        "categories": [
            {"name": name, "label": label, "query": _of(wanted, segment, category="" if name == wanted.category else name)}
            for name, label in Category.choices
        ],
        "without_segment": _of(wanted, ""),
        "case_query": "&".join(part for part in (query, f"segment={segment}" if segment else "", "of=tab" if wanted.tab else "") if part),
        "show": show,
        "registered": {name: count() for name, count in REGISTERED.items()},
        "attribution": attribution(),
        "at": at,
        "room": "map",
    })  # fmt: skip


def _of(wanted: worklist.Wanted, segment: str, **changes: Any) -> str:
    query = replace(wanted, page=1).query(case="", **changes)
    return "&".join(part for part in (query, f"segment={segment}" if segment else "") if part)


REGISTERED: dict[str, Callable[[], int]] = {
    "segments": lambda: Segment.objects.in_use().count(),
    "shops": lambda: Shop.objects.filter(closed_on=None).count(),
    "facilities": lambda: Facility.objects.count(),
    "sites": lambda: Site.objects.count(),
}


def _points(request: HttpRequest, rows: QuerySet[Any], told: Callable[[Any], dict[str, Any]]) -> HttpResponse:
    """Things that lie at points, as GeoJSON with an ETag over their number and the newest: registers only grow."""
    stamp = rows.aggregate(n=Count("id"), last=Max("id"))
    tag = f'"{hexdigest(f"{request.path} {canonical(stamp)}".encode())[:20]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers=headers)
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]}, "properties": told(one)}
        for one in rows.iterator(chunk_size=2000)
    ]
    return HttpResponse(canonical(collection(features)), content_type="application/geo+json", headers=headers)


@require_safe
@desk_page(room="map")
def shops(request: HttpRequest, by: By) -> HttpResponse:
    """Shops that are open."""
    rows = Shop.objects.filter(closed_on=None, lon_e7__isnull=False).order_by("id")
    return _points(request, rows, lambda one: {"name": one.name, "told": one.trade})


@require_safe
@desk_page(room="map")
def facilities(request: HttpRequest, by: By) -> HttpResponse:
    """Facilities for citizens whose line stands."""
    voids = Line.objects.of_kind("line.voided").filter(about__startswith="facility:").values_list("about", flat=True)
    voided = sorted(about.partition(":")[2] for about in voids)
    rows = Facility.objects.filter(lon_e7__isnull=False).exclude(code__in=voided).order_by("id")
    return _points(request, rows, lambda one: {
        "name": f"{_(ITEMS[one.item].label)} {one.quantity.normalize():f} {_(ITEMS[one.item].unit)}", "kind": one.item,
        "told": one.note, "url": f"{reverse('desk:facilities')}?item={one.item}",
    })  # fmt: skip


@require_safe
@desk_page(room="map")
def sites(request: HttpRequest, by: By) -> HttpResponse:
    """Sites that are inspected: markets, schools, stations."""
    rows = Site.objects.filter(lon_e7__isnull=False).order_by("id")
    return _points(request, rows, lambda one: {"name": one.name, "kind": one.type_code, "told": one.type_code})
