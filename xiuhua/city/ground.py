"""The ground as layers of shapes in one plane: streets and grids, each of one state of its table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Polygon

from xiuhua.city.compass import LEFT, RIGHT, side_of
from xiuhua.city.lines import Floats, Ints, Lines, parts_of
from xiuhua.city.models import Grid, Segment
from xiuhua.kit.points import METRES_PER_DEGREE


@dataclass(frozen=True)
class Plane:
    """Metres east and north, true at one latitude; within a city of 50 km lengths are off by less than 0.5 %."""

    lat0: float

    @property
    def kx(self) -> float:
        return METRES_PER_DEGREE * math.cos(math.radians(self.lat0))

    def xy(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        return np.asarray(lon, dtype=float) * self.kx, np.asarray(lat, dtype=float) * METRES_PER_DEGREE

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        return round(x / self.kx, 7), round(y / METRES_PER_DEGREE, 7)

    def points(self, line: Sequence[Sequence[float]]) -> Floats:
        told = np.array([point[:2] for point in line], dtype=float).reshape(-1, 2)
        return told * [self.kx, METRES_PER_DEGREE]


class Streets:
    """The segments of the register that are drawn, in the plane."""

    def __init__(self, somewhere: Sequence[float]) -> None:
        every = Segment.objects.in_use().order_by("id").values_list(*_STREET)
        rows = [row for row in every if len(row[-1]) > 1]
        self.codes = [row[0] for row in rows]
        self.roads = [row[1] for row in rows]
        self.ends = [(row[2], row[3]) for row in rows]
        self.classes = [row[4] for row in rows]
        firsts = [row[-1][0] for row in rows] or [somewhere]
        self.plane = Plane(round(sum(point[1] for point in firsts) / len(firsts), 3))
        self.lines = Lines([self.plane.points(row[-1]) for row in rows])
        self.chord, self.straight = self.lines.chords()
        self.only = np.array([_only(row[5], heading) for row, heading in zip(rows, self.chord, strict=True)], dtype=int)
        self.number = {code: n for n, code in enumerate(self.codes)}

    def heading(self, line: int, along_m: float) -> float:
        """The direction by which the sides of a segment are named: that of the whole, at a bend that of the place."""
        return float(named_by(self, np.array([line]), np.array([self.lines.heading_at(line, along_m)]))[0])


_STREET = ("code", "road", "from_name", "to_name", "cls", "side", "line")


def _only(side: str, heading: float) -> int:
    """1 for a segment that is only the left side of its line, -1 for the right, 0 for both."""
    meant = side_of(side, heading)
    return 1 if meant == LEFT else -1 if meant == RIGHT else 0


def named_by(streets: Streets, line: Ints, heading: Floats) -> Floats:
    """The directions by which sides are named: of the whole segment unless the street runs otherwise at the place."""
    whole = streets.chord[line]
    other = (np.cos(heading - whole) < 0.5) | (streets.straight[line] < 0.3)
    return np.where(other, heading, whole)


class Grids:
    """The unit grids that are drawn, in the plane. A ring that crosses itself is taken as what it encloses."""

    def __init__(self, plane: Plane) -> None:
        every = Grid.objects.in_use().order_by("id").values_list("code", "name", "rings")
        rows = [row for row in every if drawn(row[2])]
        self.codes = [row[0] for row in rows]
        self.names = [row[1] for row in rows]
        self.shapes = [area(plane, row[2]) for row in rows]
        self.tree = STRtree(self.shapes)
        edges = [plane.points([*ring, ring[0]]) for row in rows for ring in row[2][:1]]
        self.edges = Lines(edges)
        shapely.prepare(self.shapes)

    def holding(self, x: Floats, y: Floats) -> Ints:
        """The grid that holds each point, the first of several; -1 outside all."""
        found = np.full(len(x), len(self.codes), dtype=np.int64)
        if self.shapes:
            for some in parts_of(len(x)):
                n, grid = self.tree.query(shapely.points(x[some], y[some]), predicate="intersects")
                np.minimum.at(found, n + some.start, grid)
        return np.where(found == len(self.codes), -1, found)


def drawn(rings: Sequence[Any]) -> bool:
    return bool(rings) and len(rings[0]) >= 3


def area(plane: Plane, rings: Sequence[Any]) -> Any:
    holes = [plane.points(ring) for ring in rings[1:] if len(ring) >= 3]
    return shapely.make_valid(Polygon(plane.points(rings[0]), holes))
