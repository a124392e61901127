"""Counts (快报): street work that never becomes a case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from xiuhua.cases.counts import COUNTABLE, record_count
from xiuhua.doors.api.reach import act_of
from xiuhua.doors.api.schemas.city import CountIn, CountOut, ItemOut
from xiuhua.doors.api.schemas.refusals import Error
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line

router = Router()


@router.post("", response={201: CountOut, 200: CountOut, 409: Error, 422: Error}, summary="报一次快报")
def count(request: HttpRequest, told: CountIn) -> Status:
    """Tell that so many of an item were dealt with on a segment. 200 when the same key came before. Street roles.

    When a case just handled on the segment tells the same act, it is refused until `separate` confirms another.
    """
    act = act_of(request, told.key, told.at)
    new = not Line.objects.filter(key=told.key).exists()
    made = record_count(
        act, item=told.item, quantity=told.quantity, segment=told.segment, photo=told.photo or "",
        separate=told.separate, lon_e7=_e7(told.lon), lat_e7=_e7(told.lat),
    )  # fmt: skip
    answer = {
        "key": made.key, "item": made.item, "quantity": made.quantity, "unit": ITEMS[made.item].unit,
        "segment": made.segment, "at": made.at,
    }  # fmt: skip
    return Status(201 if new else 200, answer)


@router.get("/items", response=list[ItemOut], summary="列出统计项")
def items(request: HttpRequest) -> list[dict[str, Any]]:
    """List what can be counted, each in its one unit of measure."""
    return [
        {"code": item.code, "label": item.label, "unit": item.unit, "countable": item.code in COUNTABLE}
        for item in ITEMS.values()
    ]


def _e7(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 1e7)
