"""The dispatch desk: the list, the map, the chosen case, and what changed since."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases import flow
from xiuhua.cases.arithmetic import in_words
from xiuhua.cases.dispatch import to_call
from xiuhua.cases.models import Case, Category, Source
from xiuhua.cases.presence import lookers
from xiuhua.cases.recalled import RECALLABLE
from xiuhua.cases.replying import owed_count
from xiuhua.cases.saved_filters import filters_for
from xiuhua.city.access import may
from xiuhua.city.models import Person
from xiuhua.city.queries import Permission, bureau, permitted_at, person_names
from xiuhua.doors.desk import offers, steps, worklist
from xiuhua.doors.desk.entry import asked_from, desk_page, fresh_key, is_desk, whole_number
from xiuhua.doors.desk.reach import case_of, visible_cases
from xiuhua.doors.desk.shown import Photos, contact_of, near_cases, stitches_of
from xiuhua.doors.desk.views.errands import unseen_cases
from xiuhua.doors.desk.worklist import Page, Wanted, is_late, page_of, pin_state, tab_counts, wanted_of
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.models import Line

BULK = {"accept": ("accept", "file", "refuse"), "dispatch": ("dispatch", "unfile"), "check": ("close",)}
"""Which steps can be taken with many cases at once, by the tab of the list."""
TAKES_BACK = dict.fromkeys(RECALLABLE, 1) | {"accept_file": 2}
"""How many steps a button of the desk took, for those that can be taken back."""


@require_safe
@never_cache
@desk_page(room="dispatch")
def dispatch(request: HttpRequest, by: By) -> HttpResponse:
    """The whole desk. The most urgent case is open already."""
    at = timezone.now()
    context = list_context(by, wanted_of(request.GET), at)
    wanted: Wanted = context["wanted"]
    chosen = chosen_case(by, wanted, context["page"])
    if chosen is not None:
        context |= pane_context(chosen, by, at)
        context["wanted"] = replace(wanted, case=chosen.number)
    piece = request.headers.get("HX-Request-Type") == "partial" and "HX-History-Restore-Request" not in request.headers
    if piece:
        return render(request, "desk/dispatch_parts.html", context)
    return render(request, "desk/dispatch.html", context | live_context() | {"attribution": attribution()})


@require_safe
@never_cache
@desk_page(room="dispatch")
def dispatch_list(request: HttpRequest, by: By) -> HttpResponse:
    """The list alone, as the page's own address asks for it."""
    wanted = wanted_of(asked_from(request))
    wanted = replace(wanted, case=request.GET.get("case", "")[:24] or wanted.case)
    return render(request, "desk/dispatch_list.html", list_context(by, wanted, timezone.now()))


