"""The brief and the day's report: what leaders read, every figure a link to the lines that it counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Unit
from xiuhua.doors.desk.counted import Asked, as_file, asked_of, lines_link, query_of
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.ledger.act import By, bureau_day
from xiuhua.measures.cases import CaseTotals, case_totals
from xiuhua.measures.figures import Counted, count_figures
from xiuhua.measures.lines import Scope
from xiuhua.programme import brief_prose as prose
from xiuhua.programme import periods
from xiuhua.programme.actions import publish_brief
from xiuhua.programme.brief_formats import FORMATS
from xiuhua.programme.brief_papers import edition_at, lead, on_time_short
from xiuhua.programme.brief_text import as_text
from xiuhua.programme.briefs import CountedBrief
from xiuhua.programme.models import Brief
from xiuhua.programme.periods import Period

ON_PAGE = ("docx", "pdf", "png", "html", "text", "json")


@require_safe
@never_cache
@desk_page(room="brief", verb="see_ledger")
def brief(request: HttpRequest, by: By) -> HttpResponse:
    """The brief of a period on a page, with what it takes to choose, compare, take along and publish it."""
    today = bureau_day(timezone.now())
    asked = asked_of(request.GET, otherwise=Period(today.replace(day=1), today))
    counted = asked.brief()
    than = _than(request, asked)
    context = {
        "room": "brief",
        "brief": counted,
        "asked": asked,
        "query": query_of(counted),
        "sections": _sections(counted, than),
        "than": than,
        "lead": lead(counted),
        "before": case_totals(Scope(than.from_day, than.to_day, counted.bound_to, counted.unit)),
        "units": _unit_rows(counted, with_work=False),
        "campaigns": [{"row": row, "stage": prose.stage_label(row), "work": prose.work_told(row.work)} for row in counted.campaigns],
        "errata": [prose.erratum_sentence(one) for one in counted.errata],
        "on_time": prose.on_time(counted.totals),
        "as_of": prose.as_of_told(counted),
        "notes": [prose.sums_up(counted), prose.how_to_verify(counted)],
        "presets": _presets(today),
        "all_units": Unit.objects.filter(closed_on=None).exclude(kind=Unit.Kind.PARTNER),
        "formats": [(kind, _formats()[kind]) for kind in ON_PAGE],
        "published": Brief.objects.all()[:12],
        "check": _check(counted),
        "may_publish": may(by, "publish_brief") and not counted.unit,
        "key": fresh_key(),
    }  # fmt: skip
    return render(request, "desk/brief.html", context)


@require_safe
@never_cache
@desk_page(verb="see_ledger")
def brief_file(request: HttpRequest, by: By, kind: str) -> HttpResponse:
    """The brief as a file."""
    today = bureau_day(timezone.now())
    return as_file(request, asked_of(request.GET, otherwise=Period(today.replace(day=1), today)).brief(), kind)


@require_POST
@desk_page(room="brief", verb="publish_brief")
def publish(request: HttpRequest, by: By) -> HttpResponse:
    """The brief that was on the page is published as it stood there."""
    today = bureau_day(timezone.now())
    asked = asked_of(request.POST, otherwise=Period(today, today))
    counted = asked.brief()
    publish_brief(
        act_of(request, by),
        title=counted.title,
        from_day=counted.period.from_day,
        to_day=counted.period.to_day,
        bound_to=counted.bound_to,
        head=counted.head,
        figures=counted.told(),
    )
    messages.success(
        request, _("已发布%(title)s（%(period)s）。") % {"title": counted.title, "period": counted.period.label}
    )
    return redirect(f"{reverse('desk:brief')}?{query_of(counted)}")


@require_safe
@never_cache
@desk_page(room="daily")
def daily(request: HttpRequest, by: By) -> HttpResponse:
    """The day's report: one sentence, the figures, each squad, and the text to paste into the chat group."""
    counted = _asked_day(request).brief()
    today = bureau_day(timezone.now())
    day = counted.period.from_day
    context = {
        "room": "daily",
        "brief": counted,
        "day": day,
        "today": today,
        "day_before": day - dt.timedelta(days=1),
        "day_after": day + dt.timedelta(days=1) if day < today else None,
        "query": query_of(counted),
        "lead": lead(counted),
        "sections": _sections(counted, None),
        "units": _unit_rows(counted, with_work=True),
        "text": as_text(counted),
        "as_of": prose.as_of_told(counted),
        "edition": edition_at(counted.as_of),
        "links": may(by, "see_ledger"),
    }
    return render(request, "desk/daily.html", context)


