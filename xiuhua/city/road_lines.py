"""A road as a file gives it: one line between two junctions, in numbers, before it is the bureau's segment."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from xiuhua.kit.points import EARTH_RADIUS_M
from xiuhua.kit.shapes import range_fault as range_fault

Lonlat = tuple[float, float]

NAME_MAX = 255
"""Longest road name that is read, in characters: what OpenStreetMap allows for one value."""

STREETS = frozenset(
    [
        *("motorway", "trunk", "primary", "secondary", "tertiary"),
        *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
        *("unclassified", "residential", "living_street", "service", "pedestrian", "road"),
    ]
)
"""Classes that are kept: whatever has frontage or kerb that somebody answers for, expressways included,
because their ramps and the ground under them are patrolled too."""

NO_STREETS = frozenset(
    [
        *("footway", "cycleway", "path", "steps", "track", "bridleway", "corridor", "elevator", "busway"),
        *("platform", "bus_stop", "construction", "proposed", "planned", "abandoned", "razed", "disused"),
        *("raceway", "rest_area", "services", "escape", "bus_guideway", "via_ferrata", "emergency_bay"),
    ]
)
"""Classes that are known and left out: a way inside or beside a street, or no street yet or any more."""

CHINESE_CLASSES = {
    "高速公路": "motorway",
    "快速路": "trunk",
    "主干路": "primary",
    "主干道": "primary",
    "次干路": "secondary",
    "次干道": "secondary",
    "支路": "tertiary",
    "街巷": "residential",
    "背街小巷": "residential",
    "小区路": "living_street",
    "内部路": "service",
    "步行街": "pedestrian",
    "匝道": "trunk_link",
    "其他": "unclassified",
}
"""Road classes as Chinese survey files write them (names after GB/T 51328-2018, with the everyday ones)."""

REGISTER_CLASSES = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "tertiary",
    "road": "tertiary",
    "residential": "residential",
    "living_street": "residential",
    "service": "service",
    "pedestrian": "pedestrian",
}
"""The bureau's eight classes of segments by a file's class. A ramp (`_link`) is of the class of the road that it
leads to; a street whose file does not say more counts as 支路."""


@dataclass(frozen=True, slots=True)
class RoadLine:
    """One stretch of street. `oneway`: 1 along the line, 0 both ways, -1 against; `line` is WGS84 lon, lat."""

    code_hint: str
    name: str
    cls: str
    oneway: int
    length_m: float
    line: list[Lonlat]
    osm_way: str
    from_node: str
    to_node: str


@dataclass(slots=True)
class Network:
    """What a file held. `read == kept + sum of left_out`: no piece of the input goes without an answer.

    `read` counts the lines offered (a part of a MultiLineString is a line; in OSM XML a way with `highway`),
    `kept` those that became segments; an OSM way is cut at junctions, so `segments` may be more than `kept`.
    `remarks` counts what was kept and still deserves a look.
    """

    segments: list[RoadLine] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    source: str = ""
    attribution: str = ""
    crs: str = "WGS84"
    system: str = "wgs84"
    read: int = 0
    kept: int = 0
    remarks: Counter[str] = field(default_factory=Counter)

    @property
    def length_m(self) -> float:
        """Metres of all segments together, each carriageway for itself."""
        return math.fsum(s.length_m for s in self.segments)


def length_of(line: Sequence[Lonlat]) -> float:
    """Length of a drawn line in metres on the sphere; error below 0.5 % against the ellipsoid."""
    total, radians, sin, cos = 0.0, math.pi / 180, math.sin, math.cos
    for (lon, lat), (lon2, lat2) in pairwise(line):
        half_lat, half_lon = (lat2 - lat) * radians / 2, (lon2 - lon) * radians / 2
        chord = sin(half_lat) ** 2 + cos(lat * radians) * cos(lat2 * radians) * sin(half_lon) ** 2
        total += 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
    return total


def class_of(word: str) -> str:
    """The class of a street in one vocabulary (OSM's), or an empty string for a word nobody knows."""
    word = word.strip()
    plain = CHINESE_CLASSES.get(word, word.lower())
    return plain if plain in STREETS or plain in NO_STREETS else ""


def register_class(cls: str) -> str:
    """The class under which a street of a file comes into the register."""
    return REGISTER_CLASSES[cls.removesuffix("_link")]


def oneway_of(word: object, *, implied: bool = False) -> int:
    """1 along the line, -1 against it, 0 both ways; also reads F/T/B of shapefile exports."""
    plain = "" if word is None else str(word).strip().lower()
    if plain in ("-1", "-1.0", "reverse", "t"):
        return -1
    if plain in ("yes", "true", "1", "1.0", "f", "是", "单行"):
        return 1
    return 1 if implied and plain == "" else 0