@require_safe
@never_cache
@desk_page(room="dispatch")
def pane(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The chosen case alone."""
    at = timezone.now()
    wanted = replace(wanted_of(request.GET), case=number)
    return render(request, "desk/pane.html", {"wanted": wanted} | pane_context(case_of(by, number), by, at))


@require_safe
@never_cache
@desk_page()
def live(request: HttpRequest, by: By) -> HttpResponse:
    """What changed after a line: nothing (204), or the new last line and the counts of the tabs."""
    after = whole_number(request.GET.get("after"), most=2**62)
    last = last_line()
    if last == after:
        return HttpResponse(status=204)
    moved = Line.objects.filter(id__gt=after, kind__startswith="case.").exists()
    told: dict[str, Any] = {"after": last, "changed": ["cases"] if moved else []}
    if moved:
        told["counts"] = tab_counts(by, timezone.now())
    return JsonResponse(told, headers={"X-Live-After": str(last)})


def last_line() -> int:
    return Line.objects.order_by("-id").values_list("id", flat=True).first() or 0


def live_context() -> dict[str, Any]:
    """What the frame needs to go on asking."""
    return {"live_url": reverse("desk:live"), "live_after": last_line()}


def list_context(by: By, wanted: Wanted, at: dt.datetime) -> dict[str, Any]:
    """What the list shows."""
    counts = tab_counts(by, at)
    if not wanted.tab:
        wanted = replace(wanted, tab=worklist.first_tab(counts))
    page = page_of(by, wanted, at)
    if not page.rows and wanted.page > 1:
        wanted = replace(wanted, page=1)
        page = page_of(by, wanted, at)
    return {
        "at": at,
        "wanted": wanted,
        "counts": counts,
        "menu_counts": {"dispatch": counts["dispatch"], "supervise": ""},
        "page": page,
        "tabs": [
            {"name": name, "label": label, "count": counts.get(name, 0), "query": wanted.query(tab=name, case="")}
            for name, (label, _states) in worklist.TABS.items()
        ],
        "sources": [
            {"name": name, "label": label, "query": wanted.query(source=name, case="")}
            for name, (label, _codes) in worklist.SOURCES.items()
        ],
        "categories": [
            {
                "name": name,
                "label": label,
                "query": wanted.query(category="" if name == wanted.category else name, case=""),
            }
            for name, label in Category.choices
        ],
        "order_label": worklist.ORDERS[wanted.order][0],
        "order_why": worklist.ORDERS[wanted.order][1],
        "other_order": {"query": wanted.query(order="due" if wanted.order == "new" else "new", case="")},
        "tab_label": worklist.TABS[wanted.tab][0],
        "row_query": _ending(wanted.query(case="", page=wanted.page)),
        "map_query": Wanted(source=wanted.source, category=wanted.category, words=wanted.words).query(),
        "pages": {
            "before": wanted.query(page=wanted.page - 1, case="") if wanted.page > 1 else "",
            "after": wanted.query(page=wanted.page + 1, case="") if page.more else "",
        },
        "without_filters": Wanted(tab=wanted.tab).query(),
        "may_report": may(by, "report_case") and is_desk(by),
        "may_chat": may(by, "accept_case"),
        "owed_n": owed_count() if may(by, "accept_case") else 0,
        "bulk_verbs": [
            (verb, flow.MOVES[verb].label) for verb in BULK.get(wanted.tab, ()) if may(by, flow.MOVES[verb].may)
        ],
        "bulk_query": wanted.query(case="", page=wanted.page),
        "saved": filters_for(by, "dispatch"),
        "saved_page": "dispatch",
        "saved_query": wanted.query(case=""),
        "by_code": by.code,
        "open_elsewhere": _open_elsewhere(page, by, at),
        "is_filtered": bool(wanted.source or wanted.category or wanted.words),
    } | unseen_cases(by, at)


def _open_elsewhere(page: Page, by: By, at: dt.datetime) -> dict[str, str]:
    """Who else has cases of this page open: names by the case's number."""
    found = lookers([row.case for row in page.rows], by.code, at)
    names = person_names({code for codes in found.values() for code in codes})
    return {
        row.case.number: "、".join(names.get(code, "") for code in found[row.case.pk])
        for row in page.rows
        if row.case.pk in found
    }


def _ending(query: str) -> str:
    """A query that something may be added to."""
    return f"{query}&" if query else ""


def attribution() -> str:
    found = bureau()
    return found.attribution if found else ""


def chosen_case(by: By, wanted: Wanted, page: Page) -> Case | None:
    """The case in the address, else the first of the list."""
    found = visible_cases(by).select_related("standard")
    if wanted.case:
        case = found.filter(number=wanted.case).first()
        if case is not None:
            return case
    return found.filter(pk=page.rows[0].case.pk).first() if page.rows else None


def pane_context(case: Case, by: By, at: dt.datetime, *, offer: offers.Offer | None = None) -> dict[str, Any]:
    """What the pane and the page of a case both show."""
    words = list(case.words.all())
    row = worklist.rows_of([case], at)[0]
    late = is_late(case, at)
    return {
        "at": at,
        "case": case,
        "row": row,
        "late": late,
        "pin": pin_state(case.state, late=late),
        "running": case.state in ("filed", "dispatched") and case.due_at is not None and case.paused_at is None,
        "stitches": stitches_of(case, at),
        "photos": Photos(tuple(case.photos.all())),
        "contact": contact_of(words, by, hotline=case.source == Source.HOTLINE),
        "case_words": words,
        "merged": list(case.merged.only("number").order_by("id")[:20]),
        "near": near_cases(case),
        "permission": permission_for(case),
        "deadline": in_words(case),
        "waited_for": waited_for(case, by, at),
        "offer": offer or offers.offer_for(case, by, at),
    }


def waited_for(case: Case, by: By, at: dt.datetime) -> Person | None:
    """Who was sent and has not taken the case on yet; nobody when they have, or when who asks may not write it down."""
    out = case.state == "dispatched" and case.sent_at is not None and case.acknowledged_at is None
    return to_call(case, at) if out and may(by, "dispatch_case", unit=case.for_unit) else None


def permission_for(case: Case) -> Permission | None:
    """What the register of permitted places said about this, there and then; nothing when it has nothing to do with it."""
    point = None if case.lon is None or case.lat is None else Point(case.lon, case.lat)
    told = permitted_at(point, {case.category, case.matter} - {""}, case.reported_at, segment=case.segment)
    return told if told.place is not None and not {case.category, case.matter}.isdisjoint(told.place.matters) else None


def after_step(
    request: HttpRequest, by: By, case: Case, before: Page, told: str, *, stay: bool = False
) -> HttpResponse:
    """The pane of what comes next, the list as it is now, and the sentence of what was done, with the way back.

    `stay` keeps the same case open, whatever list it stands in now.
    """
    at = timezone.now()
    wanted = replace(wanted_of(asked_from(request)), case="")
    context = list_context(by, wanted, at)
    page: Page = context["page"]
    place = next((n for n, row in enumerate(before.rows) if row.case.pk == case.pk), 0)
    still = next((row.case for row in page.rows if row.case.pk == case.pk), None)
    follows = case if stay else still or (page.rows[min(place, len(page.rows) - 1)].case if page.rows else None)
    context["wanted"] = replace(context["wanted"], case=follows.number if follows else "")
    if follows is not None:
        context |= pane_context(case_of(by, follows.number), by, at)
    verb = request.POST.get("verb", "")
    context |= {"told": told, "moved": case, "recall": fresh_key() if verb in TAKES_BACK and not stay else ""}
    answer = render(request, "desk/after_step.html", context | {"recall_times": TAKES_BACK.get(verb, 1)})
    shown: Wanted = context["wanted"]
    answer.headers["HX-Replace-Url"] = f"{reverse('desk:dispatch')}?{shown.query(case=shown.case, page=shown.page)}"
    return answer


def refused_step(request: HttpRequest, by: By, number: str, refused: Refused) -> dict[str, Any]:
    """The same forms with what was typed; when somebody was quicker, both sides are shown."""
    if isinstance(refused, Absent):
        raise refused
    at = timezone.now()
    case = case_of(by, number)
    offer = offers.offer_for(case, by, at, typed=request.POST, wrong=refused)
    if refused.code in ("case.stale", "case.flow"):
        offer.conflict = steps.conflict_of(request, case)
    return pane_context(case, by, at, offer=offer)
