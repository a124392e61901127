"""系统设置: rooms on and off, work hours, the work calendar, the filing standards."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.cases.actions import set_check_rule, set_source_rule, set_stage_rule
from xiuhua.cases.limits import limit_words
from xiuhua.cases.models import Category, CheckRule, Source, SourceRule, StandardRow
from xiuhua.cases.stages import DEFAULTS, LABELS, terms
from xiuhua.cases.standards import standards_for
from xiuhua.city.actions import set_calendar_day, set_patience, switch_rooms
from xiuhua.city.models import HoursRule, Unit
from xiuhua.city.queries import ADMINISTRATION, ROOMS, bureau, rooms_on, unit_names
from xiuhua.city.work_hours import set_work_hours
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.frame.context import MENU
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.models import CalendarDay
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import WORDS
from xiuhua.ledger.act import By, bureau_day


@never_cache
@require_http_methods(["GET", "HEAD"])
@desk_page(room="settings", verb="administer")
def settings(request: HttpRequest, by: By) -> HttpResponse:
    """Everything that the bureau sets for itself, on one page."""
    return render(request, "desk/settings.html", context_of(request))


@require_POST
@desk_page(room="settings", verb="administer")
def rooms(request: HttpRequest, by: By) -> HttpResponse:
    """The ticked rooms are on, the others off."""
    on = [room for room in ROOMS if room in set(request.POST.getlist("rooms")) | set(ADMINISTRATION)]
    switch_rooms(act_of(request, by), on=on)
    messages.success(request, _("已保存，菜单马上更新。"))
    return redirect(f"{reverse('desk:settings')}#rooms")


@require_POST
@desk_page(room="settings", verb="administer")
def patience(request: HttpRequest, by: By) -> HttpResponse:
    """How long a case may stay unseen before it rises at the desk."""
    try:
        set_patience(act_of(request, by), minutes=whole_number(request.POST.get("minutes"), without=0))
    except Refused as refused:
        context = context_of(request) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/settings.html", context, status=status_of(refused))
    messages.success(request, _("已保存。"))
    return redirect(f"{reverse('desk:settings')}#patience")


@require_POST
@desk_page(room="settings", verb="administer")
def source_rule(request: HttpRequest, by: By) -> HttpResponse:
    """What a source is promised from today on."""
    typed = request.POST
    try:
        amount = Decimal(typed["amount"]) if typed.get("amount", "").strip() else None
        set_source_rule(
            act_of(request, by), source=typed.get("source", ""), prefix=typed.get("prefix", ""), amount=amount,
            kind=typed.get("kind", ""),
        )  # fmt: skip
    except InvalidOperation:
        refused = Refused("source.limit", _("回复时限请写数字，例如 0.5 或 5。"), field="amount")
        context = context_of(request) | {"refused": refused, "wrong": "amount", "typed": typed}
        return render(request, "desk/settings.html", context, status=status_of(refused))
    except Refused as refused:
        context = context_of(request) | {"refused": refused, "wrong": refused.field, "typed": typed}
        return render(request, "desk/settings.html", context, status=status_of(refused))
    messages.success(request, _("已保存，从今天起的案件按它来。"))
    return redirect(f"{reverse('desk:settings')}#sources")


@require_POST
@desk_page(room="settings", verb="administer")
def stage_rule(request: HttpRequest, by: By) -> HttpResponse:
    """How long a stage may take from today on."""
    typed = request.POST
    try:
        amount = Decimal(typed["amount"]) if typed.get("amount", "").strip() else None
        set_stage_rule(act_of(request, by), stage=typed.get("stage", ""), amount=amount, kind=typed.get("kind", ""))
    except InvalidOperation:
        return _wrong(request, Refused("stage.limit", _("环节时限请写数字，例如 0.5 或 2。"), field="amount"))
    except Refused as refused:
        return _wrong(request, refused)
    messages.success(request, _("已保存，从今天起进入这个环节的案件按它来。"))
    return redirect(f"{reverse('desk:settings')}#stages")


@require_POST
@desk_page(room="settings", verb="administer")
def check_rule(request: HttpRequest, by: By) -> HttpResponse:
    """Which share of cases is checked on the spot; an empty share ends the rule."""
    typed = request.POST
    text = typed.get("share", "").strip()
    try:
        share = whole_number(text, without=-1, most=1000) if text else None
        set_check_rule(
            act_of(request, by), category=typed.get("category", ""), source=typed.get("source", ""), share=share
        )
    except Refused as refused:
        return _wrong(request, refused)
    messages.success(request, _("已保存，以后处置的案件按它来。"))
    return redirect(f"{reverse('desk:settings')}#checks")


@require_POST
@desk_page(room="settings", verb="administer")
def work_hours(request: HttpRequest, by: By) -> HttpResponse:
    """Other work hours from a day on, for the bureau or for one unit."""
    typed = request.POST
    try:
        begins_on = day_of(typed.get("begins_on"))
        if begins_on is None:
            raise Refused("hours.day", _("请选择从哪一天起。"), field="begins_on")
        unit = Unit.objects.filter(code=typed["unit"]).first() if typed.get("unit") else None
        set_work_hours(
            act_of(request, by),
            begins_on=begins_on,
            hours=typed.get("hours", ""),
            unit=unit,
            name=typed.get("name", ""),
        )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        return _wrong(request, refused)
    messages.success(request, _("已保存，%(day)s 起按新的工作时间计时。") % {"day": begins_on.isoformat()})
    return redirect(f"{reverse('desk:settings')}#hours")


def _wrong(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The page again with the sentence and what was typed."""
    context = context_of(request) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
    return render(request, "desk/settings.html", context, status=status_of(refused))


