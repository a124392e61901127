"""Coordinate systems met in Chinese cities, converted to WGS84 and back at the edge of the program.

One number or a whole numpy array go through the same code. There and back again moves nothing by a millimetre: the
inverses of GCJ-02 and BD-09, which have no formula, are iterated until they stand still.

* WGS84: what phones measure, what the register keeps.
* GCJ-02: the shifted coordinates of Chinese web maps (高德, 腾讯); formulas as published by several open libraries.
* BD-09: Baidu's, shifted once more.
* CGCS2000 (EPSG:4490): taken as WGS84, as Chinese mapping practice and EPSG's own transformation do. The ellipsoids
  differ by 0.1 mm; the plate moves about 3 cm a year since the epoch 2000, less in all than a phone can tell.
* Gauss–Krüger on CGCS2000, 3° and 6° zones, with the zone before the easting or without (EPSG:4491–4554).
* UTM and Web Mercator, which GIS programs write when nobody told them otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from xiuhua.kit.refusals import Refused

Number = Any
"""A float or a numpy array of floats; what goes in comes out."""

Pair = tuple[Number, Number]
A, F = 6_378_137.0, 1 / 298.257222101
"""CGCS2000's ellipsoid, which is GRS80's shape."""


@dataclass(frozen=True)
class System:
    """A coordinate system: `code` is written on the line of an import, `label` is for people.

    `to_wgs84` takes x and y (degrees east and north, or metres) to lon and lat; `from_wgs84` is its inverse.
    """

    code: str
    label: str
    to_wgs84: Callable[[Number, Number], Pair]
    from_wgs84: Callable[[Number, Number], Pair]
    projected: bool = False
    wkt: str = ""


# ---------------------------------------------------------------- GCJ-02 and BD-09

GCJ_A, GCJ_EE = 6_378_245.0, 0.00669342162296594323
BD_TURN = math.pi * 3000.0 / 180.0


def _same(lon: Number, lat: Number) -> Pair:
    return lon, lat


def _gcj_offset(lon: Number, lat: Number) -> Pair:
    """Degrees by which GCJ-02 shifts a WGS84 place; nothing outside China's rectangle."""
    x, y = lon - 105.0, lat - 35.0
    root, pi = np.sqrt(np.abs(x)), math.pi
    waves = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north = north + (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north = north + (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east = east + (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = lat / 180.0 * pi
    magic = 1.0 - GCJ_EE * np.sin(phi) ** 2
    north = north * 180.0 / ((GCJ_A * (1.0 - GCJ_EE)) / (magic * np.sqrt(magic)) * pi)
    east = east * 180.0 / (GCJ_A / np.sqrt(magic) * np.cos(phi) * pi)
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.where(inside, east, 0.0), np.where(inside, north, 0.0)


def _gcj_of(lon: Number, lat: Number) -> Pair:
    east, north = _gcj_offset(lon, lat)
    return lon + east, lat + north


def _bd_of_gcj(lon: Number, lat: Number) -> Pair:
    far = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * BD_TURN)
    turn = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BD_TURN)
    return far * np.cos(turn) + 0.0065, far * np.sin(turn) + 0.006


def _bd_of(lon: Number, lat: Number) -> Pair:
    return _bd_of_gcj(*_gcj_of(lon, lat))


def _inverse(forward: Callable[[Number, Number], Pair]) -> Callable[[Number, Number], Pair]:
    """The inverse of a shift by iteration: guess, see how far the guess is thrown, correct.

    The shift changes by less than a fiftieth of the way over which it is asked, so each round leaves a fiftieth of the
    error; it ends below 1e-11 degrees (a thousandth of a millimetre). Source: our choice.
    """

    def back(lon: Number, lat: Number) -> Pair:
        x, y = lon, lat
        for _round in range(30):
            there_x, there_y = forward(x, y)
            off_x, off_y = lon - there_x, lat - there_y
            x, y = x + off_x, y + off_y
            if np.max(np.abs(off_x), initial=0.0) < 1e-11 and np.max(np.abs(off_y), initial=0.0) < 1e-11:
                break
        return x, y

    return back


# ---------------------------------------------------------------- projections

N = F / (2 - F)
E = math.sqrt(F * (2 - F))
RADIUS = A / (1 + N) * (1 + N**2 / 4 + N**4 / 64)
ALPHA = (
    N / 2 - 2 * N**2 / 3 + 5 * N**3 / 16 + 41 * N**4 / 180,
    13 * N**2 / 48 - 3 * N**3 / 5 + 557 * N**4 / 1440,
    61 * N**3 / 240 - 103 * N**4 / 140,
    49561 * N**4 / 161280,
)
BETA = (
    N / 2 - 2 * N**2 / 3 + 37 * N**3 / 96 - N**4 / 360,
    N**2 / 48 + N**3 / 15 - 437 * N**4 / 1440,
    17 * N**3 / 480 - 37 * N**4 / 840,
    4397 * N**4 / 161280,
)
"""Krüger's series to the fourth order of the third flattening, which is right to a micrometre within a zone.
Source: L. Krüger, Konforme Abbildung des Erdellipsoids in der Ebene (1912)."""


@dataclass(frozen=True)
class Gauss:
    """Transverse Mercator: central meridian in degrees, false easting in metres, scale on the meridian."""

    meridian: float
    false_east_m: float
    scale: float = 1.0

    def plane(self, lon: Number, lat: Number) -> Pair:
        """Easting and northing in metres."""
        phi, lam = np.radians(lat), np.radians(lon - self.meridian)
        t = np.sinh(np.arctanh(np.sin(phi)) - E * np.arctanh(E * np.sin(phi)))
        xi, eta = np.arctan2(t, np.cos(lam)), np.arctanh(np.sin(lam) / np.sqrt(1 + t * t))
        east, north = eta, xi
        for j, one in enumerate(ALPHA, start=1):
            east = east + one * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
            north = north + one * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
        return self.false_east_m + self.scale * RADIUS * east, self.scale * RADIUS * north

    def globe(self, east: Number, north: Number) -> Pair:
        """Longitude and latitude in degrees."""
        xi, eta = north / (self.scale * RADIUS), (east - self.false_east_m) / (self.scale * RADIUS)
        xi_, eta_ = xi, eta
        for j, one in enumerate(BETA, start=1):
            xi_ = xi_ - one * np.sin(2 * j * xi) * np.cosh(2 * j * eta)
            eta_ = eta_ - one * np.cos(2 * j * xi) * np.sinh(2 * j * eta)
        conformal = np.arcsinh(np.sin(xi_) / np.sqrt(np.sinh(eta_) ** 2 + np.cos(xi_) ** 2))
        phi = np.arctan(np.sinh(conformal))
        for _round in range(7):
            phi = np.arcsin(np.tanh(conformal + E * np.arctanh(E * np.sin(phi))))
        return self.meridian + np.degrees(np.arctan2(np.sinh(eta_), np.cos(xi_))), np.degrees(phi)


def _mercator(lon: Number, lat: Number) -> Pair:
    return A * np.radians(lon), A * np.arctanh(np.sin(np.radians(lat)))


def _mercator_back(x: Number, y: Number) -> Pair:
    return np.degrees(x / A), np.degrees(np.arctan(np.sinh(y / A)))


# ---------------------------------------------------------------- by name

GEOGCS = (
    'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
WGS_WKT = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)

WGS84 = System("wgs84", "WGS84", _same, _same, wkt=WGS_WKT)
GCJ02 = System("gcj02", "GCJ-02（高德、腾讯）", _inverse(_gcj_of), _gcj_of)
BD09 = System("bd09", "BD-09（百度）", _inverse(_bd_of), _bd_of)
CGCS2000 = System("cgcs2000", "CGCS2000（国家 2000）", _same, _same, wkt=GEOGCS)
MERCATOR = System("epsg:3857", "Web 墨卡托", _mercator_back, _mercator, projected=True)

ALIASES = {
    "wgs84": WGS84, "wgs1984": WGS84, "crs84": WGS84, "4326": WGS84, "gcswgs1984": WGS84, "gps": WGS84,
    "gcj02": GCJ02, "gcj": GCJ02, "高德": GCJ02, "腾讯": GCJ02, "火星": GCJ02, "火星坐标": GCJ02, "火星坐标系": GCJ02,
    "bd09": BD09, "bd09ll": BD09, "百度": BD09, "baidu": BD09,
    "cgcs2000": CGCS2000, "4490": CGCS2000, "国家2000": CGCS2000, "2000国家大地坐标系": CGCS2000, "大地2000": CGCS2000,
    "gcschinageodeticcoordinatesystem2000": CGCS2000, "chinageodeticcoordinatesystem2000": CGCS2000,
    "3857": MERCATOR, "900913": MERCATOR, "webmercator": MERCATOR,
}  # fmt: skip
OTHER_DATUMS = (
    "xian",
    "西安",
    "beijing",
    "北京54",
    "krasov",
    "pulkovo",
    "iag75",
    "iag_1975",
    "clarke",
    "international",
)
PLAIN = ("wgs84", "gcj02", "bd09", "cgcs2000")
"""The systems that a form offers by name; the others are written as EPSG codes."""


def gauss_system(
    meridian: float, false_east_m: float, *, degrees: int = 3, code: str = "", scale: float = 1.0
) -> System:
    """A projection by its numbers, as a .prj file states them."""
    gauss = Gauss(meridian, false_east_m, scale)
    code = code or f"gk:{meridian:g}:{false_east_m:g}" + ("" if scale == 1 else f":{scale:g}")
    label = f"CGCS2000 高斯投影 {degrees}°带 中央经线 {meridian:g}°" + ("（带号）" if false_east_m > 1e6 else "")
    if scale != 1:
        label = f"UTM 中央经线 {meridian:g}°"
    wkt = (
        f'PROJCS["{label}",{GEOGCS},PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",{false_east_m:.1f}],'
        f'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian:.1f}],'
        f'PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    return System(code, label, gauss.globe, gauss.plane, projected=True, wkt=wkt)


def epsg_system(number: int) -> System | None:
    """The system of an EPSG code, as far as Chinese cities use it; none for others."""
    code = f"epsg:{number}"
    if str(number) in ALIASES:
        return ALIASES[str(number)]
    if 4491 <= number <= 4501:
        zone = number - 4491 + 13
        return gauss_system(6.0 * zone - 3, zone * 1e6 + 500_000, degrees=6, code=code)
    if 4502 <= number <= 4512:
        return gauss_system(6.0 * (number - 4502 + 13) - 3, 500_000, degrees=6, code=code)
    if 4513 <= number <= 4533:
        zone = number - 4513 + 25
        return gauss_system(3.0 * zone, zone * 1e6 + 500_000, code=code)
    if 4534 <= number <= 4554:
        return gauss_system(3.0 * (number - 4534 + 25), 500_000, code=code)
    if 32643 <= number <= 32653:
        return gauss_system(6.0 * (number - 32600) - 183, 500_000, degrees=6, code=code, scale=0.9996)
    return None


def system_named(text: str) -> System:
    """The system that somebody means by `gcj02`, `高德`, `EPSG:4547`, a URN, or the WKT of a .prj file.

    Raises `Refused("coordinates.system")` for what is not known, and for Xi'an 80 and Beijing 54, whose way to WGS84
    each surveying office keeps to itself.
    """
    if "[" in text:
        return _system_of_wkt(text)
    plain = re.sub(r"[\s_\-/（）()]", "", text.lower())
    plain = re.sub(r"^(urn:)?(ogc:)?(def:)?(crs:)?", "", plain)
    number = re.fullmatch(r"(?:epsg:*(?:[\d.]*:)?)?(\d{4,6})", plain)
    found = (
        epsg_system(int(number.group(1)))
        if number
        else ALIASES.get(plain.removeprefix("ogc:1.3:").removeprefix("ogc:"))
    )
    if found is None and plain.startswith("gk:"):
        numbers = [float(one) for one in plain.split(":")[1:]]
        return gauss_system(numbers[0], numbers[1], scale=numbers[2] if len(numbers) > 2 else 1.0)
    if found is None:
        raise _unknown(text)
    return found


def _unknown(text: str) -> Refused:
    if any(one in text.lower() for one in OTHER_DATUMS):
        return Refused(
            "coordinates.system",
            "坐标系“{text}”换算需要当地测绘部门的参数，请先在 GIS 软件里转成 CGCS2000 或 WGS84。",
            field="system", text=text[:60],
        )  # fmt: skip
    return Refused(
        "coordinates.system",
        "不认识坐标系“{text}”。可以写 wgs84、gcj02（高德）、bd09（百度）、cgcs2000，或者 EPSG 编号如 EPSG:4547。",
        field="system", text=text[:60],
    )  # fmt: skip


def _system_of_wkt(text: str) -> System:
    """The system of a .prj file, by its datum and the numbers of its projection rather than by its name."""
    datum = re.search(
        r'GEOG(?:CS|CRS)\s*\[\s*"([^"]*)".*?SPHEROID\s*\[\s*"([^"]*)"\s*,\s*([\d.]+)\s*,\s*([\d.]+)', text, re.S
    )
    if datum is None or abs(float(datum[3]) - A) > 0.5 or abs(float(datum[4]) - 298.2572) > 0.001:
        raise _unknown(datum[1] if datum else text)
    if not re.match(r"\s*PROJ", text):
        return WGS84 if "WGS" in datum[1].upper() else CGCS2000
    told = {
        name.lower(): float(value) for name, value in re.findall(r'PARAMETER\s*\[\s*"([^"]+)"\s*,\s*(-?[\d.]+)', text)
    }
    projection = (re.search(r'PROJECTION\s*\[\s*"([^"]+)"', text) or ["", ""])[1].lower()
    if "transverse" in projection or "gauss" in projection:
        return gauss_system(
            told.get("central_meridian", 0.0), told.get("false_easting", 0.0), scale=told.get("scale_factor", 1.0)
        )
    if "mercator" in projection:
        return MERCATOR
    raise _unknown(projection or text)


# ---------------------------------------------------------------- as people write them

DMS = re.compile(
    r"^\s*[东西南北EWNS]?(?:经|纬)?\s*(\d{1,3})\s*[°度dD:\s]\s*(\d{1,2}(?:\.\d+)?)\s*(?:['′分:\s]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|秒|''|′′)?)?)?\s*[EWNSewns]?\s*$"
)


def degrees_of(text: str) -> float | None:
    """Degrees from a cell: `118.4759`, `118°28′33.2″`, `118 28 33.2`, `东经118度28分33秒`; none when it is no angle."""
    plain = text.strip().translate(str.maketrans("０１２３４５６７８９．，", "0123456789.,"))
    try:
        value = float(plain)
    except ValueError:
        told = DMS.match(plain)
        if told is None:
            return None
        minutes, seconds = float(told[2]), float(told[3] or 0)
        if minutes >= 60 or seconds >= 60:
            return None
        return float(told[1]) + minutes / 60 + seconds / 3600
    return value if math.isfinite(value) else None


def unpacked_degrees(value: Number) -> Number:
    """Degrees that were written as degrees, minutes and seconds in one number: 118.28332 means 118°28′33.2″."""
    whole = np.floor(value)
    minutes = np.floor((value - whole) * 100 + 1e-7)
    seconds = ((value - whole) * 100 - minutes) * 100
    return whole + minutes / 60 + seconds / 3600
