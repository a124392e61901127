"""What the registers of the city say: standards, units, segments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from xiuhua.cases.models import StandardRow
from xiuhua.city import geojson
from xiuhua.city.access import may
from xiuhua.city.models import Unit
from xiuhua.city.resolving import resolve_phrase, resolve_point
from xiuhua.doors.api.reach import asked_right
from xiuhua.doors.api.schemas.city import StandardOut, StandardsWanted, UnitOut
from xiuhua.doors.api.schemas.resolve import ResolvedOut, ResolveWanted
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused

router = Router()
FEATURES = {
    "type": "object",
    "properties": {"type": {"const": "FeatureCollection"}, "features": {"type": "array", "items": {"type": "object"}}},
    "examples": [
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "LineString", "coordinates": [[118.48, 36.69], [118.484, 36.69]]},
                    "properties": {
                        "code": "S1", "name": "范公亭路", "cls": "primary", "from": "驼山路", "to": "海岱路",
                        "length_m": 345.0, "grid": "370781001001001", "network": "town",
                    },
                }
            ],
        }
    ],
}  # fmt: skip
GEOJSON = {
    "responses": {
        200: {"description": "GeoJSON, WGS84.", "content": {"application/geo+json": {"schema": FEATURES}}},
        304: {"description": "Nothing changed since the ETag that you sent as If-None-Match."},
    }
}


@router.get("/standards", response=list[StandardOut], summary="列出立案标准")
def standards(
    request: HttpRequest,
    wanted: Query[StandardsWanted],
) -> list[dict[str, Any]]:
    """List the rows of the filing standard: when to file, when it is right, and within which limit."""
    asked_right(request, wanted)
    rows = StandardRow.objects.filter(draft=False).select_related("version").order_by("id")
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.on:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gt=wanted.on), begins_on__lte=wanted.on)
    fields = [name for name in StandardOut.model_fields if name not in ("limit_amount", "version")]
    return [
        {name: getattr(row, name) for name in fields}
        | {"limit_amount": f"{row.limit_amount.normalize():f}", "version": row.version.code if row.version else ""}
        for row in rows
    ]


@router.get("/units", response=list[UnitOut], summary="列出单位")
def units(request: HttpRequest) -> Any:
    """List the units of the bureau and its partners as a tree of paths."""
    return Unit.objects.order_by("path").values("code", "name", "kind", "path", "closed_on")


@router.get("/segments", openapi_extra=GEOJSON, summary="取路段（GeoJSON）")
def segments(request: HttpRequest) -> HttpResponse:
    """Get every road segment of the register as GeoJSON, with an ETag: it changes rarely."""
    stamp = geojson.street_stamp()
    headers = {"ETag": f'"{stamp}"', "Cache-Control": "private, max-age=0, must-revalidate"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(geojson.streets(stamp, whole=True), content_type="application/geo+json", headers=headers)


@router.get("/resolve", response=ResolvedOut, summary="认出地点：路段、侧、网格、负责人")
def resolve(request: HttpRequest, wanted: Query[ResolveWanted]) -> dict[str, Any]:
    """Find what a point, an address, a crossing or a name means: segment and side, grid, shop, site, who is on duty.

    Near a border every candidate is told, each with its certainty. Nothing is stored.
    """
    asked_right(request, wanted)
    at = wanted.at or timezone.now()
    if wanted.q.strip():
        found = resolve_phrase(wanted.q, at)
    elif wanted.lon is None or wanted.lat is None:
        raise Refused("resolve.asked", _("请给出 q（地址），或者 lon 和 lat（WGS84）。"), field="q")
    else:
        found = resolve_point(Point(wanted.lon, wanted.lat), at)
    told = found.told()
    if not may(request.auth, "see_desk"):
        for one in told["candidates"]:
            one["on_duty"] = [who | {"name": who["unit"]} for who in one["on_duty"]]
    return told
