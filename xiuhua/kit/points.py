"""A point on the street, and how far it is to another. WGS84 everywhere; other systems are converted at the edge."""

from __future__ import annotations

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG). A haversine length on it is within 0.5 % of the ellipsoid's anywhere on earth."""

METRES_PER_DEGREE = 111_320.0
"""Metres of one degree of latitude, and of longitude times the cosine of the latitude, in a local plane; within 0.6 %."""


@dataclass(frozen=True, slots=True)
class Point:
    """Longitude and latitude in degrees, WGS84."""

    lon: float
    lat: float


def distance_m(one: Point, other: Point) -> float:
    """Metres between two points on the sphere; error below 0.5 % against the ellipsoid."""
    half_lat = math.radians(other.lat - one.lat) / 2
    half_lon = math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(math.radians(one.lat)) * math.cos(math.radians(other.lat)) * (
        math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))
