"""送达: who has not looked at what was sent to them, the number to call, and what they said on the phone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases.actions import acknowledge_case
from xiuhua.cases.dispatch import to_call
from xiuhua.cases.models import Case
from xiuhua.city.access import may
from xiuhua.city.models import Person
from xiuhua.city.people import show_phone
from xiuhua.city.queries import bureau, unit_names
from xiuhua.doors.desk.entry import act_of, desk_page
from xiuhua.doors.desk.reach import case_of, visible_cases
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

SHOWN = 4


@dataclass(frozen=True)
class Unseen:
    """A case that went out and nobody looked at: since when, and who can be called."""

    case: Case
    minutes: int
    person: Person | None
    unit: str


def unseen_cases(by: By, at: dt.datetime) -> dict[str, Any]:
    """What the strip at the top of the list shows: the ones that wait longest, and how many there are."""
    if not may(by, "dispatch_case"):
        return {}
    found = bureau()
    patience = dt.timedelta(minutes=found.patience if found else 5)
    every = visible_cases(by).unseen(at - patience).order_by("sent_at", "id")
    cases = list(every[: SHOWN + 1])
    total = len(cases) if len(cases) <= SHOWN else every.count()
    units = unit_names() if cases else {}
    return {
        "unseen": [_unseen(case, at, units) for case in cases[:SHOWN]],
        "unseen_total": total,
        "may_call": may(by, "see_phone"),
    }


def _unseen(case: Case, at: dt.datetime, units: dict[str, str]) -> Unseen:
    minutes = int((at - case.sent_at).total_seconds() // 60) if case.sent_at else 0
    return Unseen(case, minutes, to_call(case, at), units.get(case.for_unit, ""))


@require_safe
@never_cache
@desk_page(room="dispatch")
def unseen(request: HttpRequest, by: By) -> HttpResponse:
    """The strip alone."""
    at = timezone.now()
    return render(request, "desk/unseen.html", {"at": at} | unseen_cases(by, at))


@require_POST
@never_cache
@desk_page(room="dispatch", verb="see_phone")
def call(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The full number of whoever should have looked; who looked at it stands in the ledger."""
    at = timezone.now()
    case = case_of(by, number)
    person = to_call(case, at)
    if person is None:
        raise Refused("phone.none", _("没有登记可以打的电话，请联系责任中队。"))
    try:
        shown = show_phone(act_of(request, by), person=person)
    except Refused as refused:
        if not request.headers.get("HX-Request"):
            raise
        return render(request, "desk/unseen_tel.html", {"refused": refused}, status=status_of(refused))
    if request.headers.get("HX-Request"):
        return render(request, "desk/unseen_tel.html", {"number": shown})
    messages.info(request, _("%(name)s：%(phone)s（这次查看已记入台账）") % {"name": person.name, "phone": shown})
    return redirect("desk:case", number=number)


@require_POST
@never_cache
@desk_page(room="dispatch", verb="dispatch_case")
def by_phone(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """They said on the phone that they take it on."""
    at = timezone.now()
    case = case_of(by, number)
    try:
        acknowledge_case(act_of(request, by), case=case, person=to_call(case, at))
    except Refused as refused:
        if not request.headers.get("HX-Request") or refused.code.startswith("access."):
            raise  # else somebody was quicker, which the strip shows by itself
    if request.headers.get("HX-Request"):
        return render(request, "desk/unseen.html", {"at": at} | unseen_cases(by, at))
    messages.success(request, _("已记下：电话里接单。"))
    return redirect("desk:case", number=number)
