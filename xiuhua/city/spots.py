"""Shops and sites as points in the plane, each with its segment, its side and how far along it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree

from xiuhua.city.compass import LEFT, RIGHT, side_of
from xiuhua.city.ground import Streets, named_by
from xiuhua.city.lines import Floats, Ints, parts_of
from xiuhua.city.models import Shop, Site


@dataclass(frozen=True)
class Spot:
    """A shop or site as the register has it. Without a point it is known by its segment alone."""

    code: str
    name: str
    number: str
    segment: int
    side: str
    along_m: float
    x: float
    y: float

    @property
    def placed(self) -> bool:
        return self.x == self.x


class Spots:
    """Points with codes and names, found by nearness."""

    def __init__(
        self, streets: Streets, rows: Sequence[tuple[str, str, str, str, str, int | None, int | None]]
    ) -> None:
        segment = np.array([streets.number.get(row[3] or "", -1) for row in rows], dtype=np.int64)
        lon = np.array([np.nan if row[5] is None else row[5] / 1e7 for row in rows], dtype=float)
        lat = np.array([np.nan if row[6] is None else row[6] / 1e7 for row in rows], dtype=float)
        self.x, self.y = streets.plane.xy(lon, lat)
        along, off, heading = _on_own_segment(streets, segment, self.x, self.y)
        self.every = [
            Spot(row[0], row[1], row[2], int(segment[n]), _side(row[4], off[n], heading[n]), float(along[n]),
                 float(self.x[n]), float(self.y[n]))
            for n, row in enumerate(rows)
        ]  # fmt: skip
        self.placed = np.flatnonzero(~np.isnan(self.x))
        self.tree = STRtree(shapely.points(self.x[self.placed], self.y[self.placed]))

    def nearest(self, x: Floats, y: Floats, *, reach_m: float) -> tuple[Ints, Floats]:
        """The nearest spot within reach of each point (-1: none), and how far it is."""
        found, distance = np.full(len(x), -1, dtype=np.int64), np.full(len(x), np.nan)
        if len(self.placed):
            for some in parts_of(len(x)):
                (n, hit), far = self.tree.query_nearest(
                    shapely.points(x[some], y[some]), max_distance=reach_m, return_distance=True, all_matches=False
                )
                found[n + some.start], distance[n + some.start] = self.placed[hit], far
        return found, distance


def _on_own_segment(streets: Streets, segment: Ints, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """How far along its own segment each spot stands and how far off it; nan where that is not known.

    The foot is on the own segment even when a side street is nearer, as for the shop at a corner.
    """
    along, off, heading = (np.full(len(x), np.nan) for _ in range(3))
    asked = np.flatnonzero((segment >= 0) & ~np.isnan(x))
    if not len(asked):
        return along, off, heading
    number, feet = streets.lines.within(x[asked], y[asked], np.full(len(asked), 150.0))
    own = feet.line == segment[asked][number]
    at = asked[number[own]]
    along[at], off[at] = feet.along_m[own], feet.off_m[own]
    heading[at] = named_by(streets, feet.line[own], feet.heading[own])
    return along, off, heading


def _side(told: str, off_m: float, heading: float) -> str:
    """The side of a spot: as the register tells it, else as the point shows."""
    if meant := side_of(told, heading) if told in (LEFT, RIGHT) or heading == heading else "":
        return meant
    if off_m != off_m or abs(off_m) < 1.0:
        return ""
    return LEFT if off_m > 0 else RIGHT


def shop_spots(streets: Streets) -> Spots:
    """The shops that are open."""
    fields = ("code", "name", "house_number", "segment__code", "side", "lon_e7", "lat_e7")
    return Spots(streets, list(Shop.objects.in_use().filter(closed_on=None).order_by("id").values_list(*fields)))


def site_spots(streets: Streets) -> Spots:
    """The sites that are inspected."""
    rows = Site.objects.in_use().order_by("id").values_list("code", "name", "segment__code", "lon_e7", "lat_e7")
    return Spots(streets, [(code, name, "", segment, "", lon, lat) for code, name, segment, lon, lat in rows])
