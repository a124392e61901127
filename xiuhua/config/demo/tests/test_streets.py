"""The demo city is the same for a seed, its ground is covered once, and its streets hang together."""

from __future__ import annotations

from collections import defaultdict

import pytest
from shapely import Point, Polygon, unary_union

from xiuhua.city.road_lines import Lonlat, length_of
from xiuhua.config.demo.names import draw_names
from xiuhua.config.demo.paper import lonlat_of, metres_of, point_at
from xiuhua.config.demo.plan import SQUADS
from xiuhua.config.demo.shops import draw_shops
from xiuhua.config.demo.sites import TYPES, draw_sites
from xiuhua.config.demo.streets import DemoCity, draw_city

SEEDS = (1, 7, 2020)


@pytest.fixture(scope="module", params=SEEDS)
def city(request: pytest.FixtureRequest) -> DemoCity:
    return draw_city(request.param)


def middle(line: list[Lonlat]) -> Lonlat:
    return lonlat_of(point_at([metres_of(point) for point in line], length_of(line) / 2))


def metres(ring: list[Lonlat]) -> Polygon:
    return Polygon([metres_of(point) for point in ring])


def test_a_seed_always_draws_the_same_city() -> None:
    assert draw_city(7).segments == draw_city(7).segments
    assert draw_city(7).grids == draw_city(7).grids
    assert draw_city(7).segments != draw_city(8).segments


def test_the_city_has_the_size_of_a_county_core(city: DemoCity) -> None:
    assert 300 <= len(city.segments) <= 380
    assert 125_000 < sum(s.length_m for s in city.segments) < 140_000
    assert 25e6 < metres(city.boundary).area < 36e6
    assert all(s.length_m > 25 and s.length_m == round(length_of(s.line), 1) for s in city.segments)


def test_codes_and_titles_are_unique(city: DemoCity) -> None:
    assert len({s.code for s in city.segments}) == len({s.title for s in city.segments}) == len(city.segments)


def test_every_segment_can_be_reached_from_every_other(city: DemoCity) -> None:
    beside = defaultdict(set)
    for s in city.segments:
        beside[s.from_node].add(s.to_node)
        beside[s.to_node].add(s.from_node)
    seen, todo = set(), [city.segments[0].from_node]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += beside[node]
    assert seen == set(beside)


def test_every_segments_middle_lies_in_exactly_one_grid(city: DemoCity) -> None:
    shapes = [(grid.code, Polygon(grid.ring)) for grid in city.grids]
    for s in city.segments:
        point = Point(middle(s.line))
        assert [code for code, shape in shapes if shape.covers(point)] == [s.grid], s.title
        assert city.grid_at(middle(s.line)) == s.grid


def test_grids_tile_the_city_without_gap_or_overlap(city: DemoCity) -> None:
    shapes = [metres(grid.ring) for grid in city.grids]
    whole = metres(city.boundary)
    assert all(shape.is_valid for shape in shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, abs=1)
    assert unary_union(shapes).symmetric_difference(whole).area < 1
    assert all(len(grid.code) == 15 and grid.code.isdigit() for grid in city.grids)
    assert len({grid.code for grid in city.grids}) == len({grid.name for grid in city.grids}) == 80


def test_communities_and_towns_are_the_sums_of_their_grids(city: DemoCity) -> None:
    assert (len(city.communities), len(city.towns)) == (20, 4)
    for area in [*city.communities, *city.towns]:
        parts = [metres(grid.ring).area for grid in city.grids if grid.code.startswith(area.code)]
        assert metres(area.ring).area == pytest.approx(sum(parts), abs=1)


def test_each_squad_has_one_connected_ground_and_the_mobile_one_none(city: DemoCity) -> None:
    shapes = {grid.code: metres(grid.ring) for grid in city.grids}
    assert [squad.name for squad in city.squads] == list(SQUADS)
    for squad in city.squads[:-1]:
        whole = unary_union([shapes[code] for code in squad.grids])
        assert whole.geom_type == "Polygon", squad.name
        assert any(s.squad == squad.name for s in city.segments)
    assert city.squads[-1].grids == ()
    held = sorted(code for squad in city.squads for code in squad.grids)
    assert held == sorted(shapes)


def test_outside_the_city_there_is_no_grid(city: DemoCity) -> None:
    assert city.grid_at((118.6, 36.69)) == ""
    assert city.grid_at((116.4, 39.9)) == ""


def test_shops_stand_at_their_street_with_a_number_of_their_own(city: DemoCity) -> None:
    shops = draw_shops(city, 7, 2000)
    assert len({shop.address for shop in shops}) == len({shop.code for shop in shops}) == 2000
    lines = {s.code: s for s in city.segments}
    for shop in shops[:300]:
        course = lines[shop.segment].line
        near = min(
            length_of([shop.point, lonlat_of(point_at([metres_of(p) for p in course], m))])
            for m in (shop.along_m - 2, shop.along_m, shop.along_m + 2)
        )
        assert 9 < near < 15
        assert (shop.number % 2 == 1) == (shop.side == "left")
        assert shop.grid and shop.squad


def test_house_numbers_grow_along_the_street(city: DemoCity) -> None:
    starts = {s.code: s.start_m for s in city.segments}
    streets = defaultdict(list)
    for shop in draw_shops(city, 7, 3000):
        street = shop.address.rstrip("0123456789号")
        streets[street, shop.side].append((starts[shop.segment] + shop.along_m, shop.number))
    for doors in streets.values():
        numbers = [number for _, number in sorted(doors)]
        assert numbers == sorted(numbers)


def test_a_longer_register_keeps_the_shops_of_a_shorter_one() -> None:
    city = draw_city(7)
    assert draw_shops(city, 7, 300) == draw_shops(city, 7, 900)[:300]


def test_sites_cover_every_type_inside_the_city(city: DemoCity) -> None:
    sites = draw_sites(city, 7)
    assert sites == draw_sites(city, 7)
    assert {site.type_code for site in sites} == set(TYPES)
    assert len({site.name for site in sites}) == len({site.code for site in sites}) == 44
    assert all(site.grid and site.squad for site in sites)


def test_two_officers_share_one_name_and_nobody_else_does() -> None:
    names = draw_names(7)
    assert names == draw_names(7) and len(names) == 70
    assert len(set(names)) == 69 and names[-1] == names[1]
