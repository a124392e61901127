"""责任审计: is there a street, a shift, a shop that nobody answers for? Each finding leads to where it is put right."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.models import Segment
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import day_of, desk_page, whole_number
from xiuhua.doors.desk.registers import Figure
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.doors.desk.views.maps import collection
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.audit import CHECKS, Audit, Finding, Weight, audit_duties

PAGE = 100
HEADERS = (
    (gettext_lazy("性质"), 8), (gettext_lazy("检查项"), 20), (gettext_lazy("对象"), 36), (gettext_lazy("编码"), 24),
    (gettext_lazy("问题"), 48),
)  # fmt: skip
PUT_RIGHT = {
    "segment": (("desk:segment", True),),
    "unit": (("desk:people", False),),
    "shop": (("desk:place", True), ("desk:places", False), ("desk:letters", False)),
    "site": (("desk:checklists", False), ("desk:places", False)),
    "person": (("desk:person", True),),
    "task": (("desk:tasks", False),),
    "grid": (("desk:place", True), ("desk:places", False)),
}
"""Where a thing is put right: the first of these pages that there is, with the code of the thing or without."""


@dataclass(frozen=True)
class Shown:
    """A finding as the table shows it."""

    finding: Finding
    label: str
    url: str

    @property
    def wrong(self) -> bool:
        return self.finding.weight == Weight.WRONG


@never_cache
@require_safe
@desk_page(room="segments")
def audit(request: HttpRequest, by: By) -> HttpResponseBase:
    """The share of street length in good hands, what is wrong and what is to be confirmed; as table, map or Excel."""
    at = timezone.now()
    day = day_of(request.GET.get("on")) or bureau_day(at)
    found = audit_duties(day)
    chosen = request.GET.get("check", "")
    findings = [one for one in found.findings if chosen in ("", one.check, one.weight)]
    if request.GET.get("format") == "xlsx":
        return _exported(findings, found, at)
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    return render(request, "desk/audit.html", {
        "at": at,
        "room": "segments",
        "day": day,
        "today": bureau_day(at),
        "audit": found,
        "figures": _figures(found, day),
        "share": found.covered_share,
        "share_told": _told(found.covered_share),
        "chosen": chosen,
        "chips": _chips(found, day, chosen),
        "rows": [_shown(one) for one in findings[(page - 1) * PAGE : page * PAGE]],
        "total": len(findings),
        "page": page,
        "pages": max(-(-len(findings) // PAGE), 1),
        "on_map": request.GET.get("view") == "map",
        "attribution": attribution(),
    })  # fmt: skip


def _told(share: float | None) -> str:
    """Rounded down: what is not whole is not called 100 %."""
    return "" if share is None else f"{math.floor(share * 1000) / 10:g}%"


def _figures(found: Audit, day: dt.date) -> list[Figure]:
    def where(check: str) -> str:
        return f"?{urlencode({'on': day.isoformat(), 'check': check})}"

    return [
        Figure(_("路段"), f"{found.segments:,}", _("个"), reverse("desk:segments")),
        Figure(_("长度"), f"{found.length_m / 1000:,.1f}", _("公里")),
        Figure(_("错误"), f"{found.wrong:,}", _("处"), where(Weight.WRONG), late=found.wrong > 0),
        Figure(_("待确认"), f"{found.to_confirm:,}", _("处"), where(Weight.ASK)),
    ]


def _chips(found: Audit, day: dt.date, chosen: str) -> list[dict[str, Any]]:
    counts = found.counts
    return [
        {
            "label": check.label, "count": counts[check.code], "here": check.code == chosen,
            "query": urlencode({"on": day.isoformat()} | ({} if check.code == chosen else {"check": check.code})),
        }
        for check in CHECKS
        if counts[check.code] or check.code == chosen
    ]  # fmt: skip


def _shown(finding: Finding) -> Shown:
    label = next(str(check.label) for check in CHECKS if check.code == finding.check)
    return Shown(finding, label, put_right(finding.thing))


def put_right(thing: str) -> str:
    """The page where a thing is put right; empty when there is none."""
    sort, _colon, code = thing.partition(":")
    for name, with_code in PUT_RIGHT.get(sort, ()):
        try:
            return reverse(name, args=[code] if with_code else [])
        except NoReverseMatch:
            continue
    return ""


def _exported(findings: Sequence[Finding], found: Audit, at: dt.datetime) -> HttpResponse:
    stated = _("%(day)s：错误 %(wrong)d 处，待确认 %(ask)d 处") % {
        "day": found.on.isoformat(), "wrong": found.wrong, "ask": found.to_confirm,
    }  # fmt: skip
    rows = ((one.weight.label, _shown(one).label, one.name, one.thing, one.words) for one in findings)
    return exports.excel(_("责任审计"), stated=stated, at=at, headers=HEADERS, rows=rows)


@never_cache
@require_safe
@desk_page(room="segments")
def audit_map(request: HttpRequest, by: By) -> HttpResponse:
    """Every drawn street: in good hands, or a dead corner and why."""
    found = audit_duties(day_of(request.GET.get("on")) or bureau_day(timezone.now()))
    why: dict[str, list[str]] = {}
    for one in found.findings:
        why.setdefault(one.thing, []).append(one.words)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y, *_z in one.line]},
            "properties": {
                "state": "squad" if one.code in found.dead else "officer" if f"segment:{one.code}" in why else "ok",
                "title": "：".join((str(one), "；".join(why.get(f"segment:{one.code}", [])) or _("责任明确"))),
                "url": reverse("desk:segment", args=[one.code]),
            },
        }
        for one in Segment.objects.in_use_on(found.on)
        if len(one.line) > 1
    ]  # fmt: skip
    return JsonResponse(collection(features))
