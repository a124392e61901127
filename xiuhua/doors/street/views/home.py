"""The officer's own pages: work, lists, map, outbox, me."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may
from xiuhua.city.clearing import openings_to_clear
from xiuhua.city.models import Person, Post
from xiuhua.city.notices import change_channel
from xiuhua.city.queries import bureau, unit_name
from xiuhua.doors.street import counted, where, work
from xiuhua.doors.street.entry import act_of, again, done, offered, street_page
from xiuhua.kit.channels import usable
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day

TITLES = {"todo": _("待我处置"), "handled": _("今日已处置"), "closed": _("今日已结"), "check": _("待我核查")}
EMPTY = {
    "todo": _("没有待您处置的案件。巡查时看到问题，按红色的“拍”上报。"),
    "handled": _("今天还没有处置。处置并拍照以后，会出现在这里。"),
    "closed": _("今天还没有结案。您处置的案件核查通过、结案以后，会出现在这里。"),
    "check": _("没有待核查的案件。同事处置以后，会出现在这里；自己处置的不能自己核查。"),
}


@require_safe
@street_page
def home(request: HttpRequest, by: By) -> HttpResponse:
    """What to handle now, how long it has, how far it is."""
    at = timezone.now()
    day = bureau_day(at)
    mine = work.cards(work.listed(by, "todo", day), at)
    context = {
        "cards": mine,
        "todo": work.to_handle(by).count(),
        "late": sum(card.mark == "late" for card in mine),
        "handled": work.handled_on(by, day).count(),
        "closed": work.closed_on(by, day).count(),
        "check": work.to_check(by).count(),
        "unit": unit_name(by.unit),
        "to_clear": _to_clear(by, at),
        **offered(by),
        "empty": EMPTY["todo"],
        "live_url": reverse("street:live"),
        "live_after": work.stamp_of(by),
        "at": at,
    }
    return render(request, "street/home.html", context)


def _to_clear(by: By, at: dt.datetime) -> int:
    """How many places of my unit closed and were not found clean yet."""
    if not by.unit or not may(by, "check_clearing"):
        return 0
    return sum(not one.done for one in openings_to_clear(at, unit=by.unit))


@require_safe
@never_cache
@street_page
def live(request: HttpRequest, by: By) -> HttpResponse:
    """Whether something changed in what stands before me: 204 when nothing did."""
    before, now = request.GET.get("after", ""), work.stamp_of(by)
    if before == now:
        return HttpResponse(status=204)
    told: dict[str, Any] = {"after": now, "changed": ["work"]}
    had, have = before.partition(".")[0], now.partition(".")[0]
    if had.isdecimal() and int(have) > int(had):
        told["toast"] = {"text": str(_("有新派给您的案件。")), "kind": "plain"}
    return JsonResponse(told)


@require_safe
@street_page
def shops(request: HttpRequest, by: By) -> HttpResponse:
    """The shops on my streets: who they are, how far, and a report that begins with one of them."""
    wanted = request.GET.get("q", "").strip()
    found = where.shops_of(by, timezone.now(), wanted=wanted)
    context = {"streets": found, "wanted": wanted, "n": sum(map(len, found.values()))}
    return render(request, "street/shops.html", context)


@require_safe
@street_page
def cases(request: HttpRequest, by: By, show: str) -> HttpResponse:
    """The cases behind a number of the work page."""
    if show not in work.LISTS:
        raise Http404
    at = timezone.now()
    rows = work.cards(work.listed(by, show, bureau_day(at)), at)
    context = {"cards": rows, "title": TITLES[show], "empty": EMPTY[show], "show": show, "at": at}
    return render(request, "street/cases.html", context)


@require_safe
@street_page
def city_map(request: HttpRequest, by: By) -> HttpResponse:
    """My cases and my unit's open cases on the map, and the same as a list below it."""
    at = timezone.now()
    found = bureau()
    chosen = work.case_of(by, request.GET["case"]) if request.GET.get("case") else None
    context = {
        "cards": work.cards(work.on_map(by), at),
        "chosen": chosen,
        "attribution": found.attribution if found else "",
        "at": at,
    }
    return render(request, "street/map.html", context)


@require_safe
@street_page
def points(request: HttpRequest, by: By) -> HttpResponse:
    """My cases as points for the map."""
    return JsonResponse(where.marks(work.on_map(by), timezone.now()))


@require_safe
@cache_control(private=True, max_age=3600)
@street_page
def streets(request: HttpRequest, by: By) -> HttpResponse:
    """The streets as lines for the map."""
    return JsonResponse(where.streets(by, timezone.now()))


@require_safe
@street_page
def me(request: HttpRequest, by: By) -> HttpResponse:
    """Who I am here, what I hold, and this phone's own choices."""
    day = bureau_day(timezone.now())
    posts = Post.objects.held_on(day).filter(person__code=by.code).select_related("unit").order_by("id")
    context = {
        "posts": posts,
        "unit": unit_name(by.unit),
        "counts": len(counted.counts_of(by, day)),
        "slips": counted.slips_on(by, day),
        "check": work.to_check(by).count(),
        **offered(by),
    }
    return render(request, "street/me.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def ways(request: HttpRequest, by: By) -> HttpResponse:
    """By which ways notices reach me beside this page."""
    person = Person.objects.get(code=by.code)
    context = {"channels": list(person.channels.all()), "ways": [(way, way.label) for way in usable()]}
    if request.method == "POST":
        try:
            change_channel(act_of(request), person=person, told=request.POST)
            return done(request, reverse("street:channels"), _("已保存。"))
        except Refused as refused:
            return again(request, refused, "street/channels.html", context)
    return render(request, "street/channels.html", context)


@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """What still waits in this phone. The page needs no sign-in, so that it opens without a network."""
    return render(request, "street/outbox.html")
