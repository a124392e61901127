"""Outdoor advertising: signs that were taken down, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.forms import KeyedForm, SegmentField, choice_field, done, moment_field, number_field, worded
from xiuhua.doors.desk.operation_form import operation_choices
from xiuhua.doors.desk.registers import Asked, Choice, item_figure, naming, paged, register_context, sheet
from xiuhua.enforcement.actions import SIGN_KINDS, remove_sign
from xiuhua.enforcement.models import SignRemoval
from xiuhua.ledger.act import By
from xiuhua.ledger.models import Line

CHOICES = (
    Choice("sign_kind", gettext_lazy("种类"), worded(SIGN_KINDS)),
    Choice("reason", gettext_lazy("原因"), dict(SignRemoval.Reason.choices)),
)
FACTS = ("sign_kind", "reason")


class SignForm(KeyedForm):
    """Signs that were taken down at one place."""

    sign_kind = choice_field(gettext_lazy("广告牌种类"), worded(SIGN_KINDS).items())
    reason = choice_field(gettext_lazy("拆除原因"), SignRemoval.Reason.choices)
    quantity = number_field(gettext_lazy("数量（块）"), initial=1)
    segment = SegmentField(label=gettext_lazy("路段"), help_text=gettext_lazy("输入路名，再从列表里选一段。"))
    at = moment_field(gettext_lazy("拆除时间"))
    round = choice_field(
        gettext_lazy("属于哪次集中行动（可不选）"), (), blank=gettext_lazy("不属于集中行动"), required=False
    )

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["round"].choices = operation_choices()  # type: ignore[attr-defined]


@require_safe
@never_cache
@desk_page(room="signs")
def signs(request: HttpRequest, by: By) -> HttpResponse:
    """All removals, the newest first."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES)
    rows = asked.within(SignRemoval.objects.all())
    for name in FACTS:
        if asked.chosen(name):
            rows = rows.filter(**{name: asked.chosen(name)})
    rows = rows.order_by("-at", "-id")
    if asked.wants_sheet:
        return sheet(_("户外广告拆除"), asked, at, headers=headers(), rows=rows, told=told_rows)
    pages = paged(rows, asked)
    context = register_context(request, asked, pages, at)
    return render(request, "desk/rooms/signs.html", context | {
        "heading": _("户外广告"),
        "rows": shown(pages.rows),
        "figures": [item_figure(by, asked, "sign", _("拆除广告牌"), _("块"), facts=FACTS)],
        "who_label": _("登记人"),
        "may_add": may(by, "remove_sign"),
    })  # fmt: skip


def shown(rows: Any) -> list[dict[str, Any]]:
    words = naming((one.segment for one in rows), (one.by for one in rows))
    voids = Line.objects.of_kind("line.voided").filter(corrects__in=[one.key for one in rows])
    voided = set(voids.values_list("corrects", flat=True))
    return [
        {
            "sign": one,
            "kind": _(SIGN_KINDS.get(one.sign_kind, one.sign_kind)),
            "segment": words.segments.get(one.segment, one.segment),
            "by": words.people.get(one.by, ""),
            "voided": one.key in voided,
            "line": str(one.key),
        }
        for one in rows
    ]


def headers() -> list[tuple[str, int]]:
    return [(_("时间"), 17), (_("种类"), 14), (_("原因"), 10), (_("数量（块）"), 10), (_("路段"), 36), (_("登记人"), 10), (_("作废"), 8)]  # fmt: skip


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: SignRemoval = row["sign"]
        yield (
            one.at, row["kind"], one.get_reason_display(), one.quantity, row["segment"], row["by"],
            _("已作废") if row["voided"] else "",
        )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="signs", verb="remove_sign")
def new_sign(request: HttpRequest, by: By) -> HttpResponse:
    """The form of a removal."""
    form = SignForm(request)
    status = 200
    if request.method == "POST":
        made = done(form, lambda: remove_sign(
            form.act(by, request.user.person), sign_kind=form.cleaned_data["sign_kind"],
            reason=form.cleaned_data["reason"], segment=form.cleaned_data["segment"],
            quantity=form.cleaned_data["quantity"], round=form.cleaned_data["round"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记拆除 %(n)d 块") % {"n": made.quantity})
            return redirect("desk:signs")
        status = form.status
    return render(request, "desk/rooms/form.html", {
        "form": form, "heading": _("登记拆除"), "button": _("登记拆除"), "back": redirect("desk:signs").url,
        "back_label": _("户外广告"), "room": "signs",
    }, status=status)  # fmt: skip
