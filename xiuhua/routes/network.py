"""A street network as a graph of its segments: who meets whom at which junction, and how far it is along the street.

Positions are metres in any flat system, or longitude and latitude (WGS84), which `flat` lays out in metres first.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely

Line = Sequence[tuple[float, float]]
METRES_A_DEGREE = math.radians(6_371_008.8)


def flat(lines: Sequence[Line]) -> list[list[tuple[float, float]]]:
    """Longitude and latitude laid out in metres around the middle latitude.

    Within 50 km of that latitude lengths are right to 1 %, which moves shares of a load far less: all err alike.
    """
    every = [point for line in lines for point in line]
    if not every:
        return []
    lat = (min(p[1] for p in every) + max(p[1] for p in every)) / 2
    across = METRES_A_DEGREE * math.cos(math.radians(lat))
    return [[(lon * across, y * METRES_A_DEGREE) for lon, y in line] for line in lines]


@dataclass(frozen=True)
class Network:
    """Segments with their neighbours.

    `ends[i]` are the junctions of segment `i`; `near[i]` the segments that meet it at one; `length_m[i]` its length;
    `part[i]` the number of the connected component that it lies in, the longest first; `links` joins the components
    into one by the shortest gaps: `(segment, segment, metres)`, one less than there are components.
    """

    ends: tuple[tuple[int, int], ...]
    near: tuple[tuple[int, ...], ...]
    length_m: tuple[float, ...]
    part: tuple[int, ...]
    links: tuple[tuple[int, int, float], ...]

    @property
    def size(self) -> int:
        return len(self.near)

    @property
    def parts(self) -> int:
        return max(self.part, default=-1) + 1

    def roads(self) -> list[list[tuple[int, float]]]:
        """For every segment the ones next to it with the metres from middle to middle, over the links too."""
        half = [length / 2 for length in self.length_m]
        found = [[(j, half[i] + half[j]) for j in near] for i, near in enumerate(self.near)]
        for i, j, gap in self.links:
            found[i].append((j, half[i] + gap + half[j]))
            found[j].append((i, half[i] + gap + half[j]))
        return found


def network_of(lines: Sequence[Line], *, snap_m: float = 1.0) -> Network:
    """The network of these lines (metres). Ends no farther apart than `snap_m` are one junction, and so on along a
    chain of such ends. Two segments with the same geometry are neighbours; one that ends where it begins is allowed.

    Errors: `ValueError` for a line with fewer than two points or a position that is no finite number.
    """
    if not 0 <= snap_m <= 100:
        raise ValueError("snap_m lies between 0 and 100 metres")
    for number, line in enumerate(lines):
        if len(line) < 2 or not all(math.isfinite(x) and math.isfinite(y) for x, y in line):
            raise ValueError(f"line {number} needs two points or more, all finite")
    points = np.array([line[k] for line in lines for k in (0, -1)], dtype=float).reshape(-1, 2)
    junction = _snapped(points, snap_m)
    ends = tuple((junction[2 * i], junction[2 * i + 1]) for i in range(len(lines)))
    at: dict[int, list[int]] = {}
    for i, (a, b) in enumerate(ends):
        at.setdefault(a, []).append(i)
        if b != a:
            at.setdefault(b, []).append(i)
    near = tuple(tuple(sorted({j for end in both for j in at[end]} - {i})) for i, both in enumerate(ends))
    length = tuple(sum(math.dist(p, q) for p, q in pairwise(line)) for line in lines)
    part = _components(near, length)
    return Network(ends, near, length, part, _links(points, junction, at, part))


def _snapped(points: np.ndarray, snap_m: float) -> list[int]:
    """The number of the junction of each point."""
    if not len(points):
        return []
    spots = shapely.points(points)
    one, other = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=snap_m)
    root = Roots(len(points))
    for a, b in zip(one.tolist(), other.tolist(), strict=True):
        root.join(a, b)
    number: dict[int, int] = {}
    return [number.setdefault(root.of(i), len(number)) for i in range(len(points))]


class Roots:
    """Disjoint sets: which things have been joined so far."""

    def __init__(self, size: int) -> None:
        self.above = list(range(size))

    def of(self, i: int) -> int:
        above = self.above
        while above[i] != i:
            above[i] = i = above[above[i]]
        return i

    def join(self, i: int, j: int) -> bool:
        """Whether they were apart before."""
        a, b = self.of(i), self.of(j)
        self.above[max(a, b)] = min(a, b)
        return a != b


def _components(near: Sequence[Sequence[int]], length: Sequence[float]) -> tuple[int, ...]:
    """Component numbers, the longest component first."""
    part = [-1] * len(near)
    groups: list[list[int]] = []
    for first in range(len(near)):
        if part[first] >= 0:
            continue
        part[first] = len(groups)
        group = [first]
        for i in group:
            for j in near[i]:
                if part[j] < 0:
                    part[j] = len(groups)
                    group.append(j)
        groups.append(group)
    order = sorted(range(len(groups)), key=lambda g: (-sum(length[i] for i in groups[g]), g))
    rank = {g: number for number, g in enumerate(order)}
    return tuple(rank[g] for g in part)


def _links(
    points: np.ndarray, junction: Sequence[int], at: Mapping[int, Sequence[int]], part: Sequence[int]
) -> tuple[tuple[int, int, float], ...]:
    """The shortest gaps that join all components: Kruskal over the edges of a Delaunay triangulation of the junctions,
    which hold a shortest spanning tree of the points (Shamos & Hoey 1975)."""
    parts = max(part, default=-1) + 1
    if parts < 2:
        return ()
    where: dict[tuple[float, float], int] = {}
    for k, spot in enumerate(points.tolist()):
        where.setdefault((spot[0], spot[1]), at[junction[k]][0])
    candidates = sorted(
        (math.dist(a, b), where[a], where[b])
        for a, b in _triangle_sides(list(where))
        if part[where[a]] != part[where[b]]
    )
    root, found = Roots(parts), []
    for gap, i, j in candidates:
        if root.join(part[i], part[j]):
            found.append((i, j, gap))
    return tuple(found)


def _triangle_sides(spots: Sequence[tuple[float, float]]) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
    yield from pairwise(sorted(spots))  # for spots in one line there are no triangles
    for side in shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(spots), only_edges=True)):
        a, b = side.coords
        yield (a[0], a[1]), (b[0], b[1])


def distances(roads: Sequence[Sequence[tuple[int, float]]], start: int) -> list[float]:
    """Metres along the street from the middle of one segment to the middle of every other (Dijkstra 1959)."""
    far = [math.inf] * len(roads)
    far[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        d, i = heapq.heappop(heap)
        if d > far[i]:
            continue
        for j, step in roads[i]:
            if d + step < far[j]:
                far[j] = d + step
                heapq.heappush(heap, (d + step, j))
    return far
