"""The sorts of places that the register knows: their rows, what makes one right, and what their lines say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Model

from xiuhua.city.models import Area, Facility, Grid, PermittedPlace, Segment, Shop, Side, Site, SiteType
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapes import AREA, LINE, line_length_m, shape_fault
from xiuhua.ledger.act import Place
from xiuhua.ledger.dictionary import Fact
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.kinds import places as place_kinds

CODE = re.compile(r"[\w.\-]{1,32}")
AREA_CODE = re.compile(r"\d{6}(\d{3}){0,2}")
GRID_CODE = re.compile(r"\d{12}[0-9A-Z]{3}")
"""Codes of areas and unit grids by GB/T 30428.1: 6 division + 3 street + 3 community + 3 grid. Letters are met in the
last three characters alone, where a county has more than 999 grids in a community's numbering."""

LEVELS = {6: Area.Level.DIVISION, 9: Area.Level.STREET, 12: Area.Level.COMMUNITY}
BUILT = ("parking_bay", "parking_line", "notice_board", "no_stall_sign", "vending_point")
MATTERS = {"stall": "占道经营", "shopfront": "店外经营", "parking": "车辆乱停", "sign": "乱设广告", "posting": "乱贴乱画",
           "building": "乱搭乱建"}  # fmt: skip
"""The six kinds of problem of a street as a permitted place excuses them; a test keeps them those of the cases."""

TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MONTH_DAY = re.compile(r"\d{2}-\d{2}")
Row = Any


@dataclass(frozen=True)
class Sort:
    """One sort of places. `check` refuses a row that cannot stand; the others say what its lines say."""

    name: str
    label: str
    model: type[Model]
    check: Callable[[Row], None]
    registered: Callable[[Row], Fact]
    changed: Callable[[Row, Sequence[str]], Fact]
    ended: Callable[[Row], Fact]
    place: Callable[[Row], Place]

    def about(self, row: Row) -> str:
        return f"{self.name}:{row.code}"


def _code(row: Row, label: str) -> None:
    if not CODE.fullmatch(row.code or ""):
        raise Refused(
            "place.wrong",
            "{label}编码“{code}”只能用 1 到 32 个文字、数字、-、. 或 _。",
            field="code",
            label=label,
            code=row.code[:40],
        )


def _named(row: Row, label: str) -> None:
    if not row.name.strip():
        raise Refused("place.wrong", "请写{label}的名称。", field="name", label=label)


def _drawn(field: str, geometry: Any, allowed: Sequence[str]) -> None:
    fault = shape_fault(geometry, allowed)
    if fault:
        raise Refused("place.wrong", "图形不能用：{fault}。", field=field, fault=fault)


# ---------------------------------------------------------------- what makes a row right


def check_segment(row: Segment) -> None:
    _code(row, "路段")
    if row.cls not in Segment.Cls.values:
        known = "、".join(str(label) for label in Segment.Cls.labels)
        raise Refused("place.wrong", "没有“{cls}”这个道路等级，可用：{known}。", field="cls", cls=row.cls, known=known)
    if row.side not in Side.values:
        known = "、".join(str(label) for label in Side.labels)
        raise Refused("place.wrong", "没有“{side}”这一侧，可用：{known}。", field="side", side=row.side, known=known)
    if not row.line and not row.road:
        raise Refused("place.wrong", "没有画线的路段至少要写路名。", field="road")
    if row.line:
        _drawn("line", {"type": "LineString", "coordinates": row.line}, LINE)
        if row.length_m is None:
            row.length_m = Decimal(str(round(line_length_m(row.line), 1)))
    if row.length_m is None or not 0 <= Decimal(row.length_m) < 10**6:
        raise Refused("place.wrong", "长度要在 0 到 1000 公里之间。", field="length_m")


def check_area(row: Area) -> None:
    if not AREA_CODE.fullmatch(row.code or ""):
        raise Refused(
            "place.wrong",
            "行政区编码“{code}”应为 6 位（区县）、9 位（街道）或 12 位（社区）数字。",
            field="code",
            code=row.code,
        )
    row.level = LEVELS[len(row.code)]
    _named(row, "行政区")
    if row.shape:
        _drawn("shape", {"type": "MultiPolygon", "coordinates": row.shape}, AREA)


