"""The columns of each sort of place, one list for sheets, GeoJSON, shapefiles and forms: what they are called and mean.

A cell is read into a value or refused with a sentence; a value is written so that reading it gives the same value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from xiuhua.city.models import Area, Facility, Grid, PermittedPlace, Person, Segment, Shop, Side, Site, SiteType, Unit
from xiuhua.city.place_sorts import BUILT, MATTERS
from xiuhua.city.road_lines import class_of, register_class
from xiuhua.ledger.items import ITEMS

Read = Callable[[str, "Known"], Any]
Write = Callable[[Any], Any]
FULL = str.maketrans("０１２３４５６７８９：～－（）．／，", "0123456789:~-()./,")


class Unreadable(ValueError):
    """A cell that cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Column:
    """One column: the field of the row, its name in sheets, its short name in shapefiles, other names that it goes by."""

    name: str
    label: str
    short: str
    read: Read
    write: Write
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.label, self.name, self.short, *self.also)


class Known:
    """What cells may lean on: segments, units, people and site types, looked up once for a file."""

    def __init__(self) -> None:
        self._segments: dict[str, Segment] | None = None
        self._units: dict[str, Unit] | None = None
        self._people: dict[str, Person | None] | None = None
        self._types: dict[str, str] | None = None

    def segment(self, text: str) -> Segment:
        if self._segments is None:
            rows = list(Segment.objects.filter(ended_on=None).defer("line"))
            self._segments = {str(one): one for one in rows} | {one.code: one for one in rows}
        if text not in self._segments:
            raise Unreadable(f"没有路段“{text[:40]}”，请写登记的路段编码")
        return self._segments[text]

    def unit(self, text: str) -> Unit:
        if self._units is None:
            rows = list(Unit.objects.all())
            self._units = {one.name: one for one in rows} | {one.code: one for one in rows}
        if text not in self._units:
            raise Unreadable(f"没有单位“{text[:40]}”")
        return self._units[text]

    def person(self, text: str) -> Person:
        if self._people is None:
            self._people = {}
            for one in Person.objects.all():
                self._people[one.name] = None if one.name in self._people else one
            self._people |= {one.code: one for one in Person.objects.all()}
        if text not in self._people:
            raise Unreadable(f"没有人员“{text[:20]}”")
        found = self._people[text]
        if found is None:
            raise Unreadable(f"有几个人都叫“{text[:20]}”，请写人员编码")
        return found

    def site_type(self, text: str) -> str:
        if self._types is None:
            rows = list(SiteType.objects.all())
            self._types = {one.name: one.code for one in rows} | {one.code: one.code for one in rows}
        if text not in self._types:
            raise Unreadable(f"没有点位类型“{text[:40]}”")
        return self._types[text]


# ---------------------------------------------------------------- cells


def _words(most: int) -> Read:
    def read(text: str, _known: Known) -> str:
        if len(text) > most:
            raise Unreadable(f"“{text[:20]}…”超过 {most} 个字")
        return text

    return read


def number(text: str) -> Decimal:
    try:
        value = Decimal(text.translate(FULL).replace(",", ""))
    except InvalidOperation as error:
        raise Unreadable(f"“{text[:20]}”不是数") from error
    if not value.is_finite() or abs(value) > 10**12:
        raise Unreadable(f"“{text[:20]}”不是数")
    return value


def _metres(text: str, _known: Known) -> Decimal:
    return number(text.removesuffix("米").removesuffix("m").strip())


def day(text: str) -> dt.date:
    """A day as 2020-03-01, 2020/3/1, 2020.3.1, 2020年3月1日 or 20200301."""
    told = re.fullmatch(
        r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?: 00:00(?::00)?)?", text.translate(FULL)
    ) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        return dt.date(*(int(one) for one in told.groups())) if told else dt.date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"日期“{text[:20]}”读不出来，请写成 2020-03-01") from error


def parts(text: str) -> list[str]:
    return [one.strip() for one in re.split(r"[、,，;；\n]+", text) if one.strip()]


def hours(text: str) -> list[list[str]]:
    """`06:00-08:30、18:00-22:00`, also with 至, ~ and full-width signs; all day is no hours."""
    if text in ("全天", "全天候", "24小时"):
        return []
    pairs = []
    for one in parts(text.translate(FULL)):
        told = re.fullmatch(r"(\d{1,2}):(\d{2})\s*(?:-|–|—|~|至|到)+\s*(?:次日)?\s*(\d{1,2}):(\d{2})", one)
        if told is None:
            raise Unreadable(f"时段“{one[:20]}”读不出来，请写成 18:00-22:00")
        pairs.append([f"{int(told[1]):02d}:{told[2]}", f"{int(told[3]):02d}:{told[4]}"])
    return pairs


