"""A case on the phone: look, put right, give back, check what others have put right."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.cases import flow
from xiuhua.cases.actions import (
    WAYS,
    acknowledge_case,
    ask_extension,
    check_case,
    handle_case,
    return_case,
    rework_case,
    see_case,
)
from xiuhua.cases.clocks import limit_for
from xiuhua.cases.limits import words_of
from xiuhua.cases.models import Case, HotlineOrder
from xiuhua.cases.orders import caller_phone, contact_caller, may_see_caller, see_caller
from xiuhua.city.access import may
from xiuhua.city.queries import person_names, unit_name
from xiuhua.doors.street import counted, shown, where, work
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, street_page, version_of
from xiuhua.doors.street.photos import kept_photos
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.items import ITEMS

USUAL_ITEM = {
    "parking": "bicycle_straightened", "stall": "stall_moved", "shopfront": "shopfront_cleared",
    "sign": "banner_removed", "posting": "posting_pasted", "building": "structure_removed",
}  # fmt: skip

NEXT = {
    "reported": _l("等指挥中心受理。"),
    "accepted": _l("等指挥中心立案。"),
    "filed": _l("等指挥中心派遣。"),
    "dispatched": _l("已派给承办人，由承办人处置。"),
    "handled": _l("已处置，由同事或指挥中心核查；处置的人不能自己核查。"),
    "checked": _l("核查通过，等指挥中心结案。"),
    "closed": _l("已经结案。问题又出现，请另外上报。"),
    "refused": _l("指挥中心没有受理这件上报。"),
}


@require_safe
@street_page
def case(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The case: where it stands, what it looks like, what I may do with it."""
    return render(request, "street/case.html", _shown(by, work.case_of(by, number)))


def _shown(by: By, found: Case) -> dict[str, Any]:
    at = timezone.now()
    pictures = shown.pictures_of(found)
    before = [*pictures["before"], *pictures["report"]]
    names = person_names({found.handler, found.reporter} - {""})
    mine = found.state == "dispatched" and may(by, "handle_case", unit=found.for_unit)
    return {
        "case": found,
        "at": at,
        "steps": shown.stitches_of(found, at),
        "before": before,
        "after": pictures["after"],
        "checks": pictures["check"],
        "handler": names.get(found.handler, ""),
        "reporter": names.get(found.reporter, ""),
        "unit": unit_name(found.for_unit) if found.for_unit else "",
        "late": work.mark_state(found, at) == "late",
        "order": HotlineOrder.objects.filter(case=found).first() if found.source == "hotline" else None,
        "may_see_caller": may_see_caller(by, found),
        "may_handle": mine,
        "may_acknowledge": mine and found.sent_at and not found.acknowledged_at and found.handler in ("", by.code),
        "may_check": found.state == "handled" and found.handler != by.code and may(by, "check_case"),
        "segment": where.segment_names([found.segment]).get(found.segment, ""),
        "notes": shown.notes_of(found),
        "pictures": [photo for moment in pictures.values() for photo in moment],
        "next": NEXT.get(found.state, ""),
    }


