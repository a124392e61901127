"""What somebody tells, and the rules that a report passes before it becomes a case.

Rules look at whole columns, so a million rows and one row get one verdict.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import chain, islice
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import polars as pl
from django.utils import timezone

from xiuhua.cases import flow
from xiuhua.cases.models import Category, Source, StandardRow
from xiuhua.city.models import Segment, Unit
from xiuhua.city.places import Places
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import filled
from xiuhua.ledger.act import FUTURE

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
LONGEST = 2000
LONGEST_PLACE = 200
ADOPTABLE = [state for state in flow.STATES if state != "reported"]
CHUNK = 500

T = TypeVar("T")


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


TEXTS = ("category", "source", "place", "description", "segment", "contact", "outside_number", "matter", "for_unit")
assert set(TEXTS) <= {one.name for one in fields(Report)}


@dataclass(frozen=True)
class Rejection:
    """A report that could not become a case: which row, which rule, which field, and what to do."""

    row: int
    code: str
    field: str
    message: str


def check_reports(reports: Sequence[Report], *, now: dt.datetime, shapes: Places) -> list[Rejection]:
    """Every rule over all reports; the first rule that a report breaks is its rejection. Never raises."""
    if not reports:
        return []
    spoilt = [_spoilt_text(one) for one in reports]
    frame = _columns(reports, spoilt, shapes)
    verdict = pl.lit(None, dtype=pl.String)
    for code, broken in reversed(_rules(frame, now=now)):
        verdict = pl.when(broken).then(pl.lit(code)).otherwise(verdict)
    rules = frame.select(verdict.alias("rule"))["rule"]
    return [_rejection(row, code, reports[row], spoilt[row]) for row, code in enumerate(rules) if code]


def _columns(reports: Sequence[Report], spoilt: Sequence[str], shapes: Places) -> pl.DataFrame:
    """The reports as columns; a report whose text cannot be kept has none, for it is rejected for that."""
    whole = [Report(one.key, "", "", one.at) if bad else one for one, bad in zip(reports, spoilt, strict=True)]
    lon = np.array([np.nan if one.lon is None else one.lon for one in whole], dtype=float)
    lat = np.array([np.nan if one.lat is None else one.lat for one in whole], dtype=float)
    inside, swapped = _inside(lon, lat, shapes)
    return pl.DataFrame(
        {
            "spoilt": [bool(bad) for bad in spoilt],
            "category": [one.category for one in whole],
            "source": [one.source for one in whole],
            "at": [_seconds(one.at) for one in whole],
            "place": [one.place.strip() for one in whole],
            "length": [len(one.description) for one in whole],
            "contact_length": [len(one.contact) for one in whole],
            "number_length": [len(one.outside_number) for one in whole],
            "has_lon": [one.lon is not None for one in whole],
            "has_lat": [one.lat is not None for one in whole],
            "lon": lon,
            "lat": lat,
            "inside": inside,
            "swapped": swapped,
            "segment": [one.segment for one in whole],
            "photo": _known_photos(whole),
            "matter": [one.matter for one in whole],
            "unit": [one.for_unit for one in whole],
            "state": [one.adopted.state if one.adopted else "closed" for one in whole],
            "there_length": [len(one.adopted.state_there) if one.adopted else 0 for one in whole],
            "adopted": [one.adopted is not None for one in whole],
            "state_at": [_seconds(one.adopted.at) if one.adopted else None for one in whole],
        },
        schema_overrides={"at": pl.Float64, "state_at": pl.Float64},
    )


def _rules(frame: pl.DataFrame, *, now: dt.datetime) -> list[tuple[str, pl.Expr]]:
    col = pl.col
    lon, lat, latest = col("lon"), col("lat"), (now + FUTURE).timestamp()
    located = col("has_lon") & col("has_lat")
    return [
        ("text", col("spoilt")),
        ("category", ~col("category").is_in(Category.values)),
        ("source", ~col("source").is_in(Source.values)),
        ("no_time", col("at").is_null()),
        ("future", col("at") > latest),
        ("long_ago", col("at") < EARLIEST.timestamp()),
        ("half_point", col("has_lon") != col("has_lat")),
        ("swapped", located & col("swapped")),
        ("bad_point", located & ~(lon.is_finite() & lat.is_finite() & (lon.abs() <= 180) & (lat.abs() <= 90))),
        ("outside", located & ~col("inside")),
        ("segment", ~col("segment").is_in(_known(frame["segment"], Segment, "code"))),
        ("no_place", ~located & (col("place") == "") & (col("segment") == "")),
        ("too_long", col("length") > LONGEST),
        ("place_too_long", col("place").str.len_chars() > LONGEST_PLACE),
        ("contact_too_long", col("contact_length") > 100),
        ("number_too_long", col("number_length") > 40),
        ("photo", ~col("photo")),
        ("matter", ~col("matter").is_in(_known(frame["matter"], StandardRow, "matter"))),
        ("unit", ~col("unit").is_in(_known(frame["unit"], Unit, "path"))),
        ("state", ~col("state").is_in(ADOPTABLE)),
        ("state_word", col("there_length") > 40),
        ("state_no_time", col("adopted") & col("state_at").is_null()),
        ("state_early", col("state_at") < col("at")),
        ("state_future", col("state_at") > latest),
        ("state_unit", (col("state") == "dispatched") & (col("unit") == "")),
    ]


SENTENCES: dict[str, tuple[str, str]] = {
    "text": ("", "文字里有不能保存的字符（可能是复制时带进来的），请删掉后重新输入。"),
    "category": ("category", "没有“{row.category:.40}”这个类别，请从列表里选一个。"),
    "source": ("source", "没有“{row.source:.40}”这个来源，请从列表里选一个。"),
    "no_time": ("at", "时间没有时区，无法判断是哪一刻，请补上。"),
    "future": ("at", "时间 {at} 还没有到，请检查手机或电脑的时钟。"),
    "long_ago": ("at", "时间 {at} 早于 1990 年，请核对年份。"),
    "half_point": ("lon", "经度和纬度要么都填，要么都不填。"),
    "swapped": ("lon", "坐标（{row.lon}，{row.lat}）的经度和纬度写反了，请改成经度在前、纬度在后。"),
    "bad_point": ("lon", "坐标（{row.lon}，{row.lat}）不是经纬度，请核对，或者重新定位。"),
    "outside": ("lon", "坐标（{row.lon}，{row.lat}）不在本市范围内，请核对位置，坐标系应为 WGS84。"),
    "segment": ("segment", "没有编码为 {row.segment:.40} 的路段，请重新选择。"),
    "no_place": ("place", "请写明地点，或者在地图上点一下位置。"),
    "too_long": ("description", "描述超过 2000 字，请精简后再提交。"),
    "place_too_long": ("place", "地点超过 200 字，请精简后再提交。"),
    "contact_too_long": ("contact", "联系方式超过 100 字，请只留一个电话或邮箱。"),
    "number_too_long": ("outside_number", "外部编号超过 40 个字符，请核对编号一列。"),
    "photo": ("photos", "有照片没有传完整，请重新添加照片后再提交。"),
    "matter": ("matter", "没有编码为 {row.matter:.40} 的事项，请从列表里选一个。"),
    "unit": ("for_unit", "没有“{row.for_unit:.60}”这个责任单位，请重新选择。"),
    "state": ("adopted", "不能接续为“{row.adopted.state:.40}”这个状态，请检查状态的对照表。"),
    "state_word": ("adopted", "对方系统的状态超过 40 个字，请检查状态一列。"),
    "state_no_time": ("adopted", "“{row.adopted.state_there}”的时间没有时区，无法判断是哪一刻，请补上。"),
    "state_early": ("adopted", "“{row.adopted.state_there}”的时间 {state_at} 早于上报时间 {at}，请核对。"),
    "state_future": ("adopted", "“{row.adopted.state_there}”的时间 {state_at} 还没有到，请核对。"),
    "state_unit": ("for_unit", "处置中的案件要有责任单位，请检查单位一列的对照。"),
}


def _rejection(row: int, code: str, report: Report, spoilt: str) -> Rejection:
    field, sentence = SENTENCES[code]
    state_at = _moment(report.adopted.at) if report.adopted else ""
    told = filled(sentence, {"row": report, "at": _moment(report.at), "state_at": state_at})
    return Rejection(row, f"case.{code}", field or spoilt, told)


# ---------------------------------------------------------------- what the rules look at


def _spoilt_text(report: Report) -> str:
    """The first field whose text no database can keep: a null character, half of a surrogate pair."""
    every = [getattr(report, name) for name in TEXTS]
    if report.adopted:
        every += [report.adopted.state, report.adopted.state_there]
    if _can_be_kept("".join(chain(every, report.photos))):
        return ""
    named = zip((*TEXTS, "adopted", "adopted"), every, strict=False)
    return next((name for name, text in named if not _can_be_kept(text)), "photos")


def _can_be_kept(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _seconds(moment: dt.datetime) -> float | None:
    return moment.timestamp() if timezone.is_aware(moment) else None


def _moment(moment: dt.datetime) -> str:
    """A moment as the bureau's clock shows it; the ends of time stay in their own zone."""
    with contextlib.suppress(OverflowError, ValueError):
        moment = timezone.localtime(moment)
    return f"{moment:%Y-%m-%d %H:%M}"


