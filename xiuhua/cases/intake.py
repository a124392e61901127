"""Intake: whoever found the problem and however many at once, each report passes the same rules and becomes a case.

`open_case` is `open_cases` with one row. Rules look at whole columns, so a million rows and one row get one verdict.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

import polars as pl
import shapely
from django.db import IntegrityError, transaction
from django.utils import timezone

from xiuhua.campaigns.queries import campaign_for
from xiuhua.cases import flow
from xiuhua.cases.models import Case, CasePhoto, Category, Source, Word
from xiuhua.city.access import must
from xiuhua.city.models import Segment
from xiuhua.city.places import Places, places
from xiuhua.city.queries import responsible_for
from xiuhua.kit.digests import canonical, digest
from xiuhua.kit.models import StoredFile
from xiuhua.kit.numbering import next_numbers
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import seal
from xiuhua.ledger.act import FUTURE, Act, Place, bureau_day, record_all
from xiuhua.ledger.kinds.case import CaseAdopted, CaseReported
from xiuhua.ledger.models import Line

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LONGEST = 2000
ADOPTABLE = [state for state in flow.STATES if state != "reported"]


@dataclass(frozen=True)
class Adopted:
    """How far the problem was in another system, in this system's states, in its own words, and since when."""

    state: str
    state_there: str
    at: dt.datetime


@dataclass(frozen=True)
class Report:
    """What somebody tells: what is wrong, where, since when. `key` is made where the report was made."""

    key: UUID
    category: str
    source: str
    at: dt.datetime
    place: str = ""
    description: str = ""
    lon: float | None = None
    lat: float | None = None
    segment: str = ""
    photos: tuple[str, ...] = ()
    contact: str = ""
    outside_number: str = ""
    matter: str = ""
    for_unit: str = ""
    adopted: Adopted | None = None


@dataclass(frozen=True)
class Rejection:
    """A report that could not become a case: which row, which rule, which field, and what to do."""

    row: int
    code: str
    field: str
    message: str


@dataclass
class Verdicts:
    """What became of a batch of reports; every report is in exactly one of the three."""

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
    verdicts = Verdicts(rejected=check_reports(reports, now=now, shapes=shapes))
    bad = {one.row for one in verdicts.rejected}
    good = [(row, report) for row, report in enumerate(reports) if row not in bad]
    try:
        with transaction.atomic():
            fresh = _repeats(act, good, verdicts)
            _write(act, fresh, verdicts, now=now, shapes=shapes)
    except IntegrityError:  # the same key or outside number arrived at the same moment
        verdicts.opened.clear()
        verdicts.again.clear()
        verdicts.rejected = [one for one in verdicts.rejected if one.row in bad]
        with transaction.atomic():
            _write(act, _repeats(act, good, verdicts), verdicts, now=now, shapes=shapes)
    return verdicts


open_cases.is_action = True  # type: ignore[attr-defined]


# ---------------------------------------------------------------- rules, over whole columns


def check_reports(reports: Sequence[Report], *, now: dt.datetime, shapes: Places) -> list[Rejection]:
    """Every rule over all reports; the first rule that a report breaks is its rejection."""
    if not reports:
        return []
    frame = pl.DataFrame(
        {
            "row": range(len(reports)),
            "category": [one.category for one in reports],
            "source": [one.source for one in reports],
            "at": [one.at.timestamp() if timezone.is_aware(one.at) else None for one in reports],
            "place": [one.place.strip() for one in reports],
            "length": [len(one.description) for one in reports],
            "place_length": [len(one.place) for one in reports],
            "lon": pl.Series([one.lon for one in reports], dtype=pl.Float64, strict=False),
            "lat": pl.Series([one.lat for one in reports], dtype=pl.Float64, strict=False),
            "segment": [one.segment for one in reports],
            "inside": _inside(reports, shapes),
            "photo": _known_photos(reports),
            "state": [one.adopted.state if one.adopted else "closed" for one in reports],
            "state_at": [one.adopted.at.timestamp() if one.adopted else None for one in reports],
            "unit": [one.for_unit for one in reports],
        },
        schema_overrides={"at": pl.Float64, "inside": pl.Boolean, "state_at": pl.Float64},
    )
    verdict = pl.lit(None, dtype=pl.String)
    for code, broken in reversed(_rules(frame, now=now)):
        verdict = pl.when(broken).then(pl.lit(code)).otherwise(verdict)
    broken_rows = frame.select("row", verdict.alias("rule")).drop_nulls()
    return [
        Rejection(row, f"case.{code}", SENTENCES[code][0], SENTENCES[code][1].format(row=reports[row]))
        for row, code in broken_rows.iter_rows()
    ]


