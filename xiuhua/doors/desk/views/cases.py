"""All cases that ever were: filters, pages, and the list to take along."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.cases import flow
from xiuhua.cases.models import Case, CaseQuerySet, Category, Source
from xiuhua.cases.reports import chunks
from xiuhua.cases.saved_filters import filters_for
from xiuhua.cases.searching import found_by
from xiuhua.city.models import Unit
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import day_of, desk_page, whole_number
from xiuhua.doors.desk.reach import running_late, visible_cases
from xiuhua.doors.desk.worklist import road_names, rows_of
from xiuhua.kit.jobs import ask_job
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, day_starts

PAGE = 50
AT_ONCE = 2000
"""So many rows are written while the page waits; more are a job."""
LARGEST = 500_000
"""Rows of one file: five full sheets (our choice; beyond it is work for `xiuhua backup` or the API)."""
TITLE = gettext_lazy("案件清单")
COUNTED = 10_000
"""How far a list is counted unless somebody asks for the exact number: counting a million takes longer than the page."""
STATES = {
    "open": gettext_lazy("未办结"), "late": gettext_lazy("正在超时"), "was_late": gettext_lazy("超时处置过"), **flow.STATES,
}  # fmt: skip
HEADERS = (
    (gettext_lazy("案件号"), 20), (gettext_lazy("状态"), 10), (gettext_lazy("类别"), 10), (gettext_lazy("地点"), 30),
    (gettext_lazy("路段"), 26), (gettext_lazy("描述"), 40), (gettext_lazy("来源"), 12),
    (gettext_lazy("外部编号"), 16), (gettext_lazy("责任单位"), 16), (gettext_lazy("承办"), 10),
    (gettext_lazy("上报"), 16), (gettext_lazy("受理"), 16), (gettext_lazy("立案"), 16), (gettext_lazy("派遣"), 16),
    (gettext_lazy("处置"), 16), (gettext_lazy("核查"), 16), (gettext_lazy("结案"), 16), (gettext_lazy("期限"), 16),
    (gettext_lazy("超时"), 8), (gettext_lazy("处置次数"), 8),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    words: str = ""
    state: str = ""
    category: str = ""
    source: str = ""
    unit: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    def stated(self, units: dict[str, str]) -> str:
        """The filters in words: what a list says above itself when it is printed or exported."""
        period = f"{self.first or ''}—{self.last or ''}" if self.first or self.last else ""
        parts = (
            (_("上报日期"), period),
            (_("状态"), _(str(STATES.get(self.state, ""))) if self.state else ""),
            (_("类别"), str(Category(self.category).label) if self.category else ""),
            (_("来源"), str(Source(self.source).label) if self.source else ""),
            (_("责任单位"), units.get(self.unit, "")),
            (_("含有"), self.words),
        )
        return "；".join(f"{label} {value}" for label, value in parts if value)


def asked_of(given: QueryDict) -> Asked:
    """Read an address; what it does not know counts as not asked."""
    state, category, source = (given.get(name, "") for name in ("state", "category", "source"))
    return Asked(
        words=given.get("q", "").strip()[:60],
        state=state if state in STATES else "",
        category=category if category in Category.values else "",
        source=source if source in Source.values else "",
        unit=given.get("unit", "")[:120],
        first=day_of(given.get("from")),
        last=day_of(given.get("to")),
    )


def found(by: By, asked: Asked, at: dt.datetime) -> CaseQuerySet:
    """The cases asked for, newest first."""
    cases = visible_cases(by)
    match asked.state:
        case "":
            pass
        case "open":
            cases = cases.open()
        case "late":
            cases = cases.filter(running_late(at))
        case "was_late":
            cases = cases.filter(late=True)
        case state:
            cases = cases.filter(state=state)
    equal = {"category": asked.category, "source": asked.source}
    cases = cases.filter(**{name: value for name, value in equal.items() if value})
    if asked.unit:
        cases = cases.filter(for_unit__startswith=asked.unit)
    if asked.first:
        cases = cases.filter(reported_at__gte=day_starts(asked.first))
    if asked.last:
        cases = cases.filter(reported_at__lt=day_starts(asked.last + dt.timedelta(days=1)))
    if asked.words:
        cases = found_by(cases, asked.words)
    return cases.order_by("-reported_at", "-id")


@require_safe
@never_cache
@desk_page()
def cases(request: HttpRequest, by: By) -> HttpResponseBase:
    """The list of all cases; with `?format=xlsx` or `csv` the whole filtered list as a file."""
    at = timezone.now()
    asked = asked_of(request.GET)
    every = found(by, asked, at)
    if request.GET.get("format") in ("xlsx", "csv"):
        return exported(request, by, every, asked, at)
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    exact = request.GET.get("count") == "exact"
    total = every.order_by().count() if exact else every.order_by()[: COUNTED + 1].count()
    more = total > COUNTED and not exact
    some = list(every.select_related("standard")[(page - 1) * PAGE : page * PAGE + 1])
    shown = some[:PAGE]
    units = unit_names()
    context: dict[str, Any] = {
        "at": at,
        "asked": asked,
        "stated": asked.stated(units),
        "rows": rows_of(shown, at),
        "total": COUNTED if more else total,
        "more": more,
        "page": page,
        "pages": max((total + PAGE - 1) // PAGE, 1),
        "has_next": len(some) > PAGE,
        "most": exports.MOST,
        "states": STATES,
        "categories": Category.choices,
        "sources": Source.choices,
        "by_code": by.code,
        "saved": filters_for(by, "cases"),
        "saved_page": "cases",
        "saved_query": request.GET.urlencode(),
        "units": Unit.objects.exclude(kind=Unit.Kind.BUREAU),
    }
    return render(request, "desk/cases.html", context)


def exported(request: HttpRequest, by: By, every: CaseQuerySet, asked: Asked, at: dt.datetime) -> HttpResponseBase:
    """The filtered list as Excel or CSV; a long Excel is written in the background, where its progress is seen."""
    n = every.order_by()[: LARGEST + 1].count()
    as_csv = request.GET["format"] == "csv"
    if n > (exports.MOST if as_csv else LARGEST):
        raise Refused(
            "export.large",
            _("符合条件的案件超过 %(n)s 件，一个表格放不下。请缩短日期或加上筛选后再导出。")
            % {"n": f"{exports.MOST if as_csv else LARGEST:,}"},
        )
    if as_csv:
        return exports.comma_separated(TITLE, headers=HEADERS, rows=_rows(every))
    if n > AT_ONCE:
        kept = request.GET.copy()
        for name in ("format", "page", "count"):
            kept.pop(name, None)
        job = ask_job("export_cases", key=uuid4(), by=by.code, at=at, name=str(TITLE), ask={"query": kept.urlencode()})
        return redirect("desk:job", code=job.code)
    return exports.excel(
        str(TITLE), stated=asked.stated(unit_names()), at=at, headers=HEADERS, rows=_rows(every), paper=8
    )


def write_list(by: By, query: str, at: dt.datetime, told: Callable[[int, int], None]) -> tuple[bytes, int]:
    """The Excel of a filtered list, and how many rows it has; `told` hears how far it is."""
    asked = asked_of(QueryDict(query))
    every = found(by, asked, at)
    total = every.order_by()[:LARGEST].count()
    page = io.BytesIO()

    def counted() -> Iterator[tuple[Any, ...]]:
        for n, row in enumerate(_rows(every[:LARGEST]), start=1):
            if n % 500 == 0:
                told(n, total)
            yield row

    stated = asked.stated(unit_names())
    exports.write_book(page, str(TITLE), stated=stated, at=at, headers=HEADERS, rows=counted(), paper=8)
    return page.getvalue(), total


def _rows(every: CaseQuerySet) -> Iterator[tuple[Any, ...]]:
    """Rows of the sheet: names are looked up once, cases come in pieces."""
    units = unit_names()
    names: dict[str, str] = {}
    roads: dict[str, str] = {}
    for some in chunks(every.iterator(chunk_size=2000), 2000):
        names |= person_names({case.handler for case in some} - {""} - names.keys())
        roads |= road_names({case.segment for case in some} - {""} - roads.keys())
        yield from (_row(case, units, names, roads) for case in some)


def _row(case: Case, units: dict[str, str], names: dict[str, str], roads: dict[str, str]) -> tuple[Any, ...]:
    return (
        case.number, case.state_label, case.get_category_display(), case.place, roads.get(case.segment, ""),
        case.description, case.get_source_display(), case.outside_number, units.get(case.for_unit, ""),
        names.get(case.handler, ""), case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at,
        case.handled_at, case.checked_at, case.closed_at, case.due_at, "是" if case.late else "", case.turn,
    )  # fmt: skip
