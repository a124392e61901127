"""Where two streets meet, and so many metres from there along one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from xiuhua.city.compass import WINDS, turned
from xiuhua.city.ground import Streets

MEET_M = 30.0
"""Streets whose lines come as near as that meet, also where a survey left a gap or drew two carriageways."""
SAME_M = 60.0
STRAIGHT_DEG = 30.0
ASTRAY_DEG = 60.0
"""An arm that leaves the crossing in another direction than that is not the one that is meant."""


def crossings(streets: Streets, ones: Sequence[int], others: Sequence[int]) -> list[tuple[float, float]]:
    """The places where two roads, given by their segments, meet; places closer than 60 metres are one crossing."""
    if not ones or not others:
        return []
    one = np.array([_shape(streets, n) for n in ones])[:, None]
    other = np.array([_shape(streets, n) for n in others])[None, :]
    shortest = shapely.shortest_line(one, other)
    met = shortest[shapely.length(shortest) <= MEET_M]
    middles = shapely.get_coordinates(shapely.line_interpolate_point(met, 0.5, normalized=True))
    found: list[list[tuple[float, float]]] = []
    for x, y in middles.tolist():
        near = next((some for some in found if math.dist(some[0], (x, y)) <= SAME_M), None)
        if near is None:
            found.append([(x, y)])
        else:
            near.append((x, y))
    return [tuple(np.mean(some, axis=0).tolist()) for some in found]


def arms(streets: Streets, segments: Sequence[int] | None, x: float, y: float) -> list[tuple[int, float, int, float]]:
    """The ways out of a place along segments (all when none are named): segment, metres along it, 1 or -1 for the way,
    degrees from east."""
    found = []
    _number, feet = streets.lines.within(np.array([x]), np.array([y]), np.array([MEET_M + 5.0]))
    for line, along in zip(feet.line.tolist(), feet.along_m.tolist(), strict=True):
        if segments is not None and line not in segments:
            continue
        for way in (1, -1):
            room = streets.lines.length_m[line] - along if way > 0 else along
            if room < MEET_M / 2:
                continue
            ahead = streets.lines.at(line, along + way * min(room, 60.0))
            begin = streets.lines.at(line, along)
            found.append((line, along, way, math.degrees(math.atan2(ahead[1] - begin[1], ahead[0] - begin[0]))))
    return found


def arm_towards(
    streets: Streets, segments: Sequence[int] | None, x: float, y: float, wind: str
) -> tuple[int, float, int] | None:
    """The way out of a place that leads most nearly towards 西 or 东北; none when no street leads there."""
    wanted = WINDS[wind]
    best = min(arms(streets, segments, x, y), key=lambda arm: turned(arm[3], wanted), default=None)
    if best is None or turned(best[3], wanted) > ASTRAY_DEG:
        return None
    return best[:3]


def walked(streets: Streets, start: tuple[int, float, int], metres: float) -> tuple[int, float]:
    """Where one comes to: segment and metres along it. At the end of a segment the walk goes on in the next of its road,
    or straight on where the street takes another name; where it ends, the walk stops."""
    line, along, way = start
    passed = {line}
    while True:
        end = float(streets.lines.length_m[line]) if way > 0 else 0.0
        room = abs(end - along)
        if metres <= room:
            return line, along + way * metres
        metres -= room
        onward = _onward(streets, line, end, way, passed)
        if onward is None:
            return line, end
        line, along, way = onward
        passed.add(line)


def _onward(streets: Streets, line: int, end: float, way: int, passed: set[int]) -> tuple[int, float, int] | None:
    facing = math.degrees(streets.lines.heading_at(line, end)) + (0.0 if way > 0 else 180.0)
    ways = [arm for arm in arms(streets, None, *streets.lines.at(line, end)) if arm[0] not in passed]
    ways = [
        arm for arm in ways if streets.roads[arm[0]] == streets.roads[line] or turned(arm[3], facing) <= STRAIGHT_DEG
    ]
    best = min(
        ways, key=lambda arm: (streets.roads[arm[0]] != streets.roads[line], turned(arm[3], facing)), default=None
    )
    return best[:3] if best else None


def _shape(streets: Streets, line: int) -> shapely.LineString:
    first, last = streets.lines.first[line], streets.lines.last[line]
    if last == first:
        return shapely.LineString()
    return shapely.LineString(np.concatenate([streets.lines.start[first:last], streets.lines.end[last - 1:last]]))  # fmt: skip
