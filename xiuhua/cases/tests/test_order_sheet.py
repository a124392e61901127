"""The hotline's own Excel through the wizard: rows become cases with orders, the same file again changes nothing."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlsxwriter

from tests.town import ZONE, Town, key
from xiuhua.cases.models import Case, HotlineOrder, Reply
from xiuhua.cases.order_sheet import ORDERS, read_moment
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.kit.models import Batch
from xiuhua.kit.sheets.batches import begin_batch, import_batch, match_columns, undo_batch
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

HEADS = ["序号", "工单编号", "受理时间", "诉求内容", "事发地址", "来电号码", "办结时限"]
ROWS = [
    [
        1,
        "QZ20200316001",
        "2020-03-16 08:10:00",
        "反映门口流动商贩占道摆摊",
        "范公亭路6号",
        "13905360000",
        "2020-03-20 17:30:00",
    ],
    [2, "QZ20200316002", "2020/3/16 8:20", "路边噪音", "某处", "", ""],
    [3, "QZ20200316001", "2020-03-16 08:30", "又来电", "", "", ""],
    [4, "", "昨天", "乱停车", "海岱路", "", ""],
]


def book(rows: list[list[object]]) -> bytes:
    raw = io.BytesIO()
    made = xlsxwriter.Workbook(raw, {"in_memory": True})
    sheet = made.add_worksheet()
    for n, row in enumerate([["青州市 12345 热线转办工单"], HEADS, *rows]):
        sheet.write_row(n, 0, row)
    made.close()
    return raw.getvalue()


def batch(town: Town, rows: list[list[object]], name: str = "orders") -> Batch:
    begun = begin_batch(ORDERS, book(rows), name="工单.xlsx", key=key(name), by="p-desk", at=town.at)
    return match_columns(begun, ORDERS, at=town.at)


def test_each_row_becomes_a_case_with_its_order_and_again_changes_nothing(town: Town) -> None:
    found = batch(town, ROWS)
    told = [" ".join(mark[2] for mark in row.marks) for row in found.seen.order_by("number")]
    assert found.wrong == 2
    assert "和第 3 行是同一张工单" in told[2] and "没有写工单号" in told[3] and "来电时间" in told[3]
    assert "看不出是哪类问题" in told[1]
    import_batch(found, ORDERS, act=town.act("p-desk"))
    first, second = Case.objects.filter(source="hotline").order_by("outside_number")
    assert (first.category, first.segment, second.category) == ("stall", "S1", "other")
    assert first.reported_at == dt.datetime(2020, 3, 16, 8, 10, tzinfo=ZONE)
    assert Reply.objects.get(case=first).due_at == dt.datetime(2020, 3, 20, 17, 30, tzinfo=ZONE)
    assert HotlineOrder.objects.get(case=first).caller_hash and not HotlineOrder.objects.get(case=second).caller_hash
    assert not any("13905360000" in line.facts for line in Line.objects.all())
    again = batch(town, ROWS[:2], "again")
    assert again.wrong == 2
    assert Case.objects.filter(source="hotline").count() == 2


def test_a_batch_is_taken_back_until_somebody_begins(town: Town) -> None:
    found = import_batch(batch(town, ROWS[:2]), ORDERS, act=town.act("p-desk"))
    undo_batch(found, ORDERS, act=town.act("p-desk", minutes=5))
    assert set(Case.objects.values_list("state", flat=True)) == {"refused"} and not HotlineOrder.objects.exists()
    later = import_batch(batch(town, ROWS[:2], "later"), ORDERS, act=town.act("p-desk", minutes=6))
    take(town, "accept", Case.objects.get(outside_number="QZ20200316001"), minutes=10)
    assert refusal(undo_batch, later, ORDERS, act=town.act("p-desk", minutes=20)).code == "order.begun"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2020-05-06 17:30:00", (2020, 5, 6, 17, 30)), ("2020/5/6 7:05", (2020, 5, 6, 7, 5)),
        ("2020年5月6日 17时30分", (2020, 5, 6, 17, 30)), ("2020-05-06", (2020, 5, 6, 0, 0)),
        ("2020-05-06T17:30", (2020, 5, 6, 17, 30)), ("昨天", None), ("2020-13-06", None), ("", None),
    ],
)  # fmt: skip
def test_moments_as_such_files_write_them(text: str, told: tuple[int, ...] | None) -> None:
    assert read_moment(text) == (dt.datetime(*told, tzinfo=ZONE) if told else None)  # type: ignore[misc,arg-type]
