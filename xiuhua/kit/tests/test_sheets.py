"""Sheets as offices have them."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zlib
from collections.abc import Callable

import pytest
import xlsxwriter

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import read_table
from xiuhua.kit.sheets import table as sheets

OLD_EXCEL = (
    "c-rk)O=uHA6#izDG(V)trcH%bsG(rgnjXZ9mv*aEdrFOZ&`P29XBDZWC3vX^t=62RsCZHF5~v3cR=xOx3VIV1BYF@D#YFMsMM1$s"
    "oAu4huB26=0WDPKTjrZL@6FqJJHNa8DjzB2?lcv#1RZdpWcg83p%aw+PC*CRElY|{?xSQWtSb0@G>|nOJgj};m18K!y9f=p-A{>u"
    "_muiDhMv*18CyZ@;1~vkjG>)a;2LQ{XymBsn1`6_nQw8;N6ek9nPP6Ix&?6%d84Own>~vUXf13DLEiTs`^>Ut3mWiD&f-%SM7gd9"
    "+cQT8j;%67vpa}s(13QEX)`0sVO&Q5=q0ozlWkpH1w?7Er}52-0biX}{UoOJE2|eE{rAOs?;rF&8pNggOPU*)fOUu$NftrWyQM`F"
    "pZCS5=8=Fb%H)E0cQSWw{4!M>GxHbSRKNdu??-dp5i<3q4xdl%4#+K@w*-CBmQc$}B}hDsFv}5MFgnFFf8)#R<Y3C^XUzm31LebF"
    "y^IYOPD>AR4zWdJc2R0&c{B4FzUx|+o0y|Cn<<Z{8f;<LB-c61);P7ZmGQ>dP$6$5Is0kP{pRckV-v|U-Nh5pnYTs`Ep&JdlfS$s"
    "kq`-S^@_v;!^wrcvCJ_y{<6vVG~JHfvQNY?7UZ%bM3~DZ**oHANwfP(dW+w93-*@%@tE2d>>UruP44AQjXXQFI^5+>>#R7815i*<"
    "P*6}%P*6~)8p3`dciA5a9{YvgYya0-pj1-7N&Z{x#VB3J>7#Nd(v)W~Ue)|r1CMa-C6?*q{4bQ)PpxM#f<caBr0V%gA8exXd6w;{"
    "|GgztZTqEa;{3<${{To=)vy"
)
"""A book of Excel 97 (.xls) with one sheet: 统计项, 数量, 开始日期 and one row."""


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True}) as made:
        fill(made)
    return page.getvalue()


def test_dates_numbers_and_formulas_come_as_people_see_them() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("台账")
        day, moment = made.add_format({"num_format": "yyyy/m/d"}), made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["日期", "时刻", "数量", "米", "合计", "是否", "编码"])
        sheet.write_datetime(1, 0, dt.date(2020, 3, 1), day)
        sheet.write_datetime(1, 1, dt.datetime.fromisoformat("2020-03-01 16:20"), moment)
        sheet.write_number(1, 2, 905)
        sheet.write_number(1, 3, 1126.5)
        sheet.write_formula(1, 4, "=C2+D2*0", None, 905.3000000000001)
        sheet.write_boolean(1, 5, True)
        sheet.write_string(1, 6, "007")

    table = read_table(book(fill), "台账.xlsx")
    assert table.headers == ["日期", "时刻", "数量", "米", "合计", "是否", "编码"]
    assert table.rows == [
        (2, {"日期": "2020-03-01", "时刻": "2020-03-01 16:20", "数量": "905", "米": "1126.5", "合计": "905.3",
             "是否": "是", "编码": "007"})
    ]  # fmt: skip


def test_a_merged_title_empty_rows_and_hidden_sheets_are_passed_over() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        hidden = made.add_worksheet("参数")
        hidden.write_row(0, 0, ["甲", "乙"])
        hidden.write_row(1, 0, ["不要", "读我"])
        made.add_worksheet("空白")
        sheet = made.add_worksheet("台账")
        sheet.merge_range(0, 0, 0, 2, "包靠路段责任分工明细表")
        sheet.write_row(2, 0, ["路段", "中队", "备注"])
        sheet.write_row(3, 0, ["范公亭路", "城区一中队", ""])
        sheet.write_row(5, 0, ["海岱路", "城区二中队", "含小巷"])
        sheet.activate()
        hidden.hide()

    table = read_table(book(fill), "明细表.xlsx")
    assert table.headers == ["路段", "中队", "备注"]
    assert [(n, row["路段"]) for n, row in table.rows] == [(4, "范公亭路"), (6, "海岱路")]


def test_a_cell_merged_over_rows_is_told_in_its_first_row_alone() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["中队", "路段"])
        sheet.merge_range(1, 0, 2, 0, "城区一中队")
        sheet.write(1, 1, "范公亭路")
        sheet.write(2, 1, "海岱路")

    assert [row["中队"] for _, row in read_table(book(fill), "a.xlsx").rows] == ["城区一中队", ""]


def test_an_old_excel_book_is_read_as_a_new_one() -> None:
    raw = zlib.decompress(base64.b85decode(OLD_EXCEL))
    table = read_table(raw, "旧表.xls")
    assert table.rows == [(2, {"统计项": "停车位", "数量": "905", "开始日期": "2020-03-01"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_offices(encoding: str) -> None:
    text = '路段,中队\r\n"范公亭路,东段",城区一中队\r\n\r\n海岱路,"城区\n二中队"\r\n'
    table = read_table(text.encode(encoding), "明细.csv")
    assert [row for _, row in table.rows] == [
        {"路段": "范公亭路,东段", "中队": "城区一中队"},
        {"路段": "海岱路", "中队": "城区\n二中队"},
    ]


def test_a_book_that_is_called_csv_is_read_as_the_book_that_it_is() -> None:
    raw = book(lambda made: made.add_worksheet().write_row(0, 0, ["甲", "乙"]))
    assert read_table(raw, "表.csv").headers == ["甲", "乙"]


WRONG = {
    "empty": (b"", "a.csv", "sheet.empty", "空文件"),
    "blank": (b" \n\n ", "a.csv", "sheet.empty", "空文件"),
    "no header": ("只有一列\n第一行\n".encode(), "a.csv", "sheet.empty", "没有表头"),
    "word": (b"PK\x03\x04", "表.docx", "sheet.type", "另存为 .xlsx"),
    "wps": (b"\xd0\xcf\x11\xe0", "表.et", "sheet.type", "另存为 .xlsx"),
    "pdf": (b"%PDF-1.7", "表.pdf", "sheet.type", "不是表格文件"),
    "broken book": (b"PK\x03\x04 and nothing more", "表.xlsx", "sheet.broken", "损坏"),
    "a page saved as xls": (b"<html><table></table></html>", "表.xls", "sheet.broken", "另存一份"),
    "unknown bytes": (b"\xff\xfe\x00\xd8,\x81", "a.csv", "sheet.encoding", "编码"),
    "nul": ("甲,乙\n\x00,1".encode(), "a.csv", "sheet.type", "不是文本表格"),
    "half a quote": ('甲,乙\n"没有收尾,1'.encode(), "a.csv", "sheet.broken", "CSV"),
    "a column twice": ("路段,中队,路段\n1,2,3".encode(), "a.csv", "sheet.header", "两列都叫“路段”"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_table_comes_back_with_a_sentence(what: str) -> None:
    raw, name, code, told = WRONG[what]
    with pytest.raises(Refused) as refused:
        read_table(raw, name)
    assert refused.value.code == code and told in refused.value.message
    assert name in refused.value.message and refused.value.field == "file"


def test_more_rows_than_a_sheet_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert len(read_table("甲,乙\n1,2\n3,4".encode(), "a.csv").rows) == 2
    with pytest.raises(Refused, match="超过 3 行"):
        read_table("甲,乙\n1,2\n3,4\n5,6\n".encode(), "a.csv")