@require_POST
@desk_page(room="settings", verb="administer")
def calendar_day(request: HttpRequest, by: By) -> HttpResponse:
    """A day is declared worked or free."""
    try:
        day = day_of(request.POST.get("on"))
        if day is None:
            raise Refused("calendar.day", _("请选择日期。"), field="on")
        if request.POST.get("workday") not in ("yes", "no"):
            raise Refused("calendar.workday", _("请选择上班还是放假。"), field="workday")
        name, source = (request.POST.get(field, "").strip() for field in ("name", "source"))
        if not source:
            raise Refused("calendar.source", _("请写依据，例如放假通知的名称。"), field="source")
        set_calendar_day(
            act_of(request, by),
            on=day,
            workday=request.POST["workday"] == "yes",
            name=name[:40],
            source=source[:120],
            provisional="provisional" in request.POST,
        )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = context_of(request) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/settings.html", context, status=status_of(refused))
    messages.success(request, _("%(day)s 已改好，以后计算的期限按它来。") % {"day": day.isoformat()})
    return redirect(f"{reverse('desk:settings')}?year={day.year}#calendar")


def context_of(request: HttpRequest) -> dict[str, Any]:
    """Rooms by their menu groups, hours, the year's days, the standards in force."""
    at = timezone.now()
    today = bureau_day(at)
    year = whole_number(request.GET.get("year"), without=today.year, most=2100) or today.year
    on = rooms_on()
    found = bureau()
    units, held = unit_names(), terms()
    rules = {one.source: one for one in SourceRule.objects.in_force(today)}
    return {
        "room": "settings",
        "at": at,
        "bureau": found,
        "groups": [
            (
                label,
                [(entry.room, entry.label, entry.room in on) for entry in entries if entry.room not in ADMINISTRATION],
            )
            for label, entries in MENU
        ],
        "shifts": found.shifts if found else [],
        "hours_rules": [(rule, units.get(rule.unit, ""), rule.begins_on <= today) for rule in HoursRule.objects.all()],
        "units": Unit.objects.filter(closed_on=None).exclude(parent=None).order_by("path"),
        "today": today,
        "check_rules": [
            (one, dict(Category.choices).get(one.category, ""), dict(Source.choices).get(one.source, ""))
            for one in CheckRule.objects.order_by("category", "source")
        ],
        "categories": Category.choices,
        "stages": [(stage, label, held.limit(stage, today)) for stage, label in LABELS.items() if stage in DEFAULTS],
        "sources": [(value, label, rules.get(value)) for value, label in Source.choices],
        "limit_kinds": [(kind.value, words) for kind, words in WORDS.items()],
        "year": year,
        "days": list(CalendarDay.objects.filter(date__year=year).order_by("date")),
        "year_known": load_calendar().known_until >= dt.date(year, 12, 31),
        "standards": [
            (Category(name).label, name, [(row, limit_words(row)) for row in standards_for(name, today)])
            for name in Category.values
        ],
        "ended": StandardRow.objects.filter(ends_on__lte=today).count(),
        "key_rooms": fresh_key(),
        "key": fresh_key(),
        "typed": {},
    }
