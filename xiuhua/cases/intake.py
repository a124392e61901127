"""Intake: whoever found the problem and however many at once, each report passes the same rules and becomes a case.

`open_case` is `open_cases` with one row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from xiuhua.cases.models import Case, CasePhoto, Word
from xiuhua.cases.replying import owe
from xiuhua.cases.reports import LONGEST, Adopted, Rejection, Report, check_reports, chunks
from xiuhua.cases.searching import grams_of, words_of
from xiuhua.cases.stages import enter, terms
from xiuhua.cases.whereabouts import Whereabouts, whereabouts_of
from xiuhua.city.access import must
from xiuhua.city.places import Places, places
from xiuhua.kit.inserts import insert_rows
from xiuhua.kit.numbering import take_many
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import seal
from xiuhua.ledger.act import Act, Place, bureau_day, record_all, request_digest
from xiuhua.ledger.kinds.case import CaseAdopted, CaseReported
from xiuhua.ledger.models import Line

__all__ = ["LONGEST", "Adopted", "Rejection", "Report", "Verdicts", "check_reports", "open_case", "open_cases"]


@dataclass
class Verdicts:
    """What became of a batch of reports, in their order; every report is in exactly one of the three."""

    opened: list[Case] = field(default_factory=list)
    again: list[Case] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def open_case(act: Act, *, report: Report) -> Case:
    """Somebody reports a problem: it becomes a case, and the same key again gives the same case."""
    verdicts = open_cases(act, reports=[report])
    if verdicts.rejected:
        first = verdicts.rejected[0]
        raise Refused(first.code, first.message, field=first.field)
    return (verdicts.opened + verdicts.again)[0]


open_case.is_action = True  # type: ignore[attr-defined]


def open_cases(act: Act, *, reports: Sequence[Report]) -> Verdicts:
    """Many reports at once: the good become cases, the bad come back with their reasons, repeats change nothing."""
    if act.by.code:
        must(act.by, "report_case")
    if any(one.adopted for one in reports):
        must(act.by, "adopt_case")
    now = act.recorded_at or timezone.now()
    shapes = places()
    rejected = check_reports(reports, now=now, shapes=shapes)
    bad = {one.row for one in rejected}
    good = [(row, report) for row, report in enumerate(reports) if row not in bad]
    try:
        with transaction.atomic():
            verdicts = _take(act, good, now=now, shapes=shapes)
    except IntegrityError:  # the same key or outside number arrived at the same moment
        with transaction.atomic():
            verdicts = _take(act, good, now=now, shapes=shapes)
    verdicts.rejected = sorted(rejected + verdicts.rejected, key=lambda one: one.row)
    return verdicts


open_cases.is_action = True  # type: ignore[attr-defined]


def _take(act: Act, good: Sequence[tuple[int, Report]], *, now: dt.datetime, shapes: Places) -> Verdicts:
    """Open the new ones; set aside what was reported before, also in this batch, or means something else."""
    lines, outside = _known_lines(good), _known_numbers(good)
    verdicts = Verdicts()
    fresh: list[tuple[Report, str]] = []
    again: list[tuple[UUID, str]] = []
    met: dict[UUID, str] = {}
    for row, report in good:
        request = request_digest("open_case", report)
        line = lines.get(report.key)
        told_before = line.request if line and line.by == act.by.code else met.get(report.key)
        number = (report.source, report.outside_number)
        if (line or report.key in met) and told_before == request:
            again.append((report.key, line.about if line else ""))
        elif line or report.key in met:
            told = f"编号 {report.key} 已经用于另一件上报，内容不同；请刷新页面后重新提交。"
            verdicts.rejected.append(Rejection(row, "act.key_reused", "key", told))
        elif report.outside_number and number in outside:
            told = f"外部编号 {report.outside_number} 已经有案件了。"
            verdicts.rejected.append(Rejection(row, "case.outside_number", "outside_number", told))
        else:
            met[report.key] = request
            outside.add(number)
            fresh.append((report, request))
    verdicts.opened = _write(act, fresh, now=now, shapes=shapes)
    by_key = dict(zip((report.key for report, _ in fresh), verdicts.opened, strict=True))
    by_number = _cases_by_number({number for _, number in again if number})
    verdicts.again = [by_number[number] if number else by_key[key] for key, number in again]
    return verdicts


def _known_lines(good: Sequence[tuple[int, Report]]) -> dict[UUID, Line]:
    found: dict[UUID, Line] = {}
    for keys in chunks(report.key for _, report in good):
        lines = Line.objects.filter(key__in=keys).only("key", "request", "by", "about")
        found |= {line.key: line for line in lines}
    return found


def _known_numbers(good: Sequence[tuple[int, Report]]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for numbers in chunks(report.outside_number for _, report in good if report.outside_number):
        found |= set(Case.objects.filter(outside_number__in=numbers).values_list("source", "outside_number"))
    return found


def _cases_by_number(numbers: set[str]) -> dict[str, Case]:
    found: dict[str, Case] = {}
    for some in chunks(sorted(numbers)):
        found |= {case.number: case for case in Case.objects.filter(number__in=some)}
    return found


# ---------------------------------------------------------------- writing


def _write(act: Act, fresh: Sequence[tuple[Report, str]], *, now: dt.datetime, shapes: Places) -> list[Case]:
    if not fresh:
        return []
    reports = [report for report, _ in fresh]
    numbers = _numbers([report.at for report in reports])
    places_found = whereabouts_of(reports, shapes)
    held = terms()
    cases: list[Case] = []
    lines: list[Line] = []
    for (report, request), number, where in zip(fresh, numbers, places_found, strict=True):
        case = _case(report, number, where, reporter=act.by.code)
        enter(case, case.moved_at, held)
        cases.append(case)
        lines += _lines(act, case, report, request, now)
    insert_rows(cases)
    record_all(lines)
    _keep_words(cases, reports, act)
    owe(cases)
    return cases


def _numbers(moments: Sequence[dt.datetime]) -> list[str]:
    """The next numbers of each day: XH20200315-0007."""
    days = [bureau_day(moment) for moment in moments]
    wanted = {f"case:{day:%Y%m%d}": n for day, n in Counter(days).items()}
    next_of = take_many(wanted)
    found = []
    for day in days:
        series = f"case:{day:%Y%m%d}"
        found.append(f"XH{day:%Y%m%d}-{next_of[series]:04d}")
        next_of[series] += 1
    return found


def _case(report: Report, number: str, where: Whereabouts, *, reporter: str) -> Case:
    """The row of a report, not saved yet."""
    taken = report.adopted
    place = report.place.strip() or where.road or "地图选点"
    words = words_of((number, report.outside_number, place, report.description, where.road))
    return Case(
        number=number,
        text=words,
        grams=grams_of(words),
        outside_number=report.outside_number,
        source=report.source,
        category=report.category,
        matter=report.matter,
        state=taken.state if taken else "reported",
        place=place,
        description=report.description.strip(),
        lon_e7=None if report.lon is None else round(report.lon * 1e7),
        lat_e7=None if report.lat is None else round(report.lat * 1e7),
        segment=where.segment,
        grid=where.grid,
        for_unit=where.for_unit,
        campaign=where.campaign,
        reporter=reporter,
        reported_at=report.at,
        moved_at=taken.at if taken else report.at,
        closed_at=taken.at if taken and taken.state in ("closed", "refused") else None,
    )


def _lines(act: Act, case: Case, report: Report, request: str, now: dt.datetime) -> list[Line]:
    """The line of the report and, when another system was already at work, the line that takes over its state."""
    shared: dict[str, Any] = {
        "about": case.number,
        "for_unit": case.for_unit,
        "place": Place(case.grid, case.segment, case.lon_e7, case.lat_e7),
        "campaign": case.campaign,
        "source": case.source,
    }
    told = CaseReported(state="reported", matter=case.matter, category=case.category)
    lines = [act.line(told, happened_at=report.at, key=report.key, **shared)]
    if report.adopted:
        taken = CaseAdopted(state=report.adopted.state, state_there=report.adopted.state_there)
        lines.append(act.line(taken, happened_at=report.adopted.at, key=uuid5(report.key, "1"), **shared))
    for line in lines:
        line.request, line.recorded_at = "", now
    lines[0].request = request
    return lines


def _keep_words(cases: Sequence[Case], reports: Sequence[Report], act: Act) -> None:
    pairs = list(zip(cases, reports, strict=True))
    photos = [
        CasePhoto(case=case, digest=photo, moment=CasePhoto.Moment.REPORT, taken_at=report.at, by=act.by.code)
        for case, report in pairs
        for photo in dict.fromkeys(report.photos)
    ]
    words = [
        Word(case=case, line=report.key, kind="contact", text=seal(report.contact))
        for case, report in pairs
        if report.contact
    ]
    insert_rows(photos)
    insert_rows(words)
