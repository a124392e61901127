"""Road segments as sheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.city.road_words import RoadWords, read_road, read_roads, side_of

SAME = RoadWords("云门山路", "海岱路", "范公亭路", "south")
WRITTEN = [
    "云门山路（海岱路—范公亭路）路南", "云门山路（海岱路至范公亭路）路南", "云门山路(海岱路-范公亭路)南侧", "云门山路（海岱路－范公亭路）南侧",
    "云门山路[海岱路~范公亭路]路南", "云门山路【海岱路到范公亭路】南侧", "云门山路 （ 海岱路 — 范公亭路 ） 南 侧", "云门山路（海岱路—范公亭路段）路南",
    "云门山路（海岱路——范公亭路）路南侧", "云门山路海岱路至范公亭路段路南", "云门山路：海岱路至范公亭路南侧", "云门山路（海岱路→范公亭路南侧）",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_segment_is_read_in_every_way_of_dashes_and_brackets(text: str) -> None:
    assert read_road(text) == SAME


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("海岱路全段", RoadWords("海岱路", whole=True)),
        ("海岱路（全线）", RoadWords("海岱路", whole=True)),
        ("海岱路", RoadWords("海岱路")),
        ("海岱路北侧", RoadWords("海岱路", side="north")),
        ("海岱路（路东）", RoadWords("海岱路", side="east")),
        ("海岱路（驼山路至荣利街）两侧", RoadWords("海岱路", "驼山路", "荣利街")),
        ("北环路", RoadWords("北环路")),
        ("南环路西侧", RoadWords("南环路", side="west")),
        ("范公亭东路（东环路—海岱路）路北", RoadWords("范公亭东路", "东环路", "海岱路", "north")),
        ("1号路（1号桥—2号桥）", RoadWords("1号路", "1号桥", "2号桥")),
        ("", None),
    ],
)
def test_roads_with_and_without_ends_and_sides(text: str, words: RoadWords | None) -> None:
    assert read_road(text) == words


def test_several_roads_in_a_cell_are_parted_outside_of_brackets() -> None:
    assert [one.road for one in read_roads("云门山路（海岱路、昭德路段）、海岱路\n昭德路全段")] == [
        "云门山路（海岱路、昭德路段）", "海岱路", "昭德路",
    ]  # fmt: skip
    assert len(read_roads("云门山路（海岱路—昭德路）；海岱路")) == 2


def test_sides_are_told_from_words() -> None:
    assert [side_of(one) for one in ("路北", "北侧", "两侧", "双侧", "左侧", "路中", "", "无")] == [
        "north", "north", "both", "both", "left", "middle", "", "",
    ]  # fmt: skip


ROADS = st.text("云海岱昭德范公亭驼荣利", min_size=2, max_size=4).map(lambda name: f"{name}路")


@given(ROADS, ROADS, ROADS, st.sampled_from(["both", "north", "south", "east", "west", "left", "right", "middle"]))
def test_what_we_write_we_read_again(road: str, begin: str, end: str, side: str) -> None:
    for words in (RoadWords(road, begin, end, side), RoadWords(road, side=side)):
        assert read_road(str(words)) == words
