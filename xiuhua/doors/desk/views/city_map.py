"""One map: cases, officers, segments by squad, shops, facilities and sites, with the same cases as a list beside it."""

from __future__ import annotations

import datetime as dt
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

from xiuhua.cases.models import Case, Category
from xiuhua.cases.on_map import Within, area_of, within
from xiuhua.city.models import Facility, Segment, Shop, Site
from xiuhua.doors.desk import worklist
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.map_asked import Asked, asked_cases, asked_of
from xiuhua.doors.desk.registers import segment_words
from xiuhua.doors.desk.views.dispatch import attribution, live_context
from xiuhua.doors.desk.views.maps import collection
from xiuhua.doors.desk.worklist import ordered, rows_of, tab_counts
from xiuhua.kit.digests import canonical, hexdigest
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line

MOST = 60
LISTED_OF = 1000
"""Of the cases in a drawn area the newest so many are put in order for the list."""
DAYS = 100
PLACES = ("shops", "facilities", "sites")


@require_safe
@never_cache
@desk_page(room="map")
def city_map(request: HttpRequest, by: By) -> HttpResponse:
    """The map with its filters; nothing is on the map alone."""
    at = timezone.now()
    asked = asked_of(request.GET)
    asked = replace(asked, of_tab=bool(asked.wanted.tab) and asked.on is None)
    cases, refused = asked_cases(by, asked, at), ""
    found: Within | None = None
    try:
        area = area_of(asked.area)
    except Refused as no:
        area, refused, asked = None, str(no), replace(asked, area="")
    if area is not None:
        found = within(cases.exclude(lon_e7=None), area)
        cases = Case.objects.filter(pk__in=found.ids[:LISTED_OF])
    rows = list(ordered(cases, asked.wanted)[: MOST + 1])
    show = [name for name in PLACES if name in request.GET.getlist("show")]
    counts = tab_counts(by, at)
    return render(request, "desk/rooms/map.html", live_context() | _time(asked, at) | {
        "wanted": asked.wanted,
        "asked": asked,
        "rows": rows_of(rows[:MOST], at),
        "more": len(rows) > MOST,
        "most": MOST,
        "found": found and {
            "n": len(found.ids),
            "kinds": [{"name": name, "label": label, "n": found.by_category[name]}
                      for name, label in Category.choices if found.by_category.get(name)],
        },
        "refused": refused,
        "segment": segment_words([asked.segment]).get(asked.segment, "") if asked.segment else "",
        "tabs": [
            {"name": "", "label": _("全部"), "count": sum(n for name, n in counts.items() if name != "late"), "query": asked.query(tab="", on=None)},
            *({"name": name, "label": label, "count": counts.get(name, 0), "query": asked.query(tab=name, on=None)}
              for name, (label, _states) in worklist.TABS.items()),
        ],
        "categories": [
            {"name": name, "label": label, "query": asked.query(category="" if name == asked.wanted.category else name)}
            for name, label in Category.choices
        ],
        "without_segment": asked.query(segment=""),
        "without_area": asked.query(area=""),
        "case_query": asked.pins_query,
        "show": show,
        "registered": {name: count() for name, count in REGISTERED.items()},
        "attribution": attribution(),
        "at": at,
        "room": "map",
    })  # fmt: skip


def _time(asked: Asked, at: dt.datetime) -> dict[str, Any]:
    """The days that the slider goes through: from the first case, at most a hundred, to today."""
    today = bureau_day(at)
    oldest = Case.objects.order_by("reported_at", "id").values_list("reported_at", flat=True).first()
    begins = max(bureau_day(oldest) if oldest else today, today - dt.timedelta(days=DAYS - 1))
    if asked.on is not None:
        begins = min(begins, asked.on)
    return {
        "days_from": begins,
        "days": max((today - begins).days, 0),
        "day_n": ((asked.on or today) - begins).days,
        "today": today,
        "now_query": asked.query(on=None),
        "time_fields": {
            "tab": asked.wanted.tab, "source": asked.wanted.source, "category": asked.wanted.category,
            "q": asked.wanted.words, "segment": asked.segment, "area": asked.area,
        },
    }  # fmt: skip


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
