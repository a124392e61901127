"""Letters from door to door: batches that reconcile, streets reached, shops still to sign, and their forms."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Segment, Shop
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.exports import excel
from xiuhua.doors.desk.forms import done
from xiuhua.doors.desk.letter_forms import DeliverForm, PrintForm, SpoilForm
from xiuhua.doors.desk.registers import Asked, Choice, Figure, ledger_address, paged, register_context, sheet
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By, bureau_day
from xiuhua.measures.coverage import Coverage, letter_coverage
from xiuhua.rounds.actions import deliver_letter, print_letters, spoil_letters
from xiuhua.rounds.models import Delivery, LetterBatch

NONE = "none"
STATES = {
    NONE: gettext_lazy("还没送到"), Delivery.Outcome.LEFT.value: gettext_lazy("店员代收，未签"),
    Delivery.Outcome.REFUSED.value: gettext_lazy("拒收留置"), Delivery.Outcome.SIGNED.value: gettext_lazy("已签收"),
}  # fmt: skip
CHOICES = (Choice("state", gettext_lazy("送达"), STATES, every=gettext_lazy("全部未签")),)


@require_safe
@never_cache
@desk_page(room="letters")
def letters(request: HttpRequest, by: By) -> HttpResponse:
    """Batches and coverage on one page."""
    at = timezone.now()
    streets = streets_reached(bureau_day(at))
    if request.GET.get("format") == "xlsx":
        rows = [(one["road"], one["shops"], one["reached"], one["missing"]) for one in streets]
        headers = [(_("路名"), 24), (_("在营商户"), 12), (_("已送到"), 12), (_("还没送到"), 12)]
        return excel(_("入户告知覆盖"), stated="", at=at, headers=headers, rows=rows)
    return render(request, "desk/rooms/letters.html", {
        "at": at,
        "batches": LetterBatch.objects.order_by("-printed_on", "-id"),
        "figures": figures_of(by),
        "streets": streets,
        "whole": sum((one["coverage"] for one in streets), Coverage()),
        "may_print": may(by, "print_letters"),
        "may_deliver": may(by, "deliver_letter"),
        "room": "letters",
    })  # fmt: skip


def figures_of(by: By) -> list[Figure]:
    """Printed, delivered, spoiled and left, from lines: left is what the others leave."""
    asked = Asked(QueryDict())
    printed, delivered, spoiled = (asked.total(item) for item in ("letter", "letter_delivered", "letter_spoiled"))
    left = printed.quantity - delivered.quantity - spoiled.quantity
    unit = _("份")
    return [
        Figure(_("印制"), f"{printed.quantity:f}", unit, ledger_address(by, item="letter")),
        Figure(_("送达"), f"{delivered.quantity:f}", unit, ledger_address(by, item="letter_delivered")),
        Figure(_("损毁"), f"{spoiled.quantity:f}", unit, ledger_address(by, item="letter_spoiled")),
        Figure(_("剩余"), f"{left:f}", unit, late=left < 0, note=_("印制 − 送达 − 损毁")),
    ]


def streets_reached(day: dt.date) -> list[dict[str, Any]]:
    """Coverage by street, the streets with most doors left first."""
    by_segment = letter_coverage(day)
    roads = dict(Segment.objects.filter(code__in=by_segment).values_list("code", "road"))
    found: dict[str, Coverage] = defaultdict(Coverage)
    for code, coverage in by_segment.items():
        found[roads.get(code, "")] += coverage
    rows = [
        {"road": road or _("（没有路名）"), "query": road, "coverage": one, "shops": one.shops, "reached": one.reached, "missing": one.missing}
        for road, one in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["missing"], row["road"]))


@require_safe
@never_cache
@desk_page(room="letters")
def unsigned(request: HttpRequest, by: By) -> HttpResponse:
    """Shops whose letter is not signed for: not reached yet, taken by staff, or refused."""
    at = timezone.now()
    asked = Asked(request.GET, CHOICES)
    rows = unsigned_shops(asked)
    if asked.wants_sheet:
        headers = [(_("商户"), 26), (_("行业"), 14), (_("路段"), 36), (_("门牌"), 8), (_("送达"), 16)]
        return sheet(_("入户告知未签收"), asked, at, headers=headers, rows=rows, told=told_rows)
    pages = paged(rows, asked)
    return render(request, "desk/rooms/unsigned.html", register_context(request, asked, pages, at) | {
        "heading": _("未签收的商户"),
        "rows": shown(pages.rows),
        "may_deliver": may(by, "deliver_letter"),
        "room": "letters",
    })  # fmt: skip


def unsigned_shops(asked: Asked) -> QuerySet[Any]:
    newest = Delivery.objects.filter(shop=OuterRef("pk")).order_by("-at", "-id")
    rows = Shop.objects.filter(closed_on=None).select_related("segment").defer("segment__line")
    rows = rows.annotate(outcome=Subquery(newest.values("outcome")[:1]))
    if asked.segments is not None:
        rows = rows.filter(segment__code__in=asked.segments)
    state = asked.chosen("state")
    if state == NONE:
        rows = rows.filter(outcome=None)
    elif state:
        rows = rows.filter(outcome=state)
    else:
        rows = rows.exclude(pk__in=Delivery.objects.filter(outcome=Delivery.Outcome.SIGNED).values("shop"))
    return rows.order_by("segment__road", "segment__code", "side", "id")


def shown(rows: Any) -> list[dict[str, Any]]:
    return [
        {
            "shop": one,
            "segment": str(one.segment or ""),
            "outcome": one.outcome or NONE,
            "told": STATES[one.outcome or NONE],
        }
        for one in rows
    ]


def told_rows(rows: Any) -> Any:
    for row in shown(rows):
        one: Shop = row["shop"]
        yield one.name, one.trade, row["segment"], one.house_number, row["told"]


def form_page(request: HttpRequest, form: Any, **more: Any) -> HttpResponse:
    status = form.status if request.method == "POST" else 200
    standing = {"form": form, "back": reverse("desk:letters"), "back_label": _("入户告知"), "room": "letters"}
    return render(request, "desk/rooms/form.html", standing | more, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="letters", verb="print_letters")
def new_batch(request: HttpRequest, by: By) -> HttpResponse:
    """A batch was printed."""
    form = PrintForm(request)
    if request.method == "POST":
        made = done(form, lambda: print_letters(
            form.act(by, request.user.person), title=form.cleaned_data["title"], copies=form.cleaned_data["copies"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记印制 %(n)d 份") % {"n": made.copies})
            return redirect("desk:letters")
    return form_page(request, form, heading=_("登记印制"), button=_("登记印制"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="letters", verb="print_letters")
def spoil(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """Copies of a batch were spoiled."""
    batch = batch_of(code)
    form = SpoilForm(request)
    if request.method == "POST":
        made = done(form, lambda: spoil_letters(
            form.act(by, request.user.person), batch=batch, copies=form.cleaned_data["copies"],
            reason=form.cleaned_data["reason"],
        ))  # fmt: skip
        if made is not None:
            messages.success(request, _("已登记损毁，还剩 %(n)d 份") % {"n": made.left})
            return redirect("desk:letters")
    lead = _("“%(title)s”印制 %(copies)d 份，还剩 %(left)d 份。") % {
        "title": batch.title, "copies": batch.copies, "left": batch.left,
    }  # fmt: skip
    return form_page(request, form, heading=_("登记损毁"), button=_("登记损毁"), lead=lead)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="letters", verb="deliver_letter")
def deliver(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A letter was handed over at a shop, as a paper list says; on the street the phone does it."""
    shop = Shop.objects.select_related("segment").filter(code=code, closed_on=None).first()
    if shop is None:
        raise Absent("shop.absent")
    form = DeliverForm(request)
    if request.method == "POST":
        made = done(form, lambda: deliver_letter(
            form.act(by, request.user.person), batch=form.cleaned_data["batch"], shop=shop,
            outcome=form.cleaned_data["outcome"],
        ))  # fmt: skip
        if made is not None:
            messages.success(
                request, _("“%(shop)s”%(outcome)s") % {"shop": shop.name, "outcome": made.get_outcome_display()}
            )
            road = shop.segment.road if shop.segment else ""
            return redirect(f"{reverse('desk:unsigned')}?{Asked(request.GET, CHOICES).query(road=road, state=NONE)}")
    lead = f"{shop.name} · {shop.segment or ''}"
    return form_page(request, form, heading=_("登记送达"), button=_("登记送达"), lead=lead, back=reverse("desk:unsigned"), back_label=_("未签收的商户"))  # fmt: skip


def batch_of(code: str) -> LetterBatch:
    found = LetterBatch.objects.filter(code=code).first()
    if found is None:
        raise Absent("letter.absent")
    return found
