"""The squared paper that the demo city is drawn on (u east, v north, metres), and how it lies on the earth.

Crossings, lanes and grids are exact on the paper; bent a little onto the earth they look grown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from xiuhua.city.road_lines import Lonlat
from xiuhua.kit.points import EARTH_RADIUS_M

CENTRE: Lonlat = (118.48, 36.69)
UV = tuple[float, float]
STEP_M = 70.0
_DEGREE_M = math.radians(1) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Paper:
    """Bends the squared paper onto the earth: a skew of about 3 degrees and slow waves of some 60 metres."""

    phase: float

    def to_metres(self, at: UV) -> UV:
        u, v = at
        x = u + 0.055 * v + 70 * math.sin(v / 1300 + self.phase) + 25 * math.sin(u / 900 + v / 1700)
        y = v - 0.035 * u + 60 * math.sin(u / 1500 + 1.7 * self.phase) + 20 * math.sin(v / 800 - u / 2100)
        return x, y

    def to_lonlat(self, at: UV) -> Lonlat:
        return lonlat_of(self.to_metres(at))

    def to_uv(self, point: Lonlat) -> UV:
        """Where on the paper a place lies, to a millimetre (the bend is gentle, so iteration closes in fast)."""
        x, y = metres_of(point)
        u, v = x, y
        for _ in range(40):
            found_x, found_y = self.to_metres((u, v))
            u, v = u + x - found_x, v + y - found_y
            if abs(x - found_x) + abs(y - found_y) < 1e-4:
                break
        return u, v


def lonlat_of(metres: UV) -> Lonlat:
    """Metres east and north of the centre as WGS84, to seven decimals (1 cm)."""
    lon = CENTRE[0] + metres[0] / (_DEGREE_M * math.cos(math.radians(CENTRE[1])))
    return round(lon, 7), round(CENTRE[1] + metres[1] / _DEGREE_M, 7)


def metres_of(point: Lonlat) -> UV:
    """WGS84 as metres east and north of the centre."""
    x = (point[0] - CENTRE[0]) * _DEGREE_M * math.cos(math.radians(CENTRE[1]))
    return x, (point[1] - CENTRE[1]) * _DEGREE_M


def crossings(one: list[UV], other: list[UV]) -> list[tuple[float, float]]:
    """Where two lines meet, as distances along each, ends included."""
    found: list[tuple[float, float]] = []
    walked = 0.0
    for a, b in pairwise(one):
        across = 0.0
        for c, d in pairwise(other):
            shares = _shares(a, b, c, d)
            if shares:
                found.append((walked + shares[0] * math.dist(a, b), across + shares[1] * math.dist(c, d)))
            across += math.dist(c, d)
        walked += math.dist(a, b)
    return found


def _shares(a: UV, b: UV, c: UV, d: UV) -> tuple[float, float] | None:
    """How far along a-b and c-d the two cross, each 0..1; a touch within a millimetre counts."""
    du, dv, eu, ev = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    turn = du * ev - dv * eu
    if abs(turn) < 1e-9:
        return None
    s = ((c[0] - a[0]) * ev - (c[1] - a[1]) * eu) / turn
    t = ((c[0] - a[0]) * dv - (c[1] - a[1]) * du) / turn
    touch = 1e-6
    return (s, t) if -touch <= s <= 1 + touch and -touch <= t <= 1 + touch else None


def point_at(points: list[UV], walked: float) -> UV:
    """The place `walked` metres along a line on the paper."""
    for a, b in pairwise(points):
        step = math.dist(a, b)
        if walked <= step + 1e-6:
            share = min(1.0, max(0.0, walked / step))
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        walked -= step
    return points[-1]


def dense(points: list[UV]) -> list[UV]:
    """The same line with a point at least every `STEP_M` metres; a stretch shared by two outlines gets the
    same points from either side, so that neighbours on the ground touch without slivers.
    """
    thick = [points[0]]
    for a, b in pairwise(points):
        low, high = min(a, b), max(a, b)
        steps = max(1, math.ceil(math.dist(a, b) / STEP_M))
        between = [
            (low[0] + n / steps * (high[0] - low[0]), low[1] + n / steps * (high[1] - low[1])) for n in range(1, steps)
        ]
        thick += [*(between if a == low else reversed(between)), b]
    return thick


def smooth(points: list[UV]) -> list[UV]:
    """The same course with its corners cut twice (Chaikin): water and the roads beside it have no kinks."""
    for _ in range(2):
        cut = [points[0]]
        for (u, v), (u2, v2) in pairwise(points):
            cut += [
                (0.75 * u + 0.25 * u2, 0.75 * v + 0.25 * v2),
                (0.25 * u + 0.75 * u2, 0.25 * v + 0.75 * v2),
            ]
        points = [*cut, points[-1]]
    return points
