"""在岗情况: who is on duty where, who has not come, when each was last seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases.models import Case
from xiuhua.city.models import Role, RollCall
from xiuhua.city.presence import Present, presence
from xiuhua.doors.desk.entry import desk_page
from xiuhua.ledger.act import By, bureau_day

STATES = {
    "on": (_("在岗"), "ok"),
    "due": (_("还没签到"), "warn"),
    "off": (_("已签退"), ""),
    "later": (_("不在班次"), ""),
    "leave": (_("请假"), ""),
    "lent": (_("借调"), ""),
    "rest": (_("轮休"), ""),
}
STREET = {Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT}


def groups_of(by: By, at: dt.datetime) -> list[dict[str, Any]]:
    """The squads with their people as they are now, for whoever may see them."""
    found = presence(at, under=by.unit if by.roles <= STREET else "")
    busy = set(Case.objects.filter(state="dispatched").values_list("handler", flat=True))
    groups: dict[str, dict[str, Any]] = {}
    for one in found:
        group = groups.setdefault(one.post.unit.path, {"unit": one.post.unit, "rows": [], "on": 0, "due": 0})
        label, tone = STATES[one.state]
        group["rows"].append(
            {"one": one, "label": label, "tone": tone, "busy": one.person.code in busy, "late": _late(one)}
        )
        group["on"] += one.state == "on"
        group["due"] += one.state == "due"
    return list(groups.values())


def _late(one: Present) -> int:
    """Whole minutes late, above five: phones and clocks differ by as much."""
    return one.late_min if one.late_min is not None and one.late_min > 5 else 0


@require_safe
@never_cache
@desk_page(room="posting")
def presence_page(request: HttpRequest, by: By) -> HttpResponse:
    """The whole page: squads, people, and the roll calls of the day."""
    at = timezone.now()
    groups = groups_of(by, at)
    rolls = RollCall.objects.filter(day=bureau_day(at)).select_related("unit").prefetch_related("answers__person")
    rolls = rolls.filter(unit__path__startswith=by.unit) if by.roles <= STREET else rolls
    context = {
        "room": "posting", "tab": "presence", "groups": groups, "at": at,
        "on": sum(group["on"] for group in groups), "due": sum(group["due"] for group in groups),
        "rolls": [(one, [answer for answer in one.answers.all() if answer.state != "here"], one.answers.all()) for one in rolls[:20]],
    }  # fmt: skip
    return render(request, "desk/presence.html", context)
