"""In which coordinate system a file really is: numbers laid over the city's own streets and border.

A file in the wrong system lies beside the streets by the same half kilometre everywhere. Each system that a Chinese
city meets is tried; the one in which the points lie on the streets (or the outline on the border) is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Polygon

from xiuhua.city.models import Bureau, Segment
from xiuhua.city.places import Places
from xiuhua.kit.coordinates import (
    BD09,
    GCJ02,
    MERCATOR,
    WGS84,
    Number,
    Pair,
    System,
    gauss_system,
    system_named,
    unpacked_degrees,
)
from xiuhua.kit.features import FeatureFile, coordinates, into_wgs84
from xiuhua.kit.points import METRES_PER_DEGREE
from xiuhua.kit.refusals import Refused

SAMPLE = 400
LEAST_POINTS = 4
CLEARLY = 0.5
"""A system fits clearly better when its points lie less than half as far from the streets, and nearer by 15 metres."""
NEARER_M = 15.0
CLOSE_M = 80.0
"""A shifted file, put right, lies on the streets: its points are as near to them as shops and grid edges are."""
FAR_M = 2_000.0
"""Exchanged or projected numbers lie nowhere near the city, so that within two kilometres of a street says enough."""
COMPASS = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")


Lines = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True)
class Looks:
    """What the numbers of a file look like. `system` is none when they are as they were said to be.

    `east_m` and `north_m` are how far they lie off, `off_m` how far that is; `sentence` says it for people.
    `swapped` and `packed` tell of longitude and latitude exchanged, and of degrees, minutes and seconds in one number.
    """

    system: System | None = None
    sentence: str = ""
    off_m: float = 0.0
    east_m: float = 0.0
    north_m: float = 0.0
    swapped: bool = False
    packed: bool = False


class Ground:
    """What the city knows of its ground: streets and border, as lines in a local plane of metres."""

    def __init__(self, lines: Lines, *, edges: Lines = ()) -> None:
        kept = [[(float(p[0]), float(p[1])) for p in line] for line in lines if len(line) > 1]
        every = [p for line in kept for p in line[:1]]
        self.lat0 = sum(p[1] for p in every) / len(every) if every else 0.0
        self.lon0 = sum(p[0] for p in every) / len(every) if every else 0.0
        self.kx = METRES_PER_DEGREE * math.cos(math.radians(self.lat0))
        self.lines = [LineString([(x * self.kx, y * METRES_PER_DEGREE) for x, y in line]) for line in kept]
        self.tree = STRtree(self.lines)
        self.edges = [
            Polygon([(x * self.kx, y * METRES_PER_DEGREE) for x, y, *_ in ring]) for ring in edges if len(ring) > 3
        ]

    def __bool__(self) -> bool:
        return bool(self.lines)

    def distance_m(self, lon: Number, lat: Number) -> float:
        """The median distance of points to the nearest known line; what is no place on earth is far away."""
        ok = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        far = np.full(len(lon), 1e9)
        if ok.any():
            points = shapely.points(np.asarray(lon)[ok] * self.kx, np.asarray(lat)[ok] * METRES_PER_DEGREE)
            _which, distances = self.tree.query_nearest(points, return_distance=True, all_matches=False)
            far[np.flatnonzero(ok)] = distances
        return float(np.median(far))

    def holds(self, lon: Number, lat: Number) -> bool:
        """Whether most of the points lie within the bureau's border."""
        x, y = np.nan_to_num(np.asarray(lon)) * self.kx, np.nan_to_num(np.asarray(lat)) * METRES_PER_DEGREE
        inside = np.zeros(len(x), dtype=bool)
        for edge in self.edges:
            inside |= shapely.contains_xy(edge, x, y)
        return bool(inside.mean() > 0.5)


def known_ground() -> Ground:
    """The streets of the register, along which shops stand and grids are drawn, and the bureau's border."""
    bureau = Bureau.objects.first()
    edges: list[Sequence[Sequence[float]]] = list(bureau.boundary) if bureau is not None else []
    lines = list(edges)
    lines += Segment.objects.filter(ended_on=None).exclude(line=[]).values_list("line", flat=True)[:30_000]
    return Ground(lines, edges=edges)


