"""Figures from before, and those that come late on paper: all rows or none, each with its scan and its approver."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.town import Town
from xiuhua.city.correcting import void_line
from xiuhua.kit.files import original_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.measures.figures import BY_CODE, Counted, count_figures
from xiuhua.measures.lines import Scope
from xiuhua.programme.fold import rows as fold
from xiuhua.programme.models import OpeningFigure
from xiuhua.programme.openings import import_openings

pytestmark = pytest.mark.django_db

HEADER = ["统计项", "数量", "单位", "开始日期", "结束日期", "说明"]
BAYS = ["停车位", "120", "城区一中队", "2019-01-01", "2019-12-31", "2019年台账"]
LINES = ["停车线", "312.5", "Z2", "2020年2月1日", "2020/2/29", ""]
SCAN = b"%PDF-1.4 the scanned sheet"


def sheet(folder: Path, *rows: list[str], name: str = "台账.csv") -> Path:
    file = folder / name
    if name.endswith(".xlsx"):
        with xlsxwriter.Workbook(file) as book:
            page = book.add_worksheet()
            for n, row in enumerate([HEADER, *rows]):
                page.write_row(n, 0, row)
            page.write_number(1, 1, 120)
            page.write_datetime(1, 3, dt.date(2019, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        return file
    file.write_text("\n".join(",".join(row) for row in [HEADER, *rows]), "utf-8")
    return file


def bring_in(
    town: Town, file: Path, *, who: str = "p-office", approver: str = "周明", minutes: float = 0
) -> list[OpeningFigure]:
    scan = file.with_name("扫描.pdf")
    scan.write_bytes(SCAN)
    act = town.act(who, minutes=minutes)
    return import_openings(file, scan=scan, approver=approver, by=act.by, at=act.at)


def counted(figure: str, first: str, last: str, unit: str = "") -> Counted:
    scope = Scope(dt.date.fromisoformat(first), dt.date.fromisoformat(last), unit=unit)
    return count_figures(scope, [BY_CODE[figure]])[0]


@pytest.mark.parametrize("name", ["台账.csv", "台账.xlsx"])
def test_a_sheet_becomes_lines_of_their_own_kind(town: Town, tmp_path: Path, name: str) -> None:
    figures = bring_in(town, sheet(tmp_path, BAYS, LINES, name=name))
    assert [(one.item, one.quantity, one.unit.code, one.approver.code) for one in figures] == [
        ("parking_bay", Decimal(120), "Z1", "p-leader"), ("parking_line", Decimal("312.5"), "Z2", "p-leader"),
    ]  # fmt: skip
    line = Line.objects.get(key=figures[0].key)
    assert (line.kind, line.for_unit, line.by, line.day) == (
        "figure.opened",
        "QZ/Z1/",
        "p-office",
        dt.date(2019, 12, 31),
    )
    told = json.loads(line.facts)
    assert (told["starts_on"], told["ends_on"], told["approver"]) == ("2019-01-01", "2019-12-31", "p-leader")
    assert original_of(told["scan"]) == (SCAN, "application/pdf")
    assert "2019年台账" not in line.facts and figures[0].note == "2019年台账"
    assert list(fold()) == []


def test_a_figure_says_how_much_of_it_came_in_late(town: Town, tmp_path: Path) -> None:
    from xiuhua.city.actions import build_facility

    bring_in(town, sheet(tmp_path, BAYS, ["停车位", "8", "城区一中队", "2020-03-16", "2020-03-16", "昨晚补报"]))
    build_facility(town.act("p-office"), item="parking_bay", quantity=Decimal(12), segment=town.segments["S1"])
    spring = counted("parking_bays", "2020-03-01", "2020-03-31")
    assert (spring.quantity, spring.backfilled, spring.lines) == (20, 8, 2)
    assert counted("parking_bays", "2019-01-01", "2019-12-31").backfilled == 120
    assert counted("parking_bays", "2019-01-01", "2019-12-31", unit="QZ/Z2/").quantity == 0


def test_the_same_sheet_again_changes_nothing(town: Town, tmp_path: Path) -> None:
    file = sheet(tmp_path, BAYS, LINES)
    first = bring_in(town, file)
    lines = Line.objects.count()
    assert bring_in(town, file, minutes=5) == first
    assert Line.objects.count() == lines


def test_a_figure_that_is_in_already_does_not_come_in_under_another_sheet(town: Town, tmp_path: Path) -> None:
    first = bring_in(town, sheet(tmp_path, BAYS))
    again = sheet(tmp_path, LINES, [*BAYS[:1], "130", *BAYS[2:]], name="改正.csv")
    with pytest.raises(Refused, match=f"第 3 行：城区一中队.*已在批次 {first[0].batch} 补录过 120 个") as caught:
        bring_in(town, again)
    assert caught.value.code == "figure.known" and OpeningFigure.objects.count() == 1
    void_line(town.act("p-office", minutes=1), line=first[0].key, reason="mistake")
    bring_in(town, again, minutes=2)
    assert counted("parking_bays", "2019-01-01", "2019-12-31").quantity == 130


BAD: list[tuple[str, dict[int, str], str]] = [
    ("figure.item", {0: "车位"}, "没有“车位”这个统计项"),
    ("figure.unit", {2: "三中队"}, "没有“三中队”这个单位"),
    ("figure.quantity", {1: "很多"}, "“很多”不是数字"),
    ("figure.quantity", {1: ""}, "不是数字"),
    ("figure.quantity", {1: "0"}, "要大于 0"),
    ("figure.quantity", {1: "-5"}, "要大于 0"),
    ("figure.quantity", {1: "NaN"}, "要大于 0"),
    ("figure.quantity", {1: "Infinity"}, "要大于 0"),
    ("figure.quantity", {1: "1e30"}, "太大"),
    ("figure.quantity", {1: "1.5"}, "数量要是整数"),
    ("figure.quantity", {0: "停车线", 1: "1.0005"}, "小数超过三位"),
    ("figure.day", {3: "去年"}, "日期“去年”读不出来"),
    ("figure.day", {4: "2019-02-30"}, "日期“2019-02-30”读不出来"),
    ("figure.period", {3: "2020-01-01"}, "结束日期早于开始日期"),
    ("figure.future", {4: "2020-03-17"}, "2020-03-17 还没有到"),
]


@pytest.mark.parametrize(("code", "changes", "why"), BAD)
def test_one_bad_row_and_nothing_comes_in(
    town: Town, tmp_path: Path, code: str, changes: dict[int, str], why: str
) -> None:
    row = [changes.get(n, cell) for n, cell in enumerate(BAYS)]
    lines = Line.objects.count()
    with pytest.raises(Refused) as caught:
        bring_in(town, sheet(tmp_path, LINES, row))
    assert caught.value.code == code
    assert "第 3 行" in caught.value.message and why in caught.value.message
    assert (OpeningFigure.objects.count(), Line.objects.count()) == (0, lines)


def test_what_a_sheet_needs_is_said(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("统计项,数量\n停车位,1\n", "utf-8")
    with pytest.raises(Refused, match="缺少这些列：单位、开始日期、结束日期"):
        bring_in(town, file)
    with pytest.raises(Refused, match="没有数据行"):
        bring_in(town, sheet(tmp_path))
    with pytest.raises(Refused, match="审批人“无名”：没有这个人"):
        bring_in(town, sheet(tmp_path, BAYS), approver="无名")


def test_who_may_open_figures(town: Town, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        bring_in(town, sheet(tmp_path, BAYS), who="p-zhao")
    assert caught.value.code == "access.role" and not OpeningFigure.objects.exists()


def test_today_is_the_bureaus_day_whatever_the_clock_of_the_machine_says(town: Town, tmp_path: Path) -> None:
    """At half past midnight in Qingzhou it is still yesterday in Greenwich."""
    row = [*BAYS[:3], "2020-03-17", "2020-03-17", ""]
    night = dt.datetime(2020, 3, 16, 16, 30, tzinfo=dt.UTC)
    act = town.act("p-office", at=night)
    file = sheet(tmp_path, row)
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(SCAN)
    figures: list[Any] = import_openings(file, scan=scan, approver="周明", by=act.by, at=night)
    line = Line.objects.get(key=figures[0].key)
    assert line.day == dt.date(2020, 3, 17) and line.happened_at <= night
