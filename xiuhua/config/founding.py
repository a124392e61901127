"""Founding a bureau of one's own: what `xiuhua init` was told, looked at whole, then done in one transaction."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from shapely import Polygon

from xiuhua.cases.standards import seed_standards
from xiuhua.city.accounts import open_account, secure_account
from xiuhua.city.actions import begin_post, found_bureau, open_unit
from xiuhua.city.models import Bureau, Role, Unit
from xiuhua.city.place_register import seed_site_types
from xiuhua.city.queries import BEGINNING, ROOMS, by_of
from xiuhua.enforcement.law import seed_law
from xiuhua.kit.calendar import seed_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import read_table
from xiuhua.ledger.act import NOBODY, Act

Ring = list[list[float]]
KINDS = {
    "中队": Unit.Kind.SQUAD, "大队": Unit.Kind.SQUAD, "小队": Unit.Kind.TEAM, "科": Unit.Kind.OFFICE,
    "室": Unit.Kind.OFFICE, "股": Unit.Kind.OFFICE, "中心": Unit.Kind.CENTRE, "街道": Unit.Kind.PARTNER,
    "办事处": Unit.Kind.PARTNER,
}  # fmt: skip
"""What a unit is, by the end of its name; what ends otherwise is an office."""

PREFIXES = {Unit.Kind.SQUAD: "Z", Unit.Kind.TEAM: "D", Unit.Kind.CENTRE: "C", Unit.Kind.PARTNER: "P"}
COLUMNS = {
    "name": ("名称", "单位", "单位名称", "name"),
    "code": ("编码", "code"),
    "parent": ("上级", "上级单位", "parent"),
}


@dataclass(frozen=True)
class WantedUnit:
    """A unit as told: its name, and its code and parent where they were given."""

    name: str
    code: str = ""
    parent: str = ""

    @property
    def kind(self) -> str:
        return next((kind for end, kind in KINDS.items() if self.name.endswith(end)), Unit.Kind.OFFICE)


@dataclass(frozen=True)
class Wanted:
    """A bureau as told."""

    name: str
    code: str
    division: str = ""
    boundary: Sequence[Ring] = ()
    units: Sequence[WantedUnit] = ()
    shifts: Sequence[Sequence[str]] = (("08:00", "12:00"), ("14:00", "18:00"))
    rooms: Sequence[str] = BEGINNING
    admin: str = "admin"
    admin_name: str = "系统管理员"
    password: str = ""


@dataclass(frozen=True)
class Founded:
    """The bureau, its units, and the first administrator's password for once when none was chosen."""

    bureau: Bureau
    units: list[Unit]
    username: str
    one_time: str


def found(wanted: Wanted, *, at: dt.datetime) -> Founded:
    """Everything or nothing: the bureau, its units, the first administrator, and the tables that the program starts with."""
    if Bureau.objects.exists():
        raise Refused("city.bureau", "这个数据库里已经有一个局了；一个局一个数据库，再建一个请换 XIUHUA_HOME。")
    _check(wanted)
    moments = iter(at + dt.timedelta(microseconds=n) for n in range(10_000))
    with transaction.atomic():
        seed_calendar()
        seed_standards()
        seed_law()
        seed_site_types()
        bureau = found_bureau(
            _act(next(moments)), code=wanted.code, name=wanted.name, division=wanted.division,
            boundary=wanted.boundary, rooms=[room for room in ROOMS if room in wanted.rooms], shifts=wanted.shifts,
        )  # fmt: skip
        units = _open_units(wanted, moments)
        top = Unit.objects.get(code=wanted.code)
        person = begin_post(
            _act(next(moments)), unit=top, role=Role.ADMINISTRATOR, name=wanted.admin_name, title="系统管理员"
        )
        act = _act(next(moments))
        opened = open_account(replace(act, by=by_of(person, act.at)), person=person, username=wanted.admin)
        if wanted.password:
            act = _act(next(moments))
            secure_account(
                replace(act, by=by_of(person, act.at)), account=opened.account, hashed=make_password(wanted.password)
            )
    return Founded(bureau, units, wanted.admin, "" if wanted.password else opened.password)


def _act(at: dt.datetime) -> Act:
    return Act(by=NOBODY, at=at)


def _check(wanted: Wanted) -> None:
    if not wanted.name.strip():
        raise Refused("city.bureau_name", "请写局的名称，例如 --name 青州市综合行政执法局。", field="name")
    if not re.fullmatch(r"[A-Z0-9]{1,16}", wanted.code):
        raise Refused(
            "init.code",
            "编码 {wanted_code!r} 只能用 1 到 16 位大写字母和数字，例如 QZ。",
            field="code",
            wanted_code=wanted.code,
        )
    if wanted.division and not re.fullmatch(r"\d{6}", wanted.division):
        raise Refused(
            "init.division",
            "行政区划代码 {division} 应为 6 位数字，例如 370781。",
            field="division",
            division=wanted.division,
        )
    unknown = [room for room in wanted.rooms if room not in ROOMS]
    if unknown:
        raise Refused(
            "city.room",
            "没有这些功能：{listed}；可用：{listed2}。",
            field="rooms",
            listed="、".join(unknown),
            listed2="、".join(ROOMS),
        )
    if wanted.password:
        try:
            validate_password(wanted.password)
        except ValidationError as error:
            raise Refused("init.password", "".join(error.messages), field="password") from None