def looks_like(x: Number, y: Number, ground: Ground, *, said: System = WGS84) -> Looks:
    """What numbers that were said to be in a system look like, measured against the known ground.

    Nothing is said without ground to compare with, for fewer than four points, or when nothing fits clearly better:
    then the numbers are what they were said to be, as far as anybody can tell.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(x) > SAMPLE:
        chosen = np.linspace(0, len(x) - 1, SAMPLE).astype(int)
        x, y = x[chosen], y[chosen]
    with np.errstate(all="ignore"):
        if not said.projected and _exchanged(x, y):
            return Looks(said, "经度和纬度写反了，应当先写经度、后写纬度。", swapped=True)
        if not ground or len(x) < LEAST_POINTS:
            return Looks()
        told = said.to_wgs84(x, y)
        as_said = ground.distance_m(*told)
        best, fit, at = min(
            ((looks, ground.distance_m(*place), place) for looks, place in _candidates(x, y, ground, said)),
            key=lambda one: one[1],
        )
        no_degrees = bool(np.nanmax(np.abs(x), initial=0) > 360) and not said.projected
        if no_degrees and fit > FAR_M:  # streets not drawn yet: the border says which zone it is
            inside = next((one for one in _candidates(x, y, ground, said) if ground.holds(*one[1])), None)
            return _told(inside[0], told, inside[1], ground) if inside else Looks()
        near = FAR_M if best.swapped or best.packed or (best.system and best.system.projected) else CLOSE_M
        if fit > near or fit > as_said * CLEARLY or as_said - fit < NEARER_M:
            return Looks()
        return _told(best, told, at, ground)


def _exchanged(x: np.ndarray, y: np.ndarray) -> bool:
    """Longitude and latitude exchanged is seen without any ground: no place of China reads both ways."""
    return bool(len(x) and np.all((x >= 3) & (x <= 54) & (y >= 73) & (y <= 136)))


def _candidates(x: np.ndarray, y: np.ndarray, ground: Ground, said: System) -> Iterator[tuple[Looks, Pair]]:
    """Every reading that a file might really have, with the places that it would mean."""
    for swapped, (a, b) in ((False, (x, y)), (True, (y, x))):
        for system in _systems(a, b, ground):
            if system.code != said.code or swapped:
                yield Looks(system, swapped=swapped), system.to_wgs84(a, b)
        if np.all(np.abs(a) <= 180):
            yield Looks(WGS84, swapped=swapped, packed=True), (unpacked_degrees(a), unpacked_degrees(b))


def _systems(x: np.ndarray, y: np.ndarray, ground: Ground) -> Iterator[System]:
    if np.all(np.abs(x) <= 180):
        yield from (WGS84, GCJ02, BD09)
        return
    yield MERCATOR
    for width in (3, 6):
        middle = round(ground.lon0 / 3) * 3 if width == 3 else math.floor(ground.lon0 / 6) * 6 + 3
        for meridian in (middle - width, middle, middle + width):
            zone = meridian // 3 if width == 3 else (meridian + 3) // 6
            for false_east in (500_000.0, zone * 1e6 + 500_000.0):
                yield gauss_system(float(meridian), false_east, degrees=width)


def _told(best: Looks, told: Pair, at: Pair, ground: Ground) -> Looks:
    east = float(np.median(np.asarray(told[0]) - np.asarray(at[0]))) * ground.kx
    north = float(np.median(np.asarray(told[1]) - np.asarray(at[1]))) * METRES_PER_DEGREE
    off = math.hypot(east, north)
    assert best.system is not None
    if best.swapped:
        sentence = "经度和纬度（或东坐标和北坐标）写反了。"
    elif best.packed:
        sentence = "这些数像是度分秒连写的（118.2833 表示 118°28′33″），请换成度。"
    elif best.system.projected:
        sentence = f"坐标像是投影坐标（米）：{best.system.label}。"
    else:
        way = COMPASS[round(math.degrees(math.atan2(north, east)) / 45) % 8]
        sentence = f"这些点整体偏{way}约 {round(off, -1):.0f} 米，像是 {best.system.label}坐标。"
    return Looks(best.system, sentence, off, east, north, best.swapped, best.packed)


def brought_to_wgs84(file: FeatureFile, *, system: str, ground: Ground) -> tuple[System, list[str]]:
    """Convert a file's coordinates, as somebody states or the file says; refused when they look like another system.

    What somebody states is done, with a remark when the city's streets speak against it.
    """
    said = system_named(system) if system else file.system or WGS84
    points = coordinates(file.features)
    remarks: list[str] = []
    if len(points):
        looks = looks_like(points[:, 0], points[:, 1], ground, said=said)
        if looks.system is not None and (not system or looks.swapped or looks.packed):
            raise Refused.told(
                "place.system",
                f"“{file.filename}”的坐标系不对：{looks.sentence}请核对后选择坐标系再导入；确实没有错的，请明确选择 {said.label}。",
                field="system", looks=looks.system.code,
            )  # fmt: skip
        if looks.system is not None:
            remarks.append(f"按您选择的 {said.label} 导入；但{looks.sentence}请核对。")
    into_wgs84(file.features, said)
    return said, remarks


def outside_m(shapes: Places, lon: float, lat: float) -> float:
    """How far a place lies beyond the bureau's border, in metres; 0 inside, or when no border is known."""
    if not shapes.boundary:
        return 0.0
    (x,), (y,) = shapes.plane.xy(np.array([lon]), np.array([lat]))
    spot = shapely.Point(x, y)
    return float(min(one.distance(spot) for one in shapes.boundary))
