"""Coordinates go to WGS84 and back without moving by a millimetre, one at a time or a million at once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.kit.coordinates import (
    BD09,
    CGCS2000,
    GCJ02,
    WGS84,
    System,
    degrees_of,
    epsg_system,
    system_named,
    unpacked_degrees,
)
from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.refusals import Refused

MILLIMETRE = 1e-3
BOUNDARY = (
    Path(os.environ.get("XIUHUA_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "roads" / "boundary"
)
needs_borders = pytest.mark.skipif(not BOUNDARY.exists(), reason="the shared boundary files are not on this machine")

LON, LAT = st.floats(73.7, 134.7), st.floats(18.2, 53.4)

# Computed with PROJ 9 (pyproj 3.7.2), to a micrometre.
PROJ = [
    (4491, 75.9, 39.1, 13577854.564223, 4329991.284126),
    (4508, 114.5, 30.2, 837127.063837, 3347467.863461),
    (4509, 118.479, 36.685, 632193.574160, 4062573.377120),
    (4498, 118.479, 36.685, 20632193.574160, 4062573.377120),
    (4549, 118.479, 36.685, 364052.198919, 4062632.107867),
    (4527, 118.479, 36.685, 39632193.574160, 4062573.377120),
    (4547, 113.0, 23.1, 397549.517083, 2555962.842346),
    (4513, 76.2, 39.5, 25603217.560320, 4374701.700663),
    (4554, 134.3, 48.3, 448065.976468, 5352022.441420),
    (32650, 118.479, 36.685, 632140.696729, 4060948.347878),
    (3857, 118.479, 36.685, 13189021.949696, 4395290.329646),
]


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return distance_m(Point(*map(float, one)), Point(*map(float, other)))


@pytest.mark.parametrize(("number", "lon", "lat", "x", "y"), PROJ)
def test_a_projection_agrees_with_proj_both_ways(number: int, lon: float, lat: float, x: float, y: float) -> None:
    system = epsg_system(number)
    assert system is not None
    assert system.from_wgs84(lon, lat) == (pytest.approx(x, abs=MILLIMETRE), pytest.approx(y, abs=MILLIMETRE))
    assert apart_m(system.to_wgs84(x, y), (lon, lat)) < MILLIMETRE


@pytest.mark.parametrize("system", [GCJ02, BD09, CGCS2000, WGS84, epsg_system(3857)], ids=lambda one: one.code)
@given(lon=LON, lat=LAT)
def test_there_and_back_is_the_same_place(system: System, lon: float, lat: float) -> None:
    assert apart_m(system.to_wgs84(*system.from_wgs84(lon, lat)), (lon, lat)) < MILLIMETRE


@pytest.mark.parametrize("system", [GCJ02, BD09], ids=lambda one: one.code)
@given(lon=LON, lat=LAT)
def test_back_and_there_is_the_same_place(system: System, lon: float, lat: float) -> None:
    assert apart_m(system.from_wgs84(*system.to_wgs84(lon, lat)), (lon, lat)) < MILLIMETRE


@given(lon=LON, lat=LAT, number=st.integers(4491, 4554))
def test_every_zone_gives_back_what_lies_within_it(lon: float, lat: float, number: int) -> None:
    system = epsg_system(number)
    assert system is not None
    meridian = float(system.label.partition("中央经线 ")[2].partition("°")[0])
    near = meridian + (lon - 73.7) / 61 * 6 - 3
    assert apart_m(system.to_wgs84(*system.from_wgs84(near, lat)), (near, lat)) < MILLIMETRE


@pytest.mark.parametrize("code", ["gcj02", "bd09", "epsg:4549", "epsg:4498", "epsg:3857"])
def test_an_array_gives_what_its_numbers_give(code: str) -> None:
    system = system_named(code)
    lon, lat = np.linspace(117.5, 119.5, 50), np.linspace(36.0, 37.0, 50)
    many = system.from_wgs84(lon, lat)
    for n in range(50):
        one = system.from_wgs84(float(lon[n]), float(lat[n]))
        assert (many[0][n], many[1][n]) == (pytest.approx(one[0], abs=1e-9), pytest.approx(one[1], abs=1e-9))
    back = system.to_wgs84(*many)
    assert np.max(np.abs(back[0] - lon)) < 1e-9 and np.max(np.abs(back[1] - lat)) < 1e-9


def rings(name: str) -> np.ndarray:
    page = json.loads((BOUNDARY / name).read_text("utf-8"))
    found: list[list[float]] = []

    def walk(part: list) -> None:
        if isinstance(part[0], int | float):
            found.append(part[:2])
        else:
            for one in part:
                walk(one)

    for feature in page["features"]:
        walk(feature["geometry"]["coordinates"])
    return np.array(found)


@needs_borders
@pytest.mark.parametrize("name", ["qingzhou_370781", "weifang_370700_counties"])
def test_a_border_published_in_one_system_is_the_border_in_the_other(name: str) -> None:
    shifted, true = rings(f"{name}_gcj02.geojson"), rings(f"{name}_wgs84.geojson")
    lon, lat = GCJ02.to_wgs84(shifted[:, 0], shifted[:, 1])
    # The file in WGS84 is written to six decimals, of which half a unit is 5 cm.
    assert np.max(np.abs(lon - true[:, 0])) < 5.01e-7 and np.max(np.abs(lat - true[:, 1])) < 5.01e-7
    back_lon, back_lat = GCJ02.from_wgs84(lon, lat)
    assert np.max(np.abs(back_lon - shifted[:, 0])) < 1e-10 and np.max(np.abs(back_lat - shifted[:, 1])) < 1e-10


@needs_borders
def test_the_shift_in_qingzhou_is_about_five_hundred_metres() -> None:
    shifted, true = rings("qingzhou_370781_gcj02.geojson")[0], rings("qingzhou_370781_wgs84.geojson")[0]
    assert apart_m(tuple(shifted), tuple(true)) == pytest.approx(513, abs=25)


def test_outside_china_nothing_is_shifted() -> None:
    assert GCJ02.from_wgs84(2.35, 48.86) == (2.35, 48.86)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gcj02", "gcj02"), ("GCJ-02", "gcj02"), ("高德", "gcj02"), ("百度", "bd09"), ("BD-09", "bd09"),
        ("WGS 84", "wgs84"), ("EPSG:4326", "wgs84"), ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84"),
        ("urn:ogc:def:crs:EPSG::4490", "cgcs2000"), ("国家2000", "cgcs2000"), ("EPSG:4547", "epsg:4547"),
        ("4549", "epsg:4549"), ("epsg:3857", "epsg:3857"), ("gk:118.5:500000", "gk:118.5:500000"),
    ],
)  # fmt: skip
def test_a_system_is_known_by_its_names(text: str, code: str) -> None:
    assert system_named(text).code == code


@pytest.mark.parametrize("text", ["EPSG:2437", "Xian_1980", "西安80", "北京54", "没听说过", "", "[", "EPSG:99999999"])
def test_what_is_not_known_is_refused_with_what_is(text: str) -> None:
    with pytest.raises(Refused) as refused:
        system_named(text)
    assert refused.value.field == "system"


def test_a_prj_file_is_read_by_its_numbers_and_not_by_its_name() -> None:
    wkt = (
        'PROJCS["本地坐标系",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
        'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
        'PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",40500000.0],PARAMETER["False_Northing",0.0],'
        'PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],'
        'UNIT["Meter",1.0]]'
    )
    found = system_named(wkt)
    other = epsg_system(4528)
    assert other is not None and found.projected
    assert found.from_wgs84(118.5, 36.7) == other.from_wgs84(118.5, 36.7)
    with pytest.raises(Refused):
        system_named(wkt.replace("6378137.0,298.257222101", "6378140.0,298.257"))


@pytest.mark.parametrize("number", [4490, 4526, 4549, 4498, 32650, 4326])
def test_the_prj_that_we_write_we_read(number: int) -> None:
    system = epsg_system(number)
    assert system is not None
    again = system_named(system.wkt)
    assert again.from_wgs84(118.5, 36.7) == system.from_wgs84(118.5, 36.7)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("118.4759", 118.4759), ("118°28′33.24″", 118.4759), ("118 28 33.24", 118.4759), ("东经118度28分33.24秒", 118.4759),
        ("118°28.554′", 118.4759), ("１１８．４７５９", 118.4759), ("E118°28'33.24\"", 118.4759), ("118:28:33.24", 118.4759),
        ("118°75′", None), ("abc", None), ("", None), ("nan", None), ("inf", None), ("1,2,3", None),
    ],
)  # fmt: skip
def test_angles_as_people_write_them(text: str, value: float | None) -> None:
    assert degrees_of(text) == (value if value is None else pytest.approx(value, abs=1e-9))


def test_degrees_minutes_and_seconds_in_one_number() -> None:
    assert unpacked_degrees(118.28332) == pytest.approx(118 + 28 / 60 + 33.2 / 3600, abs=1e-6)
