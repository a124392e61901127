"""Distances that others measured, and counts as bulletins tell them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.wording import public_count, public_count_en, rounded_down


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        # Geodesics on WGS84, to the metre; the sphere may be off by half a percent.
        (Point(116.397, 39.909), Point(121.474, 31.230), 1_067_700),  # Beijing to Shanghai
        (Point(0, 0), Point(0, 1), 110_574),  # a degree of latitude at the equator
        (Point(118.480, 36.690), Point(118.484, 36.690), 357.5),  # the length of S1 in the tests' town
    ],
)
def test_a_distance_is_within_half_a_percent_of_the_geodesic(one: Point, other: Point, metres: float) -> None:
    assert distance_m(one, other) == pytest.approx(metres, rel=0.006)
    assert distance_m(other, one) == distance_m(one, other)


def test_a_point_is_no_way_from_itself_and_half_the_earth_from_its_opposite() -> None:
    assert distance_m(Point(118.48, 36.69), Point(118.48, 36.69)) == 0
    assert distance_m(Point(0, 0), Point(180, 0)) == pytest.approx(20_015_115, abs=10)


TOLD = [
    ("0", "0个"), ("9", "9个"), ("10", "10个"), ("12", "10余个"), ("53", "50余个"), ("99", "90余个"), ("100", "100个"),
    ("113", "110余个"), ("905", "900余个"), ("912", "910余个"), ("1000", "1000个"), ("1128", "1100余个"),
    ("2118", "2100余个"), ("10000", "10000个"), ("10001", "10000余个"), ("0.5", "0余个"), ("99999", "99000余个"),
]  # fmt: skip


@pytest.mark.parametrize(("exact", "told"), TOLD)
def test_a_count_is_told_as_bulletins_tell_it(exact: str, told: str) -> None:
    assert public_count(Decimal(exact), "个") == told


def test_metres_with_a_fraction_are_told_in_whole_hundreds() -> None:
    assert public_count(Decimal("1126.5"), "米") == "1100余米"
    assert public_count(Decimal("1100.000"), "米") == "1100米"


def test_english_says_more_than_only_when_it_is_more() -> None:
    assert public_count_en(Decimal(2118)) == "more than 2,100"
    assert public_count_en(Decimal(10_000)) == "10,000"


@given(st.decimals("0", "9999999", places=3))
def test_what_is_told_is_never_more_than_the_count_and_never_a_tenth_less(exact: Decimal) -> None:
    told, more = rounded_down(exact)
    assert told <= exact
    assert more == (told < exact)
    assert exact < 10 or told > exact / 2
    assert exact < 100 or told > exact * 9 / 10
