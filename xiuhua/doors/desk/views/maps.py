"""What the maps draw, as GeoJSON: streets (cacheable), the boundary, open cases, and where officers were last seen."""

from __future__ import annotations

import functools
import json
from typing import Any

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases.models import Case
from xiuhua.cases.on_map import DEEPEST, FINE_PIXELS, PIN_FIELDS, Group, grouped, shown, view_of
from xiuhua.city.models import Bureau, Duty, Post, Role, Segment
from xiuhua.city.presence import last_seen
from xiuhua.city.queries import bureau
from xiuhua.city.stamps import stamps
from xiuhua.doors.desk import duty_table
from xiuhua.doors.desk.entry import desk_page, whole_number
from xiuhua.doors.desk.map_asked import asked_cases, asked_of
from xiuhua.doors.desk.reach import case_of, running_late
from xiuhua.doors.desk.worklist import is_late, pin_state
from xiuhua.doors.frame.words import short_time
from xiuhua.kit.digests import hexdigest
from xiuhua.ledger.act import By, bureau_day

MOST = 4000
AWAY_MINUTES = 10


def collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


@require_safe
@desk_page()
def segments(request: HttpRequest, by: By) -> HttpResponse:
    """All streets. They change rarely: the answer carries an ETag, and is built once per state of the register."""
    day = bureau_day(timezone.now())
    stamp = json.dumps(
        [
            stamps()["city_segment"],
            Duty.objects.aggregate(n=Count("id"), last=Max("id"), ended=Count("ends_on")),
            list(Bureau.objects.values_list("code", flat=True)),
            day.isoformat(),
        ]
    )
    tag = f'"{hexdigest(stamp.encode())[:20]}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    return HttpResponse(
        _streets(stamp, day.isoformat()),
        content_type="application/geo+json",
        headers={"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"},
    )


@functools.lru_cache(maxsize=2)
def _streets(stamp: str, day: str) -> bytes:
    """The streets as bytes; kept per process, because a city has tens of thousands."""
    from_duties = dict(
        Duty.objects.in_force(bureau_day(timezone.now()))
        .filter(part=Duty.Part.SQUAD, thing__startswith="segment:", unit__isnull=False)
        .values_list("thing", "unit__name")
    )
    rows = Segment.objects.in_use().values_list("code", "road", "cls", "line").iterator(chunk_size=2000)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in line]},
            "properties": {"code": code, "name": road, "cls": cls, "squad": from_duties.get(f"segment:{code}", "")},
        }
        for code, road, cls, line in rows
        if len(line) > 1
    ]
    return json.dumps(collection(features), ensure_ascii=False, separators=(",", ":")).encode()


@require_safe
@never_cache
@desk_page(room="segments")
def duties(request: HttpRequest, by: By) -> HttpResponse:
    """The segments of the duty table's filters: who answers, and what is missing, as a state to draw."""
    asked = duty_table.asked_of(request.GET)
    day = asked.on or bureau_day(timezone.now())
    rows = duty_table.rows_of(list(duty_table.found(asked, day).defer(None)[:MOST]), day)
    features = [
        {
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": [[round(x, 6), round(y, 6)] for x, y in row.segment.line],
            },
            "properties": {
                "state": "ok" if row.squad and row.officers else "officer" if row.squad else "squad",
                "title": f"{row.segment} {row.squad} {row.officers}".strip(),
                "url": reverse("desk:segment", args=[row.segment.code]),
            },
        }
        for row in rows
        if len(row.segment.line) > 1
    ]
    return JsonResponse(collection(features))


@require_safe
@desk_page()
def boundary(request: HttpRequest, by: By) -> HttpResponse:
    """The edge of the bureau's ground."""
    found = bureau()
    rings = found.boundary if found else []
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": ring}} for ring in rings
    ]
    return JsonResponse(collection(features))


@require_safe
@never_cache
@desk_page()
def cases(request: HttpRequest, by: By) -> HttpResponse:
    """The cases that the page's filters ask for. A view (`box`, `z`) gets pins and groups, the whole is pins alone.

    `fine` gives the small cells of the heat, without pins.
    """
    at = timezone.now()
    asked = asked_of(request.GET)
    placed = asked_cases(by, asked, at).exclude(lon_e7=None)
    view = view_of(request.GET.get("box", ""), whole_number(request.GET.get("z"), most=DEEPEST))
    late = running_late(at)
    if view is None:
        found = placed.order_by("-id").only(*PIN_FIELDS)[:MOST]
        return JsonResponse(collection([_pin(case, late=is_late(case, at)) for case in found]))
    if "fine" in request.GET:
        cells = grouped(placed, view, late, pixels=FINE_PIXELS)
        return JsonResponse(collection([_group(group) for group, _first in cells]))
    seen = shown(placed, view, late)
    features = [_pin(case, late=is_late(case, at)) for case in seen.pins]
    features += [_group(group) for group in seen.groups]
    return JsonResponse(collection(features) | {"cases": seen.cases})


def _group(group: Group) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [group.lon, group.lat]},
        "properties": {"n": group.cases, "late": group.late},
    }


def _pin(case: Case, *, late: bool) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
        "properties": {
            "id": case.number,
            "category": case.category,
            "state": pin_state(case.state, late=late),
            "title": case.title,
            "url": reverse("desk:case", args=[case.number]),
        },
    }


@require_safe
@never_cache
@desk_page()
def one_case(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The one pin of a case's own page."""
    case = case_of(by, number)
    pins = [] if case.lon_e7 is None else [_pin(case, late=is_late(case, timezone.now()))]
    return JsonResponse(collection(pins))


@require_safe
@never_cache
@desk_page()
def officers(request: HttpRequest, by: By) -> HttpResponse:
    """Where officers last worked: free, busy, or not heard of for ten minutes."""
    at = timezone.now()
    posts = Post.objects.held_on(bureau_day(at)).filter(role__in=(Role.OFFICER, Role.SQUAD_LEADER, Role.ASSISTANT))
    if by.roles <= {Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT}:
        posts = posts.filter(unit__path__startswith=by.unit)
    names = dict(posts.values_list("person__code", "person__name"))
    seen = last_seen(at, list(names))
    busy = set(Case.objects.filter(state="dispatched", handler__in=seen).values_list("handler", flat=True))
    features = []
    for code, (lon, lat, when) in seen.items():
        away = (at - when).total_seconds() > AWAY_MINUTES * 60
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "name": names[code],
                    "state": "away" if away else "busy" if code in busy else "free",
                    "seen": short_time(when, at) if away else "",
                },
            }
        )
    return JsonResponse(collection(features))
