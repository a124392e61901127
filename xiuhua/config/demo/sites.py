"""Places that are looked at as a whole: markets, stops, schools, squares; types A-J of the site checklists."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from xiuhua.city.road_lines import Lonlat
from xiuhua.config.demo.plan import COMMUNITY_STEMS
from xiuhua.config.demo.shops import beside
from xiuhua.config.demo.streets import DemoCity, Segment

TYPES = {
    "A": "主次干道/商业大街",
    "B": "背街小巷",
    "C": "农贸(集贸)市场及周边",
    "D": "公交站台",
    "E": "汽车站/火车站及站前广场",
    "F": "商场超市及门前区域",
    "G": "居民小区/社区",
    "H": "学校(校园)周边",
    "I": "公共广场/公园",
    "J": "建筑工地及沿线",
}
"""Codes and names of the site checklists."""

COUNTS = {"A": 5, "B": 5, "C": 5, "D": 6, "E": 2, "F": 4, "G": 6, "H": 5, "I": 3, "J": 3}
OFF_M = {
    "A": 0.0,
    "B": 0.0,
    "C": 45.0,
    "D": 6.0,
    "E": 60.0,
    "F": 35.0,
    "G": 70.0,
    "H": 50.0,
    "I": 60.0,
    "J": 55.0,
}
ENDINGS = {
    "C": ("农贸市场", "便民市场"),
    "F": ("购物广场", "超市", "商厦"),
    "G": ("小区", "花园", "家园"),
    "H": ("小学", "中学", "幼儿园"),
    "I": ("广场", "公园", "游园"),
    "J": ("片区工地", "苑工地"),
}
WIDE = ("primary", "secondary")


@dataclass(frozen=True, slots=True)
class Site:
    """A site of the demo city; a street or lane is a site by its segment."""

    code: str
    type_code: str
    type_name: str
    name: str
    point: Lonlat
    segment: str
    grid: str
    squad: str


def draw_sites(city: DemoCity, seed: int) -> list[Site]:
    """44 sites, at least one of every type, each beside a segment of its own."""
    random = Random(f"sites-{seed}")
    wide = [s for s in city.segments if s.cls in WIDE and s.length_m > 150]
    small = [s for s in city.segments if s.cls == "residential"]
    random.shuffle(wide)
    random.shuffle(small)
    stems = [*COMMUNITY_STEMS, *(f"新{stem}" for stem in COMMUNITY_STEMS)]
    random.shuffle(stems)
    sites: list[Site] = []
    for kind, count in COUNTS.items():
        for n in range(count):
            segment = small.pop() if kind == "B" else wide.pop()
            name = _name(kind, n, segment, stem=stems.pop() if kind in ENDINGS else "")
            sites.append(_site(city, kind, name, segment, place=len(sites) + 1, side=random.choice(SIDES)))
    return sites


SIDES = ("left", "right")


def _name(kind: str, n: int, segment: Segment, *, stem: str) -> str:
    if kind in "AB":
        return segment.title if kind == "A" else segment.name
    if kind == "D":
        return f"{segment.name}{segment.to_name}公交站"
    if kind == "E":
        return ("示范汽车站", "示范火车站")[n % 2]
    return stem + ENDINGS[kind][n % len(ENDINGS[kind])]


def _site(city: DemoCity, kind: str, name: str, segment: Segment, *, place: int, side: str) -> Site:
    point = beside(segment, segment.length_m / 2, OFF_M[kind], side=side)
    grid = city.grid_at(point)
    return Site(f"D{place:03d}", kind, TYPES[kind], name, point, segment.code, grid, city.squad_of(grid))