def check_grid(row: Grid) -> None:
    if not GRID_CODE.fullmatch(row.code or ""):
        raise Refused(
            "place.wrong",
            "单元网格编码“{code}”应为 15 位：6 位区划、3 位街道、3 位社区、3 位网格（GB/T 30428.1）。",
            field="code",
            code=row.code,
        )
    _named(row, "网格")
    if row.rings:
        _drawn("rings", {"type": "Polygon", "coordinates": row.rings}, AREA)


def check_site(row: Site) -> None:
    _code(row, "点位")
    _named(row, "点位")
    _point(row)
    if not SiteType.objects.filter(code=row.type_code).exists():
        known = "、".join(f"{one.code} {one.name}" for one in SiteType.objects.all())
        raise Refused(
            "place.wrong",
            "没有“{type_code}”这个点位类型，可用：{known}。",
            field="type_code",
            type_code=row.type_code,
            known=known,
        )


def check_shop(row: Shop) -> None:
    _code(row, "商户")
    _named(row, "商户")
    _point(row)
    if row.side and row.side not in Side.values:
        raise Refused("place.wrong", "没有“{side}”这一侧。", field="side", side=row.side)
    if row.frontage_m is not None and not 0 < Decimal(row.frontage_m) <= 2000:
        raise Refused("place.wrong", "门面宽度要大于 0、不超过 2000 米。", field="frontage_m")


def check_facility(row: Facility) -> None:
    _code(row, "设施")
    _point(row)
    if row.item not in BUILT:
        names = "、".join(ITEMS[code].label for code in BUILT)
        raise Refused("place.wrong", "便民设施只登记：{names}。", field="item", names=names)
    if Decimal(row.quantity) <= 0:
        raise Refused("place.wrong", "数量要大于 0。", field="quantity")
    _hours(row.hours)
    if row.shape:
        _drawn("shape", row.shape, ("Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString", "MultiPoint"))


def check_permitted(row: PermittedPlace) -> None:
    _code(row, "许可地点")
    _named(row, "许可地点")
    if row.kind not in PermittedPlace.Kind.values:
        raise Refused("place.wrong", "没有“{kind}”这种许可地点。", field="kind", kind=row.kind)
    if not row.matters or not all(isinstance(one, str) and 0 < len(one) <= 12 for one in row.matters):
        raise Refused("place.wrong", "请至少选一类在这里允许的行为。", field="matters")
    if row.shape:
        _drawn("shape", row.shape, ("Point", "LineString", "Polygon", "MultiPolygon", "MultiLineString"))
    elif row.segment is None:
        raise Refused("place.wrong", "请在图上画出范围，或者选一个路段并写摊位号。", field="shape")
    elif not row.stalls:
        raise Refused("place.wrong", "没有画范围时要写摊位号，否则整段路都会算作允许。", field="stalls")
    _hours(row.hours)
    _season(row.season)
    if not all(isinstance(one, int) and 1 <= one <= 7 for one in row.weekdays):
        raise Refused("place.wrong", "星期要写 1 到 7。", field="weekdays")
    if row.holidays not in PermittedPlace.Holidays.values:
        raise Refused("place.wrong", "没有“{holidays}”这种节假日规则。", field="holidays", holidays=row.holidays)
    if row.ends_on and row.ends_on <= row.begins_on:
        raise Refused("place.wrong", "期限的结束日要晚于开始日。", field="ends_on")
    if not 0 <= Decimal(row.reach_m) <= 200:
        raise Refused("place.wrong", "范围宽度要在 0 到 200 米之间。", field="reach_m")


def _hours(hours: Any) -> None:
    for pair in hours:
        begins, ends = pair if isinstance(pair, list | tuple) and len(pair) == 2 else ("", "")
        if not (TIME.fullmatch(begins) and (TIME.fullmatch(ends) or ends == "24:00")):
            raise Refused(
                "place.wrong",
                "时段“{pair}”读不出来，请写成 18:00-22:00；过半夜的写成 18:00-02:00。",
                field="hours",
                pair=str(pair),
            )
        if begins == ends:
            raise Refused(
                "place.wrong",
                "时段 {begins}-{ends} 的开始和结束相同；全天请不写时段。",
                field="hours",
                begins=begins,
                ends=ends,
            )


