"""One place: its form with the map on which it is drawn, and for a segment what divides, joins and ends it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.city.access import may, must
from xiuhua.city.models import Facility, PermittedPlace, PlaceEdit, Segment
from xiuhua.city.permitted import hours_told
from xiuhua.city.place_register import change_place, end_place, register_place
from xiuhua.city.place_sorts import SORTS
from xiuhua.city.segment_edits import JOIN_M, merge_segments, split_segment
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.place_rows import LABELS, cells_of, geometry_text, values_typed
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.dictionary import KINDS

DRAWS = {"segment": "line", "area": "area", "grid": "area", "permitted": "any", "facility": "any", "site": "point",
         "shop": "point"}  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="places")
def place(request: HttpRequest, by: By, sort: str, code: str = "") -> HttpResponse:
    """The form of a place, new or known; what was typed stays when a rule says no."""
    row = _row(sort, code)
    if request.method != "POST":
        return _page(request, by, sort, row)
    must(by, "keep_places")
    try:
        kept, cells = _save(request, by, sort, row)
    except Refused as refused:
        if isinstance(refused, Absent) or refused.code.startswith("access."):
            raise
        return _page(request, by, sort, row, refused=refused)
    if kept is None:
        return _page(request, by, sort, row, cells=cells)
    messages.success(request, _("已登记。") if not code else _("已保存。"))
    return redirect("desk:place", sort=sort, code=kept.code)


def _row(sort: str, code: str) -> Any:
    if sort not in SORTS:
        raise Absent("place.sort")
    model: Any = SORTS[sort].model
    if not code:
        return model()
    found = model.objects.filter(code=code).first()
    if found is None:
        raise Absent("place.absent")
    return found


def _posted(request: HttpRequest) -> dict[str, str]:
    return {name: "、".join(request.POST.getlist(name)) for name in request.POST}


def _save(request: HttpRequest, by: By, sort: str, row: Any) -> tuple[Any, list[Any]]:
    """The place as it is kept, or the cells with what is wrong in them."""
    new = row.pk is None
    cells = cells_of(sort, row, new=new, posted=_posted(request))
    values = values_typed(sort, cells, request.POST.get("geometry", ""), row)
    if any(cell.wrong for cell in cells):
        return None, cells
    if not new:
        revision = request.POST.get("revision", "")
        number = int(revision) if revision.isdecimal() else None
        redrawn = sort == "segment" and values.get("line") != row.line
        if sort == "segment" and values.get("length_m") == (row.length_m if redrawn else None):
            values.pop("length_m")  # a line drawn anew is measured; one that stands keeps what is known of it
        return change_place(act_of(request, by), row=row, revision=number, changes=values), cells
    for name, value in values.items():
        setattr(row, name, value)
    return register_place(act_of(request, by), row=row), cells


def _page(
    request: HttpRequest, by: By, sort: str, row: Any, *, cells: list[Any] | None = None, refused: Refused | None = None
) -> HttpResponse:
    new = row.pk is None
    posted = _posted(request) if request.method == "POST" else None
    cells = cells or cells_of(sort, row, new=new, posted=posted)
    for cell in cells:
        if refused is not None and refused.field == cell.name:
            cell.wrong = refused.message
    known = {cell.name for cell in cells if cell.wrong}
    stale = refused is not None and refused.code == "place.stale"
    editable = may(by, "keep_places") and getattr(row, "ended_on", None) is None
    context = {
        "sort": sort, "label": LABELS[sort], "row": row, "new": new, "cells": cells, "draws": DRAWS[sort],
        "geometry": posted.get("geometry", "") if posted is not None else geometry_text(row),
        "key": fresh_key(), "revision": row.revision if not stale else refused.facts["revision"],  # type: ignore[union-attr]
        "editable": editable, "refused": refused if refused is not None and refused.field not in known else None,
        "attribution": attribution(), "edits": _edits(sort, row), "room": "places",
        "neighbours": _neighbours(row) if isinstance(row, Segment) and editable and not new else [],
        "opens": hours_told(row) if isinstance(row, PermittedPlace) and not new else "",
        "voids": isinstance(row, Facility),
    }  # fmt: skip
    status = 200 if posted is None else status_of(refused) if refused else 422
    return render(request, "desk/rooms/place.html", context, status=status)


def _edits(sort: str, row: Any) -> list[dict[str, Any]]:
    """What was done to a place, the newest first, in words."""
    edits = PlaceEdit.objects.filter(about=f"{sort}:{row.code}")[:10] if row.pk else []
    return [
        {"at": one.at, "told": _(KINDS[one.did].label) if one.did in KINDS else one.did, "undone_at": one.undone_at}
        for one in edits
    ]


def _neighbours(row: Segment) -> list[Segment]:
    """Segments of the same road that begin or end where this one does."""
    if len(row.line) < 2 or not row.road:
        return []
    ends = [Point(*point[:2]) for point in (row.line[0], row.line[-1])]
    others = Segment.objects.in_use().filter(road=row.road).exclude(pk=row.pk).exclude(line=[])
    return [
        one
        for one in others
        if any(distance_m(end, Point(*point[:2])) <= JOIN_M for end in ends for point in (one.line[0], one.line[-1]))
    ]


@require_POST
@desk_page(room="places", verb="keep_places")
def end(request: HttpRequest, by: By, sort: str, code: str) -> HttpResponse:
    """A place leaves the register."""
    row = _row(sort, code)
    try:
        end_place(act_of(request, by), row=row)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        messages.error(request, refused.message)
        return redirect("desk:place", sort=sort, code=code)
    messages.success(request, _("已注销，旧记录保留它的编码。"))
    return redirect("desk:places_of", sort=sort)


@require_POST
@desk_page(room="places", verb="keep_places")
def split(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A segment is divided where somebody pointed."""
    row = _row("segment", code)
    try:
        at = [float(request.POST.get(name, "")) for name in ("lon", "lat")]
        parts = split_segment(
            act_of(request, by), segment=row, at=at, revision=_revision(request), corner=request.POST.get("corner", "")
        )
    except ValueError:
        messages.error(request, _("请先在地图上点拆分的位置。"))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已拆成 %(codes)s。") % {"codes": "、".join(one.code for one in parts)})
        return redirect("desk:place", sort="segment", code=parts[0].code)
    return redirect("desk:place", sort="segment", code=code)


@require_POST
@desk_page(room="places", verb="keep_places")
def merge(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A segment is joined with neighbours."""
    row = _row("segment", code)
    others = list(Segment.objects.filter(code__in=request.POST.getlist("with")))
    revision = _revision(request)
    try:
        whole = merge_segments(
            act_of(request, by), segments=[row, *others], revisions={} if revision is None else {code: revision}
        )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        messages.error(request, refused.message)
        return redirect("desk:place", sort="segment", code=code)
    messages.success(request, _("已合并为 %(code)s。") % {"code": whole.code})
    return redirect(reverse("desk:place", args=["segment", whole.code]))


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isdecimal() else None
