"""The check finds what is wrong, and counts in exact fractions."""

from __future__ import annotations

from fractions import Fraction

from xiuhua.routes.checked import check_districts
from xiuhua.routes.tests.made_up import grid, row

LINES = row(4, step=100)


def check(squad, *, weight=(1, 1, 1, 1), squads=2, tolerance=0.05, **more):
    return check_districts(LINES, weight, squad, squads=squads, tolerance=tolerance, degrees=False, **more)


def test_a_fair_half_holds():
    found = check([0, 0, 1, 1])
    assert found.holds and found.deviation == 0 and found.pieces == (1, 1)


def test_a_district_in_two_pieces_is_found():
    found = check([0, 1, 1, 0])
    assert not found.contiguous and found.pieces == (2, 1) and not found.holds


def test_two_towns_may_share_a_squad():
    lines = [*row(2, step=100), *grid(1, 1, x=900)]
    found = check_districts(lines, [1] * 6, [0, 0, 0, 1, 1, 1], squads=2, tolerance=0.4, degrees=False)
    assert found.components == (2, 1) and found.pieces == (2, 1) and found.contiguous


def test_the_border_of_the_tolerance_is_exact():
    weight = (105, 0, 95, 0)
    assert check([0, 0, 1, 1], weight=weight).deviation == Fraction(1, 20)
    assert check([0, 0, 1, 1], weight=weight).within
    assert not check([0, 0, 1, 1], weight=(105.0000001, 0, 95, 0)).within


def test_missing_stations_strangers_and_short_lists_are_told():
    assert "lost its station" in check([0, 0, 1, 1], stations={1: 0}).wrong[0]
    assert "left squad" in check([0, 0, 1, 1], keep={3: 0}).wrong[0]
    assert "no such squad" in check([0, 0, 1, 7]).wrong[0]
    assert not check([0, 0, 1]).holds


def test_a_squad_without_streets_is_told():
    found = check([0, 0, 0, 0])
    assert found.empty == (1,) and found.deviation == 1


def test_degrees_are_snapped_in_metres():
    metre = 1 / 111_195
    lines = [[(116.0, 39.9), (116.001, 39.9)], [(116.001 + 0.9 * metre, 39.9), (116.002, 39.9)]]
    assert check_districts(lines, [1, 1], [0, 0], squads=1, tolerance=0.1, degrees=True).pieces == (1,)
    apart = check_districts(lines, [1, 1], [0, 0], squads=1, tolerance=0.1, degrees=True, snap_m=0.5)
    assert apart.pieces == (2,) and apart.components == (2,)
