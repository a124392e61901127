"""督办: what leaders press for, the late first, and the order for a new one."""

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
from django.views.decorators.http import require_http_methods

from xiuhua.cases.models import Case
from xiuhua.city.access import may
from xiuhua.city.models import Unit
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.reach import case_of, visible_cases
from xiuhua.doors.desk.worklist import is_late
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.actions import order_supervision
from xiuhua.programme.models import Supervision

PAGE = 100


@dataclass(frozen=True)
class Pressed:
    """A supervision with its case as it stands."""

    order: Supervision
    case: Case | None
    who: str
    handler: str
    day: dt.date
    case_late: bool

    @property
    def open(self) -> bool:
        return self.case is not None and self.case.is_open

    @property
    def late(self) -> bool:
        return self.open and self.order.due_on < self.day

    @property
    def days(self) -> int:
        """Days until it is due; negative when it is late."""
        return (self.order.due_on - self.day).days

    @property
    def days_late(self) -> int:
        return -self.days


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="supervise")
def supervise(request: HttpRequest, by: By) -> HttpResponse:
    """The list, and the form for the case in the address. A post orders."""
    at = timezone.now()
    if request.method != "POST":
        return render(request, "desk/supervise.html", context_of(request, by, at))
    case = case_of(by, request.POST.get("case", ""))
    try:
        due_on = day_of(request.POST.get("due_on"))
        if due_on is None:
            raise Refused("supervision.due", _("请选择答复日期。"), field="due_on")
        if due_on < bureau_day(at):
            raise Refused("supervision.past", _("答复日期不能早于今天。"), field="due_on")
        ordered = order_supervision(
            act_of(request, by), case=case, words=request.POST.get("words", "")[:300], due_on=due_on
        )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = context_of(request, by, at, case=case) | {
            "refused": refused, "wrong": refused.field, "typed": request.POST, "key": request.POST.get("key"),
        }  # fmt: skip
        return render(request, "desk/supervise.html", context, status=status_of(refused))
    messages.success(
        request, _("已督办 %(unit)s，%(day)s 前答复。") % {"unit": ordered.unit.name, "day": ordered.due_on.isoformat()}
    )
    return redirect("desk:supervise")


def context_of(request: HttpRequest, by: By, at: dt.datetime, *, case: Case | None = None) -> dict[str, Any]:
    """Orders whose case this person may see; the open ones by due day, so that the late stand first."""
    show = request.GET.get("show", "open")
    unit = request.GET.get("unit", "")[:120]
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    every = pressed(by, at, unit)
    shown = [one for one in every if show == "all" or one.open == (show != "done")]
    shown.sort(key=lambda one: (not one.open, one.order.due_on))
    number = request.GET.get("case", "")
    chosen = case or (visible_cases(by).filter(number=number).first() if number else None)
    return {
        "at": at,
        "room": "supervise",
        "rows": shown[(page - 1) * PAGE : page * PAGE],
        "more": len(shown) > page * PAGE,
        "page": page,
        "show": show,
        "unit": unit,
        "counts": {
            "open": sum(one.open for one in every),
            "late": sum(one.late for one in every),
            "done": sum(not one.open for one in every),
        },
        "units": Unit.objects.filter(kind__in=(Unit.Kind.SQUAD, Unit.Kind.TEAM, Unit.Kind.OFFICE, Unit.Kind.PARTNER)),
        "chosen": chosen,
        "chosen_late": chosen is not None and is_late(chosen, at),
        "may_order": may(by, "supervise"),
        "late_cases": _late_cases(by, at, {one.order.case for one in every}) if not chosen else [],
        "tomorrow": bureau_day(at) + dt.timedelta(days=1),
        "today": bureau_day(at),
        "key": fresh_key(),
        "typed": {},
    }


def pressed(by: By, at: dt.datetime, unit: str) -> list[Pressed]:
    """Every order with its case: four queries whatever the length."""
    orders = Supervision.objects.select_related("unit").order_by("-ordered_at", "-id")
    if unit:
        orders = orders.filter(unit__path__startswith=unit)
    rows = list(orders[:2000])
    seen = {case.number: case for case in visible_cases(by).filter(number__in=[one.case for one in rows])}
    rows = [one for one in rows if one.case in seen]
    names = person_names({one.by for one in rows} | {case.handler for case in seen.values()})
    day = bureau_day(at)
    return [
        Pressed(
            order=one,
            case=seen[one.case],
            who=names.get(one.by, one.by),
            handler=names.get(seen[one.case].handler, ""),
            day=day,
            case_late=is_late(seen[one.case], at),
        )
        for one in rows
    ]


def _late_cases(by: By, at: dt.datetime, known: set[str]) -> list[Case]:
    """Late cases that nobody presses for yet: what would fill this list."""
    late = visible_cases(by).filter(state__in=("filed", "dispatched"), paused_at=None, due_at__lt=at)
    return list(late.exclude(number__in=known).exclude(for_unit="").order_by("due_at", "id")[:5])
