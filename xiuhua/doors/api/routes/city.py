"""What the registers of the city say: standards, units, segments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Query, Router

from xiuhua.cases.models import StandardRow
from xiuhua.city import geojson
from xiuhua.city.models import Unit
from xiuhua.doors.api.reach import asked_right
from xiuhua.doors.api.schemas.city import StandardOut, StandardsWanted, UnitOut

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
    rows = StandardRow.objects.order_by("id")
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.on:
        rows = rows.filter(Q(ends_on=None) | Q(ends_on__gt=wanted.on), begins_on__lte=wanted.on)
    fields = [name for name in StandardOut.model_fields if name != "limit_amount"]
    return [
        {name: getattr(row, name) for name in fields} | {"limit_amount": f"{row.limit_amount.normalize():f}"}
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
