"""What lies at a point: segment with side, grid and boundary, from trees of shapes kept per process.

One point and a million take the same way: a question about one is a question about many with one row.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from xiuhua.city.ground import Grids, Plane, Streets, area, drawn
from xiuhua.city.lines import Feet, Floats, Ints
from xiuhua.city.models import Bureau, Grid
from xiuhua.city.stamps import stamps
from xiuhua.kit.points import Point

REACH_M = 300.0
TIE_M = 8.0
"""As near as that to a second segment or grid, either may be meant: a good phone is off by about so much."""
OTHER_SIDE_M = 40.0
"""As wide as the widest street: that far beyond a segment of the other side the own side's may be drawn."""


@dataclass(frozen=True)
class Near:
    """The nearest segment to a point, how far away in metres, and the runner-up when it is nearly as near."""

    segment: str
    distance_m: float
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rivals:
    """Other segments (or grids) nearly as near: the number of the point, which one, and metres beyond the nearest."""

    point: Ints
    which: Ints
    beyond_m: Floats


class Places:
    """Shapes of one state of the register, in a local plane."""

    def __init__(self, streets: Streets, grids: Grids, rings: Sequence[Any]) -> None:
        self.streets, self.grids = streets, grids
        self.plane = streets.plane
        self.boundary_rings = rings
        self.boundary = [area(self.plane, [ring]) for ring in rings if drawn([ring])]
        shapely.prepare(self.boundary)

    # One point: a column with one row.

    def segment_at(self, point: Point, *, reach_m: float = REACH_M, tie_m: float = TIE_M) -> Near | None:
        """The nearest segment within reach; rivals are others at most `tie_m` metres further away."""
        x, y = self._column(point)
        feet = self.nearest(x, y, reach_m=reach_m)
        if feet.line[0] < 0:
            return None
        rivals = self.rivals(x, y, feet, tie_m=tie_m)
        codes = self.streets.codes
        return Near(
            codes[feet.line[0]], float(feet.distance_m[0]), tuple(sorted(codes[i] for i in rivals.which.tolist()))
        )

    def grid_at(self, point: Point) -> str:
        """The unit grid that holds a point; empty outside all grids."""
        found = int(self.grids.holding(*self._column(point))[0])
        return self.grids.codes[found] if found >= 0 else ""

    def inside(self, point: Point) -> bool:
        """Whether a point lies in the bureau's boundary; yes when no boundary is known."""
        return not self.boundary or bool(self.covers(np.array([point.lon]), np.array([point.lat]))[0])

    def distance_m(self, segment: str, point: Point) -> float | None:
        """Metres from a point to a segment, however far; none when the segment is not drawn."""
        number = self.streets.number.get(segment)
        if number is None or self.streets.lines.first[number] == self.streets.lines.last[number]:
            return None
        (x,), (y,) = self._column(point)
        return self.streets.lines.foot(number, float(x), float(y))[0]

    def _column(self, point: Point) -> tuple[Floats, Floats]:
        return self.plane.xy(np.array([point.lon]), np.array([point.lat]))

    # Many points.

    def nearest(self, x: Floats, y: Floats, *, reach_m: float = REACH_M) -> Feet:
        """The nearest segment within reach of each point. One that is only the north side of its line is not meant by a
        point to the south of it while another is at most `OTHER_SIDE_M` further."""
        feet = self.streets.lines.nearest(x, y, reach_m=reach_m)
        wrong = np.flatnonzero(self._on_the_wrong_side(feet))
        if len(wrong):
            number, others = self.streets.lines.within(x[wrong], y[wrong], feet.distance_m[wrong] + OTHER_SIDE_M)
            right = np.flatnonzero(~self._on_the_wrong_side(others))
            right = right[np.argsort(others.distance_m[right], kind="stable")]
            number, first = np.unique(number[right], return_index=True)
            for name, column in vars(feet).items():
                column[wrong[number]] = getattr(others, name)[right[first]]
        return feet

    def _on_the_wrong_side(self, feet: Feet) -> np.ndarray:
        only = self.streets.only
        if not only.any():
            return np.zeros(len(feet.line), dtype=bool)
        return (feet.line >= 0) & (only[feet.line] * feet.off_m < 0)

    def covers(self, lon: Floats, lat: Floats) -> np.ndarray:
        """Which points lie in the bureau's boundary; a point that is none lies nowhere."""
        found = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        if not self.boundary:
            return np.asarray(found)
        x, y = self.plane.xy(np.where(found, lon, 0.0), np.where(found, lat, 0.0))
        hit = np.zeros(len(x), dtype=bool)
        for shape in self.boundary:
            hit |= shapely.intersects_xy(shape, x, y)
        return np.asarray(found & hit)

    def located(self, lon: Floats, lat: Floats) -> tuple[list[str], list[str]]:
        """The nearest segment within reach of each point, and the grid that holds it; empty codes where there is none."""
        x, y = self.plane.xy(lon, lat)
        feet, grids = self.nearest(x, y), self.grids.holding(x, y)
        return coded(self.streets.codes, feet.line), coded(self.grids.codes, grids)

    def rivals(self, x: Floats, y: Floats, feet: Feet, *, tie_m: float = TIE_M) -> Rivals:
        """The other segments that are at most `tie_m` further from a point than its nearest."""
        asked = np.flatnonzero(feet.line >= 0)
        number, others = self.streets.lines.within(x[asked], y[asked], feet.distance_m[asked] + tie_m)
        number = asked[number]
        other = (others.line != feet.line[number]) & ~self._on_the_wrong_side(others)
        number = number[other]
        return Rivals(number, others.line[other], others.distance_m[other] - feet.distance_m[number])

    def grid_rivals(self, x: Floats, y: Floats, holding: Ints, *, tie_m: float = TIE_M) -> Rivals:
        """The grids whose border is at most `tie_m` from a point, beside the one that holds it."""
        number, edges = self.grids.edges.within(x, y, np.full(len(x), tie_m))
        other = edges.line != holding[number]
        return Rivals(number[other], edges.line[other], edges.distance_m[other])


def coded(codes: Sequence[str], numbers: Ints) -> list[str]:
    """The codes of numbers; empty for -1."""
    every = np.array([*codes, ""], dtype=object)
    found: list[str] = every[numbers].tolist()
    return found


def places() -> Places:
    """The shapes of the register as it stands; what changed is built anew."""
    now = stamps()
    streets = _streets(now["city_segment"], now["city_bureau"])
    grids = _grids(now["city_grid"], streets.plane)
    return _places(streets, grids, now["city_bureau"])


@functools.lru_cache(maxsize=2)
def _streets(stamp: str, bureau: str) -> Streets:
    return Streets(_somewhere())


@functools.lru_cache(maxsize=2)
def _grids(stamp: str, plane: Plane) -> Grids:
    return Grids(plane)


@functools.lru_cache(maxsize=2)
def _places(streets: Streets, grids: Grids, stamp: str) -> Places:
    return Places(streets, grids, _boundary())


def _boundary() -> list[Any]:
    bureau = Bureau.objects.first()
    return bureau.boundary if bureau else []


def _somewhere() -> Sequence[float]:
    """A point of the city when no street is drawn yet."""
    first = Grid.objects.in_use().values_list("rings", flat=True)[:1]
    rings = _boundary() or [rings[0] for rings in first if drawn(rings)]
    found: Sequence[float] = rings[0][0] if rings and rings[0] else (0.0, 0.0)
    return found
