"""Draws the demo city: streets cut at crossings, a river, and the grids and squads that answer for them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from shapely import Polygon

from xiuhua.city.road_lines import Lonlat, length_of
from xiuhua.config.demo.ground import (
    COLUMNS,
    COMMUNITY_NAMES,
    ROWS,
    Area,
    SquadArea,
    draw_grids,
    even_cuts,
    grid_code,
    joined,
    outline,
    squad_area,
    squad_at,
)
from xiuhua.config.demo.paper import UV, Paper, crossings, dense, point_at, smooth
from xiuhua.config.demo.plan import (
    AXIS,
    EAST_WEST,
    NORTH_SOUTH,
    NUMERALS,
    RIVER,
    RIVER_ROAD,
    SQUADS,
    TOWNS,
    Avenue,
)

LANES = 56
MARGIN_M = 160.0
APART_M = 35.0
"""Mouths of back lanes keep this distance from each other and from the river road."""
RANKS = ("primary", "secondary", "tertiary", "pedestrian", "residential")


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of a street between two crossings, with who answers for the ground it lies on."""

    code: str
    name: str
    from_name: str
    to_name: str
    cls: str
    oneway: int
    length_m: float
    line: list[Lonlat]
    from_node: str
    to_node: str
    grid: str
    squad: str
    start_m: float
    """Metres from the beginning of the named street to this segment's start; house numbers grow with it."""

    @property
    def title(self) -> str:
        return f"{self.name}（{self.from_name}—{self.to_name}）"


@dataclass(frozen=True, slots=True)
class DemoCity:
    """A built-up core of about 6 by 5 kilometres that exists nowhere; the same for the same seed."""

    segments: list[Segment]
    boundary: list[Lonlat]
    river: list[Lonlat]
    grids: list[Area]
    communities: list[Area]
    towns: list[Area]
    squads: list[SquadArea]
    paper: Paper
    columns: tuple[float, ...] = field(repr=False)
    rows: tuple[float, ...] = field(repr=False)

    def grid_at(self, point: Lonlat) -> str:
        """Code of the grid under a place, empty outside the city."""
        return grid_code(self.paper.to_uv(point), columns=self.columns, rows=self.rows)

    def squad_of(self, grid: str) -> str:
        return next((squad.name for squad in self.squads if grid in squad.grids), "")


@dataclass(slots=True)
class _Line:
    """A street on the paper, straight or bent, with the places where others meet it."""

    name: str
    cls: str
    points: list[UV]
    avenue: Avenue | None = None
    oneway: int = 0
    met: dict[float, set[int]] = field(default_factory=dict)


def draw_city(seed: int) -> DemoCity:
    """The whole city for one seed: plan, lanes, crossings, grids, squads."""
    random = Random(f"city-{seed}")
    paper = Paper(phase=random.uniform(0, math.tau))
    lines = _lines(random)
    _meet(lines)
    columns, rows = _cuts(lines)
    segments = _segments(lines, paper=paper, columns=columns, rows=rows)
    grids = draw_grids(paper, columns=columns, rows=rows)
    return DemoCity(
        segments=segments,
        boundary=outline([Polygon(grid.ring) for grid in grids]),
        river=[paper.to_lonlat(at) for at in dense(smooth(list(RIVER)))],
        grids=grids,
        communities=joined(grids, width=12, names=COMMUNITY_NAMES),
        towns=joined(grids, width=9, names=TOWNS),
        squads=[squad_area(n) for n in range(len(SQUADS))],
        paper=paper,
        columns=columns,
        rows=rows,
    )


def _lines(random: Random) -> list[_Line]:
    """Avenues, the road along the river and the back lanes, all on squared paper."""
    lines = [_Line(a.name, a.cls, [(a.at, a.high), (a.at, a.low)], a) for a in NORTH_SOUTH]
    lines += [_Line(a.name, a.cls, [(a.low, a.at), (a.high, a.at)], a) for a in EAST_WEST]
    bank = _bank()
    lines.append(_Line(RIVER_ROAD, "tertiary", bank))
    return lines + _lanes(random, taken=[at for line in lines for at in _touches(bank, line.points)])


def _bank() -> list[UV]:
    """The road along the river: its south bank, from 仰天山路 to 青州路."""
    shore = [(u + 48, v - 66) for u, v in smooth(list(RIVER))]
    first, last = NORTH_SOUTH[1].at, NORTH_SOUTH[-2].at
    cut = [_touches(shore, [(u, -9999.0), (u, 9999.0)])[0] for u in (first, last)]
    return [(first, cut[0][1]), *(at for at in shore if first + 5 < at[0] < last - 5), (last, cut[1][1])]


def _touches(one: list[UV], other: list[UV]) -> list[UV]:
    return [point_at(one, along) for along, _ in crossings(one, other)]