def _hours_told(value: Any) -> str:
    return "、".join(f"{begins}-{ends}" for begins, ends in value or [])


def weekdays(text: str) -> list[int]:
    """`1、6、7`, `周六、周日`, `周一至周五`; every day is none."""
    if text in ("每天", "每日", "全周"):
        return []
    found: list[int] = []
    for one in parts(text):
        told = [_weekday(part) for part in re.split(r"[-–—~至到]+", one)]
        if len(told) > 2:
            raise Unreadable(f"星期“{text[:20]}”读不出来")
        found += range(told[0], told[-1] + 1)
    return sorted(set(found))


def _weekday(text: str) -> int:
    plain = text.translate(FULL).removeprefix("星期").removeprefix("周").removeprefix("礼拜").strip()
    found = plain if plain in "1234567" and plain else str("一二三四五六日".find(plain.replace("天", "日")) + 1)
    if len(plain) != 1 or found == "0":
        raise Unreadable(f"星期“{text[:10]}”读不出来，请写成 周六、周日")
    return int(found)


def season(text: str) -> list[str]:
    """`05-01至10-31`, `5月1日—10月31日`; the whole year is none."""
    if text in ("全年", "常年"):
        return []
    told = re.findall(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})", text.translate(FULL))
    if len(told) != 2:
        raise Unreadable(f"季节“{text[:20]}”读不出来，请写成 05-01至10-31")
    return [f"{int(month):02d}-{int(date):02d}" for month, date in told]


def _choice(options: Mapping[str, Any], what: str) -> Read:
    by_label = {str(label): code for code, label in options.items()}

    def read(text: str, _known: Known) -> str:
        if text in options:
            return text
        if text not in by_label:
            raise Unreadable(f"没有“{text[:20]}”这种{what}，可用：{'、'.join(by_label)}")
        return str(by_label[text])

    return read


SIDES = {"北": "north", "南": "south", "东": "east", "西": "west", "路两侧": "both", "双侧": "both", "中间": "middle",
         "北侧": "north", "南侧": "south", "东侧": "east", "西侧": "west"}  # fmt: skip


def _side(text: str, known: Known) -> str:
    return SIDES.get(text) or str(_choice(dict(Side.choices), "位置")(text, known))


def _cls(text: str, known: Known) -> str:
    if text in Segment.Cls.values:
        return text
    found = next((code for code, label in Segment.Cls.choices if str(label) == text), "")
    if not found and (cls := class_of(text)) and cls.removesuffix("_link") in Segment.Cls.values:
        found = register_class(cls)
    return found or str(_choice(dict(Segment.Cls.choices), "道路等级")(text, known))


def _oneway(text: str, _known: Known) -> int:
    plain = {"双向": 0, "单行": 1, "反向单行": -1, "是": 1, "否": 0, "0": 0, "1": 1, "-1": -1}
    if text not in plain:
        raise Unreadable(f"单行“{text[:10]}”读不出来，请写 双向、单行 或 反向单行")
    return plain[text]


def _plain(value: Any) -> Any:
    match value:
        case None:
            return ""
        case Decimal():
            return float(value)
        case dt.date():
            return value.isoformat()
    return value


def _text(name: str, label: str, short: str, most: int, *also: str) -> Column:
    return Column(name, label, short, _words(most), _plain, also)


def _day_column(name: str, label: str, short: str) -> Column:
    return Column(name, label, short, lambda text, _known: day(text), _plain)


def _segment_column() -> Column:
    return Column("segment", "路段编码", "segment", lambda text, known: known.segment(text),
                  lambda one: one.code if one else "", ("路段", "所在路段", "seg_id"))  # fmt: skip


def _unit_column(name: str, label: str, short: str) -> Column:
    return Column(name, label, short, lambda text, known: known.unit(text), lambda one: one.code if one else "")


def _listed(text: str, _known: Known) -> list[str]:
    return parts(text)


def _matters(text: str, _known: Known) -> list[str]:
    """Matters by their word or code; a code of the standard (09006) stands for itself."""
    by_word = {word: code for code, word in MATTERS.items()}
    return [by_word.get(one, one) for one in parts(text)]


