"""Drawing, dividing, joining and taking back: history stays, people go along, nothing is lost and nothing twice."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import CORNERS, Town
from xiuhua.city.fold import registers
from xiuhua.city.models import Duty, PlaceEdit, Segment, Shop
from xiuhua.city.place_register import change_place, end_place, register_place
from xiuhua.city.place_undo import undo_edit
from xiuhua.city.places import places
from xiuhua.city.queries import responsible_for
from xiuhua.city.segment_edits import merge_segments, split_segment
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
MIDDLE = (118.4812, 36.6899)
TODAY, LATER = dt.date(2020, 3, 16), dt.date(2020, 3, 17)


def split(town: Town, code: str = "S1", **more: object) -> list[Segment]:
    return split_segment(town.act("p-office", name="split"), segment=town.segments[code], at=MIDDLE, **more)


def test_a_divided_segment_is_its_two_parts(town: Town) -> None:
    west, east = split(town, corner="中心路口")
    assert (west.code, east.code) == ("S1-1", "S1-2")
    assert (west.from_name, west.to_name, east.from_name, east.to_name) == ("驼山路", "中心路口", "中心路口", "海岱路")
    assert west.line[-1] == east.line[0] == [118.4812, 36.69]
    old = Segment.objects.get(code="S1")
    assert old.successors == ["S1-1", "S1-2"] and old.ended_on == TODAY
    drawn = 0.004 * 111_320 * 0.8019
    assert float(west.length_m + east.length_m) == pytest.approx(drawn, rel=0.005)
    assert float(west.length_m / east.length_m) == pytest.approx(12 / 28, rel=0.001)


def test_shops_go_to_the_part_on_which_they_stand(town: Town) -> None:
    split(town)
    fronts = dict(Shop.objects.values_list("code", "segment__code"))
    assert fronts == {"D1": "S1-1", "D2": "S1-1", "D3": "S1-2", "D4": "S1-2"}
    assert Line.objects.of_kind("shop.changed").count() == 4
    assert set(Line.objects.of_kind("shop.changed").values_list("segment", flat=True)) == {"S1-1", "S1-2"}


def test_whoever_answered_for_the_whole_answers_for_both_parts(town: Town) -> None:
    before = responsible_for("S1", TODAY)
    split(town)
    for code in ("S1-1", "S1-2"):
        assert responsible_for(code, LATER) == before
    assert not Duty.objects.in_force(LATER).filter(thing="segment:S1").exists()
    assert responsible_for("S1", dt.date(2020, 3, 15)) == before, "who answered yesterday stays known"
    assert responsible_for("S1-1", dt.date(2020, 3, 15)).officers == ()


def test_old_lines_keep_the_old_code_and_the_map_knows_the_parts(town: Town) -> None:
    lines = Line.objects.filter(segment="S1").count()
    split(town)
    assert Line.objects.filter(segment="S1").count() >= lines
    near = places().segment_at(Point(118.4803, 36.6901))
    assert near is not None and near.segment == "S1-1"


def test_lines_and_rows_agree_after_every_edit(town: Town) -> None:
    parts = split(town)
    assert list(registers()) == []
    whole = merge_segments(town.act("p-office"), segments=parts)
    assert list(registers()) == []
    undo_edit(town.act("p-office"), edit=PlaceEdit.objects.order_by("-id")[0].key)
    assert list(registers()) == []
    assert Segment.objects.get(code=whole.code).ended_on is not None


def test_the_same_split_again_changes_nothing(town: Town) -> None:
    split(town)
    before = (Segment.objects.count(), Line.objects.count(), Duty.objects.count())
    again = split(town)
    assert [one.code for one in again] == ["S1-1", "S1-2"]
    assert (Segment.objects.count(), Line.objects.count(), Duty.objects.count()) == before


def test_a_split_that_is_undone_leaves_everything_as_it_was(town: Town) -> None:
    before = responsible_for("S1", TODAY)
    line = Segment.objects.get(code="S1").line
    split(town)
    undo_edit(town.act("p-office"), edit=PlaceEdit.objects.latest("id").key)
    old = Segment.objects.get(code="S1")
    assert old.ended_on is None and old.successors == [] and old.line == line
    assert set(Segment.objects.filter(ended_on=None).values_list("code", flat=True)) == {"S1", "S2", "S3", "S4"}
    assert set(Shop.objects.values_list("segment__code", flat=True)) == {"S1"}
    assert responsible_for("S1", LATER) == before
    assert not Duty.objects.in_force(LATER).filter(thing="segment:S1-1").exists()


def test_parts_get_codes_that_nobody_ever_had(town: Town) -> None:
    split(town)
    undo_edit(town.act("p-office"), edit=PlaceEdit.objects.latest("id").key)
    town.segments["S1"].refresh_from_db()
    again = split_segment(town.act("p-office"), segment=town.segments["S1"], at=MIDDLE)
    assert [one.code for one in again] == ["S1-3", "S1-4"]


def test_an_edit_under_a_later_one_is_undone_after_it(town: Town) -> None:
    west, _east = split(town)
    first = PlaceEdit.objects.latest("id").key
    change_place(town.act("p-office"), row=west, revision=1, changes={"cls": "secondary"})
    with pytest.raises(Refused, match="又改过"):
        undo_edit(town.act("p-office"), edit=first)
    undo_edit(town.act("p-office"), edit=PlaceEdit.objects.latest("id").key)
    with pytest.raises(Refused):  # the part was touched twice since, and stands at another revision
        undo_edit(town.act("p-office"), edit=first)


def test_two_undos_of_one_edit_are_one(town: Town) -> None:
    split(town)
    edit = PlaceEdit.objects.latest("id").key
    undo_edit(town.act("p-office", name="back"), edit=edit)
    lines = Line.objects.count()
    undo_edit(town.act("p-office", name="back"), edit=edit)
    assert Line.objects.count() == lines
    with pytest.raises(Refused, match="已经撤销过"):
        undo_edit(town.act("p-office"), edit=edit)


def test_joined_segments_are_one_line_from_outer_end_to_outer_end(town: Town) -> None:
    west, east = split(town, corner="中心路口")
    whole = merge_segments(town.act("p-office"), segments=[east, west])
    assert whole.line == [list(CORNERS[0]), [118.4812, 36.69], list(CORNERS[1])]
    assert (whole.from_name, whole.to_name) == ("驼山路", "海岱路")
    assert Segment.objects.get(code="S1-1").successors == [whole.code]
    assert set(Shop.objects.values_list("segment__code", flat=True)) == {whole.code}
    squads = Duty.objects.in_force(LATER).filter(thing=f"segment:{whole.code}", part="squad")
    assert [one.unit.code for one in squads] == ["Z1"]


def test_where_two_squads_come_together_the_shorter_ones_waits_to_be_confirmed(town: Town) -> None:
    change_place(town.act("p-office"), row=town.segments["S2"], revision=1, changes={"road": "范公亭路"})
    for code in ("S1", "S2"):
        town.segments[code].refresh_from_db()
    change_place(town.act("p-office"), row=town.segments["S2"], revision=2,
                 changes={"line": [list(CORNERS[1]), [118.484, 36.6915]]})  # fmt: skip
    Duty.objects.filter(thing="segment:S2", part="squad").update(unit=town.units["Z2"])
    whole = merge_segments(town.act("p-office"), segments=[town.segments["S1"], town.segments["S2"]])
    squads = Duty.objects.in_force(LATER).filter(thing=f"segment:{whole.code}", part="squad").order_by("-primary")
    assert [(one.unit.code, one.primary, one.confirmed) for one in squads] == [("Z1", True, True), ("Z2", False, False)]


@pytest.mark.parametrize(
    ("codes", "words"),
    [(["S1"], "两个以上"), (["S1", "S1"], "两个以上"), (["S1", "S3"], "不是同一条路")],
)
def test_what_cannot_be_joined_is_refused(town: Town, codes: list[str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        merge_segments(town.act("p-office"), segments=[town.segments[code] for code in codes])


def test_segments_that_do_not_meet_are_not_joined(town: Town) -> None:
    change_place(town.act("p-office"), row=town.segments["S3"], revision=1, changes={"road": "范公亭路"})
    with pytest.raises(Refused, match="首尾不相接"):
        merge_segments(town.act("p-office"), segments=[town.segments["S1"], town.segments["S3"]])


@pytest.mark.parametrize("at", [CORNERS[0], CORNERS[1], (118.0, 36.0)])
def test_a_cut_at_an_end_is_refused(town: Town, at: tuple[float, float]) -> None:
    with pytest.raises(Refused, match="中间"):
        split_segment(town.act("p-office"), segment=town.segments["S1"], at=at)


def test_a_segment_known_by_its_text_is_drawn_before_it_is_divided(town: Town) -> None:
    row = register_place(
        town.act("p-office"), row=Segment(code="T1", road="旗城路", from_name="海岱路", to_name="昭德路", length_m=300)
    )
    with pytest.raises(Refused, match="还没有画线"):
        split_segment(town.act("p-office"), segment=row, at=MIDDLE)
    drawn = change_place(
        town.act("p-office"), row=row, revision=1, changes={"line": [[118.481, 36.6915], [118.483, 36.6915]]}
    )
    assert float(drawn.length_m) == pytest.approx(178.5, abs=0.5)
    assert Line.objects.of_kind("segment.drawn").count() == 1


def test_a_page_that_was_opened_before_anothers_edit_is_refused_and_nothing_changes(town: Town) -> None:
    change_place(town.act("p-office"), row=town.segments["S1"], revision=1, changes={"cls": "secondary"})
    with pytest.raises(Refused) as refused:
        change_place(town.act("p-office"), row=town.segments["S1"], revision=1, changes={"cls": "tertiary"})
    assert refused.value.code == "place.stale"
    with pytest.raises(Refused):
        split(town, revision=1)
    assert Segment.objects.get(code="S1").cls == "secondary" and Segment.objects.count() == 4


def test_what_left_the_register_cannot_be_edited_and_says_what_came_after(town: Town) -> None:
    split(town)
    with pytest.raises(Refused, match="S1-1、S1-2"):
        change_place(town.act("p-office"), row=town.segments["S1"], revision=None, changes={"cls": "tertiary"})


def test_a_segment_with_shops_does_not_leave_the_register(town: Town) -> None:
    with pytest.raises(Refused, match="还有 4 个商户"):
        end_place(town.act("p-office"), row=town.segments["S1"])
    ended = end_place(town.act("p-office"), row=town.segments["S3"])
    assert ended.ended_on == TODAY
    near = places().segment_at(Point(118.482, 36.693))
    assert near is not None and near.segment != "S3"


@pytest.mark.parametrize(
    "line",
    [
        [[118.48, 36.69]],
        [[118.48, 36.69], [118.48, 36.69]],
        [[36.69, 118.48], [36.70, 118.48]],
        [[float("inf"), 36.69], [118.48, 36.69]],
        [[118.48, "36"], [118.48, 36.69]],
        [[498000.0, 4062632.0], [498100.0, 4062632.0]],
        "line",
    ],
)
def test_a_line_that_is_none_is_refused(town: Town, line: object) -> None:
    with pytest.raises((Refused, ValueError)):
        change_place(town.act("p-office"), row=town.segments["S1"], revision=1, changes={"line": line})
    town.segments["S1"].refresh_from_db()
    assert town.segments["S1"].revision == 1


def test_a_helper_cannot_edit_the_register(town: Town) -> None:
    with pytest.raises(Refused):
        split_segment(town.act("p-helper"), segment=town.segments["S1"], at=MIDDLE)
