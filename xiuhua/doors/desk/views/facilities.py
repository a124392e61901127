"""Facilities for citizens: bays, lines, notice boards and signs that were put in, and where."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.campaigns.queries import campaign_for
from xiuhua.city.access import may
from xiuhua.city.actions import build_facility
from xiuhua.city.models import Facility, Segment
from xiuhua.city.place_sorts import BUILT
from xiuhua.city.places import places
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.forms import (
    KeyedForm,
    SegmentField,
    choice_field,
    done,
    moment_field,
    point_e7,
    text_field,
    worded,
)
from xiuhua.doors.desk.registers import (
    Asked,
    Choice,
    item_figure,
    line_keys,
    paged,
    register_context,
    sheet,
    voided_among,
)
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.kit.points import Point
from xiuhua.ledger.act import Act, By, bureau_day
from xiuhua.ledger.items import ITEMS

CHOICES = (Choice("item", gettext_lazy("设施"), worded({code: ITEMS[code].label for code in BUILT})),)


class FacilityForm(KeyedForm):
    """A facility that was put in; the segment comes from the point on the map when none is typed."""

    item = choice_field(gettext_lazy("设施"), ())
    quantity = forms.DecimalField(
        label=gettext_lazy("数量"),
        max_digits=9,
        decimal_places=1,
        help_text=gettext_lazy("单位随设施：停车位按个，停车线按米，张贴栏和警示牌按块。"),
        error_messages={
            "required": gettext_lazy("请填写数量。"),
            "invalid": gettext_lazy("请填写数字，例如 12 或 35.5。"),
            "max_decimal_places": gettext_lazy("数量最多一位小数。"),
            "max_digits": gettext_lazy("数量太大，请核对。"),
        },
    )
    segment = SegmentField(
        label=gettext_lazy("路段"),
        required=False,
        help_text=gettext_lazy("输入路名选一段；在地图上点了位置的可以不填。"),
    )
    note = text_field(gettext_lazy("说明（可不填）"), most=120, required=False)
    at = moment_field(gettext_lazy("建成时间"))
    lon = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False, min_value=-90, max_value=90)

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        told = [(code, f"{_(ITEMS[code].label)}（{_(ITEMS[code].unit)}）") for code in BUILT]
        self.fields["item"].choices = [("", _("请选择")), *told]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "segment" in given and given["segment"] is None:
            given["segment"] = self._nearest(given.get("lon"), given.get("lat"))
            if given["segment"] is None:
                self.add_error("segment", _("请选择路段，或在地图上点一个离路 300 米以内的位置。"))
        if given.get("item") not in (None, "", "parking_line") and (given.get("quantity") or Decimal(0)) % 1:
            self.add_error("quantity", _("这种设施按整数登记，只有停车线可以有小数。"))
        return given

    @staticmethod
    def _nearest(lon: float | None, lat: float | None) -> Segment | None:
        if lon is None or lat is None:
            return None
        near = places().segment_at(Point(lon, lat))
        return Segment.objects.filter(code=near.segment).first() if near else None


@require_safe
@never_cache
@desk_page(room="facilities")
def facilities(request: HttpRequest, by: By) -> HttpResponse:
    """All facilities, the newest first."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES)
    rows = asked.within(Facility.objects.select_related("segment"), at="built_on", segment="segment__code", by="")
    rows = rows.defer("segment__line")
    if asked.chosen("item"):
        rows = rows.filter(item=asked.chosen("item"))
    rows = rows.order_by("-built_on", "-id")
    if asked.wants_sheet:
        return sheet(_("便民设施"), asked, at, headers=headers(), rows=rows, told=told_rows)
    pages = paged(rows, asked)
    items = [asked.chosen("item")] if asked.chosen("item") else list(BUILT)
    return render(request, "desk/rooms/facilities.html", register_context(request, asked, pages, at) | {
        "heading": _("便民设施"),
        "rows": shown(pages.rows),
        "figures": [item_figure(by, asked, code, _(ITEMS[code].label), _(ITEMS[code].unit)) for code in items],
        "may_add": may(by, "build_facility"),
    })  # fmt: skip


def shown(rows: Any) -> list[dict[str, Any]]:
    abouts = [f"facility:{one.code}" for one in rows]
    voided, keys = voided_among(abouts), line_keys("facility.built", abouts)
    return [
        {
            "facility": one,
            "what": _(ITEMS[one.item].label) if one.item in ITEMS else one.item,
            "segment": str(one.segment or ""),
            "voided": about in voided,
            "line": keys.get(about, ""),
        }
        for one, about in zip(rows, abouts, strict=True)
    ]


def headers() -> list[tuple[str, int]]:
    return [
        (_("建成日期"), 12), (_("设施"), 18), (_("数量"), 10), (_("单位"), 6), (_("路段"), 36), (_("说明"), 26),
        (_("经度"), 12), (_("纬度"), 12), (_("作废"), 8),
    ]  # fmt: skip


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: Facility = row["facility"]
        yield (
            one.built_on, row["what"], float(one.quantity), _(ITEMS[one.item].unit) if one.item in ITEMS else "",
            row["segment"], one.note, one.lon, one.lat, _("已作废") if row["voided"] else "",
        )  # fmt: skip


def _build(form: FacilityForm, act: Act) -> Facility:
    told = form.cleaned_data
    segment = told["segment"]
    campaign = campaign_for(day=bureau_day(act.at), item=told["item"], segment=segment.code)
    return build_facility(
        act, item=told["item"], quantity=told["quantity"], segment=segment, note=told["note"], campaign=campaign,
        **point_e7(form),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="facilities", verb="build_facility")
def new_facility(request: HttpRequest, by: By) -> HttpResponse:
    """The form of a facility, with a map to point at the place."""
    form = FacilityForm(request)
    status = 200
    if request.method == "POST":
        made = done(form, lambda: _build(form, form.act(by, request.user.person)))
        if made is not None:
            item = ITEMS[made.item]
            told = {"what": _(item.label), "n": f"{made.quantity.normalize():f}", "unit": _(item.unit)}
            messages.success(request, _("已登记%(what)s %(n)s %(unit)s") % told)
            return redirect("desk:facilities")
        status = form.status
    return render(request, "desk/rooms/facility_form.html", {
        "form": form, "heading": _("登记设施"), "button": _("登记设施"), "back": reverse("desk:facilities"),
        "back_label": _("便民设施"), "room": "facilities", "attribution": attribution(),
    }, status=status)  # fmt: skip