CODE = _text("code", "编码", "code", 32, "编号", "id", "代码")
NAME = _text("name", "名称", "name", 80, "NAME", "name:zh")
HOURS = Column("hours", "时段", "hours", lambda text, _known: hours(text), _hours_told, ("开放时间",))

COLUMNS: dict[str, tuple[Column, ...]] = {
    "area": (CODE, NAME),
    "grid": (CODE, NAME, _unit_column("squad", "责任中队", "squad")),
    "segment": (
        Column("code", "编码", "code", _words(32), _plain, ("路段编码", "路段编号", "编号", "seg_id")),
        _text("road", "路名", "road", 255, "道路名称", "名称", "name"),
        _text("from_name", "起点", "from_name", 255, "from"),
        _text("to_name", "止点", "to_name", 255, "终点", "to"),
        Column("cls", "道路等级", "cls", _cls, _plain, ("等级", "highway", "fclass", "class")),
        Column("oneway", "单行", "oneway", _oneway, _plain),
        Column("side", "位置", "side", _side, _plain, ("侧别", "路侧")),
        Column("length_m", "长度（米）", "length_m", _metres, _plain, ("长度", "长度(米)")),
        _text("grid", "单元网格", "grid", 15, "网格"),
        _text("network", "路网", "network", 64),
    ),
    "site": (
        CODE, NAME,
        Column("type_code", "点位类型", "type", lambda text, known: known.site_type(text), _plain, ("类型", "type_code")),
        _segment_column(),
        _text("address", "地址", "address", 120),
        _text("grid", "单元网格", "grid", 15, "网格"),
    ),
    "shop": (
        CODE, NAME,
        _text("trade", "行业", "trade", 40, "经营范围", "业态"),
        _segment_column(),
        _text("house_number", "门牌号", "house_no", 12, "门牌"),
        Column("side", "位置", "side", _side, _plain, ("侧别", "路侧")),
        Column("frontage_m", "门面宽度（米）", "frontage_m", _metres, _plain, ("门面宽度", "门面宽度(米)", "门面")),
        _day_column("closed_on", "停业日期", "closed_on"),
    ),
    "facility": (
        CODE,
        Column("item", "设施", "item", _choice({code: ITEMS[code].label for code in BUILT}, "设施"), _plain, ("项目", "类型")),
        Column("quantity", "数量", "quantity", lambda text, _known: number(text), _plain),
        _segment_column(),
        _day_column("built_on", "建成日期", "built_on"),
        HOURS,
        _text("note", "说明", "note", 120, "备注"),
    ),
    "permitted": (
        CODE, NAME,
        Column("kind", "种类", "kind", _choice(dict(PermittedPlace.Kind.choices), "许可地点"), _plain, ("类型",)),
        Column("matters", "允许的行为", "matters", _matters, lambda value: "、".join(MATTERS.get(one, one) for one in value)),
        Column("reach_m", "宽度（米）", "reach_m", _metres, _plain, ("宽度",)),
        _segment_column(),
        Column("stalls", "摊位号", "stalls", _listed, lambda value: "、".join(value), ("摊位",)),
        Column("season", "季节", "season", lambda text, _known: season(text), lambda value: "至".join(value)),
        Column("weekdays", "星期", "weekdays", lambda text, _known: weekdays(text),
               lambda value: "、".join(f"周{'一二三四五六日'[one - 1]}" for one in value)),
        HOURS,
        Column("holidays", "节假日", "holidays", _choice(dict(PermittedPlace.Holidays.choices), "节假日规则"), _plain),
        _unit_column("unit", "管理单位", "unit"),
        Column("manager", "管理人", "manager", lambda text, known: known.person(text), lambda one: one.code if one else ""),
        Column("clear_within_min", "收摊后几分钟内清理", "clear_min", lambda text, _known: int(number(text)), _plain),
        _unit_column("cleared_by", "清理检查单位", "cleared_by"),
        _day_column("begins_on", "开始日期", "begins_on"),
        _day_column("ends_on", "结束日期", "ends_on"),
        _text("paper", "批准文号", "paper", 60, "文号"),
        _text("note", "说明", "note", 200, "备注"),
    ),
}  # fmt: skip
"""The columns of each sort, in the order of its sheets; coordinates come after them."""

POINTED = (Site, Shop, Facility)
SHAPES: dict[type, str] = {Area: "shape", Grid: "rings", Segment: "line", Facility: "shape", PermittedPlace: "shape"}
"""Which column of a row holds its shape."""
