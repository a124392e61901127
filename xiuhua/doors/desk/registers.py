"""Registers: what their address asks for, a page at a time, totals that open their lines, sheets to take along.

Every register reads its filters from the address alone, so that a link to it can be pasted into a chat.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from xiuhua.city.access import may
from xiuhua.city.models import Person, Segment
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import whole_number
from xiuhua.doors.desk.exports import MOST, excel
from xiuhua.doors.frame.context import address
from xiuhua.ledger.act import By, bureau_day, day_starts
from xiuhua.ledger.models import Line
from xiuhua.measures.lines import Scope
from xiuhua.measures.registers import Total, register_total

PAGE = 50
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2199, 12, 31)


@dataclass(frozen=True)
class Choice:
    """A filter that offers a few values: its name in the address, its label, and the values with their words."""

    name: str
    label: Any
    options: Mapping[str, Any]
    every: Any = ""


@dataclass(frozen=True)
class Asked:
    """What the address of a register asks for; what it does not know counts as not asked."""

    given: QueryDict
    choices: Sequence[Choice] = ()
    keeps: Sequence[str] = ()

    @cached_property
    def from_day(self) -> dt.date | None:
        return _day(self.given.get("from", ""))

    @cached_property
    def to_day(self) -> dt.date | None:
        return _day(self.given.get("to", ""))

    @cached_property
    def road(self) -> str:
        return self.given.get("road", "").strip()[:40]

    @cached_property
    def who(self) -> str:
        return self.given.get("who", "").strip()[:20]

    @cached_property
    def page(self) -> int:
        return max(whole_number(self.given.get("page"), without=1, most=5000), 1)

    @cached_property
    def wants_sheet(self) -> bool:
        return self.given.get("format") == "xlsx"

    @cached_property
    def segments(self) -> frozenset[str] | None:
        """The codes of the segments whose road holds the words; a segment's own code is understood as well."""
        if not self.road:
            return None
        by_name = Segment.objects.filter(road__icontains=self.road).values_list("code", flat=True)
        return frozenset(by_name) or frozenset(Segment.objects.filter(code=self.road).values_list("code", flat=True))

    @cached_property
    def people(self) -> frozenset[str] | None:
        if not self.who:
            return None
        return frozenset(Person.objects.filter(name__icontains=self.who).values_list("code", flat=True))

    def chosen(self, name: str) -> str:
        """The value chosen of a filter, or nothing."""
        choice = next(one for one in self.choices if one.name == name)
        value = self.given.get(name, "")
        return value if value in choice.options else ""

    @property
    def scope(self) -> Scope:
        """The days asked for, as measures know them."""
        return Scope(self.from_day or EARLIEST, self.to_day or LATEST)

    def within(self, rows: QuerySet[Any], *, at: str = "at", segment: str = "segment", by: str = "by") -> Any:
        """The rows of the days, roads and people asked for; `at` names a moment or, ending in `_on`, a day."""
        begins = (lambda day: day) if at.endswith("_on") else day_starts
        if self.from_day:
            rows = rows.filter(**{f"{at}__gte": begins(self.from_day)})
        if self.to_day:
            rows = rows.filter(**{f"{at}__lt": begins(self.to_day + dt.timedelta(days=1))})
        if segment and self.segments is not None:
            rows = rows.filter(**{f"{segment}__in": self.segments})
        if by and self.people is not None:
            rows = rows.filter(**{f"{by}__in": self.people})
        return rows

    def total(self, item: str, *, facts: Sequence[str] = ()) -> Total:
        """The quantity of an item over the lines that the same filters mean."""
        told = {name: self.chosen(name) for name in facts}
        return register_total(
            self.scope,
            item,
            segments=self.segments,
            by=self.people,
            facts={name: value for name, value in told.items() if value},
        )

    def query(self, **changes: Any) -> str:
        """The query of the same list with something else asked; back on page one unless told."""
        parts: dict[str, Any] = {
            "from": self.from_day or "", "to": self.to_day or "", "road": self.road, "who": self.who,
            **{name: self.given.get(name, "") for name in self.keeps},
            **{one.name: self.chosen(one.name) for one in self.choices},
        }  # fmt: skip
        parts |= changes
        return urlencode({name: value for name, value in parts.items() if value not in ("", None)})

    @property
    def is_filtered(self) -> bool:
        return bool(self.query())

    @property
    def stated(self) -> str:
        """The filters in words, as they stand above a printed list."""
        told = []
        if self.from_day or self.to_day:
            told.append(_("%(from)s 至 %(to)s") % {"from": self.from_day or _("最早"), "to": self.to_day or _("最近")})
        if self.road:
            told.append(_("路段含“%(road)s”") % {"road": self.road})
        if self.who:
            told.append(_("人员含“%(who)s”") % {"who": self.who})
        told += [f"{one.label}：{one.options[self.chosen(one.name)]}" for one in self.choices if self.chosen(one.name)]
        return "，".join(told)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


