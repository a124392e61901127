"""Where a point lies: segment and side, grid, shop, site and persons; near a border the candidates."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.city.actions import end_duty, register_shops
from xiuhua.city.compass import LEFT, RIGHT, side_meant, side_words
from xiuhua.city.lines import Lines
from xiuhua.city.models import Bureau, Duty, Grid, Segment, Shop, Site
from xiuhua.city.places import places
from xiuhua.city.resolving import Resolved, found_at, resolve_phrase, resolve_point, resolve_points
from xiuhua.city.stamps import stamps
from xiuhua.city.tests.crossroads import AT, FOUNDED, STREETS, build_crossroads, lonlat
from xiuhua.kit.points import Point
from xiuhua.ledger.act import NOBODY, Act


@pytest.fixture
def crossroads(db) -> None:
    build_crossroads()


def at(x: float, y: float) -> Resolved:
    return resolve_point(Point(*lonlat(x, y)), AT)


# ---------------------------------------------------------------- known answers


@pytest.mark.parametrize(
    ("x", "y", "segment", "side", "distance_m"),
    [
        (100, 15, "F1", "北侧", 15),
        (100, -15, "F1", "南侧", 15),
        (450, 20, "F2", "北侧", 20),  # drawn from east to west: north is its right
        (450, -20, "F2", "南侧", 20),
        (12, 100, "Y2", "东侧", 12),
        (-12, -100, "Y1", "西侧", 12),
        (740, 160, "L1", "西北侧", 10 * math.sqrt(2)),  # a street to the north-east
        (760, 140, "L1", "东南侧", 10 * math.sqrt(2)),
        (150, 290, "B1", "南侧", 10),
    ],
)
def test_a_point_lies_on_a_segment_and_a_side_of_it(crossroads, x, y, segment, side, distance_m) -> None:
    best = at(x, y).best
    assert best is not None
    assert (best.segment, best.side_name) == (segment, side)
    assert best.distance_m == pytest.approx(distance_m, abs=0.2)


def test_shop_site_grid_and_people_come_with_the_point(crossroads) -> None:
    best = at(136, 14).best
    assert best is not None and best.grid_name == "古城一网格"
    assert best.shop_name in ("老王羊汤馆", "第4家店")
    assert [(one.name, one.why) for one in best.on_duty] == [
        ("赵敏", "责任队员，责任人"),
        ("城区一中队", "责任中队"),
    ]
    school = at(318, 150).best
    assert school is not None and school.site_name == "海岱小学"


def test_where_no_segment_has_anybody_the_squad_of_the_grid_answers(crossroads) -> None:
    best = at(450, 20).best
    assert best is not None
    assert [one.name for one in best.on_duty] == ["王海涛", "城区一中队"]


def test_who_is_relieved_answers_no_more_the_next_day(crossroads) -> None:
    duty = Duty.objects.get(part=Duty.Part.OFFICER)
    end_duty(Act(by=NOBODY, at=AT, recorded_at=AT), duty=duty)
    best = at(136, 14).best
    assert best is not None and [one.name for one in best.on_duty] == ["王海涛", "城区一中队"]


# ---------------------------------------------------------------- borders


def test_at_a_crossing_every_street_is_offered(crossroads) -> None:
    answer = at(303, 3)
    assert {one.segment for one in answer.candidates} == {"F1", "F2", "H1", "H2"}
    assert answer.best is not None and answer.best.certainty < 0.5
    assert sum(one.certainty for one in answer.candidates) <= 1.0001


def test_in_the_middle_of_the_street_both_sides_are_offered(crossroads) -> None:
    answer = at(100, 0.5)
    assert [one.side_name for one in answer.candidates] == ["北侧", "南侧"]
    assert at(100, 7).best.side_name == "北侧" and len(at(100, 7).candidates) == 1


def test_close_to_the_border_of_a_grid_both_grids_are_offered(crossroads) -> None:
    names = [one.grid_name for one in at(147, 20).candidates]
    assert names == ["古城一网格", "古城二网格"]
    assert [one.grid_name for one in at(138, 20).candidates] == ["古城一网格"]


def test_outside_the_city_and_far_from_streets_it_says_so(crossroads) -> None:
    far = at(-1500, 1500)
    assert not far.candidates and "300 米内没有登记的路段" in far.problem
    outside = resolve_point(Point(116.4, 39.9), AT)
    assert not outside.inside and "不在本市范围内" in outside.problem


def test_without_any_register_a_question_has_an_answer(db) -> None:
    answer = resolve_point(Point(118.48, 36.69), AT)
    assert answer.candidates == () and answer.problem
    assert resolve_phrase("范公亭东路126号", AT).candidates == ()


def test_a_segment_that_is_one_side_of_a_street_is_meant_only_from_that_side(crossroads) -> None:
    line = [list(lonlat(0, 0)), list(lonlat(300, 0))]
    Segment.objects.filter(code="F1").update(side="north")
    Segment.objects.create(code="F1S", road="范公亭东路", cls="primary", length_m=300, line=line, side="south")
    assert [at(100, off).best.segment for off in (12, -12)] == ["F1", "F1S"]
    Segment.objects.filter(code="F1S").update(side="right", line=[list(lonlat(0, -15)), list(lonlat(300, -15))])
    assert [at(100, off).best.segment for off in (12, -5, -20)] == ["F1", "F1", "F1S"]


def test_what_has_left_the_register_is_not_found(crossroads) -> None:
    Segment.objects.filter(code="F1").update(ended_on=AT.date())
    Shop.objects.filter(code="WANG").update(ended_on=AT.date())
    assert at(100, 15).best.segment != "F1"
    assert resolve_phrase("老王羊汤馆", AT).candidates == ()


# ---------------------------------------------------------------- properties


def test_points_made_from_segment_side_and_offset_come_back(crossroads) -> None:
    dice = random.Random(11)
    made = []
    for code, _road, _begin, _end, line in STREETS:
        (x, y), (x2, y2) = line
        long = math.hypot(x2 - x, y2 - y)
        for _ in range(40):
            along, off = dice.uniform(60, long - 60), dice.uniform(2, 40) * dice.choice((1, -1))
            ux, uy = (x2 - x) / long, (y2 - y) / long
            point = lonlat(x + ux * along - uy * off, y + uy * along + ux * off)
            made.append((code, LEFT if off > 0 else RIGHT, abs(off), Point(*point)))
    answers = resolve_points([point for *_rest, point in made], AT)
    for (code, side, off, _point), answer in zip(made, answers, strict=True):
        assert answer.best is not None
        assert (answer.best.segment, answer.best.side) == (code, side)
        assert answer.best.distance_m == pytest.approx(off, abs=0.15)


def test_one_at_a_time_is_the_same_as_all_at_once(crossroads) -> None:
    dice = random.Random(12)
    points = [Point(*lonlat(dice.uniform(-500, 1100), dice.uniform(-450, 450))) for _ in range(300)]
    assert [resolve_point(one, AT) for one in points] == resolve_points(points, AT)
    shapes = places()
    lon, lat = np.array([one.lon for one in points]), np.array([one.lat for one in points])
    segments, grids = shapes.located(lon, lat)
    near = [shapes.segment_at(one) for one in points]
    assert segments == [one.segment if one else "" for one in near]
    assert grids == [shapes.grid_at(one) for one in points]


def test_certainty_lies_between_0_and_1_and_is_least_at_crossings(crossroads) -> None:
    x, y = np.meshgrid(np.linspace(-500, 1000, 60), np.linspace(-450, 450, 40))
    lon, lat = np.array([lonlat(*one) for one in zip(x.ravel(), y.ravel(), strict=True)]).T
    found = found_at(places(), lon, lat)
    assert ((found.certainty >= 0) & (found.certainty <= 1)).all()
    doubtful = found.rivals.point[found.rivals.beyond_m < 1.0]
    assert len(doubtful) and found.certainty[doubtful].max() < 0.55


@given(
    st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=2, max_size=8),
    st.floats(-700, 700),
    st.floats(-700, 700),
)
def test_feet_are_as_far_as_shapely_says(points, x, y) -> None:
    import shapely

    whole = np.array(points)
    if np.hypot(*np.diff(whole, axis=0).T).sum() < 1:
        return
    feet = Lines([whole]).nearest(np.array([x]), np.array([y]), reach_m=5000)
    line, point = shapely.LineString(points), shapely.Point(x, y)
    assert feet.distance_m[0] == pytest.approx(line.distance(point), abs=1e-6)
    foot = line.interpolate(feet.along_m[0])
    assert foot.distance(point) == pytest.approx(line.distance(point), abs=1e-4)


@given(st.floats(-math.pi, math.pi))
def test_the_two_sides_have_opposite_names_whichever_way_the_line_is_drawn(heading) -> None:
    left, right = side_words(LEFT, heading), side_words(RIGHT, heading)
    opposite = str.maketrans("东西南北", "西东北南")
    assert left.translate(opposite) == right
    assert side_meant(left[:-1], heading) == LEFT and side_meant(right[:-1], heading) == RIGHT


def test_a_street_aslant_understands_either_wind_and_one_along_it_none() -> None:
    north_east = math.radians(45)
    assert side_meant("北", north_east) == side_meant("西", north_east) == LEFT
    assert side_meant("东", 0.0) == side_meant("西", 0.0) == ""
    assert side_meant("楼上", 0.0) == ""


def test_at_a_bend_the_outer_side_is_the_outer_side() -> None:
    lines = Lines([[(0, 0), (100, 0), (100, 100)]])
    feet = lines.nearest(np.array([110.0, 130.0, 101.0, 90.0]), np.array([-10.0, -1.0, -20.0, 10.0]), reach_m=300)
    assert np.sign(feet.off_m).tolist() == [-1, -1, -1, 1]


# ---------------------------------------------------------------- the register changes


def test_every_change_of_the_register_is_noticed(crossroads) -> None:
    assert at(100, 15).best.segment == "F1"
    moved = [list(lonlat(0, 100)), list(lonlat(300, 100))]
    Segment.objects.filter(code="F1").update(line=moved)
    assert at(100, 15).best.distance_m == pytest.approx(85, abs=0.2) and at(100, 105).best.segment == "F1"
    one = Segment.objects.get(code="F1")
    one.line = [list(lonlat(0, 0)), list(lonlat(300, 0))]
    one.save()
    assert at(100, 15).best.segment == "F1"
    Grid.objects.filter(name="古城一网格").update(name="改名网格")
    assert at(100, 15).best.grid_name == "改名网格"
    Shop.objects.filter(code="WANG").update(name="新店名")
    assert resolve_phrase("新店名门口", AT).best.shop == "WANG"
    Site.objects.filter(code="P1").update(name="海岱中学")
    assert resolve_phrase("海岱中学对面", AT).best.site == "" and resolve_phrase("海岱中学", AT).best.site == "P1"
    Bureau.objects.update(boundary=[[list(lonlat(5000 + x, y)) for x, y in ((0, 0), (10, 0), (10, 10))]])
    assert not at(100, 15).inside


def test_a_change_that_is_rolled_back_is_forgotten(crossroads) -> None:
    before, first = stamps(), places()
    with pytest.raises(RuntimeError), transaction.atomic():
        Segment.objects.filter(code="F1").update(line=[list(lonlat(0, 100)), list(lonlat(300, 100))])
        assert at(100, 105).best.segment == "F1"
        assert stamps() != before
        raise RuntimeError
    assert stamps() == before and places() is first and at(100, 15).best.segment == "F1"


def test_what_did_not_change_is_not_built_anew(crossroads) -> None:
    first = places()
    shop = Shop(code="N1", name="新开的店", segment=Segment.objects.get(code="F1"), house_number="201")
    register_shops(Act(by=NOBODY, at=FOUNDED, recorded_at=FOUNDED), shops=[shop])
    assert places() is first
    assert resolve_phrase("新开的店", AT).best.segment == "F1"


def test_asking_for_the_shapes_again_is_one_short_query(crossroads, django_assert_num_queries) -> None:
    places()
    with django_assert_num_queries(1):
        places()


def test_a_grid_that_crosses_itself_and_a_line_without_length_do_no_harm(crossroads) -> None:
    ring = [list(lonlat(*one)) for one in ((-400, -400), (1000, 400), (1000, -400), (-400, 400))]
    Grid.objects.filter(code="370781001001001").update(rings=[ring])
    Segment.objects.filter(code="W1").update(line=[list(lonlat(50, 50))] * 2)
    Segment.objects.filter(code="Y1").update(line=[list(lonlat(50, 50))])
    answers = [at(x, y) for x, y in itertools.product((-200, 50, 200), (-200, 10, 200))]
    assert all(one.candidates for one in answers)
    assert "W1" not in {one.segment for answer in answers for one in answer.candidates}
