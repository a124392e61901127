"""A file in the wrong coordinate system is recognised and named, and a right one is left alone."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from xiuhua.city.recognising import Ground, looks_like
from xiuhua.config.demo.shops import draw_shops
from xiuhua.config.demo.streets import draw_city
from xiuhua.kit.coordinates import BD09, GCJ02, WGS84, System, epsg_system


@functools.cache
def city() -> tuple[Ground, np.ndarray, np.ndarray]:
    """The demonstration's streets, and its shops twelve metres beside them."""
    drawn = draw_city(7)
    points = np.array([shop.point for shop in draw_shops(drawn, 7, 300)])
    return Ground([one.line for one in drawn.segments]), points[:, 0], points[:, 1]


def system(number: int) -> System:
    found = epsg_system(number)
    assert found is not None
    return found


def test_points_on_their_streets_look_like_what_they_are() -> None:
    ground, lon, lat = city()
    assert looks_like(lon, lat, ground).system is None


def test_amap_points_are_named_with_direction_and_distance() -> None:
    ground, lon, lat = city()
    found = looks_like(*GCJ02.from_wgs84(lon, lat), ground)
    assert found.system is GCJ02
    assert found.off_m == pytest.approx(520, abs=15)
    assert found.sentence == "这些点整体偏东约 520 米，像是 GCJ-02（高德、腾讯）坐标。"


def test_baidu_points_are_named() -> None:
    ground, lon, lat = city()
    found = looks_like(*BD09.from_wgs84(lon, lat), ground)
    assert found.system is BD09 and "偏东北约" in found.sentence


def test_points_that_were_converted_once_too_often_are_named_as_well() -> None:
    ground, lon, lat = city()
    found = looks_like(lon, lat, ground, said=GCJ02)
    assert found.system is WGS84 and found.off_m == pytest.approx(520, abs=15)


@pytest.mark.parametrize("number", [4549, 4548, 4527, 4498, 4509, 3857])
def test_projected_metres_are_named_with_their_zone(number: int) -> None:
    ground, lon, lat = city()
    x, y = system(number).from_wgs84(lon, lat)
    found = looks_like(x, y, ground)
    assert found.system is not None and found.system.projected and not found.swapped
    assert np.max(np.abs(found.system.to_wgs84(x, y)[0] - lon)) < 1e-6


def test_exchanged_numbers_are_named() -> None:
    ground, lon, lat = city()
    assert looks_like(lat, lon, ground).swapped
    assert looks_like(lat, lon, Ground([])).swapped
    x, y = system(4549).from_wgs84(lon, lat)
    assert looks_like(y, x, ground).swapped


def test_degrees_minutes_and_seconds_in_one_number_are_named() -> None:
    ground, lon, lat = city()

    def packed(value: np.ndarray) -> np.ndarray:
        whole = np.floor(value)
        minutes = np.floor((value - whole) * 60)
        return whole + minutes / 100 + ((value - whole) * 60 - minutes) * 60 / 10_000

    found = looks_like(packed(lon), packed(lat), ground)
    assert found.packed and "度分秒" in found.sentence


def test_nothing_is_said_without_ground_or_with_three_points_or_of_noise() -> None:
    ground, lon, lat = city()
    shifted = GCJ02.from_wgs84(lon, lat)
    assert looks_like(*shifted, Ground([])).system is None
    assert looks_like(shifted[0][:3], shifted[1][:3], ground).system is None
    random = np.random.default_rng(1)
    anywhere = random.uniform(118.45, 118.50, 200), random.uniform(36.67, 36.70, 200)
    assert looks_like(*anywhere, ground).system is None


def test_numbers_that_are_none_are_survived() -> None:
    ground, lon, lat = city()
    broken = lon.copy()
    broken[::7] = np.nan
    broken[1::7] = np.inf
    assert looks_like(broken, lat, ground).system is None