@dataclass(frozen=True)
class Pages:
    """A page of rows, how many there are, and the addresses of the pages beside it."""

    rows: Sequence[Any]
    count: int
    first: int
    before: str = ""
    after: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


def paged(rows: QuerySet[Any], asked: Asked, *, size: int = PAGE) -> Pages:
    """The page that was asked for: two queries whatever the length; beyond the end stands the last page."""
    count = rows.count()
    page = min(asked.page, max((count + size - 1) // size, 1))
    found = list(rows[(page - 1) * size : page * size])
    return Pages(
        found,
        count,
        (page - 1) * size + 1,
        before=asked.query(page=page - 1) if page > 1 else "",
        after=asked.query(page=page + 1) if page * size < count else "",
    )


def ledger_address(by: By, **asked: Any) -> str:
    """Where the lines behind a number are shown; empty for who may not open the ledger, or when it has no page."""
    where = address("desk:ledger") if may(by, "see_ledger") else ""
    parts = {name: value for name, value in asked.items() if value not in ("", None)}
    if not where:
        return ""
    return f"{where}?{urlencode({'from' if name == 'from_day' else 'to' if name == 'to_day' else name: value for name, value in parts.items()})}"


@dataclass(frozen=True)
class Figure:
    """A number at the head of a page: its label, its unit, and the lines or list that it opens."""

    label: Any
    value: Any
    unit: Any = ""
    url: str = ""
    late: bool = False
    note: str = ""


def item_figure(by: By, asked: Asked, item: str, label: Any, unit: Any, *, facts: Sequence[str] = ()) -> Figure:
    """A register's total as a figure that opens its lines, unless a filter is on that the ledger does not know."""
    total = asked.total(item, facts=facts)
    narrower = asked.road or asked.who or any(asked.chosen(name) for name in facts)
    url = "" if narrower else ledger_address(by, item=item, from_day=asked.from_day, to_day=asked.to_day)
    late = _("其中补录 %(n)s") % {"n": f"{total.backfilled:f}"} if total.backfilled else ""
    return Figure(label, f"{total.quantity:f}", unit, url, note=late)


def voided_among(abouts: Iterable[str]) -> frozenset[str]:
    """Which of these things had their line voided."""
    lines = Line.objects.of_kind("line.voided").filter(about__in=list(abouts))
    return frozenset(lines.values_list("about", flat=True))


def line_keys(kind: str, abouts: Iterable[str]) -> dict[str, str]:
    """The keys of the lines about some things, so that each row opens its line."""
    lines = Line.objects.of_kind(kind).filter(about__in=list(abouts))
    return {about: str(key) for about, key in lines.values_list("about", "key")}


def segment_words(codes: Iterable[str]) -> dict[str, str]:
    """Segments in words by code, without their shapes."""
    rows = Segment.objects.filter(code__in=set(codes) - {""}).defer("line")
    return {one.code: str(one) for one in rows}


def names_of(codes: Iterable[str]) -> dict[str, str]:
    return person_names(set(codes) - {""})


def sheet(
    title: str, asked: Asked, at: dt.datetime, *, headers: Sequence[tuple[str, int]], rows: QuerySet[Any],
    told: Callable[[Sequence[Any]], Iterable[Sequence[Any]]],
) -> HttpResponse:  # fmt: skip
    """The whole list as an Excel sheet with its filters stated; `told` turns rows into cells."""
    return excel(title, stated=asked.stated, at=at, headers=headers, rows=told(list(rows[:MOST])))


def register_context(request: HttpRequest, asked: Asked, pages: Pages, at: dt.datetime, **more: Any) -> dict[str, Any]:
    """What every register's page shows."""
    return {
        "asked": asked,
        "pages": pages,
        "at": at,
        "today": bureau_day(at),
        "choices": [
            {
                "name": one.name,
                "label": one.label,
                "every": one.every or _("全部"),
                "options": list(one.options.items()),
                "chosen": asked.chosen(one.name),
            }
            for one in asked.choices
        ],
        "sheet_query": asked.query(format="xlsx"),
        "path": request.path,
    } | more


@dataclass
class Naming:
    """Segments and people put in words for the rows of one page: two queries."""

    segments: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


def naming(segments: Iterable[str], people: Iterable[str]) -> Naming:
    return Naming(segment_words(segments), names_of(people))