def _rules(frame: pl.DataFrame, *, now: dt.datetime) -> list[tuple[str, pl.Expr]]:
    lon, lat = pl.col("lon"), pl.col("lat")
    located = lon.is_not_null() & lat.is_not_null()
    known = set(Segment.objects.filter(code__in=set(frame["segment"]) - {""}).values_list("code", flat=True)) | {""}
    return [
        ("category", ~pl.col("category").is_in(Category.values)),
        ("source", ~pl.col("source").is_in(Source.values)),
        ("no_time", pl.col("at").is_null()),
        ("future", pl.col("at") > (now + FUTURE).timestamp()),
        ("long_ago", pl.col("at") < EARLIEST.timestamp()),
        ("half_point", lon.is_null() != lat.is_null()),
        ("bad_point", located & (~lon.is_finite() | ~lat.is_finite() | (lon.abs() > 180) | (lat.abs() > 90))),
        ("outside", located & ~pl.col("inside")),
        ("segment", ~pl.col("segment").is_in(sorted(known))),
        ("no_place", ~located & (pl.col("place") == "") & (pl.col("segment") == "")),
        ("too_long", pl.col("length") > LONGEST),
        ("place_too_long", pl.col("place_length") > 200),
        ("photo", ~pl.col("photo")),
        ("state", ~pl.col("state").is_in(ADOPTABLE)),
        ("state_early", pl.col("state_at") < pl.col("at")),
        ("state_future", pl.col("state_at") > (now + FUTURE).timestamp()),
        ("state_unit", (pl.col("state") == "dispatched") & (pl.col("unit") == "")),
    ]


SENTENCES: dict[str, tuple[str, str]] = {
    "category": ("category", "没有“{row.category}”这个类别，请从列表里选一个。"),
    "source": ("source", "没有“{row.source}”这个来源，请从列表里选一个。"),
    "no_time": ("at", "时间没有时区，无法判断是哪一刻，请补上。"),
    "future": ("at", "时间 {row.at:%Y-%m-%d %H:%M} 还没有到，请检查手机或电脑的时钟。"),
    "long_ago": ("at", "时间 {row.at:%Y-%m-%d} 早于 1990 年，请核对年份。"),
    "half_point": ("lon", "经度和纬度要么都填，要么都不填。"),
    "bad_point": ("lon", "坐标（{row.lon}，{row.lat}）不是经纬度，经度在前，纬度在后。"),
    "outside": (
        "lon",
        "坐标（{row.lon}，{row.lat}）不在本市范围内；请核对位置，或者经纬度是否写反、坐标系是否为 WGS84。",
    ),
    "segment": ("segment", "没有编码为 {row.segment} 的路段，请重新选择。"),
    "no_place": ("place", "请写明地点，或者在地图上点一下位置。"),
    "too_long": ("description", "描述超过 2000 字，请精简后再提交。"),
    "place_too_long": ("place", "地点超过 200 字，请精简后再提交。"),
    "photo": ("photos", "有照片没有传完整，请重新添加照片后再提交。"),
    "state": ("adopted", "不能接续为“{row.adopted.state}”这个状态，请检查状态的对照表。"),
    "state_early": (
        "adopted",
        "“{row.adopted.state_there}”的时间 {row.adopted.at:%Y-%m-%d %H:%M} 早于上报时间 {row.at:%Y-%m-%d %H:%M}，请核对。",
    ),
    "state_future": ("adopted", "“{row.adopted.state_there}”的时间 {row.adopted.at:%Y-%m-%d %H:%M} 还没有到，请核对。"),
    "state_unit": ("for_unit", "处置中的案件要有责任单位，请检查单位一列的对照。"),
}


def _inside(reports: Sequence[Report], shapes: Places) -> list[bool]:
    if not shapes.boundary:
        return [True] * len(reports)
    flat = [shapes.plane(one.lon or 0.0, one.lat or 0.0) for one in reports]
    xs, ys = [x for x, _ in flat], [y for _, y in flat]
    hits = [shapely.intersects_xy(shape, xs, ys) for shape in shapes.boundary]
    return [any(bool(hit[i]) for hit in hits) for i in range(len(reports))]


def _known_photos(reports: Sequence[Report]) -> list[bool]:
    every = {photo for one in reports for photo in one.photos}
    known = set(StoredFile.objects.filter(digest__in=every).values_list("digest", flat=True)) if every else set()
    return [known.issuperset(one.photos) for one in reports]


# ---------------------------------------------------------------- writing


def _request(report: Report) -> str:
    return digest(canonical({"does": "open_case", "with": report}).encode())