def _open_units(wanted: Wanted, moments: Any) -> list[Unit]:
    """Units in the order told; a parent is named before its child and is the bureau when none is named."""
    opened = {"": Unit.objects.get(code=wanted.code)}
    taken = {one.code for one in wanted.units if one.code} | {wanted.code}
    for one in wanted.units:
        if one.name in opened:
            raise Refused("init.unit", "单位“{one_name}”写了两次。", field="units", one_name=one.name)
        if one.parent not in opened:
            raise Refused(
                "init.unit",
                "“{one_name}”的上级“{parent}”要写在它前面。",
                field="units",
                one_name=one.name,
                parent=one.parent,
            )
        prefix = PREFIXES.get(Unit.Kind(one.kind), "K")
        code = one.code or next(f"{prefix}{n}" for n in range(1, 10_000) if f"{prefix}{n}" not in taken)
        taken.add(code)
        unit = open_unit(_act(next(moments)), code=code, name=one.name, kind=one.kind, parent=opened[one.parent])
        opened[one.name] = unit
    return [unit for name, unit in opened.items() if name]


# ---------------------------------------------------------------- what was told


def read_hours(text: str) -> list[list[str]]:
    """Work hours such as `08:00-12:00,14:00-18:00`; a night shift may end the next morning."""
    pairs = []
    for part in re.split(r"[,，]", text):
        try:
            begins, ends = (dt.time.fromisoformat(one.strip()) for one in re.split(r"[-—~]", part))
        except ValueError:
            raise Refused(
                "init.hours",
                "工作时间“{part}”读不出来，请写成 08:00-12:00,14:00-18:00。",
                field="work_hours",
                part=part.strip(),
            ) from None
        pairs.append([f"{begins:%H:%M}", f"{ends:%H:%M}"])
    if any(later[0] < earlier[1] for earlier, later in pairwise(pairs)):
        raise Refused("init.hours", "工作时间“{text}”前后重叠，请从早到晚写。", field="work_hours", text=text)
    return pairs


def read_units(path: Path) -> list[WantedUnit]:
    """Units from a sheet with a 名称 column, and 编码 and 上级 where wanted."""
    table = read_table(_bytes(path), path.name)
    named = {ours: next((one for one in table.headers if one in theirs), None) for ours, theirs in COLUMNS.items()}
    if named["name"] is None:
        raise Refused(
            "init.units",
            "{path_name} 缺少“名称”这一列；现有的列：{listed}。",
            field="units",
            path_name=path.name,
            listed="、".join(table.headers),
        )
    told = [{ours: row.get(header or "", "").strip() for ours, header in named.items()} for _n, row in table.rows]
    return [WantedUnit(one["name"], one["code"].upper(), one["parent"]) for one in told if one["name"]]


def read_boundary(path: Path) -> list[Ring]:
    """The outer rings of the polygons of a GeoJSON file, in WGS84; a broken ring is refused."""
    try:
        told = json.loads(_bytes(path))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refused(
            "init.boundary", "{path_name} 不是 GeoJSON：{error}。", field="boundary", path_name=path.name, error=error
        ) from error
    rings = [ring for shape in _shapes(told) for ring in _outer(shape)]
    if not rings:
        raise Refused(
            "init.boundary", "{path_name} 里没有面（Polygon 或 MultiPolygon）。", field="boundary", path_name=path.name
        )
    for number, ring in enumerate(rings, start=1):
        fit = all(len(point) > 1 and abs(point[0]) <= 180 and abs(point[1]) <= 90 for point in ring)
        if len(ring) < 4 or not fit or not Polygon(ring).is_valid:
            raise Refused(
                "init.boundary",
                "{path_name} 的第 {number} 个面不成形：点太少、自相交，或者不是经纬度。",
                field="boundary",
                path_name=path.name,
                number=number,
            )
    return rings


def _shapes(told: Any) -> list[dict[str, Any]]:
    match told:
        case {"type": "FeatureCollection", "features": [*features]}:
            return [shape for feature in features for shape in _shapes(feature)]
        case {"type": "Feature", "geometry": geometry}:
            return _shapes(geometry)
        case {"type": "GeometryCollection", "geometries": [*geometries]}:
            return [shape for geometry in geometries for shape in _shapes(geometry)]
        case {"type": "Polygon" | "MultiPolygon", "coordinates": [*_]}:
            return [told]
    return []


def _outer(shape: dict[str, Any]) -> list[Ring]:
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    try:
        return [[[float(x), float(y)] for x, y, *_height in polygon[0]] for polygon in polygons]
    except (TypeError, ValueError, IndexError):
        raise Refused("init.boundary", "边界里的坐标读不出来，要成对的经度和纬度。", field="boundary") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused("init.file", "{path} 读不出来：{strerror}。", path=path, strerror=error.strerror) from error
