"""The ledger for machines: lines to follow, and the figures of a period."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Query, Router

from xiuhua.city.access import must
from xiuhua.doors.api.reach import asked_right
from xiuhua.doors.api.routes.cases import path_of
from xiuhua.doors.api.schemas.ledger import FiguresOut, FiguresWanted, LinesOut, LinesWanted
from xiuhua.doors.api.schemas.refusals import Error
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.binder import head
from xiuhua.ledger.models import Line, Link
from xiuhua.programme.briefs import assemble
from xiuhua.programme.periods import stage

router = Router()


@router.get("/lines", response={200: LinesOut, 403: Error}, summary="跟读台账")
def lines(
    request: HttpRequest,
    wanted: Query[LinesWanted],
) -> HttpResponse:
    """Follow the ledger: the bound lines after a number, in order, none left out and none twice. Roles of the office.

    Keep `after` of the answer and ask again with it. Persons are random codes; nothing personal stands in a line.
    """
    asked_right(request, wanted)
    must(request.auth, "see_ledger")
    links = list(Link.objects.filter(seq__gt=wanted.after).order_by("seq")[: wanted.limit])
    found = Line.objects.in_bulk([link.line_id for link in links])
    last = head()
    told = {
        "lines": [_told(link, found[link.line_id]) for link in links],
        "after": links[-1].seq if links else wanted.after,
        "head": {"seq": last.seq, "hash": last.hash},
    }
    return HttpResponse(msgspec.json.encode(told), content_type="application/json; charset=utf-8")


def _told(link: Link, line: Line) -> dict[str, Any]:
    return {
        "seq": link.seq, "hash": link.hash, "key": line.key, "kind": line.kind, "about": line.about, "by": line.by,
        "post": line.post, "unit": line.unit, "for_unit": line.for_unit, "share": f"{line.share.normalize():f}",
        "grid": line.grid, "segment": line.segment, "campaign": line.campaign, "round": line.round,
        "source": line.source, "lon": None if line.lon_e7 is None else line.lon_e7 / 1e7,
        "lat": None if line.lat_e7 is None else line.lat_e7 / 1e7, "happened_at": line.happened_at,
        "recorded_at": line.recorded_at, "day": line.day, "item": line.item,
        "quantity": None if line.quantity is None else f"{line.quantity.normalize():f}",
        "corrects": line.corrects, "facts": json.loads(line.facts),
    }  # fmt: skip


@router.get("/figures", response={200: FiguresOut, 403: Error, 422: Error}, summary="取一段时间的指标")
def figures(
    request: HttpRequest,
    wanted: Query[FiguresWanted],
) -> HttpResponse:
    """Get the figures of a period, counted from the ledger: the same as its brief prints. Roles of the office.

    The same days and `bound_to` give the same figures for ever; `head` is the hash to verify the ledger with.
    """
    asked_right(request, wanted)
    must(request.auth, "see_ledger")
    now = timezone.now()
    period = stage(wanted.from_day, wanted.to_day, today=bureau_day(now))
    brief = assemble(period, at=now, unit=path_of(wanted.unit) if wanted.unit else "", bound_to=wanted.bound_to)
    return JsonResponse(brief.told(), json_dumps_params={"ensure_ascii": False})
