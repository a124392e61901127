"""The demo city's areas and permitted places, registered by its office as a real bureau's would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from xiuhua.city.models import Area, PermittedPlace, Segment, Unit
from xiuhua.city.place_import import register_places
from xiuhua.config.demo.shops import beside
from xiuhua.config.demo.streets import DemoCity
from xiuhua.config.demo.streets import Segment as Drawn
from xiuhua.ledger.act import Act

DIVISION, NAME = "370781", "青州市"
COUNTRY_TOWNS = {
    "370781100": "弥河镇", "370781101": "王坟镇", "370781103": "庙子镇", "370781105": "邵庄镇", "370781109": "高柳镇",
    "370781111": "何官镇", "370781113": "东夏镇", "370781115": "谭坊镇",
}  # fmt: skip
"""Towns beyond the demonstration's streets: real names and codes, without ground."""

PLACES: tuple[dict[str, Any], ...] = (
    # road, which of its segments, side, from metre, to metre, off the middle from, to; then what is permitted
    {"on": ("偶园街", 1, "left", 20, 120, 4, 12), "name": "偶园街夜市", "kind": "night_market", "matters": ["stall"],
     "hours": [["18:00", "23:00"]], "season": ["04-15", "10-31"], "stalls": [str(n) for n in range(1, 41)]},
    {"on": ("北门街", 1, "right", 20, 80, 8, 20), "name": "北门街便民疏导点", "kind": "vending", "matters": ["stall"],
     "hours": [["06:00", "08:30"], ["18:00", "22:00"]]},
    {"on": ("东门街", 2, "left", 20, 90, 8, 20), "name": "东门街便民疏导点", "kind": "vending", "matters": ["stall"],
     "hours": [["18:00", "22:00"]]},
    {"on": ("旗城路", 1, "right", 20, 90, 8, 20), "name": "旗城路瓜果疏导点", "kind": "vending", "matters": ["stall"],
     "hours": [["08:00", "20:00"]], "season": ["05-01", "09-30"]},
    {"on": ("荣利街", 2, "left", 15, 110, 5, 7.5), "name": "荣利街路内停车泊位", "kind": "bay", "matters": ["parking"],
     "hours": [], "paper": "青交设〔2020〕3号"},
    {"on": ("玲珑山路", 2, "right", 15, 100, 5, 7), "name": "玲珑山路校门口临停线", "kind": "line", "matters": ["parking"],
     "hours": [["07:00", "08:00"], ["16:30", "18:00"]], "weekdays": [1, 2, 3, 4, 5], "holidays": "closed"},
    {"on": ("荣利街", 4, "right", 20, 150, 8, 24), "name": "荣利街周末集市", "kind": "fair", "matters": ["stall", "shopfront"],
     "hours": [["07:00", "12:00"]], "weekdays": [6, 7]},
)  # fmt: skip


def register_ground(act: Callable[[], Act], drawn: DemoCity, units: dict[str, Unit], begins_on: dt.date) -> None:
    """The tree of areas down to the communities, and a few places where stalls and cars are permitted."""
    areas = [
        Area(code=DIVISION, name=NAME, shape=[[_closed(drawn.boundary)]]),
        *(Area(code=one.code, name=one.name, shape=[[_closed(one.ring)]]) for one in drawn.towns),
        *(Area(code=code, name=name) for code, name in COUNTRY_TOWNS.items()),
        *(Area(code=one.code, name=one.name, shape=[[_closed(one.ring)]]) for one in drawn.communities),
    ]
    for row in areas:
        row.level = {6: "division", 9: "street", 12: "community"}[len(row.code)]
    register_places(act(), sort="area", rows=areas, system="wgs84")
    rows = [_permitted(n, told, drawn, units, begins_on) for n, told in enumerate(PLACES, start=1)]
    register_places(act(), sort="permitted", rows=rows, system="wgs84")


def _closed(ring: Any) -> list[list[float]]:
    return [[round(lon, 7), round(lat, 7)] for lon, lat in ring]


def _permitted(
    n: int, told: dict[str, Any], drawn: DemoCity, units: dict[str, Unit], begins_on: dt.date
) -> PermittedPlace:
    road, which, side, begins, ends, near, far = told["on"]
    long_enough = [one for one in drawn.segments if one.name.startswith(road) and one.length_m > ends + 20]
    segment = long_enough[which % len(long_enough)]
    squad = next((unit for unit in units.values() if unit.name == segment.squad), None)
    return PermittedPlace(
        code=f"XK{n:03d}", begins_on=begins_on, ends_on=begins_on.replace(year=begins_on.year + 10),
        segment=Segment.objects.get(code=segment.code), shape=_strip(segment, side, begins, ends, near, far),
        unit=squad, cleared_by=squad, clear_within_min=30 if told["matters"] != ["parking"] else None,
        **{name: value for name, value in told.items() if name != "on"},
    )  # fmt: skip


def _strip(segment: Drawn, side: str, begins: float, ends: float, near: float, far: float) -> dict[str, Any]:
    """A strip of ground along a street: between two distances along it and two beside it."""
    corners = [
        beside(segment, along, off, side=side)
        for along, off in ((begins, near), (ends, near), (ends, far), (begins, far))
    ]
    ring = [[round(lon, 7), round(lat, 7)] for lon, lat in [*corners, corners[0]]]
    return {"type": "Polygon", "coordinates": [ring]}