@require_POST
@street_page
def seen(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The page of a case was open before whoever was sent; somebody else's look changes nothing."""
    with suppress(Refused):
        see_case(act_of(request), case=work.case_of(by, number))
    return HttpResponse(status=204)


@require_POST
@street_page
def acknowledge(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Taken on: the desk sees that somebody is on the way."""
    found = work.case_of(by, number)
    try:
        acknowledge_case(act_of(request, after=found), case=found)
    except Refused as refused:
        return again(request, refused, "street/case.html", _shown(by, work.case_of(by, number)))
    return done(request, reverse("street:case", args=[number]), _("已接单，指挥中心会看到。"))


@require_POST
@never_cache
@street_page
def caller(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The caller's phone, on this one answer alone; the look has its line."""
    found = work.case_of(by, number)
    try:
        see_caller(act_of(request, after=found), case=found)
    except Refused as refused:
        return again(request, refused, "street/case.html", _shown(by, work.case_of(by, number)))
    return render(request, "street/case.html", _shown(by, found) | {"phone": caller_phone(found), "phone_asked": True})


@require_POST
@street_page
def contacted(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The caller was contacted for the first time."""
    found = work.case_of(by, number)
    try:
        contact_caller(act_of(request, after=found), case=found)
    except Refused as refused:
        return again(request, refused, "street/case.html", _shown(by, work.case_of(by, number)))
    return done(request, reverse("street:case", args=[number]), _("已记下首次联系。"))


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def handle(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Put right, with a photo that shows it. What was cleared is counted once."""
    found = work.case_of(by, number)
    kept: list[str] = []
    before: list[str] = []
    if request.method == "POST":
        try:
            kept_photos(request, kept)
            kept_photos(request, before, name="before_photo")
            _handle(request, found, kept, before)
            return done(request, reverse("street:home"), _("已提交处置，等同事核查。"))
        except Refused as refused:
            now = work.case_of(by, number)
            return again(request, refused, "street/handle.html", _handling(request, by, now, kept, before))
    return render(request, "street/handle.html", _handling(request, by, found, kept, before))


def _handle(request: HttpRequest, found: Case, kept: list[str], before: list[str]) -> None:
    told = request.POST.get("counted_by", "")
    quantity = request.POST.get("quantity", "").strip()
    if quantity and not quantity.isdigit():
        raise Refused("count.quantity", _("数量请写整数；没有可计的就留空。"), field="quantity")
    handle_case(
        act_of(request, after=found),
        case=found,
        photos=kept,
        before=before,
        way=request.POST.get("way", ""),
        item=request.POST.get("item", "") if quantity else "",
        quantity=int(quantity or 0),
        counted_by=UUID(told) if _is_key(told) else None,
        words=request.POST.get("words", ""),
        version=version_of(request),
    )


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _handling(request: HttpRequest, by: By, found: Case, kept: list[str], before: list[str]) -> dict[str, Any]:
    return {
        **_shown(by, found),
        "ways": WAYS,
        "items": counted.countable(),
        "usual_item": ITEMS[USUAL_ITEM[found.category]] if found.category in USUAL_ITEM else None,
        "told": counted.counts_near(by, found, timezone.now()),
        "kept": kept,
        "kept_before": before,
        "key": request.POST.get("key") or fresh_key(),
        "version": found.version,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def give_back(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Back to the dispatcher, with the reason."""
    found = work.case_of(by, number)
    if request.method == "POST":
        try:
            return_case(
                act_of(request, after=found),
                case=found,
                reason=request.POST.get("reason", ""),
                words=request.POST.get("words", ""),
                version=version_of(request),
            )
            return done(request, reverse("street:home"), _("已退回派遣台。"))
        except Refused as refused:
            return again(request, refused, "street/return.html", _returning(request, by, work.case_of(by, number)))
    return render(request, "street/return.html", _returning(request, by, found))


def _returning(request: HttpRequest, by: By, found: Case) -> dict[str, Any]:
    return {
        **_shown(by, found),
        "reasons": flow.REASONS["return"],
        "key": request.POST.get("key") or fresh_key(),
        "version": found.version,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def extend(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """More time, asked of the desk before the limit runs out."""
    found = work.case_of(by, number)
    if request.method == "POST":
        try:
            ask_extension(
                act_of(request, after=found), case=found, amount=request.POST.get("amount", ""),
                reason=request.POST.get("reason", ""), words=request.POST.get("words", ""),
            )  # fmt: skip
            return done(request, reverse("street:case", args=[number]), _("已申请延期，等指挥中心审批。"))
        except Refused as refused:
            return again(request, refused, "street/extend.html", _extending(request, by, work.case_of(by, number)))
    return render(request, "street/extend.html", _extending(request, by, found))


def _extending(request: HttpRequest, by: By, found: Case) -> dict[str, Any]:
    return {
        **_shown(by, found),
        "reasons": flow.REASONS["extend"],
        "limit": words_of(held) if (held := limit_for(found)) else "",
        "key": request.POST.get("key") or fresh_key(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def check(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """A colleague's work looked at on the spot: right, or back with what is wrong."""
    found = work.case_of(by, number)
    kept: list[str] = []
    if request.method == "POST":
        try:
            kept_photos(request, kept)
            return done(request, reverse("street:home"), _check(request, found, kept))
        except Refused as refused:
            now = work.case_of(by, number)
            return again(request, refused, "street/check.html", _checking(request, by, now, kept))
    return render(request, "street/check.html", _checking(request, by, found, kept))


def _check(request: HttpRequest, found: Case, kept: list[str]) -> str:
    act, version, words = act_of(request, after=found), version_of(request), request.POST.get("words", "")
    if request.POST.get("verdict") == "rework":
        reason = request.POST.get("reason", "")
        rework_case(act, case=found, reason=reason, photos=kept, words=words, version=version)
        return _("已退回返工。")
    check_case(act, case=found, method="on_site", photos=kept, words=words, version=version)
    return _("核查通过，等指挥中心结案。")


def _checking(request: HttpRequest, by: By, found: Case, kept: list[str]) -> dict[str, Any]:
    return {
        **_shown(by, found),
        "reasons": flow.REASONS["rework"],
        "kept": kept,
        "key": request.POST.get("key") or fresh_key(),
        "version": found.version,
    }
