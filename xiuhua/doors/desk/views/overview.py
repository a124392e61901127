"""Today at a glance, for leaders: one sentence, what is late and whose it is, campaigns, streets that keep going wrong."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases.models import Case, Category
from xiuhua.city.access import STREET, may
from xiuhua.city.models import Unit
from xiuhua.city.queries import bureau, person_names, unit_name, unit_names
from xiuhua.doors.desk.campaign_progress import progress_of
from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.registers import EARLIEST, Figure, ledger_address, segment_words
from xiuhua.doors.frame.words import remaining
from xiuhua.ledger.act import By, bureau_day, day_starts
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import CaseTotals, totals_by
from xiuhua.measures.figures import count_figures
from xiuhua.measures.hotspots import hot_segments
from xiuhua.measures.lines import Scope
from xiuhua.measures.overdue import Overdue, overdue_cases

MOST_LATE, MOST_HOT, TREND_DAYS = 12, 8, 14
DAY, WEEK = "day", "week"


@dataclass(frozen=True)
class Span:
    """The day or week that the page tells of, the moment at which it looks, and whose work; empty for everybody's."""

    kind: str
    day: dt.date
    today: dt.date
    at: dt.datetime
    unit: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(self.first, min(self.last, self.today), unit=self.unit)

    @property
    def first(self) -> dt.date:
        return self.day - dt.timedelta(days=self.day.weekday()) if self.kind == WEEK else self.day

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=6 if self.kind == WEEK else 0)

    @property
    def is_now(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def moment(self) -> dt.datetime:
        """Now, or the midnight that ended the span."""
        if self.is_now:
            return self.at
        return day_starts(self.last + dt.timedelta(days=1))

    @property
    def words(self) -> str:
        if self.kind == WEEK:
            return (
                _("本周")
                if self.is_now
                else _("%(from)s至%(to)s") % {"from": told_day(self.first), "to": told_day(self.last)}
            )
        if self.is_now:
            return _("今日")
        return _("昨日") if self.day == self.today - dt.timedelta(days=1) else told_day(self.day)

    def query(self, *, steps: int = 0, kind: str = "") -> str:
        """The address of a span before or after this one, or of the other kind around the same day."""
        day = self.day + dt.timedelta(days=steps * (7 if self.kind == WEEK else 1))
        return f"span={kind or self.kind}&day={day.isoformat()}"


def told_day(day: dt.date) -> str:
    return _("%(m)d月%(d)d日") % {"m": day.month, "d": day.day}


@require_safe
@never_cache
@desk_page(room="overview")
def overview(request: HttpRequest, by: By) -> HttpResponse:
    """The first page of a leader; readable on a phone."""
    span = span_of(request, by)
    late = overdue_cases(span.scope.to_day, at=span.moment, unit=span.unit)
    totals = totals_by(span.scope, by=("for_unit",))
    whole = sum(totals.values(), CaseTotals())
    return render(request, "desk/rooms/overview.html", {
        "span": span,
        "whole": whole,
        "links": links_of(by, span),
        "late": late_rows(late[:MOST_LATE], span.moment),
        "late_count": len(late),
        "late_most": most_late(late),
        "late_url": f"{reverse('desk:dispatch')}?tab=late" if span.is_now else "",
        "squads": squads_of(totals, late, span.unit),
        "whose": unit_name(span.unit) if span.unit else "",
        "campaigns": progress_of(by, span.scope.to_day, fresh_from=span.first),
        "work": work_done(by, span),
        "hot": hot_rows(span.scope.to_day, span.unit),
        "trend": trend_of(span.scope.to_day, span.unit),
        "newest": None if whole != CaseTotals() else newest_day(),
        "at": span.at,
        "room": "overview",
    })  # fmt: skip


def span_of(request: HttpRequest, by: By) -> Span:
    """What the address asks for; a demonstration opens on the last day that has lines, everybody else on today.

    Who works the street sees the own squad's day, as on the dispatch desk.
    """
    at = timezone.now()
    today = bureau_day(at)
    kind = WEEK if request.GET.get("span") == WEEK else DAY
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        found = bureau()
        day = (newest_day() or today) if found and found.demonstration else today
    return Span(kind, min(max(day, EARLIEST), today), today, at, by.unit if by.roles <= STREET else "")


def newest_day() -> dt.date | None:
    """The last day of which the ledger tells something about cases."""
    lines = Line.objects.of_kind("case.reported", "case.closed").order_by("-day", "-id")
    return lines.values_list("day", flat=True).first()


def links_of(by: By, span: Span) -> dict[str, str]:
    days = {"from_day": span.scope.from_day, "to_day": span.scope.to_day, "unit": span.unit}
    return {
        name: ledger_address(by, kind=f"case.{name}", **days)
        for name in ("reported", "closed", "handled", "rework_ordered")
    }


def most_late(late: list[Overdue]) -> tuple[str, int] | None:
    """The unit that has most of what is late, when anybody has."""
    if not late:
        return None
    names = unit_names()
    path, n = Counter(one.for_unit for one in late).most_common(1)[0]
    return names.get(path, _("没有派给单位")), n


def late_rows(late: list[Overdue], at: dt.datetime) -> list[dict[str, Any]]:
    """Late cases with the names of the units and persons who have them."""
    cases = {case.number: case for case in Case.objects.filter(number__in=[one.case for one in late])}
    units, people = unit_names(), person_names({case.handler for case in cases.values()} - {""})
    rows = []
    for one in late:
        case = cases.get(one.case)
        rows.append({
            "number": one.case,
            "title": case.title if case else one.case,
            "category": case.category if case else "",
            "unit": units.get(one.for_unit, ""),
            "person": people.get(case.handler, "") if case else "",
            "late": remaining(one.due_at, at),
        })  # fmt: skip
    return rows


def squads_of(totals: dict[tuple[Any, ...], CaseTotals], late: list[Overdue], unit: str) -> list[dict[str, Any]]:
    """Each squad's cases in the span, those with late ones first; a rate only where there are twenty to judge."""
    overdue = Counter(one.for_unit for one in late)
    rows = []
    for squad in Unit.objects.squads().under(unit).filter(closed_on=None):
        own = sum((one for (path,), one in totals.items() if path.startswith(squad.path)), CaseTotals())
        n = sum(count for path, count in overdue.items() if path.startswith(squad.path))
        rows.append({"squad": squad, "totals": own, "late": n, "rate": own.on_time_rate if own.judged >= 20 else None})
    return sorted(rows, key=lambda row: (-row["late"], -row["totals"].reported, row["squad"].path))


def work_done(by: By, span: Span) -> list[Figure]:
    """What else was done: every figure that is not nought, each opening its lines."""
    days = {"from": span.scope.from_day, "to": span.scope.to_day, "unit": span.unit}
    return [
        Figure(
            _(one.figure.label),
            f"{one.quantity:f}",
            _(one.figure.unit),
            figure_address(by, one.figure.code, days),
            note=_("其中补录 %(n)s") % {"n": f"{one.backfilled:f}"} if one.backfilled else "",
        )
        for one in count_figures(span.scope)
        if one.quantity
    ]


def figure_address(by: By, code: str, asked: dict[str, Any]) -> str:
    """Where the very lines of a figure are shown."""
    if not may(by, "see_ledger"):
        return ""
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('desk:figure', args=[code])}?{query}"


def hot_rows(day: dt.date, unit: str) -> list[dict[str, Any]]:
    """The streets with most open problems and points that come back, by name."""
    hot = [one for one in hot_segments(day, unit=unit) if one.segment and (one.open or one.repeats)][:MOST_HOT]
    words = segment_words(one.segment for one in hot)
    categories = dict(Category.choices)
    told = _("%(category)s %(n)d 次")
    return [
        {
            "hot": one,
            "segment": words.get(one.segment, one.segment),
            "points": [told % {"category": categories.get(at.category, ""), "n": at.reported} for at in one.repeats],
        }
        for one in hot
    ]


def trend_of(day: dt.date, unit: str) -> list[dict[str, Any]]:
    """Reported and closed on each of the last fourteen days."""
    scope = Scope(day - dt.timedelta(days=TREND_DAYS - 1), day, unit=unit)
    totals = totals_by(scope, by=("day",))
    return [
        {"day": one, "reported": own.reported, "closed": own.closed}
        for one in scope.days()
        for own in (totals.get((one,), CaseTotals()),)
    ]
