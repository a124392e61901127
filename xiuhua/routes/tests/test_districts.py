"""Districts on made-up and real networks, each checked from the raw lines by code of its own."""

from __future__ import annotations

import gzip
import json
import math
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.routes import engines
from xiuhua.routes.checked import check_districts
from xiuhua.routes.districts import DistrictParams, NoDistricts, Streets, design_districts
from xiuhua.routes.network import flat, network_of
from xiuhua.routes.tests.made_up import arms, grid, river, row, tree

ROADS = Path(os.environ.get("XIUHUA_DATA", Path(__file__).parents[4] / "shared" / "data")) / "roads"


def made(lines, squads, *, weight=None, stations=None, keep=None, tolerance=0.05, **params):
    """Districts, and what the independent check says of them; both have to agree to the last digit."""
    network = network_of(lines)
    weight = list(weight or network.length_m)
    params = DistrictParams(squads=squads, tolerance=tolerance, **{"seconds": 600, "starts": 2} | params)
    found = design_districts(Streets(network, weight, stations or {}, keep or {}), params)
    checked = check_districts(
        lines, weight, found.squad, squads=squads, tolerance=tolerance, degrees=False, stations=stations, keep=keep
    )
    assert checked.contiguous and not checked.wrong
    assert float(checked.deviation) == pytest.approx(found.deviation, abs=1e-9)
    assert found.bound.least <= found.deviation + 1e-9
    assert found.least_way_m <= found.way_m + 1e-9
    return found, checked


@pytest.mark.parametrize(
    ("lines", "squads"),
    [(grid(12, 12), 5), (tree(200, 5), 4), (river(), 6), (grid(6, 6) + grid(6, 6), 4), (row(100), 4)],
    ids=["grid", "tree", "river with two bridges", "every street drawn twice", "one long street"],
)
def test_districts_are_level_and_hang_together(lines, squads):
    _, checked = made(lines, squads)
    assert checked.holds


def test_small_islands_go_to_one_squad_whole():
    lines = grid(10, 10) + grid(8, 8, x=3000) + grid(1, 1, x=5000) + grid(2, 1, x=6000, y=9000)
    found, checked = made(lines, 4)
    assert checked.holds
    assert len(set(found.squad[-11:-7])) == 1 and len(set(found.squad[-7:])) == 1


def test_two_equal_towns_can_share_a_third_squad():
    _, checked = made(grid(10, 10) + grid(10, 10, x=3000), 3)
    assert checked.holds and sorted(checked.components) == [1, 1, 2]


def test_a_segment_heavier_than_a_share_is_named_as_the_reason():
    found, checked = made(grid(6, 6), 4, weight=[5000] + [100] * 83)
    assert not checked.within
    assert found.bound.why == "heavy" and found.bound.least == pytest.approx(5000 / 3325 - 1)
    assert found.deviation == pytest.approx(found.bound.least, abs=0.03)


def test_a_network_that_cannot_be_level_says_how_level_it_could_be():
    found, _ = made([*row(1, step=500), *grid(2, 2, x=500)], 2, weight=[100, *[1] * 12])
    assert found.bound.why == "heavy" and found.deviation == pytest.approx(found.bound.least)
    spokes, _ = made(arms(3, 10), 7)
    assert spokes.bound.why == "cut" and 0.05 < spokes.bound.least < spokes.deviation


def test_one_squad_has_everything_and_squads_without_streets_are_told():
    alone, checked = made(grid(3, 3), 1)
    assert set(alone.squad) == {0} and checked.deviation == 0
    many, checked = made(grid(1, 1), 9)
    assert sorted(many.squad) == [0, 1, 2, 3] and len(checked.empty) == 5 and not checked.within
    assert many.bound.least == pytest.approx(1.25)


def test_stations_and_fixed_segments_stay_where_they_are():
    corner, checked = made(grid(20, 20), 4, stations={0: 0, 1: 2, 2: 45, 3: 80})
    assert checked.holds and corner.centres == (0, 2, 45, 80)
    _, checked = made(grid(20, 20), 5, stations={0: 0}, keep={100: 1, 700: 1, 300: 2, 5: 0, 839: 3})
    assert checked.holds
    _, checked = made(
        grid(10, 10) + grid(8, 8, x=3000) + grid(1, 1, x=5000), 4, keep={0: 0, 300: 0, 350: 1, 364: 2, 365: 3}
    )
    assert checked.contiguous


def test_fixed_segments_that_cannot_be_joined_are_refused_with_the_squad():
    with pytest.raises(NoDistricts) as told:
        made(row(9), 2, keep={0: 0, 4: 1, 8: 0})
    assert told.value.proven and told.value.squad == 0


def test_a_squad_for_which_nothing_is_left_is_refused():
    with pytest.raises(NoDistricts) as told:
        made(grid(2, 1), 2, keep=dict.fromkeys(range(7), 0))
    assert told.value.why == "nothing_left" and told.value.squad == 1


