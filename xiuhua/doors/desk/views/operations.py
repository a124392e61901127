"""Joint operations: who took part, where, and what was done under them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.campaigns.models import Campaign
from xiuhua.city.access import may
from xiuhua.city.queries import unit_names
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.forms import done
from xiuhua.doors.desk.operation_form import OperationForm
from xiuhua.doors.desk.registers import (
    Asked,
    Choice,
    Figure,
    item_figure,
    line_keys,
    naming,
    paged,
    register_context,
    segment_words,
    sheet,
    voided_among,
)
from xiuhua.doors.desk.shown import label_of
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line
from xiuhua.rounds.actions import PARTNERS, hold_operation
from xiuhua.rounds.models import Operation

CHOICES = (
    Choice("joint", gettext_lazy("联合"), {"yes": gettext_lazy("与其他单位联合"), "no": gettext_lazy("本局单独")}),
)
MOST_LINES = 300


@require_safe
@never_cache
@desk_page(room="operations")
def operations(request: HttpRequest, by: By) -> HttpResponse:
    """All operations, the newest first."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES)
    rows = asked.within(Operation.objects.all(), at="began_at", segment="", by="")
    if asked.chosen("joint"):
        alone = Operation.objects.filter(partners=[])
        rows = rows.exclude(pk__in=alone) if asked.chosen("joint") == "yes" else rows.filter(pk__in=alone)
    rows = rows.order_by("-began_at", "-id")
    if asked.wants_sheet:
        return sheet(_("联合执法"), asked, at, headers=headers(), rows=rows, told=told_rows)
    pages = paged(rows, asked)
    figures = [] if asked.chosen("joint") else [item_figure(by, asked, "operation", _("集中执法行动"), _("次"))]
    return render(request, "desk/rooms/operations.html", register_context(request, asked, pages, at) | {
        "heading": _("联合执法"),
        "rows": shown(pages.rows),
        "figures": figures,
        "without_road": True,
        "may_add": may(by, "hold_operation"),
    })  # fmt: skip


def shown(rows: Any) -> list[dict[str, Any]]:
    names = dict(Campaign.objects.values_list("code", "name"))
    roads = segment_words(code for one in rows for code in one.segments[:1])
    abouts = [f"operation:{one.code}" for one in rows]
    voided, keys = voided_among(abouts), line_keys("operation.held", abouts)
    return [
        {
            "operation": one,
            "people": sum(one.people.values()),
            "partners": [_(PARTNERS.get(code, code)) for code in one.partners],
            "campaign": names.get(one.campaign, ""),
            "where": roads.get(one.segments[0], "") if one.segments else "",
            "voided": about in voided,
            "line": keys.get(about, ""),
        }
        for one, about in zip(rows, abouts, strict=True)
    ]


def headers() -> list[tuple[str, int]]:
    return [
        (_("开始"), 17), (_("结束"), 17), (_("行动"), 32), (_("专项"), 20), (_("参加人数"), 10), (_("协同单位"), 24),
        (_("路段数"), 8), (_("作废"), 8),
    ]  # fmt: skip


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: Operation = row["operation"]
        yield (
            one.began_at, one.ended_at, one.name, row["campaign"], row["people"], "、".join(row["partners"]),
            len(one.segments), _("已作废") if row["voided"] else "",
        )  # fmt: skip


@require_safe
@never_cache
@desk_page(room="operations")
def operation(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One operation: head-counts by unit, its streets, and every standing line that was written under it."""
    found = Operation.objects.filter(code=code).first()
    if found is None:
        raise Absent("operation.absent")
    (row,) = shown([found])
    lines = list(
        Line.objects.filter(round=code)
        .exclude(kind="operation.held")
        .standing()
        .order_by("happened_at", "id")[:MOST_LINES]
    )
    units = unit_names()
    return render(request, "desk/rooms/operation.html", row | {
        "crews": [(_(PARTNERS[path]) if path in PARTNERS else units.get(path, path), n) for path, n in found.people.items()],
        "roads": list(segment_words(found.segments).values()),
        "done": done_under(lines),
        "lines": told_lines(lines),
        "at": timezone.now(),
        "room": "operations",
    })  # fmt: skip


def done_under(lines: list[Line]) -> list[Figure]:
    """What was done under the operation: the sum of each item of its lines."""
    sums: dict[str, Any] = {}
    for line in lines:
        if line.quantity is not None and line.item in ITEMS:
            sums[line.item] = sums.get(line.item, 0) + line.quantity
    return [
        Figure(_(ITEMS[item].label), f"{quantity.normalize():f}", _(ITEMS[item].unit), "#lines")
        for item, quantity in sums.items()
    ]


def told_lines(lines: list[Line]) -> list[dict[str, Any]]:
    words = naming((line.segment for line in lines), (line.by for line in lines))
    return [
        {
            "line": line,
            "label": label_of(line.kind),
            "who": words.people.get(line.by, ""),
            "segment": words.segments.get(line.segment, ""),
            "slip": line.about if line.kind == "slip.issued" else "",
            "keeping": line.about if line.kind == "item.preserved" else "",
        }
        for line in lines
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="operations", verb="hold_operation")
def new_operation(request: HttpRequest, by: By) -> HttpResponse:
    """The form of an operation that was held."""
    form = OperationForm(request, by)
    status = 200
    if request.method == "POST":
        given = form.cleaned_data if form.is_valid() else {}
        made = done(form, lambda: hold_operation(
            form.act(by, request.user.person), name=given["name"], ended_at=given["ended_at"], people=form.people,
            segments=given["roads"], campaign=given["campaign"], partners=form.partners,
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记“%(name)s”") % {"name": made.name})
            return redirect("desk:operation", code=made.code)
        status = form.status
    return render(request, "desk/rooms/operation_form.html", {
        "form": form, "heading": _("登记行动"), "button": _("登记这次行动"), "back": reverse("desk:operations"),
        "back_label": _("联合执法"), "room": "operations",
    }, status=status)  # fmt: skip
