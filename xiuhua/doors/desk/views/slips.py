"""Parking warnings: the register with masked plates, who comes again, the slip itself, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.plates import plain_plate, shown_plate, vehicle_code, vehicle_slips
from xiuhua.doors.desk.registers import (
    Asked,
    Choice,
    Figure,
    item_figure,
    line_keys,
    naming,
    paged,
    register_context,
    sheet,
    voided_among,
)
from xiuhua.enforcement.models import Slip
from xiuhua.enforcement.plates import plate_of
from xiuhua.kit.files import picture_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.act import By

CHOICES = (
    Choice("situation", gettext_lazy("情形"), dict(Slip.Situation.choices)),
    Choice("kind", gettext_lazy("单据"), dict(Slip.Kind.choices)),
    Choice("fined", gettext_lazy("处罚"), {"yes": gettext_lazy("已处罚"), "no": gettext_lazy("未处罚")}),
)
FACTS = ("situation",)
AGAIN = 2
MOST_AGAIN = 200


@require_safe
@never_cache
@desk_page(room="slips")
def slips(request: HttpRequest, by: By) -> HttpResponse:
    """All slips, the newest first. Plates are masked here for everybody."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES, keeps=("vehicle",))
    rows = chosen(asked)
    if asked.wants_sheet:
        return sheet(_("违停警告单"), asked, at, headers=headers(), rows=rows, told=told_rows)
    pages = paged(rows, asked)
    context = register_context(request, asked, pages, at)
    return render(request, "desk/rooms/slips.html", context | {
        "heading": _("违停警告"),
        "rows": shown(pages.rows),
        "figures": figures_of(by, asked),
        "vehicle": asked.given.get("vehicle", ""),
        "who_label": _("开单人"),
        "may_fine": may(by, "decide_penalty"),
    })  # fmt: skip


def chosen(asked: Asked) -> QuerySet[Any]:
    """The slips that the address asks for."""
    rows = asked.within(Slip.objects.select_related("penalty"))
    if asked.chosen("situation"):
        rows = rows.filter(situation=asked.chosen("situation"))
    if asked.chosen("kind"):
        rows = rows.filter(kind=asked.chosen("kind"))
    if asked.chosen("fined"):
        rows = rows.filter(penalty__isnull=asked.chosen("fined") == "no")
    if asked.given.get("vehicle"):
        rows = vehicle_slips(rows, asked.given["vehicle"])
    return rows.order_by("-at", "-id")


def figures_of(by: By, asked: Asked) -> list[Figure]:
    """What the register adds up to, from lines; filters that no line knows have no total."""
    if asked.chosen("kind") or asked.chosen("fined") or asked.given.get("vehicle"):
        return []
    return [
        item_figure(by, asked, "parking_warning", _("违停警告单"), _("张"), facts=FACTS),
        *([] if asked.chosen("situation") else [item_figure(by, asked, "vehicle_fined", _("依法处罚车辆"), _("台"))]),
    ]


def headers() -> list[tuple[str, int]]:
    return [
        (_("编号"), 20), (_("时间"), 17), (_("号牌"), 12), (_("情形"), 16), (_("单据"), 18), (_("路段"), 34),
        (_("开单人"), 10), (_("处罚"), 10), (_("作废"), 8),
    ]  # fmt: skip


def shown(rows: Any) -> list[dict[str, Any]]:
    """Slips as the list shows them: four queries a page."""
    words = naming((one.segment for one in rows), (one.by for one in rows))
    numbers = [one.number for one in rows]
    voided, keys = voided_among(numbers), line_keys("slip.issued", numbers)
    return [
        {
            "slip": one,
            "plate": shown_plate(one),
            "vehicle": vehicle_code(one),
            "segment": words.segments.get(one.segment, one.segment),
            "by": words.people.get(one.by, ""),
            "voided": one.number in voided,
            "line": keys.get(one.number, ""),
            "fined": hasattr(one, "penalty"),
        }
        for one in rows
    ]


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: Slip = row["slip"]
        yield (
            one.number, one.at, row["plate"], one.get_situation_display(), one.get_kind_display(), row["segment"],
            row["by"], _("已处罚") if row["fined"] else "", _("已作废") if row["voided"] else "",
        )  # fmt: skip


@require_POST
@desk_page(room="slips")
def find_plate(request: HttpRequest, by: By) -> HttpResponse:
    """All slips of a plate. It comes by POST and goes on as a keyed code, so that no plate stands in an address."""
    try:
        plate = plate_of(request.POST.get("plate", ""))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("desk:slips")
    code = keyed_hash(plate).rpartition(":")[2][:16]
    return redirect(f"{reverse('desk:slips')}?vehicle={code}")


@require_safe
@never_cache
@desk_page(room="slips")
def repeaters(request: HttpRequest, by: By) -> HttpResponse:
    """Vehicles warned twice or more in the days asked for, the most often first."""
    at = timezone.now()
    asked = Asked(request.GET)
    slips = asked.within(Slip.objects.standing(), by="")
    groups = list(
        slips.values("plate_hash")
        .annotate(n=Count("id"), last=Max("at"), newest=Max("id"), fined=Count("penalty"))
        .filter(n__gte=AGAIN)
        .order_by("-n", "-last", "plate_hash")[:MOST_AGAIN]
    )
    newest = Slip.objects.in_bulk([group["newest"] for group in groups])
    words = naming((one.segment for one in newest.values()), ())
    rows = [
        group
        | {"plate": shown_plate(one), "vehicle": vehicle_code(one), "segment": words.segments.get(one.segment, "")}
        for group in groups
        for one in (newest[group["newest"]],)
    ]
    return render(request, "desk/rooms/repeaters.html", {
        "asked": asked, "rows": rows, "at": at, "path": request.path, "most": MOST_AGAIN if len(rows) == MOST_AGAIN else 0,
        "heading": _("多次违停车辆"), "may_hand_over": may(by, "decide_penalty"),
    })  # fmt: skip


@require_safe
@never_cache
@desk_page(room="slips")
def slip(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """One slip with its photos, the other slips of the vehicle, and its fine. The plate in full for who may fine."""
    found = Slip.objects.select_related("penalty").filter(number=number).first()
    if found is None:
        raise Absent("slip.absent")
    (row,) = shown([found])
    others = vehicle_slips(Slip.objects.select_related("penalty"), vehicle_code(found)).exclude(pk=found.pk)
    return render(request, "desk/rooms/slip.html", row | {
        "at": timezone.now(),
        "plate": plain_plate(found) if may(by, "decide_penalty") else row["plate"],
        "others": shown(others.order_by("-at", "-id")[:20]),
        "may_see": may(by, "decide_penalty"),
        "may_fine": may(by, "decide_penalty") and not row["fined"] and not row["voided"],
        "penalty": getattr(found, "penalty", None),
        "room": "slips",
    })  # fmt: skip


@require_safe
@desk_page(room="slips", verb="decide_penalty")
def slip_photo(request: HttpRequest, by: By, number: str, n: int, size: str) -> HttpResponse:
    """A slip's photo. It shows the plate, so only who decides on fines sees it."""
    photos = Slip.objects.filter(number=number).values_list("photos", flat=True).first() or []
    if not 0 <= n < len(photos) or size == "original":
        raise Absent("photo.absent")
    raw, content_type = picture_of(photos[n], size)
    answer = HttpResponse(raw, content_type=content_type, headers={"X-Content-Type-Options": "nosniff"})
    patch_cache_control(answer, private=True, max_age=86400, immutable=True)
    return answer