def test_the_same_seed_gives_the_same_districts():
    one, _ = made(grid(9, 9), 4, seed=3)
    two, _ = made(grid(9, 9), 4, seed=3)
    assert one.squad == two.squad and one.way_m == two.way_m


def test_without_metis_districts_grow_from_spread_seeds(monkeypatch):
    def absent(name, module):
        raise engines.EngineAbsent(name)

    monkeypatch.setattr(engines, "_engine", absent)
    found, checked = made(grid(12, 12), 5)
    assert checked.holds and found.start == "spread"
    with pytest.raises(engines.EngineAbsent, match="districts"):
        made(grid(9, 9), 2, start="metis")


def test_a_search_that_is_stopped_gives_its_best_so_far():
    network = network_of(grid(12, 12))
    told = []
    found = design_districts(
        Streets(network, network.length_m),
        DistrictParams(squads=6, seconds=600),
        told=told.append,
        goes_on=lambda: not told,
    )
    assert len(told) == 1 and found.rounds == 1 and len(set(found.squad)) == 6


@pytest.mark.parametrize(
    "wrong",
    [{"squads": 0}, {"squads": 2, "tolerance": 0}, {"squads": 2, "seconds": -1}, {"squads": 2, "start": "luck"},
     {"squads": 2, "tolerance": math.nan}, {"squads": 2, "whole_share": 2}],
)  # fmt: skip
def test_parameters_outside_their_range_are_refused(wrong):
    with pytest.raises(ValueError):
        DistrictParams(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"weight": [1, 2]}, {"weight": [-1] * 12}, {"weight": [math.nan] * 12}, {"weight": [0] * 12}, {"stations": {0: 99}},
     {"stations": {0: 1, 1: 1}}, {"keep": {0: 7}}, {"stations": {0: 1}, "keep": {1: 1}}],
)  # fmt: skip
def test_numbers_that_make_no_sense_are_refused(wrong):
    network = network_of(grid(2, 2))
    with pytest.raises(ValueError):
        design_districts(Streets(**{"network": network, "weight": [1.0] * 12} | wrong), DistrictParams(squads=2))


@st.composite
def towns(draw):
    """A town with streets missing here and there, loads of any size, some stations and some fixed segments."""
    lines = grid(draw(st.integers(1, 5)), draw(st.integers(1, 5)))
    gone = draw(st.sets(st.integers(0, len(lines) - 1), max_size=len(lines) // 2))
    lines = [line for i, line in enumerate(lines) if i not in gone]
    squads = draw(st.integers(1, 6))
    weight = draw(st.lists(st.floats(0, 1000), min_size=len(lines), max_size=len(lines)))
    weight[0] += 1
    index, squad = st.integers(0, len(lines) - 1), st.integers(0, squads - 1)
    keep = draw(st.dictionaries(index, squad, max_size=3))
    spots = draw(st.lists(index.filter(lambda i: i not in keep), unique=True, max_size=2))
    return lines, squads, weight, keep, dict(list(enumerate(spots))[:squads])


@pytest.mark.parametrize(("keep", "stations"), [({0: 1}, {}), ({}, {0: 0})], ids=["kept", "station"])
def test_where_one_street_has_all_the_load_what_is_fixed_stays(keep, stations):
    lines = grid(5, 5)
    made(lines, 2, weight=[1.0] + [0.0] * (len(lines) - 1), keep=keep, stations=stations, starts=1)


@given(towns())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_town_districts_hang_together_and_what_is_fixed_stays(town):
    lines, squads, weight, keep, stations = town
    try:
        made(lines, squads, weight=weight, keep=keep, stations=stations, starts=1, seconds=5)
    except NoDistricts as none:
        assert none.why == "nothing_left" or none.squad in {*keep.values(), *stations}


@pytest.mark.parametrize(
    ("name", "squads", "tolerance"), [("beijing_core", 8, 0.05), ("beijing_2013", 40, 0.1)], ids=["core", "whole"]
)
def test_real_streets_are_divided_within_the_tolerance(name, squads, tolerance):
    path = ROADS / f"{name}_segments.geojson.gz"
    if not path.exists():
        pytest.skip(f"no {path}")
    with gzip.open(path) as file:
        raw = [feature["geometry"]["coordinates"] for feature in json.load(file)["features"]]
    network = network_of(flat(raw))
    params = DistrictParams(squads=squads, tolerance=tolerance, starts=1, seconds=600)
    found = design_districts(Streets(network, network.length_m), params)
    checked = check_districts(raw, network.length_m, found.squad, squads=squads, tolerance=tolerance, degrees=True)
    assert checked.holds and checked.pieces == (1,) * squads
    assert found.way_m < 1.05 * found.least_way_m
