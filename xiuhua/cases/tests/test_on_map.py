"""The map's arithmetic: every case is in one pin or one group, wherever the view is cut; areas hold what lies in them."""

from __future__ import annotations

import datetime as dt

import pytest
import shapely
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.cases.models import Case
from xiuhua.cases.on_map import PINS, area_of, grouped, inside, open_at, shown, view_of, within
from xiuhua.kit.refusals import Refused

AT = dt.datetime(2020, 4, 20, 2, tzinfo=dt.UTC)
LATE = Q(due_at__lt=AT)


def lay(spots: list[tuple[int, int]], **fields: object) -> None:
    Case.objects.bulk_create(
        Case(
            number=f"N{n}", source="officer", category="stall", place="某处", lon_e7=lon, lat_e7=lat,
            reported_at=AT - dt.timedelta(days=2), moved_at=AT, **{"state": "reported"} | fields,
        )
        for n, (lon, lat) in enumerate(spots)
    )  # fmt: skip


def test_a_view_is_read_in_whole_steps_and_nonsense_is_none() -> None:
    view = view_of("118.4,36.6,118.5,36.7", 12)
    assert view is not None
    assert (view.west, view.south, view.zoom) == (1_184_000_000, 366_000_000, 12)
    assert view_of("-999,-99,999,99", 30).zoom == 19  # type: ignore[union-attr]
    for text in ("", "1,2,3", "a,b,c,d", "2,0,1,1", "nan,0,1,1", "inf,0,1,1"):
        assert view_of(text, 12) is None, text


def test_a_cell_is_square_on_the_screen() -> None:
    view = view_of("118.4,36.6,118.5,36.7", 12)
    assert view is not None
    wide, high = view.cell(64)
    assert wide == 3_600_000_000 * 64 // (512 * 4096)
    assert high / wide == pytest.approx(0.7986, abs=1e-3)  # cos 37°


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spots=st.lists(
        st.tuples(st.integers(1_184_000_000, 1_185_000_000), st.integers(366_000_000, 367_000_000)), max_size=60
    ),
    zoom=st.integers(0, 19),
)
def test_cells_lose_no_case_and_count_none_twice(spots: list[tuple[int, int]], zoom: int) -> None:
    Case.objects.all().delete()
    lay(spots)
    view = view_of("118.4,36.6,118.5,36.7", zoom)
    assert view is not None
    cells = grouped(Case.objects.all(), view, LATE)
    assert sum(group.cases for group, _first in cells) == len(spots)
    wide, high = view.cell(64)
    cut = {((lon + 1_800_000_000) // wide, (lat + 900_000_000) // high) for lon, lat in spots}
    assert len(cells) == len(cut)
    for group, first in cells:
        case = Case.objects.get(pk=first)
        assert abs(group.lon * 1e7 - (case.lon_e7 or 0)) <= wide + 1
        assert abs(group.lat * 1e7 - (case.lat_e7 or 0)) <= high + 1


@pytest.mark.django_db
def test_few_are_pins_and_many_are_groups_with_their_late_ones() -> None:
    view = view_of("118.4,36.6,118.5,36.7", 11)
    assert view is not None
    lay([(1_184_500_000, 366_500_000)] * PINS)
    seen = shown(Case.objects.all(), view, LATE)
    assert (len(seen.pins), len(seen.groups), seen.cases) == (PINS, 0, PINS)
    Case.objects.all().delete()
    late = {"state": "filed", "due_at": AT - dt.timedelta(hours=1)}
    lay([(1_184_500_000, 366_500_000)] * PINS + [(1_184_900_000, 366_900_000)], **late)
    seen = shown(Case.objects.all(), view, LATE)
    assert [case.number for case in seen.pins] == [f"N{PINS}"]
    assert [(group.cases, group.late) for group in seen.groups] == [(PINS, PINS)]
    assert (seen.groups[0].lon, seen.groups[0].lat) == (118.45, 36.65)


@pytest.mark.django_db
def test_an_area_holds_what_lies_in_it_and_on_its_edge() -> None:
    lay([(1_184_000_000, 366_000_000), (1_184_100_000, 366_010_000), (1_184_900_000, 366_900_000)])
    area = area_of("118.40,36.60;118.42,36.60;118.42,36.62")
    assert isinstance(area, shapely.Polygon)
    found = within(Case.objects.all(), area)
    assert [Case.objects.get(pk=pk).number for pk in found.ids] == ["N1", "N0"]
    assert found.by_category == {"stall": 2}
    assert within(Case.objects.none(), area).ids == []


def test_a_bad_area_is_refused_in_words() -> None:
    assert area_of(" ") is None
    for text, words in (
        ("1,2;3", "读不出来"),
        ("a,b;c,d;e,f", "读不出来"),
        ("inf,1;2,2;3,3", "读不出来"),
        ("1,1;2,2", "3 到 500"),
        (";".join(["1,1"] * 501), "3 到 500"),
        ("0,0;1,1;1,0;0,1", "交叉"),
        ("0,0;1,1;2,2", "交叉"),
    ):
        with pytest.raises(Refused, match=words):
            area_of(text)


@pytest.mark.django_db
def test_what_was_open_at_a_moment() -> None:
    lay([(1, 1), (2, 2)])
    Case.objects.filter(number="N1").update(state="closed", moved_at=AT - dt.timedelta(days=1), closed_at=AT)
    at = [AT - dt.timedelta(days=days, hours=-1) for days in (3, 2, 1, 0)]
    assert [Case.objects.filter(open_at(moment)).count() for moment in at] == [0, 2, 1, 1]


@pytest.mark.django_db
def test_a_view_excludes_its_far_edges_so_that_neighbours_share_nothing() -> None:
    lay([(1_184_000_000, 366_000_000)])
    west, east = view_of("118.3,36.5,118.3999999,36.7", 9), view_of("118.4,36.5,118.5,36.7", 9)
    assert west is not None and east is not None
    assert inside(Case.objects.all(), west).count() == 0
    assert inside(Case.objects.all(), east).count() == 1
