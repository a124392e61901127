"""Briefs at the desk: which one is asked for, where its figures' lines are, and it as a file to take along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.binder import bind
from xiuhua.measures.lines import Scope
from xiuhua.programme import periods
from xiuhua.programme.brief_formats import FORMATS, file_name, made
from xiuhua.programme.briefs import CountedBrief, assemble
from xiuhua.programme.periods import Period

SHOWN = ("html", "pdf", "png")


@dataclass(frozen=True)
class Asked:
    """Which brief an address asks for; without a number it is counted as it stands now."""

    period: Period
    unit: str
    bound_to: int | None
    at: dt.datetime

    def brief(self) -> CountedBrief:
        return assemble(self.period, at=self.at, unit=self.unit, bound_to=self.bound_to)

    def scope(self) -> Scope:
        """The lines that the brief would count; all committed lines are bound first when no number is given."""
        bound_to = bind().seq if self.bound_to is None else self.bound_to
        return Scope(self.period.from_day, self.period.to_day, bound_to, self.unit)


def asked_of(given: Mapping[str, str], *, otherwise: Period) -> Asked:
    """The brief that an address or a form asks for. An unreadable day is refused with how to write it."""
    now = timezone.now()
    period = otherwise
    if given.get("from") or given.get("to"):
        first = periods.day_told(given.get("from") or given["to"], field="from")
        last = periods.day_told(given.get("to") or given["from"], field="to")
        period = periods.stage(first, last, today=bureau_day(now))
    bound = given.get("bound", "")
    if bound and not bound.isdecimal():
        raise Refused("brief.bound_to", "装订号“{bound}”不是数字，请填简报上印的号。", field="bound", bound=bound)
    return Asked(period, given.get("unit", ""), int(bound) if bound else None, _moment(given.get("at", ""), now))


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """The moment in an address; what is none, or lies ahead, is now."""
    try:
        told = parse_datetime(text)
    except ValueError:
        told = None
    return min(told, now) if told is not None and timezone.is_aware(told) else now


def query_of(brief: CountedBrief) -> str:
    """The address part that gives this very brief again, to the digit."""
    return _query(brief.scope, brief.as_of)


def scope_query(scope: Scope, asked: Asked) -> str:
    """The address part of the brief that a list of lines belongs to."""
    return _query(scope, asked.at)


def _query(scope: Scope, at: dt.datetime) -> str:
    parts = {
        "from": scope.from_day,
        "to": scope.to_day,
        "unit": scope.unit,
        "bound": scope.bound_to,
        "at": timezone.localtime(at).isoformat(),
    }
    return urlencode({name: value for name, value in parts.items() if value})


def lines_link(brief: CountedBrief, *, base: str = "") -> Callable[[str], str]:
    """From a figure's code to the page of the lines that this brief counted."""
    query = query_of(brief)
    return lambda code: f"{base}{reverse('desk:figure', args=[code])}?{query}"


def as_file(request: HttpRequest, brief: CountedBrief, kind: str) -> HttpResponse:
    """The brief in one of its formats; what a browser can show opens in it, the rest is saved."""
    link = lines_link(brief, base=f"{request.scheme}://{request.get_host()}")
    raw = made(brief, kind, link=link, edition=request.GET.get("edition", ""))
    answer = HttpResponse(raw, content_type=FORMATS[kind].content_type)
    how = "inline" if kind in SHOWN else "attachment"
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file_name(brief, kind))}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
