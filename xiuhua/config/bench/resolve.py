"""Where points lie, a million at once, against the bare tree: the same nearest segments, without anything else."""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import Any

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString

from xiuhua.city import actions as city
from xiuhua.city.models import Grid, Segment, Shop
from xiuhua.city.places import REACH_M, places
from xiuhua.city.reading import gazetteer
from xiuhua.city.resolving import found_at, resolve_phrases, resolve_point
from xiuhua.config.bench.machine import Measured, milliseconds, seconds
from xiuhua.config.cli import say
from xiuhua.kit.points import Point
from xiuhua.ledger.act import NOBODY, Act

FOUNDED = dt.datetime(2020, 1, 6, 1, tzinfo=dt.UTC)
WEST, SOUTH, STEP = 118.30, 36.50, 0.003
BENDS = 6
"""Points of a segment: streets bend."""


def run(*, points: int, segments: int) -> list[dict[str, Any]]:
    """Points a second into segment, side, grid and certainty; the same nearest segments as the bare tree finds."""
    say(f"· {segments:,} 个路段和它们的网格")
    across = _lay_streets(segments)
    shapes = places()
    dice = np.random.default_rng(5)
    lon = WEST + STEP * across * dice.random(points)
    lat = SOUTH + STEP * across * dice.random(points)
    x, y = shapes.plane.xy(lon, lat)
    rows = Segment.objects.order_by("id").values_list("line", flat=True)
    lines = [LineString(shapes.plane.points(line)) for line in rows]
    tree = STRtree(lines)
    say(f"· {points:,} 个点")
    bare: dict[str, Any] = {}

    def look() -> None:
        bare["n"], bare["line"] = tree.query_nearest(shapely.points(x, y), max_distance=REACH_M, all_matches=False)

    theirs = points / seconds(look)
    found: dict[str, Any] = {}
    located = points / seconds(lambda: found.update(located=shapes.located(lon, lat)))
    whole = points / seconds(lambda: found.update(found=found_at(shapes, lon, lat)))
    _same(lines, x, y, bare, found["found"])
    against = "bare STRtree.query_nearest"
    more = "segment, side, distance, grid, rivals within 8 m, certainty"
    return [
        Measured("segment and grid", located, against, theirs, unit="points/s").told(),
        Measured(more, whole, against, theirs, unit="points/s").told(),
        *_singles(points=lon[:50], lats=lat[:50]),
        *_phrases(),
    ]


def _same(lines: list[LineString], x: Any, y: Any, bare: dict[str, Any], found: Any) -> None:
    """Both ways find a segment equally near; only at equal distances may it be another."""
    ours = found.feet.line[bare["n"]]
    differ = np.flatnonzero(ours != bare["line"])
    for n in differ[:2000].tolist():
        point = shapely.Point(x[bare["n"][n]], y[bare["n"][n]])
        assert ours[n] >= 0 and abs(lines[ours[n]].distance(point) - lines[bare["line"][n]].distance(point)) < 1e-6
    assert (found.feet.line >= 0).sum() == len(bare["n"])


def _singles(*, points: Any, lats: Any) -> list[dict[str, Any]]:
    """One point through the whole way, with shop, site and the persons on duty asked of the database."""
    some = [Point(float(lon), float(lat)) for lon, lat in zip(points, lats, strict=True)]
    each = milliseconds(lambda: [resolve_point(one, FOUNDED) for one in some], times=3) / len(some)
    return [Measured("one point, with persons", each, unit="ms", note="a call each").told()]


def _phrases() -> list[dict[str, Any]]:
    gazetteer(places())
    texts = [f"横{n % 20}路{(n * 7) % 60 + 1}号旁" for n in range(2000)]
    some = 2000 / seconds(lambda: resolve_phrases(texts, FOUNDED))
    return [Measured("phrases with a house number", some, unit="phrases/s", note="2,000 in one call").told()]


def _lay_streets(segments: int) -> int:
    """A town of bent streets with so many segments, a grid in each block and shops with numbers on twenty roads."""
    across = max(2, round(math.sqrt(segments / 2)))
    east = WEST + STEP * across
    ring = [[WEST, SOUTH], [east, SOUTH], [east, SOUTH + STEP * across], [WEST, SOUTH + STEP * across], [WEST, SOUTH]]
    city.found_bureau(_act(), code="B", name="基准局", boundary=[ring])
    dice = random.Random(3)
    rows = []
    for n in range(across):
        for k in range(across):
            for name, begin, way in ((f"横{n}路", (k, n), (1, 0)), (f"纵{n}路", (n, k), (0, 1))):
                line = [_bent(begin, way, share / (BENDS - 1), dice) for share in range(BENDS)]
                rows.append(Segment(code=f"{name}-{k}", road=name, length_m=300, line=line, network="bench"))
    city.register_segments(_act(), segments=rows)
    city.draw_grids(_act(), grids=[_grid(n, k) for n in range(across) for k in range(across)])
    own = {row.code: row for row in Segment.objects.filter(road__in=[f"横{n}路" for n in range(20)]).defer("line")}
    shops = [
        Shop(code=f"D{n}-{k}-{i}", name=f"横{n}路店{k}-{i}", segment=own[f"横{n}路-{k}"], house_number=str(20 * k + i + 1),
             lon_e7=round((WEST + STEP * (k + (i + 1) / 12)) * 1e7), lat_e7=round((SOUTH + STEP * n + 0.0001 * (-1) ** i) * 1e7))
        for n in range(min(20, across)) for k in range(min(5, across)) for i in range(0, 10, 3)
    ]  # fmt: skip
    city.register_shops(_act(), shops=shops)
    return across


def _bent(begin: tuple[int, int], way: tuple[int, int], share: float, dice: random.Random) -> list[float]:
    """A point on a street: its ends lie on the crossings, between them it wavers by up to 10 metres."""
    off = 0.0001 * (dice.random() - 0.5) if 0 < share < 1 else 0.0
    return [
        WEST + STEP * (begin[0] + way[0] * share) + way[1] * off,
        SOUTH + STEP * (begin[1] + way[1] * share) + way[0] * off,
    ]


def _grid(n: int, k: int) -> Grid:
    west, south = WEST + STEP * n, SOUTH + STEP * k
    ring = [[west, south], [west + STEP, south], [west + STEP, south + STEP], [west, south + STEP], [west, south]]
    return Grid(code=f"370781{n:04d}{k:05d}", name=f"网格{n}-{k}", rings=[ring])


def _act() -> Act:
    return Act(by=NOBODY, at=FOUNDED)
