"""The dispatch desk's list: which tab, which filters, in which order, a page at a time. All of it is in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from xiuhua.cases.models import Case, CasePhoto, CaseQuerySet, Category, Source
from xiuhua.cases.searching import found_by
from xiuhua.city.models import Grid, Segment
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk.entry import whole_number
from xiuhua.doors.desk.reach import running_late, visible_cases
from xiuhua.ledger.act import By
from xiuhua.programme.models import Supervision

PAGE = 30
TABS: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "accept": (_("待受理"), ("reported", "accepted")),
    "dispatch": (_("待派遣"), ("filed",)),
    "work": (_("处置中"), ("dispatched",)),
    "check": (_("待核查"), ("handled", "checked")),
    "late": (_("超时"), ()),
}
ORDERS = {
    "due": (_("最急的在前"), _("按剩余时间从少到多；还没立案的，等得最久的在前；暂停计时的排在最后。")),
    "new": (_("最新的在前"), _("按上报时间从新到旧。")),
}
SOURCES: dict[str, tuple[Promise, tuple[str, ...]]] = {
    "": (_("全部"), ()),
    "patrol": (_("巡查"), (Source.OFFICER, Source.ASSISTANT)),
    "citizen": (_("随手拍"), (Source.CITIZEN,)),
    "hotline": (_("热线"), (Source.HOTLINE,)),
    "civilised": (_("创城"), (Source.CIVILISED, Source.COMMITTEE)),
    "others": (_("其他"), (Source.STREET, Source.DEPARTMENT, Source.LEADER, Source.MEDIA, Source.SYSTEM)),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    tab: str = ""
    source: str = ""
    category: str = ""
    order: str = "due"
    words: str = ""
    case: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address of the same list with something else chosen; going back to page one unless told."""
        changed = replace(self, **({"page": 1} | changes))
        parts = {
            "tab": changed.tab, "source": changed.source, "category": changed.category,
            "order": "" if changed.order == "due" else changed.order, "q": changed.words, "case": changed.case,
            "page": "" if changed.page == 1 else changed.page,
        }  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


def wanted_of(given: QueryDict) -> Wanted:
    """Read an address; what it does not know counts as not asked."""
    tab, source = given.get("tab", ""), given.get("source", "")
    category, order = given.get("category", ""), given.get("order", "due")
    return Wanted(
        tab=tab if tab in TABS else "",
        source=source if source in SOURCES else "",
        category=category if category in Category.values else "",
        order=order if order in ORDERS else "due",
        words=given.get("q", "").strip()[:60],
        case=given.get("case", "")[:24],
        page=max(whole_number(given.get("page"), without=1, most=2000), 1),
    )


def tab_counts(by: By, at: dt.datetime) -> dict[str, int]:
    """How many cases stand in each tab: one query over the open cases, which are few."""
    rows = (
        visible_cases(by)
        .open()
        .order_by()
        .values("state")
        .annotate(n=Count("id"), late=Count("id", filter=running_late(at)))
    )
    by_state = {row["state"]: row for row in rows}
    counts = {
        tab: sum(by_state[state]["n"] for state in states if state in by_state)
        for tab, (_label, states) in TABS.items()
        if states
    }
    return counts | {"late": sum(row["late"] for row in by_state.values())}


def first_tab(counts: Mapping[str, int]) -> str:
    """Where to begin: what waits for a dispatch, else the first tab with work."""
    if counts.get("dispatch"):
        return "dispatch"
    return next((tab for tab in TABS if counts.get(tab)), "dispatch")


def filtered(by: By, wanted: Wanted, at: dt.datetime, *, of_tab: bool = True) -> CaseQuerySet:
    """The open cases that the address asks for, in no order yet."""
    cases = visible_cases(by).open()
    if of_tab:
        states = TABS[wanted.tab][1]
        cases = cases.waiting(*states) if states else cases.filter(running_late(at))
    return narrowed(cases, wanted)


def narrowed(cases: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    """The cases of the address's source, category and words, in any state."""
    if wanted.source:
        cases = cases.filter(source__in=SOURCES[wanted.source][1])
    if wanted.category:
        cases = cases.filter(category=wanted.category)
    if wanted.words:
        cases = found_by(cases, wanted.words)
    return cases


def ordered(cases: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    if wanted.order == "new":
        return cases.order_by("-reported_at", "-id")
    if wanted.tab == "accept":
        return cases.order_by("reported_at", "id")
    return cases.order_by(F("paused_at").asc(nulls_first=True), F("due_at").asc(nulls_last=True), "id")


@dataclass(frozen=True)
class Row:
    """A case as the list shows it."""

    case: Case
    photo: str
    place: str
    who: str
    pressed: bool
    late: bool

    @property
    def pin(self) -> str:
        return pin_state(self.case.state, late=self.late)


@dataclass(frozen=True)
class Page:
    """One page of the list and whether there is another; nobody counts what is not shown."""

    rows: Sequence[Row]
    more: bool
    first: int


def page_of(by: By, wanted: Wanted, at: dt.datetime) -> Page:
    """A page of rows with what they show: five queries whatever the length."""
    first = (wanted.page - 1) * PAGE
    cases = list(ordered(filtered(by, wanted, at), wanted)[first : first + PAGE + 1])
    return Page(rows_of(cases[:PAGE], at), len(cases) > PAGE, first)


def rows_of(cases: Sequence[Case], at: dt.datetime) -> list[Row]:
    """Cases with their first photo, their place in words, who has them, and whether a leader presses for them."""
    photos: dict[int, str] = {}
    first = CasePhoto.objects.filter(case__in=cases, moment=CasePhoto.Moment.REPORT).order_by("-id")
    photos |= dict(first.values_list("case_id", "digest"))
    grids = dict(Grid.objects.filter(code__in={case.grid for case in cases} - {""}).values_list("code", "name"))
    roads = road_names({case.segment for case in cases if not case.grid})
    pressed = set(Supervision.objects.filter(case__in=[case.number for case in cases]).values_list("case", flat=True))
    units, people = unit_names(), person_names({case.handler for case in cases} - {""})
    return [
        Row(
            case=case,
            photo=photos.get(case.pk, ""),
            place=grids.get(case.grid) or roads.get(case.segment, ""),
            who=" · ".join(part for part in (units.get(case.for_unit, ""), people.get(case.handler, "")) if part),
            pressed=case.number in pressed,
            late=is_late(case, at),
        )
        for case in cases
    ]


def road_names(codes: set[str]) -> dict[str, str]:
    """Names of segments by code."""
    return {one.code: str(one) for one in Segment.objects.filter(code__in=codes - {""}).defer("line")}


def is_late(case: Case, at: dt.datetime) -> bool:
    """Whether the limit has run out for whoever has the case now, or had run out when it was handled."""
    if case.state in ("filed", "dispatched"):
        return case.paused_at is None and case.due_at is not None and case.due_at < at
    return case.late


def pin_state(state: str, *, late: bool) -> str:
    """The shape of a case's pin: red ring late, hollow waiting, solid in work, grey done."""
    if state in ("closed", "refused"):
        return "closed"
    if late:
        return "late"
    return "waiting" if state in ("reported", "accepted", "filed") else "work"
