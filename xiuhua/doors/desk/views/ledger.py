"""The ledger: the lines of a figure, lists of lines, one line with its place in the chain, and voiding a mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.campaigns.actions import ATTRIBUTIONS, attribute_line
from xiuhua.campaigns.models import Campaign
from xiuhua.city.access import may
from xiuhua.city.correcting import REASONS, void_line
from xiuhua.city.models import Unit
from xiuhua.city.queries import unit_name
from xiuhua.doors.desk import ledger_list
from xiuhua.doors.desk.counted import asked_of, scope_query
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.shown import Names, label_of, names_for, told_by
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.files import original_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line, Link
from xiuhua.measures.figures import BY_CODE, count_figures, counted_lines
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.periods import Period

PAGE = 50
UNCHOSEN = "?"
"""What the list of campaigns says before one is chosen: empty is a choice, for no campaign."""
SHOWN_TYPES = ("application/pdf", "image/jpeg", "image/png")


@require_safe
@never_cache
@desk_page(room="ledger", verb="see_ledger")
def ledger(request: HttpRequest, by: By) -> HttpResponse:
    """Lines by kind, item, days, unit, campaign or thing."""
    wanted = ledger_list.wanted_of(request.GET)
    lines = ledger_list.lines_of(wanted)
    total = lines.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, whole_number(request.GET.get("page"), without=1)), pages)
    context = {
        "room": "ledger",
        "wanted": wanted,
        "stated": ledger_list.stated(wanted),
        "rows": ledger_list.rows_of(lines[(page - 1) * PAGE : page * PAGE]),
        "total": total,
        "page": page,
        "pages": pages,
        "kinds": ledger_list.kinds_for_choice(),
        "items": [(item.code, _(item.label)) for item in ITEMS.values()],
        "units": Unit.objects.all(),
        "campaigns": Campaign.objects.all(),
        "head": Link.objects.order_by("-seq").first(),
        "may_give": may(by, "publish_brief"),
        "at": timezone.now(),
    }
    return render(request, "desk/ledger.html", context)


@require_safe
@never_cache
@desk_page(verb="see_ledger")
def figure(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The lines that a figure of a brief counted: the very same lines, up to the very same number."""
    if code not in BY_CODE:
        raise Absent("figure.absent", _("没有这个统计数。"))
    today = bureau_day(timezone.now())
    asked = asked_of(request.GET, otherwise=Period(today.replace(day=1), today))
    scope, found = asked.scope(), BY_CODE[code]
    counted = count_figures(scope, [found])[0]
    pages = max(1, -(-counted.lines // PAGE))
    page = min(max(1, whole_number(request.GET.get("page"), without=1)), pages)
    ids = [row["id"] for row in counted_lines(scope, found.items, most=PAGE, skip=(page - 1) * PAGE)]
    lines = Line.objects.in_bulk(ids)
    context = {
        "room": "brief",
        "period": asked.period,
        "scope": scope,
        "unit": unit_name(scope.unit) if scope.unit else "",
        "counted": counted,
        "label": prose.label_of(found),
        "details": prose.details(counted),
        "public": prose.public(counted),
        "exact": prose.exact(counted),
        "rows": ledger_list.rows_of(lines[one] for one in ids),
        "page": page,
        "pages": pages,
        "query": scope_query(scope, asked),
        "may_give": may(by, "publish_brief"),
        "at": timezone.now(),
    }
    return render(request, "desk/figure.html", context)


@require_safe
@never_cache
@desk_page(verb="see_ledger")
def line(request: HttpRequest, by: By, key: UUID) -> HttpResponse:
    """One line with all its fields, its number and hash in the chain, and what was corrected by it or corrects it."""
    return render(request, "desk/line.html", line_context(by, _line(key)))


def _line(key: UUID) -> Line:
    found = Line.objects.filter(key=key).first()
    if found is None:
        raise Absent("ledger.line", _("台账里没有这一条。"))
    return found


def line_context(by: By, found: Line) -> dict[str, Any]:
    corrections = list(Line.objects.filter(corrects=found.key).order_by("happened_at", "id"))
    wrong = Line.objects.filter(key=found.corrects).first() if found.corrects else None
    every = [found, *corrections, *([wrong] if wrong else [])]
    names = names_for(every)
    campaigns = dict(Campaign.objects.values_list("code", "name"))
    voided = any(one.kind == "line.voided" for one in corrections)
    moved = [one.campaign for one in corrections if one.kind == "line.attributed"]
    credited = moved[-1] if moved else found.campaign
    attributable = bool(found.item or found.campaign) and not found.kind.startswith(("line.", "campaign.", "target."))
    return {
        "room": "ledger",
        "line": found,
        "label": label_of(found.kind),
        "told": told_by(found, names),
        "item": ITEMS.get(found.item),
        "link": Link.objects.filter(line_id=found.pk).first(),
        "who": names.people.get(found.by, ""),
        "unit": names.units.get(found.unit, ""),
        "for_unit": names.units.get(found.for_unit, ""),
        "campaign": campaigns.get(found.campaign, ""),
        "facts": ledger_list.facts_told(found, names),
        "scan": ledger_list.scan_of(found),
        "lon": None if found.lon_e7 is None else found.lon_e7 / 1e7,
        "lat": None if found.lat_e7 is None else found.lat_e7 / 1e7,
        "corrections": [_correction(one, names, campaigns) for one in corrections],
        "wrong": {"line": wrong, "label": label_of(wrong.kind), "told": told_by(wrong, names)} if wrong else None,
        "voided": voided,
        "may_void": may(by, "void_line") and found.quantity is not None and not voided,
        "reasons": [(code, _(words)) for code, words in REASONS.items()],
        "may_attribute": may(by, "void_line") and attributable and not voided,
        "credited": campaigns.get(credited, credited),
        "credited_code": credited,
        "campaigns": campaigns,
        "attributions": [(code, _(words)) for code, words in ATTRIBUTIONS.items()],
        "key": fresh_key(),
        "is_case": found.kind.startswith("case."),
        "same": Line.objects.about(found.about).count(),
    }


def _correction(one: Line, names: Names, campaigns: dict[str, str]) -> dict[str, Any]:
    told = told_by(one, names)
    if one.kind == "line.attributed":
        told = _("改归“%(name)s”") % {"name": campaigns.get(one.campaign, one.campaign) or _("不归专项")}
    return {"line": one, "label": label_of(one.kind), "told": told, "who": names.people.get(one.by, one.by)}


@require_POST
@desk_page(verb="void_line")
def void(request: HttpRequest, by: By, key: UUID) -> HttpResponse:
    """A counted line was a mistake: another line voids it, and the difference shows as an erratum."""
    found = _line(key)
    try:
        void_line(act_of(request, by), line=found.key, reason=request.POST.get("reason", ""))
    except Absent:
        raise
    except Refused as refused:
        context = line_context(by, found) | {"refused": refused, "wrong_field": refused.field}
        return render(request, "desk/line.html", context, status=status_of(refused))
    messages.success(request, _("已作废。已经发布的简报不变，差额会在下一期更正里说明。"))
    return redirect("desk:line", key=key)


@require_POST
@desk_page(verb="void_line")
def attribute(request: HttpRequest, by: By, key: UUID) -> HttpResponse:
    """A line was credited to the wrong campaign: another line says from now on which one it counts for."""
    found = _line(key)
    campaign, reason = request.POST.get("campaign", ""), request.POST.get("moved_because", "")
    try:
        if campaign == UNCHOSEN:
            raise Refused("campaign.code", _("请选择应该计在哪个专项。"), field="campaign")
        attribute_line(act_of(request, by), line=found.key, campaign=campaign, reason=reason)
    except Absent:
        raise
    except Refused as refused:
        wrong = "moved_because" if refused.field == "reason" else refused.field
        context = line_context(by, found) | {"refused": refused, "wrong_field": wrong, "typed": request.POST}
        return render(request, "desk/line.html", context, status=status_of(refused))
    messages.success(request, _("已改归。已经发布的简报不变，以后的统计按改后的专项算。"))
    return redirect("desk:line", key=key)


@require_safe
@desk_page(verb="see_ledger")
def scan(request: HttpRequest, by: By, digest: str) -> HttpResponse:
    """The scanned source of a figure from before."""
    if not Line.objects.filter(kind="figure.opened", facts__contains=f'"scan":"{digest}"').exists():
        raise Absent("file.absent")
    raw, content_type = original_of(digest)
    known = content_type in SHOWN_TYPES
    answer = HttpResponse(raw, content_type=content_type if known else "application/octet-stream")
    answer.headers["Content-Disposition"] = "inline" if known else f'attachment; filename="{digest[-12:]}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    return answer
