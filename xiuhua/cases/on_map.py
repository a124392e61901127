"""Cases on a map: what a view shows as pins and groups, counted in the database, and what lies in a drawn area.

A view is cut into cells of whole 1e-7 degrees. Each case lies in exactly one cell, both databases divide the same
integers, and a group stands at the mean of its cases, so the answer is the same on both.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from django.db.models import Case as When
from django.db.models import Count, ExpressionWrapper, F, IntegerField, Min, Q, Sum
from django.db.models import When as If
from django.db.models.fields import BigIntegerField

from xiuhua.cases import flow
from xiuhua.cases.models import Case, CaseQuerySet
from xiuhua.kit.refusals import Refused

WORLD_E7 = 3_600_000_000
EAST_E7, NORTH_E7 = 1_800_000_000, 900_000_000
TILE_PIXELS = 512
"""How wide the world is drawn at zoom 0."""
CELL_PIXELS = 64
FINE_PIXELS = 16
"""Cells for groups of pins, and for the heat."""
DEEPEST = 19
PINS = 400
"""Up to so many cases a view shows each by itself."""
MOST_CORNERS = 500
PIN_FIELDS = ("id", "number", "lon_e7", "lat_e7", "category", "place", "state", "due_at", "paused_at", "late")


@dataclass(frozen=True, slots=True)
class View:
    """A piece of the map in 1e-7 degrees, east and north excluded, and how near it is looked at (0–19)."""

    west: int
    south: int
    east: int
    north: int
    zoom: int

    def cell(self, pixels: int) -> tuple[int, int]:
        """The width and height of a cell; as high as it is wide on the screen at the view's whole degree."""
        wide = max(WORLD_E7 * pixels // (TILE_PIXELS << self.zoom), 1)
        middle = min(abs(round((self.south + self.north) / 2e7)), 85)
        return wide, max(int(wide * math.cos(math.radians(middle))), 1)


def view_of(text: str, zoom: int) -> View | None:
    """A view told as `west,south,east,north` in degrees; what is no view counts as not told."""
    try:
        west, south, east, north = (round(float(part) * 1e7) for part in text.split(","))
    except (ValueError, OverflowError):
        return None
    if not (west < east and south < north):
        return None
    return View(
        max(west, -EAST_E7), max(south, -NORTH_E7), min(east, EAST_E7) + 1, min(north, NORTH_E7) + 1,
        min(max(zoom, 0), DEEPEST),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Several cases that lie near each other: where in degrees, how many, how many of them late."""

    lon: float
    lat: float
    cases: int
    late: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view shows, and how many cases are in it."""

    pins: Sequence[Case]
    groups: Sequence[Group]
    cases: int


def inside(cases: CaseQuerySet, view: View) -> CaseQuerySet:
    """The cases of a view."""
    return cases.filter(
        lon_e7__gte=view.west, lon_e7__lt=view.east, lat_e7__gte=view.south, lat_e7__lt=view.north
    ).order_by()


def grouped(cases: CaseQuerySet, view: View, late: Q, *, pixels: int = CELL_PIXELS) -> list[tuple[Group, int]]:
    """The cells of a view that hold cases, each with the id of its first: one query, whatever the number of cases."""
    wide, high = view.cell(pixels)
    whole: BigIntegerField[int, int] = BigIntegerField()
    rows = (
        inside(cases, view)
        .annotate(
            column=ExpressionWrapper((F("lon_e7") + EAST_E7) / wide, whole),
            row=ExpressionWrapper((F("lat_e7") + NORTH_E7) / high, whole),
        )
        .values("column", "row")
        .annotate(
            n=Count("id"), first=Min("id"), east=Sum("lon_e7"), north=Sum("lat_e7"),
            n_late=Sum(When(If(late, then=1), default=0, output_field=IntegerField())),
        )
        .values_list("n", "first", "east", "north", "n_late")
    )  # fmt: skip
    return [
        (Group(round(int(east) / n / 1e7, 7), round(int(north) / n / 1e7, 7), n, int(n_late)), first)
        for n, first, east, north, n_late in rows
    ]


def shown(cases: CaseQuerySet, view: View, late: Q) -> Shown:
    """Pins where there is room for each, else groups; a cell with one case is a pin."""
    cells = grouped(cases, view, late)
    total = sum(group.cases for group, _first in cells)
    if total <= PINS:
        return Shown(list(inside(cases, view).only(*PIN_FIELDS)), (), total)
    alone = [first for group, first in cells if group.cases == 1]
    pins = list(Case.objects.filter(pk__in=alone[: PINS * 2]).only(*PIN_FIELDS))
    rest = [group for group, first in cells if group.cases > 1]
    return Shown(pins, rest, total)


def area_of(text: str) -> shapely.Polygon | None:
    """A drawn area told as `lon,lat;lon,lat;…` in degrees; empty is none, and a bad one is refused in words."""
    if not text.strip():
        return None
    try:
        corners = [tuple(float(part) for part in corner.split(",")) for corner in text.split(";")]
        if not all(len(corner) == 2 and all(map(math.isfinite, corner)) for corner in corners):
            raise ValueError
    except ValueError:
        raise Refused("map.area_unreadable", "画的范围读不出来，请在地图上重新画。", field="area") from None
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise Refused("map.area_corners", "范围要有 3 到 500 个角，请在地图上重新画。", field="area")
    area = shapely.Polygon(corners)
    if not area.is_valid or area.area == 0:
        raise Refused("map.area_crossed", "画的边线自己交叉了，请重新画一个不交叉的范围。", field="area")
    return area


@dataclass(frozen=True, slots=True)
class Within:
    """What lies in a drawn area: the ids, newest first, and how many of each category."""

    ids: Sequence[int]
    by_category: Mapping[str, int]


def within(cases: CaseQuerySet, area: shapely.Polygon) -> Within:
    """The cases that lie in an area or on its edge."""
    west, south, east, north = (round(part * 1e7) for part in area.bounds)
    box = View(west, south, east + 1, north + 1, DEEPEST)
    rows = inside(cases, box).values_list("id", "lon_e7", "lat_e7", "category")
    placed = [
        (pk, lon / 1e7, lat / 1e7, category) for pk, lon, lat, category in rows if lon is not None and lat is not None
    ]
    shapely.prepare(area)
    hits = shapely.intersects_xy(area, [lon for _pk, lon, _lat, _c in placed], [lat for _pk, _lon, lat, _c in placed])
    found = [(pk, category) for (pk, _lon, _lat, category), hit in zip(placed, hits, strict=True) if hit]
    return Within(sorted((pk for pk, _category in found), reverse=True), Counter(category for _pk, category in found))


def open_at(moment: dt.datetime) -> Q:
    """Cases that had been reported and were not done yet: open still, or done by a last step after that moment.

    A case that was done and came back counts as open in between; the ledger's own measure tells that apart.
    """
    return Q(reported_at__lt=moment) & (Q(state__in=flow.OPEN) | Q(moved_at__gte=moment))
