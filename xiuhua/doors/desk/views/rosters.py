"""排班: a squad's month as a grid; kinds of shifts and the cycle; as Excel and on paper."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.city.access import may
from xiuhua.city.models import Pattern, ShiftKind, Unit
from xiuhua.city.queries import bureau_name
from xiuhua.city.rosters import Cell, cells_of, from_pattern, name_shift, set_pattern, set_roster
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.posting_board import squads
from xiuhua.doors.desk.roster_table import Month, cells_typed, month_grid, month_of, next_month
from xiuhua.doors.frame.errors import status_of
from xiuhua.doors.frame.templatetags.xh import said
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def roster(request: HttpRequest, by: By) -> HttpResponseBase:
    """The month of a squad. A post saves the cells that were changed."""
    if request.method == "POST":
        return save(request, by)
    unit = _unit(request, by)
    if unit is not None and request.GET.get("format") == "xlsx":
        return exported(month_grid(unit, month_of(request.GET.get("month"), _today()), load_calendar()))
    return render(request, "desk/roster.html", context_of(request, by))


def _today() -> dt.date:
    return bureau_day(timezone.now())


def _unit(request: HttpRequest, by: By) -> Unit | None:
    """The squad of the address; without one, the own or the first."""
    given = request.POST if request.method == "POST" else request.GET
    every = squads()
    path = given.get("unit")
    if path is not None:
        return every.filter(path=path).first()
    return every.filter(path=by.unit).first() or every.first()


def _back(unit: Unit, first: dt.date) -> str:
    return f"{reverse('desk:roster')}?unit={unit.path}&month={first:%Y-%m}"


def save(request: HttpRequest, by: By) -> HttpResponse:
    """The cells as the form has them; refused, they stay as typed."""
    unit = _unit(request, by)
    if unit is None:
        raise Absent("roster.unit")
    first = month_of(request.POST.get("month"), _today())
    typed: dict[Cell, list[str]] = {}
    try:
        typed = cells_typed(request.POST, month_grid(unit, first, load_calendar()))
        n = set_roster(act_of(request, by), unit=unit, cells=typed)
    except Refused as refused:
        return _again(request, by, refused, typed)
    messages.success(
        request,
        _("%(unit)s %(month)s 排班已保存，改了 %(n)d 格。") % {"unit": unit.name, "month": f"{first:%Y-%m}", "n": n},
    )
    return redirect(_back(unit, first))


def _again(request: HttpRequest, by: By, refused: Refused, typed: dict[Cell, list[str]] | None = None) -> HttpResponse:
    if refused.code.startswith("access.") or isinstance(refused, Absent):
        raise refused
    context = context_of(request, by, typed=typed) | {"refused": refused}
    return render(request, "desk/roster.html", context, status=status_of(refused))


@require_POST
@desk_page(room="posting")
def shift(request: HttpRequest, by: By) -> HttpResponse:
    """A kind of shift is named, or its hours are changed."""
    given = request.POST
    unit = _unit(request, by)
    if unit is None:
        raise Absent("roster.unit")
    try:
        made = name_shift(
            act_of(request, by), code=given.get("code", "").strip() or f"S{fresh_key()[:6]}", name=given.get("name", ""),
            short=given.get("short", ""), hours=given.get("hours", ""),
        )  # fmt: skip
    except Refused as refused:
        return _again(request, by, refused)
    messages.success(request, _("班次“%(name)s”已保存。") % {"name": made.name})
    return redirect(_back(unit, month_of(given.get("month"), _today())))


@require_POST
@desk_page(room="posting")
def pattern(request: HttpRequest, by: By) -> HttpResponse:
    """The squad's cycle, written as signs, with each person's place in it."""
    given = request.POST
    unit = _unit(request, by)
    if unit is None:
        raise Absent("roster.unit")
    first = month_of(given.get("month"), _today())
    try:
        cycle = _cycle(given.get("cycle", ""))
        grid = month_grid(unit, first, load_calendar())
        places = {code: whole_number(given.get(f"place-{code}"), most=99) for code in grid.people}
        offsets = {code: n - 1 for code, n in places.items() if n > 0}
        set_pattern(
            act_of(request, by), unit=unit, cycle=cycle, anchor_on=day_of(given.get("anchor")) or first, offsets=offsets
        )
    except Refused as refused:
        return _again(request, by, refused)
    messages.success(request, _("轮班规律已保存，下面已照它填好，看过再保存排班。"))
    return redirect(f"{_back(unit, first)}&fill=pattern")


def _cycle(text: str) -> list[str]:
    signs = {one.short: one.code for one in ShiftKind.objects.all()}
    plain = "".join(text.split()).replace("、", "").replace(",", "").replace("，", "")
    unknown = [one for one in plain if one not in signs]
    if unknown:
        told = {"text": unknown[0], "signs": "、".join(signs)}
        raise Refused("pattern.sign", _("规律里的“%(text)s”不是班次；可以写：%(signs)s。") % told, field="cycle")
    return [signs[one] for one in plain]


def context_of(request: HttpRequest, by: By, *, typed: dict[Cell, list[str]] | None = None) -> dict[str, Any]:
    """What the page shows."""
    given = request.POST if request.method == "POST" else request.GET
    unit, today = _unit(request, by), _today()
    first = month_of(given.get("month"), today)
    context: dict[str, Any] = {
        "room": "posting", "tab": "roster", "squads": squads(), "unit": unit, "today": today, "first": first,
        "before": next_month(first, -1), "after": next_month(first), "at": timezone.now(), "wrong": "",
        "shifts": ShiftKind.objects.all(), "keys": {name: fresh_key() for name in ("roster", "shift", "pattern")},
    }  # fmt: skip
    if unit is None:
        return context
    work = load_calendar()
    held = Pattern.objects.filter(unit=unit).first()
    filled = "" if typed else given.get("fill", "")
    if filled:
        typed = _filled(filled, unit, first, held)
    grid = month_grid(unit, first, work, typed=typed)
    signs = {one.code: one.short for one in grid.shifts.values()}
    return context | {
        "grid": grid,
        "may_set": may(by, "set_roster", unit=unit.path),
        "pattern": held,
        "cycle": "".join(signs.get(code, "") for code in held.cycle) if held else "",
        "places": [
            (row, int(held.offsets[row.person.code]) + 1 if held and row.person.code in held.offsets else "")
            for row in grid.rows
        ],
        "filled": filled if typed else "",
    }


def _filled(how: str, unit: Unit, first: dt.date, held: Pattern | None) -> dict[Cell, list[str]]:
    """The cells by the cycle, or as in the month before by weekday; only where nothing stands yet."""
    grid = month_grid(unit, first, load_calendar())
    people, days = list(grid.people.values()), [day.on for day in grid.days]
    kept = cells_of([one.pk for one in people], days[0], days[-1])
    if how == "pattern" and held is not None:
        made = from_pattern(held, people, days)
    elif how == "before":
        back = dt.timedelta(days=28)
        before = cells_of([one.pk for one in people], days[0] - back, days[-1] - back)
        made = {(person, day + back): codes for (person, day), codes in before.items()}
    else:
        return {}
    return {cell: list(codes) for cell, codes in made.items() if cell not in kept}


def exported(month: Month) -> HttpResponseBase:
    """《排班表》 of the month as Excel, set up for A4 across."""
    title = _("%(unit)s%(month)s排班表") % {"unit": month.unit.name, "month": said(month.first, "Y年n月")}
    headers = [(_("姓名"), 9), *((f"{day.on.day} {day.weekday}", 4) for day in month.days), (_("出勤"), 6)]
    rows = [
        (row.person.name, *((box.leave[:1] and "假") or box.signs for box in row.boxes), row.worked)
        for row in month.rows
    ]
    stated = f"{bureau_name()}；" + "、".join(
        f"{one.short}={one.name} {one.hours}".strip() for one in month.shifts.values()
    )
    return exports.excel(title, stated=stated, at=timezone.now(), headers=headers, rows=rows)