def _lanes(random: Random, *, taken: list[UV]) -> list[_Line]:
    """Back lanes through the blocks, named in series after the street beside them: 东门一巷, 东门二巷 …"""
    lanes: list[_Line] = []
    blocks = [(i, j) for i in range(len(NORTH_SOUTH) - 1) for j in range(len(EAST_WEST) - 1)]
    random.shuffle(blocks)
    water, road = smooth(list(RIVER)), _bank()
    count: dict[str, int] = defaultdict(int)
    for i, j in blocks:
        if len(lanes) == LANES:
            break
        west, east, north, south = NORTH_SOUTH[i], NORTH_SOUTH[i + 1], EAST_WEST[j], EAST_WEST[j + 1]
        share, along = random.uniform(0.36, 0.64), random.random() < 0.5
        if along:
            u = round(west.at + share * (east.at - west.at))
            ends, sides, beside = [(float(u), north.at), (float(u), south.at)], (north, south), west
            reached = all(side.low <= u <= side.high for side in sides)
        else:
            v = round(south.at + share * (north.at - south.at))
            ends, sides, beside = [(west.at, float(v)), (east.at, float(v))], (west, east), north
            reached = all(side.low <= v <= side.high for side in sides)
        near = any(math.dist(end, other) < APART_M for end in ends for other in taken)
        if not reached or near or crossings(ends, water) or crossings(ends, road):
            continue
        taken = [*taken, *ends]
        count[beside.lane_stem] += 1
        name = f"{beside.lane_stem}{NUMERALS[count[beside.lane_stem] - 1]}巷"
        lanes.append(_Line(name, "residential", list(ends), oneway=int(random.random() < 0.1)))
    return lanes


def _meet(lines: list[_Line]) -> None:
    """Marks on every line where, and with which lines, it crosses or touches."""
    for i, one in enumerate(lines):
        for j in range(i + 1, len(lines)):
            for along, across in crossings(one.points, lines[j].points):
                one.met.setdefault(round(along, 2), set()).add(j)
                lines[j].met.setdefault(round(across, 2), set()).add(i)


def _pieces(line: _Line) -> list[tuple[float, float]]:
    """Stretches between neighbouring crossings; a stub of under 20 metres beyond the last is dropped."""
    total = sum(math.dist(a, b) for a, b in pairwise(line.points))
    marks = sorted({0.0, round(total, 2), *line.met})
    return [(a, b) for a, b in pairwise(marks) if b - a > 20 or (a in line.met and b in line.met and b - a > 1)]


def _between(line: _Line, start: float, end: float) -> list[UV]:
    """A stretch of a line with its bends, dense enough to be bent onto the earth."""
    bends, walked = [], 0.0
    for a, b in pairwise(line.points):
        walked += math.dist(a, b)
        if start < walked < end:
            bends.append(b)
    return dense([point_at(line.points, start), *bends, point_at(line.points, end)])


def _segments(
    lines: list[_Line], *, paper: Paper, columns: tuple[float, ...], rows: tuple[float, ...]
) -> list[Segment]:
    segments: list[Segment] = []
    nodes: dict[Lonlat, str] = {}
    for line in lines:
        walked: dict[str, float] = defaultdict(float)
        for start, end in _pieces(line):
            inked = [paper.to_lonlat(at) for at in _between(line, start, end)]
            middle = point_at(line.points, (start + end) / 2)
            name = _name_at(line, middle)
            grid = grid_code(middle, columns=columns, rows=rows)
            length_m = round(length_of(inked), 1)
            ends = [nodes.setdefault(point, f"J{len(nodes) + 1:03d}") for point in (inked[0], inked[-1])]
            segments.append(
                Segment(
                    code=f"QZ{len(segments) + 1:04d}",
                    name=name,
                    from_name=_crossed(lines, line, start) or _end_name(line, first=True),
                    to_name=_crossed(lines, line, end) or _end_name(line, first=False),
                    cls=line.cls,
                    oneway=line.oneway,
                    length_m=length_m,
                    line=inked,
                    from_node=ends[0],
                    to_node=ends[1],
                    grid=grid,
                    squad=squad_at(grid),
                    start_m=round(walked[name], 1),
                )
            )
            walked[name] += length_m
    return segments


def _name_at(line: _Line, middle: UV) -> str:
    if line.avenue is None or line.avenue.halves is None:
        return line.name
    axis = next(a.at for a in NORTH_SOUTH if a.name == AXIS)
    return line.avenue.halves[middle[0] > axis]


def _crossed(lines: list[_Line], line: _Line, mark: float) -> str:
    """The street met at a crossing; of several, the most important."""
    others = [lines[n] for n in line.met.get(mark, ())]
    others.sort(key=lambda other: (RANKS.index(other.cls), other.name))
    return others[0].name if others else ""


def _end_name(line: _Line, *, first: bool) -> str:
    (u, v), (u2, v2) = line.points[0], line.points[-1]
    upright = abs(v2 - v) > abs(u2 - u)
    return ("北端" if first else "南端") if upright else ("西端" if first else "东端")


def _cuts(lines: list[_Line]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where the grids are divided: evenly, then moved aside until no segment's middle lies near a cut."""
    middles = [point_at(line.points, (a + b) / 2) for line in lines for a, b in _pieces(line)]
    corners = [point for line in lines for point in line.points]
    us, vs = [u for u, _ in corners], [v for _, v in corners]
    return (
        even_cuts(min(us) - MARGIN_M, max(us) + MARGIN_M, COLUMNS, [u for u, _ in middles]),
        even_cuts(min(vs) - MARGIN_M, max(vs) + MARGIN_M, ROWS, [v for _, v in middles]),
    )
