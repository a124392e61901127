"""The demo city's ground: grids, communities and towns that tile it, and the squads that answer for them."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from shapely import Polygon, unary_union

from xiuhua.city.road_lines import Lonlat
from xiuhua.config.demo.paper import UV, Paper, dense
from xiuhua.config.demo.plan import (
    COMMUNITY_STEMS,
    NUMERALS,
    SQUAD_PLAN,
    SQUADS,
    TOWN_PLAN,
)

COLUMNS, ROWS = 10, 8
CLEAR_M = 14.0


@dataclass(frozen=True, slots=True)
class Area:
    """A piece of ground with a code: a grid (15 characters), community (12) or town (9), and its outline."""

    code: str
    name: str
    ring: list[Lonlat]


@dataclass(frozen=True, slots=True)
class SquadArea:
    """The grids that one squad answers for; a mobile squad has none."""

    name: str
    grids: tuple[str, ...]


def even_cuts(low: float, high: float, parts: int, shun: list[float]) -> tuple[float, ...]:
    cuts = [low]
    for n in range(1, parts):
        cut = low + n * (high - low) / parts
        tries = (cut + sign * step * 7.0 for step in range(60) for sign in (1, -1))
        clear = (at for at in tries if all(abs(at - other) > CLEAR_M for other in shun))
        cuts.append(round(next(clear, cut), 1))
    return (*cuts, high)


def _cell(column: int, row: int) -> str:
    """Code of the grid in a column (from the west) and row (from the south): town, community, grid."""
    place, south_up = column // 2, row // 2
    town = f"37078100{TOWN_PLAN[-1 - south_up][place]}"
    community = [c for c in _places() if _town_of(c) == town].index((place, south_up)) + 1
    return f"{town}{community:03d}{1 + column % 2 + 2 * (row % 2):03d}"


def _places() -> list[tuple[int, int]]:
    """Places of the communities on the plan: columns from the west, rows from the south."""
    return [(place, row) for row in range(len(TOWN_PLAN)) for place in range(len(TOWN_PLAN[0]))]


def _town_of(place: tuple[int, int]) -> str:
    return f"37078100{TOWN_PLAN[-1 - place[1]][place[0]]}"


CELLS = {(column, row): _cell(column, row) for column in range(COLUMNS) for row in range(ROWS)}
COMMUNITY_NAMES = {
    CELLS[2 * place, 2 * row][:12]: f"{COMMUNITY_STEMS[n]}社区" for n, (place, row) in enumerate(_places())
}
SQUAD_OF = {CELLS[2 * place, 2 * row][:12]: SQUADS[int(SQUAD_PLAN[-1 - row][place])] for place, row in _places()}


def grid_code(at: UV, *, columns: tuple[float, ...], rows: tuple[float, ...]) -> str:
    return CELLS.get((bisect_right(columns, at[0]) - 1, bisect_right(rows, at[1]) - 1), "")


def squad_at(grid: str) -> str:
    return SQUAD_OF.get(grid[:12], "")


def squad_area(n: int) -> SquadArea:
    return SquadArea(SQUADS[n], tuple(sorted(code for code in CELLS.values() if squad_at(code) == SQUADS[n])))


def _ring(paper: Paper, west: float, south: float, east: float, north: float) -> list[Lonlat]:
    """A closed outline of a piece of paper on the earth, counter-clockwise."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [paper.to_lonlat(at) for at in dense(corners)]


def draw_grids(paper: Paper, *, columns: tuple[float, ...], rows: tuple[float, ...]) -> list[Area]:
    areas = []
    for (column, row), code in CELLS.items():
        name = f"{COMMUNITY_NAMES[code[:12]]}第{NUMERALS[int(code[12:]) - 1]}网格"
        ring = _ring(paper, columns[column], rows[row], columns[column + 1], rows[row + 1])
        areas.append(Area(code, name, ring))
    return sorted(areas, key=lambda area: area.code)


def joined(grids: list[Area], *, width: int, names: dict[str, str]) -> list[Area]:
    """Larger areas from the grids whose codes share their first `width` characters."""
    parts: dict[str, list[Polygon]] = defaultdict(list)
    for grid in grids:
        parts[grid.code[:width]].append(Polygon(grid.ring))
    return [Area(code, names[code], outline(shapes)) for code, shapes in sorted(parts.items())]


def outline(shapes: list[Polygon]) -> list[Lonlat]:
    """The closed outline of pieces of ground that touch, counter-clockwise."""
    whole = unary_union(shapes)
    if not isinstance(whole, Polygon):
        raise TypeError("these pieces of ground do not touch")
    return [(lon, lat) for lon, lat, *_ in whole.normalize().reverse().exterior.coords]