def _inside(lon: np.ndarray, lat: np.ndarray, shapes: Places) -> tuple[np.ndarray, np.ndarray]:
    """Which points lie in the city, and which would if longitude and latitude were exchanged.

    A bureau without a boundary takes every point but one that is in China only when exchanged.
    """
    if not shapes.boundary:
        return np.ones(len(lon), dtype=bool), (lon >= 3) & (lon <= 54) & (lat >= 73) & (lat <= 136)
    inside, exchanged = shapes.covers(lon, lat), shapes.covers(lat, lon)
    return inside, exchanged & ~inside


def _known(column: pl.Series, model: type[Any], name: str) -> list[str]:
    """The values of a column that the register knows; nothing given is known too."""
    wanted = set(column) - {""}
    found = {""}
    for some in chunks(sorted(wanted)):
        found |= set(model.objects.filter(**{f"{name}__in": some}).values_list(name, flat=True))
    return sorted(found)


def _known_photos(reports: Sequence[Report]) -> list[bool]:
    """Whether all photos of a report are kept and were looked at: a scan is no photo."""
    known: set[str] = set()
    for some in chunks(sorted({photo for one in reports for photo in one.photos})):
        found = StoredFile.objects.filter(digest__in=some, width__isnull=False)
        known |= set(found.values_list("digest", flat=True))
    return [known.issuperset(one.photos) for one in reports]


def chunks(every: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """A few at a time: a query takes only so many values."""
    rest = iter(every)
    while some := list(islice(rest, size)):
        yield some
