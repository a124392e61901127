"""快报: the day's street work that never became a case, by unit and item; adding one, and taking a mistake out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count as RowCount
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.cases.counts import COUNTABLE, record_count
from xiuhua.cases.models import Count
from xiuhua.city.access import may
from xiuhua.city.correcting import REASONS, void_line
from xiuhua.city.models import Unit
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.reach import STREET
from xiuhua.doors.desk.uploads import kept_photos
from xiuhua.doors.desk.where import segment_meant
from xiuhua.doors.desk.worklist import road_names
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day, day_starts
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds.case import CountRecorded
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line

PAGE = 100
HEADERS = (
    (gettext_lazy("时间"), 16), (gettext_lazy("单位"), 16), (gettext_lazy("人员"), 10), (gettext_lazy("统计项"), 22),
    (gettext_lazy("数量"), 10), (gettext_lazy("计量"), 6), (gettext_lazy("路段"), 34), (gettext_lazy("案件"), 20),
    (gettext_lazy("作废"), 14),
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A count as the list shows it."""

    count: Count
    unit: str
    who: str
    road: str
    voided: str


def visible_counts(by: By) -> QuerySet[Count]:
    """The counts that somebody sees: all at the desk, the own unit's on the street."""
    return Count.objects.filter(unit__startswith=by.unit) if by.roles <= STREET else Count.objects.all()


@dataclass(frozen=True)
class Asked:
    """The day, and perhaps one unit and one item."""

    day: dt.date
    unit: str = ""
    item: str = ""

    def query(self, **changes: Any) -> str:
        parts = {"day": self.day.isoformat(), "unit": self.unit, "item": self.item} | changes
        return urlencode({name: value for name, value in parts.items() if value})

    def stated(self, units: dict[str, str]) -> str:
        item = _(ITEMS[self.item].label) if self.item in ITEMS else ""
        return "；".join(part for part in (f"{self.day}", units.get(self.unit, ""), item) if part)


def asked_of(request: HttpRequest, at: dt.datetime) -> Asked:
    given = request.GET
    item = given.get("item", "")
    return Asked(day_of(given.get("day")) or bureau_day(at), given.get("unit", "")[:120], item if item in ITEMS else "")


def found(by: By, asked: Asked) -> QuerySet[Count]:
    """The counts asked for, newest first."""
    counts = visible_counts(by).filter(
        at__gte=day_starts(asked.day), at__lt=day_starts(asked.day + dt.timedelta(days=1))
    )
    if asked.unit:
        counts = counts.filter(unit__startswith=asked.unit)
    return (counts.filter(item=asked.item) if asked.item else counts).order_by("-at", "-id")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="counts")
def counts(request: HttpRequest, by: By) -> HttpResponseBase:
    """The day's list. A post adds one, for who works the street."""
    if request.method == "POST":
        return add(request, by)
    at = timezone.now()
    asked = asked_of(request, at)
    if request.GET.get("format") == "xlsx":
        return exported(by, asked, at)
    return render(request, "desk/counts.html", context_of(request, by, asked, at))


def add(request: HttpRequest, by: By) -> HttpResponse:
    """A count told at the desk after the round."""
    at = timezone.now()
    asked = Asked(bureau_day(at))
    photos: list[str] = []
    try:
        photos = kept_photos(request, "photo", most=1)
        segment = segment_meant(request.POST.get("segment_chosen") or request.POST.get("segment", ""))
        quantity = whole_number(request.POST.get("quantity"), most=10**9)
        count = record_count(
            act_of(request, by),
            item=request.POST.get("item", ""),
            quantity=quantity,
            segment=segment.code,
            photo=photos[0] if photos else "",
            separate="separate" in request.POST,
        )
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = context_of(request, by, asked, at) | {
            "refused": refused, "wrong": refused.field, "typed": request.POST, "photos": photos,
            "key": request.POST.get("key"), "choices": refused.facts.get("choices", ()),
        }  # fmt: skip
        return render(request, "desk/counts.html", context, status=status_of(refused))
    label = ITEMS[count.item]
    messages.success(request, f"{_(label.label)} {quantity} {_(label.unit)}，{_('已记入快报。')}")
    return redirect(f"{reverse('desk:counts')}?{asked.query()}")


