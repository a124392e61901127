"""Words in cells: names and days as offices write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.kit.sheets.cells import one_line, plain_text
from xiuhua.kit.sheets.told import Named, read_day, read_names, read_whole

NAMES = {
    "张伟": ["张伟"],
    "张伟、李强等": ["张伟", "李强"],
    "张伟 李强": ["张伟", "李强"],
    "张伟/李强／王芳": ["张伟", "李强", "王芳"],
    "张伟，李强；王芳": ["张伟", "李强", "王芳"],
    "张伟\n李强": ["张伟", "李强"],
    "张　伟": ["张伟"],
    "张 伟 李小强": ["张伟", "李小强"],
    "张　伟　李　强": ["张伟", "李强"],
    "张　伟、李小强": ["张伟", "李小强"],
    "买买提·艾力": ["买买提·艾力"],
    "张伟等3人": ["张伟"],
    "张伟等同志": ["张伟"],
    "": [],
    "无": [],
    "—": [],
}


@pytest.mark.parametrize("text", NAMES)
def test_several_names_in_a_cell_are_told_apart(text: str) -> None:
    assert [one.name for one in read_names(text).named] == NAMES[text]


def test_what_stands_with_a_name_is_kept_with_it() -> None:
    assert read_names("张伟（组长）、李强").named == (Named("张伟", "组长"), Named("李强"))
    assert read_names("组长：张伟\n成员：李强").named == (Named("张伟", "组长"), Named("李强", "成员"))
    assert read_names("张 伟 (城区一中队)").named == (Named("张伟", "城区一中队"),)
    assert read_names("张伟（组长、党员）").named == (Named("张伟", "组长·党员"),)
    assert read_names("张伟、李强等").others and not read_names("张伟、李强").others


@pytest.mark.parametrize(
    "text", ["中队全体", "全体队员", "城区一中队全体", "１中队全体人员", "中队全员", "全体执法人员"]
)
def test_all_of_a_squad_is_no_name(text: str) -> None:
    assert read_names(text).everybody and read_names(text).named == ()


@given(
    st.lists(st.text("张王李赵伟强芳娜明小", min_size=2, max_size=3), min_size=1, max_size=6),
    st.sampled_from("、，；/\n"),
)
def test_names_that_are_joined_come_apart_as_they_were(names: list[str], mark: str) -> None:
    assert [one.name for one in read_names(mark.join(names)).named] == names


DAYS = {
    "2020-03-15": (2020, 3, 15), "2020.3.15": (2020, 3, 15), "2020/3/15": (2020, 3, 15), "2020年3月15日": (2020, 3, 15),
    "２０２０年３月１５日": (2020, 3, 15), "20200315": (2020, 3, 15), "2020 年 3 月 15 日": (2020, 3, 15),
    "2020-03-15 00:00": (2020, 3, 15), "2020年3月15日前": (2020, 3, 15), "43905": (2020, 3, 15), "2020年2月底前": (2020, 2, 29),
    "2020年6月": (2020, 6, 30), "3月15日": (2020, 3, 15), "3.15": (2020, 3, 15), "6月底前": (2020, 6, 30), "5月20日之前": (2020, 5, 20),
}  # fmt: skip


@pytest.mark.parametrize("text", DAYS)
def test_days_are_read_as_offices_write_them(text: str) -> None:
    day = read_day(text, year=2020)
    assert day is not None and day.on == dt.date(*DAYS[text])


@pytest.mark.parametrize(("text", "doubt"), [("3月15日", "year"), ("43905", "serial"), ("2020.3.15", "")])
def test_a_guessed_day_says_what_was_guessed(text: str, doubt: str) -> None:
    day = read_day(text, year=2020)
    assert day is not None and day.doubt == doubt


@pytest.mark.parametrize("text", ["", "长期坚持", "2020-13-01", "2020年2月30日", "13月5日", "尽快", "120"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text, year=2020) is None


def test_full_width_letters_and_spread_out_words_are_made_plain() -> None:
    assert plain_text("　１２ａＢ（甲）　") == "12aB（甲）"
    assert one_line("序　号") == "序号" and one_line("责 任\n中 队") == "责任中队"
    assert one_line("Main Street") == "Main Street"


@pytest.mark.parametrize(
    ("text", "n"), [("3", 3), ("３", 3), ("3.0", 3), ("第3项", 3), ("3、", 3), ("三", None), ("", None)]
)
def test_numbers_of_rows_are_read(text: str, n: int | None) -> None:
    assert read_whole(text) == n
