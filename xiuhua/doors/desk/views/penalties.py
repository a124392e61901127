"""Fines for parking: decided from a slip by two officers within the law, and the list of what was decided.

Amounts stand here alone: in no line, no total and no score (行政处罚法 第七十四条).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.forms import ENFORCERS, KeyedForm, PersonField, choice_field, done, moment_field
from xiuhua.doors.desk.plates import plain_plate, shown_plate, vehicle_code, vehicle_slips
from xiuhua.doors.desk.registers import (
    Asked,
    Choice,
    item_figure,
    line_keys,
    names_of,
    paged,
    register_context,
    segment_words,
    sheet,
    voided_among,
)
from xiuhua.enforcement.actions import decide_penalty
from xiuhua.enforcement.law import parameter
from xiuhua.enforcement.models import Penalty, Slip
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By, bureau_day

CHOICES = (Choice("procedure", gettext_lazy("程序"), dict(Penalty.Procedure.choices)),)


class FineForm(KeyedForm):
    """A fine from a slip."""

    procedure = choice_field(gettext_lazy("程序"), Penalty.Procedure.choices, initial=Penalty.Procedure.SIMPLE)
    amount = forms.DecimalField(
        label=gettext_lazy("罚款金额（元）"),
        max_digits=8,
        decimal_places=2,
        error_messages={
            "required": gettext_lazy("请填写金额。"),
            "invalid": gettext_lazy("请填写数字，例如 50。"),
            "max_decimal_places": gettext_lazy("金额最多到分。"),
        },
    )
    first = PersonField(label=gettext_lazy("承办人一"))
    second = PersonField(label=gettext_lazy("承办人二"))
    at = moment_field(gettext_lazy("决定时间"))
    answers = {"officers": "second"}

    def __init__(self, request: HttpRequest, by: By, **kwargs: Any) -> None:
        initial = {"first": by.code} if by.roles & set(ENFORCERS) else {}
        super().__init__(request, initial=initial, **kwargs)
        day = timezone.localdate()
        for name in ("first", "second"):
            self.fields[name].offer(*ENFORCERS, day=day, certified=True)  # type: ignore[attr-defined]
        least, most = parameter("parking_fine_min", day), parameter("parking_fine_max", day)
        self.fields["amount"].help_text = _("%(least)d 至 %(most)d 元（%(article)s）") % {
            "least": least.value, "most": most.value, "article": least.article,
        }  # fmt: skip

    @property
    def officers(self) -> list[Any]:
        return [self.cleaned_data["first"], self.cleaned_data["second"]]

    @property
    def amount_fen(self) -> int:
        return int((self.cleaned_data["amount"] * 100).quantize(Decimal(1), ROUND_HALF_UP))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="slips", verb="decide_penalty")
def fine(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The form of a fine: the slip beside it, how often the vehicle was warned and fined."""
    slip = Slip.objects.select_related("penalty").filter(number=number).first()
    if slip is None:
        raise Absent("slip.absent")
    form = FineForm(request, by)
    status = 200
    if request.method == "POST":
        made = done(form, lambda: decide_penalty(
            form.act(by, request.user.person), slip=slip, amount_fen=form.amount_fen, officers=form.officers,
            procedure=form.cleaned_data["procedure"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已决定处罚，编号 %(number)s") % {"number": made.number})
            return redirect("desk:slip", number=number)
        status = form.status
    return render(request, "desk/rooms/fine.html", {"form": form} | beside(slip), status=status)


def beside(slip: Slip) -> dict[str, Any]:
    """What whoever decides should know about the slip and its vehicle."""
    others = vehicle_slips(Slip.objects.standing().select_related("penalty"), vehicle_code(slip))
    others = list(others.exclude(pk=slip.pk).order_by("-at")[:20])
    words = segment_words([slip.segment, *(one.segment for one in others)])
    day = bureau_day(slip.at)
    return {
        "slip": slip,
        "plate": plain_plate(slip),
        "segment": words.get(slip.segment, slip.segment),
        "others": [{"slip": one, "segment": words.get(one.segment, ""), "fined": hasattr(one, "penalty")} for one in others],
        "same_day": any(hasattr(one, "penalty") and bureau_day(one.at) == day and one.segment == slip.segment for one in others),
        "room": "slips",
    }  # fmt: skip


@require_safe
@never_cache
@desk_page(room="slips", verb="decide_penalty")
def penalties(request: HttpRequest, by: By) -> HttpResponse:
    """What was decided, the newest first."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES)
    rows = asked.within(Penalty.objects.select_related("slip"), at="decided_at", segment="slip__segment", by="")
    if asked.chosen("procedure"):
        rows = rows.filter(procedure=asked.chosen("procedure"))
    rows = rows.order_by("-decided_at", "-id")
    if asked.wants_sheet:
        return sheet(_("违停处罚"), asked, at, headers=headers(), rows=rows, told=told_rows)
    pages = paged(rows, asked)
    context = register_context(request, asked, pages, at)
    return render(request, "desk/rooms/penalties.html", context | {
        "heading": _("违停处罚"),
        "rows": shown(pages.rows),
        "figures": [item_figure(by, asked, "vehicle_fined", _("依法处罚车辆"), _("台"), facts=("procedure",))],
        "room": "slips",
    })  # fmt: skip


def shown(rows: Any) -> list[dict[str, Any]]:
    numbers = [one.number for one in rows]
    segments = segment_words(one.slip.segment for one in rows if one.slip)
    people = names_of(code for one in rows for code in one.officers)
    voided, keys = voided_among(numbers), line_keys("penalty.decided", numbers)
    return [
        {
            "penalty": one,
            "plate": shown_plate(one.slip) if one.slip else "",
            "segment": segments.get(one.slip.segment, "") if one.slip else "",
            "officers": "、".join(people.get(code, code) for code in one.officers),
            "yuan": f"{one.amount_fen / 100:.2f}",
            "voided": one.number in voided,
            "line": keys.get(one.number, ""),
        }
        for one in rows
    ]


def headers() -> list[tuple[str, int]]:
    return [
        (_("编号"), 20), (_("决定时间"), 17), (_("号牌"), 12), (_("路段"), 34), (_("警告单"), 20), (_("程序"), 10),
        (_("金额（元）"), 11), (_("承办人"), 18), (_("作废"), 8),
    ]  # fmt: skip


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: Penalty = row["penalty"]
        yield (
            one.number, one.decided_at, row["plate"], row["segment"], one.slip.number if one.slip else "",
            one.get_procedure_display(), one.amount_fen / 100, row["officers"], _("已作废") if row["voided"] else "",
        )  # fmt: skip