def context_of(request: HttpRequest, by: By, asked: Asked, at: dt.datetime) -> dict[str, Any]:
    """What the page shows: the list, the totals that stand, the filters, the form."""
    every = found(by, asked)
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    rows = list(every.select_related("case")[(page - 1) * PAGE : page * PAGE + 1])
    units = unit_names()
    return {
        "at": at,
        "room": "counts",
        "asked": asked,
        "stated": asked.stated(units),
        "rows": told(rows[:PAGE], units),
        "more": len(rows) > PAGE,
        "page": page,
        "totals": totals(by, asked),
        "before": asked.query(day=(asked.day - dt.timedelta(days=1)).isoformat()),
        "after": asked.query(day=(asked.day + dt.timedelta(days=1)).isoformat()),
        "is_today": asked.day == bureau_day(at),
        "units": Unit.objects.filter(kind__in=(Unit.Kind.SQUAD, Unit.Kind.TEAM)),
        "items": [(code, _(ITEMS[code].label), _(ITEMS[code].unit)) for code in COUNTABLE],
        "all_items": [(one.code, _(one.label)) for one in ITEMS.values()],
        "may_add": may(by, "record_count"),
        "may_void": may(by, "void_line"),
        "reasons": {code: _(words) for code, words in REASONS.items()},
        "key": fresh_key(),
        "typed": {},
    }


def told(rows: Sequence[Count], units: dict[str, str]) -> list[Told]:
    """Counts with names, roads and whether they were taken out: three queries whatever the length."""
    names, roads = person_names({one.by for one in rows}), road_names({one.segment for one in rows})
    voided = voided_of([one.key for one in rows])
    return [
        Told(
            one, units.get(one.unit, one.unit), names.get(one.by, one.by), roads.get(one.segment, one.segment),
            voided.get(one.key, ""),
        )
        for one in rows
    ]  # fmt: skip


def voided_of(keys: Sequence[Any]) -> dict[Any, str]:
    """Which of these lines were voided, and why in words."""
    lines = Line.objects.filter(kind=LineVoided.kind, corrects__in=list(keys)).values_list("corrects", "facts")
    return {
        key: next((_(words) for code, words in REASONS.items() if f'"{code}"' in facts), facts) for key, facts in lines
    }


def totals(by: By, asked: Asked) -> list[dict[str, Any]]:
    """What stands of the day, by item: arithmetic on the lines, those taken out left out."""
    lines = Line.objects.of_kind(CountRecorded.kind).standing().filter(day=asked.day, unit__startswith=asked.unit)
    if by.roles <= STREET:
        lines = lines.filter(unit__startswith=by.unit)
    sums = {
        row["item"]: row for row in lines.order_by().values("item").annotate(sum=Sum("quantity"), acts=RowCount("id"))
    }
    return [
        {
            "item": item, "label": _(one.label), "unit": _(one.unit), "quantity": f"{sums[item]['sum'].normalize():f}",
            "acts": sums[item]["acts"], "chosen": item == asked.item,
            "query": asked.query(item="" if item == asked.item else item),
        }
        for item, one in ITEMS.items()
        if item in sums
    ]  # fmt: skip


def exported(by: By, asked: Asked, at: dt.datetime) -> HttpResponseBase:
    """The day's list as Excel."""
    units = unit_names()
    rows = [
        (
            one.count.at, one.unit, one.who, _(ITEMS[one.count.item].label), float(one.count.quantity),
            _(ITEMS[one.count.item].unit), one.road, one.count.case.number if one.count.case else "", one.voided,
        )
        for one in told(list(found(by, asked).select_related("case")[: exports.MOST]), units)
    ]  # fmt: skip
    return exports.excel(_("快报"), stated=asked.stated(units), at=at, headers=HEADERS, rows=rows)


@require_POST
@desk_page(room="counts", verb="void_line")
def void(request: HttpRequest, by: By, key: Any) -> HttpResponse:
    """A count was a mistake: another line takes it out of every figure."""
    count = visible_counts(by).filter(key=key).first()
    if count is None:
        raise Absent("count.absent")
    void_line(act_of(request, by), line=count.key, reason=request.POST.get("reason", ""))
    messages.success(request, _("已作废，这一条不再计入数字；原来的记录和作废的原因都留在台账里。"))
    return redirect(f"{reverse('desk:counts')}?{Asked(bureau_day(count.at)).query()}")
