"""The wizard: a dropped file, its columns, its rows looked through, brought in, taken back, and given back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from xiuhua.kit.models import Batch, BatchRow, ColumnMemory
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets import Column, Row, Sheet
from xiuhua.kit.sheets.batches import (
    batch_of,
    begin_batch,
    book_of,
    head_of,
    import_batch,
    match_columns,
    proposal,
    seen_rows,
    sentences,
    undo_batch,
)
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.returned import returned

pytestmark = pytest.mark.django_db

AT = dt.datetime(2020, 3, 2, 1, tzinfo=dt.UTC)
KEY = UUID(int=7)


@dataclass
class Act:
    """What an act needs to be here."""

    at: dt.datetime = AT
    key: UUID | None = None


@dataclass
class Shelf:
    """A room with one table: what came in, under which batch, and whether somebody uses it."""

    kept: dict[str, list[Any]] = field(default_factory=dict)
    used: bool = False

    def check(self, rows: Sequence[Row], told: Any) -> None:
        for row in rows:
            row.value = {"road": row["road"], "metres": row["metres"]}
            if not row["metres"].isdigit():
                row.wrong("metres", f"长度“{row['metres']}”不是数字")
            elif int(row["metres"]) > 5000:
                row.doubt("metres", "很长")

    def bring_in(self, act: Act, *, batch: str, rows: Sequence[Any], told: Any) -> None:
        assert act.key is not None
        self.kept[batch] = list(rows)

    def take_back(self, act: Act, *, batch: str) -> None:
        if self.used:
            raise Refused("shelf.used", "云门山路已经有案件，不能撤销。")
        del self.kept[batch]

    @property
    def sheet(self) -> Sheet:
        columns = (Column("road", "路段", needed=True), Column("metres", "长度", ("长度（米）",), needed=True))
        return Sheet("shelf", "试验表", columns, self.check, self.bring_in, self.take_back)


TEXT = "路段名单\n序号,路段,长度\n1,云门山路,900\n2,海岱路,很长\n3,昭德路,9000\n"


def dropped(shelf: Shelf, text: str = TEXT, key: UUID = KEY) -> Batch:
    return begin_batch(shelf.sheet, text.encode(), name="路段.csv", key=key, by="a1", at=AT)


def test_good_rows_come_in_and_the_others_go_back_as_the_same_sheet_with_their_reasons() -> None:
    shelf = Shelf()
    batch = match_columns(dropped(shelf), shelf.sheet, at=AT)
    assert (batch.rows, batch.wrong, batch.doubt, batch.state) == (3, 1, 1, "matched")
    assert [row.number for row in seen_rows(batch, level="any")] == [4, 5]
    batch = import_batch(batch, shelf.sheet, act=Act())
    assert [row["road"] for row in shelf.kept[batch.code]] == ["云门山路", "昭德路"]
    assert (batch.state, batch.brought_in) == ("imported", 2)
    assert [row.number for row in batch.seen.all()] == [4]
    assert sentences(batch, shelf.sheet)[0] == "路段.csv：3 行，导入 2 行，退回 1 行，待确认 1 行。"
    back = Book(returned(batch, shelf.sheet), "退回.xlsx").grid(0).cells
    assert back == [["路段名单", "", "", ""], ["序号", "路段", "长度", "原因"],
                    ["2", "海岱路", "很长", "长度“很长”不是数字"]]  # fmt: skip


def test_what_went_back_comes_in_after_it_was_put_right() -> None:
    shelf = Shelf()
    batch = import_batch(match_columns(dropped(shelf), shelf.sheet, at=AT), shelf.sheet, act=Act())
    raw = returned(batch, shelf.sheet)
    again = begin_batch(shelf.sheet, raw, name="退回.xlsx", key=UUID(int=8), by="a1", at=AT)
    again = match_columns(again, shelf.sheet, at=AT)
    assert (again.rows, again.wrong) == (1, 1) and again.matched == {"road": 1, "metres": 2}


def test_every_step_may_be_repeated_and_changes_nothing_the_second_time() -> None:
    shelf = Shelf()
    first, second = dropped(shelf), dropped(shelf)
    assert first.pk == second.pk and Batch.objects.count() == 1
    for _n in range(2):
        batch = match_columns(first, shelf.sheet, at=AT)
    assert BatchRow.objects.count() == 3
    for _n in range(2):
        batch = import_batch(batch, shelf.sheet, act=Act())
    assert len(shelf.kept) == 1
    for _n in range(2):
        batch = undo_batch(batch, shelf.sheet, act=Act())
    assert shelf.kept == {} and batch.state == "undone" and BatchRow.objects.count() == 0


def test_all_or_nothing_brings_in_nothing_when_one_row_is_wrong() -> None:
    shelf = Shelf()
    batch = match_columns(dropped(shelf), shelf.sheet, at=AT)
    with pytest.raises(Refused, match="有 1 行有错误"):
        import_batch(batch, shelf.sheet, act=Act(), all_or_nothing=True)
    assert shelf.kept == {} and batch_of(batch.code).state == "matched"


def test_taking_back_is_refused_by_the_room_that_names_what_uses_it() -> None:
    shelf = Shelf(used=True)
    batch = import_batch(match_columns(dropped(shelf), shelf.sheet, at=AT), shelf.sheet, act=Act())
    with pytest.raises(Refused, match="云门山路已经有案件"):
        undo_batch(batch, shelf.sheet, act=Act())
    assert batch_of(batch.code).state == "imported" and batch.code in shelf.kept


def test_a_corrected_match_is_remembered_for_sheets_with_the_same_header_alone() -> None:
    shelf = Shelf()
    text = "甲,乙,路段\n900,云门山路,1\n"
    batch = dropped(shelf, text)
    head = head_of(book_of(batch), batch.which, shelf.sheet)
    assert proposal(head, shelf.sheet) == {"road": 2}
    match_columns(batch, shelf.sheet, at=AT, matched={"road": 1, "metres": 0})
    assert ColumnMemory.objects.count() == 1
    assert proposal(head, shelf.sheet) == {"road": 1, "metres": 0}
    other = head_of(Book(b"\xe7\x94\xb2,\xe8\xb7\xaf\xe6\xae\xb5\n1,2\n", "b.csv"), 0, shelf.sheet)
    assert proposal(other, shelf.sheet) == {"road": 1}


def test_a_column_that_is_matched_twice_or_missing_is_refused() -> None:
    shelf = Shelf()
    with pytest.raises(Refused, match="对上了两次"):
        match_columns(dropped(shelf), shelf.sheet, at=AT, matched={"road": 1, "metres": 1})
    with pytest.raises(Refused, match="长度"):
        match_columns(dropped(shelf), shelf.sheet, at=AT, matched={"road": 1})


def test_the_header_may_be_told_when_it_was_not_found() -> None:
    shelf = Shelf()
    batch = dropped(shelf, "说明,无\n街,多长\n云门山路,900\n")
    batch = match_columns(batch, shelf.sheet, at=AT, head_row=1, matched={"road": 0, "metres": 1})
    assert batch.rows == 1
    for row in (-1, 99):
        with pytest.raises(Refused, match="没有这一行"):
            match_columns(batch, shelf.sheet, at=AT, head_row=row)


def test_an_imported_batch_is_not_matched_again_and_a_dropped_one_not_imported() -> None:
    shelf = Shelf()
    with pytest.raises(Refused, match="不能导入"):
        import_batch(dropped(shelf), shelf.sheet, act=Act())
    batch = import_batch(match_columns(dropped(shelf), shelf.sheet, at=AT), shelf.sheet, act=Act())
    with pytest.raises(Refused, match="不能再改"):
        match_columns(batch, shelf.sheet, at=AT)


def test_a_batch_of_somebody_else_looks_as_if_it_were_not_there() -> None:
    shelf = Shelf()
    batch = dropped(shelf)
    assert batch_of(batch.code, by="a1").pk == batch.pk
    with pytest.raises(Absent):
        batch_of(batch.code, by="b2")


def test_a_sheet_with_nothing_good_in_it_brings_in_nothing() -> None:
    shelf = Shelf()
    batch = match_columns(dropped(shelf, "路段,长度\n海岱路,很长\n"), shelf.sheet, at=AT)
    with pytest.raises(Refused, match="没有一行可以导入"):
        import_batch(batch, shelf.sheet, act=Act())
    with pytest.raises(Refused, match="表头下面没有内容"):
        match_columns(dropped(shelf, "路段,长度\n", UUID(int=9)), shelf.sheet, at=AT)
