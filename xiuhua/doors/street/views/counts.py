"""Counts (快报): which item, how many, on which street. In seconds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xiuhua.cases.counts import record_count
from xiuhua.city.access import must
from xiuhua.doors.street import counted, where
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, must_be_on, number_in, street_page
from xiuhua.doors.street.photos import kept_photos
from xiuhua.doors.street.rounds import round_of, rounds_offered
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS

USUAL = 6


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def count(request: HttpRequest, by: By) -> HttpResponse:
    """Moved on thirty stalls: one line, no case."""
    must_be_on("counts")
    must(by, "record_count")
    kept: list[str] = []
    if request.method == "POST":
        try:
            kept_photos(request, kept, most=1)
            return _record(request, kept)
        except Refused as refused:
            return again(request, refused, "street/count.html", _offer(request, by, kept))
    return render(request, "street/count.html", _offer(request, by, kept))


def _record(request: HttpRequest, kept: list[str]) -> HttpResponse:
    quantity = request.POST.get("quantity", "").strip()
    if not quantity.isdigit():
        raise Refused("count.quantity", _("请按数字键填数量。"), field="quantity")
    act = act_of(request)
    made = record_count(
        act,
        item=request.POST.get("item", ""),
        quantity=int(quantity),
        segment=request.POST.get("segment", ""),
        photo=kept[0] if kept else "",
        separate="separate" in request.POST,
        lon_e7=e7(request.POST.get("lon")),
        lat_e7=e7(request.POST.get("lat")),
        round=round_of(request, act),
    )
    item = ITEMS[made.item]
    words = {"label": _(item.label), "quantity": int(made.quantity), "unit": _(item.unit)}
    return done(request, reverse("street:count"), _("已计：%(label)s %(quantity)d %(unit)s") % words)


def e7(text: str | None) -> int | None:
    """A coordinate in 1e-7 degrees."""
    degrees = number_in(text)
    return None if degrees is None else round(degrees * 1e7)


def _offer(request: HttpRequest, by: By, kept: list[str]) -> dict[str, Any]:
    at = timezone.now()
    rows = counted.counts_of(by, bureau_day(at))
    items = counted.items_in_order(by, at)
    first, more = items[:USUAL], items[USUAL:]
    chosen = request.POST.get("item") or items[0].code
    return {
        "first": first,
        "more": more,
        "chosen": chosen,
        "folded": chosen not in {item.code for item in more},
        "segments": where.my_segments(by, at),
        "counted": rows,
        "kept": kept,
        "key": request.POST.get("key") or fresh_key(),
        "at": at,
    } | rounds_offered(request, by, at)
