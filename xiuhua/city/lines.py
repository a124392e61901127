"""Many lines in a plane, asked about many points at once: the nearest line, how far along it, how far to which side.

Lines are cut into their straight pieces, and one tree holds the pieces: so the foot of a point is plain arithmetic on
columns, and one point takes the same way as a million. Metres everywhere; x east, y north.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
AT_ONCE = 200_000
"""Points looked up together: enough to be quick, few enough to stay in tens of megabytes."""


@dataclass(frozen=True)
class Feet:
    """Where points meet lines: which line (-1: none), the distance, metres along the line from its beginning, and
    metres off it, left positive, measured square to the line's direction there (at a bend, to its mean direction)."""

    line: Ints
    distance_m: Floats
    along_m: Floats
    off_m: Floats
    heading: Floats
    """Direction of the line at the foot: its angle in radians, anticlockwise from east."""


class Lines:
    """Directed lines of two or more points. A piece without length is left out; a line of such pieces is never found."""

    def __init__(self, lines: Sequence[npt.ArrayLike]) -> None:
        told = [np.asarray(line, dtype=float).reshape(-1, 2) for line in lines]
        sizes = np.array([max(len(line) - 1, 0) for line in told], dtype=np.int64)
        starts = np.concatenate([line[:-1] for line in told if len(line) > 1] or [np.empty((0, 2))])
        ends = np.concatenate([line[1:] for line in told if len(line) > 1] or [np.empty((0, 2))])
        owner = np.repeat(np.arange(len(told)), sizes)
        long = np.hypot(*(ends - starts).T)
        kept = long > 0
        self.start, self.end, self.owner, self.long = starts[kept], ends[kept], owner[kept], long[kept]
        total = np.concatenate([[0.0], np.cumsum(self.long)])
        first = np.searchsorted(self.owner, np.arange(len(told)))
        last = np.searchsorted(self.owner, np.arange(len(told)), side="right")
        self.first, self.last = first, last
        self.length_m = total[last] - total[first]
        self.begins_at = total[:-1] - total[first][self.owner]
        self.unit = (self.end - self.start) / self.long[:, None]
        same_before = np.concatenate([[False], self.owner[1:] == self.owner[:-1]])
        before = np.where(same_before[:, None], np.roll(self.unit, 1, axis=0), self.unit)
        self.unit_at_start = _mean_direction(before, self.unit)
        same_after = np.concatenate([self.owner[1:] == self.owner[:-1], [False]])[: len(self.owner)]
        after = np.where(same_after[:, None], np.roll(self.unit, -1, axis=0), self.unit)
        self.unit_at_end = _mean_direction(self.unit, after)
        self.tree = STRtree(shapely.linestrings(np.stack([self.start, self.end], axis=1)) if len(self.start) else [])

    def __len__(self) -> int:
        return len(self.first)

    def nearest(self, x: Floats, y: Floats, *, reach_m: float) -> Feet:
        """The nearest line within reach of each point."""
        piece = np.full(len(x), -1, dtype=np.int64)
        for some in parts_of(len(x)):
            points = shapely.points(x[some], y[some])
            n, found = self.tree.query_nearest(points, max_distance=reach_m, all_matches=False)
            piece[n + some.start] = found
        return self._feet(x, y, piece)

    def within(self, x: Floats, y: Floats, reach_m: Floats) -> tuple[Ints, Feet]:
        """Every line within its own reach of each point: the number of the point, and the foot; a line once a point."""
        numbers, pieces = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        for some in parts_of(len(x)):
            points = shapely.points(x[some], y[some])
            n, found = self.tree.query(points, predicate="dwithin", distance=reach_m[some])
            numbers.append(n + some.start)
            pieces.append(found)
        number, piece = np.concatenate(numbers), np.concatenate(pieces)
        feet = self._feet(x[number], y[number], piece)
        order = np.lexsort((feet.distance_m, feet.line, number))
        number = number[order]
        new = np.ones(len(order), dtype=bool)
        line = feet.line[order]
        new[1:] = (number[1:] != number[:-1]) | (line[1:] != line[:-1])
        kept = order[new]
        told = (feet.distance_m[kept], feet.along_m[kept], feet.off_m[kept], feet.heading[kept])
        return number[new], Feet(feet.line[kept], *told)

    def at(self, line: int, along_m: float) -> tuple[float, float]:
        """The point so far along a line; beyond an end, the end."""
        first, last = self.first[line], self.last[line]
        piece = int(first + np.searchsorted(self.begins_at[first:last], along_m, side="right") - 1)
        piece = min(max(piece, int(first)), int(last) - 1)
        rest = min(max(along_m - self.begins_at[piece], 0.0), self.long[piece])
        x, y = self.start[piece] + self.unit[piece] * rest
        return float(x), float(y)

    def foot(self, line: int, x: float, y: float) -> tuple[float, float]:
        """The distance of a point from one line, and how far along it the foot lies."""
        pieces = np.arange(self.first[line], self.last[line])
        feet = self._feet(np.full(len(pieces), x), np.full(len(pieces), y), pieces)
        nearest = int(np.argmin(feet.distance_m))
        return float(feet.distance_m[nearest]), float(feet.along_m[nearest])

    def heading_at(self, line: int, along_m: float) -> float:
        """The direction of a line so far along it: its angle in radians, anticlockwise from east."""
        first, last = self.first[line], self.last[line]
        piece = int(first + np.searchsorted(self.begins_at[first:last], along_m, side="right") - 1)
        ux, uy = self.unit[min(max(piece, int(first)), int(last) - 1)]
        return float(np.arctan2(uy, ux))

    def chords(self) -> tuple[Floats, Floats]:
        """For each line the direction from its beginning to its end as an angle, and how straight it is, 0..1."""
        heading, straight = np.zeros(len(self)), np.zeros(len(self))
        real = self.last > self.first
        whole = self.end[self.last[real] - 1] - self.start[self.first[real]]
        heading[real] = np.arctan2(whole[:, 1], whole[:, 0])
        straight[real] = np.hypot(*whole.T) / self.length_m[real]
        return heading, straight

    def _feet(self, x: Floats, y: Floats, piece: Ints) -> Feet:
        found = piece >= 0
        if not len(self.owner):
            nothing = np.full(len(x), np.nan)
            return Feet(np.full(len(x), -1, dtype=np.int64), nothing, nothing.copy(), nothing.copy(), nothing.copy())
        at = np.where(found, piece, 0)
        from_x, from_y = x - self.start[at, 0], y - self.start[at, 1]
        unit = self.unit[at]
        long = self.long[at]
        ahead = from_x * unit[:, 0] + from_y * unit[:, 1]
        along = np.clip(ahead, 0.0, long)
        foot_x, foot_y = from_x - unit[:, 0] * along, from_y - unit[:, 1] * along
        facing = np.where((ahead <= 0)[:, None], self.unit_at_start[at], unit)
        facing = np.where((ahead >= long)[:, None], self.unit_at_end[at], facing)
        told = (
            np.hypot(foot_x, foot_y),
            along + self.begins_at[at],
            facing[:, 0] * foot_y - facing[:, 1] * foot_x,
            np.arctan2(unit[:, 1], unit[:, 0]),
        )
        return Feet(np.where(found, self.owner[at], -1), *(np.where(found, column, np.nan) for column in told))


def _mean_direction(one: Floats, other: Floats) -> Floats:
    """The direction half way between two; where a line turns right back, that of the second."""
    total = one + other
    long = np.hypot(*total.T) if len(total) else np.empty(0)
    back = long < 1e-9
    return np.where(back[:, None], other, total / np.where(back, 1.0, long)[:, None])


def parts_of(n: int) -> list[slice]:
    return [slice(begin, min(begin + AT_ONCE, n)) for begin in range(0, n, AT_ONCE)]