@require_safe
@never_cache
@desk_page(room="daily")
def daily_file(request: HttpRequest, by: By, kind: str) -> HttpResponse:
    """The day's report as text or picture."""
    return as_file(request, _asked_day(request).brief(), kind if kind in ("text", "png") else "")


def _asked_day(request: HttpRequest) -> Asked:
    """The day that the report is of; `day` alone is enough."""
    today = bureau_day(timezone.now())
    given = request.GET.dict()
    if given.get("day"):
        given["from"] = given["to"] = given["day"]
    asked = asked_of(given, otherwise=Period(today, today))
    return Asked(periods.one_day(asked.period.to_day), "", asked.bound_to, asked.at)


def _than(request: HttpRequest, asked: Asked) -> Period:
    """The period to compare with: the one just before, unless another is given."""
    if request.GET.get("than_from") and request.GET.get("than_to"):
        today = bureau_day(timezone.now())
        first, last = (periods.day_told(request.GET[name], field=name) for name in ("than_from", "than_to"))
        return periods.stage(first, last, today=today)
    return asked.period.before


def _sections(counted: CountedBrief, than: Period | None) -> list[dict[str, Any]]:
    """Figures by section: those with lines in the period, or in the period compared with."""
    before: dict[str, Counted] = {}
    if than is not None:
        scope = Scope(than.from_day, than.to_day, counted.bound_to, counted.unit)
        before = {one.figure.code: one for one in count_figures(scope)}
    link = lines_link(counted)
    found = []
    for code, title in prose.section_titles().items():
        rows = [
            {
                "counted": one,
                "label": prose.label_of(one.figure),
                "details": prose.details(one),
                "public": prose.public(one),
                "link": link(one.figure.code),
                "before": before.get(one.figure.code),
                "change": one.quantity - before[one.figure.code].quantity if one.figure.code in before else None,
            }
            for one in counted.figures
            if one.figure.section == code
            and (one.lines or (one.figure.code in before and before[one.figure.code].lines))
        ]
        if rows:
            found.append({"code": code, "title": title, "rows": rows})
    return found


def _unit_rows(counted: CountedBrief, *, with_work: bool) -> list[dict[str, Any]]:
    """Units with something to tell: cases, or work when that is told too."""
    return [
        {
            "row": row,
            "name": prose.unit_label(row),
            "on_time": on_time_short(row.totals),
            "work": prose.work_told(row.work),
        }
        for row in counted.units
        if row.totals != CaseTotals() or row.standing.open or (row.work and with_work)
    ]


def _presets(today: dt.date) -> list[dict[str, Any]]:
    """Periods that are asked for most."""
    month = today.replace(day=1)
    week = periods.week_of(today)
    named = (
        (_("今天"), Period(today, today)),
        (_("昨天"), Period(today, today).before),
        (_("本周"), week),
        (_("上周"), week.before),
        (_("本月"), Period(month, today)),
        (_("上月"), Period((month - dt.timedelta(days=1)).replace(day=1), month - dt.timedelta(days=1))),
        (_("今年"), Period(today.replace(month=1, day=1), today)),
    )
    return [{"label": label, "period": period} for label, period in named]


def _formats() -> dict[str, str]:
    """What a format is good for."""
    named = {
        "docx": _("Word（可改文字）"),
        "pdf": _("PDF（打印）"),
        "png": _("手机长图"),
        "html": _("网页"),
        "text": _("群消息文本"),
        "json": "JSON",
    }
    return {kind: named[kind] for kind in FORMATS}


def _check(counted: CountedBrief) -> dict[str, Any] | None:
    """Whether this very brief was published, and whether counting it again gives what was published."""
    period = counted.period
    found = Brief.objects.filter(from_day=period.from_day, to_day=period.to_day, bound_to=counted.bound_to).first()
    if found is None or counted.unit:
        return None
    return {"brief": found, "same": found.figures == counted.told()}
