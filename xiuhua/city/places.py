"""What lies at a point: segment, grid and boundary, from trees of shapes kept per process."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from shapely import Point as ShapePoint
from shapely import STRtree
from shapely.geometry import LineString, Polygon

from xiuhua.city.models import Bureau, Grid, Segment
from xiuhua.kit.points import METRES_PER_DEGREE, Point

REACH_M = 300.0


@dataclass(frozen=True)
class Near:
    """The nearest segment to a point, how far away in metres, and the runner-up when it is nearly as near."""

    segment: str
    distance_m: float
    rivals: tuple[str, ...] = ()


class Places:
    """Shapes of one state of the register, in a local plane: metres east and north of the first point."""

    def __init__(self) -> None:
        segments = [row for row in Segment.objects.filter(ended_on=None).values_list("code", "line") if len(row[1]) > 1]
        grids = [row for row in Grid.objects.filter(ended_on=None).values_list("code", "rings") if row[1]]
        bureau = Bureau.objects.first()
        self.boundary_rings = bureau.boundary if bureau else []
        every = [point for _, line in segments for point in line[:1]] or [[0.0, 0.0]]
        self.lat0 = sum(point[1] for point in every) / len(every)
        self.kx = METRES_PER_DEGREE * math.cos(math.radians(self.lat0))
        self.codes = [code for code, _ in segments]
        self.lines = [LineString([self.plane(*point[:2]) for point in line]) for _, line in segments]
        self.tree = STRtree(self.lines)
        self.grid_codes = [code for code, _ in grids]
        self.grid_shapes = [Polygon([self.plane(*point[:2]) for point in rings[0]]) for _, rings in grids]
        self.grid_tree = STRtree(self.grid_shapes)
        self.boundary = [Polygon([self.plane(*point[:2]) for point in ring]) for ring in self.boundary_rings]
        shapely.prepare([*self.boundary, *self.grid_shapes])

    def plane(self, lon: float, lat: float) -> tuple[float, float]:
        return lon * self.kx, lat * METRES_PER_DEGREE

    def spot(self, point: Point) -> ShapePoint:
        """A point in the local plane."""
        return ShapePoint(self.plane(point.lon, point.lat))

    def segment_at(self, point: Point, *, reach_m: float = REACH_M, tie_m: float = 8.0) -> Near | None:
        """The nearest segment within reach; rivals are others at most `tie_m` metres further away."""
        if not self.lines:
            return None
        spot = ShapePoint(self.plane(point.lon, point.lat))
        nearest = self.tree.nearest(spot)
        distance = float(self.lines[nearest].distance(spot))
        if distance > reach_m:
            return None
        close = self.tree.query(spot, predicate="dwithin", distance=distance + tie_m)
        rivals = tuple(sorted(self.codes[i] for i in close if i != nearest))
        return Near(self.codes[nearest], distance, rivals)

    def grid_at(self, point: Point) -> str:
        """The unit grid that holds a point; empty outside all grids."""
        spot = ShapePoint(self.plane(point.lon, point.lat))
        hits = self.grid_tree.query(spot, predicate="intersects")
        return self.grid_codes[int(min(hits))] if len(hits) else ""

    def inside(self, point: Point) -> bool:
        """Whether a point lies in the bureau's boundary; yes when no boundary is known."""
        if not self.boundary:
            return True
        spot = ShapePoint(self.plane(point.lon, point.lat))
        return any(shape.intersects(spot) for shape in self.boundary)

    # The same questions about many points at once.

    def covers(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Which points lie in the bureau's boundary; a point that is none lies nowhere."""
        found = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        if not self.boundary:
            return np.asarray(found)
        x, y = np.where(found, lon, 0.0) * self.kx, np.where(found, lat, 0.0) * METRES_PER_DEGREE
        hit = np.zeros(len(x), dtype=bool)
        for shape in self.boundary:
            hit |= shapely.intersects_xy(shape, x, y)
        return np.asarray(found & hit)

    def located(self, lon: np.ndarray, lat: np.ndarray) -> tuple[list[str], list[str]]:
        """The nearest segment within reach of each point, and the grid that holds it; empty codes where there is none."""
        segments, grids = [""] * len(lon), [""] * len(lon)
        if not len(lon):
            return segments, grids
        points = shapely.points(np.column_stack([lon * self.kx, lat * METRES_PER_DEGREE]))
        if self.lines:
            for n, i in self.tree.query_nearest(points, max_distance=REACH_M, all_matches=False).T.tolist():
                segments[n] = self.codes[i]
        if self.grid_shapes:
            for n, i in sorted(self.grid_tree.query(points, predicate="intersects").T.tolist(), reverse=True):
                grids[n] = self.grid_codes[i]
        return segments, grids


def places() -> Places:
    """The shapes of the register as it stands; built anew when the register has changed."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return _places(cursor.fetchone())


STAMP = """
    SELECT (SELECT COUNT(*) FROM city_segment), (SELECT MAX(id) FROM city_segment), (SELECT MAX(code) FROM city_segment),
           (SELECT COUNT(*) FROM city_grid), (SELECT MAX(id) FROM city_grid), (SELECT MAX(code) FROM city_grid),
           (SELECT key FROM city_placeedit ORDER BY id DESC LIMIT 1),
           (SELECT CAST(boundary AS TEXT) FROM city_bureau ORDER BY id LIMIT 1)
"""


@functools.lru_cache(maxsize=2)
def _places(stamp: tuple[object, ...]) -> Places:
    return Places()
