"""What people write about a place, in a town whose numbers are known: which segment, side and spot it means."""

from __future__ import annotations

import math

import pytest

from xiuhua.city.house_numbers import in_order, number_of
from xiuhua.city.phrases import LONGEST, Roads, read_phrase, tidied
from xiuhua.city.resolving import resolve_phrase, resolve_phrases
from xiuhua.city.tests.crossroads import AT, build_crossroads, metres

PHRASES = (
    # what is written, segment, side, metres east, metres north (None: only the segment), within metres
    # a number that is known
    ("范公亭东路9号", "F1", "北侧", 135, 12, 3),
    ("范公亭东路10号", "F1", "南侧", 135, -12, 3),
    ("范公亭东路１０号", "F1", "南侧", 135, -12, 3),
    ("范公亭东路 10 号", "F1", "南侧", 135, -12, 3),
    ("范公亭东路10#", "F1", "南侧", 135, -12, 3),
    ("范公亭东路10", "F1", "南侧", 135, -12, 3),
    ("范公亭东路十号", "F1", "南侧", 135, -12, 3),
    ("范公亭东路门牌号10号", "F1", "南侧", 135, -12, 3),
    ("山东省青州市王府街道范公亭东路10号", "F1", "南侧", 135, -12, 3),
    ("青州市，范公亭东路，10号门口", "F1", "南侧", 135, -12, 3),
    ("😀范公亭东路10号😀", "F1", "南侧", 135, -12, 3),
    ("范公亭东10号", "F1", "南侧", 135, -12, 3),
    ("范公亭东街10号", "F1", "南侧", 135, -12, 3),
    ("范公亭东大街10号", "F1", "南侧", 135, -12, 3),
    ("饭公亭东路10号", "F1", "南侧", 135, -12, 3),
    ("范公停东路10号", "F1", "南侧", 135, -12, 3),
    ("范公亭路10号", "F1", "南侧", 135, -12, 3),
    ("范公亭东路10号旁", "F1", "南侧", 135, -12, 3),
    ("范公亭东路10号附近有人摆摊", "F1", "南侧", 135, -12, 3),
    ("范公亭东路12号甲", "F1", "南侧", 170, -12, 3),
    ("范公亭东路甲12号", "F1", "南侧", 170, -12, 3),
    ("范公亭东路12甲号", "F1", "南侧", 170, -12, 3),
    ("范公亭东路12号", "F1", "南侧", 170, -12, 3),
    ("范公亭东路9-2号", "F1", "北侧", 135, 12, 16),
    ("范公亭东路10号对面", "F1", "北侧", 135, 8, 3),
    ("范公亭东路10号往东50米", "F1", "南侧", 185, -8, 3),
    ("范公亭东路10号向西走约50米", "F1", "南侧", 85, -8, 3),
    ("范公亭东路88号", "F2", "北侧", 400, 12, 3),
    # a number between two that are known
    ("范公亭东路6号", "F1", "南侧", 75, -8, 3),
    ("范公亭东路8号", "F1", "南侧", 105, -8, 3),
    ("范公亭东路八号", "F1", "南侧", 105, -8, 3),
    ("范公亭东路16号", "F1", "南侧", 227, -8, 12),
    ("范公亭东路24号", "F2", "北侧", 510, 12, 3),
    ("范公亭东路28号", "F2", "南侧", 510, -12, 3),
    # a number that is beyond what is known
    ("范公亭东路300号", "F2", None, None, None, 0),
    ("范公亭西路5号", "W1", None, None, None, 0),
    # crossings
    ("云门山路与范公亭东路路口", "F1", None, 0, 0, 15),
    ("云门山路与范公亭东路口东80米路南", "F1", "南侧", 80, -8, 3),
    ("云门山路和范公亭东路交叉口往东八十米", "F1", "", 80, 0, 3),
    ("云门山路范公亭东路路口向北100米路东", "Y2", "东侧", 8, 100, 3),
    ("范公亭东路与海岱路交叉口西80米路北", "F1", "北侧", 220, 8, 3),
    ("范公亭东路海岱路口西８０米路北侧", "F1", "北侧", 220, 8, 3),
    ("范公亭东路、海岱路交界处南50米", "H1", "", 300, -50, 3),
    ("范公亭东与海岱交叉口南50米", "H1", "", 300, -50, 3),
    ("海岱路/范公亭东路十字路口以东100米", "F2", "", 400, 0, 3),
    ("海岱路与范公亭东路口西350米", "W1", "", -50, 0, 3),
    ("范公亭东路与玲珑山路交汇处东北100米", "L1", "", 600 + 100 / math.sqrt(2), 100 / math.sqrt(2), 3),
    ("海岱路与北门街交叉口西南角", "B1", "南侧", 291, 291, 3),
    ("云门山路与范公亭东路口东北角", None, None, 8.5, 8.5, 3),
    ("范公亭西路与云门山路口西60米", "W1", "", -60, 0, 3),
    ("海岱路与范公亭东路口西80米路南便道上", "F1", "南侧", 220, -8, 3),
    # a stretch between two others
    ("范公亭东路（云门山路—海岱路）北侧", "F1", "北侧", None, None, 0),
    ("范公亭东路（海岱路-云门山路）南侧", "F1", "南侧", None, None, 0),
    ("范公亭东路(海岱路至玲珑山路)", "F2", "", None, None, 0),
    ("云门山路到海岱路之间的北门街", "B1", "", None, None, 0),
    ("范公亭东路（云门山路～海岱路）路北", "F1", "北侧", None, None, 0),
    ("海岱路（范公亭东路—北门街）东侧", "H2", "东侧", None, None, 0),
    # a road alone
    ("北门街", "B1", "", None, None, 0),
    ("北门街北侧", "B1", "北侧", None, None, 0),
    ("玲珑山路东侧", "L1", "东南侧", None, None, 0),
    ("玲珑山路北侧", "L1", "西北侧", None, None, 0),
    # names
    ("老王羊汤馆", "F1", "北侧", 136, 13, 3),
    ("老王羊汤馆门口", "F1", "北侧", 136, 13, 3),
    ("王羊汤馆门前占道", "F1", "北侧", 136, 13, 3),
    ("范公亭东路老王羊汤馆门口", "F1", "北侧", 136, 13, 3),
    ("老王羊汤馆对面", "F1", "南侧", 136, -8, 3),
    ("海岱小学", "H2", "东侧", 315, 150, 3),
    ("海岱小学对面", "H2", "西侧", 292, 150, 3),
    ("海岱小学南30米", "H2", "东侧", 308, 120, 3),
    ("GIANT 捷安特（海岱店）旁边", "H2", "东侧", 312, 250, 3),
)