def _season(season: Any) -> None:
    if not season:
        return
    for one in season:
        try:
            dt.date.fromisoformat(f"2024-{one}" if MONTH_DAY.fullmatch(one) else "")
        except ValueError as error:
            raise Refused(
                "place.wrong",
                "季节“{season}”读不出来，请写成 05-01 至 10-31。",
                field="season",
                season="、".join(map(str, season)),
            ) from error
    if len(season) != 2:
        raise Refused("place.wrong", "季节要写开始和结束两个日子，例如 05-01 至 10-31。", field="season")


def _point(row: Row) -> None:
    if (row.lon_e7 is None) != (row.lat_e7 is None):
        raise Refused("place.wrong", "经度和纬度要么都写，要么都不写。", field="lon")
    if row.lon_e7 is not None:
        _drawn("lon", {"type": "Point", "coordinates": [row.lon, row.lat]}, ("Point",))


# ---------------------------------------------------------------- what lines say


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _pointed(row: Row) -> Place:
    code = row.segment.code if row.segment else ""
    grid = getattr(row, "grid", "") or (row.segment.grid if row.segment else "")
    return Place(grid=grid, segment=code, lon_e7=row.lon_e7, lat_e7=row.lat_e7)


def _permit_facts(row: PermittedPlace) -> dict[str, Any]:
    return {"matters": list(row.matters), "begins_on": _iso(row.begins_on), "ends_on": _iso(row.ends_on)}


SORTS: Mapping[str, Sort] = {
    sort.name: sort
    for sort in (
        Sort(
            "area", "行政区", Area, check_area,
            lambda row: place_kinds.AreaRegistered(level=row.level),
            lambda _row, columns: place_kinds.AreaChanged(columns=list(columns)),
            lambda row: place_kinds.AreaEnded(into=row.successors),
            lambda _row: Place(),
        ),
        Sort(
            "grid", "单元网格", Grid, check_grid,
            lambda _row: place_kinds.GridRegistered(),
            lambda _row, columns: place_kinds.GridChanged(columns=list(columns)),
            lambda row: place_kinds.GridEnded(into=row.successors),
            lambda row: Place(grid=row.code),
        ),
        Sort(
            "segment", "路段", Segment, check_segment,
            lambda row: kinds.SegmentRegistered(
                road=row.road, length_m=float(row.length_m), cls=row.cls, network=row.network
            ),
            lambda row, columns: place_kinds.SegmentDrawn(length_m=float(row.length_m), side=row.side)
            if "line" in columns
            else place_kinds.SegmentChanged(columns=list(columns), cls=row.cls, length_m=float(row.length_m)),
            lambda row: place_kinds.SegmentEnded(into=row.successors),
            lambda row: Place(grid=row.grid, segment=row.code),
        ),
        Sort(
            "site", "点位", Site, check_site,
            lambda row: kinds.SiteRegistered(type_code=row.type_code),
            lambda row, columns: place_kinds.SiteChanged(columns=list(columns), type_code=row.type_code),
            lambda row: place_kinds.SiteEnded(into=row.successors),
            _pointed,
        ),
        Sort(
            "shop", "商户", Shop, check_shop,
            lambda row: kinds.ShopRegistered(trade=row.trade),
            lambda row, columns: place_kinds.ShopChanged(
                columns=list(columns), trade=row.trade, state="closed" if row.closed_on else "open"
            ),
            lambda row: place_kinds.ShopEnded(into=row.successors),
            _pointed,
        ),
        Sort(
            "facility", "便民设施", Facility, check_facility,
            lambda row: kinds.FacilityBuilt(facility=row.code),
            lambda _row, columns: place_kinds.FacilityChanged(columns=list(columns)),
            lambda row: place_kinds.FacilityEnded(into=row.successors),
            _pointed,
        ),
        Sort(
            "permitted", "许可地点", PermittedPlace, check_permitted,
            lambda row: place_kinds.PermittedRegistered(kind_of_place=row.kind, **_permit_facts(row)),
            lambda row, columns: place_kinds.PermittedChanged(columns=list(columns), **_permit_facts(row)),
            lambda row: place_kinds.PermittedEnded(into=row.successors),
            lambda row: Place(segment=row.segment.code if row.segment else ""),
        ),
    )
}  # fmt: skip


def sort_of(row: Model) -> Sort:
    return next(one for one in SORTS.values() if one.model is type(row))
