"""Which lines of the ledger somebody asks for, and how a line reads."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from xiuhua.campaigns.models import Campaign
from xiuhua.city.queries import unit_names
from xiuhua.doors.desk.shown import Names, label_of, names_for, told_by
from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Line, LineQuerySet, Link
from xiuhua.programme.periods import day_told

HEADERS = (
    ("链号", 10), ("编号", 36), ("种类", 14), ("种类代码", 18), ("对象", 24), ("发生时间", 20), ("入账时间", 20), ("经办人代码", 14),
    ("岗位代码", 14), ("单位", 18), ("责任单位", 18), ("路段", 14), ("网格", 16), ("专项", 14), ("来源", 14), ("统计项", 16),
    ("数量", 10), ("计量单位", 8), ("更正的编号", 36), ("已作废", 8), ("事实", 40),
)  # fmt: skip
"""Columns of the export. Persons stay codes: names are put in on screens alone."""


@dataclass(frozen=True)
class Wanted:
    """The filters of the ledger page."""

    kind: str = ""
    item: str = ""
    from_day: dt.date | None = None
    to_day: dt.date | None = None
    unit: str = ""
    campaign: str = ""
    about: str = ""
    only: str = ""

    @property
    def is_filtered(self) -> bool:
        return self != Wanted()


ONLY = ("backfilled", "voided", "unbound")


def wanted_of(given: QueryDict) -> Wanted:
    """The filters in an address; a day that cannot be read is refused with how to write it."""

    def day(name: str) -> dt.date | None:
        return day_told(given[name], field=name) if given.get(name) else None

    only = given.get("only", "")
    return Wanted(
        kind=given.get("kind", ""),
        item=given.get("item", ""),
        from_day=day("from"),
        to_day=day("to"),
        unit=given.get("unit", ""),
        campaign=given.get("campaign", ""),
        about=given.get("about", "").strip(),
        only=only if only in ONLY else "",
    )


def lines_of(wanted: Wanted) -> LineQuerySet:
    """The lines that are wanted, the last written first."""
    lines = Line.objects.order_by("-id")
    exact = {"kind": wanted.kind, "item": wanted.item, "campaign": wanted.campaign, "about": wanted.about}
    lines = lines.filter(**{name: value for name, value in exact.items() if value})
    if wanted.unit:
        lines = lines.filter(for_unit__startswith=wanted.unit)
    if wanted.from_day:
        lines = lines.filter(day__gte=wanted.from_day)
    if wanted.to_day:
        lines = lines.filter(day__lte=wanted.to_day)
    if wanted.only == "backfilled":
        lines = lines.filter(kind="figure.opened")
    elif wanted.only == "voided":
        lines = lines.filter(key__in=Line.objects.filter(kind="line.voided").values("corrects"))
    elif wanted.only == "unbound":
        lines = lines.exclude(pk__in=Link.objects.values("line_id"))
    return lines


def stated(wanted: Wanted) -> str:
    """The filters in words, for the page and for print."""
    campaigns = dict(Campaign.objects.filter(code=wanted.campaign).values_list("code", "name"))
    only = {"backfilled": _("只看补录"), "voided": _("只看已作废"), "unbound": _("只看未装订")}
    parts = (
        label_of(wanted.kind) if wanted.kind else "",
        _(ITEMS[wanted.item].label) if wanted.item in ITEMS else wanted.item,
        f"{wanted.from_day or '…'}—{wanted.to_day or '…'}" if wanted.from_day or wanted.to_day else "",
        unit_names().get(wanted.unit, wanted.unit),
        campaigns.get(wanted.campaign, wanted.campaign),
        wanted.about,
        only.get(wanted.only, ""),
    )
    return "，".join(part for part in parts if part)


@dataclass(frozen=True)
class Row:
    """A line as the list shows it."""

    line: Line
    seq: int | None
    label: str
    told: str
    who: str
    unit: str
    scan: str = ""
    voided: bool = False


def rows_of(lines: Iterable[Line]) -> list[Row]:
    """Lines with names, chain numbers and what was voided, in a handful of queries."""
    lines = list(lines)
    seqs = dict(Link.objects.filter(line_id__in=[line.pk for line in lines]).values_list("line_id", "seq"))
    voided = voided_keys(lines)
    names = names_for(lines)
    return [
        Row(
            line=line,
            seq=seqs.get(line.pk),
            label=label_of(line.kind),
            told=told_by(line, names),
            who=names.people.get(line.by, line.by),
            unit=names.units.get(line.for_unit, line.for_unit),
            scan=scan_of(line),
            voided=line.key in voided,
        )
        for line in lines
    ]


def voided_keys(lines: Sequence[Line]) -> set[UUID | None]:
    """Which of some lines have been voided."""
    counted = [line.key for line in lines if line.quantity is not None]
    return set(Line.objects.filter(kind="line.voided", corrects__in=counted).values_list("corrects", flat=True))


def scan_of(line: Line) -> str:
    """The digest of the scan that a figure from before came with."""
    return str(json.loads(line.facts).get("scan", "")) if line.kind == "figure.opened" else ""


def for_sheet(lines: LineQuerySet, *, size: int = 2000) -> Iterator[tuple[Any, ...]]:
    """Lines as rows of a CSV, read piece by piece so that a million of them need no memory."""
    units = unit_names()
    before: int | None = None
    while piece := list((lines if before is None else lines.filter(pk__lt=before)).order_by("-id")[:size]):
        before = piece[-1].pk
        yield from _sheet_rows(piece, units)


def sheet_of(ids: Sequence[int], *, size: int = 500) -> Iterator[tuple[Any, ...]]:
    """The lines of some ids, in their order, as rows of a CSV."""
    units = unit_names()
    for begin in range(0, len(ids), size):
        part = ids[begin : begin + size]
        found = Line.objects.in_bulk(part)
        yield from _sheet_rows([found[one] for one in part], units)


def _sheet_rows(lines: Sequence[Line], units: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    seqs = dict(Link.objects.filter(line_id__in=[line.pk for line in lines]).values_list("line_id", "seq"))
    voided = voided_keys(lines)
    for line in lines:
        item = ITEMS.get(line.item)
        yield (
            seqs.get(line.pk, ""), str(line.key), label_of(line.kind), line.kind, line.about, _stamp(line.happened_at),
            _stamp(line.recorded_at), line.by, line.post, units.get(line.unit, line.unit),
            units.get(line.for_unit, line.for_unit), line.segment, line.grid, line.campaign, line.source,
            item.label if item else line.item, "" if line.quantity is None else f"{line.quantity.normalize():f}",
            item.unit if item else "", str(line.corrects or ""), "是" if line.key in voided else "", line.facts,
        )  # fmt: skip


def _stamp(moment: dt.datetime) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def facts_told(line: Line, names: Names) -> list[tuple[str, str]]:
    """The facts of a line, field by field; codes of units and persons with their names beside them."""
    found = []
    for name, value in json.loads(line.facts).items():
        text = _told_value(value)
        known = names.units.get(text) or names.people.get(text)
        found.append((name, f"{text}（{known}）" if known else text))
    return found


def _told_value(value: Any) -> str:
    match value:
        case bool():
            return _("是") if value else _("否")
        case list():
            return "、".join(map(str, value))
    return str(value)


def kinds_for_choice() -> list[tuple[str, str]]:
    """Every kind with what it is called."""
    return sorted(((name, label_of(name)) for name in KINDS), key=lambda one: one[0])