@pytest.fixture
def crossroads(db) -> None:
    build_crossroads()


@pytest.mark.parametrize(("text", "segment", "side", "x", "y", "within_m"), PHRASES, ids=[one[0] for one in PHRASES])
def test_a_phrase_means_a_place(crossroads, text, segment, side, x, y, within_m) -> None:
    best = resolve_phrase(text, AT).best
    assert best is not None
    if segment is not None:
        assert best.segment == segment
    if side is not None:
        assert best.side_name == side
    assert (best.lon is None) == (x is None)
    if x is not None:
        assert math.dist(metres(best.lon, best.lat), (x, y)) <= within_m
    assert 0 < best.certainty <= 1 and best.because


def test_many_phrases_at_once_are_answered_as_each_alone(crossroads) -> None:
    texts = [one[0] for one in PHRASES] + ["", "天安门", "x" * 10_000]
    assert resolve_phrases(texts, AT) == [resolve_phrase(text, AT) for text in texts]


# ---------------------------------------------------------------- how sure


def sure(text: str) -> float:
    best = resolve_phrase(text, AT).best
    assert best is not None
    return best.certainty


def test_what_is_known_is_surer_than_what_is_told_between_and_that_than_a_segment_alone(crossroads) -> None:
    assert sure("范公亭东路9号") > 0.9 > sure("范公亭东路8号") > sure("范公亭东路300号")
    assert sure("范公亭东路10号") > sure("范公亭东10号") > sure("范公停东路10号")
    close = resolve_phrase("范公亭东路3号", AT).best
    far = resolve_phrase("范公亭东路16号", AT).best
    assert close.accuracy_m < far.accuracy_m


def test_where_odd_and_even_do_not_part_both_sides_may_hold_a_number(crossroads) -> None:
    answer = resolve_phrase("范公亭东路26号", AT)
    assert {one.segment for one in answer.candidates} == {"F2"}
    assert answer.best.lon is None and answer.best.certainty < 0.7


def test_a_number_that_broke_the_order_of_its_side_stands_for_itself_alone(crossroads) -> None:
    best = resolve_phrase("范公亭东路50号", AT).best
    assert best.lon is None and best.certainty <= 0.35


def test_a_side_that_contradicts_the_number_makes_it_less_sure(crossroads) -> None:
    assert sure("范公亭东路10号路北") < sure("范公亭东路10号路南") == sure("范公亭东路10号")


def test_a_crossing_offers_its_streets_and_a_corner_the_two_that_enclose_it(crossroads) -> None:
    streets = resolve_phrase("海岱路与范公亭东路口", AT).candidates
    assert {one.segment for one in streets} == {"F1", "F2", "H1", "H2"}
    corner = resolve_phrase("海岱路与范公亭东路口东北角", AT).candidates
    assert {(one.segment, one.side_name) for one in corner} == {("F2", "北侧"), ("H2", "东侧")}


# ---------------------------------------------------------------- what is not understood


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "请写地址"), ("  \n\t", "请写地址"), ("%_%' OR 1=1 --", "没有认出"), ("\x00\x00", "请写地址"),
        ("云门山路与海岱路口", "没有相交的路口"), ("天安门广场", "没有认出"), ("路" * 10_000, "太长"),
        ("🚲🚲🚲", "请写地址"), ("*" * 150, "请写地址"), ("1" * 150, "没有认出"), ("号号号", "没有认出"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_answered_with_what_helps(crossroads, text, says) -> None:
    answer = resolve_phrase(text, AT)
    assert answer.candidates == () and says in answer.problem


def test_hostile_text_never_breaks_reading() -> None:
    roads = Roads(["范公亭东路", "海岱路", "(.*)路", "a" * 255])
    for text in (
        "(" * 200,
        "范公亭东路" * 40,
        "1" * 200,
        "东" * 200,
        "米" * 200,
        "\ud800",
        "零" * 200 + "号",
        "—" * 200,
        "海岱路与" * 50,
    ):
        read_phrase(text, roads)
    assert len(tidied("x" * 100_000)) <= LONGEST * 4


def test_house_numbers_as_people_write_them() -> None:
    told = {
        "126": (126, ""), "126号": (126, ""), "12甲": (12, "甲"), "甲12号": (12, "甲"), "12号甲": (12, "甲"),
        "126-3": (126, "-3"), "126号附1": (126, "附1"), "12A": (12, "A"), "12a": (12, "A"),
    }  # fmt: skip
    assert {text: number_of(text) for text in told} == told
    assert number_of("临街房") is None and number_of("1234567") is None


def test_the_longest_orderly_part_of_a_row_is_kept() -> None:
    assert in_order([1, 3, 99, 5, 7, 2, 9]) == [0, 1, 3, 4, 6]
    assert in_order([4, 4, 4]) == [0, 1, 2] and in_order([]) == []