def _repeats(act: Act, good: Sequence[tuple[int, Report]], verdicts: Verdicts) -> list[tuple[int, Report, str]]:
    """Put aside what was reported before, and refuse a key or an outside number that means something else."""
    keys = [report.key for _, report in good]
    lines: dict[UUID, Line] = {}
    for begin in range(0, len(keys), 500):
        lines |= {line.key: line for line in Line.objects.filter(key__in=keys[begin : begin + 500])}
    numbers = [report.outside_number for _, report in good if report.outside_number]
    outside: set[tuple[str, str]] = set()
    for begin in range(0, len(numbers), 500):
        found = Case.objects.filter(outside_number__in=numbers[begin : begin + 500])
        outside |= set(found.values_list("source", "outside_number"))
    fresh: list[tuple[int, Report, str]] = []
    again: list[str] = []
    seen: dict[UUID, str] = {}
    for row, report in good:
        request = _request(report)
        line = lines.get(report.key)
        if line is not None and line.request == request and line.by == act.by.code:
            again.append(line.about)
        elif line is not None or seen.get(report.key, request) != request:
            verdicts.rejected.append(
                Rejection(
                    row,
                    "act.key_reused",
                    "key",
                    f"编号 {report.key} 已经用于另一件上报，内容不同；请刷新页面后重新提交。",
                )
            )
        elif report.key in seen:
            continue
        elif report.outside_number and (report.source, report.outside_number) in outside:
            verdicts.rejected.append(
                Rejection(
                    row, "case.outside_number", "outside_number", f"外部编号 {report.outside_number} 已经有案件了。"
                )
            )
        else:
            seen[report.key] = request
            if report.outside_number:
                outside.add((report.source, report.outside_number))
            fresh.append((row, report, request))
    if again:
        verdicts.again = list(Case.objects.filter(number__in=again))
    return fresh


def _write(
    act: Act, fresh: Sequence[tuple[int, Report, str]], verdicts: Verdicts, *, now: dt.datetime, shapes: Places
) -> None:
    if not fresh:
        return
    numbers = _numbers([report.at for _, report, _ in fresh])
    found = Found(shapes)
    cases: list[Case] = []
    lines: list[Line] = []
    for (_, report, request), number in zip(fresh, numbers, strict=True):
        case = found.case(report, number, reporter=act.by.code)
        cases.append(case)
        lines += _lines(act, case, report, request, now)
    if len(cases) == 1:
        cases[0].save(force_insert=True)
        for line in lines:
            line.save(force_insert=True)
    else:
        Case.objects.bulk_create(cases, batch_size=500)
        record_all(lines)
    _keep_words(cases, fresh, act)
    verdicts.opened = cases


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
    lines[0].request = request
    if report.adopted:
        taken = CaseAdopted(state=report.adopted.state, state_there=report.adopted.state_there)
        lines.append(act.line(taken, happened_at=report.adopted.at, key=uuid5(report.key, "1"), **shared))
        lines[1].request = ""
    for line in lines:
        line.recorded_at = now
    return lines


def _keep_words(cases: Sequence[Case], fresh: Sequence[tuple[int, Report, str]], act: Act) -> None:
    pairs = list(zip(cases, (report for _, report, _ in fresh), strict=True))
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
    if photos:
        CasePhoto.objects.bulk_create(photos, batch_size=500)
    if words:
        Word.objects.bulk_create(words, batch_size=500)


def _numbers(moments: Sequence[dt.datetime]) -> list[str]:
    days = [bureau_day(moment) for moment in moments]
    taken = {
        day: iter(next_numbers(f"case:{day:%Y%m%d}", n=days.count(day), prefix="XH", day=day))
        for day in sorted(set(days))
    }
    return [next(taken[day]) for day in days]


class Found:
    """What the city says about reports of one batch: segment, grid, squad and campaign, each looked up once."""

    def __init__(self, shapes: Places) -> None:
        self.shapes = shapes
        self.squad = functools.cache(self._squad)
        self.campaign = functools.cache(campaign_for)
        self.road = functools.cache(self._road)

    def case(self, report: Report, number: str, *, reporter: str) -> Case:
        """The row of a report, not saved yet."""
        segment, grid = report.segment, ""
        if report.lon is not None and report.lat is not None:
            point = Point(report.lon, report.lat)
            near = None if segment else self.shapes.segment_at(point)
            segment = segment or (near.segment if near else "")
            grid = self.shapes.grid_at(point)
        day = bureau_day(report.at)
        taken = report.adopted
        return Case(
            number=number,
            outside_number=report.outside_number,
            source=report.source,
            category=report.category,
            matter=report.matter,
            state=taken.state if taken else "reported",
            place=report.place.strip() or self.road(segment),
            description=report.description.strip(),
            lon_e7=None if report.lon is None else round(report.lon * 1e7),
            lat_e7=None if report.lat is None else round(report.lat * 1e7),
            segment=segment,
            grid=grid,
            for_unit=report.for_unit or (self.squad(segment, day) if segment else ""),
            campaign=self.campaign(day=day, category=report.category, segment=segment),
            reporter=reporter,
            reported_at=report.at,
            closed_at=taken.at if taken and taken.state in ("closed", "refused") else None,
        )

    def _squad(self, segment: str, day: dt.date) -> str:
        squad = responsible_for(segment, day).squad
        return squad.path if squad else ""

    def _road(self, segment: str) -> str:
        return str(Segment.objects.filter(code=segment).values_list("road", flat=True).first() or "地图选点")
